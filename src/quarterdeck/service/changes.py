"""What was changed by whom: the history of cells, the list of changes, and the way back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quarterdeck.model import TABLES, Problem
from quarterdeck.service.cells import shown, typed
from quarterdeck.store import UndoRefusedError

if TYPE_CHECKING:
    from quarterdeck.store import ChangeSet, Workspace


@dataclass(frozen=True, slots=True)
class CellLine:
    """One change of one cell, in words."""

    change_set: int
    at: dt.datetime
    author: str
    reason: str
    column: str
    title: str
    before: str
    after: str


def cell_history(workspace: Workspace, name: str, key: Sequence[str], column: str = "") -> tuple[CellLine, ...]:
    """Every change of one row, newest first; only of one column where it is named."""
    table = TABLES[name]
    if len(key) != len(table.key):
        raise ValueError(f"Expected {len(table.key)} key values for {table.title}, got {len(key)}.")
    values = {part: typed(table, part, [text]).values[0] for part, text in zip(table.key, key, strict=True)}
    if any(value is None for value in values.values()):
        return ()
    found = workspace.history(name, values)
    return tuple(
        CellLine(
            change_set=each.change_set,
            at=each.at,
            author=each.author,
            reason=each.reason,
            column=each.column,
            title=table.column(each.column).title,
            before=shown(each.before, table.column(each.column)),
            after=shown(each.after, table.column(each.column)),
        )
        for each in reversed(found)
        if not column or each.column == column
    )


def change_list(workspace: Workspace, limit: int = 200) -> list[ChangeSet]:
    """The newest changes, newest first."""
    return workspace.change_sets(limit)


def take_back(workspace: Workspace, number: int | None, *, author: str) -> tuple[ChangeSet | None, Problem | None]:
    """Takes a change back, the newest without a number: what was done, or why it cannot be."""
    try:
        return workspace.undo(number, author=author), None
    except UndoRefusedError as refused:
        return None, refused.problem


def tables_of(workspace: Workspace, number: int) -> frozenset[str]:
    """Names of the tables that a change touched."""
    from quarterdeck.store.models import ChangedTable  # noqa: PLC0415 - needs Django set up

    touched = ChangedTable.objects.using(workspace.alias).filter(change_set_id=number)
    return frozenset(touched.values_list("table", flat=True))


def newest_of(workspace: Workspace, author: str) -> int:
    """Number of the newest change of a person that still stands; 0 if there is none."""
    mine: Any = (
        each.number
        for each in workspace.change_sets()
        if each.author == author and not each.undone and each.undoes is None
    )
    return int(next(mine, 0))
