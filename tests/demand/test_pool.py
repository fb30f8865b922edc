"""What a panel teaches about how sure forecasts are: promises of coverage are kept, whatever the order of series."""

import numpy as np
import pytest

from quarterdeck.disciplines.demand import engine
from quarterdeck.disciplines.demand.occurrence import (
    USUAL_MOVES,
    chance_weights,
    chances,
    coming_sizes,
    mean_sizes,
    signs,
    size_weights,
    spreads,
)
from tests.demand.test_engine import flat

SPAN = engine.Span(season=12, horizon=6, young=3, test=0)
LEVELS = np.array([0.5, 0.75, 0.9, 0.95, 0.99])


def lumpy(count, periods, seed):
    """Demand now and then, of very different size; every series its own chance."""
    rng = np.random.default_rng(seed)
    chance = rng.uniform(0.1, 0.5, size=(count, 1))
    return np.where(rng.random((count, periods)) < chance, np.ceil(rng.gamma(0.7, 20, (count, periods))), 0.0)


def regular(count, periods, seed):
    """A level with noise that has heavier tails than the normal distribution."""
    return 100 + 8 * np.random.default_rng(seed).standard_t(4, size=(count, periods))


@pytest.mark.parametrize(("kind", "within"), [(lumpy, 0.02), (regular, 0.02)])
def test_promised_coverage_is_kept(kind, within):
    """Of what comes, as many periods as promised stay below the 90 % and 95 % quantiles, within two points."""
    table = kind(400, 66, 7)
    values, pointers = flat(table[:, :60])
    found = engine.forecast(values, pointers, SPAN)
    pool = engine.learn(values, pointers, SPAN)
    cube = engine.quantiles(values, pointers, found, LEVELS, pool)
    below = (table[:, 60:, None] <= cube).mean(axis=(0, 1))
    assert abs(below[2] - 0.90) < within
    assert abs(below[3] - 0.95) < within


def test_pooled_quantiles_lose_less_than_those_of_moments():
    """On lumpy demand, what all series teach beats the distribution that each one's mean and variance name."""
    table = lumpy(400, 66, 11)
    values, pointers = flat(table[:, :60])
    found = engine.forecast(values, pointers, SPAN)

    def loss(pool):
        miss = table[:, 60:, None] - engine.quantiles(values, pointers, found, LEVELS, pool)
        return np.maximum(LEVELS * miss, (LEVELS - 1) * miss).mean()

    assert loss(engine.learn(values, pointers, SPAN)) < loss(None)


def test_order_of_series_does_not_matter():
    """A panel teaches the same in any order, and a chunk of it gets the same quantiles to the bit."""
    table = np.vstack((lumpy(60, 40, 3), regular(40, 40, 4)))
    order = np.random.default_rng(0).permutation(len(table))
    cubes = []
    for part in (table, table[order]):
        values, pointers = flat(part)
        pool = engine.learn(values, pointers, SPAN)
        found = engine.forecast(values, pointers, SPAN)
        cubes.append(engine.quantiles(values, pointers, found, LEVELS, pool))
    np.testing.assert_array_equal(cubes[0][order], cubes[1])
    alone, border = flat(table[:1])
    values, pointers = flat(table)
    pool = engine.learn(values, pointers, SPAN)
    single = engine.quantiles(alone, border, engine.forecast(alone, border, SPAN), LEVELS, pool)
    np.testing.assert_array_equal(single[0], cubes[0][0])


def test_few_series_fall_back_on_moments():
    """From two series nothing is learnt about chances; quantiles still rise."""
    values, pointers = flat(lumpy(2, 30, 5))
    pool = engine.learn(values, pointers, SPAN)
    assert pool.occurrence is None
    cube = engine.quantiles(values, pointers, engine.forecast(values, pointers, SPAN), LEVELS, pool)
    assert (np.diff(cube, axis=2) >= 0).all()


def test_chances_follow_how_often_demand_came():
    """Where demand came in half of the periods, the chance learnt is about a half; where in a tenth, about a tenth."""
    rng = np.random.default_rng(2)
    share = np.repeat([0.1, 0.5], 200)
    table = (rng.random((400, 48)) < share[:, None]).astype(float)
    values, pointers = flat(table[:, :36])
    seen = signs(values, pointers)
    weights = chance_weights(seen, table[:, 36:].mean(axis=1), np.full(400, 12.0))
    found = chances(seen, weights)
    assert found[:200].mean() == pytest.approx(0.1, abs=0.03)
    assert found[200:].mean() == pytest.approx(0.5, abs=0.03)


def test_missing_periods_pull_no_forecast_down():
    """Months without a record are no months without demand."""
    rng = np.random.default_rng(6)
    whole = 100 + rng.normal(0, 3, 60)
    gaps = whole.copy()
    gaps[[7, 20, 21, 44, 58]] = np.nan
    known, holes = (engine.forecast(*flat([series]), SPAN).mean[0] for series in (whole, gaps))
    np.testing.assert_allclose(holes, known, rtol=0.03)
    assert np.isfinite(engine.forecast(*flat([[np.nan] * 9, [np.inf, 1.0, -np.inf, 2.0]]), SPAN).mean).all()


def test_sizes_that_have_moved_are_followed():
    """Where the newest sizes foretell the next, as in a panel of drifting sizes, what is expected follows them."""
    rng = np.random.default_rng(4)
    sizes = np.exp(2.0 + np.cumsum(rng.normal(0.0, 0.25, (300, 60)), axis=1))
    table = np.where(rng.random((300, 60)) < 0.6, sizes, 0.0)
    values, pointers = flat(table[:, :54])
    weights = size_weights([(values, pointers, table[:, 54:])])
    told, plain = coming_sizes(values, pointers, weights), mean_sizes(values, pointers)
    true = np.log(sizes[:, 54])
    assert np.abs(np.log(told) - true).mean() < 0.7 * np.abs(np.log(plain) - true).mean()


def test_few_demands_keep_the_usual_moves():
    """A single series says nothing against what is usual of trends in sizes."""
    weights = size_weights([(np.array([1.0, 0.0, 2.0, 0.0, 4.0, 1.0]), np.array([0, 6]), np.array([[2.0, 0.0]]))])
    np.testing.assert_allclose(weights, USUAL_MOVES, atol=0.02)


def test_spread_of_few_sizes_is_drawn_to_the_usual():
    """A series of equal sizes spreads less than usual, one of a single size as usual (its sizes say nothing)."""
    values, pointers = np.array([3.0] * 9 + [0.0, 5.0]), np.array([0, 9, 11])
    spread = spreads(values, pointers, 0.5)
    np.testing.assert_allclose(spread, np.sqrt([8.0 * 0.5 / 16.0, 0.5]))


def test_whole_demand_has_whole_quantiles_though_two_opinions_are_mixed():
    """Pieces stay pieces where quantiles of panel and of moments are drawn together, and rise with the level."""
    rng = np.random.default_rng(8)
    values, pointers = flat(rng.poisson(2.5, (60, 20)).astype(float))
    found = engine.forecast(values, pointers, SPAN)
    cube = engine.quantiles(values, pointers, found, LEVELS, engine.learn(values, pointers, SPAN))
    np.testing.assert_array_equal(cube, np.rint(cube))
    assert (np.diff(cube, axis=2) >= 0).all()


def test_sizes_of_every_magnitude_have_finite_quantiles():
    """Where sizes run from one to 1e150, nothing overflows."""
    table = lumpy(60, 40, 6)
    table[::3, 5] = 1e150
    values, pointers = flat(table)
    found = engine.forecast(values, pointers, SPAN)
    assert np.isfinite(engine.quantiles(values, pointers, found, LEVELS, engine.learn(values, pointers, SPAN))).all()
