"""What an enquiry is answered with: dates, ways, orders and delays, in figures and in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A quantity of the enquiry and the day it can be there."""

    quantity: float
    quantity_text: str
    date: dt.datetime
    date_text: str


@dataclass(frozen=True, slots=True)
class SupplyOrder:
    """An order that a way needs."""

    kind: str
    verb: str
    item: str
    title: str
    partner: str
    quantity: float
    quantity_text: str
    release: dt.datetime
    release_text: str
    available: dt.datetime
    available_text: str


@dataclass(frozen=True, slots=True)
class Delay:
    """Who pays for it: a customer's order that comes later, a forecast or safety stock that gives up supply."""

    kind: str
    order: str
    line: str
    customer: str
    item: str
    title: str
    quantity: float
    seconds: int
    duration: str
    text: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way of delivering the whole quantity; ``date`` None if it cannot."""

    code: str
    title: str
    date: dt.datetime | None
    date_text: str
    late_seconds: int
    cost: float
    cost_text: str
    earliest: bool
    cheapest: bool
    parts: tuple[Part, ...]
    orders: tuple[SupplyOrder, ...]
    delays: tuple[Delay, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """The answer to an enquiry: ``way`` is the code of the recommended way, and ``date`` what it promises.

    ``state``: ``on_time``, ``late`` (after the asked date) or ``impossible``. ``in_stock`` is what could go at once.
    """

    item: str
    title: str
    site: str
    customer: str
    customer_name: str
    quantity: float
    quantity_text: str
    asked: dt.datetime | None
    asked_text: str
    state: str
    date: dt.datetime | None
    date_text: str
    late_seconds: int
    late_text: str
    in_stock: float
    way: str
    reason: str
    ways: tuple[Way, ...]
    reserved_for: str = ""
