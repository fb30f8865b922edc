"""Forecasts of a bare history, in its own periods: no company, no plan, only series, dates and values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.demand import engine
from quarterdeck.disciplines.demand.boosted import with_trees
from quarterdeck.disciplines.demand.patterns import PATTERNS
from quarterdeck.disciplines.demand.periods import (
    DAILY,
    HOURLY,
    MONTHLY,
    NUMBERED,
    QUARTERLY,
    STEPS,
    WEEKLY,
    YEARLY,
    on_step,
    usual_period,
)
from quarterdeck.disciplines.demand.shifts import levelled

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

SEASONS = {YEARLY: 1, QUARTERLY: 4, MONTHLY: 12, WEEKLY: 52, DAILY: 7, HOURLY: 24, NUMBERED: 1}
HORIZONS = {YEARLY: 6, QUARTERLY: 8, MONTHLY: 12, WEEKLY: 13, DAILY: 28, HOURLY: 48, NUMBERED: 8}
RECENT = 12  # periods that growth is told from


@dataclass(frozen=True)
class BareForecast:
    """Forecasts of a history in its own periods.

    Parameters
    ----------
    series
        One row per series: ``series``, ``pattern``, ``method`` (engine code), ``seasonal``, ``mean``, ``error``,
        ``naive_error``, ``bias`` (shares of demand in the backtest; null where history is too short), ``periods``.
    forecasts
        One row per series and coming period: ``series``, ``period`` (date or number), ``quantity`` and one column per
        quantile, such as ``q50`` and ``q95``.
    frequency
        ``year``, ``quarter``, ``month``, ``week``, ``day``, ``hour`` or ``period`` for numbered ones.
    """

    series: pl.DataFrame
    forecasts: pl.DataFrame
    frequency: str


def quantile_name(level: float) -> str:
    """Name of a quantile's column.

    >>> quantile_name(0.5), quantile_name(0.95), quantile_name(0.999)
    ('q50', 'q95', 'q99.9')
    """
    return "q" + f"{100 * level:05.2f}".rstrip("0").rstrip(".") if level < 0.1 else f"q{100 * level:.6g}"


def bare_forecast(
    history: pl.DataFrame, horizon: int | None, levels: tuple[float, ...], *, boost: bool = False
) -> BareForecast:
    """Forecasts of every series of ``history`` for ``horizon`` periods; by default as many as the frequency suggests.

    ``history`` has ``series`` (text), ``period`` (dates or whole numbers) and ``value``; a period without a row is
    zero between a series' first and the last of all, values that are no numbers are missing. With ``boost`` half of the
    forecast is by trees over all series, where that extra is installed.
    """
    frequency = usual_period(history["series"], history["period"])
    ahead = horizon or HORIZONS[frequency]
    gridded, last = _on_grid(history, frequency)
    keys = gridded.select("series").unique(maintain_order=True)
    lengths = gridded.group_by("series", maintain_order=True).len()["len"].to_numpy()
    pointers = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    known = np.ascontiguousarray(gridded["value"].to_numpy(), np.float64)
    values, shifts = levelled(known, pointers, SEASONS[frequency])
    test = max(min(ahead, 3 * max(SEASONS[frequency], 4) // 3), 1)
    span = engine.Span(SEASONS[frequency], ahead, young=3, test=test)
    shared = engine.share(values, pointers, span)
    found = engine.forecast(values, pointers, span, shared=shared)
    if boost:
        found = with_trees(values, pointers, found, span.season, seed=1)
    pool = engine.learn(values, pointers, span, shared)
    table = engine.quantiles(values, pointers, found, np.array(levels, dtype=np.float64), pool)
    return BareForecast(
        _series(keys, pointers, found, known, shifts >= 0).with_columns(alone=pl.lit(shared is None)),
        _forecasts(keys, last, frequency, found.mean, table, levels),
        frequency,
    )


def _on_grid(history: pl.DataFrame, frequency: str) -> tuple[pl.DataFrame, dt.date | int]:
    """Every series without gaps from its first period to the last of all, and that last one."""
    step = STEPS.get(frequency)
    dated = history.drop_nulls(["series", "period"])
    place = on_step("period", step) if step else pl.col("period").cast(pl.Int64)
    sums = dated.group_by("series", period=place).agg(
        value=pl.when(pl.col("value").is_finite().all()).then(pl.col("value").sum()).otherwise(float("nan"))
    )
    last = sums["period"].max()
    begin = sums.group_by("series").agg(first=pl.col("period").min())
    end = pl.lit(last)
    spans = pl.datetime_ranges if frequency == HOURLY else pl.date_ranges
    ranges = spans("first", end, step) if step else pl.int_ranges("first", end + 1)
    grid = begin.select("series", period=ranges).explode("period")
    filled = grid.join(sums, on=["series", "period"], how="left").with_columns(pl.col("value").fill_null(0.0))
    return filled.sort("series", "period"), last  # type: ignore[return-value]


def _series(
    keys: pl.DataFrame, pointers: Whole, found: engine.Outlook, known: Vector, shifted: npt.NDArray[np.bool_]
) -> pl.DataFrame:
    """What is known of every series, as of :class:`BareForecast`.

    ``growth`` is the mean expected as a share of that of the last periods, ``below`` how many values lie below zero.
    """
    parts = [known[begin:end] for begin, end in pairwise(pointers)]
    recent = np.array([np.nan_to_num(part[-RECENT:]).mean() for part in parts])
    mean = found.mean.mean(axis=1)
    regular = (found.method == engine.COMBINATION) & ~found.seasonal & (recent > 0.0)
    return keys.with_columns(
        pattern=pl.Series([PATTERNS[code] for code in found.pattern], dtype=pl.String),
        method=pl.Series(found.method, dtype=pl.Int64),
        seasonal=pl.Series(found.seasonal),
        mean=pl.Series(mean, dtype=pl.Float64),
        growth=pl.Series(np.divide(mean, recent, out=np.ones(mean.size), where=regular), dtype=pl.Float64),
        shifted=pl.Series(shifted),
        below=pl.Series([int((part < 0.0).sum()) for part in parts], dtype=pl.Int64),
        error=pl.Series(found.error).fill_nan(None),
        naive_error=pl.Series(found.naive_error).fill_nan(None),
        bias=pl.Series(found.bias).fill_nan(None),
        periods=pl.Series(np.diff(pointers), dtype=pl.Int64),
    )


def _forecasts(
    keys: pl.DataFrame,
    last: dt.date | int,
    frequency: str,
    mean: npt.NDArray[np.float64],
    table: npt.NDArray[np.float64],
    levels: tuple[float, ...],
) -> pl.DataFrame:
    horizon = mean.shape[1]
    if isinstance(last, int):
        coming = pl.Series("period", range(last + 1, last + 1 + horizon), dtype=pl.Int64)
    else:
        steps = pl.DataFrame({"step": range(1, horizon + 1)})
        unit = STEPS[frequency].removeprefix("1")
        coming = steps.select(period=pl.lit(last).dt.offset_by(pl.format("{}" + unit, "step")))["period"]
    rows = keys.select("series").join(coming.to_frame(), how="cross", maintain_order="left_right")
    return rows.with_columns(
        quantity=pl.Series(mean.ravel(), dtype=pl.Float64),
        **{quantile_name(level): pl.Series(table[:, :, k].ravel()) for k, level in enumerate(levels)},
    )
