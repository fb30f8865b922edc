"""Repair of a schedule that stands: least change, all rules kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.instance import Instance
from quarterdeck.disciplines.scheduling.repair import Care, Pin, absent, closed, delayed, pinned, repair
from quarterdeck.disciplines.scheduling.search import schedule
from tests.scheduling.plants import DAY, random_plant
from tests.scheduling.shops import HOUR, one_machine


def _unpinned(instance: Instance) -> Instance:
    operations = instance.arrays.operations.copy()
    operations["machine"][operations["pinned"] >= 0] = -1
    operations["pinned"] = -1
    return Instance(instance.arrays._replace(operations=operations), instance.now)


def _plant(seed):
    instance = _unpinned(random_plant(seed))
    return instance, schedule(instance, effort=1)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_without_an_event_nothing_moves(seed):
    """Repairing an unchanged plant gives the same schedule to the second."""
    instance, before = _plant(seed)
    after = repair(instance, before)
    assert np.array_equal(after.setup_start, before.setup_start)
    assert np.array_equal(after.machine, before.machine)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 4), st.integers(1, 4))
def test_a_breakdown_is_repaired_within_the_rules(seed, start, days):
    """Whatever machine stands still, the checker finds nothing wrong, and what was done before stays."""
    instance, before = _plant(seed)
    machine = int(before.machine[before.machine >= 0][seed % 7])
    down = closed(instance, machine, start * DAY, (start + days) * DAY)
    after = repair(down, before)
    assert check(down, after) == []
    assert after.scheduled.all()
    early = before.end <= start * DAY
    assert np.array_equal(after.setup_start[early], before.setup_start[early])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_absence_and_late_material_are_repaired(seed):
    """A person away and an operation held up: all rules kept, nothing begins before it can."""
    instance, before = _plant(seed)
    changed = delayed(absent(instance, 1, DAY, 3 * DAY), [5], 2 * DAY)
    after = repair(changed, before)
    assert check(changed, after) == []
    assert after.setup_start[5] >= 2 * DAY
    assert not ((after.person == 1) & (after.end > DAY) & (after.setup_start < 3 * DAY) & (after.run > 2 * DAY)).any()


def test_a_delayed_job_lets_the_others_pass():
    """The first of three jobs comes hours later; the second and third stay where they were."""
    shop = one_machine(work=[2, 2, 2], due=[2, 4, 6])
    before = schedule(shop, effort=1)
    after = repair(delayed(shop, [0], 6 * HOUR), before)
    assert after.setup_start.tolist() == [6 * HOUR, 2 * HOUR, 4 * HOUR]


def test_a_heavy_job_pushes_a_light_one_gives_way():
    """A job delayed by an hour pushes the next if it matters more, and waits for the gap if it does not."""
    for weight, first in ((np.array([100.0, 1.0]), 0), (np.array([1.0, 100.0]), 1)):
        shop = one_machine(work=[2, 2], due=[2, 4], weight=weight)
        before = schedule(shop, effort=1)
        after = repair(delayed(shop, [0], HOUR), before, care=Care(price=0.01))
        assert int(np.argmin(after.setup_start)) == first


def test_a_pin_is_kept_and_the_others_give_way():
    """The third job is dropped on the place of the first."""
    shop = one_machine(work=[2, 2, 2], due=[2, 4, 6])
    before = schedule(shop, effort=1)
    pin = Pin(2, 0, 0)
    after = repair(shop, before, [pin])
    assert after.setup_start[2] == 0
    assert check(pinned(shop, [pin]), after) == []


def test_the_time_cap_ends_the_search():
    """With a clock that runs out at once the first repair stands."""
    shop = one_machine(work=[2, 2], due=[2, 4], weight=np.array([1.0, 100.0]))
    before = schedule(shop, effort=1)
    ticks = iter(range(0, 10_000, 100))
    after = repair(delayed(shop, [0], HOUR), before, care=Care(price=0.01), clock=lambda: float(next(ticks)))
    assert after.setup_start.tolist() == [HOUR, 3 * HOUR]


@pytest.mark.parametrize("seed", [1, 2])
def test_repairs_are_the_same_every_time(seed):
    """Same event, same seed, same repair."""
    instance, before = _plant(seed)
    down = closed(instance, int(before.machine.max()), 0, 3 * DAY)
    one, two = repair(down, before), repair(down, before)
    assert np.array_equal(one.setup_start, two.setup_start)
