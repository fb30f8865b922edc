"""Readers of permutation flow shops with set-ups (makespan) and with due dates (total tardiness).

Jobs and machines stand on a line each; then due dates on one line if there are any; then a row of work times per job;
then, with set-ups, per machine a matrix of jobs before and after.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from benchmarks.scheduling_cases import Case, Result
from benchmarks.scheduling_files import Problem, UnknownFormatError
from benchmarks.scheduling_lateness import explained_percent, of_flow_shop
from quarterdeck.disciplines.scheduling.attempts import Callback
from quarterdeck.disciplines.scheduling.flow_checker import check_flow_shop
from quarterdeck.disciplines.scheduling.flow_search import solve_flow_shop
from quarterdeck.disciplines.scheduling.flow_shop import FlowPlan, FlowShop
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits


@dataclass(frozen=True)
class FlowCase:
    """A flow shop, solved and judged."""

    shop: FlowShop

    @property
    def operations(self) -> int:
        """Jobs times machines."""
        return int(self.shop.work.size)

    def prepare(self) -> None:
        """Compiles the kernels once."""
        _compile()

    def solve(self, limits: SearchLimits, callback: Callback) -> Result:
        """The best order found in time."""
        plan = solve_flow_shop(self.shop, limits, callback)
        return Result(plan, plan.value, plan.figures["bound"])

    def faults(self, answer: FlowPlan) -> list[str]:
        """Broken rules."""
        return check_flow_shop(self.shop, answer)

    def explained(self, answer: FlowPlan) -> float | None:
        """Percent of the late minutes that have a cause; none without due dates."""
        return None if self.shop.due is None else explained_percent(*of_flow_shop(self.shop, answer), idle="closed")


@functools.cache
def _compile() -> None:
    work = np.array([[1, 2], [2, 1], [3, 3]])
    solve_flow_shop(FlowShop(work, None, np.array([0, 0, 0])), SearchLimits(0.1))


def read_flow_shop(problem: Problem) -> Case | None:
    """The flow shop in a text, or nothing if it is of another kind: its first two lines hold one number each."""
    head = problem.text.lstrip("\ufeff").split("\n", 2)
    if len(head) < 3 or any(len(line.split()) != 1 or not line.strip().isdigit() for line in head[:2]):
        return None
    jobs, machines = int(head[0]), int(head[1])
    rows = [[int(word) for word in line.split()] for line in head[2].splitlines() if line.strip()]
    widths = [len(row) for row in rows]
    if widths == [jobs] + [machines] * jobs:
        return FlowCase(FlowShop(np.array(rows[1:]), None, np.array(rows[0])))
    if widths == [machines] * jobs:
        return FlowCase(FlowShop(np.array(rows)))
    if widths == [machines] * jobs + [jobs] * (jobs * machines):
        setup = np.array(rows[jobs:]).reshape(machines, jobs, jobs)
        return FlowCase(FlowShop(np.array(rows[:jobs]), setup))
    raise UnknownFormatError(f"Expected {jobs} rows of {machines} work times, got rows of {sorted(set(widths))}.")
