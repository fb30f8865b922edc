"""Values of other systems read as text, moments, durations, numbers and yes or no: polars in, polars out."""

from __future__ import annotations

import polars as pl

DURATION_UNITS = {"seconds": 1.0, "minutes": 60.0, "hours": 3_600.0, "days": 86_400.0}
YES = ("true", "yes", "y", "1", "1.0", "x")
NO = ("false", "no", "n", "0", "0.0")
_DATE = r"^(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})"
_CLOCK = r"^(?:(\d+) (?:days?,? )?)?(\d+):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?$"
_AMOUNT = r"(\d+(?:\.\d+)?)"
_SPELT = rf"(?i)^P(?:{_AMOUNT}W)?(?:{_AMOUNT}D)?(?:T(?:{_AMOUNT}H)?(?:{_AMOUNT}M)?(?:{_AMOUNT}S)?)?$"
_SHEET_SPAN = r"^(1899-12-3\d|19[0-4]\d-\d\d-\d\d) \d\d?:\d\d:\d\d(?:\.\d+)?$"
_MOMENTS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%d %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y")


def trimmed(value: pl.Expr) -> pl.Expr:
    """The value as text without blanks around it."""
    return value.cast(pl.String).str.strip_chars()


def as_text(value: pl.Expr) -> pl.Expr:
    """Any value as text; whole numbers without decimals, as people write them in codes."""
    return value.cast(pl.String).str.replace(r"^(-?\d+)\.0$", "${1}")


def as_number(value: pl.Expr) -> pl.Expr:
    """A number, or the number a text holds; empty if it is none."""
    return trimmed(value).str.replace_all(r"[\s_]", "").str.strip_suffix("%").cast(pl.Float64, strict=False)


def as_flag(value: pl.Expr) -> pl.Expr:
    """Yes or no, however it is written; empty if it is neither."""
    written = trimmed(value).str.to_lowercase()
    return pl.when(written.is_in(YES)).then(statement=True).when(written.is_in(NO)).then(statement=False)


def as_moment(value: pl.Expr) -> pl.Expr:
    """A date, a date and time, or text of either (year first or day first) as a wall-clock time."""
    written = trimmed(value).str.replace(_DATE, "${1}-${2}-${3}").str.replace(r"(\d)T(\d)", "${1} ${2}")
    written = written.str.replace(r"\s+", " ").str.replace(r"(?i)(\.\d+)?\s*([ap]m|z)?$", "")
    read = [written.str.to_datetime(pattern, strict=False, time_unit="us") for pattern in _MOMENTS]
    afternoon = trimmed(value).str.contains(r"(?i)\b(0?[1-9]|1[01]):\d\d(:\d\d)?\s*pm$").fill_null(value=False)
    return pl.coalesce(read) + pl.when(afternoon).then(pl.duration(hours=12)).otherwise(pl.duration(hours=0))


def as_seconds(value: pl.Expr, unit: pl.Expr) -> pl.Expr:
    """A duration in seconds: a number counts ``unit`` each; ``H:MM``, ``D H:MM:SS`` and ``P1DT2H`` are read."""
    told = trimmed(value)
    days = _sheet_days(told.str.extract(_SHEET_SPAN, 1))
    written = told.str.replace(r"^(1899-12-3\d|19[0-4]\d-\d\d-\d\d) ", "").str.replace(r"\.0+$", "")
    parts = [written.str.extract(_CLOCK, group).cast(pl.Float64).fill_null(0.0) for group in (1, 2, 3, 4)]
    sizes = (86_400.0, 3_600.0, 60.0, 1.0)
    clock = pl.sum_horizontal([part * size for part, size in zip(parts, sizes, strict=True)])
    spelt = pl.sum_horizontal([
        written.str.extract(_SPELT, group).cast(pl.Float64).fill_null(0.0) * size
        for group, size in zip(range(1, 6), (604_800.0, *sizes), strict=True)
    ])  # fmt: skip
    known = (
        pl.when(written.str.contains(_CLOCK))
        .then(clock + days * 86_400.0)
        .when(written.str.contains(_SPELT))
        .then(spelt)
    )
    return known.otherwise(as_number(value) * unit)


def _sheet_days(day: pl.Expr) -> pl.Expr:
    """Whole days of a span kept as a date: since 31 December 1899, as if 1900 had had a 29 February."""
    read = day.str.to_date("%Y-%m-%d", strict=False)
    days = (read - pl.date(1899, 12, 31)).dt.total_days()
    return (days + (read >= pl.date(1900, 3, 1)).cast(pl.Int64)).clip(lower_bound=0).fill_null(0).cast(pl.Float64)


def clock_time(minutes: pl.Expr) -> pl.Expr:
    """Minutes since midnight as ``HH:MM``, past midnight from 00:00 again."""
    whole = minutes.floor().cast(pl.Int64, strict=False) % (24 * 60)
    return pl.format("{}:{}", two_digits(whole // 60), two_digits(whole % 60))


def two_digits(value: pl.Expr) -> pl.Expr:
    """A whole number with a leading zero where it has one digit."""
    return value.cast(pl.String).str.zfill(2)


def between(first: pl.Expr, last: pl.Expr, unit: str) -> pl.Expr:
    """Time from one date to another in a unit of :data:`DURATION_UNITS`."""
    span = as_moment(last) - as_moment(first)
    return span.dt.total_seconds().cast(pl.Float64) / DURATION_UNITS[unit]


def span(count: pl.Expr, unit: str) -> pl.Expr:
    """So many days, hours or seconds, to add to a date or take from it."""
    return pl.duration(
        microseconds=(count.cast(pl.Float64) * (DURATION_UNITS[unit] * 1e6)).cast(pl.Int64, strict=False)
    )
