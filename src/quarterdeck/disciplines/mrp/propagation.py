"""What late material does to everything above it: dates carried along the pegs, machines being free."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from quarterdeck.disciplines.mrp.kernel import kernel
from quarterdeck.disciplines.mrp.offsets import arrival, earliest_end
from quarterdeck.disciplines.mrp.records import FOREVER, MAKE, Ints, Netted, Network
from quarterdeck.disciplines.mrp.replenishment import started
from quarterdeck.solvers.sorting import ranked_by

MOST_ROUNDS = 200


class Dates(NamedTuple):
    """Release and availability of each supply once its material is considered [s], shape (supplies)."""

    release: Ints
    available: Ints


class _Lists(NamedTuple):
    """Demands by the order that consumes them, and pegs by demand."""

    by_consumer: Ints
    first_demand: Ints
    by_demand: Ints
    first_peg: Ints


def propagate(network: Network, netted: Netted, given: int, as_of: int) -> Dates:
    """Dates of all supplies, from the deepest level up.

    A made order starts each operation when its material is there; a transfer leaves when its goods are there. The first
    ``given`` supplies are stock and open orders, which come when they are promised unless material is late for them.
    """
    source, wanted = netted.demands["source"], netted.pegs["demand"]
    consumer = np.where(source < 0, -1 - source, netted.supplies.size)
    lists = _Lists(
        ranked_by(consumer), _first_of(consumer, netted.supplies.size),
        ranked_by(wanted), _first_of(wanted, netted.demands.size),
    )  # fmt: skip
    rank = np.zeros(network.nodes.size, np.int64)
    rank[network.order] = np.arange(network.order.size)
    deepest_first = ranked_by(-rank[netted.supplies["node"]])
    dates = Dates(netted.supplies["release"].copy(), netted.supplies["available"].copy())
    longest = int(np.diff(network.step_first).max(initial=0)) + 1
    ready = np.empty((2, longest), np.int64)
    _carry(network, netted, dates, deepest_first, lists, (given, as_of), ready)
    for _ in range(MOST_ROUNDS if network.yields.size else 0):  # who takes a co-product may lie above or below it
        before = dates.available.copy()
        _carry(network, netted, dates, deepest_first, lists, (given, as_of), ready)
        if np.array_equal(before, dates.available):
            break
    return dates


def _first_of(owner: Ints, owners: int) -> Ints:
    """Where the entries of each owner begin once they are sorted by owner, shape (owners + 1)."""
    counts = np.bincount(owner, minlength=owners)[:owners]
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


@kernel
def _carry(  # noqa: PLR0917 - numba takes no keywords here
    network: Network,
    netted: Netted,
    dates: Dates,
    deepest_first: Ints,
    lists: _Lists,
    facts: tuple[int, int],
    room: Ints,
) -> None:
    given, as_of = facts
    ready, starts = room[0], room[1]
    for supply in deepest_first:
        low, high = lists.first_demand[supply], lists.first_demand[supply + 1]
        if low == high:
            continue
        order = netted.supplies[supply]
        begin = max(order.release, as_of)
        ready[:] = begin
        in_time = supply < given
        for position in range(low, high):
            demand = lists.by_consumer[position]
            there = begin
            for slot in range(lists.first_peg[demand], lists.first_peg[demand + 1]):
                there = max(there, dates.available[netted.pegs[lists.by_demand[slot]].supply])
            step = _step_of(network, order.node, netted.demands[demand].sequence)
            ready[step] = max(ready[step], there)
            in_time = in_time and there <= netted.demands[demand].needed
        if in_time:
            continue
        quantity = started(network, order.node, order.quantity)
        end = _end(network, order.node, order.option, quantity, ready, starts)
        if supply >= given and ready[0] > order.release and end > dates.available[supply]:
            dates.release[supply] = ready[0]
        dates.available[supply] = min(max(dates.available[supply], end), FOREVER)


@kernel
def _end(network: Network, node: int, option: int, quantity: int, ready: Ints, starts: Ints) -> int:
    """When an order with this material is there."""
    latest = ready[0]
    for moment in ready:
        latest = max(latest, moment)
    if option < 0 and network.option_first[node] < network.option_first[node + 1]:
        option = network.option_first[node]
    if option >= 0:
        return int(arrival(network, option, latest))
    if network.nodes[node].kind == MAKE and network.step_first[node] < network.step_first[node + 1]:
        return int(earliest_end(network, node, ready, quantity, starts))
    return int(latest)


@kernel
def _step_of(network: Network, node: int, sequence: int) -> int:
    """Position of the operation with that sequence in the node's routing, else the first."""
    for step in range(network.step_first[node], network.step_first[node + 1]):
        if network.steps[step].number == sequence:
            return int(step - network.step_first[node])
    return 0
