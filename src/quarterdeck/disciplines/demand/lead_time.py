"""Demand over several periods together: what stock must last for, surer in share than any single period of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.demand.combination import (
    COMBINATION,
    DRIVEN,
    NOTHING,
    RECENT,
    RECENT_PERIODS,
    SMOOTHED,
    STEADY,
)
from quarterdeck.solvers.distributions import demand_quantiles

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

OF_COMBINATION = 0.3  # trend and level are wrong for all periods ahead alike
OF_LEVEL = 0.06  # variance of a smoothed level beside that of a period: constant / (2 - constant), constant 0.1
OF_STEADY = 1.1  # over the periods in a year: a mean of half a year, a year and smoothing over five months


def error_correlation(way: Whole, season: int) -> Vector:
    """How far the errors of two periods ahead go together, shape (series), from 0 to 1.

    The level that all periods share is wrong for all of them: its variance beside that of one period around it.
    """
    known = {COMBINATION: OF_COMBINATION, SMOOTHED: OF_LEVEL, STEADY: min(OF_STEADY / max(season, 1), 0.5)}
    known |= {RECENT: 1.0 / RECENT_PERIODS, NOTHING: 0.0, DRIVEN: OF_LEVEL}
    return np.array([known.get(int(code), OF_COMBINATION) for code in way], dtype=np.float64)


def variance_together(variance: Matrix, correlation: Vector) -> Vector:
    """Variance of the sum of periods, shape (series), whose single variances have the shape (series, periods).

    ``Σ σ² + ρ ((Σ σ)² - Σ σ²)``: every pair of periods has the same correlation ρ.
    """
    alone = variance.sum(axis=1)
    together = np.sqrt(variance).sum(axis=1) ** 2
    return np.asarray(alone + correlation * np.maximum(together - alone, 0.0))


def demand_together(
    mean: Matrix, variance: Matrix, correlation: Vector, levels: Vector, counts: npt.NDArray[np.bool_]
) -> tuple[Vector, Matrix]:
    """Expected demand over all periods together and its quantiles, shapes (series) and (series, levels).

    Parameters
    ----------
    mean, variance
        Per period, shape (series, periods).
    correlation
        As of :func:`error_correlation`, shape (series).
    levels
        Probabilities, rising.
    counts
        Whether demand comes in whole units, shape (series).
    """
    total = mean.sum(axis=1)
    return total, demand_quantiles(total, variance_together(variance, correlation), levels, counts)
