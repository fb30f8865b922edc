"""Work against capacity per work centre and local week."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.scheduling.instance import Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.resources import Resources
from quarterdeck.model.clock import HOUR
from quarterdeck.model.working_time import WorkingTime

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
    rows: list[pl.DataFrame] = []
    for pool, (centre, site) in enumerate(zip(resources.work_centres, resources.sites, strict=True)):
        if zones.get(site, "UTC") != zone:
            continue
        group = instance.arrays.pools[pool]
        members = range(int(group["first"]), int(group["first"] + group["count"]))
        capacity, setup, run = np.zeros(len(mondays)), np.zeros(len(mondays)), np.zeros(len(mondays))
        numbers = instance.arrays.machines["calendar"][members.start : members.stop]
        for number in np.unique(numbers):
            calendar = WorkingTime(*resources.calendars[int(number)])
            inside = np.diff(calendar.work_until(np.maximum(edges, instance.now)))
            capacity += inside * int((numbers == number).sum())
            mine = np.flatnonzero((answer.machine >= members.start) & (answer.machine < members.stop))
            mine = mine[instance.arrays.machines["calendar"][answer.machine[mine]] == number]
            setup += _spread(calendar, answer.setup_start[mine], answer.start[mine], answer.setup[mine], edges)
            run += _spread(calendar, answer.start[mine], answer.end[mine], answer.run[mine], edges)
        rows.append(_frame(centre, mondays, capacity, setup, run))
    return pl.concat(rows) if rows else _frame("", [], *(np.zeros(0),) * 3)


def _spread(calendar: WorkingTime, starts: Integers, ends: Integers, work: Integers, edges: Integers) -> Hours:
    """Working seconds of the jobs in each week; shares of ``work`` by the calendar's open time."""
    total = np.zeros(edges.size - 1)
    if not starts.size:
        return total
    first = np.searchsorted(edges, starts, side="right") - 1
    final = np.maximum(np.searchsorted(edges, ends, side="left") - 1, first)
    length = np.maximum(calendar.work_until(ends) - calendar.work_until(starts), 1)
    for step in range(int((final - first).max()) + 1):
        week = first + step
        inside = week <= final
        low, high = np.maximum(starts[inside], edges[week[inside]]), np.minimum(ends[inside], edges[week[inside] + 1])
        done = calendar.work_until(high) - calendar.work_until(low)
        np.add.at(total, week[inside], done * work[inside] / length[inside])
    return total


def _frame(centre: str, mondays: list[dt.date], *hours: Hours) -> pl.DataFrame:
    capacity, setup, run = (column / HOUR for column in hours)
    frame = pl.DataFrame(
        {"week": mondays, "capacity_hours": capacity, "setup_hours": setup, "run_hours": run},
        schema_overrides={"week": pl.Date},
    )
    return frame.select(pl.lit(centre).alias("work_centre"), pl.all())
