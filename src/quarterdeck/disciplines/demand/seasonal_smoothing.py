"""Exponential smoothing whose season moves with it: the form of least criterion, of each kind and of both."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.demand import smoothing as form
from quarterdeck.disciplines.demand.autoregression import criterion
from quarterdeck.disciplines.demand.fitting import fit
from quarterdeck.disciplines.demand.seasonality import ADDITIVE, LONGEST_FREE, MULTIPLICATIVE, seasonal_pattern
from quarterdeck.disciplines.demand.smoothing import Vector, trace

Matrix = npt.NDArray[np.float64]
FAR = 1e6
BOX = (  # start, first spread, lower and upper bound of alpha, gamma, level, beta*, phi and slope
    (0.3, 0.2, 1e-3, 0.9999),
    (0.1, 0.15, 1e-4, 0.9999),
    (0.0, 0.1, -FAR, FAR),
    (0.1, 0.1, 1e-4, 0.9999),
    (0.95, 0.02, 0.8, 0.98),
    (0.0, 0.02, -FAR, FAR),
)
EITHER, OF_TERMS, OF_FACTORS = 0, 1, 2


@njit(cache=True, error_model="numpy", nogil=True)
def choose_seasonal(
    y: Vector,
    length: int,
    limit: float,
    factors: bool,  # noqa: FBT001 - numba
    fitted: Matrix,
    ahead: Matrix,
) -> None:
    """Fills the rows either, additive and multiplicative with the seasonal form of least corrected Akaike criterion.

    Parameters
    ----------
    y, length
        Series and periods in a year.
    limit
        Criterion that a form of the first row must better.
    factors
        Whether multiplicative forms are tried as well.
    fitted, ahead
        Shapes (3, periods) and (3, horizon); a row that no form fills keeps what it holds.
    """
    n = y.size
    scale = np.abs(y).mean()
    if length <= 1 or length > LONGEST_FREE or n < 2 * length + 3 or not scale > 0.0:
        return
    least = np.array([limit, np.inf, np.inf])
    x, one, beyond = y.copy(), np.empty(n), np.empty(ahead.shape[1])
    for t in range(n):
        x[t] /= scale
    for which in range(form.SEASONAL_ADDITIVE, form.SEASONAL_MULTIPLICATIVE_DAMPED + 1):
        own = OF_FACTORS if which in (form.SEASONAL_MULTIPLICATIVE, form.SEASONAL_MULTIPLICATIVE_DAMPED) else OF_TERMS
        if own == OF_FACTORS and not factors:
            continue
        score = _seasonal_form(which, x, length, one, beyond)
        for row in (EITHER, own):
            if score < least[row]:
                least[row] = score
                for t in range(n):
                    fitted[row, t] = one[t] * scale
                for h in range(beyond.size):
                    ahead[row, h] = beyond[h] * scale


@njit(cache=True, error_model="numpy", nogil=True)
def _seasonal_form(which: int, x: Vector, length: int, fitted: Vector, ahead: Vector) -> float:
    multiplicative = which in (form.SEASONAL_MULTIPLICATIVE, form.SEASONAL_MULTIPLICATIVE_DAMPED)
    damped = which >= form.SEASONAL_ADDITIVE_DAMPED
    if multiplicative and x.min() <= 0.0:
        return np.inf
    season = seasonal_pattern(x, length, MULTIPLICATIVE if multiplicative else ADDITIVE, 0.0, False)  # noqa: FBT003
    if multiplicative and season.min() < 0.02:
        return np.inf
    years = x[: 2 * length].copy()
    for t in range(years.size):
        years[t] = years[t] / season[t % length] if multiplicative else years[t] - season[t % length]
    level = years[:length].mean()
    slope = (years[length:].mean() - level) / length
    count = 6 if damped else 3
    box = np.zeros((4, count))
    for d in range(count):
        start, spread, low, high = BOX[d]
        box[0, d], box[1, d], box[2, d], box[3, d] = start, spread, low, high
    box[0, 2] = level - slope * length / 2.0 if damped else level
    if damped:
        box[0, 5] = slope
    p, squares = fit(which, box, x, season)
    trace(which, p, x, season, fitted, ahead)
    score: float = criterion(squares, x.size, box.shape[1] + length)
    return score
