"""What the runner needs of a published problem, whatever its kind: to solve it and to judge the answer."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from benchmarks.scheduling_files import Problem, UnknownFormatError
from benchmarks.scheduling_formats import read_problem
from quarterdeck.disciplines.scheduling.attempts import Callback
from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.cooperation import Budget
from quarterdeck.disciplines.scheduling.foresight import search_ahead
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits
from quarterdeck.disciplines.scheduling.instance import Instance, Schedule
from quarterdeck.disciplines.scheduling.job_shop import shop_of
from quarterdeck.disciplines.scheduling.solve import solve
from quarterdeck.disciplines.scheduling.windows import search_windows

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

    def solve(self, limits: SearchLimits, callback: Callback) -> Result:
        """The best answer found in time."""
        ...

    def faults(self, answer: Any) -> list[str]:
        """What an independent checker finds wrong."""
        ...

    def explained(self, answer: Any) -> float | None:
        """Percent of the late minutes that have a cause; none where nothing has a due date."""
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
        """Compiles once what only large shops need."""
        _compile()

    def solve(self, limits: SearchLimits, callback: Callback) -> Result:
        """The best schedule found in time."""
        answer = solve(self.instance, limits, callback)
        return Result(answer, answer.value, answer.figures["bound"])

    def faults(self, answer: Schedule) -> list[str]:
        """Broken rules and operations without a place."""
        lost = [] if bool(answer.scheduled.all()) else ["an operation has no place"]
        return check(self.instance, answer) + lost

    def explained(self, answer: Schedule) -> float | None:  # noqa: ARG002 - the others ask
        """Nothing has a due date."""
        return None


@functools.cache
def _compile() -> None:
    shop = shop_of(read_problem("2 2\n0 3 1 2\n1 2 0 4\n"))
    budget = Budget(0, 0.0, time.perf_counter)
    _, order = search_ahead(shop, budget, 1, 1, lambda _: None)
    search_windows(shop, order, budget, 1, 1, lambda _: None)


def read_case(problem: Problem) -> Case:
    """The problem in the form that solves it."""
    try:
        found = (reader(problem) for reader in READERS)
        return next((case for case in found if case is not None), None) or ShopCase(read_problem(problem.text))
    except UnknownFormatError:
        raise
    except (ValueError, IndexError, KeyError, OverflowError, RuntimeError) as error:
        raise UnknownFormatError(f"It cannot be read: {error}") from error
