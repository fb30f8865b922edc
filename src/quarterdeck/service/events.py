"""What happens in a plant as changes of its data: a machine is down, somebody is away, material is late, work comes in.

Each function gives the rows to write; :func:`take_in` writes them, repairs the newest plan with least change and says
what moved.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from quarterdeck.model import TABLES, Company
from quarterdeck.service.rescheduling import Repaired, repair
from quarterdeck.store import TableChange, Workspace

Changes = dict[str, TableChange]


class UnknownThingError(ValueError):
    """An event names something that the company does not have."""


def machine_down(company: Company, machine: str, start: dt.datetime, end: dt.datetime, note: str = "") -> Changes:
    """A machine, or a work centre of one unit, stands still; times are the clock of its site.

    Raises
    ------
    UnknownThingError
        If there is no such machine, or it is one of several nameless units.
    """
    machines, centres = company["machines"], company["work_centres"]
    if machine in machines["machine"]:
        row = machines.row(by_predicate=pl.col("machine") == machine, named=True)
        centre = centres.filter(pl.col("work_centre") == row["work_centre"])
        own = row["calendar"] or next(iter(centre["calendar"]), None)
        own = own or _of_site(company, next(iter(centre["site"]), ""))
        named = pl.DataFrame({"machine": [machine]})
        return _closed(company, ("machines", named), own, (start, end, note or f"{machine} is down"))
    found = centres.filter(pl.col("work_centre") == machine)
    if found.is_empty() or found["units"].item() != 1 or machine in machines["work_centre"]:
        raise UnknownThingError(f"Expected a machine or a work centre of one unit, got {machine}.")
    own = found["calendar"].item() or _of_site(company, found["site"].item())
    named = pl.DataFrame({"work_centre": [machine]})
    return _closed(company, ("work_centres", named), own, (start, end, note or f"{machine} is down"))


def person_away(company: Company, person: str, start: dt.datetime, end: dt.datetime, note: str = "") -> Changes:
    """Somebody is ill or otherwise away; times are the clock of the person's site.

    Raises
    ------
    UnknownThingError
        If there is no such person.
    """
    people = company["people"]
    if person not in people["person"]:
        raise UnknownThingError(f"Expected one of the company's people, got {person}.")
    row = people.row(by_predicate=pl.col("person") == person, named=True)
    own = row["calendar"] or _of_site(company, row["site"])
    named = pl.DataFrame({"person": [person]})
    return _closed(company, ("people", named), own, (start, end, note or f"{person} is away"))


def rush_order(
    company: Company, order: str, item: str, quantity: float, due: dt.datetime, *, site: str = "", priority: int = 1
) -> Changes:
    """A new work order that cannot wait; its components are taken to be there until the next full plan nets them.

    Raises
    ------
    UnknownThingError
        If the item is unknown, or the code is taken.
    """
    if item not in company["items"]["item"]:
        raise UnknownThingError(f"Expected one of the company's items, got {item}.")
    if order in company["work_orders"]["order"]:
        raise UnknownThingError(f"Expected a new code for the work order, got {order}, which exists.")
    place = site or company.sites_or_main["site"][0]
    row = {
        "order": [order], "item": [item], "site": [place], "quantity": [quantity], "due": [_naive(due)],
        "priority": [priority],
    }  # fmt: skip
    return {"work_orders": TableChange(TABLES["work_orders"].shape(pl.DataFrame(row)))}


def material_late(company: Company, order: str, line: str, due: dt.datetime) -> Changes:
    """A purchase order line comes at another time.

    Raises
    ------
    UnknownThingError
        If there is no such line.
    """
    lines = company["purchase_orders"].filter((pl.col("order") == order) & (pl.col("line") == line))
    if lines.is_empty():
        raise UnknownThingError(f"Expected a purchase order line, got {order} line {line}.")
    dated = lines.with_columns(pl.lit(due.replace(tzinfo=None)).cast(pl.Datetime("us")).alias("due"))
    return {"purchase_orders": TableChange(dated)}


def _of_site(company: Company, site: str) -> str | None:
    found = company.sites_or_main.filter(pl.col("site") == site)["calendar"]
    return found[0] if found.len() else None


Span = tuple[dt.datetime, dt.datetime, str]


def _closed(company: Company, owner: tuple[str, pl.DataFrame], calendar: str | None, span: Span) -> Changes:
    """A calendar of the owner's own, like the one it has, closed for a time."""
    table, named = owner
    own = f"{named.row(0)[0]} (own)"
    changes: Changes = {}
    if calendar != own:
        changes |= _copied(company, calendar, own)
        changes[table] = TableChange(named.with_columns(calendar=pl.lit(own)))
    start, end, note = span
    row = {"calendar": [own], "start": [_naive(start)], "end": [_naive(end)], "working": [False], "note": [note]}
    closure = TABLES["calendar_exceptions"].shape(pl.DataFrame(row))
    copied = changes.get("calendar_exceptions")
    rows = [copied.upserts] if copied and copied.upserts is not None else []
    changes["calendar_exceptions"] = TableChange(pl.concat([*rows, closure]))
    return changes


def _naive(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=None)


def _copied(company: Company, calendar: str | None, own: str) -> Changes:
    """The calendar, its shifts and its exceptions under another code; always open where there was none."""
    header = company["calendars"].filter(pl.col("calendar") == (calendar or ""))
    if header.is_empty():
        header = TABLES["calendars"].shape(pl.DataFrame({"calendar": [own], "open_by_default": [True]}))
    changes: Changes = {"calendars": TableChange(header.with_columns(calendar=pl.lit(own)))}
    for table in ("shifts", "calendar_exceptions"):
        rows = company[table].filter(pl.col("calendar") == (calendar or "")).with_columns(calendar=pl.lit(own))
        if rows.height:
            changes[table] = TableChange(rows)
    return changes


def take_in(
    workspace: Workspace, changes: Changes, *, author: str, reason: str, plan: str | None = None
) -> tuple[str, Repaired]:
    """Writes an event's changes, repairs the plan with least change and keeps it: its code and what moved."""
    standing = workspace.load_plan(plan)
    workspace.commit(changes, author=author, reason=reason, source="event")
    made = repair(workspace.load(), standing)
    return workspace.save_plan(made.plan, author=author, note=reason), made
