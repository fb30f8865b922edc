"""Where to keep safety stock: the guaranteed-service model over the whole bill of materials and all sites.

Every stage promises the next a service time; it covers by safety stock what its own replenishment takes longer than it
promises. Stock then sits where it is cheap and shields much (Simpson 1958; Graves and Willems, *Optimizing Strategic
Safety Stock Placement in Supply Chains*, 2000).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

LONGEST = 400
SWEEPS = 50


@dataclass(frozen=True, slots=True)
class Stages:
    """Stages of supply, suppliers before those they supply; each of shape (stages).

    Parameters
    ----------
    time
        Time of the stage itself, its inputs being there [periods].
    holding
        Cost of a period's stock of one unit [currency].
    spread
        Standard deviation of demand a period, with all that the stage passes on [units].
    factor
        Safety factor: standard deviations covered.
    promised
        Longest service time that the stage may promise: 0 for what customers take from stock; below 0: no limit.
    parent, child
        Arcs, shape (arcs): ``parent`` is supplied by ``child``; both number stages.
    review
        Time from one order to the next, which a stage that keeps stock covers as well [periods]; none without it.
    """

    time: Whole
    holding: Vector
    spread: Vector
    factor: Vector
    promised: Whole
    parent: Whole
    child: Whole
    review: Whole | None = None

    def span(self, stage: int) -> int:
        """Review time of one stage."""
        return 0 if self.review is None else int(self.review[stage])


@dataclass(frozen=True, slots=True)
class Placement:
    """Service times promised and covered [periods], safety stock [units] and cost a period, shape (stages)."""

    service: Whole
    covered: Whole
    safety: Vector
    cost: Vector


def placed(stages: Stages, service: Whole) -> Placement:
    """What given service times come to."""
    inbound = _inbound(stages.time.size, stages.parent, stages.child, service)
    covered = np.maximum(inbound + stages.time - service, 0)
    review = 0 if stages.review is None else stages.review
    safety = stages.factor * stages.spread * np.sqrt(np.where(covered > 0, covered + review, 0))
    return Placement(service, covered, safety, stages.holding * safety)


def single_echelon(stages: Stages) -> Placement:
    """Every stage promises to deliver at once and covers its own time: each stock for itself."""
    return placed(stages, np.zeros(stages.time.size, dtype=np.int64))


def guaranteed_service(stages: Stages) -> Placement:
    """Service times of least total cost: exact where the arcs form trees, else the best that local search finds.

    Raises
    ------
    ValueError
        If the arcs form a cycle.
    """
    order = topological(stages)
    longest = _longest(stages, order)
    if is_forest(stages):
        return placed(stages, _by_trees(stages, longest))
    starts = [np.zeros(stages.time.size, dtype=np.int64), _most(stages, longest)]
    found = [_descended(stages, start, longest) for start in starts]
    return min((placed(stages, each) for each in found), key=lambda each: float(each.cost.sum()))


def topological(stages: Stages) -> Whole:
    """Stages so that each stands after its suppliers."""
    size = stages.time.size
    waiting = np.bincount(stages.parent, minlength=size)
    above: list[list[int]] = [[] for _ in range(size)]
    for parent, child in zip(stages.parent.tolist(), stages.child.tolist(), strict=True):
        above[child].append(parent)
    ready = [stage for stage in range(size) if waiting[stage] == 0]
    order: list[int] = []
    while ready:
        stage = ready.pop()
        order.append(stage)
        for parent in above[stage]:
            waiting[parent] -= 1
            if waiting[parent] == 0:
                ready.append(parent)
    if len(order) < size:
        raise ValueError(f"Expected stages without a cycle, got one among {size - len(order)} stages.")
    return np.array(order, dtype=np.int64)


def _longest(stages: Stages, order: Whole) -> Whole:
    """Time from the first supplier until the stage is done: the longest service time that makes sense."""
    longest = np.zeros(stages.time.size, dtype=np.int64)
    below: list[list[int]] = [[] for _ in range(stages.time.size)]
    for parent, child in zip(stages.parent.tolist(), stages.child.tolist(), strict=True):
        below[parent].append(child)
    for stage in order.tolist():
        longest[stage] = stages.time[stage] + max((int(longest[child]) for child in below[stage]), default=0)
    return np.minimum(longest, LONGEST)


def _most(stages: Stages, longest: Whole) -> Whole:
    return np.where(stages.promised >= 0, np.minimum(stages.promised, longest), longest).astype(np.int64)


def is_forest(stages: Stages) -> bool:
    """Whether the arcs, seen without direction, form no ring."""
    root = list(range(stages.time.size))

    def find(stage: int) -> int:
        while root[stage] != stage:
            root[stage] = root[root[stage]]
            stage = root[stage]
        return stage

    for parent, child in zip(stages.parent.tolist(), stages.child.tolist(), strict=True):
        a, b = find(parent), find(child)
        if a == b:
            return False
        root[a] = b
    return True


def _by_trees(stages: Stages, longest: Whole) -> Whole:
    """Exact service times by dynamic programming over each tree (Graves and Willems 2000, section 4).

    A stage's subtree meets the rest over one arc. If it supplies the rest, what counts is the service time ``S`` it
    promises; if it is supplied, the inbound time ``SI`` it sees.
    """
    size = stages.time.size
    near: list[list[tuple[int, bool]]] = [[] for _ in range(size)]  # neighbour, whether the neighbour supplies
    for parent, child in zip(stages.parent.tolist(), stages.child.tolist(), strict=True):
        near[parent].append((child, True))
        near[child].append((parent, False))
    service = np.zeros(size, dtype=np.int64)
    seen = np.zeros(size, dtype=bool)
    bound = _most(stages, longest)
    for root in range(size):
        if not seen[root]:
            _solve_tree(stages, near, root, (longest, bound), service, seen)
    return service


def _solve_tree(
    stages: Stages,
    near: list[list[tuple[int, bool]]],
    root: int,
    limits: tuple[Whole, Whole],
    service: Whole,
    seen: npt.NDArray[np.bool_],
) -> None:
    longest, bound = limits
    order, above = _walk(near, root, seen)
    tables: dict[int, Vector] = {}  # of each stage: cost of its subtree by the time on the arc to the stage above
    choices: dict[int, Whole] = {}
    for stage in reversed(order):
        cost = _joint(stages, stage, near[stage], above[stage], tables, (longest, bound))
        tables[stage], choices[stage] = _reduced(cost, supplies=above[stage][1])
    best_pair: dict[int, tuple[int, int]] = {}
    for stage in order:
        supplies, over = above[stage][1], above[stage][0]
        cost = _joint(stages, stage, near[stage], above[stage], tables, (longest, bound))
        if over < 0:
            flat = int(np.argmin(cost))
            pair = (flat // cost.shape[1], flat % cost.shape[1])
        elif supplies:  # its promise may be at most what the stage above sees
            most = min(best_pair[over][1], cost.shape[0] - 1)
            promise = int(choices[stage][most])
            pair = (promise, int(np.argmin(cost[promise])))
        else:  # it sees at least what the stage above promises
            least = min(best_pair[over][0], cost.shape[1] - 1)
            seen_time = int(choices[stage][least])
            pair = (int(np.argmin(cost[:, seen_time])), seen_time)
        best_pair[stage] = pair
        service[stage] = pair[0]


def _walk(
    near: list[list[tuple[int, bool]]], root: int, seen: npt.NDArray[np.bool_]
) -> tuple[list[int], dict[int, tuple[int, bool]]]:
    """Stages from the root outwards; of each the stage above it and whether it supplies that one."""
    order, above = [root], {root: (-1, True)}
    seen[root] = True
    for stage in order:
        for other, other_supplies in near[stage]:
            if not seen[other]:
                seen[other] = True
                above[other] = (stage, other_supplies)
                order.append(other)
    return order, above


def _joint(
    stages: Stages,
    stage: int,
    near: list[tuple[int, bool]],
    above: tuple[int, bool],
    tables: dict[int, Vector],
    limits: tuple[Whole, Whole],
) -> Vector:
    """Cost of the stage and the subtrees below it, by its promise (rows) and its inbound time (columns)."""
    longest, bound = limits
    promises = np.arange(int(bound[stage]) + 1)
    inbound = np.arange(int(longest[stage] - stages.time[stage]) + 1)
    covered = inbound[None, :] + stages.time[stage] - promises[:, None]
    lasting = np.where(covered > 0, covered + stages.span(stage), 0)
    own = stages.holding[stage] * stages.factor[stage] * stages.spread[stage] * np.sqrt(lasting)
    cost = np.where(covered >= 0, own, np.inf)
    for other, other_supplies in near:
        if other == above[0]:
            continue
        table = tables[other]
        if other_supplies:  # the best with a promise of at most the inbound time
            cost = cost + table[np.minimum(inbound, table.size - 1)][None, :]
        else:  # the best that sees at least the promise
            column = np.where(promises < table.size, table[np.minimum(promises, table.size - 1)], np.inf)
            cost = cost + column[:, None]
    return np.asarray(cost)


def _reduced(cost: Vector, *, supplies: bool) -> tuple[Vector, Whole]:
    """The least cost by the time on the arc to the stage above, and the time that gives it."""
    if supplies:  # by the most it may promise: running least over promises
        least = cost.min(axis=1)
        return _running(least)
    least = cost.min(axis=0)[::-1]  # by the least it must see
    values, places = _running(least)
    return values[::-1].copy(), (least.size - 1 - places[::-1]).astype(np.int64)


def _running(values: Vector) -> tuple[Vector, Whole]:
    running = np.minimum.accumulate(values)
    places = np.zeros(values.size, dtype=np.int64)
    for index in range(1, values.size):
        places[index] = index if values[index] < running[index - 1] else places[index - 1]
    return running, places


@njit(cache=True)
def _inbound(size: int, parent: Whole, child: Whole, service: Whole) -> Whole:
    inbound = np.zeros(size, dtype=np.int64)
    for arc in range(parent.size):
        inbound[parent[arc]] = max(inbound[parent[arc]], service[child[arc]])
    return inbound


def _descended(stages: Stages, start: Whole, longest: Whole) -> Whole:
    """Service times improved one stage at a time until none helps; the cost is concave, so ends of ranges are tried."""
    bound = _most(stages, longest)
    service = np.minimum(start, bound).copy()
    over = [stages.parent[stages.child == stage] for stage in range(service.size)]
    under = [stages.child[stages.parent == stage] for stage in range(service.size)]
    for _ in range(SWEEPS):
        before = service.copy()
        for stage in range(service.size):
            _improve(stages, stage, (over, under), service, bound)
        if (before == service).all():
            break
    return service


def _improve(stages: Stages, stage: int, near: tuple[list[Whole], list[Whole]], service: Whole, bound: Whole) -> None:
    over, under = near
    touched = [stage, *over[stage].tolist()]
    inbound = max((int(service[child]) for child in under[stage]), default=0)
    ceiling = min(int(bound[stage]), inbound + int(stages.time[stage]))
    known = {0, ceiling, int(service[stage])}
    for parent in over[stage].tolist():
        known.update(int(service[child]) for child in under[parent].tolist())
        known.add(int(service[parent] - stages.time[parent]))
    best, least = int(service[stage]), np.inf
    for promise in sorted(each for each in known if 0 <= each <= ceiling):
        service[stage] = promise
        cost = 0.0
        for each in touched:
            seen = max((int(service[child]) for child in under[each]), default=0)
            covered = seen + int(stages.time[each]) - int(service[each])
            part = stages.holding[each] * stages.factor[each] * stages.spread[each]
            lasting = covered + stages.span(each) if covered > 0 else 0
            cost += np.inf if covered < 0 else float(part * lasting**0.5)
        if cost < least - 1e-12:
            best, least = promise, cost
    service[stage] = best
