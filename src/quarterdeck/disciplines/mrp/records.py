"""What the netting kernels work on: arrays with integer indices, made at the stage's door.

Quantities are int64 in millionths of the item's unit, times are seconds since 1970 in UTC, durations are seconds.
A *node* is an item at a site. Lists per node are stored flat, with offsets named ``*_first`` of shape (nodes + 1).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MICRO = 1_000_000
FOREVER = 1 << 50

BUY, MAKE, TRANSFER, NONE, UNPLANNED = 0, 1, 2, 3, 4
LOT_FOR_LOT, FIXED, MULTIPLE, PERIODS = 0, 1, 2, 3


class Calendars(NamedTuple):
    """Working intervals of several calendars; ``first`` has shape (calendars + 1).

    ``before`` is the working time of the calendar before each interval.
    """

    first: Ints
    start: Ints
    end: Ints
    before: Ints


class Nodes(NamedTuple):
    """Item-sites, sorted by item and site: how each is supplied and in which lots; all of shape (nodes).

    ``step`` is the smallest quantity (one piece, or a thousandth of a kilogram), ``window`` the time whose
    requirements one order covers, ``good`` the share of a started quantity that comes out good.
    """

    kind: Ints
    phantom: Flags
    rule: Ints
    lot_size: Ints
    minimum: Ints
    multiple: Ints
    maximum: Ints
    window: Ints
    step: Ints
    good: Floats
    shelf_life: Ints
    safety: Ints
    fence: Ints


class Edges(NamedTuple):
    """What each node consumes: components of a made item, or the same item at the sending site.

    ``factor`` is the quantity per good unit of the parent with scrap and yields, or per order where ``per_order``;
    ``step`` is the operation (counted from 0) at whose start it is needed, ``sequence`` its number or -1.
    """

    first: Ints
    child: Ints
    factor: Floats
    per_order: Flags
    step: Ints
    sequence: Ints
    valid_from: Ints
    valid_to: Ints


class Steps(NamedTuple):
    """Operations of each made node in sequence; ``number`` is the sequence.

    ``run`` is seconds per unit, or per batch of ``batch`` units.
    """

    first: Ints
    number: Ints
    fixed: Ints
    run: Floats
    batch: Ints
    queue: Ints
    move: Ints
    calendar: Ints


class Options(NamedTuple):
    """Suppliers or lanes of each node in order of preference; ``maximum`` 0 is none."""

    first: Ints
    lead: Ints
    minimum: Ints
    multiple: Ints
    maximum: Ints
    calendar: Ints
    valid_from: Ints
    valid_to: Ints


class Network(NamedTuple):
    """The whole of what can be supplied and how."""

    nodes: Nodes
    edges: Edges
    steps: Steps
    options: Options
    calendars: Calendars
    order: Ints


class Demands(NamedTuple):
    """What is wanted of each node at the start: requirements, and components of open orders.

    ``source`` is the requirement, or -1 - supply for what an open order consumes; rows come in a fixed rank.
    """

    node: Ints
    quantity: Ints
    needed: Ints
    priority: Ints
    source: Ints
    sequence: Ints


class Supplies(NamedTuple):
    """What is there or on its way at the start: stock lots and open orders."""

    node: Ints
    quantity: Ints
    available: Ints
    expiry: Ints


class Netted(NamedTuple):
    """Everything the netting made. Supplies start with the given ones; planned orders follow.

    Demands start with the given ones, components of planned orders follow. ``option`` is -1 for made orders.
    ``started`` is the quantity to start with before yield.
    """

    supply_node: Ints
    supply_quantity: Ints
    supply_needed: Ints
    supply_release: Ints
    supply_available: Ints
    supply_option: Ints
    demand_node: Ints
    demand_quantity: Ints
    demand_needed: Ints
    demand_priority: Ints
    demand_source: Ints
    demand_sequence: Ints
    demand_open: Ints
    peg_demand: Ints
    peg_supply: Ints
    peg_quantity: Ints
