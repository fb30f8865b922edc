"""The one projection of stock over time: what every screen, report and test shows of future stock."""

from __future__ import annotations

import polars as pl

from quarterdeck.disciplines.mrp.deliveries import dated_pegs, shipped
from quarterdeck.disciplines.mrp.supplies import usable_lots
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import DAY, as_seconds, home_zone

_KEY = ["item", "site"]


def projected_stock(company: Company, plan: Plan, settings: Settings) -> pl.DataFrame:
    """Usable stock at the end of each day on which something comes, goes or expires; today always has a row.

    Goods come when their order is available. They go when the operation that uses them begins, or when a customer gets
    them: on the due date, or later if they come later. What nobody has used by its expiry is lost on the next day.
    """
    today = settings.as_of
    moving = [_incoming(plan), _outgoing(plan, settings), _expiring(company, plan, settings)]
    events = pl.concat([_on_hand(company, settings), *moving], how="diagonal")
    events = events.with_columns(pl.col("incoming", "outgoing", "expired", "there").fill_null(0.0))
    if events.is_empty():
        return plan["projected_stock"].clear()
    now = pl.lit(today).dt.convert_time_zone("UTC").cast(plan["orders"].schema["available"])
    day = pl.max_horizontal("moment", now).dt.convert_time_zone(home_zone(company)).dt.date()
    days = events.group_by(*_KEY, day.alias("date")).agg(pl.col("incoming", "outgoing", "expired", "there").sum())
    change = pl.col("there") + pl.col("incoming") - pl.col("outgoing") - pl.col("expired")
    running = change.cum_sum().over(_KEY, order_by="date")
    days = days.sort(*_KEY, "date").with_columns(stock=running.round(6))
    return days.select(*_KEY, "date", pl.col("incoming", "outgoing", "expired").round(6), "stock")


def _on_hand(company: Company, settings: Settings) -> pl.DataFrame:
    now = as_seconds(settings.as_of)
    there = usable_lots(company, now).group_by(_KEY).agg(there=pl.col("quantity").sum())
    return there.with_columns(moment=_instant(pl.lit(now)))


def _instant(seconds: pl.Expr) -> pl.Expr:
    return pl.from_epoch(seconds, "s").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _incoming(plan: Plan) -> pl.DataFrame:
    """What orders bring, and what else comes out of them."""
    return made(plan).select(*_KEY, moment="available", incoming="quantity")


def made(plan: Plan) -> pl.DataFrame:
    """Orders with a further row for each co-product: ``item``, ``quantity`` and when it is ``available``."""
    columns = ["order", "line", *_KEY, "quantity", "available"]
    orders = plan["orders"].select(columns).with_columns(pl.col("line").fill_null(""))
    if plan["yields"].is_empty():
        return orders
    dates = orders.select("order", "line", "available")
    more = plan["yields"].with_columns(pl.col("line").fill_null("")).join(dates, on=["order", "line"])
    return pl.concat([orders, more.select(columns)])


def _outgoing(plan: Plan, settings: Settings) -> pl.DataFrame:
    """Consumption by orders at the start of the operation, deliveries at their date; safety stock stays."""
    pegs = dated_pegs(plan, settings)
    begins = plan["operations"].select(demand="order", sequence="sequence", begins="setup_start")
    first = begins.group_by("demand").agg(first=pl.col("begins").min())
    orders = plan["orders"].select(demand="order", demand_line="line", release="release")
    used = pegs.filter(pl.col("demand_kind") == "order")
    used = used.join(begins, on=["demand", "sequence"], how="left").join(first, on="demand", how="left")
    used = used.join(orders, on=["demand", "demand_line"], how="left")
    used = used.with_columns(moment=pl.max_horizontal(pl.coalesce("begins", "first", "release", "needed"), "there"))
    sold = shipped(plan, settings).with_columns(moment=pl.max_horizontal("ships", "due"))
    both = pl.concat([used.select(*_KEY, "moment", "quantity"), sold.select(*_KEY, "moment", "quantity")])
    return both.rename({"quantity": "outgoing"})


def _expiring(company: Company, plan: Plan, settings: Settings) -> pl.DataFrame:
    """What is left of lots and perishable orders when they expire."""
    safety = plan["requirements"].filter(pl.col("kind") == "safety_stock")["demand"]
    kept = (pl.col("demand_kind") == "requirement") & pl.col("demand").is_in(safety.implode())
    used = plan["pegs"].filter(~kept).with_columns(pl.col("supply_line").fill_null(""))
    by_lot = used.filter(pl.col("supply_kind") == "stock")
    by_lot = by_lot.group_by(*_KEY, lot="supply").agg(used=pl.col("quantity").sum())
    lots = usable_lots(company, as_seconds(settings.as_of)).filter(pl.col("_expiry") < 1 << 50)
    lots = lots.join(by_lot, on=[*_KEY, "lot"], how="left")
    left = (pl.col("quantity") - pl.col("used").fill_null(0.0)).clip(lower_bound=0.0)
    lost = lots.select(*_KEY, (pl.col("_expiry") + 1).alias("at"), left.alias("expired"))
    life = company["items"].drop_nulls("shelf_life_days").select("item", "shelf_life_days")
    by_order = used.filter(pl.col("supply_kind") == "order")
    by_order = by_order.group_by(*_KEY, order="supply", line="supply_line").agg(used=pl.col("quantity").sum())
    orders = made(plan).join(life, on="item").join(by_order, on=["order", "line", *_KEY], how="left")
    at = pl.col("available").dt.epoch("s") + (pl.col("shelf_life_days") * DAY).cast(pl.Int64)
    perished = orders.select(*_KEY, at.alias("at"), left.alias("expired"))
    rows = pl.concat([lost, perished])
    rows = rows.filter(pl.col("expired") > 1e-7, pl.col("at") <= as_seconds(settings.horizon_end))
    return rows.select(*_KEY, _instant(pl.col("at")).alias("moment"), "expired")
