"""Demand that comes now and then: its level, and how far single periods lie from it."""

from __future__ import annotations

import numpy as np
from numba import njit

from quarterdeck.disciplines.demand.smoothing import Vector

CONSTANT = 0.1
LONGEST_SPAN = 12
GRID = (0.01, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3)


@njit(cache=True, error_model="numpy", nogil=True)
def smoothed_level(y: Vector) -> tuple[float, float, float]:
    """Level after the last period, variance of single periods around it, and the smoothing constant taken.

    Exponential smoothing over all periods, zeros too, started from the mean of the first quarter; the constant is
    the one of a small grid with the least sum of squared one-step errors. The variance is the mean squared one-step
    error, where recent periods count as much as old ones.
    """
    first = y[: max(min(y.size, 8), y.size // 4)].mean()
    best, chosen, last = np.inf, GRID[0], first
    for alpha in GRID:
        level, squares = first, 0.0
        for t in range(y.size):
            error = y[t] - level
            squares += error * error
            level += alpha * error
        if squares < best:
            best, chosen, last = squares, alpha, level
    return max(last, 0.0), best / y.size, chosen


@njit(cache=True, error_model="numpy", nogil=True)
def steady_level(y: Vector, season: int) -> tuple[float, float]:
    """Level and variance of a series too young to show trend or season.

    The level is the equal-weight mean of the averages over the last half year and the last year and of exponential
    smoothing with constant 2.4 a year (0.2 a month, 0.046 a week): combining spans guards against each one's edge.
    The variance is that of the smoothing's one-step errors.
    """
    half, alpha = max(season // 2, 1), 2.4 / season
    level, squares = y[: max(half // 2, 1)].mean(), 0.0
    for value in y:
        error = value - level
        squares += error * error
        level += alpha * error
    short, long = y[max(y.size - half, 0) :].mean(), y[max(y.size - season, 0) :].mean()
    return max((level + short + long) / 3.0, 0.0), squares / max(y.size - 1, 1)


@njit(cache=True, error_model="numpy", nogil=True)
def croston(y: Vector, bias: float) -> float:
    """Demand a period as smoothed size over smoothed interval, both updated when demand comes.

    Croston, "Forecasting and stock control for intermittent demands", 1972. ``bias`` 1 gives Croston's method, 0.95
    the correction ``1 - constant / 2`` of Syntetos and Boylan ("The accuracy of intermittent demand estimates", 2005).
    """
    size, interval, waited, begun = 0.0, 1.0, 0.0, False
    for value in y:
        waited += 1.0
        if value > 0.0:
            size = size + CONSTANT * (value - size) if begun else value
            interval = interval + CONSTANT * (waited - interval) if begun else waited
            waited, begun = 0.0, True
    return bias * size / interval


@njit(cache=True, error_model="numpy", nogil=True)
def tsb(y: Vector) -> float:
    """Smoothed chance of demand times smoothed size; the chance falls while nothing is wanted.

    Teunter, Syntetos, Babai, "Intermittent demand: linking forecasting to inventory obsolescence", 2011.
    """
    size, chance, begun = 0.0, (y > 0.0).mean(), False
    for value in y:
        if value > 0.0:
            size = size + CONSTANT * (value - size) if begun else value
            begun = True
        chance += CONSTANT * ((1.0 if value > 0.0 else 0.0) - chance)
    level: float = chance * size
    return level


@njit(cache=True, error_model="numpy", nogil=True)
def imapa(y: Vector) -> float:
    """Mean of smoothed levels over sums of one, two, … periods up to the mean interval between demands.

    Petropoulos, Kourentzes, "Forecast combinations for intermittent demand", 2015, with exponential smoothing on every
    span.
    """
    wanted = max((y > 0.0).sum(), 1)
    spans = max(min(round(y.size / wanted), LONGEST_SPAN, y.size), 1)
    total = 0.0
    for span in range(1, spans + 1):
        first = y.size % span
        sums = y[first:].reshape(-1, span).sum(axis=1)
        total += smoothed_level(sums)[0] / span
    level: float = total / spans
    return level


@njit(cache=True, error_model="numpy", nogil=True)
def combined_level(y: Vector) -> tuple[float, float]:
    """Equal-weight mean of the smoothed level, the level over several spans and TSB, and the variance around it."""
    level, variance, _ = smoothed_level(y)
    return (level + imapa(y) + tsb(y)) / 3.0, variance
