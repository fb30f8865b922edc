"""Forecasts of many series at once: one pure function over chunks, arrays in, arrays out.

A series' result depends on that series alone, so any chunking and any order of the series give the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.demand import methods
from quarterdeck.disciplines.demand.intermittent import (
    CONSTANT,
    combined_level,
    croston,
    imapa,
    smoothed_level,
    steady_level,
    tsb,
)
from quarterdeck.disciplines.demand.patterns import (
    FADING,
    INTERMITTENT,
    LUMPY,
    NEW,
    NONE,
    basic_class,
    classify,
)
from quarterdeck.disciplines.demand.seasonality import NO_SEASON
from quarterdeck.disciplines.demand.smoothing import Vector
from quarterdeck.solvers.distributions import demand_quantiles

Matrix = npt.NDArray[np.float64]
Cube = npt.NDArray[np.float64]
Pointers = npt.NDArray[np.int64]

COMBINATION, SMOOTHED, RECENT, STEADY, NOTHING, SINGLE = range(6)
METHODS = (*methods.NAMES, "ses", "croston", "sba", "tsb", "imapa")
SES, CROSTON, SBA, TSB, IMAPA = range(len(methods.NAMES), len(METHODS))
OWN_CHOICE = -1
ORIGINS = 3
HIGHEST = 7.0  # times the highest value so far: no forecast goes beyond
WIDENING = 0.1  # how fast an uncertain slope widens the spread further ahead
PLAIN_TOGETHER = (
    methods.DAMPED, methods.THETA, methods.CLASSIC, methods.CHAINED, methods.CHANGES, methods.LINE, methods.YEARS,
    methods.SEASONAL_ADDITIVE, methods.SEASONAL_MULTIPLICATIVE,
)  # fmt: skip
LOG_TOGETHER = (
    methods.DAMPED, methods.THETA, methods.CLASSIC, methods.CHANGES, methods.LINE, methods.YEARS,
    methods.SEASONAL_ADDITIVE,
)  # fmt: skip
PLAIN_MEMBERS = len(PLAIN_TOGETHER)
TOGETHER = np.array([*PLAIN_TOGETHER, *(methods.PLAIN + m - 1 for m in LOG_TOGETHER)], np.int64)
STEADY_ERROR = 0.16  # squared error as a share of the squared level, up to which logarithms do no harm


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


def forecast(values: Vector, pointers: Pointers, span: Span, method: str = "default") -> Outlook:
    """Forecasts and backtest of the series ``values[pointers[i]:pointers[i + 1]]``.

    Parameters
    ----------
    values, pointers
        Series one after the other, oldest period first, shapes (all periods) and (series + 1).
    span
        Season, horizon and lengths of the tests.
    method
        ``default`` for what suits each series, or one of ``METHODS`` for all.
    """
    lengths = (span.season, span.horizon, span.young, span.test)
    which = OWN_CHOICE if method == "default" else METHODS.index(method)
    codes, mean, variance, scores = _chunk(values, pointers, lengths, which)
    return Outlook(codes[:, 0], codes[:, 1], codes[:, 2] != NO_SEASON, mean, variance, *scores.T)


def quantiles(values: Vector, pointers: Pointers, outlook: Outlook, levels: Vector) -> Cube:
    """Quantiles of single periods ahead, shape (series, horizon, levels); whole numbers where the series is whole."""
    count, horizon = outlook.mean.shape
    broken = np.concatenate(([0], np.cumsum(values != np.rint(values))))
    whole = (broken[pointers[1:]] - broken[pointers[:-1]]) == 0
    flat = demand_quantiles(outlook.mean.ravel(), outlook.variance.ravel(), levels, np.repeat(whole, horizon))
    return flat.reshape(count, horizon, levels.size)


def warm_up() -> None:
    """Loads the compiled methods, so that the first real call is as fast as any."""
    forecast(np.arange(1.0, 9.0), np.array([0, 8], np.int64), Span(1, 1, 0, 0))


@njit(cache=True, error_model="numpy", nogil=True)
def _chunk(
    values: Vector, pointers: Pointers, lengths: tuple[int, int, int, int], which: int
) -> tuple[Pointers, Matrix, Matrix, Matrix]:
    season, horizon, young, test = lengths
    count = pointers.size - 1
    codes, scores = np.zeros((count, 3), np.int64), np.full((count, 3), np.nan)
    mean, variance = np.zeros((count, horizon)), np.zeros((count, horizon))
    for i in range(count):
        y = values[pointers[i] : pointers[i + 1]]
        pattern = classify(y, young, season)
        codes[i, 0] = pattern
        if which != OWN_CHOICE:
            codes[i, 1], codes[i, 2] = SINGLE, _single(y, season, which, mean[i], variance[i])
            continue
        codes[i, 1], codes[i, 2] = expect(y, season, pattern, mean[i], variance[i])
        if test > 0 and pattern not in (NEW, NONE):
            _backtest(y, season, pattern, test, scores[i])
    return codes, mean, variance, scores


@njit(cache=True, error_model="numpy", nogil=True)
def expect(y: Vector, season: int, pattern: int, mean: Vector, variance: Vector) -> tuple[int, int]:
    """Fills mean and variance per period ahead; gives the method taken and the kind of season."""
    if pattern == NONE or y.size == 0:
        mean[:], variance[:] = 0.0, 0.0
        return NOTHING, NO_SEASON
    if pattern == NEW:
        recent = y[max(y.size - 8, 0) :]
        mean[:], variance[:] = recent.mean(), max(recent.var(), recent.mean())
        return RECENT, NO_SEASON
    basis = pattern if pattern != FADING else basic_class(y)
    if basis in (INTERMITTENT, LUMPY):
        mean[:], variance[:] = combined_level(y)
        return SMOOTHED, NO_SEASON
    if season >= 12 and y.size < 2 * season:
        mean[:], variance[:] = steady_level(y, season)
        return STEADY, NO_SEASON
    return COMBINATION, _combine(y, season, mean, variance)


@njit(cache=True, error_model="numpy", nogil=True)
def _combine(y: Vector, season: int, mean: Vector, variance: Vector) -> int:
    """The equal-weight mean of all methods without the fifth that lies highest and the fifth that lies lowest.

    Where the errors are small beside the level, the methods on logarithms join. These aim at the median, which for
    demand of strongly varying size lies too far below the mean. The variance is that of the one-step errors and grows
    as a level that moves by the smoothing constant makes it.
    """
    count = len(methods.NAMES)
    fitted, ahead = np.empty((count, y.size)), np.empty((count, mean.size))
    kind, alpha = methods.forecast_all(y, season, fitted, ahead)
    one_step = _squares(y, fitted) / max(y.size - 4, 1)
    level = y.mean()
    joined = y.min() > 0.0 and one_step <= STEADY_ERROR * level * level
    used = TOGETHER if joined else TOGETHER[:PLAIN_MEMBERS]
    lowest, highest = (0.0 if y.min() >= 0.0 else -np.inf), HIGHEST * np.abs(y).max()
    values = np.empty(used.size)
    for h in range(mean.size):
        for i in range(used.size):
            values[i] = ahead[used[i], h]
        mean[h] = min(max(_trimmed_mean(values), lowest), highest)
        variance[h] = one_step * (1.0 + alpha * alpha * h * (1.0 + WIDENING * h))
    return int(kind)


@njit(cache=True, error_model="numpy", nogil=True)
def _trimmed_mean(values: Vector) -> float:
    """Mean without the highest and the lowest fifth."""
    values.sort()
    cut = values.size // 5
    mean: float = values[cut : values.size - cut].mean()
    return mean


@njit(cache=True, error_model="numpy", nogil=True)
def _squares(y: Vector, fitted: Matrix) -> float:
    """Sum of squared errors of the mean of three methods, without the first tenth, which only tunes them in."""
    total, begin = 0.0, y.size // 10
    for t in range(begin, y.size):
        middle = (fitted[methods.DAMPED, t] + fitted[methods.THETA, t] + fitted[methods.SEASONAL, t]) / 3.0
        total += (y[t] - middle) ** 2
    return total * y.size / (y.size - begin)


@njit(cache=True, error_model="numpy", nogil=True)
def _single(y: Vector, season: int, which: int, mean: Vector, variance: Vector) -> int:
    """One method for any series; gives the kind of season."""
    if y.size == 0:
        return NO_SEASON
    level, square, _ = smoothed_level(y)
    kind: int = NO_SEASON
    if which < len(methods.NAMES):
        count = len(methods.NAMES)
        fitted, ahead = np.empty((count, y.size)), np.empty((count, mean.size))
        kind = int(methods.forecast_all(y, season, fitted, ahead)[0])
        level, square = 0.0, ((y - fitted[which]) ** 2).mean()
        mean[:] = np.maximum(ahead[which], 0.0) if y.min() >= 0.0 else ahead[which]
    elif which in (CROSTON, SBA):
        level = croston(y, 1.0 if which == CROSTON else 1.0 - CONSTANT / 2.0)
    elif which == TSB:
        level = tsb(y)
    elif which == IMAPA:
        level = imapa(y)
    mean += level if which >= len(methods.NAMES) else 0.0
    variance[:] = square
    return kind


@njit(cache=True, error_model="numpy", nogil=True)
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
