"""Methods for demand that comes now and then."""

import numpy as np
import pytest

from quarterdeck.disciplines.demand import intermittent as im

SPARE = np.array([0, 0, 3, 0, 0, 0, 2, 0, 4, 0.0])


def test_croston_by_hand():
    """Sizes 3, 2, 4 smoothed to 3.01 - 0.09, intervals 3, 4, 2 to 2.99: worked by hand with constant 0.1."""
    size = 3 + 0.1 * (2 - 3)
    size += 0.1 * (4 - size)
    interval = 3 + 0.1 * (4 - 3)
    interval += 0.1 * (2 - interval)
    assert im.croston(SPARE, 1.0) == pytest.approx(size / interval)


def test_bias_correction_lowers_croston():
    """Syntetos and Boylan take off half the smoothing constant."""
    assert im.croston(SPARE, 0.95) == pytest.approx(0.95 * im.croston(SPARE, 1.0))


def test_obsolescence_lowers_tsb_but_not_croston():
    """After a long time without demand TSB tends to zero, Croston stays."""
    dead = np.concatenate((SPARE, np.zeros(60)))
    assert im.tsb(dead) < 0.01 * im.croston(dead, 1.0)


def test_without_gaps_all_agree_on_a_constant():
    """Constant demand every period is forecast as it is by all."""
    y = np.full(30, 4.0)
    values = [im.croston(y, 1.0), im.tsb(y), im.imapa(y), im.smoothed_level(y)[0], im.steady_level(y, 12)[0]]
    np.testing.assert_allclose(values, 4.0)


def test_levels_keep_the_mean_of_long_noise():
    """On Poisson demand every method comes near the mean."""
    y = np.random.default_rng(0).poisson(0.4, 600).astype(float)
    for level in (im.croston(y, 0.95), im.tsb(y), im.imapa(y), im.smoothed_level(y)[0]):
        assert level == pytest.approx(0.4, rel=0.35)


def test_the_combination_lies_between_its_parts():
    """The mean of three levels is not outside them, and its variance is that of single periods."""
    parts = (im.smoothed_level(SPARE)[0], im.imapa(SPARE), im.tsb(SPARE))
    level, variance = im.combined_level(SPARE)
    assert min(parts) <= level <= max(parts)
    assert variance == im.smoothed_level(SPARE)[1] > 0
