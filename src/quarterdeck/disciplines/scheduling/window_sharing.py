"""Loads, tools and set-up crews in a window of constraint programming: no more at once than there is room for.

A tool is held from the set-up on by the decoder, but counts here from the run on; and who sets up counts as one of so
many, whatever their hours. What that leaves out shows when the answer is decoded.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from quarterdeck.disciplines.scheduling.state import BY_PERSON, END_AT, ON_MACHINE, SET_BY, SETUP_AT, START_AT
from quarterdeck.disciplines.scheduling.window_loads import alone_on, room_of

if TYPE_CHECKING:
    from quarterdeck.disciplines.scheduling.window_programme import WindowProgramme

Uses = list[tuple[int, int]]


def hold_tools(programme: WindowProgramme) -> None:
    """No more operations hold a tool at once than there are of its kind; a load holds one."""
    a = programme.arrays
    kinds = a.operations["tool"]
    for kind in np.unique(kinds[programme.rows]).tolist():
        if kind == 0:
            continue
        mine = programme.rows[kinds[programme.rows] == kind].tolist()
        uses = [(programme.tasks[o], way, 1) for o in mine for way in range(len(programme.ways[o]))]
        held = (kinds == kind) & (programme.present == np.arange(kinds.size))
        standing = programme.standing(held, SETUP_AT, alone=False)
        programme.model.cumulative(int(a.tools["count"][kind - 1]), [*uses, *((task, 0, 1) for task in standing)])


def set_up_by_crews(programme: WindowProgramme, attended: dict[int, Uses], earliest: dict[int, int]) -> None:
    """Those who set up are busy with it until the work begins, no more at once than there are."""
    a = programme.arrays
    pools = a.machines["pool"][np.maximum(programme.placed[:, ON_MACHINE], 0)]
    for crew in np.unique(a.pools["setter"][a.pools["setter"] > 0]).tolist():
        mine = [o for o in programme.rows.tolist() if a.pools["setter"][pools[o]] == crew]
        set_up = [programme.model.set_up(programme.tasks[o], earliest[o]) for o in mine]
        if not any(each is not None for each in set_up):
            continue
        group = a.skills[crew - 1]
        able = a.skilled["person"][group["first"] : group["first"] + group["count"]]
        busy = np.isin(programme.placed[:, BY_PERSON], able) & (programme.present == np.arange(pools.size))
        tasks = [*programme.standing(busy, SETUP_AT, alone=False)]
        busy = np.isin(programme.placed[:, SET_BY], able) & (
            programme.placed[:, SET_BY] != programme.placed[:, BY_PERSON]
        )
        tasks += programme.standing(busy, SETUP_AT, programme.placed[:, START_AT], alone=False)
        uses = [(*use, 1) for person in np.unique(able).tolist() for use in attended.get(person, [])]
        uses += [(task, 0, 1) for task in tasks]
        programme.model.cumulative(np.unique(able).size, uses, [each for each in set_up if each is not None])


def share_loads(programme: WindowProgramme) -> None:
    """Who goes along begins and ends with who leads, and there is room for all."""
    loads = programme.arrays.operations["load"]
    members: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for o, leaders in programme.company.items():
        for way, leader in enumerate(leaders, len(programme.ways[o])):
            if leader.row not in programme.tasks:
                programme.tasks[leader.row] = _stands_as(programme, leader.row)
            programme.model.goes_along(programme.tasks[o], way, programme.tasks[leader.row], leader.ways)
            members[leader.row].append((programme.tasks[o], way, int(loads[o])))
    for row, uses in members.items():
        programme.model.budget(
            room_of(programme.arrays, programme.placed, row, inside=bool(programme.inside[row])), uses
        )

    _room_for_loads(programme)


def _room_for_loads(programme: WindowProgramme) -> None:
    """What follows where a machine is the only one: its room at every moment, and one family at a time."""
    a = programme.arrays
    loads, families = a.operations["load"], a.operations["family"]
    for machine, mine in alone_on(a, programme.ways).items():
        room = int(a.pools["capacity"][a.machines["pool"][machine]])
        groups: dict[int, list[int]] = defaultdict(list)
        for o in mine:
            groups[int(families[o]) or -o].append(programme.tasks[o])
        units = [(programme.tasks[o], min(room, int(loads[o])) if families[o] > 0 else room) for o in mine]
        programme.model.within(room, units, list(groups.values()))


def _stands_as(programme: WindowProgramme, o: int) -> int:
    """The task of a load that stands."""
    start, end = (int(programme.placed[o, column]) - programme.begin for column in (START_AT, END_AT))
    return programme.model.task([end - start], start, end)
