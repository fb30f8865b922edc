"""A plan as data: one frame per result table, with the problems found on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import polars as pl

from quarterdeck.model.company import Bundle, shape_frames, shaped
from quarterdeck.model.problem import Problem
from quarterdeck.model.results import RESULTS
from quarterdeck.model.settings import Settings


@dataclass(frozen=True)
class Plan(Bundle):
    """A frozen bundle of frames, one per table of :data:`quarterdeck.model.results.RESULTS`.

    ``problems`` are everything that was wrong or is worth knowing; ``figures`` are facts about how the plan was
    made: seconds per stage, value and bound of the schedule, the checker's verdict.
    """

    settings: Settings
    problems: tuple[Problem, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def blank(cls, settings: Settings) -> Plan:
        """A plan in which no stage has run."""
        return cls(shape_frames(RESULTS, {}), settings)

    def with_tables(self, **frames: pl.DataFrame) -> Plan:
        """The plan with these tables filled in."""
        return replace(self, frames=MappingProxyType({**self.frames, **shaped(RESULTS, frames)}))

    def with_problems(self, problems: Iterable[Problem]) -> Plan:
        """The plan with these problems added."""
        return replace(self, problems=(*self.problems, *problems))

    def with_figures(self, **figures: Any) -> Plan:  # noqa: ANN401 - JSON-like facts
        """The plan with these facts added."""
        return replace(self, figures={**self.figures, **figures})
