"""What is earned: selling value less standard cost, per item and per customer."""

from __future__ import annotations

from typing import Literal

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.stock_page import unit_costs
from quarterdeck.service.views.wants import demands

By = Literal["item", "customer", "family"]


def margins(company: Company, plan: Plan, by: By = "item", *, forecast: bool = False) -> pl.DataFrame:
    """What customer orders (and the forecast, if asked for) earn over the horizon, the largest margin first.

    Columns ``group``, ``title``, ``quantity``, ``revenue``, ``cost``, ``margin`` (revenue less cost), ``share`` (of the
    revenue, null without revenue), and the texts ``revenue_text``, ``cost_text``, ``margin_text``, ``share_text``.
    Quantities count as wanted, at the order's own price; costs are standard costs of one unit.
    """
    names = Names.of(company)
    kinds = ["sales_order", "forecast"] if forecast else ["sales_order"]
    wanted = demands(plan).filter(pl.col("kind").is_in(kinds)).join(unit_costs(company, plan), on="item", how="left")
    families = company["items"].select("item", family=pl.col("family").fill_null("No family"))
    lines = wanted.join(families, on="item", how="left").select(
        pl.col(by).fill_null("Not named").alias("group"),
        "quantity",
        revenue=pl.col("value").cast(pl.Float64),
        cost=pl.col("cost").fill_null(0.0) * pl.col("quantity"),
    )
    totals = lines.group_by("group").agg(pl.col("quantity", "revenue", "cost").sum())
    listed = totals.with_columns(
        margin=pl.col("revenue") - pl.col("cost"),
        share=pl.when(pl.col("revenue") > 0).then((pl.col("revenue") - pl.col("cost")) / pl.col("revenue")),
        title=pl.col("group") if by == "family" else names.column(by, "group"),
    ).sort("margin", "group", descending=[True, False])
    texts = {
        f"{name}_text": [wording.money(value, names.currency) for value in listed[name]]
        for name in ("revenue", "cost", "margin")
    }
    texts["share_text"] = [wording.percent(value) if value is not None else "" for value in listed["share"]]
    return listed.with_columns(pl.Series(name, values, dtype=pl.String) for name, values in texts.items())
