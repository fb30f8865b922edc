"""Numbers as people write them: decimal comma or point, thousands, percent, units, currency."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from quarterdeck.files.fault import Fault, Reading, mapped, where
from quarterdeck.files.words import SECONDS

X = pl.col("x")
PLAIN = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
GROUPED = {
    ".": r"^[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?$",
    ",": r"^[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)?(?:,[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?$",
}
PROOF = {
    ".": r"^[^.]*[0-9],[0-9]{3}\.[0-9]|^[^.,]*\.(?:[0-9]{1,2}|[0-9]{4,})$"
    r"|[0-9],[0-9]{3},[0-9]{3}(?:\D|$)|^[+-]?0?\.[0-9]",
    ",": r"^[^,]*[0-9]\.[0-9]{3},[0-9]|^[^.,]*,(?:[0-9]{1,2}|[0-9]{4,})$"
    r"|[0-9]\.[0-9]{3}\.[0-9]{3}(?:\D|$)|^[+-]?0?,[0-9]",
}
OPEN = r"^[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}$"
CURRENCY = r"(?i)^(?:[€$£¥]|eur|usd|gbp|chf)\s*|\s*(?:[€$£¥]|eur|usd|gbp|chf|kr|zł)$"


@dataclass(frozen=True)
class Numbers:
    """Plain texts that a number can be cast from, a factor for each, and the faults."""

    plain: pl.Series
    factors: pl.Series | None
    faults: tuple[Fault, ...]


def parse_numbers(texts: pl.Series, reading: Reading, unit: str) -> Numbers:
    """Number texts in their plain form: digits and a decimal point; null where a text is no number.

    Parameters
    ----------
    texts
        Trimmed cells, null where empty.
    reading
        How to understand what they leave open.
    unit
        The column's unit, into which units in the cells are converted.

    A workbook's own numbers always have a point, whatever their author types; only cells typed as text tell his sign.
    """
    values = texts.cast(pl.Float64, strict=False)
    fine = values.is_finite().fill_null(value=False)
    if reading.kind == "csv" and reading.decimal != ".":
        fine = fine & ~where(texts, X.str.contains(r"\.[0-9]{3}$", literal=False))
    if (fine | texts.is_null()).all():
        return Numbers(texts, None, ())
    if reading.kind != "xlsx":
        return _careful(texts, reading, unit)
    native = fine & ~(reading.typed if reading.typed is not None else where(texts, X.str.contains(r"\.[0-9]*0$")))
    typed = _careful(texts.set(native, None), reading, unit)
    factors = typed.factors.zip_with(~native, _ones(texts.len())) if typed.factors is not None else None
    return Numbers(typed.plain.zip_with(~native, texts), factors, typed.faults)


def _ones(count: int) -> pl.Series:
    return pl.Series([1.0]).new_from_index(0, count)


def decimal_votes(texts: pl.Series) -> tuple[int, int]:
    """How many cells prove a decimal point, and how many a decimal comma.

    >>> decimal_votes(pl.Series(["1,000.5", "2,5", "1.000"]))
    (1, 1)
    """
    marked = texts.filter(where(texts, X.str.contains(r"^[^A-Za-z]*[0-9][.,][0-9]|^[+-]?[.,][0-9]")))
    if not marked.len():
        return 0, 0
    return int(where(marked, X.str.contains(PROOF["."])).sum()), int(where(marked, X.str.contains(PROOF[","])).sum())


def _careful(texts: pl.Series, reading: Reading, unit: str) -> Numbers:
    bare, factors = _stripped(texts, unit)
    faults: list[Fault] = []
    points, commas = (0, 0) if reading.kind in {"parquet", "json"} else decimal_votes(bare)
    decimal = _decimal(points, commas, reading)
    wrong = pl.Series([False]).new_from_index(0, texts.len())
    if points and commas:
        other = "," if decimal == "." else "."
        wrong = where(bare, X.str.contains(PROOF[other]))
        faults.append(_mixed(wrong, decimal))
    elif not points and not commas:
        faults += _assumed(bare, decimal, reading)
    good = where(bare, X.str.contains(GROUPED[decimal]) & X.str.contains("[0-9]")) & ~wrong
    thousands = "," if decimal == "." else "."
    plain = mapped(bare, X.str.replace_all(thousands, "", literal=True).str.replace(decimal, ".", literal=True))
    finite = plain.cast(pl.Float64, strict=False).is_finite().fill_null(value=False)
    bad = texts.is_not_null() & ~(good & finite) & ~wrong
    if bad.any():
        faults.append(_no_number(bad))
    kept = plain.zip_with(good & finite, pl.Series([None], dtype=pl.String).new_from_index(0, plain.len()))
    return Numbers(kept, factors, tuple(faults))


def _decimal(points: int, commas: int, reading: Reading) -> str:
    if points != commas:
        return "." if points > commas else ","
    return reading.decimal or "."


def _stripped(texts: pl.Series, unit: str) -> tuple[pl.Series, pl.Series | None]:
    """Texts without currency, percent sign, unit and blanks between digits; and what they are multiplied with."""
    bare = mapped(
        texts,
        X.str.replace_all(CURRENCY, "")
        .str.replace_all(r"([0-9])[ \u00a0\u202f'’]([0-9]{3})", "${1}${2}")
        .str.replace_all(r"([0-9])[ \u00a0\u202f'’]([0-9]{3})", "${1}${2}")
        .str.replace(r"^\(\s*(.*[0-9])\s*\)$", "-${1}")
        .str.replace(r"^([0-9.,]+)-$", "-${1}")
        .str.replace("^−", "-"),
    )
    worded = where(bare, X.str.contains(r"[0-9]\s*(?:%|[A-Za-z]+)\.?$"))
    if not worded.any():
        return bare, None
    words = mapped(bare, X.str.extract(r"[0-9]\s*(%|[A-Za-z]+)\.?$").str.to_lowercase())
    known = _factors(unit)
    factors = (
        words.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Float64)
        if known
        else None
    )
    if factors is None:
        return bare, None
    cut = mapped(bare, X.str.replace(r"\s*(?:%|[A-Za-z]+)\.?$", ""))
    return cut.zip_with(factors.is_not_null(), bare), factors.fill_null(1.0)


def _factors(unit: str) -> dict[str, float]:
    """Words that may stand behind a number in a column of this unit."""
    if unit == "share":
        return {"%": 0.01, "percent": 0.01, "pct": 0.01}
    if unit in SECONDS:
        return {word: seconds / SECONDS[unit] for word, seconds in SECONDS.items()}
    return {}


def _mixed(mask: pl.Series, decimal: str) -> Fault:
    name = "point" if decimal == "." else "comma"
    return Fault(
        mask, "error", "number-mixed",
        "{found} does not use the decimal " + name + " that the rest of the column uses.",
        f"Write all numbers of the column with a decimal {name}.", f"a number with a decimal {name}",
    )  # fmt: skip


def _assumed(bare: pl.Series, decimal: str, reading: Reading) -> list[Fault]:
    """A warning where 1,000 may be a thousand or one; a point is taken as decimal point without a word."""
    if decimal == ".":
        mask = where(bare, X.str.contains(r"^[+-]?[1-9][0-9]{0,2},[0-9]{3}$"))
    else:
        mask = where(bare, X.str.contains(OPEN))
    if not mask.any() or (decimal == "." and reading.kind in {"parquet", "json"}):
        return []
    name, other = ("point", "comma") if decimal == "." else ("comma", "point")
    return [
        Fault(
            mask, "warning", "number-assumed",
            "{found} is read with a decimal " + name + f" (a {other} separates thousands).",
            f"If the {other} is the decimal sign, write more or fewer than three digits after it.",
            "a number without thousands separator",
        )
    ]  # fmt: skip


def _no_number(mask: pl.Series) -> Fault:
    return Fault(
        mask, "error", "not-a-number", "{found} is not a number.",
        "Write digits with at most one decimal sign.", "a number such as 12.5",
    )  # fmt: skip
