"""Overtime is worked only in the weeks in which that pays: the others are closed before the search begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from quarterdeck.disciplines.scheduling.calendars import Interval, with_pairs
from quarterdeck.disciplines.scheduling.instance import Instance
from quarterdeck.disciplines.scheduling.resources import Resources, calendar_pairs
from quarterdeck.model.clock import DAY

WEEK = 7 * DAY
MOST_TRIES = 24
Judge = Callable[[Instance], tuple[float, ...]]


@dataclass(frozen=True)
class Choice:
    """Weeks of overtime, by number since 1970, in all and those that stay closed."""

    weeks: tuple[int, ...]
    closed: frozenset[int]


def with_least_overtime(
    instance: Instance, resources: Resources, judge: Judge, tries: int = MOST_TRIES
) -> tuple[Instance, Choice]:
    """The instance in which overtime is open only in the weeks that make the schedule better.

    Parameters
    ----------
    instance
        The problem with all overtime open.
    resources
        Their ``calendars`` with overtime and ``regular`` without.
    judge
        Value of a quick schedule of an instance; less is better.
    tries
        How many choices are judged. Halves of the weeks are closed first, then quarters.
    """
    pairs = calendar_pairs(resources, instance.arrays.operations, instance.arrays.modes)
    weeks = overtime_weeks(resources)

    def opened(closed: frozenset[int]) -> Instance:
        calendars = without_weeks(resources, closed)
        packed, intervals, both = with_pairs(calendars, pairs)
        arrays = instance.arrays._replace(calendars=packed, intervals=intervals, both=both)
        return replace(instance, arrays=arrays)

    none = frozenset(weeks)
    best, closed = judge(opened(none)), none
    every = judge(instance)
    if every >= best:
        return opened(none), Choice(weeks, none)
    best, closed = every, frozenset()
    left = tries
    for part in _parts(weeks):
        if left == 0 or part <= closed:
            continue
        left -= 1
        value = judge(opened(closed | part))
        if value <= best:
            best, closed = value, closed | part
    return opened(closed), Choice(weeks, closed)


def _parts(weeks: Sequence[int]) -> list[frozenset[int]]:
    """Halves of the weeks, then quarters, down to single weeks; the latest first."""
    parts, size = [], max(len(weeks) // 2, 1)
    while True:
        runs = [frozenset(weeks[at : at + size]) for at in range(0, len(weeks), size)]
        parts += runs[::-1]
        if size == 1:
            return parts
        size //= 2


def overtime_weeks(resources: Resources) -> tuple[int, ...]:
    """Every week in which some calendar is open in overtime."""
    found: set[int] = set()
    for calendar, ordinary in zip(resources.calendars, resources.regular, strict=True):
        starts, ends = _minus(calendar, ordinary)
        found |= set(_week(starts).tolist())
        found |= set(_week(ends - 1).tolist())
    return tuple(sorted(found))


def without_weeks(resources: Resources, closed: frozenset[int]) -> list[Interval]:
    """The calendars with overtime only in weeks that are not closed."""
    shut = np.array(sorted(closed), np.int64)
    calendars = []
    for calendar, ordinary in zip(resources.calendars, resources.regular, strict=True):
        starts, ends = _minus(calendar, ordinary)
        if not starts.size or not shut.size:
            calendars.append(calendar)
            continue
        stays = ~np.isin(_week(starts), shut) & ~np.isin(_week(ends - 1), shut)
        calendars.append(_union(ordinary, (starts[stays], ends[stays])))
    return calendars


def _week(moments: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Number of the week that begins on Monday; 1 January 1970 was a Thursday."""
    return (moments + 3 * DAY) // WEEK


def _minus(calendar: Interval, ordinary: Interval) -> Interval:
    """What is open in the first and not in the second."""
    if calendar is ordinary or (np.array_equal(calendar[0], ordinary[0]) and np.array_equal(calendar[1], ordinary[1])):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return _where(calendar, ordinary, lambda one, other: one & ~other)


def _union(one: Interval, other: Interval) -> Interval:
    return _where(one, other, lambda first, second: first | second)


def _where(one: Interval, other: Interval, rule: Callable[..., np.ndarray[tuple[int], np.dtype[np.bool_]]]) -> Interval:
    """Intervals between all edges of two calendars in which a rule of both holds."""
    edges = np.unique(np.concatenate([*one, *other]))
    inside = rule(_covers(one, edges[:-1]), _covers(other, edges[:-1]))
    turns = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False])).astype(np.int8)))
    return edges[turns[::2]], edges[turns[1::2]]


def _covers(
    calendar: Interval, moments: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if not calendar[0].size:
        return np.zeros(moments.size, np.bool_)
    index = np.searchsorted(calendar[0], moments, side="right") - 1
    return np.asarray((index >= 0) & (moments < calendar[1][np.maximum(index, 0)]))
