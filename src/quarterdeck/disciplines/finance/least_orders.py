"""Planned orders that are worth less than the supplier takes."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from quarterdeck.model import Company, Plan, Problem
from quarterdeck.model.clock import home_zone
from quarterdeck.model.currency import priced

CENT = 0.01


def least_order_problems(company: Company, plan: Plan) -> Iterator[Problem]:
    """One problem per supplier: the first day whose planned orders together stay below its least value."""
    terms = company["suppliers"].filter(pl.col("minimum_value").fill_null(0) > 0)
    if terms.is_empty():
        return
    planned = plan["orders"].filter((pl.col("kind") == "buy") & (pl.col("state") == "planned"))
    day = pl.col("release").dt.convert_time_zone(home_zone(company)).dt.date()
    days = planned.group_by("partner", day=day).agg(value=pl.col("cost").cast(pl.Float64).sum())
    least = terms.select(partner="supplier", least=pl.col("minimum_value").cast(pl.Float64))
    below = days.join(least, on="partner").filter(pl.col("value") < pl.col("least") - CENT).sort("partner", "day")
    currency = company.setting("currency")
    for (supplier,), few in below.group_by("partner", maintain_order=True):
        yield _problem(str(supplier), few, currency)


def _problem(supplier: str, few: pl.DataFrame, currency: str) -> Problem:
    row = few.row(0, named=True)
    more = f", and {few.height - 1} later ones as well" if few.height > 1 else ""
    return Problem(
        "warning",
        "order-below-minimum",
        f"The order to {supplier} on {row['day']:%a} {row['day'].day} {row['day']:%b} is worth"
        f" {priced(row['value'], currency)}; it takes {priced(row['least'], currency)} at least{more}.",
        "Order more at once or less often, or buy together with another site.",
        table="suppliers",
        key=supplier,
        column="minimum_value",
        found=f"{row['value']:,.0f}",
        expected=f"at least {row['least']:,.0f}",
    )
