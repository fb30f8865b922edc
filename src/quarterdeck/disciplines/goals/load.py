"""How work centres are used."""

from __future__ import annotations

import datetime as dt

import polars as pl

from quarterdeck.disciplines.goals.measure import Measure, priced, ratio
from quarterdeck.model import Company, Plan

WEEKS = 13
"""Weeks over which load is measured: later ones are still empty of orders that will come."""


def utilisation(company: Company, plan: Plan) -> Measure | None:  # noqa: ARG001 - every measure is called alike
    """Hours used, set-up included, over hours open, all work centres together."""
    loads = _near(plan)
    return ratio(_used(loads), float(loads["capacity_hours"].sum()), f"next {WEEKS} weeks")


def bottleneck_utilisation(company: Company, plan: Plan) -> Measure | None:
    """The same of the work centre that is used most."""
    totals = (
        _near(plan)
        .group_by("work_centre", maintain_order=True)
        .agg(pl.col("capacity_hours", "setup_hours", "run_hours").sum())
    )
    used = (pl.col("setup_hours") + pl.col("run_hours")) / pl.col("capacity_hours")
    ranked = (
        totals.filter(pl.col("capacity_hours") > 0)
        .with_columns(used.alias("used"))
        .sort("used", "work_centre", descending=[True, False])
    )
    if ranked.is_empty():
        return None
    centre = ranked["work_centre"][0]
    names = dict(company["work_centres"].select("work_centre", "name").iter_rows())
    return Measure(float(ranked["used"][0]), names.get(centre) or centre)


def setup_share(company: Company, plan: Plan) -> Measure | None:
    """Set-up hours over hours used."""
    loads = _near(plan)
    totals = (
        loads.group_by("work_centre", maintain_order=True)
        .agg(pl.col("setup_hours").sum())
        .sort("setup_hours", "work_centre", descending=[True, False])
    )
    names = dict(company["work_centres"].select("work_centre", "name").iter_rows())
    note = ""
    if totals.height and totals["setup_hours"][0] > 0:
        centre = totals["work_centre"][0]
        note = f"most at {names.get(centre) or centre}: {totals['setup_hours'][0]:,.0f} h"
    return ratio(float(loads["setup_hours"].sum()), _used(loads), note)


def schedule_cost(company: Company, plan: Plan) -> Measure | None:
    """Lateness, set-ups, overtime and holding of the schedule in money."""
    figures = plan.figures
    if "schedule_cost" not in figures:
        return None
    parts = ("late", "setup", "overtime", "holding")
    words = ("lateness", "set-ups", "overtime", "holding")
    said = [
        f"{word} {priced(company, figures[f'schedule_{part}_cost'])}"
        for part, word in zip(parts, words, strict=True)
        if figures[f"schedule_{part}_cost"] >= 0.5
    ]
    return Measure(float(figures["schedule_cost"]), ", ".join(said))


def _near(plan: Plan) -> pl.DataFrame:
    loads = plan["loads"]
    if loads.is_empty():
        return loads
    first: dt.date = loads.select(pl.col("week").min()).item()
    return loads.filter(pl.col("week") < first + dt.timedelta(weeks=WEEKS)).sort("work_centre", "week")


def _used(loads: pl.DataFrame) -> float:
    return float(loads["setup_hours"].sum()) + float(loads["run_hours"].sum())
