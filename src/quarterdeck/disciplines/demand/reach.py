"""How much of the change that forecasts foresee really comes: learnt from a panel's past, one figure for all of it.

Combined forecasts shrink towards the last value, for some of their methods know no trend. Where a panel's series go on
growing, they then fall short alike; where series swing, they may go too far. One figure from hundreds of series is
hardly noise, but windows of the past may have had a boom or a break in common, so only what they agree on is believed.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.demand.pool import sampled

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Expect = Callable[[Vector, Whole], tuple[Matrix, Matrix]]

WINDOWS, LEAST_WINDOWS = 3, 2
LEAST_SERIES, MOST_SERIES, MOST_PERIODS = 50, 300, 6000
LEAST_PERIODS = 5
PART = 6  # one in so many series is enough
YEARS, ENOUGH_PERIODS = 6, 40  # of the past that is forecast from
DOUBT = 0.05  # of a departure from 1, which samples of this size show by chance
LEAST, MOST = 0.6, 1.5  # reaches beyond are not believed
NEAR = 1e-6  # usual changes: what is foreseen to stay tells nothing


def learn_reach(values: Vector, pointers: Whole, rows: Whole, size: tuple[int, int], expect: Expect) -> float:
    """By what to multiply the changes foreseen of the series ``rows``: 1 where the past does not agree on another.

    Parameters
    ----------
    values, pointers
        All series one after the other, finite, shapes (all periods) and (series + 1).
    rows
        Numbers of the series forecast by many methods.
    size
        Periods in a year and periods to forecast.
    expect
        Gives, from the oldest window on, for flat series what was foreseen and what naive repetition would have been,
        shapes (series, horizon).
    """
    season, horizon = size
    found: list[float] = []
    for window in range(WINDOWS, 0, -1):
        lengths = pointers[rows + 1] - pointers[rows]
        least = window * horizon + max(2 * season + 2, LEAST_PERIODS)
        long = rows[lengths >= least]
        if long.size < LEAST_SERIES:
            continue
        chosen = sampled(values, pointers, long, _most(lengths, season))
        ends = pointers[chosen + 1] - window * horizon
        known, borders = _recent(values, pointers[chosen], ends, season)
        came = values[ends[:, None] + np.arange(horizon)]
        found.append(_reach(came, *expect(known, borders), _usual_changes(known, borders, season)))
    return agreed(found)


def agreed(reaches: list[float]) -> float:
    """The least departure from 1 that all windows show, beyond doubt; 1 where they differ in direction or are too few.

    >>> [round(agreed(found), 2) for found in ([1.2, 1.1, 1.3], [0.9, 1.1], [0.7, 0.8], [1.4], [1.8, 1.9])]
    [1.05, 1.0, 0.85, 1.0, 1.5]
    """
    if len(reaches) < LEAST_WINDOWS:
        return 1.0
    least, most = min(reaches), max(reaches)
    return float(np.clip(1.0 + max(least - 1.0 - DOUBT, 0.0) + min(most - 1.0 + DOUBT, 0.0), LEAST, MOST))


def _most(lengths: Whole, season: int) -> int:
    usual = float(np.minimum(lengths, max(YEARS * season, ENOUGH_PERIODS)).mean())
    return int(np.clip(min(MOST_PERIODS / max(usual, 1.0), lengths.size / PART), LEAST_SERIES, MOST_SERIES))


def _recent(values: Vector, begins: Whole, ends: Whole, season: int) -> tuple[Vector, Whole]:
    """The last years before ``ends`` of every series, one after the other, and their borders."""
    starts = np.maximum(begins, ends - max(YEARS * season, ENOUGH_PERIODS))
    parts = [values[start:end] for start, end in zip(starts, ends, strict=True)]
    return np.concatenate(parts), np.concatenate(([0], np.cumsum(ends - starts))).astype(np.int64)


def _reach(came: Matrix, mean: Matrix, naive: Matrix, usual: Vector) -> float:
    """The multiple of foreseen changes with least absolute errors in usual changes: a weighted median of ratios."""
    good = usual > 0.0
    foreseen, real = ((part - naive)[good] / usual[good, None] for part in (mean, came))
    told = (np.abs(foreseen) > NEAR) & np.isfinite(foreseen) & np.isfinite(real)
    if not told.any():
        return 1.0
    ratio, weight = real[told] / foreseen[told], np.abs(foreseen[told])
    order = np.argsort(ratio, kind="stable")
    sums = np.cumsum(weight[order])
    return float(ratio[order][np.searchsorted(sums, sums[-1] / 2.0)])


def _usual_changes(values: Vector, pointers: Whole, season: int) -> Vector:
    """Mean absolute change from season to season of every series, shape (series)."""
    parts = (values[begin:end] for begin, end in pairwise(pointers))
    return np.array([np.abs(y[season:] - y[:-season]).mean() for y in parts])
