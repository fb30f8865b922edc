"""Which solutions searches keep to begin between, and how far apart these have to be."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.cooperation import NEAR, Budget, Member, cooperate, survivors


def _member(value, trace):
    return Member(value, np.array(trace), np.array(trace))


def test_a_worse_solution_that_is_different_stays_before_a_better_one_that_is_alike():
    """Of three places, solutions have to differ in two: 11 is too near to 10, 12 is not."""
    best, alike, different = _member(10, [0, 0, 0]), _member(11, [0, 0, 1]), _member(12, [0, 1, 1])
    kept = survivors([different, alike, best], 2, 0.5)
    assert [one.value for one in kept] == [10, 12]
    assert [one.value for one in survivors([different, alike, best], 2, 0.1)] == [10, 11]


def test_where_all_are_alike_the_farthest_fill_up():
    """None differs from the best in more than half of four places; the one that differs in two stays."""
    members = [_member(10, [0, 0, 0, 0]), _member(11, [1, 0, 0, 0]), _member(12, [1, 1, 0, 0])]
    assert [one.value for one in survivors(members, 2, 0.5)] == [10, 12]


def test_the_same_solution_stays_once():
    """Only the first of two that differ nowhere."""
    one, other = _member(10, [1, 2]), _member(10, [1, 2])
    kept = survivors([one, other], 5, 0.0)
    assert len(kept) == 1
    assert kept[0] is one


@given(
    st.lists(st.tuples(st.integers(1, 9), st.lists(st.integers(0, 2), min_size=6, max_size=6)), min_size=1),
    st.integers(1, 6),
    st.floats(0, 1),
)
def test_the_best_always_stays(drawn, keep, apart):
    """The best value survives, no more than asked for, in order, no two of them alike."""
    members = [_member(value, trace) for value, trace in drawn]
    kept = survivors(members, keep, apart)
    assert kept[0].value == min(one.value for one in members)
    assert 1 <= len(kept) <= keep
    assert [one.value for one in kept] == sorted(one.value for one in kept)
    assert all(one.distance(other) > NEAR for i, one in enumerate(kept) for other in kept[:i])


def test_what_is_left_counts_seconds_or_rounds():
    """Half of ten seconds, or three of four rounds, whichever leaves less; with neither, everything."""
    assert Budget(0, 10.0, lambda: 5.0).left(0.0, 3) == 0.5
    assert Budget(0, math.inf, lambda: 5.0, rounds=4).left(0.0, 3) == 0.25
    assert Budget(0, math.inf, lambda: 5.0).left(0.0, 0) == 1.0
    assert Budget(0, 1.0, lambda: 5.0).left(0.0, 0) == 0.0


def test_solutions_may_come_nearer_as_the_rounds_go_by():
    """Two solutions half alike: in the first of ten rounds one has to go, in the last both stay."""

    class Telling:
        def __init__(self):
            self.told = 0

        def advance(self, moves, known):
            self.told += 1
            far = _member(30, [1, 1, 1, 1])
            return [_member(10, [0, 0, 0, 0]), _member(20, [0, 0, 1, 1]), far]

    first = cooperate([Telling()], 1, 2, Budget(0, math.inf, lambda: 0.0, rounds=1), lambda member: None, 0.9)
    last = cooperate([Telling()], 1, 2, Budget(0, math.inf, lambda: 0.0, rounds=10), lambda member: None, 0.9)
    assert [one.value for one in first] == [10, 30]
    assert [one.value for one in last] == [10, 20]
