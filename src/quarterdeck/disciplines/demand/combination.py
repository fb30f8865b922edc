"""What is expected of each series, from many methods or from its level: one kernel per step, over many series."""

from __future__ import annotations

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
from quarterdeck.disciplines.demand.patterns import FADING, INTERMITTENT, LUMPY, NEW, NONE, basic_class, classify
from quarterdeck.disciplines.demand.seasonality import line
from quarterdeck.disciplines.demand.smoothing import Vector

Matrix = npt.NDArray[np.float64]
Cube = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

COMBINATION, SMOOTHED, RECENT, STEADY, NOTHING, SINGLE, DRIVEN = range(7)
SES, CROSTON, SBA, TSB, IMAPA = range(5)
HIGHEST = 7.0  # times the highest value so far: no forecast goes beyond
WIDENING = 0.1  # how fast an uncertain slope widens the spread further ahead
STEADY_ERROR = 0.3  # squared error as a share of the squared level, up to which logarithms do no harm
RECENT_PERIODS = 8
LEAST_HALF = 5  # periods, to tell a direction
LEFT_BY_LINE = 1.0 / 3.0  # of squared deviations
SAME_WAY = 0.4  # of the slope that each half has at least

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


@njit(cache=True, error_model="numpy", nogil=True)
def combine_many(values: Vector, pointers: Whole, rows: Whole, ahead: Cube, facts: Matrix) -> tuple[Matrix, Matrix]:
    """Mean and variance per period ahead from the forecasts of all methods, shapes (rows, horizon).

    The mean is the equal-weight mean without the fifth of the methods that lies highest and the fifth that lies lowest.
    Where the errors are small beside the level, the methods on logarithms join. These aim at the median, which for
    demand of strongly varying size lies too far below the mean. The variance is that of the one-step errors and grows
    as a level that moves by the smoothing constant makes it.

    Parameters
    ----------
    values, pointers, rows
        All series, and the numbers of those that ``ahead`` and ``facts`` speak of.
    ahead, facts
        As :func:`quarterdeck.disciplines.demand.methods.forecast_many` gives them.
    """
    horizon = ahead.shape[2]
    mean, variance = np.empty((rows.size, horizon)), np.empty((rows.size, horizon))
    for i in range(rows.size):
        y = values[pointers[rows[i]] : pointers[rows[i] + 1]]
        alpha, one_step, level = facts[i, 1], facts[i, 2], y.mean()
        joined = y.min() > 0.0 and one_step <= STEADY_ERROR * level * level
        used = TOGETHER if joined else TOGETHER[:PLAIN_MEMBERS]
        lowest, highest = (0.0 if y.min() >= 0.0 else -np.inf), HIGHEST * np.abs(y).max()
        own = np.empty(used.size)
        for h in range(horizon):
            for k in range(used.size):
                own[k] = ahead[i, used[k], h]
            mean[i, h] = min(max(trimmed_mean(own), lowest), highest)
            variance[i, h] = one_step * (1.0 + alpha * alpha * h * (1.0 + WIDENING * h))
    return mean, variance


@njit(cache=True, error_model="numpy", nogil=True)
def trimmed_mean(values: Vector) -> float:
    """Mean without the highest and the lowest fifth; changes the order of the values."""
    values.sort()
    cut = values.size // 5
    mean: float = values[cut : values.size - cut].mean()
    return mean


@njit(cache=True, error_model="numpy", nogil=True)
def classify_many(values: Vector, pointers: Whole, young: int, season: int) -> Whole:
    """The pattern of every series, as :func:`classify` gives it for one; shape (series)."""
    out = np.empty(pointers.size - 1, np.int64)
    for i in range(out.size):
        out[i] = classify(values[pointers[i] : pointers[i + 1]], young, season)
    return out


@njit(cache=True, error_model="numpy", nogil=True)
def ways(values: Vector, pointers: Whole, pattern: Whole, season: int) -> Whole:
    """How each series is forecast: combination, level of its kind, or not at all; shape (series)."""
    out = np.full(pattern.size, COMBINATION, np.int64)
    for i in range(out.size):
        y = values[pointers[i] : pointers[i + 1]]
        if pattern[i] == NONE or y.size == 0:
            out[i] = NOTHING
        elif pattern[i] == NEW:
            out[i] = RECENT
        elif (basic_class(y) if pattern[i] == FADING else pattern[i]) in (INTERMITTENT, LUMPY):
            out[i] = SMOOTHED
        elif season >= 12 and y.size < 2 * season and not moves(y):
            out[i] = STEADY
    return out


@njit(cache=True, error_model="numpy", nogil=True)
def moves(y: Vector) -> bool:
    """Whether a series that is too young to show a season goes up or down all the same.

    A straight line has to leave less than a third of the squared deviations from the mean, and both halves to go its
    way: half a wave or a single step does not.
    """
    half = y.size // 2
    if half < LEAST_HALF:
        return False
    (_, slope), (_, before), (_, after) = line(y), line(y[:half]), line(y[half:])
    middle, total, rest = (y.size - 1) / 2.0, 0.0, 0.0
    mean = y.mean()
    for t in range(y.size):
        total += (y[t] - mean) ** 2
        rest += (y[t] - mean - slope * (t - middle)) ** 2
    least = SAME_WAY * abs(slope)
    one_way = min(before, after) > least if slope > 0.0 else max(before, after) < -least
    return bool(rest < LEFT_BY_LINE * total and one_way)


@njit(cache=True, error_model="numpy", nogil=True)
def levels_many(values: Vector, pointers: Whole, way: Whole, season: int, horizon: int) -> tuple[Matrix, Matrix]:
    """Mean and variance per period ahead of those series that are forecast by a level, zero for the others."""
    mean, variance = np.zeros((way.size, horizon)), np.zeros((way.size, horizon))
    for i in range(way.size):
        y = values[pointers[i] : pointers[i + 1]]
        if way[i] == RECENT:
            recent = y[max(y.size - RECENT_PERIODS, 0) :]
            mean[i], variance[i] = recent.mean(), max(recent.var(), recent.mean())
        elif way[i] == SMOOTHED:
            mean[i], variance[i] = combined_level(y)
        elif way[i] == STEADY:
            mean[i], variance[i] = steady_level(y, season)
    return mean, variance


@njit(cache=True, error_model="numpy", nogil=True)
def single_levels(values: Vector, pointers: Whole, which: int) -> tuple[Vector, Vector]:
    """Level of every series by one method of intermittent demand, and its mean squared error, shapes (series)."""
    level, squares = np.zeros(pointers.size - 1), np.zeros(pointers.size - 1)
    for i in range(level.size):
        y = values[pointers[i] : pointers[i + 1]]
        if not y.size:
            continue
        level[i], squares[i], _ = smoothed_level(y)
        if which in (CROSTON, SBA):
            level[i] = croston(y, 1.0 if which == CROSTON else 1.0 - CONSTANT / 2.0)
        elif which == TSB:
            level[i] = tsb(y)
        elif which == IMAPA:
            level[i] = imapa(y)
    return level, squares


@njit(cache=True, error_model="numpy", nogil=True)
def gathered(values: Vector, pointers: Whole, rows: Whole, cut: Whole) -> tuple[Vector, Whole]:
    """Some series, each without its last ``cut`` periods, one after the other again."""
    borders = np.zeros(rows.size + 1, np.int64)
    for i in range(rows.size):
        borders[i + 1] = borders[i] + pointers[rows[i] + 1] - pointers[rows[i]] - cut[i]
    out = np.empty(borders[rows.size])
    for i in range(rows.size):
        begin = pointers[rows[i]]
        out[borders[i] : borders[i + 1]] = values[begin : begin + borders[i + 1] - borders[i]]
    return out, borders


@njit(cache=True, error_model="numpy", nogil=True)
def extremes(values: Vector, pointers: Whole) -> Matrix:
    """Least and highest value, sum, and whether all are whole (1) or not (0), of every series, shape (series, 4)."""
    out = np.zeros((pointers.size - 1, 4))
    for i in range(pointers.size - 1):
        y = values[pointers[i] : pointers[i + 1]]
        out[i, 3] = 1.0
        for t in range(y.size):
            value = y[t] if np.isfinite(y[t]) else 0.0
            out[i, 0] = min(out[i, 0], value) if t else value
            out[i, 1] = max(out[i, 1], value) if t else value
            out[i, 2] += value
            if value != np.rint(value):
                out[i, 3] = 0.0
    return out
