"""How fast netting by time buckets is: ``python -m benchmarks.mrp [--items N --buckets T --seed S --json OUT]``.

Makes a company of ``N`` item-sites on eight levels with three bill-of-material lines an item and four lot rules,
writes it to Parquet, and then takes the time of everything from those files to a Parquet file of planned orders.
``llc_cpu_s`` is low-level codes and renumbering, ``netting_cpu_s`` the pass over all items and buckets,
``total_wall_s`` all of it with reading and writing, once the kernels are compiled (a small company goes first);
``peak_mb`` is that of the process which does this alone. With ``--orders N`` it is netting order by order instead
(:mod:`benchmarks.mrp_orders`).
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.mrp_orders import measured_orders, write_orders
from quarterdeck.disciplines.mrp.bucket_network import BucketLines, arranged, given_of, in_order
from quarterdeck.disciplines.mrp.buckets import BUCKET_ITEM, Lots, net_buckets
from quarterdeck.disciplines.mrp.levels import grouped, low_level_codes
from quarterdeck.disciplines.mrp.records import records

LEVELS = 8
LINES_PER_ITEM = 3.0
LOT_FOR_LOT, FIXED, PERIODS, MULTIPLE = range(4)
SMALL = 2_000


def main() -> None:
    """Makes the company and measures in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mrp", description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--buckets", type=int, default=52)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--orders", type=int, default=0, help="sales orders to net one by one")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.folder:
        figures = measured_orders(options.folder) if options.orders else measured(options.folder, options.buckets)
        print(json.dumps(figures))
        return
    with tempfile.TemporaryDirectory() as folder:
        write_company(Path(folder), options.items, options.buckets, options.seed)
        write_company(Path(folder) / "small", min(SMALL, options.items), options.buckets, options.seed)
        command = [sys.executable, "-m", "benchmarks.mrp", "--folder", folder, "--buckets", str(options.buckets)]
        if options.orders:
            write_orders(Path(folder), options.orders, options.seed)
            write_orders(Path(folder) / "small", min(SMALL, options.orders), options.seed)
            command += ["--orders", str(options.orders)]
        text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    print(text, end="")
    if options.json:
        options.json.write_text(text, encoding="utf-8")


def write_company(folder: Path, items: int, buckets: int, seed: int) -> None:
    """Items, bill-of-material lines, requirements and open orders as Parquet files, in no helpful order."""
    folder.mkdir(exist_ok=True)
    rng = np.random.default_rng(seed)
    share = np.array([0.10] + [0.45 / (LEVELS - 2)] * (LEVELS - 2) + [0.45])
    level = np.repeat(np.arange(LEVELS), np.floor(share * items).astype(int))
    level = np.concatenate([level, np.full(items - level.size, LEVELS - 1)])
    start = np.searchsorted(level, np.arange(LEVELS + 1))
    name = np.array([f"item-{number:07d}" for number in rng.permutation(items)])
    made = np.flatnonzero(level < LEVELS - 1)
    lines = 1 + rng.poisson(LINES_PER_ITEM * items / made.size - 1, made.size)
    parent = np.repeat(made, lines)
    low = start[level[parent] + 1]
    high = np.where(rng.random(parent.size) < 0.5, start[np.minimum(level[parent] + 2, LEVELS)], items)
    component = low + (rng.random(parent.size) * (high - low)).astype(np.int64)
    shuffled = rng.permutation(parent.size)
    bom = {"parent": name[parent], "component": name[component], "quantity_per": rng.integers(1, 4, parent.size)}
    pl.DataFrame({key: values[shuffled] for key, values in bom.items()}).write_parquet(folder / "bom_lines.parquet")
    pl.DataFrame({
        "item": name, "on_hand": rng.integers(0, 200, items), "safety_stock": rng.integers(0, 10, items),
        "lead_buckets": rng.integers(0, 5, items), "rule": rng.integers(0, 4, items),
        "lot_size": rng.integers(10, 200, items), "periods": rng.integers(2, 7, items),
    }).sample(fraction=1.0, shuffle=True, seed=seed).write_parquet(folder / "items.parquet")  # fmt: skip
    spares = rng.choice(items, max(items // 20, 1), replace=False)
    sold = np.unique(np.concatenate([np.flatnonzero(level == 0), spares]))
    wanted = rng.poisson(np.where(level[sold] == 0, 3.0, 1.0)[:, None], (sold.size, buckets)).astype(np.int32)
    pl.DataFrame({"item": name[sold], "quantity": wanted}).write_parquet(folder / "requirements.parquet")
    ordered = rng.choice(items, max(items // 4, 1), replace=False)
    pl.DataFrame({
        "item": name[ordered], "bucket": rng.integers(0, min(8, buckets), ordered.size),
        "quantity": rng.integers(10, 100, ordered.size),
    }).write_parquet(folder / "open_orders.parquet")  # fmt: skip


def measured(folder: Path, buckets: int) -> dict[str, float]:
    """The figures of the company in a folder, after a small one has loaded the kernels."""
    plan_folder(folder / "small", buckets)
    began = time.perf_counter()
    figures = plan_folder(folder, buckets)
    figures["total_wall_s"] = round(time.perf_counter() - began, 2)
    figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return figures


def plan_folder(folder: Path, buckets: int) -> dict[str, float]:
    """Reads the company, nets it, writes the planned orders."""
    items = pl.read_parquet(folder / "items.parquet")
    index = items.select("item", pl.int_range(pl.len(), dtype=pl.Int32).alias("row"))

    def rows(codes: pl.Series) -> np.ndarray:
        found = codes.rename("item").to_frame().join(index, on="item", how="left", maintain_order="left")
        return found["row"].to_numpy().astype(np.int64)

    wanted = _wanted(folder, rows)
    bom = pl.read_parquet(folder / "bom_lines.parquet")
    parent, component, factor = rows(bom["parent"]), rows(bom["component"]), bom["quantity_per"].to_numpy()
    del bom
    began = time.process_time()
    first, ranked = grouped(parent, items.height)
    lines = BucketLines.lasting(first, component[ranked], factor[ranked].astype(np.float64), buckets)
    level, order = low_level_codes(lines.first, lines.child)
    used = arranged(order, lines, buckets)
    coded = time.process_time()
    table, known = in_order(order, _bucket_items(items)), given_of(order, *wanted)
    netting = time.process_time()
    lots = net_buckets(table, used, known, buckets)
    netted = time.process_time()
    _write(folder, order, lots, table["lead"])
    return {
        "items": items.height, "edges": int(component.size), "buckets": buckets, "levels": int(level.max()) + 1,
        "llc_cpu_s": round(coded - began, 3), "netting_cpu_s": round(netted - netting, 3),
        "planned": int(lots.quantity.size), "overflow": lots.overflow,
    }  # fmt: skip


def _wanted(folder: Path, rows: Callable[[pl.Series], np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Item, bucket and quantity of requirements, and of open orders with a minus."""
    grid = pl.read_parquet(folder / "requirements.parquet")
    quantity = grid["quantity"].to_numpy()
    row, bucket = np.nonzero(quantity)
    coming = pl.read_parquet(folder / "open_orders.parquet")
    item = np.concatenate([rows(grid["item"])[row], rows(coming["item"])])
    bucket = np.concatenate([bucket, coming["bucket"].to_numpy()])
    return item, bucket, np.concatenate([quantity[quantity != 0], -coming["quantity"].to_numpy()])


def _bucket_items(items: pl.DataFrame) -> np.ndarray:
    column = {name: items[name].to_numpy() for name in items.columns if name != "item"}
    rule, lot = column["rule"], column["lot_size"]
    return records(
        BUCKET_ITEM, items.height, stock=column["on_hand"] - column["safety_stock"], lead=column["lead_buckets"],
        minimum=np.where(rule == MULTIPLE, lot, 0), multiple=np.where(rule == FIXED, lot, 1), good=1.0,
        window=np.where(rule == PERIODS, column["periods"], 1),
    )  # fmt: skip


def _write(folder: Path, order: np.ndarray, lots: Lots, lead: np.ndarray) -> None:
    """Planned orders, one row each: row of the item, buckets of release and availability, quantity."""
    position = np.repeat(np.arange(order.size, dtype=np.int32), np.diff(lots.first))
    release = np.maximum(lots.bucket.astype(np.int32) - lead[position], 0).astype(np.uint16)
    item = order.astype(np.int32)[position]
    frame = pl.DataFrame({"item": item, "release": release, "available": lots.bucket, "quantity": lots.quantity})
    frame.write_parquet(folder / "planned.parquet", compression="lz4", statistics=False)


if __name__ == "__main__":
    main()
