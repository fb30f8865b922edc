"""The company's own settings: its facts, the options of planning, the targets of its KPIs, and starting anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import polars as pl

from quarterdeck.model import TABLES, Company, Plan
from quarterdeck.model.clock import home_zone
from quarterdeck.model.currency import SIGNS
from quarterdeck.service.options import Option, figure, options, read_number, read_option
from quarterdeck.service.views import overview, wording
from quarterdeck.store import TableChange

if TYPE_CHECKING:
    from quarterdeck.store import ChangeSet, Workspace

FACTS = ("company", "currency", "time_zone", "as_of")


class SettingError(ValueError):
    """Values that cannot be: ``reasons`` says why, by the name of the field."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__("; ".join(reasons.values()))
        self.reasons = dict(reasons)


@dataclass(frozen=True, slots=True)
class Target:
    """A KPI with what is wanted of it."""

    kpi: str
    title: str
    unit: str
    formula: str
    direction: str
    target: str
    now: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of the whole company."""

    company: str
    currency: str
    time_zone: str
    as_of: str


def planning_options(company: Company) -> tuple[Option, ...]:
    """Every option that a company may set once and for all."""
    return tuple(option for option in options(company) if option.kind != "moment")


def save_options(workspace: Workspace, values: Mapping[str, str], *, author: str) -> ChangeSet:
    """Writes options; an empty value goes back to the default.

    Raises
    ------
    SettingError
        If a value cannot be.
    """
    reasons, taken = {}, {}
    for option in planning_options(workspace.load()):
        if option.name not in values:
            continue
        text = values[option.name].strip()
        try:
            taken[option.name] = figure(read_option(option, text)) if text else ""
        except ValueError as error:
            reasons[option.name] = str(error)
    if reasons:
        raise SettingError(reasons)
    return _write_settings(workspace, taken, author, "Planning options")


def facts(company: Company) -> Facts:
    """Name, currency, time zone and, where the company's clock was set, its now."""
    return Facts(
        company=overview.company_name(company),
        currency=company.setting("currency", "EUR").strip().upper(),
        time_zone=home_zone(company),
        as_of=company.setting("as_of"),
    )


def currencies() -> list[str]:
    """Currencies that have a sign of their own; others are written with their code."""
    return sorted(SIGNS)


def time_zones() -> list[str]:
    """Time zones by name."""
    return [*sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")), "UTC"]


def save_facts(workspace: Workspace, values: Mapping[str, str], *, author: str) -> ChangeSet:
    """Writes name, currency, time zone and now.

    Raises
    ------
    SettingError
        If a value cannot be.
    """
    taken = {name: values[name].strip() for name in FACTS if name in values}
    reasons = {}
    currency = taken.get("currency", "EUR").upper()
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        reasons["currency"] = f"Expected three letters such as EUR, got {currency!r}."
    if taken.get("time_zone") and taken["time_zone"] not in available_timezones():
        reasons["time_zone"] = f"Expected a time zone such as Europe/Berlin, got {taken['time_zone']!r}."
    if len(taken.get("company", "")) > 200:
        reasons["company"] = "Expected a name of at most 200 characters."
    if taken.get("as_of"):
        try:
            dt.datetime.fromisoformat(taken["as_of"])
        except ValueError:
            reasons["as_of"] = f"Expected a date such as 2026-03-02, got {taken['as_of']!r}."
    if reasons:
        raise SettingError(reasons)
    if "currency" in taken:
        taken["currency"] = currency
    return _write_settings(workspace, taken, author, "Facts of the company")


def targets(company: Company, plan: Plan | None = None) -> tuple[Target, ...]:
    """Every KPI that can be measured, with its target and, where there is a plan, its value now."""
    from quarterdeck.disciplines.goals.definitions import DEFINITIONS  # noqa: PLC0415 - loads what measures

    wanted = {row["kpi"]: row for row in company["kpi_targets"].iter_rows(named=True)}
    currency = company.setting("currency", "EUR").strip().upper()
    now = {row["kpi"]: row["value"] for row in plan["kpis"].iter_rows(named=True)} if plan else {}
    return tuple(
        Target(
            kpi=each.kpi,
            title=each.title,
            unit=each.unit,
            formula=each.formula,
            direction=wanted.get(each.kpi, {}).get("direction") or each.direction,
            target=figure(wanted[each.kpi]["target"]) if each.kpi in wanted else "",
            now=wording.figure(now.get(each.kpi), each.unit, currency),
        )
        for each in DEFINITIONS
    )


def save_targets(workspace: Workspace, values: Mapping[str, str], *, author: str) -> ChangeSet:
    """Writes targets by KPI; an empty value takes one away.

    Raises
    ------
    SettingError
        If a value is no number.
    """
    company = workspace.load()
    known = {each.kpi: each for each in targets(company)}
    kept = {row["kpi"]: row for row in company["kpi_targets"].iter_rows(named=True)}
    rows, gone, reasons = [], [], {}
    for kpi, text in values.items():
        if kpi not in known:
            continue
        if not text.strip():
            gone += [kpi] if kpi in kept else []
            continue
        try:
            target = read_number(text.strip(), known[kpi].title.lower())
        except ValueError as error:
            reasons[kpi] = str(error)
            continue
        old = kept.get(kpi, {"direction": known[kpi].direction, "goal": None})
        rows.append({**old, "kpi": kpi, "target": target})
    if reasons:
        raise SettingError(reasons)
    return _write(workspace, "kpi_targets", rows, gone, (author, "Targets of KPIs"))


def empty_company(workspace: Workspace, *, author: str) -> ChangeSet:
    """Takes every row of every table away, as one change that can be taken back; plans stay."""
    company = workspace.load()
    changes = {
        name: TableChange(deletes=company[name].select(table.key))
        for name, table in TABLES.items()
        if company[name].height
    }
    return workspace.commit(changes, author=author, reason="Everything taken away", source="settings")


def _write_settings(workspace: Workspace, values: Mapping[str, str], author: str, reason: str) -> ChangeSet:
    rows = [{"setting": name, "value": text} for name, text in values.items() if text]
    return _write(workspace, "settings", rows, [name for name, text in values.items() if not text], (author, reason))


def _write(
    workspace: Workspace, name: str, rows: list[dict[str, Any]], gone: list[str], signed: tuple[str, str]
) -> ChangeSet:
    table, (author, reason) = TABLES[name], signed
    upserts = table.shape(pl.DataFrame(rows, infer_schema_length=None)) if rows else None
    deletes = pl.DataFrame({table.key[0]: gone}, schema={table.key[0]: pl.String})
    return workspace.commit({name: TableChange(upserts, deletes)}, author=author, reason=reason, source="settings")
