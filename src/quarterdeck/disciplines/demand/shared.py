"""Autoregression that all series of a panel share: what usually follows on such a past, learnt from every one of them.

One set of coefficients for all series of a frequency is less tied to a single series' noise than a model of its own
(Montero-Manso and Hyndman, "Principles and algorithms for forecasting groups of time series: locality and globality",
2021). Every step ahead has coefficients of its own, for the changes of the last periods in multiples of the level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.demand.combination import COMBINATION, HIGHEST, extremes
from quarterdeck.disciplines.demand.methods import find_season
from quarterdeck.disciplines.demand.pool import sampled
from quarterdeck.disciplines.demand.seasonality import ADDITIVE, MULTIPLICATIVE
from quarterdeck.disciplines.demand.smoothing import Vector
from quarterdeck.solvers.parallel import map_chunks

Matrix = npt.NDArray[np.float64]
Cube = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

ORDERS = np.array([3, 6, 12], np.int64)
LONGEST = 12
LEAST_SERIES = 50
MOST_SERIES, MOST_WINDOWS, FEW_WINDOWS = 4000, 15_000, 3000
NEXT_STEP = 1.4  # learnt steps ahead lie ever further apart; coefficients between them lie between theirs
LEAST_PERIODS = 5
SHARE = 0.4  # of the mean that is by the shared coefficients
DECAY, HALF_SURE = 0.3, 0.5  # of the season taken out, as in the other methods
ROUNDS = 3  # of reweighting, from least squares to nearly least absolute errors
NEAR = 0.3  # mean changes, below which an error counts by its square
RIDGE = 3e-3
HIGHEST_ERROR = 1e6


@dataclass(frozen=True, slots=True)
class Shared:
    """Coefficients per order and step ahead, shape (orders, horizon, longest order).

    ``reach`` is by what changes foreseen from the last value, with its season, are multiplied.
    """

    coefficients: Cube
    reach: float = 1.0


def learn_shared(
    values: Vector, pointers: Whole, way: Whole, season: int, horizon: int, most: int = MOST_WINDOWS
) -> Shared | None:
    """What the series forecast by many methods have in common; ``None`` where fewer than fifty are.

    Parameters
    ----------
    values, pointers
        All series one after the other, finite, shapes (all periods) and (series + 1).
    way
        How each is forecast, shape (series).
    season, horizon
        Periods in a year and periods to forecast.
    most
        Windows of the past to learn from; of more, every so manieth is taken.
    """
    rows = np.flatnonzero((way == COMBINATION) & (np.diff(pointers) >= LEAST_PERIODS))
    if rows.size < LEAST_SERIES or horizon < 1:
        return None
    chosen = sampled(values, pointers, rows, MOST_SERIES)
    scaled, borders = adjusted_many(values, pointers, chosen, season)[:2]
    stride = max(int(np.diff(borders).sum()) // most, 1)
    steps = _steps(horizon)
    tasks = [(order, step) for step in steps for order in ORDERS.tolist()]
    found = map_chunks(lambda task: learn_step(scaled, borders, *task, stride), tasks)
    learnt = np.array([np.append(own, np.zeros(LONGEST - own.size)) for own in found])
    learnt = learnt.reshape(len(steps), ORDERS.size, LONGEST).transpose(1, 2, 0)
    every = np.arange(horizon)
    between = [[np.interp(every, steps, single) for single in order] for order in learnt]
    return Shared(np.ascontiguousarray(np.array(between).transpose(0, 2, 1)))


def _steps(horizon: int) -> list[int]:
    """The steps ahead that are learnt, counted from zero, with the last.

    >>> _steps(24)
    [0, 1, 3, 6, 10, 15, 22, 23]
    """
    steps = [0]
    while steps[-1] < horizon - 1:
        steps.append(min(int((steps[-1] + 1) * NEXT_STEP + 0.5), horizon - 1))
    return steps


def example() -> Shared:
    """What a tiny panel has in common: to load or compile everything."""
    borders = np.array([0, 12, 24], np.int64)
    own = learn_step(np.sin(np.arange(24.0)), borders, 3, 0, 1)
    coefficients = np.zeros((ORDERS.size, 2, LONGEST))
    coefficients[:, :, : own.size] = own
    return Shared(coefficients)


def shared_ahead(values: Vector, pointers: Whole, rows: Whole, season: int, shared: Shared) -> Matrix:
    """Forecasts of the series ``rows`` by the shared coefficients, shape (rows, horizon); NaN for too short ones."""
    scaled, borders, kinds, scales, patterns = adjusted_many(values, pointers, rows, season)
    out: Matrix = continued(scaled, borders, kinds, scales, patterns, shared.coefficients)
    return out


def blended(
    values: Vector, pointers: Whole, rows: Whole, ahead: tuple[Matrix, Matrix], season: int, shared: Shared
) -> Matrix:
    """Forecasts of the series ``rows`` with a share by shared coefficients and the panel's reach, within bounds.

    ``ahead`` is their mean and naive forecasts, both of shape (rows, horizon).
    """
    mean, naive = ahead
    own = shared_ahead(values, pointers, rows, season, shared)
    facts = extremes(values, pointers)[rows]
    lowest = np.where(facts[:, 0] >= 0.0, 0.0, -np.inf)[:, None]
    highest = HIGHEST * np.maximum(np.abs(facts[:, 0]), np.abs(facts[:, 1]))[:, None]
    joined = np.where(np.isfinite(own), (1.0 - SHARE) * mean + SHARE * np.clip(own, lowest, highest), mean)
    if shared.reach == 1.0:
        return joined
    return np.clip(naive + shared.reach * (joined - naive), lowest, highest)


@njit(cache=True, error_model="numpy", nogil=True)
def adjusted_many(
    values: Vector, pointers: Whole, rows: Whole, season: int
) -> tuple[Vector, Whole, Whole, Vector, Matrix]:
    """Series without their season in multiples of their mean size, one after the other, and their borders.

    Also the kind of season, the mean size and the season's pattern of each, shapes (rows), (rows), (rows, season).
    """
    borders = np.zeros(rows.size + 1, np.int64)
    for i in range(rows.size):
        borders[i + 1] = borders[i] + pointers[rows[i] + 1] - pointers[rows[i]]
    scaled, scales = np.empty(borders[rows.size]), np.ones(rows.size)
    kinds, patterns = np.zeros(rows.size, np.int64), np.ones((rows.size, max(season, 1)))
    for i in range(rows.size):
        y = values[pointers[rows[i]] : pointers[rows[i] + 1]]
        x = scaled[borders[i] : borders[i + 1]]
        if not y.size:
            continue
        kinds[i], pattern = find_season(y, season, DECAY, HALF_SURE)
        for j in range(patterns.shape[1]):
            patterns[i, j] = pattern[j % pattern.size]
        total = 0.0
        for t in range(y.size):
            place = pattern[t % pattern.size]
            x[t] = y[t] / place if kinds[i] == MULTIPLICATIVE else y[t] - (place if kinds[i] == ADDITIVE else 0.0)
            total += abs(x[t]) / y.size
        scales[i] = total if total > 0.0 else 1.0
        for t in range(y.size):
            x[t] /= scales[i]
    return scaled, borders, kinds, scales, patterns


@njit(cache=True, error_model="numpy", nogil=True)
def _window(x: Vector, t: int, order: int, features: Vector) -> float:
    """Changes of the last periods up to ``t`` in multiples of their level, and one; gives that level."""
    level = 0.0
    for j in range(order):
        level += abs(x[t - j]) / order
    level = max(level, 1e-9)
    for j in range(order - 1):
        features[j] = (x[t - j] - x[t - j - 1]) / level
    features[order - 1] = 1.0
    return level


@njit(cache=True, error_model="numpy", nogil=True)
def learn_step(scaled: Vector, borders: Whole, order: int, step: int, stride: int) -> Vector:
    """Coefficients of one order for ``step + 1`` periods ahead, by nearly least absolute errors; shape (order).

    Errors count in multiples of a series' mean change, as they do when forecasts are judged, and a series with the
    square root of its length. Takes every ``stride``-th window.
    """
    found = np.zeros(order)
    for turn in range(ROUNDS):
        moments, products = np.zeros((order, order)), np.zeros(order)
        for i in range(borders.size - 1):
            x = scaled[borders[i] : borders[i + 1]]
            if x.size > order + step:
                near = 1.0 if turn == 0 else NEAR
                _add_windows(x, (step, (i + step) % stride, stride), near, found, moments, products)
        trace = 0.0
        for a in range(order):
            trace += moments[a, a]
            moments[:a, a] = moments[a, :a]
        if not (trace > 0.0 and trace < np.inf):
            return found
        for a in range(order):
            moments[a, a] *= 1.0 + RIDGE
        moments[order - 1, order - 1] += 1e-12 * trace
        found[:] = np.linalg.solve(moments, products)
    return found


@njit(cache=True, error_model="numpy", nogil=True)
def _add_windows(
    x: Vector, places: tuple[int, int, int], near: float, found: Vector, moments: Matrix, products: Vector
) -> None:
    """Adds a series' windows to the moments (lower triangle) and products; ``places`` is step, first and stride.

    An error counts by its square while it is less than ``near`` mean changes, in the first round by the size of the
    change alone.
    """
    step, first, stride = places
    change = np.abs(x[1:] - x[:-1]).mean()
    if not change > 1e-9:
        return
    order = found.size
    features, share = np.empty(order), 1.0 / np.sqrt(x.size - order)
    for t in range(order - 1 + first, x.size - 1 - step, stride):
        level = _window(x, t, order, features)
        target, size = (x[t + step + 1] - x[t]) / level, min(level / change, HIGHEST_ERROR)
        away = target
        for a in range(order):
            away -= found[a] * features[a]
        weight = share * size * size / max(size if near == 1.0 else abs(away) * size, near)
        for a in range(order):
            part = weight * features[a]
            products[a] += part * target
            for b in range(a + 1):
                moments[a, b] += part * features[b]


@njit(cache=True, error_model="numpy", nogil=True)
def continued(
    scaled: Vector, borders: Whole, kinds: Whole, scales: Vector, patterns: Matrix, coefficients: Cube
) -> Matrix:
    """Forecasts with season and size put back, shape (series, horizon); by the longest order that two thirds allow."""
    horizon = coefficients.shape[1]
    out, features = np.full((borders.size - 1, horizon), np.nan), np.empty(LONGEST)
    for i in range(borders.size - 1):
        x = scaled[borders[i] : borders[i + 1]]
        if x.size < LEAST_PERIODS:
            continue
        k = 0
        while k + 1 < ORDERS.size and 3 * ORDERS[k + 1] <= 2 * x.size:
            k += 1
        order = ORDERS[k]
        level = _window(x, x.size - 1, order, features)
        for h in range(horizon):
            value = x[x.size - 1]
            for a in range(order):
                value += level * coefficients[k, h, a] * features[a]
            place = patterns[i, (x.size + h) % patterns.shape[1]]
            value *= scales[i] * (place if kinds[i] == MULTIPLICATIVE else 1.0)
            out[i, h] = value + (place if kinds[i] == ADDITIVE else 0.0)
    return out
