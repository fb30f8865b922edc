"""Rows of a table by their key, made into facts only for the keys that somebody asks about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import polars as pl

Fact = TypeVar("Fact")


class Grouped(Generic[Fact]):
    """Facts by key, in the order of the rows.

    Parameters
    ----------
    rows
        The table.
    keys
        Columns that make the key; one column gives its bare value, several give a tuple.
    make
        A row, as a tuple, into a fact.

    Examples
    --------
    >>> rows = pl.DataFrame({"order": ["b", "a", "b"], "step": [10, 20, 30]})
    >>> steps = Grouped(rows, ["order"], lambda row: row[1])
    >>> steps["b"], steps.of("c"), "a" in steps
    ([10, 30], [], True)
    """

    def __init__(self, rows: pl.DataFrame, keys: Sequence[str], make: Callable[[tuple[Any, ...]], Fact]) -> None:
        self.rows = rows.sort(keys, maintain_order=True)
        self.make = make
        groups = self.rows.select(keys).group_by(keys, maintain_order=True).len()
        heights = groups["len"].to_list()
        names = groups.select(keys).rows() if len(keys) > 1 else groups[keys[0]].to_list()
        starts = (groups["len"].cum_sum() - groups["len"]).to_list()
        self.spans = dict(zip(names, zip(starts, heights, strict=True), strict=True))
        self.made: dict[object, list[Fact]] = {}

    def __contains__(self, key: object) -> bool:
        """Whether there are rows of a key."""
        return key in self.made or key in self.spans

    def __getitem__(self, key: object) -> list[Fact]:
        """The facts of a key; a KeyError where there are none."""
        if key not in self.made:
            self.made[key] = [self.make(row) for row in self.rows.slice(*self.spans[key]).iter_rows()]
        return self.made[key]

    def __setitem__(self, key: object, facts: list[Fact]) -> None:
        self.made[key] = facts

    def of(self, key: object) -> list[Fact]:
        """The facts of a key, none where it is unknown."""
        if key not in self:
            return []
        return self[key]
