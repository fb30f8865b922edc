"""A work centre's day for whoever works there: what runs, what comes next, and what is only planned yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.order_list import LIVE

SHOWN_RUNS, SHOWN_NEXT, SHOWN_LATER = 24, 12, 6


@dataclass(frozen=True, slots=True)
class Job:
    """A step at the work centre. ``state`` is runs, next or later (its order is not released yet)."""

    order: str
    sequence: int
    item: str
    title: str
    step: str
    quantity: float
    quantity_text: str
    good: float
    scrap: float
    left: float
    left_text: str
    share: float
    machine: str
    machine_code: str
    person: str
    when: str
    until: str
    due: str
    waits: str
    family: str
    state: str


@dataclass(frozen=True, slots=True)
class Station:
    """What a tablet at a work centre shows."""

    work_centre: str
    title: str
    runs: tuple[Job, ...]
    next: tuple[Job, ...]
    later: tuple[Job, ...]
    running: int
    waiting: int
    machines: tuple[tuple[str, str], ...]


def work_centres(company: Company) -> tuple[tuple[str, str], ...]:
    """Code and name of every work centre."""
    names = Names.of(company)
    return tuple((code, names.name("work_centre", code)) for code in company["work_centres"]["work_centre"])


def step_centres(company: Company, plan: Plan | None, order: str, sequence: int) -> frozenset[str]:
    """The work centres at which a step of a work order may be done: the routing's, alternatives, the plan's."""
    routed = company["work_orders"].filter(pl.col("order") == order).select("item", "routing")
    key = ["item", "routing"]
    steps = company["operations"].join(routed, on=key, how="semi").filter(pl.col("sequence") == sequence)
    others = company["operation_alternates"].join(routed, on=key, how="semi").filter(pl.col("sequence") == sequence)
    found = {*steps["work_centre"].drop_nulls(), *others["work_centre"].drop_nulls()}
    if plan is not None:
        planned = plan["operations"].filter((pl.col("order") == order) & (pl.col("sequence") == sequence))
        found |= set(planned["work_centre"].drop_nulls())
    return frozenset(found)


def station(company: Company, plan: Plan, work_centre: str) -> Station:
    """The jobs of one work centre: by the plan, and by what was reported since."""
    names = Names.of(company)
    steps = _steps(company, plan, work_centre)
    jobs = [_job(row, names, plan.settings.as_of) for row in steps.iter_rows(named=True)]
    machines = company["machines"].filter(pl.col("work_centre") == work_centre)["machine"]
    runs, waiting = ([job for job in jobs if job.state == state] for state in ("runs", "next"))
    return Station(
        work_centre=work_centre,
        title=names.name("work_centre", work_centre),
        runs=tuple(runs[:SHOWN_RUNS]),
        running=len(runs),
        next=tuple(waiting[:SHOWN_NEXT]),
        later=tuple([job for job in jobs if job.state == "later"][:SHOWN_LATER]),
        waiting=len(waiting),
        machines=tuple((code, names.name("machine", code)) for code in machines),
    )


def _steps(company: Company, plan: Plan, work_centre: str) -> pl.DataFrame:
    """Steps that are not finished, in the order in which the plan does them."""
    live = company["work_orders"].filter(pl.col("status").is_in(LIVE)).select(
        "order", "item", "site", "routing", "completed", wanted="due", ordered="quantity"
    )  # fmt: skip
    routed = company["operations"].select("item", "routing", "sequence", "work_centre", "setup_family", step="name")
    planned = plan["operations"].select(
        "order", "sequence", "start", "end", "setup_start", "ready", "ready_after", "blocker", "quantity",
        planned_centre="work_centre", planned_machine="machine", planned_person="person", planned_item="item",
        planned_name="name", planned_family="setup_family",
    )  # fmt: skip
    made = company["work_order_operations"].select(
        "order", "sequence", "started", "finished", good="completed", lost="scrapped", on="machine", by="person"
    )
    real = live.drop("completed").join(routed, on=["item", "routing"])
    real = real.join(made, on=["order", "sequence"], how="left").filter(pl.col("finished").is_null())
    real = real.join(planned, on=["order", "sequence"], how="left")
    real = real.filter(pl.coalesce("planned_centre", "work_centre") == work_centre)
    begun = pl.col("started").is_not_null()
    real = real.with_columns(state=pl.when(begun).then(pl.lit("runs")).otherwise(pl.lit("next")))
    proposed = plan["orders"].filter(pl.col("state") == "planned").select("order", "site", "needed")
    later = planned.filter(pl.col("planned_centre") == work_centre).join(proposed, on="order")
    later = later.with_columns(state=pl.lit("later"), item="planned_item", step="planned_name", ordered="quantity")
    both = pl.concat([real, later], how="diagonal_relaxed")
    return both.sort("setup_start", "order", "sequence", nulls_last=True)


def _job(row: dict[str, Any], names: Names, now: dt.datetime) -> Job:
    item, site = row["item"], row["site"]
    good, scrap = row.get("good") or 0.0, row.get("lost") or 0.0
    left = max(0.0, row["ordered"] - good - scrap)
    machine = row.get("on") or row["planned_machine"]
    needed = wording.day(row["wanted"].date()) if row.get("wanted") else names.day(row.get("needed"), site, now)
    return Job(
        order=row["order"],
        sequence=row["sequence"],
        item=item,
        title=names.item(item),
        step=row["step"] or row["planned_name"] or "",
        quantity=row["ordered"],
        quantity_text=names.amount(row["ordered"], item),
        good=good,
        scrap=scrap,
        left=left,
        left_text=names.amount(left, item),
        share=min(1.0, (good + scrap) / row["ordered"]) if row["ordered"] else 0.0,
        machine=names.name("machine", machine),
        machine_code=machine or "",
        person=names.name("person", row.get("by") or row["planned_person"]),
        when=names.moment(row["setup_start"], site) if row["setup_start"] else "not in the plan yet",
        until=names.moment(row["end"], site) if row["end"] else "",
        due=needed,
        waits=_waits(row, names, site, now),
        family=row["setup_family"] or row["planned_family"] or "",
        state=row["state"],
    )


def _waits(row: dict[str, Any], names: Names, site: str, now: dt.datetime) -> str:
    """What has to come before the step can begin; empty if nothing has."""
    ready = row["ready"]
    if row["state"] == "runs" or ready is None or ready <= now:
        return ""
    what = {"material": "material", "predecessor": "the step before"}.get(row["ready_after"] or "", "")
    return f"{what} {names.moment(ready, site)}".strip() if what else ""
