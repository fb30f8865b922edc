"""From another system's export to the tables of a company."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from quarterdeck.files.intake import Intake
from quarterdeck.files.mapping.declaration import Mapping, Source
from quarterdeck.files.mapping.loading import load_mapping
from quarterdeck.files.mapping.query import Run
from quarterdeck.files.mapping.rows import DeclaredRows, declare
from quarterdeck.files.mapping.sheets import fold, named, sheets_of, table_of
from quarterdeck.files.raw import RawSheet
from quarterdeck.files.readers import read_sheets
from quarterdeck.files.recognise import Recognition, SheetMatch
from quarterdeck.model import TABLES, Problem

END_OF_TIME = dt.datetime(2200, 1, 1)  # noqa: DTZ001 - exports hold wall-clock times


@dataclass(frozen=True)
class Mapped(Intake):
    """What a mapping made of another system's export: an intake like that of any other file."""

    @property
    def frames(self) -> Dict[str, pl.DataFrame]:
        """The tables by name."""
        return self.tables


def apply_mapping(path: str | Path, mapping: str | Path | Mapping, as_of: dt.date | None = None) -> Mapped:
    """What a mapping makes of another system's export.

    Parameters
    ----------
    path
        File or folder of the export.
    mapping
        Name of a built-in mapping, a TOML file, or a mapping that was loaded.
    as_of
        The day on whose morning the company is looked at; nothing that happened later is seen.

    Raises
    ------
    MappingError
        If the mapping itself cannot be used.
    """
    chosen = mapping if isinstance(mapping, Mapping) else load_mapping(mapping)
    raw = read_sheets(path)
    found = {source.name: sheets_of(source, raw.sheets) for source in chosen.sources.values()}
    tables = {name: table_of(chosen.sources[name], sheets) for name, sheets in found.items() if sheets}
    mapped = map_tables(tables, chosen, _moment(as_of), raw.sheets)
    recognition = Recognition(
        tuple(_match(raw.sheets[number], chosen, name) for name in found for number in found[name])
    )
    problems = (*raw.problems, *mapped.problems)
    return replace(mapped, problems=problems, recognition=recognition, source=Path(path))


def _match(sheet: RawSheet, mapping: Mapping, source: str) -> SheetMatch:
    """What a sheet was taken for: the first table that is made of it directly."""
    direct = next((query.name for query in mapping.tables if source in query.sources), "")
    return SheetMatch(sheet.file, sheet.sheet, direct, 0, rows=sheet.cells.height, confidence=1.0)


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
    parts: dict[str, list[DeclaredRows]] = {}
    for query in mapping.tables:
        rows = run.rows(query)
        if rows is not None:
            parts.setdefault(query.name, []).append(declare(rows, TABLES[query.name], sheets, mapping.file))
    return _joined(parts, (*run.problems, *_notes(mapping)))


def _joined(parts: dict[str, list[DeclaredRows]], problems: Iterable[Problem]) -> Mapped:
    """The rows of each table from all its queries."""
    return Mapped(
        tables={name: pl.concat([part.frame for part in each], how="diagonal") for name, each in parts.items()},
        provenance={name: pl.concat([part.origin for part in each]) for name, each in parts.items()},
        rejected={name: sum(part.rejected for part in each) for name, each in parts.items()},
        recognition=Recognition(),
        problems=(*problems, *(found for each in parts.values() for part in each for found in part.problems)),
    )


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
