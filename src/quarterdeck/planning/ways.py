"""Ways of delivering an enquiry: parts, orders, who loses supply, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from quarterdeck.planning.gaps import Slot


@dataclass(frozen=True)
class Part:
    """A quantity and when it is there [s]."""

    quantity: float
    moment: int


@dataclass(frozen=True)
class Needed:
    """An order that a way of delivering needs, with its place in the schedule [s]."""

    kind: str
    item: str
    site: str
    partner: str
    quantity: float
    release: int
    available: int


@dataclass(frozen=True)
class Loser:
    """Who loses supply: a customer's order that is delivered ``seconds`` later, a forecast, or safety stock."""

    use: str
    demand: str
    item: str
    site: str
    quantity: float
    seconds: int


@dataclass(frozen=True)
class Way:
    """One way of delivering: when it is complete (None: never), in which parts, with which orders, at whose cost."""

    code: str
    moment: int | None
    parts: tuple[Part, ...]
    orders: tuple[Needed, ...]
    losers: tuple[Loser, ...]
    cost: Decimal
    lacking: float
    drawn: tuple[tuple[int, float], ...] = ()
    slots: tuple[Slot, ...] = ()
