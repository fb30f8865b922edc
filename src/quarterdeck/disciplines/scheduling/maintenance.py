"""Maintenance: fixed windows close a machine, movable ones are booked where they hurt least.

A movable one is an operation of its own behind those of the orders. It begins when its machine has nothing to do, or
at the latest moment from which it still ends in time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from quarterdeck.disciplines.scheduling.calendars import Interval
from quarterdeck.disciplines.scheduling.instance import MODE, OPERATION, Integers, Schedule, records
from quarterdeck.disciplines.scheduling.network import Problemset
from quarterdeck.disciplines.scheduling.resources import Resources
from quarterdeck.model import Company, Problem
from quarterdeck.model.clock import HOUR, as_seconds, from_seconds, site_zones, to_instant
from quarterdeck.model.results import RESULTS
from quarterdeck.model.working_time import WorkingTime


@dataclass(frozen=True)
class Windows:
    """Maintenance of single machines, one row each: ``machine`` (number), ``earliest``, ``latest``, ``work`` [s].

    ``movable``: whether the schedule chooses the moment; ``maintenance``, ``name``, ``work_centre``, ``code``.
    """

    rows: pl.DataFrame

    def closures(self) -> tuple[Integers, Integers, Integers]:
        """Machine, first and last moment of each fixed one."""
        if self.rows.is_empty():
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
        fixed = self.fixed
        return fixed["number"].to_numpy(), fixed["earliest"].to_numpy(), fixed["latest"].to_numpy()

    @property
    def movable(self) -> pl.DataFrame:
        """Those that the schedule books, in the order of their operations."""
        return self.rows.filter("movable")

    @property
    def fixed(self) -> pl.DataFrame:
        """Those that close their machine."""
        return self.rows.filter(~pl.col("movable"))


def read_windows(company: Company, resources: Resources, now: int) -> tuple[Windows, list[Problem]]:
    """The company's maintenance that is not over yet, machine by machine; what fits no machine is named."""
    if company["maintenance_windows"].is_empty():
        return Windows(pl.DataFrame(schema={"movable": pl.Boolean})), []
    machines = pl.DataFrame(
        {
            "number": np.arange(len(resources.machine_codes)),
            "code": resources.machine_codes,
            "centre": [resources.work_centres[pool] for pool in resources.machines["pool"]],
        },
        schema={"number": pl.Int64, "code": pl.String, "centre": pl.String},
    )
    sites = dict(zip(resources.work_centres, resources.sites, strict=True))
    listed = company["maintenance_windows"].sort("maintenance")
    named = listed.filter(pl.col("machine").is_not_null()).join(
        machines, left_on="machine", right_on="code", how="left"
    )
    named = named.with_columns(code=pl.col("machine"))
    whole = listed.filter(pl.col("machine").is_null()).join(
        machines.with_columns(work_centre="centre"), on="work_centre", how="left"
    )
    every = pl.concat([named, whole], how="diagonal").with_columns(
        site=pl.col("centre").replace_strict(sites, default=None, return_dtype=pl.String)
    )
    lost = every.filter(pl.col("number").is_null())
    zones = site_zones(company)
    dated = every.drop_nulls("number").with_columns(
        earliest=to_instant("earliest_start", "site", zones).dt.epoch("s"),
        latest=to_instant("latest_end", "site", zones).dt.epoch("s"),
    )
    dated = dated.filter(pl.col("latest") > now).with_columns(
        work=(pl.col("duration_hours") * HOUR).round().cast(pl.Int64),
        movable=pl.col("duration_hours").is_not_null(),
    )
    return Windows(dated.sort("maintenance", "number")), [_unknown(row) for row in lost.iter_rows(named=True)]


def _unknown(row: dict[str, object]) -> Problem:
    return Problem(
        "warning",
        "maintenance-without-machine",
        f"Maintenance {row['maintenance']} names no machine or work centre that exists; it is not planned.",
        "Name a machine, or a work centre all of whose machines are maintained.",
        table="maintenance_windows",
        key=str(row["maintenance"]),
        column="machine",
    )


def closed_for(resources: Resources, machine: Integers, begin: Integers, end: Integers) -> Resources:
    """The resources with machines that stand still in spans [s], each on a calendar of its own."""
    if not machine.size:
        return resources
    machines, calendars, regular = resources.machines.copy(), list(resources.calendars), list(resources.regular)
    for number in np.unique(machine).tolist():
        mine = machine == number
        spans = begin[mine], end[mine]
        own = int(machines["calendar"][number])
        if regular:
            regular.append(_without(regular[own], spans))
        calendars.append(_without(calendars[own], spans))
        machines["calendar"][number] = len(calendars) - 1
    pools = resources.pools.copy()
    pools["uniform"][np.unique(machines["pool"][machine])] = 0
    return replace(resources, machines=machines, calendars=calendars, regular=regular, pools=pools)


def _without(calendar: Interval, spans: tuple[Integers, Integers]) -> Interval:
    """A calendar's intervals without spans."""
    starts, ends = calendar
    for begin, end in zip(*spans, strict=True):
        cut = (np.concatenate([starts, np.maximum(starts, end)]), np.concatenate([np.minimum(ends, begin), ends]))
        keep = cut[0] < cut[1]
        order = np.argsort(cut[0][keep], kind="stable")
        starts, ends = cut[0][keep][order], cut[1][keep][order]
    return starts, ends


def with_maintenance(problem: Problemset, windows: Windows, resources: Resources) -> Problemset:
    """The problem with an operation more for each movable maintenance."""
    rows = windows.movable
    if rows.is_empty():
        return problem
    instance = problem.instance
    a = instance.arrays
    machine = rows["number"].to_numpy()
    work = rows["work"].to_numpy()
    earliest = np.maximum(rows["earliest"].to_numpy(), instance.now)
    calendars = resources.machines["calendar"][machine]
    latest = np.array(
        [
            _latest_start(WorkingTime(*resources.calendars[one]), (int(first), int(last)), int(seconds))
            for one, first, last, seconds in zip(calendars, earliest, rows["latest"], work, strict=True)
        ],
        np.int64,
    )
    more = records(
        OPERATION, rows.height,
        job=int(a.operations["job"].max(initial=-1)) + 1 + np.arange(rows.height), release=earliest, pinned=-1,
        first_mode=a.modes.size + np.arange(rows.height), modes=1, first_arc=a.arcs.size, skill=-1, machine=machine,
        latest=latest,
    )  # fmt: skip
    ways = records(MODE, rows.height, pool=resources.machines["pool"][machine], work=_at_pace(work, machine, resources))
    pools = a.pools.copy()
    pools["uniform"][resources.machines["pool"][machine]] = 0
    arrays = a._replace(
        operations=np.concatenate([a.operations, more]), modes=np.concatenate([a.modes, ways]), pools=pools
    )
    return replace(problem, instance=replace(instance, arrays=arrays))


def _at_pace(work: Integers, machine: Integers, resources: Resources) -> Integers:
    """Work that takes so long on a machine of its speed [s]."""
    return np.asarray(np.floor(work * resources.machines["speed"][machine]), dtype=np.int64)


def _latest_start(calendar: WorkingTime, limits: tuple[int, int], work: int) -> int:
    """The last moment from which the work ends in time; the earliest where it does not fit between the limits [s]."""
    begin = int(calendar.moment_of(calendar.work_until([limits[1]]) - work)[0])
    return max(begin, limits[0])


def of_orders(answer: Schedule, count: int) -> Schedule:
    """A schedule without the maintenance behind the ``count`` operations of orders."""
    names = ("machine", "person", "mode", "ready", "setup_start", "start", "end", "setup", "run", "tool", "setter")
    parts = {name: column[:count] for name in names if (column := getattr(answer, name)) is not None}
    return replace(answer, **parts)


def maintenance_rows(windows: Windows, answer: Schedule, count: int) -> pl.DataFrame:
    """The plan's maintenance: fixed where it is, movable where it was booked."""
    if windows.rows.is_empty():
        return RESULTS["maintenance"].empty()
    movable = windows.movable.with_columns(
        start=pl.Series(answer.setup_start[count:], dtype=pl.Int64), end=pl.Series(answer.end[count:], dtype=pl.Int64)
    )
    fixed = windows.fixed.with_columns(start="earliest", end="latest")
    every = pl.concat([movable.filter(pl.col("end") >= 0), fixed], how="diagonal")
    moments = {name: from_seconds(every[name].to_numpy()) for name in ("earliest", "latest", "start", "end")}
    return RESULTS["maintenance"].shape(
        every.with_columns(work_centre="centre", machine="code", **moments).sort("maintenance", "number")
    )


def missed(windows: Windows, answer: Schedule, count: int) -> list[Problem]:
    """Maintenance that ends after its limit or finds no time at all."""
    if windows.movable.is_empty():
        return []
    ends = answer.end[count:]
    late = (ends < 0) | (ends > windows.movable["latest"].to_numpy())
    return [
        Problem(
            "warning",
            "maintenance-late",
            f"Maintenance {row['maintenance']} of {row['code'] or row['centre']} does not end within its limits.",
            "Allow it more time, or shorten it; it may not fit between the hours at which the machine is open.",
            table="maintenance_windows",
            key=row["maintenance"],
            column="latest_end",
        )
        for row in windows.movable.filter(pl.Series(late, dtype=pl.Boolean)).iter_rows(named=True)
    ]


def standing(rows: pl.DataFrame, resources: Resources, now: int) -> tuple[Integers, Integers, Integers]:
    """Machine and span of each maintenance that a plan has booked, for closing them [s]."""
    numbers = {
        (resources.work_centres[pool], code): number
        for number, (pool, code) in enumerate(zip(resources.machines["pool"], resources.machine_codes, strict=True))
    }
    found = [
        (numbers[centre, machine], as_seconds(start), as_seconds(end))
        for centre, machine, start, end in rows.select("work_centre", "machine", "start", "end").iter_rows()
        if (centre, machine) in numbers and as_seconds(end) > now
    ]
    columns = np.array(found, np.int64).reshape(-1, 3)
    return columns[:, 0], columns[:, 1], columns[:, 2]
