"""Iterated greedy on flow shops: take some jobs out, put each back where it does best, improve by insertions.

Ruiz and Stützle, A simple and effective iterated greedy algorithm for the permutation flowshop scheduling problem,
2007; for set-ups, An iterated greedy heuristic for the sequence dependent setup times flowshop problem, 2008.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from quarterdeck.disciplines.scheduling.chance import Chance, below, fraction
from quarterdeck.disciplines.scheduling.flow_shop import FlowArrays, Integers

kernel = njit(cache=True, nogil=True, _nrt=False)
FAR = 1 << 60
TRIALS_WORK = 500_000_000  # machines looked at when jobs are placed anew in a round, at most; about half a second


class FlowRoom(NamedTuple):
    """Room to work in: ends up to each place, time from each place to the last end, tardiness up to each place."""

    head: Integers  # (jobs + 1, machines)
    tail: Integers  # (jobs + 1, machines)
    late: Integers  # (jobs + 1)
    ends: Integers  # (machines)
    trial: Integers  # (jobs)
    out: Integers  # (jobs)
    best: Integers  # (jobs)


def flow_room(shop: FlowArrays) -> FlowRoom:
    """Room for one search."""
    jobs, machines = shop.work.shape
    line = np.zeros(jobs, np.int64)
    return FlowRoom(
        np.zeros((jobs + 1, machines), np.int64), np.zeros((jobs + 2, machines), np.int64),
        np.zeros(jobs + 1, np.int64), np.zeros(machines, np.int64), line, line.copy(), line.copy(),
    )  # fmt: skip


@kernel
def copy(source: Integers, target: Integers) -> None:
    """Copy one order over another."""
    for k in range(source.size):
        target[k] = source[k]


@kernel
def _append(s: FlowArrays, ends: Integers, before: Integers, last: int, job: int) -> int:
    """Ends on all machines with ``job`` after what ends at ``before`` with the job ``last`` (-1 for none)."""
    there = 0
    if last >= 0 and s.setup.shape[0] > 0:
        for i in range(ends.size):
            there = max(there, before[i] + s.setup[last, job, i]) + s.work[job, i]
            ends[i] = there
    else:
        for i in range(ends.size):
            there = max(there, before[i]) + s.work[job, i]
            ends[i] = there
    return there


@kernel
def _heads(s: FlowArrays, r: FlowRoom, order: Integers, count: int) -> int:
    """Ends and tardiness up to each place; returns the value."""
    r.head[0, :] = 0
    done = 0
    for k in range(count):
        done = _append(s, r.head[k + 1], r.head[k], order[k - 1] if k > 0 else -1, order[k])
        r.late[k + 1] = r.late[k] + max(0, done - s.due[order[k]])
    return r.late[count] if s.tardy == 1 else done


@kernel
def _tails(s: FlowArrays, r: FlowRoom, order: Integers, count: int) -> None:
    machines = s.work.shape[1]
    r.tail[count, :] = 0
    for k in range(count - 1, -1, -1):
        job = order[k]
        there = 0
        for i in range(machines - 1, -1, -1):
            after = r.tail[k + 1, i]
            if k + 1 < count and s.setup.shape[0] > 0:
                after += s.setup[job, order[k + 1], i]
            there = max(there, after) + s.work[job, i]
            r.tail[k, i] = there


@kernel
def _makespan_with(s: FlowArrays, r: FlowRoom, order: Integers, count: int, job: int, place: int) -> int:
    """Makespan with a job put in at a place, from heads and tails (Taillard's acceleration)."""
    _append(s, r.ends, r.head[place], order[place - 1] if place > 0 else -1, job)
    makespan = 0
    for i in range(r.ends.size):
        after = r.tail[place, i]
        if place < count and s.setup.shape[0] > 0:
            after += s.setup[job, order[place], i]
        makespan = max(makespan, r.ends[i] + after)
    return makespan


@kernel
def _tardiness_with(  # noqa: PLR0917 - a kernel takes numbers
    s: FlowArrays, r: FlowRoom, order: Integers, count: int, job: int, place: int, limit: int
) -> int:
    """Tardiness with a job put in at a place; anything above ``limit`` once it is."""
    done = _append(s, r.ends, r.head[place], order[place - 1] if place > 0 else -1, job)
    late = r.late[place] + max(0, done - s.due[job])
    last = job
    for k in range(place, count):
        if late > limit:
            return late
        done = _append(s, r.ends, r.ends, last, order[k])
        last = order[k]
        late += max(0, done - s.due[last])
    return late


@kernel
def best_place(s: FlowArrays, r: FlowRoom, order: Integers, count: int, job: int, chance: Chance) -> tuple[int, int]:
    """Where a job does best in an order of ``count`` others, and the value then; ties are broken at random."""
    _heads(s, r, order, count)
    if s.tardy == 0:
        _tails(s, r, order, count)
    best, found, ties = FAR, 0, 1
    for place in range(count, -1, -1):
        if s.tardy == 1:
            value = _tardiness_with(s, r, order, count, job, place, best)
        else:
            value = _makespan_with(s, r, order, count, job, place)
        if value < best:
            best, found, ties = value, place, 1
        elif value == best:
            ties += 1
            if below(chance, ties) == 0:
                found = place
    return found, best


@kernel
def put(order: Integers, count: int, job: int, place: int) -> None:
    """Put a job in at a place of an order of ``count``."""
    for k in range(count, place, -1):
        order[k] = order[k - 1]
    order[place] = job


@kernel
def take(order: Integers, count: int, place: int) -> int:
    """Take the job at a place out of an order of ``count``."""
    job = order[place]
    for k in range(place, count - 1):
        order[k] = order[k + 1]
    return job


@kernel
def settle_jobs(s: FlowArrays, r: FlowRoom, order: Integers, value: int, chance: Chance) -> int:
    """Insert job after job, in random order, where it does best until none moves the value; returns that.

    Where a job's places take long to look at, as many jobs as there is ``TRIALS_WORK`` for, and the next round goes on.
    """
    n = order.size
    left = TRIALS_WORK // (n * n * s.work.shape[1]) if s.tardy == 1 else FAR
    idle = 0
    while idle < n and left > 0:
        for k in range(n):
            r.out[k] = k
        for k in range(n - 1, 0, -1):
            other = below(chance, k + 1)
            r.out[k], r.out[other] = r.out[other], r.out[k]
        for k in range(n):
            job = r.out[k]
            place = 0
            while order[place] != job:
                place += 1
            take(order, n, place)
            to, found = best_place(s, r, order, n - 1, job, chance)
            if found > value:
                to, found = place, value
            put(order, n - 1, job, to)
            idle = 0 if found < value else idle + 1
            value = found
            left -= 1
            if idle >= n or left <= 0:
                break
    return value


@kernel
def _rebuild(s: FlowArrays, r: FlowRoom, out: int, chance: Chance) -> int:
    """Take ``out`` random jobs out of the trial order and put each back where it does best."""
    n = r.trial.size
    for k in range(out):
        r.out[k] = take(r.trial, n - k, below(chance, n - k))
    value = 0
    for k in range(out):
        count = n - out + k
        to, value = best_place(s, r, r.trial, count, r.out[k], chance)
        put(r.trial, count, r.out[k], to)
    return value


@kernel
def build(s: FlowArrays, r: FlowRoom, ranked: Integers, order: Integers, chance: Chance) -> int:
    """Jobs in the order given, each where it does best (Nawaz, Enscore and Ham, 1983); returns the value."""
    value = 0
    for count in range(ranked.size):
        to, value = best_place(s, r, order, count, ranked[count], chance)
        put(order, count, ranked[count], to)
    return value


@kernel
def iterate(  # noqa: PLR0917 - a kernel takes numbers
    s: FlowArrays, r: FlowRoom, order: Integers, value: int, best: int, out: int, warmth: float, chance: Chance
) -> tuple[int, int]:
    """A round of iterated greedy from ``order``, the best in ``r.best``; returns the value now and the best."""
    copy(order, r.trial)
    found = _rebuild(s, r, min(out, order.size), chance)
    found = settle_jobs(s, r, r.trial, found, chance)
    if found < best:
        best = found
        copy(r.trial, r.best)
    if found <= value or fraction(chance) < np.exp((value - found) / warmth):
        value = found
        copy(r.trial, order)
    return value, best
