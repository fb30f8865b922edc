"""Netting order by order, level by level, with a peg for every unit.

Nodes are taken in low-level order, so that all that is wanted of a node is known when its turn comes. Within its
*fence* (the time a new order takes to arrive, components included) demands compete for what is there: first is served
whoever it spares most lateness per unit, where each class of priority counts twice the next. Beyond the fence the
earlier is served first, for whatever is missing can be ordered in time. Safety stock stands between the two: it takes
what the competing demands leave, and never makes an order late.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quarterdeck.disciplines.mrp.book import (
    HEAD,
    OVERFLOW,
    SAFETY_PRIORITY,
    SUPPLIES,
    TAIL,
    Book,
    Desk,
    closed,
    open_book,
    peg,
)
from quarterdeck.disciplines.mrp.choices import held
from quarterdeck.disciplines.mrp.co_products import by_orders
from quarterdeck.disciplines.mrp.dynamic_lots import cheapest_spans, silver_meal_span, spanned
from quarterdeck.disciplines.mrp.kernel import kernel
from quarterdeck.disciplines.mrp.offsets import step_work
from quarterdeck.disciplines.mrp.records import (
    CO_PRODUCT,
    DRIVEN,
    IN_HAND,
    LOT_FOR_LOT,
    MAKE,
    MICRO,
    NONE,
    RECYCLED,
    SILVER_MEAL,
    UNPLANNED,
    WAGNER_WHITIN,
    Ints,
    Netted,
    Network,
    Records,
)
from quarterdeck.disciplines.mrp.replenishment import choose_option, pass_through, replenish, soonest
from quarterdeck.disciplines.mrp.yielding import (
    is_ahead,
    made_for_co_products,
    made_from,
    make_for,
    plan_ahead,
    yielded_supplies,
)

EXPECTED = 900
LIGHT = 1e-3
HOUR = 3600
LONGEST = 10**12
HALF_A_SHIFT = 4 * HOUR
WORTH_IT = 20  # times its set-up that an order must work for to be one of its own
_ROUNDS = 12
_ROOM = 1 << 16


def net(network: Network, demands: Records, supplies: Records, as_of: int) -> Netted:
    """All demands of the network met from what is there, and by planned orders.

    Parameters
    ----------
    demands, supplies
        What is wanted and what is there at the start, in a rank that does not depend on the order of input rows.
    as_of
        Now [s]; nothing is released before it.
    """
    netted = _net(network, demands, supplies, as_of)
    for _ in range(_ROUNDS if network.yields["drives"].any() else 0):
        ahead = made_for_co_products(network, netted)
        if ahead.size == network.ahead.size:
            break
        network = network._replace(ahead=ahead)
        netted = _net(network, demands, supplies, as_of)
    return by_orders(netted)


def _net(network: Network, demands: Records, supplies: Records, as_of: int) -> Netted:
    """The same, with co-products as supplies of their own."""
    longest = int(np.diff(network.step_first).max(initial=0)) + 1
    room = 16 * (demands.size + supplies.size) + _ROOM
    for _ in range(_ROUNDS):
        book = open_book(network.nodes.size, demands, supplies, room)
        _net_nodes(network, book, supplies.size, as_of, longest)
        if not book.length[OVERFLOW]:
            return closed(book)
        room *= 4
    raise MemoryError(f"Expected at most {room:,} orders from {demands.size:,} demands.")


@njit(cache=True)
def _net_nodes(network: Network, book: Book, given: int, as_of: int, longest: int) -> None:
    """Nets every node in low-level order."""
    starts, ready = np.empty(longest, np.int64), np.full(longest, as_of, np.int64)
    nodes = np.empty(given, np.int64)
    for supply in range(given):
        nodes[supply] = book.supplies[supply].node
    by_node = np.argsort(nodes, kind="mergesort")
    first = np.searchsorted(nodes[by_node], np.arange(network.nodes.size + 1))
    choosable = held(network, book, by_node, first)
    desk = Desk(network, book, as_of, starts, ready, np.full(2, -1, np.int64), most_options(network), choosable)
    spans = np.zeros((2, network.nodes.size if network.yields.size else 0), np.int64)
    for node in network.order:
        if (book.head[node] < 0 and not is_ahead(network, node)) or book.length[OVERFLOW]:
            continue
        wanted = ranked_demands(network, book, node, as_of)
        mine = by_node[first[node] : first[node + 1]]
        if network.yields.size:
            mine = np.concatenate((mine, yielded_supplies(network, book, node, spans, (by_node, first))))
            spans[0, node] = book.length[SUPPLIES]
        net_node(desk, node, wanted, mine)
        if network.yields.size:
            spans[1, node] = book.length[SUPPLIES]


@njit(cache=True)
def most_options(network: Network) -> Ints:
    """Room for a quantity of each option of any one node."""
    most = 1
    for node in range(network.nodes.size):
        most = max(most, network.option_first[node + 1] - network.option_first[node])
    return np.zeros(most, np.int64)


@njit(cache=True)
def ranked_demands(network: Network, book: Book, node: int, as_of: int) -> Ints:
    """The node's demands in the order in which they are served."""
    number = 0
    demand = book.head[node]
    while demand >= 0:
        number += 1
        demand = book.demands[demand].next
    rows = np.empty(number, np.int64)
    demand = book.head[node]
    for position in range(number):
        rows[position] = demand
        demand = book.demands[demand].next
    rows = rows[np.argsort(rows, kind="mergesort")]
    fence = as_of + network.nodes[node].fence
    keys = np.empty(number, np.int64)
    for position in range(number):
        row = book.demands[rows[position]]
        if row.priority >= SAFETY_PRIORITY:
            row.needed = fence
            keys[position] = 0
        elif row.needed <= fence:
            keys[position] = -1 - _spared(row, fence, network.nodes[node].by_rank == 1)
        else:
            keys[position] = row.needed * SAFETY_PRIORITY + row.priority
    return rows[np.argsort(keys, kind="mergesort")]


@kernel
def _spared(row: Any, fence: int, by_rank: bool) -> int:  # noqa: ANN401, FBT001 - a row, numba
    """Lateness that a unit from stock spares a demand which would wait for a new order until the fence, weighted."""
    late = fence - row.needed + HOUR
    if by_rank:
        return int((SAFETY_PRIORITY - row.priority) * LONGEST + min(late, LONGEST - 1))
    weight = LIGHT if row.priority >= EXPECTED else 2.0 ** (9 - min(row.priority, 9))
    return int(min(weight * late * MICRO / max(row.quantity, 1), 1e12) * 1e5)


@njit(cache=True)
def _fefo(book: Book, given: Ints, late_first: bool) -> Ints:  # noqa: FBT001 - numba
    """Given supplies, first to expire first; of those alike the earliest, or the one that comes last in time."""
    sign = -1 if late_first else 1
    moments = np.empty(given.size, np.int64)
    for position in range(given.size):
        moments[position] = sign * book.supplies[given[position]].available
    ranked = given[np.argsort(moments, kind="mergesort")]
    for position in range(given.size):
        moments[position] = book.supplies[ranked[position]].expiry
    return ranked[np.argsort(moments, kind="mergesort")]


@njit(cache=True)
def net_node(desk: Desk, node: int, wanted: Ints, given: Ints) -> None:
    """Serves all demands of one node: from what is in time, from what is late, by new orders."""
    competing, chronological = _fefo(desk.book, given, late_first=True), _fefo(desk.book, given, late_first=False)
    dynamic = desk.network.nodes[node].rule == WAGNER_WHITIN and desk.network.nodes[node].economy > 0.0
    until = np.zeros(wanted.size if dynamic else 0, np.int64)
    if dynamic:
        cheapest_spans(desk, node, wanted, chronological, (np.zeros(wanted.size), np.zeros(wanted.size + 1)), until)
    _serve(desk, node, wanted, (competing, chronological, competing[::-1].copy()), until)


@kernel
def _serve(desk: Desk, node: int, wanted: Ints, given: tuple[Ints, Ints, Ints], until: Ints) -> None:
    """The same, with the given supplies as demands in need, later ones and safety stock take them.

    ``until`` is the demand at which the next order begins, for each demand, where lots are planned ahead.
    """
    network, book = desk.network, desk.book
    competing, chronological, longest_kept = given
    facts = network.nodes[node]
    fence = desk.as_of + facts.fence
    desk.planned[:] = -1
    desk.ordered[:] = 0
    if network.ahead.size:
        plan_ahead(desk, node)
    for position in range(wanted.size):
        demand = wanted[position]
        row = book.demands[demand]
        needed = max(row.needed, desk.as_of)
        lots = competing if needed <= fence else chronological
        if row.priority >= SAFETY_PRIORITY:
            lots = longest_kept
        _take_in_time(desk, demand, needed, lots)
        if row.left == 0 or facts.kind == NONE:
            continue
        if facts.phantom and row.source < 0:
            pass_through(desk, demand, node)
            continue
        _take_late(desk, demand, needed, lots)
        if row.left == 0 or facts.kind == UNPLANNED:
            continue
        if facts.kind == DRIVEN:
            make_for(desk, node, demand, needed)
            continue
        grows = network.step_first[node] < network.step_first[node + 1]  # a larger lot takes longer
        alone = grows and facts.rule == LOT_FOR_LOT and (needed <= fence or _is_long(network, node, row.left))
        if facts.economy > 0.0 and facts.rule >= SILVER_MEAL:
            last = until[position] if until.size else silver_meal_span(desk, node, wanted, position)
            need = row.left + spanned(desk, wanted, position, last, lots)
        else:
            need = row.left + (0 if alone else _following(network, book, wanted, position, lots))
        replenish(desk, node, demand, need, needed)
        if book.length[OVERFLOW]:
            return


@kernel
def _is_long(network: Network, node: int, quantity: int) -> bool:
    """Whether a quantity is an order of its own: half a shift of work or more, and a larger one saves hardly anything.

    Joined to others it would wait for all of them, each customer for the last one's pieces.
    """
    apart = network.nodes[node].apart
    if apart == 0:
        return False
    work, fixed = 0, 0
    for step in range(network.step_first[node], network.step_first[node + 1]):
        work += step_work(network.steps, step, quantity)
        fixed += network.steps[step].fixed
    return work >= HALF_A_SHIFT and (apart == 1 or work >= WORTH_IT * fixed)


@kernel
def _take_in_time(desk: Desk, demand: int, needed: int, lots: Ints) -> None:
    """Serves a demand from supplies that are there when it needs them and have not expired."""
    book = desk.book
    batch = book.demands[demand].batch
    for supply in lots:
        row = book.supplies[supply]
        if row.left > 0 and row.available <= needed <= row.expiry and row.batch == batch:
            if row.option == RECYCLED and row.available == needed and book.demands[demand].source < 0:
                continue  # of orders that take no time each could wait for the other
            peg(book, demand, supply)
            if book.demands[demand].left == 0:
                return
    before, supply = -1, desk.planned[HEAD]
    while supply >= 0 and book.demands[demand].left > 0:
        row = book.supplies[supply]
        if row.left > 0 and row.available <= needed <= row.expiry and row.batch == batch:
            peg(book, demand, supply)
        if row.left > 0:
            before = supply
        elif before >= 0:
            book.supplies[before].next = row.next
        else:
            desk.planned[HEAD] = row.next
        if row.left == 0 and desk.planned[TAIL] == supply:
            desk.planned[TAIL] = before
        supply = row.next


@kernel
def _take_late(desk: Desk, demand: int, needed: int, lots: Ints) -> None:
    """Waits for supplies on their way where a new order would come no earlier, or where they can be brought forward.

    Work orders always can, by the schedule; purchases by as much as a new order would take.
    """
    network, book = desk.network, desk.book
    row = book.demands[demand]
    while row.left > 0:
        supply, is_open = _next_late(desk, row.batch, needed, lots, row.source < 0)
        if supply < 0:
            return
        available = book.supplies[supply].available
        node = network.nodes[row.node]
        at, left = row.node, row.left
        if node.kind == DRIVEN:
            at, left = made_from(network, row.node, row.left)
        option = choose_option(network, at, needed, desk.as_of)
        there, lead = soonest(desk, at, option, left, needed)
        patience = needed + max(lead, node.fence, node.patience) if is_open else needed
        waits = node.kind == UNPLANNED or (node.kind == MAKE and book.supplies[supply].option > IN_HAND)
        if network.ahead.size and not is_open and node.kind == MAKE:
            waits = False  # it may be made for a co-product, at another time
        if available > there and available > patience and not waits:
            return
        peg(book, demand, supply)


@kernel
def _next_late(desk: Desk, batch: int, needed: int, lots: Ints, consumed: bool) -> tuple[int, bool]:  # noqa: FBT001
    """The supply of a batch that comes first after ``needed``, and whether it is an open order; -1 if none does.

    Nobody who is ``consumed`` by what yields a co-product waits for it: orders would wait for each other.
    """
    book = desk.book
    best, is_open, first = -1, False, 0
    for supply in lots:
        row = book.supplies[supply]
        comes = row.left > 0 and needed < row.available <= row.expiry and row.batch == batch
        if comes and (best < 0 or row.available < first) and not (consumed and row.option == RECYCLED):
            best, is_open, first = supply, row.option > CO_PRODUCT, row.available
    supply = desk.planned[HEAD]
    while supply >= 0:
        row = book.supplies[supply]
        if row.left > 0 and row.batch == batch and row.available > needed and (best < 0 or row.available < first):
            best, is_open, first = supply, False, row.available
        supply = row.next
    return best, is_open


@kernel
def _following(network: Network, book: Book, wanted: Ints, position: int, lots: Ints) -> int:
    """What the demands after ``position`` need within the lot's window beyond what is on its way then."""
    row = book.demands[wanted[position]]
    limit = row.needed + network.nodes[row.node].window
    total = 0
    for later in range(position + 1, wanted.size):
        moment = book.demands[wanted[later]].needed
        if moment >= limit or moment < row.needed:
            break
        if book.demands[wanted[later]].batch == row.batch:
            total += book.demands[wanted[later]].left
    if total == 0:
        return 0
    for supply in lots:
        if row.needed < book.supplies[supply].available < limit and book.supplies[supply].batch == row.batch:
            total -= book.supplies[supply].left
    return max(total, 0)
