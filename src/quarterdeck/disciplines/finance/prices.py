"""Purchase prices: of the preferred supplier, of a given one, and by quantity."""

from __future__ import annotations

import datetime as dt

import polars as pl

from quarterdeck.model import Company


def purchase_prices(company: Company, wanted: pl.DataFrame) -> pl.Series:
    """Price of one unit for each wanted purchase.

    The best price break whose quantity is reached, else the supplier's price, else the item's cost, else 0.

    Parameters
    ----------
    wanted
        Columns ``item``, ``supplier`` (may be empty) and ``quantity``.

    Returns
    -------
    pl.Series
        Prices in the order of ``wanted`` [currency per unit].
    """
    rows = wanted.with_row_index("number").with_columns(pl.col("quantity").cast(pl.Float64))
    breaks = company["price_breaks"].select(
        "item", "supplier", "from_quantity", pl.col("price").cast(pl.Float64).alias("broken")
    )
    reached = (
        rows.join(breaks, on=("item", "supplier"))
        .filter(pl.col("from_quantity") <= pl.col("quantity"))
        .sort("number", "from_quantity", "broken")
        .unique("number", keep="last", maintain_order=True)
    )
    offers = (
        company["supply_options"]
        .sort("item", "supplier", "site", "priority")
        .unique(("item", "supplier"), keep="first")
    )
    priced = (
        rows.join(
            offers.select("item", "supplier", pl.col("price").cast(pl.Float64).alias("offered")),
            on=("item", "supplier"),
            how="left",
        )
        .join(reached.select("number", "broken"), on="number", how="left")
        .join(company["items"].select("item", pl.col("cost").cast(pl.Float64)), on="item", how="left")
        .sort("number")
    )
    return priced.select(pl.coalesce("broken", "offered", "cost", 0.0).alias("price"))["price"]


def preferred_offers(company: Company, day: dt.date) -> pl.DataFrame:
    """The supplier from whom each item is bought on a day: columns ``item``, ``supplier``, ``minimum``."""
    valid = (pl.col("valid_from").fill_null(day) <= day) & (pl.col("valid_to").fill_null(day) >= day)
    offers = company["supply_options"].filter(valid).sort("item", "priority", "lead_time_days", "supplier", "site")
    return offers.unique("item", keep="first", maintain_order=True).select("item", "supplier", "minimum")
