"""The checker's part for what operations share: tools that they hold, and people who set up.

Plain numpy over the finished schedule; it knows neither the decoder nor how it chose.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.instance import Instance, Schedule

Numbers = npt.NDArray[np.int64]


def check_sharing(instance: Instance, schedule: Schedule, load: Numbers) -> list[str]:
    """A sentence for each tool that is held too often and each setter who cannot be there."""
    faults = _tools(instance, schedule, load)
    if (instance.arrays.pools["setter"] > 0).any():
        faults += _abilities(instance, schedule) + _two_places(schedule) + _closed(instance, schedule)
    return faults


def set_up_by_nobody(instance: Instance, schedule: Schedule) -> list[str]:
    """Set-ups for which nobody was free: places that were booked ahead with only machine and attendant in view."""
    missing = _needs(instance, schedule) & (_setters(schedule) < 0)
    return [f"nobody is free to set up for operation {row}" for row in np.flatnonzero(missing)[:5]]


def _setters(schedule: Schedule) -> Numbers:
    return np.full(schedule.end.size, -1, np.int64) if schedule.setter is None else schedule.setter


def _needs(instance: Instance, schedule: Schedule) -> npt.NDArray[np.bool_]:
    a = instance.arrays
    if not a.machines.size:
        return np.zeros(instance.size, bool)
    asks = a.pools["setter"][a.machines["pool"][schedule.machine]] > 0
    return np.asarray(asks & (schedule.machine >= 0) & schedule.scheduled & (schedule.setup > 0))


def _tools(instance: Instance, schedule: Schedule, load: Numbers) -> list[str]:
    """Never more operations hold a tool at once than there are; a load of an oven holds one."""
    faults = []
    kinds = instance.arrays.operations["tool"]
    leads = load == np.arange(load.size)
    for kind in np.unique(kinds[kinds > 0]).tolist():
        mine = np.flatnonzero((kinds == kind) & schedule.scheduled & (schedule.machine >= 0) & leads)
        mine = mine[schedule.end[mine] > schedule.setup_start[mine]]
        moments = schedule.setup_start[mine]
        begun = np.searchsorted(np.sort(schedule.setup_start[mine]), moments, "right")
        held = begun - np.searchsorted(np.sort(schedule.end[mine]), moments, "right")
        there = int(instance.arrays.tools["count"][kind - 1])
        if held.max(initial=0) > there:
            faults.append(f"{held.max()} operations hold tool {kind - 1} at once, of which there are {there}")
    return faults


def _abilities(instance: Instance, schedule: Schedule) -> list[str]:
    """Who sets up has the skill for it."""
    a, setter = instance.arrays, _setters(schedule)
    faults = []
    for row in np.flatnonzero(setter >= 0):
        skill = a.skills[a.pools["setter"][a.machines["pool"][schedule.machine[row]]] - 1]
        able = a.skilled["person"][skill["first"] : skill["first"] + skill["count"]]
        if setter[row] not in able:
            faults.append(f"operation {row} is set up by somebody without the skill")
    return faults[:5]


def _two_places(schedule: Schedule) -> list[str]:
    """Nobody sets up in two places at once, or sets up while attending another operation."""
    setter = _setters(schedule)
    setting, doing = np.flatnonzero(setter >= 0), np.flatnonzero((schedule.person >= 0) & schedule.scheduled)
    faults = []
    for row in setting.tolist():
        begin, end = schedule.setup_start[row], schedule.start[row]
        also = setting[(setter[setting] == setter[row]) & (setting != row)]
        meets = (schedule.setup_start[also] < end) & (schedule.start[also] > begin)
        works = doing[(schedule.person[doing] == setter[row]) & (doing != row)]
        meets_work = (schedule.setup_start[works] < end) & (schedule.end[works] > begin)
        if meets.any() or meets_work.any():
            faults.append(f"who sets up for operation {row} is busy elsewhere")
    return faults[:5]


def _closed(instance: Instance, schedule: Schedule) -> list[str]:
    """The setter works for as long as the set-up takes while the machine is open, between its start and the run's."""
    a, setter = instance.arrays, _setters(schedule)
    faults = []
    for row in np.flatnonzero(setter >= 0).tolist():
        numbers = a.machines["calendar"][schedule.machine[row]], a.persons["calendar"][setter[row]]
        parts = [a.intervals[one["first"] : one["first"] + one["count"]] for one in a.calendars[list(numbers)]]
        begin, end = int(schedule.setup_start[row]), int(schedule.start[row])
        edges = np.unique(
            np.clip(np.concatenate([part[name] for part in parts for name in ("start", "end")]), begin, end)
        )
        edges = np.unique(np.append(edges, (begin, end)))
        inside = np.ones(edges.size - 1, bool)
        for part in parts:
            index = np.searchsorted(part["start"], edges[:-1], side="right") - 1
            inside &= (index >= 0) & (edges[:-1] < part["end"][np.maximum(index, 0)])
        if int(np.diff(edges)[inside].sum()) < int(schedule.setup[row]):
            faults.append(f"who sets up for operation {row} does not work for so long then")
    return faults[:5]
