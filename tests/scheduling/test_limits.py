"""Longest waits, limited room before machines, steps that may not pause: from company tables to the checker."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.board import lay_out
from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.drag import refusal
from quarterdeck.disciplines.scheduling.repair import Pin, closed, repair
from quarterdeck.disciplines.scheduling.search import schedule
from quarterdeck.disciplines.scheduling.stage import run
from quarterdeck.model import Company
from tests.scheduling.frame_maker import SETTINGS, order, plan
from tests.scheduling.plants import random_plant

HOUR = 3600


def _bakery(places=None, **steps):
    """Dough is mixed in an hour, then baked in two: the oven is the bottleneck."""
    columns = {
        "item": ["bread", "bread"],
        "sequence": [10, 20],
        "work_centre": ["mixer", "oven"],
        "fixed_minutes": [60.0, 120.0],
    }
    return Company.of(
        items=pl.DataFrame({"item": ["bread"], "source": ["make"]}),
        work_centres=pl.DataFrame({"work_centre": ["mixer", "oven"], "waiting_places": [None, places]}),
        operations=pl.DataFrame(columns | steps),
    )


def _waits(company, count=6):
    """Hours that each order's dough waits before its oven."""
    orders = [order(f"L{n}", "make", "bread", 0, 3) for n in range(count)]
    pegs = [(f"L{n}", "requirement", f"D{n}") for n in range(count)]
    result = run(company, plan(orders, pegs, {f"D{n}": 3.0 for n in range(count)}), SETTINGS)
    assert result.figures["schedule_checked"]
    steps = result.operations.sort("order", "sequence")
    mixed = steps.filter(pl.col("sequence") == 10)["end"]
    baked = steps.filter(pl.col("sequence") == 20)["start"]
    assert mixed.len() == baked.len() == count
    return ((baked - mixed).dt.total_seconds() / HOUR).sort().to_list()


def test_without_limits_dough_piles_up_before_the_oven():
    """The mixer goes on at its own pace: the last dough waits for five hours."""
    assert max(_waits(_bakery())) == pytest.approx(5.0)


def test_dough_never_waits_longer_than_its_shelf_life():
    """With an hour and a half the mixer waits, so that no dough is older when it goes in."""
    assert max(_waits(_bakery(maximum_wait_hours=[1.5, None]))) <= 1.5


def test_no_more_doughs_wait_than_there_is_room():
    """With no place before the oven every dough goes straight in."""
    assert max(_waits(_bakery(places=0))) == 0.0


def test_one_place_before_the_oven_lets_one_dough_wait():
    """With one place the mixer is one dough ahead."""
    assert 0.0 < max(_waits(_bakery(places=1))) <= 2.0


def test_a_step_that_may_not_pause_waits_for_a_shift_that_holds_it():
    """Six hours of work begun in the afternoon pause over night, unless they must not."""
    closed_at_night = {
        "calendars": pl.DataFrame({"calendar": ["day"]}),
        "shifts": pl.DataFrame({"calendar": ["day"], "shift": ["s"], "start_time": ["08:00"], "end_time": ["17:00"]}),
    }
    hours = {}
    for unbroken in (False, True):
        company = _bakery(unbroken=[False, unbroken], fixed_minutes=[240.0, 360.0]).replace(
            work_centres=pl.DataFrame({"work_centre": ["mixer", "oven"], "calendar": ["day", "day"]}), **closed_at_night
        )
        result = run(company, plan([order("L", "make", "bread", 0, 3)], [], {}), SETTINGS)
        assert result.figures["schedule_checked"]
        baked = result.operations.filter(pl.col("sequence") == 20)
        hours[unbroken] = (baked["end"] - baked["start"]).dt.total_seconds().item() / HOUR
    assert hours[False] > 6.0
    assert hours[True] == 6.0


def _limited(seed):
    """A random plant in which some steps must follow soon and some machines have little room before them."""
    plant = random_plant(seed)
    rng, a = np.random.default_rng(seed), plant.arrays
    arcs, pools, operations = a.arcs.copy(), a.pools.copy(), a.operations.copy()
    arcs["wait"] = np.where(rng.random(arcs.size) < 0.3, arcs["lag"] + rng.integers(30, 60, arcs.size) * HOUR, 0)
    pools["uniform"], pools["room"] = 0, np.where(rng.random(pools.size) < 0.3, rng.integers(3, 5, pools.size), 0)
    operations["unbroken"], operations["pinned"] = rng.random(operations.size) < 0.2, -1
    return replace(plant, arrays=a._replace(arcs=arcs, pools=pools, operations=operations))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_limits_of_random_plants_are_kept(seed):
    """Whatever the people, calendars and set-ups: the checker finds nothing wrong, and all work has a place."""
    plant = _limited(seed)
    answer = schedule(plant, effort=1)
    assert check(plant, answer) == []
    assert answer.scheduled.sum() == schedule(random_plant(seed), effort=1).scheduled.sum()


def test_a_wait_that_is_too_long_is_found():
    """A schedule made without limits is refused by a checker that knows one."""
    plant = random_plant(3, features=False)
    answer = schedule(plant, effort=1)
    arcs = plant.arrays.arcs.copy()
    arcs["wait"] = 1
    strict = replace(plant, arrays=plant.arrays._replace(arcs=arcs))
    assert any("more than the 0 s allowed" in fault for fault in check(strict, answer))


def test_a_crowd_before_a_machine_is_found():
    """So is one in which more wait than there is room."""
    plant = random_plant(3, features=False)
    answer = schedule(plant, effort=1)
    pools = plant.arrays.pools.copy()
    pools["room"] = 1
    strict = replace(plant, arrays=plant.arrays._replace(pools=pools))
    assert any("which has room for 0" in fault for fault in check(strict, answer))


def test_a_repair_leaves_alone_what_is_not_touched():
    """Nothing has happened, so nothing moves, loads of ovens and booked steps included."""
    plant = _limited(5)
    pools, operations = plant.arrays.pools.copy(), plant.arrays.operations.copy()
    pools["capacity"], operations["load"], operations["pinned"] = 3000, 1000, -1
    plant = replace(plant, arrays=plant.arrays._replace(pools=pools, operations=operations))
    answer = schedule(plant, effort=1)
    after = repair(plant, answer)
    assert check(plant, after) == []
    assert (after.setup_start != answer.setup_start).mean() < 0.2


def test_a_breakdown_is_repaired_within_the_limits():
    """A machine stands still for a day: what it did moves, and every limit is kept."""
    plant = _limited(8)
    answer = schedule(plant, effort=1)
    machine = int(np.bincount(answer.machine[answer.machine >= 0]).argmax())
    broken = closed(plant, machine, 100_000, 186_400)
    after = repair(broken, answer)
    assert after.scheduled.all()
    assert check(broken, after) == []


def test_maintenance_begins_by_its_latest_moment():
    """It may move within its limits: sooner where the machine has nothing to do, never later."""
    plant = random_plant(2, features=False)
    operations, modes = plant.arrays.operations.copy(), plant.arrays.modes
    pools = plant.arrays.pools.copy()
    alone = np.flatnonzero((operations["modes"] == 1) & (operations["predecessors"] == 0))[:2]
    pool = plant.arrays.pools[modes["pool"][operations["first_mode"][alone]]]
    operations["machine"][alone], operations["latest"][alone] = pool["first"], [200_000, 250_000]
    pools["uniform"] = 0
    plant = replace(plant, arrays=plant.arrays._replace(operations=operations, pools=pools))
    answer = schedule(plant, effort=1)
    assert check(plant, answer) == []
    late = replace(answer, setup_start=np.where(operations["latest"] > 0, 10**7, answer.setup_start))
    assert any("after its latest moment" in fault for fault in check(plant, late))


def _board(company, count=3):
    """A plan of so many loaves, laid out for dragging, and the numbers of its steps."""
    orders = [order(f"L{n}", "make", "bread", 0, 3) for n in range(count)]
    pegs = [(f"L{n}", "requirement", f"D{n}") for n in range(count)]
    found = run(company, plan(orders, pegs, {f"D{n}": 3.0 for n in range(count)}), SETTINGS)
    board = lay_out(company, found, SETTINGS)
    rows = sorted(board.rows.items(), key=lambda each: (each[0][1], int(board.before.setup_start[each[1]])))
    mixed, baked = ([row for (_, step), row in rows if step == sequence] for sequence in (10, 20))
    return board, mixed, baked


def _refused(board, row, hours):
    """The rule that a drop so many hours later breaks, nothing where it is legal."""
    start = int(board.before.setup_start[row]) + round(hours * HOUR)
    found = refusal(board.instance, board.before, Pin(row, start, int(board.before.machine[row])))
    return None if found is None else found.rule


def test_a_drop_keeps_the_longest_wait():
    """Bread may go into the oven an hour and a half after its dough is done, no later; dough not hours before."""
    board, mixed, baked = _board(_bakery(maximum_wait_hours=[1.5, None]))
    slack = 1.5 - (board.before.start[baked[-1]] - board.before.end[mixed[-1]]) / HOUR
    assert _refused(board, baked[-1], slack + 0.1) == "wait"
    assert _refused(board, baked[-1], slack) != "wait"
    assert _refused(board, mixed[-1], -slack - 0.1) == "wait"


def test_a_drop_keeps_the_room_before_the_oven():
    """With one place the last dough cannot be made while the one before it still waits."""
    board, mixed, _ = _board(_bakery(places=1))
    assert _refused(board, mixed[-1], -1.5) == "room"
    assert _refused(board, mixed[-1], 0.0) is None


def test_a_drop_may_begin_after_the_first_transfer_batch():
    """Twenty loaves handed on in fives: the oven may begin before all of the dough is mixed, not before the first."""
    board, mixed, baked = _board(_bakery(transfer_batch=[5.0, None], run_minutes=[6.0, 0.0]), count=1)
    early = (board.before.end[mixed[0]] - board.before.setup_start[baked[0]]) / HOUR
    assert early > 0
    assert _refused(board, baked[0], 0.0) is None
    assert _refused(board, baked[0], -3.0) in {"predecessor", "now"}
