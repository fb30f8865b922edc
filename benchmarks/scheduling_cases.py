"""What the runner needs of a published problem, whatever its kind: to solve it and to judge the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from benchmarks.scheduling_formats import Problem, read_problem
from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.instance import Instance, Schedule
from quarterdeck.disciplines.scheduling.search import Callback
from quarterdeck.disciplines.scheduling.solve import solve

Reader = Callable[[Problem], "Case | None"]
READERS: list[Reader] = []  # tried in turn; None means that the text is of another kind


@dataclass(frozen=True)
class Result:
    """An answer with its value and a lower bound, if one is known."""

    answer: Any
    value: float
    bound: float | None


class Case(Protocol):
    """One problem of some kind."""

    @property
    def operations(self) -> int:
        """How many operations or activities it has."""
        ...

    def prepare(self) -> None:
        """Compiles what is needed, by way of something tiny."""
        ...

    def solve(self, seconds: float, workers: int, seed: int, callback: Callback) -> Result:
        """The best answer found in time."""
        ...

    def faults(self, answer: Any) -> list[str]:
        """What an independent checker finds wrong."""
        ...


@dataclass(frozen=True)
class ShopCase:
    """A job shop or flexible job shop, solved and judged as the product solves and judges its plans."""

    instance: Instance

    @property
    def operations(self) -> int:
        """Number of operations."""
        return self.instance.size

    def prepare(self) -> None:
        """Nothing: the runner has done it."""

    def solve(self, seconds: float, workers: int, seed: int, callback: Callback) -> Result:
        """The best schedule found in time."""
        answer = solve(self.instance, seconds, workers, seed, callback=callback)
        return Result(answer, answer.value, answer.figures["bound"])

    def faults(self, answer: Schedule) -> list[str]:
        """Broken rules and operations without a place."""
        lost = [] if bool(answer.scheduled.all()) else ["an operation has no place"]
        return check(self.instance, answer) + lost


def prepare(problem: Problem) -> None:
    """Compiles what this kind of problem needs, so that it does not count."""
    for reader in READERS:
        case = reader(problem)
        if case is not None:
            case.prepare()
            return


def read_case(problem: Problem) -> Case:
    """The problem in the form that solves it."""
    for reader in READERS:
        case = reader(problem)
        if case is not None:
            return case
    return ShopCase(read_problem(problem.text))
