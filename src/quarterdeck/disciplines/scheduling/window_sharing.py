"""Tools and set-up crews in a window of constraint programming: no more at once than there are.

A tool is held from the set-up on by the decoder, but counts here from the run on; and who sets up counts as one of so
many, whatever their hours. What that leaves out shows when the answer is decoded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from quarterdeck.disciplines.scheduling.state import BY_PERSON, ON_MACHINE, SET_BY, SETUP_AT, START_AT

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
        uses = [(programme.tasks[o], way) for o in mine for way in range(len(programme.ways[o]))]
        held = (kinds == kind) & (programme.present == np.arange(kinds.size))
        standing = programme.standing(held, SETUP_AT, alone=False)
        programme.model.at_once(int(a.tools["count"][kind - 1]), uses + [(task, 0) for task in standing])


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
        uses = [use for person in np.unique(able).tolist() for use in attended.get(person, [])]
        uses += [(task, 0) for task in tasks]
        programme.model.at_once(np.unique(able).size, uses, [each for each in set_up if each is not None])
