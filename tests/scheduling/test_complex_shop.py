"""Complex job shops with ovens and set-ups: small ones tried out, batches that form, a checker that finds faults."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.chance import chance
from quarterdeck.disciplines.scheduling.complex_annealing import anneal, decode_line, greedy_line, line, recall
from quarterdeck.disciplines.scheduling.complex_checker import check_complex_shop
from quarterdeck.disciplines.scheduling.complex_search import solve_complex_shop
from quarterdeck.disciplines.scheduling.complex_shop import ComplexJob, ComplexPlan, ComplexShop, complex_bound
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits


def _random(seed, jobs=4, objective="tardiness"):
    rng = np.random.default_rng(seed)
    made = tuple(
        ComplexJob(
            int(rng.integers(0, 20)), int(rng.integers(20, 60)), int(rng.integers(1, 10)),
            tuple(int(family) for family in rng.integers(0, 4, rng.integers(1, 4))),
        )
        for _ in range(jobs)
    )  # fmt: skip
    duration = np.full((4, 3), -1)
    duration[0, 0], duration[1, 0] = 20, 25
    duration[2:, 1:] = rng.integers(5, 15, (2, 2))
    setup = np.zeros((4, 4), np.int64)
    setup[2:, 2:] = rng.integers(1, 8, (2, 2)) * (1 - np.eye(2, dtype=np.int64))
    return ComplexShop(made, np.array([3, 1, 1]), duration, setup, objective)


def test_what_is_ready_goes_into_the_oven_together():
    """Three jobs of five in an oven for two: three loads, of which the weights decide the order."""
    jobs = tuple(ComplexJob(0, 0, weight, (0,)) for weight in (1, 9, 5, 7, 3))
    shop = ComplexShop(jobs, np.array([2]), np.array([[10]]), np.array([[0]]))
    best = 10 * (9 + 7) + 20 * (5 + 3) + 30 * 1
    plan = solve_complex_shop(shop, SearchLimits(20.0, enough=best))
    assert plan.value == best
    assert check_complex_shop(shop, plan) == []


def test_an_oven_waits_for_a_job_that_is_worth_it():
    """One that comes a little later and weighs much goes in with the one that is there."""
    shop = ComplexShop(
        (ComplexJob(0, 0, 1, (0,)), ComplexJob(2, 0, 9, (0,))), np.array([2]), np.array([[10]]), np.array([[0]])
    )
    plan = solve_complex_shop(shop, SearchLimits(20.0, enough=120))
    assert plan.start.tolist() == [2, 2]
    assert plan.value == 12 * 10


@pytest.mark.parametrize("objective", ["tardiness", "completion", "makespan"])
def test_the_search_finds_the_best_of_all_lists(objective):
    """Three jobs: every list that respects the jobs, on every machine, against the annealing."""
    shop = _random(4, jobs=3, objective=objective)
    a, x = shop.arrays, line(shop.arrays)
    least = None
    able = [np.flatnonzero(shop.duration[family] >= 0) for family in a.family]
    for order in itertools.permutations(range(shop.size)):
        if all(order.index(o) > order.index(o - 1) for o in range(shop.size) if not a.first[o]):
            for machines in itertools.product(*able):
                x.order[:], x.machine[:] = order, machines
                value = decode_line(a, x)
                least = value if least is None else min(least, value)
    plan = solve_complex_shop(shop, SearchLimits(20.0, enough=least))
    assert plan.value == least
    assert complex_bound(shop) <= least


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["tardiness", "completion", "makespan"]))
def test_moves_keep_times_and_value_right(seed, objective):
    """After any number of moves the value told is that of the list, decoded from nothing, and breaks no rule."""
    shop = _random(seed, jobs=10, objective=objective)
    a, x = shop.arrays, line(shop.arrays)
    x.order[:] = np.arange(shop.size)
    value = greedy_line(a, x)
    x.best[:], x.best_machine[:] = x.order, x.machine
    value, best = anneal(a, x, value, value, 3000, 20.0, chance(seed))
    starts = x.start.copy()
    assert decode_line(a, x) == value
    assert (x.start == starts).all()
    recall(x)
    assert decode_line(a, x) == best
    assert check_complex_shop(shop, ComplexPlan(x.machine, x.start, float(best))) == []


def _changed(plan, name, values):
    return replace(plan, **{name: np.array(values)})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: replace(p, value=p.value + 1), "value"),
        (lambda p: _changed(p, "machine", [1, 0, 0]), "cannot do it"),
        (lambda p: _changed(p, "start", [0, 0, 0]), "at once"),
        (lambda p: _changed(p, "start", [0, 5, 30]), "not ready"),
        (lambda p: _changed(p, "start", [-1, 10, 30]), "before it can"),
        (lambda p: _changed(p, "start", [0, 10, 20]), "not ready"),
        (lambda p: _changed(p, "start", [0]), "not every"),
    ],
)
def test_the_checker_finds_what_is_wrong(change, words):
    """Each fault put into a right plan is named: one machine, two families with a set-up of 10 between them."""
    jobs = (ComplexJob(0, 0, 1, (0,)), ComplexJob(0, 0, 1, (0,)), ComplexJob(0, 0, 1, (1,)))
    shop = ComplexShop(jobs, np.array([1, 1]), np.array([[10, -1], [10, -1]]), np.array([[0, 10], [10, 0]]))
    plan = ComplexPlan(np.zeros(3, np.int64), np.array([0, 10, 30]), 70.0)
    assert check_complex_shop(shop, plan) == []
    assert any(words in fault for fault in check_complex_shop(shop, change(plan)))
