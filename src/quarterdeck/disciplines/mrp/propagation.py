"""What late material does to everything above it: dates carried along the pegs, machines being free."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from quarterdeck.disciplines.mrp.offsets import arrival, earliest_end
from quarterdeck.disciplines.mrp.records import FOREVER, MAKE, Ints, Netted, Network


class Dates(NamedTuple):
    """Release and availability of each supply once its material is considered [s], shape (supplies)."""

    release: Ints
    available: Ints


def propagate(network: Network, netted: Netted, given: int, as_of: int) -> Dates:
    """Dates of all supplies, from the deepest level up.

    A made order starts each operation when its material is there; a transfer leaves when its goods are there. The first
    ``given`` supplies are stock and open orders, whose own dates are never improved upon.
    """
    supplies, demands = netted.supply_node.size, netted.demand_node.size
    consumer = np.where(netted.demand_source < 0, -1 - netted.demand_source, supplies)
    by_consumer = np.argsort(consumer, kind="stable")
    by_demand = np.argsort(netted.peg_demand, kind="stable")
    first_demand = np.searchsorted(consumer[by_consumer], np.arange(supplies + 1))
    first_peg = np.searchsorted(netted.peg_demand[by_demand], np.arange(demands + 1))
    rank = np.zeros(network.edges.first.size - 1, np.int64)
    rank[network.order] = np.arange(network.order.size)
    deepest_first = np.argsort(-rank[netted.supply_node], kind="stable")
    release, available = netted.supply_release.copy(), netted.supply_available.copy()
    longest = int(np.diff(network.steps.first).max(initial=0)) + 1
    dates = Dates(release, available)
    _carry(
        network,
        netted,
        dates,
        deepest_first,
        (by_consumer, first_demand, by_demand, first_peg),
        (given, as_of, longest),
    )
    return dates


@njit(cache=True)
def _carry(
    network: Network,
    netted: Netted,
    dates: Dates,
    deepest_first: Ints,
    lists: tuple[Ints, Ints, Ints, Ints],
    facts: tuple[int, int, int],
) -> None:
    by_consumer, first_demand, by_demand, first_peg = lists
    given, as_of, longest = facts
    ready, starts = np.empty(longest, np.int64), np.empty(longest, np.int64)
    for supply in deepest_first:
        low, high = first_demand[supply], first_demand[supply + 1]
        if low == high:
            continue
        node = netted.supply_node[supply]
        begin = max(netted.supply_release[supply], as_of)
        ready[:] = begin
        for position in range(low, high):
            demand = by_consumer[position]
            there = begin
            for slot in range(first_peg[demand], first_peg[demand + 1]):
                there = max(there, dates.available[netted.peg_supply[by_demand[slot]]])
            step = _step_of(network, node, netted.demand_sequence[demand])
            ready[step] = max(ready[step], there)
        started = netted.supply_quantity[supply] / network.nodes.good[node]
        option = netted.supply_option[supply]
        end = _end(network, node, option, np.int64(started), ready, starts)
        if ready[0] > netted.supply_release[supply] and end > dates.available[supply]:
            dates.release[supply] = ready[0] if supply >= given else dates.release[supply]
        dates.available[supply] = min(max(dates.available[supply], end), FOREVER)


@njit(cache=True)
def _end(network: Network, node: int, option: int, started: int, ready: Ints, starts: Ints) -> int:
    """When an order with this material is there."""
    if option < 0 and network.options.first[node] < network.options.first[node + 1]:
        option = network.options.first[node]
    if option >= 0:
        return int(arrival(network, option, ready.max()))
    if network.nodes.kind[node] == MAKE and network.steps.first[node] < network.steps.first[node + 1]:
        return int(earliest_end(network, node, ready, started, starts))
    return int(ready.max())


@njit(cache=True)
def _step_of(network: Network, node: int, sequence: int) -> int:
    """Position of the operation with that sequence in the node's routing, else the first."""
    steps = network.steps
    for step in range(steps.first[node], steps.first[node + 1]):
        if steps.number[step] == sequence:
            return int(step - steps.first[node])
    return 0
