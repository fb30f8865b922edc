"""Whether an operation may be dropped at a place, and why not: every hard rule, asked one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quarterdeck.disciplines.scheduling.calendars import begin_at, finish, first_open
from quarterdeck.disciplines.scheduling.instance import NEVER, Instance, Schedule
from quarterdeck.disciplines.scheduling.outlook import NOT_DONE
from quarterdeck.disciplines.scheduling.repair import Pin
from quarterdeck.disciplines.scheduling.results import columns_of
from quarterdeck.disciplines.scheduling.timing import handed_over, run_seconds

RULES = (
    "now", "started", "machine", "release", "predecessor", "wait", "room", "closed", "pause", "person", "taken",
    "never",
)  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """The rule of :data:`RULES` that a drop breaks.

    ``blocker``: the operation in the way, -1 for none. ``moment``: when what is missing is there, the machine opens or
    the other ends [s], -1 where no moment helps.
    """

    rule: str
    blocker: int = -1
    moment: int = -1


def refusal(instance: Instance, before: Schedule, pin: Pin, others: tuple[Pin, ...] = ()) -> Refusal | None:
    """The first rule that the drop breaks; nothing where it is legal.

    Predecessors count where the standing schedule has them; operations that run or are pinned cannot be pushed away.
    """
    for rule in (_may_move, _ready, _open, _waited, _attended):
        found = rule(instance, before, pin)
        if found is not None:
            return found
    return _taken(instance, before, pin, others)


def earliest(instance: Instance, before: Schedule, pin: Pin, others: tuple[Pin, ...] = ()) -> int:
    """The first legal moment from that of the pin on, on its machine [s]; -1 if there is none."""
    moment = pin.start
    for _ in range(10_000):
        found = refusal(instance, before, Pin(pin.operation, moment, pin.machine), others)
        if found is None:
            return moment
        if found.moment <= moment:
            return -1
        moment = found.moment
    return -1


def _may_move(instance: Instance, before: Schedule, pin: Pin) -> Refusal | None:
    del before
    op = instance.arrays.operations[pin.operation]
    if op["started"]:
        return Refusal("started")
    if pin.machine < 0 or _mode(instance, pin) < 0 or op["machine"] not in {-1, pin.machine}:
        return Refusal("machine")
    return Refusal("now", moment=instance.now) if pin.start < instance.now else None


def _mode(instance: Instance, pin: Pin) -> int:
    """The mode of the operation on the pin's machine, -1 for none."""
    a = instance.arrays
    op = a.operations[pin.operation]
    modes = a.modes["pool"][op["first_mode"] : op["first_mode"] + op["modes"]]
    found = np.flatnonzero(modes == a.machines["pool"][pin.machine])
    return int(op["first_mode"] + found[0]) if found.size else -1


def _ready(instance: Instance, before: Schedule, pin: Pin) -> Refusal | None:
    a = instance.arrays
    rows = np.flatnonzero(a.arcs["successor"] == pin.operation)
    if rows.size:
        sources = np.searchsorted(a.operations["first_arc"] + a.operations["arcs"], rows, side="right")
        there = np.where(before.scheduled[sources], before.end[sources] + a.arcs["lag"][rows], -1)
        in_pieces = np.flatnonzero((a.arcs["pieces"][rows] > 1) & before.scheduled[sources])
        if in_pieces.size:
            placed = columns_of(before)
            there[in_pieces] = [int(handed_over(a, placed, int(sources[k]), int(rows[k]))) for k in in_pieces]
        last = int(np.argmax(there))
        if there[last] > pin.start and there[last] >= a.operations["release"][pin.operation]:
            return Refusal("predecessor", int(sources[last]), int(there[last]))
    release = int(a.operations["release"][pin.operation])
    return Refusal("release", moment=release) if release > pin.start else None


def _open(instance: Instance, before: Schedule, pin: Pin) -> Refusal | None:
    del before
    a = instance.arrays
    machine = a.machines[pin.machine]
    opens = int(first_open(a.calendars, a.intervals, machine["calendar"], pin.start))
    if opens != pin.start:
        return Refusal("closed", moment=_moment(opens))
    fits = begin_at(a.calendars, a.intervals, machine["calendar"], pin.start, *_length(instance, pin))
    return None if fits == pin.start else Refusal("pause", moment=_moment(int(fits)))


def _waited(instance: Instance, before: Schedule, pin: Pin) -> Refusal | None:
    """Longest waits after the step before and until the step behind, and room before machines."""
    a = instance.arrays
    if not (a.arcs["wait"] > 0).any() and not (a.pools["room"] > 0).any():
        return None
    begin, end = _span(instance, pin)
    into, out = _arcs_of(instance, pin.operation)
    for source, row in into:
        latest = int(before.end[source] + a.arcs["wait"][row] - 1)
        if a.arcs["wait"][row] > 0 and before.end[source] >= 0 and begin > latest:
            return Refusal("wait", source)
    for target, row in out:
        late = int(before.start[target] - a.arcs["wait"][row] + 1) - end
        if a.arcs["wait"][row] > 0 and before.end[target] >= 0 and late > 0:
            return Refusal("wait", target, pin.start + late)
        full = _full(instance, before, target, (end + int(a.arcs["lag"][row]), int(before.setup_start[target])))
        if full >= 0:
            return Refusal("room", full, -1)
    for source, row in into:
        full = _full(instance, before, pin.operation, (int(before.end[source] + a.arcs["lag"][row]), pin.start))
        if full >= 0:
            return Refusal("room", full, -1)
    return None


def _arcs_of(instance: Instance, o: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Arcs into and out of an operation: the other operation and the arc's number each."""
    a = instance.arrays
    rows = np.flatnonzero(a.arcs["successor"] == o)
    sources = np.searchsorted(a.operations["first_arc"] + a.operations["arcs"], rows, side="right")
    first = int(a.operations["first_arc"][o])
    out = range(first, first + int(a.operations["arcs"][o]))
    into = [(int(source), int(row)) for source, row in zip(sources, rows, strict=True)]
    return into, [(int(a.arcs["successor"][row]), row) for row in out]


def _span(instance: Instance, pin: Pin) -> tuple[int, int]:
    """When the work begins and ends, counted without a change-over, which may fall away [s]."""
    a = instance.arrays
    calendar = a.machines["calendar"][pin.machine]
    return pin.start, int(finish(a.calendars, a.intervals, calendar, pin.start, _length(instance, pin)[0]))


def _full(instance: Instance, before: Schedule, o: int, wait: tuple[int, int]) -> int:
    """An order that waits where another wants to wait from one moment to another and has no room, -1 for none."""
    a = instance.arrays
    machine = int(before.machine[o])
    pool = int(a.machines["pool"][machine]) if machine >= 0 else -1
    if pool < 0 or a.pools["room"][pool] == 0 or wait[1] <= wait[0]:
        return -1
    others = (before.machine >= 0) & before.scheduled & (before.setup_start > before.ready)
    others &= a.machines["pool"][before.machine] == pool
    others[o] = False
    rows = np.flatnonzero(others & (before.ready < wait[1]) & (before.setup_start > wait[0]))
    for moment in sorted({wait[0], *before.ready[rows][before.ready[rows] > wait[0]].tolist()}):
        here = rows[(before.ready[rows] <= moment) & (before.setup_start[rows] > moment)]
        if here.size >= int(a.pools["room"][pool]) - 1:
            return int(here[0]) if here.size else o
    return -1


def _moment(found: int) -> int:
    return -1 if found >= NEVER or found < 0 else found


def _length(instance: Instance, pin: Pin) -> tuple[int, int]:
    """Run time of the operation on the pin's machine, and whether it may pause there."""
    a = instance.arrays
    machine = a.machines[pin.machine]
    work = run_seconds(int(a.modes["work"][_mode(instance, pin)]), float(machine["speed"]), 1.0)
    unbroken = int(a.operations["unbroken"][pin.operation])
    return int(work), 0 if unbroken else int(a.pools["pausable"][machine["pool"]])


def _attended(instance: Instance, before: Schedule, pin: Pin) -> Refusal | None:
    """Somebody with the skill has to work then; whether he is busy is for the others to give way."""
    del before
    a = instance.arrays
    skill = int(a.operations["skill"][pin.operation])
    if skill < 0:
        return None
    group = a.skills[skill]
    people = a.skilled["person"][group["first"] : group["first"] + group["count"]]
    calendar = int(a.machines["calendar"][pin.machine])
    work, pausable = _length(instance, pin)
    begins = [
        int(begin_at(a.calendars, a.intervals, a.both[calendar, one], pin.start, work, pausable))
        for one in np.unique(a.persons["calendar"][people])
    ]
    first = min(begins, default=NEVER)
    return None if first == pin.start else Refusal("person", moment=_moment(first))


def _taken(instance: Instance, before: Schedule, pin: Pin, others: tuple[Pin, ...]) -> Refusal | None:
    """Whether something that cannot be pushed away is in the way on the machine."""
    a = instance.arrays
    work, _ = _length(instance, pin)
    end = int(finish(a.calendars, a.intervals, a.machines["calendar"][pin.machine], pin.start, work))
    if end >= NEVER or end > instance.now + 10 * NOT_DONE:
        return Refusal("never")
    held = {other.operation: other for other in others if other.operation != pin.operation}
    running = a.operations["started"].astype(bool) & (before.machine == pin.machine) & before.scheduled
    for row in [*np.flatnonzero(running).tolist(), *held]:
        machine = held[row].machine if row in held else pin.machine
        begin = held[row].start if row in held else int(before.setup_start[row])
        finished = begin + int(before.end[row] - before.setup_start[row])
        if row != pin.operation and machine == pin.machine and begin < end and finished > pin.start:
            return Refusal("taken", int(row), finished)
    return None
