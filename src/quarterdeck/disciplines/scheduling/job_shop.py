"""Makespan of job shops: dispatching rules first, then tabu search over a population joined by path relinking."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.disjunctive_graph import Graph, Ints, Shop, blank
from quarterdeck.disciplines.scheduling.instance import Instance, Integers
from quarterdeck.disciplines.scheduling.tabu import improve

POPULATION = 8
SMALL = 4000  # operations up to which a population is worth its time
Heard = Callable[[float, float], None]


def is_job_shop(instance: Instance) -> bool:
    """Whether the instance is jobs in chains on single machines that are always open, without set-ups or dates."""
    a = instance.arrays
    op = a.operations
    plain = (op["modes"] == 1) & (op["arcs"] <= 1) & (op["predecessors"] <= 1) & (op["skill"] < 0) & (op["setup"] == 0)
    plain &= (op["release"] <= instance.now) & (op["pinned"] < 0) & (op["family"] == 0)
    single = (a.pools["count"] == 1).all() and (a.machines["speed"] == 1.0).all() and not a.arcs["lag"].any()
    return bool(plain.all() and single and (a.calendars["count"][np.unique(a.machines["calendar"])] == 1).all())


def shop_of(instance: Instance) -> Shop:
    """The instance as a job shop."""
    a = instance.arrays
    n = instance.size
    before, after = np.full(n + 1, n, np.int32), np.full(n + 1, n, np.int32)
    source = np.repeat(np.arange(n), a.operations["arcs"])
    after[source], before[a.arcs["successor"]] = a.arcs["successor"], source
    mode = a.modes[a.operations["first_mode"]]
    duration = np.concatenate([mode["work"], [0]]).astype(np.int32)
    return Shop(mode["pool"].astype(np.int32), duration, before, after)


@dataclass
class Elite:
    """The best orders met, shared by the workers."""

    shop: Shop
    target: int
    clock: Callable[[], float]
    until: float
    heard: Heard
    members: list[tuple[int, Ints]] = field(default_factory=list)
    moves: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def done(self) -> bool:
        """Whether time is up or the bound is reached."""
        return self.clock() >= self.until or bool(self.members and self.members[0][0] <= self.target)

    def offer(self, makespan: int, order: Ints, moves: int) -> None:
        """Take an order in if it is good and new."""
        with self.lock:
            self.moves += moves
            better = not self.members or makespan < self.members[0][0]
            if any(makespan == known and np.array_equal(order, other) for known, other in self.members):
                return
            self.members.append((makespan, order))
            self.members.sort(key=lambda member: member[0])
            del self.members[POPULATION:]
            if better:
                self.heard(float(makespan), self.clock())


def search_job_shop(
    shop: Shop, orders: list[Ints], *, lower: int, until: float, workers: int, seed: int, heard: Heard
) -> tuple[int, Ints, int]:
    """The smallest makespan found until a moment of ``time.perf_counter``, its order, and the number of moves.

    ``orders``: topological orders to begin with, best first.
    """
    elite = Elite(shop, lower, time.perf_counter, until, heard)
    threads = [
        threading.Thread(target=_work, args=(elite, orders, np.random.default_rng([seed, number]), number))
        for number in range(workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    makespan, order = elite.members[0]
    return makespan, order, elite.moves


def _work(elite: Elite, orders: list[Ints], generator: np.random.Generator, number: int) -> None:
    """One worker: fill the population, then relink pairs of it and improve what lies between."""
    size = elite.shop.machine.size
    graph = blank(size)
    most = int(np.bincount(elite.shop.machine).max())
    tabu = np.zeros((size, most), np.int32)
    for order in orders[number :: max(1, number + 1)][:2]:
        _improve(elite, graph, tabu, order, generator, 12_500)
    while not elite.done():
        if not elite.members:
            start = orders[0]
        elif len(elite.members) < POPULATION and size <= SMALL:
            start = _shaken(elite.shop, orders[0], generator)
        elif len(elite.members) > 1 and size <= SMALL:
            start = _between(elite, generator)
        else:
            start = elite.members[0][1]
        _improve(elite, graph, tabu, start, generator, 12_500)


def _improve(
    elite: Elite, graph: Graph, tabu: Ints, order: Ints, generator: np.random.Generator, patience: int
) -> None:
    """Tabu search in slices short enough to keep the time limit."""
    size = elite.shop.machine.size
    piece = max(20, min(patience, int(2e7 / size / 4)))
    best, current, value = order.copy(), order, 1 << 60
    quiet = 0
    while not elite.done() and quiet <= patience:
        graph.order[:size] = current
        found = np.empty(size, np.int32)
        made, moves = improve(
            elite.shop, graph, found, tabu, piece, patience, int(generator.integers(1, 1 << 30)), elite.target
        )
        elite.moves += moves
        quiet = 0 if made < value else quiet + moves
        if made < value:
            value, best = made, found
            if not elite.members or made < elite.members[0][0]:
                elite.offer(made, found, 0)
        if moves < piece:
            break
        current = graph.order[:size].copy()
    if value < 1 << 60:
        elite.offer(value, best, 0)


def _ranks(order: Ints) -> npt.NDArray[np.float64]:
    ranks = np.empty(order.size)
    ranks[order] = np.arange(order.size)
    return ranks


def _between(elite: Elite, generator: np.random.Generator) -> Ints:
    """An order between two of the population: positions mixed, which keeps every precedence both respect."""
    with elite.lock:
        first, second = generator.choice(len(elite.members), 2, replace=False)
        one, other = elite.members[first][1], elite.members[second][1]
    share = generator.uniform(0.3, 0.7)
    mixed = (1 - share) * _ranks(one) + share * _ranks(other)
    return np.argsort(mixed, kind="stable").astype(np.int32)


def _shaken(shop: Shop, order: Ints, generator: np.random.Generator) -> Ints:
    """A random order that respects the jobs, near to the given one."""
    ranks = _ranks(order) + generator.normal(0, 0.15 * order.size, order.size)
    for o in order:
        before = shop.before[o]
        if before < order.size and ranks[o] <= ranks[before]:
            ranks[o] = ranks[before] + 1e-6
    return np.argsort(ranks, kind="stable").astype(np.int32)


def order_of(starts: Integers, ends: Integers, rank: Integers) -> Ints:
    """A topological order from times; ``rank`` breaks ties of operations that take no time."""
    return np.lexsort((rank, ends, starts)).astype(np.int32)
