"""Fixed payments, week by week."""

from __future__ import annotations

import calendar
import datetime as dt

import numpy as np

from quarterdeck.disciplines.levelling.aggregate import Floats
from quarterdeck.model import Company, Settings

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def fixed_by_week(company: Company, settings: Settings) -> Floats:
    """What the company's fixed lines bring or take in each week of the horizon, shape (weeks)."""
    total = np.zeros(settings.horizon_weeks)
    begin = settings.as_of.date()
    for row in company["fixed_cash_lines"].iter_rows(named=True):
        last = row["until"] or dt.date.max
        for number in range(10_000):
            day = nth_date(row["date"], row["repeats"], number)
            week = (day - begin).days // 7
            if week >= total.size or day > last:
                break
            if day >= begin:
                total[week] += float(row["amount"])
            if row["repeats"] == "once":
                break
    return total


def nth_date(first: dt.date, repeats: str, number: int) -> dt.date:
    """The date of a payment after ``number`` repetitions; the 31st falls on the last day of shorter months.

    >>> str(nth_date(dt.date(2026, 1, 31), "month", 1)), str(nth_date(dt.date(2026, 1, 31), "week", 2))
    ('2026-02-28', '2026-02-14')
    """
    if repeats == "once":
        return first
    if repeats == "week":
        return first + dt.timedelta(weeks=number)
    year, month = divmod(first.year * 12 + first.month - 1 + number * _MONTHS[repeats], 12)
    return dt.date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1]))
