"""What drawn plants have besides machines, people and set-ups: tools, set-up crews, ovens, maintenance, pins, waits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from quarterdeck.disciplines.scheduling.instance import (
    MODE,
    OPERATION,
    TOOL,
    Arrays,
    Instance,
    pointers,
    records,
)
from quarterdeck.disciplines.scheduling.search import schedule

HOUR, DAY = 3_600, 86_400
OVEN = 4_000  # thousandths that an oven takes; every operation takes one thousand


def with_everything(instance: Instance, seed: int) -> Instance:
    """The plant with tools, set-up crews, ovens, transfer batches, longest waits, movable maintenance and pins.

    One operation in fifteen holds a tool, one centre in five has a crew for set-ups, one in twelve is an oven, one step
    in ten hands over in four parts, one in forty must be followed within two days. Every second machine is maintained
    every fortnight, and one operation in two hundred is pinned to where a first schedule has it.
    """
    rng = np.random.default_rng(seed)
    arrays = _resources(instance.arrays, rng)
    shaped = replace(instance, arrays=_links(arrays, rng))
    shaped = replace(shaped, arrays=_maintained(shaped, rng))
    return replace(shaped, arrays=_pinned(shaped, rng))


def _resources(a: Arrays, rng: np.random.Generator) -> Arrays:
    operations, pools = a.operations.copy(), a.pools.copy()
    units = rng.integers(3, 9, 20)
    operations["tool"] = np.where(rng.random(operations.size) < 1 / 15, rng.integers(1, 21, operations.size), 0)
    crews = (rng.random(pools.size) < 0.2) & (pools["table"] >= 0)
    pools["setter"] = np.where(crews, rng.integers(1, a.skills.size + 1, pools.size), 0)
    ovens = rng.random(pools.size) < 1 / 12
    pools["capacity"] = np.where(ovens, OVEN, 0)
    operations["load"] = 1_000
    tools = records(TOOL, units.size, first=pointers(units), count=units)
    return a._replace(operations=operations, pools=pools, tools=tools)


def _links(a: Arrays, rng: np.random.Generator) -> Arrays:
    arcs, source = a.arcs.copy(), np.repeat(np.arange(a.operations.size), a.operations["arcs"])
    inside = a.operations["job"][source] == a.operations["job"][arcs["successor"]]
    draw = rng.random(arcs.size)
    parts, waits = inside & (draw < 0.1), inside & (draw > 1 - 1 / 40)
    work = a.modes["work"][a.operations["first_mode"][arcs["successor"]]]
    arcs["pieces"], arcs["rest"] = np.where(parts, 4, 0), np.where(parts, work // 2, 0)
    arcs["wait"] = np.where(waits, arcs["lag"] + 2 * DAY + 1, 0)
    return a._replace(arcs=arcs)


def _maintained(instance: Instance, rng: np.random.Generator) -> Arrays:
    a = instance.arrays
    last = int(a.operations["release"].max())
    machine = np.flatnonzero(rng.random(a.machines.size) < 0.5)
    moments = np.arange(7 * DAY, last, 14 * DAY)
    on, release = np.repeat(machine, moments.size), np.tile(moments, machine.size)
    more = records(
        OPERATION, on.size, job=int(a.operations["job"].max()) + 1 + np.arange(on.size), release=release, pinned=-1,
        first_mode=a.modes.size + np.arange(on.size), modes=1, first_arc=a.arcs.size, skill=-1, machine=on,
        latest=release + 3 * DAY,
    )  # fmt: skip
    ways = records(MODE, on.size, pool=a.machines["pool"][on], work=int(1.5 * HOUR))
    pools = a.pools.copy()
    pools["uniform"] = 0
    return a._replace(
        operations=np.concatenate([a.operations, more]), modes=np.concatenate([a.modes, ways]), pools=pools
    )


def _pinned(instance: Instance, rng: np.random.Generator) -> Arrays:
    a = instance.arrays
    first = schedule(instance, effort=1, seconds=60)
    operations = a.operations.copy()
    bound = np.zeros(operations.size, bool)
    bound[a.arcs["successor"][a.arcs["wait"] > 0]] = True
    bound[np.repeat(np.arange(operations.size), operations["arcs"])[a.arcs["wait"] > 0]] = True
    oven = (first.machine >= 0) & (a.pools["capacity"][a.machines["pool"][first.machine]] > 0)
    chosen = (rng.random(operations.size) < 1 / 200) & ~bound & ~oven & (operations["latest"] == 0) & first.scheduled
    operations["pinned"] = np.where(chosen, first.setup_start, -1)
    operations["machine"] = np.where(chosen, first.machine, operations["machine"])
    return a._replace(operations=operations)
