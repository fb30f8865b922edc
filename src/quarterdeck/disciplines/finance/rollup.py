"""Standard cost of every item, from the bottom of the bill of materials up, in parts that sum to the whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quarterdeck.disciplines.finance.fixed_point import Floats, Ints, times
from quarterdeck.disciplines.finance.joint_costs import JointProducts, divide

PARTS = ("material", "machine", "labour", "setup", "overhead", "subcontract", "scrap")
SCRAP = PARTS.index("scrap")


@dataclass(frozen=True)
class Structure:
    """Bill-of-material lines as arrays, one entry per line.

    Parameters
    ----------
    parents, components
        Item indices.
    quantities
        Net quantity of the component in one good unit of the parent.
    scrap
        Share of the component lost while it is used, below 1.
    inflation
        Units of the parent started at the step that uses the component, per good unit: 1 and more.
    """

    parents: Ints
    components: Ints
    quantities: Floats
    scrap: Floats
    inflation: Floats


@dataclass(frozen=True)
class RolledCosts:
    """Costs per unit, in units of :data:`~quarterdeck.disciplines.finance.fixed_point.COST_SCALE`.

    ``own`` is what the item's own level adds, ``total`` has everything below it; both of shape (items, parts).
    """

    own: Ints
    total: Ints


def roll_up(own: Ints, structure: Structure, joint: JointProducts | None = None) -> RolledCosts:
    """Standard costs with everything below.

    A good unit of the parent takes ``quantity / (1 - scrap) * inflation`` units of the component. What ``quantity``
    units cost keeps its parts; the excess is the scrap that the parent adds. Product costing in levels follows the
    low-level codes of the bill of materials (APICS dictionary, "cost roll-up").

    Parameters
    ----------
    own
        Cost of the item's own level per good unit, with the yield losses of its own work under ``scrap``;
        shape (items, parts).
    structure
        Lines without cycles. Items in a cycle keep what could be told.
    joint
        What comes out besides when items are made, among which their cost is divided.
    """
    total = own.copy()
    added = own.copy()
    by_parent = np.argsort(structure.parents, kind="stable")
    starts = np.searchsorted(structure.parents[by_parent], np.arange(own.shape[0] + 1))
    ties = joint.ties if joint is not None else None
    for level in levels(own.shape[0], structure, ties):
        lines = by_parent[_ranges(starts[level], starts[level + 1])]
        if lines.size:
            _add_components(lines, structure, total, added)
        if joint is not None:
            divide(joint, joint.of(level), total, added)
    return RolledCosts(added, total)


def levels(items: int, structure: Structure, ties: tuple[Ints, Ints] | None = None) -> list[Ints]:
    """Items in the order of the roll-up: everything an item is made of lies in an earlier group.

    ``ties`` are items, and others that must lie in an earlier group too; where that closes a circle they do not count.
    """
    if ties is not None and ties[0].size:
        parents, components = (np.concatenate(pair) for pair in zip(
            (structure.parents, structure.components), ties, strict=True))  # fmt: skip
        groups = _groups(items, parents, components)
        if sum(group.size for group in groups) == items:
            return groups
    return _groups(items, structure.parents, structure.components)


def _groups(items: int, parents_of: Ints, components: Ints) -> list[Ints]:
    pending = np.bincount(parents_of, minlength=items)
    by_component = np.argsort(components, kind="stable")
    starts = np.searchsorted(components[by_component], np.arange(items + 1))
    ready = np.flatnonzero(pending == 0).astype(np.int64)
    groups: list[Ints] = []
    while ready.size:
        groups.append(ready)
        used_in = parents_of[by_component[_ranges(starts[ready], starts[ready + 1])]]
        np.subtract.at(pending, used_in, 1)
        parents = np.unique(used_in)
        ready = parents[pending[parents] == 0]
    return groups


def _add_components(lines: Ints, structure: Structure, total: Ints, added: Ints) -> None:
    parents, components = structure.parents[lines], structure.components[lines]
    net = structure.quantities[lines]
    gross = net / (1 - structure.scrap[lines]) * structure.inflation[lines]
    below = total[components]
    net_parts = times(below, net[:, None])
    excess = times(below, gross[:, None]).sum(axis=1) - net_parts.sum(axis=1)
    np.add.at(total, parents, net_parts)
    np.add.at(total[:, SCRAP], parents, excess)
    np.add.at(added[:, SCRAP], parents, excess)


def _ranges(starts: Ints, ends: Ints) -> Ints:
    """All whole numbers of the intervals ``[starts, ends)``, one after the other."""
    lengths = ends - starts
    offsets = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return np.arange(lengths.sum(), dtype=np.int64) + offsets
