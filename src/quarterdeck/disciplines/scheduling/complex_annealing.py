"""Simulated annealing of complex job shops over one list of all operations and a machine for each.

The list is decoded from front to back. An operation joins the operations begun last on its machine if it is of their
family, there is room, and it is ready when they begin; so batches form by themselves, and one that waits for a late
operation is a list in which that one comes first. The idea that sequences need not know of batches is of Knopp,
Dauzère-Pérès and Yugma, A batch-oblivious approach for complex job-shop scheduling problems, 2017.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from quarterdeck.disciplines.scheduling.chance import Chance, below, fraction
from quarterdeck.disciplines.scheduling.complex_shop import ComplexArrays, Integers

kernel = njit(cache=True, nogil=True, _nrt=False)
EXCHANGES = 3  # one move in so many changes two operations for each other


class Line(NamedTuple):
    """A solution and what follows from it: the list, machines, starts, ends, places, and the sequence per machine.

    ``start`` and ``end`` are those of the list that is tried; ``begun`` and ``done`` those of the list accepted last,
    to which ``sequence`` and ``filled`` belong.
    """

    order: Integers
    place: Integers
    machine: Integers
    start: Integers
    end: Integers
    begun: Integers
    done: Integers
    sequence: Integers  # (machines, operations)
    filled: Integers  # (machines) operations on each
    batch: Integers  # (machines, 4): start, end, family, operations of the batch begun last
    best: Integers
    best_machine: Integers


def line(a: ComplexArrays) -> Line:
    """Room for one search."""
    n, machines = a.job.size, a.capacity.size
    zeros = [np.zeros(n, np.int64) for _ in range(9)]
    return Line(
        zeros[0], zeros[1], zeros[2], zeros[3], zeros[4], zeros[5], zeros[6], np.zeros((machines, n), np.int64),
        np.zeros(machines, np.int64), np.zeros((machines, 4), np.int64), zeros[7], zeros[8],
    )  # fmt: skip


@kernel
def _begin_on(a: ComplexArrays, x: Line, o: int, m: int, ready: int) -> tuple[int, int]:
    """When an operation would begin on a machine after what is there, and whether it joins the last batch."""
    b = x.batch[m]
    family = a.family[o]
    if b[3] > 0 and b[2] == family and b[3] < a.capacity[m] and ready <= b[0]:
        return b[0], 1
    if b[3] == 0:
        return ready, 0
    return max(ready, b[1] + a.setup[b[2], family]), 0


@kernel
def _put_on(a: ComplexArrays, x: Line, o: int, m: int, ready: int) -> None:
    begin, joins = _begin_on(a, x, o, m, ready)
    b = x.batch[m]
    x.start[o] = begin
    x.end[o] = begin + a.duration[a.family[o], m]
    if joins == 1:
        b[3] += 1
    else:
        b[0], b[1], b[2], b[3] = begin, x.end[o], a.family[o], 1


@kernel
def _batches_at(a: ComplexArrays, x: Line, place: int) -> None:
    """What each machine began last before a place of the list, from the list accepted last."""
    for m in range(x.filled.size):
        low, high = 0, x.filled[m]
        while low < high:
            middle = (low + high) >> 1
            if x.place[x.sequence[m, middle]] < place:
                low = middle + 1
            else:
                high = middle
        x.batch[m, 3] = 0
        at = low - 1
        begun = x.begun[x.sequence[m, max(at, 0)]]
        while at >= 0 and x.begun[x.sequence[m, at]] == begun and x.batch[m, 3] < a.capacity[m]:
            x.batch[m, 3] += 1
            at -= 1
        if low > 0:
            o = x.sequence[m, low - 1]
            x.batch[m, 0], x.batch[m, 1], x.batch[m, 2] = x.begun[o], x.done[o], a.family[o]


@kernel
def _cost(a: ComplexArrays, o: int, end: int) -> int:
    if a.last[o] == 0 or a.makespan == 1:
        return 0
    return a.weight[a.job[o]] * max(0, end - a.due[a.job[o]])


@kernel
def decode_line(a: ComplexArrays, x: Line) -> int:
    """Starts and ends of the list on its machines, accepted as they are; returns the value."""
    for m in range(x.filled.size):
        x.filled[m] = 0
    for o in range(x.done.size):
        x.done[o] = 0
    return accept(x, try_line(a, x, 0, 0, 1e18))


@kernel
def try_line(a: ComplexArrays, x: Line, place: int, value: int, limit: float) -> int:
    """Starts and ends from a place of the list on, given the accepted value; returns the value, or one over a limit."""
    _batches_at(a, x, place)
    n = x.order.size
    for k in range(place, n):
        value -= _cost(a, x.order[k], x.done[x.order[k]])
    longest = 0
    for k in range(place, n):
        o = x.order[k]
        ready = a.release[a.job[o]] if a.first[o] == 1 else x.end[o - 1]
        _put_on(a, x, o, x.machine[o], ready)
        value += _cost(a, o, x.end[o])
        longest = max(longest, x.end[o])
        if value > limit:
            return value
    if a.makespan == 1:
        for k in range(place):
            longest = max(longest, x.end[x.order[k]])
        return longest
    return value


@kernel
def accept(x: Line, value: int) -> int:
    """Take the tried list as accepted: its times, in the order of starts, and the sequences of machines."""
    n = x.order.size
    sort_line(x)
    for m in range(x.filled.size):
        x.filled[m] = 0
    for k in range(n):
        o = x.order[k]
        m = x.machine[o]
        x.begun[o], x.done[o] = x.start[o], x.end[o]
        x.sequence[m, x.filled[m]] = o
        x.filled[m] += 1
    return value


@kernel
def greedy_line(a: ComplexArrays, x: Line) -> int:
    """The list with each operation on the machine where it ends first; returns the value."""
    for m in range(x.filled.size):
        x.batch[m, 3] = 0
    for k in range(x.order.size):
        o = x.order[k]
        ready = a.release[a.job[o]] if a.first[o] == 1 else x.end[o - 1]
        least = 1 << 60
        for m in range(a.capacity.size):
            length = a.duration[a.family[o], m]
            if length >= 0:
                begin, _ = _begin_on(a, x, o, m, ready)
                if begin + length < least:
                    least, x.machine[o] = begin + length, m
        _put_on(a, x, o, x.machine[o], ready)
    sort_line(x)
    return decode_line(a, x)


@kernel
def sort_line(x: Line) -> None:
    """The list in the order of starts, ties as they are; the schedule stays the same."""
    order = x.order
    for k in range(1, order.size):
        o = order[k]
        at = k
        while at > 0 and x.start[order[at - 1]] > x.start[o]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = o
    for k in range(order.size):
        x.place[order[k]] = k


@kernel
def shift(x: Line, origin: int, target: int) -> None:
    """Move what is at one place of the list to another."""
    order = x.order
    o = order[origin]
    step = 1 if target > origin else -1
    at = origin
    while at != target:
        order[at] = order[at + step]
        x.place[order[at]] = at
        at += step
    order[target] = o
    x.place[o] = target


@kernel
def _other_machine(a: ComplexArrays, o: int, chance: Chance) -> int:
    """A random machine that can do an operation."""
    chosen, seen = -1, 0
    for m in range(a.capacity.size):
        if a.duration[a.family[o], m] >= 0:
            seen += 1
            if below(chance, seen) == 0:
                chosen = m
    return chosen


@kernel
def _near(x: Line, m: int, moment: int) -> int:
    """How many operations of a machine begin before a moment."""
    low, high = 0, x.filled[m]
    while low < high:
        middle = (low + high) >> 1
        if x.begun[x.sequence[m, middle]] < moment:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def _target(a: ComplexArrays, x: Line, o: int, m: int, width: int, chance: Chance) -> int:
    """A place in the list, next to an operation of the machine that is not far in time; -1 if none is allowed."""
    if x.filled[m] == 0:
        return x.place[o]
    at = _near(x, m, x.begun[o]) + below(chance, 2 * width + 1) - width
    q = x.sequence[m, min(max(at, 0), x.filled[m] - 1)]
    if q == o:
        return -1
    low = 0 if a.first[o] == 1 else x.place[o - 1] + 1
    high = x.order.size - 1 if a.last[o] == 1 else x.place[o + 1] - 1
    to = x.place[q]
    if x.place[o] < to:
        to -= 1
    if below(chance, 2) == 0:
        to += 1
    return to if low <= to <= high else -1


@kernel
def _remember(x: Line) -> None:
    for k in range(x.order.size):
        x.best[k] = x.order[k]
        x.best_machine[k] = x.machine[k]


@kernel
def recall(x: Line) -> None:
    """Go back to the best list met."""
    for k in range(x.order.size):
        x.order[k] = x.best[k]
        x.place[x.best[k]] = k
        x.machine[k] = x.best_machine[k]


@kernel
def _partner(a: ComplexArrays, x: Line, o: int, width: int, chance: Chance) -> int:
    """An operation near in time that may change places with another, machine for machine; -1 if none is found."""
    m = _other_machine(a, o, chance)
    if x.filled[m] == 0:
        return -1
    at = _near(x, m, x.begun[o]) + below(chance, 2 * width + 1) - width
    q = x.sequence[m, min(max(at, 0), x.filled[m] - 1)]
    if a.job[q] == a.job[o] or a.duration[a.family[q], x.machine[o]] < 0:
        return -1
    return q if _fits_at(a, x, o, x.place[q]) and _fits_at(a, x, q, x.place[o]) else -1


@kernel
def _fits_at(a: ComplexArrays, x: Line, o: int, place: int) -> bool:
    """Whether a place of the list lies between the operations before and after it in its job."""
    after = a.first[o] == 1 or x.place[o - 1] < place
    return after and (a.last[o] == 1 or x.place[o + 1] > place)


@kernel
def _exchange(x: Line, o: int, q: int) -> None:
    """Two operations change places and machines."""
    one, other = x.place[o], x.place[q]
    x.order[one], x.order[other] = q, o
    x.place[o], x.place[q] = other, one
    x.machine[o], x.machine[q] = x.machine[q], x.machine[o]


@kernel
def _judge(a: ComplexArrays, x: Line, first: int, value: int, best: int, limit: float) -> tuple[int, int]:
    """Take the tried list if it is within the limit; returns the value, -1 if it is not, and the best."""
    found = try_line(a, x, first, value, limit)
    if found <= limit:
        accept(x, found)
        if found < best:
            _remember(x)
            best = found
        return found, best
    return -1, best


@kernel
def _forget_from(x: Line, first: int) -> None:
    """Times of the accepted list again, from a place of it on."""
    for k in range(first, x.order.size):
        x.start[x.order[k]], x.end[x.order[k]] = x.begun[x.order[k]], x.done[x.order[k]]


@kernel
def anneal(  # noqa: PLR0917 - a kernel takes numbers
    a: ComplexArrays, x: Line, value: int, best: int, moves: int, warmth: float, chance: Chance
) -> tuple[int, int]:
    """Some random moves at one temperature, shifts and exchanges; returns the value now and the best."""
    n = x.order.size
    for _ in range(moves):
        o = below(chance, n)
        limit = value - warmth * np.log(max(fraction(chance), 1e-12))
        old_machine, origin = x.machine[o], x.place[o]
        if below(chance, EXCHANGES) == 0:
            q = _partner(a, x, o, 1 + below(chance, 8), chance)
            if q < 0:
                continue
            first = min(origin, x.place[q])
            _exchange(x, o, q)
            found, best = _judge(a, x, first, value, best, limit)
            if found < 0:
                _exchange(x, o, q)
        else:
            m = old_machine if below(chance, 2) == 0 else _other_machine(a, o, chance)
            to = _target(a, x, o, m, 1 + below(chance, 8), chance)
            if to < 0 or (to == origin and m == old_machine):
                continue
            first = min(origin, to)
            shift(x, origin, to)
            x.machine[o] = m
            found, best = _judge(a, x, first, value, best, limit)
            if found < 0:
                shift(x, to, origin)
                x.machine[o] = old_machine
        if found < 0:
            _forget_from(x, first)
        else:
            value = found
    return value, best
