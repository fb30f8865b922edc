"""Codes and texts: what may stand in them, and which of them are easily taken for one another."""

from __future__ import annotations

import polars as pl

from quarterdeck.files.fault import Fault, mapped, where

X = pl.col("x")
BLANK = r"^[\s\u00a0\u2007\u202f\u3000\ufeff]+|[\s\u00a0\u2007\u202f\u3000\ufeff]+$"
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]"
LINE_BREAKS = r"[\t\r\n\u2028\u2029]"
BIDI = r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]"
INVISIBLE = r"[\u200b\u2060\ufeff\u00ad]"
FORMULA = r"^[=@]|^[+-].*[+\-*/(!^]|^[+-].*[A-Za-z]+[0-9]+[+\-*/]"
PROGRAM = r"(?i)<\s*/?[a-z!][^>]*>|\{\{|\$\{|\{%|\.\.[/\\]|'\s*\)\s*;|;\s*--|\x00"
PLACEHOLDER = r"(?i)^(#?n/a|none|null|nil|tbd|tba|todo|unknown|unbekannt|inconnu|desconocido|dummy|x{3,}|\?+|-+)$"
LATIN = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаеорсухіјѕԁһΑΒΕΖΗΙΚΜΝΟΡΤΥΧνοIl|",
        "ABESIJKMHOPCTYXaeopcyxijsdhABEZHIKMNOPTYXvo111",
        strict=True,
    )
)


def tidy(texts: pl.Series) -> pl.Series:
    r"""Trimmed texts in the composed form (NFC) of their letters; null where nothing is left.

    >>> tidy(pl.Series(["A ", "\u00a0", "e\u0301"])).to_list()
    ['A', None, 'é']
    """
    stripped = mapped(texts, X.str.strip_chars())
    if where(stripped, X.str.contains(r"[^\x00-\x7f]")).any():
        stripped = mapped(stripped, X.str.normalize("NFC").str.replace_all(BLANK, ""))
    return mapped(stripped, pl.when(X != "").then(X))


def unescaped(texts: pl.Series) -> pl.Series:
    """Texts without the apostrophe that export puts before what a spreadsheet would take for a formula."""
    if not where(texts, X.str.starts_with("'")).any():
        return texts
    return mapped(texts, X.str.replace(r"^'([=+\-@'#\t\r])", "${1}"))


def code_faults(texts: pl.Series, longest: int) -> list[Fault]:
    """What makes texts useless as codes."""
    visible = "a code of visible characters"
    rules = (
        (CONTROL + "|" + LINE_BREAKS, "code-control", "{found} holds a control character nobody can type.", visible),
        (
            BIDI + "|" + INVISIBLE,
            "code-invisible",
            "{found} holds an invisible character.",
            visible,
        ),
        (FORMULA, "code-formula", "{found} is a formula, not a code.", "a code"),
        (PROGRAM, "code-program", "{found} looks like program text, not like a code.", "a code"),
    )
    faults: list[Fault] = []
    for pattern, code, message, expected in rules:
        mask = where(texts, X.str.contains(pattern))
        if mask.any():
            faults.append(Fault(mask, "error", code, message, "Type the code again.", expected))
    return faults + long_faults(texts, longest)


def placeholder_faults(texts: pl.Series) -> list[Fault]:
    """Words that stand where a code is missing."""
    mask = where(texts, X.str.contains(PLACEHOLDER))
    if not mask.any():
        return []
    message = "{found} stands for a missing code, it is none."
    return [Fault(mask, "error", "code-placeholder", message, "Enter the code, or delete the row.", "a code")]


def text_faults(texts: pl.Series, longest: int) -> list[Fault]:
    """What makes texts useless as texts for people."""
    mask = where(texts, X.str.contains(CONTROL + "|" + BIDI))
    told = Fault(
        mask,
        "error",
        "text-control",
        "{found} holds a control character.",
        "Type the text again.",
        "visible characters",
    )
    return ([told] if mask.any() else []) + long_faults(texts, longest)


def long_faults(texts: pl.Series, longest: int) -> list[Fault]:
    """Texts of more than ``longest`` characters."""
    mask = where(texts, X.str.len_chars() > longest)
    if not mask.any():
        return []
    expected = f"at most {longest} characters"
    return [Fault(mask, "error", "text-too-long", "{found} is too long.", "Shorten it.", expected)]


def skeletons(codes: pl.Series) -> pl.Series:
    """Codes as the eye sees them: capitals, look-alike letters and inner blanks made equal.

    >>> skeletons(pl.Series(["a", "А", "A  b"])).to_list()
    ['a', 'a', 'a b']
    """
    seen = mapped(codes, X.str.replace_many(list(LATIN), list(LATIN.values())).str.to_lowercase())
    if where(seen, X.str.contains(r"[^\x00-\x7f]|\s{2}")).any():
        seen = mapped(seen, X.str.normalize("NFKC").str.replace_all(r"\s+", " "))
    return seen
