"""One door to the best method for an instance: rules for everything, tabu search for job shops, flexible or not."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from quarterdeck.disciplines.scheduling.attempts import Callback, quiet
from quarterdeck.disciplines.scheduling.cooperation import Budget, limited
from quarterdeck.disciplines.scheduling.disjunctive_graph import Ints, Shop, blank, times_of
from quarterdeck.disciplines.scheduling.flexible_shop import (
    alternatives_of,
    flexible_schedule,
    flexible_shop_of,
    is_flexible_job_shop,
    search_flexible_shop,
)
from quarterdeck.disciplines.scheduling.foresight import has_time_to_spare, search_ahead
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits
from quarterdeck.disciplines.scheduling.instance import MAKESPAN, Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.job_shop import LARGE, is_job_shop, order_of, search_job_shop, shop_of
from quarterdeck.disciplines.scheduling.search import schedule

DISPATCH_SHARE = 0.02
HUGE, HUGE_SHARE = 50_000, 0.5  # the same where machines have no time to spare, and rules do best
AHEAD_SHARE, HUGE_AHEAD_SHARE = 0.02, 0.15  # of the time, for schedules built with foresight
COUNTED_EFFORT = 40  # work units of rules before tabu search, where rounds are counted


def solve(instance: Instance, limits: SearchLimits, callback: Callback = quiet) -> Schedule:
    """The best schedule found within the limits, whose rounds are those of the cooperating searches.

    Job shops and flexible job shops to be done as soon as possible go from the best dispatching rule to tabu search
    with two threads or as many as the limits say; everything else is searched by rules alone. ``callback`` hears
    value, lower bound and seconds.
    """
    began = time.perf_counter()
    plain = instance.objective == MAKESPAN and is_job_shop(instance)
    flexible = not plain and instance.objective == MAKESPAN and is_flexible_job_shop(instance)
    if not plain and not flexible:
        return _by_rules(instance, limits, 1.0, callback)
    shop = shop_of(instance) if plain else None
    spare = shop is not None and has_time_to_spare(shop)
    share = DISPATCH_SHARE if spare or instance.size < HUGE else HUGE_SHARE
    first = _by_rules(instance, limits, share, callback)
    lower = first.figures["bound"]
    target = int(max(lower, limits.enough))
    if first.value <= target:
        return first
    hearing = Hearing(callback, lower, began, first.value)
    budget = limited(limits, target, began)
    if shop is None:
        return _flexible(instance, first, budget, limits, hearing)
    starts = [_order(first), *([_ahead(shop, limits, target, hearing)] if spare else [])]
    return _plain(instance, first, starts, budget, limits, hearing)


def _ahead(shop: Shop, limits: SearchLimits, target: int, hearing: Hearing) -> Ints:
    """The order of a schedule built with foresight, for a share of the time or of the rounds."""
    share = AHEAD_SHARE if shop.machine.size < LARGE else HUGE_AHEAD_SHARE
    budget = limited(limits, target, time.perf_counter(), share)
    return search_ahead(shop, budget, limits.workers, limits.seed, hearing.heard)[1]


def _by_rules(instance: Instance, limits: SearchLimits, share: float, callback: Callback) -> Schedule:
    """The best of dispatching rules within a share of the time; where rounds are counted, of as many work units."""
    effort = 1 << 30 if limits.rounds is None else min(limits.rounds, COUNTED_EFFORT)
    seconds = limits.seconds * share if limits.rounds is None else math.inf
    return schedule(instance, effort=effort, seconds=seconds, seed=limits.seed, callback=callback)


@dataclass
class Hearing:
    """Who hears of better values, counted from the one found first."""

    callback: Callback
    lower: float
    began: float
    best: float

    def heard(self, value: int) -> None:
        """Tell of a value if it is the best so far."""
        if value < self.best:
            self.best = value
            self.callback(float(value), self.lower, time.perf_counter() - self.began)


def _flexible(instance: Instance, first: Schedule, budget: Budget, limits: SearchLimits, hearing: Hearing) -> Schedule:
    shop = flexible_shop_of(instance)
    start = np.stack([_order(first), alternatives_of(shop, first.machine)])
    value, solution = search_flexible_shop(shop, start, budget, limits.workers, limits.seed, hearing.heard)
    if value >= first.value:
        return first
    found = flexible_schedule(instance, shop, solution)
    return replace(found, figures={**first.figures, "value": float(value)})


def _plain(
    instance: Instance, first: Schedule, starts: list[Ints], budget: Budget, limits: SearchLimits, hearing: Hearing
) -> Schedule:
    shop, graph = shop_of(instance), blank(instance.size)

    def makespan(order: Ints) -> int:
        graph.order[: instance.size] = order
        return int(times_of(shop, graph).max())

    starts = sorted(starts, key=makespan)
    _, order = search_job_shop(shop, starts, budget, limits.workers, limits.seed, hearing.heard)
    value = makespan(order)
    return _as_schedule(instance, times_of(shop, graph), first.figures) if value < first.value else first


def _order(found: Schedule) -> Ints:
    return order_of(found.setup_start, found.end, np.arange(found.end.size))


def _as_schedule(instance: Instance, ends: Integers, figures: dict[str, object]) -> Schedule:
    """Ends of a job shop, counted from now, as a schedule."""
    a = instance.arrays
    mode = a.operations["first_mode"]
    work = a.modes["work"][mode]
    starts = instance.now + ends - work
    ready = np.full(instance.size, instance.now, np.int64)
    source = np.repeat(np.arange(instance.size), a.operations["arcs"])
    ready[a.arcs["successor"]] = instance.now + ends[source]
    return Schedule(
        machine=a.pools["first"][a.modes["pool"][mode]],
        person=np.full(instance.size, -1, np.int64),
        mode=mode.copy(),
        ready=ready,
        setup_start=starts,
        start=starts,
        end=instance.now + ends,
        setup=np.zeros(instance.size, np.int64),
        run=work.copy(),
        value=float(ends.max()),
        setup_seconds=0,
        figures={**figures, "value": float(ends.max())},
    )
