"""Serial generation of a schedule in the order of time: whenever a machine is free, the best waiting operation begins.

A discrete-event pass over machines and people with their calendars. No machine stays idle while an operation could
begin on it (non-delay), save where a faster alternative or a pinned start is worth waiting for.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np
from numba import njit

from quarterdeck.disciplines.scheduling.batches import is_filled, join, next_along, stay_out
from quarterdeck.disciplines.scheduling.boarding import room_left
from quarterdeck.disciplines.scheduling.bookings import attend, begin_booked, fits_with_bound
from quarterdeck.disciplines.scheduling.calendars import finish, first_open
from quarterdeck.disciplines.scheduling.instance import NEVER, Arrays, Integers
from quarterdeck.disciplines.scheduling.keeping import keep_pinned, let_go
from quarterdeck.disciplines.scheduling.sharing import give_back, take_shared
from quarterdeck.disciplines.scheduling.state import (
    ARRIVAL,
    BY_PERSON,
    CERTAIN,
    END_AT,
    IN_MODE,
    ON_MACHINE,
    READY_AT,
    RUN_FOR,
    SETUP_AT,
    SETUP_FOR,
    START_AT,
    Guide,
    State,
    blank_state,
    kernel,
    look_again,
    pop,
    push,
)
from quarterdeck.disciplines.scheduling.timing import changeover, handed_over, mode_on, run_seconds
from quarterdeck.disciplines.scheduling.waiting import (
    best_waiting,
    better_idle,
    find_person,
    working_calendar,
)


@kernel
def _place(a: Arrays, s: State, o: int, machine: int, moment: int) -> int:
    """Put an operation on a machine from a moment on; returns its end."""
    op = a.operations[o]
    pool = a.machines[machine].pool
    mode = mode_on(a, o, pool)
    setup = changeover(a, o, machine, s.machine_family[machine])
    level, person = 1.0, -1
    if op.skill >= 0:
        if s.special == 1:
            attend(a, s, o, machine, moment, s.machine_family[machine])
        else:
            find_person(a, s, op.skill, a.machines[machine].calendar, moment)
        level = a.skilled[s.skill_person[op.skill]].level
        person = a.skilled[s.skill_person[op.skill]].person
    calendar = working_calendar(a, s, machine, op.skill)
    run = run_seconds(a.modes[mode].work, a.machines[machine].speed, level)
    end = finish(a.calendars, a.intervals, calendar, moment, setup + run)
    start = finish(a.calendars, a.intervals, calendar, moment, setup)
    if run > 0 and setup > 0:
        start = first_open(a.calendars, a.intervals, calendar, start)
    if end >= NEVER:
        return NEVER
    row = s.placed[o]
    row[ON_MACHINE], row[BY_PERSON], row[IN_MODE] = machine, person, mode
    row[SETUP_AT], row[START_AT], row[END_AT], row[SETUP_FOR], row[RUN_FOR] = moment, start, end, setup, run
    if op.tool > 0 or a.pools[pool].setter > 0:
        take_shared(a, s, o, machine, calendar)
    s.machine_free[machine] = end
    s.machine_family[machine] = op.family
    if person >= 0:
        s.person_free[person] = end
    if s.special == 1 and op.machine >= 0:
        let_go(s, 0, op.machine, o)
    for index in range(op.first_mode, op.first_mode + op.modes):
        s.queue_work[a.modes[index].pool] -= a.modes[index].work
    return end


@kernel
def _release_successors(a: Arrays, s: State, o: int) -> None:
    op = a.operations[o]
    for index in range(op.first_arc, op.first_arc + op.arcs):
        successor = a.arcs[index].successor
        there = handed_over(a, s.placed, o, index)
        s.ready[successor] = max(s.ready[successor], there)
        s.left[successor] -= 1
        if s.special == 1 and s.left[successor] == 1 and s.bound_into[successor] >= 0:
            _ask_again(a, s, successor, s.placed[o, SETUP_AT])
        if s.left[successor] != 0:
            continue
        if s.special == 1 and s.booked[successor] == 1:
            push(s, s.keep_from[successor], successor)
            continue
        s.placed[successor, READY_AT] = s.ready[successor]
        push(s, max(s.ready[successor], a.operations[successor].pinned), successor)


@kernel
def _ask_again(a: Arrays, s: State, o: int, moment: int) -> None:
    """Nothing but its chain keeps an operation back any more: the first of the chain may find a place for all."""
    while s.bound_into[o] >= 0:
        o = s.bound_into[o]
    if s.left[o] != 0 or s.placed[o, END_AT] >= 0:
        return
    s.retry[o] = 0
    if a.operations[o].modes == 0:
        push(s, max(moment, s.ready[o]), o)
    for mode in range(a.operations[o].first_mode, a.operations[o].first_mode + a.operations[o].modes):
        look_again(a, s, a.modes[mode].pool, moment)


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
        best, score, wake = best_waiting(a, s, g, pool, machine, moment)
        return best, machine, score, wake
    for machine in range(a.pools[pool].first, a.pools[pool].first + a.pools[pool].count):
        if s.machine_free[machine] > moment:
            continue
        o, value, again = best_waiting(a, s, g, pool, machine, moment)
        wake = min(wake, again)
        if o >= 0 and value > score:
            best, on, score = o, machine, value
    return best, on, score, wake


@kernel
def _fill_up(a: Arrays, s: State, g: Guide, leader: int, machine: int) -> None:
    """Take along what waits for the same, the most urgent first, as long as there is room."""
    pool = a.machines[machine].pool
    room = room_left(a, s, leader, machine)
    while room > 0:
        o = next_along(a, s, g, leader, machine, room)
        if o < 0:
            return
        join(a, s, leader, o)
        if stay_out(a, s, leader, o):
            continue
        _forget(s, pool, o)
        room -= a.operations[o].load
        _release_successors(a, s, o)


@kernel
def _displace(a: Arrays, s: State, o: int, moment: int, family: int) -> None:
    """Take an operation off its machine again, which was set up for ``family`` before."""
    row, op = s.placed[o], a.operations[o]
    s.machine_free[row[ON_MACHINE]], s.machine_family[row[ON_MACHINE]] = moment, family
    if row[BY_PERSON] >= 0:
        s.person_free[row[BY_PERSON]] = moment
    give_back(s, o, moment)
    for index in range(op.first_mode, op.first_mode + op.modes):
        s.queue_work[a.modes[index].pool] += a.modes[index].work
    row[ON_MACHINE] = row[BY_PERSON] = row[IN_MODE] = row[SETUP_AT] = row[START_AT] = row[END_AT] = -1
    row[SETUP_FOR] = row[RUN_FOR] = 0


@kernel
def _start(a: Arrays, s: State, g: Guide, o: int, machine: int, moment: int) -> None:
    """Begin a chosen operation and tell what follows from it."""
    pool = a.machines[machine].pool
    machine = better_idle(a, s, g, o, machine, moment)
    family = s.machine_family[machine]
    end = _place(a, s, o, machine, moment)
    if end >= NEVER:
        s.left[o] = -1
        _forget(s, pool, o)
        return
    if s.special == 1 and s.bound[o] >= 0 and not fits_with_bound(a, s, o, moment):
        _displace(a, s, o, moment, family)
        return
    if a.operations[o].modes == 1:
        _forget(s, pool, o)
    if a.pools[a.machines[machine].pool].uniform == 1:
        s.idle_count[a.machines[machine].pool] -= 1
    push(s, end, a.operations.size + a.pools.size + machine)
    _release_successors(a, s, o)
    if a.pools[a.machines[machine].pool].capacity > 0 and a.operations[o].family > 0:
        _fill_up(a, s, g, o, machine)


@kernel
def _sleep(a: Arrays, s: State, pool: int, moment: int, wake: int) -> None:
    """Have a pool that cannot start anything looked at again when that may change."""
    if wake < NEVER and (s.wake[pool] <= moment or wake < s.wake[pool]):
        s.wake[pool] = wake
        look_again(a, s, pool, wake)


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
    """The same over all pools touched at a moment, the most urgent first: they compete for people and tools."""
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
def _arrive(  # noqa: C901, PLR0912 - one page for all that can arrive
    a: Arrays, s: State, g: Guide, o: int, count: int
) -> int:
    """An operation is ready: it joins the queues of its pools, or is done where it needs no machine."""
    op = a.operations[o]
    if s.special == 1 and s.booked[o] == 1:
        machine = begin_booked(a, s, o)
        if s.along[o] >= 0:  # its leader has begun the load already
            _release_successors(a, s, o)
            return count
        push(s, s.placed[o, END_AT], a.operations.size + a.pools.size + machine)
        _release_successors(a, s, o)
        if a.pools[a.machines[machine].pool].capacity > 0 and op.family > 0:
            _fill_up(a, s, g, o, machine)
        return count
    if op.modes == 0:
        begin = first_open(a.calendars, a.intervals, op.calendar, s.ready[o])
        end = finish(a.calendars, a.intervals, op.calendar, begin, op.work) if begin < NEVER else NEVER
        if end >= NEVER:
            return count
        if s.special == 1 and s.bound[o] >= 0 and s.booked[o] == 0:
            row = s.placed[o]
            row[START_AT], row[END_AT], row[RUN_FOR] = begin, end, op.work
            if not fits_with_bound(a, s, o, begin):
                row[START_AT] = row[END_AT] = -1
                if s.retry[o] < NEVER:  # else it is asked again once nothing else keeps back what is bound to it
                    s.ready[o] = s.retry[o]
                    push(s, s.retry[o], o)
                return count
        row = s.placed[o]
        row[SETUP_AT], row[START_AT], row[END_AT], row[RUN_FOR] = begin, begin, end, op.work
        _release_successors(a, s, o)
        return count
    if is_filled(a, o):
        s.coming[op.family] -= 1
    key = g.key[o] - g.factors[ARRIVAL] * s.ready[o]
    if op.started == 1 or op.pinned >= 0:
        key += CERTAIN
    if op.latest > 0:
        key = -CERTAIN
    for mode in range(op.first_mode, op.first_mode + op.modes):
        pool = a.modes[mode].pool
        entry = s.queue[s.queue_first[pool] + s.queue_size[pool]]
        entry.operation, entry.key, entry.family = o, key, op.family
        entry.begin = g.latest[o] - a.modes[mode].work
        entry.setup = 0 if op.started == 1 else op.setup
        entry.shared = 1 if op.modes > 1 else 0
        simple = op.skill < 0 and op.machine < 0 and op.modes == 1 and a.pools[pool].pausable == 1
        simple = simple and a.pools[pool].fill == 0 and op.unbroken == 0
        simple = simple and op.tool == 0 and a.pools[pool].setter == 0
        if s.special == 1:
            simple = simple and s.bound[o] < 0
        entry.plain = 1 if simple else 0
        s.queue_size[pool] += 1
        s.queue_work[pool] += a.modes[mode].work
        count = _mark(s, count, pool)
    return count


@kernel
def begin(a: Arrays, s: State, pins: Integers, now: int) -> None:
    """First events: what can start at once, and the pins of each machine in order of time (``pins`` is sorted)."""
    for machine in range(a.machines.size):
        s.machine_family[machine] = a.machines[machine].family
    for k in range(pins.size):
        keep_pinned(a, s, pins[k])
    for o in range(a.operations.size):
        op = a.operations[o]
        s.left[o] = op.predecessors
        if is_filled(a, o):
            s.coming[op.family] += 1
        s.ready[o] = max(s.ready[o], op.release)
        if op.predecessors == 0:
            s.placed[o, READY_AT] = s.ready[o]
            push(s, max(op.pinned, s.ready[o], now), o)


@kernel
def follow(a: Arrays, s: State, g: Guide) -> None:
    """Event by event until nothing is left to happen."""
    n, pools = a.operations.size, a.pools.size
    while s.event_count[0] > 0:
        moment = s.event_time[0]
        count = 0
        while s.event_count[0] > 0 and s.event_time[0] == moment:
            item = pop(s)
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
        if count > 1 and (a.skills.size > 0 or a.tools.size > 0):
            _dispatch_together(a, s, g, count, moment)
            continue
        for k in range(count):
            _dispatch(a, s, g, s.dirty[k], moment)


@njit(cache=True)
def decode(a: Arrays, guide: Guide, pins: Integers, now: int) -> Integers:
    """Where and when each operation is done, shape (operations, COLUMNS); an END_AT of -1 has no place.

    ``pins``: pinned operations in order of their start.
    """
    s = blank_state(a, now)
    begin(a, s, pins, now)
    follow(a, s, guide)
    return s.placed
