"""Repair of a schedule after an event or around pins: least change first, then what little change wins a lot.

The schedule that stands is shifted (see ``shifting``): only what the event touches moves. Then variants are tried in
which some orders give way or go first, and the cheapest is kept: weighted tardiness plus a price per second moved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.attempts import as_schedule
from quarterdeck.disciplines.scheduling.calendars import pack
from quarterdeck.disciplines.scheduling.instance import Arrays, Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.outlook import tardiness
from quarterdeck.disciplines.scheduling.shifting import Standing, shift
from quarterdeck.disciplines.scheduling.standing_again import depends, variants_again
from quarterdeck.disciplines.scheduling.state import END_AT, ON_MACHINE, SETUP_AT

PATIENCE = 1800  # [s] what a change of machine has to gain


@dataclass(frozen=True)
class Pin:
    """An operation that begins on ``machine`` at ``start`` [s]; -1 for whatever machine it is on."""

    operation: int
    start: int
    machine: int = -1


@dataclass(frozen=True)
class Care:
    """How much a repair may search: ``price`` of a second moved [weighted s of tardiness], ``tries`` of variants."""

    price: float = 1.0
    tries: int = 24
    seed: int = 1
    seconds: float = 1.0


def repair(
    instance: Instance,
    before: Schedule,
    pins: Sequence[Pin] = (),
    care: Care | None = None,
    clock: Callable[[], float] = lambda: 0.0,
) -> Schedule:
    """The schedule after what has changed in ``instance``, with pins kept and as little moved as pays.

    Parameters
    ----------
    instance
        The problem as it is now: calendars, releases, operations.
    before
        The schedule that stands, one entry per operation; operations without a place there are new.
    pins
        Operations that a person places.
    care
        Price of change and extent of the search.
    clock
        Seconds, for the cap of ``care``; without one the number of tries alone counts.
    """
    care = care or Care()
    if depends(instance):
        tried = variants_again(pinned(instance, pins), before)
        return schedule_of(instance, min(tried, key=lambda placed: _cost(instance, before, placed, care.price)))
    standing = standing_of(instance, before, pins)
    began = clock()
    best = shift(instance.arrays, standing, instance.now)
    value = _cost(instance, before, best, care.price)
    generator = np.random.default_rng(care.seed)
    for variant in _variants(instance, before, best, care.tries, generator):
        if clock() - began > care.seconds:
            break
        placed = shift(instance.arrays, variant(standing), instance.now)
        cost = _cost(instance, before, placed, care.price)
        if cost < value:
            best, value, standing = placed, cost, variant(standing)
    return schedule_of(instance, best)


def standing_of(instance: Instance, before: Schedule, pins: Sequence[Pin] = ()) -> Standing:
    """What a schedule holds on to, with the pins in their places."""
    a = instance.arrays
    hold = np.where(before.scheduled, before.setup_start, instance.now)
    machine, person = before.machine.copy(), before.person.copy()
    only = a.operations["machine"]
    machine = np.where(only >= 0, only, machine)
    fixed = np.zeros(instance.size, np.int8)
    for pin in pins:
        hold[pin.operation], fixed[pin.operation] = pin.start, 1
        if pin.machine >= 0:
            machine[pin.operation] = pin.machine
    rank = np.empty(instance.size, np.int64)
    rank[np.lexsort((np.arange(instance.size), hold, -fixed, -a.operations["started"]))] = np.arange(instance.size)
    line, first = _lines(machine, hold, a.machines.size)
    pinned = np.flatnonzero(fixed)
    pinned = pinned[a.operations["modes"][pinned] > 0]
    resource = np.concatenate([machine[pinned], np.where(person[pinned] >= 0, a.machines.size + person[pinned], -1)])
    twice = np.concatenate([pinned, pinned])
    order, pins_first = _lines(resource, hold[twice], a.machines.size + a.persons.size)
    yields = np.zeros(instance.size, np.int8)
    return Standing(
        hold, rank, machine, person, fixed, yields, line, first, twice[order].astype(np.int64), pins_first, PATIENCE
    )


def _lines(resource: Integers, hold: Integers, count: int) -> tuple[Integers, Integers]:
    """Entries resource by resource in the order of ``hold``, and where each resource's begin."""
    order = np.lexsort((hold, resource))
    order = order[resource[order] >= 0]
    return order.astype(np.int64), np.searchsorted(resource[order], np.arange(count + 1)).astype(np.int64)


Variant = Callable[[Standing], Standing]


def _variants(
    instance: Instance, before: Schedule, shifted: Integers, tries: int, rng: np.random.Generator
) -> list[Variant]:
    """Ways to differ: who gives way, who goes first; first everybody touched, then some orders at random."""
    job = instance.arrays.operations["job"]
    touched = np.unique(job[_moved(before, shifted) > 0])
    if not touched.size or tries < 1:
        return []
    ways: list[Variant] = [_giving_way(np.isin(job, touched))]
    for _ in range(tries - 1):
        some = rng.choice(touched, min(touched.size, 1 + int(rng.integers(1 + min(touched.size, 8)))), replace=False)
        chosen = np.isin(job, some)
        ways.append(_giving_way(chosen) if rng.random() < 0.6 else _going_first(chosen))
    return ways


def _giving_way(chosen: npt.NDArray[np.bool_]) -> Variant:
    return lambda standing: standing._replace(yields=np.where(chosen, 1 - standing.yields, standing.yields))


def _going_first(chosen: npt.NDArray[np.bool_]) -> Variant:
    """The chosen go before the others where they meet; those that are fixed stay first of all."""

    def ranked(standing: Standing) -> Standing:
        rank = np.empty(standing.rank.size, np.int64)
        rank[np.lexsort((standing.rank, ~chosen, -standing.fixed))] = np.arange(rank.size)
        return standing._replace(rank=rank)

    return ranked


def _moved(before: Schedule, placed: Integers) -> Integers:
    """Seconds by which each operation that had a place begins elsewhere, at least one where its machine changes."""
    had = before.scheduled & (placed[:, END_AT] >= 0)
    moved = np.where(had, np.abs(placed[:, SETUP_AT] - before.setup_start), 0)
    changed = had & (placed[:, ON_MACHINE] != before.machine)
    return np.where(changed, np.maximum(moved, PATIENCE), moved)


def _cost(instance: Instance, before: Schedule, placed: Integers, price: float) -> float:
    ends = placed[:, END_AT]
    late: float = tardiness(instance.arrays, ends)[0]
    return late + price * float(_moved(before, placed).sum())


def schedule_of(instance: Instance, placed: Integers) -> Schedule:
    """Decoded columns as a schedule."""
    return as_schedule(placed, tardiness(instance.arrays, placed[:, END_AT])[0])


def pinned(instance: Instance, pins: Sequence[Pin]) -> Instance:
    """The instance with pins in its operations, as the checker and the decoder read them."""
    operations = instance.arrays.operations.copy()
    for pin in pins:
        operations["pinned"][pin.operation] = pin.start
        if pin.machine >= 0:
            operations["machine"][pin.operation] = pin.machine
    return replace(instance, arrays=instance.arrays._replace(operations=operations))


def closed(instance: Instance, machine: int, begin: int, end: int) -> Instance:
    """The instance in which a machine stands still from ``begin`` to ``end`` [s]: a breakdown."""
    machines = instance.arrays.machines.copy()
    arrays, machines["calendar"][machine] = _with_gap(
        instance.arrays, int(machines["calendar"][machine]), (begin, end), of_machine=True
    )
    return replace(instance, arrays=arrays._replace(machines=machines))


def absent(instance: Instance, person: int, begin: int, end: int) -> Instance:
    """The instance in which a person is away from ``begin`` to ``end`` [s]."""
    persons = instance.arrays.persons.copy()
    arrays, persons["calendar"][person] = _with_gap(
        instance.arrays, int(persons["calendar"][person]), (begin, end), of_machine=False
    )
    return replace(instance, arrays=arrays._replace(persons=persons))


def delayed(instance: Instance, operations: npt.ArrayLike, moment: int) -> Instance:
    """The instance in which operations cannot begin before ``moment`` [s]: their material is late."""
    changed = instance.arrays.operations.copy()
    rows = np.asarray(operations, dtype=np.int64)
    changed["release"][rows] = np.maximum(changed["release"][rows], moment)
    return replace(instance, arrays=instance.arrays._replace(operations=changed))


def _with_gap(a: Arrays, calendar: int, gap: tuple[int, int], *, of_machine: bool) -> tuple[Arrays, int]:
    """Arrays with one more calendar, open like ``calendar`` outside the gap, and its number."""
    number = a.calendars.size
    both = np.full((number + 1, number + 1), -1, np.int64)
    both[: a.both.shape[0], : a.both.shape[1]] = a.both
    parts = [_cut(a, calendar, gap)]
    known = a.both.shape[0]
    partners = a.both[calendar, :] if of_machine else a.both[:, calendar]
    for other in range(known):
        if partners[other] >= 0:
            parts.append(_cut(a, int(partners[other]), gap))
            place = (number, other) if of_machine else (other, number)
            both[place] = number + len(parts) - 1
    packed, intervals = pack(parts)
    packed["first"] += a.intervals.size
    joined = np.concatenate([a.calendars, packed]), np.concatenate([a.intervals, intervals])
    return a._replace(calendars=joined[0], intervals=joined[1], both=both), number


def _cut(a: Arrays, calendar: int, gap: tuple[int, int]) -> tuple[Integers, Integers]:
    """A calendar's intervals without the gap."""
    first, count = a.calendars[calendar]["first"], a.calendars[calendar]["count"]
    part = a.intervals[first : first + count]
    before = part["start"], np.minimum(part["end"], gap[0])
    after = np.maximum(part["start"], gap[1]), part["end"]
    starts, ends = (np.concatenate(pair) for pair in zip(before, after, strict=True))
    keep = starts < ends
    order = np.argsort(starts[keep], kind="stable")
    return starts[keep][order], ends[keep][order]
