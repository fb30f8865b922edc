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
from quarterdeck.planning.repairs.machine import machine_repairs
from quarterdeck.planning.repairs.supply import Case, supply_repairs
from quarterdeck.planning.repairs.trial import Trial, tried

MOST = 12
_LEAST = 3600
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Repairs:
    """Repairs that help, the best first; ``late`` is the lateness as planned [s], ``useless`` how many did not help."""

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
    """Repairs worth trying, some of every kind."""
    found: list[Candidate] = []
    for kind in (demand_repairs(case), supply_repairs(case), capacity_repairs(case), machine_repairs(case)):
        found += [candidate for candidate in list(kind)[: MOST // 2] if candidate not in found]
    return found


def repairs(company: Company, plan: Plan, demand: str, progress: Progress) -> Repairs:
    """Every repair of a demand tried by planning again."""
    case = case_of(company, plan, demand)
    wanted = candidates(case)
    trials = []
    for number, candidate in enumerate(wanted):
        progress("Trying repairs", number / len(wanted))
        trials.append(tried(case, candidate))
    good = [trial for trial in trials if trial.won >= _LEAST or trial.in_time_after > trial.in_time_before + 1e-6]
    return Repairs(demand, case.delivery["late_seconds"], tuple(ranked(good)), len(trials) - len(good))


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
