"""Repair where steps depend on more than their machine: loads of ovens, longest waits, room before machines.

The schedule that stands is decoded again: nothing begins before it did, on the machine and with the person it had, in
the same order. What stood together in a load is there at the same moment and goes in together again; what is bound to
the step before is booked with it. Then the same with those that had to move free to go elsewhere.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.decoder import decode
from quarterdeck.disciplines.scheduling.horizon import in_order
from quarterdeck.disciplines.scheduling.instance import Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.outlook import look_ahead
from quarterdeck.disciplines.scheduling.state import END_AT, SETUP_AT, Guide

Flags = npt.NDArray[np.bool_]


def depends(instance: Instance) -> bool:
    """Whether an instance has loads, longest waits, limited room, tools or people who set up."""
    a = instance.arrays
    pools = (a.pools["capacity"] > 0) | (a.pools["room"] > 0) | (a.pools["setter"] > 0)
    steps = (a.operations["unbroken"] == 1) | (a.operations["tool"] > 0)
    return bool(pools.any() or steps.any() or (a.arcs["wait"] > 0).any())


def variants_again(instance: Instance, before: Schedule) -> list[Integers]:
    """The schedule decoded again with everybody in place, then with those who had to move free to go elsewhere.

    ``instance`` holds the pins.
    """
    nobody = np.zeros(instance.size, bool)
    first = decoded_again(instance, before, nobody)
    moved = before.scheduled & ((first[:, SETUP_AT] > before.setup_start) | (first[:, END_AT] < 0))
    return [first, decoded_again(instance, before, np.asarray(moved))] if moved.any() else [first]


def decoded_again(instance: Instance, before: Schedule, free: Flags) -> Integers:
    """Rows of the schedule in which nothing begins before it did, and only those in ``free`` may go elsewhere."""
    a = instance.arrays
    operations, pools = a.operations.copy(), a.pools.copy()
    pools["uniform"] = 0
    hold = _holds(instance, before)
    pinned = operations["pinned"] >= 0
    held = before.scheduled & ~free & ~pinned & (operations["modes"] > 0) & (before.machine >= 0)
    operations["release"] = np.where(pinned, operations["release"], np.maximum(operations["release"], hold))
    operations["machine"] = np.where(held & (operations["machine"] < 0), before.machine, operations["machine"])
    person = held & (operations["skill"] >= 0) & (before.person >= 0)
    operations["person"] = np.where(person, before.person + 1, operations["person"])
    keys = _ranked(instance, hold)
    latest = np.minimum(look_ahead(instance, earliest=False).latest, 1 << 59)
    nowhere = np.full(instance.size, -1, np.int64)
    guide = Guide(keys, latest, latest, nowhere, np.zeros(5))
    wanted = a._replace(operations=operations, pools=pools)
    placed: Integers = decode(wanted, guide, in_order(operations), instance.now)
    return placed


def _holds(instance: Instance, before: Schedule) -> Integers:
    """When each operation began, the members of a load when its set-up did [s]."""
    a = instance.arrays
    hold = np.where(before.scheduled, before.setup_start, instance.now)
    if not a.machines.size:
        return hold
    shared = before.scheduled & (before.machine >= 0)
    shared &= a.pools["capacity"][a.machines["pool"][before.machine]] > 0
    rows = np.flatnonzero(shared)
    keys = np.stack([before.machine[rows], before.start[rows], before.end[rows]])
    _, number = np.unique(keys, axis=1, return_inverse=True)
    first = np.full(rows.size, np.iinfo(np.int64).max)
    np.minimum.at(first, number, hold[rows])
    hold[rows] = first[number]
    return np.minimum(hold, _booked_from(instance, before, hold))


def _booked_from(instance: Instance, before: Schedule, hold: Integers) -> Integers:
    """From when steps that are booked with the one before were booked: with their longest set-up [s]."""
    a = instance.arrays
    pool = np.where(before.machine >= 0, a.machines["pool"][before.machine], 0)
    family, table = a.operations["family"], a.pools["table"][pool]
    tabled = (table >= 0) & (family > 0)
    longest = a.operations["setup"].copy()
    if a.setups.size:
        worst = a.setups.max(axis=1)
        longest[tabled] = np.maximum(longest, worst[table, family])[tabled]
    bound = np.zeros(instance.size, bool)
    bound[a.arcs["successor"][a.arcs["wait"] > 0]] = True
    bound |= a.pools["room"][pool] > 0
    bound &= before.scheduled & (before.machine >= 0)
    return np.where(bound, before.start - longest, hold)


def _ranked(instance: Instance, hold: Integers) -> npt.NDArray[np.float64]:
    """Urgency in the order of ``hold``, the longer of a load first; what runs or is pinned before everything."""
    operations, modes = instance.arrays.operations, instance.arrays.modes
    work = operations["work"].copy()
    machined = operations["modes"] > 0
    work[machined] = modes["work"][operations["first_mode"][machined]]
    order = np.lexsort((np.arange(instance.size), -work, hold, operations["pinned"] < 0, -operations["started"]))
    keys = np.empty(instance.size)
    keys[order] = -np.arange(instance.size, dtype=np.float64)
    return keys
