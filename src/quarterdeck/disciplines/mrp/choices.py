"""Choices of material: which of the items that may go into a made item an order takes.

What is to be used up goes first, as far as it is there in time and nobody else asks for it. The rest is of the first
alternative in the order of preference that can be there in time, from stock or newly ordered; if none can, of the one
that comes soonest.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from quarterdeck.disciplines.mrp.book import SAFETY_PRIORITY, Book, Desk, Held, want
from quarterdeck.disciplines.mrp.kernel import kernel
from quarterdeck.disciplines.mrp.offsets import arrival, guarded_ceil, latest_release
from quarterdeck.disciplines.mrp.records import BUY, FOREVER, MICRO, NONE, UNPLANNED, Ints, Network

_NOTHING_LEFT = 1e-9


@njit(cache=True)
def held(network: Network, book: Book, by_node: Ints, first: Ints) -> Held:
    """What may be chosen of the given supplies: what independent demands and open orders leave of them."""
    free = np.zeros(by_node.size, np.int64)
    seen = np.zeros(network.nodes.size, np.int64)
    for edge in range(network.edges.size):
        node = network.edges[edge].child
        if network.edges[edge].choice == 0 or seen[node]:
            continue
        seen[node] = 1
        asked = 0
        demand = book.head[node]
        while demand >= 0:
            if book.demands[demand].priority < SAFETY_PRIORITY:
                asked += book.demands[demand].quantity
            demand = book.demands[demand].next
        for place in range(first[node], first[node + 1]):
            there = book.supplies[by_node[place]].quantity
            taken = min(asked, there)
            asked -= taken
            free[place] = there - taken
    return Held(first, by_node, free)


@kernel
def consumed(factor: float, per_order: int, quantity: int) -> int:
    """What an order of a started ``quantity`` takes of a component [millionths]."""
    return int(guarded_ceil((MICRO if per_order else quantity) * factor))


@kernel
def ask(desk: Desk, edge: int, order: tuple[int, int, int], facts: tuple[int, int, int, int]) -> None:
    """Adds what an order takes over an edge to the demands of the component, or of what is chosen in its place.

    ``order`` is its release, started quantity and batch; ``facts`` are moment, priority, source and sequence.
    """
    network, book = desk.network, desk.book
    release, quantity, batch = order
    moment, priority, source, sequence = facts
    row = network.edges[edge]
    if row.choice < 0:
        return
    if row.choice > 0:
        _choose(desk, edge, order, facts)
    elif row.valid_from <= release < row.valid_to:
        wanted = consumed(row.factor, row.per_order, quantity)
        kept = batch if network.nodes[row.child].to_order else 0
        want(book, row.child, kept, (wanted, moment, priority, source, sequence))


@kernel
def _choose(desk: Desk, first: int, order: tuple[int, int, int], facts: tuple[int, int, int, int]) -> None:
    """Divides what an order needs among the alternatives of one line."""
    network = desk.network
    release, moment = order[0], facts[0]
    left = 1.0
    chosen, there = -1, FOREVER * 4
    for edge in range(first, first + network.edges[first].choice):
        row = network.edges[edge]
        if not row.valid_from <= release < row.valid_to or left <= _NOTHING_LEFT:
            continue
        if row.use_up:
            left -= _take(desk, edge, order, facts, left)
            continue
        ready = _ready(desk, row.child, moment)
        if ready > moment:
            left -= _take(desk, edge, order, facts, left)
        if chosen < 0 or ready < there:
            chosen, there = edge, ready
        if ready <= moment:
            break
    if chosen >= 0 and left > _NOTHING_LEFT:
        _claim(desk, chosen, order, facts, left)
        _want(desk, chosen, order, facts, left)


@kernel
def _want(desk: Desk, edge: int, order: tuple[int, int, int], facts: tuple[int, int, int, int], share: float) -> None:
    """Asks for a share of what an order would take of an alternative."""
    row = desk.network.edges[edge]
    moment, priority, source, sequence = facts
    wanted = int(guarded_ceil(consumed(row.factor, row.per_order, order[1]) * share))
    kept = order[2] if desk.network.nodes[row.child].to_order else 0
    want(desk.book, row.child, kept, (wanted, moment, priority, source, sequence))


@kernel
def _take(desk: Desk, edge: int, order: tuple[int, int, int], facts: tuple[int, int, int, int], share: float) -> float:
    """Asks for what is free of an alternative, at most a share of the need; returns the share of it."""
    row = desk.network.edges[edge]
    whole = consumed(row.factor, row.per_order, order[1])
    if whole <= 0:
        return 0.0
    part = _claim(desk, edge, order, facts, share)
    if part <= 0:
        return 0.0
    _want(desk, edge, order, facts, part / whole)
    return float(part / whole)


@kernel
def _claim(desk: Desk, edge: int, order: tuple[int, int, int], facts: tuple[int, int, int, int], share: float) -> int:
    """Takes what is free and in time of an alternative off what others may choose; returns how much [millionths]."""
    row, held = desk.network.edges[edge], desk.held
    kept = order[2] if desk.network.nodes[row.child].to_order else 0
    step, moment = max(desk.network.nodes[row.child].step, 1), facts[0]
    wanted = int(guarded_ceil(consumed(row.factor, row.per_order, order[1]) * share))
    part = 0
    for place in range(held.first[row.child], held.first[row.child + 1]):
        supply = desk.book.supplies[held.row[place]]
        if held.free[place] > 0 and supply.available <= moment <= supply.expiry and supply.batch == kept:
            piece = min(wanted - part, held.free[place])
            held.free[place] -= piece
            part += piece
    return part if part == wanted else part // step * step


@kernel
def _ready(desk: Desk, node: int, moment: int) -> int:
    """When a new order of an item could be there at the soonest; never where none may be placed."""
    network = desk.network
    kind = network.nodes[node].kind
    if kind == NONE or kind == UNPLANNED:  # noqa: PLR1714, SIM109 - kernels know no sets
        return FOREVER * 2
    low, high = network.option_first[node], network.option_first[node + 1]
    if kind != BUY or low == high:
        return int(desk.as_of + network.nodes[node].fence)
    there = FOREVER
    for option in range(low, high):
        release = max(latest_release(network, option, moment), desk.as_of)
        row = network.options[option]
        if row.valid_from <= release < row.valid_to:
            there = min(there, arrival(network, option, desk.as_of))
    return int(there)
