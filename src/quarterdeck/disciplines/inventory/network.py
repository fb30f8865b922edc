"""Demand passed on: from products to their components, and from sites to the sites that replenish them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@njit(cache=True)
def downstream_order(count: int, parent: Whole, child: Whole) -> tuple[Whole, Whole]:
    """Nodes ordered so that each comes after everything it serves, and the first edge of each in parent order.

    Nodes on a circle, and those below one, are left out. ``parent`` must be sorted.
    """
    waiting = np.zeros(count, np.int64)
    for e in range(child.size):
        waiting[child[e]] += 1
    first = np.searchsorted(parent, np.arange(count + 1)).astype(np.int64)
    order = np.empty(count, np.int64)
    filled = 0
    for node in range(count):
        if waiting[node] == 0:
            order[filled] = node
            filled += 1
    done = 0
    while done < filled:
        node = order[done]
        done += 1
        for e in range(first[node], first[node + 1]):
            waiting[child[e]] -= 1
            if waiting[child[e]] == 0:
                order[filled] = child[e]
                filled += 1
    return order[:filled], first


@njit(cache=True)
def explode(order: Whole, first: Whole, edges: tuple[Whole, Vector], mean: Vector, variance: Vector) -> None:
    """Adds to each node the mean and variance of what the nodes it serves need, as if they were independent.

    Parameters
    ----------
    order, first
        As from :func:`downstream_order`.
    edges
        Child and quantity per unit of the parent, sorted by parent, shape (edges).
    mean, variance
        Demand a week of each node, changed in place, shape (nodes).
    """
    child, quantity = edges
    for node in order:
        for e in range(first[node], first[node + 1]):
            mean[child[e]] += quantity[e] * mean[node]
            variance[child[e]] += quantity[e] * quantity[e] * variance[node]


@njit(cache=True)
def longest_below(order: Whole, first: Whole, child: Whole, own: Vector, stocked: npt.NDArray[np.bool_]) -> Vector:
    """Replenishment time of each node: its own, and before it the longest of what it needs that is not in stock.

    ``own`` is in days; what is ``stocked`` counts as there at once.
    """
    total = own.copy()
    for k in range(order.size - 1, -1, -1):
        node, longest = order[k], 0.0
        for e in range(first[node], first[node + 1]):
            if not stocked[child[e]]:
                longest = max(longest, total[child[e]])
        total[node] += longest
    return total


@njit(cache=True)
def rolled_up(order: Whole, first: Whole, edges: tuple[Whole, Vector], own: Vector) -> Vector:
    """Cost of a unit of each node: its own, or what goes into it where that is unknown or costs more; shape (nodes).

    ``own`` is zero where no cost is known; ``edges`` are as of :func:`explode`.
    """
    child, quantity = edges
    total = own.copy()
    for k in range(order.size - 1, -1, -1):
        node, inside = order[k], 0.0
        for e in range(first[node], first[node + 1]):
            inside += quantity[e] * total[child[e]]
        total[node] = min(max(total[node], inside), 1e15)
    return total
