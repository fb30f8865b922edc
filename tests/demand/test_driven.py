"""Demand that follows promotions: uplifts are learnt, shrunk, and carried to promotions to come."""

import numpy as np
import pytest

from quarterdeck.disciplines.demand import engine
from tests.demand.test_engine import flat

SPAN = engine.Span(season=7, horizon=14, young=3, test=0)


def shop(days, uplift, seed=1, share=0.3):
    """Daily sales of ten that double on the last day of the week and rise with promotions of a week."""
    rng = np.random.default_rng(seed)
    week = np.array([1, 1, 1, 1, 1, 1, 2.0])[np.arange(days + SPAN.horizon) % 7]
    events = np.repeat(rng.random((days + SPAN.horizon) // 7 + 1) < share, 7)[: days + SPAN.horizon].astype(float)
    events[days : days + 7], events[days + 7 :] = 1.0, 0.0
    expected = 10 * week * np.where(events > 0, uplift, 1.0)
    return rng.poisson(expected[:days]).astype(float), events, expected[days:]


@pytest.mark.parametrize("uplift", [0.6, 1.8, 3.0])
def test_promotions_to_come_lift_the_forecast(uplift):
    """What promotions did before they will do again, on every day of the week."""
    sold, events, expected = shop(700, uplift)
    values, pointers = flat([sold])
    out = engine.forecast(values, pointers, SPAN, events=events)
    assert out.method[0] == engine.DRIVEN
    np.testing.assert_allclose(out.mean[0], expected, rtol=0.2)


def test_without_promotions_nothing_changes():
    """A series that never had one is forecast as without the argument."""
    sold, events, _ = shop(200, 1.0)
    values, pointers = flat([sold])
    with_none = engine.forecast(values, pointers, SPAN, events=np.zeros_like(events))
    np.testing.assert_array_equal(with_none.mean, engine.forecast(values, pointers, SPAN).mean)


def test_each_series_has_its_own_promotions():
    """Promotions of one series do not leak into another's, and chunks do not matter."""
    parts = [shop(300, 2.0, seed) for seed in range(3)]
    values, pointers = flat([sold for sold, _, _ in parts])
    together = engine.forecast(values, pointers, SPAN, events=np.concatenate([events for _, events, _ in parts]))
    for k, (sold, events, _) in enumerate(parts):
        alone = engine.forecast(*flat([sold]), SPAN, events=events)
        np.testing.assert_array_equal(together.mean[k], alone.mean[0])


@pytest.mark.parametrize("series", [[0.0] * 100, [1e12] * 100, [0.0] * 99 + [5.0], [-3.0] * 100])
def test_odd_series_with_promotions_are_finite(series):
    """Nothing, too much, and returns only give numbers all the same."""
    values, pointers = flat([series])
    out = engine.forecast(values, pointers, SPAN, events=np.ones(values.size + SPAN.horizon))
    assert np.isfinite(out.mean).all()
    assert np.isfinite(out.variance).all()


def test_daily_sales_have_a_week_and_a_year():
    """Three years of daily sales that rise in spring: the coming four weeks rise, and Sundays stay low."""
    day = np.arange(3 * 365 + 28)
    year = 1.0 + 0.5 * np.sin(2 * np.pi * (day - 1095) / 365.25)  # steepest just where history ends
    expected = 60.0 * year * np.where(day % 7 == 6, 0.4, 1.1)
    sold = np.random.default_rng(8).poisson(expected).astype(float)
    out = engine.forecast(*flat([sold[:-28]]), engine.Span(7, 28, young=3, test=0))
    assert out.method[0] == engine.DRIVEN
    assert np.abs(out.mean[0] - expected[-28:]).sum() < 0.12 * expected[-28:].sum()
    assert out.mean[0, 21:].sum() > 1.05 * out.mean[0, :7].sum()
