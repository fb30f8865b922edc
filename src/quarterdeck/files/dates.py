"""Dates and times as people write them, each format told by its form."""

from __future__ import annotations

import re

import polars as pl

from quarterdeck.files.fault import Fault, Reading, mapped, where
from quarterdeck.files.periods import MONTHS, parse_period

X = pl.col("x")
CLOCK = r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp]\.?[Mm]\.?)?\s*(?:Z|[+-]00:?00)?)?$"
FORMS = {
    "iso": r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})" + CLOCK,
    "compact": r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})" + CLOCK,
    "dotted": r"^(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4}|\d{2})" + CLOCK,
    "slashed": r"^(?P<a>\d{1,2})[/-](?P<b>\d{1,2})[/-](?P<y>\d{4}|\d{2})" + CLOCK,
    "named": r"^(?P<d>\d{1,2})\.?[ -](?P<n>\p{L}{3,10})\.?,?[ -](?P<y>\d{4}|\d{2})" + CLOCK,
    "american": r"^(?P<n>\p{L}{3,10})\.? (?P<d>\d{1,2}),? (?P<y>\d{4})" + CLOCK,
}
SLASHED = r"^(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})(?:\D|$)"


def parse_moments(texts: pl.Series, reading: Reading) -> tuple[pl.Series, pl.Series, list[Fault]]:
    """Wall-clock moments, whether each text has a time of day, and the faults.

    Parameters
    ----------
    texts
        Trimmed cells, null where empty.
    reading
        Its ``day_first`` decides where 01/02/2026 leaves it open.
    """
    days = texts.str.to_datetime("%Y-%m-%d", strict=False, time_unit="us") if _short(texts) else None
    if days is not None and (days.is_not_null() | texts.is_null()).all():
        return days, pl.Series([False]).new_from_index(0, texts.len()), []
    return _careful(texts, reading)


def _short(texts: pl.Series) -> bool:
    return bool(where(texts, X.str.contains(r"^\d{4}-\d{1,2}-\d{1,2}$") | X.is_null()).all())


def _careful(texts: pl.Series, reading: Reading) -> tuple[pl.Series, pl.Series, list[Fault]]:
    day_first, faults = _order(texts, reading)
    moments = pl.Series([None], dtype=pl.Datetime("us")).new_from_index(0, texts.len())
    for name, form in FORMS.items():
        mask = where(texts, X.str.contains(form)) & moments.is_null()
        if mask.any():
            moments = _scatter(moments, mask, _read(texts.filter(mask), name, form, day_first=day_first))
    moments = _others(texts, moments, reading)
    timed = where(texts, X.str.contains(r"\d:\d{2}"))
    if reading.kind == "xlsx":  # a cell that shows only a date holds its midnight
        timed = timed & ~where(texts, X.str.ends_with(" 00:00:00"))
    bad = texts.is_not_null() & moments.is_null()
    wrong_order = faults[0].mask if faults and faults[0].severity == "error" else None
    if wrong_order is not None:
        bad = bad & ~wrong_order
        moments = moments.zip_with(~wrong_order, moments.clear(moments.len()))
    if bad.any():
        faults += _unreadable(texts, bad)
    return moments, timed, faults


def _scatter(moments: pl.Series, mask: pl.Series, found: pl.Series) -> pl.Series:
    return moments.scatter(mask.arg_true(), found)


def _read(texts: pl.Series, name: str, form: str, *, day_first: bool) -> pl.Series:
    """Moments of texts that all have one form; null where there is no such day or time."""
    parts = mapped(texts, X.str.extract_groups(form)).struct.unnest()
    names = [field for field in parts.columns if field.isalpha()]
    clock = [field for field in parts.columns if not field.isalpha()]
    year = pl.col("y").cast(pl.Int32)
    year = pl.when(pl.col("y").str.len_chars() == 2).then(year + 2000).otherwise(year)
    month, day = _month_and_day(name, names, day_first=day_first)
    hour, minute, second, part, half = (pl.col(field) for field in clock)
    hours = hour.cast(pl.Int32).fill_null(0)
    afternoon = half.str.to_lowercase().str.starts_with("p")
    hours = (
        pl.when(afternoon & (hours < 12))
        .then(hours + 12)
        .when(half.is_not_null() & ~afternoon & (hours == 12))
        .then(0)
        .otherwise(hours)
    )
    micro = part.str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int32).fill_null(0)
    minutes, seconds = (value.cast(pl.Int32).fill_null(0) for value in (minute, second))
    sound = _sound(year, month, day, hours, minutes, seconds)
    safe = [pl.when(sound).then(value) for value in (year, month, day, hours, minutes, seconds, micro)]
    return parts.select(pl.datetime(*safe, time_unit="us").alias("x")).to_series()


def _month_and_day(name: str, names: list[str], *, day_first: bool) -> tuple[pl.Expr, pl.Expr]:
    if name == "slashed":
        first, second = pl.col("a").cast(pl.Int32), pl.col("b").cast(pl.Int32)
        return (second, first) if day_first else (first, second)
    if "n" in names:
        folded = pl.col("n").str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
        month = folded.replace_strict(list(MONTHS), list(MONTHS.values()), default=None, return_dtype=pl.Int32)
        return month, pl.col("d").cast(pl.Int32)
    return pl.col("m").cast(pl.Int32), pl.col("d").cast(pl.Int32)


def _sound(year: pl.Expr, month: pl.Expr, day: pl.Expr, hours: pl.Expr, minutes: pl.Expr, seconds: pl.Expr) -> pl.Expr:
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = pl.when(month.is_in([4, 6, 9, 11])).then(30).when(month == 2).then(28 + leap.cast(pl.Int32)).otherwise(31)
    date = month.is_between(1, 12) & (day >= 1) & (day <= longest) & (year >= 1)
    return date & (hours <= 23) & (minutes <= 59) & (seconds <= 59)


def _others(texts: pl.Series, moments: pl.Series, reading: Reading) -> pl.Series:
    """Weeks and months by their first day, and day numbers of spreadsheets."""
    left = texts.is_not_null() & moments.is_null()
    if not left.any():
        return moments
    rest = texts.filter(left)
    if reading.kind == "xlsx":
        serial = mapped(rest, pl.when(X.str.contains(r"^\d{5}(\.\d+)?$")).then(X.cast(pl.Float64, strict=False)))
        seconds = mapped(serial, ((X - 25_569) * 86_400).round(0).cast(pl.Int64) * 1_000_000)
        moments = _scatter(moments, left, seconds.cast(pl.Datetime("us")))
        left = texts.is_not_null() & moments.is_null()
        rest = texts.filter(left)
    known = {text: parse_period(text) for text in rest.unique().head(5000)}
    known = {text: day for text, day in known.items() if day and not re.match(SLASHED, text)}
    if not known:
        return moments
    found = rest.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Date)
    return _scatter(moments, left, found.cast(pl.Datetime("us")))


def _order(texts: pl.Series, reading: Reading) -> tuple[bool, list[Fault]]:
    """Whether slashed dates begin with the day, told by those of which one number is over 12."""
    slashed = where(texts, X.str.contains(SLASHED))
    if not slashed.any():
        return True, []
    first = mapped(texts, X.str.extract(SLASHED, 1).cast(pl.Int32))
    second = mapped(texts, X.str.extract(SLASHED, 2).cast(pl.Int32))
    by_day = (first > 12).fill_null(value=False)
    by_month = (second > 12).fill_null(value=False)
    days, months = int(by_day.sum()), int(by_month.sum())
    known = reading.day_first if reading.day_first is not None else None
    day_first = days >= months if days or months else known if known is not None else True
    if days and months:
        return day_first, [_mixed_order(by_month if day_first else by_day, day_first=day_first)]
    if days or months or known is not None:
        return day_first, []
    return day_first, [_assumed_order(slashed & (first != second).fill_null(value=False))]


def _mixed_order(mask: pl.Series, *, day_first: bool) -> Fault:
    order = "day/month/year" if day_first else "month/day/year"
    return Fault(
        mask, "error", "date-mixed", "{found} is not " + order + ", as the other dates of the column are.",
        "Write dates as 2026-02-01.", order,
    )  # fmt: skip


def _assumed_order(mask: pl.Series) -> Fault:
    return Fault(
        mask, "warning", "date-assumed", "{found} is read as day/month/year; it could also be month/day/year.",
        "Write dates as 2026-02-01 to be sure.", "a date such as 2026-02-01",
    )  # fmt: skip


def _unreadable(texts: pl.Series, bad: pl.Series) -> list[Fault]:
    formed = where(texts, pl.any_horizontal(X.str.contains(form) for form in FORMS.values())) & bad
    faults = []
    if formed.any():
        faults.append(
            Fault(
                formed,
                "error",
                "no-such-date",
                "There is no day or time {found}.",
                "Correct the day, month or time.",
                "a date such as 2026-02-01",
            )
        )
    if (bad & ~formed).any():
        faults.append(
            Fault(
                bad & ~formed,
                "error",
                "not-a-date",
                "{found} is not a date.",
                "Write dates as 2026-02-01.",
                "a date such as 2026-02-01",
            )
        )
    return faults
