"""Forecasts of many series at once: one pure function over chunks, arrays in, arrays out.

A series' result depends on that series alone, so any chunking and any order of the series give the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.demand import methods
from quarterdeck.disciplines.demand.intermittent import smoothed_level, steady_level
from quarterdeck.disciplines.demand.patterns import FADING, INTERMITTENT, LUMPY, NEW, NONE, classify
from quarterdeck.disciplines.demand.seasonality import NO_SEASON
from quarterdeck.disciplines.demand.smoothing import Vector

Matrix = npt.NDArray[np.float64]
Pointers = npt.NDArray[np.int64]

METHOD_WORDS = ("combination", "smoothed level", "recent level", "steady level", "none")
COMBINATION, SMOOTHED, RECENT, STEADY, NOTHING = range(5)
ORIGINS = 3


@dataclass(frozen=True, slots=True)
class Span:
    """Lengths that a chunk of series shares, in periods.

    Parameters
    ----------
    season
        Periods in a year.
    horizon
        Periods to forecast.
    young
        Series with fewer periods are new.
    test
        Periods that the backtest forecasts from each of its origins.
    """

    season: int
    horizon: int
    young: int
    test: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected of each series; arrays of shape (series) unless said otherwise.

    ``mean`` and ``variance`` are per period ahead, shape (series, horizon). ``error``, ``naive_error`` and ``bias``
    are shares of demand in the backtest, NaN where history is too short. ``spread`` is the standard deviation of one
    period around its forecast, ``slope`` growth of a period as a share.
    """

    pattern: npt.NDArray[np.int64]
    method: npt.NDArray[np.int64]
    seasonal: npt.NDArray[np.bool_]
    mean: Matrix
    variance: Matrix
    error: Vector
    naive_error: Vector
    bias: Vector


def forecast(values: Vector, pointers: Pointers, span: Span) -> Outlook:
    """Forecasts and backtest of the series ``values[pointers[i]:pointers[i + 1]]``."""
    lengths = (span.season, span.horizon, span.young, span.test)
    codes, mean, variance, scores = _chunk(values, pointers, lengths)
    return Outlook(codes[:, 0], codes[:, 1], codes[:, 2] != NO_SEASON, mean, variance, *scores.T)


@njit(cache=True, error_model="numpy")
def _chunk(
    values: Vector, pointers: Pointers, lengths: tuple[int, int, int, int]
) -> tuple[Pointers, Matrix, Matrix, Matrix]:
    season, horizon, young, test = lengths
    count = pointers.size - 1
    codes, scores = np.zeros((count, 3), np.int64), np.full((count, 3), np.nan)
    mean, variance = np.zeros((count, horizon)), np.zeros((count, horizon))
    for i in range(count):
        y = values[pointers[i] : pointers[i + 1]]
        pattern = classify(y, young, season)
        codes[i, 0] = pattern
        codes[i, 1], codes[i, 2] = expect(y, season, pattern, mean[i], variance[i])
        if pattern not in (NEW, NONE):
            _backtest(y, season, pattern, test, scores[i])
    return codes, mean, variance, scores


@njit(cache=True, error_model="numpy")
def expect(y: Vector, season: int, pattern: int, mean: Vector, variance: Vector) -> tuple[int, int]:
    """Fills mean and variance per period ahead; gives the method taken and the kind of season."""
    if pattern == NONE or y.size == 0:
        mean[:], variance[:] = 0.0, 0.0
        return NOTHING, NO_SEASON
    if pattern in (NEW, FADING):
        recent = y[max(y.size - 8, 0) :]
        mean[:], variance[:] = recent.mean(), max(recent.var(), recent.mean())
        return RECENT, NO_SEASON
    if pattern in (INTERMITTENT, LUMPY):
        level, square, _ = smoothed_level(y)
        mean[:], variance[:] = level, square
        return SMOOTHED, NO_SEASON
    if season >= 12 and y.size < 2 * season:
        mean[:], variance[:] = steady_level(y, season)
        return STEADY, NO_SEASON
    return COMBINATION, _combine(y, season, mean, variance)


@njit(cache=True, error_model="numpy")
def _combine(y: Vector, season: int, mean: Vector, variance: Vector) -> int:
    """The equal-weight mean of damped trend, Theta and seasonal smoothing, never below zero."""
    count = len(methods.NAMES)
    fitted, ahead = np.empty((count, y.size)), np.empty((count, mean.size))
    kind: int = methods.forecast_all(y, season, fitted, ahead)
    squares = 0.0
    for t in range(y.size):
        one = (fitted[methods.DAMPED, t] + fitted[methods.THETA, t] + fitted[methods.SEASONAL, t]) / 3.0
        squares += (y[t] - one) ** 2
    highest = 3.0 * y.max()
    for h in range(mean.size):
        value = (ahead[methods.DAMPED, h] + ahead[methods.THETA, h] + ahead[methods.SEASONAL, h]) / 3.0
        mean[h] = min(max(value, 0.0), highest)
        variance[h] = squares / max(y.size - 4, 1)
    return kind


@njit(cache=True, error_model="numpy")
def _backtest(y: Vector, season: int, pattern: int, test: int, scores: Vector) -> None:
    """Error, error of repeating the last value, and bias, as shares of demand over a few origins."""
    wrong, naive, bias, demand = 0.0, 0.0, 0.0, 0.0
    mean, variance = np.empty(test), np.empty(test)
    for origin in range(1, ORIGINS + 1):
        cut = y.size - origin * test
        if cut < 2 * test:
            break
        known, actual = y[:cut], y[cut : cut + test]
        if not known.max() > 0.0:
            break
        expect(known, season, pattern, mean, variance)
        wrong += np.abs(mean - actual).sum()
        naive += np.abs(known[cut - 1] - actual).sum()
        bias += (mean - actual).sum()
        demand += actual.sum()
    if demand > 0.0:
        scores[0], scores[1], scores[2] = wrong / demand, naive / demand, bias / demand
