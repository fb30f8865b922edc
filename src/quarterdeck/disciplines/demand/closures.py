"""Public holidays: what they took from past weeks is put back, and taken from weeks to come."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.demand.book import Book, row_length
from quarterdeck.disciplines.demand.history import day_number, day_of
from quarterdeck.model import Company

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

AROUND = 4  # the same weekday, weeks before and after
TELLS = 0.8  # a holiday of more than this share of an ordinary day is an ordinary day
LEAST_DAYS = 4
PRIOR_DAYS = 2.0
AHEAD = 800


def public_holidays(company: Company, site: str, first: dt.date, last: dt.date) -> list[dt.date]:
    """Public holidays of a site: of its calendar's country, else of its own; none where neither is known."""
    import holidays  # noqa: PLC0415 - loads slowly

    rows = company["sites"].filter(company["sites"]["site"] == site)
    if rows.is_empty():
        return []
    calendars = company["calendars"].filter(company["calendars"]["calendar"] == (rows["calendar"][0] or ""))
    code = (calendars["holidays"][0] if calendars.height else None) or rows["country"][0] or ""
    country, _, part = code.strip().upper().partition("-")
    if not country:
        return []
    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=range(first.year, last.year + 1))
    except (NotImplementedError, KeyError, ValueError):
        return []
    return sorted(day for day in found if first <= day <= last)


def without_holidays(company: Company, book: Book) -> Book:
    """The book with past holidays filled up to ordinary days, and coming ones as events that take demand away.

    How much a holiday leaves is learnt from all series of a site that are kept by the day, against the same weekday in
    the four weeks before and after; sites at which holidays change little are left as they are.
    """
    quantities, events = book.quantities.copy(), list(book.events)
    for site in dict.fromkeys(book.keys["site"]):
        rows = [i for i, own in enumerate(book.keys["site"]) if own == site and _is_daily(book, i)]
        if not rows:
            continue
        today = int(book.today[rows[0]])
        first = min(int(book.days[book.bounds[i]]) for i in rows)
        off = np.array(
            [day_number(day) for day in public_holidays(company, site, day_of(first), day_of(today + AHEAD))]
        )
        left = _left(book, rows, off, first, today)
        if left is None:
            continue
        for i in rows:
            own = slice(book.bounds[i], book.bounds[i + 1])
            quantities[own] = _filled_up(book.days[own], book.quantities[own], off, left)
            events[i] = (*events[i], *((int(day), int(day), left) for day in off if day >= today))
    return replace(book, quantities=quantities, events=tuple(events))


def _is_daily(book: Book, i: int) -> bool:
    days = book.days[book.bounds[i] : book.bounds[i + 1]]
    return bool(days.size and row_length(days) == 1)


def _left(book: Book, rows: list[int], off: Whole, first: int, today: int) -> float | None:
    """Share of an ordinary day's demand that a holiday brings; ``None`` where they are few or like any day."""
    total = np.zeros(today - first)
    for i in rows:
        own = slice(book.bounds[i], book.bounds[i + 1])
        np.add.at(total, book.days[own] - first, np.maximum(book.quantities[own], 0.0))
    past = off[(off >= first) & (off < today)] - first
    came, usual, count = 0.0, 0.0, 0
    for day in past:
        same = day + 7 * np.array([k for k in range(-AROUND, AROUND + 1) if k])
        same = same[(same >= 0) & (same < total.size)]
        same = same[~np.isin(same, past)]
        ordinary = float(total[same].mean()) if same.size else 0.0
        if ordinary > 0.0:
            came, usual, count = came + float(total[day]), usual + ordinary, count + 1
    if count < LEAST_DAYS or usual <= 0.0:
        return None
    trust = count / (count + PRIOR_DAYS)
    left = 1.0 + trust * (came / usual - 1.0)
    return float(np.clip(left, 0.01, 1.0)) if left < TELLS else None


def _filled_up(days: Whole, quantities: Vector, off: Whole, left: float) -> Vector:
    """Quantities with what holidays took added to the nearest day on which something was recorded."""
    out, by_day = quantities.copy(), dict(zip(days.tolist(), quantities.tolist(), strict=True))
    for day in off[(off >= days[0]) & (off <= days[-1])].tolist():
        same = [max(by_day.get(day + 7 * k, 0.0), 0.0) for k in (-2, -1, 1, 2) if days[0] <= day + 7 * k <= days[-1]]
        ordinary = sum(same) / len(same) if same else 0.0
        place = int(np.argmin(np.abs(days - day)))
        out[place] += (1.0 - left) * ordinary if by_day.get(day, 0.0) < ordinary else 0.0
    return out
