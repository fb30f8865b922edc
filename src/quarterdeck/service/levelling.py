"""The use case of levelling: volumes over the horizon within capacity and cash, from a workspace's company."""

from __future__ import annotations

from typing import Any

import polars as pl

from quarterdeck.disciplines.levelling.changes import Change
from quarterdeck.model import Company, Plan
from quarterdeck.service.planning import settings_for

__all__ = ["Change", "centres", "families", "level", "levelled", "said_of"]


def level(
    company: Company,
    rates: dict[str, float | None] | None = None,
    change: Change | None = None,
    **options: Any,  # noqa: ANN401 - the fields of Settings
) -> Plan:
    """A plan that holds demand and the levelled volumes, hours and cash, and nothing else.

    ``rates``: cost rates that hold instead of those of the company, to see what would be if they did; ``change``: how
    much more or less is wanted, there or in the bank.

    Raises
    ------
    ValueError
        If an option cannot be used, or the change names what there is none of.
    """
    from quarterdeck.disciplines.demand import stage as demand  # noqa: PLC0415 - loads the numerical libraries
    from quarterdeck.disciplines.levelling import stage as levelling  # noqa: PLC0415
    from quarterdeck.model.checks import usable  # noqa: PLC0415

    settings = settings_for(company, **options)
    sound, problems = usable(_with_rates(company, rates or {}))
    plan = demand.run(sound, Plan.blank(settings).with_problems(problems), settings)
    return levelling.run(sound, plan, settings, change)


def levelled(company: Company, plan: Plan, rates: dict[str, float | None], change: Change | None) -> Plan:
    """The demand of a plan that is there, levelled within hours and money; nothing else is planned again.

    Raises
    ------
    ValueError
        If the change names what there is none of.
    """
    from quarterdeck.disciplines.levelling import stage as levelling  # noqa: PLC0415 - loads scipy

    kept = ("series", "forecasts", "requirements")
    bare = Plan.blank(plan.settings).with_tables(**{name: plan[name] for name in kept})
    return levelling.run(_with_rates(company, rates), bare, plan.settings, change)


def _with_rates(company: Company, rates: dict[str, float | None]) -> Company:
    """The company with these rates for all, in the place of its own of the same names."""
    given = {name: value for name, value in rates.items() if value is not None}
    if not given:
        return company
    kept = company["cost_rates"].filter(~pl.col("rate").is_in(list(given)))
    new = pl.DataFrame({"rate": list(given), "scope": [""] * len(given), "value": list(given.values())})
    return Company.of(**{**company.frames, "cost_rates": pl.concat([kept.select(new.columns), new])})


def centres(plan: Plan) -> pl.DataFrame:
    """Hours there, used and worked overtime at each work centre over the horizon, and the most people in addition."""
    hours = plan["level_hours"].group_by("work_centre")
    sums = pl.col("capacity_hours", "used_hours", "overtime_hours").sum()
    return hours.agg(sums, pl.col("people").max()).sort("work_centre")


def families(plan: Plan) -> pl.DataFrame:
    """What of each family is wanted, made, made outside and lost over the horizon, and late at its end."""
    volumes = plan["level_volumes"].with_columns(pl.col("family").fill_null(""))
    last = pl.col("late").filter(pl.col("week") == volumes["week"].max()).sum()
    sums = volumes.group_by("family").agg(pl.col("demand", "make", "outside", "lost").sum(), late=last)
    return sums.sort("family")


def said_of(company: Company, plan: Plan) -> list[str]:
    """What a levelled plan says, in sentences."""
    from quarterdeck.disciplines.levelling.wording import sentences  # noqa: PLC0415 - with its discipline

    return sentences(company, plan)
