"""The plans of a workspace for people: what each was made for and how good it is, and the options of the next one."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model import Company, Settings
from quarterdeck.model.clock import home_zone
from quarterdeck.model.settings import MODES
from quarterdeck.service.planning import settings_for
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names, known_zone

if TYPE_CHECKING:
    from quarterdeck.store import Workspace

SHOWN = ("on_time_in_full", "late_orders", "stock_value", "utilisation", "plan_cost", "cash_low")
TITLES = {
    "as_of": "Now",
    "horizon_weeks": "Horizon",
    "effort": "Effort",
    "seconds": "Longest search",
    "seed": "Seed",
    "service_level": "Service level",
    "defer_tolerance_days": "Defer tolerance",
    "expedite_tolerance_days": "Expedite tolerance",
    "release_window_days": "Release window",
    "confirmed_supply_days": "Wait for open orders",
    "mode": "Mode",
    "steady_days": "Steadiness of actions",
    "forecast_consumption_days": "Forecast consumption",
}
MODE_TITLES = {"constrained": "What can be", "unconstrained": "What should be", "repair": "What is on order"}


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


@dataclass(frozen=True, slots=True)
class Option:
    """An option of planning: ``value`` is what the next plan takes unless somebody says otherwise."""

    name: str
    title: str
    meaning: str
    unit: str
    kind: str
    default: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()


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


def options(company: Company) -> tuple[Option, ...]:
    """The options that a plan can be made with, in the order of their declaration."""
    taken = settings_for(company)
    zone = known_zone(home_zone(company))
    found = []
    for field in fields(Settings):
        if field.name == "progress":
            continue
        default = "" if field.default is MISSING else str(field.default)
        value = getattr(taken, field.name)
        shown = str(value)
        if isinstance(value, dt.datetime):
            shown = wording.local(value, zone).strftime("%Y-%m-%dT%H:%M")
        unit = "clock of the company" if field.name == "as_of" else field.metadata["unit"]
        kind = "moment" if field.name == "as_of" else "choice" if field.name == "mode" else "number"
        choices = tuple((mode, MODE_TITLES.get(mode, mode)) for mode in MODES) if kind == "choice" else ()
        title = TITLES.get(field.name, wording.sentence(field.name.replace("_", " ")))
        found.append(Option(field.name, title, field.metadata["meaning"], unit, kind, default, shown, choices))
    return tuple(found)


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
            found[option.name] = _read(option, text)
    settings_for(company, **found)
    return found


def _read(option: Option, text: str) -> str | int | float:
    if option.kind != "number":
        return text
    whole = isinstance(next(field.default for field in fields(Settings) if field.name == option.name), int)
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise ValueError(f"Expected a number for {option.title}, got {text!r}.") from None
    least, most = LIMITS.get(option.name, (0.0, 1e9))
    if not least <= value <= most or (whole and value != int(value)):
        kind = "a whole number" if whole else "a number"
        raise ValueError(f"Expected {kind} from {least:g} to {most:g} for {option.title}, got {text}.")
    return int(value) if whole else value


LIMITS = {
    "horizon_weeks": (1, 520),
    "effort": (0, 1_000_000),
    "seconds": (0, 86_400),
    "service_level": (0, 0.9999),
    "defer_tolerance_days": (0, 3650),
    "expedite_tolerance_days": (0, 3650),
    "release_window_days": (0, 3650),
    "confirmed_supply_days": (0, 3650),
    "steady_days": (0, 3650),
    "forecast_consumption_days": (0, 3650),
}


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
