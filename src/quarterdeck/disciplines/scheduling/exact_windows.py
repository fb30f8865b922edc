"""Large neighbourhoods: a part of the schedule around something late is placed anew by constraint programming.

Rules and urgencies reach only schedules in which nothing waits without need, and give each operation to whoever is free
first. Where people with several skills are what is short, or where several orders share a load of an oven, the best
schedules are not among these. So some dozen
operations around a late demand become a constraint programme, in which all others stand; what it finds is decoded, and
kept where it is better and the checker finds no more in it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.instance import Arrays, Instance, Integers, Records
from quarterdeck.disciplines.scheduling.state import (
    BY_PERSON,
    END_AT,
    IN_MODE,
    ON_MACHINE,
    READY_AT,
    SETUP_AT,
    SETUP_FOR,
    START_AT,
    Guide,
)
from quarterdeck.disciplines.scheduling.timing import longest_setup
from quarterdeck.disciplines.scheduling.window_answer import Answer
from quarterdeck.disciplines.scheduling.window_loads import leading, whole_loads
from quarterdeck.disciplines.scheduling.window_programme import WindowProgramme
from quarterdeck.solvers.constraint_parts import Limits

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
SIZES = (8, 14, 20, 30)  # operations of a window
ALL_STEPS = 0.5  # of the windows hold all steps of some orders rather than all orders of some machines
LARGE = (20, 30, 45)  # the same where loads are shared, once nothing was won for a while
STUCK = 4  # pairs of windows without gain, from which they are large
WORK = 0.1  # [deterministic seconds] of constraint programming at the most in each
WHOLE = 0.3  # of the work for a window that holds everything
LEAST_WORK = 0.02  # counted for each, since it has to be written as well
LEAST = 3
SECONDS = 30.0  # however slow the machine
PATIENCE = 20  # pairs of windows without gain
WAIT_SHARE = 60.0  # [s] that every step counts as waiting, so that each may be chosen


@dataclass(frozen=True)
class Neighbourhood:
    """What a search by windows knows and may do.

    ``serves`` tells the demand of each operation and ``latest`` its end without tardiness [s], ``unhurried``
    the same if nothing had to wait, ``work`` how much constraint programming there is [deterministic seconds].
    ``lateness`` tells that of each demand in a schedule, ``attempt`` decodes, keeps what is better, and returns the
    best schedule there is; ``spent`` whether time is over.
    """

    instance: Instance
    serves: Integers
    latest: Integers
    unhurried: Integers
    generator: np.random.Generator
    work: float
    lateness: Callable[[Integers], Floats]
    attempt: Callable[[Wanted], Integers]
    spent: Callable[[], bool]


@dataclass(frozen=True)
class Window:
    """Operations to be placed anew, with how much work [deterministic seconds] and which seed."""

    rows: Integers
    work: float
    seed: int


@dataclass(frozen=True)
class Wanted:
    """A schedule to be decoded: when each operation may begin, in which way, and which goes first."""

    arrays: Arrays
    guide: Guide


def improve(around: Neighbourhood, placed: Integers) -> None:
    """Two windows at a time until the work is done, or one holds everything and nothing better is possible."""
    left, quiet = around.work, 0
    shared = bool((around.instance.arrays.pools["capacity"] > 0).any())
    with ThreadPoolExecutor(1) as pool:
        while left > 0 and quiet < PATIENCE and not around.spent():
            free = movable(around.instance, placed)
            late = _reached(around, free, around.lateness(placed))
            if not late.any() or free.sum() < LEAST:
                return
            sizes = LARGE if shared and quiet >= STUCK else SIZES
            windows = [_window(around, placed, free, late, sizes) for _ in range(2)]
            other = pool.submit(_answered, around, placed, windows[1])
            answers = [_answered(around, placed, windows[0]), other.result()]
            left -= sum(max(LEAST_WORK, answer.work if answer else WORK) for answer in answers)
            before = placed
            for window, answer in zip(windows, answers, strict=True):
                if answer is None:
                    continue
                for wanted in wishes(around.instance, placed, window.rows, answer, around.unhurried):
                    placed = around.attempt(wanted)
                if answer.proven and window.rows.size == free.sum():
                    return
            quiet = 0 if placed is not before else quiet + 1


def _reached(around: Neighbourhood, free: Flags, late: Floats) -> Floats:
    """The lateness of those demands for which something can be moved; none of the others."""
    found = np.zeros_like(late)
    served = np.unique(around.serves[free])
    found[served[served >= 0]] = late[served[served >= 0]]
    return found


def _window(around: Neighbourhood, placed: Integers, free: Flags, late: Floats, sizes: tuple[int, ...]) -> Window:
    """A window of one of several sizes, with as much work as its size asks for."""
    rows = choose(around, placed, free, late, int(around.generator.choice(sizes)))
    work = WORK if rows.size < free.sum() else max(WORK, around.work * WHOLE)
    return Window(rows, work, int(around.generator.integers(1 << 30)))


def _answered(around: Neighbourhood, placed: Integers, window: Window) -> Answer | None:
    """What constraint programming makes of a window; ``None`` where it is no use."""
    if window.rows.size < LEAST:
        return None
    programme = WindowProgramme.of(around.instance, placed, window.rows, around.latest, around.serves)
    if programme is None:
        return None
    return programme.solve(Limits(SECONDS, window.work, 1, window.seed, brief=True))


def movable(instance: Instance, placed: Integers) -> Flags:
    """Operations that a window may hold: on a machine, not run, pinned or asked of one person, with room after them."""
    a = instance.arrays
    op = a.operations
    on = placed[:, ON_MACHINE]
    pools = a.pools[a.machines["pool"][np.maximum(on, 0)]] if a.machines.size else a.pools
    free = (on >= 0) & (placed[:, END_AT] >= 0) & (op["started"] == 0) & (op["pinned"] < 0) & (op["latest"] <= 0)
    if not free.any():
        return np.asarray(free)
    free &= (op["person"] == 0) & (pools["room"] == 0) & ~before_rooms(a)
    return np.asarray(free & whole_loads(a, placed, np.asarray(free)))


def before_rooms(a: Arrays) -> Flags:
    """Operations that begin only if there is room before the machines of what follows them."""
    found = np.zeros(a.operations.size, np.bool_)
    if (a.pools["room"] > 0).any():
        into = np.zeros(found.size, np.bool_)
        owner = np.repeat(np.arange(found.size), a.operations["modes"])
        into[owner[a.pools["room"][a.modes["pool"]] > 0]] = True
        found[np.repeat(np.arange(found.size), a.operations["arcs"])[into[a.arcs["successor"]]]] = True
    return found


def choose(around: Neighbourhood, placed: Integers, free: Flags, late: Floats, size: int) -> Integers:
    """The operations of a window: around where a step of some late demand loses time; all if they are few."""
    if free.sum() <= size:
        return np.flatnonzero(free)
    generator = around.generator
    demand = int(generator.choice(late.size, p=late / late.sum()))
    chain = np.flatnonzero(free & (around.serves == demand))
    behind = chain[placed[chain, END_AT] > around.latest[chain]]
    chain = behind if behind.size else chain
    lost = np.maximum(placed[chain, SETUP_AT] - placed[chain, READY_AT], 0) + placed[chain, SETUP_FOR] + WAIT_SHARE
    centre = int(generator.choice(chain, p=lost / lost.sum()))
    moment = (max(int(placed[centre, READY_AT]), around.instance.now) + int(placed[centre, END_AT])) / 2
    near = free & _shared(placed, chain)
    rows = np.flatnonzero(near)
    away = np.abs((placed[rows, SETUP_AT] + placed[rows, END_AT]) / 2 - moment)
    away[np.isin(rows, chain)] /= 2  # the order's own steps before those of others
    nearest = rows[np.argsort(away, kind="stable")]
    if generator.random() < ALL_STEPS:
        nearest = _with_orders(around, nearest, free)
    lead = leading(around.instance.arrays, placed)
    return np.flatnonzero(free & np.isin(lead, lead[nearest[:size]]))


def _with_orders(around: Neighbourhood, nearest: Integers, free: Flags) -> Integers:
    """All that is done for the demands of operations, one demand after the other."""
    known = nearest[around.serves[nearest] >= 0]
    demands, first = np.unique(around.serves[known], return_index=True)
    rank = np.full(int(around.serves.max(initial=0)) + 2, known.size)
    rank[demands] = first
    rows = np.flatnonzero(free & (rank[around.serves] < known.size))
    return rows[np.argsort(rank[around.serves[rows]], kind="stable")]


def _shared(placed: Integers, chain: Integers) -> Flags:
    """What is done on the machines or by the people of some operations."""
    machines, people = np.unique(placed[chain, ON_MACHINE]), np.unique(placed[chain, BY_PERSON])
    by = np.isin(placed[:, BY_PERSON], people[people >= 0])
    return np.asarray(np.isin(placed[:, ON_MACHINE], machines[machines >= 0]) | by)


def wishes(instance: Instance, placed: Integers, rows: Integers, answer: Answer, unhurried: Integers) -> list[Wanted]:
    """Ways to decode an answer: everything no sooner than there; what comes after the window freely; all freely.

    ``unhurried``: latest ends if nothing had to wait [s].
    """
    a = instance.arrays
    begins, kept_until, lead = placed[:, START_AT].copy(), placed[:, SETUP_AT].copy(), leading(a, placed)
    begins[rows], lead[rows] = answer.starts, answer.leads
    setups = [longest_setup(a, o, max(way.machine, 0)) for o, way in zip(rows, answer.ways, strict=True)]
    kept_until[rows] = answer.starts - setups
    kept_until = kept_until[lead]  # who goes along is there when the set-up of the load begins
    operations, pools = _placed_as(a, placed, rows, answer)
    held = _held(a, placed)
    guide = _in_this_order(begins, lead, unhurried)
    until = int(placed[rows, END_AT].max())
    found = []
    for kept in (held, held & (begins <= until), np.zeros_like(held)):
        some = operations.copy()
        some["release"] = np.where(kept, np.maximum(some["release"], kept_until), some["release"])
        found.append(Wanted(a._replace(operations=some, pools=pools), guide))
    return found


def _held(a: Arrays, placed: Integers) -> Flags:
    """Operations on machines that do not run yet."""
    operations = a.operations
    return np.asarray((operations["modes"] > 0) & (placed[:, IN_MODE] >= 0) & (operations["started"] == 0))


def _placed_as(a: Arrays, placed: Integers, rows: Integers, answer: Answer) -> tuple[Records, Records]:
    """Operations and pools where each is done on its machine by its person, as the answer has it."""
    people = placed[:, BY_PERSON] + 1
    people[rows] = [way.person + 1 for way in answer.ways]
    mode = placed[:, IN_MODE].copy()
    mode[rows] = [way.mode for way in answer.ways]
    operations = a.operations.copy()
    held = _held(a, placed)
    operations["first_mode"] = np.where(held, mode, operations["first_mode"])
    operations["modes"] = np.where(held, 1, operations["modes"])
    operations["person"] = np.where(held & (operations["skill"] >= 0), people, operations["person"])
    machine = placed[:, ON_MACHINE].copy()
    machine[rows] = [way.machine for way in answer.ways]
    unnamed = {int(a.modes["pool"][way.mode]) for way in answer.ways if way.machine < 0}
    alike = np.isin(a.modes["pool"][np.maximum(mode, 0)], list(unnamed))  # any of them will do, for the others as well
    operations["machine"] = np.where(held & ~alike, machine, operations["machine"])
    pools = a.pools.copy()
    pools["uniform"] = 0  # so that each machine is looked at for who is to be done on it
    return operations, pools


def _in_this_order(begins: Integers, lead: Integers, unhurried: Integers) -> Guide:
    """A guide by which what begins first is the most urgent, and who leads a load before those that go along."""
    rank = np.empty(begins.size, np.int64)
    rank[np.lexsort((lead != np.arange(lead.size), begins))] = np.arange(begins.size)
    blank = np.zeros(begins.size, np.int64)
    return Guide(-rank.astype(np.float64), blank, unhurried, np.full(begins.size, -1, np.int64), np.zeros(5))
