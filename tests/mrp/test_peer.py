"""The peer benchmark: a tiny factory is planned rightly, and the checker sees what is wrong with a spoilt plan."""

import datetime as dt

import polars as pl
import pytest

from benchmarks.peer import blank_plan, company_of, planned
from benchmarks.peer_check import check, late_days

FACTORY = {
    "current": "2027-01-04T00:00:00",
    "calendar": {"name": "Working Days", "default": 0, "buckets": [{"value": 1, "days": "mon-fri"}]},
    "resources": [{"name": "lathe", "maximum": 1}],
    "items": [{"name": "cup", "cost": 5}, {"name": "blank", "cost": 2}, {"name": "clay", "cost": 1}],
    "buffers": [{"item": "clay", "onhand": 3, "minimum": 1}],
    "itemsuppliers": [{"item": "clay", "supplier": "pit", "leadtime_days": 7, "sizeminimum": 10, "sizemultiple": 5}],
    "operations": [
        {
            "name": "turn", "item": "cup", "type": "time_per", "duration_per_s": 86_400, "resource": "lathe",
            "flows": [{"item": "blank", "quantity": -1}],
        },
        {
            "name": "dry", "item": "blank", "type": "fixed_time", "duration_s": 86_400,
            "flows": [{"item": "clay", "quantity": -2}],
        },
    ],
    "demands": [
        {"name": "d1", "item": "cup", "quantity": 1, "priority": 1, "due": "2027-01-06T00:00:00"},
        {"name": "d2", "item": "cup", "quantity": 2, "priority": 2, "due": "2027-01-11T00:00:00"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def plan():
    """The factory as the product plans it."""
    return planned(company_of(FACTORY), blank_plan(FACTORY, 1))


def test_a_tiny_factory_is_planned_and_holds(plan):
    """One cup from stock, in time; two wait a week for clay, a day to dry and two on the lathe: three days late."""
    assert check(FACTORY, plan) == []
    assert late_days(FACTORY, plan) == pytest.approx(3.0)


def test_the_checker_sees_clay_that_comes_too_early(plan):
    """A lead time cut short is a fault, and so is a lot below the minimum."""
    early = plan.orders.with_columns(
        available=pl.when(pl.col("kind") == "buy")
        .then(pl.col("available") - dt.timedelta(days=1))
        .otherwise("available")
    )
    assert any("lead time" in fault for fault in check(FACTORY, plan.with_tables(orders=early)))
    small = plan.orders.with_columns(quantity=pl.when(pl.col("kind") == "buy").then(7.0).otherwise("quantity"))
    assert any("not a lot" in fault for fault in check(FACTORY, plan.with_tables(orders=small)))


def test_the_checker_sees_two_jobs_on_one_lathe_and_work_on_sundays(plan):
    """All operations moved to one Saturday: the machine is overloaded and the working time is wrong."""
    saturday = dt.datetime(2027, 1, 9, tzinfo=dt.UTC)
    moved = plan.operations.with_columns(start=pl.lit(saturday), end=pl.lit(saturday + dt.timedelta(days=1)))
    faults = check(FACTORY, plan.with_tables(operations=moved))
    assert any("lathe does 2 jobs" in fault for fault in faults)
    assert any("works" in fault for fault in faults)
    assert any("falls to" in fault for fault in faults)


def test_the_checker_sees_what_is_never_delivered(plan):
    """Without its pegs a demand has nothing."""
    bare = plan.with_tables(pegs=plan.pegs.filter(pl.col("demand") != "d2"))
    assert "d2 is never delivered in full" in check(FACTORY, bare)
