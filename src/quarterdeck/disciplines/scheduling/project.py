"""Activities that share limited resources: the resource-constrained project scheduling problem with one or many modes.

An activity begins after all its predecessors are done, and takes, in the mode chosen for it, its duration and as many
units of each resource. Renewable resources (people, machines) come back at its end; of others (budget, material) the
project has only so much.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Mode:
    """One way of doing an activity: periods, and units of each renewable and of each non-renewable resource."""

    duration: int
    renewable: tuple[int, ...]
    consumed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Project:
    """A project whose end is to be as early as possible.

    Parameters
    ----------
    modes
        Ways of doing each activity, shape (activities)(ways).
    successors
        Activities that each one comes before, shape (activities)(any).
    capacity
        Units of each renewable resource at any time.
    budget
        Units of each non-renewable resource in all.
    """

    modes: tuple[tuple[Mode, ...], ...]
    successors: tuple[tuple[int, ...], ...]
    capacity: tuple[int, ...]
    budget: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """Number of activities."""
        return len(self.modes)

    @cached_property
    def arrays(self) -> ProjectArrays:
        """The project as the kernels read it."""
        return _packed(self)


@dataclass(frozen=True)
class ProjectPlan:
    """Start and mode of each activity, the makespan, and figures of the search; no start if none was found."""

    start: Integers
    mode: Integers
    value: float
    figures: dict[str, Any] = field(default_factory=dict)


class ProjectArrays(NamedTuple):
    """A project in arrays.

    Ways of all activities lie side by side from ``first_mode`` on. Demands of several resources are packed in the bits
    of one word, a guard bit above each, so that one subtraction tells whether all of them fit; ``words`` of a demand
    lie side by side. ``tail`` and ``head`` are the longest paths by shortest durations from the start of an activity to
    the end of the project and from the beginning of the project to its end.
    """

    first_successor: Ints
    successor: Ints
    first_predecessor: Ints
    predecessor: Ints
    topological: Ints
    first_mode: Ints
    duration: Ints
    demand: Integers  # (ways, words)
    capacity: Integers  # (words)
    guard: Integers  # (words)
    consumed: Ints  # (ways, non-renewable resources)
    budget: Ints
    tail: Ints
    head: Ints
    horizon: int


def _packed(project: Project) -> ProjectArrays:
    ways = [mode for modes in project.modes for mode in modes]
    before: list[list[int]] = [[] for _ in project.modes]
    for activity, followers in enumerate(project.successors):
        for follower in followers:
            before[follower].append(activity)
    first_successor, successor = _listed(project.successors)
    first_predecessor, predecessor = _listed(before)
    demand, capacity, guard = _words(project, ways)
    longest = sum(max(mode.duration for mode in modes) for modes in project.modes)
    order = _topological(project.successors)
    return ProjectArrays(
        first_successor, successor, first_predecessor, predecessor, order,
        _pointers(project.modes), np.array([mode.duration for mode in ways], np.int32), demand, capacity, guard,
        np.array([mode.consumed for mode in ways], np.int32).reshape(len(ways), len(project.budget)),
        np.array(project.budget, np.int32), _longest(project, order[::-1], project.successors),
        _longest(project, order, before), longest + 1,
    )  # fmt: skip


def _longest(project: Project, order: Ints, beyond: tuple[tuple[int, ...], ...] | list[list[int]]) -> Ints:
    """Of each activity its shortest duration and the longest path of such beyond it."""
    path = np.zeros(project.size, np.int32)
    for activity in order:
        shortest = min((mode.duration for mode in project.modes[activity]), default=0)
        path[activity] = shortest + max((path[other] for other in beyond[activity]), default=0)
    return path


def _pointers(lists: tuple[tuple[Any, ...], ...] | list[list[int]]) -> Ints:
    return np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int32)


def _listed(lists: tuple[tuple[int, ...], ...] | list[list[int]]) -> tuple[Ints, Ints]:
    return _pointers(lists), np.array([one for some in lists for one in some], np.int32)


def _words(project: Project, ways: list[Mode]) -> tuple[Integers, Integers, Integers]:
    """Demands, capacities and guard bits, packed."""
    bits = max(max(project.capacity, default=0), max((max(w.renewable, default=0) for w in ways), default=0))
    width = bits.bit_length() + 1
    each = max(1, 62 // width)
    words = max(1, math.ceil(len(project.capacity) / each))
    demand, capacity = np.zeros((len(ways), words), np.int64), np.zeros(words, np.int64)
    guard = np.zeros(words, np.int64)
    for resource, units in enumerate(project.capacity):
        word, shift = divmod(resource, each)
        capacity[word] += units << (shift * width)
        guard[word] += 1 << (shift * width + width - 1)
        demand[:, word] += np.array([way.renewable[resource] for way in ways], np.int64) << (shift * width)
    return demand, capacity, guard


def _topological(successors: tuple[tuple[int, ...], ...]) -> Ints:
    """Activities, predecessors first; those on a cycle are missing."""
    left = np.zeros(len(successors), np.int64)
    for followers in successors:
        for follower in followers:
            left[follower] += 1
    order = [activity for activity in range(len(successors)) if left[activity] == 0]
    for activity in order:
        for follower in successors[activity]:
            left[follower] -= 1
            if left[follower] == 0:
                order.append(follower)
    return np.array(order, np.int32)
