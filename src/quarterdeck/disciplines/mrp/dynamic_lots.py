"""Lots planned ahead: how many of the following demands one order covers, by Silver–Meal or by Wagner–Whitin.

Demands stand in the order in which they are served. Those that come before a new order can be there count as wanted
when it can. ``economy`` of a node is the order's cost over that of carrying a unit for a day.
"""

from __future__ import annotations

from quarterdeck.disciplines.mrp.book import Desk
from quarterdeck.disciplines.mrp.kernel import kernel
from quarterdeck.disciplines.mrp.records import Floats, Ints
from quarterdeck.model.clock import DAY


@kernel
def _moment(desk: Desk, node: int, demand: int) -> int:
    """When the demand can be met by a new order at the soonest [s]."""
    return int(max(desk.book.demands[demand].needed, desk.as_of + desk.network.nodes[node].fence))


@kernel
def silver_meal_span(desk: Desk, node: int, wanted: Ints, position: int) -> int:
    """The first later demand that the order at ``position`` no longer covers.

    A day of demand joins as long as the cost a day, until the next demand, does not rise (Silver, Meal, "A heuristic
    for selecting lot size quantities", 1973; days without demand count to the one before them).
    """
    begin, spent = _moment(desk, node, wanted[position]) // DAY, desk.network.nodes[node].economy
    today, before, first, quantity = begin, begin, position, 0.0
    batch = desk.book.demands[wanted[position]].batch
    for later in range(position + 1, wanted.size):
        day = _moment(desk, node, wanted[later]) // DAY
        if day != today:
            if (spent + quantity * (today - begin)) * (today - begin) > spent * (day - begin):
                return first
            spent += quantity * (today - begin)
            today, before, first, quantity = day, today, later, 0.0
        if desk.book.demands[wanted[later]].batch == batch:
            quantity += desk.book.demands[wanted[later]].left
    beyond = 2 * today - before - begin
    if (spent + quantity * (today - begin)) * (today - begin) > spent * beyond:
        return first
    return int(wanted.size)


@kernel
def cheapest_spans(desk: Desk, node: int, wanted: Ints, given: Ints, room: tuple[Floats, Floats], until: Ints) -> None:
    """Fills in, for an order at each demand, the demand at which the next one begins in the plan of least cost.

    Wagner, Whitin, "Dynamic version of the economic lot size model", 1958, as a backward recursion over what given
    supplies leave to be ordered; ``room`` has shape (demands) and (demands + 1).
    """
    lacking, best = room
    _lacking(desk, node, wanted, given, lacking)
    economy = desk.network.nodes[node].economy
    best[wanted.size] = 0.0
    for begin in range(wanted.size - 1, -1, -1):
        here = _moment(desk, node, wanted[begin]) // DAY
        best[begin], until[begin], carried = best[begin + 1] + economy, begin + 1, economy
        for end in range(begin + 1, wanted.size):
            extra = lacking[end] * (_moment(desk, node, wanted[end]) // DAY - here)
            if extra > economy:
                break
            carried += extra
            if carried + best[end + 1] <= best[begin]:
                best[begin], until[begin] = carried + best[end + 1], end + 1
        if lacking[begin] <= 0.0:
            best[begin] = min(best[begin], best[begin + 1])


@kernel
def _lacking(desk: Desk, node: int, wanted: Ints, given: Ints, lacking: Floats) -> None:
    """Fills in what each demand lacks when supplies serve demands in the order of time."""
    there = 0.0
    for position in range(wanted.size):
        lacking[position] = desk.book.demands[wanted[position]].left
    for supply in given:
        there = float(desk.book.supplies[supply].left)
        comes = desk.book.supplies[supply].available
        for position in range(wanted.size):
            if there <= 0.0:
                break
            if lacking[position] > 0.0 and comes <= _moment(desk, node, wanted[position]):
                taken = min(there, lacking[position])
                lacking[position] -= taken
                there -= taken


@kernel
def spanned(desk: Desk, wanted: Ints, position: int, last: int, lots: Ints) -> int:
    """What the demands after ``position`` and before ``last`` need beyond what is on its way by then."""
    row = desk.book.demands[wanted[position]]
    total, limit = 0, row.needed
    for later in range(position + 1, min(last, wanted.size)):
        if desk.book.demands[wanted[later]].batch == row.batch:
            total += desk.book.demands[wanted[later]].left
            limit = max(limit, desk.book.demands[wanted[later]].needed)
    for supply in lots:
        if row.needed < desk.book.supplies[supply].available <= limit and desk.book.supplies[supply].batch == row.batch:
            total -= desk.book.supplies[supply].left
    return int(max(total, 0))
