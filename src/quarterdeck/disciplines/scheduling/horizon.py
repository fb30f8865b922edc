"""A rolling horizon: a long schedule is taken up window by window, and each is decoded many times before it stands.

One change to the urgencies of a long schedule moves everything behind it, for better here and for worse there, and the
whole is judged by the sum. So windows of some thousand operations are judged one by one: of many decodings of a window
the best stands up to the end of its first part, where the next begins. Changed are the urgency of all that a late
demand waits for, the moments from which a machine is kept free for one of its steps, and which machine that is.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.instance import Arrays, Instance, Integers, Records, pointers
from quarterdeck.disciplines.scheduling.state import (
    BY_PERSON,
    END_AT,
    IN_MODE,
    ON_MACHINE,
    READY_AT,
    RUN_FOR,
    SET_BY,
    SETUP_AT,
    SETUP_FOR,
    START_AT,
    WITH_TOOL,
    Guide,
)
from quarterdeck.disciplines.scheduling.taking_up import Busy, decode_on, hand_over

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Spent = Callable[[int, float], bool]
WIDTH = 6000  # operations of a window
PART = 2000  # of them stand once the window is decoded
WAIT_SHARE = 60.0  # [s] that every step counts as waiting, so that each may be chosen


@dataclass
class Wishes:
    """What a schedule is decoded with beside its rule; one entry per operation.

    ``bias`` is added to its urgency; its ``machine`` is kept free for it from ``pinned`` on [s], where they are not -1.
    """

    bias: Floats
    pinned: Integers
    machine: Integers

    def of(self, rows: Integers) -> Wishes:
        """The same of some operations."""
        return Wishes(self.bias[rows], self.pinned[rows], self.machine[rows])

    def put(self, rows: Integers, part: Wishes) -> None:
        """Take over what some operations are decoded with."""
        self.bias[rows], self.pinned[rows], self.machine[rows] = part.bias, part.pinned, part.machine


def no_wishes(size: int) -> Wishes:
    """Nothing but the rule."""
    return Wishes(np.zeros(size), np.full(size, -1, np.int64), np.full(size, -1, np.int64))


@dataclass(frozen=True)
class Course:
    """What stays while the horizon rolls.

    ``serves``: demand of each operation, -1 for none; ``latest``: its latest end without tardiness [s]; ``spread``: how
    far urgencies lie apart.
    """

    instance: Instance
    guide: Guide
    serves: Integers
    latest: Integers
    spread: float

    @cached_property
    def firm(self) -> Flags:
        """Operations that no place is kept free for: run, pinned, maintenance, bound to others, waiting for loads."""
        a = self.instance.arrays
        firm = (a.operations["started"] == 1) | (a.operations["pinned"] >= 0) | (a.operations["latest"] > 0)
        return np.asarray(firm | bound_to_others(a) | filled(a))


@dataclass
class Stand:
    """The part of a schedule that stands: its rows, what is left, and until when machines and people are busy."""

    placed: Integers
    left: Flags
    ready: Integers
    machine: Integers
    family: Integers
    person: Integers
    tool: Integers
    now: int


@dataclass(frozen=True)
class Window:
    """Some operations decoded from a moment on; ``demand``: number of the demand each serves, among ``weights``."""

    rows: Integers
    arrays: Arrays
    guide: Guide
    busy: Busy
    now: int
    latest: Integers
    demand: Integers
    weights: Floats
    firm: Flags

    def decoded(self, wishes: Wishes) -> Integers:
        """Rows of the schedule with these wishes."""
        operations = self.arrays.operations
        wished = (wishes.pinned >= 0) & ~self.firm
        if wished.any():
            operations = operations.copy()
            operations["pinned"] = np.where(wished, wishes.pinned, operations["pinned"])
            operations["machine"] = np.where(wished & (wishes.machine >= 0), wishes.machine, operations["machine"])
            operations["latest"] = np.where(wished, -1, operations["latest"])
        arrays, wanted = self.arrays._replace(operations=operations), self.guide
        wanted = wanted._replace(key=wanted.key + wishes.bias)
        placed: Integers = decode_on(arrays, wanted, in_order(operations), self.busy, self.now)
        return placed

    def lateness(self, placed: Integers) -> Floats:
        """Weighted lateness of each demand, as far as its operations in the window tell [weighted s]."""
        late = np.zeros(self.weights.size, np.int64)
        ends = np.where(placed[:, END_AT] >= 0, placed[:, END_AT], 1 << 50)
        np.maximum.at(late, self.demand, ends - self.latest)
        return np.asarray(late * self.weights)


def in_order(operations: Records) -> Integers:
    """Operations that a machine is kept free for, pinned or maintenance, in the order of their moments."""
    kept = np.maximum(operations["pinned"], operations["latest"])
    rows = np.flatnonzero(((operations["pinned"] >= 0) | (operations["latest"] > 0)) & (operations["machine"] >= 0))
    return np.asarray(rows[np.argsort(kept[rows], kind="stable")], dtype=np.int64)


def bound_to_others(a: Arrays) -> Flags:
    """Operations that must begin soon after another, or another soon after them."""
    found = np.zeros(a.operations.size, np.bool_)
    limited = a.arcs["wait"] > 0
    found[a.arcs["successor"][limited]] = True
    found[np.repeat(np.arange(found.size), a.operations["arcs"])[limited]] = True
    return found


def filled(a: Arrays) -> Flags:
    """Operations that may be done where loads wait to be filled."""
    found = np.zeros(a.operations.size, np.bool_)
    found[np.repeat(np.arange(found.size), a.operations["modes"])[a.pools["fill"][a.modes["pool"]] > 0]] = True
    return found


def rolls(instance: Instance) -> bool:
    """Whether a schedule can be taken up window by window: several windows, room for all, loads that wait for none."""
    pools = instance.arrays.pools
    return instance.size >= 2 * WIDTH and not ((pools["room"] > 0) | (pools["fill"] > 0)).any()


def roll(course: Course, reference: Integers, wishes: Wishes, generator: np.random.Generator, spent: Spent) -> Integers:
    """Rows of another schedule, in which each window is the best of many.

    Parameters
    ----------
    reference
        Rows of the schedule whose order of starts says what belongs to a window.
    wishes
        What the reference was decoded with; afterwards what the answer was decoded with.
    spent
        Hears how many operations have been decoded since it last did and the share of the operations that stand
        already once this window does; whether that was enough for it.
    """
    stand = _nothing_stands(course.instance, reference)
    order = np.argsort(reference[:, SETUP_AT], kind="stable")
    with ThreadPoolExecutor(1) as pool:
        while stand.left.any():
            order = order[stand.left[order]]
            final = order.size <= WIDTH
            window = _window(course, stand, np.sort(order[:WIDTH]))
            share = 1.0 if final else 1 - (order.size - PART) / course.instance.size
            best, placed = _improved(window, wishes.of(window.rows), course.spread, generator, (pool, spent, share))
            wishes.put(window.rows, best)
            until = None if final else int(reference[order[PART], SETUP_AT])
            if until is not None and not (placed[:, SETUP_AT] < until).any():
                until = None
            _keep(course.instance.arrays, stand, window, placed, until)
    return stand.placed


def _nothing_stands(instance: Instance, reference: Integers) -> Stand:
    a = instance.arrays
    placed = np.full_like(reference, -1)
    placed[:, SETUP_FOR] = placed[:, RUN_FOR] = 0
    return Stand(
        placed,
        np.ones(instance.size, np.bool_),
        np.maximum(a.operations["release"], instance.now),
        np.full(a.machines.size, instance.now),
        a.machines["family"].copy(),
        np.full(a.persons.size, instance.now),
        np.full(int(a.tools["count"].sum()), instance.now),
        instance.now,
    )


def _window(course: Course, stand: Stand, rows: Integers) -> Window:
    part = part_of(course.instance.arrays, rows)
    machines = part.machines.copy()
    machines["family"] = stand.family
    g = course.guide
    guide = Guide(g.key[rows], g.latest[rows], g.unhurried[rows], g.next_pool[rows], g.factors)
    numbers, demand = np.unique(course.serves[rows], return_inverse=True)
    demands = course.instance.arrays.demands
    weights = np.where(numbers >= 0, demands["weight"][numbers] if demands.size else 0.0, 0.0)
    busy = Busy(
        stand.machine.copy(), stand.person.copy(), stand.tool.copy(), stand.ready[rows], _coming(course, stand, rows)
    )
    part = part._replace(machines=machines)
    firm = course.firm[rows] | _booked_ahead(part, stand, rows)
    return Window(rows, part, guide, busy, stand.now, course.latest[rows], demand, np.asarray(weights), firm)


def _coming(course: Course, stand: Stand, rows: Integers) -> Integers:
    """Per family, operations after a window that wait for loads to fill."""
    a = course.instance.arrays
    if not (a.pools["fill"] > 0).any():
        return np.zeros(1, np.int64)
    after = stand.left.copy()
    after[rows] = False
    return np.bincount(a.operations["family"][after & filled(a)], minlength=1).astype(np.int64)


def _booked_ahead(part: Arrays, stand: Stand, rows: Integers) -> Flags:
    """Operations whose place is known since what they must follow soon has begun; they are pinned to it."""
    row = stand.placed[rows]
    booked = row[:, END_AT] >= 0
    machined = booked & (row[:, ON_MACHINE] >= 0)
    operations = part.operations
    operations["pinned"][machined] = row[machined, SETUP_AT]
    operations["machine"][machined] = row[machined, ON_MACHINE]
    attended = machined & (row[:, BY_PERSON] >= 0)
    operations["person"][attended] = row[attended, BY_PERSON] + 1
    return np.asarray(booked)


def _improved(
    window: Window,
    wishes: Wishes,
    spread: float,
    generator: np.random.Generator,
    limits: tuple[ThreadPoolExecutor, Spent, float],
) -> tuple[Wishes, Integers]:
    """The best wishes met for a window, and its rows with them; two are tried at once."""
    pool, spent, share = limits
    placed = window.decoded(wishes)
    late = window.lateness(placed)
    value, decoded = (late.sum(), placed[:, SETUP_FOR].sum()), window.rows.size
    while value[0] > 0 and not spent(decoded, share):
        tried = [_varied(window, wishes, (placed, late), spread, generator) for _ in range(2)]
        other = pool.submit(window.decoded, tried[1])
        for trial, found in zip(tried, (window.decoded(tried[0]), other.result()), strict=True):
            lateness = window.lateness(found)
            worth = (lateness.sum(), found[:, SETUP_FOR].sum())
            if worth <= value:
                wishes, placed, late, value = trial, found, lateness, worth
        decoded = 2 * window.rows.size
    return wishes, placed


def _varied(
    window: Window, wishes: Wishes, best: tuple[Integers, Floats], spread: float, generator: np.random.Generator
) -> Wishes:
    """Other wishes for a late demand, the later the likelier, sometimes for two; now and then one is less urgent."""
    placed, late = best
    trial = Wishes(wishes.bias.copy(), wishes.pinned.copy(), wishes.machine.copy())
    for _ in range(1 + int(generator.random() < 0.3)):
        demand = int(generator.choice(late.size, p=late / late.sum()))
        if generator.random() < 0.5:
            trial.bias[window.demand == demand] += spread * generator.exponential(1.0)
        else:
            _keep_free(window, trial, placed, demand, generator)
    if generator.random() < 0.3:
        trial.bias[window.demand == generator.integers(late.size)] -= spread * generator.exponential(0.5)
    return trial


def _keep_free(window: Window, trial: Wishes, placed: Integers, demand: int, generator: np.random.Generator) -> None:
    """Some machine is kept free for a step of a demand from when it is ready, or one no longer is."""
    operations, modes, pools = window.arrays.operations, window.arrays.modes, window.arrays.pools
    steps = np.flatnonzero((window.demand == demand) & (operations["modes"] > 0) & (placed[:, END_AT] >= 0))
    if not steps.size:
        return
    lost = np.maximum(placed[steps, SETUP_AT] - placed[steps, READY_AT], 0) + placed[steps, SETUP_FOR] + WAIT_SHARE
    o = int(generator.choice(steps, p=lost / lost.sum()))
    if window.firm[o]:
        return
    if trial.pinned[o] >= 0 and generator.random() < 0.4:
        trial.pinned[o] = trial.machine[o] = -1
        return
    mode = int(operations["first_mode"][o] + generator.integers(operations["modes"][o]))
    pool = pools[modes["pool"][mode]]
    only = int(operations["machine"][o])
    trial.machine[o] = only if only >= 0 else int(pool["first"] + generator.integers(pool["count"]))
    trial.pinned[o] = max(int(placed[o, READY_AT]), window.now)


def _keep(a: Arrays, stand: Stand, window: Window, placed: Integers, until: int | None) -> None:
    """Have what begins before a moment stand, everything if there is none."""
    moved = placed[:, IN_MODE] - window.arrays.operations["first_mode"] + a.operations["first_mode"][window.rows]
    placed[:, IN_MODE] = np.where(placed[:, IN_MODE] >= 0, moved, -1)
    chosen, ahead = _standing(a, window, placed, until)
    rows, found = window.rows[chosen], placed[chosen]
    stand.placed[window.rows[ahead]] = placed[ahead]
    stand.placed[rows], stand.left[rows] = found, False
    machine, person, tool, setter = (found[:, column] for column in (ON_MACHINE, BY_PERSON, WITH_TOOL, SET_BY))
    on = machine >= 0
    np.maximum.at(stand.machine, machine[on], found[on, END_AT])
    stand.family[machine[on]] = a.operations["family"][rows[on]]
    np.maximum.at(stand.person, person[person >= 0], found[person >= 0, END_AT])
    np.maximum.at(stand.person, setter[setter >= 0], found[setter >= 0, START_AT])
    np.maximum.at(stand.tool, tool[tool >= 0], found[tool >= 0, END_AT])
    hand_over(a, stand.placed, rows, stand.ready)
    stand.now = max(stand.now, until) if until is not None else stand.now


def _standing(a: Arrays, window: Window, placed: Integers, until: int | None) -> tuple[Integers, Integers]:
    """What of a window stands, in the order of time, and what is booked ahead because what it must follow stands."""
    begun = placed[:, SETUP_AT] < until if until is not None else np.ones(window.rows.size, np.bool_)
    machine = placed[:, ON_MACHINE]
    if (a.pools["capacity"] > 0).any():
        loads = np.flatnonzero((machine >= 0) & (a.pools["capacity"][a.machines["pool"][machine]] > 0))
        _, number = np.unique(placed[loads][:, [ON_MACHINE, START_AT, END_AT]], axis=0, return_inverse=True)
        some = np.zeros(int(number.max(initial=-1)) + 1, np.bool_)
        some[number[begun[loads]]] = True
        begun[loads] = some[number]
    ahead = np.zeros_like(begun)
    part = window.arrays
    limited = np.flatnonzero(part.arcs["wait"] > 0)
    source = np.repeat(np.arange(begun.size), part.operations["arcs"])[limited]
    target = part.arcs["successor"][limited]
    while limited.size:
        more = (begun | ahead)[source] & ~(begun | ahead)[target]
        if not more.any():
            break
        ahead[target[more]] = True
    chosen = np.flatnonzero(begun)
    return chosen[np.argsort(placed[chosen, SETUP_AT], kind="stable")], np.flatnonzero(ahead)


def part_of(a: Arrays, rows: Integers) -> Arrays:
    """The arrays of some operations, with the arcs between them and no demands."""
    number = np.full(a.operations.size, -1, np.int64)
    number[rows] = np.arange(rows.size)
    operations = a.operations[rows]
    modes = a.modes[runs(operations["first_mode"], operations["modes"])]
    owner = np.repeat(np.arange(rows.size), operations["arcs"])
    arcs = a.arcs[runs(operations["first_arc"], operations["arcs"])]
    arcs["successor"] = number[arcs["successor"]]
    inside = arcs["successor"] >= 0
    arcs, owner = arcs[inside], owner[inside]
    operations["first_mode"] = pointers(operations["modes"])
    operations["arcs"] = np.bincount(owner, minlength=rows.size)
    operations["first_arc"] = pointers(operations["arcs"])
    operations["predecessors"] = np.bincount(arcs["successor"], minlength=rows.size)
    return a._replace(operations=operations, modes=modes, arcs=arcs, demands=a.demands[:0], supplies=a.supplies[:0])


def runs(first: Integers, count: Integers) -> Integers:
    """Indices of runs of ``count`` from ``first`` on, one run behind the other.

    >>> runs(np.array([4, 0]), np.array([2, 3])).tolist()
    [4, 5, 0, 1, 2]
    """
    return np.repeat(first - pointers(count), count) + np.arange(int(count.sum()))
