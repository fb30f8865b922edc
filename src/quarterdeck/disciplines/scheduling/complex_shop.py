"""Complex job shops: alternative machines, set-ups between families, ovens that take several jobs at once, weights.

Operations belong to families; a family names its machines and its time on each. A machine takes up to its capacity of
operations of one family at once if they begin together; between two families it is set up, also while it waits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ComplexJob:
    """One job: earliest start, due date, weight and the families of its operations in order."""

    release: int
    due: int
    weight: int
    families: tuple[int, ...]


@dataclass(frozen=True)
class ComplexShop:
    """A complex job shop.

    Parameters
    ----------
    jobs
        What is to be done.
    capacity
        How many operations of one family each machine takes at once, shape (machines).
    duration
        Time of each family on each machine, -1 where it cannot be done, shape (families, machines).
    setup
        Time between an operation of one family and one of another on the same machine, shape (families, families).
    objective
        ``tardiness``, ``completion`` (both summed with the weights) or ``makespan``.
    """

    jobs: tuple[ComplexJob, ...]
    capacity: Integers
    duration: Integers
    setup: Integers
    objective: str = "tardiness"

    @property
    def size(self) -> int:
        """Number of operations."""
        return sum(len(job.families) for job in self.jobs)

    @cached_property
    def arrays(self) -> ComplexArrays:
        """The shop as the kernels read it."""
        jobs = self.jobs
        counts = np.array([len(job.families) for job in jobs], np.int64)
        last = np.zeros(self.size, np.int64)
        last[np.cumsum(counts)[counts > 0] - 1] = 1
        first = np.zeros(self.size, np.int64)
        first[(np.cumsum(counts) - counts)[counts > 0]] = 1
        weight = np.array([job.weight for job in jobs], np.int64)
        due = np.array([job.due if self.objective == "tardiness" else 0 for job in jobs], np.int64)
        return ComplexArrays(
            np.repeat(np.arange(len(jobs)), counts), first, last,
            np.array([family for job in jobs for family in job.families], np.int64),
            np.array([job.release for job in jobs], np.int64), due, weight, np.asarray(self.capacity, np.int64),
            np.asarray(self.duration, np.int64), np.asarray(self.setup, np.int64),
            int(self.objective == "makespan"),
        )  # fmt: skip


class ComplexArrays(NamedTuple):
    """What the kernels read: operations (job, first or last of it, family), jobs, machines and families."""

    job: Integers
    first: Integers
    last: Integers
    family: Integers
    release: Integers
    due: Integers
    weight: Integers
    capacity: Integers
    duration: Integers
    setup: Integers
    makespan: int


@dataclass(frozen=True)
class ComplexPlan:
    """Machine and start of each operation, job by job, and the value."""

    machine: Integers
    start: Integers
    value: float
    figures: dict[str, Any] = field(default_factory=dict)


def complex_bound(shop: ComplexShop) -> float:
    """A lower bound: every job alone in the shop, on the fastest machine for each operation."""
    usable = np.where(shop.duration < 0, np.iinfo(np.int64).max, shop.duration).min(axis=1)
    ends = [job.release + sum(int(usable[family]) for family in job.families) for job in shop.jobs]
    if shop.objective == "makespan":
        return float(max(ends, default=0))
    due = [job.due if shop.objective == "tardiness" else 0 for job in shop.jobs]
    late = [max(0, end - moment) for end, moment in zip(ends, due, strict=True)]
    return float(sum(job.weight * amount for job, amount in zip(shop.jobs, late, strict=True)))
