"""Co- and by-products: what else comes out when an item is made, as supply of netting.

A parent is netted before what it yields, so that all its orders are known when the co-product's turn comes; what they
yield is then supply like any other. Where a co-product has no other way of supply, an order for its parent is raised
in the quantity that yields what is lacking.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.mrp.codes import Codes, Spots, day_seconds, offsets
from quarterdeck.disciplines.mrp.levels import low_level_codes
from quarterdeck.disciplines.mrp.records import (
    BUY,
    CO_PRODUCT,
    DRIVEN,
    FOREVER,
    MAKE,
    MICRO,
    YIELD,
    Floats,
    Ints,
    Netted,
    Records,
    records,
)
from quarterdeck.model import Company
from quarterdeck.model.clock import home_zone

if TYPE_CHECKING:
    from quarterdeck.disciplines.mrp.stage import Outcome


@dataclass(frozen=True)
class YieldLines:
    """What making items yields besides, by item numbers, sorted by parent; all of shape (lines).

    ``driving`` tells the line by which a co-product without another way of supply is made.
    """

    parent: Ints
    product: Ints
    factor: Floats
    per_order: Ints
    valid_from: Ints
    valid_to: Ints
    driving: Ints

    @property
    def size(self) -> int:
        """Number of lines."""
        return int(self.parent.size)


def yield_lines(company: Company, codes: Codes) -> YieldLines:
    """All lines between known items."""
    frame = company["co_products"].with_columns(
        _parent=pl.Series(codes.index_of(company["co_products"]["parent"]), dtype=pl.Int64),
        _product=pl.Series(codes.index_of(company["co_products"]["co_product"]), dtype=pl.Int64),
    )
    frame = frame.filter(pl.col("_parent") >= 0, pl.col("_product") >= 0, pl.col("_parent") != pl.col("_product"))
    frame = frame.sort("_parent", "_product", "position", "valid_from", "quantity_per")
    ranked = frame.with_row_index("_row").sort("_product", "per_order", "quantity_per", "_parent", "_row",
                                               descending=[False, False, True, False, False])  # fmt: skip
    driving = np.zeros(frame.height, np.int64)
    driving[ranked.unique("_product", keep="first")["_row"].to_numpy()] = 1
    zone = home_zone(company)
    return YieldLines(
        parent=frame["_parent"].to_numpy().astype(np.int64), product=frame["_product"].to_numpy().astype(np.int64),
        factor=frame["quantity_per"].to_numpy().astype(np.float64),
        per_order=frame["per_order"].to_numpy().astype(np.int64),
        valid_from=day_seconds(frame, "valid_from", zone, after=False),
        valid_to=day_seconds(frame, "valid_to", zone, after=True), driving=driving,
    )  # fmt: skip


def without_own_way(company: Company, kinds: Ints, lines: YieldLines) -> Ints:
    """Kinds of the items in which co-products that nobody supplies and nothing makes come from their parent's orders.

    An item is bought in its own way if it has a supplier or a usual lead time, made if it has components or operations.
    """
    if not lines.size:
        return kinds
    items = company["items"].sort("item")
    parents = [company["bom_lines"]["parent"], company["co_products"]["parent"]]
    made = pl.concat([*parents, company["operations"]["item"].rename("parent")])
    bought = pl.col("item").is_in(company["supply_options"]["item"].unique().implode())
    bought |= pl.col("lead_time_days").is_not_null()
    own = items.select(bought=bought, made=bought | pl.col("item").is_in(made.unique().implode()))
    yielded = np.zeros(kinds.size, np.bool_)
    yielded[lines.product] = True
    bare = ((kinds == BUY) & ~own["bought"].to_numpy()) | ((kinds == MAKE) & ~own["made"].to_numpy())
    return np.where(yielded & bare, DRIVEN, kinds)


def driving_places(lines: YieldLines, kinds: Ints, place: Ints, sites: int) -> Ints:
    """Places of the parents that are made for co-products at these places."""
    driving = (lines.driving == 1) & (kinds[lines.product] == DRIVEN) if lines.size else np.zeros(0, np.bool_)
    parent_of = np.full(kinds.size, -1, np.int64)
    parent_of[lines.product[driving]] = lines.parent[driving]
    parent = parent_of[place // sites]
    return np.unique(parent[parent >= 0] * sites + place[parent >= 0] % sites)


def node_yields(lines: YieldLines, spots: Spots, node_of: Ints) -> Records:
    """What each made node yields at its site, as rows of ``YIELD`` sorted by the node that is yielded."""
    if not lines.size:
        return np.zeros(0, YIELD)
    made = np.flatnonzero(spots.kind == MAKE)
    first = offsets(lines.parent, int(spots.item.max(initial=0)) + 1)
    count = first[spots.item[made] + 1] - first[spots.item[made]]
    owner = np.repeat(made, count)
    row = first[spots.item[owner]] + np.arange(owner.size) - np.repeat(np.cumsum(count) - count, count)
    child = node_of[lines.product[row] * spots.sites + spots.site[owner]]
    kept = child >= 0
    owner, row, child = owner[kept], row[kept], child[kept]
    drives = (lines.driving[row] == 1) & (spots.kind[child] == DRIVEN)
    rows = records(
        YIELD, child.size, parent=owner, child=child, factor=lines.factor[row], per_order=lines.per_order[row],
        valid_from=lines.valid_from[row], valid_to=lines.valid_to[row], drives=drives.astype(np.int64),
    )  # fmt: skip
    return rows[np.argsort(rows["child"], kind="stable")]


@dataclass(frozen=True)
class Turns:
    """The order in which nodes are netted with what they yield; ``lost`` are yields that close a circle.

    ``level`` is how deep below what is sold a node lies: a parent below whatever consumes what it yields.
    """

    level: Ints
    order: Ints
    yields: Records
    lost: Records


def turns(first: Ints, child: Ints, yields: Records) -> Turns:
    """Levels and order in which every parent comes before what it consumes and what it yields.

    Yields that close a circle are left out. What is made for a co-product must come before the components of the
    parent; where that closes a circle, nothing is made for the co-product.
    """
    nodes = first.size - 1
    owner = np.repeat(np.arange(nodes), np.diff(first)).astype(np.int64)
    inside = _same_circle(nodes, np.concatenate([owner, yields["parent"]]), np.concatenate([child, yields["child"]]))
    closing = inside[yields["parent"]] == inside[yields["child"]]
    kept, lost = yields[~closing].copy(), yields[closing]
    supplied = _same_circle(nodes, np.concatenate([owner, kept["child"]]), np.concatenate([child, kept["parent"]]))
    kept["recycled"] = supplied[kept["parent"]] == supplied[kept["child"]]
    begins = np.concatenate([owner, kept["parent"]])
    ends = np.concatenate([child, kept["child"]])
    more = _before_components(owner, child, kept)
    circle = _same_circle(nodes, np.concatenate([begins, more[0]]), np.concatenate([ends, more[1]]))
    refused = np.unique(more[0][circle[more[0]] == circle[more[1]]])
    kept["drives"] &= ~np.isin(kept["child"], refused)
    good = ~np.isin(more[0], refused)
    _, order = _codes(nodes, np.concatenate([begins, more[0][good]]), np.concatenate([ends, more[1][good]]))
    above = kept[kept["recycled"] == 0]
    level, _ = _codes(nodes, np.concatenate([owner, above["child"]]), np.concatenate([child, above["parent"]]))
    return Turns(level, order, kept, lost)


def _before_components(owner: Ints, child: Ints, yields: Records) -> tuple[Ints, Ints]:
    """Pairs of a co-product that is made for, and a node that its parent consumes or yields besides."""
    begins, ends = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for row in yields[yields["drives"] == 1]:
        below = np.unique(child[owner == row["parent"]])
        beside = yields[yields["parent"] == row["parent"]]
        others = np.unique(beside["child"][(beside["drives"] == 0) | (beside["child"] > row["child"])])
        others = others[others != row["child"]]
        ends += [below, others]
        begins.append(np.full(below.size + others.size, row["child"], np.int64))
    return np.concatenate(begins), np.concatenate(ends).astype(np.int64)


def _codes(nodes: int, begins: Ints, ends: Ints) -> tuple[Ints, Ints]:
    ranked = np.argsort(begins, kind="stable")
    level, order = low_level_codes(offsets(begins[ranked], nodes), np.ascontiguousarray(ends[ranked]))
    return level, order


def _same_circle(nodes: int, begins: Ints, ends: Ints) -> Ints:
    """A number for each node which those of one circle share; shape (nodes)."""
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    arcs = coo_array((np.ones(begins.size, np.int8), (begins, ends)), shape=(nodes, nodes))
    _, label = connected_components(arcs, directed=True, connection="strong")
    return np.asarray(label, np.int64)


def is_co_product(supplies: Records) -> npt.NDArray[np.bool_]:
    """Which supplies of a netting come out of an order for something else, shape (supplies)."""
    return np.asarray(supplies["option"] <= CO_PRODUCT)


def by_orders(netted: Netted) -> Netted:
    """The netting in which whoever takes a co-product takes it of the order that yields it."""
    yielded = is_co_product(netted.supplies)
    if not yielded.any():
        return netted
    number = np.cumsum(~yielded) - 1
    of_order = np.where(yielded, netted.supplies["release"], np.arange(yielded.size))
    place = number[of_order]
    supplies, demands, pegs = netted.supplies[~yielded].copy(), netted.demands.copy(), netted.pegs.copy()
    rows = np.flatnonzero(yielded)
    soonest = np.full(supplies.size, FOREVER, np.int64)
    np.minimum.at(soonest, place[rows], netted.supplies["needed"][rows])
    supplies["needed"] = np.where(supplies["needed"] >= FOREVER, soonest, supplies["needed"])
    asks = demands["source"] < 0
    demands["source"][asks] = -1 - number[-1 - demands["source"][asks]]
    pegs["supply"] = place[pegs["supply"]]
    return Netted(supplies, demands, pegs)


def own_pegs(netted: Netted) -> Netted:
    """The netting with the pegs alone by which an order serves a demand for its own item."""
    pegs = netted.pegs
    mine = netted.supplies["node"][pegs["supply"]] == netted.demands["node"][pegs["demand"]]
    return netted if mine.all() else netted._replace(pegs=pegs[mine])


def yielded(company: Company, outcome: Outcome) -> pl.DataFrame:
    """The open and planned orders' co-products: rows of the plan's ``yields``, with ``row`` among the orders' supplies.

    Quantities are rounded down to what can be counted of the co-product.
    """
    mesh, supplies = outcome.mesh, outcome.netted.supplies
    lines = yield_lines(company, mesh.codes)
    first = outcome.lots.height
    rows = np.arange(first, supplies.size)
    rows = rows[mesh.network.nodes["kind"][supplies["node"][rows]] == MAKE] if lines.size else rows[:0]
    opened = rows < first + outcome.orders.height
    rows = rows[~opened | (supplies["option"][rows] == -1)]
    item, site = np.divmod(mesh.place[supplies["node"][rows]], max(len(mesh.codes.sites), 1))
    begin = offsets(lines.parent, len(mesh.codes.items))
    count = begin[item + 1] - begin[item]
    order = np.repeat(np.arange(rows.size), count)
    line = np.repeat(begin[item], count) + np.arange(order.size) - np.repeat(np.cumsum(count) - count, count)
    release, made = supplies["release"][rows][order], supplies["quantity"][rows][order]
    good = (lines.valid_from[line] <= release) & (release < lines.valid_to[line])
    decimals = dict(company["items"].select("item", "decimals").iter_rows())
    step = np.array([MICRO // 10 ** decimals[item] for item in mesh.codes.items] or [1], np.int64)
    quantity = rounded_down(
        np.where(lines.per_order[line] == 1, MICRO, made) * lines.factor[line], step[lines.product[line]]
    )
    good &= quantity > 0
    items, sites = (pl.Series(names, dtype=pl.String) for names in (mesh.codes.items, mesh.codes.sites))
    frame = pl.DataFrame({
        "row": rows[order][good], "item": items.gather(lines.product[line][good]),
        "site": sites.gather(site[order][good]), "quantity": quantity[good],
    })  # fmt: skip
    return frame.group_by("row", "item", "site", maintain_order=True).agg(pl.col("quantity").sum())


def rounded_down(raw: Floats, step: Ints) -> Ints:
    """Quantities [millionths] rounded down to whole steps; noise of the multiplication does not count."""
    whole = np.rint(raw)
    down = np.where(np.abs(raw - whole) <= 1e-9 * np.maximum(1.0, whole), whole, np.floor(raw)).astype(np.int64)
    return down // step * step
