"""What people's changes to the forecast were worth: naive, then statistical, then adjusted, against what came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl

from quarterdeck.disciplines.demand.book import open_book, without_promotions
from quarterdeck.disciplines.demand.history import daily_history, day_number, day_of
from quarterdeck.disciplines.demand.outlook import weekly_outlook
from quarterdeck.disciplines.demand.overrides import override_days
from quarterdeck.model import Company

LATEST = 60  # origins looked at, newest first
WEEKS = 5
COLUMNS = {
    "item": pl.String, "site": pl.String, "date": pl.Date, "author": pl.String, "note": pl.String,
    "naive": pl.Float64, "statistical": pl.Float64, "adjusted": pl.Float64, "actual": pl.Float64,
}  # fmt: skip


def past_overrides(company: Company, today: Mapping[str, dt.date]) -> pl.DataFrame:
    """Every override whose period is over, with what was forecast without it and what came.

    Columns ``item``, ``site``, ``date``, ``author``, ``note``, ``naive`` (the period before repeated), ``statistical``
    (from the history before the period), ``adjusted`` (what the person said), ``actual``. Of the newest sixty dates.
    """
    daily, _ = daily_history(company, today)
    rows = company["forecast_overrides"].sort("date", "item", "site", descending=[True, False, False])
    now = pl.col("site").replace_strict(dict(today), default=None, return_dtype=pl.Date)
    over = rows.filter(pl.col("date") + pl.duration(days=7) <= now)
    found: list[dict[str, object]] = []
    for date in over["date"].unique(maintain_order=True)[:LATEST]:
        found += _at(company, daily, over.filter(pl.col("date") == date), date, today)
    return pl.DataFrame(found, schema=COLUMNS)


def _at(
    company: Company, daily: pl.DataFrame, rows: pl.DataFrame, date: dt.date, today: Mapping[str, dt.date]
) -> list[dict[str, object]]:
    """The overrides of one date, judged by a forecast from the history before that date."""
    known = daily.join(rows.select("item", "site").unique(), on=["item", "site"], how="semi")
    before = known.filter(pl.col("day") < day_number(date))
    then = dict.fromkeys(today, date)
    none = company["forecast_overrides"].clear()
    book = without_promotions(open_book(company.replace(forecast_overrides=none), before, then))
    if not book.size:
        return []
    outlook = weekly_outlook(book.today, book.days, book.quantities, book.bounds, WEEKS)
    index = {key: i for i, key in enumerate(book.keys.iter_rows())}
    found: list[dict[str, object]] = []
    for row in rows.iter_rows(named=True):
        series = index.get((row["item"], row["site"]))
        if series is None:
            continue
        first, length = override_days(row["date"], monthly=bool(outlook.turn[series] == 1))
        if day_of(first + length) > today[row["site"]]:
            continue
        own = known.filter(pl.col("item") == row["item"], pl.col("site") == row["site"])
        day = pl.col("day")
        shares = np.clip(length - 7 * np.arange(WEEKS), 0, 7) / 7.0
        found.append(
            {
                **{name: row[name] for name in ("item", "site", "date", "author", "note")},
                "naive": float(own.filter(day.is_between(first - length, first, closed="left"))["quantity"].sum()),
                "statistical": float(outlook.mean[series] @ shares),
                "adjusted": float(row["quantity"]),
                "actual": float(own.filter(day.is_between(first, first + length, closed="left"))["quantity"].sum()),
            }
        )
    return found


def value_added(past: pl.DataFrame) -> pl.DataFrame:
    """Errors per author as shares of what came, and what each step took off; most overrides first.

    ``statistical_gain`` is by how much the statistical forecast is less wrong than the naive one, ``adjusted_gain`` by
    how much people's numbers are less wrong than the statistical ones; below zero they made it worse.
    """
    total = pl.col("actual").abs().sum()
    away = {name: (pl.col(name) - pl.col("actual")).abs() for name in _STEPS}
    errors = {f"{name}_error": far.sum() / total for name, far in away.items()}
    grouped = past.group_by(author=pl.col("author").fill_null("")).agg(
        overrides=pl.len().cast(pl.Int64),
        bias=(pl.col("adjusted") - pl.col("actual")).sum() / total,
        better=(
            (pl.col("adjusted") - pl.col("actual")).abs() < (pl.col("statistical") - pl.col("actual")).abs()
        ).mean(),
        **errors,
    )
    return grouped.with_columns(
        statistical_gain=pl.col("naive_error") - pl.col("statistical_error"),
        adjusted_gain=pl.col("statistical_error") - pl.col("adjusted_error"),
    ).sort("overrides", "author", descending=[True, False])


_STEPS = ("naive", "statistical", "adjusted")
