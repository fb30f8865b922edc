"""One door to the best method for an instance: rules for everything, tabu search for job shops, flexible or not."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from quarterdeck.disciplines.scheduling.cooperation import Budget, limited
from quarterdeck.disciplines.scheduling.disjunctive_graph import Ints, blank, times_of
from quarterdeck.disciplines.scheduling.flexible_shop import (
    alternatives_of,
    flexible_schedule,
    flexible_shop_of,
    is_flexible_job_shop,
    search_flexible_shop,
)
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits
from quarterdeck.disciplines.scheduling.instance import MAKESPAN, Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.job_shop import is_job_shop, order_of, search_job_shop, shop_of
from quarterdeck.disciplines.scheduling.search import Callback, quiet, schedule

DISPATCH_SHARE = 0.1
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
    first = _by_rules(instance, limits, DISPATCH_SHARE if instance.size < 50_000 else 0.5, callback)
    lower = first.figures["bound"]
    target = int(max(lower, limits.enough))
    if first.value <= target:
        return first
    hearing = Hearing(callback, lower, began, first.value)
    budget = limited(limits, target, began)
    search = _flexible if flexible else _plain
    return search(instance, first, budget, limits, hearing)


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


def _plain(instance: Instance, first: Schedule, budget: Budget, limits: SearchLimits, hearing: Hearing) -> Schedule:
    shop = shop_of(instance)
    _, order = search_job_shop(shop, [_order(first)], budget, limits.workers, limits.seed, hearing.heard)
    graph = blank(instance.size)
    graph.order[: instance.size] = order
    ends = times_of(shop, graph)
    return _as_schedule(instance, ends, first.figures) if ends.max() < first.value else first


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
