"""How urgent operations are for the demands that wait for them, beyond what a rule says."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.instance import Arrays, Integers
from quarterdeck.disciplines.scheduling.outlook import REFUSED
from quarterdeck.disciplines.scheduling.state import END_AT, kernel

Floats = npt.NDArray[np.float64]


def urged(bias: Floats, upstream: Integers, late: Floats, spread: float, generator: np.random.Generator) -> Floats:
    """Some late demands, the later the likelier, more urgent with all they wait for; one demand less."""
    trial = bias.copy()
    several = int((late > 0).sum())
    count = int(generator.integers(1, 1 + min(several, max(8, several // 10))))
    more = np.zeros(late.size + 1)
    chosen = generator.choice(late.size, count, p=late / late.sum())
    np.add.at(more, chosen, spread * generator.exponential(1.0, count))
    more[int(generator.integers(late.size))] -= spread * generator.exponential(0.5)
    return np.asarray(trial + more[upstream])


def demand_of(a: Arrays, order: Integers) -> Integers:
    """The weightiest demand each operation serves, then the earliest due; -1 for none."""
    serves = np.full(a.operations.size, -1, np.int64)
    ranked = np.lexsort((a.demands["due"], -a.demands["weight"]))
    rank = np.full(a.demands.size + 1, a.demands.size + 1, np.int64)
    rank[ranked] = np.arange(a.demands.size)
    owner = np.repeat(np.arange(a.demands.size), a.demands["count"])
    best = np.full(a.operations.size, a.demands.size, np.int64)
    np.minimum.at(best, a.supplies["operation"], rank[owner])
    _spread_up(a, order, best)
    known = best < a.demands.size
    serves[known] = ranked[best[known]]
    return serves


@kernel
def _spread_up(a: Arrays, order: Integers, best: Integers) -> None:
    """The least ``best`` of everything that follows an operation becomes its own."""
    for position in range(order.size - 1, -1, -1):
        o = order[position]
        first = a.operations[o].first_arc
        for arc in range(first, first + a.operations[o].arcs):
            best[o] = min(best[o], best[a.arcs[arc].successor])


def lateness_of(a: Arrays, placed: Integers) -> Floats:
    """Weighted lateness of each demand in a schedule, deadlines passed included, shape (demands)."""
    there = a.demands["ready"].copy()
    owner = np.repeat(np.arange(a.demands.size), a.demands["count"])
    np.maximum.at(there, owner, placed[a.supplies["operation"], END_AT] + a.supplies["lag"])
    late = np.maximum(there - a.demands["due"], 0)
    refused = (a.demands["deadline"] > 0) & (there > a.demands["deadline"])
    return np.asarray((late + REFUSED * refused) * a.demands["weight"], dtype=np.float64)
