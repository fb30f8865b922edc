"""Outliers: drawn in when they stand alone, left where they are the nature of a series."""

import numpy as np

from quarterdeck.disciplines.demand.outliers import winsorised


def drawn(series, season=52):
    """The one series after drawing in, and how many values changed."""
    out, counts = winsorised(np.asarray(series, float), np.array([0, len(series)]), season)
    return out, int(counts[0])


def noise(size=80):
    """Sales around 100."""
    return np.random.default_rng(6).normal(100, 5, size).round()


def test_a_single_typing_error_is_drawn_in():
    """A thousand among hundreds counts as a high value, not as a thousand; its neighbours stay."""
    y = noise()
    y[40] = 1000
    out, count = drawn(y)
    assert count == 1
    assert 100 < out[40] <= 160
    np.testing.assert_array_equal(np.delete(out, 40), np.delete(y, 40))


def test_a_peak_that_comes_every_year_stays():
    """Christmas is no outlier."""
    y = noise(160)
    y[[50, 102, 154]] = 1000
    out, count = drawn(y)
    assert count == 0
    np.testing.assert_array_equal(out, y)


def test_a_level_shift_is_no_outlier():
    """Demand that doubles and stays doubled is taken as it is."""
    y = np.concatenate((noise(40), 2 * noise(40)))
    assert drawn(y)[1] == 0


def test_wild_and_intermittent_series_are_left_alone():
    """Where large values are common, or most periods are empty, nothing is changed."""
    rng = np.random.default_rng(9)
    for y in (rng.pareto(1.0, 100) * 10, np.where(rng.random(100) < 0.2, 500.0, 0.0), [5.0], [7.0] * 40):
        out, count = drawn(y)
        assert count == 0
        np.testing.assert_array_equal(out, np.asarray(y, float))
