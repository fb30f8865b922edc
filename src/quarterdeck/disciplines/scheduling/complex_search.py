"""The search for a good schedule of a complex job shop: every worker anneals, cooling over the time there is."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import numpy as np

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
from quarterdeck.disciplines.scheduling.search import Callback, quiet

HOT, COLD = 6.0, 0.07  # temperature at the beginning and end, in mean weights times mean durations
TRIAL = 0.02  # of the time, to see how many moves it has room for
SLICE = 0.02  # [s] between looks at the clock
COST = 12e-9  # [s] of one operation decoded, about
ENOUGH = 50_000  # moves per operation, beyond which an annealing gains less than another one


@dataclass
class BestLine:
    """The best schedule met, shared by the workers."""

    shop: ComplexShop
    began: float
    seconds: float
    bound: float
    enough: float
    callback: Callback
    value: int = 1 << 60
    machine: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    start: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    moves: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def passed(self) -> float:
        """Share of the time that is gone; 1 as soon as nothing is left to win."""
        return 1.0 if self.value <= max(self.bound, self.enough) else (time.perf_counter() - self.began) / self.seconds

    def offer(self, value: int, x: Line) -> None:
        """Take the schedule in ``x`` if it is better."""
        with self.lock:
            if value < self.value:
                self.value, self.machine, self.start = value, x.machine.copy(), x.start.copy()
                self.callback(float(value), self.bound, time.perf_counter() - self.began)


def solve_complex_shop(
    shop: ComplexShop,
    seconds: float,
    workers: int = 2,
    seed: int = 1,
    callback: Callback = quiet,
    enough: float = -1.0,
) -> ComplexPlan:
    """The best schedule found within ``seconds``, or the first with a value that is ``enough``."""
    began = time.perf_counter()
    best = BestLine(shop, began, max(seconds, 1e-3), complex_bound(shop), enough, callback)
    threads = [threading.Thread(target=_work, args=(best, seed, number)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures = {"bound": best.bound, "moves": best.moves, "seconds": time.perf_counter() - began}
    return ComplexPlan(best.machine, best.start, float(best.value), figures)


def _work(best: BestLine, seed: int, number: int) -> None:
    """One worker: from a list by earliest starts, down to the lowest temperature, again and again."""
    shop = best.shop
    a, state = shop.arrays, chance(seed, number)
    x = line(a)
    x.order[:] = np.argsort(_earliest(shop), kind="stable")
    value = lowest = greedy_line(a, x)
    x.best[:], x.best_machine[:] = x.order, x.machine
    best.offer(value, x)
    scale = float(np.mean([job.weight for job in shop.jobs])) * float(shop.duration[shop.duration >= 0].mean())
    moves = max(1, int(SLICE / COST / max(a.job.size, 1)))
    made, lap = 0, Lap(0.0, 1.0)
    while (passed := best.passed()) < 1.0:
        if passed >= lap.until or (lap.first and passed > TRIAL):
            lap = lap.next(passed, made, ENOUGH * a.job.size)
        warmth = max(scale * HOT * (COLD / HOT) ** lap.share(passed), 1e-9)
        value, found = anneal(a, x, value, lowest, moves, warmth, state)
        made += moves
        if found < lowest:
            lowest = found
            if found < best.value:
                _offer_best(best, x, found)
    best.moves += made


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


def _offer_best(best: BestLine, x: Line, value: int) -> None:
    """Offer the best list met, whose times are those of a line of its own."""
    other = line(best.shop.arrays)
    other.best[:], other.best_machine[:] = x.best, x.best_machine
    recall(other)
    decode_line(best.shop.arrays, other)
    best.offer(value, other)


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
