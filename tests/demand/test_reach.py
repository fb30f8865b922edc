"""How much of the foreseen change comes: learnt from what a panel's earlier windows agree on."""

import numpy as np
import pytest

from quarterdeck.disciplines.demand import engine
from quarterdeck.disciplines.demand.reach import agreed, learn_reach

SPAN = engine.Span(season=1, horizon=4, young=0, test=0)


def flat(series):
    """Series one after the other, and their borders."""
    return np.concatenate(series), np.concatenate(([0], np.cumsum([len(one) for one in series]))).astype(np.int64)


def panel(tilts, periods=30):
    """Straight lines of the slopes ``tilts``."""
    return flat([100.0 + tilt * np.arange(periods) for tilt in tilts])


def test_only_what_windows_agree_on_is_believed():
    """Law: no reach from one window, none where windows differ in direction, and never less caution than the least."""
    assert agreed([1.4]) == agreed([0.8, 1.3, 1.2]) == agreed([]) == 1.0
    assert 1.0 < agreed([1.3, 1.2, 1.4]) < 1.2
    assert 0.8 < agreed([0.7, 0.8]) < 1.0
    assert agreed([3.0, 3.0]) == 1.5


def test_half_of_the_change_foreseen_is_doubled():
    """Example: forecasts that foresee two thirds of every change are taught to reach half as far again, less doubt."""
    values, pointers = panel(np.linspace(1.0, 5.0, 80))

    def two_thirds(known, borders):
        last = known[borders[1:] - 1]
        slope = last - known[borders[1:] - 2]
        ahead = np.arange(1, 5)
        return last[:, None] + slope[:, None] * ahead / 1.5, np.repeat(last[:, None], 4, axis=1)

    assert learn_reach(values, pointers, np.arange(80), (1, 4), two_thirds) == pytest.approx(1.45)
    assert learn_reach(values, pointers, np.arange(40), (1, 4), two_thirds) == 1.0


def test_constant_series_teach_nothing():
    """Refusal: where nothing ever changes there is no reach to be learnt, and nothing raises."""
    values, pointers = flat([np.full(30, 7.0)] * 60)

    assert engine.share(values, pointers, SPAN).reach == 1.0


def test_growing_panels_are_foreseen_to_grow_on():
    """Story: a range that has grown steadily is foreseen nearer to where it grows with its reach than without."""
    noise = np.random.default_rng(5)
    series = [50.0 + k + (2.0 + k % 3) * np.arange(28) + noise.normal(0, 4, 28) for k in range(90)]
    values, pointers = flat([one[:-4] for one in series])
    actual = np.array([one[-4:] for one in series])
    shared = engine.share(values, pointers, SPAN)
    with_reach = engine.forecast(values, pointers, SPAN, shared=shared).mean
    without = engine.forecast(values, pointers, SPAN).mean

    assert shared.reach >= 1.0
    assert np.abs(with_reach - actual).mean() < np.abs(without - actual).mean()
    again = engine.share(*flat([one[:-4] for one in series[::-1]]), SPAN)
    assert again.reach == pytest.approx(shared.reach)
