"""All repairs of a late order, tried and ranked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl

from quarterdeck.disciplines.mrp.causes import late_links
from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import DAY
from quarterdeck.planning.repairs.capacity import capacity_repairs
from quarterdeck.planning.repairs.demand import demand_repairs
from quarterdeck.planning.repairs.edits import Candidate
from quarterdeck.planning.repairs.supply import Case, supply_repairs
from quarterdeck.planning.repairs.trial import Trial, lateness, planned_again, trial_settings, tried

MOST = 10
_LEAST = 3600
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Repairs:
    """Repairs that help, the best first; ``late`` is the lateness planned again without any [s]."""

    demand: str
    late: int
    trials: tuple[Trial, ...]
    useless: int


def case_of(company: Company, plan: Plan, demand: str) -> Case:
    """A late demand with its chain of causes."""
    requirement = plan["requirements"].row(by_predicate=pl.col("demand") == demand, named=True)
    delivery = plan["deliveries"].row(by_predicate=pl.col("demand") == demand, named=True)
    return Case(company, plan, requirement, delivery, late_links(company, plan, demand, plan.settings))


def candidates(case: Case) -> list[Candidate]:
    """Repairs worth trying, at most :data:`MOST`, some of every kind."""
    found: list[Candidate] = []
    for kind in (demand_repairs(case), supply_repairs(case), capacity_repairs(case)):
        found += list(kind)[: MOST // 2]
    kept: list[Candidate] = []
    for candidate in found:
        if candidate not in kept:
            kept.append(candidate)
    return kept


def repairs(company: Company, plan: Plan, demand: str, progress: Progress) -> Repairs:
    """Every repair of a demand tried by planning again.

    ``company`` is the one the plan was made for, or a later one; what changed in between counts on both sides.
    """
    case = case_of(company, plan, demand)
    wanted = candidates(case)
    settings = trial_settings(plan.settings)
    progress("Planning again without a repair", 0.0)
    again = planned_again(company, plan, settings)
    before = lateness(again)
    if demand not in before["demand"]:
        return Repairs(demand, 0, (), len(wanted))
    trials = []
    for number, candidate in enumerate(wanted, start=1):
        progress("Trying repairs", number / (len(wanted) + 1))
        trials.append(tried(company, plan, demand, candidate, before))
    late = int(before.row(by_predicate=pl.col("demand") == demand, named=True)["late"])
    good = [trial for trial in trials if trial.won >= _LEAST or trial.in_time_after > trial.in_time_before + 1e-6]
    return Repairs(demand, late, tuple(ranked(good)), len(trials) - len(good))


def ranked(trials: Iterable[Trial]) -> list[Trial]:
    """What wins most days for all orders together first; what the customer has to agree to last.

    Of repairs that win the same within half a day the cheaper comes first.
    """
    return sorted(
        trials,
        key=lambda trial: (
            trial.candidate.concession,
            -round((trial.won - trial.harm) / DAY * 2),
            trial.candidate.price,
            trial.candidate.kind,
            trial.candidate.subject,
        ),
    )
