"""Tabu search in windows of a long sequence, for job shops too large to be searched as a whole.

A window is a stretch of the topological order. What lies before it keeps its heads, what lies behind its tails, so the
longest path through the window is exact, and a move costs what the window is long rather than what the shop is large.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numba import njit

from quarterdeck.disciplines.scheduling.cooperation import Budget
from quarterdeck.disciplines.scheduling.disjunctive_graph import Graph, Ints, Shop, arrange, blank, kernel
from quarterdeck.disciplines.scheduling.tabu import (
    Hunt,
    Random,
    draw,
    forget,
    look_over,
    make_move,
    number_slots,
    tabu_list,
)

PER_MACHINE = 30  # operations of each machine in a window
SMALLEST = 1000
PATIENCE = 2000  # moves without improvement after which another window is searched
WORK = 60_000_000  # operations touched in a round of one search, about half a second
MOST = 100_000  # moves in a round, however small the shop


@kernel
def _heads(shop: Shop, g: Graph, begin: int, high: int) -> None:
    for k in range(begin, high + 1):
        o = g.order[k]
        g.end[o] = max(g.end[shop.before[o]], g.end[g.previous[o]]) + shop.duration[o]


@kernel
def _tails(shop: Shop, g: Graph, stop: int, low: int, high: int) -> tuple[int, int]:
    """Tails from a place of the order down; the longest path through the window and an operation on it."""
    longest, critical = -1, -1
    for k in range(high, low - 1, -1):
        o = g.order[k]
        if k <= stop:
            g.tail[o] = max(g.tail[shop.after[o]], g.tail[g.next[o]]) + shop.duration[o]
        path = g.end[o] - shop.duration[o] + g.tail[o]
        if path > longest:
            longest, critical = path, o
    return longest, critical


@kernel
def _path_of(shop: Shop, g: Graph, h: Hunt, o: int, low: int, high: int) -> int:
    """A random critical path of the window through an operation in ``blocks``; returns its length."""
    n = shop.machine.size
    while True:
        e, a, b = g.end[o] - shop.duration[o], shop.before[o], g.previous[o]
        on_job = a < n and g.end[a] == e and g.rank[a] >= low
        on_machine = b < n and g.end[b] == e and g.rank[b] >= low
        if not on_job and not on_machine:
            break
        o = a if on_job and (not on_machine or draw(h.random, 2) == 0) else b
    length = 0
    while True:
        h.blocks[length] = o
        length += 1
        rest, a, b = g.tail[o] - shop.duration[o], shop.after[o], g.next[o]
        on_job = a < n and g.tail[a] == rest and g.rank[a] <= high
        on_machine = b < n and g.tail[b] == rest and g.rank[b] <= high
        if not on_job and not on_machine:
            return length
        o = a if on_job and (not on_machine or draw(h.random, 2) == 0) else b


@kernel
def _keep(g: Graph, best: Ints, low: int, high: int) -> None:
    for k in range(low, high + 1):
        best[k] = g.order[k]


@kernel
def _search(shop: Shop, g: Graph, h: Hunt, best: Ints, window: tuple[int, int], limits: tuple[int, int]) -> int:
    """Tabu search in a window; ``best`` receives its best stretch of the order. Returns the moves made."""
    low, high = window
    moves, patience = limits
    longest, critical = _tails(shop, g, low - 1, low, high)
    h.clock[1] = longest
    _keep(g, best, low, high)
    quiet = 0
    for move in range(moves):
        h.clock[0] += 1
        forget(h)
        look_over(shop, g, h, _path_of(shop, g, h, critical, low, high))
        if h.choice[0] < 0 or quiet > patience:
            return move
        begin, stop = make_move(shop, g, h, 10, 8)
        _heads(shop, g, begin, high)
        longest, critical = _tails(shop, g, stop, low, high)
        quiet += 1
        if longest < h.clock[1]:
            h.clock[1], quiet = longest, 0
            _keep(g, best, low, high)
    return moves


@njit(cache=True, nogil=True)
def polish(  # noqa: PLR0917 - a kernel takes numbers
    shop: Shop, g: Graph, tabu: Ints, random: Random, part: tuple[int, int], width: int, moves: int, patience: int
) -> int:
    """Search windows of ``width`` drawn from a part of the order until ``moves`` are made; returns the makespan.

    The graph's order ends as the best one met.
    """
    n = shop.machine.size
    machines = 0
    for o in range(n):
        machines = max(machines, shop.machine[o] + 1)
    last_on = np.zeros(machines, np.int32)
    slot = np.zeros(n, np.int32)
    number_slots(shop, slot, last_on, tabu.shape[1] - 1)
    h = Hunt(
        tabu, slot, np.zeros(4, np.int64), np.zeros(10, np.int64), np.zeros(n, np.int32), np.zeros(n, np.int32), random
    )  # fmt: skip
    best = g.order[:n].copy()
    tabu[:] = 0
    least = arrange(shop, g, last_on)
    g.path[:] = 0
    done = 0
    while done < moves:
        room = max(0, part[1] - part[0] - width)
        low = min(max(part[0] + draw(random, room + width) - width // 2, part[0]), part[0] + room)
        high = min(low + width, part[1]) - 1
        before = g.order[low : high + 1].copy()
        done += 10 + _search(shop, g, h, best, (low, high), (moves - done, patience))
        h.clock[0] += 1000
        g.order[low : high + 1] = best[low : high + 1]
        makespan = arrange(shop, g, last_on)
        if makespan > least:
            g.order[low : high + 1] = before
            makespan = arrange(shop, g, last_on)
        least = makespan
    return least


@dataclass
class WindowSearch:
    """One search with its own copy of the graph."""

    shop: Shop
    random: Random
    width: int
    graph: Graph = field(init=False)
    tabu: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.graph, self.tabu = blank(self.shop.machine.size), tabu_list(self.shop)

    def run(self, order: Ints, part: tuple[int, int], moves: int) -> Ints:
        """The order with one part of it improved."""
        n = order.size
        self.graph.order[:n] = order
        polish(self.shop, self.graph, self.tabu, self.random, part, self.width, moves, PATIENCE)
        return self.graph.order[:n].copy()


def search_windows(
    shop: Shop, order: Ints, budget: Budget, workers: int, seed: int, heard: Callable[[int], None]
) -> tuple[int, Ints]:
    """The smallest makespan found within the budget, and its order.

    Every round each worker improves a part of its own of one order; the parts are put together again, or the best of
    them is kept alone where they do not go together.
    """
    n = shop.machine.size
    machines = int(shop.machine.max()) + 1
    width = min(n, max(SMALLEST, PER_MACHINE * machines))
    generator = np.random.default_rng(seed)
    searches = [WindowSearch(shop, generator.integers(1, 1 << 62, 1).astype(np.uint64), width) for _ in range(workers)]
    judge, last_on = blank(n), np.zeros(machines, np.int32)

    def value_of(candidate: Ints) -> int:
        judge.order[:n] = candidate
        return int(arrange(shop, judge, last_on))

    best = value_of(order)
    moves = min(MOST, max(20, WORK // width))
    with ThreadPoolExecutor(workers) as pool:
        for _ in range(budget.rounds):
            edges = _edges(n, workers, generator)
            parts = list(pairwise(edges))
            found = list(pool.map(WindowSearch.run, searches, [order] * workers, parts, [moves] * workers))
            joined = np.concatenate([each[low:high] for each, (low, high) in zip(found, parts, strict=True)])
            value, order = min(((value_of(each), each) for each in (joined, *found, order)), key=lambda pair: pair[0])
            if value < best:
                best = value
                heard(value)
            if budget.clock() >= budget.until or best <= budget.target:
                break
    return best, order


def _edges(operations: int, parts: int, generator: np.random.Generator) -> list[int]:
    """Where the parts begin and end: about equal, a little elsewhere every time."""
    inner = np.arange(1, parts) / parts + generator.uniform(-0.2, 0.2, parts - 1) / parts
    return [0, *(int(share * operations) for share in inner), operations]
