"""Reader of the complex job shops of Knopp, Dauzère-Pérès and Yugma, 2017.

Counts of jobs, machines and families and the objective; per job release, due date, weight, the number of operations and
their families; per machine its capacity; per family the machines that can do it and their times; then set-up times by
families before (rows) and after (columns).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.scheduling_cases import Case, Result
from benchmarks.scheduling_files import Problem, UnknownFormatError
from benchmarks.scheduling_lateness import explained_percent, of_complex_shop
from quarterdeck.disciplines.scheduling.attempts import Callback
from quarterdeck.disciplines.scheduling.complex_checker import check_complex_shop
from quarterdeck.disciplines.scheduling.complex_search import solve_complex_shop
from quarterdeck.disciplines.scheduling.complex_shop import ComplexJob, ComplexPlan, ComplexShop
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits

OBJECTIVES = {"TWT": "tardiness", "TWC": "completion", "MAKESPAN": "makespan"}


@dataclass(frozen=True)
class ComplexCase:
    """A complex job shop, solved and judged."""

    shop: ComplexShop

    @property
    def operations(self) -> int:
        """Number of operations."""
        return self.shop.size

    def prepare(self) -> None:
        """Compiles the kernels once."""
        _compile()

    def solve(self, limits: SearchLimits, callback: Callback) -> Result:
        """The best schedule found in time."""
        plan = solve_complex_shop(self.shop, limits, callback)
        return Result(plan, plan.value, plan.figures["bound"])

    def faults(self, answer: ComplexPlan) -> list[str]:
        """Broken rules."""
        return check_complex_shop(self.shop, answer)

    def explained(self, answer: ComplexPlan) -> float | None:
        """Percent of the late minutes that have a cause; none where only completion counts."""
        if self.shop.objective != "tardiness":
            return None
        return explained_percent(*of_complex_shop(self.shop, answer), idle="closed")


@functools.cache
def _compile() -> None:
    jobs = tuple(ComplexJob(0, 1, 1, (0, 0)) for _ in range(3))
    solve_complex_shop(ComplexShop(jobs, np.array([2]), np.array([[3]]), np.array([[0]])), SearchLimits(0.1))


def read_complex_shop(problem: Problem) -> Case | None:
    """The complex job shop in a text, or nothing if it is of another kind: its second line names the objective."""
    head = problem.text.split("\n", 2)
    if len(head) < 3 or head[1].strip().upper() not in OBJECTIVES:
        return None
    try:
        return ComplexCase(_shop(head[0].split(), head[1].strip().upper(), iter(map(int, head[2].split()))))
    except (StopIteration, RuntimeError, ValueError) as error:
        raise UnknownFormatError(f"Expected {head[0].strip()} jobs, machines and families, got fewer.") from error


def _shop(counts: list[str], objective: str, words: Iterator[int]) -> ComplexShop:
    job_count, machines, families = (int(word) for word in counts)
    jobs = []
    for _ in range(job_count):
        release, due, weight, operations = (next(words) for _ in range(4))
        jobs.append(ComplexJob(release, due, weight, tuple([next(words) for _ in range(operations)])))
    capacity = np.array([next(words) for _ in range(machines)])
    duration = np.full((families, machines), -1)
    for family in range(families):
        for _ in range(next(words)):
            machine = next(words)
            duration[family, machine] = next(words)
    setup = np.array([next(words) for _ in range(families * families)]).reshape(families, families)
    return ComplexShop(tuple(jobs), capacity, duration, setup, OBJECTIVES[objective])
