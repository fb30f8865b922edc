"""The disjunctive graph of a job shop: sequences with heads and tails, and moves that keep them right."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int32]
kernel = njit(cache=True, _nrt=False)  # allocates nothing
Place = np.uint32  # indices that are never negative need no look at the end of the array: a third of the time


class Shop(NamedTuple):
    """A job shop; index ``operations`` stands for no operation. ``before``/``after``: neighbours in the job."""

    machine: Ints
    duration: Ints
    before: Ints
    after: Ints


class Graph(NamedTuple):
    """A sequence with heads and tails; arrays of operations + 1, the last entry being the sentinel.

    ``previous``/``next``: neighbours on the machine; ``place`` on the machine; ``order``/``rank``: topological order
    and its inverse; ``end``: longest path to the end of the operation; ``tail``: longest path from its start;
    ``path``, ``heads``: scratch.
    """

    previous: Ints
    next: Ints
    place: Ints
    order: Ints
    rank: Ints
    end: Ints
    tail: Ints
    path: Ints
    heads: Ints


def blank(operations: int) -> Graph:
    """A graph to be filled by :func:`arrange`."""
    return Graph(*(np.zeros(operations + 1, np.int32) for _ in range(9)))


def times_of(shop: Shop, g: Graph) -> npt.NDArray[np.int64]:
    """Earliest ends of the operations in the graph's order, counted from nought."""
    arrange(shop, g, np.zeros(int(shop.machine.max()) + 1, np.int32))
    return g.end[: shop.machine.size].astype(np.int64)


@kernel
def arrange(shop: Shop, g: Graph, last_on: Ints) -> int:
    """Machine orders, heads and tails from ``order``; ``last_on`` is scratch per machine. Returns the makespan."""
    n = shop.machine.size
    last_on[:] = n
    for k in range(n):
        o = g.order[k]
        g.rank[o] = k
        m = shop.machine[o]
        p = last_on[m]
        g.previous[o] = p
        g.next[o] = n
        g.place[o] = 0
        if p < n:
            g.next[p] = o
            g.place[o] = g.place[p] + 1
        last_on[m] = o
    g.end[n] = 0
    g.tail[n] = 0
    tails_from(shop, g, n - 1)
    return heads_from(shop, g, 0)


@kernel
def heads_from(shop: Shop, g: Graph, begin: int) -> int:
    """Ends of the operations from a place of the order on; the largest of them."""
    most = 0
    for k in range(Place(begin), Place(shop.machine.size)):
        o = Place(g.order[k])
        a = g.end[Place(shop.before[o])]
        b = g.end[Place(g.previous[o])]
        e = (max(b, a)) + shop.duration[o]
        g.end[o] = e
        most = max(most, e)
    return most


@kernel
def tails_from(shop: Shop, g: Graph, begin: int) -> None:
    """Tails of the operations up to a place of the order."""
    for k in range(begin, -1, -1):
        o = Place(g.order[Place(k)])
        a = g.tail[Place(shop.after[o])]
        b = g.tail[Place(g.next[o])]
        g.tail[o] = (max(b, a)) + shop.duration[o]


@kernel
def move_forward(shop: Shop, g: Graph, u: int, v: int, moved: Ints) -> None:
    """Put ``u`` right after ``v`` on its machine and mend the topological order between, heads and tails aside."""
    a, b, f = g.previous[u], g.next[v], g.next[u]
    n = shop.machine.size
    place = g.place[v]
    w = f
    while True:
        g.place[w] -= 1
        if w == v:
            break
        w = g.next[w]
    g.place[u] = place
    g.previous[f] = a
    if a < n:
        g.next[a] = f
    g.next[v], g.previous[u], g.next[u] = u, v, b
    if b < n:
        g.previous[b] = u
    begin, stop = g.rank[u], g.rank[v]
    g.path[n] = 0
    kept, count = begin, 0
    for k in range(begin, stop + 1):
        w = g.order[k]
        p, q = shop.before[w], g.previous[w]
        behind = w == u or (p < n and g.path[p] == -1) or (q < n and g.path[q] == -1)
        if behind and w != v:
            g.path[w] = -1
            moved[count] = w
            count += 1
        else:
            g.order[kept] = w
            g.rank[w] = kept
            kept += 1
    for k in range(count):
        w = moved[k]
        g.path[w] = 0
        g.order[kept] = w
        g.rank[w] = kept
        kept += 1


@kernel
def move_backward(shop: Shop, g: Graph, u: int, v: int, moved: Ints) -> None:
    """Put ``v`` right before ``u`` on its machine and mend the topological order between, heads and tails aside."""
    a, b, f = g.previous[u], g.next[v], g.previous[v]
    n = shop.machine.size
    place = g.place[u]
    w = u
    while w != v:
        g.place[w] += 1
        w = g.next[w]
    g.place[v] = place
    g.next[f] = b
    if b < n:
        g.previous[b] = f
    g.previous[v] = a
    if a < n:
        g.next[a] = v
    g.next[v], g.previous[u] = u, v
    begin, stop = g.rank[u], g.rank[v]
    kept, count = stop, 0
    for k in range(stop, begin - 1, -1):
        w = g.order[k]
        p, q = shop.after[w], g.next[w]
        ahead = w == v or (p < n and g.path[p] == -1) or (q < n and g.path[q] == -1)
        if ahead and w != u:
            g.path[w] = -1
            moved[count] = w
            count += 1
        else:
            g.order[kept] = w
            g.rank[w] = kept
            kept -= 1
    for k in range(count):
        w = moved[k]
        g.path[w] = 0
        g.order[kept] = w
        g.rank[w] = kept
        kept -= 1
