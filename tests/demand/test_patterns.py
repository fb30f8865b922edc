"""Kinds of demand."""

import numpy as np
import pytest

from quarterdeck.disciplines.demand import patterns
from quarterdeck.disciplines.demand.seasonality import has_season, seasonal_pattern, wave_pattern

CASES = {
    "smooth": np.tile([10.0, 11, 9, 10], 20),
    "erratic": np.tile([1.0, 30, 2, 1], 20),
    "intermittent": np.tile([5.0, 0, 0, 6], 20),
    "lumpy": np.tile([50.0, 0, 0, 1], 20),
    "new": np.array([3.0, 4.0]),
    "none": np.zeros(20),
    "fading": np.concatenate((np.tile([10.0, 12], 26), np.tile([9.0, 11], 26), np.tile([2.0, 3], 13))),
}


@pytest.mark.parametrize("name", CASES)
def test_pattern(name):
    """One clear case of each, by the boundaries of Syntetos, Boylan and Croston."""
    assert patterns.PATTERNS[patterns.classify(CASES[name], 8, 52)] == name


def test_interval_and_variation_by_hand():
    """Demand 2 and 4 in six periods: every third period, CV² (1/3)²."""
    interval, variation = patterns.interval_and_variation(np.array([2.0, 0, 0, 4, 0, 0]))
    assert interval == 3
    assert variation == pytest.approx(1 / 9)


def test_a_falling_season_is_not_fading():
    """Low demand in a low season that comes every year is no reason to give an item up."""
    year = np.concatenate((np.full(26, 10.0), np.full(26, 2.0)))
    assert patterns.PATTERNS[patterns.classify(np.tile(year, 3), 8, 52)] != "fading"


def test_season_of_white_noise_is_rarely_found():
    """At the ten per cent level, noise passes for a season about one time in ten."""
    noise = np.random.default_rng(7).normal(100, 10, (300, 60))
    found = np.mean([has_season(row, 12, 1.645) for row in noise])
    assert found < 0.2


def test_decomposition_gives_back_the_season():
    """Classical decomposition recovers terms that add up to nothing, and factors that average one."""
    terms = np.array([-5.0, 0, 2, 3])
    y = np.tile(terms, 8) + 20
    np.testing.assert_allclose(seasonal_pattern(y, 4, 1, 0.0, shrink=False), terms, atol=1e-9)
    np.testing.assert_allclose(seasonal_pattern(y, 4, 2, 0.3, shrink=False), 1 + terms / 20, atol=1e-9)


def test_waves_find_a_weekly_year():
    """Three years of weeks with one wave a year: found, and drawn to a few per cent."""
    t = np.arange(156)
    y = 50 * (1 + 0.5 * np.cos(2 * np.pi * t / 52)) + np.random.default_rng(1).normal(0, 4, 156)
    factors, found = wave_pattern(y, 52)
    assert found
    np.testing.assert_allclose(factors, 1 + 0.5 * np.cos(2 * np.pi * np.arange(52) / 52), atol=0.12)


def test_waves_are_not_seen_in_noise():
    """Noise is not drawn as waves."""
    noise = np.random.default_rng(11).gamma(5, 10, (100, 156))
    assert np.mean([wave_pattern(row, 52)[1] for row in noise]) < 0.05
