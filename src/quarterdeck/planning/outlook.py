"""The outlook: requirements by weeks over a horizon longer than that of the plan."""

from __future__ import annotations

from dataclasses import replace

from quarterdeck.disciplines.demand import stage as demand
from quarterdeck.disciplines.mrp import outlook
from quarterdeck.model import Company, Plan, Settings


def with_outlook(company: Company, plan: Plan, settings: Settings) -> Plan:
    """The plan with its table ``outlook``, if the settings ask for one; its other tables stay as they are."""
    if settings.outlook_weeks < 1:
        return plan
    longer = replace(settings, horizon_weeks=settings.outlook_weeks, outlook_weeks=0)
    foreseen = demand.run(company, Plan.blank(longer), longer).with_tables(targets=plan["targets"])
    seen = outlook.run(company, foreseen, longer)
    told = [problem for problem in seen.problems if problem.code == "quantity-endless"]
    return plan.with_tables(outlook=seen["outlook"]).with_problems(told)
