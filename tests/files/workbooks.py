"""Small files for the tests of this folder."""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl
import xlsxwriter

from quarterdeck.files import Corrections, Intake, read


def csv(folder: Path, text: str | bytes, name: str = "items.csv") -> Path:
    """A CSV file with this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def intake(folder: Path, text: str | bytes, name: str = "items.csv", corrections: Corrections | None = None) -> Intake:
    """What import makes of a CSV with this text."""
    return read(csv(folder, text, name), corrections)


def codes(found: Intake) -> list[tuple[str, int | None]]:
    """Code and row of all errors and warnings."""
    return [(problem.code, problem.row) for problem in found.problems if problem.severity != "info"]


def workbook(path: Path, sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> Path:
    """A workbook with these cells."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for position, value in enumerate(row):
                    if value is not None:
                        sheet.write(number, position, value)
            if name in hidden:
                sheet.hide()
    return path


def archive(path: Path, entries: dict[str, bytes]) -> Path:
    """A zip with these entries."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in entries.items():
            zipped.writestr(name, data)
    return path


def column(found: Intake, table: str, name: str) -> list[object]:
    """The values of one column of what was read."""
    frame = found.tables.get(table, pl.DataFrame({name: []}))
    return frame[name].to_list()
