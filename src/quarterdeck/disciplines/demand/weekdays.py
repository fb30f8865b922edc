"""On which days of a week demand comes: what perishes within a week is wanted day by day, not at the week's end."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.demand.book import Book
from quarterdeck.disciplines.demand.consumption import whole_parts
from quarterdeck.model import Company

Matrix = npt.NDArray[np.float64]

WEEK = 7
LEARNT_WEEKS = 26
"""Weeks back over which the share of each weekday is learnt."""


def wanted_by_day(company: Company, book: Book, net: Matrix, unit: npt.NDArray[np.float64]) -> Matrix:
    """Net forecast by day from today on, shape (series, 7 * weeks): at the end of each week, or day by day.

    Items that keep for a week or less are wanted on the days on which they were sold; the days of a week add up to its
    quantity, in whole units.
    """
    days = np.zeros((net.shape[0], net.shape[1], WEEK))
    days[:, :, -1] = net
    rows = np.flatnonzero(_perishes(company, book))
    if rows.size:
        shares = np.stack([_shares(book, int(row)) for row in rows])
        parts = net[rows][:, :, None] * shares[:, None, :]
        days[rows] = whole_parts(parts.reshape(rows.size, -1), unit[rows]).reshape(parts.shape)
    return days.reshape(net.shape[0], WEEK * net.shape[1])


def _perishes(company: Company, book: Book) -> npt.NDArray[np.bool_]:
    known = company["items"].select("item", "shelf_life_days").unique("item")
    kept = book.keys.join(known, on="item", how="left", maintain_order="left")["shelf_life_days"]
    return np.asarray((kept <= WEEK).fill_null(value=False).to_numpy())


def _shares(book: Book, row: int) -> npt.NDArray[np.float64]:
    """Share of a week's demand on each of the seven days from today on; all on the last if nothing was sold lately."""
    mine = slice(book.bounds[row], book.bounds[row + 1])
    back = book.today[row] - book.days[mine]
    recent = (back > 0) & (back <= LEARNT_WEEKS * WEEK)
    ahead = (-back[recent]) % WEEK
    sold = np.bincount(ahead, np.maximum(book.quantities[mine][recent], 0.0), minlength=WEEK)
    return np.asarray(sold / sold.sum() if sold.sum() > 0 else np.eye(WEEK)[-1], dtype=np.float64)


def day_rows(keys: pl.DataFrame, start: pl.Series, by_day: Matrix) -> pl.DataFrame:
    """One row per series and day with demand: item, site, ``quantity`` and ``after``, the day behind it."""
    series, day = np.nonzero(by_day > 0.0)
    rows = keys.with_columns(start=start)[series].with_columns(
        day=pl.Series(day, dtype=pl.Int64), quantity=pl.Series(by_day[series, day])
    )
    return rows.with_columns(after=pl.col("start") + pl.duration(days=pl.col("day") + 1))
