"""Shelf life between orders: what an order makes is used by the next one before it is too old.

Most schedules keep it anyway. Where one does not, the limit becomes a longest wait between the two orders and the
schedule is searched again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from quarterdeck.disciplines.scheduling.instance import Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.jobs import Jobs
from quarterdeck.disciplines.scheduling.network import Problemset
from quarterdeck.model import Company
from quarterdeck.model.clock import DAY


def shelf_limits(company: Company, jobs: Jobs, problem: Problemset) -> Integers:
    """Longest wait of each arc from one order to another by what the first makes, -1 for none, shape (arcs) [s]."""
    keeps = company["items"].select("item", "shelf_life_days").drop_nulls("shelf_life_days")
    if keeps.is_empty() or problem.arcs.is_empty():
        return np.full(problem.arcs.height, -1, np.int64)
    found = jobs.steps.select("item", "number").join(keeps, on="item", how="left", maintain_order="left")
    seconds = (found["shelf_life_days"] * DAY).fill_null(-1).cast(pl.Int64).to_numpy()
    source, target = problem.arcs["source"].to_numpy(), problem.arcs["to"].to_numpy()
    numbers = found["number"].to_numpy()
    limited = (numbers[source] != numbers[target]) & (seconds[source] >= 0)
    return np.where(limited, np.maximum(seconds[source], problem.arcs["lag"].to_numpy()), -1)


def goes_stale(limits: Integers, problem: Problemset, answer: Schedule) -> bool:
    """Whether something is used later than it keeps."""
    source, target = problem.arcs["source"].to_numpy(), problem.arcs["to"].to_numpy()
    placed = answer.scheduled[source] & answer.scheduled[target]
    return bool(((limits >= 0) & placed & (answer.start[target] > answer.end[source] + limits)).any())


def with_shelf_life(problem: Problemset, limits: Integers) -> Problemset:
    """The problem in which nothing waits longer for the order that uses it than it keeps."""
    instance: Instance = problem.instance
    arcs, pools = instance.arrays.arcs.copy(), instance.arrays.pools.copy()
    known = arcs["wait"]
    both = np.where(known > 0, np.minimum(known, limits + 1), limits + 1)
    arcs["wait"] = np.where(limits >= 0, both, known)
    pools["uniform"] = 0
    return replace(problem, instance=replace(instance, arrays=instance.arrays._replace(arcs=arcs, pools=pools)))
