"""Lasting shifts of level, such as a customer won or lost: older demand is put on today's level, for fitting only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

LEAST = 24  # periods of a series in which a shift is looked for
EDGE = 8  # periods on each side of a shift
LARGEST_REST = 0.5  # squared errors with a step, as a share of those with a straight line
APART = 4.0  # levels, in standard deviations within them
RATIO = 1.5


@njit(cache=True, error_model="numpy", nogil=True)
def levelled(values: Vector, pointers: Whole, season: int) -> tuple[Vector, Whole]:
    """The series with the part before a shift multiplied to the level after it, and the period of the shift or -1.

    A shift is where two levels leave less than half of the squared errors that a straight line leaves, lie four
    standard deviations and a factor of 1.5 apart, and where a season cannot look like one: both sides are at least
    eight periods long, and a quarter of a season.

    Parameters
    ----------
    values, pointers
        Series one after the other, shapes (all periods) and (series + 1).
    season
        Periods in a year.
    """
    out, where = values.copy(), np.full(pointers.size - 1, -1, np.int64)
    edge = max(EDGE, season // 4)
    for i in range(where.size):
        y = values[pointers[i] : pointers[i + 1]]
        n = y.size
        if n < max(LEAST, 2 * edge) or not y.min() >= 0.0 or (y > 0.0).mean() < 0.75:
            continue
        cut, rest = _best_step(y, edge)
        before, after = y[:cut].mean(), y[cut:].mean()
        spread = np.sqrt(rest / n)
        high, low = max(before, after), min(before, after)
        if rest < LARGEST_REST * _line_rest(y) and high - low > APART * spread and high > RATIO * low and low > 0.0:
            where[i] = cut
            for t in range(cut):
                out[pointers[i] + t] = y[t] * after / before
    return out, where


@njit(cache=True, error_model="numpy", nogil=True)
def _best_step(y: Vector, edge: int) -> tuple[int, float]:
    """First period after the step that leaves the least squared errors around two levels, and these."""
    n = y.size
    sums, squares = np.zeros(n + 1), np.zeros(n + 1)
    for t in range(n):
        sums[t + 1] = sums[t] + y[t]
        squares[t + 1] = squares[t] + y[t] * y[t]
    best, least = edge, np.inf
    for cut in range(edge, n - edge + 1):
        left = squares[cut] - sums[cut] ** 2 / cut
        right = squares[n] - squares[cut] - (sums[n] - sums[cut]) ** 2 / (n - cut)
        if left + right < least:
            best, least = cut, left + right
    return best, max(least, 0.0)


@njit(cache=True, error_model="numpy", nogil=True)
def _line_rest(y: Vector) -> float:
    n, middle = y.size, (y.size - 1) / 2.0
    mean, product, total = y.mean(), 0.0, 0.0
    for t in range(n):
        product += (t - middle) * (y[t] - mean)
        total += (y[t] - mean) ** 2
    rest: float = total - product * product / (n * (n * n - 1.0) / 12.0)
    return max(rest, 0.0)
