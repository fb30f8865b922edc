"""What each operation has before and behind it: earliest ends, latest ends, remaining work and urgency."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.scheduling.calendars import begin_at, finish
from quarterdeck.disciplines.scheduling.instance import NEVER, Arrays, Instance, Integers
from quarterdeck.disciplines.scheduling.state import END_AT, kernel

Floats = npt.NDArray[np.float64]
NOT_DONE = 10 * 365 * 86_400
REFUSED = 30 * 86_400  # [s] of lateness that a deadline passed weighs as, beside the lateness itself


@dataclass(frozen=True)
class Outlook:
    """What lies before and behind each operation; every array has the shape (operations).

    ``duration`` of its preferred mode in elapsed seconds, ``latest`` end without tardiness [s], ``weight`` of the
    weightiest demand it serves, ``remaining`` elapsed seconds of the longest chain from its start, ``steps`` on that
    chain, ``earliest`` end if no machine or person were ever busy [s].
    """

    order: Integers
    work: Floats
    duration: Floats
    latest: Integers
    weight: Floats
    remaining: Floats
    steps: Integers
    earliest: Integers
    next_pool: Integers


def look_ahead(instance: Instance, *, earliest: bool = True) -> Outlook:
    """The outlook of every operation; without ``earliest`` ends, which alone depend on release dates, if not asked."""
    a = instance.arrays
    order = topological(a)
    work, duration = _durations(a)
    latest, weight, remaining, steps = _tails(a, order, duration)
    ends = earliest_ends(a, order, instance.now) if earliest else np.zeros(0, np.int64)
    return Outlook(order, work, duration, latest, weight, remaining, steps, ends, _next_pools(a))


def bound(instance: Instance, outlook: Outlook) -> float:
    """A lower bound of the objective: the value if no machine or person were ever busy and nothing was set up."""
    a = instance.arrays
    if outlook.order.size < instance.size:
        return 0.0
    if instance.objective == 1:
        return float(max(outlook.earliest.max(initial=instance.now), _load_bound(instance, outlook)) - instance.now)
    return tardiness(a, outlook.earliest)[0]


def _load_bound(instance: Instance, outlook: Outlook) -> int:
    """Machine load between the shortest way to it and the shortest way from it; for machines that never close."""
    a = instance.arrays
    operations = a.operations
    if a.modes.size == 0 or (operations["modes"] != 1).any() or (operations["skill"] >= 0).any():
        return 0
    if a.machines["speed"].max() > 1.0 or (a.calendars["count"] != 1).any() or (a.pools["capacity"] > 0).any():
        return 0
    mode = operations["first_mode"]
    pool, work = a.modes["pool"][mode], a.modes["work"][mode]
    load = np.bincount(pool, weights=work, minlength=a.pools.size) / a.pools["count"]
    head, tail = np.full(a.pools.size, np.inf), np.full(a.pools.size, np.inf)
    np.minimum.at(head, pool, outlook.earliest - work)
    np.minimum.at(tail, pool, outlook.remaining - outlook.duration)
    used = np.isfinite(head)
    return int(np.ceil((head + load + tail)[used].max() - 1e-6))


def _durations(a: Arrays) -> tuple[Floats, Floats]:
    """Working and elapsed seconds of each operation's preferred mode."""
    stretch = _stretch(a)
    work = a.operations["work"].astype(np.float64)
    elapsed = work * stretch[a.operations["calendar"]] if a.calendars.size else work
    machined = a.operations["modes"] > 0
    if machined.any():
        mode = a.modes[a.operations["first_mode"][machined]]
        machine = a.machines[a.pools["first"][mode["pool"]]]
        work[machined] = mode["work"] / machine["speed"]
        elapsed[machined] = work[machined] * stretch[machine["calendar"]]
    return work, elapsed


def _stretch(a: Arrays) -> Floats:
    """Elapsed seconds per working second of each calendar, over its first year."""
    factors = np.ones(a.calendars.size)
    for index, calendar in enumerate(a.calendars):
        part = a.intervals[calendar["first"] : calendar["first"] + calendar["count"]]
        part = part[part["start"] < part["start"][:1].sum() + 365 * 86_400] if part.size else part
        worked = int((part["end"] - part["start"]).sum())
        if part.size > 1 and worked:
            factors[index] = (int(part["end"][-1]) - int(part["start"][0])) / worked
    return factors


@njit(cache=True)
def _tails(a: Arrays, order: Integers, duration: Floats) -> tuple[Integers, Floats, Floats, Integers]:
    n = a.operations.size
    latest = np.full(n, NEVER, np.int64)
    weight = np.zeros(n)
    remaining = duration.copy()
    steps = np.ones(n, np.int64)
    for d in range(a.demands.size):
        demand = a.demands[d]
        for index in range(demand.first, demand.first + demand.count):
            o = a.supplies[index].operation
            latest[o] = min(latest[o], demand.due - a.supplies[index].lag)
            weight[o] = max(weight[o], demand.weight)
    for k in range(order.size - 1, -1, -1):
        o = order[k]
        op = a.operations[o]
        for index in range(op.first_arc, op.first_arc + op.arcs):
            successor = a.arcs[index].successor
            lag = a.arcs[index].lag - a.arcs[index].rest
            if latest[successor] < NEVER:
                latest[o] = min(latest[o], latest[successor] - np.int64(duration[successor]) - lag)
            weight[o] = max(weight[o], weight[successor])
            remaining[o] = max(remaining[o], duration[o] + lag + remaining[successor])
            steps[o] = max(steps[o], 1 + steps[successor])
    return latest, weight, remaining, steps


@kernel
def _best_end(a: Arrays, o: int, ready: int) -> int:
    """Earliest end on any machine of the operation, as if it were free and needed no set-up or person."""
    op = a.operations[o]
    if op.modes == 0:
        begin = begin_at(a.calendars, a.intervals, op.calendar, ready, op.work, 1)
        return finish(a.calendars, a.intervals, op.calendar, begin, op.work)
    best = NEVER
    fastest = 1.0
    if op.skill >= 0:
        first = a.skills[op.skill].first
        for index in range(first, first + a.skills[op.skill].count):
            fastest = max(fastest, a.skilled[index].level)
    for mode in range(op.first_mode, op.first_mode + op.modes):
        pool = a.pools[a.modes[mode].pool]
        for machine in range(pool.first, pool.first + pool.count):
            if op.machine >= 0 and op.machine != machine:
                continue
            calendar = a.machines[machine].calendar
            work = np.int64(np.ceil(a.modes[mode].work / (a.machines[machine].speed * fastest) - 1e-9))
            begin = begin_at(a.calendars, a.intervals, calendar, ready, work, pool.pausable)
            if begin < NEVER:
                best = min(best, finish(a.calendars, a.intervals, calendar, begin, work))
            if pool.uniform == 1:
                break
    return best


def earliest_ends(a: Arrays, order: Integers, now: int) -> Integers:
    """Earliest end of each operation if no machine or person were ever busy [s]."""
    ready, ends = np.full(a.operations.size, now, np.int64), np.full(a.operations.size, -1, np.int64)
    _forward(a, order, ready, ends)
    return ends


@kernel
def _forward(a: Arrays, order: Integers, ready: Integers, ends: Integers) -> None:
    for k in range(order.size):
        o = order[k]
        op = a.operations[o]
        ends[o] = _best_end(a, o, max(ready[o], op.release, op.pinned))
        for index in range(op.first_arc, op.first_arc + op.arcs):
            successor = a.arcs[index].successor
            there = ends[o]
            if a.arcs[index].pieces > 1:  # not before it begins itself, and no sooner than its rest allows
                there = max(ready[o], op.release, op.pinned, ends[o] - a.arcs[index].rest)
            ready[successor] = max(ready[successor], there + a.arcs[index].lag)


def _next_pools(a: Arrays) -> Integers:
    """Pool of the preferred mode of each operation's first successor, -1 for none."""
    pools = np.full(a.operations.size, -1, np.int64)
    having = np.flatnonzero(a.operations["arcs"] > 0)
    successor = a.arcs["successor"][a.operations["first_arc"][having]]
    machined = a.operations["modes"][successor] > 0
    pools[having[machined]] = a.modes["pool"][a.operations["first_mode"][successor[machined]]]
    return pools


@njit(cache=True)
def tardiness(a: Arrays, ends: Integers) -> tuple[float, float]:
    """Weighted tardiness over demands, and the plain sum [s]; one that lacks an operation is ten years late.

    A deadline passed weighs as a month more: the customer no longer takes it.
    """
    weighted, plain = 0.0, 0.0
    for d in range(a.demands.size):
        demand = a.demands[d]
        there = demand.ready
        for index in range(demand.first, demand.first + demand.count):
            end = ends[a.supplies[index].operation]
            if end < 0 or end >= NEVER:
                there = max(there, demand.due + NOT_DONE)
            else:
                there = max(there, end + a.supplies[index].lag)
        if there > demand.due:
            weighted += demand.weight * (there - demand.due)
            plain += there - demand.due
        if demand.deadline > 0 and there > demand.deadline:
            weighted += demand.weight * REFUSED
    return weighted, plain


@njit(cache=True)
def last_end(placed: Integers) -> int:
    """The end of the last operation [s]; far away if one has no place."""
    last = 0
    for o in range(placed.shape[0]):
        if placed[o, END_AT] < 0:
            return NEVER
        last = max(last, placed[o, END_AT])
    return last


@njit(cache=True)
def topological(a: Arrays) -> Integers:
    """Operations, predecessors first; those on a cycle are missing."""
    n = a.operations.size
    order = np.empty(n, np.int64)
    left = np.empty(n, np.int64)
    head, tail = 0, 0
    for o in range(n):
        left[o] = a.operations[o].predecessors
        if left[o] == 0:
            order[tail] = o
            tail += 1
    while head < tail:
        op = a.operations[order[head]]
        head += 1
        for index in range(op.first_arc, op.first_arc + op.arcs):
            successor = a.arcs[index].successor
            left[successor] -= 1
            if left[successor] == 0:
                order[tail] = successor
                tail += 1
    return order[:tail]
