"""What the decoder knows while a schedule grows: the guide it follows, its state and the heap of events."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.scheduling.instance import Arrays, Integers, Records

Floats = npt.NDArray[np.float64]
ON_MACHINE, BY_PERSON, IN_MODE, READY_AT, SETUP_AT, START_AT, END_AT, SETUP_FOR, RUN_FOR, WITH_TOOL, SET_BY = range(11)
COLUMNS = 11
CERTAIN = 1e18


class Guide(NamedTuple):
    """What makes one waiting operation more urgent than another; one entry per operation.

    ``key`` is the part that does not change with time; ``latest`` the latest end without tardiness [s],
    ``unhurried`` the same as if nothing had to wait;
    ``next_pool`` where the work goes next, -1 for none. ``factors``: price of slack, set-up, queue ahead and arrival,
    each per second, and patience: how much of its own time an operation waits for a faster alternative.
    """

    key: Floats
    latest: Integers
    unhurried: Integers
    next_pool: Integers
    factors: Floats


ENTRY = np.dtype(
    [
        ("operation", "i8"),
        ("key", "f8"),
        ("begin", "i8"),  # [s] latest start without tardiness
        ("setup", "i8"),
        ("family", "i4"),
        ("shared", "i2"),  # 1: waits in several queues
        ("plain", "i2"),  # 1: any machine of the pool will do, nobody attends, may pause
    ]
)
# no reference counting: kernels that allocate nothing need none, and it takes two thirds of the time
kernel = njit(cache=True, _nrt=False)
SLACK, AVOID_SETUP, QUEUE_AHEAD, ARRIVAL, PATIENCE = range(5)


class State(NamedTuple):
    """What changes while the schedule grows."""

    placed: Integers  # (operations, COLUMNS)
    ready: Integers
    left: Integers
    machine_free: Integers
    machine_family: Integers
    person_free: Integers
    tool_free: Integers
    pin: Integers  # (4, machines, persons, tools or setters): first operation that each is kept free for, -1 for none
    next_pin: Integers  # (4, operations): the one after it
    keep_from: Integers  # per operation: from when its machine is kept free for it [s]
    keep_to: Integers  # until when [s]
    set_to: Integers  # per operation: until when who sets up is kept free for it [s]
    booked: Integers  # per operation: 1 while its place is booked, 2 once it has begun there
    asked: Integers  # per operation: how often it found no place for what is bound to it
    retry: Integers  # per operation: before when it is not asked again [s]
    along: Integers  # per operation: who leads the booked load that it goes along with, -1 for nobody
    aboard: Integers  # per operation: what those take who are booked to go along with it
    bound: Integers  # per operation: the arc to what has to be booked with it, -1 for none
    bound_into: Integers  # per operation: what it is booked with, -1 for nothing
    waiting_room: Integers  # per pool with limited room: the first booked operation that waits before it, -1 for none
    next_waiting: Integers  # per operation: the one after it
    special: int  # 1 if anything is kept free, booked or asks for one person; else these arrays are empty
    queue: Records  # entries, a run per pool
    queue_first: Integers
    queue_size: Integers
    queue_work: Integers
    wake: Integers
    idle: Integers
    idle_count: Integers
    dirty: Integers
    marked: Integers
    skill_begin: Integers
    skill_person: Integers
    coming: Integers  # per family: operations that still may join a load that waits to be filled
    event_time: Integers  # heap of what happens next
    event_item: Integers  # operation, then pool to look at again, then machine that is free
    event_count: Integers  # (1)


@njit(cache=True)
def _bound(a: Arrays) -> tuple[Integers, Integers]:
    """Per operation the arc to what has to be booked with it, and what it is booked with; empty if nothing is."""
    n, some = a.operations.size, False
    for index in range(a.arcs.size):
        some = some or a.arcs[index].wait > 0
    for pool in range(a.pools.size):
        some = some or a.pools[pool].room > 0
    bound, into = np.full(n if some else 0, -1, np.int64), np.full(n if some else 0, -1, np.int64)
    for o in range(n if some else 0):
        op = a.operations[o]
        for index in range(op.first_arc, op.first_arc + op.arcs):
            after = a.operations[a.arcs[index].successor]
            limited = a.arcs[index].wait > 0
            for mode in range(after.first_mode, after.first_mode + after.modes):
                limited = limited or (a.pools[a.modes[mode].pool].room > 0 and after.job == op.job)
            firm = op.started + after.started > 0 or op.pinned >= 0 or after.pinned >= 0
            if limited and not firm and bound[o] < 0 and into[a.arcs[index].successor] < 0:
                bound[o], into[a.arcs[index].successor] = index, o
    return bound, into


@njit(cache=True)
def blank_state(a: Arrays, now: int) -> State:
    """Nothing placed yet, every machine and person free from ``now``."""
    n, pools, machines = a.operations.size, a.pools.size, a.machines.size
    queue_first = np.zeros(pools + 1, np.int64)
    for mode in range(a.modes.size):
        queue_first[a.modes[mode].pool + 1] += 1
    for pool in range(pools):
        queue_first[pool + 1] += queue_first[pool]
    placed = np.full((n, COLUMNS), -1, np.int64)
    placed[:, SETUP_FOR] = 0
    placed[:, RUN_FOR] = 0
    idle = np.arange(machines)
    idle_count = np.zeros(pools, np.int64)
    for pool in range(pools):
        first, count = a.pools[pool].first, a.pools[pool].count
        idle_count[pool] = count
        for k in range(count):
            idle[first + k] = first + count - 1 - k
    zeros = np.zeros(pools, np.int64)
    families = 1
    for o in range(n):
        families = max(families, a.operations[o].family + 1)
    room = 2 * (n + machines) + 8 * pools + 64
    bound, bound_into = _bound(a)
    special = 1 if bound.size > 0 else 0
    for o in range(n):
        if a.operations[o].pinned >= 0 or a.operations[o].person > 0 or a.operations[o].latest > 0:
            special = 1
    kept, tools = n if special == 1 else 0, 0
    for kind in range(a.tools.size):
        tools += a.tools[kind].count
    if bound.size < kept:
        bound, bound_into = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    return State(
        placed, np.full(n, now, np.int64), np.zeros(n, np.int64), np.full(machines, now, np.int64),
        np.zeros(machines, np.int64), np.full(a.persons.size, now, np.int64),
        np.full(tools, now, np.int64),
        np.full((4, max(machines, a.persons.size, tools)), -1, np.int64), np.full((4, kept), -1, np.int64),
        np.zeros(kept, np.int64), np.zeros(kept, np.int64), np.zeros(kept, np.int64), np.zeros(kept, np.int64),
        np.zeros(kept, np.int64), np.zeros(kept, np.int64),
        np.full(kept, -1, np.int64), np.zeros(kept, np.int64), bound, bound_into,
        np.full(pools, -1, np.int64), np.full(kept, -1, np.int64), special,
        np.zeros(a.modes.size, ENTRY), queue_first, zeros.copy(), zeros.copy(), zeros.copy(), idle, idle_count,
        zeros.copy(), zeros.copy(), np.full(a.skills.size, -1, np.int64), np.full(a.skills.size, -1, np.int64),
        np.zeros(families, np.int64), np.zeros(room, np.int64), np.zeros(room, np.int64), np.zeros(1, np.int64),
    )  # fmt: skip


@kernel
def push(s: State, moment: int, item: int) -> None:
    """Add an event; the earlier goes first, then the smaller item."""
    times, items = s.event_time, s.event_item
    at = s.event_count[0]
    s.event_count[0] += 1
    while at > 0:
        parent = (at - 1) >> 1
        if times[parent] < moment or (times[parent] == moment and items[parent] <= item):
            break
        times[at], items[at] = times[parent], items[parent]
        at = parent
    times[at], items[at] = moment, item


@kernel
def pop(s: State) -> int:
    """Take the first event off and return its item."""
    times, items = s.event_time, s.event_item
    first = items[0]
    s.event_count[0] -= 1
    count = s.event_count[0]
    moment, item = times[count], items[count]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= count:
            break
        other = child + 1
        if other < count and (
            times[other] < times[child] or (times[other] == times[child] and items[other] < items[child])
        ):
            child = other
        if moment < times[child] or (moment == times[child] and item <= items[child]):
            break
        times[at], items[at] = times[child], items[child]
        at = child
    times[at], items[at] = moment, item
    return first


@kernel
def look_again(a: Arrays, s: State, pool: int, moment: int) -> None:
    """Have a pool looked at later; if it was to be looked at still later, that look is brought forward."""
    item = a.operations.size + pool
    room = s.event_time.size - a.operations.size - a.machines.size
    if s.event_count[0] < room:
        push(s, moment, item)
        return
    for at in range(s.event_count[0]):
        if s.event_item[at] == item and s.event_time[at] > moment:
            _raise_event(s, at, moment, item)
            return


@kernel
def _raise_event(s: State, at: int, moment: int, item: int) -> None:
    """Move the event at a place of the heap to an earlier moment."""
    count = s.event_count[0]
    s.event_count[0] = at
    push(s, moment, item)
    s.event_count[0] = count
