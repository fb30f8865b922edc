"""The plans of a workspace for people: what each was made for and how good it is, and the options of the next one."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model import Company
from quarterdeck.model.clock import home_zone
from quarterdeck.service.options import options, read_option
from quarterdeck.service.planning import settings_for
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names, known_zone

if TYPE_CHECKING:
    from quarterdeck.store import Workspace

SHOWN = ("on_time_in_full", "late_orders", "stock_value", "utilisation", "plan_cost", "cash_low")


@dataclass(frozen=True, slots=True)
class Value:
    """A KPI of a plan in words, and whether its target is met."""

    title: str
    text: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A plan in the list."""

    plan: str
    made: str
    as_of: str
    author: str
    note: str
    problems: int
    values: tuple[Value, ...]


def listed(workspace: Workspace, company: Company) -> tuple[tuple[str, ...], tuple[Listed, ...]]:
    """The titles of the KPIs shown, and all plans, newest first, with those KPIs."""
    zone, names = known_zone(home_zone(company)), Names.of(company)
    kept = workspace.plans()
    tables = [kpis_of(workspace.path, each.plan) for each in kept]
    titles = {row["kpi"]: row["title"] for table in reversed(tables) for row in table.values()}
    shown = [kpi for kpi in SHOWN if kpi in titles]
    rows = tuple(
        Listed(
            plan=each.plan,
            made=wording.local_moment(each.at, zone),
            as_of=wording.local_day(each.as_of, zone, each.at.date()),
            author=each.author,
            note=each.note,
            problems=each.problems,
            values=tuple(_value(table.get(kpi), titles[kpi], names.currency) for kpi in shown),
        )
        for each, table in zip(kept, tables, strict=True)
    )
    return tuple(titles[kpi] for kpi in shown), rows


def _value(row: Mapping[str, Any] | None, title: str, currency: str) -> Value:
    if row is None:
        return Value(title, wording.NOTHING, None)
    return Value(title, wording.figure(row["value"], row["unit"], currency), row["met"])


@functools.lru_cache(maxsize=500)
def kpis_of(workspace: Path, plan: str) -> dict[str, dict[str, Any]]:
    """KPIs of a plan by their name; a plan does not change, so they are read once."""
    from quarterdeck.store.plans import read_table  # noqa: PLC0415 - needs Django set up
    from quarterdeck.store.workspace import PLANS  # noqa: PLC0415

    return {row["kpi"]: row for row in read_table(workspace / PLANS, plan, "kpis").iter_rows(named=True)}


def chosen(company: Company, said: Mapping[str, str]) -> dict[str, Any]:
    """Options that differ from what the next plan would take anyway, as plain data for a job.

    Raises
    ------
    ValueError
        If one of them cannot be used.
    """
    found: dict[str, Any] = {}
    for option in options(company):
        text = said.get(option.name, "").strip()
        if text and text != option.value:
            found[option.name] = read_option(option, text)
    settings_for(company, **found)
    return found


def stages() -> tuple[str, ...]:
    """What a plan goes through, in the words that its progress is told in."""
    from quarterdeck.planning.pipeline import STAGES  # noqa: PLC0415 - loads the stages

    return tuple(stage.title for stage in STAGES)


def stages_done(share: float) -> tuple[tuple[str, str], ...]:
    """Each stage with ``done``, ``running`` or ``waiting`` where that share of the plan is made."""
    titles = stages()
    at = int(share * len(titles) + 1e-9)
    return tuple(
        (title, "done" if number < at else "running" if number == at else "waiting")
        for number, title in enumerate(titles)
    )


def table_of_plans(workspace: Workspace, company: Company) -> pl.DataFrame:
    """The list of plans as a table to take along."""
    titles, rows = listed(workspace, company)
    kept = {each.plan: each for each in workspace.plans()}
    return pl.DataFrame(
        [
            {
                "plan": row.plan,
                "made": kept[row.plan].at.isoformat(timespec="seconds"),
                "as_of": kept[row.plan].as_of.isoformat(timespec="seconds"),
                "author": row.author,
                "note": row.note,
                "problems": row.problems,
                **{value.title: value.text for value in row.values},
            }
            for row in rows
        ],
        schema_overrides={"note": pl.String, **dict.fromkeys(titles, pl.String)},
    )
