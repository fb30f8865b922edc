"""Use cases of planning: settings from what the user said, a plan, and a plan kept in a workspace."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import home_zone
from quarterdeck.model.settings import Progress, silent

if TYPE_CHECKING:
    from quarterdeck.store import Workspace


def settings_for(company: Company, **options: Any) -> Settings:  # noqa: ANN401 - the fields of Settings
    """Planning settings: what the caller says, else the company's settings table, else the defaults.

    ``as_of`` may be an aware datetime, or a date, naive datetime or ISO text at the company's home site.

    Raises
    ------
    ValueError
        If an option is unknown or ``as_of`` cannot be read.
    """
    known = {field.name for field in fields(Settings)}
    unknown = sorted(set(options) - known)
    if unknown:
        raise ValueError(f"Expected options among {', '.join(sorted(known))}, got {', '.join(unknown)}.")
    said = {name: value for name, value in options.items() if value is not None}
    chosen = {**_from_table(company), **said}
    chosen["as_of"] = aware(chosen.get("as_of") or dt.datetime.now(dt.UTC), home_zone(company))
    return Settings(**chosen)


def aware(moment: dt.date | dt.datetime | str, zone: str) -> dt.datetime:
    """A moment in UTC, read in ``zone`` where it has no zone of its own.

    >>> aware("2026-03-02", "Europe/Berlin").isoformat()
    '2026-03-01T23:00:00+00:00'
    """
    if isinstance(moment, str):
        try:
            moment = dt.datetime.fromisoformat(moment.strip())
        except ValueError as error:
            raise ValueError(f"Expected a date such as 2026-03-02, got {moment!r}.") from error
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time())
    local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    return local.astimezone(dt.UTC)


def make_plan(company: Company, settings: Settings, before: Plan | None = None) -> Plan:
    """A plan for the company, with every problem found on the way; of the plan ``before`` the frozen zone stays."""
    from quarterdeck.planning.pipeline import make_plan as run_stages  # noqa: PLC0415 - loads the numerical libraries

    made_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return run_stages(company, settings, before).with_figures(made_at=made_at)


def plan_workspace(
    workspace: Workspace,
    *,
    author: str,
    note: str = "",
    progress: Progress = silent,
    **options: Any,  # noqa: ANN401 - the fields of Settings
) -> tuple[str, Plan, Company]:
    """Plans the workspace's company and keeps the plan: its code, the plan and the company it was made for.

    Raises
    ------
    ValueError
        If an option cannot be used.
    """
    company = workspace.load()
    kept = workspace.plans()
    before = workspace.load_plan(kept[0].plan) if kept else None
    plan = make_plan(company, settings_for(company, progress=progress, **options), before)
    plan = _steadied(before, plan)
    return workspace.save_plan(plan, author=author, note=note), plan, company


def _steadied(before: Plan | None, plan: Plan) -> Plan:
    """The plan with its actions told as the last one told them, where they differ by little."""
    from quarterdeck.planning.steadiness import steadied  # noqa: PLC0415

    if before is None or before.settings.mode != plan.settings.mode:
        return plan
    return steadied(before, plan, plan.settings.steady_days)


def _from_table(company: Company) -> dict[str, Any]:
    """Options set in the company's settings table, in the type of the field's default."""
    defaults = {field.name: field.default for field in fields(Settings) if isinstance(field.default, int | float)}
    found: dict[str, Any] = {}
    for name, default in defaults.items():
        text = company.setting(name).strip()
        try:
            if text:
                found[name] = type(default)(float(text.replace(",", ".")))
        except ValueError as error:
            raise ValueError(f"Expected a number for the setting {name}, got {text!r}.") from error
    for name in ("mode", "objective", "service_promise"):
        if company.setting(name).strip():
            found[name] = company.setting(name).strip().lower()
    if company.setting("as_of"):
        found["as_of"] = company.setting("as_of")
    return found
