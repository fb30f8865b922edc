"""Loads of ovens whose steps cannot wait: within hours of the step before, or with a next step within hours."""

import numpy as np
import pytest

from quarterdeck.disciplines.scheduling import search
from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.instance import ARC, DEMAND, MODE, OPERATION, POOL, SUPPLY, records
from tests.scheduling.shops import HOUR, shop

SAW, OVEN, PACK = range(3)


def line(orders, *, wait, after=SAW, room=2):
    """A saw, an oven for ``room`` pieces and a packing bench; the step after ``after`` begins within ``wait`` hours.

    Each order: hours at the saw, in the oven and at the bench, family, due in hours.
    """
    count = len(orders)
    *hours, family, due = (np.array(column) for column in zip(*orders, strict=True))
    operations = records(
        OPERATION, 3 * count, pinned=-1, machine=-1, skill=-1, job=np.repeat(np.arange(count), 3), modes=1, load=1000,
        first_mode=np.arange(3 * count), arcs=np.tile([1, 1, 0], count), predecessors=np.tile([0, 1, 1], count),
    )  # fmt: skip
    operations["first_arc"] = np.cumsum(operations["arcs"]) - operations["arcs"]
    operations["family"][OVEN::3] = family
    modes = records(
        MODE, 3 * count, work=HOUR * np.stack(hours, axis=1).ravel(), pool=np.tile([SAW, OVEN, PACK], count)
    )
    arcs = records(ARC, 2 * count, successor=np.flatnonzero(np.arange(3 * count) % 3))
    arcs["wait"][after::2] = wait * HOUR + 1
    pools = records(POOL, 3, first=[0, 1, 2], count=1, table=-1, pausable=1, uniform=0)
    pools["capacity"][OVEN] = 1000 * room
    demands = records(DEMAND, count, due=due * HOUR, weight=1.0, first=np.arange(count), count=1)
    return shop(
        operations,
        modes,
        arcs,
        pools,
        demands=demands,
        supplies=records(SUPPLY, count, operation=3 * np.arange(count) + PACK),
    )


def begins(planned, step):
    """The hours at which each order begins a step."""
    return (planned.start[step::3] / HOUR).tolist()


def test_two_doughs_that_cannot_wait_share_an_oven():
    """Story: dough rests two hours at the most; the oven waits for the second, and both are in time."""
    bakery = line([(1, 4, 1, 1, 7), (1, 4, 1, 1, 8)], wait=2)
    planned = search.schedule(bakery, effort=40)
    assert check(bakery, planned) == []
    assert begins(planned, OVEN) == [2, 2]
    assert planned.value == 0


def test_hot_parts_that_must_go_on_share_an_oven():
    """Story: parts are packed within two hours of the furnace; two of an hour each may come out together."""
    furnace = line([(1, 4, 1, 1, 7), (1, 4, 1, 1, 8)], wait=2, after=OVEN)
    planned = search.schedule(furnace, effort=40)
    assert check(furnace, planned) == []
    assert begins(planned, OVEN) == [2, 2]
    assert sorted(begins(planned, PACK)) == [6, 7]


def test_who_could_not_go_on_in_time_stays_out():
    """Refusal: with an hour of patience and two hours of packing, three that come out together would be too many."""
    furnace = line([(1, 4, 2, 1, 9), (1, 4, 2, 1, 9), (1, 4, 2, 1, 9)], wait=1, after=OVEN, room=3)
    planned = search.schedule(furnace, effort=40)
    assert check(furnace, planned) == []
    waits = planned.start[PACK::3] - planned.end[OVEN::3]
    assert waits.max() <= HOUR
    assert len(set(begins(planned, OVEN))) == 3


def test_what_is_booked_leaves_others_their_room():
    """Law: an oven for two takes no third, though all three could be there in time."""
    bakery = line([(1, 4, 1, 1, 9), (1, 4, 1, 1, 9), (1, 4, 1, 1, 9)], wait=6)
    planned = search.schedule(bakery, effort=40)
    assert check(bakery, planned) == []
    assert sorted(np.unique(planned.start[OVEN::3], return_counts=True)[1].tolist()) == [1, 2]


@pytest.mark.parametrize("after", [SAW, OVEN])
@pytest.mark.parametrize("seed", range(2))
def test_limits_cost_ovens_little(seed, after):
    """Law: with two hours of patience twelve orders are never served later than half as late again as without limit."""
    rng = np.random.default_rng(seed)
    orders = [(1, 3 + k % 3, 1, 1 + k % 3, int(rng.integers(8, 30))) for k in range(12)]
    tight, loose = (line(orders, wait=hours, after=after, room=4) for hours in (2, 10_000))
    planned, free = search.schedule(tight, effort=40), search.schedule(loose, effort=40)
    assert check(tight, planned) == []
    assert planned.value <= 1.5 * free.value + 4 * HOUR
