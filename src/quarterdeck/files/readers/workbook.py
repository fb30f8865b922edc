"""Excel workbooks: every visible sheet, each cell as text with the row number that Excel shows."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import polars as pl
from defusedxml import ElementTree

from quarterdeck.files.marking.xml import attribute, shadow, tag
from quarterdeck.files.raw import RawFiles, RawSheet, cell_names
from quarterdeck.model import Problem

ERROR_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*\bt="e"[^>]*>(?:<f[^>]*(?:/>|>[^<]*</f>))?<v>([^<]*)</v>'
)
PLACE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")


def read_workbook(path: Path, file: str) -> RawFiles:
    """The visible sheets of an .xlsx file that passed the guard."""
    import fastexcel  # noqa: PLC0415 - only those who read workbooks pay for it

    try:
        reader = fastexcel.read_excel(str(path))
        hidden = _hidden_sheets(path)
        sheets = [_sheet(reader, path, file, name) for name in reader.sheet_names if name not in hidden]
    except Exception as error:  # noqa: BLE001 - the parser raises many kinds on damaged files
        return RawFiles(problems=(_damaged(file, error),))
    problems = tuple(_hidden_told(file, name) for name in sorted(hidden))
    return RawFiles(tuple(sheet for sheet in sheets if sheet is not None), problems)


def _sheet(reader: object, path: Path, file: str, name: str) -> RawSheet | None:
    loaded = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")  # type: ignore[attr-defined]
    if not loaded.width or not loaded.height:
        return None
    cells = loaded.to_polars()
    first = min((column.absolute_index for column in loaded.selected_columns), default=0)
    cells.columns = cell_names(cells.width)
    texts = cells.cast(pl.String)
    return RawSheet(
        file,
        name,
        "xlsx",
        texts,
        first_column=first,
        error_cells=_error_cells(path, name, first),
        typed_numbers=_typed_numbers(path, name, _mixed(texts), first),
    )


def _mixed(cells: pl.DataFrame) -> list[int]:
    """Columns in which some numbers have a point and others a comma: only the latter are surely typed."""
    point, comma = r"^[+-]?[0-9]*\.[0-9]+$", r"^[+-]?[0-9.]*,[0-9]+$"
    found = cells.select(
        (pl.all().str.contains(point).any() & pl.all().str.contains(comma).any()).fill_null(value=False)
    )
    return [place for place, name in enumerate(found.columns) if cells.height and found[name][0]]


def _typed_numbers(path: Path, sheet: str, columns: list[int], first_column: int) -> dict[int, frozenset[int]]:
    """Rows, by column, whose cell holds a text and no number; nothing where cells do not say where they are."""
    if not columns:
        return {}
    with zipfile.ZipFile(path) as archive:
        data = archive.read(sheet_parts(archive)[sheet][1])
    found: dict[int, set[int]] = {column: set() for column in columns}
    for cell in tag("c").finditer(shadow(data)):
        place = PLACE.fullmatch((attribute(cell[2], "r") or "").encode())
        if place is None:
            return {}
        column = _column_index(place[1]) - first_column
        if column in found and attribute(cell[2], "t") in {"s", "str", "inlineStr"}:
            found[column].add(int(place[2]))
    return {column: frozenset(rows) for column, rows in found.items()}


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, tuple[str, str]]:
    """Sheet name to its state (``visible``, ``hidden``, …) and its part in the archive."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    parts: dict[str, tuple[str, str]] = {}
    for element in book.iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        identity = next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == "id"), "")
        target = targets.get(identity, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        parts[element.get("name", "")] = (element.get("state", "visible"), part)
    return parts


def _hidden_sheets(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return {name for name, (state, _) in sheet_parts(archive).items() if state != "visible"}


def _error_cells(path: Path, sheet: str, first_column: int) -> tuple[tuple[int, int, str], ...]:
    """Cells that show an error such as ``#DIV/0!``; the parser gives them as empty."""
    with zipfile.ZipFile(path) as archive:
        part = sheet_parts(archive).get(sheet, ("", ""))[1]
        if part not in archive.namelist():
            return ()
        data = archive.read(part)
    if b't="e"' not in data:
        return ()
    return tuple(
        (int(row), _column_index(letters) - first_column, value.decode(errors="replace"))
        for letters, row, value in ERROR_CELL.findall(data)
    )


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _damaged(file: str, error: Exception) -> Problem:
    return Problem(
        "error", "workbook-damaged", f"{file} cannot be opened as a workbook: {str(error).splitlines()[0][:120]}.",
        "Open it in your spreadsheet program and save it again as .xlsx.",
        file=file, expected="an Excel workbook (.xlsx)",
    )  # fmt: skip


def _hidden_told(file: str, name: str) -> Problem:
    return Problem(
        "info", "sheet-hidden", f"The hidden sheet {name} was not read.",
        "Unhide it if it belongs to the company's data.", file=file, sheet=name,
    )  # fmt: skip
