"""Levelled volumes that guide the detailed plan."""

from __future__ import annotations

import datetime as dt

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp import stage as mrp
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.planning import guidance

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
WEEK = dt.timedelta(weeks=1)
SETTINGS = Settings(as_of=NOW, horizon_weeks=8, levels_guide=1)


def wanted(*weekly):
    """A plan that wants so many lanterns at the end of each week."""
    rows = [
        {"demand": f"D{week}", "kind": "sales_order", "order": f"SO-{week}", "line": "1", "item": "lantern",
         "site": "main", "quantity": float(quantity), "due": NOW + (week + 1) * WEEK - dt.timedelta(seconds=1),
         "priority": 5, "ship_complete": True}
        for week, quantity in enumerate(weekly) if quantity
    ]  # fmt: skip
    return Plan.blank(SETTINGS).with_tables(requirements=pl.DataFrame(rows))


def volumes(make, opening=0.0):
    """Levelled volumes of lanterns made so many a week."""
    rows = [
        {"item": "lantern", "week": (NOW + week * WEEK).date(), "make": float(each), "outside": 0.0, "demand": 0.0,
         "late": 0.0, "lost": 0.0, "stock": opening + float(sum(make[: week + 1]))}
        for week, each in enumerate(make)
    ]  # fmt: skip
    return pl.DataFrame(rows)


def shop(hours):
    """A workshop with so many hours a day, an hour to a lantern."""
    return Company.of(
        items=pl.DataFrame({"item": ["lantern"], "source": ["make"], "cost": [10.0], "price": [100.0]}),
        sites=pl.DataFrame({"site": ["main"], "calendar": ["day"]}),
        calendars=pl.DataFrame({"calendar": ["day"]}),
        shifts=pl.DataFrame({"calendar": ["day"], "shift": ["1"], "weekdays": ["mon,tue,wed,thu,fri"],
                             "start_time": ["08:00"], "end_time": [f"{8 + hours:02}:00"]}),
        work_centres=pl.DataFrame({"work_centre": ["bench"]}),
        operations=pl.DataFrame({"item": ["lantern"], "sequence": [10], "work_centre": ["bench"],
                                 "run_minutes": [60.0]}),
    )  # fmt: skip


def test_the_season_is_built_ahead():
    """Story: 40 lanterns a week can be made, 100 are wanted in the sixth: weeks before it are used to build for it."""
    plan = guidance.run(shop(8), wanted(10, 10, 10, 10, 10, 100), SETTINGS)
    ahead = plan["requirements"].filter(pl.col("built_by").is_not_null())
    assert ahead["demand"].to_list() == ["D4", "D5"]
    orders = mrp.run(shop(8), plan, SETTINGS)["orders"]
    last = orders.filter(pl.col("quantity") == 100.0)
    assert last["needed"].to_list() == ahead["built_by"].to_list()[1:]
    assert ahead["due"][0] - ahead["built_by"][0] >= dt.timedelta(days=6)


def test_with_hours_enough_nothing_is_built_ahead():
    """Refusal: where the week's own hours suffice everything is planned for its day."""
    plan = guidance.run(shop(15), wanted(10, 10, 10, 10, 10, 60), SETTINGS)
    assert plan["requirements"]["built_by"].null_count() == 6


def test_without_the_setting_nothing_is_levelled():
    """Refusal: the setting is off by default."""
    plan = wanted(10, 100)
    assert guidance.run(shop(8), plan, Settings(as_of=NOW)) is plan


def test_dates_of_a_worked_example():
    """Example: 30 made a week; the first 30 are there after a week, of the next 60 half is made in the second week."""
    rows = guidance.guided(wanted(0, 0, 0, 30, 60)["requirements"], volumes([30, 30, 30, 0, 0]), NOW)
    assert rows["built_by"].to_list() == [NOW + WEEK, NOW + 2 * WEEK]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.lists(st.integers(0, 50), min_size=8, max_size=8))
def test_nothing_is_built_later_than_due(demand, made):
    """Law: guidance only ever moves making ahead, by about a week or more."""
    if not any(demand):
        return
    rows = guidance.guided(wanted(*demand)["requirements"], volumes(made), NOW).drop_nulls("built_by")
    assert all(due - built >= dt.timedelta(days=6) for due, built in rows.select("due", "built_by").iter_rows())
