"""Who the company sells to and buys from."""

import dataframely as dy

from quarterdeck.model import columns as c
from quarterdeck.model.tables import words as w


class Customers(dy.Schema):
    customer = c.code("Code of the customer", key=True, also=w.CUSTOMER)
    name = c.text("Name for people", also=w.NAME)
    segment = c.text("Group of customers with like needs", also="en: customer group, type, category | de: Kundengruppe, Segment | fr: segment | es: segmento")
    region = c.text("Sales region", also="en: territory, area | de: Gebiet, Region | fr: région | es: región")
    priority = c.whole("1 is served first", default=5, minimum=1, maximum=999, also=w.PRIORITY)
    payment_terms = c.code("Terms under which the customer pays", references="payment_terms", also=w.TERMS)
    latitude = c.number("North positive", unit="degrees", minimum=-90, maximum=90, also=w.LATITUDE)
    longitude = c.number("East positive", unit="degrees", minimum=-180, maximum=180, also=w.LONGITUDE)


class Suppliers(dy.Schema):
    supplier = c.code("Code of the supplier", key=True, also=w.SUPPLIER)
    name = c.text("Name for people", also=w.NAME)
    calendar = c.code("Days on which the supplier ships; empty means any day", references="calendars", also=w.CALENDAR)
    payment_terms = c.code("Terms under which the supplier is paid", references="payment_terms", also=w.TERMS)
    order_days = c.text("Weekdays on which orders may be placed: mon,thu; empty means any day", also="en: ordering days, order weekdays, order day, cut-off days | de: Bestelltage, Bestelltag | fr: jours de commande | es: días de pedido")
    review_days = c.number("Days from one order to the next; empty: what suits order costs and least values, else weekly", unit="days", above=0.0, maximum=366, also="en: review cycle, review period, order cycle, order interval | de: Bestellrhythmus, Bestellzyklus | fr: cycle de commande | es: ciclo de pedido")
    order_cost = c.money("Cost of placing one order, whatever is in it", also="en: cost per order, ordering cost, fixed order cost, freight per order | de: Bestellkosten, Kosten je Bestellung | fr: coût de commande, frais de commande | es: coste de pedido, coste por pedido")
    minimum_value = c.money("Least value of one order", also="en: minimum order value, min order value, mov, minimum purchase | de: Mindestbestellwert | fr: montant minimum, minimum de commande | es: valor mínimo de pedido")
    on_time_share = c.fraction("Share of receipts that came on time", also="en: reliability, on time, otd | de: Liefertreue | fr: fiabilité | es: fiabilidad")


class PaymentTerms(dy.Schema):
    payment_terms = c.code("Code of the terms", key=True, also=w.TERMS)
    name = c.text("Name for people", also=w.NAME)
    days = c.whole("Days from invoice to payment", unit="days", default=30, maximum=3650, also="en: net days, due days | de: Tage, Zahlungsziel Tage | fr: jours, délai | es: días, plazo")
    end_of_month = c.flag("Whether the days count from the end of the invoice's month", default=False, also="en: eom | de: Monatsende | fr: fin de mois | es: fin de mes")
    deposit = c.fraction("Share paid when the order is placed", default=0.0, also="en: down payment, prepayment, advance | de: Anzahlung | fr: acompte | es: anticipo")
    discount = c.fraction("Share saved by paying early", default=0.0, also="en: cash discount | de: Skonto | fr: escompte | es: descuento")
    discount_days = c.whole("Days within which the discount holds", unit="days", default=0, maximum=3650, also="en: discount period | de: Skontotage | fr: jours d'escompte | es: días de descuento")
