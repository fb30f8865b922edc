"""The search for a good schedule of a complex job shop: every worker anneals, cooling over the time there is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from quarterdeck.disciplines.scheduling.attempts import Callback, quiet
from quarterdeck.disciplines.scheduling.chance import chance
from quarterdeck.disciplines.scheduling.complex_annealing import (
    Line,
    anneal,
    decode_line,
    greedy_line,
    line,
    recall,
)
from quarterdeck.disciplines.scheduling.complex_shop import ComplexPlan, ComplexShop, Integers, complex_bound
from quarterdeck.disciplines.scheduling.incumbent import Incumbent, SearchLimits

HOT, COLD = 6.0, 0.07  # temperature at the beginning and end, in mean weights times mean durations
TRIAL = 0.02  # of the time, to see how many moves it has room for
SLICE = 0.02  # [s] between looks at the clock
COST = 12e-9  # [s] of one operation decoded, about
ENOUGH = 50_000  # moves per operation, beyond which an annealing gains less than another one


def solve_complex_shop(shop: ComplexShop, limits: SearchLimits, callback: Callback = quiet) -> ComplexPlan:
    """The best schedule found within the limits, whose rounds are moves of the annealing."""
    best = Incumbent(limits, complex_bound(shop), callback)
    with ThreadPoolExecutor(limits.workers) as pool:
        list(pool.map(lambda number: _work(shop, best, number), range(limits.workers)))
    figures = {"bound": best.bound, "moves": best.steps, "seconds": best.seconds()}
    machine, start = best.answer
    return ComplexPlan(machine, start, float(best.value), figures)


def _work(shop: ComplexShop, best: Incumbent, number: int) -> None:
    """One worker: from a list by earliest starts, down to the lowest temperature, again and again."""
    a, state = shop.arrays, chance(best.limits.seed, number)
    x = line(a)
    x.order[:] = np.argsort(_earliest(shop), kind="stable")
    value = lowest = greedy_line(a, x)
    x.best[:], x.best_machine[:] = x.order, x.machine
    best.offer(number, value, x.machine, x.start)
    scale = float(np.mean([job.weight for job in shop.jobs])) * float(shop.duration[shop.duration >= 0].mean())
    moves = max(1, int(SLICE / COST / max(a.job.size, 1)))
    made, lap = 0, Lap(0.0, 1.0)
    while (passed := best.passed(made, lowest)) < 1.0:
        if passed >= lap.until or (lap.first and passed > TRIAL):
            lap = lap.next(passed, made, ENOUGH * a.job.size)
        warmth = max(scale * HOT * (COLD / HOT) ** lap.share(passed), 1e-9)
        value, found = anneal(a, x, value, lowest, moves, warmth, state)
        made += moves
        if found < lowest:
            lowest = found
            if found <= best.value:
                _offer_best(shop, best, number, x, found)
    best.did(made)


@dataclass(frozen=True)
class Lap:
    """One annealing, from one share of the time to another; the first only shows how fast moves go here."""

    began: float
    until: float
    first: bool = True

    def share(self, passed: float) -> float:
        """How much of it is gone."""
        return 0.0 if self.first else (passed - self.began) / (self.until - self.began)

    def next(self, passed: float, made: int, enough: int) -> Lap:
        """What follows: as many alike as the rest of the time has room for ``enough`` moves each."""
        more = max(1, round(made / passed * (1.0 - passed) / enough))
        return Lap(passed, passed + (1.0 - passed) / more, first=False)


def _offer_best(shop: ComplexShop, best: Incumbent, number: int, x: Line, value: int) -> None:
    """Offer the best list met, whose times are those of a line of its own."""
    other = line(shop.arrays)
    other.best[:], other.best_machine[:] = x.best, x.best_machine
    recall(other)
    decode_line(shop.arrays, other)
    best.offer(number, value, other.machine, other.start)


def _earliest(shop: ComplexShop) -> Integers:
    """Earliest start of each operation if no machine were ever busy, shape (operations)."""
    shortest = np.where(shop.duration < 0, np.iinfo(np.int64).max, shop.duration).min(axis=1)
    begins: list[int] = []
    for job in shop.jobs:
        moment = job.release
        for family in job.families:
            begins.append(moment)
            moment += int(shortest[family])
    return np.array(begins, np.int64)
