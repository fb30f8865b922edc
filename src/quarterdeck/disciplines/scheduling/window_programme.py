"""A part of a schedule as a constraint programme, in which all else stands: who does what when, so that little is late.

Times are seconds, calendars are exact, and so are pauses; only a set-up is taken as time between two operations of a
machine, whatever closes meanwhile and whoever does it. What the programme finds is decoded and judged like any other
schedule, so that nothing is taken over that is not better.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.instance import Arrays, Instance, Integers
from quarterdeck.disciplines.scheduling.state import (
    BY_PERSON,
    END_AT,
    IN_MODE,
    ON_MACHINE,
    RUN_FOR,
    SET_BY,
    SETUP_AT,
    START_AT,
)
from quarterdeck.disciplines.scheduling.timing import handed_over, mode_on, run_seconds
from quarterdeck.disciplines.scheduling.window_answer import Answer, Way
from quarterdeck.disciplines.scheduling.window_loads import Leader, leaders_of, leading
from quarterdeck.disciplines.scheduling.window_sharing import Uses, hold_tools, set_up_by_crews, share_loads
from quarterdeck.solvers.constraint_parts import Found, Goal, Limits, Opening, Span
from quarterdeck.solvers.constraint_programming import Formulation

DAY = 86_400
WEIGHTS = 1000  # the weightiest demand; the others in proportion, one at the least
BEYOND = 20  # times its weight, what comes after the last day on which a customer takes it
BEHIND = 0.5  # of its own length that a window may grow, a day at the least
Flags = npt.NDArray[np.bool_]


@dataclass
class WindowProgramme:
    """The programme of some operations (``rows``) of a schedule (``placed``) that may be placed anew.

    ``latest``: ends without tardiness of all operations [s]; ``serves``: the demand of each.
    """

    instance: Instance
    placed: Integers
    rows: Integers
    latest: Integers
    serves: Integers
    model: Formulation = field(init=False)
    tasks: dict[int, int] = field(init=False, default_factory=dict)
    stands: dict[int, tuple[int, int]] = field(init=False, default_factory=dict)

    @classmethod
    def of(
        cls, instance: Instance, placed: Integers, rows: Integers, latest: Integers, serves: Integers
    ) -> WindowProgramme | None:
        """The programme; ``None`` where an operation has no way to be done in the window."""
        found = cls(instance, placed, rows, latest, serves)
        if not all(found.ways.values()):
            return None
        found._formulate()
        return found

    @property
    def arrays(self) -> Arrays:
        """The instance's arrays."""
        return self.instance.arrays

    @cached_property
    def inside(self) -> Flags:
        """Which operations are in the window."""
        found = np.zeros(self.instance.size, np.bool_)
        found[self.rows] = True
        return found

    @cached_property
    def begin(self) -> int:
        """When the window begins [s]."""
        return int(max(self.placed[self.rows, SETUP_AT].min() - DAY, self.instance.now))

    @cached_property
    def until(self) -> int:
        """When it ends, with room behind its present end [s]."""
        end = int(self.placed[self.rows, END_AT].max())
        return end + int(max(BEHIND * (end - self.begin), DAY))

    @cached_property
    def openings(self) -> dict[int, Opening]:
        """The calendars of the window, in its own time; those without any open time are left out."""
        return {}

    def _opening(self, calendar: int) -> bool:
        """Whether a calendar is open at all in the window; it is known then."""
        a = self.arrays
        if calendar in self.openings:
            return True
        first = int(a.calendars["first"][calendar])
        rows = slice(first, first + int(a.calendars["count"][calendar]))
        start = np.maximum(a.intervals["start"][rows], self.begin)
        end = np.minimum(a.intervals["end"][rows], self.until)
        some = start < end
        if not some.any():
            return False
        start, end = start[some] - self.begin, end[some] - self.begin
        before = np.concatenate([[0], np.cumsum(end - start)[:-1]])
        self.openings[calendar] = Opening(tuple(start.tolist()), tuple(before.tolist()))
        return True

    @cached_property
    def explicit(self) -> set[int]:
        """Pools whose machines matter one by one: they differ, or are set up."""
        a = self.arrays
        used = np.flatnonzero((self.placed[:, ON_MACHINE] >= 0) & (a.operations["setup"] > 0))
        setups = set(a.machines["pool"][self.placed[used, ON_MACHINE]].tolist())
        alike = (a.pools["uniform"] == 1) & (a.pools["table"] < 0) & (a.pools["capacity"] == 0)
        return {pool for pool in range(a.pools.size) if not alike[pool] or pool in setups}

    @cached_property
    def ways(self) -> dict[int, list[Way]]:
        """The ways to do each operation of the window."""
        return {o: self._ways_of(o) for o in self.rows.tolist()}

    def _ways_of(self, o: int) -> list[Way]:
        a, op = self.arrays, self.arrays.operations[o]
        found: list[Way] = []
        for mode in range(op["first_mode"], op["first_mode"] + op["modes"]):
            number = int(a.modes["pool"][mode])
            pool = a.pools[number]
            machines = range(pool["first"], pool["first"] + pool["count"])
            named = number in self.explicit or op["machine"] >= 0
            for machine in machines if named else machines[:1]:
                if op["machine"] in {-1, machine}:
                    found += self._attended(o, mode, machine, named=named)
        return found

    def _attended(self, o: int, mode: int, machine: int, *, named: bool) -> list[Way]:
        """An operation on a machine by each person who may do it."""
        a, skill = self.arrays, int(self.arrays.operations["skill"][o])
        calendar, speed = int(a.machines["calendar"][machine]), float(a.machines["speed"][machine])
        place, work = machine if named else -1, int(a.modes["work"][mode])
        if skill < 0:
            every = [Way(mode, place, -1, calendar, run_seconds(work, speed, 1.0))]
        else:
            first = int(a.skills["first"][skill])
            skilled = a.skilled[first : first + int(a.skills["count"][skill])]
            every = [
                Way(mode, place, person, int(a.both[calendar, a.persons["calendar"][person]]),
                    run_seconds(work, speed, level))
                for person, level in zip(skilled["person"].tolist(), skilled["level"].tolist(), strict=True)
            ]  # fmt: skip
        return [way for way in every if way.calendar >= 0 and self._opening(way.calendar)]

    def _formulate(self) -> None:
        """Tasks, machines, people and precedence."""
        self.model = Formulation(self.until - self.begin)
        openings = [self.openings[calendar] for calendar in sorted(self.openings)]
        number = {calendar: place for place, calendar in enumerate(sorted(self.openings))}
        by_machine: dict[int, Uses] = defaultdict(list)
        by_pool: dict[int, Uses] = defaultdict(list)
        by_person: dict[int, Uses] = defaultdict(list)
        earliest, latest = self._limits()
        for o in self.rows.tolist():
            ways = self.ways[o]
            spans = [Span(way.seconds, number[way.calendar]) for way in ways]
            pool = int(self.arrays.machines["pool"][self.placed[o, ON_MACHINE]])
            pauses = self.arrays.pools["pausable"][pool] == 1 and self.arrays.operations["unbroken"][o] == 0
            along = len(self.company.get(o, ()))
            task = self.model.working_task(spans, openings, earliest[o], latest[o], pauses=bool(pauses), along=along)
            self.tasks[o] = task
            for place, way in enumerate(ways):
                pool = int(self.arrays.modes["pool"][way.mode])
                (by_machine[way.machine] if way.machine >= 0 else by_pool[pool]).append((task, place))
                if way.person >= 0:
                    by_person[way.person].append((task, place))
        share_loads(self)
        self._machines(by_machine)
        self._pools(by_pool)
        self._people(by_person)
        hold_tools(self)
        set_up_by_crews(self, by_person, earliest)
        for source, arc, target in self.arcs:
            self._follows(source, arc, target)

    def _follows(self, source: int, arc: int, target: int) -> None:
        """One operation after another: its end or its first pieces, and not too long after it."""
        link = self.arrays.arcs[arc]
        lag, wait = int(link["lag"]), int(link["wait"]) - 1
        if not self.inside[target]:
            if wait >= 0 and not self._firm(target):
                moment = int(self.placed[target, START_AT]) - self.begin - wait
                self.model.bounded(self.tasks[source], end_from=moment)
        elif not self.inside[source]:
            if wait >= 0 and not self._firm(source):
                self.model.bounded(self.tasks[target], begin_by=int(self.placed[source, END_AT]) - self.begin + wait)
        else:
            one, other = self.tasks[source], self.tasks[target]
            if link["pieces"] > 1:
                self.model.overlapping(one, other, lag, int(link["rest"]), int(link["pieces"]))
            else:
                self.model.precedence(one, other, lag)
            if wait >= 0:
                self.model.longest_wait(one, other, wait)

    def _firm(self, o: int) -> bool:
        """Whether an operation runs or is pinned, so that no longest wait is asked of it."""
        op = self.arrays.operations[o]
        return bool(op["started"] == 1 or op["pinned"] >= 0)

    @cached_property
    def present(self) -> Integers:
        """Who leads the load of each operation now."""
        return leading(self.arrays, self.placed)

    @cached_property
    def company(self) -> dict[int, list[Leader]]:
        """Whose loads each operation of the window may share."""
        return leaders_of(self.arrays, self.placed, self.ways, (self.begin, self.until))

    def _limits(self) -> tuple[dict[int, int], dict[int, int]]:
        """When each operation may begin at the earliest and must end at the latest, for all that stands."""
        a = self.arrays
        earliest = {o: max(int(a.operations["release"][o]), self.begin) for o in self.rows.tolist()}
        latest = dict.fromkeys(earliest, self.until)
        for source, arc, target in self.arcs:
            if not self.inside[source]:
                earliest[target] = max(earliest[target], int(handed_over(a, self.placed, source, arc)))
            elif not self.inside[target]:
                rest = int(a.arcs["rest"][arc]) if a.arcs["pieces"][arc] > 1 else 0
                latest[source] = min(latest[source], int(self.placed[target, SETUP_AT] - a.arcs["lag"][arc]) + rest)
        begin = self.begin
        return {o: moment - begin for o, moment in earliest.items()}, {o: end - begin for o, end in latest.items()}

    @cached_property
    def arcs(self) -> list[tuple[int, int, int]]:
        """Arcs into, within and out of the window: source, number, target."""
        a = self.arrays
        owner = np.repeat(np.arange(a.operations.size), a.operations["arcs"])
        target = a.arcs["successor"]
        rows = np.flatnonzero(self.inside[owner] | self.inside[target])
        return list(zip(owner[rows].tolist(), rows.tolist(), target[rows].tolist(), strict=True))

    def _machines(self, uses: dict[int, Uses]) -> None:
        """Machines that matter one by one, with change-overs from what they are set up for."""
        a = self.arrays
        for machine, mine in sorted(uses.items()):
            on = self.placed[:, ON_MACHINE] == machine
            pool = int(a.machines["pool"][machine])
            rows = [o for o in self.rows.tolist() if any(way.machine == machine for way in self.ways[o])]
            if a.pools["table"][pool] < 0 and not a.operations["setup"][rows].any():
                self.model.no_overlap([*mine, *((task, 0) for task in self.standing(on, SETUP_AT))])
                continue
            self._with_setups(machine, mine, self.standing(on, START_AT))

    def _with_setups(self, machine: int, mine: Uses, standing: dict[int, int]) -> None:
        a, first = self.arrays, self.model.task([0], 0, 0)
        of_task = {task: o for o, task in self.tasks.items()} | standing
        family, own, started = (a.operations[name].tolist() for name in ("family", "setup", "started"))
        table = int(a.pools["table"][a.machines["pool"][machine]])
        declared = a.setups[table].tolist() if table >= 0 else None
        before = (self.placed[:, ON_MACHINE] == machine) & ~self.inside & (self.placed[:, END_AT] <= self.begin)
        had = int(a.machines["family"][machine])
        if before.any():
            rows = np.flatnonzero(before)
            had = int(a.operations["family"][rows[np.argmax(self.placed[rows, END_AT])]])

        def setup(one: int, other: int) -> int:
            o = of_task.get(other, -1)
            if o < 0 or started[o] == 1 or (not self.inside[o] and self.placed[o, SETUP_AT] < self.begin):
                return 0
            last = had if one == first else family[of_task[one]]
            if declared is not None and family[o] > 0 and declared[last][family[o]] >= 0:
                return int(declared[last][family[o]])
            return 0 if family[o] > 0 and family[o] == last else int(own[o])

        self.model.no_overlap_with_setups(
            mine, setup, [(first, 0, 0), *((task, *self.stands[task]) for task in standing)]
        )

    def _pools(self, uses: dict[int, Uses]) -> None:
        """Machines that are all alike, by how many there are."""
        a = self.arrays
        for pool, mine in sorted(uses.items()):
            on = (self.placed[:, ON_MACHINE] >= 0) & (a.machines["pool"][self.placed[:, ON_MACHINE]] == pool)
            every = [*mine, *((task, 0) for task in self.standing(on, SETUP_AT, alone=False))]
            self.model.cumulative(int(a.pools["count"][pool]), [(task, way, 1) for task, way in every])

    def _people(self, uses: dict[int, Uses]) -> None:
        for person, mine in sorted(uses.items()):
            set_up = self.placed[:, SET_BY] == person
            attends = self.placed[:, BY_PERSON] == person
            ends = np.where(attends, self.placed[:, END_AT], self.placed[:, START_AT])
            standing = self.standing(set_up | attends, SETUP_AT, ends)
            self.model.no_overlap([*mine, *((task, 0) for task in standing)])

    def standing(
        self, chosen: Flags, begin: int, end: int | Integers = END_AT, *, alone: bool = True
    ) -> dict[int, int]:
        """Tasks that stand where they are, by number in the order of time, with their operations.

        ``alone``: one at a time, so that of those in one load only the first counts.
        """
        ends = self.placed[:, end] if isinstance(end, int) else end
        some = np.flatnonzero(chosen & ~self.inside & (ends > self.begin) & (self.placed[:, begin] < self.until))
        found: dict[int, int] = {}
        busy = 0
        for o in some[np.argsort(self.placed[some, begin], kind="stable")].tolist():
            start = max(int(self.placed[o, begin]) - self.begin, busy if alone else 0)
            stop = min(int(ends[o]), self.until) - self.begin
            if stop > start:
                task = self.model.task([stop - start], start, stop)
                found[task], self.stands[task], busy = o, (start, stop), stop
        return found

    def solve(self, limits: Limits) -> Answer | None:
        """What is best within limits, beginning with what stands; ``None`` if nothing was found."""
        self.model.minimise_lateness(self._goals())
        for o in self.rows.tolist():
            start, end = (int(self.placed[o, column]) - self.begin for column in (START_AT, END_AT))
            self.model.hint(self.tasks[o], start, self._present(o), end)
        found: Found = self.model.solve(limits)
        if found.value is None:
            return None
        leads = np.array([self._lead(o, found.ways[self.tasks[o]]) for o in self.rows.tolist()], np.int64)
        chosen = [self._way(o, lead, found) for o, lead in zip(self.rows.tolist(), leads.tolist(), strict=True)]
        starts = np.array([found.starts[self.tasks[o]] for o in self.rows.tolist()], np.int64) + self.begin
        return Answer(starts, chosen, leads, found.value, found.proven, found.work)

    def _lead(self, o: int, way: int) -> int:
        """Whose load an operation shares in a way, its own number where it leads."""
        own = len(self.ways[o])
        return o if way < own else self.company[o][way - own].row

    def _way(self, o: int, lead: int, found: Found) -> Way:
        """How an operation is done: in its own way, or as the one is that leads its load."""
        if o == lead:
            return self.ways[o][found.ways[self.tasks[o]]]
        if self.inside[lead]:
            way = self.ways[lead][found.ways[self.tasks[lead]]]
        else:
            row = self.placed[lead]
            way = Way(int(row[IN_MODE]), int(row[ON_MACHINE]), int(row[BY_PERSON]), -1, int(row[RUN_FOR]))
        mode = int(mode_on(self.arrays, o, int(self.arrays.machines["pool"][way.machine])))
        return replace(way, mode=mode)

    def _present(self, o: int) -> int:
        """The number of the way in which an operation is done now."""
        row = self.placed[o]
        for number, leader in enumerate(self.company.get(o, ()), len(self.ways[o])):
            if self.present[o] == leader.row:
                return number
        for number, way in enumerate(self.ways[o]):
            if way.mode == row[IN_MODE] and way.machine in {-1, row[ON_MACHINE]} and way.person == row[BY_PERSON]:
                return number
        return 0

    def _goals(self) -> list[Goal]:
        """Demands that the window can make late: by what it delivers, and by what others still do behind it."""
        a = self.arrays
        parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
        owner = np.repeat(np.arange(a.demands.size), a.demands["count"])
        for row in np.flatnonzero(self.inside[a.supplies["operation"]]).tolist():
            demand, supply = int(owner[row]), a.supplies[row]
            due = int(a.demands["due"][demand] - supply["lag"]) - self.begin
            parts[demand].append((self.tasks[int(supply["operation"])], due))
        for source, _, target in self.arcs:
            if self.inside[source] and not self.inside[target] and self.serves[source] >= 0:
                parts[int(self.serves[source])].append((self.tasks[source], int(self.latest[source]) - self.begin))
        most = max(float(a.demands["weight"].max(initial=1.0)), 1e-9)
        goals = []
        for demand, each in sorted(parts.items()):
            weight = max(1, round(WEIGHTS * float(a.demands["weight"][demand]) / most))
            goals.append(Goal(tuple(each), weight))
            if a.demands["deadline"][demand] > 0:
                grace = max(int(a.demands["deadline"][demand] - a.demands["due"][demand]), 0)
                goals.append(Goal(tuple((task, due + grace) for task, due in each), weight * BEYOND))
        return goals
