"""Projects with limited resources: published plans, laws of the search, and a checker that finds every fault."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.incumbent import SearchLimits
from quarterdeck.disciplines.scheduling.project import Mode, Project
from quarterdeck.disciplines.scheduling.project_bounds import project_bound
from quarterdeck.disciplines.scheduling.project_checker import check_project
from quarterdeck.disciplines.scheduling.project_decoding import NO_LIMIT, bench, serial, settle, settle_within
from quarterdeck.disciplines.scheduling.project_search import project_formulation, solve_project
from quarterdeck.solvers.constraint_parts import Limits


def _random(seed, activities=7, ways=1, resources=2, budget=False):
    rng = np.random.default_rng(seed)
    capacity = tuple(int(units) for units in rng.integers(3, 8, resources))
    modes = tuple(
        tuple(
            Mode(
                int(rng.integers(0, 6)),
                tuple(int(rng.integers(0, units + 1)) for units in capacity),
                (int(rng.integers(0, 5)),) if budget else (),
            )
            for _ in range(ways)
        )
        for _ in range(activities)
    )
    successors = tuple(tuple(j for j in range(i + 1, activities) if rng.random() < 0.25) for i in range(activities))
    least = sum(min(mode.consumed[0] for mode in some) for some in modes) if budget else 0
    return Project(modes, successors, capacity, (least + 3,) if budget else ())


def _best_of_all_lists(project):
    """The shortest plan over every precedence-feasible list and mode, which serial generation is known to contain."""
    a, best = project.arrays, None
    for ways in itertools.product(*(range(len(modes)) for modes in project.modes)):
        spent = sum(
            modes[way].consumed[0] if project.budget else 0 for modes, way in zip(project.modes, ways, strict=True)
        )
        if project.budget and spent > project.budget[0]:
            continue
        mode = (a.first_mode[:-1] + np.array(ways)).astype(np.int32)
        for order in itertools.permutations(range(project.size)):
            place = {activity: at for at, activity in enumerate(order)}
            if all(place[i] < place[j] for i, followers in enumerate(project.successors) for j in followers):
                made = serial(a, bench(a), np.array(order, np.int32), mode, 0)
                best = made if best is None else min(best, made)
    return best


@pytest.mark.parametrize("seed", range(6))
def test_the_search_finds_what_trying_every_list_finds(seed):
    """Seven activities: all lists that respect precedence against two workers."""
    project = _random(seed, activities=6)
    best = _best_of_all_lists(project)
    plan = solve_project(project, SearchLimits(20.0, seed=seed, enough=best))
    assert check_project(project, plan) == []
    assert plan.value == best


@pytest.mark.parametrize("seed", range(4))
def test_modes_and_budgets_are_chosen_as_well_as_by_trying_all(seed):
    """Four activities in two modes under a budget."""
    project = _random(seed, activities=4, ways=2, budget=True)
    best = _best_of_all_lists(project)
    plan = solve_project(project, SearchLimits(20.0, seed=seed, enough=best))
    assert check_project(project, plan) == []
    assert plan.value == best


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 9))
def test_justification_never_makes_a_plan_longer(seed, resources):
    """Forward-backward improvement keeps or shortens the makespan, and its list gives the plan it tells."""
    project = _random(seed, activities=12, resources=resources)
    a = project.arrays
    room, order, mode = bench(a), a.topological.copy(), a.first_mode[:-1].copy()
    plain = serial(a, room, order, mode, 0)
    better = settle(a, room, order, mode)
    starts = room.start.copy()
    assert better <= plain
    assert serial(a, room, order, mode, 0) == better
    assert (room.start == starts).all()
    assert better >= project_bound(project)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(-3, 12))
def test_a_list_given_up_is_never_one_taken(seed, more):
    """Within a limit the plan is that of no limit; beyond it the value told is above the limit."""
    project = _random(seed, activities=14, resources=3)
    a = project.arrays
    room, order, mode = bench(a), a.topological.copy(), a.first_mode[:-1].copy()
    free = settle(a, room, order.copy(), mode)
    starts, limit = room.start.copy(), free + more
    value = settle_within(a, room, order, mode, limit)
    assert value > limit or (value == free and (room.start == starts).all())
    assert settle_within(a, room, a.topological.copy(), mode, NO_LIMIT) == free


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_heads_and_tails_meet_on_the_longest_path(seed):
    """Paths counted from both sides: the longest is the same, and every activity lies on one through it."""
    project = _random(seed, activities=9, ways=2)
    a = project.arrays
    shortest = [min(mode.duration for mode in modes) for modes in project.modes]
    assert a.head.max() == a.tail.max()
    for i, followers in enumerate(project.successors):
        assert a.tail[i] == shortest[i] + max((a.tail[j] for j in followers), default=0)
        assert all(a.head[j] >= a.head[i] + shortest[j] for j in followers)


def test_two_workers_share_a_resource():
    """Two activities of three periods that both need the only person take six."""
    project = Project(((Mode(3, (1,)),), (Mode(3, (1,)),)), ((), ()), (1,))
    plan = solve_project(project, SearchLimits(60.0))
    assert (plan.value, plan.figures["bound"]) == (6.0, 6.0)


def test_the_bound_of_constraint_programming_is_proven():
    """A bound from CP-SAT is never above the optimum, and equals it where the search is exhausted."""
    project = _random(3)
    found = project_formulation(project).solve(Limits(5.0))
    assert found.proven
    assert found.value == found.bound == _best_of_all_lists(project)


def test_a_cycle_gives_no_plan():
    """What waits for itself is never done."""
    project = Project(((Mode(1, (1,)),), (Mode(1, (1,)),)), ((1,), (0,)), (1,))
    assert solve_project(project, SearchLimits(0.1)).start.size == 0


def test_a_budget_that_nothing_keeps_gives_no_plan():
    """Both modes cost more than there is."""
    project = Project(((Mode(1, (1,), (5,)), Mode(2, (1,), (4,))),), ((),), (1,), (3,))
    plan = solve_project(project, SearchLimits(0.2))
    assert (plan.start.size, plan.value) == (0, float("inf"))


def test_a_way_that_never_fits_is_not_taken():
    """The fast way needs three of two people; where every way does, there is no plan."""
    ways = (Mode(1, (3,)), Mode(4, (2,)))
    plan = solve_project(Project((ways,), ((),), (2,)), SearchLimits(20.0))
    assert (plan.value, plan.mode.tolist()) == (4.0, [1])
    assert solve_project(Project((ways[:1],), ((),), (2,)), SearchLimits(0.1)).start.size == 0


PROJECT = Project(
    ((Mode(2, (2,), (1,)), Mode(3, (1,), (0,))), (Mode(2, (2,), (1,)),), (Mode(1, (1,), (0,)),)),
    ((2,), (2,), ()), (2,), (2,),
)  # fmt: skip


@pytest.mark.parametrize(
    ("start", "mode", "value", "words"),
    [
        ([0, 2, 4], [0, 0, 0], 5, None),
        ([0, 0, 4], [0, 0, 0], 5, "overloaded"),
        ([0, 2, 3], [0, 0, 0], 4, "before activity"),
        ([0, 2, 4], [0, 0, 0], 6, "makespan"),
        ([-1, 2, 4], [0, 0, 0], 5, "before 0"),
        ([0, 2, 4], [2, 0, 0], 5, "mode"),
        ([0, 2], [0, 0], 4, "not every"),
    ],
)
def test_the_checker_finds_what_is_wrong(start, mode, value, words):
    """A right plan passes; each fault is named."""
    plan = replace(
        solve_project(PROJECT, SearchLimits(0.1)), start=np.array(start), mode=np.array(mode), value=float(value)
    )
    faults = check_project(PROJECT, plan)
    assert not faults if words is None else any(words in fault for fault in faults)


def test_the_checker_adds_up_the_budget():
    """A budget of one does not pay for two."""
    plan = replace(
        solve_project(PROJECT, SearchLimits(0.1)), start=np.array([0, 2, 4]), mode=np.array([0, 0, 0]), value=5.0
    )
    assert check_project(replace(PROJECT, budget=(1,)), plan) == ["non-renewable resource 0 is overspent"]
