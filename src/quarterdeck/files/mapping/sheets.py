"""Sheets of an export as typed tables under the names that a mapping uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from quarterdeck.files.mapping.declaration import Source
from quarterdeck.files.raw import RawSheet

ROW, SHEET = "__row", "__sheet"
"""Where a row came from: its number as the user sees it, and the number of its sheet."""
HIDDEN = (ROW, SHEET)
HEADER_WITHIN = 20
_WHOLE = r"^-?(0|[1-9]\d{0,17})$"
_NUMBER = r"^-?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
_MOMENT = r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?$"


def fold(name: str) -> str:
    """A name without capitals, blanks and punctuation.

    >>> fold("Operation Material") == fold("operation_material")
    True
    """
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def sheets_of(source: Source, sheets: Sequence[RawSheet]) -> dict[int, RawSheet]:
    """The sheets, by number, that have the first of the source's names that occurs."""
    for name in source.names:
        found = {number: sheet for number, sheet in enumerate(sheets) if fold(sheet.sheet) == fold(name)}
        if found:
            return found
    return {}


def table_of(source: Source, sheets: Mapping[int, RawSheet]) -> pl.DataFrame:
    """The rows of these sheets, one sheet after the other."""
    frames = [_frame(sheet, source).with_columns(pl.lit(number).alias(SHEET)) for number, sheet in sheets.items()]
    return pl.concat(frames, how="diagonal_relaxed") if len(frames) > 1 else frames[0]


def named(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """The frame with the column names the mapping uses; declared columns it lacks are empty."""
    present = {fold(name): name for name in reversed(frame.columns)}
    renamed: dict[str, str] = {}
    absent: list[str] = []
    for column, also in source.columns.items():
        spelled = (present[fold(name)] for name in (column, *also) if fold(name) in present)
        found = next((name for name in spelled if name not in renamed), None)
        if found is None:
            absent.append(column)
        else:
            renamed[found] = column
    kept = frame.drop([name for name in renamed.values() if name in frame.columns and name not in renamed])
    frame = kept.rename(renamed).with_columns(pl.lit(None).alias(name) for name in absent)
    return frame if ROW in frame.columns else frame.with_row_index(ROW, offset=1)


def typed(column: pl.Series, *, decimal_comma: bool = False) -> pl.Series:
    """A column of texts as whole numbers, numbers, yes and no or moments, where every value is one; else as it is.

    >>> typed(pl.Series(["1", "2"])).to_list(), typed(pl.Series(["01", "2"])).to_list()
    ([1, 2], ['01', '2'])
    """
    values = column.drop_nulls()
    if values.is_empty():
        return pl.Series(column.name, [None] * column.len(), dtype=pl.Null)
    if values.str.contains(_WHOLE).all():
        return column.cast(pl.Int64)
    if values.str.to_lowercase().is_in(["true", "false"]).all():
        return column.str.to_lowercase() == "true"
    if values.str.contains(_MOMENT).all():
        return _moments(column)
    numbers = column.str.replace(",", ".", literal=True) if decimal_comma else column
    return numbers.cast(pl.Float64) if numbers.drop_nulls().str.contains(_NUMBER).all() else column


def _moments(column: pl.Series) -> pl.Series:
    padded = column.str.replace("T", " ", literal=True).str.pad_end(19, "\0")
    whole = padded.str.replace(r"^(.{10})\x00+$", "${1} 00:00:00").str.replace(r"^(.{16})\x00+$", "${1}:00")
    read = whole.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
    return read if read.null_count() == column.null_count() else column


def _frame(sheet: RawSheet, source: Source) -> pl.DataFrame:
    """The sheet with its header found and its columns typed."""
    start, header = (0, sheet.header) if sheet.header is not None else _header(sheet.cells, source)
    body = sheet.cells.slice(start).with_row_index(ROW, offset=sheet.first_row + start)
    body = body.filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))
    comma = sheet.separator == ";"
    columns = {
        name: typed(body[cell].str.strip_chars().replace("", None), decimal_comma=comma)
        for cell, name in zip(sheet.cells.columns, header, strict=True)
        if name
    }
    return pl.DataFrame({**columns, ROW: body[ROW]})


def _header(cells: pl.DataFrame, source: Source) -> tuple[int, tuple[str, ...]]:
    """The row after the header, and the names in it: the early row that most declared columns are in."""
    wanted = {fold(name) for column, also in source.columns.items() for name in (column, *also)}
    best, score = 0, 0
    for number, row in enumerate(cells.head(HEADER_WITHIN).iter_rows()):
        matches = sum(fold(str(cell)) in wanted for cell in row if cell is not None)
        filled = sum(cell is not None for cell in row)
        if (matches or (not wanted and filled)) > score:
            best, score = number, matches or filled
    names = [str(cell).strip() if cell is not None else "" for cell in cells.row(best)] if cells.height else []
    unique = ["" if name in names[:place] else name for place, name in enumerate(names)]
    return best + 1, tuple(unique)
