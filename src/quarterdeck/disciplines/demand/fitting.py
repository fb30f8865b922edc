"""Parameters of a smoothing form by least squares: a population that narrows around its best members.

A cross-entropy search (Rubinstein, "The cross-entropy method for combinatorial and continuous optimization", 1999) with
fixed, evenly spread points instead of random ones: the same series gives the same parameters, to the bit.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.demand import smoothing as form_of
from quarterdeck.disciplines.demand.populations import (
    ERRORS,
    FIVE,
    FOUR,
    MEMBERS,
    ONE,
    THREE,
    TWO,
    running_line,
    trace_additive,
    trace_complex,
    trace_multiplicative,
    trace_thetas,
    trace_trends,
)
from quarterdeck.disciplines.demand.smoothing import WORST, Vector

Matrix = npt.NDArray[np.float64]
GENERATIONS, FEWER = 5, 4
MANY_PERIODS = 96  # so many leave parameters less doubt, and each generation costs more: fewer do
ELITE = 8
PARAMETERS = 6
NARROWEST = 0.3  # of the spread before: how fast a population may shrink


def _design() -> npt.NDArray[np.float64]:
    """Standard normal points, shape (generations, parameters, members), from an additive recurrence.

    Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018: multiples of the powers of the root of
    ``x^(d + 1) = x + 1``, taken modulo one.
    """
    root = 1.0
    for _ in range(60):
        root = (1.0 + root) ** (1.0 / (PARAMETERS + 1.0))
    steps = [root ** -(d + 1.0) for d in range(PARAMETERS)]
    normal = NormalDist()
    out = np.zeros((GENERATIONS, PARAMETERS, MEMBERS))
    for g in range(GENERATIONS):
        for d in range(PARAMETERS):
            for k in range(MEMBERS):
                out[g, d, k] = normal.inv_cdf(((g * MEMBERS + k + 1) * steps[d] + 0.5) % 1.0)
    return out


DESIGN = _design()


@njit(cache=True, error_model="numpy", nogil=True)
def fit(form: int, box: Matrix, y: Vector, season: Vector) -> tuple[Vector, float]:
    """Best parameters found and their sum of squared one-step errors.

    Parameters
    ----------
    form
        Smoothing form of :mod:`quarterdeck.disciplines.demand.smoothing`.
    box
        Shape (4, parameters): start, first spread, lower bound, upper bound.
    y, season
        Series and start values of the season; neither is changed.
    """
    count = box.shape[1]
    middle, spread = box[0].copy(), box[1].copy()
    best, least = middle.copy(), WORST
    points, p, state = np.empty((count, MEMBERS)), np.zeros(6 * MEMBERS), np.zeros(FIVE)
    seasons = np.empty(season.size * MEMBERS)
    intercept, slope = running_line(y) if form == form_of.THETA else (y, y)
    for generation in range(GENERATIONS if y.size < MANY_PERIODS else FEWER):
        _scatter(points, middle, spread, box, generation)
        for d in range(count):
            points[d, 0] = best[d]
        _arrange(form, points, p)
        if form <= form_of.DAMPED:
            trace_trends(y, p, state)
        elif form == form_of.THETA:
            trace_thetas(y, intercept, slope, p, state)
        elif form == form_of.COMPLEX:
            trace_complex(y, p, state)
        else:
            _repeat(season, seasons)
            if form in (form_of.SEASONAL_ADDITIVE, form_of.SEASONAL_ADDITIVE_DAMPED):
                trace_additive(y, season.size, p, state, seasons)
            else:
                trace_multiplicative(y, season.size, p, state, seasons)
        order = _ranked(state)
        if state[ERRORS + order[0]] < least:
            least = state[ERRORS + order[0]]
            for d in range(count):
                best[d] = points[d, order[0]]
        _narrow(points, order, best, middle, spread)
    return best, least


@njit(cache=True, error_model="numpy", nogil=True)
def _scatter(points: Matrix, middle: Vector, spread: Vector, box: Matrix, generation: int) -> None:
    for d in range(middle.size):
        for k in range(MEMBERS):
            value = middle[d] + spread[d] * DESIGN[generation, d, k]
            points[d, k] = min(max(value, box[2, d]), box[3, d])


@njit(cache=True, error_model="numpy", nogil=True)
def _arrange(form: int, points: Matrix, p: Vector) -> None:
    """Puts the parameters of a form where the population's recursion expects them."""
    last = points.shape[0] - 1
    seasonal = form > form_of.THETA and form != form_of.COMPLEX
    for k in range(MEMBERS):
        alpha = points[0, k]
        p[k] = alpha
        if form == form_of.COMPLEX:
            p[ONE + k], p[TWO + k], p[THREE + k] = points[1, k], points[2, k], points[3, k]
        elif form == form_of.THETA:
            p[ONE + k], p[TWO + k] = 1.0 - 1.0 / points[1, k], points[2, k]
        elif seasonal:
            sloped = last == PARAMETERS - 1
            p[ONE + k] = alpha * points[3, k] if sloped else 0.0
            p[TWO + k] = points[4, k] if sloped else 0.0
            p[THREE + k] = points[2, k]
            p[FOUR + k] = points[5, k] if sloped else 0.0
            p[FIVE + k] = points[1, k] * (1.0 - alpha)
        else:
            level = form == form_of.LEVEL
            p[ONE + k] = 0.0 if level else alpha * points[1, k]
            p[TWO + k] = points[2, k] if form == form_of.DAMPED else 1.0
            p[THREE + k] = points[1, k] if level else points[last - 1, k]
            p[FOUR + k] = 0.0 if level else points[last, k]


@njit(cache=True, error_model="numpy", nogil=True)
def _repeat(season: Vector, seasons: Vector) -> None:
    for j in range(season.size):
        for k in range(MEMBERS):
            seasons[j * MEMBERS + k] = season[j]


@njit(cache=True, error_model="numpy", nogil=True)
def _ranked(state: Vector) -> npt.NDArray[np.int64]:
    """The members of least error, best first; what is no number is worst."""
    order = np.zeros(ELITE, np.int64)
    taken = np.zeros(MEMBERS, np.bool_)
    for k in range(ERRORS, ERRORS + MEMBERS):
        if not state[k] < WORST:
            state[k] = WORST
    for rank in range(ELITE):
        chosen = -1
        for k in range(MEMBERS):
            if not taken[k] and (chosen < 0 or state[ERRORS + k] < state[ERRORS + chosen]):
                chosen = k
        order[rank] = chosen
        taken[chosen] = True
    return order


@njit(cache=True, error_model="numpy", nogil=True)
def _narrow(points: Matrix, order: npt.NDArray[np.int64], best: Vector, middle: Vector, spread: Vector) -> None:
    """Moves the population between its elite's mean and the best so far, with the elite's spread."""
    for d in range(middle.size):
        mean, square = 0.0, 0.0
        for k in order:
            mean += points[d, k] / ELITE
        for k in order:
            square += (points[d, k] - mean) ** 2 / ELITE
        middle[d] = 0.5 * (mean + best[d])
        spread[d] = min(max(1.1 * np.sqrt(square), NARROWEST * spread[d]), spread[d])
