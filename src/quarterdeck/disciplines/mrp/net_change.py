"""Net change: after one order, receipt or quantity changes, only the item-sites that it touches are netted again.

What a node makes of what it is asked depends on its own demands and supplies alone. So a change begins at one node;
where its planned orders come to ask for something else than before, the nodes they ask are next, in low-level order;
where they ask for the same, it ends. The result is that of netting everything anew; only choices among materials, which
look at the stock of other nodes, are made here by dates alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numba import njit

from quarterdeck.disciplines.mrp.book import DEMANDS, OVERFLOW, SUPPLIES, Book, Desk, Held, prepared
from quarterdeck.disciplines.mrp.netting import most_options, net_node, ranked_demands
from quarterdeck.disciplines.mrp.records import DEMAND, PEG, SUPPLY, Ints, Netted, Network, Records

FIRST_CONSUMER, OPEN_ORDER = 1 << 40, 1 << 56  # names of who asks: planned orders by node, open orders by number
ORDERS_PER_NODE = 1 << 24
_ROOM = 1 << 12


@dataclass(slots=True)
class Cell:
    """One node's part of the plan; pegs count its demands and supplies from 0, given supplies first.

    ``asked`` are its demands, ``asks`` the wants of its own orders.
    """

    asked: Records
    supplies: Records
    pegs: Records
    asks: Records


class Standing:
    """A netted plan that takes changes.

    Parameters
    ----------
    network, demands, supplies, as_of
        As for :func:`quarterdeck.disciplines.mrp.netting.net`.
    """

    def __init__(self, network: Network, demands: Records, supplies: Records, as_of: int) -> None:
        self.network, self.as_of, size = network, as_of, network.nodes.size
        self.position = np.zeros(size, np.int64)
        self.position[network.order] = np.arange(network.order.size)
        self.own: dict[int, Records] = _by_node(_open_named(demands))
        untouched = supplies.copy()
        untouched["left"] = untouched["quantity"]
        self.given: dict[int, Records] = _by_node(untouched)
        self.given_rows = _rows_by_node(supplies)
        self.given_size = supplies.size
        self.askers: list[list[int]] = [[] for _ in range(size)]
        for node in network.order:
            low, high = network.edge_first[node], network.edge_first[node + 1]
            for child in dict.fromkeys(network.edges["child"][low:high].tolist()):
                self.askers[child].append(int(node))
        self.cells: dict[int, Cell] = {}
        self.replaced: dict[int, Records] = {}  # planned orders that the last change did away with, by node
        self.room = _ROOM
        self._open(self.room)
        self._renew(int(node) for node in network.order if node in self.own)

    def change_demands(self, node: int, demands: Records) -> list[int]:
        """Gives a node other independent demands (its rows, in rank); the nodes netted anew, lowest level first."""
        self.own[node] = _open_named(demands)
        return self._renew([node])

    def change_supplies(self, node: int, supplies: Records) -> list[int]:
        """Gives a node other stock and open orders, as many as before; the nodes netted anew."""
        self.given[node] = supplies
        return self._renew([node])

    def orders(self, node: int) -> Records:
        """Planned orders of a node."""
        cell = self.cells.get(node)
        given = self.given[node].size if node in self.given else 0
        return cell.supplies[given:] if cell else np.zeros(0, SUPPLY)

    def netted(self) -> Netted:
        """The whole plan, numbered as netting everything anew numbers it, but for the order of wants and pegs."""
        order = [int(node) for node in self.network.order if int(node) in self.cells]
        first, number = {}, self.given_size
        for node in order:
            first[node] = number
            number += self.orders(node).size
        supplies, demands, pegs = np.zeros(number, SUPPLY), [], []
        for node, rows in self.given_rows.items():
            supplies[rows] = self.cells[node].supplies[: rows.size] if node in self.cells else self.given[node]
        asked = 0
        for node in order:
            cell = self.cells[node]
            supplies[first[node] : first[node] + self.orders(node).size] = self.orders(node)
            demands.append(self._named(cell.asked, first))
            pegs.append(self._numbered(node, cell, asked, first[node]))
            asked += cell.asked.size
        none = np.zeros(0, DEMAND), np.zeros(0, PEG)
        return Netted(supplies, np.concatenate([none[0], *demands]), np.concatenate([none[1], *pegs]))

    def _named(self, asked: Records, first: dict[int, int]) -> Records:
        """Demands with the numbers of the planned orders that ask for them."""
        rows = asked.copy()
        for row in np.flatnonzero(rows["source"] <= -FIRST_CONSUMER):
            source = -int(rows["source"][row])
            if source >= OPEN_ORDER:
                rows["source"][row] = -1 - (source - OPEN_ORDER)
                continue
            node, order = divmod(source - FIRST_CONSUMER, ORDERS_PER_NODE)
            rows["source"][row] = -1 - (first[node] + order)
        return rows

    def _numbered(self, node: int, cell: Cell, asked: int, first: int) -> Records:
        rows, given = cell.pegs.copy(), self.given_rows.get(node, np.zeros(0, np.int64))
        number = np.concatenate([given, first + np.arange(cell.supplies.size - given.size)]).astype(np.int64)
        rows["demand"] += asked
        rows["supply"] = number[rows["supply"]]
        return rows

    def _renew(self, nodes: Iterable[int]) -> list[int]:
        """Nets nodes again, then those whose wants have changed by it."""
        waiting: list[tuple[int, int]] = []
        self.replaced = {}
        for node in nodes:
            heappush(waiting, (int(self.position[node]), node))
        done: list[int] = []
        while waiting:
            _, node = heappop(waiting)
            if done and done[-1] == node:
                continue
            done.append(node)
            for child in self._net(node):
                heappush(waiting, (int(self.position[child]), child))
        return done

    def _net(self, node: int) -> list[int]:
        """Nets one node; the nodes that are asked otherwise than before."""
        before = self.cells.get(node)
        self.replaced[node] = self.orders(node)
        asked = self._asked(node)
        given = self.given.get(node, np.zeros(0, SUPPLY))
        book = self._filled(node, asked, given)
        if book is None:
            self._open(4 * self.room)
            return self._net(node)
        demands, supplies, pegs, _ = book.length
        asks = book.demands[asked.size : demands].copy()
        own = asks["source"] > -FIRST_CONSUMER
        local = -1 - asks["source"] - given.size
        asks["source"] = np.where(own, -FIRST_CONSUMER - (node * ORDERS_PER_NODE + local), asks["source"])
        asks["next"] = 0
        served = book.demands[: asked.size].copy()
        self.cells[node] = Cell(served, book.supplies[:supplies].copy(), book.pegs[:pegs].copy(), asks)
        return _changed(before.asks if before else asks[:0], asks)

    def _asked(self, node: int) -> Records:
        """All demands of a node: independent ones, then what orders above ask for, in the order of their making."""
        parts = [self.own[node]] if node in self.own else []
        for asker in self.askers[node]:
            cell = self.cells.get(asker)
            if cell is not None and cell.asks.size:
                mine = cell.asks[cell.asks["node"] == node]
                if mine.size:
                    parts.append(mine)
        return np.concatenate(parts) if parts else np.zeros(0, DEMAND)

    def _filled(self, node: int, asked: Records, given: Records) -> Book | None:
        """The book after netting the node; ``None`` if it is too small."""
        book = self.book
        if asked.size + given.size + 64 > self.room:
            return None
        book.demands[: asked.size] = asked
        book.supplies[: given.size] = given
        book.length[:] = (asked.size, given.size, 0, 0)
        _net_one(self.network, book, node, self.as_of, self.starts, self.ready)
        return None if book.length[OVERFLOW] else book

    def _open(self, room: int) -> None:
        """A book with room for one node's demands and orders."""
        self.room = room
        longest = int(np.diff(self.network.step_first).max(initial=0)) + 1
        self.starts, self.ready = np.empty(longest, np.int64), np.full(longest, self.as_of, np.int64)
        self.book = Book(
            np.zeros(room, DEMAND), np.zeros(room, SUPPLY), np.zeros(2 * room, PEG),
            np.full(self.network.nodes.size, -1, np.int64), np.zeros(4, np.int64),
        )  # fmt: skip


def _open_named(demands: Records) -> Records:
    """Demands in which open orders that ask cannot be mistaken for the node's planned ones."""
    rows = demands.copy()
    source = rows["source"]
    open_orders = (source < 0) & (source > -FIRST_CONSUMER)
    rows["source"] = np.where(open_orders, -OPEN_ORDER + 1 + source, source)
    return rows


def _by_node(rows: Records) -> dict[int, Records]:
    return {node: rows[numbers] for node, numbers in _rows_by_node(rows).items()}


def _rows_by_node(rows: Records) -> dict[int, Ints]:
    """Row numbers of each node, in their order."""
    ranked = np.argsort(rows["node"], kind="stable")
    nodes, first = np.unique(rows["node"][ranked], return_index=True)
    return dict(zip(nodes.tolist(), np.split(ranked, first[1:]), strict=False)) if rows.size else {}


def _changed(before: Records, after: Records) -> list[int]:
    """Nodes that are asked otherwise."""
    if before.size == after.size and before.tobytes() == after.tobytes():
        return []
    nodes = np.union1d(before["node"], after["node"]).tolist()
    return [
        node for node in nodes if before[before["node"] == node].tobytes() != after[after["node"] == node].tobytes()
    ]


@njit(cache=True)
def _net_one(network: Network, book: Book, node: int, as_of: int, starts: Ints, ready: Ints) -> None:
    """Nets a node whose demands and supplies stand first in the book."""
    nothing = Held(np.zeros(network.nodes.size + 1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))
    desk = Desk(network, book, as_of, starts, ready, np.full(2, -1, np.int64), most_options(network), nothing)
    asked, given = book.length[DEMANDS], book.length[SUPPLIES]
    prepared(book)
    if asked > 0:
        net_node(desk, node, ranked_demands(network, book, node, as_of), np.arange(given))
    book.head[node] = -1
    for row in range(asked, book.length[DEMANDS]):
        book.head[book.demands[row].node] = -1
