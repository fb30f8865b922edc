"""The book that netting keeps: growing lists of demands, supplies and pegs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from quarterdeck.disciplines.mrp.kernel import kernel
from quarterdeck.disciplines.mrp.records import DEMAND, FOREVER, PEG, SUPPLY, Ints, Netted, Network, Records

SAFETY_PRIORITY = 1000
DEMANDS, SUPPLIES, PEGS, OVERFLOW = 0, 1, 2, 3
HEAD, TAIL = 0, 1


class Book(NamedTuple):
    """Demands, supplies and pegs, of which the first ``length`` are filled; ``length[OVERFLOW]`` tells of too many.

    ``head`` is the first demand of each node, the others follow by their ``next``.
    """

    demands: Records
    supplies: Records
    pegs: Records
    head: Ints
    length: Ints


class Held(NamedTuple):
    """Given supplies by node: their numbers, and what nobody has claimed of each."""

    first: Ints
    row: Ints
    free: Ints


class Desk(NamedTuple):
    """What every step of netting has before it: network, book, now, and room for the times of operations.

    ``planned`` holds the first and last of the node's planned orders that are not used up; they follow by ``next``.
    ``ordered`` is what each supplier of the node has of it so far. ``held`` is, of what lies or comes anyway, by node
    (rows ``held.first[n] : held.first[n + 1]``), what a choice of material may still take.
    """

    network: Network
    book: Book
    as_of: int
    starts: Ints
    ready: Ints
    planned: Ints
    ordered: Ints
    held: Held


def open_book(nodes: int, demands: Records, supplies: Records, room: int) -> Book:
    """A book with the given demands and supplies and ``room`` for more of each."""
    filled = np.zeros(demands.size + room, DEMAND)
    filled[: demands.size] = demands
    filled["left"][: demands.size] = demands["quantity"]  # what is not touched takes no memory
    stock = np.zeros(supplies.size + room, SUPPLY)
    stock[: supplies.size] = supplies
    stock["left"][: supplies.size] = supplies["quantity"]
    head = np.full(nodes, -1, np.int64)
    _chain(filled, demands.size, head)
    length = np.array([demands.size, supplies.size, 0, 0], np.int64)
    return Book(filled, stock, np.zeros(2 * room + demands.size, PEG), head, length)


def closed(book: Book) -> Netted:
    """The filled part of the book."""
    demands, supplies, pegs, _ = book.length
    return Netted(book.supplies[:supplies], book.demands[:demands], book.pegs[:pegs])


def given_supplies(node: Ints, quantity: Ints, available: Ints, expiry: Ints, batch: Ints | None = None) -> Records:
    """Stock and open orders as rows of a book."""
    rows = np.zeros(node.size, SUPPLY)
    rows["node"], rows["quantity"], rows["available"], rows["expiry"] = node, quantity, available, expiry
    rows["release"], rows["needed"], rows["option"] = available, FOREVER, -1
    rows["batch"] = 0 if batch is None else batch
    return rows


@kernel
def prepared(book: Book) -> None:
    """Brings the first demands and supplies of a book, all of one node, to the state before anything is given out."""
    for row in range(book.length[DEMANDS]):
        book.demands[row].left = book.demands[row].quantity
    for row in range(book.length[SUPPLIES]):
        book.supplies[row].left = book.supplies[row].quantity
        book.supplies[row].needed = FOREVER
    _chain(book.demands, book.length[DEMANDS], book.head)


@kernel
def _chain(demands: Records, number: int, head: Ints) -> None:
    for row in range(number - 1, -1, -1):
        demands[row].next = head[demands[row].node]
        head[demands[row].node] = row


@kernel
def peg(book: Book, demand: int, supply: int) -> None:
    """Gives as much of ``supply`` to ``demand`` as both have left."""
    wanted, there = book.demands[demand], book.supplies[supply]
    quantity = min(wanted.left, there.left)
    row = book.length[PEGS]
    if row >= book.pegs.size:
        book.length[OVERFLOW] = 1
        return
    book.pegs[row].demand, book.pegs[row].supply, book.pegs[row].quantity = demand, supply, quantity
    book.length[PEGS] = row + 1
    wanted.left -= quantity
    there.left -= quantity
    there.needed = min(there.needed, wanted.needed)


@kernel
def want(book: Book, node: int, batch: int, facts: tuple[int, int, int, int, int]) -> None:
    """Adds a demand (quantity, needed, priority, source, sequence) for a batch to the node's list."""
    row = book.length[DEMANDS]
    if row >= book.demands.size:
        book.length[OVERFLOW] = 1
        return
    demand = book.demands[row]
    demand.node = node
    demand.quantity, demand.needed, demand.priority, demand.source, demand.sequence = facts
    demand.left = demand.quantity
    demand.batch = batch
    demand.priority = min(demand.priority, SAFETY_PRIORITY - 1)
    demand.next = book.head[node]
    book.head[node] = row
    book.length[DEMANDS] = row + 1
