"""Column declarations: dtype, bounds, key and reference, with unit, words and default as metadata.

Everything the program knows about a column is said here once, where a table is declared: import checks,
the Excel template, the database, the grid, the API schema and the data dictionary all read it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, TypedDict, Unpack

import dataframely as dy
import polars as pl

Kind = Literal[
    "code",
    "text",
    "quantity",
    "money",
    "number",
    "whole",
    "fraction",
    "day",
    "moment",
    "instant",
    "flag",
    "choice",
    "time",
]
DateOnly = Literal["start", "end"]

LARGEST = 1e12
EARLIEST = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - tables hold the site's wall-clock time
LATEST = dt.datetime(2200, 1, 1)  # noqa: DTZ001


class Common(TypedDict, total=False):
    """Options that every column takes.

    ``key``: part of the table's key. ``required``: a row without it is rejected. ``default``: what an absent
    value becomes. ``references``: the table whose key this names. ``also``: header synonyms, per language as
    ``"en: sku, part | de: Artikel, Teil | fr: article | es: artículo"``.
    """

    key: bool
    required: bool
    default: Any
    references: str
    also: str
    unit: str


def code(description: str, **common: Unpack[Common]) -> dy.String:
    """The user's own identifier, kept as text; ``01`` is not ``1``."""
    return dy.String(**_shared("code", description, common), max_length=200)


def text(description: str, **common: Unpack[Common]) -> dy.String:
    """Free text for people."""
    return dy.String(**_shared("text", description, common), max_length=10_000)


def choice(description: str, words: Mapping[str, Sequence[str]], **common: Unpack[Common]) -> dy.String:
    """One of a few values; ``words`` maps each value to what users write for it."""
    metadata_words = {value: tuple(also) for value, also in words.items()}
    allowed = list(words)
    column = _shared("choice", description, common, words=metadata_words)
    return dy.String(**column, check={"one_of": lambda expr: expr.is_in(allowed)})


def quantity(
    description: str,
    *,
    minimum: float = 0.0,
    above: float | None = None,
    maximum: float = LARGEST,
    **common: Unpack[Common],
) -> dy.Float64:
    """A count or measure in the item's unit."""
    common.setdefault("unit", "item unit")
    return _bounded("quantity", description, common, minimum, above, maximum)


def number(
    description: str,
    *,
    minimum: float = 0.0,
    above: float | None = None,
    maximum: float = LARGEST,
    **common: Unpack[Common],
) -> dy.Float64:
    """A real number with a unit, such as minutes, days or degrees."""
    return _bounded("number", description, common, minimum, above, maximum)


def fraction(description: str, *, maximum: float = 1.0, **common: Unpack[Common]) -> dy.Float64:
    """A share between 0 and 1; ``5 %`` and ``0.05`` both mean 0.05."""
    common.setdefault("unit", "share")
    return _bounded("fraction", description, common, 0.0, None, maximum)


def whole(description: str, *, minimum: int = 0, maximum: int = 10**9, **common: Unpack[Common]) -> dy.Int64:
    """A whole number."""
    return dy.Int64(**_shared("whole", description, common), min=minimum, max=maximum)


def money(description: str, *, minimum: int | None = 0, **common: Unpack[Common]) -> dy.Decimal:
    """An exact amount with four decimals, in the company's currency."""
    common.setdefault("unit", "currency")
    bounds: dict[str, Any] = {} if minimum is None else {"min": Decimal(minimum)}
    return dy.Decimal(18, 4, **_shared("money", description, common), **bounds)


def day(description: str, **common: Unpack[Common]) -> dy.Date:
    """A calendar day at the site."""
    return dy.Date(**_shared("day", description, common), min=EARLIEST.date(), max=LATEST.date())


def moment(description: str, *, date_only: DateOnly = "start", **common: Unpack[Common]) -> dy.Datetime:
    """A wall-clock time at the site; a bare date means the day's first or last second, by ``date_only``."""
    column = _shared("moment", description, common, date_only=date_only)
    return dy.Datetime(**column, min=EARLIEST, max=LATEST)


def instant(description: str, **common: Unpack[Common]) -> dy.Datetime:
    """A point in time in UTC: what plans use, shown to people in the site's time zone."""
    return dy.Datetime(**_shared("instant", description, common), time_zone="UTC")


def flag(description: str, **common: Unpack[Common]) -> dy.Bool:
    """Yes or no."""
    return dy.Bool(**_shared("flag", description, common))


def clock_time(description: str, **common: Unpack[Common]) -> dy.String:
    """A time of day as ``HH:MM``; ``24:00`` is the end of the day."""
    return dy.String(**_shared("time", description, common), regex=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")


def _bounded(
    kind: Kind, description: str, common: Common, minimum: float, above: float | None, maximum: float
) -> dy.Float64:
    shared = _shared(kind, description, common)
    if above is not None:
        return dy.Float64(**shared, min_exclusive=above, max=maximum)
    return dy.Float64(**shared, min=minimum, max=maximum)


def _shared(kind: Kind, description: str, common: Common, **extra: Any) -> dict[str, Any]:  # noqa: ANN401
    key = common.get("key", False)
    default = common.get("default")
    metadata: dict[str, Any] = {
        "kind": kind,
        "unit": common.get("unit", ""),
        "default": default,
        "references": common.get("references", ""),
        "synonyms": _synonyms(common.get("also", "")),
        **extra,
    }
    return {
        "nullable": not (key or common.get("required", False) or default is not None),
        "primary_key": key,
        "description": description,
        "metadata": metadata,
    }


def _synonyms(also: str) -> dict[str, tuple[str, ...]]:
    """Header words per language.

    >>> _synonyms("en: sku, part | de: Teil | en: article")
    {'en': ('sku', 'part', 'article'), 'de': ('Teil',)}
    """
    found: dict[str, tuple[str, ...]] = {}
    for part in filter(None, (piece.strip() for piece in also.split("|"))):
        language, _, words = part.partition(":")
        found[language.strip()] = (
            *found.get(language.strip(), ()),
            *(word.strip() for word in words.split(",") if word.strip()),
        )
    return found


def polars_dtype(column: dy.Column) -> pl.DataType:
    """The polars type that a column's values have in a frame."""
    return column.dtype
