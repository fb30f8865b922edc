"""Cells of a sheet's XML given another style, where they stand or where they would stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from quarterdeck.files.marking.xml import (
    TAG,
    Edit,
    UnusualXmlError,
    attribute,
    edited,
    region,
    shadow,
    tag,
    with_attribute,
    without_attribute,
)

ROW, CELL, COLUMN = tag("row"), tag("c"), tag("col")
AFTER_LEGACY_DRAWING = {
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
}  # fmt: skip

Wanted = Mapping[int, Mapping[int, bool]]
"""Row, from 1, to columns, from 0, to whether the cell is in error (else it has a warning)."""
StyleOf = Callable[[int, bool], int]


def coloured(data: bytes, wanted: Wanted, style_of: StyleOf) -> bytes:
    """The sheet with the wanted cells in the style that ``style_of`` gives for their own style and severity.

    Rows that the sheet does not have are left alone; cells that a row does not have are added, empty.
    """
    seen = shadow(data)
    start, end, _ = region(seen, "sheetData")
    columns = _column_styles(seen[:start])
    edits: list[Edit] = []
    number = 0
    for row in ROW.finditer(seen, start, end):
        number = int(attribute(row[2], "r") or number + 1)
        if number in wanted:
            edits += _row(seen, row, number, wanted[number], style_of, columns)
    return edited(data, edits)


def with_drawing(data: bytes, identity: str) -> bytes:
    """The sheet with a reference to the drawing of its comments."""
    seen = shadow(data)
    _, at, prefix = region(seen, "sheetData")
    depth = 1
    for found in TAG.finditer(seen, at):
        closing, name, empty = bool(found[1]), found[3].decode(), found[4].endswith(b"/")
        if depth == 0 and (closing or name in AFTER_LEGACY_DRAWING):
            namespace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
            new = f'<{prefix.decode()}legacyDrawing xmlns:r="{namespace}" r:id="{identity}"/>'
            return edited(data, [(found.start(), found.start(), new.encode())])
        depth += -1 if closing else (0 if empty else 1)
    raise UnusualXmlError("Expected a sheet that ends, got one that does not.")


def reference(row: int, column: int) -> str:
    """Name of a cell; rows count from 1, columns from 0.

    >>> reference(7, 0), reference(1, 27)
    ('A7', 'AB1')
    """
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def column_of(name: str) -> int:
    """Column, from 0, of a cell's name.

    >>> column_of("AB12")
    27
    """
    number = 0
    for letter in re.sub("[^A-Z]", "", name.upper()):
        number = number * 26 + ord(letter) - 64
    return number - 1


def _row(
    seen: bytes,
    row: re.Match[bytes],
    number: int,
    wanted: Mapping[int, bool],
    style_of: StyleOf,
    columns: Mapping[int, int],
) -> list[Edit]:
    prefix, empty = row[1], row[2].endswith(b"/")
    close = row.end() if empty else seen.index(b"</" + prefix + b"row", row.end())
    edits: list[Edit] = []
    missing = sorted(wanted)
    own = int(attribute(row[2], "s") or 0) if attribute(row[2], "customFormat") in {"1", "true"} else None
    at = -1

    def added(column: int) -> bytes:
        base = own if own is not None else columns.get(column, 0)
        return b"<" + prefix + f'c r="{reference(number, column)}" s="{style_of(base, wanted[column])}"/>'.encode()

    for cell in () if empty else CELL.finditer(seen, row.end(), close):
        name = attribute(cell[2], "r")
        at = column_of(name) if name else at + 1
        before = [column for column in missing if column < at]
        edits += [(cell.start(), cell.start(), b"".join(map(added, before)))] if before else []
        missing = [column for column in missing if column > at]
        if at in wanted:
            attributes = with_attribute(cell[2], "s", style_of(int(attribute(cell[2], "s") or 0), wanted[at]))
            edits.append((cell.start(2), cell.end(2), attributes))
    if missing:
        new = b"".join(map(added, missing))
        if empty:
            opened = b"<" + prefix + b"row" + without_attribute(row[2].removesuffix(b"/"), "spans") + b">"
            return [(row.start(), row.end(), opened + new + b"</" + prefix + b"row>")]
        edits.append((close, close, new))
    if missing or any(edit[0] == edit[1] for edit in edits):
        edits.append((row.start(2), row.end(2), without_attribute(row[2], "spans")))
    return edits


def _column_styles(head: bytes) -> dict[int, int]:
    """Columns, from 0, that have a style of their own."""
    found: dict[int, int] = {}
    for each in COLUMN.finditer(head):
        style = attribute(each[2], "style")
        if style:
            first, last = int(attribute(each[2], "min") or 1), int(attribute(each[2], "max") or 1)
            found.update(dict.fromkeys(range(first - 1, min(last, 16_384)), int(style)))
    return found
