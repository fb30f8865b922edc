"""Decoding taken up in the middle of a schedule: machines and people are busy with what stands already."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

from numba import njit

from quarterdeck.disciplines.scheduling.decoder import begin, follow
from quarterdeck.disciplines.scheduling.instance import Arrays, Integers
from quarterdeck.disciplines.scheduling.state import Guide, State, blank_state, kernel, push


class Busy(NamedTuple):
    """A schedule that stands: until when each machine and person is busy, and when each operation is ready [s]."""

    machine: Integers
    person: Integers
    ready: Integers


@kernel
def _take_up(a: Arrays, s: State, busy: Busy, now: int) -> None:
    """Machines and people that are busy when the decoding begins, and when each operation is ready."""
    for o in range(busy.ready.size):
        s.ready[o] = busy.ready[o]
    for person in range(busy.person.size):
        s.person_free[person] = busy.person[person]
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


@njit(cache=True, nogil=True)
def decode_on(a: Arrays, guide: Guide, pins: Integers, busy: Busy, now: int) -> Integers:
    """What is left of a schedule that stands up to ``now``: like ``decode``, with machines and people that are busy."""
    s = blank_state(a, now)
    _take_up(a, s, busy, now)
    begin(a, s, pins, now)
    follow(a, s, guide)
    return s.placed
