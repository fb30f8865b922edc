"""Use cases of data: a workspace, files into it, the way back, and out again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model import TABLES, Company, Problem
from quarterdeck.model.settings import Progress, silent
from quarterdeck.service.intake_rows import writable
from quarterdeck.service.locating import located
from quarterdeck.service.reading import Reading, Recognised, read_source
from quarterdeck.store import TableChange, UndoRefusedError, Workspace
from quarterdeck.store.difference import Difference, difference

if TYPE_CHECKING:
    from quarterdeck.files import Corrections
    from quarterdeck.files.recognise import SheetMatch

Counts = dict[str, tuple[int, int, int, int]]


@dataclass(frozen=True)
class ImportOptions:
    """How files are taken in.

    Parameters
    ----------
    mapping, as_of
        Name or file of a mapping of another system's export, and the day after which nothing of it is seen.
    dry_run
        Say what would change, write nothing.
    take_good_rows
        Write the good rows while faulty ones wait; otherwise one error keeps everything out.
    report
        Workbook to write with the faulty cells marked.
    corrections
        What a person says about sheets, columns and cells instead of what was recognised or read.
    """

    mapping: str | None = None
    as_of: dt.date | str | None = None
    dry_run: bool = False
    take_good_rows: bool = False
    report: Path | None = None
    corrections: Corrections | None = None


@dataclass(frozen=True)
class ImportResult:
    """What an import did, or would do.

    Parameters
    ----------
    ok
        Whether everything that was read can be used.
    written
        Whether the workspace has changed.
    recognised
        Per sheet: ``source``, ``table``, ``columns`` and ``ignored`` in words.
    counts
        Per table the numbers of new, changed, unchanged and rejected rows.
    problems
        Faults of the files, then what the company would lack with them.
    change_set
        Number under which the change can be taken back; 0 if nothing was written.
    sheets
        What each sheet and column was taken for, with all that is needed to correct it.
    """

    ok: bool
    written: bool
    recognised: tuple[Recognised, ...]
    counts: Counts
    problems: tuple[Problem, ...]
    change_set: int = 0
    sheets: tuple[SheetMatch, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """What the rows that were read would make of the company."""

    rows: Mapping[str, pl.DataFrame]
    differences: Mapping[str, Difference]
    problems: tuple[Problem, ...]
    waiting: Mapping[str, int] = field(default_factory=dict)

    @property
    def faulty(self) -> bool:
        """Whether anything is wrong that keeps rows from being used."""
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return all(each.empty for each in self.differences.values())


def init_workspace(path: str | Path) -> Workspace:
    """The workspace in a folder; a new one if there is none."""
    return Workspace.create(path)


def load_company(path: str | Path) -> Company:
    """The company of the workspace in a folder."""
    return Workspace.open(path).load()


def read_company(
    path: Path, *, mapping: str | None = None, as_of: dt.date | None = None
) -> tuple[Company, tuple[Problem, ...]]:
    """The company that files make, without any workspace, and what was wrong with them; faulty rows are left out."""
    reading = read_source(path, mapping=mapping, as_of=as_of)
    good, problems = writable(Company.of(), reading.frames)
    return Company.of(**good), (*reading.problems, *problems)


def import_files(
    workspace: Workspace,
    path: str | Path,
    *,
    author: str,
    progress: Progress = silent,
    **options: Any,  # noqa: ANN401 - the fields of ImportOptions
) -> ImportResult:
    """Reads files into the workspace: all of it in one change that can be taken back, or nothing.

    Parameters
    ----------
    path
        Workbook, folder or zip of CSV, Parquet or JSON file.
    options
        Fields of :class:`ImportOptions`: ``mapping``, ``as_of``, ``dry_run``, ``take_good_rows``, ``report``.
    """
    chosen = ImportOptions(**options)
    source = Path(path)
    progress("Reading", 0.0)
    reading = read_source(source, mapping=chosen.mapping, as_of=chosen.as_of, corrections=chosen.corrections)
    progress("Checking", 0.4)
    judgement = judge(workspace.load(), reading)
    if chosen.report is not None:
        _report(reading, judgement, chosen)
    result = _result(reading, judgement)
    changes = {name: TableChange(rows) for name, rows in judgement.rows.items()}
    if not (chosen.dry_run or judgement.empty or (judgement.faulty and not chosen.take_good_rows)):
        progress("Writing", 0.7)
        del reading, judgement  # a million rows need the room
        made = workspace.commit(changes, author=author, reason=f"Import of {source.name}", source=source.name)
        result = replace(result, written=True, change_set=made.number)
    progress("Done", 1.0)
    return result


def judge(current: Company, reading: Reading) -> Judgement:
    """What the rows that were read would change, and what would be wrong then that is not wrong now."""
    rows, problems = writable(current, reading.frames)
    differences = _differences(current, rows)
    changes = any(not each.empty for each in differences.values())
    found = _new_problems(current, _merged(current, differences)) if changes else ()
    everything = (*reading.problems, *located((*problems, *found), reading))
    waiting = dict(reading.rejected)
    for name, frame in reading.frames.items():
        waiting[name] = waiting.get(name, 0) + frame.height - (rows[name].height if name in rows else 0)
    faulty = {problem.table for problem in found if problem.severity == "error"}
    if faulty & set(rows):
        rows, held = _without_unusable(_merged(current, differences), rows, faulty)
        waiting = {name: waiting.get(name, 0) + held.get(name, 0) for name in {**waiting, **held}}
        differences = _differences(current, rows)
    return Judgement(rows, differences, everything, waiting)


def undo_last(workspace: Workspace, *, author: str = "") -> tuple[str, tuple[Problem, ...]]:
    """Takes back the newest change: what it was, in words, or why it cannot be taken back."""
    try:
        undone = workspace.undo(author=author)
    except UndoRefusedError as refused:
        return "", (refused.problem,)
    original = next(each for each in workspace.change_sets() if each.number == undone.undoes)
    what = original.reason or f"change {original.number}"
    return f"{what} by {original.author} ({original.tables})", ()


def export_company(workspace: Workspace, path: str | Path) -> Path:
    """Writes the company in the form that import reads: a workbook, or a folder of CSV."""
    from quarterdeck.files import write_workbook  # noqa: PLC0415 - loads the writer of workbooks

    write_workbook(workspace.load(), Path(path))
    return Path(path)


def available_mappings() -> dict[str, str]:
    """Names of the mappings of other systems' exports that come with the program, each with its title."""
    from quarterdeck.files.mapping.loading import available_mappings as known  # noqa: PLC0415

    return known()


def template_file() -> bytes:
    """An empty workbook with every table of a company."""
    import tempfile  # noqa: PLC0415 - only for templates

    from quarterdeck.files import write_template  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        return write_template(Path(folder) / "company.xlsx").read_bytes()


def _differences(current: Company, rows: Mapping[str, pl.DataFrame]) -> dict[str, Difference]:
    return {name: difference(TABLES[name], current[name], TableChange(frame)) for name, frame in rows.items()}


def _merged(current: Company, differences: Mapping[str, Difference]) -> Company:
    """The company as it would be."""
    frames = {}
    for name, each in differences.items():
        key = TABLES[name].key
        kept = (
            current[name].join(each.before, on=key, how="anti", maintain_order="left")
            if each.changed
            else current[name]
        )
        frames[name] = pl.concat([kept, each.after]) if kept.height else each.after
    return Company({**current.frames, **frames})


def _new_problems(current: Company, merged: Company) -> tuple[Problem, ...]:
    from quarterdeck.model.checks import check  # noqa: PLC0415 - takes a while to load

    known = set(check(current)) if any(frame.height for frame in current.frames.values()) else set()
    return tuple(problem for problem in check(merged) if problem not in known)


def _without_unusable(
    merged: Company, rows: Mapping[str, pl.DataFrame], faulty: set[str]
) -> tuple[dict[str, pl.DataFrame], dict[str, int]]:
    """The rows that planning could use, and the number per table of those it could not."""
    from quarterdeck.model.checks import usable  # noqa: PLC0415

    sound, _ = usable(merged)
    good, held = dict(rows), {}
    for name in faulty & set(rows):
        table = TABLES[name]
        keys = table.shape(rows[name]).select(table.key)
        kept = keys.with_row_index("__row").join(sound[name], on=table.key, how="semi", maintain_order="left")
        good[name] = rows[name][kept["__row"].to_list()]
        held[name] = rows[name].height - kept.height
    return {name: frame for name, frame in good.items() if frame.height}, held


def _result(reading: Reading, judgement: Judgement) -> ImportResult:
    names = [name for name in TABLES if name in judgement.differences or judgement.waiting.get(name)]
    counts: Counts = {}
    for name in names:
        each, waiting = judgement.differences.get(name), judgement.waiting.get(name, 0)
        counts[name] = (each.new, each.changed, each.unchanged, waiting) if each else (0, 0, 0, waiting)
    return ImportResult(
        ok=not judgement.faulty,
        written=False,
        recognised=reading.recognised,
        counts=counts,
        problems=judgement.problems,
        sheets=_sheets(reading),
    )


def _sheets(reading: Reading) -> tuple[SheetMatch, ...]:
    recognition = getattr(reading.intake, "recognition", None)
    return recognition.sheets if recognition is not None else ()


def _report(reading: Reading, judgement: Judgement, chosen: ImportOptions) -> None:
    """Writes the user's files back with the faults marked."""
    from quarterdeck.files import write_faults  # noqa: PLC0415 - loads the writer of workbooks

    if reading.intake is not None and chosen.report is not None:
        told = (*judgement.problems, *_corrected(chosen.corrections))
        write_faults(reading.intake, told, chosen.report, mapping=chosen.mapping)


def _corrected(corrections: Corrections | None) -> tuple[Problem, ...]:
    """What a person put right on the way in, so that the marked file holds it too."""
    cells = corrections.cells if corrections else {}
    return tuple(
        Problem(
            "warning",
            "cell-corrected",
            f"Corrected to {text or 'empty'} during import.",
            "The cell holds it now, unless a formula computes it: then correct what the formula refers to.",
            file=file,
            sheet=sheet,
            row=row,
            column=column,
            expected=text,
        )
        for (file, sheet, row, column), text in cells.items()
    )
