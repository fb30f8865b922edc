"""Permutation flow shops: every order tried, bounds that hold, a checker that finds faults."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from quarterdeck.disciplines.scheduling.chance import chance
from quarterdeck.disciplines.scheduling.flow_checker import check_flow_shop
from quarterdeck.disciplines.scheduling.flow_insertion import best_place, flow_room
from quarterdeck.disciplines.scheduling.flow_search import solve_flow_shop, starts_of
from quarterdeck.disciplines.scheduling.flow_shop import FlowShop, flow_bound
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits


def _random(seed, jobs=6, machines=3, setups=True, dues=False):
    rng = np.random.default_rng(seed)
    work = rng.integers(1, 30, (jobs, machines))
    setup = rng.integers(0, 20, (machines, jobs, jobs)) if setups else None
    return FlowShop(work, setup, rng.integers(20, 150, jobs) if dues else None)


def _value(shop, order):
    ends = (starts_of(shop, np.array(order)) + shop.work)[:, -1][list(order)]
    return ends.max() if shop.due is None else np.maximum(ends - shop.due[list(order)], 0).sum()


@pytest.mark.parametrize("setups", [False, True])
@pytest.mark.parametrize("dues", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_the_search_finds_the_best_of_all_orders(seed, setups, dues):
    """Six jobs have 720 orders; the value found is the least, and the bound is not above it."""
    shop = _random(seed, setups=setups, dues=dues)
    least = min(_value(shop, order) for order in itertools.permutations(range(6)))
    plan = solve_flow_shop(shop, SearchLimits(20.0, seed=seed, enough=least))
    assert plan.value == least
    assert flow_bound(shop) <= least
    assert check_flow_shop(shop, plan) == []


@pytest.mark.parametrize("dues", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_insertion_tells_the_value_of_the_order_it_makes(seed, dues):
    """The accelerated value of each insertion is that of the whole order, recomputed."""
    shop = _random(seed, jobs=8, dues=dues)
    order = np.zeros(8, np.int64)
    order[:7] = np.random.default_rng(seed).permutation(7)
    place, value = best_place(shop.arrays, flow_room(shop.arrays), order, 7, 7, chance(seed))
    whole = [_value(shop, np.insert(order[:7], at, 7)) for at in range(8)]
    assert value == min(whole)
    assert whole[place] == value


def test_a_machine_that_is_always_busy_proves_the_optimum():
    """One machine without set-ups: the sum of the work, found and proven at once."""
    plan = solve_flow_shop(FlowShop(np.array([[3], [4], [5]])), SearchLimits(60.0))
    assert (plan.value, plan.figures["bound"]) == (12.0, 12.0)
    assert plan.figures["seconds"] < 60.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: replace(p, value=p.value + 1), "value"),
        (lambda p: replace(p, order=np.zeros_like(p.order)), "not every job"),
        (lambda p: replace(p, start=p.start - 1), "before 0"),
        (lambda p: replace(p, start=np.zeros_like(p.start)), "two machines at once"),
        (lambda p: replace(p, order=p.order[::-1].copy()), "set-up"),
    ],
)
def test_the_checker_finds_what_is_wrong(change, words):
    """Each fault put into a right plan is named."""
    shop = _random(1)
    plan = solve_flow_shop(shop, SearchLimits(0.1))
    assert any(words in fault for fault in check_flow_shop(shop, change(plan)))


def test_a_large_shop_goes_on_where_a_round_was_cut_short():
    """Three hundred jobs with due dates: rounds that do not try every job still give right and better orders."""
    rng = np.random.default_rng(4)
    shop = FlowShop(rng.integers(1, 100, (300, 20)), None, rng.integers(1000, 9000, 300))
    first, later = (solve_flow_shop(shop, SearchLimits(1e9, 1, 1, rounds)) for rounds in (1, 3))
    assert check_flow_shop(shop, first) == check_flow_shop(shop, later) == []
    assert later.value < first.value
