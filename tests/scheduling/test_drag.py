"""Drops: which are legal, why not, and when they would be."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.drag import earliest, refusal
from quarterdeck.disciplines.scheduling.repair import Pin, delayed, pinned, repair
from quarterdeck.disciplines.scheduling.search import schedule
from tests.scheduling.plants import DAY
from tests.scheduling.shops import HOUR, job_shop, one_machine
from tests.scheduling.test_repair import _plant


def _rule(instance, before, pin, others=()):
    found = refusal(instance, before, pin, others)
    return None if found is None else (found.rule, found.blocker, found.moment)


def test_every_rule_has_its_reason():
    """Past, closed, too long before closing, material, another machine."""
    shop = one_machine(work=[3, 2], due=[8, 8], hours=(6, 14))
    before = schedule(shop, effort=1)
    assert _rule(shop, before, Pin(0, 7 * HOUR, 0)) is None
    assert _rule(shop, before, Pin(0, -HOUR, 0)) == ("now", -1, 0)
    assert _rule(shop, before, Pin(0, 15 * HOUR, 0)) == ("closed", -1, 30 * HOUR)
    assert _rule(shop, before, Pin(0, 7 * HOUR, -1)) == ("machine", -1, -1)
    whole = one_machine(work=[3, 2], due=[8, 8], hours=(6, 14), pausable=False)
    assert _rule(whole, before, Pin(0, 12 * HOUR, 0)) == ("pause", -1, 30 * HOUR)
    late = delayed(shop, [0], 9 * HOUR)
    assert _rule(late, before, Pin(0, 8 * HOUR, 0)) == ("release", -1, 9 * HOUR)


def test_what_comes_before_and_what_is_fixed_stand_in_the_way():
    """A step cannot begin before the one in front of it ends; a pinned or running one keeps its machine."""
    shop = job_shop()
    before = schedule(shop, effort=1)
    machine = int(before.machine[1])
    assert _rule(shop, before, Pin(1, 0, machine)) == ("predecessor", 0, int(before.end[0]))
    alone = one_machine(work=[3, 2], due=[8, 8])
    placed = schedule(alone, effort=1)
    other = Pin(1, 4 * HOUR, 0)
    assert _rule(alone, placed, Pin(0, 3 * HOUR, 0), (other,)) == ("taken", 1, 6 * HOUR)
    assert earliest(alone, placed, Pin(0, 3 * HOUR, 0), (other,)) == 6 * HOUR
    assert _rule(alone, placed, Pin(0, HOUR, 0), (other,)) is None
    alone.arrays.operations["started"][1] = 1
    assert _rule(alone, placed, Pin(1, 9 * HOUR, 0)) == ("started", -1, -1)
    assert earliest(alone, placed, Pin(1, 9 * HOUR, 0)) == -1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 47), st.integers(0, 8 * DAY))
def test_a_legal_drop_can_be_done(seed, row, moment):
    """Where no rule speaks against a drop, the repaired schedule keeps it and every rule, unless nobody is free."""
    instance, before = _plant(seed)
    pin = Pin(row, moment, int(before.machine[row]))
    legal = earliest(instance, before, pin)
    if legal < 0:
        return
    assert legal >= moment
    pin = Pin(row, legal, pin.machine)
    after = repair(instance, before, [pin])
    assert check(pinned(instance, [pin]), after) == []
    assert after.scheduled.all()
    if instance.arrays.operations["skill"][row] < 0:
        assert after.setup_start[row] == legal
    assert np.array_equal(after.machine >= 0, before.machine >= 0)
