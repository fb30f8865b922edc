"""Sheets as the user wrote them: cells as text, each with the row number that the user sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.model import Problem

SourceKind = Literal["xlsx", "csv", "parquet", "json"]


@dataclass(frozen=True)
class RawSheet:
    """One sheet or file before anything is understood of it.

    Parameters
    ----------
    file, sheet
        Names as the user sees them; a CSV file is its own sheet.
    kind
        What it was read from; cells of ``xlsx``, ``parquet`` and ``json`` write numbers with a decimal point.
    cells
        Text columns ``c0``, ``c1``, …; an empty cell is null.
    first_row
        Row number of the first row of ``cells``.
    header
        Column names where the format carries them apart from the rows; else the header is among ``cells``.
    widths
        Number of cells that each row of a CSV really has, shape (rows).
    separator
        What separates the cells of a CSV.
    error_cells
        Cells in which the spreadsheet itself shows an error such as ``#DIV/0!``: (row number, column, error).
    first_column
        Spreadsheet column of ``c0``; 0 is A.
    typed_numbers
        Columns of a workbook in which numbers of its own stand beside numbers typed as text, with the row numbers of
        the typed ones.
    """

    file: str
    sheet: str
    kind: SourceKind
    cells: pl.DataFrame
    first_row: int = 1
    header: tuple[str, ...] | None = None
    widths: npt.NDArray[np.int32] | None = field(default=None, repr=False)
    separator: str = ""
    error_cells: tuple[tuple[int, int, str], ...] = ()
    first_column: int = 0
    typed_numbers: Mapping[int, frozenset[int]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class RawFiles:
    """All sheets of what was read, and what was wrong before any cell was looked at."""

    sheets: tuple[RawSheet, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __add__(self, other: RawFiles) -> RawFiles:
        return RawFiles(self.sheets + other.sheets, self.problems + other.problems)


def cell_names(count: int) -> list[str]:
    """Names of the columns of a raw sheet.

    >>> cell_names(2)
    ['c0', 'c1']
    """
    return [f"c{i}" for i in range(count)]


def shown(value: object, length: int = 60) -> str:
    r"""A found value for a message: short, and without characters that play tricks on the reader.

    >>> shown("a" * 70, 10), shown("x\u202ey")
    ('aaaaaaaaa…', 'x\\u202ey')
    """
    text = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in str(value)[: length + 1])
    return text if len(text) <= length else text[: length - 1] + "…"
