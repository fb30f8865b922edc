"""Problems are data: what is wrong with a file, a company or a plan, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Literal

import polars as pl

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it is, and what to do about it.

    Parameters
    ----------
    severity
        ``error``: the row or the order cannot be used; ``warning``: it is used, with an assumption that
        the message names; ``info``: worth knowing.
    code
        Stable, documented identifier such as ``bom-cycle``; see ``docs/reference/problems.md``.
    message
        One sentence for a planner, with the value that was found.
    hint
        What to do, as an instruction.
    table, key, column
        Where in the company: table name, the row's key values joined by `` / `` for reading only, column.
    file, sheet, row
        Where in the user's file; ``row`` is the row number the user sees in the spreadsheet.
    found, expected
        The offending value as text, and what would have been accepted.
    """

    severity: Severity
    code: str
    message: str
    hint: str = ""
    table: str = ""
    key: str = ""
    column: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    found: str = ""
    expected: str = ""

    @property
    def where(self) -> str:
        """The place in words: file, sheet, row and column, or table and key.

        >>> Problem("error", "x", "m", file="a.xlsx", sheet="Items", row=7, column="cost").where
        'a.xlsx, sheet Items, row 7, column cost'
        """
        parts = [self.file, f"sheet {self.sheet}" if self.sheet else ""]
        parts += [f"row {self.row}" if self.row is not None else ""]
        if not self.file:
            parts += [self.table.replace("_", " "), self.key]
        parts += [f"column {self.column}" if self.column else ""]
        return ", ".join(part for part in parts if part)


PROBLEM_SCHEMA: dict[str, pl.DataType] = {
    field.name: pl.Int64() if field.name == "row" else pl.String() for field in fields(Problem)
}


def problems_to_frame(problems: Iterable[Problem]) -> pl.DataFrame:
    """One row per problem, one column per field of :class:`Problem`."""
    return pl.DataFrame([asdict(problem) for problem in problems], schema=PROBLEM_SCHEMA)


def problems_from_frame(frame: pl.DataFrame) -> tuple[Problem, ...]:
    """The problems that :func:`problems_to_frame` wrote."""
    return tuple(Problem(**row) for row in frame.iter_rows(named=True))
