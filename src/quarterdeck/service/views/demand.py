"""What is wanted: history, forecast with its bands, and the orders behind it, item by item."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import home_zone, local_days
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names

KEY = ("item", "site")
BANDS = ("q05", "q25", "q50", "q75", "q95")


@dataclass(frozen=True)
class DemandCurve:
    """One item at one site per period of the forecast.

    ``history``: ``start``, ``quantity``. ``forecast``: ``start``, ``days``, ``quantity``, the bands ``q05`` … ``q95``,
    ``ordered``, ``overridden``. ``orders``: open customer orders: ``order``, ``customer_name``, ``due``, ``quantity``.
    """

    item: str
    site: str
    history: pl.DataFrame
    forecast: pl.DataFrame
    orders: pl.DataFrame
    pattern: str
    reason: str


def demand_list(company: Company, plan: Plan) -> pl.DataFrame:
    """Items with a forecast, those with the largest expected value first.

    Columns of the table of demand patterns, then ``item_name``, ``site_name``, ``unit``, ``pattern_text``,
    ``expected`` (quantity over the horizon), ``value``.
    """
    names = Names.of(company)
    totals = plan["forecasts"].group_by(*KEY).agg(expected=pl.col("quantity").sum())
    prices = company["items"].select("item", worth=pl.coalesce("price", "cost").cast(pl.Float64).fill_null(0.0))
    listed = plan["series"].join(totals, on=list(KEY), how="left").join(prices, on="item", how="left")
    return listed.with_columns(
        pl.col("expected").fill_null(0.0),
        item_name=names.column("item", "item"),
        site_name=names.column("site", "site"),
        unit=pl.col("item").replace_strict(dict(names.units), default="", return_dtype=pl.String),
        pattern_text=pl.col("pattern").replace_strict(wording.PATTERNS, return_dtype=pl.String),
        value=(pl.col("expected") * pl.col("worth")).fill_null(0.0),
    ).sort("value", *KEY, descending=[True, False, False])


def demand_curve(company: Company, plan: Plan, item: str, site: str) -> DemandCurve | None:
    """History, forecast and orders of one item at one site; ``None`` if nothing is known of its demand."""
    return demand_curves(company, plan, pl.DataFrame({"item": [item], "site": [site]})).get((item, site))


def demand_curves(
    company: Company, plan: Plan, wanted: pl.DataFrame, history_days: int = 728
) -> dict[tuple[str, str], DemandCurve]:
    """The same for every ``item`` and ``site`` of ``wanted``; history of the last ``history_days`` only."""
    names = Names.of(company)
    keys = wanted.select(*KEY)
    forecast = plan["forecasts"].join(keys, on=list(KEY), how="semi").sort(*KEY, "start")
    history = _history(company, plan, keys, history_days)
    orders = _orders(plan, keys, names)
    series = {(row["item"], row["site"]): row for row in plan["series"].iter_rows(named=True)}
    parts = [frame.partition_by(*KEY, as_dict=True, maintain_order=True) for frame in (history, forecast, orders)]
    found = {}
    for key in keys.iter_rows():
        past, future, open_orders = (part.get(key) for part in parts)
        if past is None and future is None and open_orders is None:
            continue
        facts = series.get(key, {})
        found[key] = DemandCurve(
            item=key[0],
            site=key[1],
            history=history.clear() if past is None else past,
            forecast=forecast.clear() if future is None else future,
            orders=orders.clear() if open_orders is None else open_orders,
            pattern=wording.PATTERNS[facts.get("pattern", "none")],
            reason=facts.get("reason", ""),
        )
    return found


def _history(company: Company, plan: Plan, keys: pl.DataFrame, days: int) -> pl.DataFrame:
    """Demand per period as long as the forecast's; empty periods between the first and the plan's day are zero."""
    today = wording.local(plan.settings.as_of, home_zone(company)).date()
    every, last = _period(plan, today)
    past = company["demand_history"].join(keys, on=list(KEY), how="semi")
    past = past.filter(pl.col("date").is_between(today - dt.timedelta(days=days), today, closed="left"))
    start = pl.col("date").dt.truncate(every)
    sums = past.group_by(*KEY, start=start).agg(pl.col("quantity").sum())
    if sums.is_empty():
        return sums.sort(*KEY, "start")
    firsts = sums.group_by(*KEY).agg(first=pl.col("start").min())
    grid = firsts.select(*KEY, start=pl.date_ranges("first", last, every, closed="left")).explode("start")
    whole = grid.filter(pl.col("start").is_not_null()).join(sums, on=[*KEY, "start"], how="left")
    return whole.with_columns(pl.col("quantity").fill_null(0.0)).sort(*KEY, "start")


def _period(plan: Plan, today: dt.date) -> tuple[str, dt.date]:
    """Length of the forecast's periods and the first day that history does not cover."""
    days = plan["forecasts"]["days"]
    every = "1mo" if days.len() and int(days.median() or 0) > 20 else "1w"  # type: ignore[arg-type]
    last = pl.Series([today]).dt.truncate(every)[0]
    return every, last


def _orders(plan: Plan, keys: pl.DataFrame, names: Names) -> pl.DataFrame:
    lines = plan["requirements"].filter(pl.col("kind") == "sales_order").join(keys, on=list(KEY), how="semi")
    return lines.select(
        *KEY,
        "order",
        "line",
        names.column("customer", "customer").alias("customer_name"),
        local_days(pl.col("due"), names.home).alias("due"),
        "quantity",
    ).sort(*KEY, "due", "order", "line")
