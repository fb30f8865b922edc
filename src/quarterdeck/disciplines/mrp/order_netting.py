"""Netting order by order for very large companies: every planned order with its pegs, in a few columns.

Items are numbered by low-level code, so that one pass meets every parent before its components. The planned orders of
an item lie side by side, in the order of their dates; what its parents consume is therefore read from them when its
turn comes (*pull*), run by run, and merged. Dependent demands are never stored: a demand is the order that consumes,
or the row of the requirement.

Times are whole numbers of any unit (days, say) from now on; quantities are whole numbers of the item's smallest unit.
Supplies serve demands in the order of their dates: stock, then open orders, then planned ones.
"""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.mrp.buckets import Given, WhereUsed
from quarterdeck.disciplines.mrp.kernel import kernel
from quarterdeck.disciplines.mrp.lots import next_lot
from quarterdeck.disciplines.mrp.offsets import guarded_ceil
from quarterdeck.disciplines.mrp.records import Ints, Records

Small = npt.NDArray[np.int32]
STOCK = -1
SAFETY = -(1 << 31)
ORDERS, PEGS, FULL = 0, 1, 2
MOST = 1 << 50
_LOW = (1 << 32) - 1
_ROOM = 1 << 16
_ROUNDS = 8


class PlannedOrders(NamedTuple):
    """Planned orders item by item: rows ``first[i] : first[i + 1]`` are those of item ``i``, the earliest first.

    ``needed`` is the first demand they serve; ``release`` lies the lead time before, now if that would be in the past.
    """

    first: Ints
    needed: Small
    release: Small
    quantity: Ints


class OrderPegs(NamedTuple):
    """Who gets what: rows ``first[i] : first[i + 1]`` are those of item ``i``.

    ``demand`` is the planned order that consumes, -1 - row of the requirement in what is given, or ``SAFETY`` for what
    safety stock lacks now; ``supply`` the planned order, -1 for stock, or -2 - row of the open order in what is given.
    """

    first: Ints
    demand: Small
    supply: Small
    quantity: Ints


class _Desk(NamedTuple):
    """Room for the demands of one item: two sets of keys (time and source) and quantities, and where runs begin."""

    key: Ints
    quantity: Ints
    other_key: Ints
    other_quantity: Ints
    run: Ints
    length: Ints


def net_orders(items: Records, used: WhereUsed, given: Given) -> tuple[PlannedOrders, OrderPegs]:
    """Planned orders and pegs of all items.

    Parameters
    ----------
    items
        Rows of ``BUCKET_ITEM`` in the order of low-level codes, shape (items); leads and windows in units of time.
    used, given
        Parents; requirements, and open orders as negative quantities, those of an item in the order of their times.

    Returns
    -------
    tuple
        Where a demand is not met by stock or open orders, an order for it and for what the demands of its window lack,
        brought to minimum, multiple and maximum.
    """
    room = 32 * given.quantity.size + _ROOM  # what is not filled takes no memory
    longest = int(np.diff(used.first).max(initial=0)) + 3
    for _ in range(_ROUNDS):
        orders = PlannedOrders(
            np.zeros(items.size + 1, np.int64), np.empty(room, np.int32), np.empty(room, np.int32),
            np.empty(room, np.int64),
        )  # fmt: skip
        pegs = OrderPegs(
            np.zeros(items.size + 1, np.int64), np.empty(3 * room, np.int32), np.empty(3 * room, np.int32),
            np.empty(3 * room, np.int64),
        )  # fmt: skip
        key, quantity, other_key, other_quantity = (np.empty(room, np.int64) for _ in range(4))
        desk = _Desk(key, quantity, other_key, other_quantity, np.empty(longest, np.int64), np.zeros(3, np.int64))
        _net(items, used, given, orders, pegs, desk)
        if not desk.length[FULL]:
            return _filled(orders, pegs, desk.length)
        room *= 3
    raise MemoryError(f"Expected at most {room:,} orders from {given.quantity.size:,} requirements.")


def _filled(orders: PlannedOrders, pegs: OrderPegs, length: Ints) -> tuple[PlannedOrders, OrderPegs]:
    planned, pegged = slice(int(length[ORDERS])), slice(int(length[PEGS]))
    return (
        PlannedOrders(orders.first, orders.needed[planned], orders.release[planned], orders.quantity[planned]),
        OrderPegs(pegs.first, pegs.demand[pegged], pegs.supply[pegged], pegs.quantity[pegged]),
    )


@kernel
def _net(items: Records, used: WhereUsed, given: Given, orders: PlannedOrders, pegs: OrderPegs, desk: _Desk) -> None:
    """One pass over all items."""
    for item in range(items.size):
        runs = _gather(items, used, given, item, orders, desk)
        if desk.length[FULL]:
            return
        if runs > 0:
            number = desk.run[runs]
            asked = desk.key[:number], desk.quantity
            if _merge(desk, runs):
                asked = desk.other_key[:number], desk.other_quantity
            _serve(items, given, item, (orders, pegs), asked, desk.length)
        orders.first[item + 1] = desk.length[ORDERS]
        pegs.first[item + 1] = desk.length[PEGS]


@kernel
def _gather(items: Records, used: WhereUsed, given: Given, item: int, orders: PlannedOrders, desk: _Desk) -> int:
    """Puts the demands of an item on the desk, in runs that are sorted by time; returns how many runs there are."""
    filled, runs = 0, 0
    desk.run[0] = 0
    if items[item].stock < 0:
        desk.key[0], desk.quantity[0] = SAFETY & _LOW, -items[item].stock
        filled, runs = 1, 1
        desk.run[1] = 1
    for edge in range(used.first[item], used.first[item + 1]):
        filled = _pull(items, used, edge, orders, desk, filled)
        if filled > desk.run[runs]:
            runs += 1
            desk.run[runs] = filled
    for row in range(given.first[item], given.first[item + 1]):
        if given.quantity[row] > 0:
            if filled >= desk.key.size:
                desk.length[FULL] = 1
                return 0
            desk.key[filled] = (np.int64(given.bucket[row]) << 32) | ((-1 - row) & _LOW)
            desk.quantity[filled] = given.quantity[row]
            filled += 1
    if filled > desk.run[runs]:
        runs += 1
        desk.run[runs] = filled
    return runs


@kernel
def _pull(items: Records, used: WhereUsed, edge: int, orders: PlannedOrders, desk: _Desk, filled: int) -> int:
    """Adds what the planned orders of one parent consume; returns how many demands are on the desk then."""
    parent, whole = np.int64(used.parent[edge]), np.int64(used.factor[edge])
    low, high = orders.first[parent], orders.first[parent + 1]
    if filled + high - low > desk.key.size:
        desk.length[FULL] = 1
        return filled
    good = items[parent].good
    if whole >= 0 and good >= 1.0:
        for row in range(low, high):
            desk.key[filled] = (np.int64(orders.release[row]) << 32) | row
            desk.quantity[filled] = min(orders.quantity[row] * whole, MOST)
            filled += 1
        return filled
    for row in range(low, high):
        started = np.int64(guarded_ceil(orders.quantity[row] / good)) if good < 1.0 else orders.quantity[row]
        quantity = started * whole
        if whole < 0:
            odd = used.odd[-1 - whole]
            inside = odd.first <= orders.release[row] < odd.last
            quantity = np.int64(guarded_ceil((1 if odd.per_order else started) * odd.factor)) if inside else 0
        if quantity > 0:
            desk.key[filled] = (np.int64(orders.release[row]) << 32) | row
            desk.quantity[filled] = min(quantity, MOST)
            filled += 1
    return filled


@kernel
def _merge(desk: _Desk, runs: int) -> bool:
    """Merges sorted runs two by two until one is left; returns whether it lies on the other half of the desk."""
    key, quantity, to_key, to_quantity = desk.key, desk.quantity, desk.other_key, desk.other_quantity
    swapped = False
    while runs > 1:
        merged = 0
        for pair in range(0, runs, 2):
            low, middle = desk.run[pair], desk.run[pair + 1]
            high = desk.run[min(pair + 2, runs)]
            left, right = low, middle
            for at in range(low, high):
                if right >= high or (left < middle and key[left] <= key[right]):
                    to_key[at], to_quantity[at] = key[left], quantity[left]
                    left += 1
                else:
                    to_key[at], to_quantity[at] = key[right], quantity[right]
                    right += 1
            merged += 1
            desk.run[merged] = high
        runs = merged
        key, quantity, to_key, to_quantity = to_key, to_quantity, key, quantity
        swapped = not swapped
    return swapped


@kernel
def _serve(
    items: Records,
    given: Given,
    item: int,
    made: tuple[PlannedOrders, OrderPegs],
    asked: tuple[Ints, Ints],
    length: Ints,
) -> None:
    """Serves the demands of an item in the order of time, by new orders where nothing else is left."""
    orders, pegs = made
    key, quantity = asked
    row, number = items[item], key.size
    left, supply = max(row.stock, 0), STOCK
    coming, last = given.first[item], given.first[item + 1]
    order, peg, open_need = length[ORDERS], length[PEGS], 0
    for at in range(number):
        need, source = quantity[at], key[at] & _LOW
        source -= (source >> 31) << 32
        while need > 0:
            if left <= 0:
                while coming < last and given.quantity[coming] >= 0:
                    coming += 1
                if coming < last:
                    left, supply = -np.int64(given.quantity[coming]), -2 - coming
                    coming += 1
                else:
                    if order >= orders.needed.size:
                        length[FULL] = 1
                        return
                    time = key[at] >> 32
                    if open_need <= 0:
                        open_need = need + _following(key, quantity, at, time + row.window)
                    left = next_lot(max(open_need, need), row.minimum, row.multiple, row.maximum)
                    open_need -= left
                    orders.needed[order], orders.release[order] = time, max(time - row.lead, 0)
                    orders.quantity[order] = left
                    supply = order
                    order += 1
            if peg >= pegs.demand.size:
                length[FULL] = 1
                return
            taken = min(need, left)
            pegs.demand[peg], pegs.supply[peg], pegs.quantity[peg] = source, supply, taken
            peg += 1
            need -= taken
            left -= taken
    length[ORDERS], length[PEGS] = order, peg


@kernel
def _following(key: Ints, quantity: Ints, at: int, until: int) -> int:
    """What the demands after one need before a moment."""
    total = 0
    for later in range(at + 1, key.size):
        if key[later] >> 32 >= until:
            break
        total += quantity[later]
    return total
