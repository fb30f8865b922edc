"""One operation in depth: why it is where it is, what it hangs on with the minutes to spare, and its order's chain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import DAY, as_seconds
from quarterdeck.model.working_time import working_time
from quarterdeck.service.views import wording
from quarterdeck.service.views.gantt import clock_of
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.rows import Places
from quarterdeck.service.views.schedule import serves, steps_of, when, why
from quarterdeck.service.views.wants import demands

MOST_MATERIALS = 3
MOST_CHAIN = 400
BINDING = 60  # [s] to spare at most, for a predecessor to be binding


@dataclass(frozen=True, slots=True)
class Before:
    """What has to be over before an operation begins.

    ``spare``: seconds between in which its machine is open; ``binding`` if there are hardly any.
    """

    kind: str
    what: str
    order: str
    until: str
    spare: int
    spare_text: str
    binding: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What the card of an operation tells; ``start`` is the beginning of its set-up on the home's clock."""

    order: str
    sequence: int
    heading: str
    when: str
    serves: str
    why: tuple[tuple[str, str], ...]
    before: tuple[Before, ...]
    machine: str
    work_centre: str
    start: dt.datetime
    pinned: bool
    begun: bool


@dataclass(frozen=True, slots=True)
class Due:
    """A demand at the end of a chain: what it is called, the same in words, and its minute on the chart's clock."""

    label: str
    text: str
    minute: int
    bad: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """Every order that an order hangs on or that hangs on it, with the demands it serves, the most pressing first."""

    orders: tuple[str, ...]
    dues: tuple[Due, ...]
    needed: int | None


def step(company: Company, plan: Plan, order: str, sequence: int) -> Step | None:
    """The operation with its reasons; ``None`` if the plan has no such one."""
    one = plan["operations"].filter((pl.col("order") == order) & (pl.col("sequence") == sequence))
    if one.is_empty():
        return None
    load = plan["operations"].filter(pl.col("start") == one["start"][0])  # with what may share its oven
    mine = (pl.col("order") == order) & (pl.col("sequence") == sequence)
    row = steps_of(plan.with_tables(operations=load)).filter(mine).row(0, named=True)
    names = Names.of(company)
    label = names.subject(row["item"], order)
    return Step(
        order=order,
        sequence=sequence,
        heading=" · ".join(filter(None, (label, row["name"]))),
        when=when(row, names),
        serves=serves(row, names),
        why=why(row, names),
        before=_before(company, plan, row, names),
        machine=row["machine"] or "",
        work_centre=row["work_centre"] or "",
        start=wording.local(row["setup_start"], names.home).replace(tzinfo=None),
        pinned=row["pinned"],
        begun=row["setup_start"] < plan.settings.as_of,
    )


def _before(company: Company, plan: Plan, row: dict[str, Any], names: Names) -> tuple[Before, ...]:
    """Predecessors of all kinds, the last to end first."""
    found = [
        *_route(plan, row, names),
        *_materials(plan, row, names),
        *_same(plan, row, names, "machine"),
        *_same(plan, row, names, "person"),
    ]
    if not found:
        return ()
    found.sort(key=lambda each: each[3], reverse=True)
    begin, ends = as_seconds(row["setup_start"]), [as_seconds(each[3]) for each in found]
    calendar, zone = Places.of(company).calendar("machine", (row["work_centre"] or "", row["machine"] or ""))
    hours = working_time(company, calendar, zone, (min(ends) - DAY, begin + DAY))
    spare = np.maximum(hours.work_until([begin]) - hours.work_until(ends), 0)
    return tuple(_told(row, names, each, int(seconds)) for each, seconds in zip(found, spare, strict=True))


Found = tuple[str, str, str, dt.datetime]


def _told(row: dict[str, Any], names: Names, found: Found, spare: int) -> Before:
    kind, what, order, end = found
    text = "no time to spare" if spare < BINDING else f"{wording.duration(spare)} to spare"
    return Before(kind, what, order, names.moment(end, row["site"]), spare, text, spare < BINDING)


def _route(plan: Plan, row: dict[str, Any], names: Names) -> Iterable[Found]:
    """The step before on the order's own route."""
    del names
    earlier = plan["operations"].filter((pl.col("order") == row["order"]) & (pl.col("sequence") < row["sequence"]))
    for last in earlier.sort("end").tail(1).iter_rows(named=True):
        named = f", {last['name']}" if last["name"] else ""
        yield "the step before", f"step {last['sequence']}{named}", row["order"], last["end"]


def _materials(plan: Plan, row: dict[str, Any], names: Names) -> Iterable[Found]:
    """Orders that bring its material, the last to come."""
    here = (pl.col("demand_kind") == "order") & (pl.col("demand") == row["order"])
    here &= (pl.col("sequence") == row["sequence"]) | pl.col("sequence").is_null()
    pegs = plan["pegs"].filter(here & (pl.col("supply_kind") == "order")).unique(["supply", "supply_line"])
    dated = plan["orders"].select("order", "line", "available", "partner", "kind")
    joined = pegs.join(dated, left_on=["supply", "supply_line"], right_on=["order", "line"])
    for peg in joined.sort("available", "supply").tail(MOST_MATERIALS).iter_rows(named=True):
        partner = names.partner(peg["kind"], peg["partner"])
        source = f" from {partner}" if partner else ""
        yield "material", f"{names.subject(peg['item'], peg['supply'])}{source}", peg["supply"], peg["available"]


def _same(plan: Plan, row: dict[str, Any], names: Names, resource: str) -> Iterable[Found]:
    """What the machine or the person does before."""
    if not row[resource]:
        return
    mine = (pl.col(resource) == row[resource]) & (pl.col("setup_start") < row["setup_start"])
    if resource == "machine":
        mine &= pl.col("work_centre") == row["work_centre"]
    for last in plan["operations"].filter(mine).sort("end").tail(1).iter_rows(named=True):
        named = f" on {names.name('machine', row['machine'])}" if resource == "machine" else ""
        who = f", {names.name('person', row['person'])}" if resource == "person" else ""
        yield f"the {resource}", f"{names.subject(last['item'], last['order'])}{named}{who}", last["order"], last["end"]


def chain(company: Company, plan: Plan, order: str) -> Chain:
    """The chain of an order through the pegs, both ways."""
    names, clock = Names.of(company), clock_of(company, plan)
    links = plan["pegs"].filter(pl.col("supply_kind") == "order").select("supply", "demand_kind", "demand")
    orders = links.filter(pl.col("demand_kind") == "order")
    down = _reached(orders, order, ("supply", "demand"))
    up = _reached(orders, order, ("demand", "supply"))
    whole = sorted({order} | down | up)[:MOST_CHAIN]
    wanted = links.filter((pl.col("demand_kind") == "requirement") & pl.col("supply").is_in([order, *down]))
    rows = demands(plan).filter(pl.col("demand").is_in(wanted["demand"].unique().to_list())).sort("rank")
    minutes = clock.minutes(rows["due"])
    dues = [_due(row, names, minute or 0) for row, minute in zip(rows.iter_rows(named=True), minutes, strict=True)]
    needed = clock.minutes(plan["orders"].filter(pl.col("order") == order)["needed"])
    return Chain(tuple(whole), tuple(dues), next(iter(needed), None))


def _due(row: dict[str, Any], names: Names, minute: int) -> Due:
    called = row["order"] or wording.REQUIREMENTS[row["kind"]]
    customer = names.name("customer", row["customer"])
    late = {"late": f"{wording.duration(row['late_seconds'])} late", "short": "short"}.get(row["state"], "on time")
    parts = (called, customer, f"due {names.day(row['due'], row['site'])}", late)
    return Due(called, ", ".join(filter(None, parts)), minute, row["state"] != "on_time")


def _reached(links: pl.DataFrame, order: str, way: tuple[str, str]) -> set[str]:
    """Orders that are reached from one along the pegs."""
    start, end = way
    seen, front = {order}, {order}
    while front and len(seen) < MOST_CHAIN:
        found = links.filter(pl.col(start).is_in(list(front)))[end].unique().to_list()
        front = set(found) - seen
        seen |= front
    return seen - {order}
