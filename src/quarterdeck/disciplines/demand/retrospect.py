"""One series looked back on: its periods as the forecast saw them, and what was expected one period before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.demand import methods
from quarterdeck.disciplines.demand.combination import COMBINATION, NOTHING, classify_many, ways
from quarterdeck.disciplines.demand.granularity import panels
from quarterdeck.disciplines.demand.outliers import winsorised
from quarterdeck.disciplines.demand.panel import Whole

Vector = npt.NDArray[np.float64]
SMOOTHING = 0.15


@dataclass(frozen=True)
class Retrospect:
    """Periods of one series, oldest first, arrays of shape (periods).

    ``start`` is the first day of each period in days since 1970, ``actual`` what was wanted, ``cleaned`` what the
    forecast is made from, ``fitted`` what was expected one period ahead.
    """

    start: Whole
    actual: Vector
    cleaned: Vector
    fitted: Vector


def retrospect(today: int, days: Whole, quantities: Vector) -> Retrospect:
    """The past of one series, whose rows are sorted by day and lie before ``today``."""
    bounds = np.array([0, days.size], dtype=np.int64)
    panel = panels(np.array([today], dtype=np.int64), days, quantities, bounds)[0]
    grid, actual = panel.grid, panel.values
    cleaned, _ = winsorised(actual, panel.pointers, grid.season)
    begin = np.array([grid.begin(back - actual.size) for back in range(actual.size)], dtype=np.int64)
    pattern = classify_many(cleaned, panel.pointers, 2, grid.season)
    way = int(ways(cleaned, panel.pointers, pattern, grid.season)[0])
    return Retrospect(begin, actual, cleaned, _one_step(cleaned, way, grid.season))


def _one_step(y: Vector, way: int, season: int) -> Vector:
    if way == NOTHING or not y.size:
        return np.zeros(y.size)
    if way == COMBINATION:
        count = len(methods.NAMES)
        fitted, ahead = np.empty((count, y.size)), np.empty((count, 1))
        methods.forecast_all(y, season, fitted, ahead)
        middle = fitted[[methods.DAMPED, methods.THETA, methods.SEASONAL]].mean(axis=0)
        return np.asarray(np.maximum(middle, 0.0))
    out, level = np.empty(y.size), float(y[: max(y.size // 4, 1)].mean())
    for t, value in enumerate(y):
        out[t] = level
        level += SMOOTHING * (float(value) - level)
    return out
