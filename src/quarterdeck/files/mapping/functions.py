"""The functions a mapping expression may call: each with its arguments, meaning and polars form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

import polars as pl

from quarterdeck.files.mapping import values

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
    fewest: int = 1
    most: int | None = 1
    plain: tuple[int, ...] = ()


def _choose(*parts: pl.Expr) -> pl.Expr:
    otherwise = parts[-1] if len(parts) % 2 else pl.lit(None)
    pairs = [(parts[i], parts[i + 1]) for i in range(0, len(parts) - 1, 2)]
    return reduce(lambda rest, pair: pl.when(pair[0]).then(pair[1]).otherwise(rest), reversed(pairs), otherwise)


def _missing(value: pl.Expr) -> pl.Expr:
    return value.is_null() | (value.cast(pl.String) == "")


def _concat(*parts: pl.Expr, separator: str = "") -> pl.Expr:
    return pl.concat_str([values.as_text(part) for part in parts], separator=separator, ignore_nulls=True)


def _joined(separator: Any, *parts: pl.Expr) -> pl.Expr:  # noqa: ANN401 - a plain value of the expression
    return _concat(*parts, separator=str(separator))


def _duration(value: pl.Expr, unit: pl.Expr | None = None) -> pl.Expr:
    return values.as_seconds(value, pl.lit(1.0) if unit is None else unit)


_days_between = partial(values.between, unit="days")
_hours_between = partial(values.between, unit="hours")


def _day(value: pl.Expr) -> pl.Expr:
    return values.as_moment(value).dt.date()


def _truncated(value: pl.Expr, to: str) -> pl.Expr:
    return values.as_moment(value).dt.truncate(to).dt.date()


def _row_number(*keys: pl.Expr) -> pl.Expr:
    numbers = pl.int_range(1, pl.len() + 1)
    return numbers.over(keys) if keys else numbers


def _replace(value: pl.Expr, old: Any, new: Any) -> pl.Expr:  # noqa: ANN401 - plain values of the expression
    return values.as_text(value).str.replace_all(str(old), str(new), literal=True)


def _left(value: pl.Expr, count: Any) -> pl.Expr:  # noqa: ANN401 - a plain value of the expression
    return values.as_text(value).str.head(int(count))


def _right(value: pl.Expr, count: Any) -> pl.Expr:  # noqa: ANN401 - a plain value of the expression
    return values.as_text(value).str.tail(int(count))


def _robust_std(value: pl.Expr) -> pl.Expr:
    """1.4826 × the median absolute deviation: the standard deviation of a normal spread, blind to outliers."""
    return (value - value.median()).abs().median() * 1.4826


def _quantile(value: pl.Expr, share: Any) -> pl.Expr:  # noqa: ANN401 - a plain value of the expression
    return value.quantile(float(share), interpolation="linear")


def _listed(value: pl.Expr) -> pl.Expr:
    return values.as_text(_present_values(value)).str.join(", ")


def _present_values(value: pl.Expr) -> pl.Expr:
    return value.filter(value.is_not_null())


_CHOICES = (
    Function("if", "condition, value, …, otherwise", "The value of the first condition that holds", _choose, 2, None),
    Function("coalesce", "value, …", "The first value that is not empty", pl.coalesce, 1, None),
    Function("missing", "value", "Whether the value is empty", _missing),
    Function("present", "value", "Whether the value is not empty", lambda x: ~_missing(x)),
)
_NUMBERS = (
    Function("number", "value", "The value as a number; empty if it is none", values.as_number),
    Function(
        "whole", "value", "The nearest whole number", lambda x: values.as_number(x).round().cast(pl.Int64, strict=False)
    ),
    Function("flag", "value", "Yes or no, written as true, yes, y, 1, x or their opposites", values.as_flag),
    Function("abs", "number", "The number without its sign", lambda x: x.abs()),
    Function("round", "number, digits", "The number rounded", lambda x, digits=0: x.round(int(digits)), 1, 2, (1,)),
    Function("floor", "number", "The next whole number below", lambda x: x.floor()),
    Function("ceil", "number", "The next whole number above", lambda x: x.ceil()),
    Function("least", "value, …", "The smallest of the values in the row", pl.min_horizontal, 1, None),
    Function("greatest", "value, …", "The largest of the values in the row", pl.max_horizontal, 1, None),
)
_TEXTS = (
    Function("text", "value", "The value as text", values.as_text),
    Function("concat", "value, …", "The values as one text; empty ones are skipped", _concat, 1, None),
    Function("join", "separator, value, …", "The same with a separator between them", _joined, 2, None, (0,)),
    Function("trim", "text", "The text without blanks around it", values.trimmed),
    Function("upper", "text", "The text in capitals", lambda x: values.as_text(x).str.to_uppercase()),
    Function("lower", "text", "The text in small letters", lambda x: values.as_text(x).str.to_lowercase()),
    Function("left", "text, count", "The first characters", _left, 2, 2, (1,)),
    Function("right", "text, count", "The last characters", _right, 2, 2, (1,)),
    Function("replace", "text, old, new", "The text with every old part replaced", _replace, 3, 3, (1, 2)),
    Function(
        "contains", "text, part", "Whether the text has the part in it",
        lambda x, part: values.as_text(x).str.contains(str(part), literal=True), 2, 2, (1,),
    ),
    Function(
        "starts_with", "text, part", "Whether the text starts with the part",
        lambda x, part: values.as_text(x).str.starts_with(str(part)), 2, 2, (1,),
    ),
)  # fmt: skip
_TIMES = (
    Function("day", "value", "The calendar day of a date, a time stamp or a text", _day),
    Function("moment", "value", "The date and time of a date, a time stamp or a text", values.as_moment),
    Function("year", "date", "The year", lambda x: values.as_moment(x).dt.year()),
    Function("month", "date", "The month, 1 to 12", lambda x: values.as_moment(x).dt.month()),
    Function("weekday", "date", "The day of the week, Monday being 1", lambda x: values.as_moment(x).dt.weekday()),
    Function("week_start", "date", "The Monday of the week", partial(_truncated, to="1w")),
    Function("month_start", "date", "The first day of the month", partial(_truncated, to="1mo")),
    Function("days", "count", "A span of days, to add to a date or take from it", partial(values.span, unit="days")),
    Function("hours", "count", "A span of hours", partial(values.span, unit="hours")),
    Function("seconds", "count", "A span of seconds", partial(values.span, unit="seconds")),
    Function("days_between", "first, last", "Days from one date to another", _days_between, 2, 2),
    Function("hours_between", "first, last", "Hours from one date to another", _hours_between, 2, 2),
    Function(
        "duration", "value, seconds", "Seconds of a duration: a number (of units of so many seconds), or H:MM:SS",
        _duration, 1, 2,
    ),
    Function("clock", "minutes", "Minutes since midnight as HH:MM", values.clock_time),
)  # fmt: skip
_POSITIONS = (
    Function(
        "row_number", "column, …", "1, 2, 3 … in the order of the rows, counted anew for each value of the columns",
        _row_number, 0, None,
    ),
)  # fmt: skip
_AGGREGATES = (
    Function("count", "", "How many rows", lambda: pl.len().cast(pl.Int64), 0, 0),
    Function("distinct", "value", "How many different values", lambda x: x.drop_nulls().n_unique().cast(pl.Int64)),
    Function("sum", "number", "The sum", lambda x: x.sum()),
    Function("mean", "number", "The mean", lambda x: x.mean()),
    Function("median", "number", "The middle value", lambda x: x.median()),
    Function("std", "number", "The standard deviation", lambda x: x.std()),
    Function("robust_std", "number", "The standard deviation of the middle half, blind to outliers", _robust_std),
    Function("quantile", "number, share", "The value below which that share of the rows lies", _quantile, 2, 2, (1,)),
    Function("minimum", "value", "The smallest", lambda x: x.min()),
    Function("maximum", "value", "The largest", lambda x: x.max()),
    Function("first", "value", "The first that is not empty", lambda x: _present_values(x).first()),
    Function("last", "value", "The last that is not empty", lambda x: _present_values(x).last()),
    Function("listed", "value", "The values that are not empty, with commas between them", _listed),
    Function("any", "condition", "Whether it holds for some row", lambda x: x.any()),
    Function("all", "condition", "Whether it holds for every row", lambda x: x.all()),
)

GROUPS: dict[str, tuple[Function, ...]] = {
    "Choosing": _CHOICES,
    "Numbers": _NUMBERS,
    "Texts": _TEXTS,
    "Dates, times and durations": _TIMES,
    "Position": _POSITIONS,
    "Over a group of rows": _AGGREGATES,
}
"""The functions under the headings of the guide."""

FUNCTIONS: dict[str, Function] = {function.name: function for group in GROUPS.values() for function in group}
