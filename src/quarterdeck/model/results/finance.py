"""What it costs and what it does to the bank account."""

import dataframely as dy

from quarterdeck.model import columns as c

COST_PARTS = {"material": (), "machine": (), "labour": (), "setup": (), "overhead": (), "subcontract": (), "scrap": ()}
CASH_KINDS = {"opening": (), "sales": (), "purchase": (), "production": (), "transport": (), "fixed": ()}


class ItemCosts(dy.Schema):
    item = c.code("Item", key=True)
    part = c.choice("Part of the cost", COST_PARTS, key=True)
    own = c.money("Added at this level, per unit; less what co- and by-products bear", unit="currency/unit", minimum=None, required=True)
    total = c.money("With everything below, per unit", unit="currency/unit", minimum=None, required=True)


class CashLines(dy.Schema):
    number = c.whole("Running number", key=True)
    date = c.day("When the money moves", required=True)
    kind = c.choice("What moves it", CASH_KINDS, required=True)
    reference = c.code("Order, demand or fixed line", default="")
    partner = c.code("Customer or supplier", default="")
    amount = c.money("Positive comes in, negative goes out", minimum=None, required=True)
    balance = c.money("In the bank after it", minimum=None, required=True)
    expected = c.flag("From a forecast, not an order", default=False)
