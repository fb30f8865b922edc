"""The AdventureWorks mapping: as the company stood on a day, and nothing of what came later."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from quarterdeck.files.mapping import apply_mapping
from quarterdeck.model import Company
from quarterdeck.model.checks import check

DATA = Path(__file__).parents[4] / "shared" / "data" / "adventureworks"
AS_OF = dt.date(2014, 3, 1)
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"needs the sample company in {DATA}")


@pytest.fixture(scope="module")
def mapped():
    """What the mapping makes of the export as of 1 March 2014."""
    return apply_mapping(DATA, "adventureworks", AS_OF)


@pytest.fixture(scope="module")
def company(mapped):
    """The company of that day."""
    return Company.of(**mapped.frames)


def original(name):
    """A table of the export."""
    return pl.read_parquet(DATA / f"{name}.parquet")


def test_the_export_is_read_without_fault(mapped, company):
    """No row is left out and nothing keeps the company from being planned."""
    assert {problem.code for problem in mapped.problems} == {"mapping-note"}
    assert not any(mapped.rejected.values())
    assert not [problem for problem in check(company) if problem.severity != "info"]


def test_every_product_is_an_item(company):
    """504 products, of which 239 are made."""
    assert company["items"].height == original("Production.Product").height == 504
    assert company["items"].filter(pl.col("source") == "make").height == 239


def test_parts_lists_are_those_in_force(company):
    """Every line that had begun and not ended, one per parent and component."""
    lines = original("Production.BillOfMaterials").filter(
        pl.col("ProductAssemblyID").is_not_null(),
        pl.col("StartDate") < AS_OF,
        pl.col("EndDate").is_null() | (pl.col("EndDate") >= AS_OF),
    )
    assert company["bom_lines"].height == lines.select("ProductAssemblyID", "ComponentID").unique().height
    assert company["bom_lines"]["quantity_per"].sum() == pytest.approx(lines["PerAssemblyQty"].sum())


def test_times_are_those_that_work_orders_took(company):
    """Frame forming took 4.1 hours an order, whatever the quantity; every made item has a step."""
    forming = company["operations"].filter(pl.col("work_centre") == "WC10")
    assert forming["fixed_minutes"].unique().to_list() == [pytest.approx(4.1 * 60)]
    made = company["items"].filter(pl.col("source") == "make")
    assert made.join(company["operations"], on="item", how="anti").is_empty()


def test_orders_are_as_large_and_as_often_as_they_were(company):
    """All but a twentieth of the last half year's orders of an item were no larger than its largest lot."""
    made = original("Production.WorkOrder").filter(
        pl.col("StartDate") < AS_OF, pl.col("StartDate") >= AS_OF - dt.timedelta(days=182)
    )
    wheel = original("Production.Product").filter(pl.col("ProductNumber") == "FW-R762")
    sizes = made.join(wheel, on="ProductID", how="semi")["OrderQty"]
    item = company["items"].filter(pl.col("item") == "FW-R762").row(0, named=True)
    assert item["lot_rule"] == "periods"
    assert 0.94 <= (sizes <= item["lot_maximum"]).mean() <= 1.0
    assert 1 <= item["lot_days"] <= 14


def test_work_centres_are_open_as_many_hours_as_recorded(company):
    """Seven workshops with their hours a week, places and rates."""
    rows = {row["work_centre"]: row for row in company["work_centres"].iter_rows(named=True)}
    assert set(rows) == {"WC10", "WC20", "WC30", "WC40", "WC45", "WC50", "WC60"}
    assert float(rows["WC10"]["hourly_cost"]) == 22.5
    shift = company["shifts"].filter(pl.col("calendar") == rows["WC10"]["calendar"]).row(0, named=True)
    assert (shift["start_time"], shift["end_time"]) == ("07:00", "02:12")
    assert all(1 <= row["units"] <= 20 for row in rows.values())


def test_history_is_what_was_ordered_before(company):
    """Quantity and revenue of every line ordered before the day, none later."""
    lines = original("Sales.SalesOrderDetail").join(original("Sales.SalesOrderHeader"), on="SalesOrderID")
    before = lines.filter(pl.col("OrderDate") < AS_OF)
    history = company["demand_history"]
    assert history["quantity"].sum() == before["OrderQty"].sum()
    assert float(history["revenue"].sum()) == pytest.approx((before["OrderQty"] * before["UnitPrice"]).sum(), rel=1e-6)
    assert history["date"].max() < AS_OF


def test_open_orders_are_those_not_yet_done(company):
    """Sold and not shipped, started and not finished, bought and not yet due."""
    sold = original("Sales.SalesOrderHeader").filter(pl.col("OrderDate") < AS_OF, pl.col("ShipDate") >= AS_OF)
    work = original("Production.WorkOrder").filter(pl.col("StartDate") < AS_OF, pl.col("EndDate") >= AS_OF)
    assert company["sales_orders"]["order"].n_unique() == sold.height
    assert company["work_orders"].height == work.height
    assert company["purchase_orders"]["ordered"].max().date() < AS_OF
    assert company["purchase_orders"]["due"].min().date() >= AS_OF


def test_nothing_of_later_days_is_seen(company):
    """No date of an event lies on or after the day; due dates may."""
    for name, column in (
        ("demand_history", "date"),
        ("sales_orders", "ordered"),
        ("purchase_orders", "ordered"),
        ("work_orders", "start"),
        ("work_order_operations", "started"),
        ("bom_lines", "valid_from"),
        ("items", "launch"),
        ("items", "discontinued"),
    ):
        latest = company[name][column].cast(pl.Date).max()
        assert latest < AS_OF, (name, column)


def test_stock_is_never_negative_and_made_goods_are_rolled_back(company):
    """A bicycle that sold 30 and was made 30 times later had then what was counted in the end."""
    assert company["stock_lots"]["quantity"].min() > 0
    counted = original("Production.ProductInventory")["Quantity"].sum()
    products = original("Production.Product").filter("MakeFlag")["ProductNumber"].to_list()
    made = company["stock_lots"].filter(pl.col("item").is_in(products))
    assert 0 < made["quantity"].sum() < counted


def test_orders_of_all_kinds_have_different_codes(company):
    """A plan lists them side by side."""
    codes = [company[name]["order"].unique().to_list() for name in ("sales_orders", "work_orders", "purchase_orders")]
    flat = [code for each in codes for code in each]
    assert len(flat) == len(set(flat))


def test_a_day_earlier_knows_less():
    """A year earlier: fewer sales and products, no work order begun since."""
    earlier = Company.of(**apply_mapping(DATA, "adventureworks", dt.date(2013, 3, 1)).frames)
    assert earlier["demand_history"]["date"].max() < dt.date(2013, 3, 1)
    assert earlier["items"].height < 504
    assert earlier["work_orders"]["start"].max().date() < dt.date(2013, 3, 1)
    assert not [problem for problem in check(earlier) if problem.severity == "error"]
