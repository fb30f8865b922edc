"""How a stock target came about, in plain words."""

from __future__ import annotations

from typing import Any

WATCHED = ("base stock", "reorder point")
LOTS = {
    "economic": "In the economic quantity",
    "silver_meal": "In lots that cost least a day (Silver–Meal)",
    "wagner_whitin": "In lots that cost least over the horizon (Wagner–Whitin)",
}
LEAST_WASTE = 0.01  # units a year worth a sentence


def amount(value: float) -> str:
    """A quantity as people write it.

    >>> amount(1234.6), amount(12.34), amount(0.056)
    ('1,235', '12.3', '0.06')
    """
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def target_reason(row: dict[str, Any]) -> str:  # noqa: PLR0911 - one return per kind
    """The sentences for one item-site, from the columns that the stage has worked out."""
    unit = row["unit"]
    if row["kind"] == "none":
        return "Not kept in stock: a service or digital good."
    if row["fixed_safety"] is not None:
        return f"Safety stock of {amount(row['safety_stock'])} {unit} as fixed for this item and site."
    if row["fixed_reorder"] is not None:
        return _at_a_point(row)
    if row["mean"] <= 0:
        return "Nothing kept in stock: no demand is expected beyond the orders there are."
    if row["policy"] == "called off":
        return (
            f"Called off{_from(row)} day by day as it is needed, about {amount(row['mean'])} {unit} a week:"
            " no stock against surprises is kept here."
        )
    if not row["stocked"]:
        return _not_kept(row)
    sentence = (
        f"About {amount(row['mean'])} {unit} a week, give or take {amount(row['spread'])};"
        f" {_source(row)}{_review(row)}."
        f" For {row['service_level'] * 100:.4g} % service{_worth(row)}{_promise(row)} that needs"
        f" {amount(row['lead_time_demand'])} {unit} to cover the time and {amount(row['safety_stock'])} {unit} against"
        f" surprises{_days(row)}."
    )
    return sentence + _less(row) + _ordering(row) + _receipts(row) + _substitute(row) + _cards(row) + _waste(row)


def _worth(row: dict[str, Any]) -> str:
    if not row["by_money"]:
        return ""
    if row["shortage_told"]:
        return ", where one more costs as much to keep as it spares of shortage,"
    return ", where the margin of one more no longer pays for keeping it,"


def _promise(row: dict[str, Any]) -> str:
    """What the item's service is a part of, where one promise holds for many."""
    if not row["promise"]:
        return ""
    weighed = ", by value," if row["promise"]["by"] == "value" else ""
    if row["own_mean"] <= 0:
        return f", its part in what the parts of all products{weighed} keep together for the least money,"
    mean = f"{row['promise']['mean'] * 100:.4g} %"
    return f", its part in the {mean} that all items{weighed} keep in the mean for the least money,"


def _at_a_point(row: dict[str, Any]) -> str:
    unit = row["unit"]
    used = f"; about {amount(row['mean'])} {unit} a week are used" if row["mean"] > 0 else "; no demand is expected"
    left = f", which leaves {amount(row['safety_stock'])} {unit} when the order comes" if row["mean"] > 0 else ""
    return (
        f"Ordered when stock and orders fall to {amount(row['reorder_point'])} {unit}, as fixed for this item and site,"
        f" up to {amount(row['order_up_to'])} {unit}{used}, and it takes {_source(row)}{left}.{_receipts(row)}"
    )


def _ordering(row: dict[str, Any]) -> str:
    """When how much is ordered, where a policy or an economic lot rule was chosen."""
    unit, point, top = row["unit"], amount(row["reorder_point"]), amount(row["order_up_to"])
    usual = amount(row["order_quantity"])
    told = {
        "base stock": f" Whatever is used is ordered again at once, up to {top} {unit}.",
        "periodic review": f" Each time it is ordered up to {top} {unit}.",
        "reorder point": f" At {point} {unit} in stock and on order, {usual} {unit} are ordered.",
        "min-max": f" At or below {point} {unit} in stock and on order, it is ordered up to {top} {unit}.",
    }.get(row["policy"], "")
    if row["lot_rule"] in LOTS and row["economic"] is not None:
        told += f" {LOTS[row['lot_rule']]}: about {usual} {unit} at a time"
        told += f", an order costing {row['order_cost']:,.2f}" if row["order_cost"] else ""
        told += f" and a unit kept for a year {row['holding_cost']:,.2f}."
    return told


def _receipts(row: dict[str, Any]) -> str:
    """What the supplier's receipts say."""
    share, number = row["on_time_share"], row["receipts"]
    kept = "" if share is None else f"{share * 100:.3g} % of them on the day promised"
    if number:
        return f" The time is learnt from {amount(number)} receipts{f', {kept}' if kept else ''}."
    return f" The supplier keeps its day in {share * 100:.3g} of 100 cases." if share is not None else ""


def _not_kept(row: dict[str, Any]) -> str:
    if row["promise_days"] is not None:
        return (
            f"No stock against surprises: delivers to the next stage after {amount(row['promise_days'])} days, where"
            " stock is cheaper or shields more."
        )
    return (
        f"Made when it is needed for what it goes into, about {amount(row['mean'])} {row['unit']} a week;"
        " stock against surprises is kept in the finished products and in bought parts."
    )


def _from(row: dict[str, Any]) -> str:
    return f" from {row['supplier']}" if row["supplier"] else ""


def _review(row: dict[str, Any]) -> str:
    """How often it is ordered."""
    if row["policy"] == "kanban cards":
        return ", by kanban cards"
    if row["policy"] in WATCHED and row["review_days"] <= 0:
        return ", and stock is watched all the time"
    if row["policy"] != "joint orders":
        every = "once a week" if row["review_days"] == 7 else f"every {amount(row['review_days'])} days"
        return f", and stock is reviewed {every.replace('every 1 days', 'every day')}"
    every = f"every {amount(row['review_days'])} days"
    cycle = row["cycle_days"]
    if cycle and cycle < row["review_days"]:
        return f", ordered {every}, in every {_ordinal(round(row['review_days'] / cycle))} order to the supplier"
    return f", ordered {every} with everything else from the supplier"


def _ordinal(number: int) -> str:
    """The number as a place in a row.

    >>> _ordinal(2), _ordinal(3), _ordinal(4), _ordinal(21), _ordinal(12)
    ('2nd', '3rd', '4th', '21st', '12th')
    """
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }".replace(" ", "")


def _substitute(row: dict[str, Any]) -> str:
    if row["own_service"] >= row["service_level"]:
        return ""
    share = f"{row['substitute_share'] * 100:.3g} %"
    return (
        f" {share} of customers take {row['substitute']} when it is out, so {row['own_service'] * 100:.4g} % of its own"
        " is enough."
    )


def _cards(row: dict[str, Any]) -> str:
    if not row["kanban_cards"]:
        return ""
    cards = row["kanban_cards"]
    return f" That makes {cards} kanban card{'s' if cards > 1 else ''} of {amount(row['container'])} {row['unit']}."


def _waste(row: dict[str, Any]) -> str:
    if row["waste_per_year"] < LEAST_WASTE:
        return ""
    return f" About {amount(row['waste_per_year'])} {row['unit']} a year are expected to pass their shelf life."


def _source(row: dict[str, Any]) -> str:
    spread = row["lead_time_spread_days"]
    give = f", give or take {amount(spread)}" if spread > 0 else ""
    days = f"{amount(row['lead_time_days'])} days{give}"
    if row["kind"] == "transfer":
        return f"{days} on the way from {row['source_site']}"
    if row["kind"] == "make":
        return f"{days} to make"
    return f"{days} to buy" + (f" from {row['supplier']}" if row["supplier"] else "")


def _days(row: dict[str, Any]) -> str:
    return f", {amount(7.0 * row['safety_stock'] / row['mean'])} days of demand"


def _less(row: dict[str, Any]) -> str:
    if row["pattern"] == "new":
        return " Half of what the spread asks for, because the item is new."
    if row["pattern"] == "fading":
        return " Half of what the spread asks for, because demand fades."
    return ""
