"""The schedule as rows of bars: by machine, work centre, person or order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import as_seconds, epoch_seconds
from quarterdeck.model.working_time import WorkingTime, working_time
from quarterdeck.service.parts import once_a_plan
from quarterdeck.service.views import rows, wording
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.rows import By, Key, Places, Row
from quarterdeck.service.views.wants import demands, served


@dataclass(frozen=True, slots=True)
class Bar:
    """One operation: its times in UTC, what it is called, how late the customer is, and why it is where it is."""

    row: int
    order: str
    sequence: int
    item: str
    label: str
    family: str
    setup_start: dt.datetime
    start: dt.datetime
    end: dt.datetime
    late_seconds: int
    heading: str
    when: str
    serves: str
    why: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Schedule:
    """Rows, bars and open time; ``open_times[row.calendar]`` are the working intervals of a row."""

    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]
    open_times: tuple[WorkingTime, ...]
    now: dt.datetime
    zone: str


def schedule(company: Company, plan: Plan, by: By = "machine") -> Schedule:
    """Every scheduled operation in the row of its machine, work centre, person or order.

    Operations that need no resource of the kind asked for are left out.
    """
    places = Places.of(company)
    steps = steps_of(plan).filter(pl.col(by).is_not_null()).sort("setup_start", "order", "sequence")
    found = rows.keys(company, steps, by)
    calendars = [places.calendar(by, key) for key in found]
    kinds = sorted(set(calendars), key=str)
    span = span_of(plan, steps)
    open_times = tuple(working_time(company, calendar, zone, span) for calendar, zone in kinds)
    now = as_seconds(plan.settings.as_of)
    index = {key: place for place, key in enumerate(found)}
    at = [index[key_of(step, by)] for step in steps.iter_rows(named=True)]
    opened = [open_times[kinds.index(calendar)] for calendar in calendars]
    busy = rows.taken(steps, at, opened, rows.first_weeks(now))[:, 0]
    items = dict(steps.select("order", "item").unique("order").iter_rows()) if by == "order" else {}
    drawn = []
    for place, (key, calendar) in enumerate(zip(found, calendars, strict=True)):
        kind = kinds.index(calendar)
        share = rows.load_share(float(busy[place]), open_times[kind], now)
        title, group = places.title(by, key, items.get(key[1], ""))
        drawn.append(Row(key[1], title, group, kind, *((None, "") if by == "order" else share)))
    bars = tuple(_bar(step, row, places.names) for step, row in zip(steps.iter_rows(named=True), at, strict=True))
    return Schedule(tuple(drawn), bars, open_times, plan.settings.as_of, places.names.home)


def key_of(step: dict[str, Any], by: By) -> Key:
    """The row that an operation stands in."""
    return (step["work_centre"] or "") if by == "machine" else "", step[by]


@once_a_plan
def steps_of(plan: Plan) -> pl.DataFrame:
    """Operations with how late their order is and whom it serves."""
    orders = plan["orders"].filter(pl.col("line") == "").select("order", "site", "needed", "available", "late_seconds")
    wanted = demands(plan).select(
        "demand",
        "kind",
        "customer",
        "due",
        demand_order="order",
        demand_late="late_seconds",
        demand_state="state",
    )
    whom = served(plan).filter(pl.col("line") == "").join(wanted, on="demand").drop("line", "demand")
    steps = plan["operations"].join(orders, on="order", how="left").join(whom, on="order", how="left")
    along = pl.len().over("work_centre", "machine", "setup_family", "start", "end") - 1
    shared = pl.col("machine").is_not_null() & pl.col("setup_family").is_not_null() & (pl.col("run_seconds") > 0)
    return steps.with_columns(along=pl.when(shared).then(along).otherwise(0).cast(pl.Int64))


def span_of(plan: Plan, steps: pl.DataFrame) -> tuple[int, int]:
    """The time that a schedule covers [s]: from its now, or the first start, to its horizon, or the last end."""
    begin, end = as_seconds(plan.settings.as_of), as_seconds(plan.settings.horizon_end)
    if steps.is_empty():
        return begin, end
    first, last = epoch_seconds(steps["setup_start"]).min(), epoch_seconds(steps["end"]).max()
    return min(begin, int(first)), max(end, int(last))


def _bar(step: dict[str, Any], row: int, names: Names) -> Bar:
    label = names.subject(step["item"], step["order"])
    return Bar(
        row=row,
        order=step["order"],
        sequence=step["sequence"],
        item=step["item"],
        label=label,
        family=names.families.get(step["item"], ""),
        setup_start=step["setup_start"],
        start=step["start"],
        end=step["end"],
        late_seconds=step["demand_late"] or 0,
        heading=" · ".join(part for part in (label, step["name"] or "") if part),
        when=when(step, names),
        serves=serves(step, names),
        why=why(step, names),
    )


def when(step: dict[str, Any], names: Names) -> str:
    """When an operation is done, how many, and by whom."""
    zone = names.zone(step["site"])
    start, end = (wording.local(step[name], zone) for name in ("setup_start", "end"))
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{wording.day(end.date())}, {end:%H:%M}"
    who = f" · {names.name('person', step['person'])}" if step["person"] else ""
    quantity = names.amount(step["quantity"], step["item"])
    return f"{wording.day(start.date())}, {start:%H:%M} – {until} · {quantity}{who}"


def serves(step: dict[str, Any], names: Names) -> str:
    """Whom the operation is for: "for SO-1174, Alpine Outfitters, due Wed 11 Mar, 18 h late"."""
    if step["kind"] is None:
        return ""
    if step["kind"] != "sales_order":
        return f"for {wording.REQUIREMENTS[step['kind']].lower()} of {names.day(step['due'], step['site'])}"
    late = f"{wording.duration(step['demand_late'])} late" if step["demand_late"] else "on time"
    state = "short" if step["demand_state"] == "short" else late
    customer = names.name("customer", step["customer"])
    due = f"due {names.day(step['due'], step['site'])}"
    return ", ".join(part for part in (f"for {step['demand_order']}", customer, due, state) if part)


def why(step: dict[str, Any], names: Names) -> tuple[tuple[str, str], ...]:
    """The lines of the hover card: what it waited for, for how long, and what its time is made of."""
    waited = (step["setup_start"] - step["ready"]).total_seconds()
    lines = [("ready since", names.moment(step["ready"], step["site"]))]
    if waited >= 60:
        lines.append((waited_for(step, names), wording.duration(waited)))
    if step["setup_seconds"]:
        who = f", by {names.name('person', step['setup_person'])}" if step["setup_person"] else ""
        lines.append(("set-up", wording.duration(step["setup_seconds"]) + who))
    lines.append(("work", wording.duration(step["run_seconds"])))
    if step["along"]:
        lines.append(("in one load with", f"{step['along']} other step{'s' if step['along'] > 1 else ''}"))
    if step["overtime_seconds"]:
        lines.append(("of it overtime", wording.duration(step["overtime_seconds"])))
    if step["tool"]:
        lines.append(("tool", step["tool"]))
    if step["needed"] is not None:
        lines.append(("order needed", names.day(step["needed"], step["site"])))
        late = step["late_seconds"]
        lines.append(("order late by", wording.duration(late)) if late else ("order in time", "yes"))
    return (*lines, ("kept where it is", "set by a person")) if step["pinned"] else tuple(lines)


def waited_for(step: dict[str, Any], names: Names) -> str:
    """What an operation waited for longest."""
    what = wording.WAITED_FOR.get(step["waited_for"], "its turn")
    named = step["blocker"] and step["waited_for"] != "calendar"
    return f"waited for {what}" + (f", {names.thing(step['blocker'])}" if named else "")
