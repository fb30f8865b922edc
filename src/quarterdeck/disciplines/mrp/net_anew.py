"""Net change where co-products tie nodes together in both directions: everything is netted again and compared."""

from __future__ import annotations

import numpy as np

from quarterdeck.disciplines.mrp.netting import net
from quarterdeck.disciplines.mrp.records import Ints, Netted, Network, Records


class Anew:
    """A netted plan that takes changes, with what :class:`quarterdeck.disciplines.mrp.net_change.Standing` offers.

    What an order yields serves nodes that do not lie below it, and a co-product that is lacking plans orders of its
    parent; no node can therefore be netted for itself.
    """

    def __init__(self, network: Network, demands: Records, supplies: Records, as_of: int) -> None:
        self.network, self.as_of = network, as_of
        self.own: dict[int, Records] = _by_node(demands[demands["source"] >= 0])
        self._consumed = demands[demands["source"] < 0]
        self._supplies = supplies
        self.replaced: dict[int, Records] = {}
        self._netted = self._net()

    def change_demands(self, node: int, demands: Records) -> list[int]:
        """Gives a node other independent demands (its rows, in rank); the nodes planned otherwise, by level."""
        before = _by_node(self._netted.supplies[self._supplies.size :])
        self.own[node] = demands
        self._netted = self._net()
        after = _by_node(self._netted.supplies[self._supplies.size :])
        changed = {each for each in {*before, *after} if not _alike(before.get(each), after.get(each))}
        touched = [int(each) for each in self.network.order if int(each) in changed or int(each) == node]
        self.replaced = {each: before.get(each, self._supplies[:0]) for each in touched}
        return touched

    def orders(self, node: int) -> Records:
        """Planned orders of a node."""
        planned: Records = self._netted.supplies[self._supplies.size :]
        mine: Records = planned[planned["node"] == node]
        return mine

    def netted(self) -> Netted:
        """The whole plan."""
        return self._netted

    def _net(self) -> Netted:
        parts = [self.own[node] for node in sorted(self.own)]
        return net(self.network, np.concatenate([*parts, self._consumed]), self._supplies, self.as_of)


def _by_node(rows: Records) -> dict[int, Records]:
    nodes: Ints = np.unique(rows["node"])
    return {int(node): rows[rows["node"] == node] for node in nodes}


def _alike(before: Records | None, after: Records | None) -> bool:
    if before is None or after is None:
        return False
    names = ["quantity", "release", "available", "needed"]
    return before.size == after.size and bool(np.array_equal(before[names], after[names]))
