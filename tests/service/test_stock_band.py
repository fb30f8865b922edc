"""How far stock may come out from what is planned."""

from __future__ import annotations

import datetime as dt
import math
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from quarterdeck.service.views.stock import stock_curve
from quarterdeck.service.views.stock_band import OUTER, stock_band
from tests.service import bicycles


@pytest.fixture(scope="module")
def planned():
    """The bicycle maker and its plan."""
    return bicycles.company(), bicycles.plan()


def band_of(planned, item, site, weeks=26):
    """Curve and band of one item."""
    company, plan = planned
    curve = stock_curve(company, plan, item, site)
    first = plan.settings.as_of.date()
    return curve, stock_band(plan, curve, first, first + dt.timedelta(weeks=weeks))


def test_the_quantiles_are_in_order_and_widen_until_an_order_can_answer(planned):
    """Law: no quantile crosses another; the band starts without width and never narrows."""
    stocked = planned[1]["projected_stock"].select("item", "site").unique()
    known = planned[1]["series"].filter(pl.col("spread_per_week") > 0).select("item", "site")
    for item, site in known.join(stocked, on=["item", "site"], maintain_order="left").head(5).iter_rows():
        curve, band = band_of(planned, item, site)
        assert curve.item == item
        lines = [band.q05, band.q25, band.q75, band.q95]
        assert all((low <= high + 1e-9).all() for low, high in pairwise(lines))
        width = band.q95 - band.q05
        assert width[0] == 0
        assert (np.diff(width) >= -1e-9).all()


def test_a_week_ahead_is_as_wide_as_the_spread_of_a_week(planned):
    """Example: nine of ten cases lie within 1.645 spreads of what is planned (table of the normal distribution)."""
    row = planned[1]["series"].filter(pl.col("spread_per_week") > 1).row(0, named=True)
    _, band = band_of(planned, row["item"], row["site"])
    target = planned[1]["targets"].filter(pl.col("item") == row["item"], pl.col("site") == row["site"])

    assert math.isclose(OUTER, 1.645, abs_tol=5e-4)
    assert target.height
    assert (band.q95[7] - band.q05[7]) / 2 >= 1.644 * row["spread_per_week"]


def test_parts_without_a_forecast_take_their_spread_from_their_safety_stock(planned):
    """Example: a part that only orders for bicycles need has a band as wide as its safety stock covers."""
    known = planned[1]["series"].select("item", "site")
    parts = planned[1]["targets"].join(known, on=["item", "site"], how="anti").filter(pl.col("safety_stock") > 0)
    row = parts.row(0, named=True)
    _, band = band_of(planned, row["item"], row["site"])

    assert (band.q95 - band.q05).max() > row["safety_stock"]


def test_nothing_is_said_where_nothing_is_known(planned):
    """Refusal: no spread and no safety stock, or no time ahead."""
    company, plan = planned
    bare = plan.with_tables(series=plan["series"].clear(), targets=plan["targets"].clear())
    item, site = plan["projected_stock"].select("item", "site").row(0)
    first = plan.settings.as_of.date()

    assert stock_band(bare, stock_curve(company, bare, item, site), first, first + dt.timedelta(days=9)) is None
    assert stock_band(plan, stock_curve(company, plan, item, site), first, first) is None
