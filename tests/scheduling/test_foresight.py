"""Schedules built with foresight keep every rule, repeat by their seed and let the job that needs it go first."""

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.chance import chance
from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.cooperation import Budget
from quarterdeck.disciplines.scheduling.disjunctive_graph import blank, times_of
from quarterdeck.disciplines.scheduling.foresight import Manner, build_ahead, has_time_to_spare, search_ahead
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits
from quarterdeck.disciplines.scheduling.job_shop import shop_of
from quarterdeck.disciplines.scheduling.solve import solve
from tests.scheduling.shops import job_shop


def _random_lines(seed, jobs=5, machines=6):
    """Jobs of one to eight operations on machines they may come back to; some operations take no time."""
    rng = np.random.default_rng(seed)
    return [
        " ".join(f"{rng.integers(machines)} {rng.integers(0, 9)}" for _ in range(rng.integers(1, 9)))
        for _ in range(jobs)
    ]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_every_order_is_a_schedule_no_longer_than_told(seed):
    """Each job in its order, every operation once; times of the order are never later than those of the building."""
    shop = shop_of(job_shop(_random_lines(seed)))
    n = shop.machine.size
    rng = np.random.default_rng(seed)
    manner = Manner(float(rng.uniform(0.3, 4.0)), int(rng.integers(1, 6)), 1.0, 100.0)
    value, order = build_ahead(shop, manner, chance(seed))
    assert sorted(order.tolist()) == list(range(n))
    rank = np.argsort(order)
    assert all(shop.before[o] == n or rank[shop.before[o]] < rank[o] for o in range(n))
    graph = blank(n)
    graph.order[:n] = order
    assert times_of(shop, graph).max() <= value


def test_a_long_job_finds_the_machine_free():
    """A short job that could take machine 1 at once would make the long one, which needs it a moment later, wait."""
    shop = shop_of(job_shop(("0 1 1 10 2 10", "1 5 0 5")))
    value, _ = build_ahead(shop, Manner(2.0, 1, 1.0, 100.0), chance(1))
    assert value == 21


def test_shops_with_few_machines_have_no_time_to_spare():
    """Two machines for each job are the limit."""
    assert has_time_to_spare(shop_of(job_shop(("0 1 3 1",) * 2)))
    assert not has_time_to_spare(shop_of(job_shop(("0 1 3 1",) * 3)))


def test_the_same_seed_and_rounds_build_the_same():
    """Two workers, the same best order, and values that fall."""
    shop = shop_of(job_shop(_random_lines(5, jobs=12, machines=8)))
    heard = []
    runs = [search_ahead(shop, Budget(0, np.inf, time.perf_counter, 12), 2, 3, heard.append) for _ in range(2)]
    assert runs[0][0] == runs[1][0]
    assert np.array_equal(runs[0][1], runs[1][1])
    falls = heard[: len(heard) // 2]
    assert falls == sorted(falls, reverse=True)
    assert falls[-1] == runs[0][0]


def test_the_door_builds_with_foresight_first():
    """A shop with machines to spare: checked, and the same for the same seed and rounds."""
    shop = job_shop(_random_lines(9, jobs=4, machines=20))
    answers = [solve(shop, SearchLimits(1e9, 2, 1, rounds=1)) for _ in range(2)]
    assert check(shop, answers[0]) == []
    assert answers[0].value >= answers[0].figures["bound"]
    assert np.array_equal(answers[0].start, answers[1].start)
