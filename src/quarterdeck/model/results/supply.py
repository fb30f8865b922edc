"""What is supplied, by whom, for whom."""

import dataframely as dy

from quarterdeck.model import columns as c

ORDER_KINDS = {"buy": (), "make": (), "transfer": ()}
ORDER_STATES = {"planned": (), "open": (), "started": ()}
SUPPLY_KINDS = {"stock": (), "order": ()}
DEMAND_KINDS = {"requirement": (), "order": ()}
ACTION_KINDS = {"release": (), "expedite": (), "defer": (), "cancel": (), "increase": (), "decrease": ()}


class Targets(dy.Schema):
    item = c.code("Item", key=True)
    site = c.code("Site", key=True)
    abc = c.text("Class by yearly value: A, B, C", required=True)
    xyz = c.text("Class by spread of demand: X, Y, Z", required=True)
    service_level = c.fraction("Share of demand to be met from stock", required=True)
    lead_time_days = c.number("Replenishment time the target covers", unit="days", required=True)
    lead_time_spread_days = c.number("Its standard deviation", unit="days", required=True)
    lead_time_demand = c.quantity("Expected demand over the replenishment time", required=True)
    safety_stock = c.quantity("Stock kept against surprises", required=True)
    reorder_point = c.quantity("Stock position at which to order", required=True)
    order_up_to = c.quantity("Stock position to order up to", required=True)
    safety_value = c.money("Value of the safety stock", default=0)
    policy = c.text("How it is replenished: levels, base stock, reorder point, min-max, periodic review, joint orders, kanban cards, called off", default="levels")
    supplier = c.code("Supplier it is ordered from")
    review_days = c.number("Days from one order to the next", unit="days", default=7.0)
    cycle_days = c.number("Days from one order to the supplier to the next, all its items together", unit="days")
    order_quantity = c.quantity("Usual quantity of an order", default=0.0)
    order_cost = c.money("Cost of one order or set-up, where known")
    holding_cost = c.money("Cost of keeping one unit for a year", unit="currency/unit")
    receipts = c.whole("Receipts of the past that the replenishment time was learnt from", default=0)
    on_time_share = c.fraction("Share of the supplier's receipts that came when promised")
    kanban_cards = c.whole("Cards in the kanban loop")
    waste_per_year = c.quantity("Expected to expire in a year, the first to expire being used first", default=0.0)
    waste_value = c.money("Cost of what is expected to expire in a year", default=0)
    promise_days = c.number("Days after which it delivers to the next stage, where all stages are planned together", unit="days")
    reason = c.text("How the numbers came about", required=True)


class Orders(dy.Schema):
    order = c.code("Code: the company's for open orders, P and a number that stays from plan to plan for planned ones", key=True)
    line = c.code("Line of an open purchase order", key=True, default="")
    kind = c.choice("How it is supplied", ORDER_KINDS, required=True)
    state = c.choice("Planned by this plan, open, or started", ORDER_STATES, required=True)
    item = c.code("Item", required=True)
    site = c.code("Where it becomes available", required=True)
    quantity = c.quantity("Good quantity it still brings", required=True)
    start_quantity = c.quantity("Quantity to start with, before yield", required=True)
    partner = c.code("Supplier, or the site a transfer comes from")
    routing = c.code("Way of making it")
    release = c.instant("Latest moment to release it: order placed, work begun, goods sent", required=True)
    needed = c.instant("When the first demand it serves needs it", required=True)
    available = c.instant("When it is in stock: promised by the supplier, or finished in the schedule", required=True)
    level = c.whole("Low-level code of the item: 0 is sold", required=True)
    cost = c.money("Purchase or production cost of the order", default=0)
    late_seconds = c.whole("How much later than needed it is available", unit="s", default=0)


class Pegs(dy.Schema):
    """A supply quantity that serves a demand quantity of one item at one site."""

    peg = c.whole("Running number", key=True)
    item = c.code("Item", required=True)
    site = c.code("Site", required=True)
    quantity = c.quantity("Quantity", required=True)
    supply_kind = c.choice("Stock lot or order", SUPPLY_KINDS, required=True)
    supply = c.code("Lot code, or order code", required=True)
    supply_line = c.code("Line of the order", default="")
    demand_kind = c.choice("Independent demand, or an order that consumes it", DEMAND_KINDS, required=True)
    demand = c.code("Demand code, or order code", required=True)
    demand_line = c.code("Line of the order that consumes", default="")
    needed = c.instant("When the demand needs it", required=True)
    sequence = c.whole("Operation that consumes it")


class Yields(dy.Schema):
    """A co- or by-product of an order; it is there when the order is."""

    order = c.code("Order that makes its parent", key=True)
    line = c.code("Line of the order; empty for work orders", key=True, default="")
    item = c.code("Item that comes out as well", key=True)
    site = c.code("Where it becomes available", required=True)
    quantity = c.quantity("Quantity that comes out", required=True)


class ProjectedStock(dy.Schema):
    item = c.code("Item", key=True)
    site = c.code("Site", key=True)
    date = c.day("Day at whose end the stock is counted", key=True)
    incoming = c.quantity("Received on the day", required=True)
    outgoing = c.quantity("Used or delivered on the day", required=True)
    expired = c.quantity("Lost by age on the day", default=0.0)
    stock = c.quantity("Left at the end of the day", minimum=-c.LARGEST, required=True)


class Outlook(dy.Schema):
    item = c.code("Item", key=True)
    site = c.code("Site", key=True)
    week = c.day("First day of the week, counted from the plan's now", key=True)
    wanted = c.quantity("Needed in the week, by customers and by what is made of it", minimum=-c.LARGEST, required=True)
    coming = c.quantity("Open orders due in the week", required=True)
    planned = c.quantity("Planned to come in in the week", required=True)
    released = c.quantity("Planned to be ordered or begun in the week", required=True)
    stock = c.quantity("Left at the end of the week", minimum=-c.LARGEST, required=True)


class Actions(dy.Schema):
    action = c.choice("What to do", ACTION_KINDS, key=True)
    order = c.code("Order it is about", key=True)
    line = c.code("Line of the order", key=True, default="")
    kind = c.choice("How the order is supplied", ORDER_KINDS, required=True)
    item = c.code("Item", required=True)
    site = c.code("Site", required=True)
    partner = c.code("Supplier or sending site")
    quantity = c.quantity("Quantity to release, or the new quantity", required=True)
    by = c.instant("When to do it", required=True)
    from_date = c.instant("Date as it stands")
    to_date = c.instant("Date as it should be")
    reason = c.text("Why, in words", required=True)
    effect = c.text("What it brings, in words", required=True)
    value = c.money("Money it binds or frees", minimum=None, default=0)
    urgency = c.number("Orders the list; larger first", unit="", minimum=-c.LARGEST, default=0.0)
