"""One promise for the whole assortment."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from quarterdeck.disciplines.inventory.assortment import Lines, Past, promised_together
from quarterdeck.disciplines.inventory.calibration import Cases, learn
from quarterdeck.solvers.distributions import demand_met, demand_quantiles

RANDOM = np.random.default_rng(5)


def lines(mean, ratio, cost=None, weight=None):
    """Counted demand of these means, its variance so many times the mean."""
    mean = np.asarray(mean, float)
    ones = np.ones(mean.size)
    cost, weight = (ones if each is None else np.asarray(each, float) for each in (cost, weight))
    return Lines(mean, mean * np.asarray(ratio, float), ones > 0, cost, weight)


def left_over(line, row, level):
    """Expected stock left of one item, from scipy's negative binomial distribution."""
    excess = line.variance[row] - line.mean[row]
    size = line.mean[row] ** 2 / excess
    found = nbinom(size, size / (size + line.mean[row]))
    return sum(found.cdf(below) for below in range(int(level))), found.cdf(level)


def test_no_other_levels_keep_as_much_for_less():
    """Law: all levels of three items are tried; none serve as much in the mean and leave less money over."""
    line = lines([3.0, 1.5, 5.0], [2.0, 1.5, 3.0], cost=[1.0, 4.0, 0.5], weight=[1.0, 2.0, 1.0])
    levels, chance = promised_together(line, 0.9, 0.5)
    known = [[left_over(line, row, level) for level in range(40)] for row in range(3)]
    share = line.weight / line.weight.sum()
    least = [int(level) for level in demand_quantiles(line.mean, line.variance, np.array([0.5]), line.counts)[:, 0]]

    def told(chosen):
        each = [known[row][level] for row, level in enumerate(chosen)]
        money = sum(cost * left for cost, (left, _) in zip(line.cost, each, strict=True))
        return money, float(sum(part * met for part, (_, met) in zip(share, each, strict=True)))

    money, service = told([int(level) for level in levels])
    assert service == pytest.approx(float(chance @ share))
    others = itertools.product(*(range(low, 40) for low in least))
    assert all(told(other)[0] >= money - 1e-9 for other in others if told(other)[1] >= service - 1e-12)


@given(
    st.lists(st.tuples(st.floats(0.05, 400.0), st.floats(0.2, 30.0), st.floats(0.01, 1e4)), min_size=1, max_size=30),
    st.floats(0.3, 0.99),
    st.floats(0.0, 0.9),
)
def test_the_mean_keeps_the_promise_and_nobody_is_left_behind(items, promise, least):
    """Law: the mean is no less than the promise, and no item's chance is below the least one."""
    line = lines(*zip(*items, strict=True))
    levels, chance = promised_together(line, promise, least)

    assert chance.mean() >= promise - 1e-9
    assert (chance >= min(least, promise) - 1e-9).all()
    assert demand_met(line.mean, line.variance, levels[:, None], line.counts)[:, 0] == pytest.approx(chance)


def test_a_shared_promise_costs_less_than_one_for_each():
    """Law: with the same mean service, stock binds no more than where every item has that service for itself."""
    line = lines(RANDOM.gamma(1.0, 200.0, 300) + 300.0, RANDOM.uniform(2.0, 60.0, 300), RANDOM.gamma(1.0, 10.0, 300))
    levels, chance = promised_together(line, 0.95, 0.8)
    each = demand_quantiles(line.mean, line.variance, np.array([0.95]), line.counts)[:, 0]

    assert chance.mean() == pytest.approx(0.95, abs=2e-3)
    assert (levels * line.cost).sum() < 0.99 * (each * line.cost).sum()
    assert chance.min() < 0.9 < 0.97 < chance.max()


def test_a_promise_below_the_least_is_kept_by_each():
    """Example: where less is promised than the least, every item keeps just the promise."""
    line = lines([400.0, 900.0], [3.0, 5.0])

    assert promised_together(line, 0.6, 0.8)[1] == pytest.approx([0.6, 0.6], abs=0.02)


def test_what_past_choices_were_overrated_by_is_made_up_for():
    """Law: where half again as much came as its spread said, a promise foreseen for more keeps it."""
    mean = RANDOM.gamma(2.0, 30.0, 2_000) + 5.0
    foreseen = Cases(mean, 1.2 * mean, np.full(mean.size, 8.0), np.full(mean.size, 100.0))
    size = RANDOM.choice([2.0, 60.0], mean.size)  # some far more restless than any regression can see
    came = RANDOM.negative_binomial(size, size / (size + mean)).astype(float)
    learnt = learn(foreseen, came)
    rows = learnt.rows
    ones = np.ones(rows.size)
    line = Lines(learnt.mean, learnt.variance, ones > 0, ones, ones)
    past = Past(learnt, ones, ones, ones)

    for promise in (0.9, 0.95):
        levels = promised_together(line, promise, 0.5, past)[0]
        assert (came[rows] <= levels).mean() == pytest.approx(promise, abs=0.012)


def test_nothing_is_promised_for_nobody():
    """Refusal: no items, or none that counts, give no levels."""
    assert promised_together(lines([], []), 0.95, 0.8)[0].size == 0
    assert promised_together(lines([4.0], [2.0], weight=[0.0]), 0.95, 0.8)[0].tolist() == [0.0]


@pytest.mark.parametrize(("promise", "least"), [(0.0, 0.8), (0.9999, 0.9999), (0.5, 0.0), (0.9999, 0.0)])
def test_the_limits_of_what_can_be_promised_are_kept(promise, least):
    """Refusal: nothing and nearly everything can be promised, and come about."""
    chance = promised_together(lines([0.2, 40.0, 3e5, 2.0], [1.0, 3.0, 900.0, 0.1]), promise, least)[1]

    assert np.isfinite(chance).all()
    assert chance.mean() >= promise - 1e-9
