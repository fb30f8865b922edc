"""An empty workbook with every table: explanations, units, allowed values, and an example that import ignores."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import xlsxwriter

from quarterdeck.files.workbook import Styles, write_header
from quarterdeck.model import TABLES, ColumnInfo, Table

COMMENT = "# "
EXAMPLES = {
    "code": {
        "item": "BOLT-M8", "parent": "BIKE-28", "component": "BOLT-M8", "site": "main", "customer": "C-1001",
        "supplier": "S-20",
        "order": "10042", "line": "1", "position": "1", "work_centre": "WELD", "machine": "WELD-1", "person": "P-07",
        "calendar": "two-shift", "routing": "main", "skill": "welding", "setting": "currency", "from_site": "main",
        "to_site": "west", "payment_terms": "N30", "account": "HOUSEBANK", "kpi": "on_time_in_full", "shift": "early",
        "goal": "RELIABLE", "promotion": "SPRING", "lot": "L-0815",
    },
    "text": {"value": "EUR", "unit": "pcs", "weekdays": "mon-fri", "time_zone": "Europe/Berlin", "country": "DE",
             "holidays": "DE", "name": "Bolt M8", "from_family": "red",
             "to_family": "blue", "setup_family": "red"},
}  # fmt: skip
BY_KIND = {
    "quantity": "12", "money": "4.50", "number": "5", "whole": "10", "fraction": "5 %", "day": "2026-03-02",
    "moment": "2026-03-02 14:00", "flag": "no", "time": "06:00",
}  # fmt: skip
GUIDE = (
    "Fill in the sheets you have data for and leave the rest empty; every table may stay empty.",
    "Dark green headings name a row: two rows must not have the same values there.",
    "Rows that begin with '# ' are explanations and examples; import ignores them.",
    "Columns may be moved, deleted or added; units may stand in headings: Set-up time (h).",
    "Dates: 2026-03-02. Numbers: with decimal point or comma, but the same throughout a column. Shares: 5 % or 0.05.",
)


def write_template(path: str | Path) -> Path:
    """Writes an empty workbook with every table of a company."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with xlsxwriter.Workbook(os.fspath(part), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        styles = Styles(book)
        _guide(book, styles)
        for table in TABLES.values():
            _table_sheet(book, styles, table)
    part.replace(path)
    return path


def _guide(book: Any, styles: Styles) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """What each table and column means, on one sheet."""
    sheet = book.add_worksheet("Read me")
    for position, width in enumerate((24, 24, 70, 16, 14, 44)):
        sheet.set_column(position, position, width)
    for row, line in enumerate(GUIDE):
        sheet.write_string(row, 0, line)
    start = len(GUIDE) + 1
    for position, text in enumerate(("Sheet", "Column", "Meaning", "Unit", "Needed", "Values")):
        sheet.write_string(start, position, text, styles.header)
    row = start + 1
    for table in TABLES.values():
        sheet.write_string(row, 0, table.title, styles.key)
        sheet.write_string(row, 2, table.description, styles.note)
        for offset, column in enumerate(table.columns, start=1):
            for position, text in enumerate(
                ("", column.title, column.description, column.unit, _needed(column), _values(column))
            ):
                sheet.write_string(row + offset, position, text)
        row += len(table.columns) + 2
    sheet.freeze_panes(start + 1, 0)


def _needed(column: ColumnInfo) -> str:
    if column.required:
        return "yes"
    return f"else {_shown(column.default)}" if column.default not in {None, ""} else ""


def _shown(default: object) -> str:
    return {True: "yes", False: "no"}.get(default, str(default)) if isinstance(default, bool) else str(default)


def _values(column: ColumnInfo) -> str:
    if column.words:
        return ", ".join(column.words)
    if column.references:
        return f"a code of {TABLES[column.references].title}"
    return {"flag": "yes, no", "day": "a date", "moment": "a date, or a date and time"}.get(column.kind, "")


def _table_sheet(book: Any, styles: Styles, table: Table) -> None:  # noqa: ANN401 - xlsxwriter has no types
    sheet = book.add_worksheet(table.title[:31])
    write_header(sheet, styles, table.columns)
    for position, column in enumerate(table.columns):
        mark = COMMENT if position == 0 else ""
        sheet.write_string(1, position, mark + _explained(column), styles.note)
        sheet.write_string(2, position, mark + example(column), styles.note)
        sheet.write_comment(0, position, _explained(column), {"x_scale": 2.2, "y_scale": 1.2})
        _validation(sheet, position, column)
    sheet.set_row(1, 60)
    sheet.freeze_panes(3, 1)


def _explained(column: ColumnInfo) -> str:
    parts = [column.description]
    if column.unit:
        parts.append(f"[{column.unit}]")
    if needed := _needed(column):
        parts.append("(needed)" if needed == "yes" else f"({needed})")
    return " ".join(parts)


def example(column: ColumnInfo) -> str:
    """A value that the column takes."""
    if column.words:
        return next(iter(column.words))
    named = EXAMPLES.get(column.kind, {}).get(column.name)
    if named is None and column.references:
        named = next(
            (text for name, text in EXAMPLES["code"].items() if TABLES[column.references].key[0] == name), None
        )
    return named or BY_KIND.get(column.kind, "")


def _validation(sheet: Any, position: int, column: ColumnInfo) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """A list to choose from; other words that import knows are still accepted."""
    source = list(column.words) if column.words else ["yes", "no"] if column.kind == "flag" else []
    if source:
        sheet.data_validation(
            3, position, 10_000, position,
            {
                "validate": "list", "source": source, "error_type": "warning",
                "input_title": column.title[:32], "input_message": column.description[:255],
            },
        )  # fmt: skip
