"""The constraint programme: each kind of constraint changes a small answer as it should."""

import pytest

from quarterdeck.solvers.constraint_parts import Limits
from quarterdeck.solvers.constraint_programming import Formulation


def _tasks(*durations, horizon=50):
    formulation = Formulation(horizon)
    for duration in durations:
        formulation.task([duration])
    return formulation


def _solved(formulation, seconds=10.0):
    return formulation.solve(Limits(seconds))


def test_free_tasks_run_side_by_side():
    """Nothing but the longest task counts."""
    formulation = _tasks(3, 5)
    formulation.minimise_makespan()
    assert _solved(formulation).value == 5


def test_precedence_and_lag():
    """The second begins two after the first is done."""
    formulation = _tasks(3, 5)
    formulation.precedence(0, 1, lag=2)
    formulation.minimise_makespan()
    found = _solved(formulation)
    assert (found.value, found.starts, found.proven) == (10, (0, 5), True)


def test_a_machine_takes_one_task_at_a_time():
    """Three tasks on one machine take the sum."""
    formulation = _tasks(3, 5, 4)
    formulation.no_overlap([(0, 0), (1, 0), (2, 0)])
    formulation.minimise_makespan()
    assert _solved(formulation).value == 12


def test_a_resource_is_shared_up_to_its_capacity():
    """Two of three tasks fit side by side."""
    formulation = _tasks(4, 4, 4)
    formulation.cumulative(2, [(0, 0, 1), (1, 0, 1), (2, 0, 1)])
    formulation.minimise_makespan()
    assert _solved(formulation).value == 8


def test_set_ups_depend_on_the_order():
    """Going up costs 1 each, going down 5: the order 0, 1, 2 is best."""
    formulation = _tasks(2, 2, 2)
    formulation.no_overlap_with_setups([(0, 0), (1, 0), (2, 0)], lambda one, other: 1 if other > one else 5)
    formulation.minimise_makespan()
    found = _solved(formulation)
    assert (found.value, sorted(found.starts)) == (8, list(found.starts))


def test_ways_and_a_budget():
    """The fast way of both tasks costs more than there is: one takes the slow way."""
    formulation = Formulation(30)
    for _ in range(2):
        formulation.task([2, 5])
    formulation.budget(3, [(0, 0, 3), (1, 0, 3)])
    formulation.no_overlap([(0, 0), (0, 1), (1, 0), (1, 1)])
    formulation.minimise_makespan()
    found = _solved(formulation)
    assert (found.value, sorted(found.ways)) == (7, [0, 1])


def test_set_ups_among_ways():
    """A task that goes to the other machine needs no set-up on the first."""
    formulation = Formulation(30)
    formulation.task([4])
    formulation.task([4, 5])
    formulation.no_overlap_with_setups([(0, 0), (1, 0)], lambda one, other: 9)
    formulation.minimise_makespan()
    found = _solved(formulation)
    assert (found.value, found.ways) == (5, (0, 1))


def test_weighted_tardiness():
    """The heavier of two late tasks goes first."""
    formulation = _tasks(4, 4)
    formulation.no_overlap([(0, 0), (1, 0)])
    formulation.minimise_tardiness([(0, 0, 1), (1, 0, 3)])
    found = _solved(formulation)
    assert (found.value, found.starts) == (4 * 3 + 8 * 1, (4, 0))


def test_a_longest_wait_holds_the_first_back():
    """Two tasks that must not be apart, around one that is in the way."""
    formulation = _tasks(2, 2, 6)
    formulation.longest_wait(0, 1, 0)
    formulation.precedence(0, 1)
    formulation.no_overlap([(1, 0), (2, 0)])
    formulation.minimise_makespan(below=9)
    found = _solved(formulation)
    assert found.starts[1] == found.starts[0] + 2


def test_what_cannot_be_says_so():
    """Five and five do not fit into eight."""
    formulation = _tasks(5, 5, horizon=8)
    formulation.no_overlap([(0, 0), (1, 0)])
    formulation.minimise_makespan()
    found = _solved(formulation)
    assert (found.value, found.infeasible) == (None, True)


def test_a_listener_hears_answers_and_a_value_is_enough():
    """Every better answer is told, and the search stops at one that is good enough."""
    formulation = _tasks(3, 5, 4)
    formulation.no_overlap([(0, 0), (1, 0), (2, 0)])
    formulation.minimise_makespan()
    formulation.hint(0, 0)
    heard = []
    found = formulation.solve(Limits(10.0, enough=40.0), heard.append)
    assert found.value <= 40
    assert heard[-1].value == found.value


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_and_work_give_the_same_answer(seed):
    """Deterministic work, not seconds, ends the search."""

    def once():
        formulation = _tasks(*range(3, 15), horizon=200)
        formulation.cumulative(3, [(task, 0, 1 + task % 2) for task in range(12)])
        formulation.minimise_tardiness([(task, 10, task + 1) for task in range(12)])
        return formulation.solve(Limits(60.0, work=0.05, seed=seed))

    assert once() == once()
