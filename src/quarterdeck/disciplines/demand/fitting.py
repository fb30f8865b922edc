"""Parameters of a smoothing form by least squares: a bounded Nelder–Mead simplex search.

The search of Nelder and Mead ("A simplex method for function minimization", 1965) with reflection 1, expansion 2,
contraction ½ and shrinkage ½; points beyond a bound are moved onto it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.demand.smoothing import Vector, trace

Matrix = npt.NDArray[np.float64]
TOLERANCE = 1e-5


@njit(cache=True, error_model="numpy")
def fit(form: int, box: Matrix, y: Vector, season: Vector, budget: int) -> tuple[Vector, float]:
    """Best parameters found and their sum of squared one-step errors.

    Parameters
    ----------
    form
        Smoothing form of :mod:`quarterdeck.disciplines.demand.smoothing`.
    box
        Shape (4, parameters): start, first step, lower bound, upper bound.
    y, season
        Series and start values of the season; neither is changed.
    budget
        Most evaluations.
    """
    count = box.shape[1]
    points, values = _first_simplex(form, box, y, season)
    centre, trial, further = np.empty(count), np.empty(count), np.empty(count)
    used = count + 1
    while used < budget:
        best, worst, second = _ranks(values)
        if values[worst] - values[best] <= TOLERANCE * (abs(values[best]) + 1e-12):
            break
        for j in range(count):
            centre[j] = (points[:, j].sum() - points[worst, j]) / count
        _towards(centre, points[worst], -1.0, box, trial)
        reached = _value(form, trial, y, season)
        used += 1
        if reached < values[best]:
            _towards(centre, points[worst], -2.0, box, further)
            beyond = _value(form, further, y, season)
            used += 1
            if beyond < reached:
                trial[:], reached = further, beyond
        elif reached >= values[second]:
            _towards(centre, points[worst], 0.5, box, trial)
            reached = _value(form, trial, y, season)
            used += 1
            if reached >= values[worst]:
                used += _shrink(form, points, values, best, y, season)
                continue
        points[worst], values[worst] = trial, reached
    best = int(np.argmin(values))
    return points[best].copy(), values[best]


@njit(cache=True, error_model="numpy")
def _value(form: int, p: Vector, y: Vector, season: Vector) -> float:
    nothing = np.empty(0)
    total: float = trace(form, p, y, season.copy(), nothing, nothing)
    return total


@njit(cache=True, error_model="numpy")
def _first_simplex(form: int, box: Matrix, y: Vector, season: Vector) -> tuple[Matrix, Vector]:
    count = box.shape[1]
    points, values = np.empty((count + 1, count)), np.empty(count + 1)
    for i in range(count + 1):
        points[i] = box[0]
        if i > 0:
            moved = box[0, i - 1] + box[1, i - 1]
            points[i, i - 1] = moved if moved <= box[3, i - 1] else max(box[0, i - 1] - box[1, i - 1], box[2, i - 1])
        values[i] = _value(form, points[i], y, season)
    return points, values


@njit(cache=True, error_model="numpy")
def _ranks(values: Vector) -> tuple[int, int, int]:
    best, worst = 0, 0
    for i in range(1, values.size):
        if values[i] < values[best]:
            best = i
        if values[i] > values[worst]:
            worst = i
    second = best
    for i in range(values.size):
        if i != worst and values[i] > values[second]:
            second = i
    return best, worst, second


@njit(cache=True, error_model="numpy")
def _towards(centre: Vector, point: Vector, share: float, box: Matrix, out: Vector) -> None:
    for j in range(centre.size):
        out[j] = min(max(centre[j] + share * (point[j] - centre[j]), box[2, j]), box[3, j])


@njit(cache=True, error_model="numpy")
def _shrink(form: int, points: Matrix, values: Vector, best: int, y: Vector, season: Vector) -> int:
    for i in range(values.size):
        if i != best:
            for j in range(points.shape[1]):
                points[i, j] = points[best, j] + 0.5 * (points[i, j] - points[best, j])
            values[i] = _value(form, points[i], y, season)
    return values.size - 1
