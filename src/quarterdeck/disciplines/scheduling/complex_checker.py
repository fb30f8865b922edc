"""The independent judge of a complex job shop's schedule: recomputes every rule, sharing nothing with the search."""

from __future__ import annotations

from collections import defaultdict

from quarterdeck.disciplines.scheduling.complex_shop import ComplexPlan, ComplexShop


def check_complex_shop(shop: ComplexShop, plan: ComplexPlan) -> list[str]:
    """Every broken rule as a sentence; empty if the schedule is right."""
    if len(plan.start) != shop.size:
        return ["not every operation has a start"]
    faults: list[str] = []
    on: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    total, operation = 0, 0
    for number, job in enumerate(shop.jobs):
        moment = job.release
        for family in job.families:
            machine, start = int(plan.machine[operation]), int(plan.start[operation])
            if shop.duration[family, machine] < 0:
                faults.append(f"an operation of job {number} is on machine {machine}, which cannot do it")
            if start < moment:
                faults.append(f"an operation of job {number} begins before it can at {start}")
            moment = start + int(shop.duration[family, machine])
            on[machine][start].append(family)
            operation += 1
        late = max(0, moment - job.due) if shop.objective == "tardiness" else moment
        total = max(total, moment) if shop.objective == "makespan" else total + job.weight * late
    for machine, begun in on.items():
        faults += _machine(shop, machine, begun)
    return faults + ([] if total == plan.value else [f"the value is {total}, not {plan.value}"])


def _machine(shop: ComplexShop, machine: int, begun: dict[int, list[int]]) -> list[str]:
    """Batches of one family and within capacity, one after the other with set-ups between."""
    faults: list[str] = []
    free, last = 0, -1
    for start, families in sorted(begun.items()):
        family = families[0]
        if len(set(families)) > 1:
            faults.append(f"machine {machine} does several families at once at {start}")
        if len(families) > shop.capacity[machine]:
            faults.append(f"machine {machine} does {len(families)} operations at once at {start}")
        if last >= 0 and start < free + shop.setup[last, family]:
            faults.append(f"machine {machine} is not ready at {start}")
        free, last = start + int(shop.duration[family, machine]), family
    return faults
