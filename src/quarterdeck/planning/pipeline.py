"""The order in which a plan is made. This is the page to read first."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from quarterdeck.disciplines.demand import stage as demand
from quarterdeck.disciplines.finance import stage as finance
from quarterdeck.disciplines.goals import stage as goals
from quarterdeck.disciplines.inventory import stage as inventory
from quarterdeck.disciplines.mrp import promises
from quarterdeck.disciplines.mrp import stage as mrp
from quarterdeck.disciplines.scheduling import stage as scheduling
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.checks import usable
from quarterdeck.model.settings import silent
from quarterdeck.planning import agreement, guidance
from quarterdeck.planning.outlook import with_outlook
from quarterdeck.planning.retrying import with_retries

Run = Callable[[Company, Plan, Settings], Plan]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of planning: its name, what it does for the person who waits, and the function."""

    name: str
    title: str
    run: Run


STAGES = (
    Stage("demand", "Foreseeing demand", demand.run),
    Stage("inventory", "Setting stock targets", inventory.run),
    Stage("guidance", "Building ahead of seasons", guidance.run),
    Stage("mrp", "Netting requirements", mrp.run),
    Stage("scheduling", "Scheduling machines and people", scheduling.run),
    Stage("agreement", "Bringing demand, material and machines into line", agreement.run),
    Stage("promises", "Promising and explaining", promises.run),
    Stage("finance", "Counting money", finance.run),
    Stage("goals", "Measuring against goals", goals.run),
)

LATER_PROBLEMS = ("order-late", "order-short", "cash-below-limit", "order-below-minimum", "kpi-unknown")


UNTOUCHED = (
    "series",
    "forecasts",
    "lookbacks",
    "requirements",
    "targets",
    "level_volumes",
    "level_hours",
    "level_cash",
)
"""Tables of the stages before netting."""
FINITE = {"scheduling"}
"""Stages that a plan leaves out which shows what should be if machines and people were always free."""


def _unchanged(company: Company, plan: Plan, settings: Settings) -> Plan:
    """A stage that is left out."""
    del company, settings
    return plan.with_figures(schedule_checked=True)


def make_plan(company: Company, settings: Settings, before: Plan | None = None) -> Plan:
    """A plan for ``company``: what cannot be used is left out and named, every stage adds its tables.

    ``settings.progress`` hears the title of each stage and the share of all stages done. The plan's figures hold the
    seconds each stage took under ``seconds_by_stage``. ``before``: the last plan, of which what begins within
    ``settings.frozen_hours`` stays.
    """
    sound, problems = usable(company)
    plan = Plan.blank(settings).with_problems(problems)
    if before is not None and settings.frozen_hours > 0 and settings.mode != "unconstrained":
        plan = plan.with_tables(operations=before["operations"])
    seconds: dict[str, float] = {}
    known: dict[str, int] = {}
    for number, stage in enumerate(STAGES):
        settings.progress(stage.title, number / len(STAGES))
        known[stage.name] = len(plan.problems)
        began = time.perf_counter()
        run = _unchanged if settings.mode == "unconstrained" and stage.name in FINITE else stage.run
        plan = run(sound, plan.with_figures(problems_before=dict(known)), _staged(settings, number))
        seconds[stage.name] = time.perf_counter() - began
    plan = with_retries(sound, plan, settings, again)
    plan = with_outlook(sound, plan, settings)
    settings.progress("Done", 1.0)
    return replace(plan, settings=settings).with_figures(seconds_by_stage=seconds)


def again(company: Company, plan: Plan) -> Plan:
    """The plan's requirements and targets netted, scheduled, promised and priced again for another company."""
    before = dict(plan.figures["problems_before"])
    first = next(index for index, stage in enumerate(STAGES) if stage.name == "mrp")
    blank = Plan.blank(plan.settings).with_tables(**{name: plan[name] for name in UNTOUCHED})
    made = replace(blank, problems=plan.problems[: before["mrp"]], figures=plan.figures)
    settings = replace(plan.settings, progress=silent)
    for stage in STAGES[first:]:
        before[stage.name] = len(made.problems)
        made = stage.run(company, made.with_figures(problems_before=dict(before)), settings)
    return made


def carry_on(company: Company, plan: Plan, settings: Settings, after: str = "scheduling") -> Plan:
    """The plan with every stage behind the one called ``after`` run again, their problems in place of the old ones.

    ``company`` is taken to be usable.
    """
    number = next(index for index, stage in enumerate(STAGES) if stage.name == after)
    kept = tuple(problem for problem in plan.problems if problem.code not in LATER_PROBLEMS)
    plan = replace(plan, problems=kept)
    for stage in STAGES[number + 1 :]:
        plan = stage.run(company, plan, settings)
    return plan


def _staged(settings: Settings, number: int) -> Settings:
    """Settings whose progress is that of the stage, so that a stage counts from 0 to 1."""

    def report(title: str, share: float) -> None:
        settings.progress(title, (number + min(max(share, 0.0), 1.0)) / len(STAGES))

    return replace(settings, progress=report)
