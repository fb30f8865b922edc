"""What a window of constraint programming says: when each operation begins, and in which way."""

from __future__ import annotations

from dataclasses import dataclass

from quarterdeck.disciplines.scheduling.instance import Integers


@dataclass(frozen=True)
class Way:
    """One way to do an operation: mode, machine (-1: any of the pool), person (-1: nobody), calendar, and work [s]."""

    mode: int
    machine: int
    person: int
    calendar: int
    seconds: int


@dataclass(frozen=True)
class Answer:
    """Per operation of a window: when its run begins [s], in which way, and who leads the load that it shares.

    ``proven``: nothing better is possible.
    """

    starts: Integers
    ways: list[Way]
    leads: Integers
    value: float
    proven: bool
    work: float
