"""Forecasts looked back on: what would have been foreseen at earlier days for the weeks after them, and what came."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.demand.book import Book, row_length
from quarterdeck.disciplines.demand.lead_time import variance_together
from quarterdeck.disciplines.demand.outlook import weekly_outlook

Whole = npt.NDArray[np.int64]
Vector = npt.NDArray[np.float64]

WEEKS_BACK = (13, 26, 39)
SPANS = (2, 4, 8, 13)
MOST_SERIES = 400
LEAST_DAYS = 56


def lookbacks(book: Book) -> pl.DataFrame:
    """Rows of the plan's table ``lookbacks``, for the series or, of many, an even choice of large and small ones.

    What people know of coming events is left out: only the past before the earlier day is used.
    """
    chosen = _chosen(book)
    parts = [_at(book, chosen, back) for back in WEEKS_BACK]
    return pl.concat(parts) if parts else pl.DataFrame()


def _chosen(book: Book) -> Whole:
    """Series with history, at most :data:`MOST_SERIES`, spread evenly over those ordered by their demand."""
    edges = zip(book.bounds[:-1], book.bounds[1:], strict=True)
    totals = np.array([book.quantities[begin:end].sum() for begin, end in edges])
    rows = np.flatnonzero(totals > 0)
    if rows.size <= MOST_SERIES:
        return rows
    ordered = rows[np.argsort(totals[rows], kind="stable")]
    return np.sort(ordered[np.linspace(0, ordered.size - 1, MOST_SERIES).astype(np.int64)])


def _at(book: Book, chosen: Whole, back: int) -> pl.DataFrame:
    """What was foreseen so many weeks ago, of the series that were there by then."""
    cut = book.today - 7 * back
    old, days, quantities, lengths = [], [], [], []
    for row in chosen.tolist():
        begin, end = book.bounds[row], book.bounds[row + 1]
        until = begin + int(np.searchsorted(book.days[begin:end], cut[row]))
        if until > begin and cut[row] - book.days[begin] >= LEAST_DAYS and book.quantities[begin:until].any():
            old.append(row)
            days.append(book.days[begin:until])
            quantities.append(book.quantities[begin:until])
            lengths.append(until - begin)
    rows = np.array(old, dtype=np.int64)
    if not rows.size:
        return _rows(book, rows, back, [])
    bounds = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    known = (np.concatenate(days), np.concatenate(quantities))
    found = weekly_outlook(cut[rows], *known, bounds, max(SPANS), tested=False)
    age = np.array([cut[row] - book.days[book.bounds[row]] for row in old]) / 7.0
    sums = [
        (span, found.mean[:, :span].sum(axis=1), variance_together(found.variance[:, :span], found.correlation),
         np.array([_came(book, row, int(cut[row]), span) for row in old]), age)
        for span in SPANS
    ]  # fmt: skip
    return _rows(book, rows, back, sums)


def _came(book: Book, row: int, cut: int, weeks: int) -> float:
    """What came in the weeks after the day; NaN where rows stand for more days than that."""
    days = book.days[book.bounds[row] : book.bounds[row + 1]]
    if row_length(days) > 7 * weeks:
        return float("nan")
    first, last = np.searchsorted(days, [cut, cut + 7 * weeks])
    return float(book.quantities[book.bounds[row] + first : book.bounds[row] + last].sum())


def _rows(book: Book, rows: Whole, back: int, sums: list[tuple[int, Vector, Vector, Vector, Vector]]) -> pl.DataFrame:
    """Rows of the table from weeks foreseen, their mean and variance, what came, and the age of the series."""
    keys = book.keys[rows.tolist()]
    frames = [
        keys.with_columns(
            weeks_back=pl.lit(back, pl.Int64),
            weeks=pl.lit(span, pl.Int64),
            expected=pl.Series(np.clip(mean, 0.0, 1e12)),
            spread=pl.Series(np.sqrt(np.clip(variance, 0.0, 1e24))),
            came=pl.Series(came),
            age=pl.Series(age),
        ).filter(pl.col("came").is_not_nan() & (pl.col("came") >= 0.0) & (pl.col("came") <= 1e12))
        for span, mean, variance, came, age in sums
    ]
    empty = keys.clear().with_columns(
        weeks_back=pl.lit(0, pl.Int64), weeks=pl.lit(0, pl.Int64),
        **{name: pl.lit(0.0) for name in ("expected", "spread", "came", "age")},
    )  # fmt: skip
    joined: pl.DataFrame = pl.concat([empty, *frames])
    return joined
