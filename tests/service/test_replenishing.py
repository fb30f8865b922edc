"""How stock is replenished, told in words, on a small shop."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import quarterdeck as qd
from quarterdeck.model import Company
from quarterdeck.service.replenishing import every, replenishing
from quarterdeck.service.stocking import surplus

ITEMS = ("bolt", "cream", "plate", "nut")


@pytest.fixture(scope="module")
def shop():
    """Bolts by kanban, plates called off, cream that expires, nuts ordered with 400 euros at least."""
    weeks = range(52)
    history = pl.DataFrame(
        [(item, dt.date(2025, 2, 24) + dt.timedelta(weeks=w), 20.0 + w % 5) for w in weeks for item in ITEMS],
        schema=["item", "date", "quantity"],
        orient="row",
    )
    company = Company.of(
        items=pl.DataFrame(
            {"item": ITEMS, "cost": [1.0, 4.0, 9.0, 2.0], "shelf_life_days": [None, 9.0, None, None]}
        ),
        item_sites=pl.DataFrame(
            {"item": ["bolt", "plate"], "policy": ["kanban", "call_off"], "container": [15.0, None]}
        ),
        suppliers=pl.DataFrame({"supplier": ["acme", "mill"], "minimum_value": [400.0, None]}),
        supply_options=pl.DataFrame(
            {"item": ITEMS, "supplier": ["mill", "mill", "mill", "acme"], "lead_time_days": [7.0] * 4}
        ),
        demand_history=history,
    )  # fmt: skip
    return company, qd.plan(company, as_of="2026-02-23", effort=1)


def test_all_ways_are_told(shop):
    """Story: the page names cards, call-offs with their running total, what expires, and whom to order from when."""
    found = replenishing(*shop)

    assert [row["item"] for row in found.kanban] == ["bolt"]
    assert found.kanban[0]["cards"] == 2  # 22 a week and 3 against surprises, in containers of 15
    assert {row["item"] for row in found.call_offs} == {"plate"}
    assert [row["item"] for row in found.expiring] == ["cream"]
    assert [(row["supplier"], row["items"]) for row in found.together] == [("acme", 1)]
    assert "kanban loop" in found.headline
    assert found


def test_call_offs_add_up(shop):
    """Law: the running total of the last call-off is the sum of all planned purchases of it."""
    company, plan = shop
    bought = plan.orders.filter((pl.col("item") == "plate") & (pl.col("state") == "planned"))["quantity"].sum()

    assert replenishing(company, plan).call_offs[-1]["total"].startswith(f"{bought:,.0f}")


def test_orders_reach_the_least_value(shop):
    """Story: nuts for 400 euros take about nine weeks; few planned orders are worth less, and these are named."""
    _, plan = shop
    nuts = plan.targets.filter(pl.col("item") == "nut").row(0, named=True)
    value = plan.orders.filter((pl.col("item") == "nut") & (pl.col("state") == "planned"))["quantity"] * 2.0

    assert nuts["cycle_days"] >= 56
    assert value.median() >= 300


def test_nothing_of_the_kind(shop):
    """Refusal: a company without such terms is told nothing."""
    company = Company.of()

    assert not replenishing(company, qd.plan(company, as_of="2026-03-02", effort=1))
    assert [every(days) for days in (7, 28, 3)] == ["every week", "every 4 weeks", "every 3 days"]


def test_obsolete_stock_is_used_up_first():
    """Example: a part that is followed by another and still goes into a desk is to be used up there."""
    items = pl.DataFrame(
        {
            "item": ["old", "new", "desk"], "source": ["buy", "buy", "make"], "cost": [5.0, 5.0, None],
            "discontinued": [dt.date(2026, 1, 1), None, None], "successor": ["new", None, None],
        }
    )  # fmt: skip
    kept = Company.of(
        items=items,
        stock_lots=pl.DataFrame({"item": ["old"], "quantity": [30.0]}),
        bom_lines=pl.DataFrame({"parent": ["desk"], "component": ["old"], "quantity_per": [1.0]}),
    )
    found = surplus(kept, qd.plan(kept, as_of="2026-02-23", effort=1))

    assert found.select("kind", "quantity", "value").rows() == [("obsolete", 30.0, 150.0)]
    assert "Use it up in desk" in found["advice"][0]
