"""Late orders tried again: with another supplier, overtime, a lot in two, material sooner; what helps is kept.

The plan stays a plan: what was taken is told as a problem of severity ``info`` with its price, and nothing of the
company's data changes until somebody carries it out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import polars as pl

from quarterdeck.model import Company, Plan, Problem, Settings
from quarterdeck.model.settings import silent
from quarterdeck.planning.repairs.edits import edited
from quarterdeck.planning.repairs.finding import repairs
from quarterdeck.planning.repairs.trial import Trial

Again = Callable[[Company, Plan], Plan]
KINDS = {
    "expedite": "material sooner", "alternate": "another supplier", "overtime": "overtime",
    "split": "a lot in two",
}  # fmt: skip
_LEAST = 3600


def with_retries(company: Company, plan: Plan, settings: Settings, again: Again) -> Plan:
    """The plan after its latest orders were tried again, as many as the settings say.

    Parameters
    ----------
    company
        The company as planned, without what cannot be used.
    again
        Plans requirements and targets of a plan anew for a company: netting, schedule, promises and money.
    """
    if settings.retry_late < 1 or settings.mode != "constrained":
        return plan
    until = time.perf_counter() + settings.seconds
    taken: list[tuple[Trial, str]] = []
    tried: set[str] = set()
    for _ in range(settings.retry_late):
        demand = _latest(plan, tried)
        if demand is None or time.perf_counter() > until:
            break
        tried.add(demand)
        for trial in _helpful(company, plan, demand)[:2]:
            changed = edited(company, trial.candidate.edits)
            other = again(changed, plan)
            if late_seconds(other) < late_seconds(plan) - _LEAST:
                order = plan["requirements"].row(by_predicate=pl.col("demand") == demand, named=True)["order"]
                taken.append((trial, str(order)))
                company, plan = changed, other
                break
    return plan.with_problems([_told(trial, order) for trial, order in taken]).with_figures(
        retried=len(tried), repairs_taken=len(taken)
    )


def late_seconds(plan: Plan) -> int:
    """Lateness of all customers' orders together; what is never delivered counts a year."""
    of_orders = plan["requirements"].filter(pl.col("kind") == "sales_order").select("demand")
    met = plan["deliveries"].join(of_orders, on="demand")
    short = pl.when(pl.col("state") == "short").then(365 * 86_400).otherwise("late_seconds")
    return int(met.select(short.cast(pl.Int64).sum()).item() or 0)


def _latest(plan: Plan, tried: set[str]) -> str | None:
    """The late customers' order that is most important and latest, of those not tried yet."""
    wanted = plan["requirements"].filter(pl.col("kind") == "sales_order").select("demand", "priority")
    late = plan["deliveries"].filter(pl.col("state") == "late", pl.col("late_seconds") >= _LEAST)
    rows = late.join(wanted, on="demand").filter(~pl.col("demand").is_in(sorted(tried)))
    ranked = rows.sort("priority", "late_seconds", "demand", descending=[False, True, False])
    return str(ranked["demand"][0]) if ranked.height else None


def _helpful(company: Company, plan: Plan, demand: str) -> list[Trial]:
    """Repairs that the company can carry out by itself and that win more than they cost others, the best first."""
    quiet = replace(plan, settings=replace(plan.settings, progress=silent))
    found = repairs(company, quiet, demand, silent).trials
    return [
        trial for trial in found
        if trial.candidate.kind in KINDS and trial.candidate.edits and trial.won - trial.harm >= _LEAST
    ]  # fmt: skip


def _told(trial: Trial, order: str) -> Problem:
    candidate = trial.candidate
    days = trial.won / 86_400
    return Problem(
        "info",
        "repair-taken",
        f"The plan takes {KINDS[candidate.kind]} ({candidate.subject}) to bring {order} {days:.1f} days forward;"
        f" that costs about {candidate.price:,.0f}.",
        "Carry it out, or plan with retry_late 0 to see the plan without it.",
        table="sales_orders",
        key=order,
    )
