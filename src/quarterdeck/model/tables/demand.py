"""What customers ordered, bought before, and are expected to want."""

import dataframely as dy

from quarterdeck.model import columns as c
from quarterdeck.model.tables import words as w

ORDER_STATUS = {
    "open": ("o", "confirmed", "released", "in process", "in progress", "in production", "new", "pending", "active", "partial", "partially shipped", "to do", "offen", "in arbeit", "in bearbeitung", "neu", "bestätigt", "aktiv", "ouvert", "en cours", "nouveau", "abierto", "en curso", "nuevo"),
    "quote": ("quotation", "offer", "angebot", "devis", "oferta"),
    "closed": ("c", "done", "shipped", "delivered", "completed", "complete", "fulfilled", "invoiced", "paid", "finished", "geliefert", "erledigt", "abgeschlossen", "fakturiert", "fertig", "livré", "terminé", "entregado", "terminado", "clôturé", "cerrado"),
    "cancelled": ("canceled", "void", "storniert", "annulé", "cancelado"),
}


class SalesOrders(dy.Schema):
    order = c.code("Sales order", key=True, also=w.ORDER + " | en: sales order, so, order id, visit, appointment, booking, case, name | de: Buchung, Fall | fr: rendez-vous | es: cita, reserva")
    line = c.code("Line within the order", key=True, default="1", also=w.LINE)
    customer = c.code("Who ordered", references="customers", also=w.CUSTOMER + " | en: customer name, client name, patient name")
    item = c.code("What was ordered", required=True, references="items", also=w.ITEM + w.SERVICE)
    site = c.code("Site that delivers", default="main", references="sites", also=w.SITE)
    quantity = c.quantity("Ordered quantity", above=0.0, required=True, also=w.QUANTITY)
    delivered = c.quantity("Quantity that was delivered already", default=0.0, also="en: shipped, delivered quantity, qty shipped | de: geliefert, Liefermenge | fr: livré | es: entregado")
    due = c.moment("When the customer wants it", date_only="end", required=True, also=w.DUE)
    promised = c.moment("When it was promised", date_only="end", also="en: promise date, confirmed date, promised date | de: zugesagt, bestätigter Termin | fr: date promise, promis | es: fecha prometida, prometido")
    ordered = c.moment("When the order came in", also="en: order date, ordered on | de: Bestelldatum, Auftragsdatum | fr: date de commande | es: fecha de pedido")
    priority = c.whole("1 is served first; empty means the customer's", minimum=1, maximum=999, also=w.PRIORITY)
    ship_complete = c.flag("Whether the line is delivered only as a whole", default=True, also="en: complete delivery, no partial | de: Komplettlieferung | fr: livraison complète | es: entrega completa")
    minimum_shipment = c.quantity("Least quantity of one shipment; what is left in the end may be less only if it is all", above=0.0, also="en: min shipment, minimum delivery, min shipment quantity | de: Mindestlieferung | fr: livraison minimum | es: entrega mínima")
    maximum_lateness_days = c.number("Days after which the customer no longer takes it; empty means any", unit="days", maximum=3650, also="en: max lateness, max lateness days, latest acceptance | de: höchster Verzug | fr: retard maximum | es: retraso máximo")
    reserved_for = c.code("Name under which items made to order are reserved for it, often the order itself; empty: what nobody has reserved", also="en: reserved for, allocated to, pegged to, earmarked for | de: reserviert für | fr: réservé pour | es: reservado para")
    price = c.money("Price of one unit", unit="currency/unit", also=w.PRICE)
    status = c.choice("State of the line", ORDER_STATUS, default="open", also="en: state, order status | de: Status | fr: statut, état | es: estado")


class DemandHistory(dy.Schema):
    item = c.code("Item that was wanted", key=True, references="items", also=w.ITEM)
    site = c.code("Site that delivered", key=True, default="main", references="sites", also=w.SITE)
    customer = c.code("Customer or segment; empty means all together", key=True, default="", also=w.CUSTOMER)
    date = c.day("Day, or first day of the week or month", key=True, also=w.PERIOD)
    quantity = c.quantity("Quantity wanted in the period; returns are negative", minimum=-c.LARGEST, required=True, also=w.QUANTITY + " | en: demand, sales, sold, y | de: Absatz, Verbrauch, Bedarf | fr: ventes, demande | es: ventas, demanda")
    revenue = c.money("Revenue of the period", minimum=None, also="en: sales value, turnover | de: Umsatz | fr: chiffre d'affaires | es: ingresos")


class Promotions(dy.Schema):
    promotion = c.code("Code of the promotion or event", key=True, also="en: event, campaign, special offer | de: Aktion, Ereignis | fr: promotion, événement | es: promoción, evento")
    item = c.code("Item; empty means all of the family", key=True, default="", references="items", also=w.ITEM)
    family = c.text("Family it holds for, where no item is given", also="en: category, product family | de: Warengruppe | fr: famille | es: familia")
    start = c.day("First day", required=True, also=w.START)
    end = c.day("Last day", required=True, also=w.END)
    uplift = c.number("Demand relative to without it: 1.3 is 30 % more; empty: learnt from history", unit="factor", maximum=1000, also="en: factor, effect | de: Faktor | fr: facteur | es: factor")
    note = c.text("What it is", also=w.NOTE)


class StockOuts(dy.Schema):
    item = c.code("Item that could not be delivered", key=True, references="items", also=w.ITEM)
    site = c.code("Site without stock", key=True, default="main", references="sites", also=w.SITE)
    start = c.day("First day without stock", key=True, also=w.START)
    end = c.day("Last day without stock", required=True, also=w.END)


class GroupOverrides(dy.Schema):
    family = c.code("Family whose total is set; empty means all items", key=True, default="", also="en: category, product family | de: Warengruppe | fr: famille | es: familia")
    site = c.code("Site whose total is set; empty means all sites", key=True, default="", also=w.SITE)
    date = c.day("First day of the period", key=True, also=w.PERIOD)
    days = c.whole("Length of the period", unit="days", default=7, minimum=1, maximum=366, also="en: length, duration | de: Tage | fr: jours | es: días")
    quantity = c.quantity("What will be wanted of the group in the period, all items together", required=True, also=w.QUANTITY)
    author = c.text("Who says so", also="en: planner, user | de: Autor, Planer | fr: auteur | es: autor")
    note = c.text("Why", also=w.NOTE)


class ForecastOverrides(dy.Schema):
    item = c.code("Item", key=True, references="items", also=w.ITEM)
    site = c.code("Site", key=True, default="main", references="sites", also=w.SITE)
    date = c.day("First day of the period it replaces", key=True, also=w.PERIOD)
    quantity = c.quantity("What will be wanted in the period instead", required=True, also=w.QUANTITY)
    author = c.text("Who says so", also="en: planner, user | de: Autor, Planer | fr: auteur | es: autor")
    note = c.text("Why", also=w.NOTE)
