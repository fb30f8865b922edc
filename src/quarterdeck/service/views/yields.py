"""What else comes out of orders, in words: for the order that yields it, and for the item that is yielded."""

from __future__ import annotations

import polars as pl

from quarterdeck.model import Plan
from quarterdeck.service.views.names import Names


def also_yields(plan: Plan, order: str, line: str, names: Names) -> str:
    """Co- and by-products of an order, such as ``20 pcs Chips, 3 kg Dust``; empty if there are none."""
    rows = plan["yields"].filter((pl.col("order") == order) & (pl.col("line").fill_null("") == line)).sort("item")
    return ", ".join(
        f"{names.amount(quantity, item)} {names.item(item)}"
        for item, quantity in rows.select("item", "quantity").iter_rows()
    )


def comes_out_of(item: str, names: Names) -> str:
    """How a supply is called that is not what its order is for."""
    return f"comes out of {names.item(item)}"


def yielding_orders(plan: Plan, orders: pl.DataFrame, item: str, site: str, names: Names) -> pl.DataFrame:
    """The rows of ``orders`` that yield an item at a site besides, with its quantity and unit."""
    found = plan["yields"].filter((pl.col("item") == item) & (pl.col("site") == site))
    found = found.select("order", pl.col("line").fill_null(""), _yields="quantity")
    rows = orders.with_columns(pl.col("line").fill_null("")).join(found, on=["order", "line"], maintain_order="left")
    said = {made: comes_out_of(made, names) for made in rows["item"].unique().to_list()}
    return rows.with_columns(
        quantity="_yields", unit=pl.lit(names.unit(item)), item=pl.lit(item),
        partner_name=pl.col("item").replace_strict(said, default="", return_dtype=pl.String),
    ).drop("_yields")  # fmt: skip
