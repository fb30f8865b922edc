"""Series of a benchmark file: long (unique_id, ds, y) or wide (one row a series), with what is held back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

SEASONS = {"YEARLY": 1, "QUARTERLY": 4, "MONTHLY": 12, "WEEKLY": 52, "DAILY": 7, "OTHER": 1}
HORIZONS = {"YEARLY": 6, "QUARTERLY": 8, "MONTHLY": 12, "WEEKLY": 13, "DAILY": 28, "OTHER": 8}


@dataclass(frozen=True)
class Fold:
    """Series of one frequency: what is known, and what came after, shape (series, horizon)."""

    frequency: str
    known: list[np.ndarray]
    actual: list[np.ndarray]


def folds(path: Path, horizon: int | None, windows: int, *, weekly: bool) -> list[Fold]:
    """What the file holds, by frequency and length of the test; ``weekly`` sums days up to weeks first."""
    frame = pl.read_parquet(path)
    if "y" not in frame.columns:
        return _cut("MONTHLY", _wide(frame), horizon, windows)
    if "split" in frame.columns:
        return _given(frame)
    frame = frame.with_columns(pl.col("ds").cast(pl.Date))
    frequency = _frequency(frame)
    series = _regular(frame, "WEEKLY" if weekly else frequency)
    return _cut("WEEKLY" if weekly else frequency, series, horizon, windows)


def _wide(frame: pl.DataFrame) -> list[np.ndarray]:
    columns = [name for name in frame.columns if name.isdigit()]
    table = frame.select(pl.col(columns).cast(pl.Float64)).to_numpy()
    return [row[np.isfinite(row)] for row in table]


def _given(frame: pl.DataFrame) -> list[Fold]:
    found: dict[tuple[str, int], Fold] = {}
    text = frame.with_columns(pl.col("split", "freq").cast(pl.String)).sort("unique_id", "ds")
    for _, group in text.group_by("unique_id", maintain_order=True):
        frequency = group["freq"][0]
        train = group.filter(pl.col("split") == "train")["y"].to_numpy().astype(float)
        test = group.filter(pl.col("split") != "train")["y"].to_numpy().astype(float)
        fold = found.setdefault((frequency, test.size), Fold(frequency, [], []))
        fold.known.append(train)
        fold.actual.append(test)
    return [found[key] for key in sorted(found)]


def _frequency(frame: pl.DataFrame) -> str:
    gaps = frame.sort("unique_id", "ds").select(gap=pl.col("ds").diff().over("unique_id").dt.total_days())["gap"]
    usual = gaps.drop_nulls().median() or 1
    limits = ((300, "YEARLY"), (80, "QUARTERLY"), (27, "MONTHLY"), (6.5, "WEEKLY"))
    return next((name for days, name in limits if usual >= days), "DAILY")


def _regular(frame: pl.DataFrame, frequency: str) -> list[np.ndarray]:
    """Each series without gaps up to the file's last period, missing periods being zero."""
    step = {"YEARLY": "1y", "QUARTERLY": "1q", "MONTHLY": "1mo", "WEEKLY": "1w", "DAILY": "1d"}[frequency]
    summed = frame.with_columns(pl.col("ds").dt.truncate(step)).group_by("unique_id", "ds")
    table = summed.agg(pl.col("y").cast(pl.Float64).sum()).sort("ds")
    every = pl.date_range(table["ds"].min(), table["ds"].max(), step, eager=True)
    number = {day: k for k, day in enumerate(every)}
    place = np.array([number[day] for day in table["ds"]])
    series = []
    ordered = table.with_columns(place=pl.Series(place)).sort("unique_id", "place")
    for _, group in ordered.group_by("unique_id", maintain_order=True):
        first = group["place"][0]
        values = np.zeros(len(every) - first)
        values[group["place"].to_numpy() - first] = group["y"].to_numpy()
        series.append(values)
    return series


def _cut(frequency: str, series: list[np.ndarray], horizon: int | None, windows: int) -> list[Fold]:
    longest = max((values.size for values in series), default=0)
    length = horizon or min(HORIZONS[frequency], max(longest // 4, 1))  # short files hold back less
    found = []
    for window in range(windows):
        known, actual = [], []
        for values in series:
            end = values.size - window * length
            began = np.flatnonzero(values[: max(end - length, 0)] != 0)
            if began.size and end - length - began[0] >= 3:
                known.append(values[began[0] : end - length])
                actual.append(values[end - length : end])
        if known:
            found.append(Fold(frequency, known, actual))
    return found
