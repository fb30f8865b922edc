"""Where in the user's files a fault of the company comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from quarterdeck.model import TABLES, Problem
from quarterdeck.service.reading import Reading

Places = dict[str, tuple[str, str, int]]


def located(problems: Iterable[Problem], reading: Reading) -> tuple[Problem, ...]:
    """The problems with file, sheet and row, as far as their row came from these files."""
    found = tuple(problems)
    places = {name: _places(name, reading) for name in {problem.table for problem in found}}
    return tuple(_located(problem, places.get(problem.table, {})) for problem in found)


def _places(table: str, reading: Reading) -> Places:
    """Key in words, as checks write it, to the place of the row."""
    if reading.intake is None or table not in reading.intake.provenance:
        return {}
    rows, origin = reading.intake.tables[table], reading.intake.provenance[table]
    keys = TABLES[table].shape(rows).select(TABLES[table].key)
    texts = [" / ".join(str(value) for value in row if value not in {None, ""}) for row in keys.iter_rows()]
    return dict(zip(texts, origin.select("file", "sheet", pl.col("row").cast(pl.Int64)).iter_rows(), strict=True))


def _located(problem: Problem, places: Places) -> Problem:
    if problem.file or problem.key not in places:
        return problem
    file, sheet, row = places[problem.key]
    return replace(problem, file=file, sheet=sheet, row=row)
