"""A plan laid out for rescheduling: its orders, resources and schedule as arrays, with the codes to find them by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.scheduling.instance import Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.jobs import Jobs, read_jobs
from quarterdeck.disciplines.scheduling.maintenance import closed_for, standing
from quarterdeck.disciplines.scheduling.network import Problemset, build, with_allowance
from quarterdeck.disciplines.scheduling.outlook import tardiness
from quarterdeck.disciplines.scheduling.repair import Pin
from quarterdeck.disciplines.scheduling.resources import BEYOND, Resources, read_resources
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import as_seconds, site_zones, to_instant
from quarterdeck.model.results import RESULTS

Key = tuple[str, int]


@dataclass(frozen=True)
class Board:
    """A plan as a planner moves it about.

    ``instance`` holds hard limits only: an order may begin as early as its material can be there. Pins of the company
    are in ``pins``, not in the instance, so that they can be moved. ``before`` is the schedule of the plan, -1 where
    an operation has no place in it.
    """

    jobs: Jobs
    resources: Resources
    problem: Problemset
    instance: Instance
    before: Schedule
    pins: tuple[Pin, ...]

    @cached_property
    def rows(self) -> dict[Key, int]:
        """Number of each operation by order and sequence."""
        steps = self.jobs.steps.filter(pl.col("sequence").is_not_null())
        return {(order, sequence): row for order, sequence, row in steps.select("order", "sequence", "row").iter_rows()}

    @cached_property
    def machines(self) -> dict[tuple[str, str], int]:
        """Number of each machine by work centre and code."""
        pools = self.resources.machines["pool"]
        return {
            (self.resources.work_centres[pool], code): number
            for number, (pool, code) in enumerate(zip(pools, self.resources.machine_codes, strict=True))
        }


def lay_out(company: Company, plan: Plan, settings: Settings) -> Board:
    """The board of a plan; ``settings.as_of`` is now.

    ``company`` may differ from the one that was planned: what has changed since is what the schedule has to be
    repaired for.
    """
    loose, pinned = _without_pins(company)
    resources, _ = read_resources(loose, settings)
    now = as_seconds(settings.as_of)
    resources = closed_for(resources, *standing(plan["maintenance"], resources, now))
    jobs = read_jobs(loose, plan, resources)
    problem = build(plan, jobs, resources, as_seconds(settings.as_of))
    instance = with_allowance(problem, BEYOND)
    board = Board(jobs, resources, problem, instance, _empty(instance), ())
    before = _standing(board, plan)
    return replace(board, before=before, pins=_pins(board, before, pinned))


def with_new_work_orders(company: Company, plan: Plan, settings: Settings) -> Plan:
    """The plan with the company's live work orders that it does not know, each wanted by itself at its due date.

    Their components are taken to be there; the next full plan nets them.
    """
    known = plan["orders"].filter(pl.col("kind") == "make").select("order")
    live = company["work_orders"].filter(pl.col("status").is_in(["released", "started"]))
    new = live.join(known, on="order", how="anti").filter(pl.col("quantity") > pl.col("completed")).sort("order")
    if new.is_empty():
        return plan
    due = to_instant("due", "site", site_zones(company)).clip(settings.as_of)
    left = (pl.col("quantity") - pl.col("completed")).alias("quantity")
    new = new.select("order", "item", "site", left, "routing", due.alias("due"), pl.col("priority").fill_null(5))
    first = max(plan["pegs"]["peg"].to_list(), default=0) + 1
    orders = new.select(
        "order", "item", "site", "quantity", "routing", kind=pl.lit("make"), state=pl.lit("open"), level=0,
        start_quantity="quantity", release=pl.lit(settings.as_of), needed="due", available="due",
    )  # fmt: skip
    wanted = new.select(
        "item", "site", "quantity", "due", "priority", "order", demand="order", kind=pl.lit("sales_order")
    )
    pegs = new.select(
        "item", "site", "quantity", peg=pl.int_range(first, first + pl.len()), supply_kind=pl.lit("order"),
        supply="order", demand_kind=pl.lit("requirement"), demand="order", needed="due",
    )  # fmt: skip
    more = {"orders": orders, "requirements": wanted, "pegs": pegs}
    return plan.with_tables(**{name: pl.concat([plan[name], RESULTS[name].shape(more[name])]) for name in more})


def _without_pins(company: Company) -> tuple[Company, pl.DataFrame]:
    """The company without pins, and the pins: order, sequence, machine, start [s]."""
    progress = company["work_order_operations"]
    held = pl.col("pinned_start").is_not_null() & pl.col("started").is_null() & pl.col("finished").is_null()
    held &= pl.col("completed") <= 0
    zones = site_zones(company)
    pinned = progress.filter(held).join(company["work_orders"].select("order", "site"), on="order")
    pinned = pinned.select(
        "order", "sequence", "machine", start=to_instant("pinned_start", "site", zones).dt.epoch("s")
    )
    nothing = [pl.when(~held).then(pl.col(name)).alias(name) for name in ("machine", "pinned_start")]
    return company.replace(work_order_operations=progress.with_columns(nothing)), pinned


def _pins(board: Board, before: Schedule, pinned: pl.DataFrame) -> tuple[Pin, ...]:
    """Pins on what can be found; one without a machine keeps that of the plan."""
    codes = {code: number for (_, code), number in board.machines.items() if code}
    pins = []
    for order, sequence, machine, start in pinned.sort("order", "sequence").iter_rows():
        row = board.rows.get((order, sequence))
        if row is None or start < board.instance.now:
            continue
        pins.append(Pin(row, start, codes.get(machine, int(before.machine[row]))))
    return tuple(pin for pin in pins if pin.machine >= 0)


def _empty(instance: Instance) -> Schedule:
    nowhere = np.full(instance.size, -1, np.int64)
    nothing = np.zeros(instance.size, np.int64)
    return Schedule(nowhere, nowhere, nowhere, nowhere, nowhere, nowhere, nowhere, nothing, nothing, 0.0, 0)


def _standing(board: Board, plan: Plan) -> Schedule:
    """The plan's schedule by the numbers of the board's operations."""
    done = plan["operations"].select(
        "order", "sequence", "work_centre", "machine", "person", "setup_seconds", "run_seconds",
        *(pl.col(name).dt.epoch("s") for name in ("ready", "setup_start", "start", "end")),
    )  # fmt: skip
    steps = board.jobs.steps.select("row", "number", "order", "sequence")
    found = steps.join(done, on=["order", "sequence"], how="left", maintain_order="left")
    dated = board.jobs.orders.select("number", begin="release_s", finish="available_s")
    found = found.join(dated, on="number", how="left", maintain_order="left")
    whole = pl.col("sequence").is_null()
    found = found.with_columns(
        pl.when(whole).then("begin").otherwise("setup_start").alias("setup_start"),
        pl.when(whole).then("begin").otherwise("start").alias("start"),
        pl.when(whole).then("begin").otherwise("ready").alias("ready"),
        pl.when(whole).then("finish").otherwise("end").alias("end"),
    )
    machine, person = _numbers(board, found)
    columns: dict[str, Any] = {
        name: found[name].fill_null(-1).to_numpy() for name in ("ready", "setup_start", "start", "end")
    }
    return Schedule(
        machine=machine, person=person, mode=_modes(board, machine), **columns,
        setup=found["setup_seconds"].fill_null(0).to_numpy(), run=found["run_seconds"].fill_null(0).to_numpy(),
        value=tardiness(board.instance.arrays, columns["end"])[0],
        setup_seconds=int(found["setup_seconds"].fill_null(0).sum()),
    )  # fmt: skip


def _numbers(board: Board, found: pl.DataFrame) -> tuple[Integers, Integers]:
    people = {code: number for number, code in enumerate(board.resources.person_codes)}
    centres, machines = found["work_centre"].to_list(), found["machine"].to_list()
    machine = [
        board.machines.get((c, m or ""), -1) if m is not None else -1 for c, m in zip(centres, machines, strict=True)
    ]
    person = [people.get(code, -1) for code in found["person"].to_list()]
    return np.array(machine, np.int64), np.array(person, np.int64)


def _modes(board: Board, machine: Integers) -> Integers:
    """The mode of each operation on the pool of its machine, -1 for none."""
    a = board.instance.arrays
    chosen = np.full(machine.size, -1, np.int64)
    owner = np.repeat(np.arange(machine.size), a.operations["modes"])
    pool = np.where(machine >= 0, a.machines["pool"][machine], -1) if a.machines.size else machine
    fits: npt.NDArray[np.bool_] = a.modes["pool"] == pool[owner]
    chosen[owner[fits]] = np.flatnonzero(fits)
    return chosen
