"""Whom each order serves in the end: the most pressing requirement above it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp.wording import Names
from quarterdeck.model import Plan

Key = tuple[str, str]
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


@dataclass(frozen=True, slots=True)
class Delay:
    """Whom an order that comes late keeps waiting, and when it would have had to be there for that."""

    purpose: Purpose
    needed: dt.datetime


def purposes(plan: Plan) -> dict[Key, Purpose]:
    """The most pressing requirement of every order that serves one, found from the sold items downwards."""
    top = sorted(_wanted(plan).values())
    orders = plan["orders"].select("order", pl.col("line").fill_null(""), "level").with_row_index("n")
    pegs = _numbered(plan, orders, [each.demand for each in top])
    supply, by, asked = (pegs[name].to_numpy() for name in ("n", "by", "asked"))
    best = np.full(orders.height, len(top), np.int64)
    before = best.copy()
    edges = np.flatnonzero(np.diff(pegs["level"].to_numpy(), prepend=-2, append=1 << 30))
    while True:
        for begin, end in itertools.pairwise(edges):
            part = slice(begin, end)
            pressing = np.where(asked[part] >= 0, asked[part], best[by[part]])
            np.minimum.at(best, supply[part], pressing)
        if np.array_equal(best, before):
            break
        before = best.copy()
    keys = orders.select("order", "line").rows()
    return {keys[n]: top[best[n]] for n in np.flatnonzero(best < len(top))}


def _numbered(plan: Plan, orders: pl.DataFrame, demands: list[str]) -> pl.DataFrame:
    """Pegs of orders by numbers: the order ``n``, the order ``by`` that consumes it, or the requirement ``asked``.

    Sorted by the ``level`` of what consumes it, so that consumers come before what they consume.
    """
    given = plan["pegs"].filter(pl.col("supply_kind") == "order").select(
        order="supply", line=pl.col("supply_line").fill_null(""), kind="demand_kind", demand="demand",
        demand_line=pl.col("demand_line").fill_null(""),
    )  # fmt: skip
    asked = pl.DataFrame({"demand": demands}, schema={"demand": pl.String}).with_row_index("asked")
    above = orders.select(demand="order", demand_line="line", by="n", level="level")
    joined = given.join(orders.select("order", "line", "n"), on=["order", "line"]).join(asked, on="demand", how="left")
    joined = joined.join(above, on=["demand", "demand_line"], how="left")
    wanted = pl.col("kind") == "requirement"
    joined = joined.with_columns(
        asked=pl.when(wanted).then("asked").cast(pl.Int64).fill_null(-1),
        by=pl.when(~wanted).then("by").cast(pl.Int64).fill_null(-1),
        level=pl.when(wanted).then(-1).otherwise("level").cast(pl.Int64),
    )
    return joined.filter((pl.col("asked") >= 0) | (pl.col("by") >= 0)).sort("level")


def delays(plan: Plan) -> dict[Key, Delay]:
    """The most pressing requirement that waits for each order, where every order on the way comes later than needed.

    An order that comes late but keeps nobody waiting, since there is time enough behind it, is left out.
    """
    there = plan["orders"].select(supply="order", supply_line="line", _there="available")
    pegs = plan["pegs"].with_columns(pl.col("supply_line").fill_null(""))
    late = pegs.join(there, on=["supply", "supply_line"], maintain_order="left").filter(
        pl.col("_there") > pl.col("needed")
    )
    top = _wanted(plan)
    found: dict[Key, Delay] = {}
    for supply, demand, kind, needed in _downwards(plan, late.drop("_there")):
        above = top.get(demand[0]) if kind == "requirement" else found[demand].purpose if demand in found else None
        if above is None:
            continue
        known = found.get(supply)
        if known is None or above < known.purpose or (above == known.purpose and needed < known.needed):
            found[supply] = Delay(above, needed)
    return found


def _wanted(plan: Plan) -> dict[str, Purpose]:
    wanted = plan["requirements"].select(
        "demand", "kind", "due", "priority", pl.col("order").fill_null(""), pl.col("line").fill_null(""),
        pl.col("customer").fill_null(""),
    )  # fmt: skip
    return {
        row[0]: Purpose(_RANK[row[1]], row[2].timestamp(), row[3], row[0], row[4], row[5], row[6])
        for row in wanted.iter_rows()
    }


def _downwards(plan: Plan, pegs: pl.DataFrame) -> Iterator[tuple[Key, Key, str, dt.datetime]]:
    """Supply, demand, kind of demand and when it needs it, by peg of an order; consumers before what they consume."""
    levels = plan["orders"].select(demand="order", demand_line="line", level="level")
    given = pegs.filter(pl.col("supply_kind") == "order").with_columns(
        pl.col("supply_line").fill_null(""), pl.col("demand_line").fill_null("")
    )
    given = given.join(levels, on=["demand", "demand_line"], how="left").with_columns(pl.col("level").fill_null(-1))
    columns = ("supply", "supply_line", "demand", "demand_line", "demand_kind", "needed")
    for row in given.sort("level", "peg").select(columns).iter_rows():
        yield (row[0], row[1]), (row[2], row[3]), row[4], row[5]
