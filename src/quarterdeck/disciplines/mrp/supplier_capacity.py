"""Capacity of suppliers: what a supplier can deliver in a period, and planned purchases moved and split to keep it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp.codes import day_seconds
from quarterdeck.disciplines.mrp.lots import lot_limits
from quarterdeck.disciplines.mrp.network import Mesh
from quarterdeck.disciplines.mrp.records import BUY, FOREVER, MICRO, Ints, Netted, Network
from quarterdeck.disciplines.mrp.splitting import Split, split
from quarterdeck.model import Company
from quarterdeck.model.clock import DAY, home_zone

_MOST_PERIODS = 1_000


@dataclass
class Periods:
    """Periods of one capacity: from ``start`` to before ``end`` [s], with what is ``left`` in millionths."""

    start: Ints
    end: Ints
    left: Ints


def periods(company: Company, last: int) -> dict[str, Periods]:
    """The periods of every capacity up to ``last`` [s]; time outside all periods has no capacity."""
    table = company["supplier_capacities"].sort("capacity", "start")
    zone = home_zone(company)
    found: dict[str, Periods] = {}
    for (code,), rows in table.partition_by("capacity", as_dict=True, maintain_order=True).items():
        begins = day_seconds(rows, "start", zone, after=False)
        spans: list[tuple[int, int, int]] = []
        limits = np.concatenate((begins[1:], [max(last, int(begins[-1]) + 1)]))
        facts = rows.select("days", "quantity", "repeats").iter_rows()
        for begin, limit, (days, quantity, repeats) in zip(begins.tolist(), limits.tolist(), facts, strict=True):
            spans += _spans(begin, limit, days, round(quantity * MICRO), repeats=repeats)
        array = np.array(spans, np.int64).reshape(-1, 3)
        found[str(code)] = Periods(array[:, 0].copy(), array[:, 1].copy(), array[:, 2].copy())
    return found


def _spans(begin: int, limit: int, days: int, quantity: int, *, repeats: bool) -> list[tuple[int, int, int]]:
    """One period, or one after the other until the next row starts."""
    length = days * DAY
    if not repeats:
        return [(begin, min(begin + length, max(limit, begin + 1)), quantity)]
    starts = range(begin, limit, length)[:_MOST_PERIODS]
    return [(start, min(start + length, limit), quantity) for start in starts]


def within_capacity(company: Company, mesh: Mesh, netted: Netted, given: int, as_of: int) -> Netted:
    """The netting whose planned purchases keep the capacities of their suppliers.

    Purchases are placed one after the other, those of the most pressing demands first: at their date or before, as
    late as possible; what finds no room there comes in the first periods after. Open orders have used their part.
    """
    drawn = _drawn(company, mesh)
    if not drawn:
        return netted
    latest = int(max(netted.supplies["available"].max(initial=as_of), as_of)) + 1100 * DAY
    room = periods(company, latest)
    rows = [row for row in range(given, netted.supplies.size) if int(netted.supplies["option"][row]) in drawn]
    pressing = _pressing(netted)
    rows.sort(key=lambda row: (*pressing.get(row, (FOREVER, FOREVER)), row))
    placed = [_placed(mesh.network, netted, row, drawn, room, as_of) for row in rows]
    return split(netted, [each for each in placed if each is not None])


def _drawn(company: Company, mesh: Mesh) -> dict[int, tuple[str, float]]:
    """Capacity and what a unit draws of it, by option number."""
    known = set(company["supplier_capacities"]["capacity"])
    table = company["supply_options"].filter(pl.col("capacity").is_in(known))
    if table.is_empty():
        return {}
    network, found = mesh.network, {}
    terms = {
        (item, supplier, site): (capacity, unit)
        for item, supplier, site, capacity, unit in table.select(
            "item", "supplier", "site", "capacity", "capacity_per_unit"
        ).iter_rows()
    }
    owner = np.repeat(np.arange(network.nodes.size), np.diff(network.option_first))
    for option, node in enumerate(owner.tolist()):
        partner = mesh.partners[option]
        item, site = mesh.item(node), mesh.site(node)
        own = terms.get((item, partner, site)) or terms.get((item, partner, ""))
        if own is not None and network.nodes["kind"][node] == BUY:
            found[option] = own
    return found


def _pressing(netted: Netted) -> dict[int, tuple[int, int]]:
    """Priority and need of the most pressing demand of each supply."""
    found: dict[int, tuple[int, int]] = {}
    priority, needed = netted.demands["priority"], netted.demands["needed"]
    for peg in netted.pegs:
        key = (int(priority[peg["demand"]]), int(needed[peg["demand"]]))
        supply = int(peg["supply"])
        found[supply] = min(found.get(supply, key), key)
    return found


def _placed(
    network: Network,
    netted: Netted,
    row: int,
    drawn: dict[int, tuple[str, float]],
    room: dict[str, Periods],
    as_of: int,
) -> Split | None:
    """One purchase in the periods that still have room; None if it stays as it is."""
    supply = netted.supplies[row]
    capacity, per_unit = drawn[int(supply["option"])]
    spans = room[capacity]
    lead = int(supply["available"] - supply["release"])
    minimum, multiple, _ = lot_limits(network.nodes[supply["node"]], network.options, int(supply["option"]))
    wanted, left = int(supply["release"]), int(supply["quantity"])
    parts: list[tuple[int, int]] = []
    for period in _order(spans, wanted, as_of):
        if left <= 0:
            break
        most = int(spans.left[period] / per_unit)
        lot = min(left, most // multiple * multiple if multiple > 0 else most)
        if lot <= 0 or (lot < minimum and lot < left):
            continue
        spans.left[period] -= round(lot * per_unit)
        release = min(max(wanted, int(spans.start[period]), as_of), int(spans.end[period]) - 1)
        parts.append((release, lot))
        left -= lot
    if left > 0:
        parts.append((max(wanted, int(spans.end.max(initial=as_of))), left))
    parts.sort()
    if len(parts) == 1 and parts[0][0] == wanted:
        return None
    releases = [release for release, _ in parts]
    return Split(row, [lot for _, lot in parts], releases, [release + lead for release in releases])


def _order(spans: Periods, wanted: int, as_of: int) -> list[int]:
    """Periods in the order in which they are tried: that of the wanted day, those before it, then those after it."""
    open_still = np.flatnonzero(spans.end > as_of)
    before = [int(p) for p in open_still[::-1] if spans.start[p] <= wanted]
    after = [int(p) for p in open_still if spans.start[p] > wanted]
    return before + after
