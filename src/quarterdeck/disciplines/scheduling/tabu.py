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
    heads_from,
    kernel,
    move_backward,
    move_forward,
    tails_from,
)

Longs = npt.NDArray[np.int64]
Random = npt.NDArray[np.uint64]


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

    ``tabu[operation, place]``: move until which it may not return there, places modulo a power of two; ``clock``: see
    :func:`improve`; ``choice``: value, ``u``, ``v``, direction and ties of the best move met, then from 5 on ``u``,
    ``v``, direction and (at 9) ties of a forbidden one; ``blocks``: the critical path; ``moved``: scratch; ``random``:
    state of the generator.
    """

    tabu: Ints
    clock: Longs
    choice: Longs
    blocks: Ints
    moved: Ints
    random: Random


def tabu_list(shop: Shop) -> Ints:
    """An empty tabu list: a column per place on a machine, up to a power of two."""
    most = min(int(np.bincount(shop.machine).max()), 128)
    return np.zeros((shop.machine.size, 1 << (most - 1).bit_length()), np.int32)


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
        forbidden = h.tabu[u, g.place[v] & (h.tabu.shape[1] - 1)] > clock[0]
    else:
        j = shop.before[v]
        if j < shop.machine.size and g.end[u] < g.end[j] + (shop.duration[j] == 0):
            return
        value = _backward(shop, g, u, v)
        forbidden = h.tabu[v, g.place[u] & (h.tabu.shape[1] - 1)] > clock[0]
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
    shop: Shop, g: Graph, best: Ints, tabu: Ints, clock: Longs, random: Random, moves: int, patience: int
) -> int:
    """Tabu search from the graph's order; ``best`` receives the best topological order.

    ``clock`` holds moves made, best makespan, moves without improvement, the makespan to stop at and the moves for
    which a place is forbidden, to which up to half as many are added at random; the first three are zero for a new
    search, which otherwise goes on. Ends after ``moves``, after ``patience`` moves without improvement or at the
    makespan to stop at. Returns the number of moves.
    """
    n = shop.machine.size
    machines = 0
    for o in range(n):
        machines = max(machines, shop.machine[o] + 1)
    blocks, moved = np.zeros(n, np.int32), np.zeros(n, np.int32)
    c = np.zeros(10, np.int64)
    h = Hunt(tabu, clock, c, blocks, moved, random)
    makespan = arrange(shop, g, np.zeros(machines, np.int32))
    g.path[:] = 0
    if clock[0] == 0:
        tabu[:] = 0
        clock[1] = makespan
        best[:] = g.order[:n]
    base = clock[4]
    spread = base // 2
    for iteration in range(moves):
        if clock[1] <= clock[3] or clock[2] > patience:
            return iteration
        clock[0] += 1
        clock[2] += 1
        _step(shop, g, h, base, spread)
        if c[0] < 0:
            clock[2] = patience + 1
            return iteration + 1
        if g.latest[n - 1] < clock[1]:
            clock[1], clock[2] = g.latest[n - 1], 0
            best[:] = g.order[:n]
    return moves


@kernel
def _step(shop: Shop, g: Graph, h: Hunt, base: int, spread: int) -> None:
    """One move; ``choice[0]`` is -1 if there was none."""
    forget(h)
    length = _critical_path(shop, g, g.latest[shop.machine.size - 1], h.random, h.blocks)
    look_over(shop, g, h, length)
    if h.choice[0] < 0:
        return
    begin, stop = make_move(shop, g, h, base, spread)
    heads_from(shop, g, begin)
    tails_from(shop, g, stop)


@kernel
def forget(h: Hunt) -> None:
    """No move has been met yet."""
    h.choice[:] = 0
    h.choice[0], h.choice[1], h.choice[5] = 1 << 60, -1, -1


@kernel
def look_over(shop: Shop, g: Graph, h: Hunt, length: int) -> None:
    """All moves of the critical path in ``blocks``; ``choice[0]`` is -1 if there is none."""
    c, blocks = h.choice, h.blocks
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


@kernel
def make_move(shop: Shop, g: Graph, h: Hunt, base: int, spread: int) -> tuple[int, int]:
    """Make the move chosen and forbid the places left; first and last place of the order it touches."""
    c, mask = h.choice, h.tabu.shape[1] - 1
    u, v = c[1], c[2]
    until = h.clock[0] + base + draw(h.random, spread + 1)
    w = u
    while True:
        h.tabu[w, g.place[w] & mask] = until
        if w == v:
            break
        w = g.next[w]
    begin, stop = g.rank[u], g.rank[v]
    if c[3] == 0:
        move_forward(shop, g, u, v, h.moved)
    else:
        move_backward(shop, g, u, v, h.moved)
    return begin, stop
