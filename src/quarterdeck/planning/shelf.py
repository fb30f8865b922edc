"""Shelf life after scheduling: nothing is planned to be used that will have expired by then.

Netting takes what expires first for whoever needs it in time. Where machines then make the use late, the stock has
expired by it. For the next round the part that came too late is taken as lost, so that the needs that come first have
the rest and the late ones get fresh material. Customers' orders that leave late are treated alike.
"""

from __future__ import annotations

import polars as pl

from quarterdeck.disciplines.mrp.deliveries import dated_pegs, shipped
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import home_zone

_KEY = ["lot", "item", "site"]


def spoiled(company: Company, plan: Plan, settings: Settings) -> pl.DataFrame:
    """Lots that the plan uses after they have expired: ``lot``, ``item``, ``site``, ``lost`` of it."""
    lots = company["stock_lots"].drop_nulls("expiry").select(*_KEY, "expiry")
    if lots.is_empty():
        return lots.select(*_KEY, lost=pl.lit(0.0))
    zone = home_zone(company)
    used = pl.concat([_consumed(plan, settings), _sold(plan, settings)])
    late = used.join(lots, on=_KEY).filter(pl.col("used").dt.convert_time_zone(zone).dt.date() > pl.col("expiry"))
    return late.group_by(_KEY).agg(lost=pl.col("quantity").sum()).sort(_KEY)


def without(company: Company, spoilt: pl.DataFrame) -> Company:
    """The company without the parts of lots that would be used too late."""
    if spoilt.is_empty():
        return company
    lots = company["stock_lots"].join(spoilt, on=_KEY, how="left", maintain_order="left")
    left = (pl.col("quantity") - pl.col("lost").fill_null(0.0)).clip(lower_bound=0.0).round(6)
    return company.replace(stock_lots=lots.with_columns(quantity=left).drop("lost"))


def _consumed(plan: Plan, settings: Settings) -> pl.DataFrame:
    """What orders take from lots, and when: at the start of the operation, else when they are released."""
    begins = plan["operations"].select(demand="order", sequence="sequence", begins="setup_start")
    first = begins.group_by("demand").agg(first=pl.col("begins").min())
    released = plan["orders"].select(demand="order", demand_line="line", release="release")
    pegs = dated_pegs(plan, settings).filter(pl.col("demand_kind") == "order", pl.col("supply_kind") == "stock")
    pegs = pegs.join(begins, on=["demand", "sequence"], how="left").join(first, on="demand", how="left")
    pegs = pegs.join(released, on=["demand", "demand_line"], how="left")
    used = pl.coalesce("begins", "first", "release", "needed")
    return pegs.select(pl.col("supply").alias("lot"), "item", "site", "quantity", used.alias("used"))


def _sold(plan: Plan, settings: Settings) -> pl.DataFrame:
    sold = shipped(plan, settings).filter(pl.col("supply_kind") == "stock")
    return sold.select(
        pl.col("supply").alias("lot"), "item", "site", "quantity", used=pl.max_horizontal("ships", "due")
    )  # fmt: skip
