"""From another system's export to the tables of a company."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from quarterdeck.files.mapping.declaration import Mapping, Query, Source
from quarterdeck.files.mapping.loading import load_mapping
from quarterdeck.files.mapping.query import Run
from quarterdeck.files.mapping.sheets import HIDDEN, fold, named, table_of
from quarterdeck.files.mapping.values import as_moment, as_text
from quarterdeck.model import TABLES, ColumnInfo, Problem

END_OF_TIME = dt.datetime(2200, 1, 1)  # noqa: DTZ001 - exports hold wall-clock times


@dataclass(frozen=True)
class Mapped:
    """The company's tables that an export gave, and what was wrong with it."""

    frames: dict[str, pl.DataFrame]
    problems: tuple[Problem, ...]


def apply_mapping(path: str | Path, mapping: str | Path | Mapping, as_of: dt.date | None = None) -> Mapped:
    """The tables that a mapping makes of another system's export in a folder or file."""
    from quarterdeck.files.readers import read_sheets  # noqa: PLC0415 - only this door reads files

    chosen = mapping if isinstance(mapping, Mapping) else load_mapping(mapping)
    raw = read_sheets(path)
    tables = {source.name: table_of(source, raw.sheets) for source in chosen.sources.values()}
    mapped = map_tables({name: table for name, table in tables.items() if table is not None}, chosen, _moment(as_of))
    return Mapped(mapped.frames, (*raw.problems, *mapped.problems))


def _moment(as_of: dt.date | None) -> dt.datetime | None:
    if as_of is None or isinstance(as_of, dt.datetime):
        return as_of.replace(tzinfo=None) if as_of else None
    return dt.datetime.combine(as_of, dt.time())


def map_sheets(sheets: dict[str, pl.DataFrame], mapping: Mapping, as_of: dt.datetime | None = None) -> Mapped:
    """The tables that ``mapping`` makes of sheets by the other system's names."""
    by_name = {fold(name): frame for name, frame in sheets.items()}
    found = {
        source.name: next((by_name[fold(name)] for name in source.names if fold(name) in by_name), None)
        for source in mapping.sources.values()
    }
    return map_tables({name: frame for name, frame in found.items() if frame is not None}, mapping, as_of)


def map_tables(tables: dict[str, pl.DataFrame], mapping: Mapping, as_of: dt.datetime | None = None) -> Mapped:
    """The tables that ``mapping`` makes of its sources; nothing after ``as_of`` is seen."""
    run = Run(mapping.file, {**mapping.parameters, "as_of": as_of or END_OF_TIME, "as_of_given": as_of is not None})
    for source in mapping.sources.values():
        _take_source(run, source, tables.get(source.name))
    run.parameters = {**run.parameters, **run.values(mapping.values)}
    for step in mapping.steps:
        rows = run.rows(step)
        if rows is None:
            run.absent.add(step.name)
        else:
            run.frames[step.name] = rows
    parts: dict[str, list[pl.DataFrame]] = {}
    for query in mapping.tables:
        rows = run.rows(query)
        if rows is not None:
            parts.setdefault(query.name, []).append(_declared(rows, query))
    frames = {name: pl.concat(found, how="diagonal_relaxed") for name, found in parts.items()}
    return Mapped(frames, tuple(run.problems))


def _take_source(run: Run, source: Source, frame: pl.DataFrame | None) -> None:
    if frame is None:
        if source.required:
            message = f"Expected a table or sheet called {' or '.join(source.names)}, got none."
            hint = "Add it to the export, or say required = false for it in the mapping."
            run.problems.append(
                Problem("error", "mapping-source", message, hint, file=run.file, expected=source.names[0])
            )
        if source.required or not source.columns:
            run.absent.add(source.name)
            return
        frame = pl.DataFrame(schema=dict.fromkeys(source.columns, pl.Null))
    run.frames[source.name] = named(frame, source)


def _declared(rows: pl.DataFrame, query: Query) -> pl.DataFrame:
    table = TABLES[query.name]
    columns = [_cast(table.column(name), rows.schema[name]) for name in rows.columns if name not in HIDDEN]
    return rows.select(*columns, *(name for name in HIDDEN if name in rows.columns))


def _cast(column: ColumnInfo, found: Any) -> pl.Expr:  # noqa: ANN401 - a polars type
    value = pl.col(column.name)
    if column.dtype == found:
        return value
    if column.dtype == pl.String:
        return as_text(value)
    if column.dtype.is_temporal():
        return as_moment(value).cast(column.dtype)
    if column.kind == "money":
        return value.cast(pl.Float64, strict=False).round(4).cast(column.dtype, strict=False)
    return value.cast(column.dtype, strict=False)
