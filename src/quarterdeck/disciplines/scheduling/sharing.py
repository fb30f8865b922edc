"""What operations share besides machines and people: tools that they hold, and those who set up.

A tool is held from the beginning of the set-up to the end, by as many operations at once as there are tools of its
kind. Where a machine group has people for setting up, one of them is busy with a set-up until the work begins.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from quarterdeck.disciplines.scheduling.calendars import finish, first_open, interval_at
from quarterdeck.disciplines.scheduling.instance import NEVER, Arrays
from quarterdeck.disciplines.scheduling.keeping import HOLDS, next_kept, person_in_the_way
from quarterdeck.disciplines.scheduling.state import (
    BY_PERSON,
    END_AT,
    SET_BY,
    SETUP_AT,
    SETUP_FOR,
    START_AT,
    WITH_TOOL,
    State,
    kernel,
)

MOST_TRIES = 50


@kernel
def free_tool(a: Arrays, s: State, o: int, span: tuple[int, int]) -> tuple[int, int]:
    """When a tool for an operation is free for as long as a span, from its beginning on, and which one."""
    kind = a.tools[a.operations[o].tool - 1]
    best, which = NEVER, -1
    for unit in range(kind.first, kind.first + kind.count):
        begin = max(span[0], s.tool_free[unit])
        if s.special == 1:
            kept = next_kept(s, HOLDS, unit, o, begin)
            begin = kept if kept < begin + span[1] - span[0] else begin
        if begin < best:
            best, which = begin, unit
    return best, which


@kernel
def free_setter(a: Arrays, s: State, o: int, machine: int, calendar: int, span: tuple[int, int]) -> tuple[int, int]:
    """When somebody can set up a machine from a moment on for so long, and who: ``span`` is (moment, seconds).

    ``calendar``: that of the machine and of who does the work.
    """
    pool = a.machines[machine].pool
    able = a.skills[a.pools[pool].setter - 1]
    best, who = NEVER, -1
    for index in range(able.first, able.first + able.count):
        person = a.skilled[index].person
        shared = a.both[a.machines[machine].calendar, a.persons[person].calendar]
        begin = max(span[0], s.person_free[person])
        for _ in range(MOST_TRIES):
            begin = first_open(a.calendars, a.intervals, shared, begin)
            if begin >= best:
                break
            if first_open(a.calendars, a.intervals, calendar, begin) == begin:
                set_up = finish(a.calendars, a.intervals, calendar, begin, span[1])
                if finish(a.calendars, a.intervals, shared, begin, span[1]) <= set_up:
                    until = first_open(a.calendars, a.intervals, calendar, set_up)
                    busy = person_in_the_way(s, person, o, (begin, until)) if s.special == 1 else -1
                    if busy >= 0:
                        begin = max(busy, begin + 1)
                        continue
                    best, who = begin, person
                    break
            begin = _next_opening(a, shared, begin)
    return best, who


@kernel
def _next_opening(a: Arrays, calendar: int, moment: int) -> int:
    """When a calendar opens next after it has closed."""
    index = interval_at(a.calendars, a.intervals, calendar, moment) + 1
    if index >= a.calendars[calendar].first + a.calendars[calendar].count:
        return NEVER
    return a.intervals[index].start


@kernel
def shared_from(a: Arrays, s: State, o: int, machine: int, calendar: int, work: tuple[int, int, int]) -> int:
    """When tool and setter are there for an operation, asked at a moment for its set-up and all of its seconds."""
    moment, setup, total = work
    begin = moment
    if a.operations[o].tool > 0:
        begin, _ = free_tool(a, s, o, (moment, finish(a.calendars, a.intervals, calendar, moment, total)))
    if begin == moment and setup > 0 and a.pools[a.machines[machine].pool].setter > 0:
        begin, _ = free_setter(a, s, o, machine, calendar, (moment, setup))
    return begin


@kernel
def take_shared(a: Arrays, s: State, o: int, machine: int, calendar: int) -> None:
    """Occupy tool and setter of an operation whose row says when it begins and ends."""
    row = s.placed[o]
    if a.operations[o].tool > 0:
        _, unit = free_tool(a, s, o, (row[SETUP_AT], row[END_AT]))
        row[WITH_TOOL] = unit
        s.tool_free[unit] = row[END_AT]
    take_setter(a, s, o, machine, calendar)


@kernel
def take_setter(a: Arrays, s: State, o: int, machine: int, calendar: int) -> None:
    """Occupy who sets up for an operation that begins; nobody where it was booked ahead and nobody is free.

    Who attends it is there from the set-up on, and sets up where nobody else who can is free.
    """
    row, setter = s.placed[o], a.pools[a.machines[machine].pool].setter
    if row[SETUP_FOR] > 0 and setter > 0:
        begin, who = free_setter(a, s, o, machine, calendar, (row[SETUP_AT], row[SETUP_FOR]))
        if begin == row[SETUP_AT]:
            row[SET_BY] = who
            s.person_free[who] = max(s.person_free[who], row[START_AT])
        elif row[BY_PERSON] >= 0 and _has_skill(a, setter - 1, row[BY_PERSON]):
            row[SET_BY] = row[BY_PERSON]


@kernel
def _has_skill(a: Arrays, skill: int, person: int) -> bool:
    """Whether a person has a skill."""
    group, found = a.skills[skill], False
    for index in range(group.first, group.first + group.count):
        found = found or a.skilled[index].person == person
    return found


@kernel
def give_back(s: State, o: int, moment: int) -> None:
    """Free tool and setter of an operation that is taken off again."""
    row = s.placed[o]
    if row[WITH_TOOL] >= 0:
        s.tool_free[row[WITH_TOOL]] = moment
    if row[SET_BY] >= 0 and row[SET_BY] != row[BY_PERSON]:
        s.person_free[row[SET_BY]] = moment
    row[WITH_TOOL] = row[SET_BY] = -1
