"""Stock that expires before the schedule comes to use it."""

from __future__ import annotations

import datetime as dt

import polars as pl

import quarterdeck as qd
from quarterdeck.model import Company
from quarterdeck.planning.shelf import spoiled, spoiled_orders

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def bakery(expiry=dt.date(2026, 3, 3)):
    """Cakes of a day each in one oven that never closes; cream for two lies there, more comes in a day."""
    return Company.of(
        items=pl.DataFrame({"item": ["cake", "cream"], "source": ["make", "buy"]}),
        bom_lines=pl.DataFrame({"parent": ["cake"], "component": ["cream"], "quantity_per": [1.0]}),
        calendars=pl.DataFrame({"calendar": ["always"], "open_by_default": [True]}),
        work_centres=pl.DataFrame({"work_centre": ["oven"], "calendar": ["always"]}),
        operations=pl.DataFrame(
            {"item": ["cake"], "sequence": [10], "work_centre": ["oven"], "fixed_minutes": [1440.0]}
        ),
        suppliers=pl.DataFrame({"supplier": ["dairy"]}),
        supply_options=pl.DataFrame({"item": ["cream"], "supplier": ["dairy"], "lead_time_days": [1.0]}),
        stock_lots=pl.DataFrame({"lot": ["L"], "item": ["cream"], "quantity": [3.0], "expiry": [expiry]}),
        sales_orders=pl.DataFrame({
            "order": ["a", "b", "c"], "item": ["cake"] * 3, "quantity": [1.0] * 3,
            "due": [dt.datetime(2026, 3, 3)] * 3,
        }),
    )  # fmt: skip


def used_of_stock(made):
    """Cream that comes from the shelf."""
    return made.pegs.filter(pl.col("item") == "cream", pl.col("supply_kind") == "stock")["quantity"].sum()


def test_the_third_cake_gets_fresh_cream():
    """Three cakes a day after each other from the 2nd; cream of the 3rd is good for two, the third is bought."""
    company = bakery()
    made = qd.plan(company, as_of=AS_OF, horizon_weeks=8, effort=5, service_level=0.0)
    assert spoiled(company, made, made.settings).is_empty()
    assert used_of_stock(made) == 2.0
    assert made.orders.filter(pl.col("item") == "cream")["quantity"].to_list() == [1.0]
    starts = made.operations.sort("start")["start"].to_list()
    assert [moment.day for moment in starts] == [2, 3, 4]


def test_what_keeps_is_used_as_it_lies():
    """Refusal: cream that keeps for a month serves all three; nothing is bought."""
    made = qd.plan(bakery(dt.date(2026, 4, 3)), as_of=AS_OF, horizon_weeks=8, effort=5, service_level=0.0)
    assert used_of_stock(made) == 3.0
    assert made.orders.filter(pl.col("item") == "cream").is_empty()


def test_what_an_open_order_brings_too_early_goes_to_those_who_are_first():
    """Three cakes one after another; cream of an open order keeps two days, so the third cake gets fresh cream."""
    company = bakery().replace(
        stock_lots=pl.DataFrame(schema={"lot": pl.String, "item": pl.String, "quantity": pl.Float64}),
        items=pl.DataFrame({
            "item": ["cake", "cream"], "source": ["make", "buy"], "shelf_life_days": [None, 1.5],
        }),
        purchase_orders=pl.DataFrame({
            "order": ["P"], "line": ["1"], "item": ["cream"], "supplier": ["dairy"], "quantity": [3.0],
            "due": [dt.datetime(2026, 3, 2)],
        }),
    )  # fmt: skip
    made = qd.plan(company, as_of=AS_OF, horizon_weeks=8, effort=5, service_level=0.0)
    cream = made.pegs.filter(pl.col("item") == "cream", pl.col("demand_kind") == "order")
    assert min(cream.group_by("supply").agg(pl.col("quantity").sum()).iter_rows()) == ("P", 2.0)
    assert spoiled_orders(company, made, made.settings).is_empty()
    fresh = made.orders.filter(pl.col("item") == "cream", pl.col("state") == "planned")
    assert fresh["quantity"].to_list() == [1.0]
    assert made.orders.filter(pl.col("order") == "P")["quantity"].to_list() == [3.0]
