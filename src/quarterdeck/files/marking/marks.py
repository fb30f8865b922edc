"""Which cell of the user's files a problem is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from quarterdeck.files.mapping import MappingError
from quarterdeck.files.mapping.declaration import Mapping as Declared
from quarterdeck.files.mapping.declaration import Query
from quarterdeck.files.mapping.loading import load_mapping
from quarterdeck.files.mapping.sheets import HEADER_WITHIN, fold
from quarterdeck.files.mapping.syntax import Call, ExpressionError, Name, Node, Operation, parse
from quarterdeck.files.raw import RawSheet
from quarterdeck.files.recognise import recognise
from quarterdeck.model import Problem

Cells = Mapping[Problem, tuple[int, int]]
"""Problems to row, from 1 as the user counts, and column, from 0, of their sheet."""


def cells_of(sheets: Sequence[RawSheet], problems: Iterable[Problem], mapping: str | Path | None = None) -> Cells:
    """The cell of each problem that names a row; its row's first cell where no column is known."""
    by_place = {(sheet.file, sheet.sheet): sheet for sheet in sheets}
    declared = _declared(mapping)
    columns: dict[tuple[str, str], dict[str, int]] = {}
    cells: dict[Problem, tuple[int, int]] = {}
    for problem in problems:
        place = problem.file, problem.sheet
        if problem.row is None or place not in by_place:
            continue
        sheet = by_place[place]
        if place not in columns:
            columns[place] = _headers(sheet) if declared else _columns(sheet)
        known = columns[place]
        at = _mapped(problem, known, declared) if declared else known.get(problem.column)
        cells[problem] = (problem.row, (at or 0) + sheet.first_column)
    return cells


def _declared(mapping: str | Path | None) -> Declared | None:
    if mapping is None:
        return None
    try:
        return load_mapping(mapping)
    except MappingError:
        return None


def _columns(sheet: RawSheet) -> dict[str, int]:
    """Column by the user's header and by the declared name it was taken for."""
    match = recognise(sheet)
    places = {found.column: found.position for found in match.columns if found.column}
    return {**places, **{found.header: found.position for found in match.columns}}


def _headers(sheet: RawSheet) -> dict[str, int]:
    """Column by folded text of the first rows, higher rows first."""
    found: dict[str, int] = {}
    rows = [sheet.header] if sheet.header is not None else sheet.cells.head(HEADER_WITHIN).iter_rows()
    for row in rows:
        for position, cell in enumerate(row):
            if cell is not None:
                found.setdefault(fold(str(cell)), position)
    return found


def _mapped(problem: Problem, headers: Mapping[str, int], mapping: Declared) -> int | None:
    """The first column that the mapping computes the faulty one from, and that the sheet has."""
    spellings = {name: also for source in mapping.sources.values() for name, also in source.columns.items()}
    for query in mapping.tables:
        if query.name == problem.table:
            for name in _names(_expressions(query, mapping), problem.column):
                for spelling in (name, *spellings.get(name, ())):
                    if fold(spelling) in headers:
                        return headers[fold(spelling)]
    return None


def _expressions(query: Query, mapping: Declared) -> dict[str, str]:
    """Expressions by the name they give, of a query and of the steps that it reads."""
    found: dict[str, str] = {}
    for step in mapping.steps:
        if step.name in query.sources:
            found |= _expressions(step, mapping)
    return {**found, **query.let, **query.columns, **query.then}


def _names(expressions: Mapping[str, str], column: str) -> list[str]:
    """Names that a column is computed from, those that stand for other expressions resolved."""
    found: list[str] = []
    waiting, seen = [column], set()
    while waiting:
        name = waiting.pop(0)
        if name in expressions and name not in seen:
            seen.add(name)
            waiting += _within(str(expressions[name]))
        else:
            found.append(name)
    return found


def _within(expression: str) -> list[str]:
    try:
        return _walk(parse(expression))
    except ExpressionError:
        return []


def _walk(node: Node) -> list[str]:
    if isinstance(node, Name):
        return [node.name]
    parts = node.operands if isinstance(node, Operation) else node.arguments if isinstance(node, Call) else ()
    return [name for part in parts for name in _walk(part)]
