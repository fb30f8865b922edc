"""All forecasting methods on one series: seasonally adjusted smoothing, Theta, and seasonal smoothing by AICc."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.demand import smoothing as form
from quarterdeck.disciplines.demand.fitting import fit
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

NAMES = (
    "naive", "level", "trend", "damped", "theta", "classic_theta", "seasonal", "log_theta", "log_seasonal",
)  # fmt: skip
NAIVE, LEVEL, TREND, DAMPED, THETA, CLASSIC, SEASONAL, LOG_THETA, LOG_SEASONAL = range(9)
PLAIN = SEASONAL + 1
FAR = 1e6
HIGHEST_LOG = 2.0  # a forecast on logarithms stays below seven times the highest value
DECAY = 0.3  # a year, by which older years count less in the season


@njit(cache=True, error_model="numpy")
def forecast_all(y: Vector, length: int, fitted: Matrix, ahead: Matrix) -> tuple[int, float]:
    """Forecasts of every method of ``NAMES`` for one series; gives the kind of season found and the smoothing constant.

    The last two work on logarithms, and equal their plain forms where a series has zeros.

    Parameters
    ----------
    y
        Demand per period, finite, shape (periods), at least one.
    length
        Periods in a year's season; 1 for none.
    fitted, ahead
        Receive one-step forecasts (methods, periods) and forecasts (methods, horizon).
    """
    kind, alpha = _plain(y, length, fitted[:PLAIN], ahead[:PLAIN])
    fitted[LOG_THETA], ahead[LOG_THETA] = fitted[THETA], ahead[THETA]
    fitted[LOG_SEASONAL], ahead[LOG_SEASONAL] = fitted[SEASONAL], ahead[SEASONAL]
    if y.min() > 0.0 and y.size >= 4:
        one, beyond = np.empty((PLAIN, y.size)), np.empty((PLAIN, ahead.shape[1]))
        _plain(np.log(y), length, one, beyond)
        limit = np.log(y.max()) + HIGHEST_LOG
        for m, source in ((LOG_THETA, THETA), (LOG_SEASONAL, SEASONAL)):
            fitted[m] = np.exp(np.minimum(one[source], limit))
            ahead[m] = np.exp(np.minimum(beyond[source], limit))
    return kind, alpha


@njit(cache=True, error_model="numpy")
def _plain(y: Vector, length: int, fitted: Matrix, ahead: Matrix) -> tuple[int, float]:
    """The methods without logarithms; parameters and result as of :func:`forecast_all`."""
    n, horizon = y.size, ahead.shape[1]
    kind, pattern = _season(y, length, DECAY)
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
    scores, alpha = _adjusted_forms(adjusted, fitted, ahead)
    for m in range(CLASSIC + 1):
        for t in range(n + horizon):
            place = pattern[t % pattern.size]
            value = scale * (fitted[m, t] if t < n else ahead[m, t - n])
            value = value * place if kind == MULTIPLICATIVE else value + (place if kind == ADDITIVE else 0.0)
            if t < n:
                fitted[m, t] = value
            else:
                ahead[m, t - n] = value
    if kind != NO_SEASON and length <= LONGEST_FREE:
        _naive(y, length, ahead[NAIVE])
    _choose(y, length, kind, scores, fitted, ahead)
    return kind, alpha


@njit(cache=True, error_model="numpy")
def _season(y: Vector, length: int, decay: float) -> tuple[int, Vector]:
    if length > LONGEST_FREE:
        waves, found = wave_pattern(y, length)
        return (MULTIPLICATIVE, waves) if found else (NO_SEASON, np.ones(1))
    if not has_season(y, length):
        return NO_SEASON, np.ones(1)
    if y.min() > 0.0:
        pattern = seasonal_pattern(y, length, MULTIPLICATIVE, decay)
        if pattern.min() > 0.01:
            return MULTIPLICATIVE, pattern
    return ADDITIVE, seasonal_pattern(y, length, ADDITIVE, decay)


@njit(cache=True, error_model="numpy")
def _naive(y: Vector, length: int, ahead: Vector) -> None:
    """Naive 2: the last value, seasonally adjusted by plain classical decomposition, with its season put back."""
    n = y.size
    kind, pattern = _season(y, length, 0.0)
    last = pattern[(n - 1) % length]
    for h in range(ahead.size):
        place = pattern[(n + h) % length]
        ahead[h] = y[n - 1] / last * place if kind == MULTIPLICATIVE else y[n - 1] - last + place


@njit(cache=True, error_model="numpy")
def _adjusted_forms(x: Vector, fitted: Matrix, ahead: Matrix) -> tuple[Vector, float]:
    """Fills naive, level, trend, damped and Theta for an adjusted, scaled series; gives their AICc and the constant."""
    n = x.size
    scores = np.full(THETA + 1, np.inf)
    fitted[NAIVE, 0] = x[0]
    fitted[NAIVE, 1:] = x[:-1]
    ahead[NAIVE, :] = x[n - 1]
    first, slope = line(x[: min(n, 10)])
    boxes = (
        np.array([[0.4, x.mean()], [0.3, 0.2], [1e-3, -FAR], [0.9999, FAR]]),
        np.array(
            [
                [0.4, 0.1, first - slope, slope],
                [0.3, 0.1, 0.1, 0.05],
                [1e-3, 1e-4, -FAR, -FAR],
                [0.9999, 0.9999, FAR, FAR],
            ]
        ),
    )
    nothing = np.empty(0)
    if n < 4:
        for m in (LEVEL, TREND, DAMPED, THETA, CLASSIC):
            fitted[m] = x.mean()
            ahead[m] = x.mean()
        scores[LEVEL] = 0.0
        return scores, 1.0
    p, error = fit(form.LEVEL, boxes[0], x, nothing, 120)
    trace(form.LEVEL, p, x, nothing, fitted[LEVEL], ahead[LEVEL])
    scores[LEVEL] = _aicc(error, n, 3)
    alpha: float = p[0]
    _classic_theta(x, alpha, fitted, ahead)
    p, error = fit(form.TREND, boxes[1], x, nothing, 250)
    trace(form.TREND, p, x, nothing, fitted[TREND], ahead[TREND])
    scores[TREND] = _aicc(error, n, 5)
    box = np.array(
        [
            [0.4, 0.1, 0.93, first - slope, slope],
            [0.3, 0.1, 0.04, 0.1, 0.05],
            [1e-3, 1e-4, 0.8, -FAR, -FAR],
            [0.9999, 0.9999, 0.98, FAR, FAR],
        ]
    )
    p, error = fit(form.DAMPED, box, x, nothing, 350)
    trace(form.DAMPED, p, x, nothing, fitted[DAMPED], ahead[DAMPED])
    scores[DAMPED] = _aicc(error, n, 6)
    box = np.array([[0.5, 2.0, x[0] / 2.0], [0.2, 1.0, 0.2], [0.1, 1.0, -FAR], [0.99, 30.0, FAR]])
    p, error = fit(form.THETA, box, x, nothing, 200)
    trace(form.THETA, p, x, nothing, fitted[THETA], ahead[THETA])
    return scores, alpha


@njit(cache=True, error_model="numpy")
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


@njit(cache=True, error_model="numpy")
def _aicc(squares: float, n: int, count: int) -> float:
    """Akaike's criterion for small samples, up to a constant; infinite where parameters outnumber the data."""
    if n <= count + 1:
        return np.inf
    score: float = n * np.log(squares / n + 1e-12) + 2.0 * count * n / (n - count - 1.0)
    return score


@njit(cache=True, error_model="numpy")
def _choose(y: Vector, length: int, kind: int, scores: Vector, fitted: Matrix, ahead: Matrix) -> None:
    """Fills the method seasonal: the seasonal form of least AICc, or the best plain form where there is no season."""
    n = y.size
    best, chosen = scores[LEVEL], LEVEL
    for m in (TREND, DAMPED):
        if scores[m] < best:
            best, chosen = scores[m], m
    fitted[SEASONAL], ahead[SEASONAL] = fitted[chosen], ahead[chosen]
    if length <= 1 or length > LONGEST_FREE or n < 2 * length + 3:
        return
    scale = np.abs(y).mean()
    if not scale > 0.0:
        return
    limit = np.inf if kind != NO_SEASON else best
    x, one, beyond = y / scale, np.empty(n), np.empty(ahead.shape[1])
    for which in range(form.SEASONAL_ADDITIVE, form.SEASONAL_MULTIPLICATIVE_DAMPED + 1):
        score = _seasonal_form(which, x, length, one, beyond)
        if score < limit:
            limit = score
            fitted[SEASONAL], ahead[SEASONAL] = one * scale, beyond * scale


@njit(cache=True, error_model="numpy")
def _seasonal_form(which: int, x: Vector, length: int, fitted: Vector, ahead: Vector) -> float:
    multiplicative = which in (form.SEASONAL_MULTIPLICATIVE, form.SEASONAL_MULTIPLICATIVE_DAMPED)
    damped = which >= form.SEASONAL_ADDITIVE_DAMPED
    if multiplicative and x.min() <= 0.0:
        return np.inf
    season = seasonal_pattern(x, length, MULTIPLICATIVE if multiplicative else ADDITIVE, 0.0)
    if multiplicative and season.min() < 0.02:
        return np.inf
    years = x[: 2 * length].copy()
    for t in range(years.size):
        years[t] = years[t] / season[t % length] if multiplicative else years[t] - season[t % length]
    level = years[:length].mean()
    slope = (years[length:].mean() - level) / length
    if damped:
        box = np.array(
            [
                [0.3, 0.1, level - slope * length / 2.0, 0.1, 0.95, slope],
                [0.2, 0.1, 0.1, 0.1, 0.02, 0.02],
                [1e-3, 1e-4, -FAR, 1e-4, 0.8, -FAR],
                [0.9999, 0.9999, FAR, 0.9999, 0.98, FAR],
            ]
        )
    else:
        box = np.array([[0.3, 0.1, level], [0.2, 0.1, 0.1], [1e-3, 1e-4, -FAR], [0.9999, 0.9999, FAR]])
    p, squares = fit(which, box, x, season, 400 if damped else 200)
    trace(which, p, x, season, fitted, ahead)
    score: float = _aicc(squares, x.size, box.shape[1] + length)
    return score
