"""What is wanted at the start: requirements, safety stock, and what open orders still consume."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.mrp.book import SAFETY_PRIORITY
from quarterdeck.disciplines.mrp.codes import Codes, micro
from quarterdeck.disciplines.mrp.netting import EXPECTED
from quarterdeck.disciplines.mrp.offsets import guarded_ceil, latest_release, latest_starts
from quarterdeck.disciplines.mrp.records import (
    DEMAND,
    MAKE,
    MICRO,
    TRANSFER,
    Ints,
    Netted,
    Network,
    Records,
    records,
)
from quarterdeck.disciplines.mrp.replenishment import started
from quarterdeck.model import Settings
from quarterdeck.model.clock import from_seconds
from quarterdeck.model.stable_codes import stable_codes


def with_safety_stock(requirements: pl.DataFrame, targets: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Requirements followed by one of kind ``safety_stock`` per target, least important of all."""
    own = requirements.filter(pl.col("kind") != "safety_stock")
    wanted = targets.filter(pl.col("safety_stock") > 0).sort("item", "site")
    rows = wanted.select(
        stable_codes(_free_prefix(own["demand"]), [wanted["item"], wanted["site"]]).alias("demand"),
        pl.lit("safety_stock").alias("kind"), "item", "site", pl.col("safety_stock").alias("quantity"),
        pl.lit(settings.as_of).dt.convert_time_zone("UTC").alias("due"), pl.lit(999, pl.Int64).alias("priority"),
    )  # fmt: skip
    shaped = rows.with_columns(pl.col("due").cast(requirements.schema["due"]))
    return pl.concat([own, shaped], how="diagonal").with_columns(
        pl.col("ship_complete").fill_null(value=False), pl.col("value").fill_null(0), pl.col("refused").fill_null(0.0)
    )


def _free_prefix(codes: pl.Series) -> str:
    prefix = "S"
    while codes.str.contains(rf"^{prefix}\d+$").any():
        prefix += "S"
    return prefix


def demands(requirements: pl.DataFrame, node: Ints) -> Records:
    """Requirements that have a node, in a rank that row order does not change; ``source`` is their row."""
    frame = requirements.with_columns(
        _row=pl.int_range(pl.len()), _node=pl.Series(node, dtype=pl.Int64), _due=pl.col("due").dt.epoch("s")
    )
    if "built_by" in frame.columns and frame["built_by"].null_count() < frame.height:
        frame = frame.with_columns(_due=pl.min_horizontal("_due", pl.col("built_by").dt.epoch("s")))
    frame = frame.with_columns(quantity=pl.col("quantity") - pl.col("refused").fill_null(0.0))
    frame = frame.filter(pl.col("_node") >= 0, pl.col("quantity") > 0)
    frame = frame.sort(
        "_due", "priority", "item", "site", "kind", "order", "line", "customer", "quantity", "demand", nulls_last=True
    )
    own = pl.col("priority").clip(1, 899)
    level = pl.when(pl.col("kind") == "forecast").then(EXPECTED).otherwise(own)
    level = pl.when(pl.col("kind") == "safety_stock").then(SAFETY_PRIORITY).otherwise(level)
    return records(
        DEMAND, frame.height, node=frame["_node"], quantity=micro(frame["quantity"]), needed=frame["_due"],
        priority=frame.select(level.cast(pl.Int64)).to_series(), source=frame["_row"].cast(pl.Int64), sequence=-1,
    )  # fmt: skip


def order_wants(
    orders: pl.DataFrame, first_supply: int, node: Ints, network: Network, done: dict[tuple[str, int], int], as_of: int
) -> Records:
    """What open orders still take from stock: components of work orders, goods of transfers not yet sent.

    ``first_supply`` is the number of the first order among the supplies, ``node`` the node of each order.
    """
    first = network.edge_first
    rows: list[tuple[int, int, int, int, int, int]] = []
    starts = np.zeros(int(np.diff(network.step_first).max(initial=0)) + 1, np.int64)
    columns = orders.select("order", "kind", "quantity", "due", "priority", "consumes", "release", "dated").iter_rows()
    for number, (order, kind, quantity, due, priority, consumes, release, dated) in enumerate(columns):
        at = node[number]
        if not consumes or network.nodes[at]["kind"] != (MAKE if kind == "make" else TRANSFER):
            continue
        good = round(quantity * MICRO)
        begun = int(started(network, at, good))
        low, high = network.option_first[at], network.option_first[at + 1]
        starts[:] = latest = latest_release(network, low, due) if low < high else due
        if network.step_first[at] < network.step_first[at + 1]:
            latest = latest_starts(network, at, due, begun, starts)
        begin = max(release if dated else latest, as_of)
        for edge in network.edges[first[at] : first[at + 1]]:
            if not edge["main"] or not edge["valid_from"] <= begin < edge["valid_to"]:
                continue
            left = begun - done.get((order, int(edge["sequence"])), 0)
            base = MICRO if edge["per_order"] else max(left, 0)
            wanted = int(guarded_ceil(base * edge["factor"])) if left > 0 else 0
            moment = max(int(starts[edge["step"]]), begin)
            if wanted > 0:
                source = -1 - first_supply - number
                rows.append((int(edge["child"]), wanted, moment, min(priority, 899), source, int(edge["sequence"])))
    names = ("node", "quantity", "needed", "priority", "source", "sequence")
    table = np.array(rows, np.int64).reshape(-1, len(names))
    return records(DEMAND, len(rows), **{name: table[:, column] for column, name in enumerate(names)})


def wanted_places(requirements: pl.DataFrame, orders: pl.DataFrame, codes: Codes) -> Ints:
    """Places at which something is wanted or on its way."""
    return np.concatenate([
        codes.places(requirements["item"], requirements["site"]), codes.places(orders["item"], orders["site"])
    ])  # fmt: skip


def safety_due(requirements: pl.DataFrame, netted: Netted) -> pl.Series:
    """Due dates of the requirements; safety stock is due as soon as it could be replenished."""
    due = requirements["due"].dt.epoch("s").to_numpy().astype(np.int64).copy()
    safety = (requirements["kind"] == "safety_stock").to_numpy()
    rows = netted.demands[netted.demands["source"] >= 0]
    rows = rows[safety[rows["source"]]]
    due[rows["source"]] = rows["needed"]
    return from_seconds(due)


def divisible(requirements: pl.DataFrame, netted: Netted) -> npt.NDArray[np.bool_]:
    """Whether each demand of the netting may be met in parts; what orders consume may not."""
    in_parts = (~requirements["ship_complete"] & (requirements["kind"] != "safety_stock")).to_numpy()
    source = netted.demands["source"]
    if not in_parts.size:
        return np.zeros(source.size, np.bool_)
    return np.asarray((source >= 0) & in_parts[np.maximum(source, 0)])
