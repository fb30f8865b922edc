"""Shares of routings, and items that can be made or bought."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp import stage
from quarterdeck.disciplines.mrp.make_or_buy import cheaper_bought, making_costs
from quarterdeck.disciplines.mrp.routing_shares import divided
from quarterdeck.model import Company
from tests.mrp.shop import SETTINGS, plan, table


def routed(*shares):
    """A bolt turned on a lathe or pressed, in these shares."""
    rows = [("bolt", name, 10, share) for name, share in zip(("main", "press"), shares, strict=True)]
    return Company.of(
        items=table("item source", ("bolt", "make"), ("bar", "buy")),
        bom_lines=table("parent component quantity_per", ("bolt", "bar", 1.0)),
        operations=pl.DataFrame(rows, schema=["item", "routing", "sequence", "quota"], orient="row"),
    )


def made_by(made):
    """What each routing makes."""
    rows = made.orders.filter(pl.col("kind") == "make").group_by("routing").agg(pl.col("quantity").sum())
    return dict(rows.sort("routing").iter_rows())


def test_an_order_is_divided_among_routings():
    """Example: 100 bolts, three quarters turned: 75 and 25, and both take their own steel."""
    made = stage.run(routed(0.75, 0.25), plan(("bolt", 100, 30)), SETTINGS)
    assert made_by(made) == {"main": 75.0, "press": 25.0}
    taken = made.pegs.filter(pl.col("item") == "bar").group_by("demand").agg(pl.col("quantity").sum())
    assert sorted(taken["quantity"]) == [25.0, 75.0]


def test_without_shares_the_main_routing_makes_all():
    """Refusal: a second routing without a share is only a way out."""
    made = stage.run(routed(None, None), plan(("bolt", 100, 30)), SETTINGS)
    assert made_by(made) == {"main": 100.0}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 50), min_size=1, max_size=20), st.integers(1, 9), st.integers(1, 5))
def test_parts_sum_to_the_order_and_shares_are_kept(orders, tenths, step):
    """Law: no piece is lost, no part is too small, and shares are kept to within one lot."""
    shares, had = [tenths / 10, 1 - tenths / 10], [0, 0]
    for quantity in orders:
        parts = divided(quantity, shares, had, (2 * step, step))
        assert sum(parts) == quantity
        assert all(part >= 0 for part in parts)
        had = [before + part for before, part in zip(had, parts, strict=True)]
    assert abs(had[0] - shares[0] * sum(orders)) <= max(*orders, 2 * step) + step


def shelf(price, minutes=60.0):
    """A shelf of two boards at 5 each and an hour of work at 30; or bought at a price."""
    return Company.of(
        items=pl.DataFrame({"item": ["shelf", "board"], "source": ["both", "buy"], "cost": [None, 5.0]}),
        bom_lines=table("parent component quantity_per", ("shelf", "board", 2.0)),
        work_centres=table("work_centre hourly_cost", ("bench", 30.0)),
        operations=table("item sequence work_centre run_minutes", ("shelf", 10, "bench", minutes)),
        suppliers=table("supplier", ("acme",)),
        supply_options=table("item supplier price", ("shelf", "acme", price)),
    )


def test_what_making_costs():
    """Example: two boards of 5 and an hour of 30 are 40."""
    assert dict(making_costs(shelf(39.0)).iter_rows()) == {"shelf": pytest.approx(40.0)}


@pytest.mark.parametrize(("price", "by_cost", "kind"), [(39.0, 1, "buy"), (41.0, 1, "make"), (39.0, 0, "make")])
def test_the_cheaper_way_is_taken_where_the_setting_says_so(price, by_cost, kind):
    """Example: a shelf costs 40 to make; bought at 39 if cost decides."""
    made = stage.run(shelf(price), plan(("shelf", 5, 30)), replace(SETTINGS, make_or_buy_by_cost=by_cost))
    assert made.orders.filter(pl.col("item") == "shelf")["kind"].to_list() == [kind]


def test_without_a_price_there_is_no_choice():
    """Refusal: what no supplier prices is made."""
    assert cheaper_bought(shelf(None)) == []
    assert cheaper_bought(Company.of()) == []
