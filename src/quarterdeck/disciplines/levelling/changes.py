"""What if demand, hours or money were other than they are: a company in aggregate with changes put in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from quarterdeck.disciplines.levelling.aggregate import Floats
    from quarterdeck.disciplines.levelling.reading import Levels

LEAST = -1.0  # nothing of it is left


@dataclass(frozen=True)
class Change:
    """A question to the levelled plan.

    Parameters
    ----------
    demand
        How much more is wanted, as a share: 0.1 is a tenth more, -0.1 a tenth less.
    family
        Of which family; empty for all products.
    hours
        How many more hours there are, as a share, overtime included.
    work_centre
        On which work centre; empty for all.
    money
        How much more is in the bank at the start [currency].
    """

    demand: float = 0.0
    family: str = ""
    hours: float = 0.0
    work_centre: str = ""
    money: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.demand or self.hours or self.money)


def changed(levels: Levels, change: Change) -> Levels:
    """The company in aggregate as it would be.

    Raises
    ------
    ValueError
        If a family or work centre is named that there is none of, or less than nothing would be left.
    """
    for share, what in ((change.demand, "demand"), (change.hours, "hours")):
        if share < LEAST:
            raise ValueError(f"{share:+.0%} of {what} would leave less than nothing: -100 % is the least.")
    aggregate = levels.aggregate
    more = 1.0 + change.demand * _chosen(levels.families, change.family, "family of products that customers want")
    open_ = 1.0 + change.hours * _chosen(levels.resources, change.work_centre, "work centre")
    products = replace(aggregate.products, demand=aggregate.products.demand * more[:, None])
    resources = replace(
        aggregate.resources,
        capacity=aggregate.resources.capacity * open_[:, None],
        overtime=aggregate.resources.overtime * open_[:, None],
    )
    money = aggregate.money and replace(aggregate.money, opening=aggregate.money.opening + change.money)
    return replace(levels, aggregate=replace(aggregate, products=products, resources=resources, money=money))


def _chosen(names: list[str], wanted: str, what: str) -> Floats:
    """1 for each name that is meant, 0 for the others; all if none is named."""
    found = np.array([not wanted or name == wanted for name in names], np.float64)
    if wanted and not found.any():
        raise ValueError(f"There is no {what} called {wanted!r}.")
    return found
