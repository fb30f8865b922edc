"""Working time in kernels."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.calendars import (
    finish,
    first_fit,
    first_open,
    intersection,
    pack,
    with_pairs,
)
from quarterdeck.disciplines.scheduling.instance import NEVER

CALENDARS, INTERVALS = pack([(np.array([100, 300]), np.array([200, 400])), (np.zeros(0, np.int64),) * 2])


def test_first_open_is_the_next_working_moment():
    """Closed time is skipped; after the last interval there is none."""
    moments = [first_open(CALENDARS, INTERVALS, 0, t) for t in (0, 150, 200, 400)]
    assert moments == [100, 150, 300, NEVER]


def test_finish_pauses_over_closed_time():
    """150 seconds begun at 150 take the 50 left and 100 of the next interval."""
    assert finish(CALENDARS, INTERVALS, 0, 150, 150) == 400
    assert finish(CALENDARS, INTERVALS, 0, 150, 50) == 200
    assert finish(CALENDARS, INTERVALS, 0, 150, 151) == NEVER
    assert finish(CALENDARS, INTERVALS, 0, 250, 0) == 250


def test_first_fit_needs_one_interval():
    """What may not pause waits for an interval that is long enough."""
    assert first_fit(CALENDARS, INTERVALS, 0, 150, 50) == 150
    assert first_fit(CALENDARS, INTERVALS, 0, 150, 51) == 300
    assert first_fit(CALENDARS, INTERVALS, 0, 0, 101) == NEVER


def test_a_calendar_without_intervals_never_opens():
    """A machine closed throughout has no working moment."""
    assert first_open(CALENDARS, INTERVALS, 1, 0) == NEVER
    assert finish(CALENDARS, INTERVALS, 1, 0, 1) == NEVER


def _painted(edges):
    points = sorted(set(edges))
    points = points[: len(points) // 2 * 2]
    return np.array(points[::2], np.int64), np.array(points[1::2], np.int64)


@given(st.lists(st.integers(0, 60), max_size=12), st.lists(st.integers(0, 60), max_size=12))
def test_intersection_is_open_where_both_are(one, other):
    """Second by second, the common calendar is open exactly when both are."""
    a, b = _painted(one), _painted(other)
    starts, ends = intersection(a, b) if a[0].size and b[0].size else (np.zeros(0, np.int64),) * 2
    for second in range(61):
        both = all(((s <= second) & (second < e)).any() for s, e in (a, b))
        assert ((starts <= second) & (second < ends)).any() == both


def test_pairs_are_computed_once_each():
    """A pair of a calendar with itself is that calendar; others are appended."""
    one = (np.array([0]), np.array([10]))
    packed, _, both = with_pairs([one, (np.array([5]), np.array([20]))], {(0, 0), (0, 1)})
    assert packed.size == 3
    assert both.tolist() == [[0, 2], [-1, -1]]
