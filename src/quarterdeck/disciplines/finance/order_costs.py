"""What each open and planned order costs: purchases at their price, work at its own cost, transport by the lane."""

from __future__ import annotations

import numpy as np
import polars as pl

from quarterdeck.disciplines.finance.fixed_point import MONEY_SCALE, Ints, scaled, units_of
from quarterdeck.disciplines.finance.prices import purchase_prices
from quarterdeck.disciplines.finance.work_costs import FIXED, RUN, step_costs
from quarterdeck.model import Company

SUBCONTRACT = ("subcontract_run",)
LABOUR = ("labour_run", "labour_fixed")


def order_costs(company: Company, orders: pl.DataFrame) -> Ints:
    """Cost of each order in ledger units, in the order of the rows.

    A purchase costs quantity times price: the price agreed for an open one, else that of the supplier for the
    quantity. A make order costs its own work; its components are paid by their own orders. A transfer costs what its
    lane says.
    """
    costs = np.zeros(orders.height, dtype=np.int64)
    kinds = orders["kind"].to_numpy()
    for kind, cost_of in (("buy", _purchases), ("make", _work), ("transfer", _transport)):
        rows = np.flatnonzero(kinds == kind)
        if rows.size:
            costs[rows] = cost_of(company, orders[rows.tolist()])
    return costs


def work_costs_of(company: Company, orders: pl.DataFrame, columns: tuple[str, ...]) -> Ints:
    """The named parts of the orders' own work in ledger units; orders that are not made have none."""
    per_routing = _per_routing(company, columns)
    rows = orders.select("item", pl.col("routing").fill_null("main"), "start_quantity")
    joined = rows.join(per_routing, on=("item", "routing"), how="left", maintain_order="left")
    cost = joined["per_unit"].fill_null(0.0) * joined["start_quantity"] + joined["per_order"].fill_null(0.0)
    return np.where(orders["kind"].to_numpy() == "make", scaled(cost.to_numpy(), MONEY_SCALE), 0)


def _work(company: Company, orders: pl.DataFrame) -> Ints:
    return work_costs_of(company, orders, (*RUN, *FIXED))


def _per_routing(company: Company, columns: tuple[str, ...]) -> pl.DataFrame:
    """Cost per started unit and per order of each routing, over the named parts."""
    run = [pl.col(column) * pl.col("passed") for column in columns if column in RUN]
    fixed = [pl.col(column) for column in columns if column in FIXED]
    steps = step_costs(company).with_columns(
        per_unit=pl.sum_horizontal(pl.lit(0.0), *run), per_order=pl.sum_horizontal(pl.lit(0.0), *fixed)
    )
    return steps.group_by("item", "routing", maintain_order=True).agg(pl.col("per_unit", "per_order").sum())


def _purchases(company: Company, orders: pl.DataFrame) -> Ints:
    agreed = company["purchase_orders"].select("order", "line", pl.col("price").cast(pl.Float64).alias("agreed"))
    rows = orders.select("order", "line", "item", pl.col("partner").alias("supplier"), "quantity", "state")
    rows = rows.join(agreed, on=("order", "line"), how="left", maintain_order="left")
    usual = purchase_prices(company, rows.select("item", "supplier", "quantity"))
    is_open = rows["state"] != "planned"
    price = pl.select(pl.when(is_open).then(pl.coalesce(rows["agreed"], usual)).otherwise(usual)).to_series()
    return scaled((price * rows["quantity"]).to_numpy(), MONEY_SCALE)


def _transport(company: Company, orders: pl.DataFrame) -> Ints:
    """Cost of the lane for the item, else of the lane for all items; per unit and per shipment."""
    lanes = company["lanes"].select(
        "from_site", "to_site", pl.col("item").alias("only"), "cost_per_unit", "cost_per_shipment", "priority"
    )
    rows = orders.with_row_index("number").select("number", "item", "partner", "site", "quantity")
    joined = rows.join(lanes, left_on=("partner", "site"), right_on=("from_site", "to_site"))
    fitting = joined.filter((pl.col("only") == pl.col("item")) | (pl.col("only") == ""))
    best = fitting.sort("number", pl.col("only") == "", "priority").unique("number", keep="first", maintain_order=True)
    per_unit, per_shipment = units_of(best["cost_per_unit"]), units_of(best["cost_per_shipment"])
    costs = np.zeros(orders.height, dtype=np.int64)
    costs[best["number"].to_numpy()] = np.rint(per_unit * best["quantity"].to_numpy()).astype(np.int64) + per_shipment
    return costs
