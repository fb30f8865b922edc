"""Smoothing recursions against the textbook and against a second way of computing them."""

import numpy as np
import pytest

from quarterdeck.disciplines.demand import smoothing
from quarterdeck.disciplines.demand.fitting import fit

OIL = np.array(
    [
        445.36, 453.20, 454.41, 422.38, 456.04, 440.39, 425.19, 486.21, 500.43,
        521.28, 508.95, 488.89, 509.87, 456.72, 473.82, 525.95, 549.83, 542.34,
    ]
)  # fmt: skip
NOTHING = np.empty(0)


def run(form, parameters, y, season=NOTHING, horizon=3):
    """Squared error, one-step forecasts and forecasts of a form."""
    fitted, ahead = np.empty(y.size), np.empty(horizon)
    total = smoothing.trace(form, np.asarray(parameters, float), y, season.copy(), fitted, ahead)
    return total, fitted, ahead


def test_simple_smoothing_of_oil_production():
    """Saudi oil 1996-2013: alpha 0.8339, level 446.59 give 542.68 (Hyndman, Athanasopoulos, FPP2)."""
    _, _, ahead = run(smoothing.LEVEL, [0.8339, 446.59], OIL)
    np.testing.assert_allclose(ahead, 542.68, atol=0.01)


def test_fitting_finds_the_published_parameters():
    """Least squares on the same data gives about the published constant."""
    box = np.array([[0.4, 450.0], [0.3, 5.0], [1e-3, 0.0], [0.9999, 1e6]])
    found, _ = fit(smoothing.LEVEL, box, OIL, NOTHING)
    assert found[0] == pytest.approx(0.8339, abs=0.02)


def test_holt_continues_a_line():
    """On a straight line Holt's method makes no error and goes on with it."""
    y = np.arange(10.0, 30.0, 2.0)
    total, _, ahead = run(smoothing.TREND, [0.5, 0.3, 8.0, 2.0], y)
    assert total == pytest.approx(0)
    np.testing.assert_allclose(ahead, [30, 32, 34])


def test_damped_trend_levels_off():
    """Each step of a damped trend is phi times the one before."""
    _, _, ahead = run(smoothing.DAMPED, [0.5, 0.3, 0.8, 8.0, 2.0], np.arange(10.0, 30.0, 2.0), horizon=20)
    steps = np.diff(ahead)
    np.testing.assert_allclose(steps[1:] / steps[:-1], 0.8)


def test_theta_of_one_is_simple_smoothing():
    """With theta 1 the weight of the line is zero and only smoothing remains."""
    y = np.random.default_rng(2).normal(50, 5, 30)
    _, _, theta = run(smoothing.THETA, [0.4, 1.0, y[0]], y)
    _, _, level = run(smoothing.LEVEL, [0.4, y[0]], y)
    np.testing.assert_allclose(theta[0], level[0])


@pytest.mark.parametrize(
    ("form", "season"),
    [(smoothing.SEASONAL_ADDITIVE, [-3.0, 0.0, 3.0]), (smoothing.SEASONAL_MULTIPLICATIVE, [0.7, 1.0, 1.3])],
)
def test_a_pure_season_is_repeated(form, season):
    """A series made of level and season only is forecast without error."""
    pattern = np.array(season)
    y = np.tile(10 + pattern if form == smoothing.SEASONAL_ADDITIVE else 10 * pattern, 6)
    total, _, ahead = run(form, [0.3, 0.2, 10.0], y, pattern)
    assert total == pytest.approx(0)
    np.testing.assert_allclose(ahead, y[:3])


@pytest.mark.parametrize("form", [smoothing.SEASONAL_ADDITIVE_DAMPED, smoothing.SEASONAL_MULTIPLICATIVE_DAMPED])
def test_damped_seasonal_forms_without_slope_are_the_plain_ones(form):
    """Without a slope, damped and plain seasonal forms agree."""
    y = 50 + np.random.default_rng(4).normal(0, 3, 36)
    start = np.zeros(12) if form == smoothing.SEASONAL_ADDITIVE_DAMPED else np.ones(12)
    damped = run(form, [0.3, 0.1, 50.0, 0.0, 0.9, 0.0], y, start)
    plain = run(form - 2, [0.3, 0.1, 50.0], y, start)
    np.testing.assert_allclose(damped[2], plain[2])


def forms():
    """Every form with a set of parameters that lies inside of its bounds."""
    yield smoothing.LEVEL, [0.4, 48.0]
    yield smoothing.TREND, [0.4, 0.2, 48.0, 0.5]
    yield smoothing.DAMPED, [0.4, 0.2, 0.9, 48.0, 0.5]
    yield smoothing.THETA, [0.4, 3.0, 24.0]
    yield smoothing.COMPLEX, [1.3, 1.0, 48.0, 44.0]
    yield smoothing.SEASONAL_ADDITIVE, [0.3, 0.2, 48.0]
    yield smoothing.SEASONAL_MULTIPLICATIVE, [0.3, 0.2, 48.0]
    yield smoothing.SEASONAL_ADDITIVE_DAMPED, [0.3, 0.2, 48.0, 0.1, 0.9, 0.3]
    yield smoothing.SEASONAL_MULTIPLICATIVE_DAMPED, [0.3, 0.2, 48.0, 0.1, 0.9, 0.3]


@pytest.mark.parametrize(("form", "parameters"), list(forms()))
def test_a_population_of_one_point_has_the_error_of_the_recursion(form, parameters):
    """A search that cannot move gives the squared error of its starting point, as the plain recursion has it."""
    y = 50 + np.random.default_rng(4).normal(0, 3, 40)
    additive = form in (smoothing.SEASONAL_ADDITIVE, smoothing.SEASONAL_ADDITIVE_DAMPED)
    season = np.array([-2.0, 0.5, 1.5, 0.0]) if additive else np.array([0.9, 1.0, 1.1, 1.0])
    box = np.array([parameters, [0.0] * len(parameters), [-1e6] * len(parameters), [1e6] * len(parameters)])
    found, squares = fit(form, box, y, season)
    np.testing.assert_allclose(found, parameters)
    assert squares == pytest.approx(run(form, parameters, y, season)[0], rel=1e-9)


def test_fitting_reaches_the_optimum_of_another_library():
    """The search comes within a twentieth of the least squares that a general optimiser finds."""
    from scipy.optimize import minimize

    y = 50 + np.random.default_rng(8).normal(0, 3, 60).cumsum()
    box = np.array(
        [[0.4, 0.1, 0.9, 50.0, 0.0], [0.3, 0.2, 0.05, 3.0, 0.5], [1e-3, 1e-4, 0.8, 0, -9], [0.99, 0.99, 0.98, 99, 9]]
    )
    _, squares = fit(smoothing.DAMPED, box, y, NOTHING)
    best = minimize(lambda p: run(smoothing.DAMPED, p, y)[0], box[0], bounds=box[2:].T, method="Powell").fun
    assert squares < 1.05 * best


def test_an_overflow_is_the_worst_value():
    """Parameters that explode are told apart from all others instead of giving NaN."""
    total, _, _ = run(smoothing.LEVEL, [0.5, np.nan], OIL)
    assert total == smoothing.WORST
