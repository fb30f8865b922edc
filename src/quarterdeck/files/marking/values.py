"""Cells of a sheet's XML given the value that a person corrected them to."""

from __future__ import annotations

import re
from collections.abc import Mapping

from quarterdeck.files.marking.cells import CELL, ROW, column_of
from quarterdeck.files.marking.xml import Edit, attribute, edited, region, shadow, tag, text, without_attribute

NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,15})?")
FORMULA = tag("f")

Values = Mapping[int, Mapping[int, str]]
"""Row, from 1, to columns, from 0, to the text the cell shall hold."""


def corrected(data: bytes, values: Values) -> bytes:
    """The sheet with the values in their cells; a cell that a formula computes keeps it, as other sheets may need it.

    Numbers are written as numbers, everything else as text. Cells that the sheet does not have are left alone.
    """
    seen = shadow(data)
    start, end, _ = region(seen, "sheetData")
    edits: list[Edit] = []
    number = 0
    for row in ROW.finditer(seen, start, end):
        number = int(attribute(row[2], "r") or number + 1)
        if number in values and not row[2].endswith(b"/"):
            close = seen.index(b"</" + row[1] + b"row", row.end())
            edits += _row(seen, (row.end(), close), values[number])
    return edited(data, edits)


def _row(seen: bytes, inside: tuple[int, int], values: Mapping[int, str]) -> list[Edit]:
    edits: list[Edit] = []
    at = -1
    for cell in CELL.finditer(seen, *inside):
        name = attribute(cell[2], "r")
        at = column_of(name) if name else at + 1
        close = b"</" + cell[1] + b"c>"
        end = cell.end() if cell[2].endswith(b"/") else seen.index(close, cell.end()) + len(close)
        if at in values and FORMULA.search(seen, cell.end(), end) is None:
            edits.append((cell.start(), end, _cell(cell, values[at])))
    return edits


def _cell(cell: re.Match[bytes], value: str) -> bytes:
    prefix = cell[1].decode()
    bare = without_attribute(cell[2].removesuffix(b"/"), "t").rstrip().decode()
    if not value:
        written = f"<{prefix}c{bare}/>"
    elif NUMBER.fullmatch(value):
        written = f"<{prefix}c{bare}><{prefix}v>{value}</{prefix}v></{prefix}c>"
    else:
        inline = f'<{prefix}is><{prefix}t xml:space="preserve">{text(value[:32_000])}</{prefix}t></{prefix}is>'
        written = f'<{prefix}c{bare} t="inlineStr">{inline}</{prefix}c>'
    return written.encode("ascii", "xmlcharrefreplace")
