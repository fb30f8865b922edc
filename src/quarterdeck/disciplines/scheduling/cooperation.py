"""Several searches in threads that share the best they meet: the same for the same seed, however fast they run.

Every round each search does the same amount of work with what all had found by the end of the round before. Time only
decides how many rounds there are, and how far apart the solutions that are kept have to be: far in the beginning, less
and less towards the end. Source: Segura, Botello Rionda, Hernández Aguirre & Valdez Peña, A novel diversity-based
evolutionary algorithm for the traveling salesman problem, 2015 (best non-penalised survivors).
"""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from quarterdeck.disciplines.scheduling.disjunctive_graph import Ints
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits

NEAR = 0.02  # solutions that differ in no greater share of places are taken for one


@dataclass(frozen=True)
class Member:
    """A solution that was met: its makespan, its arrays, and a trace by which solutions are told apart.

    ``trace``: what each operation follows; solutions that differ in few of these are taken for one.
    """

    value: int
    solution: Ints
    trace: Ints

    def distance(self, other: Member) -> float:
        """The share of places in which the solutions differ."""
        return float(np.count_nonzero(self.trace != other.trace) / self.trace.size)


class Searcher(Protocol):
    """One search."""

    def advance(self, moves: int, known: Sequence[Member]) -> list[Member]:
        """About ``moves`` moves further; ``known`` are the best that all searches have met, best first."""


class RestartingSearch(ABC):
    """Local searches one after the other, each until it stands still.

    ``clock``: moves made, best makespan, moves without improvement, the makespan to stop at and the moves for which
    what was left is forbidden; see the kernels.
    """

    def __init__(self, target: int, patience: int, generator: np.random.Generator) -> None:
        self.target, self.patience, self.generator = target, patience, generator
        self.random = generator.integers(1, 1 << 62, 1).astype(np.uint64)
        self.clock = np.zeros(5, np.int64)
        self.under_way = False

    @abstractmethod
    def begin(self, known: list[Member]) -> int:
        """Begin another local search, with an eye on the best known; the moves this took."""

    @abstractmethod
    def go_on(self, moves: int, patience: int) -> int:
        """Up to ``moves`` moves further, or until so many have not improved anything; the moves made."""

    @abstractmethod
    def met(self) -> Member:
        """The best of the local search under way."""

    def advance(self, moves: int, known: Sequence[Member]) -> list[Member]:
        """About ``moves`` moves; the solutions at which searches ended, and the best of the one under way."""
        found: list[Member] = []
        done = 0
        while done < moves:
            if not self.under_way:
                done += self.begin([*known, *found])
            done += max(1, self.go_on(moves - done, self.patience))
            met = self.met()
            self.under_way = self.clock[2] <= self.patience and met.value > self.target
            if not self.under_way or not known or met.value < known[0].value:
                found.append(met)
            if met.value <= self.target:
                break
        return found

    def restart(self) -> None:
        """A new local search is under way."""
        self.clock[:] = 0
        self.clock[3] = self.target
        self.under_way = True


@dataclass
class Budget:
    """When to stop: at the value ``target``, or at the moment ``until`` of ``clock``, or after ``rounds``."""

    target: int
    until: float
    clock: Callable[[], float]
    rounds: int = 1 << 60

    def left(self, began: float, made: int) -> float:
        """The share of the time or of the rounds that is left."""
        gone = (self.clock() - began) / max(self.until - began, 1e-9)
        return max(0.0, 1.0 - max(gone, made / self.rounds))


def limited(limits: SearchLimits, target: int, began: float, share: float = 1.0) -> Budget:
    """The budget of a search that began at this moment; where rounds are counted, time is not."""
    if limits.rounds is not None:
        return Budget(target, math.inf, time.perf_counter, max(1, int(limits.rounds * share)))
    return Budget(target, began + limits.seconds * share, time.perf_counter)


def cooperate(
    searchers: Sequence[Searcher],
    moves: int,
    keep: int,
    budget: Budget,
    heard: Callable[[Member], None],
    apart: float = NEAR,
) -> list[Member]:
    """The best ``keep`` solutions met, best first, after rounds of ``moves``; ``heard`` hears each improvement.

    ``apart``: how far apart those that are kept have to be in the beginning.
    """
    known: list[Member] = []
    began = budget.clock()
    with ThreadPoolExecutor(len(searchers)) as pool:
        for made in range(budget.rounds):
            snapshot = tuple(known)
            asked = max(NEAR, apart * budget.left(began, made))
            for found in pool.map(lambda searcher, seen=snapshot: searcher.advance(moves, seen), searchers):
                for member in found:
                    if not known or member.value < known[0].value:
                        heard(member)
                    known = survivors([*known, member], keep, asked)
            if budget.clock() >= budget.until or (known and known[0].value <= budget.target):
                break
    return known


def survivors(members: Sequence[Member], keep: int, apart: float) -> list[Member]:
    """The best members that are further than ``apart`` from each other, best first; then, to fill up, the farthest.

    Of members nearer than ``NEAR`` only the best, of those the first, stays.
    """
    waiting = sorted(members, key=lambda one: one.value)
    chosen = [waiting.pop(0)]
    nearest = [one.distance(chosen[0]) for one in waiting]
    while waiting and len(chosen) < keep:
        k = next((k for k, distance in enumerate(nearest) if distance > apart), int(np.argmax(nearest)))
        if nearest[k] <= NEAR:
            break
        nearest.pop(k)
        chosen.append(waiting.pop(k))
        nearest = [min(old, one.distance(chosen[-1])) for old, one in zip(nearest, waiting, strict=True)]
    return sorted(chosen, key=lambda one: one.value)
