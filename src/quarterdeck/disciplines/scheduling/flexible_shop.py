"""Makespan of flexible job shops: tabu searches whose starts lie between the best solutions met."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from quarterdeck.disciplines.scheduling.cooperation import (
    Budget,
    Member,
    RestartingSearch,
    cooperate,
)
from quarterdeck.disciplines.scheduling.disjunctive_graph import Ints
from quarterdeck.disciplines.scheduling.flexible_graph import FlexibleShop, arrange, blank_flow
from quarterdeck.disciplines.scheduling.flexible_tabu import improve_flow
from quarterdeck.disciplines.scheduling.instance import Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.job_shop import neighbours
from quarterdeck.disciplines.scheduling.timing import run_seconds

POPULATION = 10
PATIENCE = 6000  # moves without improvement after which a search begins elsewhere
WORK = 3_000_000  # operations touched in a round of one search, about a quarter of a second
MOST = 100_000  # moves in a round, however small the shop


def is_flexible_job_shop(instance: Instance) -> bool:
    """Whether the instance is jobs in chains on machines that are always open, without set-ups, people or dates."""
    a = instance.arrays
    op = a.operations
    if not instance.size or not a.machines.size:
        return False
    plain = (op["modes"] >= 1) & (op["arcs"] <= 1) & (op["predecessors"] <= 1) & (op["skill"] < 0) & (op["setup"] == 0)
    plain &= (op["release"] <= instance.now) & (op["pinned"] < 0) & (op["family"] == 0) & (op["machine"] < 0)
    calendars = np.unique(a.machines["calendar"])
    always = (a.calendars["count"][calendars] == 1).all()
    return bool(plain.all() and always and not a.arcs["lag"].any())


def flexible_shop_of(instance: Instance) -> FlexibleShop:
    """The instance as a flexible job shop: one alternative per machine of each mode's pool."""
    a = instance.arrays
    n = instance.size
    before, after = neighbours(instance)
    counts = a.pools["count"][a.modes["pool"]]
    ways = np.repeat(np.arange(a.modes.size), counts)
    offset = np.arange(ways.size) - np.repeat(np.cumsum(counts) - counts, counts)
    machine = a.pools["first"][a.modes["pool"][ways]] + offset
    work, speed = a.modes["work"][ways], a.machines["speed"][machine]
    duration = [run_seconds(int(one), float(other), 1.0) for one, other in zip(work, speed, strict=True)]
    owner = np.repeat(np.arange(n), a.operations["modes"])[ways]
    first = np.searchsorted(owner, np.arange(n + 1))
    return FlexibleShop(first.astype(np.int32), machine.astype(np.int32), np.array(duration, np.int32), before, after)


def alternatives_of(shop: FlexibleShop, machine: Integers) -> Ints:
    """The alternative of each operation on the machine it is given."""
    n = shop.first.size - 1
    owner = np.repeat(np.arange(n), np.diff(shop.first))
    fits = np.flatnonzero(shop.machine == machine[owner])
    chosen = np.zeros(n, np.int32)
    chosen[owner[fits][::-1]] = fits[::-1]
    return chosen


class FlexibleSearch(RestartingSearch):
    """One search: tabu search from a start until it stands still, then from between two of the best."""

    def __init__(self, shop: FlexibleShop, starts: list[Ints], target: int, generator: np.random.Generator) -> None:
        super().__init__(target, PATIENCE, generator)
        n, machines = shop.first.size - 1, int(shop.machine.max()) + 1
        self.shop, self.starts = shop, starts
        self.flow, self.other = blank_flow(n, machines), blank_flow(n, machines)
        self.best = np.zeros((2, n), np.int32)
        self.tabu = np.zeros(shop.machine.size, np.int32)

    def go_on(self, moves: int, patience: int) -> int:
        """Up to ``moves`` moves of the tabu search."""
        return int(improve_flow(
            self.shop, self.flow, self.best, self.tabu, self.clock, self.random, moves, patience
        ))  # fmt: skip

    def met(self) -> Member:
        """The best of the search under way."""
        n = self.best.shape[1]
        self.other.order[:n], self.other.chosen[:n] = self.best[0], self.best[1]
        arrange(self.shop, self.other)
        trace = self.other.previous[:n] * (int(self.shop.machine.max()) + 1) + self.other.on[:n]
        return Member(int(self.clock[1]), self.best.copy(), trace)

    def begin(self, known: list[Member]) -> int:
        """Begin at what :meth:`_start` gives; this takes no moves."""
        n = self.best.shape[1]
        start = self._start(known)
        self.flow.order[:n], self.flow.chosen[:n] = start[0], start[1]
        self.restart()
        return 0

    def _start(self, known: list[Member]) -> Ints:
        """A given start, else one shaken while the population is small, else one between two of it."""
        if self.starts:
            return self.starts.pop(0)
        rng = self.generator
        if len(known) < max(3, POPULATION // 2):
            return self.shaken(known[int(rng.integers(len(known)))].solution if known else self.best)
        one, other = rng.choice(len(known), 2, replace=False)
        return self._between(known[one].solution, known[other].solution)

    def _between(self, one: Ints, other: Ints) -> Ints:
        """Ranks mixed, which keeps every precedence both respect, and each operation's machine from one of the two."""
        share = self.generator.uniform(0.3, 0.7)
        mixed = (1 - share) * _ranks(one[0]) + share * _ranks(other[0])
        chosen = np.where(self.generator.random(one.shape[1]) < share, other[1], one[1])
        return np.stack([np.argsort(mixed, kind="stable"), chosen]).astype(np.int32)

    def shaken(self, start: Ints) -> Ints:
        """Some operations on machines drawn by lot."""
        chosen = start[1].copy()
        some = np.flatnonzero(self.generator.random(chosen.size) < 0.1)
        first, count = self.shop.first[some], np.diff(self.shop.first)[some]
        chosen[some] = first + self.generator.integers(0, count)
        return np.stack([start[0], chosen]).astype(np.int32)


def _ranks(order: Ints) -> Ints:
    ranks = np.empty(order.size, np.int32)
    ranks[order] = np.arange(order.size)
    return ranks


def search_flexible_shop(
    shop: FlexibleShop, start: Ints, budget: Budget, workers: int, seed: int, heard: Callable[[int], None]
) -> tuple[int, Ints]:
    """The smallest makespan found within the budget and its solution (2, operations): order and alternatives."""
    searches = [
        FlexibleSearch(shop, [start] if number == 0 else [], budget.target, np.random.default_rng([seed, number]))
        for number in range(workers)
    ]
    for search in searches[1:]:
        search.starts.append(search.shaken(start))
    moves = min(MOST, max(20, WORK // (20 * (shop.first.size - 1))))
    known = cooperate(searches, moves, POPULATION, budget, lambda member: heard(member.value))
    return known[0].value, known[0].solution


def flexible_schedule(instance: Instance, shop: FlexibleShop, solution: Ints) -> Schedule:
    """An order with alternatives as a schedule in which everything begins as early as it can."""
    n = instance.size
    flow = blank_flow(n, int(shop.machine.max()) + 1)
    flow.order[:n], flow.chosen[:n] = solution[0], solution[1]
    value = arrange(shop, flow)
    a = instance.arrays
    end = instance.now + flow.end[:n].astype(np.int64)
    run = flow.length[:n].astype(np.int64)
    machine = flow.on[:n].astype(np.int64)
    owner = np.repeat(np.arange(n), a.operations["modes"])
    fits = np.flatnonzero(a.modes["pool"] == a.machines["pool"][machine[owner]])
    mode = np.zeros(n, np.int64)
    mode[owner[fits]] = fits
    ready = np.full(n, instance.now, np.int64)
    ready[a.arcs["successor"]] = end[np.repeat(np.arange(n), a.operations["arcs"])]
    start = end - run
    return Schedule(
        machine, np.full(n, -1, np.int64), mode, ready, start, start, end, np.zeros(n, np.int64), run, float(value), 0
    )
