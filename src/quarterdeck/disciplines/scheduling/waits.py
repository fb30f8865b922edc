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

CAUSES = ("nothing", "material", "predecessor", "machine", "person", "calendar", "limit")
NOTHING, MATERIAL, PREDECESSOR, MACHINE, PERSON, CALENDAR, LIMIT = range(7)


@dataclass(frozen=True)
class Waits:
    """Why each step began when it did.

    ``cause``: the longest wait after it was ready (machine, person, calendar) or, if there was none, what made it
    ready (material, predecessor); ``ready_after`` and ``ready_blocker`` always say the latter.
    """

    cause: pl.Series
    blocker: pl.Series
    ready_after: pl.Series
    ready_blocker: pl.Series


def explain_waits(jobs: Jobs, problem: Problemset, resources: Resources, instance: Instance, answer: Schedule) -> Waits:
    """The waits of every step."""
    ready_after, ready_blocker = _what_made_ready(jobs, problem, instance, answer)
    numbers, orders = jobs.steps["number"].to_numpy(), jobs.orders.height
    before = _before_on(answer.machine, answer)
    colleague = _before_on(answer.person, answer)
    length = np.maximum(answer.setup_start - answer.ready, 0)
    busy = np.clip(np.where(before >= 0, answer.end[before], 0) - answer.ready, 0, length)
    held = np.clip(np.where(colleague >= 0, answer.end[colleague], 0) - answer.ready, 0, length)
    waited = answer.scheduled & (answer.setup_start > answer.ready)
    rest = answer.setup_start - answer.ready - np.maximum(busy, held)
    on_machine = waited & (busy >= held) & (busy > 0) & (busy >= rest)
    on_person = waited & ~on_machine & (held > 0) & (held >= rest)
    on_calendar = waited & ~on_machine & ~on_person
    chosen = [on_machine, on_person, on_calendar]
    machine = np.where(answer.machine >= 0, orders + answer.machine, -1)
    person = np.where(answer.person >= 0, orders + len(resources.machine_codes) + answer.person, -1)
    blocker = np.select(chosen, [numbers[before], person, machine], ready_blocker) if numbers.size else ready_blocker
    kept_back = np.where(_limited(instance), LIMIT, CALENDAR)
    cause = np.select(chosen, [MACHINE, PERSON, kept_back], ready_after)
    codes = [*resources.machine_codes, *resources.person_codes, None]
    names = pl.concat([jobs.orders["order"], pl.Series("order", codes, dtype=pl.String)])
    return Waits(_caused(cause), _named(names, blocker), _caused(ready_after), _named(names, ready_blocker))


def _caused(numbers: Integers) -> pl.Series:
    return pl.Series(CAUSES, dtype=pl.String).gather(numbers)


def _named(names: pl.Series, numbers: Integers) -> pl.Series:
    """Names by number; the last of them, which is none, for -1."""
    return names.gather(np.where(numbers < 0, names.len() - 1, numbers))


def _limited(instance: Instance) -> npt.NDArray[np.bool_]:
    """Steps that what must follow them soon, or into little room, may keep back."""
    a = instance.arrays
    source = np.repeat(np.arange(instance.size), a.operations["arcs"])
    owner = np.repeat(np.arange(instance.size), a.operations["modes"])
    roomy = np.zeros(instance.size, bool)
    roomy[owner[a.pools["room"][a.modes["pool"]] > 0]] = True
    found = np.zeros(instance.size, bool)
    found[source[(a.arcs["wait"] > 0) | roomy[a.arcs["successor"]]]] = True
    return found


def _before_on(resource: Integers, answer: Schedule) -> Integers:
    """The operation before each one on the same machine or with the same person, -1 for none."""
    before = np.full(resource.size, -1, np.int64)
    used = np.flatnonzero(resource >= 0)
    order = used[np.lexsort((answer.end[used], answer.setup_start[used], resource[used]))]
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
    cause, blocker = np.full(instance.size, NOTHING), np.full(instance.size, -1)
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
