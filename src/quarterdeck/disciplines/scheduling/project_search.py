"""The search for a short project: populations of activity lists on some workers, constraint programming on one."""

from __future__ import annotations

import itertools
import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from quarterdeck.disciplines.scheduling.attempts import Callback, quiet
from quarterdeck.disciplines.scheduling.chance import Chance, chance
from quarterdeck.disciplines.scheduling.incumbent import NONE_YET, Incumbent, SearchLimits
from quarterdeck.disciplines.scheduling.project import Mode, Project, ProjectPlan
from quarterdeck.disciplines.scheduling.project_bounds import project_bound
from quarterdeck.disciplines.scheduling.project_breeding import FAR, Herd, breed, herd, populate
from quarterdeck.disciplines.scheduling.project_decoding import Bench, bench
from quarterdeck.solvers.constraint_parts import Found, Limits
from quarterdeck.solvers.constraint_programming import Formulation

TRIAL = 30  # random members in a round of those that tell how fast this machine is at the moment
TRIAL_SHARE = 0.03  # of the time
CHILD_PACE = 0.3  # time of a child against that of a random member, about
CHILDREN_PER_MEMBER = 350
COUNTED_SLICE = 100  # children between looks at the bound where they are counted
CHILD_WORK = 1e-4  # deterministic work of constraint programming that counts for a child
PROOF_SHARE = 0.25  # of the time, for constraint programming on projects with one way for each activity


@dataclass
class Best(Incumbent):
    """The best plan met: start and mode of each activity, the modes counted from 0 within the activity."""

    project: Project = field(kw_only=True)

    @property
    def counted(self) -> int | None:
        """Children that each worker may breed, if they are counted."""
        return self.limits.rounds


def solve_project(project: Project, limits: SearchLimits, callback: Callback = quiet) -> ProjectPlan:
    """The shortest plan found within the limits, whose rounds are children bred by each worker.

    No plan on a cycle, where nothing keeps to the budget, or where an activity asks for more than there ever is.
    """
    kept = [[way for way, mode in enumerate(modes) if _fits(project, mode)] for modes in project.modes]
    ways = zip(project.modes, kept, strict=True)
    project = replace(project, modes=tuple(tuple(modes[way] for way in some) for modes, some in ways))
    if not all(kept):
        return ProjectPlan(np.zeros(0, np.int64), np.zeros(0, np.int64), math.inf, {"bound": 0.0})
    best = Best(limits, project_bound(project), callback, project=project)
    if project.arrays.topological.size < project.size:
        return ProjectPlan(np.zeros(0, np.int64), np.zeros(0, np.int64), math.inf, {"bound": float(best.bound)})
    with ThreadPoolExecutor(limits.workers) as pool:
        list(pool.map(lambda number: _work(best, number), range(limits.workers)))
    figures = {"bound": float(best.bound), "children": best.steps, "seconds": best.seconds()}
    if not best.answer:
        return ProjectPlan(np.zeros(0, np.int64), np.zeros(0, np.int64), math.inf, figures)
    start, chosen = best.answer
    mode = np.array([some[way] for some, way in zip(kept, chosen, strict=True)], np.int64)
    return ProjectPlan(start, mode, float(best.value), figures)


def _work(best: Best, number: int) -> None:
    """The last worker of several begins with constraint programming."""
    (_prove if 0 < number == best.limits.workers - 1 else _breed)(best, number)


def _fits(project: Project, mode: Mode) -> bool:
    """Whether a way of doing an activity asks for no more than there ever is."""
    return all(units <= capacity for units, capacity in zip(mode.renewable, project.capacity, strict=True))


def _breed(best: Best, number: int) -> None:
    """Populations one after the other, each until nothing new is born; as large as there is time to breed them well."""
    a = best.project.arrays
    state, room = chance(best.limits.seed, number), bench(a)
    slice_, members = COUNTED_SLICE, (best.counted or 0) // CHILDREN_PER_MEMBER
    if best.counted is None:
        seconds = max(best.until - time.perf_counter(), 0.01)
        pace = _pace(best, room, seconds, number, state)
        slice_, members = max(20, int(0.02 / pace)), int(seconds / (CHILD_PACE * pace) / CHILDREN_PER_MEMBER)
    members = min(max(members, 30), 5000)
    group, made, own = herd(members, a), 0, NONE_YET
    while best.passed(made, own) < 1.0:
        group.value[:] = 1 << 30
        for first in range(0, members, TRIAL):
            last = min(first + TRIAL, members)
            populate(a, room, group, first, last, state)
            made, own = made + last - first, _tell(best, group, number, own)
            if best.passed(made, own) >= 1.0:
                break
        idle = 0
        while best.passed(made, own) < 1.0 and idle < 60 * members:
            target = best.target if best.counted is not None else max(best.bound, best.limits.enough)
            taken = breed(a, room, group, slice_, int(target), state)
            made, own = made + slice_, _tell(best, group, number, own)
            idle = 0 if taken > slice_ // 500 else idle + slice_
    best.did(made)


def _pace(best: Best, room: Bench, seconds: float, number: int, state: Chance) -> float:
    """Seconds that a random member takes here and now, with whatever else the machine does."""
    trial = herd(TRIAL, best.project.arrays)
    began = time.perf_counter()
    for rounds in itertools.count(1):
        populate(best.project.arrays, room, trial, 0, TRIAL, state)
        _tell(best, trial, number, NONE_YET)
        passed = time.perf_counter() - began
        if passed > TRIAL_SHARE * seconds or best.passed(0) >= 1.0:
            return max(passed, 1e-6) / (TRIAL * rounds)
    return 1.0


def _tell(best: Best, group: Herd, number: int, own: int) -> int:
    """Offer the best of a population if it is better than what its worker had; returns the best value it had."""
    member = int(group.value.argmin())
    value = int(group.value[member])
    if value >= own or value >= FAR:
        return own
    mode = group.mode[member] - best.project.arrays.first_mode[:-1]
    best.offer(number, value, group.start[member].astype(np.int64), mode.astype(np.int64))
    return value


def _prove(best: Best, number: int) -> None:
    """Constraint programming from the best plan on; with one way for each activity only for a while, then breeding."""
    single = all(len(modes) == 1 for modes in best.project.modes)
    if best.counted is None:
        time.sleep(min(0.05 * best.limits.seconds, 1.0))
    if best.passed(0) < 1.0:
        formulation, limits = _programme(best, single=single)

        def heard(found: Found) -> None:
            if found.value is not None:
                best.offer(number, int(found.value), np.array(found.starts), np.array(found.ways))

        found = formulation.solve(limits, heard)
        if not found.infeasible:
            best.proven(np.ceil(found.bound - 1e-6))
    if single:
        _breed(best, number)


def _programme(best: Best, *, single: bool) -> tuple[Formulation, Limits]:
    """The project with the best plan as a hint, and how long to look; where children are counted, without a hint."""
    share, seed = PROOF_SHARE if single else 1.0, best.limits.seed
    if best.counted is not None:
        limits = Limits(math.inf, share * best.counted * CHILD_WORK, seed=seed, enough=best.target)
        return project_formulation(best.project), limits
    known = best.answer
    formulation = project_formulation(best.project, best.value if known else None)
    for activity in range(best.project.size if known else 0):
        formulation.hint(activity, int(known[0][activity]), int(known[1][activity]))
    left = max(best.until - time.perf_counter(), 0.01)
    return formulation, Limits(
        left * share, seed=seed, enough=best.bound, stop=lambda: best.passed(0) >= 1.0
    )  # fmt: skip


def project_formulation(project: Project, horizon: int | None = None) -> Formulation:
    """The project as a constraint programme that ends by ``horizon``."""
    longest = sum(max(mode.duration for mode in modes) for modes in project.modes)
    formulation = Formulation(longest if horizon is None else horizon)
    for modes in project.modes:
        formulation.task([mode.duration for mode in modes])
    for activity, followers in enumerate(project.successors):
        for follower in followers:
            formulation.precedence(activity, follower)
    ways = [(i, way, mode) for i, modes in enumerate(project.modes) for way, mode in enumerate(modes)]
    for resource, capacity in enumerate(project.capacity):
        formulation.cumulative(capacity, [(i, way, mode.renewable[resource]) for i, way, mode in ways])
    for resource, capacity in enumerate(project.budget):
        formulation.budget(capacity, [(i, way, mode.consumed[resource]) for i, way, mode in ways])
    formulation.minimise_makespan()
    return formulation
