"""Whether an operation may be dropped at a place, and why not: every hard rule, asked one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quarterdeck.disciplines.scheduling.calendars import begin_at, finish, first_open
from quarterdeck.disciplines.scheduling.instance import NEVER, Instance, Schedule
from quarterdeck.disciplines.scheduling.outlook import NOT_DONE
from quarterdeck.disciplines.scheduling.repair import Pin
from quarterdeck.disciplines.scheduling.timing import run_seconds

RULES = ("now", "started", "machine", "release", "predecessor", "closed", "pause", "person", "taken", "never")


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
    for rule in (_may_move, _ready, _open, _attended):
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
