"""Who may share the load of an oven, a bath or a kiln; and what is booked for one goes along with a load booked before.

A booked load is led by the operation that was booked first: its set-up, run, machine, person and tool are those of the
load. Who goes along begins and ends with it and needs nothing kept free for itself.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from quarterdeck.disciplines.scheduling.instance import Arrays
from quarterdeck.disciplines.scheduling.keeping import BOOKED
from quarterdeck.disciplines.scheduling.state import (
    BY_PERSON,
    END_AT,
    IN_MODE,
    ON_MACHINE,
    READY_AT,
    RUN_FOR,
    START_AT,
    WITH_TOOL,
    State,
    kernel,
)
from quarterdeck.disciplines.scheduling.timing import mode_on


@kernel
def may_share(a: Arrays, leader: int, o: int, machine: int) -> bool:
    """Whether an operation is enough like another to share its load on a machine, room aside: like it, and no longer.

    What runs shares with what runs alone; and nobody joins who needs more set-up than the leader has had.
    """
    op, first = a.operations[o], a.operations[leader]
    if (
        op.unbroken != first.unbroken
        or op.family != first.family
        or op.skill != first.skill
        or op.tool != first.tool
        or op.person != first.person
    ):
        return False
    if op.started != first.started or op.pinned >= 0 or (op.machine >= 0 and op.machine != machine):
        return False
    if op.started == 0 and op.setup > first.setup:
        return False
    pool = a.machines[machine].pool
    return a.modes[mode_on(a, o, pool)].work <= a.modes[mode_on(a, leader, pool)].work


@kernel
def room_left(a: Arrays, s: State, leader: int, machine: int) -> int:
    """What the load of an operation still takes beside it and those booked to go along."""
    room = a.pools[a.machines[machine].pool].capacity - a.operations[leader].load
    return room - s.aboard[leader] if s.special == 1 else room


@kernel
def booked_load(a: Arrays, s: State, o: int, machine: int) -> int:
    """Who leads the first booked load of a machine that an operation is ready for and has room in; -1 for none."""
    if a.pools[a.machines[machine].pool].capacity == 0 or a.operations[o].family == 0:
        return -1
    at = s.pin[0, machine]
    while at >= 0:
        there = s.booked[at] == BOOKED and s.placed[at, START_AT] >= s.placed[o, READY_AT] and at != o
        if there and may_share(a, at, o, machine) and a.operations[o].load <= room_left(a, s, at, machine):
            return at
        at = s.next_pin[0, at]
    return -1


@kernel
def go_along(a: Arrays, s: State, leader: int, o: int) -> None:
    """Write the place of a booked load into the row of an operation, which does not go aboard yet."""
    row, first = s.placed[o], s.placed[leader]
    row[ON_MACHINE], row[BY_PERSON], row[WITH_TOOL] = first[ON_MACHINE], first[BY_PERSON], first[WITH_TOOL]
    row[IN_MODE] = mode_on(a, o, a.machines[first[ON_MACHINE]].pool)
    row[START_AT], row[RUN_FOR] = first[START_AT], first[RUN_FOR]
    s.keep_from[o], s.keep_to[o] = first[START_AT], first[END_AT]
    s.along[o] = leader


@kernel
def go_aboard(a: Arrays, s: State, o: int, share: int) -> None:
    """Take room in the load that an operation goes along with (``share`` 1), or give it back (-1)."""
    s.aboard[s.along[o]] += share * a.operations[o].load
    if share < 0:
        s.along[o] = -1
