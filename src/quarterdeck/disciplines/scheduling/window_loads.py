"""Loads of ovens, baths and kilns in a window of constraint programming: who may go in with whom.

Each load is led by one of its members, the longest, whose set-up and run are those of the load. An operation either
leads a load or goes along with one that does; loads outside the window take along what they have room for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.instance import Arrays, Integers
from quarterdeck.disciplines.scheduling.state import (
    END_AT,
    IN_MODE,
    ON_MACHINE,
    SETUP_AT,
    START_AT,
)
from quarterdeck.disciplines.scheduling.timing import mode_on
from quarterdeck.disciplines.scheduling.window_answer import Way

Flags = npt.NDArray[np.bool_]
ALIKE = ("family", "skill", "tool", "unbroken", "person", "started")


@dataclass(frozen=True)
class Leader:
    """An operation whose load another may share, and in which of its own ways."""

    row: int
    ways: list[int]


def shares(a: Arrays, placed: Integers) -> Flags:
    """Operations that stand on a machine which takes several of a family at once, shape (operations)."""
    on = placed[:, ON_MACHINE]
    if not a.machines.size:
        return np.zeros(on.size, np.bool_)
    takes = a.pools["capacity"][a.machines["pool"][np.maximum(on, 0)]] > 0
    return np.asarray((on >= 0) & takes & (a.operations["family"] > 0) & (placed[:, END_AT] >= 0))


def leading(a: Arrays, placed: Integers) -> Integers:
    """The operation that leads the load of each, the longest of the first set up; its own number where it is alone."""
    found = np.arange(placed.shape[0])
    rows = np.flatnonzero(shares(a, placed))
    if not rows.size:
        return found
    work = a.modes["work"][placed[rows, IN_MODE]]
    columns = (placed[rows, column] for column in (SETUP_AT, END_AT, START_AT, ON_MACHINE))
    rows = rows[np.lexsort((rows, -work, *columns))]
    keys = placed[rows][:, [ON_MACHINE, START_AT, END_AT]]
    new = np.ones(rows.size, np.bool_)
    new[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    found[rows] = rows[np.flatnonzero(new)[np.cumsum(new) - 1]]
    return found


def whole_loads(a: Arrays, placed: Integers, free: Flags) -> Flags:
    """Operations all of whose load is among some."""
    lead = leading(a, placed)
    stuck = np.zeros(free.size, np.bool_)
    stuck[lead[~free]] = True
    return np.asarray(~stuck[lead])


def leaders_of(
    a: Arrays, placed: Integers, ways: dict[int, list[Way]], span: tuple[int, int]
) -> dict[int, list[Leader]]:
    """Whose loads each operation of a window may share: others of the window, and loads that stand within its span."""
    if not (a.pools["capacity"] > 0).any():
        return {}
    inside = [o for o in ways if a.operations["family"][o] > 0 and _batched(a, ways[o])]
    stand = _standing(a, placed, ways, span) if inside else []
    found = {}
    for o in inside:
        others = [other for other in inside if other != o and _like(a, o, other)]
        along = [Leader(other, _together(a, o, other, ways[other])) for other in others]
        along = [leader for leader in along if leader.ways]
        along += [Leader(other, []) for other in stand if _like(a, o, other) and _joins(a, placed, o, other)]
        if along:
            found[o] = along
    return found


def alone_on(a: Arrays, ways: dict[int, list[Way]]) -> dict[int, list[int]]:
    """Operations of a window that can be done on one machine alone, which takes several at once, by machine."""
    found: dict[int, list[int]] = {}
    for o, mine in ways.items():
        machines = {way.machine for way in mine}
        if len(machines) == 1 and _batched(a, mine):
            found.setdefault(machines.pop(), []).append(o)
    return found


def _batched(a: Arrays, ways: list[Way]) -> bool:
    return any(a.pools["capacity"][a.modes["pool"][way.mode]] > 0 for way in ways)


def _like(a: Arrays, o: int, leader: int) -> bool:
    """Whether two ask for the same, and the second for as much set-up."""
    one, other = a.operations[o], a.operations[leader]
    return all(one[name] == other[name] for name in ALIKE) and bool(one["setup"] <= other["setup"])


def _together(a: Arrays, o: int, leader: int, ways: list[Way]) -> list[int]:
    """The ways of a leader in which an operation may go along: no longer there, and small enough."""
    op, first = a.operations[o], a.operations[leader]
    found = []
    for number, way in enumerate(ways):
        pool = int(a.modes["pool"][way.mode])
        mode = int(mode_on(a, o, pool))
        if mode < 0 or a.pools["capacity"][pool] < op["load"] + first["load"] or op["machine"] not in {-1, way.machine}:
            continue
        shorter = int(a.modes["work"][way.mode] - a.modes["work"][mode])
        if shorter > 0 or (shorter == 0 and (op["setup"] < first["setup"] or o > leader)):  # of two alike the first
            found.append(number)
    return found


def _standing(a: Arrays, placed: Integers, ways: dict[int, list[Way]], span: tuple[int, int]) -> list[int]:
    """Leaders of loads outside a window that others may still join."""
    lead = leading(a, placed)
    begin, until = span
    free = shares(a, placed) & (a.operations["started"] == 0) & (a.operations["pinned"] < 0)
    free &= (placed[:, START_AT] >= begin) & (placed[:, END_AT] <= until) & (lead == np.arange(lead.size))
    families = {int(a.operations["family"][o]) for o in ways}
    return [o for o in np.flatnonzero(free).tolist() if o not in ways and int(a.operations["family"][o]) in families]


def _joins(a: Arrays, placed: Integers, o: int, leader: int) -> bool:
    """Whether an operation may go along in a load that stands."""
    machine = int(placed[leader, ON_MACHINE])
    mode = int(mode_on(a, o, int(a.machines["pool"][machine])))
    if mode < 0 or a.operations["machine"][o] not in {-1, machine}:
        return False
    return bool(a.modes["work"][mode] <= a.modes["work"][placed[leader, IN_MODE]])


def room_of(a: Arrays, placed: Integers, leader: int, *, inside: bool) -> int:
    """What the load of a leader still takes; of one in the window, what its largest machine group does."""
    op = a.operations[leader]
    if inside:
        modes = range(op["first_mode"], op["first_mode"] + op["modes"])
        return max(int(a.pools["capacity"][a.modes["pool"][mode]]) for mode in modes) - int(op["load"])
    lead = leading(a, placed) == leader
    pool = a.machines["pool"][placed[leader, ON_MACHINE]]
    return max(0, int(a.pools["capacity"][pool] - a.operations["load"][lead].sum()))
