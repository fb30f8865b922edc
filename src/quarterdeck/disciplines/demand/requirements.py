"""Independent demand: open sales order lines, and the forecast that no order covers yet."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.demand.weekdays import day_rows
from quarterdeck.model import Company, Settings
from quarterdeck.model.clock import home_zone, localised, site_zones, to_instant
from quarterdeck.model.stable_codes import stable_codes

Matrix = npt.NDArray[np.float64]

ORDINARY_PRIORITY = 5
FORECAST_PRIORITY = 9


def order_lines(company: Company) -> pl.DataFrame:
    """Open sales order lines with what is still to deliver, when it is due (UTC), its priority and its value.

    A promise later than the customer's date counts as the due date: it is what was agreed.
    """
    lines = company["sales_orders"].filter(pl.col("status") == "open", pl.col("quantity") > pl.col("delivered"))
    customers = company["customers"].select("customer", of_customer="priority").unique("customer")
    prices = company["items"].select("item", usual="price").unique("item")
    zones, home = site_zones(company), home_zone(company)
    wide = lines.join(customers, on="customer", how="left").join(prices, on="item", how="left")
    return wide.with_columns(wanted=pl.max_horizontal("due", "promised")).select(
        "order", "line", "customer", "item", "site", "ship_complete", "minimum_shipment", "reserved_for",
        quantity=pl.col("quantity") - pl.col("delivered"),
        due=to_instant("wanted", "site", zones, home),
        day=pl.col("wanted").dt.date(),
        latest=to_instant("wanted", "site", zones, home)
        + pl.duration(microseconds=(pl.col("maximum_lateness_days") * 86_400e6).cast(pl.Int64)),
        priority=pl.coalesce("priority", "of_customer", pl.lit(ORDINARY_PRIORITY)),
        price=pl.coalesce("price", "usual").cast(pl.Float64).fill_null(0.0),
    ).sort("due", "order", "line")  # fmt: skip


def forecast_lines(company: Company, keys: pl.DataFrame, start: pl.Series, by_day: Matrix) -> pl.DataFrame:
    """One line per item, site and day with net forecast, due at the last second of the day.

    ``keys`` are item and site, ``start`` the first day, ``by_day`` the quantities (series, days).
    """
    prices = company["items"].select("item", price=pl.col("price").cast(pl.Float64)).unique("item")
    zones, home = site_zones(company), home_zone(company)
    placed = _end_of_day(day_rows(keys, start, by_day), zones, home)
    return (
        placed.join(prices, on="item", how="left")
        .with_columns(pl.col("price").fill_null(0.0))
        .select("item", "site", "quantity", "due", "price")
        .sort("due", "item", "site")
    )


def _end_of_day(rows: pl.DataFrame, zones: dict[str, str], home: str) -> pl.DataFrame:
    if rows.is_empty():
        return rows.with_columns(due=localised(pl.col("after"), home))
    return rows.with_columns(due=to_instant("after", "site", zones, home) - pl.duration(seconds=1))


def requirements(orders: pl.DataFrame, forecasts: pl.DataFrame) -> pl.DataFrame:
    """Both kinds of lines as the plan's requirements, orders first; the same line has the same code in every plan."""
    highest = orders["priority"].max()
    after_orders = max(FORECAST_PRIORITY, min(int(highest) + 1, 999) if isinstance(highest, int) else 0)
    of_orders = orders.with_columns(kind=pl.lit("sales_order"))
    of_forecast = forecasts.with_columns(
        kind=pl.lit("forecast"), ship_complete=pl.lit(value=False), priority=pl.lit(after_orders, dtype=pl.Int64)
    )
    every = pl.concat([of_orders.drop("day"), of_forecast], how="diagonal")
    keys = [every[name] for name in ("kind", "order", "line")]
    keys += [every[name].set(every["kind"] != "forecast", None) for name in ("item", "site")]
    keys.append(every["due"].dt.epoch("s").set(every["kind"] != "forecast", 0))
    return every.with_columns(
        demand=stable_codes("D", keys),
        value=(pl.col("price") * pl.col("quantity")).round(4).clip(0, 1e13),
    )


def consumption_reach(settings: Settings) -> int:
    """Weeks around its own in which an order uses up forecast."""
    return max(settings.forecast_consumption_days, 0) // 7
