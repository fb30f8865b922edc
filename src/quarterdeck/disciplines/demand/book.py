"""The series to forecast as arrays: which item and site, its history in days, its events and its selling time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.demand.history import day_number
from quarterdeck.disciplines.demand.lifecycle import FOREVER
from quarterdeck.disciplines.demand.promotions import daily_factor, learnt_uplift
from quarterdeck.model import Company

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Event = tuple[int, int, float | None]


@dataclass(frozen=True, slots=True)
class Book:
    """Series in the order of item and site; flat history ``bounds[i]:bounds[i + 1]``, days since 1970.

    ``first`` and ``last`` are the days between which an item is sold, ``family`` the number of its family or -1,
    ``events`` its promotions as first day, last day and factor.
    """

    keys: pl.DataFrame
    today: Whole
    days: Whole
    quantities: Vector
    bounds: Whole
    first: Whole
    last: Whole
    family: Whole
    events: tuple[tuple[Event, ...], ...]

    @property
    def size(self) -> int:
        """How many series there are."""
        return self.keys.height


def open_book(company: Company, daily: pl.DataFrame, today: Mapping[str, dt.date]) -> Book:
    """All item-sites with history, an override or a quotation; ``daily`` as from :func:`daily_history`."""
    overrides = company["forecast_overrides"].select("item", "site")
    quoted = company["sales_orders"].filter(pl.col("status") == "quote").select("item", "site")
    keys = pl.concat([daily.select("item", "site"), overrides, quoted]).unique().sort("item", "site")
    lengths = daily.group_by("item", "site").len()
    counts = keys.join(lengths, on=["item", "site"], how="left", maintain_order="left")["len"].fill_null(0)
    known = company["items"].select("item", "family", "launch", "discontinued").unique("item")
    facts = keys.join(known, on="item", how="left", maintain_order="left")
    families = {name: number for number, name in enumerate(sorted(set(facts["family"].drop_nulls())))}
    return Book(
        keys=keys,
        today=np.array([day_number(today[site]) for site in keys["site"]], dtype=np.int64),
        days=daily["day"].to_numpy().astype(np.int64),
        quantities=daily["quantity"].to_numpy().astype(np.float64),
        bounds=np.concatenate(([0], np.cumsum(counts.to_numpy()))).astype(np.int64),
        first=_day_column(facts["launch"], -FOREVER),
        last=_day_column(facts["discontinued"], FOREVER),
        family=np.array([families.get(name, -1) for name in facts["family"]], dtype=np.int64),
        events=_events(company, facts),
    )


def _day_column(days: pl.Series, absent: int) -> Whole:
    return days.to_physical().cast(pl.Int64).fill_null(absent).to_numpy().astype(np.int64)


def _events(company: Company, facts: pl.DataFrame) -> tuple[tuple[Event, ...], ...]:
    rows = company["promotions"].filter(pl.col("end") >= pl.col("start")).sort("promotion", "item")
    if rows.is_empty():
        return ((),) * facts.height
    by_item: dict[str, list[Event]] = {}
    by_family: dict[str | None, list[Event]] = {}
    for row in rows.iter_rows(named=True):
        event = (day_number(row["start"]), day_number(row["end"]), row["uplift"])
        if row["item"]:
            by_item.setdefault(row["item"], []).append(event)
        else:
            by_family.setdefault(row["family"] or None, []).append(event)
    everyone = by_family.pop(None, [])
    return tuple(
        tuple(by_item.get(item, []) + (by_family.get(family, []) if family else []) + everyone)
        for item, family in facts.select("item", "family").iter_rows()
    )


def without_promotions(book: Book) -> Book:
    """The book with uplifts that nobody gave learnt from history, and history as it would have been without events."""
    quantities, learnt = book.quantities.copy(), []
    for i, events in enumerate(book.events):
        rows = slice(book.bounds[i], book.bounds[i + 1])
        known = _with_uplifts(events, book.days[rows], book.quantities[rows], int(book.today[i]))
        learnt.append(known)
        if known and book.days[rows].size:
            quantities[rows] /= _row_factors(book.days[rows], known)
    return replace(book, quantities=quantities, events=tuple(learnt))


def _with_uplifts(events: tuple[Event, ...], days: Whole, quantities: Vector, today: int) -> tuple[Event, ...]:
    unknown = [(first, last) for first, last, uplift in events if uplift is None]
    ratio = learnt_uplift(days, quantities, unknown, today)[0] if unknown else 1.0
    return tuple((first, last, ratio if uplift is None else max(uplift, 0.01)) for first, last, uplift in events)


def row_length(days: Whole) -> int:
    """Days that each row stands for: one, seven where rows are weeks apart, or a month of thirty."""
    gaps = np.diff(days)
    length = 1 if not gaps.size or (gaps % 7).any() else 7
    return 30 if gaps.size and gaps.min() >= 28 else length


def _row_factors(days: Whole, events: tuple[Event, ...]) -> Vector:
    """Mean factor of the days that each row stands for."""
    length = row_length(days)
    known = [(first, last, float(uplift or 1.0)) for first, last, uplift in events]
    begin = int(days[0])
    factor = daily_factor(begin, int(days[-1]) - begin + length, known)
    sums = np.concatenate(([0.0], np.cumsum(factor)))
    return (sums[days - begin + length] - sums[days - begin]) / length


def event_factors(book: Book, weeks: int) -> npt.NDArray[np.float64]:
    """Mean factor of each series' events in each coming week, shape (series, weeks)."""
    out = np.ones((book.size, weeks))
    for i, events in enumerate(book.events):
        if events:
            known = [(first, last, float(uplift or 1.0)) for first, last, uplift in events]
            out[i] = daily_factor(int(book.today[i]), 7 * weeks, known).reshape(weeks, 7).mean(axis=1)
    return out
