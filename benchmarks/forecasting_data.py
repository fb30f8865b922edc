"""Series of a benchmark file: long (unique_id, ds, y) or wide (one row a series), with what is held back."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from quarterdeck.disciplines.demand.periods import numbered_columns, on_step, read_periods, usual_period

SEASONS = {"YEARLY": 1, "QUARTERLY": 4, "MONTHLY": 12, "WEEKLY": 52, "DAILY": 7, "HOURLY": 24, "OTHER": 1}
HORIZONS = {"YEARLY": 6, "QUARTERLY": 8, "MONTHLY": 12, "WEEKLY": 13, "DAILY": 28, "HOURLY": 48, "OTHER": 8}
STEPS = {"YEARLY": "1y", "QUARTERLY": "1q", "MONTHLY": "1mo", "WEEKLY": "1w", "DAILY": "1d", "HOURLY": "1h"}
NAMES = {
    "hour": "HOURLY",
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "quarter": "QUARTERLY",
    "year": "YEARLY",
}
LETTERS = {"Y": "YEARLY", "A": "YEARLY", "Q": "QUARTERLY", "M": "MONTHLY", "W": "WEEKLY", "D": "DAILY", "H": "HOURLY"}
OTHERS = {"1": "YEARLY", "4": "QUARTERLY", "12": "MONTHLY", "52": "WEEKLY", "7": "DAILY", "24": "HOURLY"}
VALUES = ("y", "quantity", "demand", "sales", "Scripts", "logmove")
TIMES = ("ds", "date", "week", "month")
DRIVERS = ("promotion", "promo", "event")
LEAST_KNOWN = 3
MOST_PERIODS = 20_000  # from a file's first to its last: dates further away are slips of the pen
LARGEST = 1e150  # the square of more overflows


@dataclass(frozen=True)
class Fold:
    """Series of one frequency: what is known, and what came after, both with NaN where nothing was recorded.

    ``known`` has one array per series, ``actual`` the shape (series, horizon); ``events`` holds for each series
    what drives it, over known and coming periods, and is empty where the file has nothing of the kind.
    """

    frequency: str
    known: list[np.ndarray]
    actual: np.ndarray
    events: list[np.ndarray] = field(default_factory=list)

    @property
    def horizon(self) -> int:
        """Periods held back."""
        return self.actual.shape[1]


def folds(path: Path, horizon: int | None, windows: int, *, weekly: bool = False) -> list[Fold]:
    """What the file holds, by frequency and length of the test; ``weekly`` sums days up to weeks first."""
    try:
        frame = pl.read_csv(path, try_parse_dates=True) if path.suffix == ".csv" else pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        _say(path, f"cannot be read: {str(error).splitlines()[0]}")
        return []
    frame = _named(frame)
    if not {"y", "ds"} <= set(frame.columns):
        return _cut("MONTHLY", [(row, row[:0]) for row in _wide(frame)], horizon, windows)
    frame = cleaned(frame, path)
    if frame.is_empty():
        return []
    if "split" in frame.columns and (found := _given(frame)):
        return found
    return _dated(whole_weeks(frame) if weekly else frame, horizon, windows, weekly=weekly)


def with_demand(parts: list[Fold], least: int) -> list[Fold]:
    """The series that had demand in at least so many of their known periods."""
    found = []
    for part in parts:
        rows = [k for k, known in enumerate(part.known) if np.count_nonzero(np.nan_to_num(known)) >= least]
        if rows:
            events = [part.events[k] for k in rows] if part.events else []
            found.append(Fold(part.frequency, [part.known[k] for k in rows], part.actual[rows], events))
    return found


def whole_weeks(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows without the first and the last week where the file begins or ends in the middle of them.

    A week is whole when it reaches from the first to the last of the weekdays that most weeks have.
    """
    if not frame["ds"].dtype.is_temporal():
        return frame
    days = frame.select(pl.col("ds").cast(pl.Date)).unique()["ds"]
    weekday, week = days.dt.weekday(), days.dt.truncate("1w")
    usual = weekday.value_counts().filter(pl.col("count") * 2 > week.n_unique())["ds"]
    first, last = days.min(), days.max()
    if usual.is_empty() or not isinstance(first, dt.date) or not isinstance(last, dt.date):
        return frame
    begin = dt.timedelta(days=8 - first.isoweekday() if first.isoweekday() > usual.min() else 0)
    end = dt.timedelta(days=last.isoweekday() if last.isoweekday() < usual.max() else 0)
    day = pl.col("ds").cast(pl.Date)
    return frame.filter((day >= first + begin) & (day <= last - end))


def _say(path: Path, what: str) -> None:
    sys.stderr.write(f"{path.name}: {what}.\n")


def cleaned(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """The rows that have a time, times as dates or whole numbers, values finite or missing; says what it changed."""
    ids = pl.col("unique_id").cast(pl.String).fill_null("") if "unique_id" in frame.columns else pl.lit("1")
    value = pl.col("y").cast(pl.Float64, strict=False)
    value = pl.when(value.is_finite()).then(value.clip(-LARGEST, LARGEST))
    table = frame.with_columns(unique_id=ids, y=value, ds=read_periods(frame["ds"]))
    if missing := int(table["y"].null_count()):
        _say(path, f"{missing} values are no finite numbers: missing")
    if undated := int(table["ds"].null_count()):
        _say(path, f"{undated} rows have no time: left out")
    table = table.drop_nulls("ds")
    if table.is_empty():
        return table
    keys = [name for name in ("unique_id", "ds", "split") if name in table.columns]
    if doubled := table.height - table.select(keys).unique().height:
        _say(path, f"{doubled} rows share series and time with another: added up")
    middle = table["ds"].median()
    reach = dt.timedelta(days=MOST_PERIODS) if table["ds"].dtype.is_temporal() else MOST_PERIODS
    near = table.filter((pl.col("ds") >= middle - reach) & (pl.col("ds") <= middle + reach))
    if far := table.height - near.height:
        _say(path, f"{far} rows lie more than {MOST_PERIODS:,} days or periods off the others: left out")
    return near


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the columns ``unique_id``, ``ds``, ``y`` wherever it has something of the kind."""
    value = next((name for name in VALUES if name in frame.columns), None)
    time = next((name for name in TIMES if name in frame.columns), None)
    if value is None or time is None:
        return frame
    keys = [name for name in ("unique_id", "store", "brand", "item", "site") if name in frame.columns]
    keys = keys[:1] if keys[:1] == ["unique_id"] else keys
    amount = pl.col(value).cast(pl.Float64, strict=False)
    return frame.with_columns(
        unique_id=pl.concat_str([pl.col(key).cast(pl.String) for key in keys], separator="/") if keys else pl.lit("1"),
        ds=pl.col(time),
        y=amount.exp() if value.startswith("log") else amount,
    )


def _wide(frame: pl.DataFrame) -> list[np.ndarray]:
    """The series of one row each, from their first to their last number."""
    columns = numbered_columns(frame)
    numbers = [pl.col(name).cast(pl.Float64, strict=False).fill_null(float("nan")) for name in columns]
    table = frame.select(numbers).to_numpy().clip(-LARGEST, LARGEST) if columns else np.empty((0, 0))
    known = [np.flatnonzero(np.isfinite(row)) for row in table]
    return [row[at[0] : at[-1] + 1] for row, at in zip(table, known, strict=True) if at.size]


def frequency_named(text: str) -> str:
    """The frequency that a file calls by its name, by pandas' letter or by its periods a year.

    >>> frequency_named("Monthly"), frequency_named("MS"), frequency_named("12"), frequency_named("odd")
    ('MONTHLY', 'MONTHLY', 'MONTHLY', 'OTHER')
    """
    name = text.strip().upper()
    if name in SEASONS:
        return name
    return OTHERS.get(name) or (LETTERS.get(name[:1], "OTHER") if len(name.split("-")[0]) <= 2 else "OTHER")


def _given(frame: pl.DataFrame) -> list[Fold]:
    """Series of a file that says itself which periods are held back."""
    columns = [pl.col("split").cast(pl.String).str.strip_chars()]
    usual = _usual(frame)
    columns += [_frequencies(usual)] if "freq" in frame.columns else [pl.lit(usual).alias("freq")]
    groups: dict[tuple[str, int], list[tuple[np.ndarray, np.ndarray]]] = {}
    text = frame.with_columns(columns).sort("unique_id", "ds")
    for _, group in text.group_by("unique_id", maintain_order=True):
        values = group["y"].cast(pl.Float64).fill_null(np.nan).to_numpy()
        train = (group["split"].str.to_lowercase() == "train").to_numpy()
        if train.any() and not train.all():
            key = (frequency_named(group["freq"][0]), int((~train).sum()))
            groups.setdefault(key, []).append((values[train], values[~train]))
    return [
        Fold(name, [known for known, _ in pairs], np.array([actual for _, actual in pairs]))
        for (name, _), pairs in sorted(groups.items())
    ]


def _frequencies(usual: str) -> pl.Expr:
    return pl.col("freq").cast(pl.String).fill_null(usual)


def _usual(frame: pl.DataFrame) -> str:
    """Frequency by the usual distance between the dates of a series; numbered periods are of an unknown one."""
    if not frame["ds"].dtype.is_temporal():
        return "WEEKLY" if "week" in frame.columns else "OTHER"
    return NAMES[usual_period(frame["unique_id"], frame["ds"])]


def _dated(frame: pl.DataFrame, horizon: int | None, windows: int, *, weekly: bool) -> list[Fold]:
    if "freq" in frame.columns:
        found = []
        named = frame.with_columns(_frequencies(_usual(frame)))
        for (name,), part in named.group_by("freq", maintain_order=True):
            found += _cut(frequency_named(str(name)), _regular(part, frequency_named(str(name))), horizon, windows)
        return found
    frequency = "WEEKLY" if weekly else _usual(frame)
    return _cut(frequency, _regular(frame, frequency, sparse=weekly), horizon, windows)


def _regular(frame: pl.DataFrame, frequency: str, *, sparse: bool = False) -> list[tuple[np.ndarray, np.ndarray]]:
    """Each series without gaps up to the file's last period, and what drives it.

    A period without a row is zero, but missing where no series of the file has one: then everything was closed.
    """
    drivers = [name for name in DRIVERS if name in frame.columns]
    step = STEPS.get(frequency, STEPS.get(_usual(frame))) if frame["ds"].dtype.is_temporal() else None
    if step:
        frame = frame.with_columns(on_step("ds", step))
    given = frame.group_by("unique_id", "ds").agg(
        pl.when(pl.col("y").is_null().any() & (not sparse)).then(None).otherwise(pl.col("y").sum()).alias("y"),
        *(pl.col(name).cast(pl.Float64).mean() for name in drivers),
    )
    every = _periods(given["ds"], step)
    number = {day: k for k, day in enumerate(every)}
    open_days = np.isin(np.arange(len(every)), [number[day] for day in given["ds"].unique()])
    place = pl.Series([number[day] for day in given["ds"]], dtype=pl.Int64)
    series = []
    for group in given.with_columns(place=place).sort("unique_id", "place").partition_by("unique_id"):
        values = np.where(open_days, 0.0, np.nan)
        at = group["place"].to_numpy()
        values[at] = group["y"].cast(pl.Float64).fill_null(np.nan).to_numpy()
        driven = np.zeros((values.size, len(drivers)))
        driven[at] = group.select(pl.col(drivers).fill_null(0.0)).to_numpy() if drivers else 0.0
        series.append((values[at[0] :], driven[at[0] :]))
    return series


def _periods(times: pl.Series, step: str | None) -> list[dt.date] | list[int]:
    if step:
        span = pl.datetime_range if isinstance(times.dtype, pl.Datetime) else pl.date_range
        return span(times.min(), times.max(), step, eager=True).to_list()
    return list(range(int(times.min()), int(times.max()) + 1))


def _first(values: np.ndarray, end: int) -> int:
    """Place of the first value before ``end`` that is not zero, or -1."""
    began = np.flatnonzero(np.nan_to_num(values[: max(end, 0)]) != 0)
    return int(began[0]) if began.size else -1


def _cut(frequency: str, series: list[tuple[np.ndarray, np.ndarray]], horizon: int | None, windows: int) -> list[Fold]:
    longest = max((values.size for values, _ in series), default=0)
    length = horizon or min(HORIZONS[frequency], max(longest // 4, 1))  # short files hold back less
    found = []
    for window in range(windows):
        known, actual, events = [], [], []
        rows = [(values, driven, values.size - window * length) for values, driven in series]
        cuts = [(values, driven, end, _first(values, end - length)) for values, driven, end in rows]
        quiet = all(first < 0 for _, _, _, first in cuts)  # nothing but zeros: then these are forecast
        for values, driven, end, found_first in cuts:
            first = 0 if quiet else found_first
            held = values[max(end - length, 0) : end]
            if first >= 0 and end - length - first >= LEAST_KNOWN and np.isfinite(held).any():
                known.append(values[first : end - length])
                actual.append(held)
                events.append(driven[first:end])
        if known:
            wanted = events if any(each.size and each.any() for each in events) else []
            found.append(Fold(frequency, known, np.array(actual), wanted))
    return found
