"""Autoregression shared by all series of a panel."""

from __future__ import annotations

import numpy as np
import pytest

from quarterdeck.disciplines.demand import engine
from quarterdeck.disciplines.demand.combination import COMBINATION
from quarterdeck.disciplines.demand.shared import learn_shared, learn_step, shared_ahead

SPAN = engine.Span(1, 6, young=0, test=0)


def flat(series: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Series one after the other, and their borders."""
    return np.concatenate(series), np.concatenate(([0], np.cumsum([one.size for one in series]))).astype(np.int64)


def persistent(count: int, periods: int, seed: int = 3) -> list[np.ndarray]:
    """Series whose changes are repeated by half."""
    rng = np.random.default_rng(seed)
    out = []
    for _ in range(count):
        changes = np.zeros(periods)
        for t in range(1, periods):
            changes[t] = 0.5 * changes[t - 1] + rng.normal()
        out.append((200.0 + np.cumsum(changes)) * rng.uniform(0.1, 1000.0))
    return out


def ways(count: int) -> np.ndarray:
    """All by many methods."""
    return np.full(count, COMBINATION, np.int64)


def test_the_rule_of_all_series_is_found() -> None:
    """Changes repeated by half, whatever the size of a series: the first coefficient is a half, the next are none."""
    scaled, borders = flat([one / np.abs(one).mean() for one in persistent(80, 60)])
    found = learn_step(scaled, borders, 3, 0, 1)
    assert found[0] == pytest.approx(0.5, abs=0.05)
    assert abs(found[1]) < 0.05


def test_sharing_foresees_better_than_each_series_alone() -> None:
    """A panel of one law: with shared coefficients the next periods are met better."""
    series = persistent(120, 30)
    values, pointers = flat([one[:-6] for one in series])
    came = np.array([one[-6:] for one in series])
    size = np.abs(came).mean(axis=1)[:, None]
    alone = engine.forecast(values, pointers, SPAN).mean
    together = engine.forecast(values, pointers, SPAN, shared=engine.share(values, pointers, SPAN)).mean
    assert (np.abs(together - came) / size).mean() < (np.abs(alone - came) / size).mean()


def test_any_order_and_any_part_give_the_same_bits() -> None:
    """Learnt from series in another order, and used on one series alone: nothing changes."""
    series = persistent(60, 40)
    values, pointers = flat(series)
    shared = learn_shared(values, pointers, ways(60), 1, 6)
    again = learn_shared(*flat(series[::-1]), ways(60), 1, 6)
    assert shared is not None
    assert again is not None
    np.testing.assert_array_equal(shared.coefficients, again.coefficients)
    every = shared_ahead(values, pointers, np.arange(60), 1, shared)
    single = shared_ahead(*flat(series[7:8]), np.arange(1), 1, shared)
    np.testing.assert_array_equal(every[7], single[0])


def test_small_panels_share_nothing() -> None:
    """Fewer than fifty series: nothing is learnt, and forecasts are those of each series alone."""
    values, pointers = flat(persistent(20, 40))
    assert engine.share(values, pointers, SPAN) is None


def test_flat_zero_and_huge_series_are_forecast_in_bounds() -> None:
    """Constant, huge and tiny series among others: finite forecasts, constants stay what they are."""
    odd = [np.full(30, 7.0), np.full(30, 1e12), np.full(30, 1e-9), np.arange(30.0) * 1e11 + 1e12]
    values, pointers = flat([*persistent(60, 40), *odd])
    shared = engine.share(values, pointers, SPAN)
    mean = engine.forecast(values, pointers, SPAN, shared=shared).mean
    assert np.isfinite(mean).all()
    np.testing.assert_allclose(mean[60], 7.0, rtol=0.02)


def test_a_season_is_put_back() -> None:
    """Monthly series with a strong season: the shared forecast has it."""
    month = np.arange(72)
    rng = np.random.default_rng(5)
    season = 1.0 + 0.5 * np.sin(2 * np.pi * month / 12)
    series = [100.0 * season * rng.uniform(1, 5) * np.exp(rng.normal(0, 0.03, 72)) for _ in range(60)]
    values, pointers = flat(series)
    shared = learn_shared(values, pointers, ways(60), 12, 12)
    assert shared is not None
    ahead = shared_ahead(values, pointers, np.arange(60), 12, shared)
    assert np.corrcoef(ahead.mean(axis=0), season[:12])[0, 1] > 0.98
