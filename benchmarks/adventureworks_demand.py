"""Forecast of AdventureWorks products against what sold next: ``python -m benchmarks.adventureworks_demand``.

Demand of each product summed over the 13 weeks after a cut, for products sold in the 13 weeks before it; the error is
the sum of absolute errors over the sum sold.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl

from quarterdeck.disciplines.demand.lead_time import demand_together
from quarterdeck.disciplines.demand.stage import run
from quarterdeck.model import Company, Plan, Settings

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "adventureworks"
WEEKS = 13


def history(folder: Path) -> pl.DataFrame:
    """Quantity ordered per product and day."""
    lines = pl.read_parquet(folder / "Sales.SalesOrderDetail.parquet")
    orders = pl.read_parquet(folder / "Sales.SalesOrderHeader.parquet")
    date = pl.col("OrderDate").cast(pl.String).str.slice(0, 10).str.to_date()
    joined = lines.join(orders, on="SalesOrderID").select(
        item=pl.col("ProductID").cast(pl.String), date=date, quantity=pl.col("OrderQty").cast(pl.Float64)
    )
    return joined.group_by("item", "date").agg(pl.col("quantity").sum())


def errors(sold: pl.DataFrame, cut: dt.date) -> dict[str, float]:
    """Errors of the plan, of the last week and of the mean of 26 weeks; and the planned total to the true one."""
    span = dt.timedelta(weeks=WEEKS)
    options = Settings(as_of=dt.datetime(cut.year, cut.month, cut.day, tzinfo=dt.UTC), horizon_weeks=WEEKS)
    company = Company.of(demand_history=sold, items=sold.select("item").unique())
    found = run(company, Plan.blank(options), options)
    table, series = found.forecasts, found.series
    before, day = sold.filter(pl.col("date") < cut), pl.col("date")
    columns = {
        "plan": table.group_by("item").agg(plan=pl.col("quantity").sum()),
        "last week": _sum(before.filter(day >= cut - dt.timedelta(days=7)), "last week", WEEKS),
        "mean of 26 weeks": _sum(before.filter(day >= cut - 2 * span), "mean of 26 weeks", 0.5),
        "true": _sum(sold.filter((day >= cut) & (day < cut + span)), "true", 1),
    }
    wide = before.filter(day >= cut - span).select("item").unique()
    for column in columns.values():
        wide = wide.join(column, on="item", how="left")
    wide = wide.fill_null(0.0)
    true = wide["true"].sum()
    inside = bands(table, series, wide.select("item", "true"))
    shares = {name: float((wide[name] - wide["true"]).abs().sum() / true) for name in columns if name != "true"}
    return {
        **shares,
        "inside 90 % band": inside,
        "total to true": float(wide["plan"].sum() / true),
        "products": wide.height,
    }


def bands(table: pl.DataFrame, series: pl.DataFrame, true: pl.DataFrame) -> float:
    """Share of products whose demand over all weeks lies inside the 90 % band of the total."""
    spread = (pl.col("spread_per_week") ** 2).repeat_by(WEEKS).alias("variances")
    rows = table.sort("item", "start").group_by("item", maintain_order=True).agg(pl.col("quantity"))
    facts = series.select("item", "error_correlation", spread)
    joined = true.join(rows, on="item").join(facts, on="item")
    mean, variance = (np.array(joined[name].to_list()) for name in ("quantity", "variances"))
    whole = np.ones(joined.height, dtype=np.bool_)
    correlation = joined["error_correlation"].to_numpy()
    _, quantiles = demand_together(mean, variance, correlation, np.array([0.05, 0.95]), whole)
    came = joined["true"].to_numpy()
    return float(((came >= quantiles[:, 0]) & (came <= quantiles[:, 1])).mean())


def _sum(rows: pl.DataFrame, name: str, factor: float) -> pl.DataFrame:
    return rows.group_by("item").agg((pl.col("quantity").sum() * factor).alias(name))


def main() -> None:
    """Prints the errors for the cuts given, by default 1 March 2014."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adventureworks_demand")
    parser.add_argument("cuts", nargs="*", default=["2014-03-01"], help="days to forecast from")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    sold = history(options.folder)
    for cut in options.cuts:
        figures = ", ".join(f"{name} {value:.3f}" for name, value in errors(sold, dt.date.fromisoformat(cut)).items())
        print(f"{cut}: {figures}")


if __name__ == "__main__":
    main()
