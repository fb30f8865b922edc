"""Stock as a whole, on the demo company."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import quarterdeck as qd
from quarterdeck.demo import demo_path
from quarterdeck.service.planning import settings_for
from quarterdeck.service.stocking import (
    StockingError,
    pick_point,
    placed_stock,
    promises_compared,
    service_against_capital,
    surplus,
)
from quarterdeck.store import TableChange, Workspace


@pytest.fixture(scope="module")
def bicycles():
    """The demo company and a quick plan of it."""
    company = qd.read(demo_path())
    return company, qd.plan(company, effort=1)


def test_more_money_buys_more_service(bicycles):
    """Law: along the frontier both rise, and no point with less money does what the targets do now."""
    found = service_against_capital(*bicycles)

    assert [point.capital for point in found.points] == sorted(point.capital for point in found.points)
    assert found.points[-1].service > found.points[0].service
    assert found.same_service.capital <= found.now.capital * 1.01


def test_a_point_is_picked_and_taken_back(bicycles, tmp_path):
    """Story: a manager picks a point; the items' service levels change; undo brings them back."""
    company, plan = bicycles
    with Workspace.create(tmp_path / "shop") as workspace:
        workspace.commit({"item_sites": TableChange(company["item_sites"])}, author="test")
        before = workspace.checksum()
        found = service_against_capital(company, plan)

        text = pick_point(workspace, found, 30, author="Ada")

        assert found.points[30].service_text in text
        assert workspace.checksum() != before
        workspace.undo(author="Ada")
        assert workspace.checksum() == before
        with pytest.raises(StockingError, match="999"):
            pick_point(workspace, found, 999, author="Ada")


def test_a_promise_for_the_assortment_is_told_beside_that_of_each_item(bicycles):
    """Law: in the mean of all items the level binds less than kept by each; the plan's own way is marked."""
    each, items, value = promises_compared(*bicycles)

    assert each.chosen
    assert not items.chosen
    assert not value.chosen
    assert items.value < each.value
    assert min(items.least, value.least) >= 0.8 - 1e-9


def test_the_promise_is_chosen_in_the_settings(bicycles):
    """Example: a row of the settings table makes the next plan promise the mean."""
    company, _ = bicycles
    rows = pl.DataFrame({"setting": ["service_promise"], "value": ["Items"]})

    assert settings_for(company.replace(settings=rows)).service_promise == "items"


def test_placed_together_never_costs_more(bicycles):
    """Law: planning all stages together binds no more than each for itself."""
    found = placed_stock(*bicycles)

    assert found.value <= found.value_alone + 1e-6
    assert found.stages.height > 50


def test_what_nothing_needs_is_told(bicycles):
    """Example: two hundred of something that nobody uses or sells are dead stock."""
    company, _ = bicycles
    items = pl.concat([company["items"], qd.model.TABLES["items"].shape(
        pl.DataFrame({"item": ["OLD"], "name": ["Old bell"], "cost": [2.0]})
    )])  # fmt: skip
    lot = qd.model.TABLES["stock_lots"].shape(
        pl.DataFrame({"item": ["OLD"], "site": ["plant"], "lot": ["L-OLD"], "quantity": [200.0]})
    )
    kept = company.replace(items=items, stock_lots=pl.concat([company["stock_lots"], lot]))

    found = surplus(kept, qd.plan(kept, effort=1)).filter(pl.col("item") == "OLD")

    assert found.select("kind", "quantity", "value").rows() == [("dead", 200.0, 400.0)]


def test_a_company_without_stock_is_no_fault():
    """Example: an empty company has no frontier, no placement and no surplus."""
    company = qd.Company.of()
    plan = qd.plan(company, as_of="2026-03-02", effort=1)

    assert service_against_capital(company, plan) is None
    assert placed_stock(company, plan) is None
    assert surplus(company, plan).is_empty()


def test_what_sold_until_lately_and_is_wanted_no_more_is_too_much():
    """Story: an article sold weekly until it stopped ten weeks ago; what is left of it is named as too much."""
    today = dt.date(2026, 3, 2)
    sold = [100] * 90 + [20] * 15 + [0] * 10
    days = [today - dt.timedelta(weeks=len(sold) - week) for week in range(len(sold))]
    history = pl.DataFrame({"item": "BAR", "site": "MAIN", "date": days, "quantity": [float(q) for q in sold]})
    company = qd.Company.of(
        sites=pl.DataFrame({"site": ["MAIN"]}),
        items=pl.DataFrame({"item": ["BAR"], "source": ["buy"], "cost": [3.0], "lead_time_days": [14]}),
        demand_history=history,
        stock_lots=pl.DataFrame({"lot": ["L"], "item": ["BAR"], "site": ["MAIN"], "quantity": [900.0]}),
    )
    plan = qd.plan(company, as_of=dt.datetime(2026, 3, 2, tzinfo=dt.UTC), effort=1)
    found = surplus(company, plan)

    assert found.select("item", "kind", "quantity").rows() == [("BAR", "excess", 900.0)]
    assert "-0" not in plan["targets"]["reason"][0]
