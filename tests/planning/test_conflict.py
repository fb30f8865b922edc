"""Smallest conflicts."""

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.planning.repairs.conflict import Member, minimal

NAMES = "abcdefghij"


@given(st.lists(st.frozensets(st.sampled_from(NAMES), min_size=1), min_size=1, max_size=4))
def test_a_smallest_conflict_fails_and_none_of_its_parts_does(conflicts):
    """Whatever sets fail together: what is found holds one of them, and without any member it holds none."""
    members = [Member("order", name) for name in NAMES]

    def fails(base, more):
        there = {each.code for each in (*base, *more)}
        return any(each <= there for each in conflicts)

    found = minimal([], members, fails)
    assert fails(found, [])
    assert not any(fails([each for each in found if each is not left], []) for left in found)
