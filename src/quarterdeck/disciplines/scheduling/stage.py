"""Scheduling as a stage of the plan: orders and pegs in, operations with times and resources out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.model import Company, Plan, Problem, Settings
from quarterdeck.model.clock import DAY, as_seconds, site_zones

if TYPE_CHECKING:
    from quarterdeck.disciplines.scheduling.counting import Count
    from quarterdeck.disciplines.scheduling.instance import Instance, Schedule
    from quarterdeck.disciplines.scheduling.jobs import Jobs
    from quarterdeck.disciplines.scheduling.network import Problemset
    from quarterdeck.disciplines.scheduling.resources import Resources

ALLOWANCES = (28 * DAY, 400 * DAY, 7 * DAY, 0)  # as many as the effort allows, in this order
EARLY = 400 * DAY
WORTH_WHILE = 0.02  # an order begins earlier only if that takes this share off the tardiness or the late deliveries


def run(company: Company, plan: Plan, settings: Settings) -> Plan:
    """The plan with ``operations`` and ``loads``, and ``orders`` dated by the schedule.

    ``operations`` that are there before are those of the last plan: what they begin in the frozen zone stays.
    """
    standing = plan["operations"]
    plan = plan.with_tables(operations=standing.clear())
    if not (plan["orders"]["kind"] != "buy").any():
        return plan.with_figures(schedule_checked=True)
    from quarterdeck.disciplines.scheduling import counting, maintenance, shelf  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.costing import with_prices  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.frozen import keep_frozen  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.jobs import read_jobs  # noqa: PLC0415 - numba takes a while to load
    from quarterdeck.disciplines.scheduling.loads import load_rows  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.network import build  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.resources import read_resources  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.results import operation_rows, order_rows, wait_rows  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.waits import explain_waits  # noqa: PLC0415

    now = as_seconds(settings.as_of)
    resources, closed = read_resources(company, settings)
    windows, unknown = maintenance.read_windows(company, resources, now)
    resources = maintenance.closed_for(resources, *windows.closures())
    jobs = read_jobs(company, plan, resources)
    if settings.frozen_hours > 0:
        jobs = keep_frozen(jobs, standing, resources, now, settings.frozen_hours)
    problem = build(plan, jobs, resources, now)
    if not problem.instance.size:
        return plan.with_problems([*closed, *jobs.problems]).with_figures(schedule_checked=True)
    problem = with_prices(company, plan, settings, problem, (jobs, resources))
    problem = maintenance.with_maintenance(problem, windows, resources)
    problem, chosen = _with_overtime_that_pays(problem, resources, settings)
    instance, answer = _best(problem, settings)
    limits = shelf.shelf_limits(company, jobs, problem)
    if shelf.goes_stale(limits, problem, answer):
        problem = shelf.with_shelf_life(problem, limits)
        instance, answer = _best(problem, settings)
    zones = site_zones(company)
    counts = counting.counts(company, jobs, resources, instance, zones)
    if counting.over_full(counts, answer.setup_start):
        instance, answer = _counted(problem, settings, counts, answer)
    waits = explain_waits(jobs, problem, resources, instance, answer, windows.closures())
    judged, figures = _judged(jobs, instance, answer)
    judged += [*unknown, *maintenance.missed(windows, answer, jobs.steps.height)]
    booked = maintenance.maintenance_rows(windows, answer, jobs.steps.height)
    answer = maintenance.of_orders(answer, jobs.steps.height)
    loads = load_rows(resources, instance, answer, zones, as_seconds(settings.horizon_end))
    where = dict(zip(resources.work_centres, resources.sites, strict=True))
    of_counts = [zones.get(where[count.code], "UTC") for count in counts]
    loads = counting.counted_loads(loads, counts, answer.setup_start, of_counts)
    filled = plan.with_tables(
        operations=operation_rows(jobs, resources, instance, answer, waits),
        orders=order_rows(jobs, problem, answer),
        loads=loads,
        waits=wait_rows(jobs, waits),
        maintenance=booked,
    )
    return filled.with_problems([*closed, *jobs.problems, *judged]).with_figures(**figures, **chosen)


def _with_overtime_that_pays(
    problem: Problemset, resources: Resources, settings: Settings
) -> tuple[Problemset, dict[str, Any]]:
    """The problem in which overtime is open only in weeks in which it pays, and how many of them there are."""
    if not resources.regular:
        return problem, {}
    from quarterdeck.disciplines.scheduling.network import with_allowance  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.overtime import with_least_overtime  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.search import looked_at, tried_at_once  # noqa: PLC0415

    def judge(instance: Instance) -> tuple[float, ...]:
        dated = with_allowance(replace(problem, instance=instance), ALLOWANCES[0])
        return looked_at([dated], settings.effort, settings.seconds, lambda *_: None)[0].value

    tries = tried_at_once(problem.instance.size, settings.effort, 24)
    instance, choice = with_least_overtime(problem.instance, resources, judge, tries)
    opened = len(choice.weeks) - len(choice.closed)
    return replace(problem, instance=instance), {"overtime_weeks": opened, "overtime_weeks_possible": len(choice.weeks)}


def _best(problem: Problemset, settings: Settings) -> tuple[Instance, Schedule]:
    """The schedule with the smallest earliness allowance that costs neither tardiness nor many late deliveries.

    Expected demand weighs so little that by tardiness alone most of it may be late without any difference.
    """
    from quarterdeck.disciplines.scheduling.network import with_allowance  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.search import finished, looked_at, tried_at_once  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.urgency import lateness_of  # noqa: PLC0415

    def heard(value: float, lower: float, seconds: float) -> None:
        del value, lower
        settings.progress("Scheduling machines and people", min(seconds / max(settings.seconds, 1e-9), 1.0))

    affordable = tried_at_once(problem.instance.size, settings.effort, len(ALLOWANCES))
    allowances = sorted(ALLOWANCES[:affordable])
    instances = [with_allowance(problem, allowance) for allowance in allowances]
    searches = looked_at(instances, settings.effort, settings.seconds, heard)
    worse = np.maximum(
        _beyond_least([search.value[0] for search in searches]),
        _beyond_least([float((lateness_of(each.instance.arrays, each.placed) > 0).sum()) for each in searches]),
    )
    number = int(np.argmax(worse <= worse.min() + WORTH_WHILE))
    chosen, answer = searches[number], finished(searches[number], settings.seed)
    if answer.value <= 0 or number + 1 == len(searches) or not (problem.instance.arrays.pools["capacity"] > 0).any():
        return chosen.instance, answer
    earlier = searches[number + 1]  # where orders share loads, those that begin earlier may help others
    other = finished(earlier, settings.seed)
    return (earlier.instance, other) if other.value < answer.value * (1 - WORTH_WHILE) else (chosen.instance, answer)


def _beyond_least(values: Sequence[float]) -> npt.NDArray[np.float64]:
    """How far each lies above the least, as a share of what lies between the least and the most."""
    found = np.asarray(values, np.float64)
    found = found - found.min()
    return np.asarray(found / max(float(found.max()), 1e-9))


def _counted(
    problem: Problemset, settings: Settings, counts: list[Count], answer: Schedule
) -> tuple[Instance, Schedule]:
    """The schedule that keeps the hours of work centres that are counted by period."""
    from quarterdeck.disciplines.scheduling.counting import keep_counts  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.network import with_allowance  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.search import finished, looked_at  # noqa: PLC0415

    def search(instance: Instance) -> Schedule:
        effort = max(settings.effort // 4, 1)
        return finished(looked_at([instance], effort, settings.seconds / 4, lambda *_: None)[0], settings.seed)

    return keep_counts(counts, answer, with_allowance(problem, EARLY), search)


def _judged(jobs: Jobs, instance: Instance, answer: Schedule) -> tuple[list[Problem], dict[str, Any]]:
    """The verdict of the checker and what has no place, with the figures of the search."""
    from quarterdeck.disciplines.scheduling.checker import check  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.limit_checker import broken_promises  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.sharing_checker import set_up_by_nobody  # noqa: PLC0415

    missed = [*broken_promises(instance, answer), *set_up_by_nobody(instance, answer)]
    faults = [fault for fault in check(instance, answer) if fault not in set(missed)]
    problems = [_missed(fault) for fault in missed[:20]]
    problems += [
        Problem(
            "error",
            "schedule-invalid",
            f"The schedule breaks a rule: {fault}.",
            "Please report this; the rest of the plan is not to be trusted.",
            table="operations",
        )
        for fault in faults[:20]
    ]
    count = jobs.steps.height
    problems += _pins(jobs, instance, answer)
    lost = jobs.steps.filter(~pl.Series(answer.scheduled[:count])).unique("order", maintain_order=True)
    problems += [
        Problem(
            "error",
            "order-unschedulable",
            f"Order {row['order']} of {row['item']} finds no time for all its steps.",
            "Check the calendars and dates of its machines, and that orders do not wait for each other.",
            table="work_orders",
            key=row["order"],
        )
        for row in lost.iter_rows(named=True)
    ]
    figures = {
        "schedule_checked": not faults,
        "schedule_value": answer.value,
        "schedule_bound": answer.figures["bound"],
        "schedule_rules": answer.figures["rules"],
        "schedule_seconds": answer.figures["seconds"],
        "schedule_operations": int(answer.scheduled.sum()),
        "schedule_setup_hours": answer.setup_seconds / 3600,
    }
    return problems, figures | _bill(instance, answer)


def _bill(instance: Instance, answer: Schedule) -> dict[str, float]:
    """What the schedule costs in money, where prices are known."""
    if instance.prices is None:
        return {}
    from quarterdeck.disciplines.scheduling.prices import bill_of  # noqa: PLC0415
    from quarterdeck.disciplines.scheduling.results import columns_of  # noqa: PLC0415

    bill = bill_of(instance.arrays, instance.prices, columns_of(answer))
    return {
        "schedule_cost": bill.total,
        "schedule_late_cost": bill.late,
        "schedule_setup_cost": bill.setup,
        "schedule_overtime_cost": bill.overtime,
        "schedule_holding_cost": bill.holding,
        "schedule_overtime_hours": bill.overtime_seconds / 3600,
    }


def _missed(fault: str) -> Problem:
    """A longest wait or a limited room that no way was found to keep."""
    return Problem(
        "warning",
        "limit-missed",
        f"In the schedule {fault}.",
        "Allow a longer wait or more waiting places, or give the next step more capacity or working time.",
        table="operations",
    )


def _pins(jobs: Jobs, instance: Instance, answer: Schedule) -> list[Problem]:
    """Pinned starts that could not be kept."""
    pinned = instance.arrays.operations["pinned"]
    broken = (pinned >= 0) & answer.scheduled & (answer.setup_start != pinned)
    return [
        Problem(
            "warning",
            "pin-broken",
            f"Step {row['sequence']} of order {row['order']} cannot begin where it is pinned; it begins when it can.",
            "Move the pin, or what comes before it.",
            table="work_order_operations",
            key=f"{row['order']} / {row['sequence']}",
            column="pinned_start",
        )
        for row in jobs.steps.filter(pl.Series(broken[: jobs.steps.height])).iter_rows(named=True)
    ]
