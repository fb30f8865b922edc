"""Demand of what perishes within a week comes day by day."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

import quarterdeck as qd
from quarterdeck.disciplines.demand.book import open_book
from quarterdeck.disciplines.demand.weekdays import wanted_by_day

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
TODAY = AS_OF.date()


def bakery(days: int = 84) -> qd.Company:
    """Rye and flour sold every day but Sunday, 10 a day and 40 on Saturday; rye keeps for two days."""
    past = [TODAY - dt.timedelta(days=back) for back in range(days, 0, -1)]
    sold = [0.0 if day.weekday() == 6 else 40.0 if day.weekday() == 5 else 10.0 for day in past]
    items = pl.DataFrame({"item": ["rye", "flour"], "source": ["make", "buy"], "shelf_life_days": [2.0, None]})
    history = pl.DataFrame({"item": ["rye"] * days + ["flour"] * days, "date": past * 2, "quantity": sold * 2})
    return qd.Company.of(items=items, demand_history=history)


def test_what_perishes_is_wanted_on_the_days_on_which_it_is_sold():
    """Example: of 90 a week 10 from Monday to Friday, 40 on Saturday, none on Sunday; flour at the end of the week."""
    company = bakery()
    daily = company["demand_history"].with_columns(
        site=pl.lit("main"), day=pl.col("date").to_physical().cast(pl.Int64)
    ).sort("item", "site", "day")  # fmt: skip
    book = open_book(company, daily, {"main": TODAY})
    by_day = wanted_by_day(company, book, np.array([[90.0, 0.0], [90.0, 45.0]]), np.ones(2))
    assert by_day[0].tolist() == [0, 0, 0, 0, 0, 0, 90, *[0] * 7]
    assert by_day[1, :7].tolist() == [10, 10, 10, 10, 10, 40, 0]
    assert by_day[1].sum() == 135


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 500), min_size=1, max_size=8))
def test_days_add_up_to_weeks(weeks):
    """Law: whatever the weekdays, the days of a week are whole and add up to it."""
    company = bakery(35)
    daily = company["demand_history"].with_columns(site=pl.lit("main"), day=pl.col("date").to_physical().cast(pl.Int64))
    book = open_book(company, daily.sort("item", "site", "day"), {"main": TODAY})
    net = np.array([weeks, weeks], float)
    by_day = wanted_by_day(company, book, net, np.ones(2))
    assert (by_day.reshape(2, -1, 7).sum(axis=2) == net).all()
    assert (by_day == np.round(by_day)).all()


def test_nothing_is_baked_for_the_whole_week():
    """Story: the plan of a bakery wants rye on six days of the week, so that no batch outlives its two days."""
    plan = qd.plan(bakery(), as_of=AS_OF, horizon_weeks=2, effort=1)
    forecast = plan.requirements.filter(pl.col("kind") == "forecast")
    wanted = forecast.filter(pl.col("item") == "rye")
    assert wanted["due"].dt.weekday().unique().sort().to_list() == [1, 2, 3, 4, 5, 6]
    assert forecast.filter(pl.col("item") == "flour")["due"].dt.weekday().unique().to_list() == [7]
