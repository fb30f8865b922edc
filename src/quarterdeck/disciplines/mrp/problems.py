"""What could not be planned, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from quarterdeck.disciplines.mrp.offsets import LARGEST
from quarterdeck.disciplines.mrp.records import MICRO
from quarterdeck.model import Company, Problem, Settings

if TYPE_CHECKING:
    from quarterdeck.disciplines.mrp.stage import Outcome


def netting_problems(company: Company, outcome: Outcome, settings: Settings) -> list[Problem]:
    """Everything netting had to assume or leave out."""
    return [
        *_unknown(company, outcome),
        *_unsourced(company, outcome),
        *_cycles(outcome),
        *_circular_yields(outcome),
        *_lost(company, settings),
    ]


def endless_quantities(orders: pl.DataFrame) -> Iterator[Problem]:
    """Orders at or beyond the largest quantity that netting counts: what they bring is not what is needed."""
    beyond = orders.filter(pl.col("quantity") >= LARGEST / MICRO)
    for item in sorted(set(beyond["item"])):
        yield Problem(
            "error", "quantity-endless", f"More of {item} is needed than can be counted ({LARGEST // MICRO:,}).",
            "Look for a quantity per, a multiple or an order that is far too large above it.", table="items", key=item,
        )  # fmt: skip


def _unknown(company: Company, outcome: Outcome) -> Iterator[Problem]:
    """Requirements of items that no table describes."""
    rows = outcome.requirements.join(company["items"].select("item"), on="item", how="anti")
    for item in sorted(set(rows["item"])):
        yield Problem(
            "error", "unknown-item", f"{item} is wanted but is not among the items, so nothing is planned for it.",
            "Add the item, or correct its code in the order.", table="items", key=item,
        )  # fmt: skip


def _unsourced(company: Company, outcome: Outcome) -> Iterator[Problem]:
    usual = dict(company["items"].drop_nulls("lead_time_days").select("item", "lead_time_days").iter_rows())
    for item in outcome.mesh.unsourced:
        days = usual.get(item)
        assumed = "no lead time at all" if days is None else f"its usual lead time of {days:g} days"
        yield Problem(
            "warning", "no-supplier", f"No supplier is known for {item}; its orders are planned with {assumed}.",
            "Add a supply option, or say that the item is made.", table="supply_options", key=item,
        )  # fmt: skip


def _cycles(outcome: Outcome) -> Iterator[Problem]:
    for node in np.flatnonzero(outcome.mesh.level < 0):
        item, site = outcome.mesh.item(int(node)), outcome.mesh.site(int(node))
        yield Problem(
            "error", "supply-cycle", f"{item} at {site} is needed for itself, so its components are not planned.",
            "Remove the line that leads back.", table="bom_lines", key=item,
        )  # fmt: skip


def _circular_yields(outcome: Outcome) -> Iterator[Problem]:
    """Co-products that do not count, because they are needed first for what yields them."""
    mesh = outcome.mesh
    for parent, product in sorted({(mesh.item(row["parent"]), mesh.item(row["child"])) for row in mesh.lost_yields}):
        yield Problem(
            "warning", "co-product-cycle",
            f"{product} comes out when {parent} is made, but {parent} goes into {product} or comes out of it too;"
            " what making it yields is not counted.",
            "Remove the row that closes the circle, or give the co-product a supplier.",
            table="co_products", key=f"{parent} / {product}",
        )  # fmt: skip


def _lost(company: Company, settings: Settings) -> Iterator[Problem]:
    """Stock that is there but cannot be used."""
    day = settings.as_of.date()
    lots = company["stock_lots"].filter(pl.col("quantity") > 0, ~pl.col("hold"), pl.col("expiry") < day)
    for lot, item, site, quantity, expiry in (
        lots.sort("item", "site", "lot").select("lot", "item", "site", "quantity", "expiry").iter_rows()
    ):
        name = f"lot {lot} of {item}" if lot else f"{item}"
        yield Problem(
            "warning", "expired-stock",
            f"{quantity:g} of {name} at {site} expired on {expiry:%a %-d %b %Y} and are not used.",
            "Scrap the lot or correct its expiry.", table="stock_lots", key=f"{item} / {site} / {lot}",
        )  # fmt: skip
