"""A plan as data: one frame per result table, with the problems found on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.model.company import Bundle, shape_frames, shaped
from quarterdeck.model.problem import Problem
from quarterdeck.model.results import RESULTS
from quarterdeck.model.settings import Settings


@dataclass(frozen=True)
class Links:
    """What each peg ties together by rows instead of codes; one entry per peg, -1 where it is something else.

    ``supplier`` and ``consumer`` are rows of ``orders``, ``wanted`` rows of ``requirements``; they hold for just the
    tables they were made for.
    """

    supplier: npt.NDArray[np.int64]
    consumer: npt.NDArray[np.int64]
    wanted: npt.NDArray[np.int64]
    tables: tuple[pl.DataFrame, ...] = ()


LINKED = ("orders", "pegs", "requirements")


@dataclass(frozen=True)
class Plan(Bundle):
    """A frozen bundle of frames, one per table of :data:`quarterdeck.model.results.RESULTS`.

    ``problems`` are everything that was wrong or is worth knowing; ``figures`` are facts about how the plan was
    made: seconds per stage, value and bound of the schedule, the checker's verdict.
    """

    settings: Settings
    problems: tuple[Problem, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    known_links: Links | None = field(default=None, repr=False, compare=False)

    @classmethod
    def blank(cls, settings: Settings) -> Plan:
        """A plan in which no stage has run."""
        return cls(shape_frames(RESULTS, {}), settings)

    def with_tables(self, **frames: pl.DataFrame) -> Plan:
        """The plan with these tables filled in."""
        return replace(self, frames=MappingProxyType({**self.frames, **shaped(RESULTS, frames)}))

    def with_links(self, links: Links) -> Plan:
        """The plan that knows by rows what the pegs of its present tables tie together."""
        return replace(self, known_links=replace(links, tables=tuple(self.frames[name] for name in LINKED)))

    @property
    def links(self) -> Links | None:
        """What the pegs tie together, unless one of the tables has been replaced since that was known."""
        known = self.known_links
        if known is None or any(
            self.frames[name] is not table for name, table in zip(LINKED, known.tables, strict=True)
        ):
            return None
        return known

    def with_problems(self, problems: Iterable[Problem]) -> Plan:
        """The plan with these problems added."""
        return replace(self, problems=(*self.problems, *problems))

    def with_figures(self, **figures: Any) -> Plan:  # noqa: ANN401 - JSON-like facts
        """The plan with these facts added."""
        return replace(self, figures={**self.figures, **figures})
