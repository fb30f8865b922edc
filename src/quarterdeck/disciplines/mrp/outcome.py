"""Orders and pegs as tables, with codes that neither row order nor chance decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.mrp.co_products import yielded
from quarterdeck.disciplines.mrp.codes import micro, units
from quarterdeck.disciplines.mrp.records import BUY, FOREVER, MAKE, TRANSFER, Ints
from quarterdeck.disciplines.mrp.routing_shares import routing_of
from quarterdeck.model import RESULTS, Company
from quarterdeck.model.clock import from_seconds
from quarterdeck.model.plan import Links
from quarterdeck.model.stable_codes import mixed
from quarterdeck.solvers.sorting import ranked_by

if TYPE_CHECKING:
    from quarterdeck.disciplines.mrp.network import Mesh
    from quarterdeck.disciplines.mrp.stage import Outcome

_DIGITS = 8

_KINDS = {BUY: "buy", MAKE: "make", TRANSFER: "transfer"}


def orders_and_pegs(company: Company, outcome: Outcome) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, Links]:
    """The tables ``orders`` (open ones first), ``pegs`` and ``yields``, and what pegs tie together by rows."""
    rank = _ranked(outcome)
    planned = _planned(company, outcome, rank)
    orders = pl.concat([_open(outcome), planned], how="diagonal")
    late = (pl.col("available") - pl.col("needed")).dt.total_seconds().clip(lower_bound=0)
    row = np.arange(outcome.netted.supplies.size)
    row[_first_planned(outcome) + rank] = row[_first_planned(outcome) :].copy()
    pegs, links = _pegs(outcome, planned["order"], row)
    return orders.with_columns(late_seconds=late), pegs, _yields(company, outcome, orders, row), links


def _yields(company: Company, outcome: Outcome, orders: pl.DataFrame, row: Ints) -> pl.DataFrame:
    """What else comes out of the orders, in their order."""
    if company["co_products"].is_empty():
        return pl.DataFrame(RESULTS["yields"].empty())
    found = yielded(company, outcome)
    at = row[found["row"].to_numpy()] - outcome.lots.height
    names = orders.select(pl.col("order", "line").gather(pl.lit(pl.Series(at))))
    frame = names.with_columns(
        pl.col("line").fill_null(""), found["item"], found["site"], quantity=units(found["quantity"].to_numpy())
    )
    return frame.with_columns(_at=at).sort("_at", "item").drop("_at")


def _first_planned(outcome: Outcome) -> int:
    return outcome.lots.height + outcome.orders.height


def _open(outcome: Outcome) -> pl.DataFrame:
    """Open orders, dated by their own due date and what late material does to it."""
    rows, first, netted = outcome.orders, outcome.lots.height, outcome.netted
    span = slice(first, first + rows.height)
    needed = netted.supplies["needed"][span]
    due = rows["due"].to_numpy().astype(np.int64)
    node = netted.supplies["node"][span]
    quantity = micro(rows["quantity"])
    begun = np.where(rows["kind"].to_numpy() == "make", _started(outcome, node, quantity), quantity)
    return rows.select("order", "line", "kind", "state", "item", "site", "quantity", "partner", "routing").with_columns(
        start_quantity=units(begun),
        release=from_seconds(rows["release"].to_numpy()),
        needed=from_seconds(np.where(needed < FOREVER, needed, due)),
        available=from_seconds(outcome.dates.available[span]),
        level=pl.Series(outcome.mesh.level[node], dtype=pl.Int64),
    )


def _ranked(outcome: Outcome) -> Ints:
    """Planned supplies, counted from the first of them, by release, item, site and need."""
    first = _first_planned(outcome)
    supplies, release = outcome.netted.supplies[first:], outcome.dates.release[first:]
    place = outcome.mesh.place[supplies["node"]]
    return ranked_by(release, place, supplies["needed"], supplies["quantity"])


def _planned(company: Company, outcome: Outcome, rank: Ints) -> pl.DataFrame:
    """Planned orders in the order of ``rank``."""
    mesh, first = outcome.mesh, _first_planned(outcome)
    supplies = outcome.netted.supplies[first:]
    code = planned_codes(company, outcome, rank)
    node, quantity, option = (supplies[name][rank] for name in ("node", "quantity", "option"))
    items, sites = (pl.Series(names, dtype=pl.String) for names in (mesh.codes.items, mesh.codes.sites))
    item, site = np.divmod(mesh.place[node], max(len(mesh.codes.sites), 1))
    partners = pl.Series([*mesh.partners, None], dtype=pl.String)
    routings = pl.Series(list(map(mesh.routing.get, mesh.codes.items)), dtype=pl.String)
    kind = mesh.network.nodes["kind"][node]
    kinds = pl.Series([_KINDS.get(number) for number in range(max(_KINDS) + 1)], dtype=pl.String)
    frame = pl.DataFrame({
        "order": code, "line": pl.repeat("", node.size, dtype=pl.String, eager=True),
        "kind": kinds.gather(kind), "state": pl.repeat("planned", node.size, dtype=pl.String, eager=True),
        "item": items.gather(item), "site": sites.gather(site), "quantity": units(quantity),
        "start_quantity": units(_started(outcome, node, quantity)),
        "partner": partners.gather(np.where(option < 0, len(mesh.partners), option)),
        "routing": routings.gather(item),
        **{
            name: from_seconds(values[first:][rank])
            for name, values in (
                ("release", outcome.dates.release), ("needed", outcome.netted.supplies["needed"]),
                ("available", outcome.dates.available),
            )
        },
        "level": pl.Series(mesh.level[node], dtype=pl.Int64),
    })  # fmt: skip
    frame = frame.with_columns(routing=pl.when(pl.Series(kind == MAKE)).then("routing"))
    shared = routing_of(mesh, company, node, option)
    if shared:
        rows, names = list(shared), list(shared.values())
        frame = frame.with_columns(routing=frame["routing"].scatter(rows, names))
    return frame


def _started(outcome: Outcome, node: Ints, quantity: Ints) -> Ints:
    """Quantities to start with, rounded up to what can be counted."""
    nodes = outcome.mesh.network.nodes
    share, step = nodes["good"][node], nodes["step"][node]
    raw = quantity / share
    whole = np.rint(raw)
    up = np.where(np.abs(raw - whole) <= 1e-9 * np.maximum(1.0, whole), whole, np.ceil(raw)).astype(np.int64)
    return np.where(share >= 1.0, quantity, -(-up // step) * step)


def planned_codes(company: Company, outcome: Outcome, rank: Ints) -> pl.Series:
    """Codes such as P03141592 in the order of ``rank``, with more P where the company has such codes of its own.

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
    digits = pl.Series(number[rank], dtype=pl.Int64).cast(pl.String).str.zfill(_DIGITS)
    return pl.select(pl.concat_str(pl.lit(prefix), digits)).to_series()


def _stable_numbers(mesh: Mesh, node: Ints, needed: Ints, rank: Ints) -> Ints:
    """A number for each order that only its item, site, day of need and turn among those alike decide."""
    if not node.size:
        return np.zeros(0, np.int64)
    used, at = np.unique(node, return_inverse=True)
    seeds = _seeds(mesh, used)[at]
    key = mixed(seeds ^ mixed(needed.astype(np.uint64)))
    key = mixed(key + _turns(key, rank))
    room = np.uint64(10 ** (_DIGITS if node.size < 10 ** (_DIGITS - 1) else 2 * _DIGITS))
    number = key % room
    while True:
        rows = _alike(number)
        ordered = rows[np.lexsort((key[rows], number[rows]))]
        again = np.concatenate(([False], number[ordered][1:] == number[ordered][:-1]))
        if not again.any():
            return number.astype(np.int64)
        number[ordered[again]] = (number[ordered[again]] + np.uint64(1) + key[ordered[again]] % np.uint64(9973)) % room


def _turns(key: npt.NDArray[np.uint64], rank: Ints) -> npt.NDArray[np.uint64]:
    """How many with the same key come before each in the order of ``rank``."""
    turn = np.zeros(key.size, np.uint64)
    rows = rank[np.isin(rank, _alike(key))] if rank.size else rank
    ordered = rows[np.argsort(key[rows], kind="stable")]
    first = np.concatenate(([True], key[ordered][1:] != key[ordered][:-1]))[: ordered.size]
    start = np.maximum.accumulate(np.where(first, np.arange(ordered.size), 0))
    turn[ordered] = (np.arange(ordered.size) - start).astype(np.uint64)
    return turn


def _alike(values: npt.NDArray[np.uint64]) -> Ints:
    """Rows whose value another row has too."""
    ordered = np.sort(values)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not twice.size:
        return np.zeros(0, np.int64)
    at = np.minimum(np.searchsorted(twice, values), twice.size - 1)
    return np.flatnonzero(twice[at] == values)


def _seeds(mesh: Mesh, nodes: Ints) -> npt.NDArray[np.uint64]:
    """A number for each node, of its codes alone."""
    item, site = np.divmod(mesh.place[nodes], max(len(mesh.codes.sites), 1))
    items, sites = _of_texts(mesh.codes.items), _of_texts(mesh.codes.sites)
    return mixed(items[item] + mixed(sites[site]))


def _of_texts(texts: list[str]) -> npt.NDArray[np.uint64]:
    """A number for each text, whatever the others are: its letters mixed in one after the other."""
    wide = np.array(texts, dtype=np.str_)
    letters = wide.view(np.uint32).reshape(wide.size, -1) if wide.size and wide.itemsize else np.zeros((wide.size, 0))
    found = np.zeros(wide.size, np.uint64)
    for column in letters.T.astype(np.uint64):
        found = np.where(column > 0, mixed(found + column), found)
    return found


def _pegs(outcome: Outcome, planned: pl.Series, row: Ints) -> tuple[pl.DataFrame, Links]:
    """The pegs, and the rows they tie together; ``row`` is where each supply stands among lots and orders."""
    netted, mesh, lots = outcome.netted, outcome.mesh, outcome.lots.height
    demand, supply = netted.pegs["demand"], row[netted.pegs["supply"]]
    source = netted.demands["source"][demand]
    by_order = source < 0
    consumer = row[np.where(by_order, -1 - source, 0)] if row.size else np.zeros(source.size, np.int64)
    code, line = _names(outcome, planned)
    wanted = pl.Series(outcome.requirements["demand"], dtype=pl.String)
    asked = pl.concat([code, wanted]).gather(np.where(by_order, consumer, code.len() + source))
    item, site = np.divmod(mesh.place[netted.demands["node"][demand]], max(len(mesh.codes.sites), 1))
    sequence = pl.Series(netted.demands["sequence"][demand], dtype=pl.Int64)
    frame = pl.DataFrame({
        "peg": np.arange(1, demand.size + 1),
        "item": pl.Series(mesh.codes.items, dtype=pl.String).gather(item),
        "site": pl.Series(mesh.codes.sites, dtype=pl.String).gather(site),
        "quantity": units(netted.pegs["quantity"]),
        "supply_kind": pl.Series(["stock", "order"]).gather((supply >= lots).astype(np.uint32)),
        "supply": code.gather(supply), "supply_line": _lines(outcome, line, supply),
        "demand_kind": pl.Series(["requirement", "order"]).gather(by_order.astype(np.uint32)), "demand": asked,
        "demand_line": _lines(outcome, line, np.where(by_order, consumer, line.len() - 1)),
        "needed": from_seconds(netted.demands["needed"][demand]), "sequence": sequence,
    })  # fmt: skip
    links = Links(
        np.where(supply >= lots, supply - lots, -1), np.where(by_order, consumer - lots, -1),
        np.where(by_order, -1, source),
    )  # fmt: skip
    return frame.with_columns(sequence=pl.when(pl.col("sequence") >= 0).then("sequence")), links


def _names(outcome: Outcome, planned: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Codes of lots, open and planned orders, and their lines with an empty one more."""
    code = pl.concat([outcome.lots["lot"], outcome.orders["order"], planned])
    blank = pl.repeat("", max(outcome.lots.height, planned.len() + 1), dtype=pl.String, eager=True)
    line = pl.concat([blank[: outcome.lots.height], outcome.orders["line"], blank[: planned.len() + 1]])
    return code, line


def _lines(outcome: Outcome, line: pl.Series, rows: Ints) -> pl.Series:
    """The lines of rows; without purchase orders of several lines all are empty."""
    if (outcome.orders["line"] != "").any():
        return line.gather(rows)
    return pl.repeat("", rows.size, dtype=pl.String, eager=True)
