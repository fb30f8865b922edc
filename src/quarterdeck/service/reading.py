"""What a file or folder holds, read as it is or through a mapping: one form for everything that follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model import TABLES, Problem

if TYPE_CHECKING:
    from quarterdeck.files import Corrections, Intake
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
        The files as they were read, for marking faults in them.
    """

    frames: Mapping[str, pl.DataFrame]
    recognised: tuple[Recognised, ...] = ()
    rejected: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    intake: Intake | None = None


def read_source(
    path: Path,
    *,
    mapping: str | None = None,
    as_of: dt.date | str | None = None,
    corrections: Corrections | None = None,
) -> Reading:
    """Reads a file or folder; with a mapping it is another system's export, seen as it was at ``as_of``.

    ``corrections`` say what a person knows better about sheets, columns and cells; a mapping leaves nothing open.
    """
    return _mapped(path, mapping, _moment(as_of)) if mapping else _read(path, corrections)


def _read(path: Path, corrections: Corrections | None) -> Reading:
    from quarterdeck.files import read  # noqa: PLC0415 - loads parsers that few commands need

    intake = read(path, corrections)
    recognised = tuple(_recognised(sheet) for sheet in intake.recognition.sheets)
    return Reading(intake.tables, recognised, intake.rejected, intake.problems, intake)


def _recognised(sheet: SheetMatch) -> Recognised:
    known = [found for found in sheet.columns if found.column]
    carried = [found for found in sheet.columns if found.carried]
    unknown = [each for each in sheet.columns if sheet.table and not (each.column or each.carried or each.period)]
    periods = [found for found in sheet.columns if found.period is not None]
    columns = [f"{found.header} → {found.column.replace('_', ' ')}" for found in known]
    columns += [f"{found.header} → {_elsewhere(found.carried)}" for found in carried]
    if periods:
        first, last = (f"{day:%a} {day.day} {day:%b %Y}" for day in (periods[0].period, periods[-1].period) if day)
        columns.append(f"{first} to {last} → {len(periods)} periods")
    return {
        "source": sheet.file if sheet.sheet in {"", sheet.file} else f"{sheet.file}: {sheet.sheet}",
        "table": TABLES[sheet.table].title if sheet.table in TABLES else "not recognised",
        "columns": ", ".join(columns),
        "ignored": ", ".join(found.header for found in unknown),
    }


def _elsewhere(carried: str) -> str:
    """A column of another table in words."""
    table, _, column = carried.partition(".")
    return f"{column.replace('_', ' ')} of {TABLES[table].title.lower()}"


def _mapped(path: Path, mapping: str, as_of: dt.date | None) -> Reading:
    from quarterdeck.files.mapping import MappingError, apply_mapping  # noqa: PLC0415

    try:
        mapped = apply_mapping(path, mapping, as_of)
    except MappingError as error:
        hint = "Correct the mapping file, or use one of those that come with the program."
        return Reading({}, problems=(Problem("error", "mapping-unreadable", str(error), hint, file=mapping),))
    frames, origins, rejected, problems = {}, {}, {}, list(mapped.problems)
    for name, frame in mapped.frames.items():
        declared, origin = _declared_columns(name, frame), mapped.provenance[name]
        frames[name], origins[name], repeated = _without_repeats(name, declared, origin, mapping)
        lost = sum(problem.severity == "error" for problem in repeated)
        rejected[name] = mapped.rejected.get(name, 0) + lost
        problems += repeated
    recognised = tuple(
        {"source": mapping, "table": TABLES[name].title, "columns": ", ".join(frame.columns), "ignored": ""}
        for name, frame in frames.items()
    )
    return Reading(frames, recognised, rejected, tuple(problems), replace(mapped, provenance=origins))


def _declared_columns(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(column.name for column in TABLES[name].columns if column.name in frame.columns)


def _without_repeats(
    name: str, frame: pl.DataFrame, origin: pl.DataFrame, mapping: str
) -> tuple[pl.DataFrame, pl.DataFrame, list[Problem]]:
    """The rows whose key stands once, as for any file, where they came from, and what is wrong with the others."""
    from quarterdeck.files.layouts import ROW  # noqa: PLC0415
    from quarterdeck.files.rows import repeated_keys  # noqa: PLC0415
    from quarterdeck.files.telling import Place  # noqa: PLC0415

    table = TABLES[name]
    absent = [
        pl.lit(table.column(key).default, dtype=table.dtypes[key]).alias(key)
        for key in table.key
        if key not in frame.columns
    ]
    numbered = frame.with_columns(absent).with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    kept, problems, _ = repeated_keys(numbered, table, Place(mapping, "", name))
    told = [_placed(problem, origin) for problem in problems]
    columns = [column.name for column in table.columns if column.name in kept.columns]
    return kept.select(columns), origin[kept[ROW]], told


def _placed(problem: Problem, origin: pl.DataFrame) -> Problem:
    """A problem of a row of the table as one of the row of the file that it came from."""
    if problem.row is None:
        return problem
    file, sheet, row = origin.row(problem.row)
    message = f"{problem.key} stands in several rows with different values."
    message = message if problem.severity == "error" else problem.message
    return replace(problem, file=file or problem.file, sheet=sheet, row=row, message=message)


def _moment(as_of: Any) -> dt.date | None:  # noqa: ANN401 - a date or what a person typed
    if not isinstance(as_of, str):
        return as_of  # type: ignore[no-any-return]
    try:
        return dt.datetime.fromisoformat(as_of.strip())
    except ValueError as error:
        raise ValueError(f"Expected a date such as 2026-03-02, got {as_of!r}.") from error
