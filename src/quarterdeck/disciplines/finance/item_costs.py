"""From the company's tables to the roll-up and back: the standard cost of each item with its parts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from quarterdeck.disciplines.finance.fixed_point import (
    COST_SCALE,
    MONEY_SCALE,
    Floats,
    Ints,
    codes_of,
    money,
    rounded_parts,
    scaled,
)
from quarterdeck.disciplines.finance.joint_costs import joint_products
from quarterdeck.disciplines.finance.prices import preferred_offers, purchase_prices
from quarterdeck.disciplines.finance.rollup import PARTS, SCRAP, RolledCosts, Structure, roll_up
from quarterdeck.disciplines.finance.work_costs import good_shares, main_routings, step_costs
from quarterdeck.model import Company

RUN_PARTS = {
    "machine_run": "machine",
    "labour_run": "labour",
    "overhead_run": "overhead",
    "subcontract_run": "subcontract",
}
FIXED_PARTS = {
    "machine_fixed": "machine",
    "labour_fixed": "labour",
    "setup_fixed": "setup",
    "overhead_fixed": "overhead",
}


@dataclass(frozen=True)
class StandardCosts:
    """Items with what one unit of each costs; ``rolled`` has a row per item and a column per part."""

    items: list[str]
    rolled: RolledCosts

    def unit_costs(self) -> dict[str, float]:
        """Whole cost of one unit of each item [currency]."""
        whole = self.rolled.total.sum(axis=1) / COST_SCALE
        return dict(zip(self.items, whole.tolist(), strict=True))

    def frame(self) -> pl.DataFrame:
        """The table ``item_costs``: one row per item and part; the rounded parts add up to the rounded whole."""
        divisor = COST_SCALE // MONEY_SCALE
        own, total = (rounded_parts(parts, divisor).ravel() for parts in (self.rolled.own, self.rolled.total))
        count = len(self.items)
        return pl.DataFrame(
            {
                "item": pl.Series(np.repeat(np.array(self.items, dtype=object), len(PARTS)).tolist(), dtype=pl.String),
                "part": pl.Series(list(PARTS) * count, dtype=pl.String),
                "own": money(own),
                "total": money(total),
            }
        )


def standard_costs(company: Company, day: dt.date, lots: dict[str, float]) -> StandardCosts:
    """The standard cost of every item on a day.

    Parameters
    ----------
    day
        Prices and bill-of-material lines that hold on it are taken.
    lots
        Usual order quantity of each item, over which set-ups and other costs of an order are spread [item unit].
    """
    items = sorted(company["items"]["item"].to_list())
    index = {item: number for number, item in enumerate(items)}
    lot = np.array([max(lots.get(item, 1.0), 1e-6) for item in items])
    goods = _main_goods(company, index)
    own = _own_costs(company, day, index, lot, goods)
    structure = _structure(company, day, index, lot, goods)
    if company["co_products"].is_empty():
        return StandardCosts(items, roll_up(own, structure))
    joint = joint_products(company, day, index, lot, is_made(company))
    return StandardCosts(items, roll_up(own, structure, joint))


def is_made(company: Company) -> pl.DataFrame:
    """Items whose cost comes from their bill of materials and routing."""
    built = pl.concat([company["operations"].select("item"), company["bom_lines"].select(item="parent")]).unique()
    return (
        company["items"]
        .filter(pl.col("source").is_in(["make", "both"]))
        .join(built, on="item", how="semi")
        .select("item")
    )


def _own_costs(company: Company, day: dt.date, index: dict[str, int], lot: Floats, goods: Floats) -> Ints:
    """Cost of each item's own level per good unit, shape (items, parts)."""
    own = np.zeros((len(index), len(PARTS)), dtype=np.int64)
    bought = company["items"].join(is_made(company), on="item", how="anti").select("item")
    if bought.height:
        own[codes_of(bought["item"], index), PARTS.index("material")] = scaled(
            _material_costs(company, bought, day), COST_SCALE
        )
    steps = step_costs(company).join(main_routings(company), on=("item", "routing"), how="semi")
    steps = steps.join(is_made(company), on="item", how="semi")
    place = codes_of(steps["item"], index)
    inflation = steps["passed"].to_numpy() / goods[place]
    for column, part in RUN_PARTS.items():
        piece = steps[column].to_numpy()
        np.add.at(own[:, PARTS.index(part)], place, scaled(piece, COST_SCALE))
        np.add.at(own[:, SCRAP], place, scaled(piece * inflation, COST_SCALE) - scaled(piece, COST_SCALE))
    for column, part in FIXED_PARTS.items():
        np.add.at(own[:, PARTS.index(part)], place, scaled(steps[column].to_numpy() / lot[place], COST_SCALE))
    return own


def _material_costs(company: Company, bought: pl.DataFrame, day: dt.date) -> Floats:
    """What one unit costs: the item's standard cost, else the preferred supplier's price at its least quantity."""
    offers = bought.join(preferred_offers(company, day), on="item", how="left", maintain_order="left")
    least = offers.select("item", "supplier", pl.col("minimum").fill_null(1.0).alias("quantity"))
    standard = bought.join(company["items"], on="item", how="left", maintain_order="left")["cost"].cast(pl.Float64)
    priced = purchase_prices(company, least)
    return pl.select(pl.when(standard > 0).then(standard).otherwise(priced)).to_series().to_numpy().astype(np.float64)


def _main_goods(company: Company, index: dict[str, int]) -> Floats:
    """Good share of each item over its usual routing; of items without routing, their own yield."""
    goods = np.ones(len(index))
    own = company["items"].select("item", "yield_share")
    goods[codes_of(own["item"], index)] = own["yield_share"].to_numpy()
    shares = good_shares(company).join(main_routings(company), on=("item", "routing"), how="semi")
    shares = shares.filter(pl.col("item").is_in(list(index)))
    goods[codes_of(shares["item"], index)] = shares["good"].to_numpy()
    return np.maximum(goods, 1e-6)


def _structure(company: Company, day: dt.date, index: dict[str, int], lot: Floats, goods: Floats) -> Structure:
    """Bill-of-material lines that hold on the day, of items that are made."""
    valid = (pl.col("valid_from").fill_null(day) <= day) & (pl.col("valid_to").fill_null(day) >= day)
    lines = company["bom_lines"].filter(valid).join(is_made(company), left_on="parent", right_on="item", how="semi")
    lines = lines.filter(pl.col("component").is_in(list(index)))
    steps = step_costs(company).join(main_routings(company), on=("item", "routing"), how="semi")
    passed = steps.select(parent="item", sequence="sequence", passed="passed")
    lines = lines.join(passed, on=("parent", "sequence"), how="left", maintain_order="left")
    parents = codes_of(lines["parent"], index)
    per_order = lines["per_order"].to_numpy().astype(bool)
    quantity = lines["quantity_per"].to_numpy()
    share = lines["passed"].fill_null(1.0).to_numpy() / goods[parents]
    return Structure(
        parents=parents,
        components=codes_of(lines["component"], index),
        quantities=np.where(per_order, quantity / lot[parents], quantity),
        scrap=lines["scrap"].to_numpy(),
        inflation=np.where(per_order, 1.0, share),
    )
