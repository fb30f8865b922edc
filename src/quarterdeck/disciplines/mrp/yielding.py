"""Co-products within netting: what orders yield, and orders raised for the sake of a co-product."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np
from numba import njit

from quarterdeck.disciplines.mrp.book import OVERFLOW, SAFETY_PRIORITY, SUPPLIES, Book, Desk, peg
from quarterdeck.disciplines.mrp.kernel import kernel
from quarterdeck.disciplines.mrp.lots import lot_limits, next_lot, rounded_up
from quarterdeck.disciplines.mrp.offsets import guarded_ceil
from quarterdeck.disciplines.mrp.records import (
    AHEAD,
    CO_PRODUCT,
    FOREVER,
    MADE_FOR,
    MICRO,
    RECYCLED,
    YIELDING,
    Ints,
    Netted,
    Network,
    Records,
)
from quarterdeck.disciplines.mrp.replenishment import choose_option, explode, plan_order, remember


@kernel
def yield_of(network: Network, row: int, quantity: int, release: int) -> int:
    """What an order of the parent yields by one row of ``yields``, rounded down to what can be counted."""
    line = network.yields[row]
    if not line.valid_from <= release < line.valid_to:
        return 0
    raw = (MICRO if line.per_order else quantity) * line.factor
    whole = np.rint(raw)
    if np.abs(raw - whole) > 1e-9 * max(1.0, whole):
        whole = np.floor(raw)
    step = network.nodes[line.child].step
    return int(whole) // step * step


@kernel
def _lines(network: Network, node: int) -> tuple[int, int]:
    """First row of ``yields`` by which a node comes out of others, and the one after the last."""
    children = network.yields
    low = np.int64(0)
    high = np.int64(children.size)
    while low < high:
        middle = (low + high) // 2
        if children[middle].child < node:
            low = middle + 1
        else:
            high = middle
    last = low
    while last < children.size and children[last].child == node:
        last += 1
    return int(low), int(last)


@njit(cache=True)
def yielded_supplies(network: Network, book: Book, node: int, spans: Ints, given: tuple[Ints, Ints]) -> Ints:
    """Adds what open and planned orders yield of a node to the book; the numbers of these supplies.

    ``spans`` are the first planned order that each node's turn made and the one after the last; ``given`` the given
    supplies by node.
    """
    by_node, first = given
    begin = book.length[SUPPLIES]
    low, high = _lines(network, node)
    for row in range(low, high):
        parent = network.yields[row].parent
        for position in range(first[parent], first[parent + 1]):
            order = book.supplies[by_node[position]]
            if order.option == -1 and order.next == YIELDING:
                _add_yield(network, book, row, by_node[position])
        _add_planned(network, book, row, spans[0, parent], spans[1, parent])
        for other in range(network.yields.size):
            line = network.yields[other]
            if line.drives and line.parent == parent and line.child != node:
                _add_planned(network, book, row, spans[0, line.child], spans[1, line.child])
    return np.arange(begin, book.length[SUPPLIES])


@kernel
def _add_planned(network: Network, book: Book, row: int, begin: int, end: int) -> None:
    parent = network.yields[row].parent
    for supply in range(begin, end):
        if book.supplies[supply].node == parent and book.supplies[supply].option > CO_PRODUCT:
            _add_yield(network, book, row, supply)


@kernel
def _add_yield(network: Network, book: Book, row: int, order: int) -> int:
    """Adds what an order yields as a supply; its number, -1 if that is nothing."""
    made = book.supplies[order]
    quantity = yield_of(network, row, made.quantity, made.release)
    supply = book.length[SUPPLIES]
    if quantity <= 0:
        return -1
    if supply >= book.supplies.size - 1:
        book.length[OVERFLOW] = 1
        return -1
    line, added = network.yields[row], book.supplies[supply]
    life = network.nodes[line.child].shelf_life
    added.node, added.quantity, added.left, added.needed = line.child, quantity, quantity, FOREVER
    added.release, added.available = order, made.available
    added.expiry = made.available + life if life > 0 else FOREVER
    added.option = RECYCLED if line.recycled else CO_PRODUCT
    added.batch = 0
    book.length[SUPPLIES] = supply + 1
    return int(supply)


@kernel
def _driving(network: Network, node: int) -> int:
    low, high = _lines(network, node)
    for row in range(low, high):
        if network.yields[row].drives:
            return row
    return -1


@kernel
def made_from(network: Network, node: int, quantity: int) -> tuple[int, int]:
    """The parent that is made for a co-product, and how much of it yields a quantity."""
    row = _driving(network, node)
    line = network.yields[row]
    step = network.nodes[line.parent].step
    if line.per_order:
        return line.parent, step
    whole = rounded_up(quantity, network.nodes[node].step)  # a part of a piece does not come out
    return line.parent, int(rounded_up(guarded_ceil(whole / line.factor), step))


@kernel
def make_for(desk: Desk, node: int, demand: int, needed: int) -> None:
    """Plans orders of the parent that yield what a demand for a co-product lacks."""
    network, book = desk.network, desk.book
    row = _driving(network, node)
    while book.demands[demand].left > 0 and not book.length[OVERFLOW]:
        parent, need = made_from(network, node, book.demands[demand].left)
        option = choose_option(network, parent, needed, desk.as_of)
        minimum, multiple, maximum = lot_limits(network.nodes[parent], network.options, option)
        lot = next_lot(need, minimum, multiple, maximum)
        if yield_of(network, row, lot, max(needed, desk.as_of)) <= 0:
            return
        order = plan_order(desk, parent, option, lot, needed)
        if book.length[OVERFLOW]:
            return
        book.supplies[order].batch = 0
        explode(desk, order, book.demands[demand].priority)
        supply = _add_yield(network, book, row, order)
        if supply < 0:
            return
        book.supplies[supply].option = MADE_FOR
        peg(book, demand, supply)
        if book.supplies[supply].left > 0:
            remember(desk, supply)


@kernel
def is_ahead(network: Network, node: int) -> bool:
    """Whether orders of the node are made for the sake of a co-product."""
    found = False
    for row in range(network.ahead.size):
        found = found or network.ahead[row].node == node
    return found


@kernel
def plan_ahead(desk: Desk, node: int) -> None:
    """Plans the orders of a node that are made for co-products, so that its own demands can use them."""
    network, book = desk.network, desk.book
    for row in range(network.ahead.size):
        wish = network.ahead[row]
        if wish.node != node or book.length[OVERFLOW]:
            continue
        option = choose_option(network, node, wish.needed, desk.as_of)
        order = plan_order(desk, node, option, wish.quantity, wish.needed)
        if book.length[OVERFLOW]:
            return
        book.supplies[order].batch = 0
        explode(desk, order, wish.priority)
        remember(desk, order)


def made_for_co_products(network: Network, netted: Netted) -> Records:
    """The orders known to be made for co-products, and those that were planned when a co-product's turn came.

    Their parents' own demands are served by them in the next round, so that nothing is made twice.
    """
    supplies, demands = netted.supplies, netted.demands
    late = np.flatnonzero(supplies["option"] == MADE_FOR)
    urgent = np.full(supplies.size, SAFETY_PRIORITY - 1, np.int64)
    np.minimum.at(urgent, netted.pegs["supply"], demands["priority"][netted.pegs["demand"]])
    rows = np.zeros(late.size, AHEAD)
    made = supplies["release"][late]
    rows["node"], rows["quantity"], rows["needed"] = (supplies[name][made] for name in ("node", "quantity", "needed"))
    rows["priority"] = np.minimum(urgent[late], SAFETY_PRIORITY - 1)
    every = np.concatenate([network.ahead, rows])
    return every[np.lexsort((every["priority"], every["quantity"], every["needed"], every["node"]))]
