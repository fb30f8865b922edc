"""Demand over a lead time: the sum of periods, whose errors go together."""

import numpy as np
import pytest

from quarterdeck.disciplines.demand import engine
from quarterdeck.disciplines.demand.lead_time import demand_together, error_correlation, variance_together
from tests.demand.test_engine import flat

LEVELS = np.array([0.05, 0.5, 0.95])


def test_variance_of_a_sum_between_independent_and_equal_errors():
    """Without correlation variances add up; with full correlation standard deviations do."""
    variance = np.array([[4.0, 9.0, 16.0]])
    assert variance_together(variance, np.array([0.0])) == pytest.approx(29)
    assert variance_together(variance, np.array([1.0])) == pytest.approx(81)


def test_a_sum_is_surer_in_share_than_its_periods():
    """Twelve months vary less beside their mean than one, and more than twelve independent ones."""
    mean, variance = np.full((1, 12), 10.0), np.full((1, 12), 25.0)
    total, loose = demand_together(mean, variance, np.array([0.0]), LEVELS, np.array([False]))
    _, tight = demand_together(mean, variance, np.array([0.1]), LEVELS, np.array([False]))
    _, one = demand_together(mean[:, :1], variance[:, :1], np.array([0.1]), LEVELS, np.array([False]))
    assert total[0] == 120
    assert loose[0, 2] < tight[0, 2] < 12 * one[0, 2]


@pytest.mark.parametrize("periods", [3, 12])
def test_coverage_of_sums_of_intermittent_demand(periods):
    """Nine of ten sums of coming months lie inside of the 90 % band, within three points."""
    rng = np.random.default_rng(5)
    rate = rng.uniform(0.3, 1.2, (600, 1))
    table = rng.poisson(rate, (600, 48 + periods)).astype(float)
    values, pointers = flat(table[:, :48])
    found = engine.forecast(values, pointers, engine.Span(12, periods, 3, 0))
    _, band = demand_together(
        found.mean, found.variance, error_correlation(found.method, 12), LEVELS, np.ones(600, bool)
    )
    came = table[:, 48:].sum(axis=1)
    assert (came <= band[:, 2]).mean() == pytest.approx(0.965, abs=0.03)  # steps of whole pieces cover a little more
    assert (came < band[:, 0]).mean() < 0.07
