"""Planned orders: from whom, how much, when, and what they consume in turn."""

from __future__ import annotations

import numpy as np
from numba import njit

from quarterdeck.disciplines.mrp.book import HEAD, OVERFLOW, SUPPLIES, TAIL, Desk, peg
from quarterdeck.disciplines.mrp.choices import ask
from quarterdeck.disciplines.mrp.kernel import kernel
from quarterdeck.disciplines.mrp.lots import lot_limits, next_lot, rounded_up
from quarterdeck.disciplines.mrp.offsets import (
    arrival,
    earliest_end,
    end_after,
    guarded_ceil,
    latest_release,
    latest_starts,
    order_moment,
)
from quarterdeck.disciplines.mrp.records import FOREVER, MAKE, Ints, Network


@kernel
def started(network: Network, node: int, good: int) -> int:
    """Quantity to start with so that ``good`` comes out."""
    share = network.nodes[node].good
    if share >= 1.0:
        return good
    return int(rounded_up(guarded_ceil(good / share), network.nodes[node].step))


@kernel
def choose_option(network: Network, node: int, needed: int, as_of: int) -> int:
    """The preferred supplier or lane that is in time and valid; the soonest if none is; -1 without any."""
    low, high = network.option_first[node], network.option_first[node + 1]
    best, best_there = -1, FOREVER * 2
    for option in range(low, high):
        release = max(latest_release(network, option, needed), as_of)
        row = network.options[option]
        if not row.valid_from <= release < row.valid_to:
            continue
        there = max(arrival(network, option, release), needed)
        if there < best_there:
            best, best_there = option, there
    return low if best < 0 and low < high else best


@kernel
def by_quota(desk: Desk, node: int, chosen: int, needed: int) -> int:
    """Of the suppliers with an agreed share that are in time the one that has least of it so far; else the chosen.

    What each has is counted from the first order of the plan, in proportion to its share.
    """
    network = desk.network
    low, high = network.option_first[node], network.option_first[node + 1]
    if chosen < 0 or high - low < 2:
        return chosen
    limit = max(needed, arrival(network, chosen, max(latest_release(network, chosen, needed), desk.as_of)))
    best, least = chosen, 0.0
    found = False
    for option in range(low, high):
        row = network.options[option]
        release = max(latest_release(network, option, needed), desk.as_of)
        if row.quota <= 0 or not row.valid_from <= release < row.valid_to:
            continue
        if arrival(network, option, release) > limit:
            continue
        rating = desk.ordered[option - low] / row.quota
        if not found or rating < least:
            best, least, found = option, rating, True
    return best


@kernel
def soonest(desk: Desk, node: int, option: int, need: int, needed: int) -> tuple[int, int]:
    """When a new order for ``need`` could be there, not before ``needed``, and how long it takes."""
    network, as_of = desk.network, desk.as_of
    if option >= 0:
        release = latest_release(network, option, needed)
        if release >= as_of:
            return needed, needed - release
        there = arrival(network, option, as_of)
        return there, there - as_of
    if network.step_first[node] == network.step_first[node + 1]:
        return needed, 0
    quantity = started(network, node, need)
    release = latest_starts(network, node, needed, quantity, desk.starts)
    if release >= as_of:
        return needed, needed - release
    there = earliest_end(network, node, desk.ready, quantity, desk.starts)
    return there, there - as_of


@kernel
def replenish(desk: Desk, node: int, demand: int, need: int, needed: int) -> None:
    """Plans orders for ``need`` and gives the demand what it lacks."""
    network, book = desk.network, desk.book
    option = by_quota(desk, node, choose_option(network, node, needed, desk.as_of), needed)
    minimum, multiple, maximum = lot_limits(network.nodes[node], network.options, option)
    while need > 0 and not book.length[OVERFLOW]:
        lot = next_lot(need, minimum, multiple, maximum)
        need -= lot
        supply = plan_order(desk, node, option, lot, needed)
        row = book.supplies[supply]
        row.batch = book.demands[demand].batch
        if option >= 0:
            desk.ordered[option - network.option_first[node]] += lot
            option = by_quota(desk, node, option, needed)
            minimum, multiple, maximum = lot_limits(network.nodes[node], network.options, option)
        row.needed = min(row.needed, book.demands[demand].needed)
        if book.demands[demand].left > 0:
            peg(book, demand, supply)
        if row.left > 0:
            remember(desk, supply)
        explode(desk, supply, book.demands[demand].priority)


@kernel
def remember(desk: Desk, supply: int) -> None:
    """Puts a planned order with something left at the end of the node's list."""
    desk.book.supplies[supply].next = -1
    if desk.planned[HEAD] < 0:
        desk.planned[HEAD] = supply
    else:
        desk.book.supplies[desk.planned[TAIL]].next = supply
    desk.planned[TAIL] = supply


@kernel
def plan_order(desk: Desk, node: int, option: int, lot: int, needed: int) -> int:
    """Adds a planned order that is there by ``needed`` or as soon as it can; fills the starts of its operations."""
    network, book = desk.network, desk.book
    supply = book.length[SUPPLIES]
    if supply >= book.supplies.size - 1:
        book.length[OVERFLOW] = 1
        return int(supply)
    if option >= 0:
        release = latest_release(network, option, needed)
        if release < desk.as_of:
            release = order_moment(network, option, desk.as_of)
        there = max(arrival(network, option, release), min(needed, release + network.options[option].lead))
        desk.starts[0] = release
    elif network.step_first[node] == network.step_first[node + 1]:
        release = there = desk.starts[0] = needed
    else:
        release, there = _dates(desk, node, lot, needed)
    row = book.supplies[supply]
    row.node, row.quantity, row.left, row.option = node, lot, lot, option
    row.needed, row.release, row.available = needed, release, there
    shelf_life = network.nodes[node].shelf_life
    row.expiry = there + shelf_life if shelf_life > 0 else FOREVER
    book.length[SUPPLIES] = supply + 1
    return int(supply)


@kernel
def _dates(desk: Desk, node: int, lot: int, needed: int) -> tuple[int, int]:
    """Release and end of a made order: as late as possible, but not before now."""
    network = desk.network
    quantity = started(network, node, lot)
    release = latest_starts(network, node, needed, quantity, desk.starts)
    if release < desk.as_of:
        return desk.as_of, earliest_end(network, node, desk.ready, quantity, desk.starts)
    return release, min(needed, end_after(network, node, release, quantity))


@kernel
def explode(desk: Desk, supply: int, priority: int) -> None:
    """Adds what the order consumes to the demands of its components, at the start of the operation that uses it."""
    network, book = desk.network, desk.book
    order = book.supplies[supply]
    quantity = started(network, order.node, order.quantity)
    made = network.nodes[order.node].kind == MAKE
    for edge in range(network.edge_first[order.node], network.edge_first[order.node + 1]):
        row = network.edges[edge]
        moment = desk.starts[row.step] if made else order.release
        ask(desk, edge, (order.release, quantity, order.batch), (moment, priority, -1 - supply, row.sequence))


@kernel
def pass_through(desk: Desk, demand: int, node: int) -> None:
    """Hands what a phantom lacks to its components, as wants of the order that wanted the phantom."""
    network, source = desk.network, desk.book.demands[demand]
    quantity = started(network, node, source.left)
    for edge in range(network.edge_first[node], network.edge_first[node + 1]):
        facts = (source.needed, source.priority, source.source, source.sequence)
        ask(desk, edge, (source.needed, quantity, source.batch), facts)
    source.quantity -= source.left
    source.left = 0


@njit(cache=True)
def fences(network: Network, stocked: Ints, as_of: int, longest: int) -> Ints:
    """How long a new order of each node takes when nothing below is in stock [s], shape (nodes).

    ``stocked`` is the quantity on hand of each node; what is stocked delays nothing.
    """
    fence = np.zeros(network.nodes.size, np.int64)
    starts, ready = np.empty(longest, np.int64), np.empty(longest, np.int64)
    for position in range(network.order.size - 1, -1, -1):
        node = network.order[position]
        begin = as_of
        for edge in range(network.edge_first[node], network.edge_first[node + 1]):
            if network.edges[edge].choice >= 0:
                begin = max(begin, as_of + _delay(network, edge, stocked, fence))
        ready[:] = begin
        if network.option_first[node] < network.option_first[node + 1]:
            fence[node] = arrival(network, network.option_first[node], begin) - as_of
        elif network.step_first[node] < network.step_first[node + 1]:
            lot = max(network.nodes[node].minimum, network.nodes[node].step)
            fence[node] = earliest_end(network, node, ready, started(network, node, lot), starts) - as_of
        else:
            fence[node] = begin - as_of
    return fence


@kernel
def _delay(network: Network, edge: int, stocked: Ints, fence: Ints) -> int:
    """How long the component of an edge delays an order [s], or the soonest of its alternatives."""
    soonest_of = FOREVER
    for other in range(edge, edge + max(network.edges[edge].choice, 1)):
        row = network.edges[other]
        if not row.use_up:
            soonest_of = min(soonest_of, 0 if stocked[row.child] else fence[row.child])
    return soonest_of if soonest_of < FOREVER else 0
