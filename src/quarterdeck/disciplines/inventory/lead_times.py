"""How long it takes to replenish an item at a site: bought, made, or brought from another site."""

from __future__ import annotations

import polars as pl

from quarterdeck.disciplines.inventory.receipts import learnt_lead_times, past_receipts
from quarterdeck.model import Company, Settings

WORKING_MINUTES = 480.0 * 5.0 / 7.0  # a calendar day's share of five working days of eight hours
NODE = ["item", "site"]


def bought(company: Company, nodes: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Mean and spread of the preferred supplier's lead time per item and site, as receipts say where there are any.

    With the supplier's ``minimum`` and ``line_cost``, ``paid`` (its price), and ``receipts`` and ``on_time_share``.
    Preferred is the option of the lowest priority number that is valid now; one for the site goes before one for any.
    """
    today = settings.as_of.date()
    valid = company["supply_options"].filter(
        pl.col("valid_from").fill_null(today) <= today, pl.col("valid_to").fill_null(today) >= today
    )
    options = valid.select(
        "item", "supplier", "lead_time_days", "lead_time_spread_days", "minimum", "priority", "line_cost",
        paid="price", of="site",
    )  # fmt: skip
    pairs = nodes.join(options, on="item", how="inner").filter((pl.col("of") == "") | (pl.col("of") == pl.col("site")))
    preferred = (
        pairs.sort("item", "site", "priority", pl.col("of") == "", "lead_time_days", "supplier")
        .unique(NODE, keep="first", maintain_order=True)
        .select(
            *NODE, "supplier", "minimum", "line_cost", "paid", days="lead_time_days", spread="lead_time_spread_days"
        )
    )
    return learnt_lead_times(preferred, past_receipts(company, settings), company["suppliers"])


def made(company: Company, lots: pl.DataFrame) -> pl.DataFrame:
    """Days to make a usual lot per item: work at eight hours on five days a week, waits and moves round the clock.

    ``lots`` has ``item`` and ``lot``. The first routing in the order of their codes counts, ``main`` before others.
    """
    routed = company["operations"].join(lots, on="item", how="inner")
    pieces = (
        pl.when(pl.col("batch_size") > 0).then((pl.col("lot") / pl.col("batch_size")).ceil()).otherwise(pl.col("lot"))
    )
    work = pl.col("setup_minutes") + pl.col("fixed_minutes") + pl.col("run_minutes") * pieces
    waits = (pl.col("queue_hours") + pl.col("move_hours")) / 24.0
    ways = routed.group_by("item", "routing").agg(days=(work / WORKING_MINUTES + waits).sort().sum())
    return (
        ways.sort("item", pl.col("routing") != "main", "routing")
        .unique("item", keep="first", maintain_order=True)
        .select("item", "days")
    )


def brought(company: Company, nodes: pl.DataFrame) -> pl.DataFrame:
    """Days on the way per item and site with a source site, over the preferred lane; one for the item goes first."""
    lanes = company["lanes"].select("transport_days", "priority", source_site="from_site", site="to_site", of="item")
    pairs = nodes.join(lanes, on=["source_site", "site"], how="inner")
    fitting = pairs.filter((pl.col("of") == "") | (pl.col("of") == pl.col("item")))
    return (
        fitting.sort("item", "site", pl.col("of") == "", "priority", "transport_days")
        .unique(NODE, keep="first", maintain_order=True)
        .select(*NODE, days="transport_days")
    )
