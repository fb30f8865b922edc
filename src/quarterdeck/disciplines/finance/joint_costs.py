"""Joint cost: what making an item costs divided among it and what comes out besides.

A by-product bears what it is worth, which is credited to the parent (the net realisable value method for by-products
of cost accounting, as in Horngren, "Cost Accounting", chapter on joint costs); a co-product bears its agreed share of
what is left. The parent keeps the rest, so that nothing is lost by rounding.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from quarterdeck.disciplines.finance.fixed_point import COST_SCALE, Floats, Ints, codes_of, scaled, times
from quarterdeck.model import Company

MATERIAL = 0
"""Column of the part to which values are credited."""


@dataclass(frozen=True)
class JointProducts:
    """What comes out besides, as arrays with one entry per row; sorted by parent.

    Parameters
    ----------
    parents, products
        Item indices.
    quantities
        Quantity of the product per good unit of the parent.
    shares
        Share of the joint cost that a co-product bears, 0 for by-products.
    values
        What a unit of a by-product is worth, in units of ``COST_SCALE``.
    costed
        Whether the product's cost comes from here: it is neither bought nor made in its own way.
    """

    parents: Ints
    products: Ints
    quantities: Floats
    shares: Floats
    values: Ints
    costed: Ints

    @property
    def ties(self) -> tuple[Ints, Ints]:
        """Products whose cost must wait for that of their parent, and these parents."""
        waiting = (self.shares > 0) & (self.costed == 1)
        return self.products[waiting], self.parents[waiting]

    def of(self, parents: Ints) -> Ints:
        """Rows of these parents, ascending."""
        return np.flatnonzero(np.isin(self.parents, parents))


def joint_products(
    company: Company, day: dt.date, index: dict[str, int], lot: Floats, made: pl.DataFrame
) -> JointProducts:
    """The rows that hold on the day, of items that are made; ``lot`` is the usual quantity of an order of each item."""
    valid = (pl.col("valid_from").fill_null(day) <= day) & (pl.col("valid_to").fill_null(day) >= day)
    known = list(index)
    rows = company["co_products"].filter(valid, pl.col("parent") != pl.col("co_product"))
    rows = rows.filter(pl.col("parent").is_in(known), pl.col("co_product").is_in(known))
    rows = rows.join(made, left_on="parent", right_on="item", how="semi")
    rows = rows.sort("parent", "co_product", "position")
    parents, products = codes_of(rows["parent"], index), codes_of(rows["co_product"], index)
    quantities = rows["quantity_per"].to_numpy().astype(np.float64)
    quantities = np.where(rows["per_order"].to_numpy(), quantities / lot[parents], quantities)
    shares = rows["cost_share"].fill_null(0.0).to_numpy().astype(np.float64)
    whole = np.bincount(parents, shares, minlength=len(index)) if rows.height else np.zeros(len(index))
    shares = shares / np.maximum(whole[parents], 1.0)
    own = pl.concat([made, company["supply_options"].select("item"), _priced(company)])["item"]
    ranked = np.argsort(parents, kind="stable")
    values = np.where(shares > 0, 0, scaled(rows["unit_value"].cast(pl.Float64).fill_null(0.0).to_numpy(), COST_SCALE))
    costed = ~rows["co_product"].is_in(own.unique().implode()).to_numpy()
    return JointProducts(
        parents[ranked], products[ranked], quantities[ranked], shares[ranked], values[ranked].astype(np.int64),
        costed[ranked].astype(np.int64),
    )  # fmt: skip


def _priced(company: Company) -> pl.DataFrame:
    return company["items"].filter(pl.col("cost").fill_null(0) > 0).select("item")


def divide(joint: JointProducts, rows: Ints, total: Ints, added: Ints) -> None:
    """Divides the costs of the parents of these rows, in place; both arrays of shape (items, parts)."""
    parents = joint.parents[rows]
    credit = times(joint.values[rows], joint.quantities[rows])
    np.subtract.at(total[:, MATERIAL], parents, credit)
    np.subtract.at(added[:, MATERIAL], parents, credit)
    borne = times(total[parents], joint.shares[rows][:, None])
    np.subtract.at(total, parents, borne)
    np.subtract.at(added, parents, borne)
    per_unit = times(borne, 1.0 / joint.quantities[rows][:, None])
    per_unit[:, MATERIAL] += joint.values[rows]
    for row, cost in zip(rows.tolist(), per_unit, strict=True):
        product = joint.products[row]
        if joint.costed[row] and not total[product].any():
            total[product], added[product] = cost, cost
