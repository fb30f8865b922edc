"""What is there or on its way: stock lots and open purchase, work and transfer orders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp.book import given_supplies
from quarterdeck.disciplines.mrp.codes import Codes, day_seconds, micro
from quarterdeck.disciplines.mrp.records import FOREVER, IN_HAND, MICRO, Ints, Records
from quarterdeck.model import Company
from quarterdeck.model.clock import DAY, home_zone, localised, site_zones, to_instant

LIVE = ("released", "started")

LOT_SCHEMA = {
    "lot": pl.String, "item": pl.String, "site": pl.String, "quantity": pl.Float64, "_expiry": pl.Int64,
    "reserved_for": pl.String,
}  # fmt: skip
OPEN_SCHEMA = pl.Schema({
    "order": pl.String(), "line": pl.String(), "kind": pl.String(), "state": pl.String(), "item": pl.String(),
    "site": pl.String(), "quantity": pl.Float64(), "partner": pl.String(), "routing": pl.String(),
    "release": pl.Int64(), "due": pl.Int64(), "priority": pl.Int64(), "consumes": pl.Boolean(),
    "dated": pl.Boolean(),
    "reserved_for": pl.String(),
})  # fmt: skip


def usable_lots(company: Company, as_of: int) -> pl.DataFrame:
    """Lots that may be used: in stock, not on hold, not expired; in a fixed rank, with ``_expiry`` in seconds."""
    lots = company["stock_lots"]
    lots = lots.with_columns(
        _expiry=pl.Series(day_seconds(lots, "expiry", home_zone(company), after=True), dtype=pl.Int64)
    )
    lots = lots.with_columns(
        _expiry=pl.when(pl.col("_expiry") < FOREVER).then(pl.col("_expiry") - 1).otherwise(FOREVER)
    )
    lots = lots.filter(~pl.col("hold"), pl.col("quantity") > 0, pl.col("_expiry") > as_of)
    return lots.sort("item", "site", "_expiry", "lot").select(*LOT_SCHEMA)


def open_orders(company: Company, as_of: int) -> pl.DataFrame:
    """Open orders of all kinds with what they still bring, in a fixed rank; ``due`` in seconds, never before now.

    ``consumes`` says whether their material must still be taken from stock, ``dated`` whether their start is known.
    """
    sources = {"purchase_orders": _purchases, "work_orders": _work, "transfer_orders": _transfers}
    parts = [read(company) for table, read in sources.items() if company[table].height]
    if not parts:
        return pl.DataFrame(schema=OPEN_SCHEMA)
    told = pl.Schema({name: kind for name, kind in OPEN_SCHEMA.items() if name != "dated"})
    rows = pl.concat([part.select(*told).cast(told) for part in parts])
    rows = rows.filter(pl.col("quantity") > 0)
    rows = rows.with_columns(
        pl.col("due").clip(lower_bound=as_of), pl.col("release").fill_null(as_of), dated=pl.col("release").is_not_null()
    )
    return rows.sort("kind", "order", "line").unique(["order", "line"], keep="first", maintain_order=True)


def _seconds(company: Company, column: str, site: str) -> pl.Expr:
    zones = site_zones(company)
    return to_instant(column, site, zones, home_zone(company)).dt.epoch("s")


def _purchases(company: Company) -> pl.DataFrame:
    return company["purchase_orders"].filter(pl.col("status").is_in(LIVE)).with_columns(
        kind=pl.lit("buy"), state=pl.lit("open"), quantity=pl.col("quantity") - pl.col("received"),
        partner=pl.col("supplier"), routing=pl.lit(None, pl.String), due=_seconds(company, "due", "site"),
        release=_seconds(company, "ordered", "site"), priority=pl.lit(1), consumes=pl.lit(False),  # noqa: FBT003
    )  # fmt: skip


def _work(company: Company) -> pl.DataFrame:
    begun = company["work_order_operations"].filter(
        (pl.col("completed") > 0) | (pl.col("scrapped") > 0) | pl.col("started").is_not_null()
    )["order"]
    started = (pl.col("status") == "started") | pl.col("order").is_in(begun.unique().to_list())
    return company["work_orders"].filter(pl.col("status").is_in(LIVE)).with_columns(
        kind=pl.lit("make"), line=pl.lit(""), state=pl.when(started).then(pl.lit("started")).otherwise(pl.lit("open")),
        quantity=pl.col("quantity") - pl.col("completed"), partner=pl.lit(None, pl.String),
        due=_seconds(company, "due", "site"), release=_seconds(company, "start", "site"),
        priority=pl.col("priority").fill_null(1), consumes=~pl.col("materials_issued"),
    )  # fmt: skip


def _transfers(company: Company) -> pl.DataFrame:
    left = pl.col("shipped").is_not_null()
    return company["transfer_orders"].filter(pl.col("status").is_in(LIVE)).with_columns(
        kind=pl.lit("transfer"), line=pl.lit(""), state=pl.when(left).then(pl.lit("started")).otherwise(pl.lit("open")),
        site=pl.col("to_site"), partner=pl.col("from_site"), routing=pl.lit(None, pl.String),
        due=_seconds(company, "due", "to_site"), release=_seconds(company, "shipped", "from_site"),
        priority=pl.lit(1), consumes=~left,
    )  # fmt: skip


@dataclass(frozen=True)
class Holdings:
    """Given supplies as arrays, lots first, then open orders; both in the rows of their frames that have a node."""

    lots: pl.DataFrame
    orders: pl.DataFrame
    supplies: Records


def holdings(lots: pl.DataFrame, orders: pl.DataFrame, codes: Codes, node_of: Ints, items: pl.DataFrame) -> Holdings:
    """The supplies of nodes; what lies where nothing is wanted is left out."""
    lots, lot_node = _at_nodes(lots, codes, node_of)
    orders, order_node = _at_nodes(orders, codes, node_of)
    shelf = dict(items.drop_nulls("shelf_life_days").select("item", "shelf_life_days").iter_rows())
    life = np.array([(shelf.get(item) or 0.0) * DAY for item in orders["item"]], np.int64)
    due = orders["due"].to_numpy().astype(np.int64)
    supplies = given_supplies(
        node=np.concatenate([lot_node, order_node]).astype(np.int64),
        quantity=np.concatenate([micro(lots["quantity"]), micro(orders["quantity"])]),
        available=np.concatenate([np.full(lots.height, -FOREVER), due]).astype(np.int64),
        expiry=np.concatenate([lots["_expiry"].to_numpy(), np.where(life > 0, due + life, FOREVER)]).astype(np.int64),
    )
    supplies["release"][lots.height :] = orders["release"].to_numpy()
    supplies["option"][lots.height :] = np.where(orders["kind"].to_numpy() == "make", -1, IN_HAND)
    return Holdings(lots, orders, supplies)


def spoilt_of(orders: pl.DataFrame, spoilt: pl.DataFrame) -> Ints:
    """What of each open order is of use to nobody, in millionths, at most all of it."""
    lost = orders.join(spoilt.select("order", "line", "lost"), on=["order", "line"], how="left", maintain_order="left")
    return micro(lost.select(pl.min_horizontal(pl.col("lost").fill_null(0.0), "quantity")).to_series())


def _at_nodes(frame: pl.DataFrame, codes: Codes, node_of: Ints) -> tuple[pl.DataFrame, Ints]:
    place = codes.places(frame["item"], frame["site"])
    node = np.where(place >= 0, node_of[place], -1) if node_of.size else np.full(frame.height, -1, np.int64)
    return frame.filter(pl.Series(node >= 0, dtype=pl.Boolean)), node[node >= 0]


def on_hand(lots: pl.DataFrame, codes: Codes) -> Ints:
    """Usable stock of each place in millionths."""
    place = codes.places(lots["item"], lots["site"])
    total = np.zeros(codes.size, np.int64)
    np.add.at(total, place[place >= 0], micro(lots["quantity"])[place >= 0])
    return total


def progress(company: Company) -> dict[tuple[str, int], int]:
    """Pieces that each step of each work order has behind it, in millionths; finished steps have all."""
    rows = company["work_order_operations"].select("order", "sequence", "completed", "scrapped", "finished")
    return {
        (order, sequence): FOREVER if finished is not None else round((completed + scrapped) * MICRO)
        for order, sequence, completed, scrapped, finished in rows.iter_rows()
    }


def local_end_of_day(day: pl.Expr, zone: str) -> pl.Expr:
    """The last second of a day in a zone, as seconds."""
    return localised(day.cast(pl.Datetime("us")) + pl.duration(days=1), zone).dt.epoch("s") - 1
