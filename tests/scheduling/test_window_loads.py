"""Loads of ovens, tools and crews in windows of constraint programming."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling import search
from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.exact_windows import movable
from quarterdeck.disciplines.scheduling.instance import POOL, SKILL, SKILLED, TOOL, records
from quarterdeck.disciplines.scheduling.state import COLUMNS, END_AT, IN_MODE, ON_MACHINE, SETUP_AT, START_AT
from quarterdeck.disciplines.scheduling.window_answer import Way
from quarterdeck.disciplines.scheduling.window_loads import leaders_of, leading, room_of
from tests.scheduling.shops import HOUR, one_machine

ROOM = 6


def oven(orders, fill=0):
    """An oven for six: (hours to bake, size, family, there from hour, due in hours, weight) of each order."""
    hours, size, family, there, due, weight = (np.array(column) for column in zip(*orders, strict=True))
    instance = one_machine(work=hours, due=due, family=family, weight=weight.astype(float))
    operations, pools = instance.arrays.operations.copy(), instance.arrays.pools.copy()
    operations["load"], operations["release"] = 1000 * size, HOUR * there
    pools["capacity"], pools["fill"] = 1000 * ROOM, 1000 * fill
    return replace(instance, arrays=instance.arrays._replace(operations=operations, pools=pools))


def best_of_all(orders, left=None, free=0):
    """The least weighted lateness [h], by trying every sequence of loads."""
    left = frozenset(range(len(orders))) if left is None else left
    if not left:
        return 0
    least = 1 << 60
    for count in range(1, len(left) + 1):
        for load in combinations(sorted(left), count):
            mine = [orders[o] for o in load]
            if len({order[2] for order in mine}) > 1 or sum(order[1] for order in mine) > ROOM:
                continue
            end = max([free, *(order[3] for order in mine)]) + max(order[0] for order in mine)
            late = sum(order[5] * max(0, end - order[4]) for order in mine)
            if late < least:
                least = min(least, late + best_of_all(orders, left - set(load), end))
    return least


ORDERS = st.lists(
    st.tuples(*(st.integers(*span) for span in ((1, 5), (1, 3), (1, 2), (0, 6), (2, 12), (1, 3)))),
    min_size=4, max_size=5,
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(ORDERS)
def test_small_ovens_are_as_good_as_any_sequence_of_loads(orders):
    """Law: beside a search through every sequence of loads, with orders that come one by one."""
    instance = oven(orders)
    found = search.schedule(instance, effort=200)
    assert found.value == HOUR * best_of_all(orders)
    assert check(instance, found) == []


def test_the_oven_waits_for_the_order_that_fits_in():
    """Story: two trays of a family an hour apart go in together, since the oven is wanted again right after them."""
    orders = [(4, 3, 1, 0, 5, 1), (4, 3, 1, 1, 5, 1), (2, 1, 2, 0, 7, 3)]
    found = search.schedule(oven(orders), effort=40)
    assert found.value == 0
    assert found.start.tolist() == [HOUR, HOUR, 5 * HOUR]


@pytest.mark.parametrize("fill", [3, 6])
def test_loads_that_wait_to_be_filled_are_as_sound(fill):
    """Law: with a minimum the checker finds nothing, and a seed gives the same again."""
    orders = [(3, 1 + k % 3, 1 + k % 2, k, 4 + 2 * k, 1 + k % 3) for k in range(12)]
    instance = oven(orders, fill)
    one, other = (search.schedule(instance, effort=20) for _ in range(2))
    assert check(instance, one) == []
    assert np.array_equal(one.start, other.start)


def stand(starts, ends):
    """Rows of a schedule on one machine."""
    placed = np.zeros((len(starts), COLUMNS), np.int64)
    placed[:, ON_MACHINE] = 0
    placed[:, IN_MODE] = np.arange(len(starts))
    placed[:, SETUP_AT] = placed[:, START_AT] = HOUR * np.array(starts)
    placed[:, END_AT] = HOUR * np.array(ends)
    return placed


def test_the_longest_leads_and_the_others_take_what_room_is_left():
    """Example: of three orders in one load of four hours the one that needs four leads; one more unit fits in."""
    a = oven([(2, 2, 1, 0, 9, 1), (4, 1, 1, 0, 9, 1), (3, 2, 1, 0, 9, 1), (1, 1, 1, 0, 9, 1)]).arrays
    placed = stand([0, 0, 0, 4], [4, 4, 4, 5])
    assert leading(a, placed).tolist() == [1, 1, 1, 3]
    assert room_of(a, placed, 1, inside=False) == 1000
    found = leaders_of(a, placed, {3: [Way(3, 0, -1, 0, HOUR)]}, (0, 9 * HOUR))
    assert [leader.row for leader in found[3]] == [1]


def test_a_load_with_something_that_runs_is_left_alone():
    """Refusal: what went in with an order that runs already cannot be placed anew."""
    instance = oven([(2, 2, 1, 0, 9, 1), (2, 1, 1, 0, 9, 1), (2, 2, 2, 0, 9, 1)])
    instance.arrays.operations["started"][0] = 1
    assert movable(instance, stand([0, 0, 2], [2, 2, 4])).tolist() == [False, False, True]


@pytest.mark.parametrize("units", [1, 2])
def test_a_mould_is_held_by_as_many_as_there_are(units):
    """Story: two presses, four jobs of two hours that need one mould: with one mould they follow each other."""
    instance = one_machine(work=[2, 2, 2, 2], due=[2, 2, 4, 4])
    a = instance.arrays
    operations = a.operations.copy()
    operations["tool"] = 1
    pools = records(POOL, 1, count=2, table=-1, pausable=1, uniform=1)
    arrays = a._replace(
        operations=operations, pools=pools, machines=np.repeat(a.machines, 2),
        tools=records(TOOL, 1, first=0, count=units),
    )  # fmt: skip
    shared = replace(instance, arrays=arrays)
    found = search.schedule(shared, effort=40)
    assert check(shared, found) == []
    assert sorted((found.end // HOUR).tolist()) == ([2, 4, 6, 8] if units == 1 else [2, 2, 4, 4])


def test_one_setter_does_one_machine_after_the_other():
    """Story: two jobs on two machines are due at four; the one who sets up an hour each makes the later one wait."""
    instance = one_machine(work=[2, 3, 1], due=[4, 4, 9], family=[1, 2, 3], setup_hours=1)
    a = instance.arrays
    pools = records(POOL, 1, count=2, table=-1, pausable=1, uniform=0, setter=1)
    arrays = a._replace(
        pools=pools, machines=np.repeat(a.machines, 2), persons=np.zeros(1, a.persons.dtype),
        skills=records(SKILL, 1, first=0, count=1), skilled=records(SKILLED, 1, person=0, level=1.0),
    )  # fmt: skip
    shared = replace(instance, arrays=arrays)
    found = search.schedule(shared, effort=40)
    assert check(shared, found) == []
    assert found.value == 0
    assert sorted((found.setup_start // HOUR).tolist())[:2] == [0, 1]
