"""How long operations take, and when what follows them may begin."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np

from quarterdeck.disciplines.scheduling.calendars import finish, interval_at
from quarterdeck.disciplines.scheduling.instance import Arrays, Integers
from quarterdeck.disciplines.scheduling.state import BY_PERSON, END_AT, ON_MACHINE, RUN_FOR, START_AT, kernel


@kernel
def changeover(a: Arrays, operation: int, machine: int, family: int) -> int:
    """Set-up seconds before an operation on a machine that was last set up for ``family``."""
    op = a.operations[operation]
    if op.started == 1:
        return 0
    table = a.pools[a.machines[machine].pool].table
    if table >= 0 and op.family > 0:
        declared = a.setups[table, family, op.family]
        if declared >= 0:
            return declared
    return 0 if op.family > 0 and op.family == family else op.setup


@kernel
def run_seconds(work: int, speed: float, level: float) -> int:
    """Seconds of work on a machine of this speed by a person of this level, rounded up."""
    rate = speed * level
    if rate == 1.0:
        return work
    return int(np.ceil(work / rate - 1e-9))


@kernel
def mode_on(a: Arrays, operation: int, pool: int) -> int:
    """The mode of an operation on a pool, -1 for none."""
    first = a.operations[operation].first_mode
    for mode in range(first, first + a.operations[operation].modes):
        if a.modes[mode].pool == pool:
            return mode
    return -1


@kernel
def handed_over(a: Arrays, placed: Integers, o: int, index: int) -> int:
    """When what an arc leads to may begin: after the end, or early enough after the first transfer batch."""
    arc = a.arcs[index]
    row = placed[o]
    if arc.pieces <= 1:
        return row[END_AT] + arc.lag
    calendar = a.operations[o].calendar
    if row[ON_MACHINE] >= 0:
        calendar = a.machines[row[ON_MACHINE]].calendar
        if row[BY_PERSON] >= 0:
            calendar = a.both[calendar, a.persons[row[BY_PERSON]].calendar]
    piece = (row[RUN_FOR] + arc.pieces - 1) // arc.pieces
    first = finish(a.calendars, a.intervals, calendar, row[START_AT], piece)
    return max(first, row[END_AT] - arc.rest) + arc.lag


@kernel
def longest_setup(a: Arrays, operation: int, machine: int) -> int:
    """Set-up seconds of an operation on a machine after whatever it was set up for."""
    op = a.operations[operation]
    if op.started == 1:
        return 0
    table = a.pools[a.machines[machine].pool].table
    longest = op.setup
    if table >= 0 and op.family > 0:
        for family in range(a.setups.shape[1]):
            longest = max(longest, changeover(a, operation, machine, family))
    return longest


@kernel
def may_pause(a: Arrays, operation: int, pool: int) -> int:
    """1 if an operation may pause over closed time on a pool's machines."""
    return 0 if a.operations[operation].unbroken == 1 else a.pools[pool].pausable


@kernel
def begin_before(a: Arrays, calendar: int, start: int, work: int) -> int:
    """The moment from which ``work`` open seconds are left until ``start``."""
    if work == 0:
        return start
    first = a.calendars[calendar].first
    last = first + a.calendars[calendar].count - 1
    index = min(interval_at(a.calendars, a.intervals, calendar, start - 1), last)
    left = work
    while index >= first:
        until = min(a.intervals[index].end, start)
        if until - a.intervals[index].start >= left:
            return until - left
        left -= max(0, until - a.intervals[index].start)
        index -= 1
    return start
