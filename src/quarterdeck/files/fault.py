"""Faults of cells and rows, kept as masks over a sheet until they are told as problems."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from quarterdeck.files.raw import SourceKind
from quarterdeck.model.problem import Severity


@dataclass(frozen=True)
class Fault:
    """One rule that some cells of a column, or some rows, do not keep.

    Parameters
    ----------
    mask
        True where the rule is broken, shape (rows).
    severity, code, message, hint, expected
        As in :class:`quarterdeck.model.Problem`; ``{found}`` in the message is replaced by the cell.
    """

    mask: pl.Series = field(repr=False)
    severity: Severity
    code: str
    message: str
    hint: str = ""
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the texts of a column are to be understood.

    Parameters
    ----------
    kind
        What the sheet was read from.
    decimal
        ``.`` or ``,`` where the texts leave it open; empty if nothing is known.
    day_first
        Whether 01/02/2026 is the first of February; None if nothing is known.
    factor
        What numbers are multiplied with.
    typed
        Cells of a workbook that are known to be typed as text, shape (rows); None if that is not known.
    """

    kind: SourceKind = "csv"
    decimal: str = ""
    day_first: bool | None = None
    factor: float = 1.0
    typed: pl.Series | None = None


@dataclass(frozen=True)
class Coerced:
    """A column in its declared type, null where a cell is empty or faulty, and its faults."""

    values: pl.Series
    faults: tuple[Fault, ...] = ()


def where(texts: pl.Series, condition: pl.Expr) -> pl.Series:
    """Rows of ``texts`` (as column ``x``) in which ``condition`` is true; null counts as false."""
    return texts.alias("x").to_frame().select(condition.fill_null(value=False).alias("x")).to_series()


def mapped(texts: pl.Series, expression: pl.Expr) -> pl.Series:
    """``expression`` of ``texts`` (as column ``x``)."""
    return texts.alias("x").to_frame().select(expression.alias("x")).to_series()
