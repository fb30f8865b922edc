"""Whom each order serves in the end: the most pressing requirement above it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from quarterdeck.disciplines.mrp.wording import Names
from quarterdeck.model import Plan

_RANK = {"sales_order": 0, "forecast": 1, "safety_stock": 2}


@dataclass(frozen=True, order=True)
class Purpose:
    """A requirement, in the order of pressing: customers' orders, then forecast, then safety stock."""

    rank: int
    due: float
    priority: int
    demand: str
    order: str
    line: str
    customer: str

    def words(self, names: Names) -> str:
        """The requirement as a planner calls it."""
        if self.rank == 0:
            customer = f" of {names.customers.get(self.customer, self.customer)}" if self.customer else ""
            line = f" line {self.line}" if self.line not in {"", "1"} else ""
            return f"{self.order}{line}{customer}"
        return "the forecast" if self.rank == 1 else "safety stock"


def purposes(plan: Plan) -> dict[tuple[str, str], Purpose]:
    """The most pressing requirement of every order that serves one, found from the sold items downwards."""
    wanted = plan["requirements"].select(
        "demand", "kind", "due", "priority", pl.col("order").fill_null(""), pl.col("line").fill_null(""),
        pl.col("customer").fill_null(""),
    )  # fmt: skip
    top = {
        row[0]: Purpose(_RANK[row[1]], row[2].timestamp(), row[3], row[0], row[4], row[5], row[6])
        for row in wanted.iter_rows()
    }
    levels = plan["orders"].select(demand="order", demand_line="line", level="level")
    pegs = (
        plan["pegs"]
        .filter(pl.col("supply_kind") == "order")
        .with_columns(pl.col("supply_line").fill_null(""), pl.col("demand_line").fill_null(""))
    )
    pegs = pegs.join(levels, on=["demand", "demand_line"], how="left").with_columns(pl.col("level").fill_null(-1))
    found: dict[tuple[str, str], Purpose] = {}
    columns = ("supply", "supply_line", "demand_kind", "demand", "demand_line")
    for supply, supply_line, kind, demand, demand_line in pegs.sort("level", "peg").select(columns).iter_rows():
        above = top.get(demand) if kind == "requirement" else found.get((demand, demand_line))
        known = found.get((supply, supply_line))
        if above is not None and (known is None or above < known):
            found[supply, supply_line] = above
    return found
