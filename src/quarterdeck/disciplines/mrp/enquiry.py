"""Enquiries: what an extra demand would take from what a plan leaves free, and what would have to be ordered for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp import supplies as sup
from quarterdeck.disciplines.mrp.batches import to_order
from quarterdeck.disciplines.mrp.book import given_supplies
from quarterdeck.disciplines.mrp.codes import codes_of, micro
from quarterdeck.disciplines.mrp.netting import net
from quarterdeck.disciplines.mrp.network import Mesh, build, horizon, with_fences
from quarterdeck.disciplines.mrp.offsets import arrival
from quarterdeck.disciplines.mrp.projection import made
from quarterdeck.disciplines.mrp.purpose import purposes
from quarterdeck.disciplines.mrp.records import (
    BUY,
    DEMAND,
    FOREVER,
    MAKE,
    MICRO,
    TRANSFER,
    Ints,
    Netted,
    Network,
    records,
)
from quarterdeck.disciplines.mrp.replenishment import started
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import DAY

KINDS = {BUY: "buy", MAKE: "make", TRANSFER: "transfer"}
FREE, SAFETY, FORECAST, SOLD = "free", "safety_stock", "forecast", "sales_order"
_RANKS = {0: SOLD, 1: FORECAST, 2: SAFETY}
_SUPPLY = ["supply", "supply_line", "supply_kind", "item", "site"]
_FIRST = 1
_AGES = 1e14


_NOTHING = (np.zeros(0, np.int64), np.zeros(0, np.int64))


class Draw(NamedTuple):
    """A quantity taken from a supply: ``source`` is the row of the stock book, or of the new orders if ``new``."""

    new: bool
    source: int
    quantity: float
    sequence: int | None


@dataclass(frozen=True)
class NewOrder:
    """An order that an enquiry needs; ``release`` and ``available`` as if machines were free [s]."""

    kind: str
    item: str
    site: str
    partner: str | None
    routing: str | None
    quantity: float
    start_quantity: float
    release: int
    available: int
    node: int
    option: int
    draws: list[Draw] = field(default_factory=list)


@dataclass(frozen=True)
class Supplied:
    """How an enquiry is met: what serves it directly, the orders it needs (consumers first), and what is lacking."""

    draws: list[Draw]
    orders: list[NewOrder]
    lacking: float


@dataclass(frozen=True)
class StockBook:
    """A plan's supplies with the part that each kind of demand has of them, over a network of item-sites.

    ``supplies``: one row per lot or order: ``supply``, ``supply_line``, ``supply_kind``, ``item``, ``site``,
    ``available`` and ``expiry`` [s], ``node``, and quantities ``free``, ``safety_stock``, ``forecast``,
    ``sales_order`` in millionths; ``batch`` in the columns is the number of the name for which it is reserved, as in
    ``names``. ``foreseen``: per item and site the rows of ``supplies`` that serve its own forecast
    in the end, on all levels, and how much of each.
    """

    mesh: Mesh
    network: Network
    supplies: pl.DataFrame
    columns: dict[str, Ints]
    foreseen: dict[tuple[str, str], tuple[Ints, Ints]]
    as_of: int
    names: dict[str, int]

    def node(self, item: str, site: str) -> int:
        """Node of an item at a site, -1 if the network has none."""
        codes = self.mesh.codes
        place = codes.places(pl.Series([item]), pl.Series([site]))[0]
        return int(self.mesh.node_of[place]) if place >= 0 else -1


def stock_book(company: Company, plan: Plan, settings: Settings) -> StockBook:
    """The book of everything a plan supplies, once per plan."""
    as_of, _ = horizon(settings)
    codes = codes_of(company, plan["requirements"])
    kept = [company["item_sites"].select("item", "site"), company["stock_lots"].select("item", "site")]
    kept += [plan[name].select("item", "site") for name in ("requirements", "orders")]
    home = str(company.sites_or_main["site"][0])
    kept.append(company["items"].select("item", site=pl.lit(home)))
    wanted = pl.concat(kept).unique()
    mesh = build(company, settings, codes, codes.places(wanted["item"], wanted["site"]), plan["targets"])
    lots = sup.usable_lots(company, as_of)
    network = with_fences(mesh, sup.on_hand(lots, codes)[mesh.place], as_of)
    uses = _uses(plan)
    table = _shared_out(company, plan, uses, lots, as_of)
    place = codes.places(table["item"], table["site"])
    node = np.where(place >= 0, mesh.node_of[place], -1) if mesh.node_of.size else place
    table = table.with_columns(node=pl.Series(node, dtype=pl.Int64)).filter(pl.col("node") >= 0)
    numbers = ("node", "available", "expiry", FREE, SAFETY, FORECAST, SOLD)
    columns = {name: table[name].to_numpy().astype(np.int64) for name in numbers}
    columns["batch"], names = _batches(company, plan, table, lots, as_of)
    return StockBook(mesh, network, table, columns, _foreseen(plan, uses, table), as_of, names)


def _batches(
    company: Company, plan: Plan, table: pl.DataFrame, lots: pl.DataFrame, as_of: int
) -> tuple[Ints, dict[str, int]]:
    """For whom each supply of the table is reserved, as a number, and the numbers of the names; 0 is nobody."""
    special = to_order(company)
    if not special:
        return np.zeros(table.height, np.int64), {}
    of_lot = lots.select(
        supply="lot", supply_line=pl.lit(""), supply_kind=pl.lit("stock"), item="item", site="site", name="reserved_for"
    )  # fmt: skip
    opened = sup.open_orders(company, as_of).select("order", "line", "reserved_for")
    wanted = dict(plan["requirements"].select("demand", "reserved_for").iter_rows())
    served = {key: wanted.get(found.demand) for key, found in purposes(plan).items()}
    said = {(order, line or ""): name for order, line, name in opened.iter_rows()}
    orders = made(plan).select("order", "line", "item", "site")
    rows = [
        (order, line, "order", item, site, said[order, line] if (order, line) in said else served.get((order, line)))
        for order, line, item, site in orders.iter_rows()
    ]
    of_order = pl.DataFrame(rows, schema=dict.fromkeys(of_lot.columns, pl.String), orient="row")
    known = pl.concat([of_lot, of_order]).unique(_SUPPLY, keep="first", maintain_order=True)
    found = table.join(known, on=_SUPPLY, how="left", maintain_order="left")
    kept = found.select(pl.when(pl.col("item").is_in(special)).then(pl.col("name")).fill_null("")).to_series()
    names = {name: number for number, name in enumerate(sorted({*kept.to_list(), ""}))}
    return np.array([names[name] for name in kept], np.int64), names


def _foreseen(plan: Plan, uses: pl.DataFrame, table: pl.DataFrame) -> dict[tuple[str, str], tuple[Ints, Ints]]:
    """What serves the forecast of each item and site in the end."""
    tops = plan["requirements"].select(top="demand", top_item="item", top_site="site")
    rows = table.select(*_SUPPLY).with_row_index("row")
    served = uses.filter(pl.col("use") == FORECAST).join(tops, on="top").join(rows, on=_SUPPLY)
    summed = served.group_by("top_item", "top_site", "row").agg(pl.col("quantity").sum()).sort("row")
    return {
        (str(item), str(site)): (part["row"].to_numpy().astype(np.int64), micro(part["quantity"]))
        for (item, site), part in summed.partition_by("top_item", "top_site", as_dict=True).items()
    }


def _shared_out(company: Company, plan: Plan, uses: pl.DataFrame, lots: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """Every supply with what each kind of demand takes of it, in millionths."""
    life = dict(company["items"].select("item", "shelf_life_days").iter_rows())
    orders = made(plan).select(
        supply="order", supply_line="line", supply_kind=pl.lit("order"), item="item", site="site", quantity="quantity",
        available=pl.col("available").dt.epoch("s").clip(lower_bound=as_of),
    )  # fmt: skip
    days = pl.Series([(life.get(item) or 0.0) * DAY for item in orders["item"]], dtype=pl.Float64).cast(pl.Int64)
    orders = orders.with_columns(
        expiry=pl.when(days > 0).then(pl.col("available") + days).otherwise(pl.lit(FOREVER, pl.Int64))
    )
    there = lots.select(
        supply="lot", supply_line=pl.lit(""), supply_kind=pl.lit("stock"), item="item", site="site",
        quantity="quantity", available=pl.lit(as_of, pl.Int64), expiry="_expiry",
    )  # fmt: skip
    every = pl.concat([there, orders.select(there.columns)]).with_columns(pl.col("supply_line").fill_null(""))
    taken = uses.group_by([*_SUPPLY, "use"]).agg(pl.col("quantity").sum())
    for use in (SAFETY, FORECAST, SOLD):
        part = taken.filter(pl.col("use") == use).select(*_SUPPLY, pl.col("quantity").alias(use))
        every = every.join(part, on=_SUPPLY, how="left", maintain_order="left").with_columns(pl.col(use).fill_null(0.0))
    every = every.with_columns(
        pl.Series(name, micro(every[name]), dtype=pl.Int64) for name in ("quantity", SAFETY, FORECAST, SOLD)
    )
    left = (pl.col("quantity") - pl.col(SAFETY) - pl.col(FORECAST) - pl.col(SOLD)).clip(lower_bound=0)
    return every.with_columns(left.alias(FREE))


def _uses(plan: Plan) -> pl.DataFrame:
    """Pegs with the most pressing demand that each serves in the end, ``top``, and its kind, ``use``."""
    ranks = purposes(plan)
    of_order = pl.DataFrame(
        [(order, line, _RANKS[found.rank], found.demand) for (order, line), found in ranks.items()],
        schema={"demand": pl.String, "demand_line": pl.String, "_of_order": pl.String, "_top": pl.String}, orient="row",
    )  # fmt: skip
    pegs = plan["pegs"].with_columns(pl.col("supply_line", "demand_line").fill_null(""))
    pegs = pegs.join(plan["requirements"].select("demand", "kind"), on="demand", how="left")
    pegs = pegs.join(of_order, on=["demand", "demand_line"], how="left")
    by_order = pl.col("demand_kind") == "order"
    use = pl.when(by_order).then(pl.col("_of_order").fill_null(FORECAST)).otherwise(pl.col("kind").fill_null(SOLD))
    return pegs.with_columns(use=use, top=pl.when(by_order).then("_top").otherwise("demand"))


@dataclass(frozen=True)
class Enquiry:
    """An extra demand: which uses it may take supply from, apart from what is free or meant for its own forecast.

    ``own`` are uses from which only the enquired item itself may be taken. Production that comes later than
    ``patience`` times what a new order would take at least is not waited for; the best patience depends on how busy
    the machines are, which netting does not know. Of items made to order only what has the name ``reserved_for`` is
    taken; without one, what nobody has reserved.
    """

    node: int
    quantity: float
    needed: int
    uses: Collection[str] = (SAFETY,)
    own: Collection[str] = ()
    patience: float = 1.0
    cheapest: bool = False
    reserved_for: str = ""


def ask(book: StockBook, enquiry: Enquiry) -> Supplied:
    """How the enquiry would be met."""
    network, columns = book.network, book.columns
    within = _below(network, enquiry.node)[columns["node"]]
    amount = columns[FREE].copy()
    for use in enquiry.uses:
        amount += columns[use]
    if FORECAST not in enquiry.uses:
        mesh = book.mesh
        own, part = book.foreseen.get((mesh.item(enquiry.node), mesh.site(enquiry.node)), _NOTHING)
        amount[own] += np.minimum(part, columns[FORECAST][own])
    at_node = columns["node"] == enquiry.node
    for use in set(enquiry.own) - set(enquiry.uses):
        amount += np.where(at_node, columns[use], 0)
    usable = within & (amount > 0)
    made = network.nodes["kind"][columns["node"]] == MAKE
    reach = np.minimum(network.nodes["fence"][columns["node"]] * enquiry.patience, _AGES).astype(np.int64)
    usable &= ~made | (columns["available"] <= np.maximum(book.as_of + reach, enquiry.needed))
    rows = np.flatnonzero(usable)
    available = columns["available"][rows]
    available = np.where(available <= book.as_of, -FOREVER, available)
    apart = network.nodes["to_order"]
    kept = np.where(apart[columns["node"][rows]] == 1, columns["batch"][rows], 0)
    given = given_supplies(columns["node"][rows], amount[rows], available, columns["expiry"][rows], kept)
    batch = book.names.get(enquiry.reserved_for, len(book.names) + 1) if enquiry.reserved_for else 0
    demand = records(
        DEMAND, 1, node=[enquiry.node], quantity=[round(enquiry.quantity * MICRO)], needed=[enquiry.needed],
        priority=[_FIRST], source=[0], sequence=[-1], batch=[batch if apart[enquiry.node] else 0],
    )  # fmt: skip
    chosen = cheapest_options(network) if enquiry.cheapest else network
    netted = net(chosen, demand, given, book.as_of)
    return _supplied(book, netted, rows)


def cheapest_options(network: Network) -> Network:
    """The network with only the preferred supplier or lane of each node."""
    first = network.option_first
    having = np.flatnonzero(first[1:] > first[:-1])
    kept = np.zeros(network.nodes.size, np.int64)
    kept[having] = 1
    return network._replace(
        option_first=np.concatenate(([0], np.cumsum(kept))).astype(np.int64), options=network.options[first[having]]
    )


def _below(network: Network, node: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which nodes supply the node, itself included."""
    found = np.zeros(network.nodes.size, np.bool_)
    waiting = [node]
    found[node] = True
    while waiting:
        at = waiting.pop()
        makers = network.yields["parent"][(network.yields["child"] == at) & (network.yields["drives"] == 1)]
        children = network.edges["child"][network.edge_first[at] : network.edge_first[at + 1]]
        for child in np.concatenate([children, makers]):
            if not found[child]:
                found[child] = True
                waiting.append(int(child))
    return found


def _supplied(book: StockBook, netted: Netted, rows: Ints) -> Supplied:
    """The netting's answer with orders and draws; planned supplies follow the given ones."""
    given = rows.size
    orders = [_new_order(book, row) for row in netted.supplies[given:]]
    draws: list[Draw] = []
    source, sequence = netted.demands["source"], netted.demands["sequence"]
    for peg in netted.pegs:
        demand, supply = int(peg["demand"]), int(peg["supply"])
        new = supply >= given
        origin = supply - given if new else int(rows[supply])
        step = int(sequence[demand])
        draw = Draw(new, origin, int(peg["quantity"]) / MICRO, step if step >= 0 else None)
        consumer = int(source[demand])
        (draws if consumer >= 0 else orders[-1 - consumer - given].draws).append(draw)
    lacking = int(netted.demands["left"].sum()) / MICRO
    return Supplied(draws, orders, lacking)


def _new_order(book: StockBook, row: np.void) -> NewOrder:
    mesh, node, option = book.mesh, int(row["node"]), int(row["option"])
    kind = KINDS[int(book.network.nodes["kind"][node])]
    quantity = int(row["quantity"])
    start = started(book.network, node, quantity) if kind == "make" else quantity
    item = mesh.item(node)
    return NewOrder(
        kind, item, mesh.site(node), mesh.partners[option] if 0 <= option < len(mesh.partners) else None,
        mesh.routing.get(item) if kind == "make" else None, quantity / MICRO, start / MICRO,
        int(row["release"]), int(row["available"]), node, option,
    )  # fmt: skip


def arrival_after(book: StockBook, order: NewOrder, ready: int) -> int:
    """When an order without routing is there whose goods or material are ready at ``ready`` [s]."""
    option = order.option
    if option < 0 and book.network.option_first[order.node] < book.network.option_first[order.node + 1]:
        option = int(book.network.option_first[order.node])
    return int(arrival(book.network, option, ready)) if option >= 0 else ready
