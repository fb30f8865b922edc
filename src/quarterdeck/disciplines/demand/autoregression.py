"""Autoregression by Burg's method: stable whatever the series, of an order chosen by the corrected Akaike criterion."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.demand.seasonality import line
from quarterdeck.disciplines.demand.smoothing import Vector

LONGEST = 4


@njit(cache=True, error_model="numpy", nogil=True)
def burg(x: Vector, longest: int, already: int) -> Vector:
    """Coefficients of the lags 1, 2, … of a series without mean, zero beyond the order chosen; shape (longest).

    Burg, "Maximum entropy spectral analysis", 1975. ``already`` parameters were estimated from the series before.
    """
    n = x.size
    current, best = np.zeros(longest), np.zeros(longest)
    power = np.dot(x, x)
    if not power > 0.0:
        return best
    forward, backward = x.copy(), x.copy()
    least = criterion(power, n, 1 + already)
    for p in range(longest):
        product, squares = 0.0, 0.0
        for t in range(p + 1, n):
            product += forward[t] * backward[t - 1]
            squares += forward[t] * forward[t] + backward[t - 1] * backward[t - 1]
        reflection = 2.0 * product / squares if squares > 0.0 else 0.0
        before = current.copy()
        current[p] = reflection
        for i in range(p):
            current[i] = before[i] - reflection * before[p - 1 - i]
        for t in range(n - 1, p, -1):
            step = forward[t]
            forward[t] = step - reflection * backward[t - 1]
            backward[t] = backward[t - 1] - reflection * step
        power *= 1.0 - reflection * reflection
        score = criterion(power, n, 2 + p + already)
        if score < least:
            least = score
            best[:] = current
    return best


@njit(cache=True, error_model="numpy", nogil=True)
def criterion(squares: float, n: int, count: int) -> float:
    """Akaike's criterion for small samples, up to a constant; infinite where parameters outnumber the data."""
    if n <= count + 1:
        return np.inf
    score: float = n * np.log(squares / n + 1e-12) + 2.0 * count * n / (n - count - 1.0)
    return score


@njit(cache=True, error_model="numpy", nogil=True)
def changes_ahead(x: Vector, ahead: Vector) -> None:
    """Forecasts from an autoregression of the changes around half of their mean, a drift half believed."""
    changes = x[1:] - x[:-1]
    drift = 0.5 * changes.mean()
    _continue(changes - drift, 0, ahead)
    level = x[x.size - 1]
    for h in range(ahead.size):
        level += ahead[h] + drift
        ahead[h] = level


@njit(cache=True, error_model="numpy", nogil=True)
def line_ahead(x: Vector, ahead: Vector) -> None:
    """Forecasts from an autoregression of the distances to a straight line."""
    intercept, slope = line(x)
    rest = np.empty(x.size)
    for t in range(x.size):
        rest[t] = x[t] - intercept - slope * t
    _continue(rest, 2, ahead)
    for h in range(ahead.size):
        ahead[h] += intercept + slope * (x.size + h)


@njit(cache=True, error_model="numpy", nogil=True)
def _continue(x: Vector, already: int, ahead: Vector) -> None:
    longest = max(min(LONGEST, (x.size - 2) // 3), 0)
    lags = burg(x, longest, already)
    past = np.zeros(longest + ahead.size)
    for i in range(longest):
        past[i] = x[x.size - longest + i]
    for h in range(ahead.size):
        for i in range(longest):
            past[longest + h] += lags[i] * past[longest + h - 1 - i]
        ahead[h] = past[longest + h]


Years = npt.NDArray[np.float64]


@njit(cache=True, error_model="numpy", nogil=True)
def whole_years(x: Vector, length: int) -> Years:
    """Means of the last whole years, oldest first; the periods before the first whole one are left out."""
    count = x.size // length
    first = x.size - count * length
    years: Years = x[first:].reshape(count, length).sum(axis=1) / length
    return years


@njit(cache=True, error_model="numpy", nogil=True)
def between_years(last: float, years: Vector, length: int, ahead: Vector) -> None:
    """Periods from means of coming years, on straight lines between the middles of years."""
    for h in range(ahead.size):
        place = (h + 0.5) / length - 0.5
        year = int(np.floor(place))
        before = last if year < 0 else years[year]
        ahead[h] = before + (years[year + 1] - before) * (place - year)
