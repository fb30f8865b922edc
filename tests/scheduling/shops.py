"""Small shops whose answers are known."""

from __future__ import annotations

import numpy as np

from benchmarks.scheduling_formats import chains
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
    records,
)

HOUR = 3600
FT06 = (
    "2 1 0 3 1 6 3 7 5 3 4 6", "1 8 2 5 4 10 5 10 0 10 3 4", "2 5 3 4 5 8 0 9 1 1 4 7",
    "1 5 0 5 2 5 3 3 4 8 5 9", "2 9 1 3 4 5 5 4 0 3 3 1", "1 3 3 3 5 9 0 10 4 4 2 1",
)  # fmt: skip


def shop(operations, modes, arcs, pools, *, demands, supplies, hours=None, objective=0, setups=None):
    """An instance without people."""
    days = np.arange(200) * 24 * HOUR
    always = (np.array([0]), np.array([10**10]))
    calendar = (days + hours[0] * HOUR, days + hours[1] * HOUR) if hours else always
    packed, intervals, both = with_pairs([calendar], set())
    machines = records(MACHINE, pools.size, pool=np.arange(pools.size), speed=1.0)
    table = np.zeros((0, 1, 1), np.int64) if setups is None else setups
    arrays = Arrays(
        operations, modes, arcs, pools, machines, records(SKILL, 0), records(SKILLED, 0), records(PERSON, 0),
        packed, intervals, both, table, demands, supplies,
    )  # fmt: skip
    return Instance(arrays, 0, objective)


def one_machine(*, work, due=None, family=None, setup_hours=0, hours=None, pausable=True, pinned=None, weight=1.0):
    """Jobs of one operation on one machine; times in hours."""
    count = len(work)
    operations = records(OPERATION, count, pinned=-1, machine=-1, skill=-1, job=np.arange(count), modes=1)
    operations["first_mode"] = np.arange(count)
    operations["family"] = 0 if family is None else family
    operations["setup"] = setup_hours * HOUR
    for o, hour in (pinned or {}).items():
        operations["pinned"][o], operations["machine"][o] = hour * HOUR, 0
    modes = records(MODE, count, work=np.array(work) * HOUR)
    pools = records(POOL, 1, count=1, table=-1, pausable=int(pausable), uniform=int(family is None and not pinned))
    dues = np.zeros(count) if due is None else np.array(due)
    demands = records(DEMAND, count, due=dues * HOUR, weight=weight, first=np.arange(count), count=1)
    supplies = records(SUPPLY, count, operation=np.arange(count))
    return shop(operations, modes, records(ARC, 0), pools, demands=demands, supplies=supplies, hours=hours)


def job_shop(lines=FT06):
    """A job shop in the standard text form, one line per job: machine and duration in turn."""
    jobs = [np.array(line.split(), dtype=np.int64).reshape(-1, 2) for line in lines]
    pairs = np.concatenate(jobs)
    return chains(np.array([len(job) for job in jobs]), np.ones(len(pairs), np.int64), pairs)
