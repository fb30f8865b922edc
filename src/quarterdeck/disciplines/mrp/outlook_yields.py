"""Co- and by-products in netting by weeks: what planned and open orders yield is supply of the week they come in.

The weeks are netted, what the orders yield is counted as coming, and they are netted again until nothing changes. What
a co-product without another way of supply still lacks then has its parent made: such an order is taken as it is, its
components are wanted, and all begins again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quarterdeck.disciplines.mrp.bucket_network import BucketLines
from quarterdeck.disciplines.mrp.buckets import Lots
from quarterdeck.disciplines.mrp.records import DRIVEN, MICRO, YIELDING, Ints, Network, Records
from quarterdeck.model.clock import DAY

WEEK = 7 * DAY
ROUNDS = 24  # enough for chains of co-products; what is left then stays short
CLOSE = 1e-9
Wanted = tuple[Ints, Ints, Ints]


@dataclass(frozen=True)
class Weekly:
    """What the weeks come to; grids of shape (nodes, weeks) in counting units.

    ``planned`` and ``released`` are new orders by when they are there and begin, ``coming`` what open orders bring and
    orders yield, ``asked`` what customers and orders want; ``lots`` is the last answer of netting.
    """

    lots: Lots
    planned: Ints
    released: Ints
    coming: Ints
    asked: Ints


@dataclass(frozen=True)
class Weeks:
    """What netting by weeks knows: the network with its items and lines, and how many weeks there are from now."""

    network: Network
    items: Records
    lines: BucketLines
    as_of: int
    weeks: int

    def grid(self) -> Ints:
        """Zeros, shape (nodes, weeks)."""
        return np.zeros((self.network.nodes.size, self.weeks), np.int64)

    def planned(self, lots: Lots) -> Ints:
        """New orders by node and the week in which they are there; none of what only comes out of others."""
        found, row = self.grid(), np.repeat(self.network.order, np.diff(lots.first))
        np.add.at(found, (row, lots.bucket), lots.quantity)
        return found

    def released(self, planned: Ints) -> Ints:
        """The same by the week in which they begin, now at the earliest."""
        found = self.grid()
        node, week = np.nonzero(planned)
        np.add.at(found, (node, np.maximum(week - self.items["lead"][node], 0)), planned[node, week])
        return found

    def yields(self, planned: Ints, supplies: Records) -> Ints:
        """What new orders and those of ``supplies`` that are open yield."""
        found, released = self.grid(), self.released(planned)
        for line in self.network.yields:
            parent, child = int(line["parent"]), int(line["child"])
            start, end = ((int(line[name]) - self.as_of) // WEEK for name in ("valid_from", "valid_to"))
            weeks = np.arange(self.weeks)
            lead = int(self.items["lead"][parent])
            made = planned[parent] * ((weeks - lead >= start) & (weeks - lead < end))
            if line["per_order"]:
                made = (released[parent] > 0) * (made > 0)
            found[child] += self._of(line, made)
            mine = supplies[(supplies["node"] == parent) & (supplies["option"] == -1) & (supplies["next"] == YIELDING)]
            mine = mine[(mine["release"] >= line["valid_from"]) & (mine["release"] < line["valid_to"])]
            week = np.maximum((mine["available"] - self.as_of) // WEEK, 0)
            pieces = mine["quantity"] // self.network.nodes["step"][parent]
            inside = week < self.weeks
            amount = self._of(line, np.ones(mine.size, np.int64) if line["per_order"] else pieces)
            np.add.at(found[child], week[inside], amount[inside])
        return found

    def _of(self, line: np.void, made: Ints) -> Ints:
        """What so many units of the parent, or so many orders, yield by a line, rounded down."""
        steps = self.network.nodes["step"]
        base = MICRO if line["per_order"] else int(steps[line["parent"]])
        raw = made * (float(line["factor"]) * base / int(steps[line["child"]]))
        whole = np.rint(raw)
        near = np.abs(raw - whole) <= CLOSE * np.maximum(1.0, np.abs(whole))
        return np.asarray(np.where(near, whole, np.floor(raw)).astype(np.int64))

    def made_for(self, lacking: Ints) -> Ints:
        """Orders of parents that yield what co-products without another way lack, by their own lot rules."""
        found, nodes = self.grid(), self.network.nodes
        for line in self.network.yields[self.network.yields["drives"] == 1]:
            parent, child = int(line["parent"]), int(line["child"])
            base = MICRO if line["per_order"] else int(nodes["step"][parent])
            each = float(line["factor"]) * base / int(nodes["step"][child])
            for week in np.flatnonzero(lacking[child]):
                need = lacking[child, week] - int(found[parent, week] * each)
                if need <= 0 or each <= 0:
                    continue
                units = 1 if line["per_order"] else int(np.ceil(need / each - CLOSE))
                found[parent, week] += self._lot(parent, units)
        return found

    def _lot(self, node: int, units: int) -> int:
        """A quantity brought to minimum and multiple."""
        row = self.items[node]
        multiple = max(int(row["multiple"]), 1)
        return -(-max(units, int(row["minimum"])) // multiple) * multiple

    def components(self, made: Ints) -> Wanted:
        """What orders taken as they are consume: node, week and quantity."""
        lines, released = self.lines, self.released(made)
        found: list[tuple[int, int, int]] = []
        for node, week in np.argwhere(released):
            amount = int(released[node, week])
            for line in range(int(lines.first[node]), int(lines.first[node + 1])):
                if lines.begin[line] <= week < lines.end[line]:
                    raw = lines.factor[line] * (1 if lines.per_order[line] else amount)
                    found.append((int(lines.child[line]), int(week), int(np.ceil(raw - CLOSE * max(1.0, raw)))))
        rows = np.array(found, np.int64).reshape(-1, 3)
        return rows[:, 0], rows[:, 1], rows[:, 2]


def with_yields(at: Weeks, wanted: Wanted, supplies: Records, net: Callable[[Wanted], Lots]) -> Weekly:
    """The weeks netted with all that orders yield; ``net`` nets requirements less what comes, by node."""
    driven = at.network.nodes["kind"] == DRIVEN
    forced, out = at.grid(), at.yields(at.grid(), supplies)
    for _ in range(ROUNDS):
        lots = net(_joined(wanted, _supply(out + forced), at.components(forced)))
        if lots.overflow >= 0:
            return Weekly(lots, *(at.grid() for _ in range(4)))
        planned = at.planned(lots)
        lacking = planned * driven[:, None]
        planned = planned - lacking + forced
        known, out = out, at.yields(planned, supplies)
        if not np.array_equal(known, out):
            continue
        more = at.made_for(lacking)
        if not more.any():
            break
        forced += more
    coming = out.copy()
    node, week, quantity = wanted
    late = quantity < 0
    np.add.at(coming, (node[late], week[late]), -quantity[late])
    planned = at.planned(lots) * ~driven[:, None] + forced
    asked = at.grid()
    asked[at.network.order] = lots.wanted  # less all that was given as coming, orders made for co-products included
    return Weekly(lots, planned, at.released(planned), coming, asked + coming + forced)


def _supply(grid: Ints) -> Wanted:
    node, week = np.nonzero(grid)
    return node.astype(np.int64), week.astype(np.int64), -grid[node, week]


def _joined(*parts: Wanted) -> Wanted:
    node, week, quantity = (np.concatenate(column) for column in zip(*parts, strict=True))
    return node, week, quantity
