"""Orders and pegs as tables, with codes that neither row order nor chance decides."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.mrp.codes import units
from quarterdeck.disciplines.mrp.records import BUY, FOREVER, MAKE, TRANSFER, Ints
from quarterdeck.disciplines.mrp.routing_shares import routing_of
from quarterdeck.model import Company
from quarterdeck.model.clock import from_seconds
from quarterdeck.model.stable_codes import mixed

if TYPE_CHECKING:
    from quarterdeck.disciplines.mrp.network import Mesh
    from quarterdeck.disciplines.mrp.stage import Outcome

_DIGITS = 8

_KINDS = {BUY: "buy", MAKE: "make", TRANSFER: "transfer"}


def orders_and_pegs(company: Company, outcome: Outcome) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables ``orders`` (open ones first, then planned ones) and ``pegs``."""
    planned, code = _planned(company, outcome)
    orders = pl.concat([_open(outcome), planned], how="diagonal")
    late = (pl.col("available") - pl.col("needed")).dt.total_seconds().clip(lower_bound=0)
    return orders.with_columns(late_seconds=late), _pegs(outcome, code)


def _first_planned(outcome: Outcome) -> int:
    return outcome.lots.height + outcome.orders.height


def _open(outcome: Outcome) -> pl.DataFrame:
    """Open orders, dated by their own due date and what late material does to it."""
    rows, first, netted = outcome.orders, outcome.lots.height, outcome.netted
    span = slice(first, first + rows.height)
    needed = netted.supplies["needed"][span]
    due = rows["due"].to_numpy().astype(np.int64)
    node = netted.supplies["node"][span]
    good = outcome.mesh.network.nodes["good"][node]
    quantity = rows["quantity"]
    share = np.where(rows["kind"].to_numpy() == "make", good, 1.0)
    return rows.select("order", "line", "kind", "state", "item", "site", "quantity", "partner", "routing").with_columns(
        start_quantity=quantity / pl.Series(share, dtype=pl.Float64),
        release=from_seconds(rows["release"].to_numpy()),
        needed=from_seconds(np.where(needed < FOREVER, needed, due)),
        available=from_seconds(outcome.dates.available[span]),
        level=pl.Series(outcome.mesh.level[node], dtype=pl.Int64),
    )


def _planned(company: Company, outcome: Outcome) -> tuple[pl.DataFrame, pl.Series]:
    """Planned orders by release, item, site and need; and the code of each planned supply."""
    netted, mesh, first = outcome.netted, outcome.mesh, _first_planned(outcome)
    node = netted.supplies["node"][first:]
    release, available = outcome.dates.release[first:], outcome.dates.available[first:]
    needed, quantity = netted.supplies["needed"][first:], netted.supplies["quantity"][first:]
    rank = np.lexsort((np.arange(node.size), quantity, needed, mesh.place[node], release))
    code = planned_codes(company, outcome, rank.astype(np.int64))
    items = pl.Series(mesh.codes.items, dtype=pl.String)
    sites = pl.Series(mesh.codes.sites, dtype=pl.String)
    place, option = mesh.place[node], netted.supplies["option"][first:]
    partners = pl.Series([*mesh.partners, None], dtype=pl.String)
    item = items.gather(place // max(len(mesh.codes.sites), 1))
    routings = pl.Series([mesh.routing.get(code) for code in mesh.codes.items], dtype=pl.String)
    kind = pl.Series(mesh.network.nodes["kind"][node], dtype=pl.Int64).replace_strict(_KINDS, return_dtype=pl.String)
    frame = pl.DataFrame({
        "order": code, "line": pl.repeat("", node.size, dtype=pl.String, eager=True),
        "kind": kind, "state": pl.repeat("planned", node.size, dtype=pl.String, eager=True), "item": item,
        "site": sites.gather(place % max(len(mesh.codes.sites), 1)),
        "quantity": units(quantity), "start_quantity": units(_started(outcome, node, quantity)),
        "partner": partners.gather(np.where(option < 0, len(mesh.partners), option)),
        "routing": routings.gather(place // max(len(mesh.codes.sites), 1)),
        "release": from_seconds(release), "needed": from_seconds(needed), "available": from_seconds(available),
        "level": pl.Series(mesh.level[node], dtype=pl.Int64),
    })  # fmt: skip
    frame = frame.with_columns(routing=pl.when(pl.col("kind") == "make").then("routing"))
    shared = routing_of(mesh, company, netted.supplies[first:])
    if shared:
        rows, names = list(shared), list(shared.values())
        frame = frame.with_columns(routing=frame["routing"].scatter(rows, names))
    return frame.select(pl.all().gather(pl.Series(rank))), code


def _started(outcome: Outcome, node: Ints, quantity: Ints) -> Ints:
    """Quantities to start with, rounded up to what can be counted."""
    nodes = outcome.mesh.network.nodes
    share, step = nodes["good"][node], nodes["step"][node]
    raw = quantity / share
    whole = np.rint(raw)
    up = np.where(np.abs(raw - whole) <= 1e-9 * np.maximum(1.0, whole), whole, np.ceil(raw)).astype(np.int64)
    return np.where(share >= 1.0, quantity, -(-up // step) * step)


def planned_codes(company: Company, outcome: Outcome, rank: Ints) -> pl.Series:
    """Codes such as P03141592, with more P where the company has such codes of its own.

    A code says which order of its item, site and day of need it is, so that another plan calls the same order the
    same, whatever else has changed.
    """
    own = [company[table]["order"] for table in ("purchase_orders", "work_orders", "transfer_orders", "sales_orders")]
    taken = pl.concat(own) if own else pl.Series(dtype=pl.String)
    prefix = "P"
    while taken.str.contains(rf"^{prefix}\d+$").any():
        prefix += "P"
    supplies = outcome.netted.supplies[_first_planned(outcome) :]
    number = _stable_numbers(outcome.mesh, supplies["node"], supplies["needed"], rank)
    digits = pl.Series(number, dtype=pl.Int64).cast(pl.String).str.zfill(_DIGITS)
    return pl.select(pl.concat_str(pl.lit(prefix), digits)).to_series()


def _stable_numbers(mesh: Mesh, node: Ints, needed: Ints, rank: Ints) -> Ints:
    """A number for each order that only its item, site, day of need and turn among those alike decide."""
    if not node.size:
        return np.zeros(0, np.int64)
    used, at = np.unique(node, return_inverse=True)
    seeds = _seeds(mesh, used)[at]
    key = mixed(seeds ^ mixed(needed.astype(np.uint64)))
    turn = np.empty(node.size, np.uint64)
    ordered = rank[np.argsort(key[rank], kind="stable")]
    first = np.concatenate(([True], key[ordered][1:] != key[ordered][:-1]))
    start = np.maximum.accumulate(np.where(first, np.arange(node.size), 0))
    turn[ordered] = (np.arange(node.size) - start).astype(np.uint64)
    key = mixed(key + turn)
    room = np.uint64(10 ** (_DIGITS if node.size < 10 ** (_DIGITS - 1) else 2 * _DIGITS))
    number = key % room
    while True:
        ordered = np.lexsort((key, number))
        again = np.concatenate(([False], number[ordered][1:] == number[ordered][:-1]))
        if not again.any():
            return number.astype(np.int64)
        number[ordered[again]] = (number[ordered[again]] + np.uint64(1) + key[ordered[again]] % np.uint64(9973)) % room


def _seeds(mesh: Mesh, nodes: Ints) -> npt.NDArray[np.uint64]:
    """A number for each node, of its codes alone."""
    item, site = np.divmod(mesh.place[nodes], max(len(mesh.codes.sites), 1))
    items, sites = mesh.codes.items, [f"\0{code}" for code in mesh.codes.sites]
    texts = [items[i] + sites[s] for i, s in zip(item.tolist(), site.tolist(), strict=True)]
    digests = b"".join(blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.frombuffer(digests, "<u8").astype(np.uint64)


def _pegs(outcome: Outcome, code: pl.Series) -> pl.DataFrame:
    netted, mesh = outcome.netted, outcome.mesh
    names = _supply_names(outcome, code)
    demand, supply = netted.pegs["demand"], netted.pegs["supply"]
    source = netted.demands["source"][demand]
    wanted = pl.Series(outcome.requirements["demand"]).gather(np.where(source >= 0, source, 0)) if source.size else None
    consumer = np.where(source < 0, -1 - source, 0)
    by_order = pl.Series(source < 0, dtype=pl.Boolean)
    place = mesh.place[netted.demands["node"][demand]]
    sites = max(len(mesh.codes.sites), 1)
    sequence = netted.demands["sequence"][demand]
    frame = pl.DataFrame({
        "item": pl.Series(mesh.codes.items, dtype=pl.String).gather(place // sites),
        "site": pl.Series(mesh.codes.sites, dtype=pl.String).gather(place % sites),
        "quantity": units(netted.pegs["quantity"]),
        "supply_kind": pl.Series(supply >= outcome.lots.height, dtype=pl.Boolean).replace_strict(
            {True: "order", False: "stock"}, return_dtype=pl.String),
        "supply": names["code"].gather(supply), "supply_line": names["line"].gather(supply),
        "_by_order": by_order,
        "_order": names["code"].gather(consumer), "_line": names["line"].gather(consumer),
        "_demand": wanted if wanted is not None else pl.Series([], dtype=pl.String),
        "needed": from_seconds(netted.demands["needed"][demand]), "sequence": pl.Series(sequence, dtype=pl.Int64),
    })  # fmt: skip
    return frame.select(
        pl.int_range(1, pl.len() + 1).alias("peg"), "item", "site", "quantity", "supply_kind", "supply", "supply_line",
        pl.when("_by_order").then(pl.lit("order")).otherwise(pl.lit("requirement")).alias("demand_kind"),
        pl.when("_by_order").then("_order").otherwise("_demand").alias("demand"),
        pl.when("_by_order").then("_line").otherwise(pl.lit("")).alias("demand_line"),
        "needed", pl.when(pl.col("sequence") >= 0).then("sequence").alias("sequence"),
    )  # fmt: skip


def _supply_names(outcome: Outcome, planned: pl.Series) -> pl.DataFrame:
    """Code and line of each supply: lots, open orders, planned orders."""
    blank = pl.repeat("", max(outcome.lots.height, planned.len()), dtype=pl.String, eager=True)
    return pl.DataFrame({
        "code": pl.concat([outcome.lots["lot"], outcome.orders["order"], planned]),
        "line": pl.concat([blank[: outcome.lots.height], outcome.orders["line"], blank[: planned.len()]]),
    })  # fmt: skip
