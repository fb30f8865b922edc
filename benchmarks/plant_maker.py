"""Plants drawn at random: machines, people, calendars, set-up families, alternatives and orders with due dates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quarterdeck.disciplines.scheduling.calendars import Interval, with_pairs
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
    Integers,
    Records,
    pointers,
    records,
)
from quarterdeck.disciplines.scheduling.outlook import earliest_ends, topological

DAY = 86_400
HOUR = 3_600
LONGEST = 5_900  # [s] fits half a day with its set-up on the slowest machine, where it may not pause


@dataclass(frozen=True)
class Sizes:
    """How large a plant is; ``load``: share of the busiest centre's time that the orders need.

    ``slack_days``: mean time between the earliest end of an order, were it alone, and its due date.
    """

    operations: int = 100_000
    steps: int = 5
    pools: int = 60
    people: int = 150
    skills: int = 8
    families: int = 8
    load: float = 0.95
    slack_days: float = 6.0


def make_plant(seed: int, sizes: Sizes | None = None) -> Instance:
    """A plant of its own for every seed.

    A third of the operations need somebody with a skill, a quarter have an alternative work centre that is slower, half
    of the work centres change over between families. A fifth of the orders supply another one. Due dates lie some
    days behind the earliest end of each order.
    """
    sizes = sizes or Sizes()
    rng = np.random.default_rng(seed)
    jobs, count = sizes.operations // sizes.steps, sizes.operations // sizes.steps * sizes.steps
    pools, machines = _pools(rng, sizes)
    first_pool, modes_of = rng.integers(0, sizes.pools, count), np.where(rng.random(count) < 0.25, 2, 1)
    modes = _modes(rng, first_pool, modes_of, sizes)
    operations = _operations(rng, modes_of, sizes, jobs)
    skills, skilled, persons = _people(rng, sizes)
    calendars = _calendars(rng, count)
    span = _span(modes, operations, machines, sizes)
    release = np.sort(rng.integers(0, max(1, span), jobs))
    operations["release"] = np.where(np.arange(count) % sizes.steps == 0, np.repeat(release, sizes.steps), 0)
    arcs, supplies_to = _arcs(rng, operations, jobs, sizes)
    wanted = np.flatnonzero(supplies_to < 0)
    demands = records(
        DEMAND, wanted.size, weight=rng.choice([1.0, 2.0, 4.0, 8.0], wanted.size, p=[0.4, 0.3, 0.2, 0.1]),
        first=np.arange(wanted.size), count=1,
    )  # fmt: skip
    pairs = {(m, p) for m in range(4) for p in range(1, 4)}
    packed, intervals, both = with_pairs(calendars, pairs)
    setups = rng.integers(5 * 60, 60 * 60, (pools["table"].max() + 1, sizes.families + 1, sizes.families + 1))
    setups[:, np.arange(sizes.families + 1), np.arange(sizes.families + 1)] = 0
    arrays = Arrays(
        operations=operations, modes=modes, arcs=arcs, pools=pools, machines=machines, skills=skills, skilled=skilled,
        persons=persons, calendars=packed, intervals=intervals, both=both, setups=setups, demands=demands,
        supplies=records(SUPPLY, wanted.size, operation=wanted * sizes.steps + sizes.steps - 1),
    )  # fmt: skip
    instance = Instance(arrays, now=0)
    alone = earliest_ends(arrays, topological(arrays), 0)[arrays.supplies["operation"]]
    demands["due"] = alone + rng.gamma(2.0, sizes.slack_days / 2 * DAY, wanted.size).astype(np.int64)
    return instance


def _pools(rng: np.random.Generator, sizes: Sizes) -> tuple[Records, Records]:
    counts = rng.integers(2, 8, sizes.pools)
    tables = np.where(rng.random(sizes.pools) < 0.5, 1, 0)
    pools = records(POOL, sizes.pools, first=pointers(counts), count=counts, pausable=rng.random(sizes.pools) < 0.8)
    pools["table"] = np.where(tables == 1, np.cumsum(tables) - 1, -1)
    machines = records(MACHINE, int(counts.sum()), pool=np.repeat(np.arange(sizes.pools), counts))
    machines["calendar"] = np.repeat(rng.choice([0, 1, 2, 3], sizes.pools, p=[0.2, 0.3, 0.4, 0.1]), counts)
    machines["speed"] = rng.choice([0.8, 1.0, 1.25], machines.size, p=[0.2, 0.6, 0.2])
    machines["family"] = rng.integers(1, sizes.families + 1, machines.size)
    return pools, machines


def _modes(rng: np.random.Generator, pool: Integers, ways: Integers, sizes: Sizes) -> Records:
    owner = np.repeat(np.arange(pool.size), ways)
    second = np.arange(owner.size) - pointers(ways)[owner]
    work = np.repeat(rng.gamma(2.0, 1500.0, pool.size).clip(300, LONGEST), ways) * (1 + 0.3 * second)
    other = (pool[owner] + second * rng.integers(1, sizes.pools, owner.size)) % sizes.pools
    return records(MODE, owner.size, pool=other, work=work.astype(np.int64), rank=second + 1)


def _operations(rng: np.random.Generator, ways: Integers, sizes: Sizes, jobs: int) -> Records:
    count = ways.size
    step = np.arange(count) % sizes.steps
    operations = records(OPERATION, count, job=np.repeat(np.arange(jobs), sizes.steps), pinned=-1, machine=-1)
    operations["first_mode"], operations["modes"] = pointers(ways), ways
    operations["setup"] = rng.integers(0, 900, count)
    operations["family"] = rng.integers(1, sizes.families + 1, count)
    operations["skill"] = np.where(rng.random(count) < 0.33, rng.integers(0, sizes.skills, count), -1)
    operations["arcs"], operations["predecessors"] = step < sizes.steps - 1, step > 0
    return operations


def _people(rng: np.random.Generator, sizes: Sizes) -> tuple[Records, Records, Records]:
    """Everybody has one skill or two; every skill somebody."""
    first = np.arange(sizes.people) % sizes.skills
    second = rng.integers(0, sizes.skills, sizes.people)
    everybody = np.arange(sizes.people)
    able = np.unique(np.column_stack([np.concatenate([first, second]), np.tile(everybody, 2)]), axis=0)
    skilled = records(SKILLED, len(able), person=able[:, 1], level=rng.choice([0.9, 1.0, 1.1], len(able)))
    counts = np.bincount(able[:, 0], minlength=sizes.skills)
    persons = records(PERSON, sizes.people, calendar=rng.choice([1, 2, 3], sizes.people, p=[0.4, 0.4, 0.2]))
    return records(SKILL, sizes.skills, first=pointers(counts), count=counts), skilled, persons


def _calendars(rng: np.random.Generator, operations: int) -> list[Interval]:
    """Always; two shifts; day shift with a break; night and day, closed at weekends and on holidays."""
    days = np.arange(max(800, operations // 25))
    open_days = days[(days % 7 < 5) & (rng.random(days.size) > 0.02)] * DAY
    always = (np.array([0]), np.array([int(days[-1]) * DAY + 4000 * DAY]))
    two = (open_days + 6 * HOUR, open_days + 22 * HOUR)
    halves = np.stack([open_days + 7 * HOUR, open_days + int(12.5 * HOUR)], 1).ravel()
    ends = np.stack([open_days + 12 * HOUR, open_days + int(16.5 * HOUR)], 1).ravel()
    return [always, two, (halves, ends), (open_days, open_days + 24 * HOUR - 1)]


def _span(modes: Records, operations: Records, machines: Records, sizes: Sizes) -> int:
    """Seconds in which the busiest work centre is loaded as ``sizes`` says."""
    share = np.array([1.0, 16 / 24 * 5 / 7, 9 / 24 * 5 / 7, 5 / 7])
    capacity = np.bincount(machines["pool"], weights=share[machines["calendar"]], minlength=sizes.pools)
    chosen = operations["first_mode"]
    work = modes["work"][chosen] + operations["setup"] * 2
    load = np.bincount(modes["pool"][chosen], weights=work, minlength=sizes.pools)
    return int((load / capacity).max() / sizes.load)


def _arcs(rng: np.random.Generator, operations: Records, jobs: int, sizes: Sizes) -> tuple[Records, Integers]:
    """Chains within orders, and one order in five supplying the first step of a later one."""
    count = operations.size
    last = np.arange(jobs) * sizes.steps + sizes.steps - 1
    supplies = np.full(jobs, -1, np.int64)
    some = np.flatnonzero(rng.random(jobs - 1) < 0.2)
    supplies[some] = rng.integers(some + 1, jobs)
    source = np.concatenate([np.setdiff1d(np.arange(count), last), last[some]])
    target = np.concatenate([np.setdiff1d(np.arange(count), last) + 1, supplies[some] * sizes.steps])
    order = np.lexsort((target, source))
    operations["arcs"] = np.bincount(source, minlength=count)
    operations["first_arc"] = pointers(operations["arcs"])
    operations["predecessors"] = np.bincount(target, minlength=count)
    lag = rng.choice([0, 1800, 7200], source.size, p=[0.6, 0.3, 0.1])
    return records(ARC, source.size, successor=target[order], lag=lag[order]), supplies
