"""Which waiting operation goes next on a machine that is free: urgency, people, pauses, pins and alternatives."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np

from quarterdeck.disciplines.scheduling.boarding import may_share
from quarterdeck.disciplines.scheduling.bookings import attend
from quarterdeck.disciplines.scheduling.calendars import begin_at, finish, first_open
from quarterdeck.disciplines.scheduling.instance import NEVER, Arrays
from quarterdeck.disciplines.scheduling.keeping import next_booked, next_kept
from quarterdeck.disciplines.scheduling.sharing import shared_from
from quarterdeck.disciplines.scheduling.state import (
    AVOID_SETUP,
    CERTAIN,
    END_AT,
    PATIENCE,
    QUEUE_AHEAD,
    SETUP_AT,
    SLACK,
    Guide,
    State,
    kernel,
)
from quarterdeck.disciplines.scheduling.timing import changeover, may_pause, mode_on, run_seconds


@kernel
def find_person(a: Arrays, s: State, skill: int, calendar: int, moment: int) -> None:
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
            total = run_seconds(a.modes[mode].work, a.machines[machine].speed, 1.0)
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
def working_calendar(a: Arrays, s: State, machine: int, skill: int) -> int:
    """Calendar of the machine, or of it and the person found for the skill together."""
    calendar = a.machines[machine].calendar
    if skill < 0:
        return calendar
    return a.both[calendar, a.persons[a.skilled[s.skill_person[skill]].person].calendar]


@kernel
def best_waiting(  # noqa: C901 - one loop over what waits
    a: Arrays, s: State, g: Guide, pool: int, machine: int, moment: int
) -> tuple[int, float, int]:
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
        if s.special == 1 and s.retry[o] > moment:
            wake = min(wake, s.retry[o])
            continue
        if s.special == 1 and a.operations[o].latest > 0 and a.operations[o].latest <= moment:
            value = CERTAIN
        if value < score or (value == score and o > best):
            continue
        again = moment
        if entry.plain == 0 or s.pin[0, machine] >= 0:
            again = _may_begin(a, s, g, o, machine, moment)
        if again > moment:
            wake = min(wake, again)
        else:
            best, score = o, value
    return best, score, wake


@kernel
def goes_along(a: Arrays, s: State, leader: int, o: int, machine: int, room: int) -> bool:
    """Whether a waiting operation may share the load that the leader begins: like it, no longer, and small enough."""
    if s.placed[o, END_AT] >= 0 or a.operations[o].load > room or not may_share(a, leader, o, machine):
        return False
    moment = s.placed[leader, SETUP_AT]
    return s.special == 0 or (s.booked[o] == 0 and (moment < 0 or s.retry[o] <= moment))


@kernel
def _load_of(a: Arrays, s: State, g: Guide, leader: int, machine: int, moment: int) -> int:
    """What would go in together if an operation began now: the most urgent that waits for the same and fits."""
    pool = a.machines[machine].pool
    load, room = a.operations[leader].load, a.pools[pool].capacity - a.operations[leader].load
    first, bar, last = s.queue_first[pool], np.inf, -1
    alike = 0
    for index in range(first, first + s.queue_size[pool]):
        o = s.queue[index].operation
        if o != leader and goes_along(a, s, leader, o, machine, room):
            alike += a.operations[o].load
    if alike <= room:  # all of them fit, whatever their order
        return load + alike
    while True:
        best, score = -1, -np.inf
        for index in range(first, first + s.queue_size[pool]):
            entry = s.queue[index]
            o = entry.operation
            value = entry.key - g.factors[SLACK] * max(0, entry.begin - moment)
            if o == leader or value > bar or (value == bar and o <= last):
                continue
            if value < score or (value == score and o > best):
                continue
            best, score = o, value
        if best < 0:
            return load
        bar, last = score, best
        if goes_along(a, s, leader, best, machine, room):
            load += a.operations[best].load
            room -= a.operations[best].load


@kernel
def _when_worth_it(a: Arrays, s: State, g: Guide, o: int, machine: int, moment: int) -> int:
    """``moment`` if a load may begin: it is full enough, or an order would be late, or no more like it will come."""
    op, pool = a.operations[o], a.machines[machine].pool
    wanted = a.pools[pool].fill
    if wanted <= op.load or op.family == 0 or op.started == 1 or op.pinned >= 0 or s.coming[op.family] <= 0:
        return moment
    latest = g.unhurried[o] - a.modes[mode_on(a, o, pool)].work
    if latest <= moment or latest >= NEVER // 2:
        return moment
    return moment if _load_of(a, s, g, o, machine, moment) >= wanted else latest


@kernel
def _may_begin(  # noqa: C901, PLR0911, PLR0912 - one page for the whole rule
    a: Arrays, s: State, g: Guide, o: int, machine: int, moment: int
) -> int:
    """``moment`` if the operation may begin on the machine, else when to look again."""
    op = a.operations[o]
    pool = a.machines[machine].pool
    calendar, pausable = a.machines[machine].calendar, may_pause(a, o, pool)
    if op.machine >= 0 and op.machine != machine:
        return NEVER
    setup = changeover(a, o, machine, s.machine_family[machine])
    work, level = a.modes[mode_on(a, o, pool)].work, 1.0
    begin = moment
    if op.skill >= 0:
        if s.special == 1:
            attend(a, s, o, machine, moment, s.machine_family[machine])
        elif s.skill_begin[op.skill] < 0:
            find_person(a, s, op.skill, calendar, moment)
        if s.skill_person[op.skill] >= 0:
            level = a.skilled[s.skill_person[op.skill]].level
    total = setup + run_seconds(work, a.machines[machine].speed, level)
    if op.skill >= 0:
        begin = _begin_attended(a, s, op.skill, calendar, moment, total, pausable)
    elif pausable == 0:
        begin = begin_at(a.calendars, a.intervals, calendar, moment, total, 0)
    if begin > moment:
        return begin
    if op.tool > 0 or a.pools[pool].setter > 0:
        calendar = working_calendar(a, s, machine, op.skill)
        begin = shared_from(a, s, o, machine, calendar, (moment, setup, total))
        if begin > moment:
            return begin
    if s.pin[0, machine] >= 0:
        kept = next_kept(s, 0, machine, o, moment) if op.started == 0 else next_booked(s, machine, moment)
        done = finish(a.calendars, a.intervals, working_calendar(a, s, machine, op.skill), moment, total)
        if kept < done:
            return kept
    if op.modes > 1 and op.machine < 0:
        done, when = _other_finish(a, s, o, pool, moment)
        if done - moment < g.factors[PATIENCE] * total:
            return when
    if a.pools[pool].fill > 0:
        return _when_worth_it(a, s, g, o, machine, moment)
    return moment


@kernel
def better_idle(a: Arrays, s: State, g: Guide, o: int, machine: int, moment: int) -> int:
    """The idle machine on which an operation ends first: of another pool that may do it, or a faster one of its own."""
    op = a.operations[o]
    best, least = machine, NEVER
    if op.machine >= 0 or (op.modes < 2 and a.pools[a.machines[machine].pool].uniform == 1):
        return machine
    for mode in range(op.first_mode, op.first_mode + op.modes):
        pool = a.pools[a.modes[mode].pool]
        for other in range(pool.first, pool.first + pool.count):
            if not _is_idle(a, s, other, moment):
                continue
            if op.modes < 2 and other != machine and a.machines[other].speed <= a.machines[machine].speed:
                continue
            setup = changeover(a, o, other, s.machine_family[other])
            total = setup + run_seconds(a.modes[mode].work, a.machines[other].speed, 1.0)
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
