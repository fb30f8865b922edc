"""What a person corrects before rows are taken: cells of a sheet, and what they need to see to do so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from quarterdeck.files.raw import RawSheet, shown
from quarterdeck.files.recognise import SheetMatch

SAMPLES = 3
Cell = tuple[str, str, int, str]
"""File, sheet, row number as the user sees it, and header or declared column."""


def corrected(sheet: RawSheet, match: SheetMatch, cells: Mapping[Cell, str]) -> RawSheet:
    """The sheet with the cells that a person corrected; corrections of other sheets are passed over."""
    frame, mended = sheet.cells, set()
    for (file, name, row, column), text in cells.items():
        position = _position(match, column)
        index = row - sheet.first_row
        if (file, name) != (sheet.file, sheet.sheet) or position is None or not 0 <= index < frame.height:
            continue
        cell = f"c{position}"
        if cell in frame.columns:
            frame = frame.with_columns(frame[cell].scatter(index, text or None))
            mended.add((row, position))
    if not mended:
        return sheet
    errors = tuple(each for each in sheet.error_cells if (each[0], each[1]) not in mended)
    return replace(sheet, cells=frame, error_cells=errors)


def _position(match: SheetMatch, column: str) -> int | None:
    """The column with this header, or the one that was taken for this declared column."""
    by_header = (found.position for found in match.columns if found.header == column or shown(found.header) == column)
    by_name = (found.position for found in match.columns if found.column == column)
    return next(iter([*by_header, *by_name]), None) if column else None


def sampled(sheet: RawSheet, match: SheetMatch) -> SheetMatch:
    """The match with the first filled cells of each column, by which a person tells what it holds."""
    skip = 0 if sheet.header is not None else match.header_row - sheet.first_row + 1
    body = sheet.cells.slice(skip, 50)
    samples = {}
    for found in match.columns:
        name = f"c{found.position}"
        if name in body.columns:
            values = body[name].drop_nulls().unique(maintain_order=True).head(SAMPLES).to_list()
            samples[found.position] = tuple(shown(value, 30) for value in values)
    return replace(match, samples=samples)
