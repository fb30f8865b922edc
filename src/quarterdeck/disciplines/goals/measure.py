"""A measured value with what is worth saying about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from quarterdeck.model import Company, Plan, currency


@dataclass(frozen=True, slots=True)
class Measure:
    """A value, and where or when it was found."""

    value: float
    note: str = ""


def priced(company: Company, amount: float) -> str:
    """An amount with the company's currency, in whole units.

    >>> priced(Company.of(), -1234.5)
    '−€ 1,234'
    """
    return currency.priced(amount, company.setting("currency", "EUR"))


def percent(share: float, decimals: int = 0) -> str:
    """A share as a percentage.

    >>> percent(0.163), percent(0.002, 2)
    ('16 %', '0.20 %')
    """
    return f"{share * 100:.{decimals}f} %"


def ratio(part: float, whole: float, note: str = "") -> Measure | None:
    """``part / whole``; nothing where there is no whole.

    >>> ratio(3, 4).value, ratio(1, 0)
    (0.75, None)
    """
    return Measure(part / whole, note) if whole > 0 else None


def spoken(day: dt.date) -> str:
    """A day as planners say it.

    >>> spoken(dt.date(2026, 3, 11))
    'Wed 11 Mar'
    """
    return f"{day:%a} {day.day} {day:%b}"


def unit_costs(plan: Plan) -> pl.DataFrame:
    """Whole standard cost of one unit: columns ``item``, ``unit_cost``."""
    total = pl.col("total").cast(pl.Float64).sum().alias("unit_cost")
    return plan["item_costs"].group_by("item", maintain_order=True).agg(total)


def ordered_lines(plan: Plan) -> pl.DataFrame:
    """Sales-order lines with what becomes of them."""
    lines = plan["requirements"].filter(pl.col("kind") == "sales_order").drop("quantity", "due")
    return lines.join(plan["deliveries"], on="demand", maintain_order="left")
