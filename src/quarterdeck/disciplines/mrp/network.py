"""The network of item-sites: from the company's tables to the arrays of the kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from numba import njit

from quarterdeck.disciplines.mrp import calendars as cal
from quarterdeck.disciplines.mrp import routes, sources
from quarterdeck.disciplines.mrp.codes import Codes, micro, offsets
from quarterdeck.disciplines.mrp.levels import low_level_codes
from quarterdeck.disciplines.mrp.netting import fences
from quarterdeck.disciplines.mrp.records import (
    BUY,
    FIXED,
    LOT_FOR_LOT,
    MAKE,
    MICRO,
    MULTIPLE,
    NONE,
    PERIODS,
    TRANSFER,
    Edges,
    Ints,
    Network,
    Nodes,
)
from quarterdeck.model import Company, Settings
from quarterdeck.model.clock import DAY, as_seconds

_RULES = {"lot_for_lot": LOT_FOR_LOT, "fixed": FIXED, "multiple": MULTIPLE, "periods": PERIODS}


@dataclass(frozen=True)
class Mesh:
    """The network with the words for its numbers.

    ``place`` is the place of each node, ``node_of`` the node of each place or -1, ``level`` the low-level code of
    each node, ``partners`` the supplier or sending site of each option, ``routing`` the routing of each node.
    """

    network: Network
    codes: Codes
    place: Ints
    node_of: Ints
    level: Ints
    partners: list[str | None]
    routing: dict[str, str]
    unsourced: list[str]

    def item(self, node: int) -> str:
        """Item code of a node."""
        return str(self.codes.items[self.place[node] // len(self.codes.sites)])

    def site(self, node: int) -> str:
        """Site code of a node."""
        return str(self.codes.sites[self.place[node] % len(self.codes.sites)])


def build(company: Company, settings: Settings, codes: Codes, wanted: Ints, safety: Ints) -> Mesh:
    """The network that can supply the ``wanted`` places, with safety stock per place in millionths."""
    items = company["items"].sort("item")
    kinds = _item_kinds(company, items)
    sending = sources.sending_sites(company, codes)
    lines = routes.bom_lines(company, codes)
    reached = _reach(codes.size, len(codes.sites), np.unique(wanted), sending, kinds, lines.first, lines.component)
    place = np.flatnonzero(reached).astype(np.int64)
    node_of = np.full(codes.size, -1, np.int64)
    node_of[place] = np.arange(place.size)
    node_kind = np.where(sending[place] >= 0, TRANSFER, kinds[place // max(len(codes.sites), 1)])
    book = cal.CalendarBook.around(company, settings)
    steps, routing = routes.steps(company, codes, place, node_kind, book)
    options, partners, unsourced = sources.options(company, codes, place, node_kind, sending, steps.first, book)
    edges = _edges(codes, place, node_of, node_kind, sending, lines, steps)
    level, order, edges = _acyclic(edges)
    nodes = _nodes(items, codes, place, node_kind, safety[place], routes.good_shares(company, codes, routing))
    network = Network(nodes, edges, steps, options, book.arrays(), order)
    return Mesh(network, codes, place, node_of, level, partners, routing, unsourced)


def with_fences(mesh: Mesh, stocked: Ints, as_of: int) -> Network:
    """The network with how long a new order of each node takes, given the stock of each node."""
    longest = int(np.diff(mesh.network.steps.first).max(initial=0)) + 1
    fence = fences(mesh.network, stocked, as_of, longest)
    return mesh.network._replace(nodes=mesh.network.nodes._replace(fence=fence))


def horizon(settings: Settings) -> tuple[int, int]:
    """Now and the end of planning [s]."""
    return as_seconds(settings.as_of), as_seconds(settings.horizon_end)


def _item_kinds(company: Company, items: pl.DataFrame) -> Ints:
    """How each item is obtained; those that can be made or bought are made where it is known how."""
    known = set(company["bom_lines"]["parent"]) | set(company["operations"]["item"])
    kind = {"buy": BUY, "make": MAKE, "none": NONE}
    rows = items.select("item", "source").iter_rows()
    found = [kind.get(source, MAKE if item in known else BUY) for item, source in rows]
    return np.array(found, np.int64)


@njit(cache=True)
def _reach(size: int, sites: int, wanted: Ints, sending: Ints, kinds: Ints, first: Ints, component: Ints) -> Ints:
    """Which places are wanted or consumed by a wanted one; breadth first, so that depth does not matter."""
    reached = np.zeros(size, np.int64)
    queue = np.empty(size, np.int64)
    filled = 0
    for place in wanted:
        if place >= 0 and not reached[place]:
            reached[place] = 1
            queue[filled] = place
            filled += 1
    done = 0
    while done < filled:
        place = queue[done]
        done += 1
        item, site = place // sites, place % sites
        if sending[place] >= 0:
            low, high = 0, 1
        elif kinds[item] == MAKE:
            low, high = first[item], first[item + 1]
        else:
            low, high = 0, 0
        for row in range(low, high):
            below = item * sites + sending[place] if sending[place] >= 0 else component[row] * sites + site
            if not reached[below]:
                reached[below] = 1
                queue[filled] = below
                filled += 1
    return reached


def _edges(
    codes: Codes, place: Ints, node_of: Ints, kind: Ints, sending: Ints, lines: routes.Lines, steps: routes.Steps
) -> Edges:
    """What each node consumes: bill-of-material lines of made nodes, the same item elsewhere for transfers."""
    sites = max(len(codes.sites), 1)
    item, site = place // sites, place % sites
    count = np.where(kind == MAKE, lines.first[item + 1] - lines.first[item], (kind == TRANSFER).astype(np.int64))
    first = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
    owner = np.repeat(np.arange(place.size), count)
    made = kind[owner] == MAKE
    row = np.where(made, lines.first[item[owner]] + np.arange(owner.size) - first[owner], 0)
    blank = lines.component.size == 0
    row = np.zeros(owner.size, np.int64) if blank else row

    def take(values: npt.NDArray[Any], other: Any) -> npt.NDArray[Any]:  # noqa: ANN401 - arrays of any type
        return np.where(made, other if blank else values[row], other)

    child_place = take(lines.component, item[owner]) * sites + np.where(made, site[owner], sending[place[owner]])
    sequence = take(lines.sequence, -1)
    return Edges(
        first=first,
        child=node_of[child_place].astype(np.int64),
        factor=take(lines.factor, 1.0).astype(np.float64),
        per_order=take(lines.per_order, np.False_).astype(np.bool_),
        step=routes.step_positions(steps, owner, sequence),
        sequence=sequence.astype(np.int64),
        valid_from=take(lines.valid_from, -routes.FOREVER).astype(np.int64),
        valid_to=take(lines.valid_to, routes.FOREVER).astype(np.int64),
    )


def _acyclic(edges: Edges) -> tuple[Ints, Ints, Edges]:
    """Levels and order; where nodes form a cycle, their edges are dropped so that they can be planned at all."""
    level, order = low_level_codes(edges.first, edges.child)
    if order.size == level.size:
        return level, order, edges
    owner = np.repeat(np.arange(level.size), np.diff(edges.first))
    keep = (level[owner] >= 0) & (level[edges.child] >= 0) | (level[owner] >= 0)
    kept = Edges(offsets(owner[keep], level.size), *(values[keep] for values in edges[1:]))
    level, order = low_level_codes(kept.first, kept.child)
    return level, order, kept


def _nodes(items: pl.DataFrame, codes: Codes, place: Ints, kind: Ints, safety: Ints, good: dict[str, float]) -> Nodes:
    """Lot rules and yields of each node, from its item."""
    item = place // max(len(codes.sites), 1)
    rows = items[item.tolist()] if items.height else items
    rule = rows["lot_rule"].replace_strict(_RULES, return_dtype=pl.Int64).to_numpy()
    days = rows["lot_days"].fill_null(1.0).to_numpy()
    window = np.where(rule == PERIODS, np.maximum(days * DAY, DAY), DAY)
    size = rows["lot_size"].fill_null(0.0)
    goods = np.array([good.get(code, share) for code, share in rows.select("item", "yield_share").iter_rows()])
    return Nodes(
        kind=kind.astype(np.int64),
        phantom=rows["phantom"].to_numpy().astype(np.bool_),
        rule=rule.astype(np.int64),
        lot_size=micro(size),
        minimum=micro(rows["lot_minimum"]),
        multiple=micro(rows["lot_multiple"]),
        maximum=micro(rows["lot_maximum"]),
        window=window.astype(np.int64),
        step=(MICRO // 10 ** rows["decimals"].to_numpy().astype(np.int64)).astype(np.int64),
        good=np.where(goods > 0, goods, 1.0).astype(np.float64),
        shelf_life=np.rint(rows["shelf_life_days"].fill_null(0.0).to_numpy() * DAY).astype(np.int64),
        safety=safety.astype(np.int64),
        fence=np.zeros(place.size, np.int64),
    )
