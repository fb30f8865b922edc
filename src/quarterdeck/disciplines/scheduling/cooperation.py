"""Several searches in threads that share the best they meet: the same for the same seed, however fast they run.

Every round each search does the same amount of work with what all had found by the end of the round before. Time only
decides how many rounds there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from quarterdeck.disciplines.scheduling.disjunctive_graph import Ints


@dataclass(frozen=True)
class Member:
    """A solution that was met: its makespan, its arrays, and a trace by which solutions are told apart.

    ``trace``: what each operation follows; solutions that differ in few of these are taken for one.
    """

    value: int
    solution: Ints
    trace: Ints

    def near(self, other: Member) -> bool:
        """Whether the solutions differ in no more than one place in fifty."""
        return int((self.trace != other.trace).sum()) <= self.trace.size // 50


class Searcher(Protocol):
    """One search."""

    def advance(self, moves: int, known: Sequence[Member]) -> list[Member]:
        """About ``moves`` moves further; ``known`` are the best that all searches have met, best first."""


@dataclass
class Budget:
    """When to stop: at the value ``target``, or at the moment ``until`` of ``clock``, or after ``rounds``."""

    target: int
    until: float
    clock: Callable[[], float]
    rounds: int = 1 << 60


def cooperate(
    searchers: Sequence[Searcher], moves: int, keep: int, budget: Budget, heard: Callable[[Member], None]
) -> list[Member]:
    """The best ``keep`` solutions met, best first, after rounds of ``moves``; ``heard`` hears each improvement."""
    known: list[Member] = []
    with ThreadPoolExecutor(len(searchers)) as pool:
        for _ in range(budget.rounds):
            snapshot = tuple(known)
            for found in pool.map(lambda searcher, seen=snapshot: searcher.advance(moves, seen), searchers):
                known = _merged(known, found, keep, heard)
            if budget.clock() >= budget.until or (known and known[0].value <= budget.target):
                break
    return known


def _merged(known: list[Member], found: list[Member], keep: int, heard: Callable[[Member], None]) -> list[Member]:
    """The population with what was found: of solutions that are near each other only the best stays."""
    for member in found:
        if not known or member.value < known[0].value:
            heard(member)
        if any(other.value <= member.value and member.near(other) for other in known):
            continue
        apart = [other for other in known if not member.near(other)]
        known = sorted([*apart, member], key=lambda one: one.value)[:keep]
    return known
