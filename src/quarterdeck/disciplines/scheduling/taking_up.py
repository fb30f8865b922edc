"""Decoding taken up in the middle of a schedule: machines and people are busy with what stands already."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from quarterdeck.disciplines.scheduling.decoder import begin, follow
from quarterdeck.disciplines.scheduling.instance import Arrays, Integers
from quarterdeck.disciplines.scheduling.state import Guide, State, blank_state, kernel, push
from quarterdeck.disciplines.scheduling.timing import handed_over


class Busy(NamedTuple):
    """A schedule that stands: until when each machine, person and tool is busy, and when each operation is ready [s].

    ``coming``: per set-up family, operations beyond those decoded that may still join a load.
    """

    machine: Integers
    person: Integers
    tool: Integers
    ready: Integers
    coming: Integers


@kernel
def _take_up(a: Arrays, s: State, busy: Busy, now: int) -> None:
    """Machines and people that are busy when the decoding begins, and when each operation is ready."""
    for o in range(busy.ready.size):
        s.ready[o] = busy.ready[o]
    for person in range(busy.person.size):
        s.person_free[person] = busy.person[person]
    for unit in range(busy.tool.size):
        s.tool_free[unit] = busy.tool[unit]
    for family in range(min(busy.coming.size, s.coming.size)):
        s.coming[family] += busy.coming[family]
    for pool in range(a.pools.size):
        s.idle_count[pool] = 0
        first = a.pools[pool].first
        for machine in range(first + a.pools[pool].count - 1, first - 1, -1):
            s.machine_free[machine] = busy.machine[machine]
            if busy.machine[machine] > now:
                push(s, busy.machine[machine], a.operations.size + a.pools.size + machine)
            else:
                s.idle[first + s.idle_count[pool]] = machine
                s.idle_count[pool] += 1


def nobody_busy(a: Arrays, now: int) -> Busy:
    """Nothing stands yet."""
    tools = int(a.tools["count"].sum())
    sizes = (a.machines.size, a.persons.size, tools, a.operations.size)
    machine, person, tool, ready = (np.full(size, now, np.int64) for size in sizes)
    return Busy(machine, person, tool, ready, np.zeros(1, np.int64))


@njit(cache=True, nogil=True)
def hand_over(a: Arrays, placed: Integers, rows: Integers, ready: Integers) -> None:
    """Raise when the operations that follow ``rows`` are ready to when these hand over to them."""
    for at in range(rows.size):
        op = a.operations[rows[at]]
        for index in range(op.first_arc, op.first_arc + op.arcs):
            successor = a.arcs[index].successor
            ready[successor] = max(ready[successor], handed_over(a, placed, rows[at], index))


@njit(cache=True, nogil=True)
def decode_on(a: Arrays, guide: Guide, pins: Integers, busy: Busy, now: int) -> Integers:
    """What is left of a schedule that stands up to ``now``: like ``decode``, with machines and people that are busy."""
    s = blank_state(a, now)
    _take_up(a, s, busy, now)
    begin(a, s, pins, now)
    follow(a, s, guide)
    return s.placed
