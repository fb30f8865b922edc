"""Lines of a bill of materials with a negative quantity: what making the parent gives back, a by-product of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl

from quarterdeck.files.layouts import ROW
from quarterdeck.files.recognise import ColumnMatch, SheetMatch
from quarterdeck.files.telling import Place
from quarterdeck.model import Problem

NEGATIVE = r"^\s*[-\u2212\u2013]\s*[\d.,]*[1-9]"
_SIGN = r"^\s*[-\u2212\u2013]\s*"


def returned(texts: pl.DataFrame) -> pl.Series:
    """Whether each line has a negative quantity, shape (lines)."""
    if "quantity_per" not in texts.columns:
        return pl.Series([False]).new_from_index(0, texts.height)
    return texts["quantity_per"].cast(pl.String).str.contains(NEGATIVE).fill_null(value=False)


def returned_cells(cells: pl.DataFrame, match: SheetMatch) -> Iterator[bool]:
    """Of each column for the quantity, whether it has a negative one."""
    for found in match.columns:
        if found.column == "quantity_per" and f"c{found.position}" in cells.columns:
            yield bool(cells[f"c{found.position}"].str.contains(NEGATIVE).any())


def renamed(columns: Iterable[ColumnMatch]) -> tuple[ColumnMatch, ...]:
    """The columns of a bill of materials by the names that co-products have for them."""
    return tuple(replace(each, column="co_product") if each.column == "component" else each for each in columns)


def as_co_products(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines in the columns of the co-products, their quantities without the sign."""
    frame = lines.rename({"component": "co_product"}, strict=False)
    return frame.with_columns(pl.col("quantity_per").str.replace(_SIGN, ""))


def told_of(lines: pl.DataFrame, place: Place) -> list[Problem]:
    """What is said about the lines that have become co-products."""
    parent, product, row = lines.select("parent", "co_product", ROW).row(0)
    more = f" and {lines.height - 1} more" if lines.height > 1 else ""
    return [
        place.problem(
            "info", "negative-is-by-product",
            f"A negative quantity in the bill of materials is read as a by-product: {product} of {parent}{more}.",
            "Make the quantity positive if it is a component that goes in.", row=row,
        )
    ]  # fmt: skip
