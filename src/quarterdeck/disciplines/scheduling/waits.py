"""What each operation waited for, so that the causes of lateness can be walked step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.instance import Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.jobs import Jobs
from quarterdeck.disciplines.scheduling.network import Problemset
from quarterdeck.disciplines.scheduling.resources import Resources

Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Waits:
    """Why each step began when it did.

    ``cause``: the longest wait after it was ready (machine, person, calendar) or, if there was none, what made it
    ready (material, predecessor); ``ready_after`` and ``ready_blocker`` always say the latter.
    """

    cause: Texts
    blocker: Texts
    ready_after: Texts
    ready_blocker: Texts


def explain_waits(jobs: Jobs, problem: Problemset, resources: Resources, instance: Instance, answer: Schedule) -> Waits:
    """The waits of every step."""
    ready_after, ready_blocker = _what_made_ready(jobs, problem, instance, answer)
    cause, blocker = ready_after.copy(), ready_blocker.copy()
    before = _before_on(answer.machine, answer)
    colleague = _before_on(answer.person, answer)
    orders = np.array([*jobs.steps["order"].to_list(), None], dtype=object)
    busy = np.where(before >= 0, answer.end[before], 0) - answer.ready
    held = np.where(colleague >= 0, answer.end[colleague], 0) - answer.ready
    waited = answer.scheduled & (answer.setup_start > answer.ready)
    busy = np.clip(busy, 0, np.maximum(answer.setup_start - answer.ready, 0))
    held = np.clip(held, 0, np.maximum(answer.setup_start - answer.ready, 0))
    rest = answer.setup_start - answer.ready - np.maximum(busy, held)
    on_machine = waited & (busy >= held) & (busy > 0) & (busy >= rest)
    on_person = waited & ~on_machine & (held > 0) & (held >= rest)
    on_calendar = waited & ~on_machine & ~on_person
    cause[on_machine], blocker[on_machine] = "machine", orders[before[on_machine]]
    cause[on_person], blocker[on_person] = (
        "person",
        np.array([*resources.person_codes, None], object)[answer.person[on_person]],
    )
    cause[on_calendar] = "calendar"
    blocker[on_calendar] = np.array([*resources.machine_codes, None], object)[answer.machine[on_calendar]]
    return Waits(cause, blocker, ready_after, ready_blocker)


def _before_on(resource: Integers, answer: Schedule) -> Integers:
    """The operation before each one on the same machine or with the same person, -1 for none."""
    order = np.lexsort((answer.end, answer.setup_start, resource))
    before = np.full(resource.size, -1, np.int64)
    same = (resource[order][1:] == resource[order][:-1]) & (resource[order][1:] >= 0)
    before[order[1:][same]] = order[:-1][same]
    for o in order[1:][same]:  # who is in one load has before it what the first of the load has
        mate = before[o]
        if answer.start[mate] == answer.start[o] and answer.end[mate] == answer.end[o] > answer.start[o]:
            before[o] = before[mate]
    return before


def _what_made_ready(jobs: Jobs, problem: Problemset, instance: Instance, answer: Schedule) -> tuple[Texts, Texts]:
    """Whether a predecessor or material was the last thing to be there, and of which order."""
    cause = np.full(instance.size, "nothing", dtype=object)
    blocker = np.full(instance.size, None, dtype=object)
    codes = np.array(jobs.orders["order"].to_list(), dtype=object)
    numbers = jobs.steps["number"].to_numpy()
    material = problem.material
    to, queue = material["to"].to_numpy(), material["queue"].to_numpy()
    there = np.minimum(material["date"].to_numpy(), answer.ready[to] - queue) + queue
    binding = (there >= answer.ready[to]) & (material["date"].to_numpy() + queue >= answer.ready[to])
    binding &= answer.ready[to] > instance.now + queue
    cause[to[binding]] = "material"
    blocker[to[binding]] = codes[material["supplier"].to_numpy()[binding]]
    source, target = problem.arcs["source"].to_numpy(), problem.arcs["to"].to_numpy()
    binding = answer.end[source] + problem.arcs["lag"].to_numpy() >= answer.ready[target]
    binding &= answer.scheduled[source]
    outside = binding & (numbers[source] != numbers[target])
    inside = binding & (numbers[source] == numbers[target])
    cause[target[outside]], blocker[target[outside]] = "material", codes[numbers[source[outside]]]
    cause[target[inside]], blocker[target[inside]] = "predecessor", codes[numbers[source[inside]]]
    return cause, blocker
