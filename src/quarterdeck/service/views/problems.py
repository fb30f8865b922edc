"""Problems, like with like: one line per kind, with its count, some examples and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from quarterdeck.model import Problem
from quarterdeck.model.problem import Severity
from quarterdeck.service.views import wording

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")

SPELT_OUT = {"bom": "bill of materials", "kpi": "KPI"}


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems of one severity and code."""

    severity: str
    code: str
    title: str
    count: int
    hint: str
    examples: tuple[Problem, ...]


def problem_groups(problems: Iterable[Problem], examples: int = 5) -> tuple[ProblemGroup, ...]:
    """The problems by severity and code, the gravest and most frequent first, each with its first ``examples``."""
    found: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        found.setdefault((problem.severity, problem.code), []).append(problem)
    ordered = sorted(found.items(), key=lambda pair: (SEVERITIES.index(pair[0][0]), -len(pair[1]), pair[0][1]))
    return tuple(
        ProblemGroup(
            severity=severity,
            code=code,
            title=wording.sentence(" ".join(SPELT_OUT.get(word, word) for word in code.split("-"))),
            count=len(group),
            hint=_common_hint(group),
            examples=tuple(group[:examples]),
        )
        for (severity, code), group in ordered
    )


def _common_hint(group: list[Problem]) -> str:
    hints = {problem.hint for problem in group}
    return hints.pop() if len(hints) == 1 else ""
