"""Carrying out a plan's actions: release, expedite, defer, cancel, increase, decrease, each a change of the tables.

Everything of one call is one change set with author and reason, which can be taken back. An action whose order has
changed since the plan was made is refused, with words that say what is different now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model import TABLES, Company, Plan
from quarterdeck.service.current import Edition, newest_company
from quarterdeck.service.decided import SOURCE, Decision, decided, reason_of, told
from quarterdeck.service.releasing import TABLE_OF, now_of, release, shaped_rows, wall
from quarterdeck.service.rights import DECIDES, OWNERS, ROLES, Right, may
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names

if TYPE_CHECKING:
    from quarterdeck.store import Workspace

Row = dict[str, Any]
Key = tuple[str, str, str]
LIVE = ("released", "started")
DONE_SO_FAR = {"purchase_orders": "received", "work_orders": "completed"}
TINY = 1e-6
STATION = "station"
SOURCES = (SOURCE, "orders", STATION, "repair", "promise")
UNDOES = {
    "purchase_orders": Right.DECIDE_PURCHASE,
    "work_orders": Right.DECIDE_PRODUCTION,
    "transfer_orders": Right.DECIDE_PRODUCTION,
    "sales_orders": Right.DECIDE_SALES,
}


class ActionError(ValueError):
    """Nothing that was asked for can be done; the message says why."""


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides: name, role, and why in the person's own words."""

    author: str
    role: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """An action that was not carried out, and why."""

    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of carrying actions out; ``change_set`` takes all of it back, 0 if nothing was done.

    ``became`` names the real order of each planned one that was released.
    """

    change_set: int
    done: tuple[str, ...]
    refused: tuple[Refused, ...]
    became: Mapping[str, tuple[str, str]]


def apply_actions(
    workspace: Workspace, keys: Iterable[Key], *, plan: str, by: Decider, standing: Edition | None = None
) -> Acted:
    """Carries out actions of the newest plan, which ``plan`` must name.

    Parameters
    ----------
    keys
        Action, order and line of each.
    by
        Who decides; whose role may not decide about a kind of order is refused there.
    standing
        The edition that is open already, which saves reading the tables.

    Raises
    ------
    ActionError
        If a newer plan was made meanwhile, or nothing was chosen.
    """
    wanted = list(dict.fromkeys(keys))
    with workspace.alone():
        company, newest, base = _opened(workspace, plan, standing)
        known = {(row["action"], row["order"], row["line"]): row for row in newest["actions"].iter_rows(named=True)}
        missing = [Refused(told(*key), "The plan does not ask for it.") for key in wanted if key not in known]
        return _Doing(workspace, company, newest, base, by).do([known[key] for key in wanted if key in known], missing)


def release_orders(
    workspace: Workspace, orders: Iterable[str], *, plan: str, by: Decider, standing: Edition | None = None
) -> Acted:
    """Releases planned orders of the newest plan, whether or not it asks for that today; see :func:`apply_actions`."""
    wanted = list(dict.fromkeys(orders))
    with workspace.alone():
        company, newest, base = _opened(workspace, plan, standing)
        planned = newest["orders"].filter(pl.col("state") == "planned", pl.col("order").is_in(wanted))
        rows = {row["order"]: {**row, "action": "release"} for row in planned.iter_rows(named=True)}
        told_none = "The plan has no planned order of this code."
        missing = [Refused(order, told_none) for order in wanted if order not in rows]
        return _Doing(workspace, company, newest, base, by).do([rows[each] for each in wanted if each in rows], missing)


def undo_actions(workspace: Workspace, number: int, *, author: str, role: str) -> str:
    """Takes back what a change set of actions did; what it was, in words.

    Raises
    ------
    ActionError
        If it was not made by actions, the role may not decide about its tables, or they have changed since.
    """
    from quarterdeck.store import UndoRefusedError  # noqa: PLC0415 - the store waits until it is needed
    from quarterdeck.store.changes import change_sets  # noqa: PLC0415 - needs Django set up
    from quarterdeck.store.models import ChangedTable  # noqa: PLC0415

    found = next(iter(change_sets(workspace.alias, number)), None)
    if found is None or found.source not in SOURCES:
        raise ActionError(f"Expected a change made by an action, got change {number}.")
    touched = ChangedTable.objects.using(workspace.alias).filter(change_set_id=number).values_list("table", flat=True)
    own = found.source == STATION and found.author == author and may(role, Right.REPORT_PROGRESS)
    lacking = [] if own else [right for right in map(UNDOES.get, touched) if right and not may(role, right)]
    if lacking:
        raise ActionError(f"Your role may not take it back: {lacking[0].value}.")
    try:
        workspace.undo(number, author=author)
    except UndoRefusedError as refused:
        raise ActionError(str(refused)) from refused
    return found.reason.replace("\n", "; ")


def _opened(workspace: Workspace, plan: str, standing: Edition | None) -> tuple[Company, Plan, Mapping[str, Decision]]:
    kept = workspace.plans()
    if not kept or kept[0].plan != plan:
        raise ActionError("A newer plan was made meanwhile, which may ask for something else. Load the page anew.")
    if standing is not None and standing.plan is not None and standing.code == plan:
        return newest_company(workspace, standing), standing.plan, decided(workspace, standing.plan, plan)
    newest = workspace.load_plan(plan)
    return workspace.load(), newest, decided(workspace, newest, plan)


class _Doing:
    """One call: the company and plan it works with, and what is collected on the way."""

    def __init__(
        self, workspace: Workspace, company: Company, plan: Plan, before: Mapping[str, Decision], by: Decider
    ) -> None:
        self.workspace, self.company, self.plan, self.before, self.by = workspace, company, plan, before, by
        self.names = Names.of(company)
        self.orders = {(row["order"], row["line"]): row for row in plan["orders"].iter_rows(named=True)}
        self.changes: dict[str, dict[tuple[str, ...], Row]] = {}

    def do(self, rows: Sequence[Row], refused: list[Refused]) -> Acted:
        """Carries out what can be, in one change set."""
        from quarterdeck.store import TableChange  # noqa: PLC0415 - the store waits until it is needed

        if not rows and not refused:
            raise ActionError("Expected at least one action, got none. Tick what is to be done first.")
        good: list[Row] = []
        for row in rows:
            reason = self._refusal(row)
            if reason:
                refused.append(Refused(self._subject(row), reason))
            else:
                good.append(row)
        released = release(
            self.company,
            [self.orders[row["order"], row["line"]] for row in good if row["action"] == "release"],
            now_of(self.company),
        )
        frames: dict[str, list[pl.DataFrame]] = {table: [frame] for table, frame in released.rows.items()}
        for table, changed in self.changes.items():
            frames.setdefault(table, []).extend(shaped_rows(table, [row]) for row in changed.values())
        lines = [self._line(row, released.became) for row in good]
        number = 0
        if good:
            number = self._commit(frames, TableChange, reason_of(lines, self.by.note))
        return Acted(number, tuple(lines), tuple(refused), released.became)

    def _commit(self, frames: Mapping[str, list[pl.DataFrame]], change: Any, reason: str) -> int:  # noqa: ANN401
        """Writes everything; rows that give different columns are completed from the tables first."""
        whole = {table: pl.concat([self._whole(table, frame) for frame in each]) for table, each in frames.items()}
        changes = {table: change(frame) for table, frame in whole.items()}
        return int(self.workspace.commit(changes, author=self.by.author, reason=reason, source=SOURCE).number)

    def _whole(self, table: str, frame: pl.DataFrame) -> pl.DataFrame:
        key = list(TABLES[table].key)
        current = self.company[table].join(frame.select(key), on=key, how="semi")
        if current.is_empty():
            return TABLES[table].shape(frame)
        return current.update(frame, on=key, how="left").select(current.columns)

    def _refusal(self, row: Row) -> str:
        """Why an action cannot be carried out; empty if it can, with its change noted."""
        right = DECIDES[row["kind"]]
        if not may(self.by.role, right):
            return f"Your role may not do it: {right.value}. It is for the {ROLES[OWNERS[row['kind']]].title.lower()}."
        made = self.before.get(told(row["action"], row["order"], row["line"]))
        if made:
            return f"{made.author} did it already."
        if row["action"] == "release":
            return self._release_refusal(row)
        current = self._current(row)
        reason = self._stale(row, current)
        return reason or self._noted(row, current or {})

    def _release_refusal(self, row: Row) -> str:
        planned = self.orders.get((row["order"], row["line"]))
        if planned is None or planned["state"] != "planned":
            return "It is no planned order any more."
        if row["item"] not in self.names.items and row["item"] not in set(self.company["items"]["item"]):
            return f"The item {row['item']} was taken away since the plan was made. Plan again."
        if row["kind"] == "transfer" and not planned["partner"]:
            return "The plan does not say which site sends it."
        return ""

    def _current(self, row: Row) -> Row | None:
        table = self.company[TABLE_OF[row["kind"]]].filter(pl.col("order") == row["order"])
        if row["kind"] == "buy":
            table = table.filter(pl.col("line") == row["line"])
        return table.row(0, named=True) if table.height else None

    def _stale(self, row: Row, current: Row | None) -> str:
        """What is different now from what the plan saw; empty if nothing is."""
        again = "Plan again to see what is needed now."
        planned = self.orders.get((row["order"], row["line"]))
        if current is None or planned is None:
            return f"The order is no longer there. {again}"
        if current["status"] not in LIVE:
            return f"The order is {current['status']} since the plan was made. {again}"
        left = self._left(row, current)
        if abs(left - planned["quantity"]) > TINY:
            amounts = [self.names.amount(each, row["item"]) for each in (planned["quantity"], left)]
            return f"{amounts[0]} were open when the plan was made, {amounts[1]} are now. {again}"
        if row["kind"] != "make" and self._moved(row, current, planned):
            return f"Its date has changed since the plan was made. {again}"
        return ""

    def _left(self, row: Row, current: Row) -> float:
        return float(current["quantity"] - current.get(DONE_SO_FAR.get(TABLE_OF[row["kind"]], ""), 0.0))

    def _moved(self, row: Row, current: Row, planned: Row) -> bool:
        zone = self.names.zone(row["site"])
        as_of = self.plan.settings.as_of
        saw, now = wall(planned["available"], zone), max(current["due"].replace(microsecond=0), wall(as_of, zone))
        return bool(abs((saw - now).total_seconds()) > 1)

    def _noted(self, row: Row, current: Row) -> str:
        """Notes the change of an open order; why there is none, if the order is so already."""
        action, table = row["action"], TABLE_OF[row["kind"]]
        change: Row = {}
        if action in {"expedite", "defer"}:
            due = wall(row["to_date"], self.names.zone(row["site"]))
            if action == "expedite" and current["due"] <= due:
                return "It is due by then already; what makes it late is told on its page, with what would help."
            change = {"due": due}
        elif action == "cancel":
            change = {"status": "cancelled"}
        else:
            done = current["quantity"] - self._left(row, current)
            change = {"quantity": done + row["quantity"]}
        key: Row = {name: current[name] for name in ("order", "line") if name in current}
        self.changes.setdefault(table, {}).setdefault(tuple(key.values()), dict(key)).update(change)
        return ""

    def _subject(self, row: Row) -> str:
        return f"{told(row['action'], row['order'], row['line'])} ({self.names.item(row['item'])})"

    def _line(self, row: Row, became: Mapping[str, tuple[str, str]]) -> str:
        amount = self.names.amount(row["quantity"], row["item"]).replace(wording.GAP, " ")
        words = f"{told(row['action'], row['order'], row['line'])}: {amount} {self.names.item(row['item'])}"
        if row["order"] in became and row["action"] == "release":
            code, line = became[row["order"]]
            return f"{words}, now {code}{f' line {line}' if line else ''}"
        if row["action"] in {"expedite", "defer"}:
            day = wording.day(wording.local(row["to_date"], self.names.zone(row["site"])).date())
            return f"{words}, by {day.replace(wording.GAP, ' ')}"
        return words
