"""A plan with a repaired schedule: the same orders, new times, whatever else stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from quarterdeck.disciplines.scheduling.board import Board
from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.instance import Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.loads import load_rows
from quarterdeck.disciplines.scheduling.repair import Pin, pinned
from quarterdeck.disciplines.scheduling.results import operation_rows, order_rows
from quarterdeck.disciplines.scheduling.waits import explain_waits
from quarterdeck.model import Company, Plan, Problem, Settings
from quarterdeck.model.clock import as_seconds, site_zones

RENEWED = ("schedule-invalid", "pin-broken")


def with_schedule(
    company: Company, plan: Plan, settings: Settings, board: Board, answer: Schedule, pins: Sequence[Pin]
) -> Plan:
    """The plan with the operations, loads and order dates of ``answer``, judged by the checker."""
    instance = pinned(board.instance, pins)
    waits = explain_waits(board.jobs, board.problem, board.resources, instance, answer)
    operations = operation_rows(board.jobs, board.resources, instance, answer, waits)
    kept = {pin.operation for pin in pins}
    operations = operations.with_columns(pinned=pl.col("row").is_in(sorted(kept)))
    loads = load_rows(board.resources, instance, answer, site_zones(company), as_seconds(settings.horizon_end))
    faults = check(instance, answer)
    old = tuple(problem for problem in plan.problems if problem.code not in RENEWED)
    filled = replace(plan, problems=old).with_tables(
        operations=operations, orders=order_rows(board.jobs, board.problem, answer), loads=loads
    )
    figures = {
        "schedule_checked": not faults,
        "schedule_value": answer.value,
        "schedule_setup_hours": answer.setup_seconds / 3600,
        "schedule_operations": int(answer.scheduled.sum()),
    }
    return filled.with_problems(_faults(faults)).with_figures(**figures)


def _faults(faults: list[str]) -> list[Problem]:
    hint = "Please report this; the rest of the plan is not to be trusted."
    return [
        Problem("error", "schedule-invalid", f"The schedule breaks a rule: {fault}.", hint, table="operations")
        for fault in faults[:20]
    ]


def lateness(board: Board, answer: Schedule) -> Integers:
    """Seconds by which each demand of a board is late, shape (demands)."""
    return lateness_of(board.instance, answer)


def lateness_of(instance: Instance, answer: Schedule) -> Integers:
    """Seconds by which each demand of an instance is late, shape (demands)."""
    a = instance.arrays
    there = a.demands["ready"].copy()
    owner = np.repeat(np.arange(a.demands.size), a.demands["count"])
    served = a.supplies["operation"]
    placed = answer.scheduled[served]
    np.maximum.at(there, owner[placed], answer.end[served[placed]] + a.supplies["lag"][placed])
    return np.asarray(np.maximum(there - a.demands["due"], 0), dtype=np.int64)
