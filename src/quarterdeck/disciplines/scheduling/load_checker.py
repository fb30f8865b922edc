"""The checker's part for loads of ovens, baths and kilns: who shares one, and whether that is right."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.instance import Instance, Schedule

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def may_share(instance: Instance, schedule: Schedule) -> Flags:
    """Operations that stand on a batch machine and have a family, shape (operations)."""
    a = instance.arrays
    machined = schedule.scheduled & (schedule.machine >= 0) & (a.operations["family"] > 0)
    if not a.machines.size:
        return np.zeros(machined.size, bool)
    return np.asarray(machined & (a.pools["capacity"][a.machines["pool"][schedule.machine]] > 0))


def check_loads(instance: Instance, schedule: Schedule) -> tuple[Numbers, list[str]]:
    """Number of each operation's load, its own where it is alone, and a sentence for each rule that a load breaks.

    One load begins and ends together, is of one family, has one attendant, takes no longer than its longest member
    and fits the capacity.
    """
    number = np.arange(schedule.end.size)
    groups: dict[tuple[int, int, int], list[int]] = {}
    for o in np.flatnonzero(may_share(instance, schedule)):
        key = (int(schedule.machine[o]), int(schedule.start[o]), int(schedule.end[o]))
        groups.setdefault(key, []).append(int(o))
    faults: list[str] = []
    for members in groups.values():
        number[members] = members[0]
        faults += _faults(instance, schedule, members)
    return number, faults


def _faults(instance: Instance, schedule: Schedule, members: list[int]) -> list[str]:
    a = instance.arrays
    machine = a.machines[schedule.machine[members[0]]]
    text = f"operations {', '.join(map(str, members[:5]))} are one load but "
    faults = []
    if len(members) > 1 and int(a.operations["load"][members].sum()) > int(a.pools["capacity"][machine["pool"]]):
        faults.append(text + "more than the machine takes")
    if len({int(a.operations["family"][o]) for o in members}) > 1:
        faults.append(text + "of several families")
    if len({int(schedule.person[o]) for o in members}) > 1:
        faults.append(text + "attended by several people")
    longest = max(float(a.modes["work"][schedule.mode[o]]) for o in members) / float(machine["speed"])
    asked, person = int(a.operations["skill"][members[0]]), int(schedule.person[members[0]])
    if asked >= 0:
        group = a.skills[asked]
        able = a.skilled[group["first"] : group["first"] + group["count"]]
        found = able["level"][able["person"] == person]
        longest /= float(found[0]) if found.size else 1.0
    if any(int(schedule.run[o]) >= longest + 1 for o in members):
        faults.append(text + "run longer than any of them needs")
    return faults
