"""Rows that a mapping made, brought to declared form; faulty ones are left out and named by file, sheet and row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from quarterdeck.files.coerce import Bounds, coerce
from quarterdeck.files.fault import Coerced, Fault, Reading
from quarterdeck.files.mapping.sheets import HIDDEN, ROW, SHEET
from quarterdeck.files.mapping.values import as_text
from quarterdeck.files.raw import RawSheet, shown
from quarterdeck.model import ColumnInfo, Problem, Table

NAMED = 20
"""Most rows that are named one by one for one fault."""
DAYS_LAST_SECOND = pl.duration(days=1) - pl.duration(seconds=1)


@dataclass(frozen=True)
class DeclaredRows:
    """The good rows with the columns that the mapping gives, and what was wrong with the others.

    ``origin`` has ``file``, ``sheet`` and ``row`` of each good row.
    """

    frame: pl.DataFrame
    origin: pl.DataFrame
    rejected: int
    problems: tuple[Problem, ...]


def declare(rows: pl.DataFrame, table: Table, sheets: Sequence[RawSheet], mapping: str) -> DeclaredRows:
    """``rows`` in the declared types of ``table``.

    Parameters
    ----------
    rows
        What a query gave: declared columns in any type, with the hidden columns of where each row came from.
    sheets
        The sheets that the hidden column counts.
    mapping
        File of the mapping, for problems of rows that come from no sheet.
    """
    columns = [table.column(name) for name in rows.columns if name not in HIDDEN]
    bad = pl.Series([False]).new_from_index(0, rows.height)
    values: list[pl.Series] = []
    problems: list[Problem] = []
    for column in columns:
        found = _declared(rows[column.name], column, table)
        values.append(found.values.alias(column.name))
        for fault in (*found.faults, *_gaps(found, rows[column.name], column)):
            bad = bad | fault.mask if fault.severity == "error" else bad
            problems += _told(fault, rows, column, table, sheets, mapping)
    frame = pl.DataFrame(values).filter(~bad) if values else pl.DataFrame()
    return DeclaredRows(frame, _origin(rows.filter(~bad), sheets), int(bad.sum()), tuple(problems))


def _origin(rows: pl.DataFrame, sheets: Sequence[RawSheet]) -> pl.DataFrame:
    """File, sheet and row number of each row; empty where it comes from no sheet."""
    number = rows[SHEET].to_list() if SHEET in rows.columns and sheets else [None] * rows.height
    known = [sheets[each] if each is not None else None for each in number]
    row = rows[ROW].cast(pl.Int64) if ROW in rows.columns else pl.Series([None] * rows.height, dtype=pl.Int64)
    columns = {
        "file": [each.file if each else "" for each in known],
        "sheet": [each.sheet if each else "" for each in known],
    }
    return pl.DataFrame({**columns, "row": row}, schema={"file": pl.String, "sheet": pl.String, "row": pl.Int64})


def _declared(found: pl.Series, column: ColumnInfo, table: Table) -> Coerced:
    """One column in its declared type: points in time as they are, everything else as if read from a file."""
    frame = found.alias("x").to_frame()
    if found.dtype == pl.Date and isinstance(column.dtype, pl.Datetime) and column.date_only == "end":
        return Coerced(frame.select(pl.col("x").cast(pl.Datetime("us")) + DAYS_LAST_SECOND).to_series())
    if found.dtype.is_temporal() and column.dtype.is_temporal():
        return Coerced(found.cast(column.dtype))
    value = pl.col("x").round(4) if column.kind == "money" and found.dtype.is_float() else pl.col("x")
    texts = frame.select(as_text(value).str.strip_chars().replace("", None)).to_series()
    bounds = Bounds(table.schema.columns()[column.name])
    return coerce(texts, column, bounds, Reading("parquet"))


def _gaps(found: Coerced, before: pl.Series, column: ColumnInfo) -> Iterator[Fault]:
    """Empty cells of a column that needs a value."""
    missing = before.is_null() | (before.cast(pl.String) == "").fill_null(value=True)
    if column.required and (missing & found.values.is_null()).any():
        hint = "Fill it in, or leave such rows out with a filter in the mapping."
        yield Fault(missing, "error", "value-missing", f"{column.title} is empty.", hint, "a value")


def _told(
    fault: Fault, rows: pl.DataFrame, column: ColumnInfo, table: Table, sheets: Sequence[RawSheet], mapping: str
) -> Iterator[Problem]:
    """The fault as problems: the first rows one by one, the rest as a number."""
    faulty = rows.filter(fault.mask)
    for row in faulty.head(NAMED).iter_rows(named=True):
        sheet = sheets[row[SHEET]] if row.get(SHEET) is not None and sheets else None
        found = shown(row[column.name]) if row[column.name] is not None else ""
        yield Problem(
            fault.severity,
            fault.code,
            fault.message.replace("{found}", found),
            fault.hint,
            table=table.name,
            column=column.name,
            file=sheet.file if sheet else mapping,
            sheet=sheet.sheet if sheet else "",
            row=row.get(ROW),
            found=found,
            expected=fault.expected,
        )
    if faulty.height > NAMED:
        more = f"{faulty.height - NAMED} more rows: {fault.message.replace('{found}', 'the value')}"
        yield Problem(fault.severity, fault.code, more, fault.hint, table=table.name, column=column.name, file=mapping)
