"""What the store tells about changes and plans."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from quarterdeck.model import Problem


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """One commit: its running number (0 if nothing changed), who, when, why, whence, and how many rows it touched.

    ``tables`` says in words which ones; ``undoes`` is the number of the change set it takes back; ``undone`` tells
    whether it is taken back itself.
    """

    number: int
    at: dt.datetime
    author: str
    reason: str
    source: str
    new: int = 0
    changed: int = 0
    deleted: int = 0
    tables: str = ""
    undoes: int | None = None
    undone: bool = False


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that a change set touched; ``before`` is ``None`` in a row that was new, ``after`` in one that went."""

    change_set: int
    at: dt.datetime
    author: str
    reason: str
    column: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Signature:
    """Who changes something, why, and from which file or screen."""

    author: str
    reason: str = ""
    source: str = ""


class UndoRefusedError(RuntimeError):
    """A change set that cannot be taken back; ``problem`` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.message} {problem.hint}")
        self.problem = problem


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """A plan that is kept: its code, when and by whom it was made, its now, a note and how many problems it names."""

    plan: str
    at: dt.datetime
    as_of: dt.datetime
    author: str
    note: str
    problems: int
