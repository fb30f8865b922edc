"""The checker's part for what cannot wait as long as it likes: longest waits, room before machines, maintenance, fill.

Plain numpy over the finished schedule; it knows neither the decoder nor its bookings.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.instance import Instance, Schedule

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
FAR = 1 << 50


def broken_promises(instance: Instance, schedule: Schedule) -> list[str]:
    """The limits among them that no schedule may be able to keep: longest waits and room before machines."""
    return _waits(instance, schedule) + _rooms(instance, schedule)


def check_limits(instance: Instance, schedule: Schedule, load: Numbers) -> list[str]:
    """A sentence for each limit that is not kept; ``load`` is the number of each operation's load."""
    faults: list[str] = []
    for rule in (_waits, _rooms, _people, _maintenance):
        faults += rule(instance, schedule)
    return faults + _fills(instance, schedule, load)


def firm(instance: Instance) -> Flags:
    """Operations that run or are pinned: where they stand is not the schedule's to choose."""
    operations = instance.arrays.operations
    return np.asarray((operations["started"] == 1) | (operations["pinned"] >= 0))


def _sources(instance: Instance) -> Numbers:
    return np.repeat(np.arange(instance.size), instance.arrays.operations["arcs"])


def _waits(instance: Instance, schedule: Schedule) -> list[str]:
    """The work on a step begins within the longest wait after the end of the one before."""
    arcs, source = instance.arrays.arcs, _sources(instance)
    target, held = arcs["successor"], firm(instance)
    judged = (arcs["wait"] > 0) & schedule.scheduled[source] & schedule.scheduled[target]
    judged &= ~held[source] & ~held[target]
    wrong = judged & (schedule.start[target] > schedule.end[source] + arcs["wait"] - 1)
    return [
        f"operation {target[index]} begins {schedule.start[target[index]] - schedule.end[source[index]]} s after"
        f" the end of operation {source[index]}, more than the {arcs['wait'][index] - 1} s allowed"
        for index in np.flatnonzero(wrong)[:5]
    ]


def _rooms(instance: Instance, schedule: Schedule) -> list[str]:
    """Never more orders wait before a machine than there is room; one whose machine stands idle waits on it."""
    if not (instance.arrays.pools["room"] > 0).any():
        return []
    free = _free_before(schedule)
    a, source, held = instance.arrays, _sources(instance), firm(instance)
    target = a.arcs["successor"]
    inside = a.operations["job"][source] == a.operations["job"][target]
    inside &= (schedule.machine[target] >= 0) & ~held[source] & ~held[target] & schedule.scheduled[source]
    faults = []
    for pool in np.flatnonzero(a.pools["room"] > 0):
        mine = np.flatnonzero(inside & (a.machines["pool"][schedule.machine[target]] == pool))
        comes = schedule.ready[target[mine]]
        goes = np.maximum(np.minimum(schedule.setup_start[target[mine]], free[target[mine]]), comes)
        moments = np.unique(comes)
        waiting = np.searchsorted(np.sort(comes), moments, "right") - np.searchsorted(np.sort(goes), moments, "right")
        most = int(waiting.max(initial=0))
        if most > int(a.pools["room"][pool]) - 1:
            faults.append(f"{most} orders wait before pool {pool}, which has room for {a.pools['room'][pool] - 1}")
    return faults


def _free_before(schedule: Schedule) -> Numbers:
    """When the machine of each operation has done the one before, far in the past for the first."""
    order = np.lexsort((schedule.end, schedule.setup_start, schedule.machine))
    order = order[(schedule.machine[order] >= 0) & schedule.scheduled[order]]
    free = np.zeros(schedule.end.size, np.int64)
    same = schedule.machine[order[1:]] == schedule.machine[order[:-1]]
    free[order[1:][same]] = schedule.end[order[:-1][same]]
    return free


def _people(instance: Instance, schedule: Schedule) -> list[str]:
    """Who is asked for by name does it."""
    only = instance.arrays.operations["person"]
    wrong = (only > 0) & (instance.arrays.operations["skill"] >= 0) & schedule.scheduled & (schedule.person != only - 1)
    return [f"operation {row} is done by somebody else than was asked for" for row in np.flatnonzero(wrong)[:5]]


def _maintenance(instance: Instance, schedule: Schedule) -> list[str]:
    """Maintenance begins at its latest moment at the latest, unless what runs or is pinned was in its way."""
    a = instance.arrays
    latest = a.operations["latest"]
    faults = []
    for row in np.flatnonzero((latest > 0) & schedule.scheduled & (schedule.setup_start > np.maximum(latest, 0))):
        calendar = a.calendars[a.machines["calendar"][schedule.machine[row]]]
        part = a.intervals[calendar["first"] : calendar["first"] + calendar["count"]]
        opens = part["start"][part["end"] > latest[row]]
        first = max(int(opens[0]), int(latest[row])) if opens.size else FAR
        before = (schedule.machine == schedule.machine[row]) & firm(instance) & (schedule.end > latest[row])
        others = (latest > 0) & (schedule.machine == schedule.machine[row]) & (schedule.end > latest[row])
        others[row] = False
        if schedule.setup_start[row] > first and not before.any() and not others.any():
            faults.append(f"maintenance {row} begins after its latest moment")
    return faults


def _fills(instance: Instance, schedule: Schedule, load: Numbers) -> list[str]:
    """A load that is not full enough was due, or nothing like it was still to come when it began."""
    a = instance.arrays
    if not a.machines.size or not (a.pools["fill"] > 0).any():
        return []
    total = np.bincount(load, weights=a.operations["load"], minlength=instance.size)
    placed = schedule.machine >= 0
    pool = np.where(placed, a.machines["pool"][schedule.machine], 0)
    family = a.operations["family"]
    short = placed & (family > 0) & (load == np.arange(load.size)) & (total < a.pools["fill"][pool])
    bound = _bound(instance)
    short &= ~bound & ~firm(instance)
    latest = latest_starts(instance, schedule)
    faults = []
    for row in np.flatnonzero(short):
        members = np.flatnonzero(load == row)
        due = (latest[members] <= schedule.setup_start[row]).any() or latest[members].max() >= FAR
        if due or bound[members].any() or firm(instance)[members].any():
            continue
        if _more_to_come(instance, schedule, int(row), int(pool[row])):
            faults.append(f"the load of operation {row} is begun with less than its minimum before anything was late")
    return faults


def _bound(instance: Instance) -> Flags:
    """Steps whose moment others tell: after or before a longest wait, or where room is limited."""
    a, source = instance.arrays, _sources(instance)
    into = np.zeros(instance.size, bool)
    owner = np.repeat(np.arange(instance.size), a.operations["modes"])
    into[owner[a.pools["room"][a.modes["pool"]] > 0]] = True
    bound = into.copy()
    bound[a.arcs["successor"][a.arcs["wait"] > 0]] = True
    bound[source[(a.arcs["wait"] > 0) | into[a.arcs["successor"]]]] = True
    return bound


def _more_to_come(instance: Instance, schedule: Schedule, row: int, pool: int) -> bool:
    """Whether an operation of the family becomes ready after a load has begun."""
    a = instance.arrays
    fits = np.zeros(instance.size, bool)
    owner = np.repeat(np.arange(instance.size), a.operations["modes"])
    fits[owner[a.pools["fill"][a.modes["pool"]] > 0]] = True
    fits &= (a.operations["family"] == a.operations["family"][row]) & schedule.scheduled
    return bool((fits & (schedule.ready > schedule.setup_start[row])).any()) and pool >= 0


def latest_starts(instance: Instance, schedule: Schedule) -> Numbers:
    """Latest start of each operation if nothing after it ever waits, counted in open time at its usual pace [s]."""
    a = instance.arrays
    work = a.modes["work"][schedule.mode] if a.modes.size else a.operations["work"]
    worked = np.where(schedule.mode >= 0, work, a.operations["work"])
    elapsed = _lengths(instance)
    ends = np.full(instance.size, FAR, np.int64)
    owner = np.repeat(np.arange(a.demands.size), a.demands["count"])
    np.minimum.at(ends, a.supplies["operation"], a.demands["due"][owner] - a.supplies["lag"])
    source, left = _sources(instance), a.operations["arcs"].copy()
    into: dict[int, list[int]] = {}
    for index, target in enumerate(a.arcs["successor"].tolist()):
        into.setdefault(target, []).append(index)
    ready = np.flatnonzero(left == 0).tolist()
    while ready:
        o = ready.pop()
        for index in into.get(o, []):
            before = int(source[index])
            if ends[o] < FAR:
                lag = int(a.arcs["lag"][index] - a.arcs["rest"][index])
                ends[before] = min(int(ends[before]), int(ends[o]) - int(elapsed[o]) - lag)
            left[before] -= 1
            if left[before] == 0:
                ready.append(before)
    return np.where(ends < FAR, ends - worked, FAR)


def _lengths(instance: Instance) -> npt.NDArray[np.float64]:
    """Seconds of each operation on its first machine group, closed hours included."""
    a = instance.arrays
    worked = a.operations["work"].astype(np.float64)
    calendar = a.operations["calendar"].copy()
    machined = np.flatnonzero(a.operations["modes"] > 0)
    mode = a.modes[a.operations["first_mode"][machined]]
    machine = a.machines[a.pools["first"][mode["pool"]]] if machined.size else a.machines[:0]
    calendar[machined] = machine["calendar"]
    elapsed = worked.copy()
    elapsed[machined] = mode["work"] / machine["speed"]
    return np.asarray(elapsed * _slowness(instance)[calendar])


def _slowness(instance: Instance) -> npt.NDArray[np.float64]:
    """Elapsed seconds per open second of each calendar, over its first year."""
    factors = np.ones(instance.arrays.calendars.size)
    for number, calendar in enumerate(instance.arrays.calendars):
        part = instance.arrays.intervals[calendar["first"] : calendar["first"] + calendar["count"]]
        if part.size < 2:
            continue
        year = part[part["start"] < part["start"][0] + 365 * 86_400]
        if year.size > 1:
            factors[number] = (year["end"][-1] - year["start"][0]) / (year["end"] - year["start"]).sum()
    return factors
