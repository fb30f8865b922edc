"""What a sheet is: which table it holds, where its header stands, and which column is which.

A sheet is recognised by its name and by its columns together; columns by their declared names, by the synonyms of
all languages, and by nearness. Nothing is written before a person has seen this, and all of it can be corrected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from quarterdeck.files.periods import parse_period
from quarterdeck.files.raw import RawSheet
from quarterdeck.files.vocabulary import (
    GENERATED,
    LEVEL,
    Vocabulary,
    all_words,
    near_words,
    table_name_bonus,
    vocabulary,
)
from quarterdeck.files.words import SECONDS, fold, split_unit, tight, unit_factor
from quarterdeck.model import TABLES

HEADER_WITHIN = 40
LEAST_PERIODS = 3
ACCEPTED = 1.2
NAMED = frozenset({"items", "customers", "suppliers", "people", "machines", "work_centres", "sites"})
"""Tables whose rows people often know by name alone."""


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """What one column of a sheet is taken for.

    Parameters
    ----------
    position
        Index of the column in the sheet, from 0.
    header
        What the user wrote above it.
    column
        Declared column; empty if it is ignored; ``level`` for the level of an indented bill of materials.
    how
        ``name``, ``synonym``, ``near``, ``corrected``, ``period`` or empty.
    confidence
        Between 0 and 1.
    factor
        What numbers are multiplied with to be in the declared unit.
    unit
        Unit found in the header.
    period
        First day of the period, where the header is one.
    carried
        Other table and its column, such as ``stock_lots.quantity``, where the sheet carries it beside its own.
    """

    position: int
    header: str
    column: str = ""
    how: str = ""
    confidence: float = 0.0
    factor: float = 1.0
    unit: str = ""
    period: dt.date | None = None
    carried: str = ""


@dataclass(frozen=True, slots=True)
class SheetMatch:
    """What one sheet is taken for; ``table`` is empty if it is ignored.

    ``header_row`` is the row number the user sees, 0 where the format keeps names apart. ``layout`` is ``long``,
    ``wide`` (periods across) or ``indented`` (a level column). ``alternatives`` are other tables it could be;
    ``samples`` are some cells of each column by position. Where a sheet is read once more for what it carries
    ``beside`` its own table, a row counts if one of these columns is filled; cells of the columns ``listed`` hold
    several values, and ``constant`` are texts that are the same in every row.
    """

    file: str
    sheet: str
    table: str
    header_row: int
    layout: str = "long"
    columns: tuple[ColumnMatch, ...] = ()
    rows: int = 0
    confidence: float = 0.0
    alternatives: tuple[str, ...] = ()
    samples: Mapping[int, tuple[str, ...]] = field(default_factory=dict, repr=False)
    beside: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    constant: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def matched(self) -> dict[str, ColumnMatch]:
        """Declared column to its match."""
        return {match.column: match for match in self.columns if match.column}


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a person says instead of what was recognised.

    Parameters
    ----------
    tables
        Sheet name to table name; an empty table name leaves the sheet out.
    columns
        (Sheet name, header) to declared column; an empty one leaves the column out.
    decimal
        ``.`` or ``,`` where numbers leave it open.
    day_first
        Whether 01/02/2026 is the first of February.
    cells
        (File, sheet, row number, header or declared column) to the text that the cell should have held.
    """

    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], str] = field(default_factory=dict)
    decimal: str = ""
    day_first: bool | None = None
    cells: Mapping[tuple[str, str, int, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recognition:
    """What every sheet and column was taken for, to be shown before anything is written."""

    sheets: tuple[SheetMatch, ...] = ()

    def to_frame(self) -> pl.DataFrame:
        """One row per column of every sheet."""
        rows = [
            {
                "file": sheet.file, "sheet": sheet.sheet, "table": sheet.table, "layout": sheet.layout,
                "header_row": sheet.header_row, "header": match.header, "column": match.column, "how": match.how,
                "confidence": round(match.confidence, 2), "unit": match.unit, "factor": match.factor,
            }
            for sheet in self.sheets
            for match in sheet.columns
        ]  # fmt: skip
        texts = dict.fromkeys(("file", "sheet", "table", "layout", "header", "column", "how", "unit"), pl.String)
        numbers = {"header_row": pl.Int64, "confidence": pl.Float64, "factor": pl.Float64}
        order = [
            "file",
            "sheet",
            "table",
            "layout",
            "header_row",
            "header",
            "column",
            "how",
            "confidence",
            "unit",
            "factor",
        ]
        return pl.DataFrame(rows, schema={**texts, **numbers}).select(order)


def recognise(sheet: RawSheet, corrections: Corrections | None = None) -> SheetMatch:
    """What ``sheet`` is taken for."""
    corrections = corrections or Corrections()
    position, header = find_header(sheet)
    row = 0 if sheet.header is not None else sheet.first_row + position
    if not header:
        return SheetMatch(sheet.file, sheet.sheet, "", row)
    rows = sheet.cells.height - (0 if sheet.header is not None else position + 1)
    fixed = corrections.tables.get(sheet.sheet)
    if fixed is not None and fixed not in TABLES:
        return SheetMatch(sheet.file, sheet.sheet, "", row, columns=_ignored(header), rows=rows)
    candidates = [fixed] if fixed else list(TABLES)
    scored = sorted(
        ((_score(name, sheet, header, corrections), -order, name) for order, name in enumerate(candidates)),
        reverse=True,
    )
    score, _, best = scored[0]
    if score < ACCEPTED and not fixed:
        return SheetMatch(sheet.file, sheet.sheet, "", row, columns=_ignored(header), rows=rows)
    columns = match_columns(best, sheet.sheet, header, corrections)
    close = tuple(name for other, _, name in scored[1:4] if other > max(ACCEPTED, score - 0.6))
    return SheetMatch(
        sheet.file, sheet.sheet, best, row, _layout(best, columns), columns, rows, min(1.0, score / 5), close
    )


def find_header(sheet: RawSheet) -> tuple[int, list[str]]:
    """Index of the header among the cells of a sheet, and its texts; an empty list if the sheet has no cells."""
    if sheet.header is not None:
        return -1, list(sheet.header)
    best, found = (0.0, 0), []
    for index, row in enumerate(sheet.cells.head(HEADER_WITHIN).iter_rows()):
        texts = [(cell or "").strip() for cell in row]
        score = _header_score(texts)
        if score > best[0]:
            best, found = (score, index), texts
    return best[1], _trimmed(found)


def _trimmed(texts: list[str]) -> list[str]:
    while texts and not texts[-1]:
        texts = texts[:-1]
    return texts


def _header_score(texts: list[str]) -> float:
    filled = [text for text in texts if text and len(text) < 200]
    if not filled:
        return 0.0
    known = sum(_known(text) for text in filled[:400])
    periods = sum(parse_period(text) is not None for text in filled[:400]) if known else 0
    periods = periods if periods >= LEAST_PERIODS else 0
    return known + 0.9 * periods + 0.01 * min(len(filled), 20) / 20


def _known(text: str) -> bool:
    words = all_words()
    return tight(text) in words or tight(split_unit(text)[0]) in words


def _ignored(header: list[str]) -> tuple[ColumnMatch, ...]:
    return tuple(ColumnMatch(i, text) for i, text in enumerate(header) if text)


def match_columns(table: str, sheet: str, header: list[str], corrections: Corrections) -> tuple[ColumnMatch, ...]:
    """What each header is in ``table``; every declared column is given once, to the best match."""
    words = vocabulary(table)
    offers = [offer for i, text in enumerate(header) if text for offer in _offers(words, i, text)]
    fixed = {
        i: ColumnMatch(i, text, _own(corrections.columns[sheet, text]), "corrected", 1.0)
        for i, text in enumerate(header)
        if (sheet, text) in corrections.columns
    }
    chosen, taken = dict(fixed), {match.column for match in fixed.values()}
    for offer in sorted(offers, key=lambda offer: (-offer.confidence, offer.position)):
        if offer.position not in chosen and offer.column not in taken:
            chosen[offer.position] = offer
            taken.add(offer.column)
    chosen = {i: with_unit(table, match) for i, match in chosen.items()}
    for i, text in enumerate(header):
        if text and i not in chosen:
            period = parse_period(text)
            chosen[i] = ColumnMatch(i, text, "", "period" if period else "", 0.9 if period else 0.0, period=period)
    return tuple(chosen[i] for i in sorted(chosen))


def _own(column: str) -> str:
    """A corrected column, empty where it is one of another table."""
    return "" if "." in column else column


def _offers(words: Vocabulary, position: int, text: str) -> list[ColumnMatch]:
    """What a header could be, by its whole text, without its unit, and by nearness."""
    bare, unit = split_unit(text)
    found: dict[str, tuple[float, str, str]] = {}
    for said, said_unit, weight in ((text, "", 1.0), (bare, unit, 0.95)):
        for column, confidence in words.exact(said):
            how = "name" if confidence >= 1 else "synonym"
            found[column] = max(found.get(column, (0.0, "", "")), (confidence * weight, how, said_unit))
    if not found and len(tight(bare)) >= 4:
        for column, confidence in _near(words, tight(bare)):
            found[column] = (confidence, "near", unit)
    return [ColumnMatch(position, text, column, how, sure, unit=said) for column, (sure, how, said) in found.items()]


def _near(words: Vocabulary, said: str) -> list[tuple[str, float]]:
    best: dict[str, float] = {}
    for word, alike in near_words(said):
        for column, confidence in words.words.get(word, {}).items():
            best[column] = max(best.get(column, 0.0), 0.75 * alike * confidence)
    return list(best.items())


def with_unit(table: str, match: ColumnMatch) -> ColumnMatch:
    """The match with the unit of its header and what numbers are multiplied with to be in the declared one."""
    if not match.column or match.column == LEVEL or match.column not in {c.name for c in TABLES[table].columns}:
        return match
    unit = match.unit or split_unit(match.header)[1] or (match.header if fold(match.header) in SECONDS else "")
    factor = unit_factor(unit, TABLES[table].column(match.column).unit) if unit else None
    return ColumnMatch(
        match.position, match.header, match.column, match.how, match.confidence, factor or 1.0, unit, match.period
    )


def _score(table: str, sheet: RawSheet, header: list[str], corrections: Corrections) -> float:
    """How well a table explains a sheet."""
    matches = match_columns(table, sheet.sheet, header, corrections)
    matched = {match.column: match for match in matches if match.column}
    layout = _layout(table, matches)
    score = table_name_bonus(table, sheet.sheet)
    for column in TABLES[table].columns:
        if column.name in matched:
            score += matched[column.name].confidence * (1.5 if column.required or column.key else 1.0)
        elif column.required and not _explained(column.name, layout) and not named_by(table, column.name, matched):
            score -= 0.5 if (table, column.name) in GENERATED else 3.0
    from quarterdeck.files.carried import with_carried  # noqa: PLC0415 - which needs the types declared here

    shown = SheetMatch(sheet.file, sheet.sheet, table, 0, layout, matches)
    others = [
        each
        for each in with_carried(shown, corrections, ()).columns
        if not (each.column or each.carried or each.period)
    ]
    score -= 0.25 * len(others)
    if layout != "wide":
        score -= 0.25 * sum(match.period is not None for match in matches)
    return score + (0.9 if layout != "long" else 0.0)


def named_by(table: str, column: str, given: Collection[str]) -> bool:
    """Whether the name stands for a code that the sheet does not have."""
    return table in NAMED and TABLES[table].key == (column,) and "name" in given


def _explained(column: str, layout: str) -> bool:
    return (layout == "wide" and column in {"date", "quantity"}) or (layout == "indented" and column == "parent")


def _layout(table: str, matches: tuple[ColumnMatch, ...]) -> str:
    columns = {match.column for match in matches}
    periods = sum(match.period is not None for match in matches)
    if table in {"demand_history", "forecast_overrides"} and periods >= LEAST_PERIODS and "date" not in columns:
        return "wide"
    if table == "bom_lines" and LEVEL in columns and "parent" not in columns:
        return "indented"
    return "long"
