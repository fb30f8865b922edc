"""Limited room before machines: how many booked orders wait there, and when there is room for one more."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from quarterdeck.disciplines.scheduling.instance import NEVER, Arrays
from quarterdeck.disciplines.scheduling.state import ON_MACHINE, READY_AT, State, kernel


@kernel
def _room_at(s: State, pool: int, moment: int, o: int) -> int:
    """How many booked orders wait before a pool at a moment, ``o`` aside."""
    count, at = 0, s.waiting_room[pool]
    while at >= 0:
        if at != o and s.placed[at, READY_AT] <= moment < s.keep_from[at]:
            count += 1
        at = s.next_waiting[at]
    return count


@kernel
def full_until(a: Arrays, s: State, pool: int, o: int, begin: int) -> int:
    """0 if there is room before a pool from the moment an operation is ready until it begins, else when room comes."""
    ready, most = s.placed[o, READY_AT], a.pools[pool].room - 1
    if most < 0 or begin <= ready:
        return 0
    full = _room_at(s, pool, ready, o) >= most
    at = s.waiting_room[pool]
    soonest = NEVER
    while at >= 0:
        comes = s.placed[at, READY_AT]
        if at != o and ready < comes < begin and _room_at(s, pool, comes, o) >= most:
            full = True
        if at != o and ready < s.keep_from[at] < soonest:
            soonest = s.keep_from[at]
        at = s.next_waiting[at]
    return min(soonest, begin) if full else 0


@kernel
def leave_room(a: Arrays, s: State, o: int) -> None:
    """A booked operation no longer waits before its pool."""
    pool = a.machines[s.placed[o, ON_MACHINE]].pool
    before, at = -1, s.waiting_room[pool]
    while at >= 0 and at != o:
        before, at = at, s.next_waiting[at]
    if at < 0:
        return
    if before >= 0:
        s.next_waiting[before] = s.next_waiting[o]
    else:
        s.waiting_room[pool] = s.next_waiting[o]
