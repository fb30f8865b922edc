"""One order in depth: its facts, why it comes when it comes, what hangs on it, its steps, and who changed what."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model import TABLES, Company, Plan
from quarterdeck.service.explaining import Explanation, OrderMissingError, explain
from quarterdeck.service.progress import steps_of
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.order_list import KINDS, LIVE, TABLES_OF
from quarterdeck.service.views.uses import Use, uses
from quarterdeck.service.views.yields import also_yields

if TYPE_CHECKING:
    from quarterdeck.store import Workspace

STATUS = {
    "proposed": "Proposed",
    "released": "Open",
    "started": "Started",
    "done": "Done",
    "cancelled": "Cancelled",
    "open": "Open",
    "quote": "Quote",
    "closed": "Closed",
}
HISTORY_MOST = 100


@dataclass(frozen=True, slots=True)
class StepState:
    """A step of a work order: what was made so far, and when the plan does the rest."""

    sequence: int
    name: str
    work_centre: str
    good: str
    scrap: str
    share: float
    state: str
    planned: str


@dataclass(frozen=True, slots=True)
class Event:
    """A change of one cell, in words."""

    at: str
    author: str
    reason: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order: ``facts`` as label and text; ``told`` is what the plan says of it."""

    line: str
    title: str
    item: str
    site: str
    status: str
    open: bool
    left: float
    left_text: str
    facts: tuple[tuple[str, str], ...]
    told: Explanation | None
    shipped: bool


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """Everything about an order; ``planned`` if it is only proposed by the plan."""

    order: str
    title: str
    planned: bool
    lines: tuple[Line, ...]
    uses: tuple[Use, ...]
    steps: tuple[StepState, ...]


def order_detail(
    company: Company, plan: Plan | None, kind: str, order: str, line: str | None = None
) -> OrderDetail | None:
    """An order of a kind (sales, purchase, work, transfer), or one line of it; ``None`` if nobody knows it.

    Without a plan it has its facts alone.
    """
    names, rows = Names.of(company), _rows(company, kind, order, line)
    told = _told(company, plan, order, line) if plan is not None else ()
    if rows.is_empty() and not (told and told[0].kind == KINDS.get(kind)):
        return None
    by_line = {each.line: each for each in told}
    if plan is not None and rows.is_empty():
        lines = tuple(_planned_line(plan, each, names) for each in told)
    else:
        lines = tuple(_line(row, kind, by_line.get(row.get("line", "")), names) for row in rows.iter_rows(named=True))
    if plan is not None and kind == "work":
        lines = tuple(_with_yields(each, plan, order, names) for each in lines)
    return OrderDetail(
        order=order,
        title=names.subject(lines[0].item, order) if len(lines) == 1 else order,
        planned=rows.is_empty(),
        lines=lines,
        uses=tuple(use for each in lines for use in _uses(company, plan, kind, order, each.line)) if plan else (),
        steps=_steps(company, plan, order, names) if kind == "work" else (),
    )


def _with_yields(line: Line, plan: Plan, order: str, names: Names) -> Line:
    """The line with what else comes out of the order among its facts."""
    found = also_yields(plan, order, line.line, names)
    return replace(line, facts=(*line.facts, ("Also yields", found))) if found else line


def order_history(
    workspace: Workspace, company: Company, kind: str, order: str, line: str | None = None
) -> tuple[Event, ...]:
    """What was changed in an order's rows, the newest first."""
    return _history(workspace, TABLES_OF[kind], _rows(company, kind, order, line), Names.of(company))


def _rows(company: Company, kind: str, order: str, line: str | None) -> pl.DataFrame:
    rows = company[TABLES_OF[kind]].filter(pl.col("order") == order)
    return rows.filter(pl.col("line") == line) if line is not None and "line" in rows.columns else rows


def _told(company: Company, plan: Plan, order: str, line: str | None) -> tuple[Explanation, ...]:
    try:
        return explain(company, plan, order, line)
    except OrderMissingError:
        return ()


def _uses(company: Company, plan: Plan, kind: str, order: str, line: str) -> tuple[Use, ...]:
    return () if kind == "sales" else uses(company, plan, order, line)


def _line(row: dict[str, Any], kind: str, told: Explanation | None, names: Names) -> Line:
    done = row.get({"sales": "delivered", "purchase": "received", "work": "completed"}.get(kind, ""), 0.0)
    item, site = row["item"], row.get("site") or row.get("to_site")
    left = max(row["quantity"] - done, 0.0)
    live = row["status"] in (*LIVE, "open")
    return Line(
        line=row.get("line", ""),
        title=names.item(item),
        item=item,
        site=site or "",
        status=STATUS.get(row["status"], row["status"]),
        open=live and left > 0,
        left=left,
        left_text=names.amount(left, item),
        facts=tuple((label, text) for label, text in _facts(row, kind, done, names) if text),
        told=told,
        shipped=row.get("shipped") is not None,
    )


def _facts(row: dict[str, Any], kind: str, done: float, names: Names) -> list[tuple[str, str]]:
    item = row["item"]
    partner = {
        "sales": ("Customer", names.name("customer", row.get("customer"))),
        "purchase": ("Supplier", names.name("supplier", row.get("supplier"))),
        "transfer": ("From", names.name("site", row.get("from_site"))),
    }.get(kind, ("", ""))
    word = {"sales": "Delivered", "purchase": "Received", "work": "Completed", "transfer": ""}[kind]
    price = row.get("price")
    return [
        partner,
        ("Site", names.name("site", row.get("site") or row.get("to_site"))),
        ("Quantity", names.amount(row["quantity"], item)),
        (word, names.amount(done, item) if word and done else ""),
        ("Wanted" if kind == "sales" else "Due", _day(row["due"])),
        ("Promised", _day(row.get("promised"))),
        ("Ordered", _day(row.get("ordered"))),
        ("Start", _day(row.get("start"))),
        ("Left", _day(row.get("shipped"))),
        ("Price", wording.money(price, names.currency, exact=True) if price is not None else ""),
        ("Priority", str(row["priority"]) if row.get("priority") else ""),
        ("Routing", row.get("routing") or ""),
    ]


def _planned_line(plan: Plan, told: Explanation, names: Names) -> Line:
    rows = plan["orders"].filter(pl.col("order") == told.order)
    row = rows.row(0, named=True)
    now = plan.settings.as_of
    facts = [
        ("From", names.partner(row["kind"], row["partner"]) if row["partner"] else ""),
        ("Site", names.name("site", row["site"])),
        ("Quantity", told.quantity_text),
        ("Release", names.day(row["release"], row["site"], now)),
        ("Needed", names.day(row["needed"], row["site"], now)),
        ("There", names.day(row["available"], row["site"], now)),
        ("Cost", wording.money(row["cost"], names.currency) if row["cost"] else ""),
    ]
    facts = [(label, text) for label, text in facts if text]
    return Line("", told.title, row["item"], row["site"], "Planned", False, row["quantity"], told.quantity_text, tuple(facts), told, False)  # noqa: E501, FBT003 # fmt: skip


def _steps(company: Company, plan: Plan | None, order: str, names: Names) -> tuple[StepState, ...]:
    orders = company["work_orders"].filter(pl.col("order") == order)
    if orders.is_empty():
        return ()
    work = orders.row(0, named=True)
    made = {row["sequence"]: row for row in company["work_order_operations"].filter(pl.col("order") == order).iter_rows(named=True)}  # noqa: E501 # fmt: skip
    operations = plan["operations"].filter(pl.col("order") == order).rows(named=True) if plan is not None else []
    dated = {row["sequence"]: row for row in operations}
    found = []
    for step in steps_of(company, order).iter_rows(named=True):
        progress, planned = made.get(step["sequence"], {}), dated.get(step["sequence"])
        good, scrap = progress.get("completed", 0.0), progress.get("scrapped", 0.0)
        over = progress.get("finished") is not None
        state = "finished" if over else "runs" if progress.get("started") is not None else "waits"
        when = (
            f"{names.moment(planned['start'], work['site'])} to {names.moment(planned['end'], work['site'])}"
            if planned and not over
            else ""
        )
        found.append(
            StepState(
                sequence=step["sequence"],
                name=step["name"] or names.item(work["item"]),
                work_centre=names.name("work_centre", step["work_centre"]),
                good=wording.quantity(good),
                scrap=wording.quantity(scrap) if scrap else "",
                share=1.0 if over else min(1.0, (good + scrap) / work["quantity"]),
                state=state,
                planned=when,
            )
        )
    return tuple(found)


def _history(workspace: Workspace, table: str, rows: pl.DataFrame, names: Names) -> tuple[Event, ...]:
    """What was changed in the order's rows, newest first; of new rows only that they came."""
    key = list(TABLES[table].key)
    found = []
    for row in rows.head(20).select(key).iter_rows(named=True):
        seen: set[int] = set()
        for change in workspace.history(table, row):
            new = change.before is None and change.column in key
            if new and change.change_set not in seen:
                seen.add(change.change_set)
                found.append((change.change_set, change, "", "", "came"))
            elif change.change_set not in seen:
                column = TABLES[table].column(change.column).title
                found.append((change.change_set, change, column, _shown(change.before), _shown(change.after)))
    found.sort(key=lambda each: -each[0])
    return tuple(
        Event(
            wording.local_moment(change.at, names.home, year=True), change.author, change.reason.replace("\n", "; "),
            column, before, after,
        )
        for _, change, column, before, after in found[:HISTORY_MOST]
    )  # fmt: skip


def _shown(value: Any) -> str:  # noqa: ANN401 - a cell
    if value is None:
        return wording.NOTHING
    if isinstance(value, dt.datetime):
        return _day(value)
    if isinstance(value, float):
        return wording.quantity(value)
    return STATUS.get(value, value) if isinstance(value, str) else str(value)


def _day(moment: dt.datetime | None) -> str:
    return "" if moment is None else wording.day(moment.date(), year=True)
