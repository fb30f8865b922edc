"""When each requirement is met: the latest of the supplies pegged to it, in whole or in part."""

from __future__ import annotations

import polars as pl

from quarterdeck.model import Company, Plan, Settings

_TOLERANCE = 1e-7


def dated_pegs(plan: Plan, settings: Settings) -> pl.DataFrame:
    """Pegs with ``there``: when the supply is in stock; what lies there already is there now."""
    orders = plan["orders"].select(supply="order", supply_line="line", _available="available")
    pegs = plan["pegs"].with_columns(pl.col("supply_line").fill_null(""), pl.col("demand_line").fill_null(""))
    joined = pegs.join(orders, on=["supply", "supply_line"], how="left", maintain_order="left")
    by_order = pl.col("supply_kind") == "order"
    now = _now(plan, settings)
    there = pl.when(by_order).then(pl.max_horizontal("_available", now)).otherwise(now)
    return joined.with_columns(there=there).drop("_available")


def _now(plan: Plan, settings: Settings) -> pl.Expr:
    return pl.lit(settings.as_of).dt.convert_time_zone("UTC").cast(plan["orders"].schema["available"])


def shipped(plan: Plan, settings: Settings) -> pl.DataFrame:
    """What customers and forecasts get, by peg: ``there`` when it is ready, ``ships`` when it can leave, ``due``.

    A line that is delivered only as a whole leaves with its last part. Where shipments have a least quantity, parts
    wait until they make it up and what is left afterwards is nothing or makes up a shipment too.
    """
    wanted = plan["requirements"].filter(pl.col("kind") != "safety_stock")
    terms = wanted.select(
        "demand", "due", "ship_complete", "minimum_shipment", _wanted=pl.col("quantity") - pl.col("refused")
    )
    served = dated_pegs(plan, settings).filter(pl.col("demand_kind") == "requirement").join(terms, on="demand")
    complete = pl.when("ship_complete").then(pl.col("there").max().over("demand")).otherwise("there")
    served = served.with_columns(ships=complete)
    if not served["minimum_shipment"].is_not_null().any():
        return served
    served = served.sort("demand", "there", "peg")
    grouped = served.filter(pl.col("minimum_shipment").is_not_null(), ~pl.col("ship_complete"))
    parts = [_gathered(part) for part in grouped.partition_by("demand", maintain_order=True)]
    rest = served.filter(pl.col("minimum_shipment").is_null() | pl.col("ship_complete"))
    return pl.concat([rest, *parts])


def _gathered(part: pl.DataFrame) -> pl.DataFrame:
    """One demand's parts in the order in which they come, each leaving when a whole shipment is together."""
    least, total = part["minimum_shipment"][0], part["_wanted"][0]
    ships: list[object] = []
    waiting, gone = 0.0, 0.0
    for quantity, there in part.select("quantity", "there").iter_rows():
        waiting += quantity
        ships.append(None)
        left = total - gone - waiting
        if waiting >= least - _TOLERANCE and (left <= _TOLERANCE or left >= least - _TOLERANCE):
            ships = [there if moment is None else moment for moment in ships]
            gone, waiting = gone + waiting, 0.0
    last = part["there"].max()
    filled = [last if moment is None else moment for moment in ships]
    return part.with_columns(pl.Series("ships", filled, dtype=part.schema["there"]))


def deliveries(company: Company, plan: Plan, settings: Settings) -> pl.DataFrame:
    """One row per requirement of customers and forecast: on time, late or short, and when it is all there.

    A part that nothing supplies is ``short``; without a date then, and without lateness. Services and whatever else
    has no source are delivered when they are due.
    """
    wanted = plan["requirements"].filter(pl.col("kind") != "safety_stock")
    direct = company["items"].filter(pl.col("source") == "none")["item"]
    served = shipped(plan, settings)
    in_time = pl.when(pl.col("ships") <= pl.col("due")).then("quantity").otherwise(0.0).sum()
    sums = served.group_by("demand").agg(
        in_time.alias("in_time"), pl.col("quantity").sum().alias("pegged"), pl.col("there").max()
    )
    now = _now(plan, settings)
    unsourced = pl.col("item").is_in(direct.implode())
    rows = wanted.join(sums, on="demand", how="left", maintain_order="left").with_columns(
        there=pl.when(unsourced).then(pl.max_horizontal("due", now)).otherwise("there"),
        pegged=pl.when(unsourced).then("quantity").otherwise(pl.col("pegged").fill_null(0.0)),
        in_time=pl.when(unsourced & (pl.col("due") >= now))
        .then("quantity")
        .otherwise(pl.col("in_time").fill_null(0.0)),
    )
    lacking = (pl.col("quantity") - pl.col("pegged")).clip(lower_bound=0.0)
    rows = rows.with_columns(lacking=pl.when(lacking > _TOLERANCE).then(lacking).otherwise(0.0))
    return rows.select(
        "demand", _state().alias("state"), "due",
        pl.when(pl.col("lacking") == 0).then("there").alias("delivered"), "quantity",
        pl.when(pl.col("ship_complete") & (_state() != "on_time") & (pl.col("refused") == 0)).then(0.0)
        .otherwise(pl.min_horizontal("in_time", "quantity")).alias("on_time"),
        pl.col("lacking").alias("short"),
        pl.when(_state() == "late").then((pl.col("there") - pl.col("due")).dt.total_seconds()).otherwise(0)
        .alias("late_seconds"), pl.lit("").alias("reason"),
    )  # fmt: skip


def _state() -> pl.Expr:
    late = pl.col("there") > pl.col("due")
    return (
        pl.when(pl.col("lacking") > 0)
        .then(pl.lit("short"))
        .when(late)
        .then(pl.lit("late"))
        .otherwise(pl.lit("on_time"))
    )
