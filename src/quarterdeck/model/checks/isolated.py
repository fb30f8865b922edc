"""Lines of a bill of materials that nothing else in the company vouches for, where no items are declared."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from quarterdeck.model.checks.finding import Finding, Words, found, numbered
from quarterdeck.model.company import Company
from quarterdeck.model.tables import TABLES

ENDS = ("parent", "component")
WORDS = Words(
    "error",
    "line-isolated",
    "Neither {parent} nor {component} is named anywhere else, and there are no items: nothing says that they exist.",
    "Add {parent} and {component} to Items, or correct the codes.",
    "a code that is in Items or that another row names",
)


def check_isolated_lines(company: Company) -> Iterator[Finding]:
    """Lines whose two codes both stand in no other row of any table.

    Where the table of items is empty, items follow from what names them. Two codes that only know each other have
    no such witness: no order, stock, supply or other line can ever lead to them.
    """
    yield from found("bom_lines", isolated_lines(company), WORDS, column="component", mend="drop")


def isolated_lines(company: Company) -> pl.DataFrame:
    """The rows, numbered, of lines that only name codes of their own; none where items are declared.

    The same pair on two lines is no witness of itself; an item within itself is a circle, told as such.
    """
    lines = numbered(company, "bom_lines")
    if company["items"].height or lines.is_empty():
        return lines.clear()
    pairs = lines.select(ENDS).unique()
    mentions = pl.concat([pairs[end].rename("code") for end in ENDS])
    repeated = mentions.filter(mentions.is_duplicated()).unique()
    alone = lines.filter(~pl.any_horizontal(pl.col(ENDS).is_in(repeated.implode())))
    return alone.filter(~pl.any_horizontal(pl.col(ENDS).is_in(_elsewhere(company, alone).implode())))


def _elsewhere(company: Company, lines: pl.DataFrame) -> pl.Series:
    """Which codes of ``lines`` other tables name."""
    wanted = pl.concat([lines[end].rename("code") for end in ENDS]).unique()
    named = [pl.Series("code", dtype=pl.String)]
    for table in TABLES.values():
        for column in table.columns:
            if column.references == "items" and table.name != "bom_lines" and wanted.len():
                codes = company[table.name][column.name]
                named.append(wanted.filter(wanted.is_in(codes.unique().implode())))
    return pl.concat(named)
