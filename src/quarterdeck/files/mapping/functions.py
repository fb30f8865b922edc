"""The functions a mapping expression may call: each with its arguments, meaning and polars form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import polars as pl

DURATION_UNITS = {"seconds": 1.0, "minutes": 60.0, "hours": 3_600.0, "days": 86_400.0}
Build = Callable[..., pl.Expr]


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language.

    Parameters
    ----------
    name, arguments
        As a user writes it; ``…`` repeats the last argument.
    meaning
        One sentence.
    build
        Polars expressions in, one out. Arguments listed in ``plain`` (by position) arrive as Python values.
    fewest, most
        How many arguments it takes; no ``most`` means any number.
    """

    name: str
    arguments: str
    meaning: str
    build: Build
    fewest: int
    most: int | None
    plain: tuple[int, ...] = ()


def _choose(*parts: pl.Expr) -> pl.Expr:
    otherwise = parts[-1] if len(parts) % 2 else pl.lit(None)
    pairs = [(parts[i], parts[i + 1]) for i in range(0, len(parts) - 1, 2)]
    return reduce(lambda rest, pair: pl.when(pair[0]).then(pair[1]).otherwise(rest), reversed(pairs), otherwise)


def as_text(value: pl.Expr) -> pl.Expr:
    """Any value as text; whole numbers without decimals, as people write them in codes."""
    return value.cast(pl.String).str.replace(r"^(-?\d+)\.0$", "${1}")


def as_moment(value: pl.Expr) -> pl.Expr:
    """A date, date and time, or text of either as a wall-clock time."""
    written = (
        value.cast(pl.String).str.strip_chars().str.replace(r"^(\d{1,4})[/.](\d{1,2})[/.](\d{1,4})", "${1}-${2}-${3}")
    )
    written = (
        written.str.replace(r"(\d)T(\d)", "${1} ${2}")
        .str.replace(r"\s+", " ")
        .str.replace(r"(?i)(\.\d+)?\s*([ap]m)?$", "")
    )
    patterns = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%d %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y")
    return pl.coalesce(written.str.to_datetime(pattern, strict=False, time_unit="us") for pattern in patterns)


def _clock(minutes: pl.Expr) -> pl.Expr:
    whole = minutes.round().cast(pl.Int64) % (24 * 60)
    return pl.format("{}:{}", _two_digits(whole // 60), _two_digits(whole % 60))


def _two_digits(value: pl.Expr) -> pl.Expr:
    return value.cast(pl.String).str.zfill(2)


def as_seconds(value: pl.Expr, unit: str = "seconds") -> pl.Expr:
    """A duration in seconds: a number counts in ``unit``; ``H:MM``, ``H:MM:SS`` and ``D H:MM:SS`` are read."""
    if unit not in DURATION_UNITS:
        raise ValueError(f"Expected one of {', '.join(DURATION_UNITS)} as unit, got {unit!r}.")
    written = value.cast(pl.String).str.strip_chars().str.replace(r"^(1899-12-3\d|1900-01-0\d) ", "")
    pattern = r"^(?:(\d+) (?:days?,? )?)?(\d+):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?$"
    parts = [written.str.extract(pattern, group).cast(pl.Float64).fill_null(0.0) for group in (1, 2, 3, 4)]
    clock = sum((part * size for part, size in zip(parts, (86_400, 3_600, 60, 1), strict=True)), pl.lit(0.0))
    plain = written.cast(pl.Float64, strict=False) * DURATION_UNITS[unit]
    return pl.when(written.str.contains(pattern)).then(clock).otherwise(plain)


def _between(unit: str) -> Build:
    def build(first: pl.Expr, last: pl.Expr) -> pl.Expr:
        span = as_moment(last) - as_moment(first)
        return span.dt.total_seconds().cast(pl.Float64) / DURATION_UNITS[unit]

    return build


def _span(unit: str) -> Build:
    def build(count: pl.Expr) -> pl.Expr:
        return pl.duration(microseconds=(count * (DURATION_UNITS[unit] * 1e6)).cast(pl.Int64))

    return build


def _number(value: pl.Expr) -> pl.Expr:
    return value.cast(pl.String).str.strip_chars().str.strip_suffix("%").cast(pl.Float64, strict=False)


def _fold(method: Callable[..., pl.Expr]) -> Build:
    return lambda *parts: method(*parts)


def _robust_std(value: pl.Expr) -> pl.Expr:
    """1.4826 × the median absolute deviation: the standard deviation of a normal spread, blind to outliers."""
    return (value - value.median()).abs().median() * 1.4826


_ROWWISE = (
    Function("if", "condition, value, …, otherwise", "The value of the first condition that holds", _choose, 2, None),
    Function("coalesce", "value, …", "The first value that is not empty", _fold(pl.coalesce), 1, None),
    Function("missing", "value", "Whether the value is empty", lambda x: x.is_null() | (x.cast(pl.String) == ""), 1, 1),
    Function(
        "present",
        "value",
        "Whether the value is not empty",
        lambda x: x.is_not_null() & (x.cast(pl.String) != ""),
        1,
        1,
    ),
    Function("least", "value, …", "The smallest of the values in the row", _fold(pl.min_horizontal), 1, None),
    Function("greatest", "value, …", "The largest of the values in the row", _fold(pl.max_horizontal), 1, None),
    Function("abs", "number", "The number without its sign", lambda x: x.abs(), 1, 1),
    Function("round", "number, digits", "The number rounded", lambda x, digits=0: x.round(int(digits)), 1, 2, (1,)),
    Function("floor", "number", "The next whole number below", lambda x: x.floor(), 1, 1),
    Function("ceil", "number", "The next whole number above", lambda x: x.ceil(), 1, 1),
    Function("number", "value", "The value as a number; empty if it is none", _number, 1, 1),
    Function("whole", "value", "The value as a whole number", lambda x: _number(x).round().cast(pl.Int64), 1, 1),
    Function("text", "value", "The value as text", as_text, 1, 1),
    Function(
        "concat",
        "value, …",
        "The values as one text; empty ones are skipped",
        lambda *x: pl.concat_str([as_text(v) for v in x], ignore_nulls=True),
        1,
        None,
    ),
    Function("trim", "text", "The text without spaces around it", lambda x: as_text(x).str.strip_chars(), 1, 1),
    Function("upper", "text", "The text in capitals", lambda x: as_text(x).str.to_uppercase(), 1, 1),
    Function("lower", "text", "The text in small letters", lambda x: as_text(x).str.to_lowercase(), 1, 1),
    Function(
        "left", "text, count", "The first characters", lambda x, count: as_text(x).str.head(int(count)), 2, 2, (1,)
    ),
    Function(
        "right", "text, count", "The last characters", lambda x, count: as_text(x).str.tail(int(count)), 2, 2, (1,)
    ),
    Function(
        "replace",
        "text, old, new",
        "The text with every old part replaced",
        lambda x, old, new: as_text(x).str.replace_all(str(old), str(new), literal=True),
        3,
        3,
        (1, 2),
    ),
    Function(
        "contains",
        "text, part",
        "Whether the text has the part in it",
        lambda x, part: as_text(x).str.contains(str(part), literal=True),
        2,
        2,
        (1,),
    ),
    Function(
        "starts_with",
        "text, part",
        "Whether the text starts with the part",
        lambda x, part: as_text(x).str.starts_with(str(part)),
        2,
        2,
        (1,),
    ),
    Function(
        "day",
        "value",
        "The calendar day of a date, a date and time, or a text of either",
        lambda x: as_moment(x).dt.date(),
        1,
        1,
    ),
    Function("moment", "value", "The date and time of a date, a date and time, or a text of either", as_moment, 1, 1),
    Function("year", "date", "The year", lambda x: as_moment(x).dt.year(), 1, 1),
    Function("month", "date", "The month, 1 to 12", lambda x: as_moment(x).dt.month(), 1, 1),
    Function("weekday", "date", "The day of the week, Monday being 1", lambda x: as_moment(x).dt.weekday(), 1, 1),
    Function("week_start", "date", "The Monday of the week", lambda x: as_moment(x).dt.truncate("1w").dt.date(), 1, 1),
    Function(
        "month_start", "date", "The first day of the month", lambda x: as_moment(x).dt.truncate("1mo").dt.date(), 1, 1
    ),
    Function("days", "count", "A span of days, to add to a date or take from it", _span("days"), 1, 1),
    Function("hours", "count", "A span of hours", _span("hours"), 1, 1),
    Function("seconds", "count", "A span of seconds", _span("seconds"), 1, 1),
    Function("days_between", "first, last", "Days from the first date to the last", _between("days"), 2, 2),
    Function("hours_between", "first, last", "Hours from the first date to the last", _between("hours"), 2, 2),
    Function(
        "duration",
        "value, unit",
        "Seconds of a duration: a number in the unit (seconds unless told), or H:MM:SS",
        as_seconds,
        1,
        2,
        (1,),
    ),
    Function("clock", "minutes", "Minutes since midnight as HH:MM", _clock, 1, 1),
    Function(
        "row_number",
        "column, …",
        "1, 2, 3 … within the rows that share the columns, in their order",
        lambda *keys: pl.int_range(1, pl.len() + 1).over(keys) if keys else pl.int_range(1, pl.len() + 1),
        0,
        None,
    ),
)
_AGGREGATES = (
    Function("count", "", "How many rows", lambda: pl.len().cast(pl.Int64), 0, 0),
    Function("distinct", "value", "How many different values", lambda x: x.n_unique().cast(pl.Int64), 1, 1),
    Function("sum", "number", "The sum", lambda x: x.sum(), 1, 1),
    Function("mean", "number", "The mean", lambda x: x.mean(), 1, 1),
    Function("median", "number", "The middle value", lambda x: x.median(), 1, 1),
    Function("std", "number", "The standard deviation", lambda x: x.std(), 1, 1),
    Function("robust_std", "number", "The standard deviation with outliers left out of account", _robust_std, 1, 1),
    Function(
        "quantile",
        "number, share",
        "The value below which that share of the rows lies",
        lambda x, share: x.quantile(float(share), interpolation="linear"),
        2,
        2,
        (1,),
    ),
    Function("minimum", "value", "The smallest", lambda x: x.min(), 1, 1),
    Function("maximum", "value", "The largest", lambda x: x.max(), 1, 1),
    Function("first", "value", "The first that is not empty", lambda x: x.drop_nulls().first(), 1, 1),
    Function("last", "value", "The last that is not empty", lambda x: x.drop_nulls().last(), 1, 1),
    Function("any", "condition", "Whether it holds for some row", lambda x: x.any(), 1, 1),
    Function("all", "condition", "Whether it holds for every row", lambda x: x.all(), 1, 1),
)

FUNCTIONS: dict[str, Function] = {function.name: function for function in (*_ROWWISE, *_AGGREGATES)}
AGGREGATES: frozenset[str] = frozenset(function.name for function in _AGGREGATES)
