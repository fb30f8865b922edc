"""All forecasting methods on one series: adjusted smoothing, Theta, autoregression, years, and seasonal smoothing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.demand import smoothing as form
from quarterdeck.disciplines.demand.autoregression import (
    between_years,
    changes_ahead,
    criterion,
    line_ahead,
    whole_years,
)
from quarterdeck.disciplines.demand.fitting import fit
from quarterdeck.disciplines.demand.seasonal_smoothing import choose_seasonal
from quarterdeck.disciplines.demand.seasonality import (
    ADDITIVE,
    LONGEST_FREE,
    MULTIPLICATIVE,
    NO_SEASON,
    has_season,
    line,
    seasonal_pattern,
    wave_pattern,
)
from quarterdeck.disciplines.demand.smoothing import Vector, trace

Matrix = npt.NDArray[np.float64]

PLAIN_NAMES = (
    "naive", "level", "trend", "damped", "theta", "classic_theta", "complex", "changes", "line", "years",
    "seasonal", "seasonal_additive", "seasonal_multiplicative",
)  # fmt: skip
PLAIN = len(PLAIN_NAMES)
NAMES = PLAIN_NAMES + tuple(f"log_{name}" for name in PLAIN_NAMES[1:])
NAIVE, LEVEL, TREND, DAMPED, THETA, CLASSIC, CHAINED, CHANGES, LINE, YEARS = range(10)
SEASONAL, SEASONAL_ADDITIVE, SEASONAL_MULTIPLICATIVE = 10, 11, 12
ADJUSTED = YEARS + 1  # the first so many work on the seasonally adjusted series
FAR = 1e6
HIGHEST_LOG = 2.0  # a forecast on logarithms stays below seven times the highest value
DECAY = 0.3  # a year, by which older years count less in the season
HALF_SURE, SURE = 0.5, 1.645
LEAST = 5  # shorter series have a mean and no more
LEAST_YEARS = 4


@njit(cache=True, error_model="numpy", nogil=True)
def forecast_all(y: Vector, length: int, fitted: Matrix, ahead: Matrix) -> tuple[int, float]:
    """Forecasts of every method of ``NAMES`` for one series; gives the kind of season found and the smoothing constant.

    Those on logarithms equal their plain forms where a series has zeros.

    Parameters
    ----------
    y
        Demand per period, finite, shape (periods), at least one.
    length
        Periods in a year's season; 1 for none.
    fitted, ahead
        Receive one-step forecasts (methods, periods), of those methods that are recursions, and forecasts (methods,
        horizon).
    """
    kind, alpha = _plain(y, length, fitted[:PLAIN], ahead[:PLAIN])
    fitted[PLAIN:], ahead[PLAIN:] = fitted[1:PLAIN], ahead[1:PLAIN]
    if y.min() > 0.0 and y.size >= LEAST:
        one, beyond = np.empty((PLAIN, y.size)), np.empty((PLAIN, ahead.shape[1]))
        _plain(np.log(y), length, one, beyond)
        limit = np.log(y.max()) + HIGHEST_LOG
        for m in range(1, PLAIN):
            fitted[PLAIN + m - 1] = np.exp(np.minimum(one[m], limit))
            ahead[PLAIN + m - 1] = np.exp(np.minimum(beyond[m], limit))
    return kind, alpha


@njit(cache=True, error_model="numpy", nogil=True)
def _plain(y: Vector, length: int, fitted: Matrix, ahead: Matrix) -> tuple[int, float]:
    """The methods without logarithms; parameters and result as of :func:`forecast_all`."""
    n = y.size
    kind, pattern = _season(y, length, DECAY, HALF_SURE)
    adjusted = y.copy()
    for t in range(n):
        if kind == MULTIPLICATIVE:
            adjusted[t] = y[t] / pattern[t % pattern.size]
        elif kind == ADDITIVE:
            adjusted[t] = y[t] - pattern[t % pattern.size]
    scale = np.abs(adjusted).mean()
    if not scale > 0.0:
        scale = 1.0
    adjusted /= scale
    scores, alpha = _adjusted_forms(adjusted, length, fitted, ahead)
    _put_season_back(kind, pattern, scale, fitted[:ADJUSTED], ahead[:ADJUSTED])
    _naive(y, length, kind, pattern, ahead[NAIVE])
    best, chosen = scores[LEVEL], LEVEL
    for m in (TREND, DAMPED):
        if scores[m] < best:
            best, chosen = scores[m], m
    for m in range(SEASONAL, PLAIN):
        fitted[m], ahead[m] = fitted[chosen], ahead[chosen]
    choose_seasonal(y, length, np.inf if kind != NO_SEASON else best, fitted[SEASONAL:PLAIN], ahead[SEASONAL:PLAIN])
    return kind, alpha


@njit(cache=True, error_model="numpy", nogil=True)
def _put_season_back(kind: int, pattern: Vector, scale: float, fitted: Matrix, ahead: Matrix) -> None:
    n = fitted.shape[1]
    for m in range(fitted.shape[0]):
        for t in range(n + ahead.shape[1]):
            place = pattern[t % pattern.size]
            value = scale * (fitted[m, t] if t < n else ahead[m, t - n])
            value = value * place if kind == MULTIPLICATIVE else value + (place if kind == ADDITIVE else 0.0)
            if t < n:
                fitted[m, t] = value
            else:
                ahead[m, t - n] = value


@njit(cache=True, error_model="numpy", nogil=True)
def _season(y: Vector, length: int, decay: float, critical: float) -> tuple[int, Vector]:
    if length > LONGEST_FREE:
        waves, found = wave_pattern(y, length)
        return (MULTIPLICATIVE, waves) if found else (NO_SEASON, np.ones(1))
    if not has_season(y, length, critical):
        return NO_SEASON, np.ones(1)
    shrink = decay > 0.0
    if y.min() > 0.0:
        pattern = seasonal_pattern(y, length, MULTIPLICATIVE, decay, shrink)
        if pattern.min() > 0.01:
            return MULTIPLICATIVE, pattern
    return ADDITIVE, seasonal_pattern(y, length, ADDITIVE, decay, shrink)


@njit(cache=True, error_model="numpy", nogil=True)
def _naive(y: Vector, length: int, kind: int, pattern: Vector, ahead: Vector) -> None:
    """Naive 2: the last value, seasonally adjusted by plain classical decomposition, with its season put back."""
    n = y.size
    if length <= LONGEST_FREE:
        kind, pattern = _season(y, length, 0.0, SURE)
    last = pattern[(n - 1) % pattern.size]
    for h in range(ahead.size):
        place = pattern[(n + h) % pattern.size]
        ahead[h] = y[n - 1] / last * place if kind == MULTIPLICATIVE else y[n - 1]
        if kind == ADDITIVE:
            ahead[h] = y[n - 1] - last + place


@njit(cache=True, error_model="numpy", nogil=True)
def _adjusted_forms(x: Vector, length: int, fitted: Matrix, ahead: Matrix) -> tuple[Vector, float]:
    """Fills the methods for an adjusted, scaled series; gives their criteria and the smoothing constant."""
    n = x.size
    fitted[:ADJUSTED], ahead[:ADJUSTED] = x.mean(), x.mean()
    fitted[NAIVE, 0] = x[0]
    fitted[NAIVE, 1:] = x[:-1]
    ahead[NAIVE] = x[n - 1]
    scores = np.full(DAMPED + 1, np.inf)
    scores[LEVEL] = 0.0
    if n < LEAST:
        return scores, 1.0
    alpha: float = _smoothed(x, fitted, ahead, scores)
    _classic_theta(x, alpha, fitted, ahead)
    changes_ahead(x, ahead[CHANGES])
    line_ahead(x, ahead[LINE])
    fitted[CHANGES], fitted[LINE], fitted[YEARS] = fitted[NAIVE], fitted[TREND], fitted[THETA]
    ahead[YEARS] = ahead[CHANGES]
    if length > 1 and n >= LEAST_YEARS * length:
        _by_years(x, length, ahead[YEARS])
    return scores, alpha


@njit(cache=True, error_model="numpy", nogil=True)
def _smoothed(x: Vector, fitted: Matrix, ahead: Matrix, scores: Vector) -> float:
    """Fills level, trend, damped trend, Theta and complex smoothing; gives the level's smoothing constant."""
    n, nothing = x.size, np.empty(0)
    begin = x[: min(n, 10)]
    first, slope = line(begin)
    rough, flat = 1e-6, 1e-6  # how far the first periods lie from their line and from their mean
    for t in range(begin.size):
        rough += abs(begin[t] - first - slope * t) / begin.size
        flat += abs(begin[t] - begin.mean()) / begin.size
    tilt = 0.3 * abs(slope) + 0.2 * rough
    box = np.array([[0.4, begin.mean()], [0.3, 0.5 * flat], [1e-3, -FAR], [0.9999, FAR]])
    p, error = fit(form.LEVEL, box, x, nothing)
    trace(form.LEVEL, p, x, nothing, fitted[LEVEL], ahead[LEVEL])
    scores[LEVEL] = criterion(error, n, 3)
    alpha: float = p[0]
    box = np.array(
        [
            [0.4, 0.1, first - slope, slope],
            [0.3, 0.15, rough, tilt],
            [1e-3, 1e-4, -FAR, -FAR],
            [0.9999, 0.9999, FAR, FAR],
        ]
    )
    p, error = fit(form.TREND, box, x, nothing)
    trace(form.TREND, p, x, nothing, fitted[TREND], ahead[TREND])
    scores[TREND] = criterion(error, n, 5)
    box = np.array(
        [
            [0.4, 0.1, 0.93, first - slope, slope],
            [0.3, 0.15, 0.04, rough, tilt],
            [1e-3, 1e-4, 0.8, -FAR, -FAR],
            [0.9999, 0.9999, 0.98, FAR, FAR],
        ]
    )
    p, error = fit(form.DAMPED, box, x, nothing)
    trace(form.DAMPED, p, x, nothing, fitted[DAMPED], ahead[DAMPED])
    scores[DAMPED] = criterion(error, n, 6)
    box = np.array([[0.5, 2.0, x[0] / 2.0], [0.25, 1.5, 0.2], [0.1, 1.0, -FAR], [0.99, 30.0, FAR]])
    p, error = fit(form.THETA, box, x, nothing)
    trace(form.THETA, p, x, nothing, fitted[THETA], ahead[THETA])
    level = begin.mean()
    box = np.array(
        [[1.3, 1.0, level, level / 1.1], [0.3, 0.03, 0.2, 0.2], [0.05, 0.9, -FAR, -FAR], [2.0, 1.1, FAR, FAR]]
    )
    p, error = fit(form.COMPLEX, box, x, nothing)
    trace(form.COMPLEX, p, x, nothing, fitted[CHAINED], ahead[CHAINED])
    return alpha


@njit(cache=True, error_model="numpy", nogil=True)
def _classic_theta(x: Vector, alpha: float, fitted: Matrix, ahead: Matrix) -> None:
    """Smoothing with half the drift of the least-squares line.

    Hyndman and Billah, "Unmasking the Theta method", 2003.
    """
    n = x.size
    _, slope = line(x)
    start = (1.0 - (1.0 - alpha) ** n) / alpha
    for h in range(ahead.shape[1]):
        ahead[CLASSIC, h] = ahead[LEVEL, h] + 0.5 * slope * (h + start)
    for t in range(n):
        fitted[CLASSIC, t] = fitted[LEVEL, t] + 0.5 * slope * (1.0 - (1.0 - alpha) ** t) / alpha


@njit(cache=True, error_model="numpy", nogil=True)
def _by_years(x: Vector, length: int, ahead: Vector) -> None:
    """The mean of three methods on means of whole years: what a trend is shows where the months' noise is gone.

    Athanasopoulos, Hyndman, Kourentzes, Petropoulos, "Forecasting with temporal hierarchies", 2017, for the idea.
    """
    years = whole_years(x, length)
    count = (ahead.size + length - 1) // length + 1
    fitted, beyond = np.empty((ADJUSTED, years.size)), np.empty((ADJUSTED, count))
    scores = np.full(DAMPED + 1, np.inf)
    if years.size >= LEAST:
        alpha = _smoothed(years, fitted, beyond, scores)
        _classic_theta(years, alpha, fitted, beyond)
    else:
        changes_ahead(years, beyond[DAMPED])
        beyond[THETA], beyond[CLASSIC] = beyond[DAMPED], beyond[DAMPED]
    coming = (beyond[DAMPED] + beyond[THETA] + beyond[CLASSIC]) / 3.0
    between_years(years[years.size - 1], coming, length, ahead)
