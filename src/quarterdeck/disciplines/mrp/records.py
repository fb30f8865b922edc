"""What the netting kernels work on: arrays with integer indices, made at the stage's door.

Quantities are int64 in millionths of the item's unit, times are seconds since 1970 in UTC, durations are seconds.
A *node* is an item at a site. There is one structured array per kind of thing; lists per node are stored flat, with
offsets named ``*_first`` of shape (nodes + 1).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Records = npt.NDArray[np.void]

MICRO = 1_000_000
FOREVER = 1 << 50

BUY, MAKE, TRANSFER, NONE, UNPLANNED = 0, 1, 2, 3, 4
DRIVEN = 5  # has no way of supply but the orders of what yields it
IN_HAND = -2  # option of open purchases and transfers: no supplier is to be chosen any more
CO_PRODUCT = -(1 << 30)  # option of what comes out of an order for something else; ``release`` is that order
RECYCLED = CO_PRODUCT - 1  # the same where it is needed again to make what yields it: never waited for
MADE_FOR = CO_PRODUCT - 2  # the same of an order that was planned for its sake
YIELDING = 1  # ``next`` of an open order whose co-products are still to come
LOT_FOR_LOT, FIXED, MULTIPLE, PERIODS, ECONOMIC, SILVER_MEAL, WAGNER_WHITIN = 0, 1, 2, 3, 4, 5, 6

INTERVAL = np.dtype([("start", "i8"), ("end", "i8"), ("before", "i8")])  # working time before it, in the calendar
NODE = np.dtype(
    [
        ("kind", "i8"),
        ("phantom", "i8"),
        ("rule", "i8"),
        ("lot_size", "i8"),
        ("minimum", "i8"),
        ("multiple", "i8"),
        ("maximum", "i8"),  # 0: none
        ("window", "i8"),  # [s] whose requirements one order covers
        ("step", "i8"),  # smallest quantity: one piece, or a thousandth of a kilogram
        ("good", "f8"),  # share of a started quantity that comes out good
        ("shelf_life", "i8"),  # [s], 0: does not expire
        ("fence", "i8"),  # [s] how long a new order takes when nothing below is in stock
        ("to_order", "i8"),  # 1: material of different batches never mixes
        ("patience", "i8"),  # [s] how long a demand waits for an open order before a new one is planned
        ("economy", "f8"),  # units carried for a day that cost as much as an order; 0: not known
        (
            "apart",
            "i8",
        ),  # 1: several orders take no more of any work centre than one of all; 2: no more than their set-ups
        ("by_rank", "i8"),  # 1: demands in need are served by priority alone
    ]
)
EDGE = np.dtype(
    [
        ("child", "i8"),
        ("factor", "f8"),  # units per unit started, or per order
        ("per_order", "i8"),
        ("step", "i8"),  # operation, counted from 0, at whose start it is needed
        ("sequence", "i8"),  # its number, -1: none
        ("valid_from", "i8"),
        ("valid_to", "i8"),
        ("choice", "i8"),  # 0: always; on the first of a choice how many there are, -1 on the others
        ("main", "i8"),  # 0: an alternative
        ("use_up", "i8"),  # 1: only as far as it is there
    ]
)
YIELD = np.dtype(
    [
        ("parent", "i8"),
        ("child", "i8"),  # the node that is yielded
        ("factor", "f8"),  # units per good unit of the parent, or per order
        ("per_order", "i8"),
        ("valid_from", "i8"),
        ("valid_to", "i8"),
        ("recycled", "i8"),  # 1: needed again, through whatever else, to make the parent
        ("drives", "i8"),  # 1: the parent is made where the child is lacking
    ]
)
AHEAD = np.dtype(
    [("node", "i8"), ("quantity", "i8"), ("needed", "i8"), ("priority", "i8")]  # orders made for co-products
)
STEP = np.dtype(
    [
        ("number", "i8"),
        ("fixed", "i8"),  # [s] whatever the quantity
        ("run", "f8"),  # [s] per unit, or per batch
        ("batch", "i8"),  # 0: no batches
        ("queue", "i8"),
        ("move", "i8"),
        ("buffer", "i8"),  # [s] protection behind it, given up where time is short
        ("calendar", "i8"),
    ]
)
OPTION = np.dtype(
    [
        ("lead", "i8"),
        ("minimum", "i8"),
        ("multiple", "i8"),
        ("maximum", "i8"),  # 0: none
        ("calendar", "i8"),  # on which the supplier ships; -1: any day
        ("ordering", "i8"),  # calendar of the days on which an order may be placed; -1: any day
        ("valid_from", "i8"),
        ("valid_to", "i8"),
        ("quota", "i8"),  # share of what is ordered, in millionths; 0: none agreed
    ]
)
DEMAND = np.dtype(
    [
        ("node", "i8"),
        ("quantity", "i8"),
        ("left", "i8"),
        ("needed", "i8"),
        ("priority", "i8"),
        ("source", "i8"),  # requirement, or -1 - supply of the order that consumes it
        ("sequence", "i8"),
        ("batch", "i8"),  # what it may be served from; 0: free material
        ("next", "i8"),  # next demand of the same node
    ]
)
SUPPLY = np.dtype(
    [
        ("node", "i8"),
        ("quantity", "i8"),
        ("left", "i8"),
        ("needed", "i8"),  # first demand it serves, FOREVER: none
        ("release", "i8"),
        ("available", "i8"),
        ("expiry", "i8"),
        ("option", "i8"),  # -1: made; IN_HAND: comes from outside already
        ("batch", "i8"),
        ("next", "i8"),  # next planned order of the node with something left; of given ones YIELDING or 0
    ]
)
PEG = np.dtype([("demand", "i8"), ("supply", "i8"), ("quantity", "i8")])


def records(dtype: np.dtype[Any], length: int, **columns: npt.ArrayLike) -> Records:
    """A structured array with these columns; the others are 0."""
    rows = np.zeros(length, dtype)
    for name, values in columns.items():
        rows[name] = values
    return rows


class Calendars(NamedTuple):
    """Working intervals of several calendars; ``first`` has shape (calendars + 1)."""

    first: Ints
    intervals: Records


class Network(NamedTuple):
    """Item-sites sorted by item and site, what each consumes, how each is made, and who supplies it.

    ``edges`` are components of a made item, or the same item at the sending site; ``steps`` operations in sequence;
    ``options`` suppliers or lanes in order of preference. ``order`` are the nodes by low-level code. ``yields`` are
    co-products sorted by what is yielded; ``ahead`` the orders that are made for such, planned before any others.
    """

    nodes: Records
    edge_first: Ints
    edges: Records
    step_first: Ints
    steps: Records
    option_first: Ints
    options: Records
    calendars: Calendars
    order: Ints
    yields: Records = np.zeros(0, YIELD)
    ahead: Records = np.zeros(0, AHEAD)


class Netted(NamedTuple):
    """Everything the netting made: the given supplies and demands, then planned orders and what they consume."""

    supplies: Records
    demands: Records
    pegs: Records
