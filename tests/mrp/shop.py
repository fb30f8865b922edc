"""A small bicycle shop in tables, for the tests of netting and promising."""

import datetime as dt

import polars as pl

from quarterdeck.model import Company, Plan, Settings

NOW = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
SETTINGS = Settings(as_of=NOW, horizon_weeks=26)


def day(number, hour=0):
    """Midnight (or an hour) of the given day after now, UTC."""
    return NOW + dt.timedelta(days=number, hours=hour)


def wall(number):
    """The same without a time zone, for company tables."""
    return day(number).replace(tzinfo=None)


def table(names, *rows):
    """A frame of rows under names given as one string."""
    return pl.DataFrame(rows, schema=names.split(), orient="row", infer_schema_length=None)


def company(**changes):
    """Bikes of a frame and two wheels; frames take ten days from Acme, spokes five; wheels and bikes take no time."""
    tables = {
        "items": table(
            "item name source cost", ("bike", "City bike", "make", 100.0), ("frame", "Frame", "buy", 40.0),
            ("wheel", "Wheel", "make", 20.0), ("spoke", "Spoke", "buy", 0.1),
        ),
        "bom_lines": table(
            "parent component quantity_per", ("bike", "frame", 1.0), ("bike", "wheel", 2.0), ("wheel", "spoke", 32.0)
        ),
        "suppliers": table("supplier name", ("acme", "Acme Works")),
        "supply_options": table(
            "item supplier lead_time_days", ("frame", "acme", 10.0), ("spoke", "acme", 5.0)
        ),
    }  # fmt: skip
    return Company.of(**{**tables, **changes})


def plan(*demands, settings=SETTINGS, targets=()):
    """A plan that wants (item, quantity, day) or (item, quantity, day, priority) and nothing else."""
    rows = [
        {
            "demand": f"D{number:06d}", "kind": "sales_order", "order": f"SO-{number}", "line": "1", "item": demand[0],
            "site": "main", "quantity": float(demand[1]), "due": day(demand[2]),
            "priority": demand[3] if len(demand) > 3 else 5, "ship_complete": True,
        }
        for number, demand in enumerate(demands, start=1)
    ]  # fmt: skip
    blank = Plan.blank(settings)
    if targets:
        blank = blank.with_tables(targets=_targets(targets))
    return blank.with_tables(requirements=pl.DataFrame(rows, infer_schema_length=None)) if rows else blank


def _targets(pairs):
    zero = dict.fromkeys(
        (
            "service_level",
            "lead_time_days",
            "lead_time_spread_days",
            "lead_time_demand",
            "reorder_point",
            "order_up_to",
        ),
        0.0,
    )
    words = {"abc": "A", "xyz": "X", "reason": "test", "site": "main"}
    return pl.DataFrame([{"item": item, "safety_stock": float(quantity), **zero, **words} for item, quantity in pairs])


def orders_of(result, item, state="planned"):
    """Orders of an item as (quantity, release day, available day)."""
    rows = result.orders.filter(pl.col("item") == item, pl.col("state") == state).sort("available", "quantity")
    return [
        (
            row["quantity"],
            (row["release"] - NOW).total_seconds() / 86400,
            (row["available"] - NOW).total_seconds() / 86400,
        )
        for row in rows.iter_rows(named=True)
    ]
