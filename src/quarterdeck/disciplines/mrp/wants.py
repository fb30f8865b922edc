"""What is wanted at the start: requirements, safety stock, and what open orders still consume."""

from __future__ import annotations

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp.codes import Codes, micro
from quarterdeck.disciplines.mrp.netting import SAFETY_PRIORITY
from quarterdeck.disciplines.mrp.offsets import guarded_ceil, latest_starts
from quarterdeck.disciplines.mrp.records import MAKE, MICRO, TRANSFER, Demands, Ints, Netted, Network
from quarterdeck.model import Settings
from quarterdeck.model.clock import from_seconds

FORECAST_PRIORITY = 900


def with_safety_stock(requirements: pl.DataFrame, targets: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Requirements followed by one of kind ``safety_stock`` per target, least important of all."""
    own = requirements.filter(pl.col("kind") != "safety_stock")
    wanted = targets.filter(pl.col("safety_stock") > 0).sort("item", "site")
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(6)
    rows = wanted.select(
        pl.concat_str(pl.lit(_free_prefix(own["demand"])), number).alias("demand"),
        pl.lit("safety_stock").alias("kind"), "item", "site", pl.col("safety_stock").alias("quantity"),
        pl.lit(settings.as_of).dt.convert_time_zone("UTC").alias("due"), pl.lit(999, pl.Int64).alias("priority"),
    )  # fmt: skip
    shaped = rows.with_columns(pl.col("due").cast(requirements.schema["due"]))
    return pl.concat([own, shaped], how="diagonal").with_columns(
        pl.col("ship_complete").fill_null(value=False), pl.col("value").fill_null(0)
    )


def _free_prefix(codes: pl.Series) -> str:
    prefix = "S"
    while codes.str.contains(rf"^{prefix}\d+$").any():
        prefix += "S"
    return prefix


def demands(requirements: pl.DataFrame, node: Ints) -> Demands:
    """Requirements that have a node, in a rank that row order does not change; ``source`` is their row."""
    frame = requirements.with_columns(
        _row=pl.int_range(pl.len()), _node=pl.Series(node, dtype=pl.Int64), _due=pl.col("due").dt.epoch("s")
    )
    frame = frame.filter(pl.col("_node") >= 0, pl.col("quantity") > 0)
    frame = frame.sort(
        "_due", "priority", "item", "site", "kind", "order", "line", "customer", "quantity", "demand", nulls_last=True
    )
    own = pl.col("priority").clip(1, 899)
    level = pl.when(pl.col("kind") == "forecast").then(FORECAST_PRIORITY).otherwise(own)
    level = pl.when(pl.col("kind") == "safety_stock").then(SAFETY_PRIORITY).otherwise(level)
    return Demands(
        frame["_node"].to_numpy(), micro(frame["quantity"]), frame["_due"].to_numpy().astype(np.int64),
        frame.select(level.cast(pl.Int64)).to_series().to_numpy(), frame["_row"].cast(pl.Int64).to_numpy(),
        np.full(frame.height, -1, np.int64),
    )  # fmt: skip


def order_wants(
    orders: pl.DataFrame, first_supply: int, node: Ints, network: Network, done: dict[tuple[str, int], int], as_of: int
) -> Demands:
    """What open orders still take from stock: components of work orders, goods of transfers not yet sent.

    ``first_supply`` is the number of the first order among the supplies, ``node`` the node of each order.
    """
    edges, steps = network.edges, network.steps
    rows: list[tuple[int, int, int, int, int, int]] = []
    starts = np.zeros(int(np.diff(steps.first).max(initial=0)) + 1, np.int64)
    columns = orders.select("order", "kind", "quantity", "due", "priority", "consumes", "release").iter_rows()
    for number, (order, kind, quantity, due, priority, consumes, release) in enumerate(columns):
        at = node[number]
        if not consumes or network.nodes.kind[at] != (MAKE if kind == "make" else TRANSFER):
            continue
        good = round(quantity * MICRO)
        started = int(guarded_ceil(good / network.nodes.good[at]))
        starts[:] = max(release, as_of)
        if steps.first[at] < steps.first[at + 1]:
            latest_starts(network, at, due, started, starts)
        for edge in range(edges.first[at], edges.first[at + 1]):
            begin = max(release, as_of)
            if not edges.valid_from[edge] <= begin < edges.valid_to[edge]:
                continue
            left = started - done.get((order, int(edges.sequence[edge])), 0)
            base = MICRO if edges.per_order[edge] else max(left, 0)
            wanted = int(guarded_ceil(base * edges.factor[edge])) if left > 0 else 0
            moment = max(int(starts[edges.step[edge]]), as_of)
            if wanted > 0:
                source = -1 - first_supply - number
                rows.append(
                    (int(edges.child[edge]), wanted, moment, min(priority, 899), source, int(edges.sequence[edge]))
                )
    table = np.array(rows, np.int64).reshape(-1, 6)
    return Demands(*(np.ascontiguousarray(table[:, column]) for column in range(6)))


def joined(one: Demands, other: Demands) -> Demands:
    """Both lists, one after the other."""
    return Demands(*(np.concatenate([a, b]).astype(np.int64) for a, b in zip(one, other, strict=True)))


def wanted_places(requirements: pl.DataFrame, orders: pl.DataFrame, codes: Codes) -> Ints:
    """Places at which something is wanted or on its way."""
    return np.concatenate([
        codes.places(requirements["item"], requirements["site"]), codes.places(orders["item"], orders["site"])
    ])  # fmt: skip


def safety_due(requirements: pl.DataFrame, netted: Netted) -> pl.Series:
    """Due dates of the requirements; safety stock is due as soon as it could be replenished."""
    due = requirements["due"].dt.epoch("s").to_numpy().astype(np.int64).copy()
    safety = (requirements["kind"] == "safety_stock").to_numpy()
    rows = np.flatnonzero(netted.demand_source >= 0)
    rows = rows[safety[netted.demand_source[rows]]]
    due[netted.demand_source[rows]] = netted.demand_needed[rows]
    return from_seconds(due)
