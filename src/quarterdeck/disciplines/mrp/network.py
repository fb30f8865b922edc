"""The network of item-sites: from the company's tables to the arrays of the kernel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from numba import njit

from quarterdeck.disciplines.mrp import calendars as cal
from quarterdeck.disciplines.mrp import co_products, routes, sources
from quarterdeck.disciplines.mrp.codes import Codes, Spots, micro, offsets
from quarterdeck.disciplines.mrp.levels import low_level_codes
from quarterdeck.disciplines.mrp.make_or_buy import cheaper_bought
from quarterdeck.disciplines.mrp.ordering import adapt_nodes, without_minimum
from quarterdeck.disciplines.mrp.records import (
    BUY,
    DRIVEN,
    ECONOMIC,
    EDGE,
    FIXED,
    FOREVER,
    LOT_FOR_LOT,
    MAKE,
    MICRO,
    MULTIPLE,
    NODE,
    NONE,
    PERIODS,
    SILVER_MEAL,
    TRANSFER,
    UNPLANNED,
    WAGNER_WHITIN,
    YIELD,
    Floats,
    Ints,
    Network,
    Records,
    records,
)
from quarterdeck.disciplines.mrp.replenishment import fences
from quarterdeck.model import RESULTS, Company, Settings
from quarterdeck.model.clock import DAY, as_seconds

_RULES = {
    "lot_for_lot": LOT_FOR_LOT, "fixed": FIXED, "multiple": MULTIPLE, "periods": PERIODS,
    "economic": ECONOMIC, "silver_meal": SILVER_MEAL, "wagner_whitin": WAGNER_WHITIN,
}  # fmt: skip


@dataclass(frozen=True)
class Mesh:
    """The network with the words for its numbers.

    ``place`` is the place of each node, ``node_of`` the node of each place or -1, ``level`` the low-level code of
    each node, ``partners`` the supplier or sending site of each option, ``routing`` the routing of each node;
    ``lost_yields`` are co-products that close a circle.
    """

    network: Network
    codes: Codes
    place: Ints
    node_of: Ints
    level: Ints
    partners: list[str | None]
    routing: dict[str, str]
    unsourced: list[str]
    lost_yields: Records = field(default_factory=lambda: np.zeros(0, YIELD))

    def item(self, node: int) -> str:
        """Item code of a node."""
        return str(self.codes.items[self.place[node] // len(self.codes.sites)])

    def site(self, node: int) -> str:
        """Site code of a node."""
        return str(self.codes.sites[self.place[node] % len(self.codes.sites)])


def build(
    company: Company, settings: Settings, codes: Codes, wanted: Ints, targets: pl.DataFrame | None = None
) -> Mesh:
    """The network that can supply the ``wanted`` places; ``targets`` say which items are ordered together."""
    together = RESULTS["targets"].empty() if targets is None else targets
    items = company["items"].sort("item")
    kinds = _item_kinds(company, items)
    if settings.make_or_buy_by_cost:
        kinds = np.where(items["item"].is_in(cheaper_bought(company)).to_numpy(), BUY, kinds)
    sending = sources.sending_sites(company, codes)
    operations = routes.main_operations(company)
    lines = routes.bom_lines(company, codes, operations)
    yields = co_products.yield_lines(company, codes)
    kinds = co_products.without_own_way(company, kinds, yields)
    reach = _Reach(len(codes.sites), sending, kinds, lines.first, lines.component)
    place = _places(reach, np.unique(wanted), yields)
    node_of = np.full(codes.size, -1, np.int64)
    node_of[place] = np.arange(place.size)
    kind = np.where(sending[place] >= 0, TRANSFER, kinds[place // max(len(codes.sites), 1)])
    spots = Spots(codes, place, kind, sending)
    book = cal.CalendarBook.around(company, settings)
    step_first, steps, routing = routes.steps(company, spots, book, operations)
    bare = np.diff(step_first) == 0
    option_first, options, partners, unsourced = sources.options(company, spots, bare, book, together)
    edge_first, edges = _edges(spots, node_of, lines, routes.StepList(step_first, steps))
    level, order, edge_first, edges = _acyclic(edge_first, edges)
    turns = co_products.Turns(level, order, np.zeros(0, YIELD), np.zeros(0, YIELD))
    if yields.size:
        turns = co_products.turns(edge_first, edges["child"], co_products.node_yields(yields, spots, node_of))
    nodes = _nodes(items, spots, routes.good_shares(company, codes, operations))
    called = adapt_nodes(company, together, codes, node_of, nodes)
    without_minimum(options, option_first, called)
    nodes["apart"] = routes.separable(codes, operations)[spots.item]
    nodes["by_rank"] = settings.priority_first
    nodes["patience"] = round(settings.confirmed_supply_days * DAY)
    driven = turns.yields["child"][turns.yields["drives"] == 1]
    nodes["kind"] = np.where((kind == DRIVEN) & ~np.isin(np.arange(kind.size), driven), UNPLANNED, kind)
    network = Network(
        nodes, edge_first, edges, step_first, steps, option_first, options, book.arrays(), turns.order, turns.yields
    )  # fmt: skip
    level = np.where(level < 0, level, turns.level)
    return Mesh(network, codes, place, node_of, level, partners, routing, unsourced, turns.lost)


def _places(reach: _Reach, wanted: Ints, yields: co_products.YieldLines) -> Ints:
    """Places that take part: the wanted ones and all below, and what must be made for the sake of a co-product."""
    while True:
        place = np.flatnonzero(_reached(reach, wanted)).astype(np.int64)
        makers = co_products.driving_places(yields, reach.kinds, place, max(reach.sites, 1)) if yields.size else place
        if np.isin(makers, place).all():
            return place
        wanted = np.union1d(wanted, makers)


def with_fences(mesh: Mesh, stocked: Ints, as_of: int) -> Network:
    """The network with how long a new order of each node takes, given the stock of each node."""
    longest = int(np.diff(mesh.network.step_first).max(initial=0)) + 1
    nodes = mesh.network.nodes.copy()
    nodes["fence"] = fences(mesh.network, stocked, as_of, longest)
    made = mesh.network.yields[mesh.network.yields["drives"] == 1]
    nodes["fence"][made["child"]] = nodes["fence"][made["parent"]]
    return mesh.network._replace(nodes=nodes)


def without_new_orders(network: Network) -> Network:
    """The network in which nothing can be ordered: only what is there or on order serves demand."""
    nodes = network.nodes.copy()
    nodes["kind"] = np.where(nodes["kind"] == NONE, NONE, UNPLANNED)
    return network._replace(nodes=nodes)


def horizon(settings: Settings) -> tuple[int, int]:
    """Now and the end of planning [s]."""
    return as_seconds(settings.as_of), as_seconds(settings.horizon_end)


def _item_kinds(company: Company, items: pl.DataFrame) -> Ints:
    """How each item is obtained; those that can be made or bought are made where it is known how."""
    known = pl.concat([company["bom_lines"]["parent"], company["operations"]["item"].rename("parent")]).unique()
    kind = pl.col("source").replace_strict(
        {"buy": BUY, "make": MAKE, "none": NONE}, default=None, return_dtype=pl.Int64
    )
    usual = pl.when(pl.col("item").is_in(known.implode())).then(MAKE).otherwise(BUY)
    return items.select(kind.fill_null(usual)).to_series().to_numpy()


class _Reach(NamedTuple):
    """What leads from a place to those below it."""

    sites: int
    sending: Ints
    kinds: Ints
    first: Ints
    component: Ints


@njit(cache=True)
def _reached(reach: _Reach, wanted: Ints) -> Ints:
    """Which places are wanted or consumed by a wanted one; breadth first, so that depth does not matter."""
    found = np.zeros(reach.sending.size, np.int64)
    queue = np.empty(reach.sending.size, np.int64)
    filled = 0
    for place in wanted:
        if place >= 0 and not found[place]:
            found[place] = 1
            queue[filled] = place
            filled += 1
    done = 0
    while done < filled:
        place = queue[done]
        done += 1
        item, site, sender = place // reach.sites, place % reach.sites, reach.sending[place]
        low, high = 0, 1 if sender >= 0 else 0
        if sender < 0 and reach.kinds[item] == MAKE:
            low, high = reach.first[item], reach.first[item + 1]
        for row in range(low, high):
            below = item * reach.sites + sender if sender >= 0 else reach.component[row] * reach.sites + site
            if not found[below]:
                found[below] = 1
                queue[filled] = below
                filled += 1
    return found


def _edges(spots: Spots, node_of: Ints, lines: routes.Lines, steps: routes.StepList) -> tuple[Ints, Records]:
    """What each node consumes: bill-of-material lines of made nodes, the same item elsewhere for transfers."""
    item, site, kind = spots.item, spots.site, spots.kind
    count = np.where(kind == MAKE, lines.first[item + 1] - lines.first[item], (kind == TRANSFER).astype(np.int64))
    first = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
    owner = np.repeat(np.arange(kind.size), count)
    made = kind[owner] == MAKE
    row = np.where(made, lines.first[item[owner]] + np.arange(owner.size) - first[owner], 0)[made]

    def taken(values: npt.NDArray[Any], other: npt.ArrayLike) -> npt.NDArray[Any]:
        filled = np.full(owner.size, other)
        filled[made] = values[row]
        return filled

    child_item = np.where(made, taken(lines.component, 0), item[owner])
    child_site = np.where(made, site[owner], spots.sending[spots.place[owner]])
    sequence = taken(lines.sequence, -1)
    edges = records(
        EDGE, owner.size, child=node_of[child_item * spots.sites + child_site], factor=taken(lines.factor, 1.0),
        per_order=taken(lines.per_order, 0), step=steps.positions(owner, sequence), sequence=sequence,
        valid_from=taken(lines.valid_from, -FOREVER), valid_to=taken(lines.valid_to, FOREVER),
        choice=taken(lines.choice, 0), main=taken(lines.main, 1), use_up=taken(lines.use_up, 0),
    )  # fmt: skip
    return first, edges


def _acyclic(first: Ints, edges: Records) -> tuple[Ints, Ints, Ints, Records]:
    """Levels and order; nodes of a cycle and below lose what they consume, so that they can be planned at all.

    Their level stays -1, which tells them apart.
    """
    level, order = low_level_codes(first, np.ascontiguousarray(edges["child"]))
    if order.size == level.size:
        return level, order, first, edges
    owner = np.repeat(np.arange(level.size), np.diff(first))
    kept = level[owner] >= 0
    first, edges = offsets(owner[kept], level.size), edges[kept]
    _, order = low_level_codes(first, np.ascontiguousarray(edges["child"]))
    return level, order, first, edges


def _nodes(items: pl.DataFrame, spots: Spots, good: Floats) -> Records:
    """Lot rules and yields of each node, from its item."""
    rows = items.select(pl.all().gather(pl.Series(spots.item))) if items.height else items
    rule = rows["lot_rule"].replace_strict(_RULES, return_dtype=pl.Int64).to_numpy()
    days = rows["lot_days"].fill_null(1.0).to_numpy()
    days = np.where(rule == PERIODS, np.maximum(days, 1.0), np.minimum(days, 1.0))
    share = good[spots.item]
    return records(
        NODE, spots.kind.size, kind=spots.kind, phantom=rows["phantom"].to_numpy(), rule=rule,
        lot_size=micro(rows["lot_size"]), minimum=micro(rows["lot_minimum"]), multiple=micro(rows["lot_multiple"]),
        maximum=micro(rows["lot_maximum"]), window=days * DAY,
        step=MICRO // 10 ** rows["decimals"].to_numpy().astype(np.int64), good=np.where(share > 0, share, 1.0),
        to_order=(rows["strategy"] != "to_stock").to_numpy(),
        shelf_life=np.rint(rows["shelf_life_days"].fill_null(0.0).to_numpy() * DAY),
    )  # fmt: skip
