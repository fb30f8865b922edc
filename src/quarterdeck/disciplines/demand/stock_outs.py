"""Days on which nothing could be sold: what would have been wanted then is missing from history, not zero."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.demand.book import Book, row_length
from quarterdeck.disciplines.demand.history import day_number

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

AROUND = 28  # days on each side that speak for those without stock
LEAST_SHARE = 0.3  # of a week or month in stock, below which its own sales say nothing


def refilled(book: Book, outs: pl.DataFrame) -> tuple[Book, int]:
    """The book with demand put in for days without stock, and the number of days that were.

    ``outs`` has ``item``, ``site``, ``start`` and ``end``. A day without stock gets the mean of the days in stock
    within four weeks of it. Where history comes in weeks or months, what was sold in part of one is scaled up to the
    whole.
    """
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for item, site, start, end in outs.select("item", "site", "start", "end").iter_rows():
        spans.setdefault((item, site), []).append((day_number(start), day_number(end)))
    pieces, days_out = [], 0
    for i, key in enumerate(book.keys.iter_rows()):
        rows = slice(book.bounds[i], book.bounds[i + 1])
        days, quantities = book.days[rows], book.quantities[rows]
        if key in spans and days.size:
            days, quantities, count = _refill(days, quantities, spans[key], int(book.today[i]))
            days_out += count
        pieces.append((days, quantities))
    bounds = np.concatenate(([0], np.cumsum([days.size for days, _ in pieces]))).astype(np.int64)
    if not pieces:
        return book, 0
    flat = [np.concatenate([piece[k] for piece in pieces]) for k in range(2)]
    return replace(book, days=flat[0].astype(np.int64), quantities=flat[1].astype(np.float64), bounds=bounds), days_out


def _refill(days: Whole, quantities: Vector, spans: list[tuple[int, int]], today: int) -> tuple[Whole, Vector, int]:
    length = row_length(days)
    begin, end = int(days[0]), min(int(days[-1]) + max(length, AROUND), today)
    empty = np.zeros(max(end - begin, 1), np.bool_)
    for first, last in spans:
        empty[max(first - begin, 0) : max(last - begin + 1, 0)] = True
    if not empty.any() or empty.all():
        return days, quantities, 0
    if length > 1:
        return days, _scaled(days - begin, quantities, empty, length), int(empty.sum())
    sold = np.zeros(empty.size)
    np.add.at(sold, days[days < end] - begin, quantities[days < end])
    wanted = np.where(empty, np.maximum(sold, _nearby(sold, empty)), sold)
    kept = np.flatnonzero((wanted != 0.0) | (np.arange(empty.size) == 0))
    return (kept + begin).astype(np.int64), wanted[kept], int(empty.sum())


def _nearby(sold: Vector, empty: Flags) -> Vector:
    """Mean of the days in stock within four weeks of each day; of all days in stock where there are none so near."""
    stocked = np.concatenate(([0.0], np.cumsum(~empty)))
    sums = np.concatenate(([0.0], np.cumsum(np.where(empty, 0.0, sold))))
    place = np.arange(sold.size)
    low, high = np.maximum(place - AROUND, 0), np.minimum(place + AROUND + 1, sold.size)
    count = stocked[high] - stocked[low]
    total = sums[high] - sums[low]
    usual = sums[-1] / max(stocked[-1], 1.0)
    return np.asarray(np.divide(total, count, out=np.full(sold.size, usual), where=count > 0))


def _scaled(place: Whole, quantities: Vector, empty: Flags, length: int) -> Vector:
    """Quantities of weeks or months as they would have been with stock on every day."""
    sums = np.concatenate(([0.0], np.cumsum(empty)))
    last = np.minimum(place + length, empty.size)
    share = 1.0 - (sums[last] - sums[np.minimum(place, empty.size)]) / length
    whole = quantities[share > 1.0 - 1e-9]
    usual = float(whole.mean()) if whole.size else float(quantities.mean())
    scaled = np.divide(quantities, share, out=np.full(quantities.size, usual), where=share >= LEAST_SHARE)
    return np.where(share > 1.0 - 1e-9, quantities, np.maximum(scaled, quantities))
