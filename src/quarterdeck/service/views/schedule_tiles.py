"""How good a schedule is, in four figures, and the orders that have no place in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import HOUR
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names

LOST = ("order-unschedulable", "operation-unschedulable")


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with what it is compared with, how it is computed and which function did so."""

    title: str
    text: str
    note: str
    bad: bool
    formula: str
    function: str


@dataclass(frozen=True, slots=True)
class Unscheduled:
    """An order of production without a place in the schedule, and why."""

    order: str
    label: str
    quantity: str
    needed: str
    reason: str
    hint: str


def schedule_tiles(company: Company, plan: Plan) -> tuple[Tile, ...]:
    """Weighted lateness, set-ups, distance from the best possible, and what is not scheduled."""
    return (_lateness(plan), _setups(plan), _distance(plan), _lost(company, plan))


def unscheduled(company: Company, plan: Plan) -> tuple[Unscheduled, ...]:
    """Orders of production that have steps but no place, the first needed first."""
    names, now = Names.of(company), plan.settings.as_of
    told = {problem.key: problem for problem in plan.problems if problem.code in LOST and problem.key}
    made = plan["orders"].filter(pl.col("kind") == "make")
    routed = made.join(company["operations"].select("item").unique(), on="item", how="semi")
    without = routed.join(plan["operations"].select("order").unique(), on="order", how="anti")
    found = made.filter(pl.col("order").is_in([*told, *without["order"]])).sort("needed", "order")
    done = _finished(company)
    answer = []
    for row in found.iter_rows(named=True):
        if row["order"] in done and row["order"] not in told:
            continue
        problem = told.get(row["order"])
        answer.append(
            Unscheduled(
                order=row["order"],
                label=names.subject(row["item"], row["order"]),
                quantity=names.amount(row["quantity"], row["item"]),
                needed=names.day(row["needed"], row["site"], now),
                reason=problem.message if problem else "The plan was made without looking at machines and people.",
                hint=problem.hint if problem else "Plan in the constrained mode.",
            )
        )
    return tuple(answer)


def _finished(company: Company) -> set[str]:
    """Work orders of which every step that was reported on is finished."""
    progress = company["work_order_operations"]
    open_ones = progress.filter(pl.col("finished").is_null())["order"]
    return set(progress["order"]) - set(open_ones)


def _lateness(plan: Plan) -> Tile:
    value, rules = plan.figures.get("schedule_value"), plan.figures.get("schedule_rules") or {}
    name, best = min(rules.items(), key=lambda pair: pair[1], default=("", None))
    note = "" if best is None else f"the best priority rule, {name}, gives {_hours(best)}"
    return Tile(
        title="Weighted lateness",
        text=_hours(value),
        note=note,
        bad=bool(value),
        formula="Hours late of every demand times its weight, added up; customer orders weigh far more than forecast. "
        "It is what the search makes small.",
        function="disciplines.scheduling.stage.run → schedule_value",
    )


def _setups(plan: Plan) -> Tile:
    steps = plan["operations"].filter(pl.col("setup_seconds") > 0)
    setup, run = (int(plan["operations"][name].sum()) for name in ("setup_seconds", "run_seconds"))
    share = f", {wording.percent(setup / (setup + run), 1)} of machine time" if setup + run else ""
    return Tile(
        title="Set-ups",
        text=_hours(setup),
        note=f"{wording.count(steps.height, 'set-up')}{share}",
        bad=False,
        formula="Working time of all set-ups in the schedule; the share is of set-up and run time together.",
        function="service.views.schedule_tiles → operations.setup_seconds",
    )


def _distance(plan: Plan) -> Tile:
    value, bound = plan.figures.get("schedule_value"), plan.figures.get("schedule_bound")
    checked = "checked" if plan.figures.get("schedule_checked") else "not checked"
    if value is None or bound is None:
        text, note = wording.NOTHING, checked
    elif value <= bound + 1e-6:
        text, note = "0" + wording.GAP + "%", f"no schedule can be better; {checked}"
    else:
        text = f"≤{wording.GAP}{wording.percent((value - bound) / value, 1)}"
        note = f"no schedule is below {_hours(bound)}; {checked}"
    return Tile(
        title="From the best possible",
        text=text,
        note=note,
        bad=not plan.figures.get("schedule_checked", True),
        formula="(weighted lateness − bound) ÷ weighted lateness. The bound is proved: what would be late even if no "
        "machine or person were ever busy. The true distance is at most this. Every schedule is checked by a second "
        "program against all rules.",
        function="disciplines.scheduling.outlook.bound → schedule_bound",
    )


def _lost(company: Company, plan: Plan) -> Tile:
    lost = unscheduled(company, plan)
    waiting = plan["operations"].filter(
        (pl.col("ready") > plan.settings.as_of) & (pl.col("ready_after") == "material")
    )["order"].n_unique()  # fmt: skip
    return Tile(
        title="Not scheduled",
        text=wording.count(len(lost), "order"),
        note=f"{wording.count(waiting, 'order')} wait for material, each with a date" if waiting else "",
        bad=bool(lost),
        formula="Orders of production that have steps but no place in the schedule; the tray below names the reason.",
        function="service.views.schedule_tiles.unscheduled",
    )


def _hours(seconds: Any) -> str:  # noqa: ANN401 - a figure of the plan, if it has it
    return wording.NOTHING if seconds is None else f"{wording.plain(float(seconds) / HOUR)}{wording.GAP}h"
