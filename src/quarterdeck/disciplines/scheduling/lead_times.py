"""Lead times learnt from schedules: how long operations really wait moves the moment at which they become urgent.

A rule that looks at slack takes an operation's latest end without tardiness, counted back from the due date by the
durations alone. What waits in queues has less slack than that. So the waits of one schedule are put into the latest
ends for the next, and so on. Source: Vepsalainen & Morton, Improving local priority rules with global lead-time
estimates, Journal of Manufacturing and Operations Management 1, 1988.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np
from numba import njit

from quarterdeck.disciplines.scheduling.instance import NEVER, Arrays, Integers
from quarterdeck.disciplines.scheduling.outlook import Floats, Outlook
from quarterdeck.disciplines.scheduling.state import END_AT, READY_AT

OLD_SHARE = 0.5  # of the waits known before in those after another schedule


def waits_after(waits: Floats, outlook: Outlook, placed: Integers) -> Floats:
    """The mean waits [s] once another schedule is known, shape (operations); zero at first."""
    known = placed[:, END_AT] >= 0
    seen = np.where(known, placed[:, END_AT] - placed[:, READY_AT] - outlook.duration, 0.0)
    return np.asarray(OLD_SHARE * waits + (1 - OLD_SHARE) * seen)


def latest_with(a: Arrays, outlook: Outlook, waits: Floats) -> Integers:
    """Latest end of each operation without tardiness if those after it wait as long as that [s]."""
    length = (outlook.duration + np.maximum(waits, 0.0)).astype(np.int64)
    return np.minimum(_latest(a, outlook.order, length), 1 << 59)


@njit(cache=True)
def _latest(a: Arrays, order: Integers, length: Integers) -> Integers:
    latest = np.full(a.operations.size, NEVER, np.int64)
    for d in range(a.demands.size):
        for index in range(a.demands[d].first, a.demands[d].first + a.demands[d].count):
            o = a.supplies[index].operation
            latest[o] = min(latest[o], a.demands[d].due - a.supplies[index].lag)
    for k in range(order.size - 1, -1, -1):
        o = order[k]
        first = a.operations[o].first_arc
        for index in range(first, first + a.operations[o].arcs):
            successor = a.arcs[index].successor
            if latest[successor] < NEVER:
                lag = a.arcs[index].lag - a.arcs[index].rest
                latest[o] = min(latest[o], latest[successor] - length[successor] - lag)
    return latest
