"""The graph of a flexible job shop: who is where in which sequence, heads and tails, and all that without one of them.

The makespan after a move is exact: it is that of the graph without the operation, or the longest path through the
operation at its new place, whichever is longer.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from quarterdeck.disciplines.scheduling.disjunctive_graph import Ints

kernel = njit(cache=True, _nrt=False)  # allocates nothing


class FlexibleShop(NamedTuple):
    """A flexible job shop; index ``operations`` stands for no operation.

    ``first``: where each operation's alternatives begin, shape (operations + 1); ``machine``, ``duration`` of each
    alternative; ``before``, ``after``: neighbours in the job.
    """

    first: Ints
    machine: Ints
    duration: Ints
    before: Ints
    after: Ints


class Flow(NamedTuple):
    """A solution with heads and tails; arrays of operations + 1 where they are read for no operation.

    ``chosen``: alternative of each operation; ``on``, ``length``: its machine and duration; ``sequence``: operations of
    each machine (machines, operations) with ``size``; ``place`` in it; ``previous``, ``following`` on the machine;
    ``order``, ``rank``: topological order and its inverse; ``end``: longest path to the end; ``tail``: longest path
    from the start; ``end_without``, ``tail_without``: the same without one operation; ``left``: scratch.
    """

    chosen: Ints
    on: Ints
    length: Ints
    sequence: Ints
    size: Ints
    place: Ints
    previous: Ints
    following: Ints
    order: Ints
    rank: Ints
    end: Ints
    tail: Ints
    end_without: Ints
    tail_without: Ints
    left: Ints


@njit(cache=True)
def blank_flow(operations: int, machines: int) -> Flow:
    """A flow to be filled by :func:`arrange`."""
    n = operations + 1
    return Flow(
        np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32),
        np.zeros((machines, operations), np.int32), np.zeros(machines, np.int32), np.zeros(n, np.int32),
        np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32),
        np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32),
        np.zeros(n, np.int32),
    )  # fmt: skip


@kernel
def arrange(shop: FlexibleShop, f: Flow) -> int:
    """Sequences, heads and tails from ``order`` and ``chosen``; returns the makespan."""
    n = shop.first.size - 1
    f.size[:] = 0
    for k in range(n):
        o = f.order[k]
        alternative = f.chosen[o]
        m = shop.machine[alternative]
        f.on[o], f.length[o] = m, shop.duration[alternative]
        f.sequence[m, f.size[m]] = o
        f.size[m] += 1
    for m in range(f.size.size):
        link(f, n, m, 0)
    return settle(shop, f)


@kernel
def link(f: Flow, n: int, m: int, begin: int) -> None:
    """Places and neighbours on a machine from a place on."""
    for i in range(begin, f.size[m]):
        o = f.sequence[m, i]
        f.place[o] = i
        f.previous[o] = f.sequence[m, i - 1] if i > 0 else n
        f.following[o] = f.sequence[m, i + 1] if i + 1 < f.size[m] else n


@kernel
def settle(shop: FlexibleShop, f: Flow) -> int:
    """Topological order, heads and tails of the sequences; returns the makespan, -1 if they run in a circle."""
    n = shop.first.size - 1
    head, stop = 0, 0
    f.end[n] = 0
    f.tail[n] = 0
    for o in range(n):
        f.left[o] = (shop.before[o] < n) + (f.previous[o] < n)
        if f.left[o] == 0:
            f.order[stop] = o
            stop += 1
    makespan = 0
    while head < stop:
        o = f.order[head]
        f.rank[o] = head
        head += 1
        f.end[o] = max(f.end[shop.before[o]], f.end[f.previous[o]]) + f.length[o]
        makespan = max(makespan, f.end[o])
        w = shop.after[o]
        if w < n:
            f.left[w] -= 1
            if f.left[w] == 0:
                f.order[stop] = w
                stop += 1
        w = f.following[o]
        if w < n:
            f.left[w] -= 1
            if f.left[w] == 0:
                f.order[stop] = w
                stop += 1
    if stop < n:
        return -1
    for k in range(n - 1, -1, -1):
        o = f.order[k]
        f.tail[o] = max(f.tail[shop.after[o]], f.tail[f.following[o]]) + f.length[o]
    return makespan


@kernel
def take_out(shop: FlexibleShop, f: Flow, v: int) -> int:
    """Heads and tails of the graph without ``v`` (its job goes on as if it took no time); returns the makespan."""
    n = shop.first.size - 1
    begin = f.rank[v]
    makespan = 0
    for k in range(begin):
        o = f.order[k]
        f.end_without[o] = f.end[o]
        makespan = max(makespan, f.end[o])
    f.end_without[v] = f.end[shop.before[v]]
    f.end_without[n] = 0
    before, behind = f.previous[v], f.following[v]
    for k in range(begin + 1, n):
        o = f.order[k]
        p = before if o == behind else f.previous[o]
        e = max(f.end_without[shop.before[o]], f.end_without[p]) + f.length[o]
        f.end_without[o] = e
        makespan = max(makespan, e)
    for k in range(n - 1, begin, -1):
        o = f.order[k]
        f.tail_without[o] = f.tail[o]
    f.tail_without[v] = f.tail[shop.after[v]]
    f.tail_without[n] = 0
    for k in range(begin - 1, -1, -1):
        o = f.order[k]
        s = behind if o == before else f.following[o]
        f.tail_without[o] = max(f.tail_without[shop.after[o]], f.tail_without[s]) + f.length[o]
    return makespan


@kernel
def move(shop: FlexibleShop, f: Flow, v: int, alternative: int, place: int) -> int:
    """Put ``v`` at a place (counted without it) of the machine of an alternative; returns the makespan or -1."""
    n = shop.first.size - 1
    m, at = f.on[v], f.place[v]
    for i in range(at, f.size[m] - 1):
        f.sequence[m, i] = f.sequence[m, i + 1]
    f.size[m] -= 1
    target = shop.machine[alternative]
    for i in range(f.size[target], place, -1):
        f.sequence[target, i] = f.sequence[target, i - 1]
    f.sequence[target, place] = v
    f.size[target] += 1
    f.chosen[v], f.on[v], f.length[v] = alternative, target, shop.duration[alternative]
    link(f, n, m, max(0, min(at, place if m == target else at) - 1))
    if m != target:
        link(f, n, target, max(0, place - 1))
    return settle(shop, f)
