"""The navigation: only what the company uses and the person may see, with what waits there."""

from __future__ import annotations

from dataclasses import dataclass

from quarterdeck.model import Company, Plan
from quarterdeck.service.current import Current, Edition
from quarterdeck.service.decisions import undecided
from quarterdeck.service.rights import Right, may
from quarterdeck.service.views.actions import actions
from quarterdeck.service.views.wants import demands


@dataclass(frozen=True, slots=True)
class Link:
    """One entry: ``count`` of what waits there, ``bad`` if it should worry."""

    path: str
    title: str
    icon: str
    count: str = ""
    bad: bool = False
    on: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under one heading."""

    title: str
    links: tuple[Link, ...]


ENTRIES: tuple[tuple[str, str, str, str, Right], ...] = (
    ("", "/", "Today", "today", Right.VIEW),
    ("", "/schedule", "Schedule", "schedule", Right.VIEW),
    ("", "/stock", "Stock", "stock", Right.VIEW),
    ("", "/demand", "Demand", "demand", Right.VIEW),
    ("", "/volumes", "Volumes", "volumes", Right.VIEW),
    ("", "/orders", "Orders", "orders", Right.VIEW),
    ("", "/station", "Work station", "station", Right.REPORT_PROGRESS),
    ("Company", "/money", "Money", "money", Right.VIEW),
    ("Company", "/plans", "Plans", "plans", Right.VIEW),
    ("Company", "/data", "Data", "data", Right.VIEW),
    ("Company", "/import", "Import", "import", Right.EDIT_DATA),
    ("Company", "/settings", "Settings", "settings", Right.SIGN_IN),
)


def navigation(current: Current, edition: Edition, role: str, path: str) -> tuple[Section, ...]:
    """The sections for a person of this role who is at ``path``."""
    counts = dict(current.view(waiting, edition))
    if edition.plan is not None and may(role, Right.VIEW):
        left = undecided(current.workspace, current.view(actions, edition), edition.plan, edition.code)
        counts["/"] = (f"{left:,}" if left else "", False)
    factory = edition.company["operations"].height > 0 or edition.company["machines"].height > 0
    sections: dict[str, list[Link]] = {}
    for section, target, title, icon, right in ENTRIES:
        if not may(role, right) or (target in {"/schedule", "/station"} and not factory):
            continue
        count, bad = counts.get(target, ("", False))
        on = path == target or (target != "/" and path.startswith(f"{target}/"))
        sections.setdefault(section, []).append(Link(target, title, icon, count, bad, on))
    return tuple(Section(title, tuple(links)) for title, links in sections.items())


def waiting(_company: Company, plan: Plan | None) -> dict[str, tuple[str, bool]]:
    """How much waits behind an entry: late promises among the orders."""
    if plan is None:
        return {}
    late = demands(plan).filter((demands(plan)["kind"] == "sales_order") & (demands(plan)["state"] != "on_time")).height
    found = {"/orders": (late, True)}
    return {path: (f"{count:,}", bad) for path, (count, bad) in found.items() if count}
