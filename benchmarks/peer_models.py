"""Factories drawn at random, for ``python -m benchmarks.peer --generate orders=100000,levels=8 --seed 1``.

Products are made in as many levels as asked for: each level takes the one below and some bought components, one level
of each product needs a machine, the others take a fixed time. With ``branches`` a level may take a second part that is
made for it alone, which makes trees of the chains. Ten orders a product, most of them due within the next half
year; machines are as many as in the factories that another planner has planned.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

Model = dict[str, Any]
DAY = 86_400
NOW = dt.datetime(2027, 1, 4)  # noqa: DTZ001 - the file's clocks have no zone
DEFAULTS = {"orders": 10_000.0, "levels": 5.0, "branches": 0.0, "components": 500.0, "quantity": 5.0}
ORDERS_PER_PRODUCT = 10
PRODUCTS_PER_RESOURCE = 5
MEAN_DAYS_TO_DUE = 118.0


def generated(text: str, seed: int) -> Model:
    """The factory that a text such as ``orders=100000,levels=8`` asks for.

    ``orders``, ``levels``; ``branches``: share of levels that take a second made part; ``components``: bought items;
    ``quantity``: largest quantity of an order.

    >>> model = generated("orders=20,levels=3", 1)
    >>> len(model["demands"]), len(model["operations"])
    (20, 6)
    """
    asked = dict(part.split("=") for part in text.split(",") if part)
    unknown = sorted(set(asked) - set(DEFAULTS))
    if unknown:
        raise ValueError(f"Expected {', '.join(DEFAULTS)}, got {', '.join(unknown)}.")
    size = DEFAULTS | {name: float(value) for name, value in asked.items()}
    rng = random.Random(seed)
    products = max(int(size["orders"]) // ORDERS_PER_PRODUCT, 1)
    resources = max(products // PRODUCTS_PER_RESOURCE, 1)
    components = [f"Component {number:05d}" for number in range(int(size["components"]))]
    made: list[dict[str, Any]] = []
    for product in range(products):
        made += _operations(rng, product, size, components, resources)
    bought = [
        {"item": name, "supplier": "component supplier", "leadtime_days": rng.randint(10, 60), "sizeminimum": 80,
         "sizemultiple": 10} for name in components
    ]  # fmt: skip
    stocked = [row["item"] for row in made if "L01" in row["item"]]
    buffers = [{"item": name, "onhand": 100, "minimum": 20} for name in components]
    buffers += [{"item": name, "onhand": rng.randint(5, 20), "minimum": 0} for name in stocked]
    names = [*components, *(row["item"] for row in made)]
    return {
        "current": NOW.isoformat(), "calendar": _working_days(),
        "resources": [{"name": f"Res {number:04d}", "maximum": 2} for number in range(resources)],
        "items": [{"name": name, "cost": rng.randint(10, 200)} for name in names],
        "buffers": buffers, "itemsuppliers": bought, "operations": made,
        "demands": _demands(rng, int(size["orders"]), products, int(size["quantity"])),
    }  # fmt: skip


def _working_days() -> dict[str, Any]:
    days = {"start": "2020-01-01T00:00:00", "end": "2035-12-31T00:00:00", "value": 1, "days": "mon-fri"}
    return {"name": "Working Days", "default": 0, "buckets": [days]}


def _operations(
    rng: random.Random, product: int, size: dict[str, float], components: list[str], resources: int
) -> list[dict[str, Any]]:
    """The levels of one product, and the side parts that branch off them."""
    levels = int(size["levels"])
    machined = rng.randrange(levels)
    name = f"Itm {product:06d}"
    items = [name, *(f"{name} L{level:02d}" for level in range(1, levels))]
    rows: list[dict[str, Any]] = []
    for level, item in enumerate(items):
        flows = [{"item": items[level + 1], "quantity": -1}] if level + 1 < levels else []
        if level + 1 < levels and rng.random() < size["branches"]:
            side = f"{item} side"
            flows.append({"item": side, "quantity": -rng.randint(1, 2)})
            rows.append(_fixed(rng, side, _taken(rng, components)))
        flows += _taken(rng, components)
        if level == machined:
            work = {"type": "time_per", "duration_per_s": DAY, "resource": f"Res {rng.randrange(resources):04d}"}
            rows.append({"name": f"Make {item}", "item": item, "sizemultiple": 1, "flows": flows, **work})
        else:
            rows.append(_fixed(rng, item, flows))
    return rows


def _fixed(rng: random.Random, item: str, flows: list[dict[str, Any]]) -> dict[str, Any]:
    work = {"type": "fixed_time", "duration_s": rng.randint(1, 5) * DAY}
    return {"name": f"Make {item}", "item": item, "sizemultiple": 1, "flows": flows, **work}


def _taken(rng: random.Random, components: list[str]) -> list[dict[str, Any]]:
    """Bought components of one operation, mostly one or none."""
    number = rng.choices((0, 1, 2, 3), (0.45, 0.35, 0.15, 0.05))[0]
    return [{"item": name, "quantity": -rng.randint(1, 3)} for name in rng.sample(components, number)]


def _demands(rng: random.Random, orders: int, products: int, most: int) -> list[dict[str, Any]]:
    rows = []
    for number in range(orders):
        product = number % products
        hours = min(int(rng.expovariate(1 / MEAN_DAYS_TO_DUE) * 24) + 1, 3 * 365 * 24)
        rows.append({
            "name": f"Dmd {product:06d} {number // products:05d}", "item": f"Itm {product:06d}",
            "quantity": rng.randint(1, most), "priority": rng.randint(1, 2),
            "due": (NOW + dt.timedelta(hours=hours)).isoformat(),
        })  # fmt: skip
    return rows
