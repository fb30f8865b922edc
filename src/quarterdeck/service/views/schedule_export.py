"""The schedule as a table to take along: one row an operation, names beside codes, times on the site's clock."""

from __future__ import annotations

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.schedule import steps_of

WALL = "%Y-%m-%d %H:%M"


def schedule_table(company: Company, plan: Plan) -> pl.DataFrame:
    """Every operation by start; times are text on the clock of its order's site."""
    names = Names.of(company)
    steps = steps_of(plan).sort("setup_start", "order", "sequence")
    zones = {site: names.zone(site) for site in steps["site"].drop_nulls().unique()}
    return steps.select(
        "order",
        "sequence",
        "item",
        names.column("item", "item").alias("item_name"),
        pl.col("name").alias("operation"),
        "quantity",
        "work_centre",
        names.column("work_centre", "work_centre").alias("work_centre_name"),
        "machine",
        names.column("machine", "machine").alias("machine_name"),
        names.column("person", "person").alias("person_name"),
        "setup_family",
        *(_wall(column, zones, names.home) for column in ("ready", "setup_start", "start", "end", "needed")),
        (pl.col("setup_seconds") / 60).alias("setup_minutes"),
        (pl.col("run_seconds") / 60).alias("run_minutes"),
        (pl.col("late_seconds") / 3600).round(2).alias("order_late_hours"),
        pl.col("demand_order").alias("serves"),
        names.column("customer", "customer").alias("serves_customer"),
        "waited_for",
        "blocker",
        "pinned",
    )


def _wall(column: str, zones: dict[str, str], home: str) -> pl.Expr:
    """The column on the clock of each row's site, as text that spreadsheets read as a date."""
    text = pl.col(column).dt.convert_time_zone(home).dt.strftime(WALL)
    for site, zone in zones.items():
        there = pl.col(column).dt.convert_time_zone(zone).dt.strftime(WALL)
        text = pl.when(pl.col("site") == site).then(there).otherwise(text)
    return text.alias(column)
