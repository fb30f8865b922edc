"""The search for a good order in a flow shop: iterated greedy on every worker, the best shared now and then."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quarterdeck.disciplines.scheduling.attempts import Callback, quiet
from quarterdeck.disciplines.scheduling.chance import Chance, chance
from quarterdeck.disciplines.scheduling.cooperation import Member, cooperate, limited
from quarterdeck.disciplines.scheduling.flow_insertion import build, flow_room, iterate
from quarterdeck.disciplines.scheduling.flow_shop import FlowPlan, FlowShop, Integers, flow_bound
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits

OUT = 4  # jobs taken out in a round
WARMTH = 0.1  # a makespan worse by this share of a mean work time is accepted with probability 1/e
WARMTH_TARDY = 0.06  # the same for tardiness, per job
SHARE_AFTER = 0.15  # of the rounds so far, 10 at least: a worker that has not kept up takes over the best order
WORK = 5_000_000  # machines looked at when one job of each order is placed anew, in a round; some tenth of a second
LEAST, MOST = 1, 20_000  # orders in a round, however large or small the shop


@dataclass
class FlowSearch:
    """One worker: iterated greedy from a first order, the best of all taken over where it has not kept up."""

    shop: FlowShop
    state: Chance
    value: int = 0
    best: int = 0
    made: int = 0
    rounds: int = 0
    gained: int = 0

    def __post_init__(self) -> None:
        self.room, self.order = flow_room(self.shop.arrays), np.zeros(self.shop.size, np.int64)
        share = WARMTH if self.shop.due is None else WARMTH_TARDY * self.shop.size
        self.warmth = float(self.shop.work.mean()) * share

    def advance(self, moves: int, known: Sequence[Member]) -> list[Member]:
        """The first order, in later rounds ``moves`` orders further; the best met if it is better than before."""
        if not known:
            return [self._first()]
        self.rounds += 1
        before = self.best
        for _ in range(moves):
            self.value, self.best = iterate(
                self.shop.arrays, self.room, self.order, self.value, self.best, OUT, self.warmth, self.state
            )
        self.made += moves
        if self.best < before:
            self.gained = self.rounds
            return [self._met()]
        self._catch_up(known[0])
        return []

    def _first(self) -> Member:
        shop = self.shop
        ranked = np.argsort(-shop.work.sum(axis=1) if shop.due is None else shop.due, kind="stable")
        self.value = self.best = build(shop.arrays, self.room, ranked, self.order, self.state)
        self.room.best[:] = self.order
        return self._met()

    def _met(self) -> Member:
        order = self.room.best.astype(np.int32)
        return Member(int(self.best), order, order)

    def _catch_up(self, leader: Member) -> None:
        if self.rounds - self.gained <= max(10.0, SHARE_AFTER * self.rounds):
            return
        self.gained = self.rounds
        if leader.value < self.best:
            self.value = self.best = leader.value
            self.order[:] = self.room.best[:] = leader.solution


def solve_flow_shop(shop: FlowShop, limits: SearchLimits, callback: Callback = quiet) -> FlowPlan:
    """The best order found within the limits, whose rounds are those of the cooperating workers."""
    began, bound = time.perf_counter(), flow_bound(shop)
    searches = [FlowSearch(shop, chance(limits.seed, number)) for number in range(limits.workers)]
    target = int(max(bound, limits.enough))
    budget = limited(limits, target, began)

    def heard(member: Member) -> None:
        callback(float(member.value), bound, time.perf_counter() - began)

    moves = min(MOST, max(LEAST, WORK // (shop.size**2 * shop.work.shape[1])))
    best = cooperate(searches, moves, 1, budget, heard)[0]
    order = best.solution.astype(np.int64)
    made = sum(search.made for search in searches)
    figures = {"bound": bound, "rounds": made, "seconds": time.perf_counter() - began}
    return FlowPlan(order, starts_of(shop, order), float(best.value), figures)


def starts_of(shop: FlowShop, order: Integers) -> Integers:
    """Start of each job on each machine, as early as the order allows, shape (jobs, machines)."""
    start = np.zeros(shop.work.shape, np.int64)
    for place, job in enumerate(order):
        there = 0
        for machine in range(shop.work.shape[1]):
            if place:
                last = order[place - 1]
                free = start[last, machine] + shop.work[last, machine]
                there = max(there, free + (0 if shop.setup is None else shop.setup[machine, last, job]))
            start[job, machine] = there
            there += shop.work[job, machine]
    return start
