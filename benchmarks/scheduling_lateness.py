"""How much of the lateness of a published problem's schedule the product's own explanation accounts for.

Flow shops and complex job shops are planned by searches of their own; here their answers become schedules of the
product, so that the same walk along what had to wait for what explains them as explains a company's late orders.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.scheduling_formats import chains
from quarterdeck.disciplines.scheduling.blame import late_links, trace_of
from quarterdeck.disciplines.scheduling.complex_shop import ComplexPlan, ComplexShop
from quarterdeck.disciplines.scheduling.flow_shop import FlowPlan, FlowShop
from quarterdeck.disciplines.scheduling.instance import TARDINESS, Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.replanning import lateness_of


def explained_percent(instance: Instance, answer: Schedule, idle: str = "") -> float:
    """Share of the late seconds that the causes add up to; a demand told too much counts against it.

    ``idle``: a cause that there cannot be, as closed hours where nothing ever closes; it explains nothing.
    """
    late = lateness_of(instance, answer)
    trace = trace_of(instance, answer)
    rows = np.flatnonzero(late > 0)
    told = np.array([sum(k.seconds for k in late_links(trace, int(row)) if k.cause != idle) for row in rows])
    return round(100 * float(1 - np.abs(told - late[rows]).sum() / max(1, late.sum())), 3)


def of_flow_shop(shop: FlowShop, plan: FlowPlan) -> tuple[Instance, Schedule]:
    """A flow shop with due dates and its answer, as the product has them."""
    jobs, machines = shop.work.shape
    pairs = np.column_stack([np.tile(np.arange(machines), jobs), shop.work.ravel()])
    steps, due = np.full(jobs, machines), np.asarray(shop.due)
    instance = _with_dates(chains(steps, np.ones(pairs.shape[0], np.int64), pairs), due, np.zeros(jobs, np.int64))
    mode = np.arange(pairs.shape[0])
    return instance, _schedule(instance, mode, plan.start.ravel(), np.zeros(mode.size, np.int64))


def of_complex_shop(shop: ComplexShop, plan: ComplexPlan) -> tuple[Instance, Schedule]:
    """A complex job shop with due dates and its answer: those in an oven together begin together."""
    families = np.array([family for job in shop.jobs for family in job.families])
    able = [np.flatnonzero(row >= 0) for row in shop.duration]
    ways = np.array([able[family].size for family in families])
    pairs = np.array([(machine, shop.duration[family, machine]) for family in families for machine in able[family]])
    steps = np.array([len(job.families) for job in shop.jobs])
    due = np.array([job.due for job in shop.jobs])
    instance = _with_dates(chains(steps, ways, pairs), due, np.array([job.release for job in shop.jobs]))
    place = [
        int(np.searchsorted(able[family], machine)) for family, machine in zip(families, plan.machine, strict=True)
    ]
    mode = instance.arrays.operations["first_mode"] + place
    return instance, _schedule(instance, mode, plan.start, _setups(shop, plan, families))


def _setups(shop: ComplexShop, plan: ComplexPlan, families: Integers) -> Integers:
    """Set-up before each operation; none for what joins those that have begun at the same moment."""
    setup = np.zeros(families.size, np.int64)
    order = np.lexsort((plan.start, plan.machine))
    for one, other in pairwise(order):
        if plan.machine[one] == plan.machine[other]:
            together = plan.start[one] == plan.start[other]
            setup[other] = setup[one] if together else shop.setup[families[one], families[other]]
    return setup


def _with_dates(instance: Instance, due: npt.ArrayLike, release: Integers) -> Instance:
    """The same jobs with release and due dates; without a due date none is late."""
    a = instance.arrays
    operations, demands = a.operations.copy(), a.demands.copy()
    operations["release"] = release[operations["job"]]
    demands["due"] = due
    return replace(instance, arrays=a._replace(operations=operations, demands=demands), objective=TARDINESS)


def _schedule(instance: Instance, mode: Integers, start: Integers, setup: Integers) -> Schedule:
    a = instance.arrays
    run = a.modes["work"][mode]
    end = start + run
    ready = a.operations["release"].copy()
    np.maximum.at(ready, a.arcs["successor"], end[np.repeat(np.arange(instance.size), a.operations["arcs"])])
    rest: dict[str, Any] = {"person": np.full(instance.size, -1, np.int64), "value": 0.0}
    return Schedule(
        machine=a.pools["first"][a.modes["pool"][mode]], mode=mode, ready=ready, setup_start=start - setup,
        start=start, end=end, setup=setup, run=run, setup_seconds=int(setup.sum()), **rest,
    )  # fmt: skip
