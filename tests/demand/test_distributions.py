"""Quantiles of demand from mean and variance."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from quarterdeck.solvers.distributions import demand_quantiles

LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95, 0.99])


def of(mean, variance, counts=True):
    """Quantiles of one series."""
    return demand_quantiles(np.array([mean]), np.array([variance]), LEVELS, np.array([counts]))[0]


def test_negative_binomial_against_scipy():
    """Mean 3 and variance 9 are r = 1.5 and p = 1/3."""
    np.testing.assert_array_equal(of(3.0, 9.0), stats.nbinom.ppf(LEVELS, 1.5, 1 / 3))


def test_poisson_where_variance_and_mean_are_alike():
    """A variance that equals the mean is a Poisson distribution's; less than one a period varies about as much."""
    np.testing.assert_array_equal(of(4.0, 4.0), stats.poisson.ppf(LEVELS, 4.0))
    np.testing.assert_array_equal(of(0.5, 0.2), stats.poisson.ppf(LEVELS, 0.5))


def test_counts_that_vary_less_than_poisson_keep_their_own_spread():
    """Twenty a period with a spread of two: the band is as narrow as the errors, in whole units."""
    np.testing.assert_array_equal(of(20.0, 4.0), np.rint(stats.gamma.ppf(LEVELS, 100.0, scale=0.2)))


def test_what_never_varied_has_a_small_band_all_the_same():
    """A hundred every week may once be 95 or 105, but hardly more; a single piece stays one."""
    np.testing.assert_array_equal(of(100.0, 0.0), [95, 98, 100, 102, 105, 107])
    np.testing.assert_array_equal(of(1.0, 0.0), np.ones(LEVELS.size))


def test_gamma_against_scipy():
    """Measured quantities follow the gamma distribution."""
    np.testing.assert_allclose(of(10.0, 25.0, counts=False), stats.gamma.ppf(LEVELS, 4.0, scale=2.5), rtol=1e-9)


def test_large_counts_are_whole():
    """Beyond a few hundred, counts are rounded gamma quantiles."""
    found = of(5000.0, 250000.0)
    np.testing.assert_array_equal(found, np.rint(found))
    np.testing.assert_allclose(found, stats.nbinom.ppf(LEVELS, 5000**2 / 245000, 5000 / 250000), rtol=0.01)


@given(st.floats(0, 1e12), st.floats(0, 1e24), st.booleans())
def test_quantiles_rise_and_are_finite(mean, variance, counts):
    """No mean and variance give quantiles that cross, are negative or are no numbers."""
    found = of(mean, variance, counts)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert (np.diff(found) >= 0).all()
