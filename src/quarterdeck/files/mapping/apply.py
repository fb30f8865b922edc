"""From another system's export to the tables of a company."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from quarterdeck.files.mapping.declaration import Mapping, Source
from quarterdeck.files.mapping.loading import load_mapping
from quarterdeck.files.mapping.query import Run
from quarterdeck.files.mapping.rows import declare
from quarterdeck.files.mapping.sheets import fold, named, table_of
from quarterdeck.files.raw import RawSheet
from quarterdeck.model import TABLES, Problem

END_OF_TIME = dt.datetime(2200, 1, 1)  # noqa: DTZ001 - exports hold wall-clock times


@dataclass(frozen=True)
class Mapped:
    """The company's tables that an export gave, with only the columns it gives, and what was wrong with it.

    ``rejected`` counts the faulty rows that were left out, by table.
    """

    frames: dict[str, pl.DataFrame]
    problems: tuple[Problem, ...] = ()
    rejected: dict[str, int] = field(default_factory=dict)


def apply_mapping(path: str | Path, mapping: str | Path | Mapping, as_of: dt.date | None = None) -> Mapped:
    """The tables that a mapping makes of another system's export in a folder or file."""
    from quarterdeck.files.readers import read_sheets  # noqa: PLC0415 - only this door reads files

    chosen = mapping if isinstance(mapping, Mapping) else load_mapping(mapping)
    raw = read_sheets(path)
    tables = {source.name: table_of(source, raw.sheets) for source in chosen.sources.values()}
    present = {name: table for name, table in tables.items() if table is not None}
    mapped = map_tables(present, chosen, _moment(as_of), raw.sheets)
    return replace(mapped, problems=(*raw.problems, *mapped.problems))


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


def map_tables(
    tables: dict[str, pl.DataFrame],
    mapping: Mapping,
    as_of: dt.datetime | None = None,
    sheets: Sequence[RawSheet] = (),
) -> Mapped:
    """The tables that ``mapping`` makes of its sources; nothing after ``as_of`` is seen.

    ``sheets`` are those that the sources' rows came from, so that faulty rows can be named.
    """
    run = Run(mapping.file, {**mapping.parameters, "as_of": as_of or END_OF_TIME, "as_of_given": as_of is not None})
    for source in mapping.sources.values():
        _take_source(run, source, tables.get(source.name))
    run.parameters = {**run.parameters, **run.values(mapping.values)}
    for step in mapping.steps:
        run.step(step)
    frames: dict[str, list[pl.DataFrame]] = {}
    rejected: dict[str, int] = {}
    for query in mapping.tables:
        rows = run.rows(query)
        if rows is not None:
            declared = declare(rows, TABLES[query.name], sheets, mapping.file)
            frames.setdefault(query.name, []).append(declared.frame)
            rejected[query.name] = rejected.get(query.name, 0) + declared.rejected
            run.problems += declared.problems
    joined = {name: pl.concat(parts, how="diagonal") for name, parts in frames.items()}
    return Mapped(joined, (*run.problems, *_notes(mapping)), rejected)


def _notes(mapping: Mapping) -> tuple[Problem, ...]:
    """What the mapping assumes, for the person who reads the result."""
    return tuple(Problem("info", "mapping-note", note, file=mapping.file) for note in mapping.notes)


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
