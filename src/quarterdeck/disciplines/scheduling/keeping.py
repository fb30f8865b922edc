"""What is kept free for operations whose place is known beforehand: pinned, booked, maintenance.

Machines, people, tools and setters have a list each of the operations that they are kept free for, by time.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from quarterdeck.disciplines.scheduling.calendars import finish, first_open
from quarterdeck.disciplines.scheduling.instance import NEVER, Arrays
from quarterdeck.disciplines.scheduling.state import END_AT, State, kernel
from quarterdeck.disciplines.scheduling.timing import longest_setup, mode_on, run_seconds

BOOKED = 1
RUNS, ATTENDS, HOLDS, SETS = range(4)  # what a machine, a person, a tool and again a person are kept free for


@kernel
def keep(s: State, kind: int, resource: int, o: int) -> None:
    """Keep a machine (0), person (1), tool (2) or setter (3) free for an operation from ``keep_from`` on."""
    before, at = -1, s.pin[kind, resource]
    while at >= 0 and s.keep_from[at] <= s.keep_from[o]:
        before, at = at, s.next_pin[kind, at]
    s.next_pin[kind, o] = at
    if before >= 0:
        s.next_pin[kind, before] = o
    else:
        s.pin[kind, resource] = o


@kernel
def let_go(s: State, kind: int, resource: int, o: int) -> None:
    """Keep a machine or person free for an operation no longer."""
    before, at = -1, s.pin[kind, resource]
    while at >= 0 and at != o:
        before, at = at, s.next_pin[kind, at]
    if at < 0:
        return
    if before >= 0:
        s.next_pin[kind, before] = s.next_pin[kind, o]
    else:
        s.pin[kind, resource] = s.next_pin[kind, o]
    s.next_pin[kind, o] = -1


@kernel
def in_the_way(s: State, kind: int, resource: int, o: int, span: tuple[int, int]) -> int:
    """The first operation for which a machine or person is kept free within a span, -1 for none."""
    at = s.pin[kind, resource]
    while at >= 0 and s.keep_from[at] < span[1]:
        if at != o and s.keep_to[at] > span[0]:
            return at
        at = s.next_pin[kind, at]
    return -1


@kernel
def next_kept(s: State, kind: int, resource: int, o: int, moment: int) -> int:
    """The next moment from which a machine or person is kept free for another operation [s]."""
    at = s.pin[kind, resource]
    while at >= 0 and s.placed[at, END_AT] >= 0 and s.booked[at] != BOOKED:
        at = s.next_pin[kind, at]
        s.pin[kind, resource] = at  # what has begun is no longer waited for
    while at >= 0:
        if at != o and s.keep_from[at] > moment:
            return s.keep_from[at]
        at = s.next_pin[kind, at]
    return NEVER


@kernel
def next_booked(s: State, machine: int, moment: int) -> int:
    """The next moment at which what is booked on a machine begins for certain; pins give way to what runs [s]."""
    at = s.pin[0, machine]
    while at >= 0:
        if s.booked[at] == BOOKED and s.keep_from[at] > moment:
            return s.keep_from[at]
        at = s.next_pin[0, at]
    return NEVER


@kernel
def next_kept_person(s: State, person: int, o: int, moment: int) -> int:
    """The next moment from which a person is kept free for doing or setting up another operation [s]."""
    return min(next_kept(s, ATTENDS, person, o, moment), next_kept(s, SETS, person, o, moment))


@kernel
def person_in_the_way(s: State, person: int, o: int, span: tuple[int, int]) -> int:
    """Until when a person is kept free for another operation within a span [s], -1 for not at all."""
    other = in_the_way(s, ATTENDS, person, o, span)
    if other >= 0:
        return s.keep_to[other]
    at = s.pin[SETS, person]
    while at >= 0 and s.keep_from[at] < span[1]:
        if at != o and s.set_to[at] > span[0]:
            return s.set_to[at]
        at = s.next_pin[SETS, at]
    return -1


@kernel
def keep_pinned(a: Arrays, s: State, o: int) -> None:
    """Keep machine, tool, and who does it and sets it up free for an operation from its pinned or latest moment on.

    The first of the people who works then and is not kept for something else; nobody where there is none.
    """
    op = a.operations[o]
    calendar, pool = a.machines[op.machine].calendar, a.machines[op.machine].pool
    run = run_seconds(a.modes[mode_on(a, o, pool)].work, a.machines[op.machine].speed, 1.0)
    setup = longest_setup(a, o, op.machine)
    s.keep_from[o] = max(op.pinned, op.latest)
    begin = first_open(a.calendars, a.intervals, calendar, s.keep_from[o])
    s.keep_to[o] = finish(a.calendars, a.intervals, calendar, begin, setup + run) if begin < NEVER else NEVER
    keep(s, RUNS, op.machine, o)
    if s.keep_to[o] >= NEVER or op.pinned < 0 or op.latest < 0:  # below 0: a wish, for the machine alone
        return
    if op.tool > 0:
        _keep_tool(a, s, o)
    if op.skill >= 0:
        _keep_person(a, s, o, ATTENDS, op.skill)
    if setup > 0 and a.pools[pool].setter > 0:
        s.set_to[o] = finish(a.calendars, a.intervals, calendar, begin, setup)
        _keep_person(a, s, o, SETS, a.pools[pool].setter - 1)


@kernel
def _keep_tool(a: Arrays, s: State, o: int) -> None:
    kind = a.tools[a.operations[o].tool - 1]
    for unit in range(kind.first, kind.first + kind.count):
        if in_the_way(s, HOLDS, unit, o, (s.keep_from[o], s.keep_to[o])) < 0:
            keep(s, HOLDS, unit, o)
            return


@kernel
def _keep_person(a: Arrays, s: State, o: int, kind: int, skill: int) -> None:
    """Keep somebody free who has the skill and works at the moment: to attend the operation, or to set it up."""
    op = a.operations[o]
    calendar = a.machines[op.machine].calendar
    until = s.keep_to[o] if kind == ATTENDS else s.set_to[o]
    for index in range(a.skills[skill].first, a.skills[skill].first + a.skills[skill].count):
        person = a.skilled[index].person
        if kind == ATTENDS and op.person > 0 and op.person != person + 1:
            continue
        shared = a.both[calendar, a.persons[person].calendar]
        if first_open(a.calendars, a.intervals, shared, s.keep_from[o]) > s.keep_from[o]:
            continue
        if person_in_the_way(s, person, o, (s.keep_from[o], until)) < 0:
            keep(s, kind, person, o)
            return
