"""Forecasts of products launched not long ago follow the course that launches take."""

import datetime as dt

import polars as pl
import pytest

from quarterdeck.disciplines.demand.stage import run
from quarterdeck.model import Company, Plan, Settings

TODAY = dt.date(2026, 3, 2)


def days(item, quantities):
    """Sales of weeks that end the day before today, on five days each."""
    first = TODAY - dt.timedelta(weeks=len(quantities))
    rows = [(first + dt.timedelta(weeks=w, days=d), q) for w, q in enumerate(quantities) for d in range(5)]
    return pl.DataFrame(
        {"item": item, "site": "main", "date": [day for day, _ in rows], "quantity": [float(q) for _, q in rows]}
    )


def plan_of(history, **tables):
    """The demand stage for 13 weeks."""
    options = Settings(as_of=dt.datetime(2026, 3, 2, tzinfo=dt.UTC), horizon_weeks=13)
    return run(Company.of(demand_history=pl.concat(history), **tables), Plan.blank(options), options)


def total(plan, item):
    """What the plan expects of the item in all."""
    return plan.forecasts.filter(pl.col("item") == item)["quantity"].sum()


def test_a_launch_that_climbs_is_not_held_at_its_mean():
    """Story: ten weeks after launch sales have doubled; more is expected than the mean of its weeks, and it is said."""
    climbing = [10 + k for k in range(10)]
    plan = plan_of([days("old", [20] * 100), days("new", climbing)])
    row = plan.series.filter(pl.col("item") == "new").row(0, named=True)

    assert total(plan, "new") > 13 * 5 * 14.5 * 1.1
    assert row["reason"].startswith("Launched 10 weeks ago")
    assert total(plan, "old") == pytest.approx(13 * 100, rel=0.02)


def test_where_data_begin_is_no_launch():
    """Refusal: a company whose whole history is ten weeks has launched nothing, unless a launch day says so."""
    climbing = [10 + k % 3 for k in range(10)]
    plain = plan_of([days("a", climbing)])
    told = plan_of(
        [days("a", climbing)], items=pl.DataFrame({"item": ["a"], "launch": [TODAY - dt.timedelta(weeks=10)]})
    )

    assert "Launched" not in plain.series["reason"][0]
    assert "Launched" in told.series["reason"][0]


def test_likes_of_the_family_give_the_course():
    """Example: three earlier launches of the family sold out within half a year; so will this one."""
    quick = [30] * 26 + [0.2] * 60
    family = pl.DataFrame({"item": ["q1", "q2", "q3", "new", "old"], "family": ["toy"] * 4 + ["other"]})
    history = [days(item, quick) for item in ("q1", "q2", "q3")] + [days("old", [20] * 130), days("new", [30] * 22)]
    alone = [days("old", [20] * 130), days("new", [30] * 22)]

    assert total(plan_of(history, items=family), "new") < 0.75 * total(plan_of(alone), "new")
