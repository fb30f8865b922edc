"""Gaps: where in a finished schedule one more piece of work fits without moving anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import polars as pl

from quarterdeck.disciplines.scheduling.resources import ALWAYS, Resources
from quarterdeck.model.clock import Seconds
from quarterdeck.model.working_time import WorkingTime

BEYOND = 1 << 55
Spans = tuple[Seconds, Seconds]


class Slot(NamedTuple):
    """A gap that was found: machine and person by number, -1 for none; times [s]."""

    machine: int
    person: int
    start: int
    end: int


class Work(NamedTuple):
    """What is to be placed: ``ready`` [s], ``setup`` and ``run`` working seconds, ``skill`` number or -1."""

    ready: int
    setup: int
    run: int
    skill: int


def first_gap(time: WorkingTime, busy: Spans, ready: int, work: int, *, pausable: bool) -> tuple[int, int]:
    """The earliest gap for ``work`` seconds from ``ready`` on: its start and end.

    Work may pause over closed time if ``pausable``, never over other work.

    >>> day = WorkingTime(np.array([0, 100]), np.array([50, 200]))
    >>> busy = (np.array([10]), np.array([30]))
    >>> first_gap(day, busy, 0, 15, pausable=True), first_gap(day, busy, 0, 40, pausable=True)
    ((30, 45), (30, 120))
    >>> first_gap(day, busy, 0, 40, pausable=False)
    (100, 140)
    """
    starts, ends = busy
    later = np.searchsorted(ends, ready, side="right")
    begins = np.concatenate(([ready], ends[later:])).astype(np.int64)
    if not pausable:
        opened = time.starts[np.searchsorted(time.starts, ready) :]
        begins = np.union1d(begins, opened)
    done = time.work_until(begins)
    start = time.moment_of(done, earliest=False) if work > 0 else begins
    end = time.moment_of(done + work) if work > 0 else begins
    following = np.concatenate((starts, [BEYOND]))[np.searchsorted(ends, begins, side="right")]
    fits = (end <= following) & (following >= begins)
    if not pausable:
        fits &= end - start == work
    first = int(np.argmax(fits))
    return int(start[first]), int(end[first])


@dataclass
class Ledger:
    """Busy time of machines and people, to which an enquiry adds its own."""

    resources: Resources
    of_machine: dict[int, Spans]
    of_person: dict[int, Spans]
    added: dict[tuple[str, int], list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    times: dict[tuple[int, int], WorkingTime] = field(default_factory=dict)

    def fresh(self) -> Ledger:
        """The same without what enquiries added."""
        return Ledger(self.resources, self.of_machine, self.of_person, times=self.times)

    def keep(self, slots: Iterable[Slot]) -> None:
        """Counts gaps as busy from now on, for every enquiry."""
        for slot in slots:
            span = _spans([(slot.start, slot.end)])
            self.of_machine[slot.machine] = united(self.of_machine.get(slot.machine, _NONE), span)
            if slot.person >= 0:
                self.of_person[slot.person] = united(self.of_person.get(slot.person, _NONE), span)

    def find(self, pool: int, work: Work, machine: int = -1) -> Slot:
        """The earliest gap on a machine of the pool with a person who has the skill."""
        group = self.resources.pools[pool]
        machines = [machine] if machine >= 0 else range(int(group["first"]), int(group["first"] + group["count"]))
        people = self._able(work.skill)
        best: Slot | None = None
        for number in machines:
            for person, level in people:
                slot = self._slot(number, person, level, work, pausable=bool(group["pausable"]))
                if best is None or slot.end < best.end:
                    best = slot
        assert best is not None  # noqa: S101 - pools have machines
        return best

    def book(self, slot: Slot) -> None:
        """Keeps a gap for the enquiry."""
        self.added["machine", slot.machine].append((slot.start, slot.end))
        if slot.person >= 0:
            self.added["person", slot.person].append((slot.start, slot.end))

    def _able(self, skill: int) -> list[tuple[int, float]]:
        if skill < 0:
            return [(-1, 1.0)]
        row = self.resources.skills[skill]
        rows = self.resources.skilled[row["first"] : row["first"] + row["count"]]
        return [(int(each["person"]), float(each["level"])) for each in rows] or [(-1, 1.0)]

    def _slot(self, machine: int, person: int, level: float, work: Work, *, pausable: bool) -> Slot:
        speed = float(self.resources.machines["speed"][machine]) * level
        seconds = work.setup + int(np.ceil(work.run / speed - 1e-9))
        busy = self._busy("machine", machine)
        if person >= 0:
            busy = united(busy, self._busy("person", person))
        start, end = first_gap(self._time(machine, person), busy, work.ready, seconds, pausable=pausable)
        return Slot(machine, person, start, end)

    def _busy(self, kind: str, number: int) -> Spans:
        known = (self.of_machine if kind == "machine" else self.of_person).get(number, _NONE)
        own = self.added.get((kind, number))
        return united(known, _spans(own)) if own else known

    def _time(self, machine: int, person: int) -> WorkingTime:
        calendar = int(self.resources.machines["calendar"][machine])
        other = int(self.resources.persons["calendar"][person]) if person >= 0 else ALWAYS
        if (calendar, other) not in self.times:
            first, second = self.resources.calendars[calendar], self.resources.calendars[other]
            self.times[calendar, other] = WorkingTime(*(first if other == ALWAYS else common(first, second)))
        return self.times[calendar, other]


_NONE: Spans = (np.zeros(0, np.int64), np.zeros(0, np.int64))


def _spans(rows: list[tuple[int, int]]) -> Spans:
    table = np.array(sorted(rows), np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def united(one: Spans, other: Spans) -> Spans:
    """The union of two lists of spans, as sorted spans that do not overlap.

    >>> [each.tolist() for each in united((np.array([0, 9]), np.array([5, 12])), (np.array([4]), np.array([6])))]
    [[0, 9], [6, 12]]
    """
    starts, ends = np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], np.maximum.accumulate(ends[order]) if ends.size else ends
    first = np.concatenate(([True], starts[1:] > ends[:-1])) if starts.size else np.zeros(0, bool)
    last = np.concatenate((first[1:], [True])) if starts.size else first
    return starts[first].astype(np.int64), ends[last].astype(np.int64)


def common(one: Spans, other: Spans) -> Spans:
    """The time in both of two lists of spans.

    >>> [each.tolist() for each in common((np.array([0, 9]), np.array([5, 12])), (np.array([4]), np.array([10])))]
    [[4, 9], [5, 10]]
    """
    edges = np.unique(np.concatenate([*one, *other]))
    middle = edges[:-1]
    inside = np.ones(middle.size, bool)
    for starts, ends in (one, other):
        at = np.searchsorted(starts, middle, side="right") - 1
        inside &= (at >= 0) & (middle < ends[at])
    return united((middle[inside], edges[1:][inside]), _NONE)


def ledger(resources: Resources, operations: pl.DataFrame) -> Ledger:
    """The busy time of a plan's operations."""
    centres = np.repeat(np.array(resources.work_centres, object), resources.pools["count"])
    machine_of = {
        (centre, code): number
        for number, (centre, code) in enumerate(zip(centres, resources.machine_codes, strict=True))
    }
    person_of = {code: number for number, code in enumerate(resources.person_codes)}
    machines: dict[int, list[tuple[int, int]]] = defaultdict(list)
    people: dict[int, list[tuple[int, int]]] = defaultdict(list)
    columns = (
        "work_centre", pl.col("machine").fill_null(""), "person",
        pl.col("setup_start").dt.epoch("s"), pl.col("end").dt.epoch("s"),
    )  # fmt: skip
    for centre, machine, person, start, end in operations.select(*columns).iter_rows():
        number = machine_of.get((centre, machine), -1)
        if number >= 0:
            machines[number].append((start, end))
        if person in person_of:
            people[person_of[person]].append((start, end))
    return Ledger(
        resources,
        {number: united(_spans(rows), _NONE) for number, rows in machines.items()},
        {number: united(_spans(rows), _NONE) for number, rows in people.items()},
    )
