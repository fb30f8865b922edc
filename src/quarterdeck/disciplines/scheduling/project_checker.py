"""The independent judge of a project plan: recomputes every rule, sharing nothing with the search."""

from __future__ import annotations

from quarterdeck.disciplines.scheduling.project import Project, ProjectPlan


def check_project(project: Project, plan: ProjectPlan) -> list[str]:
    """Every broken rule as a sentence; empty if the plan is right."""
    if len(plan.start) != project.size:
        return ["not every activity has a start"]
    if any(not 0 <= way < len(modes) for way, modes in zip(plan.mode, project.modes, strict=True)):
        return ["an activity has a mode that it does not have"]
    chosen = [modes[way] for way, modes in zip(plan.mode, project.modes, strict=True)]
    ends = [int(start) + mode.duration for start, mode in zip(plan.start, chosen, strict=True)]
    faults = [f"activity {i} begins before 0" for i, start in enumerate(plan.start) if start < 0]
    faults += [
        f"activity {follower} begins before activity {i} is done"
        for i, followers in enumerate(project.successors)
        for follower in followers
        if plan.start[follower] < ends[i]
    ]
    for resource, capacity in enumerate(project.budget):
        if sum(mode.consumed[resource] for mode in chosen) > capacity:
            faults.append(f"non-renewable resource {resource} is overspent")
    for resource, capacity in enumerate(project.capacity):
        changes = [(int(start), mode.renewable[resource]) for start, mode in zip(plan.start, chosen, strict=True)]
        changes += [(end, -mode.renewable[resource]) for end, mode in zip(ends, chosen, strict=True)]
        level = 0
        for moment, change in sorted(changes):
            level += change
            if level > capacity:
                faults.append(f"resource {resource} is overloaded at {moment}")
                break
    if max(ends, default=0) != plan.value:
        faults.append(f"the makespan is {max(ends, default=0)}, not {plan.value}")
    return faults
