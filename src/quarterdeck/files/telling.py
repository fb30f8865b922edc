"""Faults told as problems: each with file, sheet, row, column, what was found and what was expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict, Unpack

import polars as pl

from quarterdeck.files.fault import Fault
from quarterdeck.files.raw import shown
from quarterdeck.model import Problem
from quarterdeck.model.problem import Severity

MOST_ERRORS = 1000
MOST_WARNINGS = 20


class Where(TypedDict, total=False):
    """Fields of a problem that name a place and a value."""

    table: str
    key: str
    column: str
    file: str
    sheet: str
    row: int | None
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the user's files a table's rows come from."""

    file: str
    sheet: str
    table: str

    def problem(self, severity: Severity, code: str, message: str, hint: str = "", **more: Unpack[Where]) -> Problem:
        """A problem at this place."""
        found: Where = {"table": self.table, "file": self.file, "sheet": self.sheet, **more}
        return Problem(severity, code, message, hint, **found)


def tell(
    faults: Iterable[Fault], texts: pl.Series, rows: pl.Series, place: Place, columns: str | pl.Series
) -> list[Problem]:
    """One problem per faulty cell, up to a number that people can read, and one that counts the rest.

    Parameters
    ----------
    texts, rows
        The cells and their row numbers, shape (rows).
    columns
        The user's header, or one for each cell where periods stand across.
    """
    problems: list[Problem] = []
    for fault in faults:
        at = fault.mask.arg_true()
        most = MOST_ERRORS if fault.severity == "error" else MOST_WARNINGS
        problems += [
            _one(fault, texts[index], rows[index], place, columns if isinstance(columns, str) else columns[index])
            for index in at.head(most).to_list()
        ]
        if at.len() > most:
            problems.append(_rest(fault, at.len() - most, place, columns))
    return problems


def _one(fault: Fault, text: object, row: int, place: Place, column: str) -> Problem:
    found = "" if text is None else shown(text)
    message = fault.message.replace("{found}", found or "An empty cell")
    return place.problem(
        fault.severity,
        fault.code,
        message,
        fault.hint,
        row=row,
        column=shown(column),
        found=found,
        expected=fault.expected,
    )


def _rest(fault: Fault, count: int, place: Place, columns: str | pl.Series) -> Problem:
    column = columns if isinstance(columns, str) else ""
    message = f"{count:,} more cells have the same fault: {fault.message.replace('{found}', 'a value')}"
    return place.problem(fault.severity, fault.code, message, fault.hint, column=shown(column), expected=fault.expected)
