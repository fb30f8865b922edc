"""The lateness of flow shops and complex job shops is explained by the walk that explains a company's late orders."""

import numpy as np
import pytest

from benchmarks.scheduling_lateness import explained_percent, of_complex_shop, of_flow_shop
from quarterdeck.disciplines.scheduling.blame import late_links, trace_of
from quarterdeck.disciplines.scheduling.complex_search import solve_complex_shop
from quarterdeck.disciplines.scheduling.complex_shop import ComplexJob, ComplexPlan, ComplexShop
from quarterdeck.disciplines.scheduling.flow_search import starts_of
from quarterdeck.disciplines.scheduling.flow_shop import FlowPlan, FlowShop
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits


def _causes(instance, answer, job):
    seconds = {}
    for link in late_links(trace_of(instance, answer), job):
        seconds[link.cause] = seconds.get(link.cause, 0) + link.seconds
    return seconds


def test_a_late_job_of_a_flow_shop_waited_for_the_machine():
    """Job 1 waits 3 for the first machine and 1 for the second, is done at 14 and 5 late: 4 waited, 1 worked."""
    shop = FlowShop(np.array([[3, 6], [5, 5]]), None, np.array([20, 9]))
    start = starts_of(shop, np.array([0, 1]))
    instance, answer = of_flow_shop(shop, FlowPlan(np.array([0, 1]), start, 5.0))
    assert answer.end.tolist() == [3, 9, 8, 14]
    assert _causes(instance, answer, 1) == {"machine": 4, "work": 1}
    assert explained_percent(instance, answer, idle="closed") == 100.0


def test_a_late_job_of_a_complex_shop_waited_for_a_set_up():
    """Machine 0 is set up for 4 after job 0 is done at 5, so that job 1 is done at 12, 8 late."""
    jobs = (ComplexJob(0, 9, 1, (0,)), ComplexJob(0, 4, 1, (1,)))
    shop = ComplexShop(jobs, np.array([1]), np.array([[5], [3]]), np.array([[0, 4], [4, 0]]))
    instance, answer = of_complex_shop(shop, ComplexPlan(np.array([0, 0]), np.array([0, 9]), 8.0))
    assert _causes(instance, answer, 1) == {"machine": 5, "setup": 3}
    assert explained_percent(instance, answer, idle="closed") == 100.0


def test_those_in_an_oven_together_begin_together():
    """Job 1 comes at 4 and joins job 0, which has waited for it since 0 and is 4 late: what it waited is its doing."""
    jobs = (ComplexJob(0, 8, 1, (0,)), ComplexJob(4, 30, 1, (0,)))
    shop = ComplexShop(jobs, np.array([2]), np.array([[8]]), np.array([[0]]))
    instance, answer = of_complex_shop(shop, ComplexPlan(np.array([0, 0]), np.array([4, 4]), 4.0))
    assert answer.end.tolist() == [12, 12]
    assert _causes(instance, answer, 0) == {"load": 4}
    assert explained_percent(instance, answer, idle="closed") == 100.0


@pytest.mark.parametrize("seed", range(12))
def test_all_late_minutes_have_a_cause(seed):
    """Shops drawn at random, with ovens, set-ups, alternatives and release dates: whatever is late is accounted for."""
    r = np.random.default_rng(seed)
    families, machines = 5, 4
    jobs = tuple(
        ComplexJob(int(r.integers(0, 20)), int(r.integers(5, 60)), 1, tuple(r.integers(0, families, r.integers(1, 6))))
        for _ in range(25)
    )
    duration = r.integers(2, 9, (families, machines))
    duration[r.random((families, machines)) < 0.4] = -1
    duration[np.arange(families), r.integers(0, machines, families)] = 6
    setup = r.integers(0, 5, (families, families))
    np.fill_diagonal(setup, 0)
    shop = ComplexShop(jobs, r.integers(1, 4, machines), duration, setup)
    plan = solve_complex_shop(shop, SearchLimits(1e9, 1, seed, 300))
    instance, answer = of_complex_shop(shop, plan)
    assert plan.value > 0
    assert explained_percent(instance, answer, idle="closed") == 100.0


def test_what_waits_for_nothing_is_not_explained():
    """A job alone on its machine begins 10 late for no reason: 4 of its 14 late are work."""
    shop = ComplexShop((ComplexJob(0, 0, 1, (0,)),), np.array([1]), np.array([[4]]), np.array([[0]]))
    instance, answer = of_complex_shop(shop, ComplexPlan(np.array([0]), np.array([10]), 14.0))
    assert explained_percent(instance, answer, idle="closed") == round(100 * 4 / 14, 3)
    assert explained_percent(instance, answer) == 100.0
