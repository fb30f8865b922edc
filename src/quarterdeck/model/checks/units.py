"""Units of bill-of-material lines that are not those of the component."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from quarterdeck.model.checks.finding import ROW, Finding, Words, found, numbered
from quarterdeck.model.company import Company

SAME = {
    "pcs": (
        "pc",
        "piece",
        "pieces",
        "ea",
        "each",
        "unit",
        "units",
        "st",
        "stk",
        "stück",
        "stueck",
        "pce",
        "pièce",
        "pièces",
        "u",
        "ud",
        "unidad",
        "unidades",
    ),
    "kg": ("kilogram", "kilograms", "kilo", "kilos", "kilogramm"),
    "g": ("gram", "grams", "gramm", "gr"),
    "t": ("to", "tonne", "tonnes", "tonnen"),
    "m": ("metre", "metres", "meter", "meters", "mtr", "mètre", "metro", "metros", "lfm"),
    "cm": ("centimetre", "centimetres", "centimeter", "zentimeter"),
    "mm": ("millimetre", "millimetres", "millimeter"),
    "l": ("litre", "litres", "liter", "liters", "ltr", "litro", "litros"),
    "ml": ("millilitre", "millilitres", "milliliter"),
    "h": ("hour", "hours", "hr", "hrs", "std", "stunde", "stunden", "heure", "heures", "hora", "horas"),
    "min": ("minute", "minutes", "minuten", "minuto", "minutos"),
}
"""One word per unit, and what else people write for it."""

MEASURES = {
    "mass": {"g": 1.0, "kg": 1e3, "t": 1e6},
    "length": {"mm": 1.0, "cm": 10.0, "m": 1e3, "km": 1e6},
    "volume": {"ml": 1.0, "cl": 10.0, "l": 1e3, "m3": 1e6},
    "time": {"min": 1.0, "h": 60.0},
}
"""Units of like measure and their size in the smallest of them."""

_WORDS = {other: unit for unit, others in SAME.items() for other in others}


def plain_unit(unit: str) -> str:
    """The one word for a unit.

    >>> plain_unit("Stk."), plain_unit("Litres"), plain_unit("roll")
    ('pcs', 'l', 'roll')
    """
    word = unit.strip().lower().rstrip(".").replace("³", "3")
    return _WORDS.get(word, word)


def conversion(unit: str, into: str) -> float | None:
    """How many of ``into`` are one ``unit``; nothing if they measure different things.

    >>> conversion("g", "kg"), conversion("Stück", "pcs"), conversion("kg", "m")
    (0.001, 1.0, None)
    """
    one, other = plain_unit(unit), plain_unit(into)
    if one == other:
        return 1.0
    sizes = next((sizes for sizes in MEASURES.values() if one in sizes and other in sizes), None)
    return None if sizes is None else sizes[one] / sizes[other]


def check_bom_units(company: Company) -> Iterator[Finding]:
    """Lines whose unit is not the component's: converted where that is possible, left out where it is not."""
    items = company["items"].unique("item", keep="first").select(component="item", item_unit="unit")
    lines = (
        numbered(company, "bom_lines")
        .filter(pl.col("unit").fill_null("") != "")
        .join(items, on="component", maintain_order="left")
    )
    pairs = lines.select("unit", "item_unit").unique()
    factors = pairs.with_columns(pl.Series("factor", [conversion(*pair) for pair in pairs.rows()], dtype=pl.Float64))
    lines = lines.join(factors, on=["unit", "item_unit"], maintain_order="left").filter(
        pl.col("factor").ne_missing(1.0)
    )
    per_item = pl.col("quantity_per") * pl.col("factor")
    converted = lines.filter(pl.col("factor").is_not_null()).with_columns(
        per_item.alias("converted"), per_item.alias("new")
    )
    yield from found("bom_lines", converted, CONVERTED, column="quantity_per", mend="set", values="new")
    yield Finding((), "bom_lines", converted[ROW], "set", "unit", converted["item_unit"])
    unknown = lines.filter(pl.col("factor").is_null())
    unstated = pl.col("item_unit") == "pcs"
    yield from found("bom_lines", unknown.filter(unstated), UNSTATED, column="unit")
    yield from found("bom_lines", unknown.filter(~unstated), MISMATCH, column="unit", mend="drop")


CONVERTED = Words(
    "warning",
    "unit-converted",
    "{parent} takes {quantity_per} {unit} of {component}; it is taken as {converted} {item_unit}.",
    "Write the quantity in {item_unit}.",
    "{item_unit}",
)
UNSTATED = Words(
    "warning",
    "unit-unstated",
    "{parent} takes {component} in {unit}, while Items counts it in {item_unit}; {quantity_per} {item_unit} are taken.",
    "Write the unit of {component} in Items.",
    "{item_unit}",
)
MISMATCH = Words(
    "error",
    "unit-mismatch",
    "{parent} takes {component} in {unit}, but it is counted in {item_unit}; the line cannot be used.",
    "Write the quantity in {item_unit}, or change the unit of {component} in Items.",
    "{item_unit}",
)


def check_units_differ(company: Company) -> Iterator[Finding]:
    """Components that two lines count in different units."""
    lines = numbered(company, "bom_lines").filter(pl.col("unit").fill_null("") != "")
    words = {unit: plain_unit(unit) for unit in lines["unit"].unique().to_list()}
    lines = lines.with_columns(pl.col("unit").replace(words).alias("plain"))
    first = lines.with_columns(
        pl.col("unit").first().over("component").alias("before"),
        pl.col("parent").first().over("component").alias("other"),
    )
    other = pl.col("plain") != pl.col("plain").first().over("component")
    told = Words(
        "warning",
        "units-differ",
        "{parent} takes {component} in {unit}, but {other} takes it in {before}.",
        "Use one unit for {component} in all lines.",
    )
    yield from found("bom_lines", first.filter(other), told, column="unit")
