"""One model over a panel, where the extra is installed."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from quarterdeck.disciplines.demand import boosted, engine, stage
from quarterdeck.disciplines.demand.stage import run
from quarterdeck.model import Company, Plan, Settings
from tests.demand.test_engine import flat

SPAN = engine.Span(season=7, horizon=14, young=3, test=0)


def panel(count=80, days=154):
    """Shops whose week is the same and whose level is their own."""
    rng = np.random.default_rng(4)
    week = np.array([0.5, 0.5, 0.5, 1.0, 1.5, 2.0, 1.0])[np.arange(days) % 7]
    return rng.poisson(rng.uniform(1, 8, (count, 1)) * week).astype(float)


def test_a_panel_learns_what_its_series_share():
    """Combined with trees over all series, the statistical forecast gets at most a twentieth worse; runs agree."""
    pytest.importorskip("lightgbm")
    table = panel()
    values, pointers = flat(table[:, :-14])
    mean = engine.forecast(values, pointers, SPAN).mean
    both = boosted.boosted_means(values, pointers, mean, 7, seed=1)
    away = [np.abs(each - table[:, -14:]).mean() for each in (mean, both)]
    assert away[1] < 1.05 * away[0]
    np.testing.assert_array_equal(both, boosted.boosted_means(values, pointers, mean, 7, seed=1))


def test_without_the_extra_nothing_changes(monkeypatch):
    """Where LightGBM is not installed, and where there are few series, forecasts stay what they were."""
    table = panel(60)
    values, pointers = flat(table)
    mean = np.ones((60, 14))
    monkeypatch.setattr(boosted, "available", lambda: False)
    assert boosted.boosted_means(values, pointers, mean, 7, seed=1) is mean
    few, border = flat(table[:5])
    assert boosted.boosted_means(few, border, mean[:5], 7, seed=1).sum() == 70


def company_of_shops() -> Company:
    """Sixty items, a year of daily sales."""
    table = panel(60, 364)
    day = dt.date(2025, 1, 6)
    rows = [
        {"item": f"I{i:02}", "date": day + dt.timedelta(days=d), "quantity": table[i, d]}
        for i in range(60)
        for d in range(364)
    ]
    return Company.of(demand_history=pl.DataFrame(rows), items=pl.DataFrame({"item": [f"I{i:02}" for i in range(60)]}))


def test_the_setting_lets_trees_make_half_of_a_plan(monkeypatch):
    """With the setting forecasts differ, agree from run to run, and without the library say why they do not."""
    pytest.importorskip("lightgbm")
    company, now = company_of_shops(), dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    plain, trees = (Settings(as_of=now, horizon_weeks=4, forecast_by_trees=k) for k in (0, 1))
    tables = [run(company, Plan.blank(options), options) for options in (plain, trees, trees)]
    means = [table.forecasts["quantity"].to_numpy() for table in tables]
    assert not np.allclose(means[0], means[1])
    assert abs(means[1].sum() / means[0].sum() - 1.0) < 0.2
    np.testing.assert_array_equal(means[1], means[2])
    monkeypatch.setattr(stage, "available", lambda: False)
    assert "trees-not-installed" in {problem.code for problem in run(company, Plan.blank(trees), trees).problems}
