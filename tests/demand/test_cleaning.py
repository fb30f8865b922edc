"""History as it would have been: with stock, without holidays, on today's level; and what people and quotations say."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from quarterdeck import Company, Plan, Settings
from quarterdeck.disciplines.demand.closures import public_holidays
from quarterdeck.disciplines.demand.quotations import conversion_rates, quoted_lines
from quarterdeck.disciplines.demand.shifts import levelled
from quarterdeck.disciplines.demand.stage import run
from tests.demand.test_engine import flat

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
TODAY = NOW.date()


def plan(weeks=4, **tables):
    """The demand stage on these tables."""
    options = Settings(as_of=NOW, horizon_weeks=weeks)
    return run(Company.of(**tables), Plan.blank(options), options)


def daily(item, level, days=400, seed=1):
    """Poisson sales on every day before now."""
    rng = np.random.default_rng(seed)
    dates = [TODAY - dt.timedelta(days=days - k) for k in range(days)]
    return pl.DataFrame({"item": item, "date": dates, "quantity": rng.poisson(level, days).astype(float)})


def mean_of(made, item="A"):
    """Expected demand of an item a week."""
    return made.forecasts.filter(pl.col("item") == item)["quantity"].mean()


def codes(made):
    """Codes of the plan's problems."""
    return {problem.code for problem in made.problems}


@pytest.mark.parametrize("weekly", [False, True])
def test_days_without_stock_are_missing_not_zero(weekly):
    """An item that could not be sold for the last five weeks is still wanted as before, and the plan says so."""
    sold = daily("A", 10.0)
    if weekly:
        start = (pl.col("date") - dt.timedelta(days=TODAY.weekday())).dt.truncate("1w")
        sold = sold.group_by("item", date=start).agg(pl.col("quantity").sum()).sort("date")
    begin = TODAY - dt.timedelta(days=35)
    empty = sold.with_columns(quantity=pl.when(pl.col("date") >= begin).then(0.0).otherwise("quantity"))
    outs = pl.DataFrame({"item": ["A"], "start": [begin], "end": [TODAY - dt.timedelta(days=1)]})
    without, told = plan(demand_history=empty), plan(demand_history=empty, stock_outs=outs)
    assert mean_of(told) == pytest.approx(70, rel=0.08)
    assert mean_of(without) < 0.9 * mean_of(told)
    assert "history-stock-outs" in codes(told)


def test_a_lasting_shift_puts_old_demand_on_the_new_level():
    """A customer lost long ago counts no more; noise and trends are left alone."""
    rng = np.random.default_rng(4)
    step = np.concatenate((rng.normal(100, 5, 40), rng.normal(30, 3, 20)))
    values, where = levelled(*flat([step, rng.normal(50, 5, 60), np.arange(60.0)]), 12)
    assert where.tolist() == [40, -1, -1]
    assert values[:40].mean() == pytest.approx(30, rel=0.05)
    np.testing.assert_array_equal(values[60:120], values[60:120])


def test_a_shift_is_told():
    """The plan names the item whose level has shifted for good."""
    rng = np.random.default_rng(4)
    levels = np.concatenate((rng.normal(100, 5, 60), rng.normal(30, 3, 40)))
    dates = [TODAY - dt.timedelta(weeks=100 - k) for k in range(100)]
    made = plan(demand_history=pl.DataFrame({"item": "A", "date": dates, "quantity": levels}))
    assert "history-shift" in codes(made)
    assert mean_of(made) == pytest.approx(30, rel=0.1)


def test_holidays_take_demand_from_their_week_and_give_it_back_to_history():
    """Where nothing is sold on holidays, the week of one is expected to be weaker, and other weeks are not."""
    sold = daily("A", 20.0, days=800)
    company = {"sites": pl.DataFrame({"site": ["main"], "country": ["DE"]})}
    off = public_holidays(Company.of(**company), "main", dt.date(2023, 1, 1), dt.date(2026, 12, 31))
    assert dt.date(2025, 12, 25) in off
    closed = sold.with_columns(quantity=pl.when(pl.col("date").is_in(off)).then(0.0).otherwise("quantity"))
    table = plan(weeks=10, demand_history=closed, **company).forecasts.sort("start")
    easter = table.filter(pl.col("start").is_between(dt.date(2026, 3, 29), dt.date(2026, 4, 7)))["quantity"]
    assert table["quantity"][0] == pytest.approx(140, rel=0.06)
    assert easter.min() < 0.92 * table["quantity"][0]


def test_a_family_total_is_spread_over_its_items():
    """People set a family's week; its items share it as they are expected to sell, others keep their own."""
    history = pl.concat([daily("A", 10.0), daily("B", 30.0, seed=2), daily("C", 5.0, seed=3)])
    items = pl.DataFrame({"item": ["A", "B", "C"], "family": ["F", "F", "G"]})
    groups = pl.DataFrame({"family": ["F"], "date": [TODAY], "quantity": [800.0], "author": ["Ada"]})
    plain = plan(demand_history=history, items=items)
    made = plan(demand_history=history, items=items, group_overrides=groups)
    first = made.forecasts.filter(pl.col("start") == TODAY)
    amounts = dict(first.select("item", "quantity").iter_rows())
    assert amounts["A"] + amounts["B"] == pytest.approx(800)
    assert amounts["B"] / amounts["A"] == pytest.approx(mean_of(plain, "B") / mean_of(plain, "A"), rel=0.02)
    assert amounts["C"] == pytest.approx(mean_of(plain, "C"), rel=0.05)
    assert dict(first.select("item", "overridden").iter_rows()) == {"A": True, "B": True, "C": False}


def test_single_items_set_by_people_hold_inside_of_a_total():
    """A total of everything fills up around what was said of one item."""
    history = pl.concat([daily("A", 10.0), daily("B", 30.0, seed=2)])
    single = pl.DataFrame({"item": ["A"], "date": [TODAY], "quantity": [7.0]})
    groups = pl.DataFrame({"date": [TODAY], "quantity": [100.0]})
    made = plan(demand_history=history, forecast_overrides=single, group_overrides=groups)
    amounts = dict(made.forecasts.filter(pl.col("start") == TODAY).select("item", "quantity").iter_rows())
    assert amounts["A"] == pytest.approx(7)
    assert amounts["B"] == pytest.approx(93)


def quotes():
    """A customer who orders most of what is quoted, one who orders nothing, and a quotation to each."""
    lines = [("W", "closed")] * 40 + [("L", "cancelled")] * 40 + [("W", "quote"), ("L", "quote")]
    due = dt.datetime(2026, 3, 11, 12)
    return pl.DataFrame(
        {
            "order": [f"S{k}" for k in range(82)], "customer": [who for who, _ in lines], "item": "N",
            "quantity": 100.0, "due": due, "status": [status for _, status in lines],
        }
    )  # fmt: skip


def test_quotations_count_with_the_chance_of_an_order():
    """Rates are near what each customer did, drawn to the half that all did."""
    company = Company.of(sales_orders=quotes())
    rates = dict(conversion_rates(company).select("customer", "rate").iter_rows())
    assert rates["W"] == pytest.approx((40 + 10 * rates_of_all()) / 50)
    assert rates["L"] == pytest.approx(10 * rates_of_all() / 50)
    assert quoted_lines(company)["quantity"].sum() == pytest.approx(100 * (rates["W"] + rates["L"]))


def rates_of_all():
    """Forty of eighty lines were won, and three of ten before anything was known."""
    return (40 + 3) / 90


def test_quotations_of_an_item_without_history_are_expected_demand():
    """What is only quoted so far is expected in its week, as much as quotations usually bring."""
    made = plan(sales_orders=quotes())
    week = made.forecasts.filter(pl.col("item") == "N", pl.col("quantity") > 0)
    assert week["start"].to_list() == [dt.date(2026, 3, 9)]
    assert 60 < week["quantity"].item() < 120
    assert quoted_lines(Company.of()).is_empty()
