"""The search keeps its promises: better than the rules, the same for the same seed, near the optimum when small."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from quarterdeck.disciplines.scheduling.search import schedule
from tests.scheduling.plants import random_plant
from tests.scheduling.shops import one_machine


def test_the_same_seed_gives_the_same_schedule():
    """Two runs agree to the second."""
    first, second = (schedule(random_plant(8), effort=3, seed=4) for _ in range(2))
    assert np.array_equal(first.setup_start, second.setup_start)
    assert np.array_equal(first.machine, second.machine)


def test_the_answer_is_no_worse_than_any_rule():
    """EDD, FIFO, SPT and ATC are tried first."""
    answer = schedule(random_plant(9, jobs=25), effort=3)
    assert answer.value <= min(answer.figures["rules"].values())
    assert answer.figures["bound"] <= answer.value


def _total_tardiness(work, due):
    return int(np.maximum(np.cumsum(work) - due, 0).sum())


@pytest.mark.parametrize("seed", range(5))
def test_one_machine_reaches_the_optimum_of_brute_force(seed):
    """Total tardiness of six jobs: the search finds the best of all 720 orders."""
    rng = np.random.default_rng(seed)
    work, due = rng.integers(1, 9, 6), rng.integers(1, 25, 6)
    best = min(_total_tardiness(work[list(order)], due[list(order)]) for order in permutations(range(6)))
    assert schedule(one_machine(work=work, due=due), effort=20).value == best * 3600


def test_callback_hears_every_improvement():
    """Values fall from call to call and end at the answer."""
    heard = []
    answer = schedule(random_plant(2, jobs=20), effort=3, callback=lambda value, low, s: heard.append((value, low, s)))
    values = [value for value, _, _ in heard]
    assert values == sorted(values, reverse=True)
    assert values[-1] == answer.value


def test_nothing_to_do_is_done_at_once():
    """An instance without operations has the value nought."""
    assert schedule(one_machine(work=[]), effort=1).value == 0


@pytest.mark.parametrize("seed", range(4))
def test_last_days_are_kept_where_they_can_be(seed):
    """Law: of all 120 orders of five jobs one of the best hundredth, where a customer lost weighs as a month late."""
    rng = np.random.default_rng(seed)
    work, due = rng.integers(2, 9, 5), rng.integers(4, 20, 5)
    last = np.where(rng.random(5) < 0.6, due + rng.integers(0, 4, 5), 10_000)
    least = min(
        np.maximum(end - due, 0).sum() + 720 * (end > last).sum()
        for order in permutations(range(5))
        for end in [np.cumsum(work[list(order)])[np.argsort(order)]]
    )
    shop = one_machine(work=work, due=due)
    demands = shop.arrays.demands.copy()
    demands["deadline"] = 3600 * last
    answer = schedule(replace(shop, arrays=shop.arrays._replace(demands=demands)), effort=20)
    assert 3600 * least <= answer.value <= 3600 * (1.01 * least + 1)
