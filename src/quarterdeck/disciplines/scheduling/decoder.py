"""Serial generation of a schedule in the order of time: whenever a machine is free, the best waiting operation begins.

A discrete-event pass over machines and people with their calendars. No machine stays idle while an operation could
begin on it (non-delay), save where a faster alternative or a pinned start is worth waiting for.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.scheduling.calendars import begin_at, finish, first_open
from quarterdeck.disciplines.scheduling.instance import NEVER, Arrays, Integers, Records

Floats = npt.NDArray[np.float64]
ON_MACHINE, BY_PERSON, IN_MODE, READY_AT, SETUP_AT, START_AT, END_AT, SETUP_FOR, RUN_FOR = range(9)
COLUMNS = 9
CERTAIN = 1e18


class Guide(NamedTuple):
    """What makes one waiting operation more urgent than another; one entry per operation.

    ``key`` is the part that does not change with time; ``latest`` the latest end without tardiness [s];
    ``next_pool`` where the work goes next, -1 for none. ``factors``: price of slack, set-up, queue ahead and arrival,
    each per second, and patience: how much of its own time an operation waits for a faster alternative.
    """

    key: Floats
    latest: Integers
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
    pin: Integers  # per machine: its next pinned operation, -1 for none
    next_pin: Integers  # per operation: the pinned operation after it on its machine
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
    event_time: Integers  # heap of what happens next
    event_item: Integers  # operation, then pool to look at again, then machine that is free
    event_count: Integers  # (1)


@kernel
def _push(s: State, moment: int, item: int) -> None:
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
def _pop(s: State) -> int:
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
def _look_again(a: Arrays, s: State, pool: int, moment: int) -> None:
    """Have a pool looked at later; if it was to be looked at still later, that look is brought forward."""
    item = a.operations.size + pool
    room = s.event_time.size - a.operations.size - a.machines.size
    if s.event_count[0] < room:
        _push(s, moment, item)
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
    _push(s, moment, item)
    s.event_count[0] = count


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
def _run_seconds(work: int, speed: float, level: float) -> int:
    rate = speed * level
    if rate == 1.0:
        return work
    return int(np.ceil(work / rate - 1e-9))


@kernel
def _mode_on(a: Arrays, operation: int, pool: int) -> int:
    first = a.operations[operation].first_mode
    for mode in range(first, first + a.operations[operation].modes):
        if a.modes[mode].pool == pool:
            return mode
    return -1


@kernel
def _find_person(a: Arrays, s: State, skill: int, calendar: int, moment: int) -> None:
    """Earliest moment at which somebody with the skill may begin, kept in the state."""
    best, who = NEVER, -1
    first = a.skills[skill].first
    for index in range(first, first + a.skills[skill].count):
        person = a.skilled[index].person
        shared = a.both[calendar, a.persons[person].calendar]
        free = s.person_free[person]
        begin = first_open(a.calendars, a.intervals, shared, max(moment, free))
        if begin < best:
            best, who = begin, index
            if best == moment:
                break
    s.skill_begin[skill] = best
    s.skill_person[skill] = who


@kernel
def _other_finish(a: Arrays, s: State, operation: int, pool: int, moment: int) -> tuple[int, int]:
    """Earliest finish on a machine of another pool that is not free now, and when it is."""
    best, when = NEVER, NEVER
    op = a.operations[operation]
    for mode in range(op.first_mode, op.first_mode + op.modes):
        other = a.modes[mode].pool
        if other == pool:
            continue
        for machine in range(a.pools[other].first, a.pools[other].first + a.pools[other].count):
            free = s.machine_free[machine]
            total = _run_seconds(a.modes[mode].work, a.machines[machine].speed, 1.0)
            if max(free, moment) + total >= best:
                continue
            begin = first_open(a.calendars, a.intervals, a.machines[machine].calendar, max(free, moment))
            if begin > moment and begin + total < best:
                best, when = begin + total, begin
    return best, when


@kernel
def _begin_attended(  # noqa: PLR0917 - a kernel takes numbers
    a: Arrays, s: State, skill: int, calendar: int, moment: int, total: int, pausable: int
) -> int:
    """When the person found for a skill may begin this much work without a forbidden pause."""
    index = s.skill_person[skill]
    if index < 0:
        return NEVER
    begin = s.skill_begin[skill]
    if begin > moment or pausable == 1:
        return begin
    shared = a.both[calendar, a.persons[a.skilled[index].person].calendar]
    return begin_at(a.calendars, a.intervals, shared, begin, total, 0)


@kernel
def _working_calendar(a: Arrays, s: State, machine: int, skill: int) -> int:
    calendar = a.machines[machine].calendar
    if skill < 0:
        return calendar
    return a.both[calendar, a.persons[a.skilled[s.skill_person[skill]].person].calendar]


@kernel
def _blocked_by_pin(a: Arrays, s: State, operation: int, machine: int, moment: int, total: int) -> bool:
    pinned = s.pin[machine]
    if pinned < 0 or pinned == operation or a.operations[pinned].pinned <= moment:
        return False
    calendar = _working_calendar(a, s, machine, a.operations[operation].skill)
    return finish(a.calendars, a.intervals, calendar, moment, total) > a.operations[pinned].pinned


@kernel
def _best_waiting(a: Arrays, s: State, g: Guide, pool: int, machine: int, moment: int) -> tuple[int, float, int]:
    """The most urgent operation that can begin now on a machine, its score, and when else to look again."""
    calendar = a.machines[machine].calendar
    best, score, wake = -1, -np.inf, NEVER
    opening = first_open(a.calendars, a.intervals, calendar, moment)
    if opening > moment:
        return best, score, opening
    s.skill_begin[:] = -1
    family, table = s.machine_family[machine], a.pools[pool].table
    slack_price, setup_price, queue_price = g.factors[SLACK], g.factors[AVOID_SETUP], g.factors[QUEUE_AHEAD]
    first = s.queue_first[pool]
    index = first
    while index < first + s.queue_size[pool]:
        entry = s.queue[index]
        o = entry.operation
        if entry.shared == 1 and s.placed[o, END_AT] >= 0:
            s.queue_size[pool] -= 1
            s.queue[index] = s.queue[first + s.queue_size[pool]]
            continue
        index += 1
        setup = 0 if entry.family > 0 and entry.family == family else entry.setup
        if table >= 0 and entry.family > 0 and a.setups[table, family, entry.family] >= 0:
            setup = a.setups[table, family, entry.family]
        value = entry.key - setup_price * setup
        slack = entry.begin - moment
        if slack > 0:
            value -= slack_price * slack
        if queue_price > 0.0 and g.next_pool[o] >= 0:
            value -= queue_price * s.queue_work[g.next_pool[o]] / a.pools[g.next_pool[o]].count
        if value < score or (value == score and o > best):
            continue
        again = moment
        if entry.plain == 0 or s.pin[machine] >= 0:
            again = _may_begin(a, s, g, o, machine, moment)
        if again > moment:
            wake = min(wake, again)
        else:
            best, score = o, value
    return best, score, wake


@kernel
def _may_begin(  # noqa: C901 - one page for the whole rule
    a: Arrays, s: State, g: Guide, o: int, machine: int, moment: int
) -> int:
    """``moment`` if the operation may begin on the machine, else when to look again."""
    op = a.operations[o]
    pool = a.machines[machine].pool
    calendar, pausable = a.machines[machine].calendar, a.pools[pool].pausable
    if op.machine >= 0 and op.machine != machine:
        return NEVER
    setup = changeover(a, o, machine, s.machine_family[machine])
    work, level = a.modes[_mode_on(a, o, pool)].work, 1.0
    begin = moment
    if op.skill >= 0:
        if s.skill_begin[op.skill] < 0:
            _find_person(a, s, op.skill, calendar, moment)
        if s.skill_person[op.skill] >= 0:
            level = a.skilled[s.skill_person[op.skill]].level
    total = setup + _run_seconds(work, a.machines[machine].speed, level)
    if op.skill >= 0:
        begin = _begin_attended(a, s, op.skill, calendar, moment, total, pausable)
    elif pausable == 0:
        begin = begin_at(a.calendars, a.intervals, calendar, moment, total, 0)
    if begin > moment:
        return begin
    if s.pin[machine] >= 0 and _blocked_by_pin(a, s, o, machine, moment, total):
        return a.operations[s.pin[machine]].pinned
    if op.modes > 1 and op.machine < 0:
        done, when = _other_finish(a, s, o, pool, moment)
        if done - moment < g.factors[PATIENCE] * total:
            return when
    return moment


@kernel
def _better_idle(a: Arrays, s: State, g: Guide, o: int, machine: int, moment: int) -> int:
    """The idle machine on which a shared operation ends first; ``machine`` unless one of another pool is better."""
    op = a.operations[o]
    best, least = machine, NEVER
    if op.modes < 2 or op.machine >= 0:
        return machine
    for mode in range(op.first_mode, op.first_mode + op.modes):
        pool = a.pools[a.modes[mode].pool]
        for other in range(pool.first, pool.first + pool.count):
            if not _is_idle(a, s, other, moment):
                continue
            setup = changeover(a, o, other, s.machine_family[other])
            total = setup + _run_seconds(a.modes[mode].work, a.machines[other].speed, 1.0)
            if total > least or (total == least and other != machine):
                continue
            s.skill_begin[:] = -1
            if other == machine or _may_begin(a, s, g, o, other, moment) == moment:
                best, least = other, total
    s.skill_begin[:] = -1
    return best


@kernel
def _is_idle(a: Arrays, s: State, machine: int, moment: int) -> bool:
    """Whether a machine is free and open; of like machines only the one that would be taken next."""
    index = a.machines[machine].pool
    if a.pools[index].uniform == 1:
        waiting = s.idle_count[index]
        if waiting == 0 or machine != s.idle[a.pools[index].first + waiting - 1]:
            return False
    elif s.machine_free[machine] > moment:
        return False
    return first_open(a.calendars, a.intervals, a.machines[machine].calendar, moment) == moment


@kernel
def _place(a: Arrays, s: State, o: int, machine: int, moment: int) -> int:
    """Put an operation on a machine from a moment on; returns its end."""
    op = a.operations[o]
    pool = a.machines[machine].pool
    mode = _mode_on(a, o, pool)
    setup = changeover(a, o, machine, s.machine_family[machine])
    level, person = 1.0, -1
    if op.skill >= 0:
        _find_person(a, s, op.skill, a.machines[machine].calendar, moment)
        level = a.skilled[s.skill_person[op.skill]].level
        person = a.skilled[s.skill_person[op.skill]].person
    calendar = _working_calendar(a, s, machine, op.skill)
    run = _run_seconds(a.modes[mode].work, a.machines[machine].speed, level)
    end = finish(a.calendars, a.intervals, calendar, moment, setup + run)
    start = finish(a.calendars, a.intervals, calendar, moment, setup)
    if run > 0 and setup > 0:
        start = first_open(a.calendars, a.intervals, calendar, start)
    if end >= NEVER:
        return NEVER
    row = s.placed[o]
    row[ON_MACHINE], row[BY_PERSON], row[IN_MODE] = machine, person, mode
    row[SETUP_AT], row[START_AT], row[END_AT], row[SETUP_FOR], row[RUN_FOR] = moment, start, end, setup, run
    s.machine_free[machine] = end
    s.machine_family[machine] = op.family
    if person >= 0:
        s.person_free[person] = end
    if s.pin[machine] == o:
        s.pin[machine] = s.next_pin[o]
    for index in range(op.first_mode, op.first_mode + op.modes):
        s.queue_work[a.modes[index].pool] -= a.modes[index].work
    return end


@kernel
def _release_successors(a: Arrays, s: State, o: int) -> None:
    op = a.operations[o]
    for index in range(op.first_arc, op.first_arc + op.arcs):
        successor = a.arcs[index].successor
        there = s.placed[o, END_AT] + a.arcs[index].lag
        s.ready[successor] = max(s.ready[successor], there)
        s.left[successor] -= 1
        if s.left[successor] == 0:
            s.placed[successor, READY_AT] = s.ready[successor]
            pinned = a.operations[successor].pinned
            at = s.ready[successor]
            _push(s, max(at, pinned), successor)


@kernel
def _choose(a: Arrays, s: State, g: Guide, pool: int, moment: int) -> tuple[int, int, float, int]:
    """The operation and machine of a pool to go next, its score, and when else to look again."""
    best, on, score, wake = -1, -1, -np.inf, NEVER
    if s.queue_size[pool] == 0:
        return best, on, score, wake
    if a.pools[pool].uniform == 1:
        if s.idle_count[pool] == 0:
            return best, on, score, wake
        machine = s.idle[a.pools[pool].first + s.idle_count[pool] - 1]
        best, score, wake = _best_waiting(a, s, g, pool, machine, moment)
        return best, machine, score, wake
    for machine in range(a.pools[pool].first, a.pools[pool].first + a.pools[pool].count):
        if s.machine_free[machine] > moment:
            continue
        o, value, again = _best_waiting(a, s, g, pool, machine, moment)
        wake = min(wake, again)
        if o >= 0 and value > score:
            best, on, score = o, machine, value
    return best, on, score, wake


@kernel
def _start(a: Arrays, s: State, g: Guide, o: int, machine: int, moment: int) -> None:
    """Begin a chosen operation and tell what follows from it."""
    pool = a.machines[machine].pool
    machine = _better_idle(a, s, g, o, machine, moment)
    end = _place(a, s, o, machine, moment)
    if end >= NEVER:
        s.left[o] = -1
        _forget(s, pool, o)
        return
    if a.operations[o].modes == 1:
        _forget(s, pool, o)
    if a.pools[a.machines[machine].pool].uniform == 1:
        s.idle_count[a.machines[machine].pool] -= 1
    _push(s, end, a.operations.size + a.pools.size + machine)
    _release_successors(a, s, o)


@kernel
def _sleep(a: Arrays, s: State, pool: int, moment: int, wake: int) -> None:
    """Have a pool that cannot start anything looked at again when that may change."""
    if wake < NEVER and (s.wake[pool] <= moment or wake < s.wake[pool]):
        s.wake[pool] = wake
        _look_again(a, s, pool, wake)


@kernel
def _dispatch(a: Arrays, s: State, g: Guide, pool: int, moment: int) -> None:
    """Start whatever can start on the idle machines of a pool."""
    while True:
        o, machine, _, wake = _choose(a, s, g, pool, moment)
        if o < 0:
            _sleep(a, s, pool, moment, wake)
            return
        _start(a, s, g, o, machine, moment)


@kernel
def _dispatch_together(a: Arrays, s: State, g: Guide, count: int, moment: int) -> None:
    """The same over all pools touched at a moment, the most urgent first: they compete for people."""
    while True:
        best, on, score = -1, -1, -np.inf
        for k in range(count):
            o, machine, value, wake = _choose(a, s, g, s.dirty[k], moment)
            if o < 0:
                _sleep(a, s, s.dirty[k], moment, wake)
            elif value > score:
                best, on, score = o, machine, value
        if best < 0:
            return
        _start(a, s, g, best, on, moment)


@kernel
def _forget(s: State, pool: int, o: int) -> None:
    first = s.queue_first[pool]
    for index in range(first, first + s.queue_size[pool]):
        if s.queue[index].operation == o:
            s.queue_size[pool] -= 1
            s.queue[index] = s.queue[first + s.queue_size[pool]]
            return


@kernel
def _mark(s: State, count: int, pool: int) -> int:
    if s.marked[pool] == 1:
        return count
    s.marked[pool] = 1
    s.dirty[count] = pool
    return count + 1


@kernel
def _arrive(a: Arrays, s: State, g: Guide, o: int, count: int) -> int:
    """An operation is ready: it joins the queues of its pools, or is done where it needs no machine."""
    op = a.operations[o]
    if op.modes == 0:
        begin = first_open(a.calendars, a.intervals, op.calendar, s.ready[o])
        end = finish(a.calendars, a.intervals, op.calendar, begin, op.work) if begin < NEVER else NEVER
        if end >= NEVER:
            return count
        row = s.placed[o]
        row[SETUP_AT], row[START_AT], row[END_AT], row[RUN_FOR] = begin, begin, end, op.work
        _release_successors(a, s, o)
        return count
    key = g.key[o] - g.factors[ARRIVAL] * s.ready[o]
    if op.started == 1 or op.pinned >= 0:
        key += CERTAIN
    for mode in range(op.first_mode, op.first_mode + op.modes):
        pool = a.modes[mode].pool
        entry = s.queue[s.queue_first[pool] + s.queue_size[pool]]
        entry.operation, entry.key, entry.family = o, key, op.family
        entry.begin = g.latest[o] - a.modes[mode].work
        entry.setup = 0 if op.started == 1 else op.setup
        entry.shared = 1 if op.modes > 1 else 0
        simple = op.skill < 0 and op.machine < 0 and op.modes == 1 and a.pools[pool].pausable == 1
        entry.plain = 1 if simple else 0
        s.queue_size[pool] += 1
        s.queue_work[pool] += a.modes[mode].work
        count = _mark(s, count, pool)
    return count


@njit(cache=True)
def _state(a: Arrays, now: int) -> State:
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
    room = 2 * (n + machines) + 8 * pools + 64
    return State(
        placed, np.full(n, now, np.int64), np.zeros(n, np.int64), np.full(machines, now, np.int64),
        np.zeros(machines, np.int64), np.full(a.persons.size, now, np.int64), np.full(machines, -1, np.int64),
        np.full(n, -1, np.int64), np.zeros(a.modes.size, ENTRY), queue_first, zeros.copy(), zeros.copy(),
        zeros.copy(), idle, idle_count, zeros.copy(), zeros.copy(), np.full(a.skills.size, -1, np.int64),
        np.full(a.skills.size, -1, np.int64), np.zeros(room, np.int64), np.zeros(room, np.int64), np.zeros(1, np.int64),
    )  # fmt: skip


@kernel
def _begin(a: Arrays, s: State, pins: Integers) -> None:
    """First events: what can start at once, and the pins of each machine in order of time (``pins`` is sorted)."""
    for machine in range(a.machines.size):
        s.machine_family[machine] = a.machines[machine].family
    for k in range(pins.size - 1, -1, -1):
        machine = a.operations[pins[k]].machine
        s.next_pin[pins[k]] = s.pin[machine]
        s.pin[machine] = pins[k]
    for o in range(a.operations.size):
        op = a.operations[o]
        s.left[o] = op.predecessors
        s.ready[o] = max(s.ready[o], op.release)
        if op.predecessors == 0:
            s.placed[o, READY_AT] = s.ready[o]
            _push(s, max(op.pinned, s.ready[o]), o)


@kernel
def _run(a: Arrays, s: State, g: Guide, pins: Integers) -> None:
    """Event by event until nothing is left to happen."""
    _begin(a, s, pins)
    n, pools = a.operations.size, a.pools.size
    while s.event_count[0] > 0:
        moment = s.event_time[0]
        count = 0
        while s.event_count[0] > 0 and s.event_time[0] == moment:
            item = _pop(s)
            if item < n:
                count = _arrive(a, s, g, item, count)
            elif item < n + pools:
                count = _mark(s, count, item - n)
            else:
                machine = item - n - pools
                pool = a.machines[machine].pool
                if a.pools[pool].uniform == 1:
                    s.idle[a.pools[pool].first + s.idle_count[pool]] = machine
                    s.idle_count[pool] += 1
                count = _mark(s, count, pool)
        for k in range(count):
            s.marked[s.dirty[k]] = 0
        if count > 1 and a.skills.size > 0:
            _dispatch_together(a, s, g, count, moment)
            continue
        for k in range(count):
            _dispatch(a, s, g, s.dirty[k], moment)


@njit(cache=True)
def decode(a: Arrays, guide: Guide, pins: Integers, now: int) -> Integers:
    """Where and when each operation is done, shape (operations, COLUMNS); an END_AT of -1 has no place.

    ``pins``: pinned operations in order of their start.
    """
    s = _state(a, now)
    _run(a, s, guide, pins)
    return s.placed


@njit(cache=True)
def topological(a: Arrays) -> Integers:
    """Operations, predecessors first; those on a cycle are missing."""
    n = a.operations.size
    order = np.empty(n, np.int64)
    left = np.empty(n, np.int64)
    head, tail = 0, 0
    for o in range(n):
        left[o] = a.operations[o].predecessors
        if left[o] == 0:
            order[tail] = o
            tail += 1
    while head < tail:
        op = a.operations[order[head]]
        head += 1
        for index in range(op.first_arc, op.first_arc + op.arcs):
            successor = a.arcs[index].successor
            left[successor] -= 1
            if left[successor] == 0:
                order[tail] = successor
                tail += 1
    return order[:tail]
