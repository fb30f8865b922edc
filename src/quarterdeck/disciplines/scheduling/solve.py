"""One door to the best method for an instance: rules for everything, tabu search where it is a plain job shop."""

from __future__ import annotations

import time

import numpy as np

from quarterdeck.disciplines.scheduling.disjunctive_graph import blank, times_of
from quarterdeck.disciplines.scheduling.instance import MAKESPAN, Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.job_shop import is_job_shop, order_of, search_job_shop, shop_of
from quarterdeck.disciplines.scheduling.search import Callback, quiet, schedule

DISPATCH_SHARE = 0.1


def solve(instance: Instance, seconds: float, workers: int = 2, seed: int = 1, callback: Callback = quiet) -> Schedule:
    """The best schedule found within ``seconds``.

    Job shops to be done as soon as possible go from the best dispatching rule to tabu search with ``workers`` threads;
    everything else is searched by rules alone. ``callback`` hears value, lower bound and seconds.
    """
    began = time.perf_counter()
    if instance.objective != MAKESPAN or not is_job_shop(instance):
        return schedule(instance, effort=1 << 30, seconds=seconds, seed=seed, callback=callback)
    share = DISPATCH_SHARE if instance.size < 50_000 else 0.5
    first = schedule(instance, effort=1 << 30, seconds=seconds * share, seed=seed, callback=callback)
    lower = first.figures["bound"]
    if first.value <= lower:
        return first
    shop = shop_of(instance)
    rank = np.arange(instance.size)
    _, order, moves = search_job_shop(
        shop, [order_of(first.setup_start, first.end, rank)], lower=int(lower), until=began + seconds, workers=workers,
        seed=seed, heard=lambda value, clock: callback(min(value, first.value), lower, clock - began),
    )  # fmt: skip
    graph = blank(instance.size)
    graph.order[: instance.size] = order
    ends = times_of(shop, graph)
    return _as_schedule(instance, ends, {**first.figures, "moves": moves}) if ends.max() < first.value else first


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
