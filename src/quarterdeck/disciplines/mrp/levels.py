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
    return level, _by_level(level, order[:filled])


@njit(cache=True)
def _by_level(level: Ints, nodes: Ints) -> Ints:
    """The nodes sorted by level, those alike in the order they have: by counting, as there are few levels."""
    first = np.zeros(nodes.size + 2, np.int64)
    for node in nodes:
        first[level[node] + 1] += 1
    first = np.cumsum(first)
    ranked = np.empty(nodes.size, np.int64)
    for node in nodes:
        ranked[first[level[node]]] = node
        first[level[node]] += 1
    return ranked


@njit(cache=True)
def where_used(order: Ints, first: Ints, child: Ints) -> tuple[Ints, Ints, Ints]:
    """Turns edges round, with nodes numbered by their position in ``order``.

    Parameters
    ----------
    order, first, child
        Nodes by low-level code, and the edges of each node as in :func:`low_level_codes`.

    Returns
    -------
    used_first
        Offsets of each position's users, shape (positions + 1).
    user
        Positions that use each position, ascending, shape (edges).
    edge
        Row in ``child`` of each of them.
    """
    position = np.full(first.size - 1, -1, np.int64)
    for at in range(order.size):
        position[order[at]] = at
    used_first = np.zeros(order.size + 2, np.int64)
    for row in range(child.size):
        used_first[position[child[row]] + 2] += 1
    used_first = np.cumsum(used_first)
    user, edge = np.empty(child.size, np.int64), np.empty(child.size, np.int64)
    for at in range(order.size):
        for row in range(first[order[at]], first[order[at] + 1]):
            slot = used_first[position[child[row]] + 1]
            used_first[position[child[row]] + 1] = slot + 1
            user[slot], edge[slot] = at, row
    return used_first[:-1], user, edge


@njit(cache=True)
def grouped(owner: Ints, owners: int) -> tuple[Ints, Ints]:
    """Where each owner's rows begin, shape (owners + 1), and the rows owner by owner, in the order they have."""
    first = np.zeros(owners + 2, np.int64)
    for row in range(owner.size):
        first[owner[row] + 2] += 1
    first = np.cumsum(first)
    rows = np.empty(owner.size, np.int64)
    for row in range(owner.size):
        rows[first[owner[row] + 1]] = row
        first[owner[row] + 1] += 1
    return first[:-1], rows
