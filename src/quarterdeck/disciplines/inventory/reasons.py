"""How a stock target came about, in plain words."""

from __future__ import annotations

from typing import Any


def amount(value: float) -> str:
    """A quantity as people write it.

    >>> amount(1234.6), amount(12.34), amount(0.056)
    ('1,235', '12.3', '0.06')
    """
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def target_reason(row: dict[str, Any]) -> str:
    """The sentences for one item-site, from the columns that the stage has worked out."""
    unit = row["unit"]
    if row["kind"] == "none":
        return "Not kept in stock: a service or digital good."
    if row["fixed_safety"] is not None:
        return f"Safety stock of {amount(row['safety_stock'])} {unit} as fixed for this item and site."
    if row["mean"] <= 0:
        return "Nothing kept in stock: no demand is expected beyond the orders there are."
    if not row["stocked"]:
        return (
            f"Made when it is needed for what it goes into, about {amount(row['mean'])} {unit} a week;"
            " stock against surprises is kept in the finished products and in bought parts."
        )
    sentence = (
        f"About {amount(row['mean'])} {unit} a week, give or take {amount(row['spread'])};"
        f" {_source(row)}, and stock is reviewed once a week."
        f" For {row['service_level'] * 100:.4g} % service that needs {amount(row['lead_time_demand'])} {unit} to cover"
        f" the time and {amount(row['safety_stock'])} {unit} against surprises{_days(row)}."
    )
    return sentence + _less(row)


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
