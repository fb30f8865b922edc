"""Tabu search for flexible job shops: a critical operation goes to its best place on any machine that can do it.

Neighbourhood and the places at which the insertion can be best: Mastrolilli & Gambardella, Effective neighbourhood
functions for the flexible job shop problem, 2000.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.scheduling.disjunctive_graph import Ints
from quarterdeck.disciplines.scheduling.flexible_graph import FlexibleShop, Flow, arrange, kernel, move, take_out
from quarterdeck.disciplines.scheduling.tabu import draw

Longs = npt.NDArray[np.int64]
Random = npt.NDArray[np.uint64]


class Quest(NamedTuple):
    """The state of one search.

    ``tabu[alternative]``: move until which it may not be chosen again; ``clock``: see :func:`improve_flow`;
    ``pick``: makespan, path through the operation, operation, alternative, place and ties of the best move met, then
    from 6 on operation, alternative, place and ties of a forbidden one; ``path``: critical operations; ``random``:
    state of the generator.
    """

    tabu: Ints
    clock: Longs
    pick: Longs
    path: Ints
    random: Random


@kernel
def _critical(shop: FlexibleShop, f: Flow, q: Quest, makespan: int) -> int:
    """A random critical path; returns its length."""
    n = shop.first.size - 1
    o, seen = n, 0
    for k in range(n):
        w = f.order[k]
        if f.tail[w] == makespan and f.end[w] == f.length[w]:
            seen += 1
            if draw(q.random, seen) == 0:
                o = w
    length = 0
    while o < n:
        q.path[length] = o
        length += 1
        e, a, b = f.end[o], shop.after[o], f.following[o]
        on_job = a < n and f.end[a] - f.length[a] == e and e + f.tail[a] == makespan
        on_machine = b < n and f.end[b] - f.length[b] == e and e + f.tail[b] == makespan
        if on_job and on_machine and a != b:
            o = a if draw(q.random, 2) == 0 else b
        elif on_machine:
            o = b
        elif on_job:
            o = a
        else:
            o = n
    return length


@kernel
def _count_before(f: Flow, m: int, skip: int, size: int, limit: int) -> int:
    """How many operations of a machine, ``skip`` left out, end by ``limit`` in the graph without one."""
    low, high = 0, size
    while low < high:
        middle = (low + high) >> 1
        o = f.sequence[m, middle + (middle >= skip)]
        if f.end_without[o] <= limit:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def _count_heavy(f: Flow, m: int, skip: int, size: int, limit: int) -> int:
    """How many operations of a machine, ``skip`` left out, have a tail above ``limit``."""
    low, high = 0, size
    while low < high:
        middle = (low + high) >> 1
        o = f.sequence[m, middle + (middle >= skip)]
        if f.tail_without[o] > limit:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def _weigh(q: Quest, v: int, alternative: int, place: int, rest: int, through: int) -> None:
    """Keep a move if it is the best so far, or as a way out if it is forbidden."""
    c = q.pick
    value = max(rest, through)
    if q.tabu[alternative] > q.clock[0] and value >= q.clock[1]:
        c[9] += 1
        if draw(q.random, c[9]) == 0:
            c[6], c[7], c[8] = v, alternative, place
        return
    if value < c[0] or (value == c[0] and through < c[1]):
        c[0], c[1], c[2], c[3], c[4], c[5] = value, through, v, alternative, place, 1
    elif value == c[0] and through == c[1]:
        c[5] += 1
        if draw(q.random, c[5]) == 0:
            c[2], c[3], c[4] = v, alternative, place


@kernel
def _places(shop: FlexibleShop, f: Flow, q: Quest, v: int, alternative: int, rest: int) -> None:
    """The best places of one alternative of an operation that is taken out."""
    n = shop.first.size - 1
    m, p = shop.machine[alternative], shop.duration[alternative]
    here = m == f.on[v]
    skip = f.place[v] if here else n
    size = f.size[m] - (1 if here else 0)
    head, tail = f.end_without[v], f.tail_without[v]
    a = _count_before(f, m, skip, size, head)
    b = _count_heavy(f, m, skip, size, tail)
    if a >= b:
        place = b + draw(q.random, a - b + 1)
        if here and place == skip:
            if a == b:
                return
            place = b if place > b else a
        _weigh(q, v, alternative, place, rest, head + p + tail)
        return
    for place in range(a, b + 1):
        if here and place == skip:
            continue
        begin, behind = head, tail
        if place > 0:
            begin = max(begin, f.end_without[f.sequence[m, place - 1 + (place - 1 >= skip)]])
        if place < size:
            behind = max(behind, f.tail_without[f.sequence[m, place + (place >= skip)]])
        _weigh(q, v, alternative, place, rest, begin + p + behind)


@kernel
def _step(shop: FlexibleShop, f: Flow, q: Quest, makespan: int, base: int) -> int:
    """One move; returns the new makespan, -1 if there was none."""
    c = q.pick
    c[:] = 0
    c[0], c[2], c[6] = 1 << 60, -1, -1
    length = _critical(shop, f, q, makespan)
    for k in range(length):
        v = q.path[k]
        rest = take_out(shop, f, v)
        for alternative in range(shop.first[v], shop.first[v + 1]):
            _places(shop, f, q, v, alternative, rest)
    v, alternative, place = c[2], c[3], c[4]
    if v < 0:
        v, alternative, place = c[6], c[7], c[8]
    if v < 0:
        return -1
    old, at = f.chosen[v], f.place[v]
    until = q.clock[0] + base + length // 4 + draw(q.random, base + length // 4)
    q.tabu[old] = until
    made = move(shop, f, v, alternative, place)
    if made < 0:
        q.tabu[alternative] = until
        return move(shop, f, v, old, at)
    return made


@njit(cache=True, nogil=True)
def improve_flow(  # noqa: PLR0917 - a kernel takes numbers
    shop: FlexibleShop, f: Flow, best: Ints, tabu: Ints, clock: Longs, random: Random, moves: int, patience: int
) -> int:
    """Tabu search from the flow's order and choices; ``best`` (2, operations) receives the best order and choices.

    ``clock`` holds moves made, best makespan, moves without improvement and the makespan to stop at; all zero but the
    last for a new search, which otherwise goes on. Ends after ``moves``, after ``patience`` moves without improvement
    or at the makespan to stop at. Returns the number of moves.
    """
    n = shop.first.size - 1
    q = Quest(tabu, clock, np.zeros(10, np.int64), np.zeros(n, np.int32), random)
    makespan = arrange(shop, f)
    if clock[0] == 0:
        tabu[:] = 0
        clock[1] = makespan
        best[0], best[1] = f.order[:n], f.chosen[:n]
    for iteration in range(moves):
        if clock[1] <= clock[3] or clock[2] > patience:
            return iteration
        clock[0] += 1
        clock[2] += 1
        makespan = _step(shop, f, q, makespan, 6)
        if makespan < 0:
            clock[2] = patience + 1
            return iteration + 1
        if makespan < clock[1]:
            clock[1], clock[2] = makespan, 0
            best[0], best[1] = f.order[:n], f.chosen[:n]
    return moves
