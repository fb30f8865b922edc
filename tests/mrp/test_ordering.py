"""Orders on the weekdays a supplier takes them, together with others, by container, by call-off."""

import datetime as dt

import polars as pl
import pytest

import quarterdeck as qd
from quarterdeck.disciplines.mrp.ordering import weekdays_of
from quarterdeck.model import Company


def shop(supplier=None, item_sites=None, due=(12, 13, 20, 27, 34)):
    """A shop that sells bolts and nuts of one supplier, with an order of each on the given days after 2 March 2026."""
    days = [dt.datetime(2026, 3, 2, 12) + dt.timedelta(days=day) for day in due]
    orders = [(f"S{k}", item, 10.0, day) for k, day in enumerate(days) for item in ("bolt", "nut")]
    tables = {
        "items": pl.DataFrame({"item": ["bolt", "nut"], "cost": [2.0, 1.0]}),
        "suppliers": pl.DataFrame({"supplier": ["acme"], **(supplier or {})}),
        "supply_options": pl.DataFrame(
            {"item": ["bolt", "nut"], "supplier": ["acme"] * 2, "lead_time_days": [5.0, 6.0], "minimum": [4.0, 4.0]}
        ),
        "sales_orders": pl.DataFrame(
            [(f"{order}{item}", item, quantity, day) for order, item, quantity, day in orders],
            schema=["order", "item", "quantity", "due"],
            orient="row",
        ),
    }
    if item_sites is not None:
        tables["item_sites"] = pl.DataFrame(item_sites)
    company = Company.of(**tables)
    return qd.plan(company, as_of="2026-03-02", effort=1)


def weekdays(plan):
    """On which weekdays the planned purchases are placed, Monday being 0."""
    return set(plan.orders["release"].dt.weekday().to_list())


def test_orders_are_placed_on_the_suppliers_days():
    """Example: a supplier that takes orders on Tuesdays and Fridays gets them on these days, and nothing is late."""
    plan = shop({"order_days": ["tue,fri"]})

    assert weekdays(plan) <= {2, 5}
    assert plan.orders.height > 0
    assert (plan.orders["available"] <= plan.orders["needed"]).all()


def test_a_missed_order_day_waits_for_the_next():
    """Example: on Monday what is needed at once is ordered on Thursday, not today, and comes five days later."""
    plan = shop({"order_days": ["thu"]}, due=(1,))
    bolt = plan.orders.filter(pl.col("item") == "bolt").row(0, named=True)

    assert bolt["release"].date() == dt.date(2026, 3, 5)
    assert bolt["available"].date() == dt.date(2026, 3, 10)


def test_any_day_where_none_is_named():
    """Law: without order days orders are placed as late as they can be."""
    plan = shop()
    lead = (plan.orders["needed"] - plan.orders["release"]).dt.total_days()

    assert set(lead.to_list()) == {5, 6}


def test_kanban_orders_are_whole_containers():
    """Example: a container holds eight; ten wanted are two containers."""
    plan = shop(item_sites={"item": ["bolt"], "policy": ["kanban"], "container": [8.0]}, due=(12,))

    bolt = plan.orders.filter(pl.col("item") == "bolt")
    assert (bolt["quantity"] % 8 == 0).all()
    assert bolt["quantity"].sum() >= 10


def test_call_offs_take_each_days_need():
    """Example: what is called off is ordered day by day in what is needed, below the least quantity of an order."""
    days = (12, 14)
    usual = shop(due=days)
    called = shop(item_sites={"item": ["bolt"], "policy": ["call_off"]}, due=days)

    small = called.orders.filter(pl.col("item") == "bolt")
    assert small["quantity"].to_list() == [10.0, 10.0]
    assert usual.orders.height >= 2


@pytest.mark.parametrize(("text", "days"), [("mon,thu", (0, 3)), ("mon-wed", (0, 1, 2)), ("", ()), (None, ())])
def test_weekdays_are_read(text, days):
    """Example: days and ranges of days; nothing means any day."""
    assert weekdays_of(text) == days


def test_unreadable_weekdays_mean_any_day():
    """Refusal: what names no weekday does not stop planning; the check of the tables names it."""
    assert weekdays_of("whenever") == ()
    plan = shop({"order_days": ["whenever"]})

    assert plan.orders.height > 0
    assert [each.found for each in plan.problems if each.code == "order-days-unreadable"] == ["whenever"]


def test_orders_below_the_minimum_value_are_named():
    """Refusal: two small orders of 30 together where the supplier takes 100 at least."""
    found = [each for each in shop({"minimum_value": [100.0]}).problems if each.code == "order-below-minimum"]

    assert len(found) == 1
    assert "acme" in found[0].message
    assert "takes 100 at least" in found[0].message
    assert not [each for each in shop({"minimum_value": [5.0]}).problems if each.code == "order-below-minimum"]


def test_items_of_one_supplier_are_ordered_together():
    """Story: with a cost for every order, bolts and nuts are ordered on the same days, far fewer than before."""
    weeks = range(26)
    history = pl.DataFrame(
        [(item, dt.date(2025, 8, 25) + dt.timedelta(weeks=week), 70.0) for week in weeks for item in ("bolt", "nut")],
        schema=["item", "date", "quantity"],
        orient="row",
    )
    tables = {
        "items": pl.DataFrame({"item": ["bolt", "nut"], "cost": [2.0, 1.0]}),
        "supply_options": pl.DataFrame(
            {"item": ["bolt", "nut"], "supplier": ["acme"] * 2, "lead_time_days": [5.0, 6.0]}
        ),
        "demand_history": history,
    }

    def days(**terms):
        supplier = pl.DataFrame({"supplier": ["acme"], **{name: [value] for name, value in terms.items()}})
        plan = qd.plan(Company.of(suppliers=supplier, **tables), as_of="2026-03-02", effort=1)
        bought = plan.orders.filter(pl.col("state") == "planned")
        return {item: set(rows["release"].dt.date()) for (item,), rows in bought.group_by("item")}

    alone, together = days(), days(order_cost=30.0)

    assert len(together["bolt"] | together["nut"]) < len(alone["bolt"] | alone["nut"]) / 2
    assert len(together["bolt"] & together["nut"]) >= len(together["bolt"] | together["nut"]) - 1
