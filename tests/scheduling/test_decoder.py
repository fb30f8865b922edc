"""What the decoder promises, judged by the independent checker."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.instance import MAKESPAN, Instance
from quarterdeck.disciplines.scheduling.outlook import bound, look_ahead
from quarterdeck.disciplines.scheduling.search import schedule
from tests.scheduling.plants import random_plant
from tests.scheduling.shops import job_shop, one_machine


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_every_plant_gets_a_schedule_that_holds(seed):
    """People, alternatives, change-overs, pins, pauses and calendars: the checker finds no fault."""
    plant = random_plant(seed)
    answer = schedule(plant, effort=1, seed=seed)
    assert check(plant, answer) == []
    assert answer.scheduled.all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_like_machines_need_no_search_among_them(seed):
    """Pools of interchangeable machines give valid schedules as well."""
    plant = random_plant(seed, features=False)
    assert check(plant, schedule(plant, effort=1)) == []


def test_work_pauses_at_night_where_it_may():
    """Ten hours on a machine open eight hours a day end two hours into the second day."""
    answer = schedule(one_machine(work=[10], hours=(8, 16)), effort=1)
    assert answer.setup_start[0] == 8 * 3600
    assert answer.end[0] == (24 + 10) * 3600


def test_work_that_may_not_pause_waits_for_a_whole_shift():
    """After six of eight hours a three-hour job that may not pause begins on the next day."""
    answer = schedule(one_machine(work=[6, 3], due=[6, 9], hours=(8, 16), pausable=False), effort=1)
    assert answer.setup_start.tolist() == [8 * 3600, (24 + 8) * 3600]


def test_work_that_never_fits_is_left_out():
    """Nine hours without a pause find no place in shifts of eight."""
    answer = schedule(one_machine(work=[9], hours=(8, 16), pausable=False), effort=1)
    assert not answer.scheduled.any()


def test_families_follow_each_other_without_set_up():
    """Four jobs in two colours take two set-ups, not four."""
    shop = one_machine(work=[1, 1, 1, 1], due=[90] * 4, family=[1, 2, 1, 2], setup_hours=1)
    assert schedule(shop, effort=5).setup_seconds == 2 * 3600


def test_first_come_first_served_is_a_rule():
    """The rules for comparison are reported with their values."""
    figures = schedule(random_plant(3), effort=1).figures
    assert set(figures["rules"]) == {"EDD", "FIFO", "SPT", "ATC"}


def test_pinned_work_begins_when_pinned():
    """A job pinned at hour ten leaves the machine to what is done before and after."""
    shop = one_machine(work=[4, 4, 4], pinned={0: 10})
    answer = schedule(shop, effort=1)
    assert answer.setup_start[0] == 10 * 3600
    assert sorted(answer.setup_start // 3600) == [0, 4, 10]


def test_started_work_goes_on_at_once():
    """What runs already keeps its machine although others are more urgent."""
    shop = one_machine(work=[4, 4], due=[100, 1])
    operations = shop.arrays.operations.copy()
    operations["started"][0], operations["machine"][0] = 1, 0
    answer = schedule(Instance(shop.arrays._replace(operations=operations), 0), effort=1)
    assert answer.setup_start[0] == 0


@pytest.mark.parametrize("seed", range(4))
def test_no_schedule_is_below_the_bound(seed):
    """Fisher and Thompson's 6 by 6 job shop: bound ≤ optimum 55 ≤ what the rules find."""
    shop = job_shop()
    answer = schedule(shop, effort=20, seed=seed)
    assert bound(shop, look_ahead(shop)) <= 55 <= answer.value <= 62


def test_makespan_counts_the_last_end():
    """The value of a job shop is the end of its last operation."""
    shop = job_shop()
    answer = schedule(shop, effort=2)
    assert shop.objective == MAKESPAN
    assert answer.value == answer.end.max()


def test_a_cycle_of_orders_is_left_out_not_waited_for():
    """Two operations that wait for each other get no place; the third does."""
    shop = one_machine(work=[1, 1, 1])
    operations = shop.arrays.operations.copy()
    operations["arcs"][:2], operations["first_arc"][:2], operations["predecessors"][:2] = 1, [0, 1], 1
    arcs = np.zeros(2, shop.arrays.arcs.dtype)
    arcs["successor"] = [1, 0]
    looped = Instance(shop.arrays._replace(operations=operations, arcs=arcs), 0)
    assert schedule(looped, effort=1).scheduled.tolist() == [False, False, True]
