"""What a file or folder holds, read as it is or through a mapping: one form for everything that follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model import TABLES, Problem

if TYPE_CHECKING:
    from quarterdeck.files import Intake
    from quarterdeck.files.recognise import SheetMatch

Recognised = dict[str, str]


@dataclass(frozen=True)
class Reading:
    """The tables that were read, what was recognised, and what was wrong.

    Parameters
    ----------
    frames
        Good rows by table, with only the columns that were given.
    recognised
        Per sheet: ``source``, ``table``, ``columns`` and ``ignored`` in words.
    rejected
        Number of faulty rows by table.
    problems
        Each fault with its place in the file.
    intake
        The files as they were read, for marking faults in them; none if they came through a mapping.
    """

    frames: Mapping[str, pl.DataFrame]
    recognised: tuple[Recognised, ...] = ()
    rejected: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    intake: Intake | None = None


def read_source(path: Path, *, mapping: str | None = None, as_of: dt.date | str | None = None) -> Reading:
    """Reads a file or folder; with a mapping it is another system's export, seen as it was at ``as_of``."""
    return _mapped(path, mapping, _moment(as_of)) if mapping else _read(path)


def _read(path: Path) -> Reading:
    from quarterdeck.files import read  # noqa: PLC0415 - loads parsers that few commands need

    intake = read(path)
    recognised = tuple(_recognised(sheet) for sheet in intake.recognition.sheets)
    return Reading(intake.tables, recognised, intake.rejected, intake.problems, intake)


def _recognised(sheet: SheetMatch) -> Recognised:
    known = [found for found in sheet.columns if found.column]
    unknown = [found for found in sheet.columns if sheet.table and not found.column and found.period is None]
    periods = [found for found in sheet.columns if found.period is not None]
    columns = [f"{found.header} → {found.column.replace('_', ' ')}" for found in known]
    if periods:
        columns.append(f"{periods[0].header} to {periods[-1].header} → {len(periods)} periods")
    return {
        "source": sheet.file if sheet.sheet in {"", sheet.file} else f"{sheet.file}: {sheet.sheet}",
        "table": TABLES[sheet.table].title if sheet.table in TABLES else "not recognised",
        "columns": ", ".join(columns),
        "ignored": ", ".join(found.header for found in unknown),
    }


def _mapped(path: Path, mapping: str, as_of: dt.date | None) -> Reading:
    from quarterdeck.files.mapping import MappingError, apply_mapping  # noqa: PLC0415

    try:
        mapped = apply_mapping(path, mapping, as_of)
    except MappingError as error:
        hint = "Correct the mapping file, or use one of those that come with the program."
        return Reading({}, problems=(Problem("error", "mapping-unreadable", str(error), hint, file=mapping),))
    frames = {name: _declared_columns(name, frame) for name, frame in mapped.frames.items()}
    recognised = tuple(
        {"source": mapping, "table": TABLES[name].title, "columns": ", ".join(frame.columns), "ignored": ""}
        for name, frame in frames.items()
    )
    return Reading(frames, recognised, problems=mapped.problems)


def _declared_columns(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(column.name for column in TABLES[name].columns if column.name in frame.columns)


def _moment(as_of: Any) -> dt.date | None:  # noqa: ANN401 - a date or what a person typed
    if not isinstance(as_of, str):
        return as_of  # type: ignore[no-any-return]
    try:
        return dt.datetime.fromisoformat(as_of.strip())
    except ValueError as error:
        raise ValueError(f"Expected a date such as 2026-03-02, got {as_of!r}.") from error
