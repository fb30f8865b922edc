"""Flow shops: every job visits the machines in the same order, and every machine does the jobs in the same order."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]


class FlowArrays(NamedTuple):
    """What the kernels read: work (jobs, machines), set-ups (jobs, jobs, machines) or none, due dates, objective."""

    work: Integers
    setup: Integers
    due: Integers
    tardy: int


@dataclass(frozen=True)
class FlowShop:
    """A permutation flow shop.

    Parameters
    ----------
    work
        Time of each job on each machine, shape (jobs, machines).
    setup
        Time between two jobs on each machine, shape (machines, jobs before, jobs after); none at the first job. A
        machine is set up before the job is there if it can be.
    due
        Due date of each job, shape (jobs): the sum of tardiness is to be small; without it the makespan.
    """

    work: Integers
    setup: Integers | None = None
    due: Integers | None = None

    @property
    def size(self) -> int:
        """Number of jobs."""
        return int(self.work.shape[0])

    @cached_property
    def arrays(self) -> FlowArrays:
        """The shop as the kernels read it."""
        jobs = self.size
        none = np.zeros((0, 0, 0), np.int64)
        setup = none if self.setup is None else np.ascontiguousarray(np.transpose(self.setup, (1, 2, 0)))
        due = np.zeros(jobs, np.int64) if self.due is None else np.asarray(self.due, np.int64)
        return FlowArrays(np.ascontiguousarray(self.work, np.int64), setup, due, int(self.due is not None))


@dataclass(frozen=True)
class FlowPlan:
    """The order of the jobs, their starts on each machine (jobs, machines), and the value."""

    order: Integers
    start: Integers
    value: float
    figures: dict[str, Any] = field(default_factory=dict)


def flow_bound(shop: FlowShop) -> float:
    """A lower bound from single machines: the shortest way to it, all its work, and the shortest way from it.

    For tardiness, the k-th job to be done is done no earlier than the k shortest on that machine allow; these moments
    against the due dates in order of time give the least tardiness of any assignment. Set-ups count as nothing there.
    """
    work = np.asarray(shop.work)
    heads = np.cumsum(work, axis=1) - work
    tails = np.cumsum(work[:, ::-1], axis=1)[:, ::-1] - work
    if shop.due is None:
        loads = heads.min(axis=0) + work.sum(axis=0) + _least_setups(shop) + tails.min(axis=0)
        return float(max(loads.max(), work.sum(axis=1).max()))
    dues = np.sort(shop.due)
    done = heads.min(axis=0) + np.cumsum(np.sort(work, axis=0), axis=0) + tails.min(axis=0)
    relaxed = np.maximum(done - dues[:, None], 0).sum(axis=0).max()
    return float(max(relaxed, np.maximum(work.sum(axis=1) - shop.due, 0).sum()))


def _least_setups(shop: FlowShop) -> Integers:
    """The least that set-ups take on each machine: every job but one has the shortest set-up before it."""
    if shop.setup is None or shop.size < 2:
        return np.zeros(shop.work.shape[1], np.int64)
    others = np.where(np.eye(shop.size, dtype=bool), np.iinfo(np.int64).max, shop.setup).min(axis=1)
    return np.asarray(others.sum(axis=1) - others.max(axis=1))
