"""Work centres whose hours are counted by day, week or month: what begins in a period must fit in it, in any order.

Such a work centre does any number of jobs at once; each takes its hours from the period in which it begins. A schedule
without that limit is made first. Where a period is over-full, the jobs of it are dealt out, the most important first
and then those that must begin first: to their own period, to one before it if they can begin so early, else to the
first after it that has room. A second schedule keeps to that; what still does not fit begins in the next period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.scheduling.counted_centres import counted
from quarterdeck.disciplines.scheduling.instance import Arrays, Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.jobs import Jobs
from quarterdeck.disciplines.scheduling.resources import Resources
from quarterdeck.model import Company
from quarterdeck.model.clock import HOUR
from quarterdeck.model.working_time import WorkingTime

ROUNDS = 20
LOADS = ("bucket_minutes", "bucket_fixed_minutes")
_ROOM = 1e-6
Floats = npt.NDArray[np.float64]
Search = Callable[[Instance], Schedule]


@dataclass(frozen=True)
class Count:
    """One counted work centre: its operations, what each takes [s], and the periods with what fits in each [s]."""

    code: str
    rows: Integers
    takes: Floats
    edges: Integers
    room: Floats

    def period(self, starts: Integers) -> Integers:
        """The period in which each moment lies."""
        return np.clip(np.searchsorted(self.edges, starts, side="right") - 1, 0, self.room.size - 1)

    def used(self, starts: Integers) -> Floats:
        """What is taken of each period."""
        total = np.bincount(self.period(starts[self.rows]), self.takes, minlength=self.room.size)
        return total.astype(np.float64)


def counts(
    company: Company, jobs: Jobs, resources: Resources, instance: Instance, zones: dict[str, str]
) -> list[Count]:
    """The counted work centres that have something to do."""
    found: list[Count] = []
    centres = counted(company)
    if centres.is_empty():
        return found
    known = company["operations"].select("item", "routing", "sequence", *LOADS)
    steps = jobs.steps.drop(*LOADS, strict=False).join(
        known, on=["item", "routing", "sequence"], how="left", maintain_order="left"
    )
    own = steps["setup"].fill_null(0) + steps["work"].fill_null(0)
    each = (steps["bucket_minutes"] * 60 * steps["left"]).fill_null(own)
    takes = (each + steps["bucket_fixed_minutes"].fill_null(0.0) * 60).to_numpy().astype(np.float64)
    for centre in centres.iter_rows(named=True):
        rows = np.flatnonzero((steps["work_centre"] == centre["work_centre"]).fill_null(value=False).to_numpy())
        if rows.size and centre["work_centre"] in resources.work_centres:
            edges = period_edges(centre["counted"], zones.get(centre["site"], "UTC"), instance.now)
            room = _told(company, centre, edges, _room(centre, resources, edges, instance.now), zones)
            found.append(Count(centre["work_centre"], rows, takes[rows], edges, room))
    return found


def period_edges(kind: str, zone: str, now: int) -> Integers:
    """First moments of the days, weeks or months from the one of ``now`` on [s]."""
    there = ZoneInfo(zone)
    day = dt.datetime.fromtimestamp(now, there).date()
    if kind == "by_month":
        months = [day.year * 12 + day.month - 1 + number for number in range(40)]
        days = [dt.date(month // 12, month % 12 + 1, 1) for month in months]
    else:
        length = 7 if kind == "by_week" else 1
        first = day - dt.timedelta(days=day.weekday() if kind == "by_week" else 0)
        days = [first + dt.timedelta(days=length * number) for number in range(1100 // length)]
    return np.array([int(dt.datetime.combine(each, dt.time(), there).timestamp()) for each in days], np.int64)


def _room(centre: dict[str, object], resources: Resources, edges: Integers, now: int) -> Floats:
    """What fits in each period [s]: the hours said, else the working time of all units."""
    hours = centre["bucket_hours"]
    if isinstance(hours, float):
        return np.full(edges.size, hours * HOUR)
    pool = resources.pools[resources.work_centres.index(str(centre["work_centre"]))]
    machine = resources.machines[int(pool["first"])]
    calendar = WorkingTime(*resources.calendars[int(machine["calendar"])])
    moments = np.maximum(np.concatenate([edges, [2 * edges[-1] - edges[-2]]]), now)
    opening = np.diff(calendar.work_until(moments)).astype(np.float64)
    return opening * float(str(centre["units"])) * float(str(centre["efficiency"]))


def _told(company: Company, centre: dict[str, object], edges: Integers, room: Floats, zones: dict[str, str]) -> Floats:
    """What fits in each period [s], where a table of capacities tells it for some of them; nothing before the first."""
    mine = company["supplier_capacities"].filter(pl.col("capacity") == centre["work_centre"]).sort("start")
    if mine.is_empty():
        return room
    there = ZoneInfo(zones.get(str(centre["site"]), "UTC"))
    told = np.zeros(room.size)
    days = [dt.datetime.fromtimestamp(int(edge), there).date() for edge in edges]
    for row in mine.iter_rows(named=True):
        first, length = row["start"], row["days"]
        for period, day in enumerate(days):
            if first <= day and (row["repeats"] or day < first + dt.timedelta(days=length)):
                told[period] = row["quantity"] * HOUR
    return told


def over_full(found: list[Count], starts: Integers) -> bool:
    """Whether more begins in some period than fits in it; a job larger than any period may have one to itself."""
    return any(_excess(each, starts).size for each in found)


def _excess(count: Count, starts: Integers) -> Integers:
    """Operations (by their place in the count) that find no room in their period, those that begin first keeping it."""
    period = count.period(starts[count.rows])
    order = np.lexsort((np.arange(period.size), starts[count.rows], period))
    left = count.room.copy()
    alone = np.ones(left.size, bool)
    out = []
    for place in order:
        at = period[place]
        if count.takes[place] <= left[at] + _ROOM or (alone[at] and count.takes[place] > count.room.max()):
            left[at] -= count.takes[place]
            alone[at] = False
        else:
            out.append(place)
    return np.array(out, np.int64)


def keep_counts(found: list[Count], wanted: Schedule, early: Instance, search: Search) -> tuple[Instance, Schedule]:
    """A schedule in which every period holds what begins in it, near the schedule that is wanted.

    Parameters
    ----------
    wanted
        The schedule without the limit, everything as late as it may be.
    early
        The instance in which everything may begin as early as its material and what comes before allow.
    """
    soonest = search(early).setup_start
    weight = importance(early.arrays)
    operations = early.arrays.operations.copy()
    for count in found:
        _deal(count, wanted.setup_start, soonest, weight, operations["release"])
    instance = replace(early, arrays=early.arrays._replace(operations=operations))
    answer = search(instance)
    for _ in range(ROUNDS):
        if not over_full(found, answer.setup_start):
            break
        operations = instance.arrays.operations.copy()
        for count in found:
            late = _excess(count, answer.setup_start)
            rows = count.rows[late]
            following = np.minimum(count.period(answer.setup_start[rows]) + 1, count.room.size - 1)
            np.maximum.at(operations["release"], rows, count.edges[following])
        instance = replace(instance, arrays=instance.arrays._replace(operations=operations))
        answer = search(instance)
    return instance, answer


def _deal(count: Count, wanted: Integers, soonest: Integers, weight: Floats, release: Integers) -> None:
    """Gives every operation a period with room, and a release not before it."""
    aim, first = count.period(wanted[count.rows]), count.period(soonest[count.rows])
    left = count.room.copy()
    order = np.lexsort((count.rows, wanted[count.rows], -weight[count.rows]))
    for place in order:
        low, at = min(int(first[place]), int(aim[place])), int(aim[place])
        before = [*range(at, low - 1, -1)]
        tries = [*before, *range(at + 1, left.size)]
        need = min(count.takes[place], count.room.max())
        chosen = next((period for period in tries if left[period] >= need - _ROOM), at)
        left[chosen] -= count.takes[place]
        row = count.rows[place]
        release[row] = max(int(release[row]), int(count.edges[chosen]))


def importance(a: Arrays) -> Floats:
    """Weight of the most important demand that each operation serves, at whatever remove."""
    weight = np.zeros(a.operations.size)
    owner = np.repeat(np.arange(a.demands.size), a.demands["count"])
    np.maximum.at(weight, a.supplies["operation"], a.demands["weight"][owner])
    source = np.repeat(np.arange(a.operations.size), a.operations["arcs"])
    while True:
        raised = weight.copy()
        np.maximum.at(raised, source, weight[a.arcs["successor"]])
        if (raised == weight).all():
            return weight
        weight = raised


def counted_loads(loads: pl.DataFrame, found: list[Count], starts: Integers, zones: list[str]) -> pl.DataFrame:
    """The loads in which counted work centres show what begins in each week against what fits in it."""
    if not found:
        return loads
    parts = [loads.filter(~pl.col("work_centre").is_in([each.code for each in found]))]
    for count, zone in zip(found, zones, strict=True):
        rows = loads.filter(pl.col("work_centre") == count.code)
        days = [dt.datetime.fromtimestamp(int(edge), ZoneInfo(zone)).date() for edge in count.edges]
        weeks = pl.Series([day - dt.timedelta(days=day.weekday()) for day in days], dtype=pl.Date)
        frame = pl.DataFrame({"week": weeks, "fits": count.room / HOUR, "used": count.used(starts) / HOUR})
        summed = frame.group_by("week").agg(pl.col("fits", "used").sum())
        parts.append(
            rows.join(summed, on="week", how="left", maintain_order="left")
            .with_columns(
                capacity_hours=pl.col("fits").fill_null(0.0),
                setup_hours=pl.lit(0.0),
                run_hours=pl.col("used").fill_null(0.0),
            )
            .drop("fits", "used")
        )
    return pl.concat(parts).sort("work_centre", "week")
