"""What a schedule costs in money: lateness, change-overs, overtime and what lies in the works.

Everything is computed from the finished schedule, so that no kernel knows of money.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.state import (
    BY_PERSON,
    END_AT,
    ON_MACHINE,
    RUN_FOR,
    SETUP_AT,
    SETUP_FOR,
    START_AT,
)

if TYPE_CHECKING:
    from quarterdeck.disciplines.scheduling.instance import Arrays, Integers, Records

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Prices:
    """Money per second, and whether a schedule is judged by money alone.

    Parameters
    ----------
    in_money
        Whether everything is added up; otherwise lateness by weight comes first, then set-ups and overtime, then what
        lies in the works.
    late
        A second of lateness, shape (demands) [currency/s].
    machine, person
        A second of a machine, and of a person [currency/s].
    crew
        A second of those who attend a machine unnamed, by machine [currency/s].
    factor
        Pay in overtime relative to ordinary pay.
    changes
        A change-over besides its time, shape (tables, families, families) [currency].
    held
        A second of an order in the works, by job, and when each is wanted [currency/s], [s].
    calendars, intervals
        The instance's calendars without overtime, by the same numbers; none where nobody works overtime.
    """

    in_money: bool
    late: Floats
    machine: Floats
    crew: Floats
    person: Floats
    factor: float
    changes: Floats
    held: Floats
    wanted: Integers
    calendars: Records | None = None
    intervals: Records | None = None


@dataclass(frozen=True)
class Bill:
    """A schedule's cost in money [currency], and seconds worked in overtime."""

    late: float
    setup: float
    overtime: float
    holding: float
    overtime_seconds: int

    @property
    def total(self) -> float:
        """All of it."""
        return self.late + self.setup + self.overtime + self.holding


def bill_of(a: Arrays, prices: Prices, placed: Integers) -> Bill:
    """What a decoded schedule costs."""
    machine = np.append(prices.machine, 0.0)[placed[:, ON_MACHINE]]
    pay = np.append(prices.crew, 0.0)[placed[:, ON_MACHINE]] + np.append(prices.person, 0.0)[placed[:, BY_PERSON]]
    over = overtime_seconds(a, prices, placed)
    return Bill(
        late=float((_tardiness(a, placed) * prices.late).sum()),
        setup=float((placed[:, SETUP_FOR] * (machine + pay)).sum()) + _changes(a, prices, placed),
        overtime=float((over * (machine + pay * prices.factor)).sum()),
        holding=_holding(a, prices, placed),
        overtime_seconds=int(over.sum()),
    )


def _tardiness(a: Arrays, placed: Integers) -> Floats:
    """Seconds by which each demand is late, shape (demands)."""
    there: Integers = a.demands["ready"].copy()
    owner = np.repeat(np.arange(a.demands.size), a.demands["count"])
    np.maximum.at(there, owner, placed[a.supplies["operation"], END_AT] + a.supplies["lag"])
    return np.asarray(np.maximum(there - a.demands["due"], 0), dtype=np.float64)


def _changes(a: Arrays, prices: Prices, placed: Integers) -> float:
    """Money of change-overs besides their time."""
    if not prices.changes.any():
        return 0.0
    used = np.flatnonzero((placed[:, ON_MACHINE] >= 0) & (placed[:, END_AT] >= 0))
    order = used[np.lexsort((placed[used, END_AT], placed[used, SETUP_AT], placed[used, ON_MACHINE]))]
    machine, family = placed[order, ON_MACHINE], a.operations["family"][order]
    before = a.machines["family"][machine].copy()
    same = machine[1:] == machine[:-1]
    before[1:][same] = family[:-1][same]
    table = a.pools["table"][a.machines["pool"][machine]]
    counts = (table >= 0) & (family > 0) & (family != before) & (a.operations["started"][order] == 0)
    return float(prices.changes[table[counts], before[counts], family[counts]].sum())


def _holding(a: Arrays, prices: Prices, placed: Integers) -> float:
    """Money of orders that have begun, until they are done and wanted."""
    if not prices.held.any():
        return 0.0
    job = a.operations["job"]
    done = (placed[:, END_AT] >= 0) & (job < prices.held.size)  # maintenance belongs to no order
    begin = np.full(prices.held.size, np.iinfo(np.int64).max)
    end = prices.wanted.copy()
    np.minimum.at(begin, job[done], placed[done, SETUP_AT])
    np.maximum.at(end, job[done], placed[done, END_AT])
    known = begin < np.iinfo(np.int64).max
    return float((np.maximum(end - begin, 0)[known] * prices.held[known]).sum())


def overtime_seconds(a: Arrays, prices: Prices, placed: Integers) -> Integers:
    """Seconds of each operation worked in overtime; of one load only the first counts, shape (operations)."""
    over = np.zeros(placed.shape[0], np.int64)
    if prices.calendars is None or prices.intervals is None:
        return over
    rows = np.flatnonzero((placed[:, ON_MACHINE] >= 0) & (placed[:, END_AT] >= 0))
    _, first = np.unique(placed[rows][:, [ON_MACHINE, START_AT, END_AT]], axis=0, return_index=True)
    rows = rows[np.sort(first)]
    calendar = a.machines["calendar"][placed[rows, ON_MACHINE]]
    person = placed[rows, BY_PERSON]
    attended = person >= 0
    if attended.any():
        calendar[attended] = a.both[calendar[attended], a.persons["calendar"][person[attended]]]
    for number in np.unique(calendar):
        here = prices.calendars[number]
        ordinary = prices.intervals[here["first"] : here["first"] + here["count"]]
        there = a.calendars[number]
        part = a.intervals[there["first"] : there["first"] + there["count"]]
        if np.array_equal(ordinary["start"], part["start"]) and np.array_equal(ordinary["end"], part["end"]):
            continue
        mine = rows[calendar == number]
        spent = _worked(ordinary, placed[mine, END_AT]) - _worked(ordinary, placed[mine, SETUP_AT])
        over[mine] = np.maximum(placed[mine, SETUP_FOR] + placed[mine, RUN_FOR] - spent, 0)
    return over


def _worked(intervals: Records, moments: Integers) -> Integers:
    """Open seconds before each moment."""
    if not intervals.size:
        return np.zeros(moments.size, np.int64)
    index = np.searchsorted(intervals["start"], moments, side="right") - 1
    inside = np.minimum(moments, intervals["end"][index]) - intervals["start"][index]
    return np.where(index < 0, 0, intervals["before"][index] + inside)
