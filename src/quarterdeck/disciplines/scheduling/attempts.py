"""Schedules tried one by one or two at once: what they are decoded with, how they are judged, the best so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.scheduling.decoder import decode
from quarterdeck.disciplines.scheduling.instance import MAKESPAN, Arrays, Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.outlook import Outlook, bound, earliest_ends, last_end, tardiness
from quarterdeck.disciplines.scheduling.prices import bill_of
from quarterdeck.disciplines.scheduling.rules import Rule, Terms, guide
from quarterdeck.disciplines.scheduling.state import (
    BY_PERSON,
    COLUMNS,
    END_AT,
    IN_MODE,
    ON_MACHINE,
    READY_AT,
    RUN_FOR,
    SET_BY,
    SETUP_AT,
    SETUP_FOR,
    START_AT,
    WITH_TOOL,
    Guide,
)

Floats = npt.NDArray[np.float64]
Callback = Callable[[float, float, float], None]
Value = tuple[float, ...]
NEAR = 0.001  # a value this close to the bound is as good as proven


@dataclass(frozen=True)
class Trial:
    """What one schedule is decoded with: parameters of the rule, and what is added to the urgency of operations.

    ``latest``: ends without tardiness, where they differ from those of the best schedule so far [s].
    """

    parameters: Floats
    bias: Floats | None = None
    latest: Integers | None = None


@njit(cache=True, nogil=True)
def decode_freely(a: Arrays, wanted: Guide, pins: Integers, now: int) -> Integers:
    """The decoder, without holding up other threads."""
    placed: Integers = decode(a, wanted, pins, now)
    return placed


def quiet(value: float, lower: float, seconds: float) -> None:
    """A callback that nobody hears."""


@dataclass
class Search:
    """The state of one search: the best schedule so far and what has been spent on it."""

    instance: Instance
    outlook: Outlook
    parts: Terms
    pins: Integers
    budget: int
    seconds: float
    clock: Callable[[], float]
    callback: Callback
    lower: float
    work: float = 0.0  # [deterministic seconds] of constraint programming
    began: float = 0.0
    decoded: int = 0
    runs: int = 0
    last_gain: int = 0
    value: Value = (np.inf, np.inf)
    placed: Integers = field(default_factory=lambda: np.zeros((0, COLUMNS), np.int64))
    parameters: Floats = field(default_factory=lambda: Rule().vector())
    bias: Floats | None = None
    latest: Integers | None = None  # ends without tardiness that the best schedule was decoded with [s]

    def spent(self) -> bool:
        """Whether the budget of work units or seconds is used up, or nothing is left to win."""
        if self.runs == 0:
            return False
        near = self.value[0] <= self.lower * (1 + NEAR)
        if near and (self.value[1] <= 0 or self.decoded >= self.budget / 10):
            return True
        full = self.decoded + max(self.instance.size, 1) > self.budget
        return full or self.clock() - self.began >= self.seconds

    def used(self, *, timed: bool = True) -> float:
        """The share of the budget that is gone, or of the seconds where that is more."""
        worked = self.decoded / max(self.budget, 1)
        return max(worked, (self.clock() - self.began) / max(self.seconds, 1e-9)) if timed else worked

    def prove(self) -> None:
        """Finds the lower bound, which says when there is nothing left to win."""
        if not self.outlook.earliest.size:
            a = self.instance.arrays
            self.outlook = replace(self.outlook, earliest=earliest_ends(a, self.outlook.order, self.instance.now))
        self.lower = bound(self.instance, self.outlook)

    def attempt(self, parameters: Floats, bias: Floats | None = None) -> Value:
        """Decode with these parameters; keep the schedule if it is the best."""
        return self.attempt_all([Trial(parameters, bias)])[0][0]

    def attempt_all(self, trials: Sequence[Trial]) -> list[tuple[Value, Integers]]:
        """Decode several times at once; they count in their order, so that threads make no difference."""
        with ThreadPoolExecutor(max(len(trials) - 1, 1)) as pool:
            others = [pool.submit(self._decoded, trial) for trial in trials[1:]]
            found = [self._decoded(trials[0]), *(other.result() for other in others)]
        return [(self.keep(placed, trial), placed) for placed, trial in zip(found, trials, strict=True)]

    def _decoded(self, trial: Trial) -> Integers:
        parts = self.parts if trial.latest is None else replace(self.parts, latest=trial.latest)
        wanted = guide(trial.parameters, parts, self.instance.now, trial.bias)
        placed: Integers = decode_freely(self.instance.arrays, wanted, self.pins, self.instance.now)
        return placed

    def keep(self, placed: Integers, trial: Trial) -> Value:
        """The value of a schedule, which is kept if it is the best."""
        self.decoded += self.instance.size
        self.runs += 1
        value = evaluate(self.instance, placed)
        if value < self.value:
            self.value, self.placed, self.parameters, self.bias = value, placed, trial.parameters, trial.bias
            self.latest = self.parts.latest if trial.latest is None else trial.latest
            self.last_gain = self.runs
            self.callback(value[0], self.lower, self.clock() - self.began)
        return value


def evaluate(instance: Instance, placed: Integers) -> Value:
    """Objective of a decoded schedule, then set-up seconds; or, where prices are known, what follows from them."""
    setup = float(placed[:, SETUP_FOR].sum())
    if instance.objective == MAKESPAN:
        return float(last_end(placed) - instance.now), setup
    late = tardiness(instance.arrays, placed[:, END_AT])[0]
    if instance.prices is None:
        return late, setup
    bill = bill_of(instance.arrays, instance.prices, placed)
    if instance.prices.in_money:  # weights are money there, and what has no place counts as ten years late
        return late + bill.total - bill.late, setup
    return late, bill.setup + bill.overtime, float(bill.overtime_seconds) + setup, bill.holding


def as_schedule(placed: Integers, value: float) -> Schedule:
    """Decoded columns with their objective as a schedule."""
    return Schedule(
        machine=placed[:, ON_MACHINE],
        person=placed[:, BY_PERSON],
        mode=placed[:, IN_MODE],
        ready=placed[:, READY_AT],
        setup_start=placed[:, SETUP_AT],
        start=placed[:, START_AT],
        end=placed[:, END_AT],
        setup=placed[:, SETUP_FOR],
        run=placed[:, RUN_FOR],
        value=value,
        setup_seconds=int(placed[:, SETUP_FOR].sum()),
        tool=placed[:, WITH_TOOL],
        setter=placed[:, SET_BY],
    )
