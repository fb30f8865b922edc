"""From the arrays of a schedule to the tables of a plan."""

from __future__ import annotations

import numpy as np
import polars as pl

from quarterdeck.disciplines.scheduling.instance import Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.jobs import Jobs
from quarterdeck.disciplines.scheduling.network import Problemset
from quarterdeck.disciplines.scheduling.prices import overtime_seconds
from quarterdeck.disciplines.scheduling.resources import Resources
from quarterdeck.disciplines.scheduling.state import (
    BY_PERSON,
    COLUMNS,
    END_AT,
    IN_MODE,
    ON_MACHINE,
    READY_AT,
    RUN_FOR,
    SET_BY,
    SETUP_AT,
    SETUP_FOR,
    START_AT,
    WITH_TOOL,
)
from quarterdeck.disciplines.scheduling.waits import Waits
from quarterdeck.model.clock import from_seconds


def operation_rows(
    jobs: Jobs, resources: Resources, instance: Instance, answer: Schedule, waits: Waits
) -> pl.DataFrame:
    """The plan's operations: every step that has a place."""
    pool = instance.arrays.modes["pool"][answer.mode] if instance.arrays.modes.size else answer.mode
    centre = np.where(answer.mode >= 0, pool, -1)
    rows = jobs.steps.with_columns(
        quantity=pl.col("left"),
        work_centre=_texts(resources.work_centres, centre).fill_null(jobs.steps["work_centre"]),
        machine=_texts(resources.machine_codes, answer.machine),
        person=_texts(resources.person_codes, answer.person),
        setup_person=_texts(resources.person_codes, _or_none(answer.setter, answer)),
        overtime_seconds=_overtime(instance, answer),
        ready=from_seconds(answer.ready),
        setup_start=from_seconds(answer.setup_start),
        start=from_seconds(answer.start),
        end=from_seconds(answer.end),
        setup_seconds=answer.setup,
        run_seconds=answer.run,
        waited_for=waits.cause,
        blocker=waits.blocker,
        ready_after=waits.ready_after,
        ready_blocker=waits.ready_blocker,
        pinned=pl.col("pinned").is_not_null(),
        placed=pl.Series(answer.scheduled),
    )
    return rows.filter(pl.col("sequence").is_not_null(), "placed")


def _or_none(numbers: Integers | None, answer: Schedule) -> Integers:
    return np.full(answer.end.size, -1, np.int64) if numbers is None else numbers


def _overtime(instance: Instance, answer: Schedule) -> Integers:
    """Seconds of each step worked in overtime."""
    if instance.prices is None:
        return np.zeros(answer.end.size, np.int64)
    return overtime_seconds(instance.arrays, instance.prices, columns_of(answer))


def wait_rows(jobs: Jobs, waits: Waits) -> pl.DataFrame:
    """The plan's waits: every stretch between a step's being ready and its set-up."""
    steps = jobs.steps.filter(pl.col("sequence").is_not_null()).select("row", "order", "sequence")
    return waits.parts.join(steps, on="row").sort("order", "sequence", "part").drop("row")


def columns_of(answer: Schedule) -> Integers:
    """A schedule as decoded columns, shape (operations, COLUMNS)."""
    placed = np.zeros((answer.end.size, COLUMNS), np.int64)
    placed[:, ON_MACHINE], placed[:, BY_PERSON], placed[:, IN_MODE] = answer.machine, answer.person, answer.mode
    placed[:, READY_AT], placed[:, SETUP_AT], placed[:, START_AT] = answer.ready, answer.setup_start, answer.start
    placed[:, END_AT], placed[:, SETUP_FOR], placed[:, RUN_FOR] = answer.end, answer.setup, answer.run
    placed[:, WITH_TOOL] = -1 if answer.tool is None else answer.tool
    placed[:, SET_BY] = -1 if answer.setter is None else answer.setter
    return placed


def _texts(codes: list[str], numbers: Integers) -> pl.Series:
    """Codes by number, none for -1."""
    return pl.Series([*codes, None], dtype=pl.String).gather(np.where(numbers < 0, len(codes), numbers))


def order_rows(jobs: Jobs, problem: Problemset, answer: Schedule) -> pl.DataFrame:
    """The plan's orders with the dates of the schedule; planned purchases come when it first needs them."""
    release = jobs.orders["release_s"].to_numpy().copy()
    available = jobs.orders["available_s"].to_numpy().copy()
    _bring_forward(problem, answer, release, available)
    moved = np.flatnonzero(problem.last >= 0)
    first, last = problem.first[moved], problem.last[moved]
    move = jobs.steps["move"].fill_null(0).to_numpy()
    placed = answer.scheduled[first] & answer.scheduled[last]
    moved, first, last = moved[placed], first[placed], last[placed]
    release[moved] = answer.setup_start[first]
    available[moved] = answer.end[last] + move[last]
    late = np.maximum(available - jobs.orders["needed_s"].to_numpy(), 0)
    return jobs.orders.with_columns(release=from_seconds(release), available=from_seconds(available), late_seconds=late)


def _bring_forward(problem: Problemset, answer: Schedule, release: Integers, available: Integers) -> None:
    """Planned purchases that a step uses before their date come when it begins, with as much notice as before."""
    material = problem.material
    if not material.height:
        return
    begins = answer.setup_start[material["to"].to_numpy()] - material["queue"].to_numpy()
    used = answer.scheduled[material["to"].to_numpy()]
    wanted = np.maximum(np.where(used, begins, np.iinfo(np.int64).max), material["earliest"].to_numpy())
    earlier = available.copy()
    np.minimum.at(earlier, material["supplier"].to_numpy(), wanted)
    release -= available - earlier
    available[:] = earlier
