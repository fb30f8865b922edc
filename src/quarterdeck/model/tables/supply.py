"""From whom, whence, at what price and how fast."""

import dataframely as dy

from quarterdeck.model import columns as c
from quarterdeck.model.tables import words as w


class SupplyOptions(dy.Schema):
    item = c.code("Item that is bought", key=True, references="items", also=w.ITEM)
    supplier = c.code("Supplier", key=True, references="suppliers", also=w.SUPPLIER)
    site = c.code("Site it is delivered to; empty means any", key=True, default="", references="sites", also=w.SITE)
    lead_time_days = c.number("Mean calendar days from order to receipt", unit="days", default=0.0, maximum=3650, also="en: lead time, leadtime, delivery time, average lead time | de: Lieferzeit, Wiederbeschaffungszeit | fr: délai, délai de livraison | es: plazo, plazo de entrega")
    lead_time_spread_days = c.number("Standard deviation of the lead time", unit="days", default=0.0, maximum=3650, also="en: lead time spread, lead time std, lead time deviation, variability | de: Streuung Lieferzeit | fr: écart de délai | es: desviación del plazo")
    minimum = c.quantity("Least quantity of an order", default=0.0, also="en: minimum order quantity, moq, size minimum, min qty, minimum order | de: Mindestmenge, Mindestbestellmenge | fr: quantité minimum | es: cantidad mínima, pedido mínimo")
    multiple = c.quantity("Orders are multiples of this", default=0.0, also="en: order multiple, size multiple, pack size | de: Verpackungseinheit, Rundung | fr: multiple | es: múltiplo")
    maximum = c.quantity("Most in one order", above=0.0, also="en: maximum order quantity, size maximum, max qty | de: Höchstmenge | fr: quantité maximum | es: cantidad máxima")
    price = c.money("Price of one unit", unit="currency/unit", also=w.PRICE + " | en: cost")
    line_cost = c.money("Cost of having the item in an order, beside the order's own", also="en: cost per line, order line cost | de: Kosten je Position, Positionskosten | fr: coût par ligne | es: coste por línea")
    capacity = c.code("Capacity of the supplier that it draws on; several options may share one", also="en: supplier capacity, resource")
    capacity_per_unit = c.number("What one unit draws of the capacity", unit="capacity/unit", above=0.0, default=1.0, maximum=1e9, also="en: resource quantity, capacity quantity")
    priority = c.whole("1 is preferred", default=1, minimum=1, maximum=999, also=w.PRIORITY)
    quota = c.fraction("Agreed share of what is ordered, among the suppliers of the item that are in time; empty: by preference", also="en: share, split, allocation, quota % | de: Quote, Quotierung | fr: quota, part | es: cuota")
    valid_from = c.day("First day of validity", also=w.VALID_FROM)
    valid_to = c.day("Last day of validity", also=w.VALID_TO)


class PriceBreaks(dy.Schema):
    item = c.code("Item that is bought", key=True, references="items", also=w.ITEM)
    supplier = c.code("Supplier", key=True, references="suppliers", also=w.SUPPLIER)
    from_quantity = c.quantity("Least order quantity for this price", key=True, also="en: min quantity, quantity from, break | de: ab Menge, Staffel | fr: à partir de | es: desde cantidad")
    price = c.money("Price of one unit", unit="currency/unit", required=True, also=w.PRICE)


class SupplierCapacities(dy.Schema):
    capacity = c.code("Code of the capacity, as supply options name it, or a work centre whose hours are counted: what fits in a period", key=True, also="en: supplier capacity, resource")
    start = c.day("First day of the period", key=True, also=w.START)
    days = c.whole("Length of the period", unit="days", default=7, minimum=1, maximum=3660, also="en: period, length, bucket | de: Tage, Dauer | fr: jours | es: días")
    quantity = c.quantity("Most that may be ordered in the period", unit="capacity", required=True, also=w.QUANTITY + " | en: maximum, limit")
    repeats = c.flag("Whether the following periods have the same, until another row starts", default=False, also="en: recurring, repeating | de: wiederholt")


class Lanes(dy.Schema):
    from_site = c.code("Site that sends", key=True, references="sites", also="en: origin, from, from location, source | de: von, von Standort | fr: origine, de | es: origen, desde")
    to_site = c.code("Site that receives", key=True, references="sites", also="en: destination, to, to location | de: nach, nach Standort | fr: destination, vers | es: destino, hasta")
    item = c.code("Item it holds for; empty means all", key=True, default="", references="items", also=w.ITEM)
    transport_days = c.number("Calendar days on the way", unit="days", default=0.0, maximum=3650, also="en: lead time, transit time, transport time, transit days | de: Transportzeit, Laufzeit | fr: temps de transport, délai | es: tiempo de tránsito, plazo")
    cost_per_unit = c.money("Transport cost of one unit", unit="currency/unit", default=0, also=w.COST)
    cost_per_shipment = c.money("Transport cost of one transfer", default=0, also="en: shipment cost, fixed cost")
    multiple = c.quantity("Transfers are multiples of this", default=0.0, also="en: size multiple, pack size")
    priority = c.whole("1 is preferred", default=1, minimum=1, maximum=999, also=w.PRIORITY)
