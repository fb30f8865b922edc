"""Netting order by order, level by level, with a peg for every unit.

Nodes are taken in low-level order, so that all that is wanted of a node is known when its turn comes. Within its
*fence* (the time a new order takes to arrive, components included) demands compete for what is there: the more
important is served first. Beyond the fence the earlier is served first, for whatever is missing can be ordered in time.
Safety stock stands between the two: it takes what the competing demands leave, and never makes an order late.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from quarterdeck.disciplines.mrp.lots import lot_limits, next_lot, rounded_up
from quarterdeck.disciplines.mrp.offsets import (
    arrival,
    earliest_end,
    forward,
    guarded_ceil,
    latest_release,
    latest_starts,
    step_work,
)
from quarterdeck.disciplines.mrp.records import (
    FOREVER,
    MAKE,
    MICRO,
    NONE,
    UNPLANNED,
    Demands,
    Ints,
    Netted,
    Network,
    Supplies,
)

SAFETY_PRIORITY = 1000
_ROUNDS = 12


class Book(NamedTuple):
    """Growing lists of demands, supplies and pegs; ``length`` holds their lengths and whether one overflowed."""

    d_node: Ints
    d_quantity: Ints
    d_left: Ints
    d_needed: Ints
    d_priority: Ints
    d_source: Ints
    d_sequence: Ints
    d_next: Ints
    d_head: Ints
    s_node: Ints
    s_quantity: Ints
    s_left: Ints
    s_needed: Ints
    s_release: Ints
    s_available: Ints
    s_expiry: Ints
    s_option: Ints
    p_demand: Ints
    p_supply: Ints
    p_quantity: Ints
    length: Ints


DEMANDS, SUPPLIES, PEGS, OVERFLOW = 0, 1, 2, 3


class Desk(NamedTuple):
    """What every step of netting has before it: the network, the book, now, and room for the times of operations."""

    network: Network
    book: Book
    as_of: int
    starts: Ints
    ready: Ints


def net(network: Network, demands: Demands, supplies: Supplies, as_of: int) -> Netted:
    """All demands of the network met from what is there, and by planned orders.

    Parameters
    ----------
    demands, supplies
        What is wanted and what is there at the start, in a rank that does not depend on the order of input rows.
    as_of
        Now [s]; nothing is released before it.
    """
    longest = int(np.diff(network.steps.first).max(initial=0)) + 1
    size = np.array([demands.node.size, supplies.node.size, 0], np.int64) * 4 + 4096
    for _ in range(_ROUNDS):
        book = _book(network, demands, supplies, size)
        _net_nodes(network, book, supplies.node.size, as_of, longest)
        if not book.length[OVERFLOW]:
            return _result(book)
        size = size * 4
    raise MemoryError(f"Expected at most {size.max():,} demands or orders from {demands.node.size:,} rows.")


def _book(network: Network, demands: Demands, supplies: Supplies, size: Ints) -> Book:
    def padded(values: Ints | None, length: int) -> Ints:
        out = np.zeros(int(length), np.int64)
        if values is not None:
            out[: values.size] = values
        return out

    nodes = network.edges.first.size - 1
    d, s, p = int(size[0] + size[1]), int(size[0] + size[1]), int(size[0] + size[1]) * 2
    count = np.array([demands.node.size, supplies.node.size, 0, 0], np.int64)
    book = Book(
        padded(demands.node, d), padded(demands.quantity, d), padded(demands.quantity, d), padded(demands.needed, d),
        padded(demands.priority, d), padded(demands.source, d), padded(demands.sequence, d),
        padded(None, d), np.full(nodes, -1, np.int64),
        padded(supplies.node, s), padded(supplies.quantity, s), padded(supplies.quantity, s),
        padded(np.full(supplies.node.size, FOREVER), s), padded(supplies.available, s), padded(supplies.available, s),
        padded(supplies.expiry, s), padded(np.full(supplies.node.size, -1), s),
        padded(None, p), padded(None, p), padded(None, p), count,
    )  # fmt: skip
    for row in range(demands.node.size - 1, -1, -1):
        book.d_next[row] = book.d_head[demands.node[row]]
        book.d_head[demands.node[row]] = row
    return book


def _result(book: Book) -> Netted:
    d, s, p = book.length[DEMANDS], book.length[SUPPLIES], book.length[PEGS]
    return Netted(
        book.s_node[:s], book.s_quantity[:s], book.s_needed[:s], book.s_release[:s], book.s_available[:s],
        book.s_option[:s], book.d_node[:d], book.d_quantity[:d], book.d_needed[:d], book.d_priority[:d],
        book.d_source[:d], book.d_sequence[:d], book.d_left[:d],
        book.p_demand[:p], book.p_supply[:p], book.p_quantity[:p],
    )  # fmt: skip


@njit(cache=True)
def _net_nodes(network: Network, book: Book, given: int, as_of: int, longest: int) -> None:
    """Nets every node in low-level order."""
    desk = Desk(network, book, as_of, np.empty(longest, np.int64), np.full(longest, as_of, np.int64))
    by_node = np.argsort(book.s_node[:given], kind="mergesort")
    sorted_nodes = book.s_node[:given][by_node]
    for node in network.order:
        if book.d_head[node] < 0 or book.length[OVERFLOW]:
            continue
        low = np.searchsorted(sorted_nodes, node, side="left")
        high = np.searchsorted(sorted_nodes, node, side="right")
        wanted = _ranked_demands(network, book, node, as_of)
        _net_node(desk, node, wanted, by_node[low:high])


@njit(cache=True)
def _ranked_demands(network: Network, book: Book, node: int, as_of: int) -> Ints:
    """The node's demands in the order in which they are served."""
    number = 0
    demand = book.d_head[node]
    while demand >= 0:
        number += 1
        demand = book.d_next[demand]
    rows = np.empty(number, np.int64)
    demand = book.d_head[node]
    for position in range(number):
        rows[position] = demand
        demand = book.d_next[demand]
    rows.sort()
    fence = as_of + network.nodes.fence[node]
    keys = np.empty(number, np.int64)
    for position in range(number):
        row = rows[position]
        priority, needed = book.d_priority[row], book.d_needed[row]
        if priority >= SAFETY_PRIORITY:
            book.d_needed[row] = fence
            keys[position] = 0
        elif needed <= fence:
            keys[position] = priority * (1 << 40) + max(needed, 0) - (1 << 60)
        else:
            keys[position] = needed * SAFETY_PRIORITY + priority
    return rows[np.argsort(keys, kind="mergesort")]


@njit(cache=True)
def _fefo(book: Book, given: Ints, late_first: bool) -> Ints:  # noqa: FBT001 - numba
    """Given supplies, first to expire first; of those alike the earliest, or the one that comes last in time."""
    by_available = np.argsort(book.s_available[given], kind="mergesort")
    if late_first:
        by_available = np.argsort(-book.s_available[given], kind="mergesort")
    ranked = given[by_available]
    return ranked[np.argsort(book.s_expiry[ranked], kind="mergesort")]


@njit(cache=True)
def _net_node(desk: Desk, node: int, wanted: Ints, given: Ints) -> None:
    network, book, as_of = desk.network, desk.book, desk.as_of
    fence = as_of + network.nodes.fence[node]
    competing = _fefo(book, given, late_first=True)
    chronological = _fefo(book, given, late_first=False)
    first_planned = book.length[SUPPLIES]
    head = first_planned
    for position in range(wanted.size):
        demand = wanted[position]
        needed = max(book.d_needed[demand], as_of)
        lots = competing if needed <= fence else chronological
        if book.d_priority[demand] >= SAFETY_PRIORITY:
            lots = competing[::-1].copy()
        while head < book.length[SUPPLIES] and book.s_left[head] == 0:
            head += 1
        _take_in_time(book, demand, needed, lots, head)
        if book.d_left[demand] == 0 or network.nodes.kind[node] == NONE:
            continue
        if network.nodes.phantom[node] and book.d_source[demand] < 0:
            _pass_through(network, book, demand, node)
            continue
        _take_late(desk, demand, needed, lots, head)
        if book.d_left[demand] == 0 or network.nodes.kind[node] == UNPLANNED:
            continue
        need = book.d_left[demand] + _following(network, book, wanted, position, lots, needed)
        _replenish(desk, node, demand, need, needed)
        if book.length[OVERFLOW]:
            return


@njit(cache=True)
def _peg(book: Book, demand: int, supply: int) -> None:
    """Gives as much of ``supply`` to ``demand`` as both have left."""
    quantity = min(book.d_left[demand], book.s_left[supply])
    peg = book.length[PEGS]
    if peg >= book.p_demand.size:
        book.length[OVERFLOW] = 1
        return
    book.p_demand[peg], book.p_supply[peg], book.p_quantity[peg] = demand, supply, quantity
    book.length[PEGS] = peg + 1
    book.d_left[demand] -= quantity
    book.s_left[supply] -= quantity
    book.s_needed[supply] = min(book.s_needed[supply], book.d_needed[demand])


@njit(cache=True)
def _take_in_time(book: Book, demand: int, needed: int, lots: Ints, head: int) -> None:
    """Serves a demand from supplies that are there when it needs them and have not expired."""
    for supply in lots:
        if book.d_left[demand] == 0:
            return
        if book.s_left[supply] > 0 and book.s_available[supply] <= needed <= book.s_expiry[supply]:
            _peg(book, demand, supply)
    for supply in range(head, book.length[SUPPLIES]):
        if book.d_left[demand] == 0:
            return
        if book.s_left[supply] > 0 and book.s_available[supply] <= needed <= book.s_expiry[supply]:
            _peg(book, demand, supply)


@njit(cache=True)
def _take_late(desk: Desk, demand: int, needed: int, lots: Ints, head: int) -> None:
    """Waits for supplies on their way where a new order would come no earlier, or where they can be expedited."""
    network, book = desk.network, desk.book
    while book.d_left[demand] > 0:
        supply, is_open = _next_late(book, needed, lots, head)
        if supply < 0:
            return
        available = book.s_available[supply]
        node = book.d_node[demand]
        option = _choose_option(network, node, needed, desk.as_of)
        soonest, lead = _soonest(desk, node, option, book.d_left[demand], needed)
        patience = needed + lead if is_open else needed
        if available > soonest and available > patience and network.nodes.kind[node] != UNPLANNED:
            return
        _peg(book, demand, supply)


@njit(cache=True)
def _next_late(book: Book, needed: int, lots: Ints, head: int) -> tuple[int, bool]:
    """The supply that comes first after ``needed``, and whether it is an open order; -1 if none does."""
    best, is_open = -1, False
    for supply in lots:
        comes = book.s_left[supply] > 0 and needed < book.s_available[supply] <= book.s_expiry[supply]
        if comes and (best < 0 or book.s_available[supply] < book.s_available[best]):
            best, is_open = supply, True
    for supply in range(head, book.length[SUPPLIES]):
        comes = book.s_left[supply] > 0 and book.s_available[supply] > needed
        if comes and (best < 0 or book.s_available[supply] < book.s_available[best]):
            best, is_open = supply, False
    return best, is_open


@njit(cache=True)
def _soonest(desk: Desk, node: int, option: int, need: int, needed: int) -> tuple[int, int]:
    """When a new order for ``need`` could be there, not before ``needed``, and how long it takes."""
    network, as_of = desk.network, desk.as_of
    if option >= 0:
        release = latest_release(network, option, needed)
        if release >= as_of:
            return needed, needed - release
        there = arrival(network, option, as_of)
        return there, there - as_of
    if network.steps.first[node] == network.steps.first[node + 1]:
        return needed, 0
    started = _started(network, node, need)
    release = latest_starts(network, node, needed, started, desk.starts)
    if release >= as_of:
        return needed, needed - release
    there = earliest_end(network, node, desk.ready, started, desk.starts)
    return there, there - as_of


@njit(cache=True)
def _started(network: Network, node: int, good: int) -> int:
    """Quantity to start with so that ``good`` comes out."""
    share = network.nodes.good[node]
    if share >= 1.0:
        return good
    return int(rounded_up(guarded_ceil(good / share), network.nodes.step[node]))


@njit(cache=True)
def _choose_option(network: Network, node: int, needed: int, as_of: int) -> int:
    """The preferred supplier or lane that is in time and valid; the soonest if none is; -1 without any."""
    options = network.options
    best, best_there = -1, np.int64(FOREVER * 2)
    for option in range(options.first[node], options.first[node + 1]):
        release = max(latest_release(network, option, needed), as_of)
        if not options.valid_from[option] <= release < options.valid_to[option]:
            continue
        there = max(arrival(network, option, release), needed)
        if there < best_there:
            best, best_there = option, there
    if best < 0 and options.first[node] < options.first[node + 1]:
        best = options.first[node]
    return best


@njit(cache=True)
def _following(network: Network, book: Book, wanted: Ints, position: int, lots: Ints, needed: int) -> int:
    """What the demands after ``position`` need within the lot's window beyond what is on its way then."""
    limit = needed + network.nodes.window[book.d_node[wanted[position]]]
    total = 0
    for later in range(position + 1, wanted.size):
        moment = book.d_needed[wanted[later]]
        if moment >= limit or moment < needed:
            break
        total += book.d_left[wanted[later]]
    if total == 0:
        return 0
    for supply in lots:
        if needed < book.s_available[supply] < limit:
            total -= book.s_left[supply]
    return max(total, 0)


@njit(cache=True)
def _replenish(desk: Desk, node: int, demand: int, need: int, needed: int) -> None:
    """Plans orders for ``need`` and gives the demand what it lacks."""
    network, book = desk.network, desk.book
    option = _choose_option(network, node, needed, desk.as_of)
    minimum, multiple, maximum = lot_limits(network.nodes, network.options, node, option)
    while need > 0 and not book.length[OVERFLOW]:
        lot = next_lot(need, minimum, multiple, maximum)
        need -= lot
        supply = _plan_order(desk, node, option, lot, needed)
        book.s_needed[supply] = min(book.s_needed[supply], book.d_needed[demand])
        if supply >= 0 and book.d_left[demand] > 0:
            _peg(book, demand, supply)
        _explode(desk, supply, demand)


@njit(cache=True)
def _plan_order(desk: Desk, node: int, option: int, lot: int, needed: int) -> int:
    """Adds a planned order that is there by ``needed`` or as soon as it can; fills the starts of its operations."""
    network, book, as_of, starts = desk.network, desk.book, desk.as_of, desk.starts
    supply = book.length[SUPPLIES]
    if supply >= book.s_node.size - 1:
        book.length[OVERFLOW] = 1
        return int(supply)
    steps = network.steps
    if option >= 0:
        release = max(latest_release(network, option, needed), as_of)
        there = max(arrival(network, option, release), min(needed, release + network.options.lead[option]))
        starts[0] = release
    elif steps.first[node] == steps.first[node + 1]:
        release = there = starts[0] = needed
    else:
        started = _started(network, node, lot)
        release = latest_starts(network, node, needed, started, desk.starts)
        if release < as_of:
            release = as_of
            there = earliest_end(network, node, desk.ready, started, starts)
        else:
            there = min(needed, _end_after(network, node, starts[0], started))
    book.s_node[supply], book.s_quantity[supply], book.s_left[supply] = node, lot, lot
    book.s_needed[supply], book.s_release[supply], book.s_available[supply] = needed, release, there
    shelf_life = network.nodes.shelf_life[node]
    book.s_expiry[supply] = there + shelf_life if shelf_life > 0 else FOREVER
    book.s_option[supply] = option
    book.length[SUPPLIES] = supply + 1
    return int(supply)


@njit(cache=True)
def _end_after(network: Network, node: int, release: int, started: int) -> int:
    """When an order begun at ``release`` ends, machines and material being there."""
    steps = network.steps
    moment = release
    for step in range(steps.first[node], steps.first[node + 1]):
        moment = forward(
            network.calendars, steps.calendar[step], moment + steps.queue[step], step_work(steps, step, started)
        )
        moment += steps.move[step]
    return moment


@njit(cache=True)
def _explode(desk: Desk, supply: int, demand: int) -> None:
    """Adds what the order consumes to the demands of its components, at the start of the operation that uses it."""
    network, book = desk.network, desk.book
    edges = network.edges
    node, release = book.s_node[supply], book.s_release[supply]
    started = _started(network, node, book.s_quantity[supply])
    for edge in range(edges.first[node], edges.first[node + 1]):
        if not edges.valid_from[edge] <= release < edges.valid_to[edge]:
            continue
        quantity = guarded_ceil((MICRO if edges.per_order[edge] else started) * edges.factor[edge])
        moment = desk.starts[edges.step[edge]] if network.nodes.kind[node] == MAKE else release
        want = (quantity, moment, book.d_priority[demand], -1 - supply, edges.sequence[edge])
        _want(book, edges.child[edge], want)


@njit(cache=True)
def _want(book: Book, node: int, want: tuple[int, int, int, int, int]) -> None:
    """Adds a demand (quantity, needed, priority, source, sequence) to the node's list."""
    quantity, needed, priority, source, sequence = want
    demand = book.length[DEMANDS]
    if demand >= book.d_node.size:
        book.length[OVERFLOW] = 1
        return
    book.d_node[demand], book.d_quantity[demand], book.d_left[demand] = node, quantity, quantity
    book.d_needed[demand], book.d_priority[demand] = needed, min(priority, SAFETY_PRIORITY - 1)
    book.d_source[demand], book.d_sequence[demand] = source, sequence
    book.d_next[demand] = book.d_head[node]
    book.d_head[node] = demand
    book.length[DEMANDS] = demand + 1


@njit(cache=True)
def _pass_through(network: Network, book: Book, demand: int, node: int) -> None:
    """Hands what a phantom lacks to its components, as wants of the order that wanted the phantom."""
    edges = network.edges
    started = _started(network, node, book.d_left[demand])
    moment = book.d_needed[demand]
    for edge in range(edges.first[node], edges.first[node + 1]):
        if not edges.valid_from[edge] <= moment < edges.valid_to[edge]:
            continue
        quantity = guarded_ceil((MICRO if edges.per_order[edge] else started) * edges.factor[edge])
        want = (quantity, moment, book.d_priority[demand], book.d_source[demand], book.d_sequence[demand])
        _want(book, edges.child[edge], want)
    book.d_quantity[demand] -= book.d_left[demand]
    book.d_left[demand] = 0


@njit(cache=True)
def fences(network: Network, stocked: Ints, as_of: int, longest: int) -> Ints:
    """How long a new order of each node takes when nothing below is in stock [s], shape (nodes).

    ``stocked`` is the quantity on hand of each node; what is stocked delays nothing.
    """
    fence = np.zeros(network.edges.first.size - 1, np.int64)
    starts, ready = np.empty(longest, np.int64), np.empty(longest, np.int64)
    for position in range(network.order.size - 1, -1, -1):
        node = network.order[position]
        begin = as_of
        for edge in range(network.edges.first[node], network.edges.first[node + 1]):
            child = network.edges.child[edge]
            if stocked[child] == 0:
                begin = max(begin, as_of + fence[child])
        ready[:] = begin
        kind = network.nodes.kind[node]
        if network.options.first[node] < network.options.first[node + 1]:
            option = network.options.first[node]
            fence[node] = arrival(network, option, begin) - as_of
        elif kind == MAKE and network.steps.first[node] < network.steps.first[node + 1]:
            lot = max(network.nodes.minimum[node], network.nodes.step[node])
            fence[node] = earliest_end(network, node, ready, _started(network, node, lot), starts) - as_of
        else:
            fence[node] = begin - as_of
    return fence
