"""Joint replenishment: how often to order from a supplier, and each of its items in every how manieth order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

MOST_DOUBLINGS = 6
LONGEST = 1e9


@dataclass(frozen=True, slots=True)
class Cycle:
    """Time from one common order to the next, each item's share in it, and what that costs.

    Parameters
    ----------
    length
        Time between orders, in the unit of the rates.
    multiples
        Every how manieth order holds the item, shape (items).
    cost
        Ordering and holding cost for one unit of time.
    """

    length: float
    multiples: Whole
    cost: float


def joint_cost(length: float, multiples: Whole, order_cost: float, line_cost: Vector, holding: Vector) -> float:
    """Cost of a unit of time: ``K / T + Σ (k / (m T) + h λ m T / 2)``.

    ``holding`` is what stock of one unit of time's demand costs for a unit of time, ``h λ``, shape (items).
    """
    carried = float((holding * multiples).sum()) * length / 2.0
    return (order_cost + float((line_cost / multiples).sum())) / length + carried


def joint_cycle(
    order_cost: float, line_cost: Vector, holding: Vector, *, least: float = 0.0, powers: bool = True
) -> Cycle:
    """The cycle of least cost whose length is at least ``least``.

    Parameters
    ----------
    order_cost
        Cost of an order whatever is in it, above zero.
    line_cost, holding
        Cost of having the item in an order, and of a unit of time's demand in stock for a unit of time, shape (items).
    least
        Shortest cycle allowed, such as the one whose orders reach a least value.
    powers
        Whether multiples are powers of two, which lets orders meet, or any whole number.

    Notes
    -----
    For a given cycle each item's multiple is the one of least cost: it changes where its own best cycle
    ``sqrt(2 k / (h λ))`` passes a border. Between two borders the cost is that of an economic order quantity, so the
    best of all intervals is exact (Jackson, Maxwell, Muckstadt, "The joint replenishment problem with a powers-of-two
    restriction", 1985, for the powers).
    """
    own = np.sqrt(2.0 * line_cost / np.maximum(holding, 1e-300))
    choices = 2.0 ** np.arange(MOST_DOUBLINGS + 1) if powers else np.arange(1.0, 2.0**MOST_DOUBLINGS + 1)
    borders = np.sqrt(choices[:-1] * choices[1:])  # where two neighbouring multiples cost the same
    edges = np.unique((own[:, None] / borders[None, :]).ravel())
    edges = np.concatenate(([0.0], edges[(edges > 0.0) & (edges < LONGEST)], [LONGEST]))
    best = Cycle(np.inf, np.ones(line_cost.size, np.int64), np.inf)
    for begin, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if end <= least:
            continue
        inside = (max(begin, least, 1e-12) + end) / 2.0
        multiples = choices[np.searchsorted(borders, own / inside)].astype(np.int64)
        fixed, carried = order_cost + float((line_cost / multiples).sum()), float((holding * multiples).sum())
        length = float(np.clip(np.sqrt(2.0 * fixed / max(carried, 1e-300)), max(begin, least, 1e-12), end))
        cost = joint_cost(length, multiples, order_cost, line_cost, holding)
        if cost < best.cost:
            best = Cycle(length, multiples, cost)
    return best


def whole_cycle(
    order_cost: float, line_cost: Vector, holding: Vector, *, least: float, step: int, longest: int
) -> Cycle:
    """The best cycle of a whole number of steps of so many days; rates are by the day.

    The cost falls and then rises, but for where multiples change: both neighbours of the best cycle of any length are
    tried, each with multiples that suit it.
    """
    free = joint_cycle(order_cost, line_cost, holding, least=least)
    top = max(longest // step, 1)
    lowest = min(max(int(np.ceil(least / step - 1e-9)), 1), top)
    near = int(np.clip(free.length / step, lowest, top)) if np.isfinite(free.length) else lowest
    tried = sorted({min(max(each, lowest), top) * step for each in (near - 1, near, near + 1, near + 2)})
    found = [_fitted(float(length), order_cost, line_cost, holding, longest) for length in tried]
    return min(found, key=lambda each: (each.cost, each.length))


def _fitted(length: float, order_cost: float, line_cost: Vector, holding: Vector, longest: int) -> Cycle:
    """A given cycle with the best powers of two as multiples, none of which goes beyond the longest time."""
    own = np.sqrt(2.0 * line_cost / np.maximum(holding, 1e-300)) / length
    doublings = np.clip(np.ceil(np.log2(np.maximum(own, 1e-9)) - 0.5), 0, MOST_DOUBLINGS)
    most = np.floor(np.log2(max(longest / length, 1.0)))
    multiples = (2.0 ** np.minimum(doublings, most)).astype(np.int64)
    return Cycle(length, multiples, joint_cost(length, multiples, order_cost, line_cost, holding))
