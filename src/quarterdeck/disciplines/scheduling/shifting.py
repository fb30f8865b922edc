"""Re-timing of a schedule that stands: every operation keeps its place until something forces it away.

An event pass in the order of time like the decoder's, but nothing begins before it did, so that only what an event
touches moves. An operation that cannot begin where it was takes the next moment on its machine, with its person or
somebody else who can, or another machine where that gains enough. Those that give way (``yields``) fit into gaps and
displace nobody; the others push what comes after them.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.scheduling.calendars import begin_at, finish, first_open
from quarterdeck.disciplines.scheduling.instance import NEVER, Arrays, Integers
from quarterdeck.disciplines.scheduling.state import (
    BY_PERSON,
    COLUMNS,
    END_AT,
    IN_MODE,
    ON_MACHINE,
    READY_AT,
    RUN_FOR,
    SETUP_AT,
    SETUP_FOR,
    START_AT,
    kernel,
)
from quarterdeck.disciplines.scheduling.timing import changeover, handed_over, mode_on, run_seconds

Flags = npt.NDArray[np.int8]


class Standing(NamedTuple):
    """What a schedule holds on to; one entry per operation.

    ``hold``: moment before which it does not begin [s]; ``rank``: who goes first at the same moment; ``machine`` and
    ``person`` it had, -1 for none; ``fixed``: 1 where a person wants it to begin exactly at ``hold`` on ``machine``;
    ``yields``: 1 where it displaces nobody. ``line``: operations machine by machine in the order of ``hold``, those of
    machine m from ``line_first[m]`` on. ``pins``: the fixed ones resource by resource, people after machines, in the
    same form. ``patience``: what a change of machine has to gain [s].
    """

    hold: Integers
    rank: Integers
    machine: Integers
    person: Integers
    fixed: Flags
    yields: Flags
    line: Integers
    line_first: Integers
    pins: Integers
    pins_first: Integers
    patience: int


class Passing(NamedTuple):
    """What changes on the way."""

    placed: Integers
    ready: Integers
    left: Integers
    machine_free: Integers
    machine_family: Integers
    person_free: Integers
    at_line: Integers  # per machine: first of its line that is still to come
    at_pin: Integers  # per resource: first of its pins that is still to come
    times: Integers  # heap of moments
    items: Integers
    left_in_heap: Integers
    found: Integers  # person found, mode, set-up, run


@kernel
def _before(s: Standing, one: int, moment: int, other: int, other_moment: int) -> bool:
    """Whether an operation is asked before another: the earlier, then who is on time before who gives way."""
    if moment != other_moment:
        return moment < other_moment
    gives_way = s.yields[one] == 1 and moment > s.hold[one]
    if gives_way != (s.yields[other] == 1 and moment > s.hold[other]):
        return not gives_way
    return s.rank[one] < s.rank[other]


@kernel
def _push(s: Standing, p: Passing, o: int, moment: int) -> None:
    at = p.left_in_heap[0]
    p.left_in_heap[0] += 1
    while at > 0:
        parent = (at - 1) >> 1
        if not _before(s, o, moment, p.items[parent], p.times[parent]):
            break
        p.items[at], p.times[at] = p.items[parent], p.times[parent]
        at = parent
    p.items[at], p.times[at] = o, moment


@kernel
def _pop(s: Standing, p: Passing) -> int:
    first = p.items[0]
    p.left_in_heap[0] -= 1
    count = p.left_in_heap[0]
    o, moment = p.items[count], p.times[count]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= count:
            break
        if child + 1 < count and _before(s, p.items[child + 1], p.times[child + 1], p.items[child], p.times[child]):
            child += 1
        if not _before(s, p.items[child], p.times[child], o, moment):
            break
        p.items[at], p.times[at] = p.items[child], p.times[child]
        at = child
    p.items[at], p.times[at] = o, moment
    return first


@kernel
def _able(a: Arrays, s: Standing, p: Passing, o: int, machine: int, moment: int) -> int:
    """Earliest moment at which somebody with the skill may begin; who that is stays in ``found``."""
    group = a.skills[a.operations[o].skill]
    best = NEVER
    p.found[0] = -1
    for index in range(group.first, group.first + group.count):
        person = a.skilled[index].person
        shared = a.both[a.machines[machine].calendar, a.persons[person].calendar]
        begin = first_open(a.calendars, a.intervals, shared, max(moment, p.person_free[person]))
        if begin < best or (begin == best and person == s.person[o]):
            best = begin
            p.found[0] = index
    return best


@kernel
def _next_place(s: Standing, p: Passing, machine: int, moment: int) -> int:
    """When the next operation of a machine's line holds its place [s]."""
    at = p.at_line[machine]
    while at < s.line_first[machine + 1] and s.hold[s.line[at]] <= moment:
        at += 1
    p.at_line[machine] = at
    return s.hold[s.line[at]] if at < s.line_first[machine + 1] else NEVER


@kernel
def _next_pin(s: Standing, p: Passing, resource: int, moment: int) -> int:
    """When a resource is next kept free for a fixed operation [s]."""
    at = p.at_pin[resource]
    while at < s.pins_first[resource + 1] and s.hold[s.pins[at]] <= moment:
        at += 1
    p.at_pin[resource] = at
    return s.hold[s.pins[at]] if at < s.pins_first[resource + 1] else NEVER


@kernel
def _first_chance(a: Arrays, s: Standing, p: Passing, o: int, machine: int, moment: int) -> int:
    """``moment`` if the operation can begin on the machine now, else when to ask again; fills ``found``."""
    if p.machine_free[machine] > moment:
        return p.machine_free[machine]
    op, pool = a.operations[o], a.machines[machine].pool
    mode = mode_on(a, o, pool)
    calendar, level, kept = a.machines[machine].calendar, 1.0, _next_pin(s, p, machine, moment)
    if op.skill >= 0:
        begin = _able(a, s, p, o, machine, moment)
        if begin > moment:
            return begin
        level = a.skilled[p.found[0]].level
        person = a.skilled[p.found[0]].person
        calendar = a.both[calendar, a.persons[person].calendar]
        kept = min(kept, _next_pin(s, p, a.machines.size + person, moment))
    setup = changeover(a, o, machine, p.machine_family[machine])
    run = run_seconds(a.modes[mode].work, a.machines[machine].speed, level)
    begin = begin_at(a.calendars, a.intervals, calendar, moment, setup + run, a.pools[pool].pausable)
    if begin > moment:
        return begin
    if s.yields[o] == 1 and s.fixed[o] == 0:
        kept = min(kept, _next_place(s, p, machine, moment))
    if kept < NEVER and finish(a.calendars, a.intervals, calendar, moment, setup + run) > kept:
        return kept
    p.found[1], p.found[2], p.found[3] = mode, setup, run
    return moment


@kernel
def _put(a: Arrays, s: Standing, p: Passing, o: int, machine: int, moment: int) -> None:
    """Place the operation as ``found`` says and release what follows."""
    calendar, person = a.machines[machine].calendar, -1
    if a.operations[o].skill >= 0:
        person = a.skilled[p.found[0]].person
        calendar = a.both[calendar, a.persons[person].calendar]
    mode, setup, run = p.found[1], p.found[2], p.found[3]
    end = finish(a.calendars, a.intervals, calendar, moment, setup + run)
    if end >= NEVER:
        return
    start = finish(a.calendars, a.intervals, calendar, moment, setup)
    if run > 0 and setup > 0:
        start = first_open(a.calendars, a.intervals, calendar, start)
    row = p.placed[o]
    row[ON_MACHINE], row[BY_PERSON], row[IN_MODE] = machine, person, mode
    row[SETUP_AT], row[START_AT], row[END_AT], row[SETUP_FOR], row[RUN_FOR] = moment, start, end, setup, run
    p.machine_free[machine], p.machine_family[machine] = end, a.operations[o].family
    if person >= 0:
        p.person_free[person] = end
    _release(a, s, p, o)


@kernel
def _release(a: Arrays, s: Standing, p: Passing, o: int) -> None:
    op = a.operations[o]
    for index in range(op.first_arc, op.first_arc + op.arcs):
        successor = a.arcs[index].successor
        p.ready[successor] = max(p.ready[successor], handed_over(a, p.placed, o, index))
        p.left[successor] -= 1
        if p.left[successor] == 0:
            p.placed[successor, READY_AT] = p.ready[successor]
            _push(s, p, successor, max(p.ready[successor], s.hold[successor]))


@kernel
def _elsewhere(a: Arrays, s: Standing, p: Passing, o: int, moment: int, own: int) -> tuple[int, int]:
    """A machine on which the operation can begin now and gains enough over waiting until ``own``; when to ask again."""
    op = a.operations[o]
    best, least, again = -1, NEVER, own
    if op.machine >= 0 or s.fixed[o] == 1 or op.started == 1:
        return best, again
    if own < NEVER:
        home = s.machine[o]
        work = a.modes[mode_on(a, o, a.machines[home].pool)].work
        least = own - moment + run_seconds(work, a.machines[home].speed, 1.0) - s.patience
    for mode in range(op.first_mode, op.first_mode + op.modes):
        pool = a.pools[a.modes[mode].pool]
        for machine in range(pool.first, pool.first + pool.count):
            if machine == s.machine[o]:
                continue
            chance = _first_chance(a, s, p, o, machine, moment)
            if chance > moment:
                again = min(again, chance)
            elif p.found[2] + p.found[3] < least:
                best, least = machine, p.found[2] + p.found[3]
    return best, again


@kernel
def _consider(a: Arrays, s: Standing, p: Passing, o: int, moment: int) -> None:
    """Begin the operation now, or ask again later."""
    op = a.operations[o]
    if op.modes == 0:
        begin = first_open(a.calendars, a.intervals, op.calendar, moment)
        end = finish(a.calendars, a.intervals, op.calendar, begin, op.work) if begin < NEVER else NEVER
        if end >= NEVER:
            return
        row = p.placed[o]
        row[SETUP_AT], row[START_AT], row[END_AT], row[RUN_FOR] = begin, begin, end, op.work
        _release(a, s, p, o)
        return
    own = NEVER
    if s.machine[o] >= 0:
        own = _first_chance(a, s, p, o, s.machine[o], moment)
        if own == moment:
            _put(a, s, p, o, s.machine[o], moment)
            return
    machine, again = _elsewhere(a, s, p, o, moment, own)
    if machine >= 0:
        _first_chance(a, s, p, o, machine, moment)
        _put(a, s, p, o, machine, moment)
    elif again < NEVER:
        _push(s, p, o, again)


@kernel
def _pass(a: Arrays, s: Standing, p: Passing) -> None:
    for o in range(a.operations.size):
        p.left[o] = a.operations[o].predecessors
        p.ready[o] = max(p.ready[o], a.operations[o].release)
        if p.left[o] == 0:
            p.placed[o, READY_AT] = p.ready[o]
            _push(s, p, o, max(p.ready[o], s.hold[o]))
    for machine in range(a.machines.size):
        p.machine_family[machine] = a.machines[machine].family
        p.at_line[machine] = s.line_first[machine]
    for resource in range(p.at_pin.size):
        p.at_pin[resource] = s.pins_first[resource]
    while p.left_in_heap[0] > 0:
        moment = p.times[0]
        _consider(a, s, p, _pop(s, p), moment)


@njit(cache=True)
def shift(a: Arrays, standing: Standing, now: int) -> Integers:
    """Where and when each operation is done, shape (operations, COLUMNS); an END_AT of -1 has no place."""
    n, machines = a.operations.size, a.machines.size
    placed = np.full((n, COLUMNS), -1, np.int64)
    placed[:, SETUP_FOR] = 0
    placed[:, RUN_FOR] = 0
    passing = Passing(
        placed, np.full(n, now, np.int64), np.zeros(n, np.int64), np.full(machines, now, np.int64),
        np.zeros(machines, np.int64), np.full(a.persons.size, now, np.int64), np.zeros(machines, np.int64),
        np.zeros(machines + a.persons.size, np.int64), np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64),
        np.zeros(1, np.int64), np.zeros(4, np.int64),
    )  # fmt: skip
    _pass(a, standing, passing)
    return placed
