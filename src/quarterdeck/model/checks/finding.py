"""What a check finds: the problems in words, the rows they are about, and what makes them usable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import polars as pl

from quarterdeck.model.company import Company
from quarterdeck.model.problem import Problem, Severity
from quarterdeck.model.tables import TABLES

Mend = Literal["keep", "drop", "blank", "set"]
Check = Callable[[Company], Iterator["Finding"]]

ROW = "__row"
LARGEST_SPELLED = 1e15
LIMIT = 10_000
"""Most rows that one finding names one by one; beyond it a last problem says how many more there are."""


@dataclass(frozen=True, slots=True)
class Words:
    """How one kind of problem is told.

    ``message``, ``hint`` and ``expected`` may name columns of the faulty row in braces.
    """

    severity: Severity
    code: str
    message: str
    hint: str
    expected: str = ""


@dataclass(frozen=True)
class Finding:
    """Faulty rows of one table, found for one reason.

    Parameters
    ----------
    problems
        What to tell.
    table, rows
        The rows meant, by number from 0.
    mend
        What makes the company usable: ``keep`` the rows, ``drop`` them, ``blank`` the column (default or empty),
        or ``set`` it to ``values``.
    column
        Column that ``blank`` and ``set`` change.
    values
        New values of ``set``, one per row of ``rows``.
    added
        Rows to add, by table.
    """

    problems: tuple[Problem, ...]
    table: str = ""
    rows: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.UInt32))
    mend: Mend = "keep"
    column: str = ""
    values: pl.Series | None = None
    added: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def numbered(company: Company, table: str) -> pl.DataFrame:
    """A table with its row numbers in the column :data:`ROW`."""
    return company[table].with_row_index(ROW)


def found(
    table: str, faulty: pl.DataFrame, words: Words, *, column: str = "", mend: Mend = "keep", values: str = ""
) -> Iterator[Finding]:
    """The finding that the rows of ``faulty`` make, none if it is empty.

    Parameters
    ----------
    faulty
        Rows of :func:`numbered`, with any further columns the words name.
    column
        The faulty column, if it is one.
    values
        Column of ``faulty`` with the values that ``set`` writes.
    """
    if faulty.is_empty():
        return
    named = faulty.drop(values) if values else faulty
    problems = [told(table, row, words, column) for row in named.head(LIMIT).iter_rows(named=True)]
    if faulty.height > LIMIT:
        problems.append(_rest(table, faulty.height - LIMIT, words, column))
    new = faulty[values] if values else None
    yield Finding(tuple(problems), table, faulty[ROW], mend, column, new)


def told(table: str, row: Mapping[str, Any], words: Words, column: str = "") -> Problem:
    """One row's problem in words."""
    texts = {name: shown(value) for name, value in row.items()}
    return Problem(
        words.severity,
        words.code,
        words.message.format_map(texts),
        words.hint.format_map(texts),
        table=table,
        key=" / ".join(texts[name] for name in TABLES[table].key if texts.get(name)),
        column=column,
        found=texts.get(column, ""),
        expected=words.expected.format_map(texts),
    )


def shown(value: object) -> str:
    """A value as people write it.

    >>> shown(Decimal("5.5000")), shown(2.0), shown(dt.date(2026, 3, 11)), shown(None)
    ('5.5', '2', 'Wed 11 Mar 2026', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float, Decimal)):
        return f"{value:,.4f}".rstrip("0").rstrip(".") if -LARGEST_SPELLED < value < LARGEST_SPELLED else f"{value:g}"
    if isinstance(value, dt.datetime) and value.time() not in {dt.time(), dt.time(23, 59, 59)}:
        return f"{value:%a} {value.day} {value:%b} {value.year}, {value:%H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%a} {value.day} {value:%b} {value.year}"
    return str(value)


def listed(values: Sequence[object], most: int = 5) -> str:
    """The first values in words.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    words = ", ".join(shown(value) for value in values[:most])
    return f"{words} and {len(values) - most:,} more" if len(values) > most else words


def _rest(table: str, count: int, words: Words, column: str) -> Problem:
    title = TABLES[table].title
    return Problem(
        words.severity, words.code, f"{count:,} more rows of {title} have the same problem.", table=table, column=column
    )
