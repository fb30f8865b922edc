"""Scheduling as a constraint programme: tasks, resources, precedence and a goal, solved by OR-Tools' CP-SAT.

One method per kind of constraint, in the literature's words. Times are whole numbers from 0 to a horizon. OR-Tools is
imported when a formulation is made, not with this module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise, product
from typing import Any

from quarterdeck.solvers.constraint_parts import Found, Goal, Limits, Opening, Span, Stretch, Task, Values

HINTED = 1000  # conflicts while a hint is made whole: a programme with much that no hint names needs more than usual
SCALE = 1 << 40  # beyond it products of times and weights are not safe


@dataclass
class Formulation:
    """Tasks between 0 and ``horizon`` under constraints that are added one by one."""

    horizon: int
    tasks: list[Task] = field(default_factory=list)

    def __post_init__(self) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - takes a while to load

        self._cp = cp_model
        self._whole: dict[int, Any] = {}
        self._set_up: dict[int, list[tuple[int, Any]]] = {}
        self._model = cp_model.CpModel()
        self._goal: Any = 0

    def task(self, durations: Sequence[int], earliest: int = 0, latest: int | None = None) -> int:
        """A task to be done in one of several ways between two moments; returns its number."""
        m = self._model
        last = self.horizon if latest is None else latest
        start = m.new_int_var(earliest, last, "")
        if len(durations) == 1:
            end = start + durations[0]
            m.add(end <= last)
            interval = m.new_fixed_size_interval_var(start, durations[0], "")
            self.tasks.append(Task(start, end, [1], [interval], list(durations)))
            return len(self.tasks) - 1
        end = m.new_int_var(earliest, last, "")
        chosen = [m.new_bool_var("") for _ in durations]
        m.add_exactly_one(chosen)
        spans = [
            m.new_optional_interval_var(start, length, end, flag, "")
            for length, flag in zip(durations, chosen, strict=True)
        ]
        self.tasks.append(Task(start, end, chosen, spans, list(durations)))
        return len(self.tasks) - 1

    def working_task(
        self,
        spans: Sequence[Span],
        openings: Sequence[Opening],
        earliest: int,
        latest: int,
        *,
        pauses: bool,
        along: int = 0,
    ) -> int:
        """A task that works only while the calendar of its way is open; with ``pauses`` it may go on after closed time.

        Its start and end are moments; work goes on in the calendar's open time, to which each closed stretch that lies
        before it adds its length. Behind its spans it has so many ways more to go ``along`` with others, see
        :meth:`goes_along`.
        """
        m = self._model
        start, end = m.new_int_var(earliest, latest, ""), m.new_int_var(earliest, latest, "")
        ways = len(spans) + along
        every = [m.new_bool_var("") for _ in range(ways)] if ways > 1 else [1]
        if ways > 1:
            m.add_exactly_one(every)
        chosen = every[: len(spans)]
        length = sum(span.duration * flag for span, flag in zip(spans, chosen, strict=True))
        for calendar in sorted({span.opening for span in spans}):
            flags = [flag for span, flag in zip(spans, chosen, strict=True) if span.opening == calendar]
            self._work_on(openings[calendar], Stretch(start, end, length, flags), pauses=pauses)
        least = min(span.duration for span in spans)
        lasts = m.new_int_var(min(least, latest - earliest), latest - earliest, "")
        m.add(lasts == end - start)
        if ways == 1:
            intervals = [m.new_interval_var(start, lasts, end, "")]
        else:
            intervals = [m.new_optional_interval_var(start, lasts, end, flag, "") for flag in chosen]
        self.tasks.append(Task(start, end, every, intervals, [span.duration for span in spans]))
        if along:
            self._whole[len(self.tasks) - 1] = m.new_interval_var(start, lasts, end, "")
        return len(self.tasks) - 1

    def within(self, capacity: int, loads: Sequence[tuple[int, int]], groups: Sequence[Sequence[int]]) -> None:
        """What follows from loads on one machine: its room at every moment, and one group of tasks at a time.

        ``loads``: task and units; ``groups``: tasks that cannot be done while those of another group are.
        """
        m = self._model
        for task in {task for task, _ in loads} - self._whole.keys():
            self._whole[task] = self.tasks[task].intervals[0]
        m.add_cumulative([self._whole[task] for task, _ in loads], [units for _, units in loads], capacity)
        for group, other in combinations(groups, 2):
            for pair in product(group, other):
                m.add_no_overlap([self._whole[task] for task in pair])

    def goes_along(self, task: int, way: int, leader: int, ways: Sequence[int]) -> None:
        """In this way a task begins and ends with another, which is done in one of some ways itself."""
        m, one, other = self._model, self.tasks[task], self.tasks[leader]
        m.add(one.start == other.start).only_enforce_if(one.chosen[way])
        m.add(one.end == other.end).only_enforce_if(one.chosen[way])
        m.add_bool_or([other.chosen[each] for each in ways] or [1]).only_enforce_if(one.chosen[way])

    def _work_on(self, opening: Opening, work: Stretch, *, pauses: bool) -> None:
        """Ties start and end to the open time of a calendar where one of the flags is set."""
        m = self._model
        begins = m.new_int_var(0, self.horizon, "")
        before, within = [], []
        for moment, gap in opening.gaps():
            one = m.new_bool_var("")
            m.add(begins >= moment).only_enforce_if(one)
            m.add(begins < moment).only_enforce_if(~one)
            before.append(gap * one)
            if not pauses:
                continue
            other = m.new_bool_var("")
            m.add(begins + work.length > moment).only_enforce_if(other)
            m.add(begins + work.length <= moment).only_enforce_if(~other)
            within.append(gap * other)
        if not pauses:
            for moment, _ in opening.gaps():
                early = m.new_bool_var("")
                m.add(begins + work.length <= moment).only_enforce_if(early)
                m.add(begins >= moment).only_enforce_if(~early)
            within = before
        first = opening.start[0]
        for flag in work.flags:
            tied = [
                m.add(work.start == first + begins + sum(before)),
                m.add(work.end == first + begins + work.length + sum(within)),
            ]
            if not isinstance(flag, int):
                for each in tied:
                    each.only_enforce_if(flag)

    def precedence(self, before: int, after: int, lag: int = 0) -> None:
        """``after`` begins no earlier than ``lag`` after the end of ``before``."""
        self._model.add(self.tasks[after].start >= self.tasks[before].end + lag)

    def longest_wait(self, before: int, after: int, lag: int) -> None:
        """``after`` begins no later than ``lag`` after the end of ``before``."""
        self._model.add(self.tasks[after].start <= self.tasks[before].end + lag)

    def cumulative(self, capacity: int, uses: Sequence[tuple[int, int, int]], others: Sequence[object] = ()) -> None:
        """At no moment do tasks take more than ``capacity``; ``uses``: task, way and units; ``others`` take one."""
        spans = [self.tasks[task].intervals[way] for task, way, units in uses if units > 0]
        units = [units for _, _, units in uses if units > 0] + [1] * len(others)
        self._model.add_cumulative([*spans, *others], units, capacity)

    def no_overlap(self, uses: Sequence[tuple[int, int]]) -> None:
        """One task at a time; ``uses``: task and way."""
        self._model.add_no_overlap([self.tasks[task].intervals[way] for task, way in uses])

    def no_overlap_with_setups(
        self,
        uses: Sequence[tuple[int, int]],
        setup: Callable[[int, int], int],
        standing: Sequence[tuple[int, int, int]] = (),
    ) -> None:
        """One task at a time, with ``setup(one, other)`` between one and the next; ``uses``: task and way.

        ``standing`` are further tasks that stand where they are, in order, each with its start and end.
        """
        m = self._model
        own = len(uses)
        impossible = self._apart(uses, standing)
        uses = [*uses, *((task, 0) for task, _, _ in standing)]
        self.no_overlap(uses)
        arcs: list[tuple[int, int, Any]] = [(0, 0, m.new_bool_var(""))]
        set_up: dict[int, list[tuple[int, Any]]] = {task: [] for task, _ in uses[:own]}
        for i, (task, way) in enumerate(uses, 1):
            present = self.tasks[task].chosen[way]
            arcs += [(0, i, m.new_bool_var("")), (i, 0, m.new_bool_var(""))]
            if not isinstance(present, int):
                arcs.append((i, i, ~present))
                m.add_implication(arcs[0][2], ~present)
            for j, (other, _) in enumerate(uses, 1):
                if i != j and (task, other) not in impossible:
                    follows = m.new_bool_var("")
                    arcs.append((i, j, follows))
                    gap = setup(task, other)
                    m.add(self.tasks[other].start >= self.tasks[task].end + gap).only_enforce_if(follows)
                    if other in set_up and gap > 0:
                        set_up[other].append((gap, follows))
        m.add_circuit(arcs)
        for task, found in set_up.items():
            self._set_up.setdefault(task, []).extend(found)

    def set_up(self, task: int, earliest: int) -> object | None:
        """The time in which a task is set up just before it begins, no sooner than a moment; none if it never is."""
        m, found = self._model, self._set_up.get(task, [])
        if not found:
            return None
        start, begin = self.tasks[task].start, m.new_int_var(earliest, self.horizon, "")
        takes = m.new_int_var(0, max(gap for gap, _ in found), "")
        m.add(takes == sum(gap * flag for gap, flag in found))
        m.add(begin + takes == start)
        interval: object = m.new_interval_var(begin, takes, start, "")
        return interval

    def bounded(self, task: int, begin_by: int | None = None, end_from: int | None = None) -> None:
        """A task begins no later than a moment, or ends no sooner than one."""
        if begin_by is not None:
            self._model.add(self.tasks[task].start <= begin_by)
        if end_from is not None:
            self._model.add(self.tasks[task].end >= end_from)

    def overlapping(self, before: int, after: int, lag: int, rest: int, pieces: int) -> None:
        """``after`` may begin once the first of the pieces is there, and ``rest`` before the last is."""
        one, other = self.tasks[before], self.tasks[after]
        self._model.add(other.start >= one.end + lag - rest)
        self._model.add(other.start >= one.start + -(-min(one.durations) // pieces) + lag)

    def _apart(self, uses: Sequence[tuple[int, int]], standing: Sequence[tuple[int, int, int]]) -> set[tuple[int, int]]:
        """Pairs of which the second cannot follow the first at once, since of standing tasks each has its place."""
        found = {
            (one[0], other[0])
            for i, one in enumerate(standing)
            for j, other in enumerate(standing)
            if i != j and j != i + 1
        }
        for (before, _, end), (after, start, _) in pairwise(standing):
            small = [task for task, _ in uses if min(self.tasks[task].durations) > start - end]
            found |= {(before, task) for task in small} | {(task, after) for task in small}
        return found

    def same_start(self, one: int, other: int, together: object) -> None:
        """Both begin at the same moment if ``together`` holds."""
        self._model.add(self.tasks[one].start == self.tasks[other].start).only_enforce_if(together)

    def budget(self, capacity: int, uses: Sequence[tuple[int, int, int]]) -> None:
        """All tasks together consume at most ``capacity``; ``uses``: task, way and units."""
        self._model.add(sum(units * self.tasks[task].chosen[way] for task, way, units in uses) <= capacity)

    def minimise_makespan(self, below: int | None = None) -> None:
        """The last end is to be early."""
        last = self._model.new_int_var(0, self.horizon if below is None else below, "")
        self._model.add_max_equality(last, [task.end for task in self.tasks])
        self._goal = last

    def minimise_tardiness(self, dues: Sequence[tuple[int, int, int]]) -> None:
        """The sum of weight times tardiness is to be small; ``dues``: task, due date and weight."""
        self.minimise_lateness([Goal(((task, due),), weight) for task, due, weight in dues])

    def minimise_lateness(self, goals: Sequence[Goal]) -> None:
        """The sum of weight times tardiness is to be small; a goal is as late as the latest of its parts."""
        terms = []
        for goal in goals:
            late = self._model.new_int_var(0, max(0, self.horizon - min(due for _, due in goal.parts)), "")
            for task, due in goal.parts:
                self._model.add(late >= self.tasks[task].end - due)
            terms.append(goal.weight * late)
        self._goal = sum(terms)

    def hint(self, task: int, start: int, way: int = 0, end: int | None = None) -> None:
        """Where a good answer has a task."""
        known = self.tasks[task]
        self._model.add_hint(known.start, start)
        if len(known.chosen) > 1:
            for number, flag in enumerate(known.chosen):
                self._model.add_hint(flag, number == way)
            self._model.add_hint(known.end, start + known.durations[way] if end is None else end)

    def solve(self, limits: Limits, heard: Callable[[Found], None] | None = None) -> Found:
        """The best answer within limits; ``heard`` is told of every better one on the way."""
        self._model.minimize(self._goal)
        solver = self._cp.CpSolver()
        solver.parameters.num_workers = limits.workers
        solver.parameters.random_seed = limits.seed % (1 << 31)
        solver.parameters.max_time_in_seconds = limits.seconds
        if limits.work < float("inf"):
            solver.parameters.max_deterministic_time = limits.work
        if limits.brief:
            solver.parameters.linearization_level = 0
            solver.parameters.cp_model_probing_level = 0
            solver.parameters.symmetry_level = 0
            solver.parameters.hint_conflict_limit = HINTED
        status = solver.solve(self._model, self._listener(limits, heard))
        bound = solver.best_objective_bound
        if status == self._cp.INFEASIBLE:
            return Found(None, float("inf"), infeasible=True, proven=True)
        if status not in {self._cp.OPTIMAL, self._cp.FEASIBLE}:
            return Found(None, bound if bound > -SCALE else 0.0)
        found = self._found(solver, solver.objective_value, bound, proven=status == self._cp.OPTIMAL)
        return replace(found, work=float(solver.response_proto.deterministic_time))

    def _found(self, solver: Values, value: float, bound: float, *, proven: bool = False) -> Found:
        starts = tuple(int(solver.value(task.start)) for task in self.tasks)
        ways = tuple(
            next(way for way, flag in enumerate(task.chosen) if isinstance(flag, int) or solver.value(flag))
            for task in self.tasks
        )
        return Found(value, bound, starts, ways, proven)

    def _listener(self, limits: Limits, heard: Callable[[Found], None] | None) -> object:
        found, cp = self._found, self._cp

        class Listener(cp.CpSolverSolutionCallback):  # type: ignore[misc, name-defined]
            def on_solution_callback(self) -> None:
                if heard is not None:
                    heard(found(self, self.objective_value, self.best_objective_bound))
                enough = limits.enough is not None and self.objective_value <= limits.enough
                if enough or (limits.stop is not None and limits.stop()):
                    self.stop_search()

        return Listener()
