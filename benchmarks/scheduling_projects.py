"""Readers of project scheduling problems: Patterson's ``.rcp``, and ``.sm`` and ``.mm`` of PSPLIB and MMLIB."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from benchmarks.scheduling_cases import Case, Result
from benchmarks.scheduling_files import Problem, UnknownFormatError
from quarterdeck.disciplines.scheduling.attempts import Callback
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits
from quarterdeck.disciplines.scheduling.project import Mode, Project, ProjectPlan
from quarterdeck.disciplines.scheduling.project_checker import check_project
from quarterdeck.disciplines.scheduling.project_search import solve_project

SECTIONS = ("PRECEDENCE RELATIONS", "REQUESTS", "AVAILABILITIES")


@dataclass(frozen=True)
class ProjectCase:
    """A project, solved and judged."""

    project: Project

    @property
    def operations(self) -> int:
        """Number of activities."""
        return self.project.size

    def prepare(self) -> None:
        """Compiles the kernels once."""
        _compile()

    def solve(self, limits: SearchLimits, callback: Callback) -> Result:
        """The shortest plan found in time."""
        plan = solve_project(self.project, limits, callback)
        return Result(plan, plan.value, plan.figures["bound"])

    def faults(self, answer: ProjectPlan) -> list[str]:
        """Broken rules."""
        return check_project(self.project, answer)

    def explained(self, answer: ProjectPlan) -> float | None:  # noqa: ARG002 - the others ask
        """Nothing has a due date."""
        return None


@functools.cache
def _compile() -> None:
    ways = (Mode(1, (1,), (1,)), Mode(2, (1,), (0,)))
    solve_project(Project((ways, ways), ((), ()), (1,), (1,)), SearchLimits(0.2))


def read_project(problem: Problem) -> Case | None:
    """The project in a text, or nothing if it is of another kind."""
    suffix = problem.suffix.lower()
    if suffix == ".rcp":
        return ProjectCase(_patterson(problem.text))
    if suffix in {".sm", ".mm"} or "REQUESTS/DURATIONS" in problem.text:
        return ProjectCase(_progen(problem.text))
    return None


def _patterson(text: str) -> Project:
    """Activities and resources, capacities, then per activity duration, demands, and its successors counted from 1."""
    words = [int(word) for word in text.split()]
    try:
        count, resources = words[0], words[1]
        capacity = tuple(words[2 : 2 + resources])
        at = 2 + resources
        modes, successors = [], []
        for _ in range(count):
            demand = tuple(words[at + 1 : at + 1 + resources])
            followers = words[at + 1 + resources]
            first = at + 2 + resources
            modes.append((Mode(words[at], demand),))
            successors.append(tuple(word - 1 for word in words[first : first + followers]))
            at = first + followers
    except IndexError as error:
        raise UnknownFormatError(f"Expected {count} activities, got {len(modes)} and part of one.") from error
    return Project(tuple(modes), tuple(successors), capacity)


def _progen(text: str) -> Project:
    """The three tables of numbers: successors, modes with durations and demands, and availabilities."""
    parts = {name: _numbers(text, name) for name in SECTIONS}
    kinds = [int(found) for found in re.findall(r"(?:renewable|nonrenewable)\s*:\s*(\d+)", text)]
    if len(kinds) < 2 or not all(parts.values()):
        raise UnknownFormatError("Expected precedence relations, requests and availabilities, not all are there.")
    renewable = kinds[0]
    successors = [tuple(word - 1 for word in row[3 : 3 + row[2]]) for row in parts[SECTIONS[0]]]
    modes: list[list[Mode]] = []
    wide = 3 + sum(kinds[:2])
    for row in parts[SECTIONS[1]]:
        if len(row) == wide:
            modes.append([])
        demand = row[-sum(kinds[:2]) :]
        modes[-1].append(Mode(row[-len(demand) - 1], tuple(demand[:renewable]), tuple(demand[renewable:])))
    available = parts[SECTIONS[2]][0]
    return Project(
        tuple(tuple(ways) for ways in modes), tuple(successors), tuple(available[:renewable]),
        tuple(available[renewable:]),
    )  # fmt: skip


def _numbers(text: str, section: str) -> list[list[int]]:
    """The rows of whole numbers below a heading, up to the next line of asterisks."""
    start = text.find(section)
    if start < 0:
        return []
    body = text[start:].split("\n", 1)[-1].split("***", maxsplit=1)[0]
    rows = [line.split() for line in body.splitlines()]
    return [[int(word) for word in row] for row in rows if row and all(word.isdigit() for word in row)]
