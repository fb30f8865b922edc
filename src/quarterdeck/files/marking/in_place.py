"""The user's own workbook with faulty cells coloured and commented, everything else as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from quarterdeck.files.marking.cells import coloured
from quarterdeck.files.marking.comments import comment
from quarterdeck.files.marking.explanation import explain
from quarterdeck.files.marking.package import Package
from quarterdeck.files.marking.styles import MINIMAL, StyleSheet
from quarterdeck.files.marking.values import corrected
from quarterdeck.model import Problem

CORRECTED = "cell-corrected"
STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
MACRO_BOOK = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
PLAIN_BOOK = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

Cells = Mapping[Problem, tuple[int, int]]


def mark_workbook(source: Path, problems: Sequence[Problem], cells: Cells, target: Path) -> None:
    """Writes ``source`` to ``target`` with what is wrong marked.

    Parameters
    ----------
    source
        A workbook that the reader has taken.
    problems
        All that the added sheet lists.
    cells
        Problems to the cell of their sheet: row, from 1, and column, from 0.

    Raises
    ------
    UnusualXmlError
        If the workbook is written in a way that cannot be added to.
    """
    from quarterdeck.files.readers.workbook import sheet_parts  # noqa: PLC0415 - the reader is loaded by now

    package = Package(source)
    styles_part = _styles_part(package)
    styles = StyleSheet(package.read(styles_part))
    parts = {name: part for name, (_, part) in sheet_parts(package.archive).items()}
    for sheet, mine in _by_sheet(cells).items():
        if sheet in parts and package.has(parts[sheet]):
            wanted: dict[int, dict[int, bool]] = {}
            for (row, column), found in mine.items():
                wanted.setdefault(row, {})[column] = any(each.severity == "error" for each in found)
            marked = coloured(
                package.read(parts[sheet]), wanted, lambda base, severe: styles.marked(base, severe=severe)
            )
            package.write(parts[sheet], corrected(marked, _values(mine)))
            comment(package, parts[sheet], {at: _words(found) for at, found in mine.items()})
    explain(package, problems, cells, (styles.marked(0, severe=True), styles.marked(0, severe=False)))
    package.write(styles_part, styles.data)
    if target.suffix.lower() != ".xlsm":
        _without_macros(package)
    package.save(target)


def _by_sheet(cells: Cells) -> dict[str, dict[tuple[int, int], list[Problem]]]:
    found: dict[str, dict[tuple[int, int], list[Problem]]] = {}
    for problem, at in cells.items():
        found.setdefault(problem.sheet, {}).setdefault(at, []).append(problem)
    return found


def _values(mine: Mapping[tuple[int, int], Sequence[Problem]]) -> dict[int, dict[int, str]]:
    """What a person corrected, by row and column."""
    values: dict[int, dict[int, str]] = {}
    for (row, column), found in mine.items():
        for problem in found:
            if problem.code == CORRECTED:
                values.setdefault(row, {})[column] = problem.expected
    return values


def _words(problems: Sequence[Problem]) -> str:
    return "\n".join(dict.fromkeys(f"{problem.message} {problem.hint}".strip() for problem in problems))


def _styles_part(package: Package) -> str:
    related = package.related("xl/workbook.xml").values()
    part = next((target for kind, target in related if kind == "styles" and package.has(target)), "")
    if not part:
        part = "xl/styles.xml"
        package.write(part, MINIMAL)
        package.declare(part, STYLES_TYPE)
        package.relate("xl/workbook.xml", "styles", part)
    return part


def _without_macros(package: Package) -> None:
    """A workbook called .xlsx must not hold macros, or no program opens it."""
    types = package.read("[Content_Types].xml")
    if MACRO_BOOK not in types:
        return
    macros = [target for kind, target in package.related("xl/workbook.xml").values() if kind == "vbaProject"]
    relations = package.read("xl/_rels/workbook.xml.rels")
    package.write(
        "xl/_rels/workbook.xml.rels", re.sub(rb"<(?:\w+:)?Relationship\b[^>]*vbaProject[^>]*/>", b"", relations)
    )
    for part in macros:
        package.drop(part)
        types = re.sub(rb"<(?:\w+:)?Override\b[^>]*/" + re.escape(part.encode()) + rb"""["'][^>]*/>""", b"", types)
    package.write("[Content_Types].xml", types.replace(MACRO_BOOK, PLAIN_BOOK))
