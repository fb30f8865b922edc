"""Shelf life after scheduling: nothing is planned to be used that will have expired by then.

Netting takes what expires first for whoever needs it in time. Where machines then make the use late, the stock has
expired by it. For the next round the part that came too late is taken as lost, so that the needs that come first have
the rest and the late ones get fresh material. Customers' orders that leave late are treated alike, and so is what open
orders bring too early.
"""

from __future__ import annotations

import polars as pl

from quarterdeck.disciplines.mrp.freshness import uses
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import DAY, home_zone

_KEY = ["lot", "item", "site"]
SPOILT = {"order": pl.String, "line": pl.String, "lost": pl.Float64}


def spoiled(company: Company, plan: Plan, settings: Settings) -> pl.DataFrame:
    """Lots that the plan uses after they have expired: ``lot``, ``item``, ``site``, ``lost`` of it."""
    lots = company["stock_lots"].drop_nulls("expiry").select(*_KEY, "expiry")
    if lots.is_empty():
        return lots.select(*_KEY, lost=pl.lit(0.0))
    zone = home_zone(company)
    used = uses(plan, settings, "stock").rename({"supply": "lot"})
    late = used.join(lots, on=_KEY).filter(pl.col("used").dt.convert_time_zone(zone).dt.date() > pl.col("expiry"))
    return late.group_by(_KEY).agg(lost=pl.col("quantity").sum()).sort(_KEY)


def spoiled_orders(company: Company, plan: Plan, settings: Settings) -> pl.DataFrame:
    """Open orders of what goes bad whose goods the plan uses too late: ``order``, ``line``, ``lost`` of it."""
    life = company["items"].filter(pl.col("shelf_life_days") > 0).select("item", life=pl.col("shelf_life_days") * DAY)
    open_ = plan["orders"].filter(pl.col("state") != "planned", pl.col("item").is_in(life["item"].implode()))
    if open_.is_empty():
        return pl.DataFrame(schema=SPOILT)
    used = uses(plan, settings, "order").rename({"supply": "order", "supply_line": "line"})
    dated = used.join(open_.select("order", "line", "available"), on=["order", "line"]).join(life, on="item")
    good = pl.col("available").dt.epoch("s") + pl.col("life").cast(pl.Int64)
    late = dated.filter(pl.col("used").dt.epoch("s") > good)
    return late.group_by("order", "line").agg(lost=pl.col("quantity").sum()).sort("order", "line")


def added_up(known: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """What is lost of open orders in all."""
    both = pl.concat([known, more])
    return both.group_by("order", "line").agg(pl.col("lost").sum()).sort("order", "line")


def without(company: Company, spoilt: pl.DataFrame) -> Company:
    """The company without the parts of lots that would be used too late."""
    if spoilt.is_empty():
        return company
    lots = company["stock_lots"].join(spoilt, on=_KEY, how="left", maintain_order="left")
    left = (pl.col("quantity") - pl.col("lost").fill_null(0.0)).clip(lower_bound=0.0).round(6)
    return company.replace(stock_lots=lots.with_columns(quantity=left).drop("lost"))
