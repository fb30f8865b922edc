"""Shares of routings: planned orders divided among the ways of making an item by the shares agreed for them."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp.network import Mesh
from quarterdeck.disciplines.mrp.records import MAKE, Ints, Netted, Records
from quarterdeck.disciplines.mrp.splitting import Split, split
from quarterdeck.model import Company

ROUTED = -3  # option of an order made by the first routing of those with shares, -4 by the second, and so on

Ways = dict[str, list[tuple[str, float]]]


def ways(company: Company) -> Ways:
    """Routings of each item that have a share, with their shares of the whole; items with one alone are left out."""
    found = (
        company["operations"]
        .filter(pl.col("quota") > 0)
        .group_by("item", "routing")
        .agg(pl.col("quota").max())
        .sort("item", pl.col("routing") != "main", "routing")
    )
    by_item: Ways = {}
    for item, routing, share in found.iter_rows():
        by_item.setdefault(item, []).append((routing, share))
    return {item: _whole(rows) for item, rows in by_item.items()}


def _whole(rows: list[tuple[str, float]]) -> list[tuple[str, float]]:
    total = sum(share for _, share in rows)
    return [(routing, share / total) for routing, share in rows]


def shared_out(company: Company, mesh: Mesh, netted: Netted, given: int) -> Netted:
    """The netting whose planned orders are made by each routing in its share.

    Orders are taken by the date of their need; each is divided so that what every routing has made so far comes as
    near to its share as whole pieces and the least lot allow.
    """
    known = ways(company)
    if not known:
        return netted
    supplies, nodes = netted.supplies, mesh.network.nodes
    made = np.arange(supplies.size) >= given
    made &= nodes["kind"][supplies["node"]] == MAKE
    splits: list[Split] = []
    options: list[list[int]] = []
    so_far: dict[int, list[int]] = {}
    rows = np.flatnonzero(made)
    for supply in rows[np.lexsort((rows, supplies["needed"][rows]))].tolist():
        row = supplies[supply]
        node = int(row["node"])
        shares = known.get(mesh.item(node))
        if shares is None:
            continue
        done = so_far.setdefault(node, [0] * len(shares))
        parts = divided(int(row["quantity"]), [share for _, share in shares], done, _least(nodes[node]))
        used = [number for number, part in enumerate(parts) if part > 0]
        options.append([ROUTED - number for number in used])
        splits.append(
            Split(supply, [parts[number] for number in used], [int(row["release"])] * len(used),
                  [int(row["available"])] * len(used))
        )  # fmt: skip
        so_far[node] = [before + part for before, part in zip(done, parts, strict=True)]
    result = split(netted, splits)
    number = supplies.size
    for each, chosen in zip(splits, options, strict=True):
        places = [each.supply, *range(number, number + len(chosen) - 1)]
        number += len(chosen) - 1
        result.supplies["option"][places] = chosen
    return result


def _least(node: Records) -> tuple[int, int]:
    step = max(int(node["step"]), int(node["multiple"]))
    return max(int(node["minimum"]), step), step


def divided(quantity: int, shares: list[float], so_far: list[int], lot: tuple[int, int]) -> list[int]:
    """Parts of a quantity for each share, counting what each has had; parts are at least the first of ``lot``.

    All but one part are whole multiples of the second of ``lot``.

    >>> divided(100, [0.7, 0.3], [0, 0], (1, 1)), divided(10, [0.5, 0.5], [10, 0], (1, 1))
    ([70, 30], [0, 10])
    """
    least, step = lot
    total = quantity + sum(so_far)
    lacking = [max(share * total - had, 0.0) for share, had in zip(shares, so_far, strict=True)]
    scale = quantity / sum(lacking) if sum(lacking) > 0 else 0.0
    parts = [math.floor(each * scale / step + 1e-9) * step for each in lacking]
    parts = [part if part >= least else 0 for part in parts]
    rest = [each * scale - part for each, part in zip(lacking, parts, strict=True)]
    parts[max(range(len(parts)), key=lambda number: (rest[number], parts[number]))] += quantity - sum(parts)
    return parts


def routing_of(mesh: Mesh, company: Company, node: Ints, option: Ints) -> dict[int, str]:
    """Routing of each supply (by its row) that a share decided; ``node`` and ``option`` are those of the supplies."""
    rows = np.flatnonzero(option <= ROUTED)
    if not rows.size:
        return {}
    known = ways(company)
    return {
        row: known[mesh.item(at)][ROUTED - chosen][0]
        for row, at, chosen in zip(rows.tolist(), node[rows].tolist(), option[rows].tolist(), strict=True)
    }
