"""Where in the user's files the rows stand that a check of the whole company finds fault with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from quarterdeck.model import TABLES, Problem
from quarterdeck.model.checks.finding import shown
from quarterdeck.model.table import Table
from quarterdeck.service.reading import Reading

Place = tuple[str, str, int]


def located(problems: Iterable[Problem], reading: Reading) -> tuple[Problem, ...]:
    """The problems, with file, sheet and row where the row they are about was read just now."""
    wanted: dict[str, set[str]] = {}
    everything = tuple(problems)
    for problem in everything:
        if problem.key and problem.row is None:
            wanted.setdefault(problem.table, set()).add(problem.key)
    places = {table: _places(table, keys, reading) for table, keys in wanted.items()}
    return tuple(_placed(problem, places.get(problem.table, {})) for problem in everything)


def _placed(problem: Problem, places: dict[str, Place]) -> Problem:
    if problem.row is not None or problem.key not in places:
        return problem
    file, sheet, row = places[problem.key]
    return replace(problem, file=file, sheet=sheet, row=row)


def _places(name: str, keys: set[str], reading: Reading) -> dict[str, Place]:
    """Place of the first row with each key, as far as the rows come from files."""
    if reading.intake is None or name not in reading.frames or name not in reading.intake.provenance:
        return {}
    texts = _key_texts(TABLES[name], reading.frames[name])
    origin = reading.intake.provenance[name].select("file", "sheet", "row").with_columns(texts.alias("key"))
    hits = origin.filter(pl.col("key").is_in(list(keys))).unique("key", keep="first", maintain_order=True)
    return {key: (file, sheet, row) for file, sheet, row, key in hits.iter_rows()}


def _key_texts(table: Table, frame: pl.DataFrame) -> pl.Series:
    """The keys as problems write them: for reading only, so two different keys may look the same."""
    shaped = table.shape(frame.select(name for name in table.key if name in frame.columns)).select(table.key)
    return (
        shaped.with_columns(_shown(shaped[name]) for name in table.key)
        .select(
            pl.concat_str(
                [pl.when(pl.col(name) != "").then(pl.col(name)) for name in table.key],
                separator=" / ",
                ignore_nulls=True,
            )
        )
        .to_series()
    )


def _shown(values: pl.Series) -> pl.Series:
    if values.dtype == pl.String:
        return values
    words = {value: shown(value) for value in values.unique().to_list()}
    return values.replace_strict(words, return_dtype=pl.String)
