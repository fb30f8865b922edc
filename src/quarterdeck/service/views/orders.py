"""Orders and deliveries as tables for people: names beside codes, what each is for, how late it is."""

from __future__ import annotations

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.wants import demands, served


def orders(company: Company, plan: Plan) -> pl.DataFrame:
    """Open and planned orders by the moment to release them.

    Columns of the table of orders, then ``item_name``, ``unit``, ``site_name``, ``partner_name``, and of the most
    pressing demand it serves ``serves`` (its order, or the kind of demand), ``serves_customer``, ``serves_due``,
    ``serves_late_seconds``.
    """
    names = Names.of(company)
    wanted = demands(plan).select(
        "demand",
        serves=pl.coalesce("order", pl.col("kind").str.replace("_", " ")),
        serves_customer=names.column("customer", "customer"),
        serves_due="due",
        serves_late_seconds="late_seconds",
    )
    for_whom = served(plan).join(wanted, on="demand").drop("demand")
    partner = (
        pl.when(pl.col("kind") == "transfer")
        .then(names.column("site", "partner"))
        .otherwise(names.column("supplier", "partner"))
    )
    named = plan["orders"].with_columns(
        item_name=names.column("item", "item"),
        unit=pl.col("item").replace_strict(dict(names.units), default="", return_dtype=pl.String),
        site_name=names.column("site", "site"),
        partner_name=partner,
    )
    return named.join(for_whom, on=["order", "line"], how="left").sort("release", "order", "line")


def deliveries(company: Company, plan: Plan) -> pl.DataFrame:
    """What customers, forecasts and stock targets get, by the day it is wanted.

    Columns of the table of independent demand and of its delivery, then ``item_name``, ``unit``, ``site_name``,
    ``customer_name``.
    """
    names = Names.of(company)
    named = demands(plan).with_columns(
        item_name=names.column("item", "item"),
        unit=pl.col("item").replace_strict(dict(names.units), default="", return_dtype=pl.String),
        site_name=names.column("site", "site"),
        customer_name=names.column("customer", "customer"),
    )
    return named.drop("rank").sort("due", "demand")
