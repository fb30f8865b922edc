"""Tabu search on job shops against known optima, and its parts against plain recomputation."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.disjunctive_graph import blank, times_of
from quarterdeck.disciplines.scheduling.job_shop import is_job_shop, search_job_shop, shop_of
from quarterdeck.disciplines.scheduling.outlook import bound, look_ahead
from quarterdeck.disciplines.scheduling.solve import solve
from quarterdeck.disciplines.scheduling.tabu import improve
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
    tabu = np.zeros((size, size), np.int32)
    made, _ = improve(shop, graph, best, tabu, 300, 300, seed + 1, 0)
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
    answer = solve(job_shop(), seconds=2.0)
    assert answer.value == 55
    assert check(job_shop(), answer) == []


def test_the_same_seed_and_one_worker_find_the_same_at_the_bound():
    """A shop with one busy machine is done as soon as the bound is reached."""
    shop = job_shop(("0 5 1 1", "0 5 1 1", "0 5 1 1"))
    answer = solve(shop, seconds=5.0, workers=1)
    assert answer.value == 16 == bound(shop, look_ahead(shop))


def test_workers_share_the_best():
    """Two workers return one answer and count the moves of both."""
    shop = shop_of(job_shop())
    order = np.arange(shop.machine.size, dtype=np.int32)
    heard = []
    value, best, moves = search_job_shop(
        shop, [order], lower=55, until=time.perf_counter() + 3, workers=2, seed=3, heard=lambda v, s: heard.append(v)
    )
    assert value == 55 == heard[-1]
    assert moves > 0
    assert best.size == 36


@pytest.mark.parametrize("seed", range(3))
def test_plants_with_more_than_a_job_shop_go_to_the_rules(seed):
    """People, calendars and due dates are not a job shop; the answer is checked all the same."""
    plant = random_plant(seed)
    assert not is_job_shop(plant)
    assert check(plant, solve(plant, seconds=0.2)) == []
