"""One model over a panel, where the extra is installed."""

import numpy as np
import pytest

from quarterdeck.disciplines.demand import boosted, engine
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
