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
Cube = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

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
MOST_YEARS, MOST_PERIODS, MONTHS = 12, 400, 12
LEAST = 5  # shorter series, and histories of fewer years, have a mean and no more


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
    kind, alpha = NO_SEASON, 1.0
    whole = y.min() > 0.0 and y.size >= LEAST
    x, limit = y.copy(), np.inf
    one, beyond = np.empty((PLAIN, y.size)), np.empty((PLAIN, ahead.shape[1]))
    for logs in range(2):
        if logs and whole:
            limit = np.log(y.max()) + HIGHEST_LOG
            for t in range(y.size):
                x[t] = np.log(y[t])
        if whole or not logs:
            season, constant = _plain(x, length, not logs, one, beyond)
            if not logs:
                kind, alpha = season, constant
        for m in range(logs, PLAIN):
            _take(one[m], fitted[m + logs * (PLAIN - 1)], limit)
            _take(beyond[m], ahead[m + logs * (PLAIN - 1)], limit)
    return kind, alpha


@njit(cache=True, error_model="numpy", nogil=True)
def _take(source: Vector, target: Vector, limit: float) -> None:
    """Copies forecasts; those on logarithms, which have a limit, are put back to what they stand for."""
    for t in range(source.size):
        target[t] = np.exp(min(source[t], limit)) if limit < np.inf else source[t]


@njit(cache=True, error_model="numpy", nogil=True)
def forecast_many(values: Vector, pointers: Whole, length: int, horizon: int) -> tuple[Cube, Matrix]:
    """Forecasts of every method for every series, and what is known of the fit.

    What lies more than twelve years back, or 400 periods where a season is short, is left out: it tells the future no
    better and costs time.

    Parameters
    ----------
    values, pointers
        Series one after the other, each of at least one period, shapes (all periods) and (series + 1).
    length, horizon
        Periods in a year's season and periods to forecast.

    Returns
    -------
    Forecasts, shape (series, methods, horizon); and per series the kind of season, the smoothing constant and the
    squared one-step error of the mean of three methods, shape (series, 3).
    """
    count, longest = pointers.size - 1, max(MOST_YEARS * length, MOST_PERIODS if length < MONTHS else 0)
    ahead, facts = np.empty((count, len(NAMES), horizon)), np.empty((count, 3))
    for i in range(count):
        y = values[max(pointers[i], pointers[i + 1] - longest) : pointers[i + 1]]
        fitted = np.empty((len(NAMES), y.size))
        kind, alpha = forecast_all(y, length, fitted, ahead[i])
        if y.size < pointers[i + 1] - pointers[i]:
            _naive(values[pointers[i] : pointers[i + 1]], length, NO_SEASON, np.ones(1), ahead[i, NAIVE])
        facts[i, 0], facts[i, 1], facts[i, 2] = kind, alpha, one_step_error(y, fitted)
    return ahead, facts


@njit(cache=True, error_model="numpy", nogil=True)
def one_step_error(y: Vector, fitted: Matrix) -> float:
    """Mean squared error of the mean of three methods, without the first tenth, which only tunes them in."""
    total, begin = 0.0, y.size // 10
    for t in range(begin, y.size):
        middle = (fitted[DAMPED, t] + fitted[THETA, t] + fitted[SEASONAL, t]) / 3.0
        total += (y[t] - middle) ** 2
    return total * y.size / (y.size - begin) / max(y.size - 4, 1)


@njit(cache=True, error_model="numpy", nogil=True)
def _plain(y: Vector, length: int, factors: bool, fitted: Matrix, ahead: Matrix) -> tuple[int, float]:  # noqa: FBT001
    """The methods without logarithms; parameters and result as of :func:`forecast_all`.

    Without ``factors`` smoothed seasons are terms only: terms of logarithms are factors already.
    """
    n = y.size
    kind, pattern = find_season(y, length, DECAY, HALF_SURE)
    adjusted, scale = y.copy(), 0.0
    for t in range(n):
        if kind == MULTIPLICATIVE:
            adjusted[t] = y[t] / pattern[t % pattern.size]
        elif kind == ADDITIVE:
            adjusted[t] = y[t] - pattern[t % pattern.size]
        scale += abs(adjusted[t]) / n
    if not scale > 0.0:
        scale = 1.0
    for t in range(n):
        adjusted[t] /= scale
    scores, alpha = _adjusted_forms(adjusted, length, fitted, ahead)
    _put_season_back(kind, pattern, scale, fitted[:ADJUSTED], ahead[:ADJUSTED])
    _naive(y, length, kind, pattern, ahead[NAIVE])
    best, chosen = scores[LEVEL], LEVEL
    for m in (TREND, DAMPED):
        if scores[m] < best:
            best, chosen = scores[m], m
    for m in range(SEASONAL, PLAIN):
        _take(fitted[chosen], fitted[m], np.inf)
        _take(ahead[chosen], ahead[m], np.inf)
    limit = np.inf if kind != NO_SEASON else best
    choose_seasonal(y, length, limit, factors, fitted[SEASONAL:PLAIN], ahead[SEASONAL:PLAIN])
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
def find_season(y: Vector, length: int, decay: float, critical: float) -> tuple[int, Vector]:
    """The kind of season and its pattern, ``[1]`` without one.

    Parameters
    ----------
    y, length
        Series and periods in a year.
    decay
        A year, by which older years count less; above zero, noisy patterns are shrunk as well.
    critical
        Quantile of the normal distribution from which a season is believed.
    """
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
        kind, pattern = find_season(y, length, 0.0, SURE)
    last = pattern[(n - 1) % pattern.size]
    for h in range(ahead.size):
        place = pattern[(n + h) % pattern.size]
        ahead[h] = y[n - 1] / last * place if kind == MULTIPLICATIVE else y[n - 1]
        if kind == ADDITIVE:
            ahead[h] = y[n - 1] - last + place


@njit(cache=True, error_model="numpy", nogil=True)
def _adjusted_forms(x: Vector, length: int, fitted: Matrix, ahead: Matrix) -> tuple[Vector, float]:
    """Fills the methods for an adjusted, scaled series; gives their criteria and the smoothing constant.

    The last takes means of whole years: what a trend is shows where the months' noise is gone (for the idea:
    Athanasopoulos, Hyndman, Kourentzes, Petropoulos, "Forecasting with temporal hierarchies", 2017).
    """
    n, mean = x.size, x.mean()
    for m in range(ADJUSTED):
        for t in range(n):
            fitted[m, t] = x[max(t - 1, 0)] if m == NAIVE else mean
        for h in range(ahead.shape[1]):
            ahead[m, h] = x[n - 1] if m == NAIVE else mean
    scores = np.full(DAMPED + 1, np.inf)
    scores[LEVEL] = 0.0
    if n < LEAST:
        return scores, 1.0
    alpha = 1.0
    for yearly in range(1 + (length > 1 and n >= LEAST * length)):  # one place to call from keeps compiling short
        part = whole_years(x, length) if yearly else x
        steps = (ahead.shape[1] + length - 1) // length + 1 if yearly else ahead.shape[1]
        one, beyond, marks = np.empty((YEARS, part.size)), np.empty((YEARS, steps)), scores.copy()
        constant = _recursions(part, one, beyond, marks)
        if yearly:
            coming = np.empty(steps)
            for k in range(steps):
                coming[k] = (beyond[DAMPED, k] + beyond[THETA, k] + beyond[CLASSIC, k]) / 3.0
            between_years(part[part.size - 1], coming, length, ahead[YEARS])
        else:
            alpha = constant
            scores[:] = marks
            for m in range(1, ADJUSTED):
                _take(one[THETA if m == YEARS else m], fitted[m], np.inf)
                _take(beyond[CHANGES if m == YEARS else m], ahead[m], np.inf)
    return scores, alpha


@njit(cache=True, error_model="numpy", nogil=True)
def _recursions(x: Vector, fitted: Matrix, ahead: Matrix, scores: Vector) -> float:
    """Fills all methods but the first for a series as it is; gives the level's smoothing constant."""
    alpha: float = _smoothed(x, fitted, ahead, scores)
    _classic_theta(x, alpha, fitted, ahead)
    changes_ahead(x, ahead[CHANGES])
    line_ahead(x, ahead[LINE])
    _take(fitted[LEVEL], fitted[CHANGES], np.inf)
    _take(fitted[TREND], fitted[LINE], np.inf)
    return alpha


FORMS = (form.LEVEL, form.TREND, form.DAMPED, form.THETA, form.COMPLEX)
ROWS = (LEVEL, TREND, DAMPED, THETA, CHAINED)


@njit(cache=True, error_model="numpy", nogil=True)
def _smoothed(x: Vector, fitted: Matrix, ahead: Matrix, scores: Vector) -> float:
    """Fills level, trend, damped trend, Theta and complex smoothing; gives the level's smoothing constant."""
    nothing, boxes = np.empty(0), _boxes(x)
    alpha = 1.0
    for i in range(len(FORMS)):
        count = COUNTS[i]
        p, error = fit(FORMS[i], boxes[i, :, :count], x, nothing)
        trace(FORMS[i], p, x, nothing, fitted[ROWS[i]], ahead[ROWS[i]])
        if i == 0:
            alpha = p[0]
        if ROWS[i] <= DAMPED:
            scores[ROWS[i]] = criterion(error, x.size, count + 1)
    return alpha


COUNTS = (2, 4, 5, 3, 4)


@njit(cache=True, error_model="numpy", nogil=True)
def _boxes(x: Vector) -> Cube:
    """Start, first spread, lower and upper bound of the parameters of each form, shape (forms, 4, parameters)."""
    begin = x[: min(x.size, 10)]
    first, slope = line(begin)
    level, rough, flat = begin.mean(), 1e-6, 1e-6  # how far the first periods lie from their line and from their mean
    for t in range(begin.size):
        rough += abs(begin[t] - first - slope * t) / begin.size
        flat += abs(begin[t] - level) / begin.size
    tilt = 0.3 * abs(slope) + 0.2 * rough
    boxes = np.zeros((len(FORMS), 4, 5))
    for i in range(3):
        last = COUNTS[i] - 1
        _bound(boxes[i], 0, 0.4, 0.3, 1e-3, 0.9999)
        if i > 0:
            _bound(boxes[i], 1, 0.1, 0.15, 1e-4, 0.9999)
            _bound(boxes[i], last - 1, first - slope, rough, -FAR, FAR)
            _bound(boxes[i], last, slope, tilt, -FAR, FAR)
    _bound(boxes[0], 1, level, 0.5 * flat, -FAR, FAR)
    _bound(boxes[2], 2, 0.93, 0.04, 0.8, 0.98)
    _bound(boxes[3], 0, 0.5, 0.25, 0.1, 0.99)
    _bound(boxes[3], 1, 2.0, 1.5, 1.0, 30.0)
    _bound(boxes[3], 2, x[0] / 2.0, 0.2, -FAR, FAR)
    _bound(boxes[4], 0, 1.3, 0.3, 0.05, 2.0)
    _bound(boxes[4], 1, 1.0, 0.03, 0.9, 1.1)
    _bound(boxes[4], 2, level, 0.2, -FAR, FAR)
    _bound(boxes[4], 3, level / 1.1, 0.2, -FAR, FAR)
    return boxes


@njit(cache=True, error_model="numpy", nogil=True)
def _bound(box: Matrix, parameter: int, start: float, spread: float, low: float, high: float) -> None:
    box[0, parameter], box[1, parameter], box[2, parameter], box[3, parameter] = start, spread, low, high


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
