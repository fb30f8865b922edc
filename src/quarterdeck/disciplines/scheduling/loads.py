"""Work against capacity per work centre and local week."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.scheduling.instance import Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.resources import Resources
from quarterdeck.model.clock import HOUR
from quarterdeck.model.working_time import WorkingTime
from quarterdeck.solvers.sorting import ranked_by

Hours = npt.NDArray[np.float64]


def load_rows(
    resources: Resources, instance: Instance, answer: Schedule, zones: dict[str, str], until: int
) -> pl.DataFrame:
    """Capacity, set-up and run hours of each work centre, week by week from now to ``until`` or the last end."""
    last = max(int(answer.end.max(initial=0)), until)
    parts = [_of_zone(zone, resources, instance, answer, last, zones) for zone in sorted({*map(str, zones.values())})]
    return pl.concat(parts).sort("work_centre", "week") if parts else pl.DataFrame()


def week_edges(zone: str, begin: int, last: int) -> tuple[list[dt.date], Integers]:
    """Mondays from the week of ``begin`` to that of ``last``, and their first moments with one more [s]."""
    there = ZoneInfo(zone)
    day = dt.datetime.fromtimestamp(begin, there).date()
    monday = day - dt.timedelta(days=day.weekday())
    weeks = (last - begin) // (7 * 86_400) + 2
    mondays = [monday + dt.timedelta(weeks=int(week)) for week in range(weeks + 1)]
    edges = [int(dt.datetime.combine(one, dt.time(), there).timestamp()) for one in mondays]
    return mondays[:-1], np.array(edges, np.int64)


def _of_zone(
    zone: str, resources: Resources, instance: Instance, answer: Schedule, last: int, zones: dict[str, str]
) -> pl.DataFrame:
    mondays, edges = week_edges(zone, instance.now, last)
    here = [pool for pool, site in enumerate(resources.sites) if zones.get(site, "UTC") == zone]
    shape = len(resources.sites), len(mondays)
    capacity, setup, run = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    machines = instance.arrays.machines
    shared = (instance.arrays.pools["capacity"] > 0).any()
    busy = np.flatnonzero((answer.machine >= 0) & (~_along(answer) if shared else answer.scheduled))
    for number in np.unique(machines["calendar"]):
        calendar = WorkingTime(*resources.calendars[int(number)])
        alike = machines["calendar"] == number
        inside = np.diff(calendar.work_until(np.maximum(edges, instance.now)))
        capacity += np.bincount(machines["pool"][alike], minlength=shape[0])[:, None] * inside
        mine = busy[alike[answer.machine[busy]]]
        pool = machines["pool"][answer.machine[mine]]
        spread = Spread(calendar, edges, pool, shape)
        setup += spread.of(answer.setup_start[mine], answer.start[mine], answer.setup[mine])
        run += spread.of(answer.start[mine], answer.end[mine], answer.run[mine])
    return pl.DataFrame(
        {
            "work_centre": pl.Series(resources.work_centres, dtype=pl.String).gather(np.repeat(here, len(mondays))),
            "week": pl.Series(mondays, dtype=pl.Date).gather(np.tile(np.arange(len(mondays)), len(here))),
            "capacity_hours": capacity[here].ravel() / HOUR,
            "setup_hours": setup[here].ravel() / HOUR,
            "run_hours": run[here].ravel() / HOUR,
        }
    )


def _along(answer: Schedule) -> npt.NDArray[np.bool_]:
    """Operations in a load of which another operation is counted already, shape (operations)."""
    order = ranked_by(answer.machine, answer.start, answer.end, answer.setup_start)
    same = np.ones(max(order.size - 1, 0), bool)
    for column in (answer.machine, answer.start, answer.end):
        same &= column[order[1:]] == column[order[:-1]]
    along = np.zeros(order.size, bool)
    along[order[1:]] = same & (answer.end[order[1:]] > answer.start[order[1:]])
    return along


@dataclass(frozen=True)
class Spread:
    """Jobs on machines of one calendar; ``pool`` is the row of each in a table of ``shape`` (pools, weeks)."""

    calendar: WorkingTime
    edges: Integers
    pool: Integers
    shape: tuple[int, int]

    def of(self, starts: Integers, ends: Integers, work: Integers) -> Hours:
        """Working seconds of the jobs in each week; shares of ``work`` by the calendar's open time."""
        total = np.zeros(self.shape)
        flat = total.reshape(-1)
        some = np.flatnonzero(work > 0)
        if not some.size:
            return total
        starts, ends, work, pool = starts[some], ends[some], work[some], self.pool[some]
        first = np.searchsorted(self.edges, starts, side="right") - 1
        final = np.maximum(np.searchsorted(self.edges, ends, side="left") - 1, first)
        length = np.maximum(self.calendar.work_until(ends) - self.calendar.work_until(starts), 1)
        for step in range(int((final - first).max()) + 1):
            inside = np.flatnonzero(first + step <= final)
            week = first[inside] + step
            low = np.maximum(starts[inside], self.edges[week])
            high = np.minimum(ends[inside], self.edges[week + 1])
            done = self.calendar.work_until(high) - self.calendar.work_until(low)
            np.add.at(flat, pool[inside] * self.shape[1] + week, done * work[inside] / length[inside])
        return total
