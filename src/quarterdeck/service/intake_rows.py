"""Which of the rows that were read can be written: complete ones, whose key stands only once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from quarterdeck.model import TABLES, Company, Problem
from quarterdeck.model.table import ColumnInfo, Table

NAMED = 20
"""Most rows that are named one by one for one reason."""


def writable(
    current: Company, frames: Mapping[str, pl.DataFrame]
) -> tuple[dict[str, pl.DataFrame], tuple[Problem, ...]]:
    """The rows of each table that can be written to ``current``, and what is wrong with the others."""
    good: dict[str, pl.DataFrame] = {}
    problems: list[Problem] = []
    for name, frame in frames.items():
        table = TABLES[name]
        sound, found = _writable(table, frame, current[name])
        problems += found
        if sound.height:
            good[name] = sound
    return good, tuple(problems)


def _writable(table: Table, frame: pl.DataFrame, current: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    problems: list[Problem] = []
    for column in table.columns:
        if frame.is_empty() or column.nullable or column.default is not None:
            continue
        gaps = _gaps(table, frame, current, column)
        if gaps.any():
            problems += _missing(table, frame.filter(gaps), column)
            frame = frame.filter(~gaps)
    forbidden = _forbidden(frame)
    if forbidden.any():
        problems += _unstorable(table, frame.filter(forbidden))
        frame = frame.filter(~forbidden)
    return frame, problems


def _gaps(table: Table, frame: pl.DataFrame, current: pl.DataFrame, column: ColumnInfo) -> pl.Series:
    """Rows without a value that is required; where the whole column is absent, rows that exist keep theirs."""
    if column.name in frame.columns:
        return frame[column.name].is_null()
    everything = pl.Series([True]).new_from_index(0, frame.height)
    if column.key or current.is_empty():
        return everything
    keys = _keys(table, frame)
    return ~keys.join(current.select(table.key).with_columns(known=True), on=table.key, how="left")["known"].fill_null(
        value=False
    )


def _keys(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    given = frame.select(name for name in table.key if name in frame.columns)
    return table.shape(given).select(table.key)


def _missing(table: Table, rows: pl.DataFrame, column: ColumnInfo) -> Iterator[Problem]:
    message = f"{column.title} is missing; {{count}} of {table.title} cannot be used."
    hint = f"Fill in {column.title.lower()}."
    yield from _told(table, rows, column.name, ("value-missing", message, hint))


def _forbidden(frame: pl.DataFrame) -> pl.Series:
    """Rows with a character that ends texts in some programs and databases."""
    texts = [name for name in frame.columns if frame.schema[name] == pl.String]
    if not texts or frame.is_empty():
        return pl.Series([False]).new_from_index(0, frame.height) if frame.height else pl.Series([], dtype=pl.Boolean)
    return frame.select(
        pl.any_horizontal(pl.col(texts).str.contains("\0", literal=True).fill_null(value=False))
    ).to_series()


def _unstorable(table: Table, rows: pl.DataFrame) -> Iterator[Problem]:
    message = f"A text contains the character with code 0; {{count}} of {table.title} cannot be used."
    yield from _told(table, rows, "", ("text-unstorable", message, "Delete the invisible character."))


def _told(table: Table, rows: pl.DataFrame, column: str, words: tuple[str, str, str]) -> Iterator[Problem]:
    code, message, hint = words
    if set(table.key) - set(rows.columns):
        counted = f"{rows.height:,} rows" if rows.height > 1 else "one row"
        yield Problem("error", code, message.format(count=counted), hint, table=table.name, column=column)
        return
    for row in rows.head(NAMED).select(table.key).iter_rows():
        key = " / ".join(str(value).replace("\0", "␀") for value in row if value not in {None, ""})
        yield Problem("error", code, message.format(count="a row"), hint, table=table.name, key=key, column=column)
    if rows.height > NAMED:
        more = f"{rows.height - NAMED:,} more rows"
        yield Problem("error", code, message.format(count=more), hint, table=table.name, column=column)
