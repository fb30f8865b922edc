"""Ovens, baths and kilns: what waits for the same treatment goes in together, up to what they hold."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np

from quarterdeck.disciplines.scheduling.bookings import all_bound_ready, book_after
from quarterdeck.disciplines.scheduling.instance import Arrays
from quarterdeck.disciplines.scheduling.state import (
    BY_PERSON,
    END_AT,
    IN_MODE,
    ON_MACHINE,
    RUN_FOR,
    SETUP_AT,
    SETUP_FOR,
    SLACK,
    START_AT,
    WITH_TOOL,
    Guide,
    State,
    kernel,
)
from quarterdeck.disciplines.scheduling.timing import mode_on
from quarterdeck.disciplines.scheduling.waiting import goes_along


@kernel
def next_along(a: Arrays, s: State, g: Guide, leader: int, machine: int, room: int) -> int:
    """The most urgent waiting operation that may share the load, -1 for none."""
    pool = a.machines[machine].pool
    moment = s.placed[leader, SETUP_AT]
    best, score = -1, -np.inf
    first = s.queue_first[pool]
    for index in range(first, first + s.queue_size[pool]):
        entry = s.queue[index]
        o = entry.operation
        value = entry.key - g.factors[SLACK] * max(0, entry.begin - moment)
        if value < score or (value == score and o > best) or not goes_along(a, s, leader, o, machine, room):
            continue
        best, score = o, value
    return best


@kernel
def join(a: Arrays, s: State, leader: int, o: int) -> None:
    """Put an operation into the load of another: it begins when that one's set-up is done, and ends with it."""
    row, first = s.placed[o], s.placed[leader]
    machine = first[ON_MACHINE]
    row[ON_MACHINE], row[BY_PERSON] = machine, first[BY_PERSON]
    row[IN_MODE] = mode_on(a, o, a.machines[machine].pool)
    row[SETUP_AT], row[START_AT], row[END_AT] = first[START_AT], first[START_AT], first[END_AT]
    row[SETUP_FOR], row[RUN_FOR], row[WITH_TOOL] = 0, first[RUN_FOR], first[WITH_TOOL]
    op = a.operations[o]
    for index in range(op.first_mode, op.first_mode + op.modes):
        s.queue_work[a.modes[index].pool] -= a.modes[index].work


@kernel
def stay_out(a: Arrays, s: State, leader: int, o: int) -> bool:
    """Take an operation out of a load again if what is bound to it finds no place after that; whether it was."""
    if s.special == 0 or s.bound[o] < 0 or (all_bound_ready(a, s, o) and book_after(a, s, o, True) == 0):  # noqa: FBT003
        return False
    row, op = s.placed[o], a.operations[o]
    row[ON_MACHINE] = row[BY_PERSON] = row[IN_MODE] = row[WITH_TOOL] = -1
    row[SETUP_AT] = row[START_AT] = row[END_AT] = -1
    row[SETUP_FOR] = row[RUN_FOR] = 0
    for index in range(op.first_mode, op.first_mode + op.modes):
        s.queue_work[a.modes[index].pool] += a.modes[index].work
    s.retry[o] = s.placed[leader, SETUP_AT] + 1
    return True


@kernel
def is_filled(a: Arrays, o: int) -> bool:
    """Whether some machine group of an operation waits for loads to fill."""
    op = a.operations[o]
    for index in range(op.first_mode, op.first_mode + op.modes):
        if a.pools[a.modes[index].pool].fill > 0:
            return op.family > 0
    return False
