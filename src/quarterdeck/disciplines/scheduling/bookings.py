"""Steps that cannot wait as long as they like: their place is booked when the step before begins.

Where a step must begin within some time of the end of the one before (shelf life, cooling, drying), or where only so
many orders may wait before a machine, the step before begins only if all that is bound to it finds a place in time:
machine, person and room. That place is kept free from then on. Pins are kept free in the same way.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from quarterdeck.disciplines.scheduling.boarding import booked_load, go_aboard, go_along
from quarterdeck.disciplines.scheduling.calendars import begin_at, finish, first_open
from quarterdeck.disciplines.scheduling.instance import NEVER, Arrays
from quarterdeck.disciplines.scheduling.keeping import (
    BOOKED,
    HOLDS,
    RUNS,
    SETS,
    in_the_way,
    keep,
    let_go,
    next_kept_person,
    person_in_the_way,
)
from quarterdeck.disciplines.scheduling.rooms import full_until, leave_room
from quarterdeck.disciplines.scheduling.sharing import free_setter, take_setter
from quarterdeck.disciplines.scheduling.state import (
    BY_PERSON,
    END_AT,
    IN_MODE,
    ON_MACHINE,
    READY_AT,
    RUN_FOR,
    SET_BY,
    SETUP_AT,
    SETUP_FOR,
    START_AT,
    WITH_TOOL,
    State,
    kernel,
)
from quarterdeck.disciplines.scheduling.timing import (
    begin_before,
    changeover,
    handed_over,
    longest_setup,
    may_pause,
    mode_on,
    run_seconds,
)

LEAST_DELAY = 60  # [s] after which a step that found no place for what follows it is asked again
MOST_STEPS = 50  # of a chain
MOST_DELAY = 3 * 86_400  # [s]
MOST_ASKED = 60  # times, after which a step begins though what follows it finds no place in time
BEGUN, UNATTENDED = 2, 3


@kernel
def attend(a: Arrays, s: State, o: int, machine: int, moment: int, family: int) -> None:
    """Who of those not kept for something else can do an operation soonest, found anew and kept in the state."""
    op, pool = a.operations[o], a.machines[machine].pool
    setup, work = changeover(a, o, machine, family), a.modes[mode_on(a, o, pool)].work
    pausable = may_pause(a, o, pool)
    best, who = NEVER, -1
    for index in range(a.skills[op.skill].first, a.skills[op.skill].first + a.skills[op.skill].count):
        if _person_of(a, o, index) < 0:
            continue
        person, level = a.skilled[index].person, a.skilled[index].level
        shared = a.both[a.machines[machine].calendar, a.persons[person].calendar]
        total = setup + run_seconds(work, a.machines[machine].speed, level)
        begin = max(moment, s.person_free[person])
        begin = begin_at(a.calendars, a.intervals, shared, begin, total, pausable)
        if begin < NEVER:
            kept = next_kept_person(s, person, o, begin)
            begin = kept if kept < finish(a.calendars, a.intervals, shared, begin, total) else begin
        if begin < best:
            best, who = begin, index
    s.skill_begin[op.skill] = best
    s.skill_person[op.skill] = who


@kernel
def _person_of(a: Arrays, o: int, index: int) -> int:
    """A person who may do an operation, by place in the list of its skill; -1 if another is asked for."""
    person = a.skilled[index].person
    wanted = a.operations[o].person
    return person if wanted == 0 or wanted == person + 1 else -1


@kernel
def slot(  # noqa: PLR0917 - a kernel takes numbers
    a: Arrays, s: State, o: int, mode: int, machine: int, index: int, after: int
) -> tuple[int, int, int, int]:
    """Set-up start, start, end and run of an operation on a machine and with a person, as soon as both are free.

    The set-up counts with its longest, for what comes before it on the machine is not known yet.
    """
    calendar, level, person = a.machines[machine].calendar, 1.0, -1
    if index >= 0:
        person = a.skilled[index].person
        calendar, level = a.both[calendar, a.persons[person].calendar], a.skilled[index].level
        after = max(after, s.person_free[person])
    unit = first_tool(a, s, o)
    if unit >= 0:
        after = max(after, s.tool_free[unit])
    setup = longest_setup(a, o, machine)
    run = run_seconds(a.modes[mode].work, a.machines[machine].speed, level)
    pausable = may_pause(a, o, a.machines[machine].pool)
    begin = max(after, s.machine_free[machine])
    for _ in range(1000):
        begin = begin_at(a.calendars, a.intervals, calendar, begin, setup + run, pausable)
        end = finish(a.calendars, a.intervals, calendar, begin, setup + run) if begin < NEVER else NEVER
        if end >= NEVER:
            break
        other = in_the_way(s, RUNS, machine, o, (begin, end))
        if other < 0 and unit >= 0:
            other = in_the_way(s, HOLDS, unit, o, (begin, end))
        busy = s.keep_to[other] if other >= 0 else -1
        if busy < 0 and person >= 0:
            busy = person_in_the_way(s, person, o, (begin, end))
        if busy < 0:
            busy = _setter_busy(a, s, o, machine, calendar, begin, setup)
        if busy < 0:
            start = finish(a.calendars, a.intervals, calendar, begin, setup)
            if run > 0 and setup > 0:
                start = first_open(a.calendars, a.intervals, calendar, start)
            return begin, start, end, run
        begin = max(busy, begin + 1)
    return NEVER, NEVER, NEVER, run


@kernel
def _setter_busy(  # noqa: PLR0917 - a kernel takes numbers
    a: Arrays, s: State, o: int, machine: int, calendar: int, begin: int, setup: int
) -> int:
    """Until when nobody is free to set up [s], -1 where somebody is or nobody is needed."""
    if setup == 0 or a.pools[a.machines[machine].pool].setter == 0:
        return -1
    free, _ = free_setter(a, s, o, machine, calendar, (begin, setup))
    return free if free > begin else -1


@kernel
def first_tool(a: Arrays, s: State, o: int) -> int:
    """The tool of an operation's kind that is free first, -1 where it needs none."""
    if a.operations[o].tool == 0:
        return -1
    kind = a.tools[a.operations[o].tool - 1]
    best = kind.first
    for unit in range(kind.first, kind.first + kind.count):
        if s.tool_free[unit] < s.tool_free[best]:
            best = unit
    return best


@kernel
def _best_slot(a: Arrays, s: State, o: int) -> tuple[int, int]:
    """Book the earliest end for an operation that is ready; its start [s], or NEVER and when there is room."""
    op, room = a.operations[o], NEVER
    best, chosen, s.along[o] = NEVER, NEVER, -1
    row = s.placed[o]
    for mode in range(op.first_mode, op.first_mode + op.modes):
        pool = a.modes[mode].pool
        for machine in range(a.pools[pool].first, a.pools[pool].first + a.pools[pool].count):
            if op.machine >= 0 and op.machine != machine:
                continue
            end, start, full = _with_load(a, s, o, machine, best)
            room = min(room, full)
            if end < best:
                best, chosen = end, start
            first, last = -1, 0
            if op.skill >= 0:
                first, last = a.skills[op.skill].first, a.skills[op.skill].first + a.skills[op.skill].count
            for index in range(first, last):
                if index >= 0 and _person_of(a, o, index) < 0:
                    continue
                begin, start, end, run = slot(a, s, o, mode, machine, index, row[READY_AT])
                if end >= best:
                    continue
                full = full_until(a, s, pool, o, begin)
                if full > 0:
                    room = min(room, full)
                    continue
                best, chosen = end, start
                row[ON_MACHINE], row[IN_MODE], row[RUN_FOR] = machine, mode, run
                row[BY_PERSON] = a.skilled[index].person if index >= 0 else -1
                row[START_AT], s.keep_from[o], s.keep_to[o] = start, begin, end
                s.along[o] = -1
    return chosen, room


@kernel
def _with_load(a: Arrays, s: State, o: int, machine: int, best: int) -> tuple[int, int, int]:
    """Go along with a booked load that ends before ``best``: its end, start, and else when there is room."""
    leader = booked_load(a, s, o, machine)
    if leader < 0 or s.placed[leader, END_AT] >= best:
        return NEVER, NEVER, NEVER
    start = s.placed[leader, START_AT]
    full = full_until(a, s, a.machines[machine].pool, o, start)
    if full > 0:
        return NEVER, NEVER, full
    go_along(a, s, leader, o)
    return s.placed[leader, END_AT], start, NEVER


@kernel
def _unattended(a: Arrays, s: State, o: int) -> int:
    """Times of an operation that needs no machine, once it is ready; its start."""
    op, row = a.operations[o], s.placed[o]
    begin = first_open(a.calendars, a.intervals, op.calendar, row[READY_AT])
    if begin < NEVER:
        row[START_AT], row[RUN_FOR], row[ON_MACHINE], row[BY_PERSON] = begin, op.work, -1, -1
        s.keep_to[o] = finish(a.calendars, a.intervals, op.calendar, begin, op.work)
    return begin


@kernel
def _unbook_after(a: Arrays, s: State, o: int) -> None:
    """Take back all bookings bound to an operation."""
    index = s.bound[o]
    while index >= 0:
        o = a.arcs[index].successor
        if s.booked[o] == BOOKED:
            let_go(s, 0, s.placed[o, ON_MACHINE], o)
            if s.placed[o, BY_PERSON] >= 0:
                let_go(s, 1, s.placed[o, BY_PERSON], o)
            if s.placed[o, WITH_TOOL] >= 0:
                let_go(s, 2, s.placed[o, WITH_TOOL], o)
            if s.placed[o, SET_BY] >= 0:
                let_go(s, SETS, s.placed[o, SET_BY], o)
            leave_room(a, s, o)
            if s.along[o] >= 0:
                go_aboard(a, s, o, -1)
        s.booked[o] = 0
        s.placed[o, END_AT] = s.placed[o, START_AT] = s.placed[o, SETUP_AT] = -1
        s.placed[o, ON_MACHINE] = s.placed[o, BY_PERSON] = s.placed[o, IN_MODE] = -1
        s.placed[o, WITH_TOOL] = s.placed[o, SET_BY] = -1
        s.placed[o, RUN_FOR] = 0
        index = s.bound[o]


@kernel
def _enter(a: Arrays, s: State, o: int) -> None:
    """Keep machine, person, tool and room for an operation that has found its slot; room alone if it goes along."""
    if s.along[o] >= 0:
        go_aboard(a, s, o, 1)
    else:
        _keep_place(a, s, o)
    pool = a.machines[s.placed[o, ON_MACHINE]].pool
    if a.pools[pool].room > 0:
        s.next_waiting[o] = s.waiting_room[pool]
        s.waiting_room[pool] = o
    s.booked[o] = BOOKED


@kernel
def _keep_place(a: Arrays, s: State, o: int) -> None:
    keep(s, 0, s.placed[o, ON_MACHINE], o)
    s.placed[o, WITH_TOOL] = first_tool(a, s, o)
    if s.placed[o, WITH_TOOL] >= 0:
        keep(s, 2, s.placed[o, WITH_TOOL], o)
    if s.placed[o, BY_PERSON] >= 0:
        keep(s, 1, s.placed[o, BY_PERSON], o)
    _keep_setter(a, s, o)


@kernel
def _keep_setter(a: Arrays, s: State, o: int) -> None:
    """Keep somebody free for the longest set-up that a booked operation may need."""
    row = s.placed[o]
    machine, setup = row[ON_MACHINE], longest_setup(a, o, row[ON_MACHINE])
    if setup == 0 or a.pools[a.machines[machine].pool].setter == 0:
        return
    calendar = a.machines[machine].calendar
    if row[BY_PERSON] >= 0:
        calendar = a.both[calendar, a.persons[row[BY_PERSON]].calendar]
    free, who = free_setter(a, s, o, machine, calendar, (s.keep_from[o], setup))
    if free == s.keep_from[o]:
        row[SET_BY], s.set_to[o] = who, row[START_AT]
        keep(s, SETS, who, o)


@kernel
def book_after(a: Arrays, s: State, head: int, strict: bool) -> int:  # noqa: FBT001 - a kernel takes numbers
    """Book all that is bound to an operation whose row is filled: 0, or by how much it comes too early [s].

    Nothing stays booked then. Without ``strict`` the first place is taken, late or not.
    """
    o = head
    for _ in range(MOST_STEPS):
        index = s.bound[o]
        if index < 0:
            return 0
        after, arc = a.arcs[index].successor, a.arcs[index]
        ready = max(s.ready[after], a.operations[after].release, handed_over(a, s.placed, o, index))
        s.placed[after, READY_AT] = ready
        if a.operations[after].modes == 0:
            start, room = _unattended(a, s, after), NEVER
        else:
            start, room = _best_slot(a, s, after)
        late = 0
        if start >= NEVER:
            late = room - ready if room < NEVER else NEVER
        elif arc.wait > 0:
            late = start - (s.placed[o, END_AT] + arc.wait - 1)
        if late > 0 and (strict or start >= NEVER):
            _unbook_after(a, s, head)
            return late
        s.placed[after, SETUP_AT] = s.keep_from[after]
        s.placed[after, END_AT] = s.keep_to[after]
        if a.operations[after].modes > 0:
            _enter(a, s, after)
        else:
            s.booked[after] = UNATTENDED
        o = after
    return 0


@kernel
def all_bound_ready(a: Arrays, s: State, head: int) -> bool:
    """Whether nothing but the chain itself keeps back what is bound to an operation."""
    index = s.bound[head]
    while index >= 0:
        o = a.arcs[index].successor
        if s.left[o] != 1:
            return False
        index = s.bound[o]
    return True


@kernel
def fits_with_bound(a: Arrays, s: State, o: int, moment: int) -> bool:
    """Whether all that is bound to an operation finds its place if it ends as its row says, and is booked then.

    Otherwise ``retry`` says when to ask again. After many times it begins nevertheless, as near as can be.
    """
    if not all_bound_ready(a, s, o):
        s.retry[o] = NEVER
        return False
    s.asked[o] += 1
    late = book_after(a, s, o, s.asked[o] <= MOST_ASKED)
    if late == 0 or (late >= NEVER and s.asked[o] > MOST_ASKED):
        return True
    late = min(late, MOST_DELAY)
    s.retry[o] = moment + (late if s.asked[o] % 4 > 0 else max(late, LEAST_DELAY * s.asked[o]))
    return False


@kernel
def begin_booked(a: Arrays, s: State, o: int) -> int:
    """Begin an operation where it is booked, with the set-up that it needs after all; returns its machine."""
    row = s.placed[o]
    machine, person = row[ON_MACHINE], row[BY_PERSON]
    calendar = a.machines[machine].calendar
    leave_room(a, s, o)
    s.booked[o] = BEGUN
    if s.along[o] >= 0:
        return machine
    let_go(s, 0, machine, o)
    if person >= 0:
        let_go(s, 1, person, o)
        s.person_free[person] = row[END_AT]
        calendar = a.both[calendar, a.persons[person].calendar]
    if row[WITH_TOOL] >= 0:
        let_go(s, 2, row[WITH_TOOL], o)
        s.tool_free[row[WITH_TOOL]] = row[END_AT]
    if row[SET_BY] >= 0:
        let_go(s, SETS, row[SET_BY], o)
        row[SET_BY] = -1
    setup = changeover(a, o, machine, s.machine_family[machine])
    row[SETUP_FOR], row[SETUP_AT] = setup, begin_before(a, calendar, row[START_AT], setup)
    take_setter(a, s, o, machine, calendar)
    s.machine_free[machine], s.machine_family[machine] = row[END_AT], a.operations[o].family
    return machine
