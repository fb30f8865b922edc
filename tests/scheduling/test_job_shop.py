"""Tabu search on job shops against known optima, and its parts against plain recomputation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.cooperation import Budget
from quarterdeck.disciplines.scheduling.disjunctive_graph import blank, times_of
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits
from quarterdeck.disciplines.scheduling.job_shop import is_job_shop, search_job_shop, shop_of
from quarterdeck.disciplines.scheduling.outlook import bound, look_ahead
from quarterdeck.disciplines.scheduling.solve import solve
from quarterdeck.disciplines.scheduling.tabu import improve, tabu_list
from quarterdeck.disciplines.scheduling.windows import WindowSearch, search_windows
from tests.scheduling.plants import random_plant
from tests.scheduling.shops import job_shop


def _random_shop(seed, jobs=6, machines=4):
    rng = np.random.default_rng(seed)
    rows = [" ".join(f"{m} {rng.integers(0, 20)}" for m in rng.permutation(machines)) for _ in range(jobs)]
    return job_shop(rows)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_moves_keep_heads_and_order_right(seed):
    """After any number of moves the makespan told is that of the order, recomputed from nothing."""
    shop = shop_of(_random_shop(seed))
    size = shop.machine.size
    graph, best = blank(size), np.zeros(size, np.int32)
    graph.order[:size] = np.arange(size)
    tabu = tabu_list(shop)
    clock, random = np.array([0, 0, 0, 0, 10]), np.array([seed + 1], np.uint64)
    for _ in range(3):
        improve(shop, graph, best, tabu, clock, random, 100, 300)
    made = clock[1]
    assert sorted(best.tolist()) == list(range(size))
    fresh = blank(size)
    fresh.order[:size] = best
    assert times_of(shop, fresh).max() == made
    rank = np.argsort(graph.order[:size])
    for o in range(size):
        assert shop.before[o] == size or rank[shop.before[o]] < rank[o]
        assert graph.previous[o] == size or rank[graph.previous[o]] < rank[o]


def test_fisher_and_thompson_are_solved():
    """FT06 of Fisher and Thompson, Industrial Scheduling, 1963: the optimum is 55."""
    answer = solve(job_shop(), SearchLimits(2.0))
    assert answer.value == 55
    assert check(job_shop(), answer) == []


def test_the_same_seed_and_one_worker_find_the_same_at_the_bound():
    """A shop with one busy machine is done as soon as the bound is reached."""
    shop = job_shop(("0 5 1 1", "0 5 1 1", "0 5 1 1"))
    answer = solve(shop, SearchLimits(5.0, workers=1))
    assert answer.value == 16 == bound(shop, look_ahead(shop))


def test_two_searches_find_the_same_every_time():
    """Same seed and rounds, same sequence, whatever the threads do; the optimum of FT06 ends the search."""
    shop = shop_of(job_shop())
    order = np.arange(shop.machine.size, dtype=np.int32)
    heard = []
    value, best = search_job_shop(shop, [order], Budget(55, 1e9, lambda: 0.0), 2, 3, heard.append)
    assert value == 55 == heard[-1]
    assert sorted(best.tolist()) == list(range(36))
    other = shop_of(_random_shop(5, jobs=12, machines=8))
    start = np.arange(other.machine.size, dtype=np.int32)
    runs = [search_job_shop(other, [start], Budget(0, 1e9, lambda: 0.0, rounds=1), 2, 7, heard.append) for _ in "ab"]
    assert runs[0][0] == runs[1][0]
    assert np.array_equal(runs[0][1], runs[1][1])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_windows_keep_the_order_right(seed):
    """Searching windows never gives a longer makespan, and the one told is that of the order."""
    shop = shop_of(_random_shop(seed, jobs=10, machines=6))
    size = shop.machine.size
    start = np.arange(size, dtype=np.int32)
    fresh = blank(size)
    fresh.order[:size] = start
    worst = times_of(shop, fresh).max()
    search = WindowSearch(shop, np.array([seed + 1], np.uint64), 25)
    for part in ((0, size), (0, 30), (30, size)):
        order = search.run(start, part, 200)
        assert sorted(order.tolist()) == list(range(size))
        fresh.order[:size] = order
        assert times_of(shop, fresh).max() <= worst
        rank = np.argsort(order)
        assert all(shop.before[o] == size or rank[shop.before[o]] < rank[o] for o in range(size))


def test_large_shops_are_searched_in_windows():
    """Two workers on parts of one order: the same every time, never worse, down to the target."""
    shop = shop_of(_random_shop(1, jobs=20, machines=6))
    start = np.arange(shop.machine.size, dtype=np.int32)
    heard = []
    runs = [search_windows(shop, start, Budget(0, 1e9, lambda: 0.0, rounds=2), 2, 7, heard.append) for _ in "ab"]
    assert runs[0][0] == runs[1][0] == min(heard)
    assert np.array_equal(runs[0][1], runs[1][1])


@pytest.mark.parametrize("seed", range(3))
def test_plants_with_more_than_a_job_shop_go_to_the_rules(seed):
    """People, calendars and due dates are not a job shop; the answer is checked all the same."""
    plant = random_plant(seed)
    assert not is_job_shop(plant)
    assert check(plant, solve(plant, SearchLimits(0.2))) == []
