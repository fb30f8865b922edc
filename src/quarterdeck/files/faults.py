"""The user's own workbook back, with the faulty cells marked and explained."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xlsxwriter

from quarterdeck.files.intake import Intake
from quarterdeck.files.raw import RawSheet
from quarterdeck.files.readers import read_sheets
from quarterdeck.files.workbook import Styles
from quarterdeck.model import Problem
from quarterdeck.model.problem import problems_to_frame

MOST_ROWS = 1_048_575
SHOWN = ("severity", "file", "sheet", "row", "column", "found", "expected", "message", "hint")
FIRST = "Faults"


def write_faults(intake: Intake, problems: Iterable[Problem], path: str | Path) -> Path:
    """Writes the sheets that were read with the cells named in ``problems`` coloured and commented.

    Parameters
    ----------
    intake
        What :func:`quarterdeck.files.read` gave; its files are read again.
    problems
        Its problems, and others that name file, sheet and row.
    path
        Workbook to write; its first sheet lists all faults.
    """
    told = [problem for problem in problems if problem.severity != "info"]
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with xlsxwriter.Workbook(os.fspath(part), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        styles = Styles(book)
        _list(book, styles, told)
        used = {FIRST.lower()}
        for sheet in read_sheets(intake.source).sheets:
            mine = [problem for problem in told if (problem.file, problem.sheet) == (sheet.file, sheet.sheet)]
            _copy(book, styles, sheet, mine, _free_name(sheet.sheet, used))
    part.replace(path)
    return path


def _free_name(name: str, used: set[str]) -> str:
    plain = "".join("_" if letter in "[]:*?/\\" else letter for letter in name).strip("'")[:31] or "Sheet"
    free, number = plain, 1
    while free.lower() in used:
        number += 1
        free = f"{plain[:27]} {number}"
    used.add(free.lower())
    return free


def _list(book: Any, styles: Styles, problems: list[Problem]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    sheet = book.add_worksheet(FIRST)
    frame = problems_to_frame(problems).select(SHOWN)
    for position, name in enumerate(SHOWN):
        sheet.set_column(position, position, 60 if name in {"message", "hint"} else 16)
        sheet.write_string(0, position, name.capitalize(), styles.header)
        for row, value in enumerate(frame[name].to_list(), start=1):
            if isinstance(value, int):
                sheet.write_number(row, position, value)
            elif value:
                sheet.write_string(row, position, _safe(value))
    sheet.freeze_panes(1, 0)


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _copy(book: Any, styles: Styles, raw: RawSheet, problems: list[Problem], name: str) -> None:  # noqa: ANN401
    """One sheet with its cells where the user had them."""
    sheet = book.add_worksheet(name)
    headers, shift = _headers(raw)
    marks: dict[tuple[int, int], list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.row is not None:
            marks[problem.row - 1 + shift, headers.get(problem.column, 0)].append(problem)
    top = raw.first_row - 1 + shift
    for position, column in enumerate(raw.cells.columns):
        for index, value in enumerate(raw.cells[column].to_list()[: MOST_ROWS - top]):
            if value is not None:
                _cell(sheet, (top + index, position + raw.first_column), value, styles.plain)
    for (row, position), found in marks.items():
        index = row - top
        value = raw.cells[index, position] if 0 <= index < raw.cells.height and position < raw.cells.width else None
        _mark(sheet, (row, position + raw.first_column), value, found, styles)
    if raw.header is not None:
        for position, header in enumerate(raw.header):
            sheet.write_string(0, position, _safe(header), styles.header)


def _headers(raw: RawSheet) -> tuple[dict[str, int], int]:
    """Column of each header, and how many rows the copy is shifted down."""
    from quarterdeck.files.recognise import recognise  # noqa: PLC0415 - only the header is needed here

    match = recognise(raw)
    places = {found.column: found.position for found in match.columns if found.column}
    places.update({found.header: found.position for found in match.columns})
    return places, 1 if raw.header is not None else 0


def _cell(sheet: Any, at: tuple[int, int], value: str, style: Any) -> None:  # noqa: ANN401
    if (
        value
        and len(value) < 16
        and value.replace(".", "", 1).isdecimal()
        and value.isascii()
        and not _keeps_zeros(value)
    ):
        sheet.write_number(*at, float(value), style)
    else:
        sheet.write_string(*at, _safe(value)[:32_767], style)


def _keeps_zeros(value: str) -> bool:
    """Whether a number would lose digits that the user wrote: 007, 1.50."""
    return (len(value) > 1 and value[0] == "0" and value[1] != ".") or ("." in value and value[-1] in "0.")


def _mark(sheet: Any, at: tuple[int, int], value: str | None, problems: list[Problem], styles: Styles) -> None:  # noqa: ANN401
    severe = any(problem.severity == "error" for problem in problems)
    style = styles.fault if severe else styles.warning
    if value is None:
        sheet.write_blank(*at, None, style)
    else:
        _cell(sheet, at, value, style)
    lines = dict.fromkeys(f"{problem.message} {problem.hint}".strip() for problem in problems)
    sheet.write_comment(*at, "\n".join(lines)[:2000], {"x_scale": 2.5, "y_scale": 1.5})
