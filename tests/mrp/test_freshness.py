"""Planned orders of what goes bad are ordered for when they are used."""

import datetime as dt

import polars as pl

from quarterdeck.disciplines.mrp import stage
from quarterdeck.disciplines.mrp.freshness import kept_fresh
from quarterdeck.model import Company
from tests.mrp.shop import SETTINGS, plan

DAY = dt.timedelta(days=1)


def bakery(shelf_life, **more):
    """A cake of cream, which is there tomorrow and keeps for some days, and of a mould that takes ten days."""
    return Company.of(
        items=pl.DataFrame({
            "item": ["cake", "cream", "mould"], "source": ["make", "buy", "buy"], "lead_time_days": [0.0, 1.0, 10.0],
            "shelf_life_days": [None, shelf_life, None],
        }),
        bom_lines=pl.DataFrame({
            "parent": ["cake", "cake"], "component": ["cream", "mould"], "quantity_per": [2.0, 1.0]
        }),
        **more,
    )  # fmt: skip


def cream(company, *wanted):
    """The planned orders for cream, and the begins of cakes."""
    result = stage.run(company, plan(*wanted), SETTINGS)
    fresh = kept_fresh(company, result, SETTINGS)
    by = {item: fresh.orders.filter(item=item).sort("available") for item in ("cream", "cake")}
    return by["cream"], by["cake"]["release"], fresh


def test_cream_comes_the_day_before_a_cake_that_waits_for_its_mould():
    """The cake can begin on day 10; cream that keeps three days is ordered on day 8 for day 9, not today."""
    orders, begins, fresh = cream(bakery(3.0), ("cake", 5, 2, 1))
    start = SETTINGS.as_of.astimezone(dt.UTC)
    assert begins.to_list() == [start + 10 * DAY]
    assert orders.select("release", "available").row(0) == (start + 8 * DAY, start + 9 * DAY)
    assert fresh.figures["moved_to_stay_fresh"] == 1


def test_what_keeps_long_enough_stays_where_it_is():
    """Cream that keeps a month, or for ever, is ordered as netting says."""
    for life in (30.0, None):
        company = bakery(life)
        result = stage.run(company, plan(("cake", 5, 2, 1)), SETTINGS)
        assert kept_fresh(company, result, SETTINGS).orders.equals(result.orders)


def test_no_time_to_spare_brings_it_at_the_moment_of_use():
    """What keeps no day longer than from its first use to its last comes with the first."""
    company = bakery(3.0)
    result = stage.run(company, plan(("cake", 5, 2, 1), ("cake", 5, 12, 1)), SETTINGS)
    fresh = kept_fresh(company, result, SETTINGS)
    uses = fresh.pegs.filter(item="cream").join(fresh.orders.select(demand="order", begins="release"), on="demand")
    there = uses.join(fresh.orders.select(supply="order", there="available"), on="supply")
    assert there.filter(pl.col("there") > pl.col("begins")).is_empty()
    assert there.filter(pl.col("begins") > pl.col("there") + 3 * DAY).is_empty()
