"""Cells to declared kinds, a whole column at a time; each faulty cell is told, none is guessed silently."""

from __future__ import annotations

from decimal import Decimal
from difflib import get_close_matches

import polars as pl

from quarterdeck.files.codes import code_faults, placeholder_faults, text_faults
from quarterdeck.files.dates import parse_moments
from quarterdeck.files.fault import Coerced, Fault, Reading, mapped, where
from quarterdeck.files.numbers import parse_numbers
from quarterdeck.files.words import tight
from quarterdeck.model import ColumnInfo
from quarterdeck.model.columns import EARLIEST, LATEST

X = pl.col("x")
YES = (
    "true",
    "yes",
    "y",
    "1",
    "1.0",
    "x",
    "ja",
    "j",
    "wahr",
    "oui",
    "o",
    "vrai",
    "sí",
    "si",
    "s",
    "verdadero",
    "on",
    "✓",
    "✔",
)
NO = ("false", "no", "n", "0", "0.0", "-", "nein", "falsch", "non", "faux", "falso", "off", "none")
NULLS = ("n/a", "#n/a", "null", "nan()", "k.a.", "n.v.")
NUMERIC = {"quantity", "number", "fraction", "money", "whole"}

LARGEST_MONEY = 1e14
"""Money has 18 digits, four of them behind the point."""


class Bounds:
    """Limits of a column, taken from its declaration."""

    def __init__(self, declared: object) -> None:
        self.least = getattr(declared, "min", None)
        self.above = getattr(declared, "min_exclusive", None)
        self.most = getattr(declared, "max", None)
        self.below = getattr(declared, "max_exclusive", None)
        self.longest: int = getattr(declared, "max_length", None) or 10_000


def coerce(texts: pl.Series, column: ColumnInfo, bounds: Bounds, reading: Reading) -> Coerced:
    """The cells of a column in its declared type.

    Parameters
    ----------
    texts
        Trimmed cells, null where empty.
    column
        What is declared about the column.
    bounds
        The declared limits.
    reading
        How to understand what the texts leave open.
    """
    if column.kind in NUMERIC:
        return _numbers(texts, column, bounds, reading)
    if column.kind in {"day", "moment", "instant"}:
        return _moments(texts, column, reading)
    if column.kind == "flag":
        return _flags(texts)
    if column.kind == "choice":
        return _choices(texts, column)
    if column.kind == "time":
        return _clock_times(texts)
    faults = code_faults(texts, bounds.longest) if column.kind == "code" else text_faults(texts, bounds.longest)
    if column.kind == "code" and (column.required or (column.key and column.default is None)):
        faults += placeholder_faults(texts)
    return Coerced(_without(texts, faults), tuple(faults))


def _without(values: pl.Series, faults: list[Fault]) -> pl.Series:
    """Values with null in every cell that has an error."""
    for fault in faults:
        if fault.severity == "error":
            values = values.set(fault.mask, None)
    return values


def _numbers(texts: pl.Series, column: ColumnInfo, bounds: Bounds, reading: Reading) -> Coerced:
    if column.nullable or column.default is not None:
        texts = _absent(texts)
    found = parse_numbers(texts, reading, column.unit)
    faults = list(found.faults)
    scaled = found.factors is not None or reading.factor != 1.0
    if column.kind == "money" and not scaled:
        values = _exact(found.plain)
    else:
        values = found.plain.cast(pl.Float64, strict=False)
        if scaled:
            values = values * (found.factors if found.factors is not None else 1.0) * _factor(found.factors, reading)
        if column.kind == "money":
            values = _as_money(values)
    lost = found.plain.is_not_null() & values.is_null()
    if lost.any():
        faults.append(_out_of_bounds(lost, column, "at most 14 digits before the decimal sign"))
    values = values + 0.0 if values.dtype.is_float() else values
    if column.kind == "whole":
        values, more = _whole(values)
        faults += more
    faults += _bounds(values, column, bounds)
    return Coerced(_without(values, faults).cast(column.dtype, strict=False), tuple(faults))


def _factor(own: pl.Series | None, reading: Reading) -> pl.Series | float:
    """The header's factor, for cells that name no unit themselves."""
    if own is None or reading.factor == 1.0:
        return reading.factor
    return mapped(own, pl.when(X == 1.0).then(reading.factor).otherwise(1.0))


def _exact(plain: pl.Series) -> pl.Series:
    exact = plain.cast(pl.Decimal(18, 4), strict=False)
    left = plain.is_not_null() & exact.is_null()
    if left.any():
        exact = exact.zip_with(~left, _as_money(plain.cast(pl.Float64, strict=False)))
    return exact


def _as_money(values: pl.Series) -> pl.Series:
    """Floats as money; null where there are more digits than money has."""
    small = values.set((values.abs() >= LARGEST_MONEY).fill_null(value=False), None)
    return small.round(4).cast(pl.Decimal(18, 4), strict=False)


def _absent(texts: pl.Series) -> pl.Series:
    if not where(texts, X.str.contains("(?i)[nk#]")).any():
        return texts
    return mapped(texts, pl.when(~X.str.to_lowercase().is_in(list(NULLS))).then(X))


def _whole(values: pl.Series) -> tuple[pl.Series, list[Fault]]:
    mask = ((values - values.round(0)).abs() > 1e-9).fill_null(value=False)
    fault = Fault(
        mask, "error", "not-whole", "{found} is not a whole number.", "Write it without decimals.", "a whole number"
    )
    return values.round(0), [fault] if mask.any() else []


def _bounds(values: pl.Series, column: ColumnInfo, bounds: Bounds) -> list[Fault]:
    rules = (
        (bounds.least, pl.Expr.lt, "at least"),
        (bounds.above, pl.Expr.le, "more than"),
        (bounds.most, pl.Expr.gt, "at most"),
        (bounds.below, pl.Expr.ge, "less than"),
    )
    faults = []
    for limit, breaks, words in rules:
        if limit is None:
            continue
        mask = where(values, breaks(X, limit))
        if mask.any():
            faults.append(_out_of_bounds(mask, column, f"{words} {_plain(limit)} {_unit(column)}".strip()))
    return faults


def _unit(column: ColumnInfo) -> str:
    return "" if column.unit in {"item unit", "share", "currency", "by rate", "by kpi"} else column.unit


def _plain(limit: object) -> str:
    if not isinstance(limit, float | int | Decimal):
        return str(limit)
    number = float(limit)
    return f"{number:,.10g}" if abs(number) < 1e9 else f"{number:g}"


def _out_of_bounds(mask: pl.Series, column: ColumnInfo, expected: str) -> Fault:
    message = f"{{found}} is not possible as {column.title.lower()}: expected {expected}."
    return Fault(mask, "error", "value-out-of-bounds", message, "Correct the value.", expected)


def _moments(texts: pl.Series, column: ColumnInfo, reading: Reading) -> Coerced:
    if column.nullable or column.default is not None:
        texts = _absent(texts)
    values, timed, faults = parse_moments(texts, reading)
    absurd = where(values, (X < EARLIEST) | (X > LATEST))
    if absurd.any():
        faults.append(_out_of_bounds(absurd, column, f"a day from {EARLIEST.year} to {LATEST.year}"))
        values = values.set(absurd, None)
    if column.kind == "day":
        return Coerced(values.dt.date(), tuple(faults))
    if column.date_only == "end":
        last = values.dt.offset_by("1d").dt.offset_by("-1s")
        values = values.zip_with(timed, last)
    if column.kind == "instant":
        values = values.dt.replace_time_zone("UTC")
    return Coerced(values.cast(column.dtype), tuple(faults))


def _flags(texts: pl.Series) -> Coerced:
    said = texts.str.to_lowercase()
    words = [*YES, *NO]
    values = said.replace_strict(words, [True] * len(YES) + [False] * len(NO), default=None, return_dtype=pl.Boolean)
    bad = texts.is_not_null() & values.is_null()
    fault = Fault(bad, "error", "not-yes-or-no", "{found} is neither yes nor no.", "Write yes or no.", "yes or no")
    return Coerced(values, (fault,) if bad.any() else ())


def _choices(texts: pl.Series, column: ColumnInfo) -> Coerced:
    meanings: dict[str, str] = {}
    for value, words in column.words.items():
        for word in (*words, value):
            meanings.setdefault(tight(word) or word, value)
    meanings.update({tight(value): value for value in column.words})
    said = {text: _meant(text, meanings) for text in texts.unique().drop_nulls()}
    known = {text: value for text, value in said.items() if value}
    values = (
        texts.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.String)
        if known
        else texts.clear(texts.len())
    )
    bad = texts.is_not_null() & values.is_null()
    allowed = ", ".join(column.words)
    near = get_close_matches(str(texts.filter(bad)[0]).lower(), list(column.words), 1) if bad.any() else []
    hint = f"Did you mean {near[0]}?" if near else f"Write one of {allowed}."
    fault = Fault(
        bad, "error", "not-a-choice", f"{{found}} is not a {column.title.lower()}.", hint, f"one of {allowed}"
    )
    return Coerced(values, (fault,) if bad.any() else ())


def _meant(text: str, meanings: dict[str, str]) -> str:
    return meanings.get(tight(text) or text) or meanings.get(
        {"1": "true", "0": "false"}.get(text.removesuffix(".0"), ""), ""
    )


def _clock_times(texts: pl.Series) -> Coerced:
    """Times of day as HH:MM, from 6:00, 06:00:00, a date with time, or a fraction of a day."""
    parts = mapped(
        texts, X.str.extract_groups(r"^(?:\d{4}-\d{2}-\d{2}[ T])?(\d{1,2})[:hH.](\d{2})(?::\d{2}(?:\.0+)?)?$")
    ).struct.unnest()
    hour, minute = (pl.col(name).cast(pl.Int32) for name in parts.columns)
    sound = ((hour <= 23) & (minute <= 59)) | ((hour == 24) & (minute == 0))
    clock = pl.format("{}:{}", hour.cast(pl.String).str.zfill(2), minute.cast(pl.String).str.zfill(2))
    values = parts.select(pl.when(sound).then(clock).alias("x")).to_series()
    values = values.fill_null(_from_fraction(texts))
    bad = texts.is_not_null() & values.is_null()
    fault = Fault(
        bad, "error", "not-a-time", "{found} is not a time of day.", "Write it as 06:00.", "a time such as 06:00"
    )
    return Coerced(values, (fault,) if bad.any() else ())


def _from_fraction(texts: pl.Series) -> pl.Series:
    minutes = mapped(
        texts, (pl.when(X.str.contains(r"^0?\.\d+$|^[01]$")).then(X.cast(pl.Float64, strict=False)) * 1440).round(0)
    )
    as_time = minutes.to_list() if minutes.is_not_null().any() else [None] * texts.len()
    return pl.Series([None if value is None else _clock(int(value)) for value in as_time], dtype=pl.String)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
