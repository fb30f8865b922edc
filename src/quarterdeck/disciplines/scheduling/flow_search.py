"""The search for a good order in a flow shop: iterated greedy on every worker, the best shared now and then."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import numpy as np

from quarterdeck.disciplines.scheduling.chance import chance
from quarterdeck.disciplines.scheduling.flow_insertion import build, flow_room, iterate
from quarterdeck.disciplines.scheduling.flow_shop import FlowPlan, FlowShop, Integers, flow_bound
from quarterdeck.disciplines.scheduling.search import Callback, quiet

OUT = 4  # jobs taken out in a round
WARMTH = 0.1  # a makespan worse by this share of a mean work time is accepted with probability 1/e
WARMTH_TARDY = 0.06  # the same for tardiness, per job
SHARE_AFTER = 0.15  # of the time: a worker that has not kept up takes over the best order


@dataclass
class BestOrder:
    """The best order met, shared by the workers."""

    shop: FlowShop
    began: float
    until: float
    bound: float
    enough: float
    callback: Callback
    value: int = 1 << 60
    order: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    rounds: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def done(self) -> bool:
        """Whether time is up or nothing is left to win."""
        return time.perf_counter() >= self.until or self.value <= max(self.bound, self.enough)

    def offer(self, value: int, order: Integers) -> None:
        """Take an order if it is better."""
        with self.lock:
            if value < self.value:
                self.value, self.order = value, order.copy()
                self.callback(float(value), self.bound, time.perf_counter() - self.began)


def solve_flow_shop(
    shop: FlowShop,
    seconds: float,
    workers: int = 2,
    seed: int = 1,
    callback: Callback = quiet,
    enough: float = -1.0,
) -> FlowPlan:
    """The best order found within ``seconds``, or the first with a value that is ``enough``."""
    began = time.perf_counter()
    best = BestOrder(shop, began, began + seconds, flow_bound(shop), enough, callback)
    threads = [threading.Thread(target=_work, args=(best, seed, number)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures = {"bound": best.bound, "rounds": best.rounds, "seconds": time.perf_counter() - began}
    return FlowPlan(best.order, starts_of(shop, best.order), float(best.value), figures)


def _work(best: BestOrder, seed: int, number: int) -> None:
    """One worker: from a first order, rounds in slices short enough to keep the time limit."""
    shop = best.shop
    arrays, state = shop.arrays, chance(seed, number)
    room, order = flow_room(arrays), np.zeros(shop.size, np.int64)
    ranked = np.argsort(-shop.work.sum(axis=1) if shop.due is None else shop.due, kind="stable")
    value = mine = build(arrays, room, ranked, order, state)
    room.best[:] = order
    best.offer(value, order)
    warmth = float(shop.work.mean()) * (WARMTH if shop.due is None else WARMTH_TARDY * shop.size)
    share = SHARE_AFTER * (best.until - best.began)
    gained = time.perf_counter()
    while not best.done():
        value, found = iterate(arrays, room, order, value, mine, OUT, warmth, state)
        best.rounds += 1
        if found < mine:
            mine, gained = found, time.perf_counter()
            best.offer(mine, room.best)
        elif time.perf_counter() - gained > share:
            gained = time.perf_counter()
            if best.value < mine:
                value = mine = best.value
                order[:] = room.best[:] = best.order


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
