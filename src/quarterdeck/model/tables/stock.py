"""What lies in stock and what is on its way."""

import dataframely as dy

from quarterdeck.model import columns as c
from quarterdeck.model.tables import words as w

SUPPLY_STATUS = {
    "proposed": ("planned", "geplant", "proposé", "propuesto"),
    "released": ("open", "approved", "confirmed", "in process", "ordered", "sent", "shipped", "in transit", "new", "pending", "offen", "bestellt", "bestätigt", "freigegeben", "lancé", "liberado"),
    "started": ("running", "in progress", "in production", "wip", "in arbeit", "begonnen", "en cours", "en curso"),
    "done": ("closed", "completed", "received", "delivered", "finished", "erledigt", "geliefert", "fertig", "terminé", "terminado"),
    "cancelled": ("canceled", "rejected", "storniert", "annulé", "cancelado"),
}


class StockLots(dy.Schema):
    lot = c.code("Lot or batch; empty where stock is not kept by lot", key=True, default="", also="en: batch, lot number, serial | de: Charge, Los | fr: lot | es: lote")
    item = c.code("Item", key=True, references="items", also=w.ITEM)
    site = c.code("Where it lies", key=True, default="main", references="sites", also=w.SITE)
    quantity = c.quantity("On hand", required=True, also=w.QUANTITY + " | en: on hand, onhand, stock, balance | de: Bestand, Lagerbestand | fr: stock | es: existencias")
    expiry = c.day("Last day on which it may be used", also="en: expiry date, best before, use by | de: Verfallsdatum, MHD | fr: péremption, dlc | es: caducidad")
    hold = c.flag("Blocked by quality or otherwise", default=False, also="en: blocked, on hold, quarantine | de: gesperrt | fr: bloqué | es: bloqueado")
    reserved_for = c.code("Name for which it is reserved, where the item is made to order; empty: nobody", also="en: reserved for, allocated to, pegged to, earmarked for | de: reserviert für | fr: réservé pour | es: reservado para")


class PurchaseOrders(dy.Schema):
    order = c.code("Purchase order", key=True, also=w.ORDER + " | en: purchase order, po")
    line = c.code("Line within the order", key=True, default="1", also=w.LINE)
    supplier = c.code("Supplier", references="suppliers", also=w.SUPPLIER)
    item = c.code("Item", required=True, references="items", also=w.ITEM)
    site = c.code("Where it is delivered", default="main", references="sites", also=w.SITE)
    quantity = c.quantity("Ordered quantity", above=0.0, required=True, also=w.QUANTITY)
    received = c.quantity("Received so far", default=0.0, also="en: received quantity, qty received | de: erhalten, Wareneingang | fr: reçu | es: recibido")
    due = c.moment("When it is expected", date_only="end", required=True, also=w.DUE + " | en: receipt date, expected date, expected, eta, arrival, arrival date, expected arrival | de: erwartet")
    ordered = c.moment("When it was placed", also="en: order date | de: Bestelldatum | fr: date de commande | es: fecha de pedido")
    received_on = c.moment("When the last of it came; lead times are learnt from it", also="en: received date, date received, actual receipt, actual receipt date, goods receipt date, actual delivery, actual delivery date, delivered on, arrived on | de: Wareneingangsdatum, eingegangen am, geliefert am | fr: reçu le, date de réception | es: recibido el, fecha de recepción")
    price = c.money("Price of one unit", unit="currency/unit", also=w.PRICE)
    reserved_for = c.code("Name for which it is reserved, where the item is made to order; empty: nobody", also="en: reserved for, allocated to, pegged to, earmarked for | de: reserviert für | fr: réservé pour | es: reservado para")
    status = c.choice("State of the line", SUPPLY_STATUS, default="released", also="en: state | de: Status | fr: statut | es: estado")


class WorkOrders(dy.Schema):
    order = c.code("Work order", key=True, also=w.ORDER + " | en: work order, wo, job, manufacturing order, production order")
    item = c.code("Item that is made", required=True, references="items", also=w.ITEM)
    site = c.code("Where it is made", default="main", references="sites", also=w.SITE)
    quantity = c.quantity("Quantity to be made", above=0.0, required=True, also=w.QUANTITY)
    completed = c.quantity("Good quantity put into stock so far", default=0.0, also="en: done, stocked quantity, good | de: fertig, Gutmenge | fr: fait, bon | es: hecho, bueno")
    routing = c.code("Way of making it", default="main", also=w.ROUTING)
    start = c.moment("Planned or actual start", also=w.START)
    due = c.moment("When it is needed", date_only="end", required=True, also=w.DUE)
    priority = c.whole("1 is served first", minimum=1, maximum=999, also=w.PRIORITY)
    reserved_for = c.code("Name for which it is reserved, where the item is made to order; empty: nobody", also="en: reserved for, allocated to, pegged to, earmarked for | de: reserviert für | fr: réservé pour | es: reservado para")
    status = c.choice("State of the order", SUPPLY_STATUS, default="released", also="en: state | de: Status | fr: statut | es: estado")
    materials_issued = c.flag("Whether its components have left stock already", default=False, also="en: issued, material issued, picked")


class WorkOrderOperations(dy.Schema):
    order = c.code("Work order", key=True, references="work_orders", also=w.ORDER)
    sequence = c.whole("Step", key=True, also=w.SEQUENCE)
    completed = c.quantity("Good pieces so far", default=0.0, also="en: done, good | de: Gutmenge | fr: bon | es: bueno")
    scrapped = c.quantity("Pieces lost so far", default=0.0, also="en: scrap, bad | de: Ausschuss | fr: rebut | es: desecho")
    scrap_reason = c.text("Why pieces were lost, as last reported", also="en: reason, scrap cause, defect | de: Ausschussgrund, Fehlergrund | fr: cause de rebut | es: motivo de desecho")
    machine = c.code("Machine it runs or is pinned on", references="machines", also=w.MACHINE)
    person = c.code("Person who does it", references="people", also=w.PERSON)
    started = c.moment("When it really began", also="en: actual start, started at")
    finished = c.moment("When it really ended", also="en: actual end, finished at")
    pinned_start = c.moment("Start that planning must keep", also="en: fixed start, frozen start")


class TransferOrders(dy.Schema):
    order = c.code("Transfer order", key=True, also=w.ORDER + " | en: transfer, transfer order")
    item = c.code("Item", required=True, references="items", also=w.ITEM)
    from_site = c.code("Sends", required=True, references="sites", also="en: origin, from | de: von | fr: de | es: desde")
    to_site = c.code("Receives", required=True, references="sites", also="en: destination, to | de: nach | fr: vers | es: hasta")
    quantity = c.quantity("On its way or ordered", above=0.0, required=True, also=w.QUANTITY)
    shipped = c.moment("When it left", also="en: ship date, sent")
    reserved_for = c.code("Name for which it is reserved, where the item is made to order; empty: nobody", also="en: reserved for, allocated to, pegged to, earmarked for | de: reserviert für | fr: réservé pour | es: reservado para")
    due = c.moment("When it arrives", date_only="end", required=True, also=w.DUE)
    status = c.choice("State of the order", SUPPLY_STATUS, default="released", also="en: state | de: Status | fr: statut | es: estado")
