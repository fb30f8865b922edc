"""Working time in kernels: intervals with prefix sums, found by bisection."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.scheduling.instance import CALENDAR, INTERVAL, NEVER, Integers, Records, pointers, records

Interval = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]

kernel = njit(cache=True, _nrt=False)  # allocates nothing


def pack(calendars: Sequence[Interval]) -> tuple[Records, Records]:
    """Calendars given as (starts, ends) as the arrays of an instance."""
    counts = [starts.size for starts, _ in calendars]
    starts = np.concatenate([starts for starts, _ in calendars]) if calendars else np.zeros(0, np.int64)
    ends = np.concatenate([ends for _, ends in calendars]) if calendars else np.zeros(0, np.int64)
    before = [np.concatenate(([0], np.cumsum(e - s)[:-1])) if s.size else s for s, e in calendars]
    packed = records(CALENDAR, len(calendars), first=pointers(counts), count=counts)
    joined = np.concatenate(before) if before else np.zeros(0, np.int64)
    return packed, records(INTERVAL, starts.size, start=starts, end=ends, before=joined)


def intersection(one: Interval, other: Interval) -> Interval:
    """The time in which both are open.

    >>> a, b = intersection((np.array([0, 20]), np.array([10, 30])), (np.array([5]), np.array([25])))
    >>> a.tolist(), b.tolist()
    ([5, 20], [10, 25])
    """
    edges = np.unique(np.concatenate([*one, *other]))
    middle = edges[:-1]
    inside = _covers(one, middle) & _covers(other, middle)
    turns = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False])).astype(np.int8)))
    return edges[turns[::2]], edges[turns[1::2]]


def with_pairs(calendars: Sequence[Interval], pairs: set[tuple[int, int]]) -> tuple[Records, Records, Integers]:
    """Packed calendars with those in which both of each pair are open, and the table that finds them."""
    every = list(calendars)
    both = np.full((len(every), len(every)), -1, np.int64)
    for one, other in sorted(pairs):
        if one == other:
            both[one, other] = one
            continue
        both[one, other] = len(every)
        every.append(intersection(calendars[one], calendars[other]))
    packed, intervals = pack(every)
    return packed, intervals, both


def _covers(calendar: Interval, moments: Integers) -> npt.NDArray[np.bool_]:
    index = np.searchsorted(calendar[0], moments, side="right") - 1
    inside = (index >= 0) & (moments < calendar[1][np.maximum(index, 0)]) if calendar[0].size else index >= 0
    return np.asarray(inside)


@kernel
def interval_at(calendars: Records, intervals: Records, calendar: int, moment: int) -> int:
    """Index of the first interval that ends after ``moment``; one past the last if there is none."""
    low = calendars[calendar].first
    high = low + calendars[calendar].count
    while low < high:
        middle = (low + high) >> 1
        if intervals[middle].end > moment:
            high = middle
        else:
            low = middle + 1
    return low


@kernel
def first_open(calendars: Records, intervals: Records, calendar: int, moment: int) -> int:
    """The first working moment from ``moment`` on."""
    last = calendars[calendar].first + calendars[calendar].count
    index = interval_at(calendars, intervals, calendar, moment)
    if index >= last:
        return NEVER
    start = intervals[index].start
    return max(moment, start)


@kernel
def finish(calendars: Records, intervals: Records, calendar: int, begin: int, work: int) -> int:
    """When ``work`` seconds begun at the working moment ``begin`` are done, pausing over closed time."""
    if work == 0:
        return begin
    last = calendars[calendar].first + calendars[calendar].count
    low = interval_at(calendars, intervals, calendar, begin)
    if low >= last:
        return NEVER
    if begin + work <= intervals[low].end:
        return begin + work
    wanted = intervals[low].before + begin - intervals[low].start + work
    high = last
    while low < high:
        middle = (low + high) >> 1
        if intervals[middle].before + intervals[middle].end - intervals[middle].start >= wanted:
            high = middle
        else:
            low = middle + 1
    if low >= last:
        return NEVER
    return intervals[low].start + wanted - intervals[low].before


@kernel
def first_fit(calendars: Records, intervals: Records, calendar: int, moment: int, work: int) -> int:
    """The first moment from ``moment`` on at which ``work`` seconds fit without a pause."""
    last = calendars[calendar].first + calendars[calendar].count
    for index in range(interval_at(calendars, intervals, calendar, moment), last):
        start = max(moment, intervals[index].start)
        if start + work <= intervals[index].end:
            return start
    return NEVER


@kernel
def begin_at(calendars: Records, intervals: Records, calendar: int, moment: int, work: int, pausable: int) -> int:
    """The first moment from ``moment`` on at which the work may begin."""
    if pausable == 1:
        return first_open(calendars, intervals, calendar, moment)
    return first_fit(calendars, intervals, calendar, moment, work)
