"""Random plants in arrays, with every feature that a schedule has to respect."""

from __future__ import annotations

import numpy as np

from quarterdeck.disciplines.scheduling.calendars import with_pairs
from quarterdeck.disciplines.scheduling.instance import (
    ARC,
    DEMAND,
    MACHINE,
    MODE,
    OPERATION,
    PERSON,
    POOL,
    SKILL,
    SKILLED,
    SUPPLY,
    Arrays,
    Instance,
    pointers,
    records,
)

DAY = 86_400


def random_plant(seed: int, jobs: int = 12, steps: int = 4, features: bool = True) -> Instance:
    """Jobs of several steps over shared machines; with ``features``: people, set-ups, alternatives, pins, calendars."""
    rng = np.random.default_rng(seed)
    count, pools = jobs * steps, 5
    step = np.arange(count) % steps
    sizes = rng.integers(1, 4, pools)
    operations = records(OPERATION, count, job=np.arange(count) // steps, pinned=-1, machine=-1, skill=-1)
    operations["release"] = np.where(step == 0, rng.integers(0, 2 * DAY, count), 0)
    operations["arcs"] = step < steps - 1
    operations["predecessors"] = step > 0
    operations["first_arc"] = pointers(operations["arcs"])
    modes_of = np.where(rng.random(count) < 0.3, 2, 1) if features else np.ones(count, np.int64)
    modes_of[rng.random(count) < 0.1] = 0
    operations["modes"], operations["first_mode"] = modes_of, pointers(modes_of)
    operations["work"] = rng.integers(0, 9000, count)
    first_pool = rng.integers(0, pools, count)
    owner = np.repeat(np.arange(count), modes_of)
    offset = np.arange(owner.size) - operations["first_mode"][owner]
    modes = records(
        MODE, owner.size, pool=(first_pool[owner] + offset) % pools, work=rng.integers(60, 9000, owner.size)
    )
    machines = records(MACHINE, int(sizes.sum()), pool=np.repeat(np.arange(pools), sizes), calendar=0, speed=1.0)
    arrays = records(POOL, pools, first=pointers(sizes), count=sizes, table=-1, pausable=1, uniform=1)
    if features:
        operations["family"] = rng.integers(0, 4, count)
        operations["setup"] = rng.integers(0, 3000, count)
        operations["skill"] = np.where((rng.random(count) < 0.4) & (modes_of > 0), rng.integers(0, 2, count), -1)
        machines["calendar"] = rng.integers(0, 3, machines.size)
        machines["speed"] = rng.choice([1.0, 0.8, 1.25], machines.size)
        machines["family"] = rng.integers(0, 4, machines.size)
        arrays["uniform"], arrays["pausable"] = 0, rng.integers(0, 2, pools)
        arrays["table"] = np.where(rng.random(pools) < 0.5, 0, -1)
        for o in rng.choice(np.flatnonzero(modes_of == 1), 3, replace=False):
            pool = arrays[modes["pool"][operations["first_mode"][o]]]
            operations["machine"][o] = pool["first"] + rng.integers(pool["count"])
            operations["pinned"][o] = rng.integers(0, 6 * DAY)
    days = np.arange(400) * DAY
    calendars = [
        (days[:1], days[-1:] + 1000 * DAY),
        (days + 6 * 3600, days + 14 * 3600),
        (days + 8 * 3600, days + 20 * 3600),
        (days + 7 * 3600, days + 16 * 3600),
    ]
    pairs = {(m, p) for m in range(3) for p in (2, 3)}
    packed, intervals, both = with_pairs(calendars, pairs)
    table = rng.integers(-1, 4000, (1, 4, 4))
    return Instance(
        Arrays(
            operations, modes, records(ARC, int((step < steps - 1).sum()), successor=np.flatnonzero(step > 0),
            lag=rng.integers(0, 4000, int((step < steps - 1).sum()))), arrays, machines,
            records(SKILL, 2, first=[0, 2], count=[2, 2]),
            records(SKILLED, 4, person=[0, 1, 1, 2], level=[1.0, 0.9, 1.0, 1.2]),
            records(PERSON, 3, calendar=[2, 3, 2]), packed, intervals, both, table,
            records(DEMAND, jobs, due=rng.integers(0, 8 * DAY, jobs), weight=rng.choice([1.0, 4.0], jobs),
            first=np.arange(jobs), count=1),
            records(SUPPLY, jobs, operation=np.arange(jobs) * steps + steps - 1),
        ),
        now=0,
    )  # fmt: skip
