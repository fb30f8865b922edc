"""Work centres whose hours are counted by day, week or month."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import quarterdeck as qd
from quarterdeck.disciplines.scheduling.counting import period_edges
from quarterdeck.model import Company
from quarterdeck.model.clock import DAY

NOW = "2026-03-02T00:00:00+00:00"
MONDAY = dt.datetime(2026, 3, 2)


def company(orders, *, counted="by_week", hours=40.0, most=40.0, **more):
    """Statues of an hour's work each in a studio that counts its hours; orders of quantity, day and priority."""
    return Company.of(
        items=pl.DataFrame({"item": ["statue"], "source": ["make"], "lot_maximum": [most]}),
        work_centres=pl.DataFrame({"work_centre": ["studio"], "counted": [counted], "bucket_hours": [hours]},
                                  schema_overrides={"bucket_hours": pl.Float64}),
        operations=pl.DataFrame({"item": ["statue"], "sequence": [10], "work_centre": ["studio"],
                                 "run_minutes": [60.0], **more}),
        sales_orders=pl.DataFrame(
            {"order": [f"SO-{number}" for number in range(len(orders))], "item": "statue",
             "quantity": [float(row[0]) for row in orders],
             "due": [MONDAY + dt.timedelta(days=row[1]) for row in orders],
             "priority": [row[2] if len(row) > 2 else 5 for row in orders]}
        ),
    )  # fmt: skip


def plan(company_):
    """Its plan."""
    return qd.plan(company_, as_of=NOW, horizon_weeks=12, effort=2, seconds=5.0)


def begun(made, days=7):
    """Hours that begin in each period of so many days from Monday on."""
    rows = made.operations.with_columns(
        period=((pl.col("start").dt.replace_time_zone(None) - MONDAY).dt.total_days() // days)
    )
    hours = rows.group_by("period").agg(hours=pl.col("quantity").sum())
    return dict(hours.sort("period").iter_rows())


def test_what_does_not_fit_in_its_week_is_made_in_the_one_before():
    """Example: three orders of 20 hours due in the third week, 40 hours a week: one is made a week earlier."""
    made = plan(company([(20, 18), (20, 19), (20, 20)]))
    assert begun(made) == {1: 20.0, 2: 40.0}
    assert made.deliveries["late_seconds"].sum() == 0


def test_what_cannot_begin_earlier_begins_later_the_least_important_last():
    """Example: three orders of 20 hours due at once: the third begins in the second week, and it is the least."""
    made = plan(company([(20, 1, 3), (20, 2, 1), (20, 3, 2)]))
    assert begun(made) == {0: 40.0, 1: 20.0}
    late = made.requirements.join(made.deliveries.select("demand", "delivered"), on="demand")
    assert late.sort("delivered")["order"].to_list()[-1] == "SO-0"


def test_hours_of_working_time_count_where_none_are_said():
    """Example: without hours of its own a studio that is open day and night has 24 a day."""
    made = plan(company([(20, 1), (20, 1)], counted="by_day", hours=None, most=20.0))
    assert begun(made, 1) == {0: 20.0, 1: 20.0}


def test_what_a_unit_takes_may_differ_from_its_time():
    """Example: an hour's work that takes half an hour of the studio: all 60 hours fit in a week of 40."""
    made = plan(company([(20, 1), (20, 2), (20, 3)], bucket_minutes=[30.0]))
    assert begun(made) == {0: 60.0}
    week = made.loads.filter(pl.col("week") == MONDAY.date()).row(0, named=True)
    assert (week["capacity_hours"], week["run_hours"]) == (40.0, 30.0)


def test_work_larger_than_any_period_is_done_all_the_same():
    """Refusal: 100 hours never fit in 40; they begin in a week of their own."""
    made = plan(company([(100, 1), (20, 4)], most=100.0))
    assert sorted(begun(made).values()) == [20.0, 100.0]


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=6))
def test_no_period_holds_more_than_fits(orders):
    """Law: whatever is ordered, no week takes more than its hours, and nothing gets lost."""
    made = plan(company(orders))
    hours = begun(made)
    assert all(each <= 40.0 for each in hours.values())
    assert sum(hours.values()) == sum(quantity for quantity, _ in orders)


@pytest.mark.parametrize(("kind", "days"), [("by_day", 1), ("by_week", 7), ("by_month", 31)])
def test_periods_begin_at_midnight_there(kind, days):
    """Days, weeks from Monday, months from the first, whatever summer time does."""
    edges = period_edges(kind, "UTC", int(dt.datetime(2026, 3, 4, 15, tzinfo=dt.UTC).timestamp()))
    assert int(edges[1] - edges[0]) == days * DAY
    first = dt.datetime.fromtimestamp(int(edges[0]), dt.UTC)
    assert first.day == {"by_day": 4, "by_week": 2, "by_month": 1}[kind]
    assert first.hour == 0
    assert (np.diff(edges) > 0).all()
