"""Times of a bare history as they stand in files: days, moments, months or numbers, and how far they lie apart."""

from __future__ import annotations

import re

import polars as pl

HOURLY, DAILY, WEEKLY, MONTHLY, QUARTERLY, YEARLY, NUMBERED = (
    "hour", "day", "week", "month", "quarter", "year", "period",
)  # fmt: skip
STEPS = {YEARLY: "1y", QUARTERLY: "1q", MONTHLY: "1mo", WEEKLY: "1w", DAILY: "1d", HOURLY: "1h"}
LIMITS = ((300.0, YEARLY), (80.0, QUARTERLY), (27.0, MONTHLY), (6.5, WEEKLY), (0.8, DAILY))  # days
DAY_SECONDS = 86_400.0
LEAST_COLUMNS = 4
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y")
MONTHS = ("%Y-%m", "%Y/%m", "%m.%Y", "%m/%Y", "%Y%m", "%b %Y", "%B %Y", "%b-%Y", "%b-%y", "%b %y")
MOMENTS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M")
QUARTERS = (r"^(?P<y>\d{4})\D{0,2}[Qq](?P<q>[1-4])$", r"^[Qq](?P<q>[1-4])\D{0,2}(?P<y>\d{4})$")
WEEK = r"^(\d{4})\D{0,2}W(\d{1,2})$"
EARLIEST, LATEST = 1700, 2300  # years taken for years


def read_periods(times: pl.Series) -> pl.Series:
    """The times as days, as moments where they differ within days, or as whole numbers; null where unreadable.

    >>> read_periods(pl.Series(["2024-01", "2024-02", "?"])).to_list()
    [datetime.date(2024, 1, 1), datetime.date(2024, 2, 1), None]
    >>> read_periods(pl.Series(["7", "8"])).to_list(), read_periods(pl.Series([7.0, 8.0])).to_list()
    ([7, 8], [7, 8])
    """
    if times.dtype in (pl.Date, pl.Datetime):
        return _days_or_moments(times)
    if times.dtype.is_numeric():
        return _read_numbers(times)
    if times.dtype.is_temporal() or times.dtype.is_nested() or times.dtype in (pl.Boolean, pl.Null):
        return pl.Series(times.name, [None] * times.len(), dtype=pl.Int64)
    return _read_texts(times.cast(pl.String, strict=False).str.strip_chars())


def _days_or_moments(times: pl.Series) -> pl.Series:
    if not isinstance(times.dtype, pl.Datetime):
        return times.cast(pl.Date)
    moments = times.dt.replace_time_zone(None).cast(pl.Datetime("us"))
    return moments if moments.drop_nulls().dt.hour().n_unique() > 1 else moments.cast(pl.Date)


def _read_numbers(times: pl.Series) -> pl.Series:
    """Whole numbers; days or months where all are written like ``20240131`` or ``202401``."""
    whole = times.cast(pl.Int64, strict=False)
    texts = whole.cast(pl.String)
    for form, length in (("%Y%m%d", 8), ("%Y%m", 6)):
        days = _in_years(_days(texts, form))
        if 0 < days.count() == whole.count() == (texts.str.len_chars() == length).sum():
            return days
    return whole


def _read_texts(texts: pl.Series) -> pl.Series:
    """Whatever way of writing times reads most of the texts; of those that read equally many the first."""
    moments = texts.str.replace("T", " ").str.slice(0, 19)
    found = [_days_or_moments(moments.str.to_datetime(form, strict=False, time_unit="us")) for form in MOMENTS]
    found.append(_whole(texts))
    found += [_days(texts.str.slice(0, 10).str.strip_chars(), form) for form in DAYS]
    found += [_days(texts, form) for form in MONTHS]
    found += [_quarters(texts), _weeks(texts)]
    return max(map(_in_years, found), key=lambda each: each.count())


def _in_years(times: pl.Series) -> pl.Series:
    """The times, null where their year is none that a history has."""
    if not times.dtype.is_temporal():
        return times
    return times.to_frame("t").select(pl.when(pl.col("t").dt.year().is_between(EARLIEST, LATEST)).then("t"))["t"]


def _whole(texts: pl.Series) -> pl.Series:
    """Whole numbers, but where they are written as days or months."""
    numbers = texts.cast(pl.Float64, strict=False)
    whole = numbers.to_frame("t").select(pl.when(pl.col("t") == pl.col("t").round()).then("t"))["t"]
    return _read_numbers(whole)


def _days(texts: pl.Series, form: str) -> pl.Series:
    """Days, or the first days of months."""
    if "%d" not in form:
        texts, form = "1 " + texts, "%d " + form
    return texts.str.to_date(form, strict=False)


def _quarters(texts: pl.Series) -> pl.Series:
    parts = [texts.str.extract_groups(form).struct.unnest() for form in QUARTERS]
    year, quarter = (pl.select(pl.coalesce(*(part[name] for part in parts))).to_series() for name in "yq")
    month = quarter.cast(pl.Int64) * 3 - 2
    return (year + "-" + month.cast(pl.String) + "-1").str.to_date("%Y-%m-%d", strict=False)


def _weeks(texts: pl.Series) -> pl.Series:
    """The Mondays of weeks such as ``2024-W05``."""
    week = texts.str.extract(WEEK, 2).str.zfill(2)
    return (texts.str.extract(WEEK, 1) + "-" + week + "-1").str.to_date("%G-%V-%u", strict=False)


def usual_period(series: pl.Series, periods: pl.Series) -> str:
    """What a period is, by the usual distance between the times of a series.

    >>> days = pl.Series(["2024-01-31", "2024-02-29", "2024-03-31"])
    >>> usual_period(pl.Series(["a"] * 3), read_periods(days))
    'month'
    """
    if not periods.dtype.is_temporal():
        return NUMBERED
    frame = pl.DataFrame({"series": series, "period": periods.cast(pl.Datetime("us"))}).drop_nulls("period")
    gaps = frame.unique().sort("series", "period").select(gap=pl.col("period").diff().over("series"))["gap"]
    usual = gaps.drop_nulls().dt.total_seconds().median()
    distance = float(usual) / DAY_SECONDS if isinstance(usual, int | float) else 1.0
    return next((name for days, name in LIMITS if distance >= days), HOURLY)


def on_step(column: str, step: str) -> pl.Expr:
    """The times in ``column`` at the beginning of their periods, as days or, for hours, as moments."""
    if step == STEPS[HOURLY]:
        return pl.col(column).cast(pl.Datetime("us")).dt.truncate(step)
    return pl.col(column).cast(pl.Date).dt.truncate(step)


def numbered_columns(frame: pl.DataFrame) -> list[str]:
    """Columns of numbers named by their period, such as ``0``, ``1`` … or ``t1``, ``t2`` …, in the order of these.

    >>> numbered_columns(pl.DataFrame({"id": ["x"], "m10": [1], "m9": [2], "m8": [0], "m7": [3], "y2": [4]}))
    ['m7', 'm8', 'm9', 'm10']
    """
    groups: dict[str, list[tuple[int, str]]] = {}
    for name in frame.columns:
        found = re.fullmatch(r"\s*(\D{0,12}?)(\d{1,9})\s*", name)
        if found:
            groups.setdefault(found[1], []).append((int(found[2]), name))
    plain = groups.get("", [])
    best = plain or max(groups.values(), key=len, default=[])
    return [name for _, name in sorted(best)] if plain or len(best) >= LEAST_COLUMNS else []
