"""Job shops with many machines: jobs are placed for a stretch of time ahead, the most critical job first.

Where machines have time to spare, a schedule without needless idle time is not what counts, but that no short job takes
a machine just before a long one needs it. So time is cut into stretches of about an operation; for each, jobs go in the
order of what they would end at if nothing more delayed them, every one into the gaps that are left, and some shaken
orders are tried before one is kept (a pilot method; Duin & Voß, The pilot method, 1999).
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.scheduling.chance import Chance, chance, fraction
from quarterdeck.disciplines.scheduling.cooperation import Budget
from quarterdeck.disciplines.scheduling.disjunctive_graph import Ints, Shop, arrange, blank, kernel

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
SPANS = (0.7, 2.5)  # stretches, in mean durations
TRIES = (1, 8, 30, 100)  # orders tried per stretch
SHAKES = (0.5, 3.0)  # how far an order is shaken, in mean durations
POWERS = (50, 400)  # how much more a later job counts
JOBS_PER_MACHINE = 0.5  # above which machines have no time to spare


class Board(NamedTuple):
    """What is placed so far: begin and end of what each machine does, in order of time, and where each job stands."""

    begin: Integers  # (machines, most operations of one)
    end: Integers
    filled: Integers  # (machines)
    start: Integers  # (operations)
    upcoming: Integers  # (jobs): the operation that comes next
    clock: Integers  # (jobs): when the one before ends
    rest: Integers  # (jobs): work still to come
    placed: Integers  # operations of the stretch, as placed


@dataclass(frozen=True)
class Manner:
    """How to build: length of a stretch and shaking of its order in mean durations, orders tried, and the power."""

    span: float
    tries: int
    shake: float
    power: float


@kernel
def _place(shop: Shop, b: Board, o: int, moment: int) -> int:
    """Put an operation into the first gap of its machine from a moment on; returns its start."""
    m, work = shop.machine[o], shop.duration[o]
    count = b.filled[m]
    k = count
    while k > 0 and b.end[m, k - 1] > moment:
        k -= 1
    start = moment
    while k < count and b.begin[m, k] < start + work:
        start = max(start, b.end[m, k])
        k += 1
    for at in range(count, k, -1):
        b.begin[m, at], b.end[m, at] = b.begin[m, at - 1], b.end[m, at - 1]
    b.begin[m, k], b.end[m, k] = start, start + work
    b.filled[m] = count + 1
    b.start[o] = start
    return start + work


@kernel
def _take(shop: Shop, b: Board, o: int) -> None:
    """Take an operation out again."""
    m, start, end = shop.machine[o], b.start[o], b.start[o] + shop.duration[o]
    last = b.filled[m] - 1
    k = last
    while b.begin[m, k] != start or b.end[m, k] != end:
        k -= 1
    for at in range(k, last):
        b.begin[m, at], b.end[m, at] = b.begin[m, at + 1], b.end[m, at + 1]
    b.filled[m] = last


@kernel
def _stretch(  # noqa: PLR0917 - a kernel takes numbers
    shop: Shop, b: Board, ranked: Integers, horizon: int, scale: float, power: float, keep: int
) -> tuple[float, int]:
    """Place the jobs in an order up to a horizon; returns the value, the lower the better, and how many were placed."""
    n, value, count = shop.machine.size, 0.0, 0
    for index in range(ranked.size):
        j = ranked[index]
        o, moment, rest = b.upcoming[j], b.clock[j], b.rest[j]
        while o < n and moment < horizon:
            moment = _place(shop, b, o, moment)
            b.placed[count] = o
            count += 1
            rest -= shop.duration[o]
            o = shop.after[o]
        value += ((moment + rest) / scale) ** power
        if keep == 1:
            b.upcoming[j], b.clock[j], b.rest[j] = o, moment, rest
    if keep == 0:
        for at in range(count - 1, -1, -1):
            _take(shop, b, b.placed[at])
    return value, count


@kernel
def _next_horizon(shop: Shop, b: Board, horizon: int, span: int) -> int:
    """The end of the next stretch in which some job goes on, -1 if none does."""
    n, first = shop.machine.size, -1
    for j in range(b.upcoming.size):
        if b.upcoming[j] < n and (first < 0 or b.clock[j] < first):
            first = b.clock[j]
    return first if first < 0 else max(horizon, first) + span


@njit(cache=True, nogil=True)
def place_ahead(  # noqa: PLR0917 - a kernel takes numbers
    shop: Shop, b: Board, span: int, tries: int, shake: float, power: float, scale: float, state: Chance
) -> int:
    """Fill an empty board; returns the makespan."""
    jobs = b.upcoming.size
    key, best_key, best = np.zeros(jobs), np.zeros(jobs), np.zeros(jobs, np.int64)
    horizon = _next_horizon(shop, b, 0, span)
    while horizon >= 0:
        least = np.inf
        for attempt in range(tries):
            for j in range(jobs):
                if attempt == 0:
                    best_key[j] = -(b.clock[j] + b.rest[j])
                noise = 0.0
                if attempt > 0:
                    noise = shake * (fraction(state) + fraction(state) + fraction(state) - 1.5)
                key[j] = best_key[j] + noise
            ranked = np.argsort(key, kind="mergesort")
            value = 0.0
            if tries > 1:
                value, _ = _stretch(shop, b, ranked, horizon, scale, power, 0)
            if value < least:
                least, best[:], best_key[:] = value, ranked, key
        _stretch(shop, b, best, horizon, scale, power, 1)
        horizon = _next_horizon(shop, b, horizon, span)
    return b.clock.max()


def has_time_to_spare(shop: Shop) -> bool:
    """Whether there are enough machines for this way of building to be worth a trial."""
    jobs = int((shop.before[:-1] == shop.machine.size).sum())
    return jobs <= JOBS_PER_MACHINE * (int(shop.machine.max()) + 1)


def build_ahead(shop: Shop, manner: Manner, state: Chance) -> tuple[int, Ints]:
    """A schedule built in one manner: its makespan and a topological order."""
    n = shop.machine.size
    first = np.flatnonzero(shop.before[:n] == n)
    chain, rest = first.copy(), np.zeros(first.size, np.int64)
    while (going := chain < n).any():
        rest[going] += shop.duration[chain[going]]
        chain[going] = shop.after[chain[going]]
    counts = np.bincount(shop.machine)
    shape = (counts.size, int(counts.max()) + 1)
    board = Board(
        np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(counts.size, np.int64), np.zeros(n, np.int64),
        first.astype(np.int64), np.zeros(first.size, np.int64), rest, np.zeros(n, np.int64),
    )  # fmt: skip
    mean, scale = float(shop.duration[:n].mean()), max(float(rest.max()), 1.0)
    span = max(1, int(manner.span * mean))
    value = place_ahead(shop, board, span, manner.tries, manner.shake * mean, manner.power, scale, state)
    depth = _depths(shop)
    return int(value), np.lexsort((depth, board.start + shop.duration[:n], board.start)).astype(np.int32)


def _depths(shop: Shop) -> Integers:
    """How many operations come before each one in its job."""
    n = shop.machine.size
    depth = np.zeros(n, np.int64)
    chain: Integers = np.flatnonzero(shop.before[:n] == n)
    step = 0
    while chain.size:
        depth[chain] = step
        following = shop.after[chain].astype(np.int64)
        chain, step = following[following < n], step + 1
    return depth


def search_ahead(shop: Shop, budget: Budget, workers: int, seed: int, heard: Callable[[int], None]) -> tuple[int, Ints]:
    """The best of schedules built in manners drawn at random, later ones near to the best; and its order.

    A round builds one schedule on each worker; the budget tells how many rounds.
    """
    generator = np.random.default_rng([seed, 77])
    best, order, liked = 1 << 60, np.zeros(0, np.int32), Manner(1.2, 1, 1.0, 100.0)
    judge, last_on = blank(shop.machine.size), np.zeros(int(shop.machine.max()) + 1, np.int32)
    with ThreadPoolExecutor(workers) as pool:
        for number in range(budget.rounds):
            manners = [_drawn(generator, liked, number) for _ in range(workers)]
            states = [chance(seed, number, worker) for worker in range(workers)]
            for manner, (_, found) in zip(
                manners, pool.map(build_ahead, itertools.repeat(shop), manners, states), strict=True
            ):
                judge.order[: found.size] = found
                value = int(arrange(shop, judge, last_on))
                if value < best:
                    best, order, liked = value, found, manner
                    heard(value)
            if budget.clock() >= budget.until or best <= budget.target:
                break
    return best, order


def _drawn(generator: np.random.Generator, liked: Manner, number: int) -> Manner:
    """Any manner, or one near to that which has done best; the first ones try few orders each."""
    tries = TRIES[min(int(generator.integers(len(TRIES))), number)]
    if number > len(TRIES) and generator.random() < 0.7:
        return Manner(
            liked.span * float(np.exp(generator.normal(0, 0.1))),
            max(liked.tries, tries),
            liked.shake * float(np.exp(generator.normal(0, 0.2))),
            liked.power * float(np.exp(generator.normal(0, 0.2))),
        )  # fmt: skip
    span, shake, power = (float(np.exp(generator.uniform(*np.log(bounds)))) for bounds in (SPANS, SHAKES, POWERS))
    return Manner(span, tries, shake, power)
