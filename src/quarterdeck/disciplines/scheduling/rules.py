"""Dispatching rules as one weighted sum, so that a search over its parameters covers them all."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.instance import Instance
from quarterdeck.disciplines.scheduling.outlook import Outlook
from quarterdeck.disciplines.scheduling.state import Guide

Floats = npt.NDArray[np.float64]
PARAMETERS = 12


@dataclass(frozen=True)
class Rule:
    """Parameters of the composite rule; the operation with the largest sum goes first.

    ``weight``: logarithm of the demand's weight; ``short``: minus the logarithm of the work (WSPT); ``slack``: price of
    slack in mean durations (ATC with look-ahead 1/slack); ``due``: earliest due date; ``remaining`` and ``steps``: work
    and operations still to come; ``brief``: minus the work itself; ``setup``: price of set-up in mean set-ups;
    ``ahead``: price of the queue at the next machine; ``arrival``: first come, first served; ``patience``: share of
    its own time for which an operation waits for a machine that finishes sooner; ``local``: due date of the operation
    rather than of the order.

    Source of ATC: Vepsalainen & Morton, Priority rules for job shops with weighted tardiness costs, 1987.
    """

    weight: float = 0.0
    short: float = 0.0
    slack: float = 0.0
    due: float = 0.0
    remaining: float = 0.0
    steps: float = 0.0
    brief: float = 0.0
    setup: float = 0.0
    ahead: float = 0.0
    arrival: float = 0.0
    patience: float = 1.0
    local: float = 1.0

    def vector(self) -> Floats:
        """The parameters as an array, shape (PARAMETERS)."""
        return np.array(astuple(self), dtype=np.float64)


NAMED = {
    "EDD": Rule(due=1.0, local=0.0),
    "FIFO": Rule(arrival=1.0),
    "SPT": Rule(short=1.0),
    "ATC": Rule(weight=1.0, short=1.0, slack=1.0, setup=0.5),
}
STARTS = (
    *NAMED.values(),
    Rule(weight=1.0, short=1.0, slack=0.5, setup=0.5),
    Rule(due=1.0, weight=0.3, setup=0.3),
    Rule(weight=1.0, slack=0.05, short=0.3, setup=0.5),
    Rule(weight=1.0, slack=0.01, setup=0.2),
    Rule(remaining=1.0, steps=1.0, brief=0.1, ahead=0.2),
    Rule(remaining=1.0),
)
GOES_ON = 1e6
MOST_REMAINING = -2
"""Of these the one that is best for makespans of most large shops: much work left first, unless it would queue next."""


@dataclass(frozen=True)
class Terms:
    """The parts of the sum that do not change with time, each scaled to about 1; one entry per operation."""

    static: Floats  # (PARAMETERS, operations)
    mean_work: float
    mean_setup: float
    latest: npt.NDArray[np.int64]
    unhurried: npt.NDArray[np.int64]  # the same whatever lead times are learnt
    final: npt.NDArray[np.int64]
    next_pool: npt.NDArray[np.int64]
    going_on: Floats  # more than all rules say, where an order has the tool already that the operation needs


def terms(instance: Instance, outlook: Outlook) -> Terms:
    """What the rules add up for this instance."""
    operations = instance.arrays.operations
    mean = max(float(outlook.work.mean()), 1.0) if instance.size else 1.0
    span = max(float(outlook.remaining.max(initial=1.0)), 1.0)
    static = np.zeros((PARAMETERS, instance.size))
    static[0] = np.log(np.maximum(outlook.weight, 1e-6))
    static[1] = -np.log(np.maximum(outlook.work, 1.0))
    static[4] = outlook.remaining / span
    static[5] = outlook.steps * mean / span
    static[6] = -outlook.work / mean
    positive = operations["setup"][operations["setup"] > 0]
    tabled = instance.arrays.setups[instance.arrays.setups > 0]
    every = np.concatenate([positive, tabled])
    final = np.minimum(outlook.latest + (outlook.remaining - outlook.duration).astype(np.int64), 1 << 59)
    latest = np.minimum(outlook.latest, 1 << 59)
    setup = float(every.mean()) if every.size else 1.0
    return Terms(static, mean, setup, latest, latest, final, outlook.next_pool, _going_on(instance))


def _going_on(instance: Instance) -> Floats:
    """How much sooner operations go that need the kind of tool of the operation before: it stays with the order."""
    operations, arcs = instance.arrays.operations, instance.arrays.arcs
    tool = operations["tool"]
    found = np.zeros(instance.size)
    if tool.any():
        before = np.repeat(np.arange(instance.size), operations["arcs"])
        after = arcs["successor"][_ranges(operations["first_arc"], operations["arcs"])]
        found[after[(tool[before] > 0) & (tool[before] == tool[after])]] = GOES_ON
    return found


def _ranges(first: npt.NDArray[np.int64], count: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The numbers from each first one on, so many, one after the other."""
    ends = np.cumsum(count)
    return np.asarray(np.arange(int(ends[-1]) if ends.size else 0) + np.repeat(first - (ends - count), count))


def guide(parameters: Floats, parts: Terms, now: int, bias: Floats | None = None) -> Guide:
    """The rule with these parameters, ready for the decoder; ``bias`` is added to each operation's sum."""
    key = parameters @ parts.static + parts.going_on
    due = np.minimum(parts.latest if parameters[11] >= 0.5 else parts.final, now + (1 << 34)) - now
    key -= parameters[3] * due / parts.mean_work
    if bias is not None:
        key += bias
    factors = np.array(
        [
            parameters[2] / parts.mean_work,
            parameters[7] / parts.mean_setup,
            parameters[8] / (20.0 * parts.mean_work),
            parameters[9] / parts.mean_work,
            parameters[10],
        ]
    )
    return Guide(key, parts.latest, parts.unhurried, parts.next_pool, factors)
