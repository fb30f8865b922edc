"""What each operation waited for, so that the causes of lateness can be walked step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.scheduling.instance import Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.jobs import Jobs
from quarterdeck.disciplines.scheduling.network import Problemset
from quarterdeck.disciplines.scheduling.resources import Resources
from quarterdeck.solvers.sorting import ranked_by

CAUSES = (
    "nothing", "material", "predecessor", "machine", "person", "calendar", "limit", "setter", "tool", "maintenance",
    "room",
)  # fmt: skip
NOTHING, MATERIAL, PREDECESSOR, MACHINE, PERSON, CALENDAR, LIMIT, SETTER, TOOL, MAINTENANCE, ROOM = range(11)

Closures = tuple[Integers, Integers, Integers]


@dataclass(frozen=True)
class Waits:
    """Why each step began when it did.

    ``cause``: the longest wait after it was ready (machine, person, calendar) or, if there was none, what made it
    ready (material, predecessor); ``ready_after`` and ``ready_blocker`` always say the latter.
    ``parts``: every stretch of every wait: ``row`` of the step, running number, ``cause``, ``seconds``, ``blocker``;
    those of one step add up to the time from being ready to the beginning of its set-up.
    """

    cause: pl.Series
    blocker: pl.Series
    ready_after: pl.Series
    ready_blocker: pl.Series
    parts: pl.DataFrame


def explain_waits(
    jobs: Jobs,
    problem: Problemset,
    resources: Resources,
    instance: Instance,
    answer: Schedule,
    closures: Closures | None = None,
) -> Waits:
    """The waits of every step; operations beyond the steps of orders are maintenance, and are waited for too.

    ``closures``: machine, first and last moment of maintenance that is no operation but closes its machine [s].
    """
    count, orders = jobs.steps.height, jobs.orders.height
    ready_after, ready_blocker = _what_made_ready(jobs, problem, instance, answer)
    people = orders + len(resources.machine_codes)
    tools = people + len(resources.person_codes)
    numbers = np.concatenate([jobs.steps["number"].to_numpy(), np.full(instance.size - count, -1)])
    cause, blocker = ready_after.copy(), ready_blocker.copy()
    longest, since = np.zeros(instance.size, np.int64), answer.ready.copy()
    until = np.where(answer.scheduled, np.maximum(answer.setup_start, answer.ready), answer.ready)
    before = _before_on(answer.machine, answer)
    kinds = np.where(before >= count, MAINTENANCE, MACHINE)
    person = np.where(answer.person >= 0, people + answer.person, -1)
    kind = tools + instance.arrays.operations["tool"] - 1
    parts: list[tuple[Integers, ...]] = []
    kept_back = _kept_back(instance)
    machine = np.where(answer.machine >= 0, orders + answer.machine, -1)
    machine_free = np.where(before >= 0, answer.end[before], 0)
    (setter_free, setter), tool_free = _setter_free(answer, people), _tool_free(answer)
    others_free = np.maximum(setter_free, tool_free)  # what is given back together with the machine is scarcer
    stretches = (
        (
            kinds,
            np.where(machine_free > others_free, machine_free, 0),
            np.where(before >= count, machine, numbers[before]),
        ),
        (np.full_like(kinds, PERSON), _free(answer, answer.person), person),
        (np.full_like(kinds, SETTER), setter_free, setter),
        (np.full_like(kinds, TOOL), tool_free, kind),
        (np.full_like(kinds, MAINTENANCE), _closed_until(answer, closures), machine),
        (kept_back, np.where(kept_back > 0, until, 0), machine),
    )
    for what, free, whom in stretches:
        here = np.minimum(free, until)
        spent = np.maximum(here - since, 0)
        some = np.flatnonzero(spent > 0)
        parts.append((some, what[some], spent[some], whom[some]))
        more = spent > longest
        cause, blocker = np.where(more, what, cause), np.where(more, whom, blocker)
        longest, since = np.maximum(longest, spent), np.maximum(since, here)
    names = pl.concat([jobs.orders["order"], pl.Series("order", _codes(resources), dtype=pl.String)])
    named = [_named(names, each)[:count] for each in (blocker, ready_blocker)]
    told = _caused(cause)[:count], _caused(ready_after)[:count]
    return Waits(told[0], named[0], told[1], named[1], _parts(parts, names, count))


def _codes(resources: Resources) -> list[str | None]:
    return [*resources.machine_codes, *resources.person_codes, *resources.tools, None]


def _parts(parts: list[tuple[Integers, ...]], names: pl.Series, count: int) -> pl.DataFrame:
    """The stretches as a table, step by step in the order of time."""
    rows, what, seconds, whom = (np.concatenate([part[column] for part in parts]) for column in range(4))
    order = np.argsort(rows, kind="stable")
    order = order[rows[order] < count]
    return pl.DataFrame(
        {
            "row": rows[order],
            "cause": _caused(what[order]),
            "seconds": seconds[order],
            "blocker": _named(names, whom[order]),
            "part": _turns(rows[order]),
        }
    )


def _turns(rows: Integers) -> Integers:
    """Which of the entries of its row each one is, from 1 on; those of a row stand together."""
    place = np.arange(rows.size)
    opening = np.ones(rows.size, bool)
    opening[1:] = rows[1:] != rows[:-1]
    return np.asarray(place - np.maximum.accumulate(np.where(opening, place, 0)) + 1)


def _free(answer: Schedule, person: Integers) -> Integers:
    """When the person of each operation had done what was before it, 0 for nothing."""
    colleague = _before_on(person, answer)
    found = np.where(colleague >= 0, answer.end[colleague], 0)
    if answer.setter is None or not (answer.setter >= 0).any():
        return np.asarray(found)
    return np.maximum(found, _busy_until(answer, person))


def _setter_free(answer: Schedule, first: int) -> tuple[Integers, Integers]:
    """When who set up each operation had done what was before it, and the number of that person."""
    nobody = np.full(answer.end.size, -1, np.int64)
    if answer.setter is None or not (answer.setter >= 0).any():
        return np.zeros_like(nobody), nobody
    return _busy_until(answer, answer.setter), np.where(answer.setter >= 0, first + answer.setter, -1)


def _busy_until(answer: Schedule, person: Integers) -> Integers:
    """The last moment before each operation at which its person was busy with another, as attendant or setter."""
    setter = np.full(person.size, -1, np.int64) if answer.setter is None else answer.setter
    who = np.concatenate([answer.person, setter])
    ends = np.concatenate([answer.end, answer.start])
    own = np.concatenate([np.arange(person.size)] * 2)
    found = np.zeros(person.size, np.int64)
    busy = {one: np.flatnonzero(who == one) for one in np.unique(who[who >= 0]).tolist()}
    for row in np.flatnonzero(person >= 0):
        theirs = busy[int(person[row])]
        past = ends[theirs][(own[theirs] != row) & (ends[theirs] <= answer.setup_start[row])]
        found[row] = past.max(initial=0)
    return found


def _closed_until(answer: Schedule, closures: Closures | None) -> Integers:
    """When fixed maintenance of each operation's machine was over while it waited, 0 for none."""
    found = np.zeros(answer.end.size, np.int64)
    for machine, begin, end in zip(*(closures or ()), strict=True):
        waited = (answer.machine == machine) & (answer.ready < end) & (answer.setup_start >= end)
        waited &= answer.setup_start > begin
        found[waited] = np.maximum(found[waited], end)
    return found


def _tool_free(answer: Schedule) -> Integers:
    """When the tool of each operation was given back before, 0 for never."""
    if answer.tool is None or not (answer.tool >= 0).any():
        return np.zeros(answer.end.size, np.int64)
    before = _before_on(answer.tool, answer)
    return np.where(before >= 0, answer.end[before], 0)


def _caused(numbers: Integers) -> pl.Series:
    return pl.Series(CAUSES, dtype=pl.String).gather(numbers)


def _named(names: pl.Series, numbers: Integers) -> pl.Series:
    """Names by number; the last of them, which is none, for -1."""
    return names.gather(np.where(numbers < 0, names.len() - 1, numbers))


def _kept_back(instance: Instance) -> Integers:
    """What keeps each step back after all else: room or time of what must follow it, or closed time."""
    a = instance.arrays
    source = np.repeat(np.arange(instance.size), a.operations["arcs"])
    owner = np.repeat(np.arange(instance.size), a.operations["modes"])
    roomy = np.zeros(instance.size, bool)
    roomy[owner[a.pools["room"][a.modes["pool"]] > 0]] = True
    found = np.full(instance.size, CALENDAR)
    found[source[roomy[a.arcs["successor"]]]] = ROOM
    found[source[a.arcs["wait"] > 0]] = LIMIT
    return found


def _before_on(resource: Integers, answer: Schedule) -> Integers:
    """The operation before each one on the same machine or with the same person, -1 for none."""
    before = np.full(resource.size, -1, np.int64)
    used = np.flatnonzero(resource >= 0)
    order = used[ranked_by(resource[used], answer.setup_start[used], answer.end[used])]
    same = resource[order][1:] == resource[order][:-1]
    later, mate = order[1:][same], order[:-1][same]
    before[later] = mate
    together = (answer.start[mate] == answer.start[later]) & (answer.end[mate] == answer.end[later])
    for o in later[together & (answer.end[later] > answer.start[later])]:
        before[o] = before[before[o]]  # who is in one load has before it what the first of the load has
    return before


def _what_made_ready(
    jobs: Jobs, problem: Problemset, instance: Instance, answer: Schedule
) -> tuple[Integers, Integers]:
    """Whether a predecessor or material was the last thing to be there, and the number of its order."""
    cause, blocker = np.full(instance.size, NOTHING, np.int64), np.full(instance.size, -1, np.int64)
    numbers = jobs.steps["number"].to_numpy()
    material = problem.material
    to, queue = material["to"].to_numpy(), material["queue"].to_numpy()
    there = np.minimum(material["date"].to_numpy(), answer.ready[to] - queue) + queue
    binding = (there >= answer.ready[to]) & (material["date"].to_numpy() + queue >= answer.ready[to])
    binding &= answer.ready[to] > instance.now + queue
    _blame(cause, blocker, to[binding], (MATERIAL, material["supplier"].to_numpy()[binding]))
    source, target = problem.arcs["source"].to_numpy(), problem.arcs["to"].to_numpy()
    binding = answer.end[source] + problem.arcs["lag"].to_numpy() >= answer.ready[target]
    binding &= answer.scheduled[source]
    outside = binding & (numbers[source] != numbers[target])
    inside = binding & (numbers[source] == numbers[target])
    _blame(cause, blocker, target[outside], (MATERIAL, numbers[source[outside]]))
    _blame(cause, blocker, target[inside], (PREDECESSOR, numbers[source[inside]]))
    return cause, blocker


def _blame(cause: Integers, blocker: Integers, rows: Integers, what: tuple[int, npt.NDArray[np.int64]]) -> None:
    cause[rows], blocker[rows] = what
