"""The independent judge of a schedule: recomputes every rule from the instance, sharing nothing with the search.

Plain numpy over the finished schedule; it knows neither the decoder nor its calendars.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.instance import Instance, Schedule
from quarterdeck.disciplines.scheduling.limit_checker import check_limits
from quarterdeck.disciplines.scheduling.load_checker import check_loads, may_share
from quarterdeck.disciplines.scheduling.sharing_checker import check_sharing, set_up_by_nobody
from quarterdeck.solvers.sorting import ranked_by

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def check(instance: Instance, schedule: Schedule) -> list[str]:
    """Every broken rule as a sentence; empty if the schedule is right.

    Operations without a place are not judged, but nothing may follow one of them.
    """
    faults: list[str] = []
    for rule in (_times, _release, _precedence, _modes, _people, _durations, _calendars, _fixed):
        faults += rule(instance, schedule)
    load, wrong = check_loads(instance, schedule)
    turns = _in_turn(schedule.machine, schedule)
    faults += _setups(instance, schedule, turns, load) + _overlaps("machine", schedule.machine, turns, load, schedule)
    faults += _overlaps("person", schedule.person, _in_turn(schedule.person, schedule), load, schedule)
    faults += wrong + set_up_by_nobody(instance, schedule) + check_sharing(instance, schedule, load)
    return faults + check_limits(instance, schedule, load)


def _named(text: str, broken: Flags) -> list[str]:
    return [f"operation {index} {text}" for index in np.flatnonzero(broken)[:5]]


def _times(instance: Instance, schedule: Schedule) -> list[str]:
    wrong = (schedule.setup_start > schedule.start) | (schedule.start > schedule.end)
    wrong |= schedule.setup_start < instance.now
    return _named("runs backwards or before now", wrong & schedule.scheduled)


def _release(instance: Instance, schedule: Schedule) -> list[str]:
    early = schedule.setup_start < instance.arrays.operations["release"]
    return _named("begins before its material or release", early & schedule.scheduled)


def _precedence(instance: Instance, schedule: Schedule) -> list[str]:
    operations, arcs = instance.arrays.operations, instance.arrays.arcs
    source = np.repeat(np.arange(operations.size), operations["arcs"])
    target = arcs["successor"]
    broken = schedule.setup_start[target] < schedule.end[source] + arcs["lag"]
    for index in np.flatnonzero(broken & (arcs["pieces"] > 1) & schedule.scheduled[target]):
        broken[index] = _too_soon_after_first_piece(instance, schedule, int(source[index]), int(index))
    broken |= ~schedule.scheduled[source]
    wrong = np.zeros(operations.size, bool)
    wrong[target[broken & schedule.scheduled[target]]] = True
    return _named("begins before what it follows is done", wrong)


def _too_soon_after_first_piece(instance: Instance, schedule: Schedule, source: int, index: int) -> bool:
    """Whether what follows begins before the first transfer batch is there, or would run out before the last is."""
    a = instance.arrays
    arc = a.arcs[index]
    begin = int(schedule.setup_start[arc["successor"]]) - int(arc["lag"])
    machine, person = int(schedule.machine[source]), int(schedule.person[source])
    one = int(a.machines["calendar"][machine] if machine >= 0 else a.operations["calendar"][source])
    opened, closed = _open_time(instance, one, int(a.persons["calendar"][person]) if person >= 0 else -1)
    done = _worked(opened, closed, np.array([int(schedule.start[source]), begin], np.int64))
    short = (int(done[1]) - int(done[0])) * int(arc["pieces"]) < int(schedule.run[source])
    return short or begin < int(schedule.end[source]) - int(arc["rest"])


def _modes(instance: Instance, schedule: Schedule) -> list[str]:
    operations, modes = instance.arrays.operations, instance.arrays.modes
    needs = (operations["modes"] > 0) & schedule.scheduled
    chosen = schedule.mode[needs]
    first = operations["first_mode"][needs]
    wrong = np.zeros(operations.size, bool)
    bad = (chosen < first) | (chosen >= first + operations["modes"][needs])
    bad |= instance.arrays.machines["pool"][schedule.machine[needs]] != modes["pool"][chosen]
    only = operations["machine"][needs]
    bad |= (only >= 0) & (only != schedule.machine[needs])
    wrong[np.flatnonzero(needs)[bad]] = True
    return _named("is on a machine that cannot do it", wrong)


def _people(instance: Instance, schedule: Schedule) -> list[str]:
    asked = instance.arrays.operations["skill"]
    wrong = (asked >= 0) != (schedule.person >= 0)
    wrong |= np.isnan(_levels(instance, schedule))
    return _named("has the wrong person", wrong & schedule.scheduled)


def _levels(instance: Instance, schedule: Schedule) -> npt.NDArray[np.float64]:
    """Speed of each operation's person at its skill, shape (operations); not a number where they do not fit."""
    a = instance.arrays
    asked = a.operations["skill"]
    owner = np.repeat(np.arange(a.skills.size), a.skills["count"])
    table = np.full((a.skills.size + 1, a.persons.size + 1), np.nan)
    table[owner, a.skilled["person"]] = a.skilled["level"]
    level = table[asked, schedule.person]
    return np.where(asked >= 0, level, 1.0)


def _in_turn(resource: Numbers, schedule: Schedule) -> Numbers:
    """Operations that hold a resource, by resource and time."""
    rows = np.flatnonzero(resource >= 0)
    return rows[ranked_by(resource[rows], schedule.setup_start[rows], schedule.end[rows])]


def _previous(schedule: Schedule, order: Numbers) -> Numbers:
    """The operation before each one on its machine, -1 for the first; ``order`` as :func:`_in_turn` has it."""
    previous = np.full(schedule.end.size, -1, np.int64)
    same = schedule.machine[order[1:]] == schedule.machine[order[:-1]]
    previous[order[1:][same]] = order[:-1][same]
    return previous


def _setups(instance: Instance, schedule: Schedule, turns: Numbers, load: Numbers) -> list[str]:
    a = instance.arrays
    operations = a.operations
    placed = schedule.machine >= 0
    previous = _previous(schedule, turns)
    standing = a.machines["family"][schedule.machine] if a.machines.size else np.zeros(operations.size, np.int64)
    before = np.where(previous >= 0, operations["family"][previous], standing)
    family = operations["family"]
    expected = np.where((family > 0) & (family == before), 0, operations["setup"])
    table = a.pools["table"][a.machines["pool"][schedule.machine]] if a.machines.size else np.full(family.size, -1)
    tabled = placed & (table >= 0) & (family > 0)
    declared = np.full(family.size, -1, np.int64)
    declared[tabled] = a.setups[table[tabled], before[tabled], family[tabled]]
    expected = np.where(declared >= 0, declared, expected)
    expected = np.where(operations["started"] == 1, 0, expected)
    expected = np.where((previous >= 0) & (load == load[previous]), 0, expected)
    return _named("has the wrong set-up time", placed & (expected != schedule.setup))


def _durations(instance: Instance, schedule: Schedule) -> list[str]:
    a = instance.arrays
    machined = a.operations["modes"] > 0
    wrong = ~machined & (schedule.run != a.operations["work"])
    rows = np.flatnonzero(machined & schedule.scheduled & (schedule.machine >= 0) & (schedule.mode >= 0))
    rate = a.machines["speed"][schedule.machine[rows]] * _levels(instance, schedule)[rows]
    wanted = a.modes["work"][schedule.mode[rows]] / rate
    shared = may_share(instance, schedule)[rows]
    wrong[rows] = ~((wanted - 1e-3 <= schedule.run[rows]) & (shared | (schedule.run[rows] < wanted + 1)))
    return _named("has the wrong run time", wrong & schedule.scheduled)


def _calendars(instance: Instance, schedule: Schedule) -> list[str]:
    """Between set-up and end there is exactly the working time needed, in time in which all resources are open."""
    a = instance.arrays
    machine = np.where(schedule.machine >= 0, schedule.machine, 0)
    first = a.machines["calendar"][machine] if a.machines.size else np.zeros(machine.size, np.int64)
    calendar = np.where(schedule.machine >= 0, first, a.operations["calendar"])
    person = np.where(schedule.person >= 0, schedule.person, 0)
    second = np.where(schedule.person >= 0, a.persons["calendar"][person] if a.persons.size else -1, -1)
    wrong = np.zeros(a.operations.size, bool)
    span = int(second.max(initial=-1)) + 2
    for pair in np.unique((calendar * span + second + 1)[schedule.scheduled]):
        one, other = int(pair) // span, int(pair) % span - 1
        mine = np.flatnonzero(schedule.scheduled & (calendar == one) & (second == other))
        opened, closed = _open_time(instance, one, other)
        done = _worked(opened, closed, schedule.setup_start[mine])
        total = _worked(opened, closed, schedule.end[mine]) - done
        wrong[mine] = total != schedule.setup[mine] + schedule.run[mine]
        later = np.flatnonzero(schedule.start[mine] != schedule.setup_start[mine])
        before = np.zeros(mine.size, np.int64)
        before[later] = _worked(opened, closed, schedule.start[mine[later]]) - done[later]
        wrong[mine] |= before != schedule.setup[mine]
        wrong[mine] |= _paused(instance, schedule, mine)
    return _named("does not fit the working time of its resources", wrong)


def _paused(instance: Instance, schedule: Schedule, mine: Numbers) -> Flags:
    """Operations that pause on a machine where that is forbidden."""
    a = instance.arrays
    placed = schedule.machine[mine] >= 0
    if not a.machines.size:
        return np.zeros(mine.size, bool)
    pausable = a.pools["pausable"][a.machines["pool"][schedule.machine[mine]]] == 1
    pausable &= a.operations["unbroken"][mine] == 0
    longer = schedule.end[mine] - schedule.setup_start[mine] != schedule.setup[mine] + schedule.run[mine]
    return np.asarray(placed & ~pausable & longer)


def _open_time(instance: Instance, one: int, other: int) -> tuple[Numbers, Numbers]:
    """Sorted moments at which the common open time of two calendars begins and ends."""
    spans = [_spans(instance, one)] + ([_spans(instance, other)] if other >= 0 and other != one else [])
    edges = np.sort(np.unique(np.concatenate([edge for span in spans for edge in span])))
    count = np.zeros(edges.size, np.int64)
    for begins, ends in spans:
        count += np.searchsorted(begins, edges, side="right") - np.searchsorted(ends, edges, side="right")
    inside = np.flatnonzero(count[:-1] == len(spans)) if edges.size else np.zeros(0, np.int64)
    return edges[inside], edges[inside + 1] if inside.size else inside


def _spans(instance: Instance, calendar: int) -> tuple[Numbers, Numbers]:
    entry = instance.arrays.calendars[calendar]
    part = instance.arrays.intervals[entry["first"] : entry["first"] + entry["count"]]
    return part["start"], part["end"]


def _worked(begins: Numbers, ends: Numbers, moments: Numbers) -> Numbers:
    """Open seconds before each moment."""
    if not begins.size:
        return np.zeros(moments.size, np.int64)
    done = np.concatenate(([0], np.cumsum(ends - begins)))
    index = np.searchsorted(ends, moments, side="right")
    inside = np.where(index < begins.size, moments - begins[np.minimum(index, begins.size - 1)], 0)
    return np.asarray(done[index] + np.maximum(inside, 0), dtype=np.int64)


def _fixed(instance: Instance, schedule: Schedule) -> list[str]:
    """Pins are kept; one is broken only where it could not have begun then whatever gave way to it."""
    pinned = instance.arrays.operations["pinned"]
    kept = schedule.scheduled & (pinned >= 0)
    faults = _named("begins before its pinned start", kept & (schedule.setup_start < pinned))
    wrong = np.zeros(pinned.size, bool)
    for row in np.flatnonzero(kept & (schedule.setup_start > pinned)):
        wrong[row] = not _excused(instance, schedule, int(row))
    return faults + _named("begins after its pinned start though it could have begun then", wrong)


def _excused(instance: Instance, schedule: Schedule, row: int) -> bool:
    """Whether a pinned operation could not begin at its moment."""
    a = instance.arrays
    op, pin = a.operations[row], int(a.operations["pinned"][row])
    source = np.repeat(np.arange(a.operations.size), a.operations["arcs"])
    into = np.flatnonzero(a.arcs["successor"] == row)
    there = schedule.end[source[into]] + a.arcs["lag"][into]
    if max(int(op["release"]), int(there.max(initial=0))) > pin:
        return True
    machine = int(op["machine"])
    if machine < 0 or op["modes"] == 0 or op["skill"] >= 0:
        return True  # nothing is kept free for it
    if op["tool"] > 0 or (a.pools["setter"][a.machines["pool"][machine]] > 0 and schedule.setup[row] > 0):
        return True  # neither is a tool or a setter
    opened, closed = _open_time(instance, int(a.machines["calendar"][machine]), -1)
    inside = np.searchsorted(opened, pin, side="right") - 1
    if inside < 0 or closed[inside] <= pin:
        return True
    needed = int(schedule.setup[row] + schedule.run[row])
    pausable = a.pools["pausable"][a.machines["pool"][machine]] and not op["unbroken"]
    if not pausable and closed[inside] < pin + needed:
        return True
    busy = (schedule.machine == machine) & (schedule.setup_start < pin + needed) & (schedule.end > pin)
    busy[row] = False
    firm = (a.operations["started"] == 1) | (a.operations["pinned"] >= 0)
    pins = a.operations["pinned"]
    rivals = (a.operations["machine"] == machine) & (pins >= pin) & (pins < pin + needed)
    rivals[row] = False  # two pins that cannot both be kept: either may give way
    return bool((busy & firm).any() or rivals.any())


def _overlaps(what: str, resource: Numbers, order: Numbers, load: Numbers, schedule: Schedule) -> list[str]:
    same = resource[order[1:]] == resource[order[:-1]]
    clash = same & (schedule.setup_start[order[1:]] < schedule.end[order[:-1]])
    clash &= load[order[1:]] != load[order[:-1]]
    wrong = np.zeros(resource.size, bool)
    wrong[order[1:][clash]] = True
    return _named(f"overlaps another on its {what}", wrong)
