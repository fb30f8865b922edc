"""What a scheduling programme is made of, what it is asked, and what it answers.

Variables are those of OR-Tools, which is not imported here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Limits:
    """How long to look: wall seconds, deterministic work (the same on every machine), threads, and the seed."""

    seconds: float = 10.0
    work: float = float("inf")
    workers: int = 1
    seed: int = 1
    enough: float | None = None  # a value that is good enough to stop
    stop: Callable[[], bool] | None = None  # asked at every answer
    brief: bool = False  # for small programmes by the dozen: neither linear relaxations nor a long look beforehand


@dataclass(frozen=True)
class Found:
    """What the solver says: the value and start of each task if it has any, a lower bound, and whether it is proven."""

    value: float | None
    bound: float
    starts: tuple[int, ...] = ()
    ways: tuple[int, ...] = ()
    proven: bool = False
    infeasible: bool = False
    work: float = 0.0  # deterministic seconds spent


@dataclass(frozen=True)
class Goal:
    """Tasks that one customer waits for, each with when it would be in time, and what a unit of lateness weighs."""

    parts: tuple[tuple[int, int], ...]
    weight: int


@dataclass(frozen=True)
class Opening:
    """Open stretches of a calendar: when each begins, and how much open time lies before it."""

    start: tuple[int, ...]
    before: tuple[int, ...]

    def gaps(self) -> list[tuple[int, int]]:
        """The closed stretches: the open time before each, and how long it is."""
        pairs = zip(self.start, self.before, strict=True)
        apart = [start - before for start, before in pairs]
        return [(self.before[k], apart[k] - apart[k - 1]) for k in range(1, len(apart))]


@dataclass(frozen=True)
class Span:
    """One way to do a task that works in the open time of a calendar."""

    duration: int
    opening: int


class Values(Protocol):
    """Whatever knows the values of variables."""

    def value(self, expression: object) -> float:
        """The value of an expression."""
        ...


@dataclass
class Task:
    """One task: its start and end, and per way of doing it whether it is chosen and when it takes its resources."""

    start: Any
    end: Any
    chosen: list[Any]
    intervals: list[Any]
    durations: list[int]


@dataclass(frozen=True)
class Stretch:
    """Work on one calendar: its start, its end, its length, and the flags of which one says that it is done there."""

    start: Any
    end: Any
    length: Any
    flags: list[Any]
