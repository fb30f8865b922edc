"""Lower bounds of a project's makespan that need no search: its longest path and the work of each resource."""

from __future__ import annotations

from quarterdeck.disciplines.scheduling.project import Project


def project_bound(project: Project) -> int:
    """The larger of the longest path by shortest durations and the load of the busiest renewable resource.

    >>> from quarterdeck.disciplines.scheduling.project import Mode
    >>> project_bound(Project((((Mode(3, (2,))),), ((Mode(4, (2,))),)), ((), ()), (2,)))
    7
    """
    return max(_longest_path(project), _load(project))


def _longest_path(project: Project) -> int:
    return int(project.arrays.tail.max(initial=0))


def _load(project: Project) -> int:
    loads = [0]
    for resource, capacity in enumerate(project.capacity):
        work = sum(min(mode.duration * mode.renewable[resource] for mode in modes) for modes in project.modes)
        if capacity:
            loads.append(-(-work // capacity))
    return max(loads)
