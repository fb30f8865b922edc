"""What an order costs and what keeping a unit costs, and the quantity at which both together are least."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.inventory.lot_sizes import discounted_order_quantity, economic_production_quantity
from quarterdeck.disciplines.inventory.supplying import holding_rate, price_breaks
from quarterdeck.model import Company

Vector = npt.NDArray[np.float64]

WEEKS = 52.0
WORKING_MINUTES = 480.0 * 5.0 * WEEKS  # a year, of one machine
LONGEST_WEEKS = 104.0  # a lot covers at most two years of demand
TINY = 1e-6  # stands for an order that costs nothing


def with_order_costs(company: Company, facts: pl.DataFrame) -> pl.DataFrame:
    """Facts with ``order_cost``, ``holding_cost`` of a unit for a year, and the ``economic`` quantity.

    An order costs what its supplier says and its line beside it, a made one its set-up at the hour of the work centre
    and the general labour rate; else what the item says. ``economic`` is empty where that or the cost of a unit is
    unknown; where price breaks are known, the cheapest in all. ``facts`` has ``mean`` (demand a week), ``kind``,
    ``supplier``, ``line_cost``, ``paid`` and the item's columns.
    """
    terms = company["suppliers"].select("supplier", _placed=pl.col("order_cost").cast(pl.Float64))
    setups = _setups(company)
    wide = facts.join(terms, on="supplier", how="left", maintain_order="left")
    wide = wide.join(setups, on="item", how="left", maintain_order="left")
    own = pl.col("order_cost").cast(pl.Float64)
    line = pl.col("line_cost").cast(pl.Float64).fill_null(0.0)
    bought = pl.when(pl.col("_placed").fill_null(0.0) + line > 0).then(pl.col("_placed").fill_null(0.0) + line)
    made = pl.when(pl.col("_setup") > 0).then("_setup")
    stated = pl.when(pl.col("kind") == "make").then(pl.coalesce(made, own)).otherwise(pl.coalesce(bought, own))
    value = pl.coalesce("paid", "cost", "price").cast(pl.Float64)
    made_value = pl.coalesce("cost", "price").cast(pl.Float64)
    worth = pl.when(pl.col("kind") == "make").then(made_value).otherwise(value)
    wide = wide.with_columns(order_cost=stated, holding_cost=worth * holding_rate(company), _worth=worth)
    return wide.with_columns(economic=pl.Series(_economic(company, wide)).fill_nan(None)).drop(
        "_placed", "_setup", "_run", "_worth"
    )


def _economic(company: Company, wide: pl.DataFrame) -> Vector:
    """The economic quantity of each item-site, NaN where none is known: of a lot made at a rate, or bought."""
    names = ("mean", "order_cost", "holding_cost", "_run")
    weekly, fixed, holding, run = (_numbers(wide[name]) for name in names)
    demand, most = weekly * WEEKS, weekly * LONGEST_WEEKS
    known = (demand > 0.0) & (holding > 0.0)
    made = known & (wide["kind"] == "make").to_numpy() & (run > 0.0)
    rate = np.where(made, WORKING_MINUTES / np.where(made, run, 1.0), np.inf)
    quantity = np.minimum(
        economic_production_quantity(demand, fixed, np.where(known, holding, 1.0), rate)[0], most
    )  # fmt: skip
    found = np.where(known & (fixed > 0.0), quantity, np.nan)
    steps, share = price_breaks(company), holding_rate(company)
    priced = wide.select("item", "supplier", "_worth", "kind").with_row_index("row").filter(pl.col("kind") == "buy")
    for row, item, supplier, worth, _ in priced.iter_rows() if steps else ():
        breaks = steps.get((item, supplier), [])
        if breaks and known[row]:
            usual = breaks if breaks[0][0] <= 0.0 else [(0.0, float(worth)), *breaks]
            within = [each for each in usual if each[0] <= most[row]]
            best = discounted_order_quantity(demand[row], max(float(fixed[row]), TINY), share, within)[0]
            found[row] = min(best, most[row]) if best > 1.0e-3 * weekly[row] else found[row]
    return np.asarray(found, np.float64)


def _numbers(column: pl.Series) -> Vector:
    return column.cast(pl.Float64).fill_null(0.0).to_numpy()


def _setups(company: Company) -> pl.DataFrame:
    """Cost of setting up all steps of an item's main routing, and minutes a unit takes at its slowest step."""
    labour = company["cost_rates"].filter((pl.col("rate") == "labour") & (pl.col("scope") == ""))["value"]
    wage = float(labour[0]) if labour.len() else 0.0
    hours = company["work_centres"].select("work_centre", _rate=pl.col("hourly_cost").cast(pl.Float64))
    steps = company["operations"].join(hours, on="work_centre", how="left", maintain_order="left")
    each = pl.col("run_minutes") / pl.col("batch_size").fill_null(1.0)
    routed = steps.group_by("item", "routing").agg(
        _setup=(pl.col("setup_minutes") / 60.0 * (pl.col("_rate").fill_null(0.0) + wage)).sum(), _run=each.max()
    )
    main = routed.sort("item", pl.col("routing") != "main", "routing").unique("item", keep="first", maintain_order=True)
    return main.select("item", "_setup", "_run")
