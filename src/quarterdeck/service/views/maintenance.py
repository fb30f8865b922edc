"""Maintenance on the schedule: a bar in the row of its machine, and of its work centre."""

from __future__ import annotations

from typing import Any

from quarterdeck.model import Company, Plan
from quarterdeck.service.views.names import Names


def maintenance_bars(company: Company, plan: Plan) -> list[dict[str, Any]]:
    """Each maintenance of the plan: machine, work centre, its span in UTC and what to write on it."""
    names = Names.of(company)
    titles = dict(company["maintenance_windows"].select("maintenance", "name").iter_rows())
    rows = plan["maintenance"].sort("start", "maintenance", "machine").iter_rows(named=True)
    return [
        {
            "machine": row["machine"],
            "work_centre": row["work_centre"],
            "start": row["start"],
            "end": row["end"],
            "title": titles.get(row["maintenance"]) or f"Maintenance {row['maintenance']}",
            "text": _text(row, names),
        }
        for row in rows
    ]


def _text(row: dict[str, Any], names: Names) -> str:
    """When, and within which limits."""
    begin, end = (names.moment(row[name], None) for name in ("start", "end"))
    if not row["movable"]:
        return f"{begin} – {end}, fixed"
    first, last = (names.moment(row[name], None) for name in ("earliest", "latest"))
    return f"{begin} – {end}, booked by the schedule between {first} and {last}"
