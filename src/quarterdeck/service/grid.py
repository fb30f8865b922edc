"""One grid for every table: its columns as declared, and pages of rows, filtered and sorted on the server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from quarterdeck.model import TABLES, Company, Table
from quarterdeck.model.checks.values import allowed
from quarterdeck.model.table import ColumnInfo
from quarterdeck.service.cells import DECIMALS, etag, text_of, texts_of, typed
from quarterdeck.service.rights import Right, may

ROW = "__row"
LARGEST_PAGE = 1000
CHOICES = 30
ORDERED = DECIMALS | {"whole", "day", "moment", "instant", "time"}
COMPARISON = re.compile(r"^(>=|<=|<>|!=|>|<|=)\s*(.*)$")
SPAN = re.compile(r"^(.+?)\s*\.\.\s*(.+)$")
GUARDED = frozenset({"settings", "goals", "kpi_targets"})
"""Tables that need the right to change settings and goals."""


@dataclass(frozen=True, slots=True)
class GridQuery:
    """What of a table is looked at.

    Parameters
    ----------
    filters
        Column and what is typed above it: a part of the text, ``>5``, ``<=2026-03-01``, ``10..20``, ``=`` for an empty
        cell, ``<>`` for a filled one.
    sort
        Column and whether descending, the first the most important.
    words
        Words that must all occur somewhere in the row.
    """

    filters: tuple[tuple[str, str], ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class GridPage:
    """Rows as texts, each with its key and a mark that changes with it; ``total`` rows pass the filter of ``all``."""

    rows: tuple[dict[str, Any], ...]
    total: int
    all: int


def editing_right(table: str) -> Right:
    """The right that changing a table needs."""
    return Right.SETTINGS if table in GUARDED else Right.EDIT_DATA


def may_edit(role: str, table: str) -> bool:
    """Whether somebody of this role may change a table.

    >>> may_edit("planner", "items"), may_edit("planner", "kpi_targets"), may_edit("viewer", "items")
    (True, False, False)
    """
    return may(role, Right.EDIT_DATA) and may(role, editing_right(table))


def grid_columns(table: Table) -> list[dict[str, Any]]:
    """What the grid needs to know of each column, from its declaration."""
    return [
        {
            "field": column.name,
            "title": column.title,
            "kind": column.kind,
            "key": column.key,
            "required": column.required,
            "unit": "" if column.unit in {"item unit", "by kpi", "by rate"} else column.unit,
            "description": column.description,
            "default": _default(column),
            "allowed": allowed(table, column),
            "choices": ["yes", "no"] if column.kind == "flag" else list(column.words),
            "references": column.references,
            "number": column.kind in DECIMALS or column.kind == "whole",
        }
        for column in table.columns
    ]


def _default(column: ColumnInfo) -> str:
    if column.default is None:
        return ""
    return (
        {True: "yes", False: "no"}.get(column.default, str(column.default))
        if column.kind == "flag"
        else str(column.default)
    )


def grid_rows(company: Company, name: str, query: GridQuery) -> pl.DataFrame:
    """The rows of a table that pass the filters, in the order asked for, in the declared form.

    Raises
    ------
    ValueError
        If a filter cannot be read; the message says how to write it.
    """
    table, frame = TABLES[name], company[name]
    conditions = [_condition(table, column, text) for column, text in query.filters if text.strip()]
    if query.words.strip():
        conditions += _words(table, query.words)
    found = frame.filter(conditions) if conditions else frame
    by = [(column, down) for column, down in query.sort if column in table.dtypes]
    if not by:
        return found
    return found.sort(
        [column for column, _ in by], descending=[down for _, down in by], nulls_last=True, maintain_order=True
    )


def grid_page(company: Company, name: str, query: GridQuery, page: int = 1, size: int = 100) -> GridPage:
    """One page of the rows."""
    found = grid_rows(company, name, query)
    size = min(max(size, 1), LARGEST_PAGE)
    part = found.slice((max(page, 1) - 1) * size, size)
    return GridPage(as_rows(TABLES[name], part), found.height, company[name].height)


def as_rows(table: Table, frame: pl.DataFrame) -> tuple[dict[str, Any], ...]:
    """Rows as the grid shows them: texts by column, ``_key`` and ``_etag``."""
    texts = texts_of(table, frame)
    places = [texts.columns.index(name) for name in table.key]
    return tuple(
        {**dict(zip(texts.columns, row, strict=True)), "_key": [row[at] for at in places], "_etag": etag(row)}
        for row in texts.iter_rows()
    )


def reference_choices(company: Company, name: str, column: str, text: str) -> list[dict[str, str]]:
    """Codes that a cell may name, with what they are called; those that begin with ``text`` first."""
    target = TABLES[name].column(column).references
    if not target:
        return []
    frame, code = company[target], TABLES[target].key[0]
    title = pl.col("name").fill_null("") if "name" in frame.columns else pl.lit("")
    listed = frame.select(code=pl.col(code), title=title)
    wanted = text.strip().lower()
    if wanted:
        low_code, low_title = pl.col("code").str.to_lowercase(), pl.col("title").str.to_lowercase()
        hit = low_code.str.contains(wanted, literal=True) | low_title.str.contains(wanted, literal=True)
        listed = listed.filter(hit).sort(
            ~low_code.str.starts_with(wanted), ~low_title.str.starts_with(wanted), "code", maintain_order=True
        )
    return listed.unique("code", keep="first", maintain_order=True).head(CHOICES).to_dicts()


def export_rows(company: Company, name: str, query: GridQuery, columns: Sequence[str], kind: str) -> bytes:
    """What is seen as a file of the kind ``csv`` or ``xlsx`` that import reads back."""
    from quarterdeck.files.workbook import rows_as_file  # noqa: PLC0415 - loads the writer of workbooks

    table = TABLES[name]
    chosen = [column for column in columns if column in table.dtypes] or list(table.dtypes)
    return rows_as_file(table, grid_rows(company, name, query), chosen, kind)


def _words(table: Table, words: str) -> list[pl.Expr]:
    texts = [_seen(column).str.to_lowercase() for column in table.columns if column.dtype == pl.String]
    return [
        pl.any_horizontal(text.str.contains(word, literal=True) for text in texts) for word in words.lower().split()
    ]


def _condition(table: Table, name: str, text: str) -> pl.Expr:
    """What is typed above a column as a condition."""
    if name not in table.dtypes:
        raise ValueError(f"Expected a column of {table.title}, got {name!r}.")
    column, text = table.column(name), text.strip()
    span, compared = SPAN.match(text), COMPARISON.match(text)
    if compared:
        return _comparison(table, column, compared.group(1), compared.group(2).strip())
    if span and column.kind in ORDERED:
        low, high = _value(table, column, span.group(1)), _value(table, column, span.group(2), last=True)
        return pl.col(name).is_between(low, high)
    seen = _seen(column)
    if column.kind in DECIMALS or column.kind == "whole":
        return seen == text if _is_number(text) else seen.str.contains(text, literal=True)
    return seen.str.to_lowercase().str.contains(_said(column, text), literal=True)


def _seen(column: ColumnInfo) -> pl.Expr:
    """What stands in the cells on the screen: choices in words, without the marks that join them in files."""
    text = text_of(column).fill_null("")
    return text.str.replace_all("_", " ", literal=True) if column.kind == "choice" else text


def _said(column: ColumnInfo, text: str) -> str:
    """What is typed, as ``_seen`` writes it, in small letters."""
    return text.lower().replace("_", " ") if column.kind == "choice" else text.lower()


def _comparison(table: Table, column: ColumnInfo, sign: str, text: str) -> pl.Expr:
    value = pl.col(column.name)
    empty = value.is_null() | (value == "") if column.dtype == pl.String else value.is_null()
    if not text:
        return empty if sign == "=" else ~empty
    if column.kind not in ORDERED and sign in {"=", "<>", "!="}:
        same = _seen(column).str.to_lowercase() == _said(column, text)
        return same if sign == "=" else ~same
    limit = _value(table, column, text, last=sign in {"<=", ">"})
    compared: dict[str, pl.Expr] = {">": value > limit, ">=": value >= limit, "<": value < limit, "<=": value <= limit}
    if sign in compared:
        return compared[sign]
    differs: pl.Expr = value.ne_missing(limit)
    return value == limit if sign == "=" else differs


def _value(table: Table, column: ColumnInfo, text: str, *, last: bool = False) -> Any:  # noqa: ANN401
    """A limit as a value of the column; a day stands for its last second where ``last``."""
    if column.dtype == pl.String:
        return text
    read = typed(table, column.name, [text])
    if read.values[0] is None or read.values.null_count():
        refused = read.refusals.get(0)
        raise ValueError(refused[0].message if refused else f"Expected a {column.kind} to compare with, got {text!r}.")
    value = read.values[0]
    if column.kind in {"moment", "instant"} and re.fullmatch(r"[\d.\-/]+", text):
        value = value.replace(hour=23, minute=59, second=59) if last else value.replace(hour=0, minute=0, second=0)
    return value


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))
