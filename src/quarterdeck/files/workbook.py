"""A company or a plan as a workbook, or as a folder of CSV files: the form that import reads."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model import RESULTS, TABLES, ColumnInfo, Company, Plan, Table
from quarterdeck.model.problem import problems_to_frame

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

ROWS_OF_A_SHEET = 1_048_575
WIDEST = 40
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
"""A text of a CSV file that begins so is written behind an apostrophe: spreadsheets would calculate it."""

LAST_SECOND = dt.time(23, 59, 59)


def write_workbook(source: Company | Plan, path: Path, *, zone: str = "UTC") -> None:
    """Writes ``source``: a workbook if ``path`` ends in ``.xlsx``, else a folder with one CSV file per table.

    Parameters
    ----------
    source
        A company is written in the form that import reads back unchanged; of a plan, tables without rows are left out.
    path
        File or folder; a file appears complete or not at all.
    zone
        Time zone in which the times of a plan are written.
    """
    tables: Mapping[str, Table] = RESULTS if isinstance(source, Plan) else TABLES
    frames = {name: local_times(source[name], zone) for name in tables if source[name].height}
    if path.suffix.lower() != ".xlsx":
        _write_folder(frames, tables, path)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    _write_sheets(frames, tables, part, source)
    os.replace(part, path)  # noqa: PTH105 - replaces on every system


def local_times(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """UTC datetimes as wall-clock times of ``zone``: workbooks know no time zones."""
    aware = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime) and dtype.time_zone]
    return frame.with_columns(pl.col(name).dt.convert_time_zone(zone).dt.replace_time_zone(None) for name in aware)


def heading(column: ColumnInfo) -> str:
    """What stands above a column: its name in words.

    >>> heading(TABLES["items"].column("lead_time_days"))
    'lead time days'
    """
    return column.name.replace("_", " ")


def open_workbook(path: Path) -> Workbook:
    """A new workbook in which no text ever becomes a formula or a link."""
    import xlsxwriter  # noqa: PLC0415 - only where something is written

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
        "nan_inf_to_errors": True,
    }
    return xlsxwriter.Workbook(str(path), options)


def _write_sheets(
    frames: Mapping[str, pl.DataFrame], tables: Mapping[str, Table], path: Path, source: Company | Plan
) -> None:
    book = open_workbook(path)
    formats = Formats(book)
    for name, frame in frames.items():
        for number, part in enumerate(frame.iter_slices(ROWS_OF_A_SHEET), start=1):
            title = tables[name].title if number == 1 else f"{tables[name].title} {number}"
            sheet = book.add_worksheet(title)
            _write_table(sheet, formats, tables[name], part)
    if isinstance(source, Plan):
        _write_problems(book, formats, source)
    if not book.worksheets():
        book.add_worksheet("Empty").write_string(0, 0, "There is nothing here yet.")
    book.close()


class Formats:
    """The few cell formats of our workbooks."""

    def __init__(self, book: Workbook) -> None:
        self.head: Format = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.key: Format = book.add_format(
            {"bold": True, "bottom": 1, "bg_color": "#E9EFFF", "text_wrap": True, "valign": "top"}
        )
        self.day: Format = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment: Format = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.money: Format = book.add_format({"num_format": "#,##0.00##"})
        self.text: Format = book.add_format({"num_format": "@"})
        self.wrapped: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self.faulty: Format = book.add_format({"bg_color": "#FDE8E6", "font_color": "#B3261E"})


def _write_table(sheet: Worksheet, formats: Formats, table: Table, frame: pl.DataFrame) -> None:
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, _width(frame[column.name], heading(column)))
    write_head(sheet, formats, table)
    for number, row in enumerate(frame.iter_rows(), start=1):
        for index, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            if value is not None and value != "":
                write_cell(sheet, formats, (number, index), value, column)


def write_head(sheet: Worksheet, formats: Formats, table: Table) -> None:
    """The row of headings, frozen; keys are marked."""
    sheet.freeze_panes(1, len(table.key) if len(table.key) <= 2 else 1)
    for index, column in enumerate(table.columns):
        sheet.write_string(0, index, heading(column), formats.key if column.key else formats.head)


def write_cell(sheet: Worksheet, formats: Formats, at: tuple[int, int], value: Any, column: ColumnInfo) -> None:  # noqa: ANN401 - any cell
    """One value; ``value`` is not empty."""
    if isinstance(value, bool):
        sheet.write_boolean(*at, value)
    elif isinstance(value, dt.datetime):
        bare = value.time() == (LAST_SECOND if column.date_only == "end" else dt.time()) and bool(column.date_only)
        sheet.write_datetime(*at, value.date() if bare else value, formats.day if bare else formats.moment)
    elif isinstance(value, dt.date):
        sheet.write_datetime(*at, value, formats.day)
    elif isinstance(value, Decimal):
        sheet.write_number(*at, float(value), formats.money)
    elif isinstance(value, int | float):
        sheet.write_number(*at, value)
    else:
        sheet.write_string(*at, str(value), formats.text)


def _width(values: pl.Series, head: str) -> float:
    longest = max((len(str(value)) for value in values.head(200) if value is not None), default=0)
    return min(max(longest, len(max(head.split(), key=len)), 8) + 2, WIDEST)


def _write_problems(book: Workbook, formats: Formats, plan: Plan) -> None:
    frame = problems_to_frame(plan.problems).select("severity", "message", "hint", "table", "key", "code")
    sheet = book.add_worksheet("Problems")
    for index, (name, width) in enumerate(zip(frame.columns, (10, 80, 60, 18, 24, 22), strict=True)):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, name, formats.head)
    for number, row in enumerate(frame.iter_rows(), start=1):
        for index, value in enumerate(row):
            sheet.write_string(number, index, value or "")


def _write_folder(frames: Mapping[str, pl.DataFrame], tables: Mapping[str, Table], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        part = folder / f".{name}.csv.part"
        frame.select(_as_text(tables[name])).write_csv(part, datetime_format="%Y-%m-%d %H:%M:%S")
        os.replace(part, folder / f"{name}.csv")  # noqa: PTH105


def _as_text(table: Table) -> Iterator[pl.Expr]:
    for column in table.columns:
        value = pl.col(column.name)
        if column.dtype == pl.String:
            risky = pl.any_horizontal(value.str.starts_with(start) for start in FORMULA_STARTS)
            yield pl.when(risky).then("'" + value).otherwise(value).alias(column.name)
        elif column.date_only:
            whole = LAST_SECOND if column.date_only == "end" else dt.time()
            bare = value.dt.strftime("%Y-%m-%d")
            full = value.dt.strftime("%Y-%m-%d %H:%M:%S")
            yield pl.when(value.dt.time() == whole).then(bare).otherwise(full).alias(column.name)
        else:
            yield value
