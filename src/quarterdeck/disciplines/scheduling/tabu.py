"""Tabu search for job shops on the disjunctive graph: moves within critical blocks, judged by estimates.

A sequence is a topological order of the operations; machine orders follow from it. Neighbourhood: an operation of a
critical block goes right after the block's last or right before its first operation, or next to its neighbours at the
block's ends (N6). For a while after a move no two operations go back to the order it undid. Sources: Balas &
Vazacopoulos, Guided local search with shifting bottleneck for job shop scheduling, 1998 (estimates and conditions under
which no cycle arises); Dell'Amico & Trubian, Applying tabu search to the job-shop scheduling problem, 1993 (forbidden
orders of two); Peng, Lü & Cheng, A tabu search/path relinking algorithm to solve the job shop scheduling problem, 2015
(population).
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
    Place,
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
NONE, ONE = np.uint64(0), np.uint64(1)


@kernel
def _forward(shop: Shop, g: Graph, u: int, v: int, limit: int) -> int:
    """Estimated longest path through the operations concerned if ``u`` goes right after ``v``.

    Once it is known to be above ``limit``, any value above that is given.
    """
    last, mover = Place(v), Place(u)
    w = Place(g.next[mover])
    before = g.end[Place(g.previous[mover])]
    k = NONE
    while True:
        a = g.end[Place(shop.before[w])]
        a = max(a, before)
        g.heads[k] = a
        before = a + shop.duration[w]
        k += ONE
        if w == last:
            break
        w = Place(g.next[w])
    a = g.end[Place(shop.before[mover])]
    a = max(a, before)
    t = g.tail[Place(shop.after[mover])]
    b = g.tail[Place(g.next[last])]
    t = (max(b, t)) + shop.duration[mover]
    best = a + t
    w = last
    while k > NONE and best <= limit:
        k -= ONE
        c = g.tail[Place(shop.after[w])]
        c = max(c, t)
        t = c + shop.duration[w]
        best = max(best, g.heads[k] + t)
        w = Place(g.previous[w])
    return best


@kernel
def _backward(shop: Shop, g: Graph, u: int, v: int, limit: int) -> int:
    """Estimated longest path through the operations concerned if ``v`` goes right before ``u``; see above."""
    last, w = Place(v), Place(u)
    a = g.end[Place(shop.before[last])]
    b = g.end[Place(g.previous[w])]
    first = max(b, a)
    before = first + shop.duration[last]
    k = NONE
    while w != last:
        a = g.end[Place(shop.before[w])]
        a = max(a, before)
        g.heads[k] = a
        before = a + shop.duration[w]
        k += ONE
        w = Place(g.next[w])
    t = g.tail[Place(g.next[last])]
    best = 0
    w = Place(g.previous[last])
    while k > NONE and best <= limit:
        k -= ONE
        c = g.tail[Place(shop.after[w])]
        c = max(c, t)
        t = c + shop.duration[w]
        best = max(best, g.heads[k] + t)
        w = Place(g.previous[w])
    c = g.tail[Place(shop.after[last])]
    c = max(c, t)
    return max(best, first + c + shop.duration[last])


class Hunt(NamedTuple):
    """The state of one search.

    ``tabu[one, slot of another]``: move until which one may not go before the other again; ``slot``: a number of each
    operation among those of its machine, modulo a power of two; ``clock``: see :func:`improve`; ``choice``: value,
    ``u``, ``v``, direction and ties of the best move met, then from 5 on ``u``, ``v``, direction and (at 9) ties of a
    forbidden one; ``blocks``: the critical path; ``moved``: scratch; ``random``: state of the generator.
    """

    tabu: Ints
    slot: Ints
    clock: Longs
    choice: Longs
    blocks: Ints
    moved: Ints
    random: Random


def tabu_list(shop: Shop) -> Ints:
    """An empty tabu list: a column per slot on a machine, up to a power of two."""
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
        if g.tail[m] == makespan and shop.before[m] == n and g.end[m] == shop.duration[m]:
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
def _restores(g: Graph, h: Hunt, u: int, v: int, back: int) -> bool:
    """Whether a move would put one operation before another again that it was taken from before of late."""
    now, w = h.clock[0], Place(u)
    first, last = Place(u), Place(v)
    if back == 1:
        while w != last:
            if h.tabu[last, Place(h.slot[w])] > now:
                return True
            w = Place(g.next[w])
        return False
    slot = Place(h.slot[first])
    while w != last:
        w = Place(g.next[w])
        if h.tabu[w, slot] > now:
            return True
    return False


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
        forbidden = _restores(g, h, u, v, 0)
        value = _forward(shop, g, u, v, clock[1] - 1 if forbidden else c[0])
    else:
        j = shop.before[v]
        if j < shop.machine.size and g.end[u] < g.end[j] + (shop.duration[j] == 0):
            return
        forbidden = _restores(g, h, u, v, 1)
        value = _backward(shop, g, u, v, clock[1] - 1 if forbidden else c[0])
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
    which an order of two is forbidden, to which up to half as many are added at random; the first three are zero for a
    new search, which otherwise goes on. Ends after ``moves``, after ``patience`` moves without improvement or at the
    makespan to stop at. Returns the number of moves.
    """
    n = shop.machine.size
    machines = 0
    for o in range(n):
        machines = max(machines, shop.machine[o] + 1)
    filled, slot = np.zeros(machines, np.int32), np.zeros(n, np.int32)
    number_slots(shop, slot, filled, tabu.shape[1] - 1)
    h = Hunt(tabu, slot, clock, np.zeros(10, np.int64), np.zeros(n, np.int32), np.zeros(n, np.int32), random)
    makespan = arrange(shop, g, filled)
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
        makespan = _step(shop, g, h, makespan, base, spread)
        if h.choice[0] < 0:
            clock[2] = patience + 1
            return iteration + 1
        if makespan < clock[1]:
            clock[1], clock[2] = makespan, 0
            best[:] = g.order[:n]
    return moves


@kernel
def number_slots(shop: Shop, slot: Ints, filled: Ints, mask: int) -> None:
    """Number the operations of each machine, modulo a power of two; ``filled`` is scratch per machine."""
    filled[:] = 0
    for o in range(shop.machine.size):
        m = shop.machine[o]
        slot[o] = filled[m] & mask
        filled[m] += 1


@kernel
def _step(shop: Shop, g: Graph, h: Hunt, makespan: int, base: int, spread: int) -> int:
    """One move; returns the new makespan. ``choice[0]`` is -1 if there was none."""
    forget(h)
    length = _critical_path(shop, g, makespan, h.random, h.blocks)
    look_over(shop, g, h, length)
    if h.choice[0] < 0:
        return makespan
    begin, stop = make_move(shop, g, h, base, spread)
    tails_from(shop, g, stop)
    most = heads_from(shop, g, begin)
    for k in range(begin):  # no operation before these has changed, but one of them may be the last to end
        most = max(most, g.end[g.order[k]])
    return most


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
    """Make the move chosen and forbid what it undid; first and last place of the order it touches."""
    c = h.choice
    u, v = c[1], c[2]
    until = h.clock[0] + base + draw(h.random, spread + 1)
    w = u
    while w != v:
        if c[3] == 1:
            h.tabu[w, h.slot[v]] = until
        w = g.next[w]
        if c[3] == 0:
            h.tabu[u, h.slot[w]] = until
    begin, stop = g.rank[u], g.rank[v]
    if c[3] == 0:
        move_forward(shop, g, u, v, h.moved)
    else:
        move_backward(shop, g, u, v, h.moved)
    return begin, stop
