"""The best answer that several threads have met, and when each of them stops."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from quarterdeck.disciplines.scheduling.attempts import Callback, quiet
from quarterdeck.disciplines.scheduling.instance import Integers

NONE_YET = 1 << 60


@dataclass(frozen=True)
class SearchLimits:
    """How long to search, with how many threads, from which seed, and when a value is ``enough``.

    With ``rounds`` the clock is not looked at: each thread makes so many steps of its method, and the same seed with
    the same threads and rounds gives the same answer, however fast the machine is. Without, only the seconds differ
    from run to run, and with them the number of steps.
    """

    seconds: float
    workers: int = 2
    seed: int = 1
    rounds: int | None = None
    enough: float = -1.0


@dataclass
class Incumbent:
    """The best answer met, shared by the threads: its value, its arrays and the number of the thread that met it."""

    limits: SearchLimits
    bound: float
    callback: Callback = quiet
    began: float = field(default_factory=time.perf_counter)
    value: int = NONE_YET
    answer: tuple[Integers, ...] = ()
    finder: int = 0
    steps: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.target = max(self.bound, self.limits.enough)

    @property
    def until(self) -> float:
        """When time is up."""
        return self.began + self.limits.seconds

    def passed(self, made: int, own: int = NONE_YET) -> float:
        """The share of the work that is gone for a thread after ``made`` steps, 1 if nothing is left to win.

        Where rounds are counted, a thread looks at the value it met itself only, and at the bound known from the
        beginning, so that it does not matter which thread is ahead.
        """
        if self.limits.rounds is not None:
            return 1.0 if own <= self.target else made / max(self.limits.rounds, 1)
        if self.value <= max(self.bound, self.limits.enough):
            return 1.0
        return (time.perf_counter() - self.began) / max(self.limits.seconds, 1e-3)

    def offer(self, number: int, value: int, *answer: Integers) -> None:
        """Take an answer if it is better; of two as good, that of the thread with the smaller number."""
        with self.lock:
            if (value, number) >= (self.value, self.finder):
                return
            better = value < self.value
            self.value, self.finder, self.answer = value, number, tuple(each.copy() for each in answer)
            if better:
                self.callback(float(value), float(self.bound), time.perf_counter() - self.began)

    def proven(self, bound: float) -> None:
        """A lower bound somebody proved."""
        with self.lock:
            self.bound = max(self.bound, bound)

    def did(self, steps: int) -> None:
        """Count steps made."""
        with self.lock:
            self.steps += steps

    def seconds(self) -> float:
        """Seconds since the search began."""
        return time.perf_counter() - self.began
