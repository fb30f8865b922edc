"""Export: a company or a plan as the workbook, or the folder of CSV files, that import reads."""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from quarterdeck.files.escape import escaped
from quarterdeck.model import RESULTS, TABLES, Company, Plan, Table
from quarterdeck.model.problem import problems_to_frame
from quarterdeck.model.table import ColumnInfo

MOST_ROWS = 1_048_575
DECIMALS = 8
"""The reader of workbooks gives numbers with nine decimals; those with more are written as text."""
WIDTHS = {"text": 32, "code": 18, "moment": 18, "instant": 18, "day": 12, "choice": 14, "time": 10, "flag": 9}
FORMATS = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "instant": "yyyy-mm-dd hh:mm"}
TEXTS = {"code", "text", "choice", "time"}


def write_workbook(result: Company | Plan, path: str | Path, *, zone: str = "UTC") -> Path:
    """Writes every table that has rows: a workbook if ``path`` ends in ``.xlsx``, else a folder of CSV files.

    What :func:`quarterdeck.files.read` makes of it is the same company again.

    Parameters
    ----------
    result
        Company or plan.
    path
        File or folder; a file appears complete or not at all.
    zone
        Time zone in which the times of a plan are written.
    """
    path = Path(path)
    tables = [(table, local_times(frame, zone)) for table, frame in _tables(result)]
    if path.suffix.lower() == ".xlsx":
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        _write_xlsx(result, tables, part)
        part.replace(path)
    else:
        _write_csv(result, tables, path)
    return path


def _tables(result: Company | Plan) -> Iterable[tuple[Table, pl.DataFrame]]:
    declared = RESULTS if isinstance(result, Plan) else TABLES
    return ((table, result[name]) for name, table in declared.items() if result[name].height)


def local_times(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """UTC datetimes as wall-clock times of ``zone``: workbooks know no time zones."""
    aware = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime) and dtype.time_zone]
    return frame.with_columns(pl.col(name).dt.convert_time_zone(zone).dt.replace_time_zone(None) for name in aware)


def _write_csv(result: Company | Plan, tables: list[tuple[Table, pl.DataFrame]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for table, frame in tables:
        part = folder / f".{table.name}.part"
        _texts(table, frame).write_csv(part)
        part.replace(folder / f"{table.name}.csv")
    if isinstance(result, Plan):
        safe = problems_to_frame(result.problems).with_columns(escaped(pl.col(pl.String)))
        safe.write_csv(folder / "problems.csv")


def _texts(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """All columns as the texts that import reads."""
    return frame.select(as_text(table, column.name, column.kind).alias(column.name) for column in table.columns)


def as_text(table: Table, name: str, kind: str) -> pl.Expr:
    """A column as text: dates in ISO form, yes and no, numbers with all their digits."""
    value = pl.col(name)
    if kind in TEXTS:
        return escaped(value, first=name == table.columns[0].name)
    if kind == "flag":
        return pl.when(value).then(pl.lit("yes")).when(~value).then(pl.lit("no")).alias(name)
    if kind == "day":
        return value.dt.to_string("%Y-%m-%d")
    if kind in {"moment", "instant"}:
        return moment_text(value, table.column(name).date_only)
    return value.cast(pl.String)


def moment_text(value: pl.Expr, date_only: str) -> pl.Expr:
    """A moment as text: the day alone where import would give the same moment, else with its time."""
    whole = value.dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
    edge = dt.time(23, 59, 59) if date_only == "end" else dt.time()
    return pl.when(value.dt.time() == edge).then(value.dt.to_string("%Y-%m-%d")).otherwise(whole)


def _write_xlsx(result: Company | Plan, tables: list[tuple[Table, pl.DataFrame]], path: Path) -> None:
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": False,
    }
    with xlsxwriter.Workbook(os.fspath(path), options) as book:
        styles = Styles(book)
        for table, frame in tables:
            for number, start in enumerate(range(0, frame.height, MOST_ROWS), start=1):
                name = table.title if number == 1 else f"{table.title} {number}"
                write_sheet(book, styles, name, table, frame.slice(start, MOST_ROWS))
        if isinstance(result, Plan):
            _write_problems(book, styles, problems_to_frame(result.problems))
        if not book.worksheets():
            book.add_worksheet("Read me").write_string(0, 0, "There are no rows in this company.")


def rows_as_file(table: Table, frame: pl.DataFrame, columns: list[str], kind: str) -> bytes:
    """Some columns of some rows of a table as a file that import reads back.

    Parameters
    ----------
    columns
        Names of the columns, in the order of the file.
    kind
        ``csv`` or ``xlsx``.
    """
    part = frame.select(columns)
    if kind == "csv":
        kinds = {name: table.column(name).kind for name in columns}
        return part.select(as_text(table, name, kinds[name]).alias(name) for name in columns).write_csv().encode()
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        styles = Styles(book)
        for number, start in enumerate(range(0, max(part.height, 1), MOST_ROWS), start=1):
            name = table.title if number == 1 else f"{table.title} {number}"
            write_sheet(book, styles, name, table, part.slice(start, MOST_ROWS))
    return buffer.getvalue()


class Styles:
    """The formats of a workbook, made once."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        plain = {"valign": "top"}
        self.header = book.add_format(
            {"bold": True, "bg_color": "#1F3A4D", "font_color": "#FFFFFF", "valign": "top", "text_wrap": True}
        )
        self.key = book.add_format(
            {"bold": True, "bg_color": "#0B6E6E", "font_color": "#FFFFFF", "valign": "top", "text_wrap": True}
        )
        self.plain = book.add_format(plain)
        self.note = book.add_format({"italic": True, "font_color": "#5B6B75", "valign": "top", "text_wrap": True})
        self.fault = book.add_format({"bg_color": "#FFD9D2", "font_color": "#8A1C0C", "valign": "top"})
        self.warning = book.add_format({"bg_color": "#FFF1C9", "valign": "top"})
        self.day = book.add_format({"num_format": FORMATS["day"], **plain})
        self.moment = book.add_format({"num_format": FORMATS["moment"], **plain})

    def of(self, kind: str) -> Any:  # noqa: ANN401 - an xlsxwriter format
        """The format of a column's cells."""
        return {"day": self.day, "moment": self.moment, "instant": self.moment}.get(kind, self.plain)


def write_sheet(book: Any, styles: Styles, name: str, table: Table, frame: pl.DataFrame) -> Any:  # noqa: ANN401 - xlsxwriter has no types
    """The columns of ``frame`` as a sheet: headings that import knows, frozen, with widths that fit."""
    sheet = book.add_worksheet(name[:31])
    columns = [table.column(each) for each in frame.columns]
    write_header(sheet, styles, columns)
    for position, column in enumerate(columns):
        style = styles.of(column.kind)
        values = frame.select(_prepared(table, column.name, column.kind)).to_series().to_list()
        for row, value in enumerate(values, start=1):
            _write_cell(sheet, (row, position), value, column, (style, styles))
    return sheet


def write_header(sheet: Any, styles: Styles, columns: Sequence[ColumnInfo]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """The heading of a sheet; keys stand out, and each heading explains itself when pointed at."""
    for position, column in enumerate(columns):
        sheet.set_column(position, position, max(WIDTHS.get(column.kind, 12), len(column.title) + 2))
        sheet.write_string(0, position, column.title, styles.key if column.key else styles.header)
    sheet.freeze_panes(1, 1)


def _prepared(table: Table, name: str, kind: str) -> pl.Expr:
    if kind in TEXTS or kind == "flag":
        return as_text(table, name, kind)
    return pl.col(name)


def _write_cell(sheet: Any, at: tuple[int, int], value: Any, column: Any, styles: tuple[Any, Styles]) -> None:  # noqa: ANN401
    """A value as a cell that import reads back exactly; numbers a cell cannot hold exactly are written as text."""
    style, named = styles
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(*at, value, style)
    elif isinstance(value, dt.datetime):
        _write_moment(sheet, at, value, column.date_only, named)
    elif isinstance(value, dt.date):
        sheet.write_datetime(*at, value, style)
    elif _fits(value):
        sheet.write_number(*at, value, style)
    else:
        sheet.write_string(*at, str(value), style)


def _write_moment(sheet: Any, at: tuple[int, int], value: dt.datetime, date_only: str, styles: Styles) -> None:  # noqa: ANN401
    edge = dt.time(23, 59, 59) if date_only == "end" else dt.time()
    if value.time() == edge:
        sheet.write_datetime(*at, value.date(), styles.day)
    elif value.microsecond or value.time() == dt.time():
        sheet.write_string(*at, value.isoformat(), styles.plain)
    else:
        sheet.write_datetime(*at, value, styles.moment)


def _fits(value: Decimal | float) -> bool:
    """Whether a cell, which keeps 16 digits, holds the number exactly."""
    try:
        kept = float(f"{float(value):.16G}")
    except (OverflowError, ValueError):
        return False
    if round(kept, DECIMALS) != kept:
        return False
    return Decimal(repr(kept)) == value if isinstance(value, Decimal) else kept == value


def _write_problems(book: Any, styles: Styles, frame: pl.DataFrame) -> None:  # noqa: ANN401 - xlsxwriter has no types
    sheet = book.add_worksheet("Problems")
    safe = frame.with_columns(escaped(pl.col(pl.String)))
    for position, name in enumerate(safe.columns):
        sheet.set_column(position, position, 60 if name in {"message", "hint"} else 14)
        sheet.write_string(0, position, name.capitalize(), styles.header)
        for row, value in enumerate(safe[name].to_list(), start=1):
            if value not in {None, ""}:
                sheet.write(row, position, value)
    sheet.freeze_panes(1, 0)
