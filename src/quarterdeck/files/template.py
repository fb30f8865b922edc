"""An empty workbook with every table, explained."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from quarterdeck.files.workbook import Formats, heading, open_workbook, write_head
from quarterdeck.model import TABLES, ColumnInfo, Table

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

ROWS_TO_FILL = 2000
README = "Read me"
EXAMPLES = {
    "code": "A-100",
    "text": "Desk lamp",
    "quantity": "12",
    "number": "2.5",
    "whole": "10",
    "fraction": "0.05 or 5 %",
    "money": "12.50",
    "day": "2026-03-02",
    "moment": "2026-03-02, or 2026-03-02 14:30",
    "flag": "yes or no",
    "time": "06:00",
}
WELCOME = (
    "Fill in what you have and leave the rest: items and what was sold are enough for a forecast; stock and lead "
    "times give purchase proposals; bills of materials and operations give a schedule. Columns with a blue heading "
    "together name a row. Point at a heading for its meaning. This sheet is not imported."
)


def write_template(path: Path) -> None:
    """Writes an empty workbook: one sheet per table with headings to point at, and a sheet that explains them all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    book = open_workbook(part)
    formats = Formats(book)
    _write_readme(book, formats)
    for table in TABLES.values():
        _write_empty(book.add_worksheet(table.title), formats, table)
    book.close()
    os.replace(part, path)  # noqa: PTH105 - replaces on every system


def example(column: ColumnInfo) -> str:
    """What a cell of the column may look like."""
    if column.words:
        return " or ".join(column.words)
    if column.default not in {None, ""} and not isinstance(column.default, bool):
        return str(column.default)
    return EXAMPLES.get(column.kind, "")


def explanation(column: ColumnInfo) -> str:
    """Meaning, unit, what it refers to, default and example of a column, a line each."""
    lines = [
        f"{column.description}.",
        f"Unit: {column.unit}." if column.unit else "",
        f"A code of the sheet {TABLES[column.references].title}." if column.references else "",
        "Needed in every row." if column.required else f"Default: {_default(column)}.",
        f"Example: {example(column)}.",
    ]
    return "\n".join(line for line in lines if line)


def _default(column: ColumnInfo) -> str:
    if column.default in {None, ""}:
        return "empty"
    return {True: "yes", False: "no"}[column.default] if isinstance(column.default, bool) else str(column.default)


def _write_readme(book: Workbook, formats: Formats) -> None:
    sheet = book.add_worksheet(README)
    for index, width in enumerate((24, 26, 70, 16, 14, 34)):
        sheet.set_column(index, index, width)
    sheet.set_row(0, 64)
    sheet.merge_range(0, 0, 0, 5, WELCOME, formats.wrapped)
    for index, head in enumerate(("Sheet", "Column", "Meaning", "Unit", "Default", "Example")):
        sheet.write_string(2, index, head, formats.head)
    row = 3
    for table in TABLES.values():
        for column in table.columns:
            default = "needed" if column.required else _default(column)
            cells = (table.title, heading(column), column.description, column.unit, default, example(column))
            for index, text in enumerate(cells):
                sheet.write_string(row, index, text)
            row += 1


def _write_empty(sheet: Worksheet, formats: Formats, table: Table) -> None:
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, min(max(len(heading(column)), 10) + 2, 30))
    write_head(sheet, formats, table)
    for index, column in enumerate(table.columns):
        sheet.write_comment(0, index, explanation(column), {"x_scale": 2.2, "y_scale": 1.4})
        _restrict(sheet, index, column)


def _restrict(sheet: Worksheet, index: int, column: ColumnInfo) -> None:
    """A list to choose from where only a few values are possible."""
    values = list(column.words) or (["yes", "no"] if column.kind == "flag" else [])
    if values and len(",".join(values)) <= 255:
        rule = {
            "validate": "list",
            "source": values,
            "error_type": "warning",
            "error_message": explanation(column)[:250],
        }
        sheet.data_validation(1, index, ROWS_TO_FILL, index, rule)
