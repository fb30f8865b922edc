"""The company's own settings: its facts, the options of planning, the targets of its KPIs, and starting anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import polars as pl

from quarterdeck.model import TABLES, Company, Plan, Settings
from quarterdeck.model.clock import home_zone
from quarterdeck.model.currency import SIGNS
from quarterdeck.model.settings import MODES
from quarterdeck.service.views import overview, wording
from quarterdeck.store import TableChange

if TYPE_CHECKING:
    from quarterdeck.store import ChangeSet, Workspace

LIMITS: dict[str, tuple[float, float]] = {
    "horizon_weeks": (1, 520),
    "effort": (1, 100_000),
    "seconds": (1, 86_400),
    "seed": (0, 2**31 - 1),
    "service_level": (0.5, 0.9999),
    "forecast_consumption_days": (0, 3660),
}
OTHER_LIMITS = (0.0, 3660.0)
NOT_OFFERED = {"as_of", "progress"}
FACTS = ("company", "currency", "time_zone", "as_of")


class SettingError(ValueError):
    """Values that cannot be: ``reasons`` says why, by the name of the field."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__("; ".join(reasons.values()))
        self.reasons = dict(reasons)


@dataclass(frozen=True, slots=True)
class Option:
    """One option of planning: ``value`` is empty where the default holds."""

    name: str
    title: str
    meaning: str
    unit: str
    default: str
    value: str
    choices: tuple[str, ...]


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
    """Every option of planning, with what the company chose."""
    return tuple(
        Option(
            name=field.name,
            title=field.name.replace("_", " ").capitalize(),
            meaning=field.metadata["meaning"],
            unit=field.metadata["unit"],
            default=_figure(field.default),
            value=company.setting(field.name).strip(),
            choices=MODES if field.name == "mode" else (),
        )
        for field in fields(Settings)
        if field.name not in NOT_OFFERED
    )


def save_options(workspace: Workspace, values: Mapping[str, str], *, author: str) -> ChangeSet:
    """Writes options; an empty value goes back to the default.

    Raises
    ------
    SettingError
        If a value cannot be.
    """
    known = {field.name: field for field in fields(Settings) if field.name not in NOT_OFFERED}
    reasons, taken = {}, {}
    for name, text in values.items():
        if name in known:
            try:
                taken[name] = _option(name, text.strip(), known[name].default)
            except ValueError as error:
                reasons[name] = str(error)
    if reasons:
        raise SettingError(reasons)
    return _write_settings(workspace, taken, author, "Planning options")


def _option(name: str, text: str, default: Any) -> str:  # noqa: ANN401 - a default of any type
    if not text:
        return ""
    title = name.replace("_", " ")
    if name == "mode":
        if text not in MODES:
            raise ValueError(f"Expected {title} among {', '.join(MODES)}, got {text!r}.")
        return text
    number = _number(text, title)
    low, high = LIMITS.get(name, OTHER_LIMITS)
    if not low <= number <= high:
        raise ValueError(f"Expected {title} from {_figure(low)} to {_figure(high)}, got {text}.")
    if isinstance(default, int):
        if number != int(number):
            raise ValueError(f"Expected a whole number for {title}, got {text}.")
        return str(int(number))
    return _figure(number)


def _number(text: str, title: str) -> float:
    """A number as people write it; a percentage is a share."""
    bare = text.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        return float(bare.removesuffix("%")) / 100 if bare.endswith("%") else float(bare)
    except ValueError as error:
        raise ValueError(f"Expected a number for {title}, got {text!r}.") from error


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
            target=_figure(wanted[each.kpi]["target"]) if each.kpi in wanted else "",
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
            target = _number(text.strip(), known[kpi].title.lower())
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


def _figure(value: Any) -> str:  # noqa: ANN401 - a number or a word
    return f"{value:.10g}" if isinstance(value, float) else str(value)
