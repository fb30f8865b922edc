"""Everything together: plants with every feature at once, as planned and after each kind of event."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.plant_features import with_everything
from benchmarks.plant_maker import Sizes, make_plant
from quarterdeck.disciplines.scheduling import search
from quarterdeck.disciplines.scheduling.blame import chain, late_links, trace_of
from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.repair import Care, absent, closed, delayed, repair

DAY = 86_400


def plant(seed):
    """Two hundred operations: people, tools, crews, ovens that wait to be filled, limited room, longest waits, pins."""
    rng = np.random.default_rng(seed)
    instance = with_everything(make_plant(seed, Sizes(operations=200, pools=6, people=7, skills=3)), seed)
    pools = instance.arrays.pools.copy()
    pools["fill"] = np.where((pools["capacity"] > 0) & (rng.random(pools.size) < 0.5), 2000, 0)
    pools["room"] = np.where(rng.random(pools.size) < 0.1, rng.integers(3, 8, pools.size), 0)
    return replace(instance, arrays=instance.arrays._replace(pools=pools))


def late_seconds(instance, planned):
    """When each demand is met [s], and how late that is."""
    a = instance.arrays
    owner = np.repeat(np.arange(a.demands.size), a.demands["count"])
    there = a.demands["ready"].copy()
    np.maximum.at(there, owner, planned.end[a.supplies["operation"]] + a.supplies["lag"])
    return there, np.maximum(there - a.demands["due"], 0)


def assert_sound(instance, planned):
    """The checker finds nothing, everything has a place, and every second until delivery has one cause."""
    assert check(instance, planned) == []
    assert planned.scheduled.all()
    trace, (there, late) = trace_of(instance, planned), late_seconds(instance, planned)
    for demand in range(late.size):
        assert sum(link.seconds for link in chain(trace, demand)) == there[demand] - instance.now
        assert sum(link.seconds for link in late_links(trace, demand)) == late[demand]


def busiest(numbers):
    """The machine or person that most operations have; the first if none has one."""
    return int(np.bincount(numbers[numbers >= 0], minlength=1).argmax())


def broken(instance, planned):
    """Breakdown: the busiest machine stands still for two days."""
    begin = int(np.median(planned.setup_start))
    return closed(instance, busiest(planned.machine), begin, begin + 2 * DAY), planned


def ill(instance, planned):
    """Operator ill: the busiest person is away for two days."""
    begin = int(np.median(planned.setup_start))
    return absent(instance, busiest(planned.person), begin, begin + 2 * DAY), planned


def late(instance, planned):
    """Late material: an operation in the middle waits for a day."""
    row = instance.size // 2
    return delayed(instance, [row], int(planned.setup_start[row]) + DAY), planned


def rush(instance, planned):
    """Rush order: a job that the plan does not know yet, where nothing of it is pinned or maintenance."""
    operations = instance.arrays.operations
    firm = np.unique(operations["job"][(operations["pinned"] >= 0) | (operations["latest"] > 0)])
    new = operations["job"] == np.setdiff1d(operations["job"], firm)[0]
    return instance, replace(planned, end=np.where(new, -1, planned.end))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_everything_together_is_sound_whatever_happens(seed):
    """Law: no rule is broken and no second lacks its cause, as planned and after each of the four kinds of events."""
    instance = plant(seed)
    planned = search.schedule(instance, effort=2)
    assert_sound(instance, planned)
    for event in (broken, ill, late, rush):
        changed, before = event(instance, planned)
        assert_sound(changed, repair(changed, before, (), Care(tries=2)))
