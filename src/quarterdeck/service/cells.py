"""Cells as people type and read them: values to texts, and texts to values with the reason where one is refused."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from quarterdeck.model import Table
from quarterdeck.model.table import ColumnInfo

ETAG_LENGTH = 16
DECIMALS = {"quantity", "number", "fraction", "money"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text is no value: what was found, what would do, and what to do; a ``warning`` is taken all the same."""

    severity: str
    found: str
    message: str
    hint: str
    expected: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Texts as values of a column: null where empty or refused, with the refusals by place."""

    values: pl.Series
    refusals: dict[int, tuple[Refusal, ...]]


def texts_of(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Every column of ``frame`` as the texts that people edit; what is typed back gives the same values.

    >>> from decimal import Decimal
    >>> from quarterdeck.model import TABLES
    >>> rows = TABLES["items"].shape(pl.DataFrame({"item": ["A"], "cost": [Decimal("2.50")]}))
    >>> texts_of(TABLES["items"], rows).select("cost", "phantom", "name").row(0)
    ('2.5', 'no', '')
    """
    return frame.select(text_of(table.column(name)).fill_null("").alias(name) for name in frame.columns)


def text_of(column: ColumnInfo) -> pl.Expr:
    """A column as the texts that people edit, null where it is empty."""
    value = pl.col(column.name)
    if column.kind in DECIMALS:
        return value.cast(pl.String).str.replace(r"(\.\d*?)0+$", "${1}").str.replace(r"\.$", "")
    if column.kind == "flag":
        return pl.when(value).then(pl.lit("yes")).when(~value).then(pl.lit("no"))
    if column.kind == "day":
        return value.dt.to_string("%Y-%m-%d")
    if column.kind in {"moment", "instant"}:
        return _moment(value, column.date_only)
    return value.cast(pl.String)


def _moment(value: pl.Expr, date_only: str) -> pl.Expr:
    """The day alone where typing it gives the same moment, else with as much time as it has."""
    edge = dt.time(23, 59, 59) if date_only == "end" else dt.time()
    whole_minutes = (value.dt.second() == 0) & (value.dt.microsecond() == 0)
    timed = (
        pl.when(whole_minutes)
        .then(value.dt.to_string("%Y-%m-%d %H:%M"))
        .when(value.dt.microsecond() == 0)
        .then(value.dt.to_string("%Y-%m-%d %H:%M:%S"))
    )
    return (
        pl.when(value.dt.time() == edge)
        .then(value.dt.to_string("%Y-%m-%d"))
        .otherwise(timed.otherwise(value.dt.to_string("%Y-%m-%d %H:%M:%S%.f")))
    )


def typed(table: Table, name: str, texts: Sequence[str]) -> Typed:
    """What people typed into cells of one column, read as an import reads it."""
    from quarterdeck.files.codes import tidy, unescaped  # noqa: PLC0415 - loads parsers only editing needs
    from quarterdeck.files.coerce import Bounds, coerce  # noqa: PLC0415
    from quarterdeck.files.fault import Reading  # noqa: PLC0415

    column = table.column(name)
    cells = unescaped(tidy(pl.Series("x", list(texts), dtype=pl.String)))
    found = coerce(cells, column, Bounds(table.schema.columns()[name]), Reading("csv", _decimal(cells, column)))
    refusals: dict[int, tuple[Refusal, ...]] = {}
    for fault in found.faults:
        for place in fault.mask.arg_true().to_list():
            text = cells[place] or ""
            message = fault.message.replace("{found}", text or "An empty cell")
            told = Refusal(fault.severity, text, message, fault.hint, fault.expected)
            refusals[place] = (*refusals.get(place, ()), told)
    empty = cells.is_null()
    if column.required and empty.any():
        message = f"{column.title} is missing, so the row cannot be used."
        told = Refusal("error", "", message, f"Fill in {column.title.lower()}: {column.description}.", "a value")
        refusals.update((place, (told,)) for place in empty.arg_true().to_list())
    return Typed(_defaulted(found.values, column), refusals)


def _decimal(cells: pl.Series, column: ColumnInfo) -> str:
    """Which sign separates decimals, as the cells that were typed together show it."""
    from quarterdeck.files.numbers import decimal_votes  # noqa: PLC0415

    if column.kind not in DECIMALS:
        return "."
    points, commas = decimal_votes(cells)
    return "," if commas > points else "."


def _defaulted(values: pl.Series, column: ColumnInfo) -> pl.Series:
    if column.default is None:
        return values.cast(column.dtype)
    return values.cast(column.dtype).fill_null(pl.Series([column.default]).cast(column.dtype)[0])


def etag(texts: Sequence[str]) -> str:
    """A mark that changes with any cell of a row.

    >>> etag(["a", "b"]) == etag(["a", "b"]), etag(["a", "b"]) == etag(["ab", ""])
    (True, False)
    """
    joined = "\x1f".join(f"{len(text)}:{text}" for text in texts)
    return hashlib.sha256(joined.encode()).hexdigest()[:ETAG_LENGTH]


def shown(value: Any, column: ColumnInfo) -> str:  # noqa: ANN401 - a value of any declared kind
    """One value as people read it."""
    if value is None:
        return ""
    frame = pl.DataFrame({column.name: pl.Series([value], dtype=column.dtype)})
    return str(frame.select(text_of(column)).item())
