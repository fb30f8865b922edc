"""Repairs of demand: who goes first, what goes first, and what to agree with the customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import polars as pl

from quarterdeck.model.clock import DAY
from quarterdeck.planning.repairs.edits import Candidate, Edit, row_of
from quarterdeck.planning.repairs.supply import Case

_LEAST = 1e-6


def demand_repairs(case: Case) -> Iterator[Candidate]:
    """Repairs of the order line itself; forecasts and stock targets have none."""
    if case.requirement["kind"] != "sales_order":
        return
    yield from _first(case)
    yield from _in_parts(case)
    yield from _later(case)


def _line(case: Case, **changes: Any) -> pl.DataFrame:  # noqa: ANN401 - cells of a table
    key = {"order": case.requirement["order"], "line": case.requirement["line"]}
    return row_of("sales_orders", case.company, changes, **key)


def _first(case: Case) -> Iterator[Candidate]:
    """The line goes before all others."""
    if case.requirement["priority"] <= 1:
        return
    edits = {"sales_orders": Edit(_line(case, priority=1))}
    facts = {"before": case.requirement["priority"]}
    yield Candidate("swap_priority", case.requirement["order"], case.requirement["item"], facts, Decimal(0), edits)


def _in_parts(case: Case) -> Iterator[Candidate]:
    """What can be there in time goes in time, the rest when it is there."""
    requirement, delivered = case.requirement, case.delivery["delivered"]
    ready = _ready_in_time(case)
    if delivered is None or not _LEAST < ready < requirement["quantity"] - _LEAST:
        return
    own = _line(case)
    done = float(own["delivered"][0])
    later = case.wall(delivered, requirement["site"])
    first = own.with_columns(quantity=pl.lit(done + ready))
    rest = own.with_columns(
        line=pl.lit(_free_line(case)), quantity=pl.lit(requirement["quantity"] - ready), delivered=pl.lit(0.0),
        promised=pl.lit(later + dt.timedelta(seconds=1), dtype=own.schema["promised"]),
    )  # fmt: skip
    facts = {
        "quantity": ready,
        "rest": requirement["quantity"] - ready,
        "later": delivered,
        "site": requirement["site"],
    }
    edits = {"sales_orders": Edit(pl.concat([first, rest]))}
    yield Candidate("partial", requirement["order"], requirement["item"], facts, Decimal(0), edits, concession=True)


def _ready_in_time(case: Case) -> float:
    pegs = case.plan["pegs"].filter(
        (pl.col("demand_kind") == "requirement") & (pl.col("demand") == case.requirement["demand"])
    )
    there = case.plan["orders"].select(supply="order", supply_line="line", there="available")
    dated = pegs.with_columns(pl.col("supply_line").fill_null("")).join(there, on=["supply", "supply_line"], how="left")
    in_time = (pl.col("supply_kind") == "stock") | (pl.col("there") <= case.requirement["due"])
    return float(dated.filter(in_time)["quantity"].sum()) if case.requirement["due"] >= case.now else 0.0


def _free_line(case: Case) -> str:
    order = case.company["sales_orders"].filter(pl.col("order") == case.requirement["order"])
    taken = set(order["line"])
    number = 2
    while f"{case.requirement['line']}.{number}" in taken:
        number += 1
    return f"{case.requirement['line']}.{number}"


def _later(case: Case) -> Iterator[Candidate]:
    """The customer agrees to the day on which it is all there."""
    delivered = case.delivery["delivered"]
    if delivered is None:
        return
    site = case.requirement["site"]
    day = case.wall(delivered, site).replace(hour=23, minute=59, second=59)
    edits = {"sales_orders": Edit(_line(case, promised=day))}
    share = case.rate("late", 0.0)
    days = case.delivery["late_seconds"] / DAY
    price = Decimal(str(round(float(case.requirement["value"] or 0) * share * days, 2)))
    facts = {"to": delivered, "site": site, "before": case.requirement["due"]}
    yield Candidate(
        "renegotiate", case.requirement["order"], case.requirement["item"], facts, price, edits, concession=True
    )
