"""Why a demand is late: the chain of what had to wait for what, from its delivery back, without a gap.

Every second between the beginning of the chain and the delivery has one cause: the work itself, its set-up, closed
hours within it, a machine or person busy with something else, what goes into an oven with it and comes later, opening
time, a lag, or a release date. The lateness is then shared out: what should not have been there explains it first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quarterdeck.disciplines.scheduling.instance import Instance, Integers, Schedule

BLAME = (
    "release", "maintenance", "machine", "tool", "setter", "person", "load", "limit", "room", "setup", "pin", "lag",
    "closed", "work",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """One stretch of a chain: ``seconds`` of ``cause`` before or in ``operation``, which waited for ``blocker``."""

    cause: str
    seconds: int
    operation: int
    blocker: int = -1


@dataclass(frozen=True)
class Trace:
    """What each operation follows: on its machine, with its person, in the network (as runs of arcs).

    ``last_of_load``: of those that go into an oven together the one that was ready last, -1 for what goes alone.
    """

    instance: Instance
    schedule: Schedule
    on_machine: Integers
    with_person: Integers
    with_tool: Integers
    last_of_load: Integers
    arcs_into: Integers
    sources: Integers
    first_into: Integers


def trace_of(instance: Instance, schedule: Schedule) -> Trace:
    """The links of a schedule, ready to be walked."""
    a = instance.arrays
    source = np.repeat(np.arange(instance.size), a.operations["arcs"])
    into = np.argsort(a.arcs["successor"], kind="stable")
    first = np.searchsorted(a.arcs["successor"][into], np.arange(instance.size + 1))
    machine, person = _before(schedule.machine, schedule), _before(schedule.person, schedule)
    nothing = np.full(instance.size, -1, np.int64)
    tool = nothing if schedule.tool is None else _before(schedule.tool, schedule)
    machine, last = _loads(machine, schedule)
    return Trace(instance, schedule, machine, person, tool, last, into, source, first)


def _loads(before: Integers, schedule: Schedule) -> tuple[Integers, Integers]:
    """What was on the machine before each operation's load, and the one of the load that was ready last.

    ``before``: the operation before each one on its machine, those of one load one before the other.
    """
    before, last = before.copy(), np.full(before.size, -1, np.int64)
    placed = np.flatnonzero((schedule.machine >= 0) & (schedule.end > schedule.start))
    keys = np.stack([schedule.machine[placed], schedule.start[placed], schedule.end[placed]])
    _, load, sizes = np.unique(keys, axis=1, return_inverse=True, return_counts=True)
    order = np.argsort(load.ravel(), kind="stable")
    for rows in np.split(placed[order], np.cumsum(sizes)[:-1]) if (sizes > 1).any() else ():
        if rows.size > 1:
            last[rows] = rows[np.argmax(schedule.ready[rows])]
            before[rows] = before[rows][~np.isin(before[rows], rows)].max(initial=-1)
    return before, last


def _before(resource: Integers, schedule: Schedule) -> Integers:
    """The operation before each one on the same resource, -1 for none."""
    order = np.lexsort((schedule.end, schedule.setup_start, resource))
    before = np.full(resource.size, -1, np.int64)
    same = (resource[order][1:] == resource[order][:-1]) & (resource[order][1:] >= 0)
    before[order[1:][same]] = order[:-1][same]
    return before


def chain(trace: Trace, demand: int) -> list[Link]:
    """The chain of a demand from its delivery upstream; its seconds add up to the time from now to the delivery."""
    a, s = trace.instance.arrays, trace.schedule
    wanted = a.demands[demand]
    served = a.supplies[wanted["first"] : wanted["first"] + wanted["count"]]
    there = s.end[served["operation"]] + served["lag"]
    last = int(np.argmax(there)) if served.size else -1
    now = trace.instance.now
    if last < 0 or there[last] < wanted["ready"]:
        return [Link("release", int(wanted["ready"]) - now, -1)]
    links = [Link("lag", int(served["lag"][last]), int(served["operation"][last]))]
    o: int = int(served["operation"][last])
    while o >= 0:
        more, o = _of_operation(trace, o)
        links += more
    return _without_overlap(links)


def _without_overlap(links: list[Link]) -> list[Link]:
    """The links that take time; what an operation does after its successor has begun counts once."""
    kept, twice = [], 0
    for link in links:
        twice += max(0, -link.seconds)
        left = max(0, link.seconds)
        cut = min(twice, left)
        twice -= cut
        if left > cut:
            kept.append(Link(link.cause, left - cut, link.operation, link.blocker))
    return kept


def _of_operation(trace: Trace, o: int) -> tuple[list[Link], int]:
    """The stretches from an operation's end back to when it was ready, and the operation that made it so."""
    s = trace.schedule
    elapsed = int(s.end[o] - s.setup_start[o])
    setup, run = int(s.setup[o]), int(s.run[o])
    links = [Link("work", run, o), Link("closed", elapsed - run - setup, o), Link("setup", setup, o)]
    ready, source, lag = _ready(trace, o)
    links += _waited(trace, o, ready)
    if source >= 0:
        return [*links, Link("lag", lag, o, source)], source
    return [*links, Link("release", ready - trace.instance.now, o)], -1


def _ready(trace: Trace, o: int) -> tuple[int, int, int]:
    """When an operation was ready, which one made it so (-1 for its release), and how long after that one's end."""
    a, s = trace.instance.arrays, trace.schedule
    rows = trace.arcs_into[trace.first_into[o] : trace.first_into[o + 1]]
    ready = max(int(a.operations["release"][o]), trace.instance.now)
    source, lag = -1, 0
    for row in rows:
        before = int(trace.sources[row])
        there = int(s.end[before] + a.arcs["lag"][row])
        if there > ready or (source < 0 and there == ready > trace.instance.now):
            ready, source, lag = there, before, int(a.arcs["lag"][row])
    if ready > s.setup_start[o]:  # it began before all of what it follows was done: what overlaps is not waited for
        lag += int(s.setup_start[o]) - ready
        ready = int(s.setup_start[o])
    return ready, source, lag


def _waited(trace: Trace, o: int, ready: int) -> list[Link]:
    """The wait of an operation that was ready: for machine, tool, person, pin, and what keeps it back after that."""
    s, a = trace.schedule, trace.instance.arrays
    links, since, until = [], ready, int(s.setup_start[o])
    machine, tool = int(trace.on_machine[o]), int(trace.with_tool[o])
    busy_with = "maintenance" if machine >= 0 and a.operations["latest"][machine] > 0 else "machine"
    order = [(busy_with, machine), ("tool", tool), ("person", int(trace.with_person[o]))]
    if tool >= 0 and machine >= 0 and s.end[tool] >= s.end[machine]:
        order[:2] = order[1::-1]  # what is given back together with the machine is scarcer
    for cause, before in order:
        if before >= 0 and s.end[before] > since:
            busy = min(int(s.end[before]), until)
            links.append(Link(cause, busy - since, o, before))
            since = busy
    mate = int(trace.last_of_load[o])
    if mate >= 0 and s.ready[mate] > since:
        waited = min(int(s.ready[mate]), until) - since
        links.append(Link("load", waited, o, mate))
        since += waited
    pin = int(a.operations["pinned"][o])
    if pin > since:
        links.append(Link("pin", min(pin, until) - since, o))
        since = min(pin, until)
    return [*links, Link(_kept_back(trace, o), until - since, o)]


def _kept_back(trace: Trace, o: int) -> str:
    """What keeps a step back when all it needs is free: what follows it, who sets up, or closed time."""
    a, s = trace.instance.arrays, trace.schedule
    first = a.operations["first_arc"][o]
    arcs = a.arcs[first : first + a.operations["arcs"][o]]
    if (arcs["wait"] > 0).any():
        return "limit"
    after = a.operations[arcs["successor"]]
    modes = [a.modes[op["first_mode"] : op["first_mode"] + op["modes"]] for op in after]
    if any(bool((a.pools["room"][each["pool"]] > 0).any()) for each in modes):
        return "room"
    sets_up = s.machine[o] >= 0 and s.setup[o] > 0 and a.pools["setter"][a.machines["pool"][s.machine[o]]] > 0
    return "setter" if sets_up else "closed"


def late_links(trace: Trace, demand: int) -> list[Link]:
    """The links that add up to the lateness of a demand: the blameworthy first, the last of them cut to fit."""
    links = chain(trace, demand)
    left = sum(link.seconds for link in links) + trace.instance.now - int(trace.instance.arrays.demands["due"][demand])
    chosen = []
    for cause in BLAME:
        for link in links:
            if link.cause == cause and left > 0:
                chosen.append(Link(cause, min(link.seconds, left), link.operation, link.blocker))
                left -= chosen[-1].seconds
    return chosen if left <= 0 else [*chosen, Link("release", left, -1)]  # due before now
