"""From a recognised sheet to rows of a declared table: its cells tidied, laid out, coerced and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from quarterdeck.files.codes import tidy, unescaped
from quarterdeck.files.coerce import NUMERIC, Bounds, coerce
from quarterdeck.files.fault import Fault, Reading, where
from quarterdeck.files.layouts import HEADER, ROW, to_lines, to_long
from quarterdeck.files.numbers import decimal_votes
from quarterdeck.files.raw import RawSheet
from quarterdeck.files.recognise import Corrections, SheetMatch, named_by
from quarterdeck.files.returned import as_co_products, renamed, returned, returned_cells, told_of
from quarterdeck.files.rows import (
    alike_codes,
    differing_units,
    generate_orders,
    number_lines,
    repeated_keys,
    reversed_spans,
)
from quarterdeck.files.telling import MOST_ERRORS, Place, tell
from quarterdeck.files.vocabulary import GENERATED, LEVEL
from quarterdeck.model import TABLES, Problem, Table
from quarterdeck.model.columns import polars_dtype

COMMENT = "# "


@dataclass(frozen=True)
class Part:
    """What one sheet gave for its table.

    ``frame`` has the key and the given columns in declared types, and the row numbers as ``__row``;
    ``rejected`` are the row numbers that cannot be used.
    """

    table: str
    frame: pl.DataFrame
    given: tuple[str, ...]
    rejected: tuple[int, ...]
    problems: tuple[Problem, ...]


def rows_of(sheet: RawSheet, match: SheetMatch, corrections: Corrections) -> Part:
    """The rows of a recognised sheet."""
    table = TABLES[match.table]
    place = Place(sheet.file, sheet.sheet, table.name)
    texts, problems, rejected = _texts(sheet, match, place)
    texts, laid_out = _laid_out(texts, match, place)
    problems += laid_out
    rejected |= {problem.row for problem in laid_out if problem.row is not None and problem.severity == "error"}
    texts, assumed = _assumed(sheet, match, texts, place)
    problems += assumed
    if table.name == "bom_lines":
        texts = texts.filter(~returned(texts))
    given = [column.name for column in table.columns if column.name in texts.columns]
    missing = _missing_columns(table, given, place)
    if missing:
        return Part(table.name, table.empty().with_columns(pl.lit(0).alias(ROW)).clear(), (), (), (*problems, *missing))
    reading, typed = _reading(sheet, match, texts, corrections), sheet.typed_numbers
    del sheet
    frame, told, bad = _coerced(texts, match, reading, typed, place)
    problems += told
    rejected |= set(bad)
    del texts
    frame = _completed(frame, table, given)
    return _checked(frame, table, given, place, (problems, rejected))


def returned_rows(sheet: RawSheet, match: SheetMatch, corrections: Corrections) -> Part | None:
    """The lines of a bill of materials that give something back, as co-products; ``None`` if there are none."""
    if match.table != "bom_lines" or not any(returned_cells(sheet.cells, match)):
        return None
    texts, _ = _laid_out(_texts(sheet, match, Place(sheet.file, sheet.sheet, match.table))[0], match, Place("", "", ""))
    lines = as_co_products(texts.filter(returned(texts)))
    table, place = TABLES["co_products"], Place(sheet.file, sheet.sheet, "co_products")
    given = [column.name for column in table.columns if column.name in lines.columns]
    if lines.is_empty() or _missing_columns(table, given, place):
        return None
    seen = replace(match, table=table.name, columns=renamed(match.columns))
    frame, told, bad = _coerced(lines, seen, _reading(sheet, seen, lines, corrections), sheet.typed_numbers, place)
    frame = _completed(frame, table, given)
    return _checked(frame, table, given, place, ([*told, *told_of(lines, place)], set(bad)))


def _texts(sheet: RawSheet, match: SheetMatch, place: Place) -> tuple[pl.DataFrame, list[Problem], set[int]]:
    """Tidied texts by declared column, with row numbers; rows of the wrong width are told and left out."""
    skip = 0 if sheet.header is not None else match.header_row - sheet.first_row + 1
    body = sheet.cells.slice(skip)
    rows = pl.int_range(sheet.first_row + skip, sheet.first_row + skip + body.height, dtype=pl.Int64, eager=True).alias(
        ROW
    )
    names = {
        f"c{found.position}": found.column or f"p{found.position}"
        for found in match.columns
        if found.column or _across(found.period, match)
    }
    columns = [unescaped(tidy(body[name])).alias(target) for name, target in names.items() if name in body.columns]
    texts = pl.DataFrame([*columns, rows])
    first = body["c0"]
    keep = ~where(first, pl.col("x").str.starts_with(COMMENT)) & _filled(texts)
    problems, ragged = _ragged(sheet, match, skip, place)
    if ragged:
        keep = keep & ~rows.is_in(list(ragged))
    problems += _error_cells(sheet, match, place)
    kept = texts if keep.all() else texts.filter(keep)
    return (_beside(kept, match) if match.beside else kept), problems, ragged


def _beside(texts: pl.DataFrame, match: SheetMatch) -> pl.DataFrame:
    """The rows that say something of a neighbouring table, each of its keys once."""
    rows = texts.filter(pl.any_horizontal(pl.col(match.beside).is_not_null()))
    for name in match.listed:
        several = pl.col(name).str.replace_all(r"\s*[,;/\n+]\s*", "\n").str.strip_chars().str.split("\n")
        rows = rows.with_columns(several).explode(name).filter(pl.col(name).fill_null("") != "")
    rows = rows.with_columns(pl.lit(text).alias(name) for name, text in match.constant.items())
    keys = [name for name in TABLES[match.table].key if name in rows.columns]
    return rows.unique(keys, keep="first", maintain_order=True)


def _across(period: object, match: SheetMatch) -> bool:
    return period is not None and match.layout == "wide"


def _filled(texts: pl.DataFrame) -> pl.Series:
    found = [name for name in texts.columns if name != ROW]
    if not found:
        return pl.Series([False]).new_from_index(0, texts.height)
    if any(not texts[name].null_count() for name in found):
        return pl.Series([True]).new_from_index(0, texts.height)
    return texts.select(pl.any_horizontal(pl.col(found).is_not_null()).alias("x")).to_series()


def _ragged(sheet: RawSheet, match: SheetMatch, skip: int, place: Place) -> tuple[list[Problem], set[int]]:
    if sheet.widths is None or not skip:
        return [], set()
    wide = int(sheet.widths[skip - 1])
    least = max((found.position + 1 for found in match.columns), default=wide)
    widths = sheet.widths[skip:]
    wrong = np.flatnonzero((widths != 0) & ((widths < min(least, wide)) | (widths > wide)))
    problems: list[Problem] = []
    rows: set[int] = set()
    for index in wrong.tolist():
        row, width = sheet.first_row + skip + index, int(widths[index])
        if width > wide and _blank_beyond(sheet.cells, skip + index, wide, width):
            continue
        rows.add(row)
        if len(problems) < MOST_ERRORS:
            problems.append(_ragged_told(place, row, width, wide))
    return problems, rows


def _blank_beyond(cells: pl.DataFrame, index: int, wide: int, width: int) -> bool:
    if width > cells.width:
        return False
    return not any(cell and cell.strip() for cell in cells.row(index)[wide:])


def _ragged_told(place: Place, row: int, width: int, wide: int) -> Problem:
    more = "more" if width > wide else "fewer"
    return place.problem(
        "error", "row-ragged", f"Row {row} has {width} cells, {more} than the {wide} of the header.",
        "Put the row right: a cell with a separator in it needs quotes around it.",
        row=row, found=f"{width} cells", expected=f"{wide} cells",
    )  # fmt: skip


def _error_cells(sheet: RawSheet, match: SheetMatch, place: Place) -> list[Problem]:
    columns = {found.position: found for found in match.columns if found.column}
    return [
        place.problem(
            "error", "cell-error", f"The spreadsheet shows {shown} here.", "Repair the formula.",
            row=row, column=columns[column].header, found=shown, expected="a value",
        )
        for row, column, shown in sheet.error_cells[:MOST_ERRORS]
        if column in columns and row > match.header_row
    ]  # fmt: skip


def _laid_out(texts: pl.DataFrame, match: SheetMatch, place: Place) -> tuple[pl.DataFrame, list[Problem]]:
    if match.layout == "wide":
        return to_long(texts, match), []
    if match.layout == "indented" and texts.height:
        lines, faults = to_lines(texts)
        problems = tell(faults, texts["level"], texts[ROW], place, match.matched["level"].header)
        bad = {problem.row for problem in problems if problem.severity == "error"}
        return lines.filter(~pl.col(ROW).is_in(list(bad))) if bad else lines, problems
    return (texts.drop(LEVEL, strict=False) if match.table == "bom_lines" else texts), []


def _assumed(
    sheet: RawSheet, match: SheetMatch, texts: pl.DataFrame, place: Place
) -> tuple[pl.DataFrame, list[Problem]]:
    """Columns that a sheet can do without: names stand for codes, and an order line without a quantity is for one."""
    key = TABLES[match.table].key[0]
    if key not in texts.columns and named_by(match.table, key, texts.columns):
        code, name = TABLES[match.table].column(key), match.matched["name"].header
        told = place.problem(
            "info", "code-from-name", f"There is no column for {code.title.lower()}; {name} stands for it.",
            f"Add a column {code.title} if two may have the same name.", column=name,
        )  # fmt: skip
        return texts.with_columns(pl.col("name").alias(key)), [told]
    if match.table != "sales_orders" or "quantity" in texts.columns or _numbers_left(sheet, match):
        return texts, []
    told = place.problem(
        "info", "quantity-assumed", "There is no column for quantity; every line counts as 1.",
        "Add a column Quantity if a line may be for more.",
    )  # fmt: skip
    return texts.with_columns(quantity=pl.lit("1")), [told]


def _numbers_left(sheet: RawSheet, match: SheetMatch) -> bool:
    """Whether a column that was not understood holds numbers, which might be the quantity."""
    unknown = [found.position for found in match.columns if not found.column]
    cells = [sheet.cells[f"c{at}"].tail(50).drop_nulls() for at in unknown if f"c{at}" in sheet.cells.columns]
    return any(each.len() and each.str.contains(r"^\s*[\d.,]+\s*$").any() for each in cells)


def _missing_columns(table: Table, given: list[str], place: Place) -> list[Problem]:
    return [
        place.problem(
            "error", "column-missing",
            f"{table.title} needs a column for {column.title.lower()}: {column.description}.",
            f"Add the column, or give the one that means it the heading {column.title}.",
            column=column.name, expected=column.name,
        )
        for column in table.columns
        if column.required and column.name not in given and (table.name, column.name) != ("sales_orders", "order")
    ]  # fmt: skip


def _reading(sheet: RawSheet, match: SheetMatch, texts: pl.DataFrame, corrections: Corrections) -> Reading:
    """What all columns of the sheet together say about the decimal sign."""
    decimal = corrections.decimal
    if not decimal and sheet.kind == "csv":
        kinds = {column.name: column.kind for column in TABLES[match.table].columns}
        votes = [decimal_votes(texts[name]) for name in texts.columns if kinds.get(name) in NUMERIC]
        points, commas = sum(vote[0] for vote in votes), sum(vote[1] for vote in votes)
        if points == commas:
            decimal = "," if sheet.separator == ";" and commas else "."
        else:
            decimal = "." if points > commas else ","
    return Reading(sheet.kind, decimal or ".", corrections.day_first)


def _coerced(
    texts: pl.DataFrame, match: SheetMatch, reading: Reading, typed: Mapping[int, frozenset[int]], place: Place
) -> tuple[pl.DataFrame, list[Problem], list[int]]:
    table, rows = TABLES[match.table], texts[ROW]
    problems: list[Problem] = []
    bad = pl.Series([False]).new_from_index(0, texts.height)
    columns = {ROW: rows}
    schema = table.schema.columns()
    for name in [column.name for column in table.columns if column.name in texts.columns]:
        column, found = table.column(name), match.matched.get(name)
        cells = texts[name]
        how = Reading(
            reading.kind,
            reading.decimal,
            reading.day_first,
            _column_factor(cells, found.factor if found else 1.0, column.unit, reading),
            rows.is_in(list(typed[found.position])) if found and found.position in typed else None,
        )
        done = coerce(cells, column, Bounds(schema[name]), how)
        faults = [*done.faults, *_empty(cells, column.required)]
        header = found.header if found else name
        told = tell(
            faults, cells, rows, place, texts[HEADER] if HEADER in texts.columns and name == "quantity" else header
        )
        problems += told
        for fault in faults:
            bad = bad | fault.mask if fault.severity == "error" else bad
        columns[name] = done.values.alias(name)
    frame = pl.DataFrame(columns)
    return (frame.filter(~bad), problems, rows.filter(bad).unique().to_list()) if bad.any() else (frame, problems, [])


def _column_factor(cells: pl.Series, factor: float, unit: str, reading: Reading) -> float:
    """A percent column of a workbook may hold shares already, shown as percent by the cell's format."""
    if factor == 1.0 or unit != "share" or reading.kind == "csv":
        return factor
    numbers = cells.cast(pl.Float64, strict=False)
    return 1.0 if numbers.len() and not (numbers > 1).any() else factor


def _empty(cells: pl.Series, required: bool) -> list[Fault]:  # noqa: FBT001 - read where it is called
    if not required or not cells.null_count():
        return []
    return [
        Fault(cells.is_null(), "error", "value-missing", "A value is missing here.", "Fill in the cell.", "a value")
    ]


def _completed(frame: pl.DataFrame, table: Table, given: list[str]) -> pl.DataFrame:
    """Empty cells take the column's default; keys that the sheet does not have are filled in."""
    if (table.name, "order") in GENERATED and "order" not in given:
        frame = generate_orders(frame)
    fills = []
    for column in table.columns:
        if column.default is None:
            continue
        default = pl.lit(column.default).cast(polars_dtype(table.schema.columns()[column.name]))
        if column.name in frame.columns:
            fills.append(pl.col(column.name).fill_null(default))
        elif column.key:
            fills.append(default.alias(column.name))
    return frame.with_columns(fills)


def _checked(
    frame: pl.DataFrame, table: Table, given: list[str], place: Place, so_far: tuple[list[Problem], set[int]]
) -> Part:
    problems, rejected = so_far
    told, bad = reversed_spans(frame, place)
    if table.name == "bom_lines":
        more, differing = differing_units(frame, place)
        told, bad = told + more, bad | differing
    if bad.any():
        rejected |= set(frame.filter(bad)[ROW].to_list())
        frame = frame.filter(~bad)
    numbered: list[Problem] = []
    repeated: list[Problem] = []
    clashing: list[int] = []
    if "order" in given or (table.name, "order") not in GENERATED:  # generated keys do not repeat
        frame, numbered = number_lines(frame, table, given, place)
        frame, repeated, clashing = repeated_keys(frame, table, place)
    problems += [*told, *numbered, *repeated, *alike_codes(frame, table, place)]
    rejected |= set(clashing)
    order = [column.name for column in table.columns if column.name in frame.columns]
    kept = tuple(name for name in order if name in given or name in table.key)
    return Part(table.name, frame.select(*kept, ROW), kept, tuple(sorted(rejected)), tuple(problems))
