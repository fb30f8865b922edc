"""Stock over time, item by item, and which items run the greatest risk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import home_zone
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names

KEY = ("item", "site")
RISKS = {"out": "runs out", "low": "below safety stock", "high": "more than needed", "calm": "calm"}


@dataclass(frozen=True)
class StockCurve:
    """One item at one site: ``days`` are the days on which stock changes; between them it stays."""

    item: str
    site: str
    days: pl.DataFrame
    safety_stock: float
    reorder_point: float
    order_up_to: float
    stock_out: dt.date | None
    reason: str


def item_risks(company: Company, plan: Plan) -> pl.DataFrame:
    """Items at their sites, the most endangered first.

    ``risk``: ``out`` runs out, ``low`` falls below its safety stock, ``high`` never falls to its order-up-to level,
    ``calm``. With ``item_name``, ``site_name``, ``unit``, ``stock`` at the plan's start, ``lowest``, ``lowest_day``,
    ``stock_out`` and ``below_safety`` (first days), ``safety_stock``, ``order_up_to``, ``value`` and ``risk_text``.
    """
    names = Names.of(company)
    stock = plan["projected_stock"].sort(*KEY, "date")
    if stock.is_empty():
        return _risk_columns(stock.select(*KEY), names)
    targets = plan["targets"].select(*KEY, "abc", "safety_stock", "order_up_to")
    joined = stock.join(targets, on=list(KEY), how="left", maintain_order="left")
    joined = joined.with_columns(pl.col("safety_stock", "order_up_to").fill_null(0.0), pl.col("abc").fill_null(""))
    low = pl.col("stock") < pl.col("safety_stock") - 1e-9
    risks = joined.group_by(*KEY, maintain_order=True).agg(
        pl.col("abc", "safety_stock", "order_up_to").first(),
        stock=(pl.col("stock") - pl.col("incoming") + pl.col("outgoing") + pl.col("expired")).first(),
        lowest=pl.col("stock").min(),
        lowest_day=pl.col("date").get(pl.col("stock").arg_min()),
        stock_out=pl.col("date").filter(pl.col("stock") < -1e-9).first(),
        below_safety=pl.col("date").filter(low).first(),
        low_days=low.sum(),
        used=pl.col("outgoing").sum(),
    )
    return _risk_columns(risks, names)


def _risk_columns(risks: pl.DataFrame, names: Names) -> pl.DataFrame:
    if risks.is_empty():
        empty = {"item_name": pl.String, "site_name": pl.String, "unit": pl.String, "risk": pl.String}
        return risks.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in empty.items())
    high = (pl.col("order_up_to") > 0) & (pl.col("lowest") > pl.col("order_up_to"))
    risk = (
        pl.when(pl.col("stock_out").is_not_null())
        .then(pl.lit("out"))
        .when(pl.col("below_safety").is_not_null())
        .then(pl.lit("low"))
        .when(high)
        .then(pl.lit("high"))
        .otherwise(pl.lit("calm"))
    )
    named = risks.with_columns(
        item_name=names.column("item", "item"),
        site_name=names.column("site", "site"),
        unit=pl.col("item").replace_strict(dict(names.units), default="", return_dtype=pl.String),
        risk=risk,
    )
    rank = pl.col("risk").replace_strict({name: place for place, name in enumerate(RISKS)}, return_dtype=pl.Int64)
    depth = (pl.col("safety_stock") - pl.col("lowest")) / pl.max_horizontal(pl.col("safety_stock"), pl.lit(1.0))
    return named.sort(rank, "stock_out", -depth, *KEY, nulls_last=True)


def risk_text(row: dict[str, object]) -> str:
    """The risk of one row of :func:`item_risks` in words: "runs out Tue 17 Mar"."""
    risk = str(row["risk"])
    when = row["stock_out"] if risk == "out" else row["below_safety"] if risk == "low" else None
    return f"{RISKS[risk]} {wording.day(when)}" if isinstance(when, dt.date) else RISKS[risk]


def risk_mark(row: dict[str, object]) -> str:
    """The same in a word or two, for a list: "out 17 Mar"; nothing where it is calm."""
    risk = str(row["risk"])
    when = row["stock_out"] if risk == "out" else row["below_safety"] if risk == "low" else None
    if isinstance(when, dt.date):
        return f"{'out' if risk == 'out' else 'low'} {when.day}{wording.GAP}{when:%b}"
    return "" if risk == "calm" else risk


def stock_curve(company: Company, plan: Plan, item: str, site: str) -> StockCurve | None:
    """The projected stock of one item at one site; ``None`` if the plan has none."""
    return stock_curves(company, plan, pl.DataFrame({"item": [item], "site": [site]})).get((item, site))


def stock_curves(company: Company, plan: Plan, wanted: pl.DataFrame) -> dict[tuple[str, str], StockCurve]:
    """The projected stock of every ``item`` and ``site`` of ``wanted``."""
    keys = wanted.select(*KEY)
    stock = plan["projected_stock"].join(keys, on=list(KEY), how="semi").sort(*KEY, "date")
    targets = {(row["item"], row["site"]): row for row in plan["targets"].iter_rows(named=True)}
    curves = {}
    for key, days in stock.partition_by(*KEY, as_dict=True, maintain_order=True).items():
        item, site = str(key[0]), str(key[1])
        target = targets.get((item, site), {})
        out = days.filter(pl.col("stock") < -1e-9)["date"]
        curves[item, site] = StockCurve(
            item=item,
            site=site,
            days=_with_opening(days, company, plan),
            safety_stock=target.get("safety_stock", 0.0),
            reorder_point=target.get("reorder_point", 0.0),
            order_up_to=target.get("order_up_to", 0.0),
            stock_out=out[0] if out.len() else None,
            reason=target.get("reason", ""),
        )
    return curves


def _with_opening(days: pl.DataFrame, company: Company, plan: Plan) -> pl.DataFrame:
    """The days, from the stock that lay there before the first of them."""
    columns = days.select("date", "incoming", "outgoing", "expired", "stock")
    first = columns.row(0, named=True)
    today = wording.local(plan.settings.as_of, home_zone(company)).date()
    if first["date"] <= today:
        return columns
    before = first["stock"] - first["incoming"] + first["outgoing"] + first["expired"]
    opening = {"date": [today], "incoming": [0.0], "outgoing": [0.0], "expired": [0.0], "stock": [before]}
    return pl.concat([pl.DataFrame(opening, schema=columns.schema), columns])
