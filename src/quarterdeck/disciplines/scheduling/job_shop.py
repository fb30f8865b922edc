"""Makespan of job shops: tabu searches whose starts lie between the best sequences met (path relinking).

Source: Peng, Lü & Cheng, A tabu search/path relinking algorithm to solve the job shop scheduling problem, 2015; here
a point of the path is found by mixing times instead of swapping pairs one by one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.cooperation import (
    Budget,
    Member,
    RestartingSearch,
    cooperate,
)
from quarterdeck.disciplines.scheduling.disjunctive_graph import Ints, Shop, arrange, blank
from quarterdeck.disciplines.scheduling.instance import Instance, Integers
from quarterdeck.disciplines.scheduling.tabu import improve, tabu_list
from quarterdeck.disciplines.scheduling.windows import search_windows

POPULATION = 10
APART = 0.3  # how far these have to be apart in the beginning: unrelated ones differ in 0.85 of their places
PATIENCE = 12_500  # moves without improvement after which a search begins elsewhere
TASTES = 4  # points of a path that are tried for a while
TASTE = 500  # moves of such a trial
TENURE, TENURES = 8, (0.7, 1.5)  # moves an order of two is forbidden, per job of a machine; drawn
LARGE = 4000  # operations above which windows are searched instead
WORK = 50_000_000  # operations touched in a round of one search, about a quarter of a second
MOST = 100_000  # moves in a round, however small the shop
Floats = npt.NDArray[np.float64]


def is_job_shop(instance: Instance) -> bool:
    """Whether the instance is jobs in chains on single machines that are always open, without set-ups or dates."""
    a = instance.arrays
    op = a.operations
    plain = (op["modes"] == 1) & (op["arcs"] <= 1) & (op["predecessors"] <= 1) & (op["skill"] < 0) & (op["setup"] == 0)
    plain &= (op["release"] <= instance.now) & (op["pinned"] < 0) & (op["family"] == 0)
    single = (a.pools["count"] == 1).all() and (a.machines["speed"] == 1.0).all() and not a.arcs["lag"].any()
    return bool(plain.all() and single and (a.calendars["count"][np.unique(a.machines["calendar"])] == 1).all())


def neighbours(instance: Instance) -> tuple[Ints, Ints]:
    """The operation before and after each one in its job, shape (operations + 1); their number stands for none."""
    n = instance.size
    before, after = np.full(n + 1, n, np.int32), np.full(n + 1, n, np.int32)
    source = np.repeat(np.arange(n), instance.arrays.operations["arcs"])
    after[source], before[instance.arrays.arcs["successor"]] = instance.arrays.arcs["successor"], source
    return before, after


def shop_of(instance: Instance) -> Shop:
    """The instance as a job shop."""
    a = instance.arrays
    before, after = neighbours(instance)
    mode = a.modes[a.operations["first_mode"]]
    duration = np.concatenate([mode["work"], [0]]).astype(np.int32)
    return Shop(mode["pool"].astype(np.int32), duration, before, after)


class JobShopSearch(RestartingSearch):
    """One search: tabu search from a start until it stands still, then from between two of the best."""

    def __init__(self, shop: Shop, starts: list[Ints], target: int, generator: np.random.Generator) -> None:
        super().__init__(target, PATIENCE, generator)
        n = shop.machine.size
        self.shop, self.starts = shop, starts
        self.graph, self.other = blank(n), blank(n)
        self.last_on = np.zeros(int(shop.machine.max()) + 1, np.int32)
        self.best = np.zeros(n, np.int32)
        self.tabu = tabu_list(shop)
        self.tenure = TENURE * max(1.0, shop.machine.size / self.last_on.size**2)

    def go_on(self, moves: int, patience: int) -> int:
        """Up to ``moves`` moves of the tabu search."""
        return int(improve(
            self.shop, self.graph, self.best, self.tabu, self.clock, self.random, moves, patience
        ))  # fmt: skip

    def met(self) -> Member:
        """The best of the search under way."""
        self._arrange(self.best)
        return Member(int(self.clock[1]), self.best.copy(), self.other.previous[: self.best.size].copy())

    def _arrange(self, order: Ints) -> int:
        self.other.order[: order.size] = order
        return int(arrange(self.shop, self.other, self.last_on))

    def _set(self, order: Ints) -> None:
        self.graph.order[: order.size] = order
        self.restart()
        self.clock[4] = int(self.tenure * self.generator.uniform(*TENURES))

    def begin(self, known: list[Member]) -> int:
        """A given start, else one shaken while the population is small, else one between two of it; moves made."""
        if self.starts:
            self._set(self.starts.pop(0))
            return 0
        if len(known) < 3 or (len(known) < POPULATION and self.generator.random() < 0.5):
            self._set(self._shaken(known[0].solution if known else self.best))
            return 0
        one, other = self.generator.choice(len(known), 2, replace=False)
        return self._relink(known[one].solution, known[other].solution)

    def _relink(self, one: Ints, other: Ints) -> int:
        """Begin at the most promising of a few points between two sequences; the moves this took."""
        first, second = self._times(one), self._times(other)
        least, chosen, done = 1 << 60, one, 0
        for _ in range(TASTES):
            share = self.generator.uniform(0.3, 0.7)
            self._set(np.argsort((1 - share) * first + share * second, kind="stable").astype(np.int32))
            done += self.go_on(TASTE, PATIENCE)
            if self.clock[1] < least:
                least, chosen = int(self.clock[1]), self.best.copy()
        self._set(chosen)
        return done

    def _times(self, order: Ints) -> Floats:
        """The middle of each operation's earliest and latest start, as shares of the makespan."""
        makespan = self._arrange(order)
        n = order.size
        early = self.other.end[:n] - self.shop.duration[:n]
        late = makespan - self.other.tail[:n]
        rank = self.other.rank[:n] / n
        return np.asarray((early + late) / (2.0 * makespan) + 1e-9 * rank)

    def _shaken(self, order: Ints) -> Ints:
        """An order near to the given one that respects the jobs."""
        times = self._times(order) + self.generator.normal(0, 0.1, order.size)
        for o in order:
            before = self.shop.before[o]
            if before < order.size and times[o] <= times[before]:
                times[o] = times[before] + 1e-6
        return np.argsort(times, kind="stable").astype(np.int32)


def search_job_shop(
    shop: Shop, orders: list[Ints], budget: Budget, workers: int, seed: int, heard: Callable[[int], None]
) -> tuple[int, Ints]:
    """The smallest makespan found within the budget, and its order; ``orders`` are what to begin with, best first."""
    if shop.machine.size > LARGE:
        return search_windows(shop, orders[0], budget, workers, seed, heard)
    searches = [
        JobShopSearch(shop, orders[number::workers], budget.target, np.random.default_rng([seed, number]))
        for number in range(workers)
    ]
    for search in searches:
        search.best[:] = orders[0]
    moves = min(MOST, max(10, WORK // shop.machine.size))
    known = cooperate(searches, moves, POPULATION, budget, lambda member: heard(member.value), APART)
    return known[0].value, known[0].solution


def order_of(starts: Integers, ends: Integers, rank: Integers) -> Ints:
    """A topological order from times; ``rank`` breaks ties of operations that take no time."""
    return np.lexsort((rank, ends, starts)).astype(np.int32)
