"""A scheduling problem and its answer as arrays: whole seconds and integer indices, no codes.

One structured array per kind of thing. ``first``/``count`` pairs point into the next array, so that alternatives,
arcs, machines and intervals need no nested lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from quarterdeck.disciplines.scheduling.prices import Prices

Records = npt.NDArray[np.void]
Integers = npt.NDArray[np.int64]

NEVER = 1 << 60
TARDINESS, MAKESPAN = 0, 1

OPERATION = np.dtype(
    [
        ("job", "i8"),
        ("release", "i8"),  # [s] earliest start: now, material dates, queue time
        ("setup", "i8"),  # [s] own set-up, taken when no change-over of the families is declared
        ("pinned", "i8"),  # [s] moment at which a person wants it to begin, else -1
        ("first_mode", "i8"),
        ("modes", "i8"),  # 0: needs no machine
        ("first_arc", "i8"),
        ("arcs", "i8"),
        ("predecessors", "i8"),
        ("family", "i8"),  # 0: none
        ("skill", "i8"),  # -1: nobody attends
        ("machine", "i8"),  # the only machine allowed, else -1
        ("calendar", "i8"),  # working time where no machine is needed
        ("work", "i8"),  # [s] work where no machine is needed
        ("started", "i8"),  # 1: runs already, keeps its place
        ("load", "i8"),  # thousandths of a unit that it takes of a batch machine's capacity
        ("person", "i8"),  # 1 + the only person allowed, 0: anybody with the skill
        ("unbroken", "i8"),  # 1: may not pause, wherever it is done
        ("tool", "i8"),  # 1 + the kind of tool that it holds, 0: none
        ("latest", "i8"),  # [s] of maintenance: it begins then, or sooner where its machine is idle; -1: a wish; else 0
    ]
)
MODE = np.dtype([("pool", "i8"), ("work", "i8"), ("rank", "i8")])
# pieces: transfer batches, after the first of which the successor may begin; rest [s]: what it then still takes, at the
# least, for all but its last one. 0 pieces: it waits for the end. wait [s]: how long after the end of the first the
# work on the second may begin at the latest, plus one; 0: any time. Such arcs run in chains: one into and one out of an
# operation at the most; and so do those into a pool with limited room.
ARC = np.dtype([("successor", "i8"), ("lag", "i8"), ("pieces", "i8"), ("rest", "i8"), ("wait", "i8")])
POOL = np.dtype(
    [
        ("first", "i8"),
        ("count", "i8"),
        ("table", "i8"),
        ("pausable", "i8"),
        ("uniform", "i8"),
        ("capacity", "i8"),  # thousandths of a unit that one family's operations may take together, 0: one at a time
        ("fill", "i8"),  # what a load waits for, unless an order would be late
        ("setter", "i8"),  # 1 + skill of those who set up, 0: whoever does the work
        ("room", "i8"),  # 1 + orders that may wait before it for coming from the step before, 0: any number
    ]
)
MACHINE = np.dtype([("pool", "i8"), ("calendar", "i8"), ("speed", "f8"), ("family", "i8")])
SKILL = np.dtype([("first", "i8"), ("count", "i8")])
SKILLED = np.dtype([("person", "i8"), ("level", "f8")])
TOOL = np.dtype([("first", "i8"), ("count", "i8")])
PERSON = np.dtype([("calendar", "i8")])
CALENDAR = np.dtype([("first", "i8"), ("count", "i8")])
INTERVAL = np.dtype([("start", "i8"), ("end", "i8"), ("before", "i8")])
DEMAND = np.dtype(
    [
        ("due", "i8"),
        ("weight", "f8"),
        ("ready", "i8"),
        ("first", "i8"),
        ("count", "i8"),
        ("deadline", "i8"),  # [s] after which the customer no longer takes it; 0: any time
    ]
)
SUPPLY = np.dtype([("operation", "i8"), ("lag", "i8")])


class Arrays(NamedTuple):
    """What the kernels read; see the dtypes above for the fields."""

    operations: Records
    modes: Records
    arcs: Records
    pools: Records
    machines: Records
    skills: Records
    skilled: Records
    persons: Records
    calendars: Records
    intervals: Records
    both: Integers  # (calendars, calendars): calendar of the time in which both are open, -1 if not needed
    setups: Integers  # (tables, families, families) [s]; -1: the operation's own set-up
    demands: Records
    supplies: Records
    tools: Records = np.zeros(0, TOOL)  # kinds of tools, and which of all tools are of the kind


@dataclass(frozen=True)
class Instance:
    """A scheduling problem.

    Parameters
    ----------
    arrays
        Operations with modes (pool of machines, work [s] at speed 1), precedence arcs with lags [s], pools of machines,
        people by skill, calendars as intervals with prefix sums, change-over tables, demands served by operations.
    now
        Nothing starts before it [s].
    objective
        ``TARDINESS``: sum of weight times tardiness over demands, then set-up seconds; ``MAKESPAN``: the last end.
    prices
        What things cost, where the schedule is judged by money first or after lateness.
    """

    arrays: Arrays
    now: int
    objective: int = TARDINESS
    prices: Prices | None = None

    @property
    def size(self) -> int:
        """Number of operations."""
        return int(self.arrays.operations.size)


@dataclass(frozen=True)
class Schedule:
    """When and on what each operation is done; every array has one entry per operation, -1 where it is left out.

    ``setup_start`` ≤ ``start`` ≤ ``end`` [s]; ``ready`` is when predecessors and material are there. ``tool`` is the
    one that is held, ``setter`` the person who sets up where that is a work of its own; none where nobody asks.
    """

    machine: Integers
    person: Integers
    mode: Integers
    ready: Integers
    setup_start: Integers
    start: Integers
    end: Integers
    setup: Integers
    run: Integers
    value: float
    setup_seconds: int
    parameters: npt.NDArray[np.float64] | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    tool: Integers | None = None
    setter: Integers | None = None

    @property
    def scheduled(self) -> npt.NDArray[np.bool_]:
        """Which operations have a place, shape (operations)."""
        return np.asarray(self.end >= 0)


def records(dtype: np.dtype[np.void], rows: int, /, **columns: npt.ArrayLike) -> Records:
    """A structured array of ``rows`` rows with these columns; the others are zero."""
    table = np.zeros(rows, dtype)
    for name, values in columns.items():
        table[name] = values
    return table


def pointers(counts: npt.ArrayLike) -> Integers:
    """Where each run of ``counts`` rows begins.

    >>> pointers([2, 0, 3]).tolist()
    [0, 2, 2]
    """
    sizes = np.asarray(counts, dtype=np.int64)
    return np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64) if sizes.size else sizes
