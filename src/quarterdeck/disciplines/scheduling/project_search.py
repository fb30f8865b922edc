"""The search for a short project: populations of activity lists on some workers, constraint programming on one."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import dataclass, field, replace

import numpy as np

from quarterdeck.disciplines.scheduling.chance import Chance, chance
from quarterdeck.disciplines.scheduling.project import Integers, Mode, Project, ProjectPlan
from quarterdeck.disciplines.scheduling.project_bounds import project_bound
from quarterdeck.disciplines.scheduling.project_breeding import FAR, Herd, breed, herd, populate
from quarterdeck.disciplines.scheduling.project_decoding import Bench, bench
from quarterdeck.disciplines.scheduling.search import Callback, quiet
from quarterdeck.solvers.constraint_programming import Formulation, Found, Limits

TRIAL = 30  # random members in a round of those that tell how fast this machine is at the moment
TRIAL_SHARE = 0.03  # of the time
CHILD_PACE = 0.6  # time of a child against that of a random member, about
CHILDREN_PER_MEMBER = 350
PROOF_SHARE = 0.25  # of the time, for constraint programming on projects with one way for each activity


@dataclass
class Best:
    """The best plan met and the best bound, shared by the workers."""

    project: Project
    until: float
    began: float
    callback: Callback
    bound: int
    enough: float
    value: int = 1 << 30
    start: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    mode: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    children: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def done(self) -> bool:
        """Whether time is up or nothing is left to win."""
        return time.perf_counter() >= self.until or self.value <= max(self.bound, self.enough)

    def offer(self, value: int, start: Integers, mode: Integers) -> None:
        """Take a plan if it is better; modes count from 0 within each activity."""
        with self.lock:
            if value < self.value:
                self.value, self.start, self.mode = value, start.astype(np.int64), mode.astype(np.int64)
                self.callback(float(value), float(self.bound), time.perf_counter() - self.began)

    def proven(self, bound: float) -> None:
        """A lower bound somebody proved."""
        with self.lock:
            self.bound = max(self.bound, int(np.ceil(bound - 1e-6)))


def solve_project(
    project: Project,
    seconds: float,
    workers: int = 2,
    seed: int = 1,
    callback: Callback = quiet,
    enough: float = -1.0,
) -> ProjectPlan:
    """The shortest plan found within ``seconds``, or the first that is ``enough``.

    No plan on a cycle, where nothing keeps to the budget, or where an activity asks for more than there ever is.
    """
    began = time.perf_counter()
    kept = [[way for way, mode in enumerate(modes) if _fits(project, mode)] for modes in project.modes]
    ways = zip(project.modes, kept, strict=True)
    project = replace(project, modes=tuple(tuple(modes[way] for way in some) for modes, some in ways))
    if not all(kept):
        return ProjectPlan(np.zeros(0, np.int64), np.zeros(0, np.int64), float("inf"), {"bound": 0.0})
    best = Best(project, began + seconds, began, callback, project_bound(project), enough)
    if project.arrays.topological.size < project.size:
        return ProjectPlan(best.start, best.mode, float("inf"), {"bound": float(best.bound)})
    threads = [
        threading.Thread(target=_prove if 0 < number == workers - 1 else _breed, args=(best, seconds, seed, number))
        for number in range(workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures = {"bound": float(best.bound), "children": best.children, "seconds": time.perf_counter() - began}
    mode = np.array([some[way] for some, way in zip(kept, best.mode, strict=False)], np.int64)
    return ProjectPlan(best.start, mode, float(best.value) if best.start.size else float("inf"), figures)


def _fits(project: Project, mode: Mode) -> bool:
    """Whether a way of doing an activity asks for no more than there ever is."""
    return all(units <= capacity for units, capacity in zip(mode.renewable, project.capacity, strict=True))


def _breed(best: Best, seconds: float, seed: int, number: int) -> None:
    """Populations one after the other, each until nothing new is born; as large as there is time to breed them well."""
    a = best.project.arrays
    state, room = chance(seed, number), bench(a)
    pace = _pace(best, room, seconds, state)
    members = int(np.clip(seconds / (CHILD_PACE * pace) / CHILDREN_PER_MEMBER, 30, 5000))
    group, slice_ = herd(members, a), max(20, int(0.02 / pace))
    while not best.done():
        group.value[:] = 1 << 30
        for first in range(0, members, TRIAL):
            if best.done():
                return
            populate(a, room, group, first, min(first + TRIAL, members), state)
            _tell(best, group)
        idle = 0
        while not best.done() and idle < 60 * members:
            taken = breed(a, room, group, slice_, max(best.bound, int(best.enough)), state)
            best.children += slice_
            idle = 0 if taken > slice_ // 500 else idle + slice_
            _tell(best, group)


def _pace(best: Best, room: Bench, seconds: float, state: Chance) -> float:
    """Seconds that a random member takes here and now, with whatever else the machine does."""
    trial = herd(TRIAL, best.project.arrays)
    began = time.perf_counter()
    for rounds in itertools.count(1):
        populate(best.project.arrays, room, trial, 0, TRIAL, state)
        _tell(best, trial)
        passed = time.perf_counter() - began
        if passed > TRIAL_SHARE * seconds or best.done():
            return max(passed, 1e-6) / (TRIAL * rounds)
    return 1.0


def _tell(best: Best, group: Herd) -> None:
    member = int(group.value.argmin())
    value = int(group.value[member])
    if value < best.value and value < FAR:
        best.offer(value, group.start[member], group.mode[member] - best.project.arrays.first_mode[:-1])


def _prove(best: Best, seconds: float, seed: int, number: int) -> None:
    """Constraint programming from the best plan on; with one way for each activity only for a while, then breeding."""
    single = all(len(modes) == 1 for modes in best.project.modes)
    time.sleep(min(0.05 * seconds, 1.0))
    left = best.until - time.perf_counter()
    if left > 0 and not best.done():
        formulation = project_formulation(best.project, best.value if best.start.size else None)
        for activity, (start, way) in enumerate(zip(best.start, best.mode, strict=True)):
            formulation.hint(activity, int(start), int(way))

        def heard(found: Found) -> None:
            if found.value is not None:
                best.offer(int(found.value), np.array(found.starts), np.array(found.ways))

        limits = Limits(left * PROOF_SHARE if single else left, seed=seed, enough=best.bound, stop=best.done)
        found = formulation.solve(limits, heard)
        if not found.infeasible:
            best.proven(found.bound)
    if single:
        _breed(best, max(best.until - time.perf_counter(), 0.01), seed, number)


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
