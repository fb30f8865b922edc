"""How fast netting order by order is: ``python -m benchmarks.mrp --orders 1000000 [--items N --seed S --json OUT]``.

The company of :mod:`benchmarks.mrp` with this many sales orders over a year of days and four lot rules by minimum and
window. ``netting_cpu_s`` is the pass over all items, from arrays to planned orders with all pegs; ``total_cpu_s`` all
of it with reading the company from Parquet and low-level codes, before anything is written.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp.bucket_network import BucketLines, arranged, given_of, in_order
from quarterdeck.disciplines.mrp.buckets import BUCKET_ITEM
from quarterdeck.disciplines.mrp.levels import grouped, low_level_codes
from quarterdeck.disciplines.mrp.order_netting import OrderPegs, PlannedOrders, net_orders
from quarterdeck.disciplines.mrp.records import records

DAYS = 364
WINDOWS = np.array([7, 14, 28])


def write_orders(folder: Path, orders: int, seed: int) -> None:
    """Sales orders and open orders, and lead times and lot rules in days, beside the company of a folder."""
    rng = np.random.default_rng(seed + 1)
    sold = pl.read_parquet(folder / "requirements.parquet")["item"]
    items = pl.read_parquet(folder / "items.parquet")["item"]
    pl.DataFrame({
        "item": sold.gather(rng.integers(0, sold.len(), orders)), "day": rng.integers(7, DAYS, orders),
        "quantity": rng.integers(1, 20, orders),
    }).write_parquet(folder / "sales_orders.parquet")  # fmt: skip
    ordered = rng.integers(0, items.len(), max(items.len() // 4, 1))
    pl.DataFrame({
        "item": items.gather(ordered), "day": rng.integers(0, 60, ordered.size),
        "quantity": rng.integers(10, 100, ordered.size),
    }).write_parquet(folder / "receipts.parquet")  # fmt: skip
    pl.DataFrame({
        "item": items, "on_hand": rng.integers(0, 100, items.len()), "lead_days": rng.integers(1, 20, items.len()),
        "minimum": rng.integers(50, 1000, items.len()), "window": rng.choice(WINDOWS, items.len()),
    }).write_parquet(folder / "rules.parquet")  # fmt: skip


def measured_orders(folder: Path) -> dict[str, Any]:
    """The figures of the company in a folder, after a small one has loaded the kernels."""
    plan_orders(folder / "small")
    figures, (orders, pegs) = plan_orders(folder)
    figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    figures["unpegged"] = int(_unpegged(orders, pegs))
    return figures


def plan_orders(folder: Path) -> tuple[dict[str, Any], tuple[PlannedOrders, OrderPegs]]:
    """Reads the company and nets it order by order."""
    began, clock = time.process_time(), time.perf_counter()
    rules = pl.read_parquet(folder / "rules.parquet")
    index = rules.select("item", pl.int_range(pl.len(), dtype=pl.Int32).alias("row"))

    def rows(codes: pl.Series) -> np.ndarray:
        found = codes.rename("item").to_frame().join(index, on="item", how="left", maintain_order="left")
        return found["row"].to_numpy().astype(np.int64)

    bom = pl.read_parquet(folder / "bom_lines.parquet")
    first, ranked = grouped(rows(bom["parent"]), rules.height)
    factor = bom["quantity_per"].to_numpy()[ranked].astype(np.float64)
    lines = BucketLines.lasting(first, rows(bom["component"])[ranked], factor, DAYS)
    del bom, ranked, factor
    sales, receipts = (pl.read_parquet(folder / f"{name}.parquet") for name in ("sales_orders", "receipts"))
    wanted = pl.concat([sales, receipts.with_columns(-pl.col("quantity"))])
    read = time.process_time()
    level, order = low_level_codes(lines.first, lines.child)
    used = arranged(order, lines, DAYS)
    coded = time.process_time()
    day = wanted["day"].to_numpy().astype(np.uint16)
    in_time = np.argsort(day, kind="stable")
    known = given_of(order, rows(wanted["item"])[in_time], day[in_time], wanted["quantity"].to_numpy()[in_time])
    table = in_order(order, _order_items(rules))
    prepared = time.process_time()
    orders, pegs = net_orders(table, used, known)
    done = time.process_time()
    figures = {
        "items": rules.height, "edges": int(lines.child.size), "sales_orders": sales.height,
        "levels": int(level.max()) + 1, "planned": int(orders.quantity.size), "pegs": int(pegs.quantity.size),
        "read_cpu_s": round(read - began, 3), "llc_cpu_s": round(coded - read, 3),
        "prepare_cpu_s": round(prepared - coded, 3), "netting_cpu_s": round(done - prepared, 3),
        "total_cpu_s": round(done - began, 3), "total_wall_s": round(time.perf_counter() - clock, 2),
    }  # fmt: skip
    return figures, (orders, pegs)


def _order_items(rules: pl.DataFrame) -> np.ndarray:
    column = {name: rules[name].to_numpy() for name in rules.columns if name != "item"}
    return records(
        BUCKET_ITEM, rules.height, stock=column["on_hand"], lead=column["lead_days"], minimum=column["minimum"],
        multiple=1, good=1.0, window=column["window"],
    )  # fmt: skip


def _unpegged(orders: PlannedOrders, pegs: OrderPegs) -> int:
    """How many planned orders give away more than they bring: none."""
    planned = pegs.supply >= 0
    given = np.zeros(orders.quantity.size, np.int64)
    np.add.at(given, pegs.supply[planned], pegs.quantity[planned])
    return int((given > orders.quantity).sum())
