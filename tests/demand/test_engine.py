"""The engine: forecasts of many series, whatever they hold and however they are cut into chunks."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.demand import engine
from quarterdeck.disciplines.demand.patterns import PATTERNS

SPAN = engine.Span(season=12, horizon=6, young=3, test=3)
ODD = [
    [0.0] * 30,
    [5.0],
    [7.0] * 40,
    [1e12] * 30,
    [0.0] * 29 + [1e12],
    [1e-9] * 30,
    [0.0, 3.0] * 20,
    list(np.arange(60.0)),
    list(np.arange(60.0)[::-1]),
]


def flat(series):
    """Series one after the other, with their borders."""
    pointers = np.concatenate(([0], np.cumsum([len(one) for one in series]))).astype(np.int64)
    return np.concatenate([np.asarray(one, float) for one in series]), pointers


def seasonal(periods, noise=0.0):
    """Monthly demand of 100 that swings by 40 with the year."""
    t = np.arange(periods)
    return 100 + 40 * np.sin(2 * np.pi * t / 12) + noise * np.random.default_rng(3).normal(size=periods)


def test_odd_series_give_finite_forecasts():
    """Constant, all-zero, single, huge and tiny series are forecast without fuss, never below zero."""
    out = engine.forecast(*flat(ODD), SPAN)
    assert np.isfinite(out.mean).all()
    assert np.isfinite(out.variance).all()
    assert (out.mean >= 0).all()


def test_a_constant_series_stays_constant():
    """What was always seven will be seven, for certain."""
    out = engine.forecast(*flat([[7.0] * 40]), SPAN)
    np.testing.assert_allclose(out.mean, 7.0, rtol=1e-6)
    np.testing.assert_allclose(out.variance, 0.0, atol=1e-6)


def test_what_never_varied_has_a_small_band_among_others_too():
    """A hundred every month, among series that vary, is expected within a few pieces; minus five stays minus five."""
    others = [list(seasonal(48, noise=5.0) + k) for k in range(4)]
    values, pointers = flat([[100.0] * 40, [-5.0] * 40, *others])
    pool = engine.learn(values, pointers, SPAN)
    table = engine.quantiles(values, pointers, engine.forecast(values, pointers, SPAN), np.array([0.05, 0.95]), pool)
    np.testing.assert_array_equal(table[0, 0], [95.0, 105.0])
    np.testing.assert_array_equal(table[1, 0], [-5.0, -5.0])


def test_a_season_is_found_and_carried_on():
    """A yearly swing shows in the forecast of the next months."""
    out = engine.forecast(*flat([seasonal(72, noise=2.0)]), SPAN)
    assert out.seasonal[0]
    np.testing.assert_allclose(out.mean[0], seasonal(78)[72:], rtol=0.06)


def test_a_trend_is_carried_on():
    """Demand that grows by one a month keeps growing."""
    out = engine.forecast(*flat([np.arange(50.0, 110.0)]), SPAN)
    assert out.mean[0, 0] > 108
    assert (np.diff(out.mean[0]) > 0).all()


def test_backtest_of_a_perfect_forecast_is_without_error():
    """A constant series is never forecast wrong."""
    out = engine.forecast(*flat([[7.0] * 40]), SPAN)
    assert abs(out.error[0]) < 1e-6
    assert out.naive_error[0] == 0


def test_backtest_beats_the_last_value_on_noise():
    """Around a level, the combination is less wrong than repeating the last value."""
    noise = np.random.default_rng(1).gamma(10, 10, size=(40, 60))
    out = engine.forecast(*flat(noise), SPAN)
    assert np.nanmean(out.error) < 0.85 * np.nanmean(out.naive_error)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.floats(0, 1e6), min_size=1, max_size=40), min_size=2, max_size=8), st.data())
def test_chunks_and_order_do_not_matter(series, data):
    """Each series gets the same bits alone, in any chunk and in any order."""
    together = engine.forecast(*flat(series), SPAN)
    order = data.draw(st.permutations(range(len(series))))
    shuffled = engine.forecast(*flat([series[i] for i in order]), SPAN)
    alone = [engine.forecast(*flat([one]), SPAN).mean[0] for one in series]
    np.testing.assert_array_equal(together.mean, np.array(alone))
    np.testing.assert_array_equal(shuffled.mean, together.mean[order])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=60))
def test_any_series_has_a_finite_forecast(series):
    """Whatever was sold, the forecast is a number, not negative, and its pattern is known."""
    out = engine.forecast(*flat([series]), SPAN)
    assert np.isfinite(out.mean).all()
    assert (out.mean >= 0).all()
    assert PATTERNS[out.pattern[0]] in PATTERNS


def test_scale_does_not_matter():
    """Demand counted in dozens is a twelfth of demand counted in pieces."""
    series = seasonal(60, noise=5.0)
    pieces, dozens = (engine.forecast(*flat([values]), SPAN).mean for values in (series, series / 12))
    np.testing.assert_allclose(pieces, 12 * dozens, rtol=2e-2)


def test_every_method_by_name():
    """Each single method can be asked for and gives forecasts of the right size."""
    values, pointers = flat([seasonal(48, noise=9.0), [0, 0, 4, 0, 0, 2, 0, 0, 0, 5, 0, 1]])
    for method in engine.METHODS:
        out = engine.forecast(values, pointers, SPAN, method=method)
        assert out.mean.shape == (2, 6)
        assert np.isfinite(out.mean).all()
        assert (out.mean[0] > 20).all()


def test_quantiles_rise_and_are_whole_for_counts():
    """Quantiles do not cross, and pieces come whole."""
    values, pointers = flat([np.random.default_rng(5).poisson(3.0, 50), seasonal(60, 4.0)])
    out = engine.forecast(values, pointers, SPAN)
    table = engine.quantiles(values, pointers, out, np.array([0.05, 0.5, 0.95]))
    assert (np.diff(table, axis=2) >= 0).all()
    assert (table[0] == np.rint(table[0])).all()
    assert (table[1] != np.rint(table[1])).any()


def test_quantiles_of_poisson_demand_are_those_of_poisson():
    """Counts around three: nineteen of twenty months bring at most six."""
    values, pointers = flat([np.random.default_rng(5).poisson(3.0, 400)])
    out = engine.forecast(values, pointers, SPAN)
    table = engine.quantiles(values, pointers, out, np.array([0.95]))
    assert 5 <= table[0, 0, 0] <= 7


def test_coverage_of_the_backtest_is_near_what_is_promised():
    """About nine of ten past months lay inside of the band that would have been drawn before them."""
    noise = np.random.default_rng(1).gamma(10, 10, size=(60, 60))
    out = engine.forecast(*flat(noise), SPAN)
    assert abs(out.coverage.mean() - 0.9) < 0.05


def test_warming_up_needs_nothing():
    """Every kernel can be loaded before there is any data."""
    engine.warm_up()


def test_series_below_zero_are_forecast_below_zero():
    """What only ever comes back is expected to come back."""
    out = engine.forecast(*flat([[-5.0, -4.0, -6.0] * 12]), SPAN)
    np.testing.assert_allclose(out.mean, -5.0, atol=1.5)


def test_young_series_that_clearly_move_are_followed():
    """Example: forty weeks of steady growth go on; a wave of the same height and a noisy level do not count as that."""
    t = np.arange(40.0)
    noise = np.random.default_rng(2).normal(0, 8, 40)
    series = [100 + 5 * t + noise, 200 + 100 * np.sin(t / 40 * 2 * np.pi) + noise, 200 + 3 * noise]
    out = engine.forecast(*flat(series), engine.Span(season=52, horizon=4, young=3, test=0))

    assert out.method.tolist() == [engine.COMBINATION, engine.STEADY, engine.STEADY]
    assert 290 < out.mean[0].mean() < 335
