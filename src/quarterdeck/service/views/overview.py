"""The plan in one glance: KPIs against their goals, and how much there is to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.wants import demands


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure of the plan against its target, in numbers and in words."""

    kpi: str
    title: str
    value: float | None
    text: str
    target: float | None
    target_text: str
    gap_text: str
    met: bool | None
    direction: str
    note: str
    formula: str


@dataclass(frozen=True, slots=True)
class Promises:
    """What customers ordered: how many lines, how many late or short, how late, and what they are worth."""

    lines: int
    late: int
    short: int
    mean_late_seconds: float
    value_at_risk: float


@dataclass(frozen=True, slots=True)
class Overview:
    """The head of every page about a plan."""

    company: str
    as_of: dt.datetime
    as_of_text: str
    horizon_text: str
    headline: str
    kpis: tuple[Kpi, ...]
    promises: Promises
    actions: int
    problems: int


def overview(company: Company, plan: Plan) -> Overview:
    """What a plan comes to: its figures against the goals, in one page."""
    names = Names.of(company)
    promised = promises(plan)
    return Overview(
        company=company_name(company),
        as_of=plan.settings.as_of,
        as_of_text=wording.local_moment(plan.settings.as_of, names.home, year=True),
        horizon_text=_horizon(plan, names),
        headline=headline(promised, names.currency),
        kpis=kpis(plan, names.currency),
        promises=promised,
        actions=plan["actions"].height,
        problems=sum(problem.severity != "info" for problem in plan.problems),
    )


def company_name(company: Company) -> str:
    """The company's name as its settings table tells it, or that of its only site."""
    told = company.setting("company") or company.setting("name") or company.setting("company_name")
    if told:
        return told
    sites = company["sites"]["name"].drop_nulls()
    return str(sites[0]) if sites.len() == 1 else ""


def promises(plan: Plan) -> Promises:
    """The state of the customers' order lines."""
    lines = demands(plan).filter(pl.col("kind") == "sales_order")
    late = lines.filter(pl.col("state") != "on_time")
    dated = late.filter(pl.col("late_seconds") > 0)["late_seconds"]
    return Promises(
        lines=lines.height,
        late=late.height,
        short=late.filter(pl.col("state") == "short").height,
        mean_late_seconds=float(dated.sum()) / max(dated.len(), 1),
        value_at_risk=float(late["value"].sum() or 0),
    )


def headline(promised: Promises, currency: str = "EUR") -> str:
    """One sentence that says how the customers fare.

    >>> headline(Promises(118, 7, 0, 5.2 * 86400, 31400.0)).replace(wording.GAP, " ")
    '7 of 118 customer order lines are late, by 5 d 5 h on average; € 31.4 k of sales are at stake.'
    """
    if not promised.lines:
        return "No customer orders are open."
    lines = wording.count(promised.lines, "customer order line")
    if not promised.late:
        only = "The one customer order line is" if promised.lines == 1 else f"All {lines} are"
        return f"{only} delivered on time and in full."
    short = f", {promised.short:,} of them cannot be delivered in full" if promised.short else ""
    mean = f", by {wording.duration(promised.mean_late_seconds)} on average" if promised.mean_late_seconds else ""
    worth = wording.money(promised.value_at_risk, currency)
    stake = f"; {worth} of sales are at stake" if promised.value_at_risk else ""
    verb = "is" if promised.late == 1 else "are"
    return f"{promised.late:,} of {lines} {verb} late{mean}{short}{stake}."


def kpis(plan: Plan, currency: str = "EUR") -> tuple[Kpi, ...]:
    """Every KPI of the plan with its target, how far off it is, and its note."""
    return tuple(
        Kpi(
            kpi=row["kpi"],
            title=row["title"],
            value=row["value"],
            text=wording.figure(row["value"], row["unit"], currency),
            target=row["target"],
            target_text="" if row["target"] is None else wording.figure(row["target"], row["unit"], currency),
            gap_text=_gap(row, currency),
            met=row["met"],
            direction=row["direction"],
            note=row["note"] or "",
            formula=row["formula"],
        )
        for row in plan["kpis"].iter_rows(named=True)
    )


def _gap(row: dict[str, object], currency: str) -> str:
    value, target = row["value"], row["target"]
    if row["met"] is not False or not isinstance(value, float) or not isinstance(target, float):
        return ""
    unit = str(row["unit"])
    points = {"share": "pts", "%": "pts"}.get(unit)
    if points:
        size = abs(value - target) * (100 if unit == "share" else 1)
        return f"{wording.grouped(max(size, 0.1), 1)}{wording.GAP}{points} off"
    shown = wording.figure(abs(value - target), unit, currency) if unit in {currency, "currency", "s"} else None
    return f"{shown or wording.plain(abs(value - target))} off"


def _horizon(plan: Plan, names: Names) -> str:
    weeks = plan.settings.horizon_weeks
    end = wording.local(plan.settings.horizon_end, names.home).date()
    return f"{wording.count(weeks, 'week')}, to {wording.day(end, year=True)}"
