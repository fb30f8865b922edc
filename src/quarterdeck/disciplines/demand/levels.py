"""Forecasts of families, sites and the whole, and those of items brought in line with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.demand.book import Book
from quarterdeck.disciplines.demand.combination import NOTHING, RECENT
from quarterdeck.disciplines.demand.hierarchy import memberships, reconcile
from quarterdeck.disciplines.demand.outlook import TEST_WEEKS, WeeklyOutlook, weekly_outlook

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

MOST = 2.0  # by which reconciling may change a series, times or divided
LEAST_SERIES = 4
QUARTERS = 3


def reconciled(book: Book, outlook: WeeklyOutlook) -> WeeklyOutlook:
    """The outlook with means that agree with those of families, sites and the whole, where that was worth it.

    It was where, over the last three quarters, it would have brought the series nearer to what came, by more than one
    standard error and in most quarters. Series without a history of their own keep what they have.
    """
    return _agreed(book, outlook) if _worth_it(book) else outlook


def _worth_it(book: Book) -> bool:
    """Whether errors of the last quarters would have been smaller by more than one standard error, and in most."""
    if book.size < LEAST_SERIES or not book.days.size:
        return False
    gains = [_gain(book, quarter) for quarter in range(1, QUARTERS + 1)]
    every = np.concatenate(gains)
    better = sum(gain.size > 0 and gain.mean() > 0 for gain in gains)
    return bool(2 * better > QUARTERS and every.mean() > every.std() / np.sqrt(every.size))


def _gain(book: Book, quarters: int) -> Vector:
    """By how much the sums of thirteen weeks would have been less wrong so many quarters ago, per series known then."""
    past = _before(book, book.today - 7 * TEST_WEEKS * quarters)
    if not past.days.size:
        return np.empty(0)
    plain = weekly_outlook(past.today, past.days, past.quantities, past.bounds, TEST_WEEKS, tested=False)
    owner = np.repeat(np.arange(book.size), np.diff(book.bounds))
    recent = (book.days >= past.today[owner]) & (book.days < past.today[owner] + 7 * TEST_WEEKS)
    came = np.bincount(owner[recent], weights=book.quantities[recent], minlength=book.size)
    away = [np.abs(table.mean.sum(axis=1) - came) for table in (plain, _agreed(past, plain))]
    return np.asarray((away[0] - away[1])[plain.method != NOTHING])


def _before(book: Book, today: Whole) -> Book:
    """The book as it was on an earlier day."""
    owner = np.repeat(np.arange(book.size), np.diff(book.bounds))
    kept = book.days < today[owner]
    lengths = np.bincount(owner[kept], minlength=book.size)
    bounds = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    return replace(book, today=today, days=book.days[kept], quantities=book.quantities[kept], bounds=bounds)


def _agreed(book: Book, outlook: WeeklyOutlook) -> WeeklyOutlook:
    settled = (outlook.method != NOTHING) & (outlook.method != RECENT)
    families = [int(f) + 1 if f >= 0 else 0 for f in book.family]
    member = memberships([families, book.keys["site"].to_list()])
    member = member * settled[None, :]
    member = member[member.sum(axis=1) >= 2]
    if not member.size:
        return outlook
    nodes = _node_means(book, member, outlook.mean.shape[1])
    found = reconcile(outlook.mean, nodes, member)
    found = np.clip(found, outlook.mean / MOST, outlook.mean * MOST)
    mean = np.where(settled[:, None], found, outlook.mean)
    ratio = np.divide(mean, outlook.mean, out=np.ones_like(mean), where=outlook.mean > 0)
    return replace(outlook, mean=mean, variance=outlook.variance * np.maximum(ratio, 1.0) ** 2)


def _node_means(book: Book, member: Matrix, weeks: int) -> Matrix:
    """Forecasts of the summed histories of each group, shape (groups, weeks)."""
    owner = np.repeat(np.arange(book.size), np.diff(book.bounds))
    days, quantities, bounds, today = [], [], [0], []
    for row in member:
        inside = row[owner] > 0
        day, place = np.unique(book.days[inside], return_inverse=True)
        days.append(day)
        quantities.append(np.bincount(place, weights=book.quantities[inside], minlength=day.size))
        bounds.append(bounds[-1] + day.size)
        today.append(int(book.today[row > 0].max()))
    flat, sums = np.concatenate(days).astype(np.int64), np.concatenate(quantities).astype(np.float64)
    found = weekly_outlook(np.array(today, np.int64), flat, sums, np.array(bounds, np.int64), weeks, tested=False)
    return found.mean
