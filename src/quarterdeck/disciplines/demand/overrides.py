"""What people know better: overrides replace the forecast of the days they speak of."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.demand.history import day_number

Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def override(
    quantity: Matrix, rows: pl.DataFrame, keys: pl.DataFrame, today: Whole, monthly: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Changes ``quantity`` (series, weeks) in place; gives which weeks a person has set.

    An override holds for the seven days from its date, or for its calendar month where the series is monthly. Its
    quantity is spread evenly over these days; other days of a week that it touches keep their part of the forecast.
    """
    index = {key: number for number, key in enumerate(keys.iter_rows())}
    touched = np.zeros(quantity.shape, np.bool_)
    original = quantity.copy()
    free = np.ones((quantity.shape[0], quantity.shape[1], 7), np.bool_) if rows.height else np.ones((0, 0, 7), np.bool_)
    added = np.zeros_like(quantity)
    columns = rows.select("item", "site", "date", "quantity").sort("item", "site", "date")
    for item, site, date, wanted in columns.iter_rows():
        series = index.get((item, site))
        if series is None:
            continue
        first, length = override_days(date, monthly=bool(monthly[series]))
        for day in range(first, first + length):
            week, weekday = divmod(day - int(today[series]), 7)
            if 0 <= week < quantity.shape[1] and free[series, week, weekday]:
                free[series, week, weekday] = False
                added[series, week] += wanted / length
                touched[series, week] = True
    if rows.height:
        kept = free.mean(axis=2)
        quantity[touched] = (original * kept + added)[touched]
    return touched


def spread_down(
    quantity: Matrix, touched: npt.NDArray[np.bool_], rows: pl.DataFrame, facts: pl.DataFrame, today: Whole
) -> None:
    """Changes ``quantity`` (series, weeks) so that groups bring what people said, and marks which weeks that sets.

    The period's rest of a group's total goes to the weeks that nobody set for a single item, in proportion to what is
    expected there, or evenly where nothing is. Narrower groups are set last and so hold.

    Parameters
    ----------
    quantity, touched
        Expected demand and whether a person set it, shape (series, weeks); both are changed.
    rows
        The table ``group_overrides``.
    facts
        ``family`` and ``site`` of every series, in their order.
    today
        First day of the first week of each series, in days since 1970.
    """
    single = touched.copy()
    narrow = pl.col("family").ne("").cast(pl.Int8) + pl.col("site").ne("").cast(pl.Int8)
    families, sites = facts["family"].fill_null("").to_numpy(), facts["site"].to_numpy()
    ordered = rows.select("family", "site", "date", "days", "quantity").sort(narrow, "date", "family", "site")
    for family, site, date, days, wanted in ordered.iter_rows():
        members = ((families == family) | (family == "")) & ((sites == site) | (site == ""))
        begin = day_number(date) - today[:, None] - 7 * np.arange(quantity.shape[1])[None, :]
        inside = np.clip(np.minimum(begin + days, 7) - np.maximum(begin, 0), 0, 7) / 7.0 * members[:, None]
        free = inside * ~single
        if not free.any():
            continue
        rest = max(wanted - float((quantity * inside * single).sum()), 0.0)
        amount = float((quantity * free).sum())
        if amount > 0.0:
            quantity *= 1.0 + free * (rest / amount - 1.0)
        else:
            quantity += free * rest / free.sum()
        touched |= free > 0.0


def override_days(date: dt.date, *, monthly: bool) -> tuple[int, int]:
    """First day and number of days that an override speaks of."""
    if not monthly:
        return day_number(date), 7
    first = date.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    return day_number(first), (following - first).days
