"""Low-level codes: how deep below what is sold each item-site lies."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int64]


@njit(cache=True)
def low_level_codes(first: Ints, child: Ints) -> tuple[Ints, Ints]:
    """Low-level code of each node and the nodes in that order, by Kahn's topological sort.

    Parameters
    ----------
    first
        Offsets of each node's edges in ``child``, shape (nodes + 1).
    child
        Nodes that each node consumes, shape (edges).

    Returns
    -------
    level
        Longest way from a node that nobody consumes, shape (nodes); -1 for nodes in or below a cycle.
    order
        Nodes with a level, those of lower levels first, shape (at most nodes).
    """
    nodes = first.size - 1
    waiting = np.zeros(nodes, np.int64)
    for edge in range(child.size):
        waiting[child[edge]] += 1
    level = np.full(nodes, -1, np.int64)
    order = np.empty(nodes, np.int64)
    filled = 0
    for node in range(nodes):
        if waiting[node] == 0:
            level[node] = 0
            order[filled] = node
            filled += 1
    depth = np.zeros(nodes, np.int64)
    done = 0
    while done < filled:
        node = order[done]
        done += 1
        for edge in range(first[node], first[node + 1]):
            below = child[edge]
            depth[below] = max(depth[below], level[node] + 1)
            waiting[below] -= 1
            if waiting[below] == 0:
                level[below] = depth[below]
                order[filled] = below
                filled += 1
    reached = order[:filled]
    return level, reached[np.argsort(level[reached], kind="mergesort")]
