"""Steadiness: how much a plan changes what the last one told people to do, and small changes left out.

A plan made every morning helps only if it says today what it said yesterday unless something has happened. What one
plan told and the next does not, or tells otherwise, is counted as nervousness; a date that moves by less than people
would act on stays as it was told.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from quarterdeck.model import Plan

_KEY = ["action", "order", "line"]
_TOLD = ("quantity", "by", "to_date")


@dataclass(frozen=True)
class Nervousness:
    """How the actions of one plan differ from those of the one before."""

    kept: int
    moved: int
    new: int
    gone: int

    @property
    def share(self) -> float:
        """Part of all that either plan tells which the other does not tell, or tells otherwise."""
        everything = self.kept + self.moved + self.new + self.gone
        return (self.moved + self.new + self.gone) / everything if everything else 0.0


def nervousness(before: Plan, after: Plan) -> Nervousness:
    """What changed from one plan's actions to the next."""
    old, new = before["actions"], after["actions"]
    both = new.join(old, on=_KEY, suffix="_before")
    same = both.filter(*(pl.col(name).eq_missing(pl.col(f"{name}_before")) for name in _TOLD)).height
    return Nervousness(same, both.height - same, new.height - both.height, old.height - both.height)


def steadied(before: Plan, after: Plan, days: float) -> Plan:
    """The plan whose actions are told as before where their dates differ by no more than ``days``.

    Only what is still ahead is kept: an action whose moment has come is told anew. The figures of the plan hold its
    ``nervousness`` against the one before.
    """
    old, new = before["actions"], after["actions"]
    tolerance = pl.duration(microseconds=round(days * 86_400e6))
    close = [
        pl.col("quantity") == pl.col("quantity_before"),
        (pl.col("by") - pl.col("by_before")).abs() <= tolerance,
        ((pl.col("to_date") - pl.col("to_date_before")).abs() <= tolerance)
        | (pl.col("to_date").is_null() & pl.col("to_date_before").is_null()),
        pl.col("from_date").eq_missing(pl.col("from_date_before")),
        (pl.col("by_before") >= after.settings.as_of),
    ]
    kept = new.join(old, on=_KEY, suffix="_before").filter(*close).select(_KEY)
    told = old.join(kept, on=_KEY, how="semi").drop("urgency")
    told = told.join(new.select(*_KEY, "urgency"), on=_KEY, maintain_order="left")
    rest = new.join(kept, on=_KEY, how="anti", maintain_order="left")
    actions = pl.concat([rest, told.select(rest.columns)])
    actions = actions.sort("urgency", *_KEY, descending=[True, False, False, False])
    steady = after.with_tables(actions=actions)
    found = nervousness(before, steady)
    return steady.with_figures(
        nervousness=round(found.share, 4),
        actions_since={"kept": found.kept, "moved": found.moved, "new": found.new, "gone": found.gone},
    )
