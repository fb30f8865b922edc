"""The user's own workbook back, with the faulty cells marked and explained."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from quarterdeck.files.guard import Limits, guard, kind_of
from quarterdeck.files.intake import Intake
from quarterdeck.files.marking.in_place import CORRECTED, mark_workbook
from quarterdeck.files.marking.marks import Cells, cells_of
from quarterdeck.files.marking.xml import UnusualXmlError
from quarterdeck.files.raw import RawSheet
from quarterdeck.files.readers import read_sheets
from quarterdeck.files.workbook import Styles
from quarterdeck.model import Problem
from quarterdeck.model.problem import problems_to_frame

MOST_ROWS = 1_048_575
SHOWN = ("severity", "file", "sheet", "row", "column", "found", "expected", "message", "hint")
FIRST = "Faults"


def write_faults(
    intake: Intake, problems: Iterable[Problem], path: str | Path, *, mapping: str | Path | None = None
) -> Path:
    """Writes what was read with the cells named in ``problems`` coloured and commented, and one sheet that lists them.

    A workbook comes back as it is: formulas, formats, widths, charts and hidden sheets stay. Other files come back
    as a workbook of their values. Cells that a person corrected hold what they were corrected to.

    Parameters
    ----------
    intake
        What :func:`quarterdeck.files.read` gave; its files are read again.
    problems
        Its problems, and others that name file, sheet and row.
    path
        Workbook to write; it appears complete or not at all.
    mapping
        The mapping through which the files were read, if it was one.
    """
    told = [problem for problem in problems if problem.severity != "info"]
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    sheets = read_sheets(intake.source).sheets
    cells = cells_of(sheets, told, mapping)
    try:
        if not _marked_in_place(intake.source, told, cells, part):
            _write_values(sheets, told, cells, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _marked_in_place(source: Path, told: list[Problem], cells: Cells, path: Path) -> bool:
    """Whether the source is one workbook that could be added to, and has been."""
    if not source.is_file() or kind_of(source) != "xlsx" or guard(source, Limits()):
        return False
    try:
        mark_workbook(source, told, cells, path)
    except UnusualXmlError:
        return False
    return True


def _write_values(sheets: Sequence[RawSheet], told: list[Problem], cells: Cells, path: Path) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(os.fspath(path), options) as book:
        styles = Styles(book)
        _list(book, styles, told)
        used = {FIRST.lower()}
        for sheet in sheets:
            mine: dict[tuple[int, int], list[Problem]] = defaultdict(list)
            for problem, at in cells.items():
                if (problem.file, problem.sheet) == (sheet.file, sheet.sheet):
                    mine[at].append(problem)
            _copy(book, styles, sheet, mine, _free_name(sheet.sheet, used))


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


def _copy(
    book: Any,  # noqa: ANN401 - xlsxwriter has no types
    styles: Styles,
    raw: RawSheet,
    marks: Mapping[tuple[int, int], list[Problem]],
    name: str,
) -> None:
    """One sheet with its cells where the user had them, below the header where the format keeps that apart."""
    sheet = book.add_worksheet(name)
    top = raw.first_row - 1 + (raw.header is not None)
    for position, column in enumerate(raw.cells.columns):
        for index, value in enumerate(raw.cells[column].to_list()[: MOST_ROWS - top]):
            if value is not None:
                _cell(sheet, (top + index, position + raw.first_column), value, styles.plain)
    for (row, place), found in marks.items():
        index, position = row - raw.first_row, place - raw.first_column
        inside = 0 <= index < raw.cells.height and 0 <= position < raw.cells.width
        mended = [problem.expected for problem in found if problem.code == CORRECTED]
        value = mended[-1] or None if mended else raw.cells[index, position] if inside else None
        _mark(sheet, (top + index, place), value, found, styles)
    if raw.header is not None:
        for position, header in enumerate(raw.header):
            sheet.write_string(0, position, _safe(header), styles.header)


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
