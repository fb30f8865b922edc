"""``read(path)``: what the user's files say, as tables in declared form, with everything that is wrong in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from quarterdeck.files.carried import carried_matches, with_carried
from quarterdeck.files.corrections import corrected, sampled
from quarterdeck.files.guard import Limits
from quarterdeck.files.layouts import ROW
from quarterdeck.files.raw import RawSheet
from quarterdeck.files.readers import read_sheets
from quarterdeck.files.recognise import Corrections, Recognition, SheetMatch, recognise
from quarterdeck.files.rows import repeated_keys
from quarterdeck.files.sheet_rows import Part, returned_rows, rows_of
from quarterdeck.files.telling import Place
from quarterdeck.model import TABLES, Company, Problem, Table


@dataclass(frozen=True)
class Intake:
    """What was read.

    Parameters
    ----------
    tables
        Table name to its good rows: the key columns and the columns that the files have, in declared types.
        Columns the files do not have are absent, so that an import leaves them as they are.
    provenance
        Table name to a frame with ``file``, ``sheet`` and ``row`` of each of those rows, in the same order.
    rejected
        Table name to the number of rows that cannot be used.
    recognition
        What each sheet and column was taken for.
    problems
        Everything that was found, whole files first.
    source
        The file or folder.
    """

    tables: Mapping[str, pl.DataFrame]
    provenance: Mapping[str, pl.DataFrame] = field(repr=False)
    rejected: Mapping[str, int]
    recognition: Recognition
    problems: tuple[Problem, ...]
    source: Path = Path()

    @property
    def failed(self) -> bool:
        """Whether anything is wrong enough that a person should look before the rows are taken."""
        return any(problem.severity == "error" for problem in self.problems)

    def company(self) -> Company:
        """The good rows alone as a company; absent columns take their defaults."""
        return Company.of(**dict(self.tables))


def read(path: str | Path, corrections: Corrections | None = None, limits: Limits | None = None) -> Intake:
    """What a workbook, a folder or zip of CSV, a Parquet or a JSON file says.

    Parameters
    ----------
    path
        File or folder.
    corrections
        What a person says about sheets and columns instead of what was recognised.
    limits
        How large files may be.
    """
    corrections = corrections or Corrections()
    files = read_sheets(path, limits)
    problems = list(files.problems)
    matches, parts = [], []
    sheets = list(files.sheets)
    del files
    recognised = [sampled(sheet, recognise(sheet, corrections)) for sheet in sheets]
    own = {match.table for match in recognised}
    for match in (with_carried(match, corrections, own) for match in recognised):
        sheet = corrected(sheets.pop(0), match, corrections.cells)
        matches.append(match)
        problems += _match_problems(sheet, match, corrections)
        if not match.table:
            continue
        beside = [_beside(rows_of(sheet, each, corrections), each) for each in carried_matches(match)]
        back = returned_rows(sheet, match, corrections)
        beside += [back] if back is not None else []
        held = [sheet]
        del sheet
        for part in (rows_of(held.pop(), match, corrections), *beside):  # lets the cells go when it has read them
            parts.append((match.file, match.sheet, part))
            problems += part.problems
    return _joined(Path(path), parts, Recognition(tuple(matches)), problems)


def _beside(part: Part, match: SheetMatch) -> Part:
    """What a sheet carries for another table, without the problems that are told of its own table anyway."""
    headers = {found.header for found in match.columns if found.carried}
    return replace(part, problems=tuple(each for each in part.problems if each.column in headers))


def _match_problems(sheet: RawSheet, match: SheetMatch, corrections: Corrections) -> list[Problem]:
    place = Place(sheet.file, sheet.sheet, match.table)
    if not match.table:
        if corrections.tables.get(sheet.sheet) == "" or _is_notes(sheet):
            return []
        return [
            place.problem(
                "warning", "sheet-unrecognised", f"{sheet.sheet} is not recognised as one of the company's tables.",
                "Name the sheet or file like the table, such as items, and put a heading above each column.",
            )
        ]  # fmt: skip
    ignored = [each.header for each in match.columns if not (each.column or each.carried or each.period)]
    problems = []
    if ignored:
        listed = ", ".join(ignored[:8]) + (" and more" if len(ignored) > 8 else "")
        problems.append(
            place.problem(
                "info",
                "column-ignored",
                f"Columns that {TABLES[match.table].title} does not know were left out: {listed}.",
            )
        )
    if match.rows <= 0:
        problems.append(
            place.problem(
                "info",
                "table-empty",
                f"There are headings but no rows in {sheet.sheet}.",
                "Add rows below the headings.",
            )
        )
    return problems + _assumed_calendar(match, place)


def _assumed_calendar(match: SheetMatch, place: Place) -> list[Problem]:
    """Closures of a machine are closures of the calendar that has the machine's name."""
    found = match.matched.get("calendar")
    if match.table != "calendar_exceptions" or found is None or found.confidence > 0.65:
        return []
    return [
        place.problem(
            "info", "calendar-assumed", f"{found.header} is taken as the name of the calendar that each row changes.",
            f"Give each {found.header} a calendar of that name.", column=found.header,
        )
    ]  # fmt: skip


def _is_notes(sheet: RawSheet) -> bool:
    name = sheet.sheet.strip().lower()
    return name in {"read me", "readme", "notes", "faults", "info", "explanations"}


def _joined(
    path: Path, parts: list[tuple[str, str, Part]], recognition: Recognition, problems: list[Problem]
) -> Intake:
    tables, provenance, rejected = {}, {}, {}
    for table in [table for table in TABLES if any(part.table == table for _, _, part in parts)]:
        mine = [(file, sheet, part) for file, sheet, part in parts if part.table == table]
        frame, origin, more = _one_table(table, mine)
        problems += more
        lost = len({problem.row for problem in more if problem.severity == "error"})
        rejected[table] = sum(len(part.rejected) for _, _, part in mine) + lost
        if frame.height:
            tables[table], provenance[table] = frame, origin
    if not tables and not any(problem.severity == "error" for problem in problems):
        problems.append(_nothing(path.name))
    return Intake(tables, provenance, rejected, recognition, tuple(problems), path)


def _one_table(name: str, parts: list[tuple[str, str, Part]]) -> tuple[pl.DataFrame, pl.DataFrame, list[Problem]]:
    """The rows of one table from all its sheets."""
    if len(parts) == 1:
        file, sheet, part = parts[0]
        origin = part.frame.select(file=_one_word(file), sheet=_one_word(sheet), row=pl.col(ROW))
        return part.frame.drop(ROW), origin, []
    table = TABLES[name]
    frames = [part.frame.with_columns(__file=pl.lit(file), __sheet=pl.lit(sheet)) for file, sheet, part in parts]
    frame = _completed_by_each_other(
        pl.concat([each for each in frames if each.height] or frames[:1], how="diagonal"), table
    )
    fills = [
        pl.col(c.name).fill_null(pl.lit(c.default).cast(c.dtype))
        for c in table.columns
        if c.default is not None and c.name in frame.columns
    ]
    frame = frame.with_columns(fills)
    origins = frame.select(ROW, "__file", "__sheet").with_row_index("__at")
    numbered = frame.drop(ROW, "__file", "__sheet").with_columns(pl.int_range(pl.len()).alias(ROW))
    kept, problems, _ = repeated_keys(numbered, table, Place("", "", name))
    places = {at: (file, sheet, row) for at, row, file, sheet in origins.iter_rows()} if problems else {}
    told = [_moved(problem, places) for problem in problems]
    order = [column.name for column in table.columns if column.name in kept.columns]
    origin = origins[kept[ROW].to_list()].select(file="__file", sheet="__sheet", row=ROW)
    return kept.select(order), origin, told


def _completed_by_each_other(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The rows of several sheets, those with one key as one row where no sheet contradicts another."""
    keys, marks = list(table.key), [ROW, "__file", "__sheet"]
    repeated = frame.select(keys).is_duplicated()
    if not repeated.any():
        return frame
    content = [name for name in frame.columns if name not in {*keys, *marks}]
    agree = pl.all_horizontal([pl.lit(value=True), *(pl.col(name).drop_nulls().n_unique() <= 1 for name in content)])
    apart = pl.struct("__file", "__sheet").n_unique() == pl.len()
    groups = frame.filter(repeated).group_by(keys, maintain_order=True)
    merged = groups.agg(
        *(pl.col(name).drop_nulls().first() for name in content), *(pl.col(name).first() for name in marks),
        __fit=agree & apart,
    ).filter("__fit")  # fmt: skip
    rest = frame.join(merged.select(keys), on=keys, how="anti", nulls_equal=True, maintain_order="left")
    return pl.concat([rest, merged.select(frame.columns)])


def _one_word(text: str) -> pl.Expr:
    """The same text in every row, in little memory."""
    return pl.lit(text).cast(pl.Enum([text]))


def _moved(problem: Problem, places: dict[int, tuple[str, str, int]]) -> Problem:
    if problem.row is None:
        return problem
    file, sheet, row = places[problem.row]
    message = (
        f"{problem.key} stands in several sheets with different values."
        if problem.severity == "error"
        else problem.message
    )
    return replace(problem, file=file, sheet=sheet, row=row, message=message)


def _nothing(name: str) -> Problem:
    return Problem(
        "error", "nothing-read", f"There is nothing in {name} that could be taken: no row below a known heading.",
        "See the template (quarterdeck template company.xlsx) for the tables and their headings.", file=name,
    )  # fmt: skip
