"""Tabu search for job shops on the disjunctive graph: moves within critical blocks, judged by estimates.

A sequence is a topological order of the operations; machine orders follow from it. Neighbourhood: an operation of a
critical block goes right after the block's last or right before its first operation, or next to its neighbours at the
block's ends (N6). Sources: Balas & Vazacopoulos, Guided local search with shifting bottleneck for job shop scheduling,
1998 (estimates and conditions under which no cycle arises); Peng, Lü & Cheng, A tabu search/path relinking algorithm
to solve the job shop scheduling problem, 2015 (population).
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.scheduling.disjunctive_graph import (
    Graph,
    Ints,
    Shop,
    arrange,
    kernel,
    move_backward,
    move_forward,
)


@kernel
def _forward(shop: Shop, g: Graph, u: int, v: int) -> int:
    """Estimated longest path through the operations concerned if ``u`` goes right after ``v``."""
    before = g.end[g.previous[u]]
    k = 0
    w = g.next[u]
    while True:
        a = g.end[shop.before[w]]
        a = max(a, before)
        g.heads[k] = a
        before = a + shop.duration[w]
        k += 1
        if w == v:
            break
        w = g.next[w]
    a = g.end[shop.before[u]]
    a = max(a, before)
    t = g.tail[shop.after[u]]
    b = g.tail[g.next[v]]
    t = (max(b, t)) + shop.duration[u]
    best = a + t
    w = v
    while k > 0:
        k -= 1
        c = g.tail[shop.after[w]]
        c = max(c, t)
        t = c + shop.duration[w]
        best = max(best, g.heads[k] + t)
        w = g.previous[w]
    return best


@kernel
def _backward(shop: Shop, g: Graph, u: int, v: int) -> int:
    """Estimated longest path through the operations concerned if ``v`` goes right before ``u``."""
    a = g.end[shop.before[v]]
    b = g.end[g.previous[u]]
    first = max(b, a)
    before = first + shop.duration[v]
    k = 0
    w = u
    while w != v:
        a = g.end[shop.before[w]]
        a = max(a, before)
        g.heads[k] = a
        before = a + shop.duration[w]
        k += 1
        w = g.next[w]
    t = g.tail[g.next[v]]
    best = 0
    w = g.previous[v]
    while k > 0:
        k -= 1
        c = g.tail[shop.after[w]]
        c = max(c, t)
        t = c + shop.duration[w]
        best = max(best, g.heads[k] + t)
        w = g.previous[w]
    c = g.tail[shop.after[v]]
    c = max(c, t)
    return max(best, first + c + shop.duration[v])


class Hunt(NamedTuple):
    """The state of one search.

    ``tabu[operation, place]``: move until which it may not return there; ``clock``: moves so far and the best value
    known; ``choice``: value, ``u``, ``v``, direction and ties of the best move met, then from 5 on ``u``, ``v``,
    direction and (at 9) ties of a forbidden one; ``blocks``: the critical path; ``moved``: scratch; ``random``: state
    of the generator.
    """

    tabu: Ints
    clock: npt.NDArray[np.int64]
    choice: npt.NDArray[np.int64]
    blocks: Ints
    moved: Ints
    random: npt.NDArray[np.uint64]


@kernel
def draw(state: npt.NDArray[np.uint64], below: int) -> int:
    """A random number from 0 to ``below`` - 1 (xorshift; the state is the caller's)."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return int((x >> np.uint64(33)) % np.uint64(below))


@kernel
def _critical_path(shop: Shop, g: Graph, makespan: int, state: npt.NDArray[np.uint64], blocks: Ints) -> int:
    """A random critical path in ``blocks``; returns its length."""
    n = shop.machine.size
    o, seen = n, 0
    for m in range(n):
        if g.end[m] == shop.duration[m] and g.tail[m] == makespan:
            seen += 1
            if draw(state, seen) == 0:
                o = m
    length = 0
    while o < n:
        blocks[length] = o
        length += 1
        e = g.end[o]
        a, b = shop.after[o], g.next[o]
        on_job = a < n and g.end[a] - shop.duration[a] == e and e + g.tail[a] == makespan
        on_machine = b < n and g.end[b] - shop.duration[b] == e and e + g.tail[b] == makespan
        if on_job and on_machine and a != b:
            o = a if draw(state, 2) == 0 else b
        elif on_machine:
            o = b
        elif on_job:
            o = a
        else:
            o = n
    return length


@kernel
def _consider(shop: Shop, g: Graph, h: Hunt, u: int, v: int, back: int) -> None:
    """Estimate one move and keep it if it is the best; one that might close a cycle is left out.

    Beside a neighbour in the job that takes no time the comparison has to be strict.
    """
    c, clock, state = h.choice, h.clock, h.random
    if back == 0:
        j = shop.after[u]
        if j < shop.machine.size and g.tail[v] < g.tail[j] + (shop.duration[j] == 0):
            return
        value = _forward(shop, g, u, v)
        forbidden = h.tabu[u, g.place[v]] > clock[0]
    else:
        j = shop.before[v]
        if j < shop.machine.size and g.end[u] < g.end[j] + (shop.duration[j] == 0):
            return
        value = _backward(shop, g, u, v)
        forbidden = h.tabu[v, g.place[u]] > clock[0]
    if forbidden and value >= clock[1]:
        c[9] += 1
        if draw(state, c[9]) == 0:
            c[5], c[6], c[7] = u, v, back
        return
    if value < c[0]:
        c[0], c[1], c[2], c[3], c[4] = value, u, v, back, 1
    elif value == c[0]:
        c[4] += 1
        if draw(state, c[4]) == 0:
            c[1], c[2], c[3] = u, v, back


@kernel
def _moves_of_block(shop: Shop, g: Graph, h: Hunt, i: int, k: int) -> None:
    """All moves within the block from place ``i`` to ``k`` of the critical path."""
    blocks = h.blocks
    first, last = blocks[i], blocks[k]
    if k == i + 1:
        _consider(shop, g, h, first, last, 0)
        return
    for z in range(i, k + 1):
        w = blocks[z]
        if z < k:
            _consider(shop, g, h, w, last, 0)
        if z > i:
            _consider(shop, g, h, first, w, 1)
        if i < z < k:
            _consider(shop, g, h, first, w, 0)
            _consider(shop, g, h, w, last, 1)


@njit(cache=True, nogil=True)
def improve(  # noqa: PLR0917 - a kernel takes numbers
    shop: Shop, g: Graph, best: Ints, tabu: Ints, iterations: int, patience: int, seed: int, stop_at: int
) -> tuple[int, int]:
    """Tabu search from the graph's order; ``best`` receives the best topological order.

    Ends after ``iterations`` moves, ``patience`` moves without improvement, or at the makespan ``stop_at``.
    Returns the best makespan and the number of moves.
    """
    n = shop.machine.size
    machines = 0
    for o in range(n):
        machines = max(machines, shop.machine[o] + 1)
    last_on = np.zeros(machines, np.int32)
    blocks, moved = np.zeros(n, np.int32), np.zeros(n, np.int32)
    state = np.array([np.uint64(seed) * np.uint64(2685821657736338717) + np.uint64(88172645463325252)])
    c, clock = np.zeros(10, np.int64), np.zeros(2, np.int64)
    h = Hunt(tabu, clock, c, blocks, moved, state)
    makespan = arrange(shop, g, last_on)
    g.path[:] = 0
    tabu[:] = 0
    clock[1] = makespan
    best[:] = g.order[:n]
    base = 10 + n // (machines * machines)
    spread = base // 2 if n <= 2 * machines * machines else base * 3 // 4
    quiet = 0
    for iteration in range(iterations):
        clock[0] = iteration
        _step(shop, g, h, base, spread)
        makespan = g.latest[n - 1]
        quiet += 1
        if c[0] < 0:
            return clock[1], iteration
        if makespan < clock[1]:
            clock[1], quiet = makespan, 0
            best[:] = g.order[:n]
        if clock[1] <= stop_at or quiet > patience:
            return clock[1], iteration + 1
    return clock[1], iterations


@kernel
def _step(shop: Shop, g: Graph, h: Hunt, base: int, spread: int) -> None:
    """One move; ``c[0]`` is -1 if there was none."""
    c, clock, blocks = h.choice, h.clock, h.blocks
    c[:] = 0
    c[0], c[1], c[5] = 1 << 60, -1, -1
    length = _critical_path(shop, g, g.latest[shop.machine.size - 1], h.random, blocks)
    i = 0
    while i < length:
        k = i
        while k + 1 < length and shop.machine[blocks[k + 1]] == shop.machine[blocks[i]]:
            k += 1
        if k > i:
            _moves_of_block(shop, g, h, i, k)
        i = k + 1
    if c[1] < 0:
        if c[5] < 0:
            c[0] = -1
            return
        c[1], c[2], c[3] = c[5], c[6], c[7]
    u, v = c[1], c[2]
    until = clock[0] + base + draw(h.random, spread + 1)
    w = u
    while True:
        h.tabu[w, g.place[w]] = until
        if w == v:
            break
        w = g.next[w]
    if c[3] == 0:
        move_forward(shop, g, u, v, h.moved)
    else:
        move_backward(shop, g, u, v, h.moved)
