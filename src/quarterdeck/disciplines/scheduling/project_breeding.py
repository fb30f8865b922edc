"""A population of activity lists, crossed, shaken and settled: the kernels of the search for short projects."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from quarterdeck.disciplines.scheduling.chance import Chance, below
from quarterdeck.disciplines.scheduling.project import Ints, ProjectArrays
from quarterdeck.disciplines.scheduling.project_decoding import Bench, settle, settle_within

kernel = njit(cache=True, nogil=True, _nrt=False)
FAR = 1 << 20
SHAKES = 12


class Herd(NamedTuple):
    """A population: lists, starts and modes (members, activities), makespans; and room for a child.

    A member that takes more of a non-renewable resource than there is has ``FAR`` added to its makespan per unit.
    """

    order: Ints
    start: Ints
    mode: Ints
    value: Ints
    child: Ints
    way: Ints
    taken: Ints
    spent: Ints


def herd(members: int, a: ProjectArrays) -> Herd:
    """An empty population."""
    n = a.first_mode.size - 1
    shape = (members, n)
    return Herd(
        np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(shape, np.int32),
        np.full(members, 1 << 30, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32),
        np.zeros(a.budget.size, np.int32),
    )  # fmt: skip


@kernel
def cross(h: Herd, one: int, other: int, low: int, high: int) -> None:
    """Two-point crossover: the first parent's list, its stretch from ``low`` to ``high`` in the order of the second."""
    n = h.child.size
    h.taken[:] = 0
    for k in range(low):
        h.child[k] = h.order[one, k]
        h.taken[h.child[k]] = 1
    for k in range(high, n):
        h.taken[h.order[one, k]] = 1
        h.child[k] = h.order[one, k]
    at = low
    for k in range(n):
        i = h.order[other, k]
        if h.taken[i] == 0:
            h.child[at] = i
            at += 1


@kernel
def follows(a: ProjectArrays, i: int, j: int) -> bool:
    """Whether ``j`` directly follows ``i``."""
    for index in range(a.first_successor[i], a.first_successor[i + 1]):  # noqa: SIM110 - kernels have no any()
        if a.successor[index] == j:
            return True
    return False


@kernel
def shake(a: ProjectArrays, order: Ints, moves: int, chance: Chance) -> None:
    """Move some activities of a list as far as a random number of places, as long as precedence allows."""
    n = order.size
    for _ in range(moves):
        at = below(chance, n)
        step = 1 if below(chance, 2) == 0 else -1
        for _ in range(1 + below(chance, 12)):
            to = at + step
            if to < 0 or to >= n:
                break
            ahead, behind = (at, to) if step == 1 else (to, at)
            if follows(a, order[ahead], order[behind]):
                break
            order[at], order[to] = order[to], order[at]
            at = to


@kernel
def same(h: Herd, b: Bench, value: int) -> bool:
    """Whether a schedule is in the population already."""
    n = h.child.size
    for member in range(h.value.size):
        if h.value[member] != value:
            continue
        equal = True
        for i in range(n):
            if h.start[member, i] != b.start[i]:
                equal = False
                break
        if equal:
            return True
    return False


@kernel
def keep(h: Herd, b: Bench, member: int, value: int) -> None:
    """The child in the place of a member."""
    h.value[member] = value
    for i in range(h.child.size):
        h.order[member, i] = h.child[i]
        h.start[member, i] = b.start[i]
        h.mode[member, i] = h.way[i]


@kernel
def _overspent(a: ProjectArrays, h: Herd) -> int:
    """Units of non-renewable resources that the child takes too many."""
    total = 0
    for r in range(a.budget.size):
        h.spent[r] = 0
        for i in range(h.way.size):
            h.spent[r] += a.consumed[h.way[i], r]
        total += max(0, h.spent[r] - a.budget[r])
    return total


@kernel
def _saved(a: ProjectArrays, h: Herd, old: int, new: int) -> int:
    """Units by which less is taken too much if an activity changes its way."""
    total = 0
    for r in range(a.budget.size):
        now = h.spent[r] - a.budget[r]
        total += max(0, now) - max(0, now + a.consumed[new, r] - a.consumed[old, r])
    return total


@kernel
def _switch(a: ProjectArrays, h: Herd, i: int, new: int) -> None:
    for r in range(a.budget.size):
        h.spent[r] += a.consumed[new, r] - a.consumed[h.way[i], r]
    h.way[i] = new


@kernel
def choose_ways(a: ProjectArrays, h: Herd, changes: int, chance: Chance) -> int:
    """Change the ways of some activities at random, then mend what is overspent; returns what is left of that."""
    n = h.way.size
    over = _overspent(a, h)
    for _ in range(changes):
        i = below(chance, n)
        new = a.first_mode[i] + below(chance, a.first_mode[i + 1] - a.first_mode[i])
        over -= _saved(a, h, h.way[i], new)
        _switch(a, h, i, new)
    for _ in range(20 * n):
        if over == 0:
            break
        i = below(chance, n)
        new = a.first_mode[i] + below(chance, a.first_mode[i + 1] - a.first_mode[i])
        saved = _saved(a, h, h.way[i], new)
        if saved > 0 or (saved == 0 and below(chance, 4) == 0):
            over -= saved
            _switch(a, h, i, new)
    return over


@kernel
def populate(a: ProjectArrays, b: Bench, h: Herd, first: int, last: int, chance: Chance) -> None:
    """Random members from ``first`` to ``last``."""
    n = h.child.size
    for member in range(first, last):
        for i in range(n):
            h.child[i] = a.topological[i]
            h.way[i] = a.first_mode[i]
        over = choose_ways(a, h, n, chance) if a.duration.size > n else 0
        shake(a, h.child, 3 * n, chance)
        keep(h, b, member, settle(a, b, h.child, h.way) + over * FAR)


@kernel
def _conceive(a: ProjectArrays, h: Herd, one: int, other: int, chance: Chance) -> int:
    """A child of two members in ``h.child`` and ``h.way``; returns what it overspends."""
    n = h.child.size
    low = below(chance, n)
    high = min(n, low + 1 + below(chance, n))
    cross(h, one, other, low, high)
    shake(a, h.child, below(chance, SHAKES), chance)
    if a.duration.size == n:
        return 0
    for k in range(n):
        i = h.child[k]
        h.way[i] = h.mode[other, i] if low <= k < high else h.mode[one, i]
    return choose_ways(a, h, below(chance, 4), chance)


@kernel
def breed(a: ProjectArrays, b: Bench, h: Herd, children: int, target: int, chance: Chance) -> int:
    """Some children of random parents, each in the place of the worse parent if it is no worse; returns how many are.

    Stops at a makespan of ``target``.
    """
    members = h.value.size
    taken = 0
    for _ in range(children):
        one, other = below(chance, members), below(chance, members)
        if one == other:
            continue
        over = _conceive(a, h, one, other, chance)
        worse = one if h.value[one] >= h.value[other] else other
        if over * FAR > h.value[worse]:
            continue
        value = settle_within(a, b, h.child, h.way, h.value[worse] - over * FAR) + over * FAR
        if value <= h.value[worse] and not same(h, b, value):
            keep(h, b, worse, value)
            taken += 1
            if value <= target:
                return taken
    return taken
