"""Ovens that take several orders at once, and transfer batches, from company tables to the checker's verdict."""

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.search import schedule
from quarterdeck.disciplines.scheduling.stage import run
from quarterdeck.model import Company
from tests.scheduling.frame_maker import SETTINGS, order, plan
from tests.scheduling.plants import random_plant


def _bakery(capacity=60.0, minimum=0.0, **steps):
    """Dough is mixed one order at a time, then baked in an oven."""
    columns = {
        "item": ["bread", "bread"],
        "sequence": [10, 20],
        "work_centre": ["mixer", "oven"],
        "run_minutes": [1.0, 0.0],
        "fixed_minutes": [0.0, 60.0],
        "setup_family": [None, "hot"],
    }
    return Company.of(
        items=pl.DataFrame({"item": ["bread"], "source": ["make"]}),
        work_centres=pl.DataFrame(
            {"work_centre": ["mixer", "oven"], "batch_capacity": [None, capacity], "batch_minimum": [0.0, minimum]}
        ),
        operations=pl.DataFrame(columns | steps),
    )


def _baked(company, count=6, due=3.0):
    orders = [order(f"L{n}", "make", "bread", 0, due) for n in range(count)]
    pegs = [(f"L{n}", "requirement", f"D{n}") for n in range(count)]
    result = run(company, plan(orders, pegs, {f"D{n}": due for n in range(count)}), SETTINGS)
    assert result.figures["schedule_checked"]
    return result.operations.filter(pl.col("sequence") == 20).sort("start")


def test_orders_of_one_family_share_an_oven():
    """Loaves of 20 in an oven for 60: three orders at once, and what begins together ends together."""
    baked = _baked(_bakery())
    loads = baked.group_by("start").agg(pl.len(), pl.col("end").n_unique().alias("ends"))
    assert loads["len"].max() == 3
    assert (loads["ends"] == 1).all()


def test_an_oven_without_capacity_takes_one_order_at_a_time():
    """Nothing is shared where no capacity is given."""
    assert _baked(_bakery(capacity=None))["start"].n_unique() == 6


def test_without_a_family_nothing_is_shared():
    """Nobody said that the orders may go in together."""
    company = _bakery(setup_family=[None, None])
    assert _baked(company)["start"].n_unique() == 6


def test_an_order_larger_than_the_oven_takes_several_loads():
    """Twenty loaves in an oven for eight bake three times as long."""
    baked = _baked(_bakery(capacity=8.0), count=1)
    assert baked["run_seconds"].to_list() == [3 * 3600]


def test_a_load_waits_for_its_minimum_while_nobody_is_late():
    """With a minimum of 60 the oven waits for the third order; without it begins with the first."""
    eager, patient = _baked(_bakery()), _baked(_bakery(minimum=60.0))
    assert eager.filter(pl.col("start") == pl.col("start").min()).height < 3
    assert patient.group_by("start").len()["len"].to_list() == [3, 3]


def test_the_last_load_does_not_wait_for_what_never_comes():
    """Four orders: three fill the oven, the fourth goes alone."""
    sizes = _baked(_bakery(minimum=60.0), count=4).group_by("start").len()["len"].to_list()
    assert sorted(sizes) == [1, 3]


def test_hours_of_a_load_count_once():
    """Three orders in one load of an hour are one hour of the oven."""
    orders = [order(f"L{n}", "make", "bread", 0, 3) for n in range(3)]
    result = run(_bakery(minimum=60.0), plan(orders, [], {}), SETTINGS)
    assert result.loads.filter(pl.col("work_centre") == "oven")["run_hours"].sum() == pytest.approx(1.0)


def _oven_plant(seed):
    plant = random_plant(seed)
    pools = plant.arrays.pools.copy()
    pools["capacity"], pools["fill"] = 3000, 2000
    pools["uniform"] = 0
    operations = plant.arrays.operations.copy()
    operations["load"] = np.random.default_rng(seed).integers(500, 2500, operations.size)
    return replace(plant, arrays=plant.arrays._replace(pools=pools, operations=operations))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_every_load_of_random_plants_is_right(seed):
    """Whatever the people, calendars, set-ups and pins: the checker finds nothing wrong, and all work has a place."""
    plant = _oven_plant(seed)
    answer = schedule(plant, effort=1)
    assert check(plant, answer) == []
    assert answer.scheduled.sum() == schedule(random_plant(seed), effort=1).scheduled.sum()


def test_an_overfull_load_is_found():
    """The checker adds up what is in a load."""
    plant = next(_oven_plant(seed) for seed in range(50) if _shared(_oven_plant(seed)))
    answer = schedule(plant, effort=1)
    operations = plant.arrays.operations.copy()
    operations["load"] = 2900
    heavier = replace(plant, arrays=plant.arrays._replace(operations=operations))
    assert any("more than the machine takes" in fault for fault in check(heavier, answer))


def _shared(plant):
    answer = schedule(plant, effort=1)
    rows = answer.machine >= 0
    return len(set(zip(answer.machine[rows], answer.start[rows], answer.end[rows], strict=True))) < rows.sum()


def _line(batch):
    return Company.of(
        items=pl.DataFrame({"item": ["bread"], "source": ["make"]}),
        work_centres=pl.DataFrame({"work_centre": ["cut", "sew"]}),
        operations=pl.DataFrame(
            {
                "item": ["bread", "bread"],
                "sequence": [10, 20],
                "work_centre": ["cut", "sew"],
                "run_minutes": [6.0, 3.0],
                "transfer_batch": [batch, None],
            },
            schema_overrides={"transfer_batch": pl.Float64},
        ),
    )


def _hours(batch):
    result = run(_line(batch), plan([order("L0", "make", "bread", 0, 3)], [], {}), SETTINGS)
    assert result.figures["schedule_checked"]
    cut, sew = result.operations.sort("sequence").iter_rows(named=True)
    return (sew["start"] - cut["start"]) / dt.timedelta(hours=1), (sew["end"] - cut["start"]) / dt.timedelta(hours=1)


def test_a_transfer_batch_lets_the_next_step_begin_early():
    """20 pieces, 6 min then 3 min: the second step begins after 2 h; in fives, 45 min before the first one ends."""
    assert _hours(None) == (2.0, 3.0)
    assert _hours(5.0) == (1.25, 2.25)


def test_a_step_that_begins_before_its_first_transfer_batch_is_found():
    """The checker counts what is through the step before."""
    plant = random_plant(3, features=False)
    arcs = plant.arrays.arcs.copy()
    arcs["pieces"] = 4
    overlapped = replace(plant, arrays=plant.arrays._replace(arcs=arcs))
    answer = schedule(overlapped, effort=1)
    assert check(overlapped, answer) == []
    early = replace(answer, **{name: getattr(answer, name) - 9000 for name in ("setup_start", "start", "end")})
    source = np.repeat(np.arange(plant.size), plant.arrays.operations["arcs"])
    moved = np.isin(np.arange(plant.size), source)
    mixed = {n: np.where(moved, getattr(answer, n), getattr(early, n)) for n in ("setup_start", "start", "end")}
    assert any("before what it follows" in fault for fault in check(overlapped, replace(answer, **mixed)))
