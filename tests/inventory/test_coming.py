"""Levels follow the demand of the weeks that an order placed now covers, not the average of the horizon."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from quarterdeck.disciplines.inventory.coming import Arcs, ahead, between
from quarterdeck.disciplines.inventory.stage import run
from quarterdeck.model import Company, Plan, Settings

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
UNTIL = 1.6448536269514722  # spreads up to the 95 % quantile


def targets(weekly, spreads, **tables):
    """Targets by item of a bolt whose demand by weeks is foreseen so, bought in two weeks, ordered once a week."""
    options = Settings(as_of=AS_OF, horizon_weeks=len(weekly))
    mean, spread = np.array(weekly, float), np.array(spreads, float)
    series = {
        "item": "bolt", "site": "main", "pattern": "smooth", "method": "m", "reason": "r", "seasonal": True,
        "mean_per_week": float(mean.mean()), "spread_per_week": float(np.sqrt((spread**2).mean())),
    }  # fmt: skip
    start = [AS_OF.date() + dt.timedelta(days=7 * week) for week in range(mean.size)]
    rows = pl.DataFrame(
        {
            "item": "bolt", "site": "main", "start": start, "days": 7, "baseline": mean, "quantity": mean,
            "q05": mean - UNTIL * spread, "q25": mean, "q50": mean, "q75": mean, "q95": mean + UNTIL * spread,
        }
    )  # fmt: skip
    known = {
        "items": pl.DataFrame({"item": ["bolt"], "cost": [2.0]}),
        "supply_options": pl.DataFrame({"item": ["bolt"], "supplier": ["acme"], "lead_time_days": [14.0]}),
    }
    plan = Plan.blank(options).with_tables(series=pl.DataFrame([series]), forecasts=rows)
    found = run(Company.of(**known | tables), plan, options).targets
    return {row["item"]: row for row in found.iter_rows(named=True)}


def test_before_the_season_levels_rise_to_what_is_coming():
    """Example: 400 a week for three weeks, then 100: 1,200 are covered, z · 30 · √3 stand against surprises."""
    row = targets([400.0] * 3 + [100.0] * 9, [30.0] * 3 + [10.0] * 9)["bolt"]
    z = norm.ppf(row["service_level"])

    assert row["lead_time_demand"] == pytest.approx(1200.0)
    assert row["safety_stock"] == pytest.approx(z * 30.0 * 3**0.5, rel=0.04)
    assert row["reorder_point"] == pytest.approx(1200.0 + row["safety_stock"])
    assert "Expects 1,200 pcs in the coming 3 weeks: 400 a week, give or take 30, against 175" in row["reason"]
    days = 7 * row["safety_stock"] / 400
    assert f"{days:.2f}".rstrip("0") + " days of demand" in row["reason"]


def test_after_the_season_nothing_is_kept_for_it():
    """Story: the season is over and nothing is expected for three weeks: no stock, and the reason says so."""
    row = targets([0.0] * 3 + [100.0] * 9, [0.0] * 3 + [20.0] * 9)["bolt"]

    assert (row["safety_stock"], row["reorder_point"]) == (0.0, 0.0)
    assert row["reason"].startswith("Nothing is expected in the coming 3 weeks")
    assert "75 pcs a week over the whole horizon" in row["reason"]


def test_level_demand_needs_no_word_of_the_coming_weeks():
    """Example: the same every week reads as ever."""
    row = targets([100.0] * 12, [15.0] * 12)["bolt"]

    assert row["lead_time_demand"] == pytest.approx(300.0)
    assert row["reason"].startswith("About 100 pcs a week, give or take 15;")


def test_components_follow_the_season_of_what_they_go_into():
    """Example: four wheels a bolt; making takes a week, so wheels ordered now count for bolts sold from week two."""
    tables = {
        "items": pl.DataFrame(
            {"item": ["bolt", "wheel"], "cost": [9.0, 1.0], "source": ["make", "buy"], "lead_time_days": [7.0, 14.0]}
        ),
        "supply_options": pl.DataFrame({"item": ["wheel"], "supplier": ["acme"], "lead_time_days": [14.0]}),
        "bom_lines": pl.DataFrame({"parent": ["bolt"], "component": ["wheel"], "quantity_per": [4.0]}),
    }
    found = targets([400.0] * 3 + [100.0] * 9, [30.0] * 12, **tables)

    assert found["bolt"]["lead_time_demand"] == pytest.approx(800.0)
    assert found["wheel"]["lead_time_demand"] == pytest.approx(4 * (400 + 400 + 100))


def test_demand_is_shifted_by_the_making_in_between():
    """Example: sold two days after the frame, and the frame five after the tube: seven days for the tube."""
    arcs = Arcs(
        np.array([0, 1, 2]), np.array([0, 1, 2, 2]), np.array([0, 1]), np.array([1, 2]), np.array([1.0, 3.0])
    )  # fmt: skip
    days = ahead(arcs, np.array([10.0, 10.0, 30.0]), np.array([2.0, 5.0, 9.0]))

    assert days.tolist() == pytest.approx([0.0, 2.0, 7.0])


@given(
    st.lists(st.floats(0, 1e3), min_size=1, max_size=12),
    st.floats(0, 60),
    st.floats(1, 60),
    st.floats(1, 60),
)
def test_parts_of_a_time_add_up(weekly, start, one, two):
    """Law: demand of two times one after the other is that of both together, beyond the horizon too."""
    table = np.array(weekly)[:, None]
    first = between(table, np.array([start]), np.array([one]))[0] * one
    second = between(table, np.array([start + one]), np.array([two]))[0] * two
    both = between(table, np.array([start]), np.array([one + two]))[0] * (one + two)

    assert first + second == pytest.approx(both, rel=1e-9, abs=1e-6)
