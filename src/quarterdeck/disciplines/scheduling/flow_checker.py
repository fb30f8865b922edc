"""The independent judge of a flow shop's plan: recomputes every rule, sharing nothing with the search."""

from __future__ import annotations

import numpy as np

from quarterdeck.disciplines.scheduling.flow_shop import FlowPlan, FlowShop


def check_flow_shop(shop: FlowShop, plan: FlowPlan) -> list[str]:
    """Every broken rule as a sentence; empty if the plan is right."""
    if sorted(plan.order.tolist()) != list(range(shop.size)) or plan.start.shape != shop.work.shape:
        return ["not every job is there once"]
    end = plan.start + shop.work
    faults = [f"job {job} begins before 0" for job in np.flatnonzero((plan.start < 0).any(axis=1))]
    early = plan.start[:, 1:] < end[:, :-1]
    faults += [f"job {job} is on two machines at once" for job in np.flatnonzero(early.any(axis=1))]
    for machine in range(shop.work.shape[1]):
        for before, after in zip(plan.order[:-1], plan.order[1:], strict=True):
            setup = 0 if shop.setup is None else shop.setup[machine, before, after]
            if plan.start[after, machine] < end[before, machine] + setup:
                faults.append(f"job {after} begins on machine {machine} before job {before} and its set-up are done")
    value = end[:, -1].max() if shop.due is None else np.maximum(end[:, -1] - shop.due, 0).sum()
    if value != plan.value:
        faults.append(f"the value is {value}, not {plan.value}")
    return faults
