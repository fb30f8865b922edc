"""Single values far from their surroundings, drawn in for fitting only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

AROUND = 4  # periods on each side
FAR, NEAR = 6.0, 3.0  # in robust standard deviations: what is an outlier, and where it is drawn to
LEAST_PERIODS = 16
RARE = 0.02


@njit(cache=True, error_model="numpy", nogil=True)
def winsorised(values: Vector, pointers: Whole, season: int) -> tuple[Vector, Whole]:
    """The series with outliers drawn in, and how many each had.

    A value is an outlier if it lies more than six robust standard deviations (1.4826 times the median absolute
    deviation) from the median of the nine periods around it, by more than half of that median, and if the same did not
    happen a year before or after. Where more than one value in fifty is like that, it is the nature of the series and
    nothing is changed. Series with many zeros are left alone.

    Parameters
    ----------
    values, pointers
        Series one after the other, shapes (all periods) and (series + 1).
    season
        Periods in a year.
    """
    out, counts = values.copy(), np.zeros(pointers.size - 1, np.int64)
    for i in range(counts.size):
        y = values[pointers[i] : pointers[i + 1]]
        if y.size < LEAST_PERIODS or (y > 0.0).mean() < 0.75:
            continue
        middle = _medians(y)
        distance = y - middle
        spread = 1.4826 * np.median(np.abs(distance))
        far = (np.abs(distance) > FAR * spread) & (np.abs(distance) > 0.5 * np.abs(middle)) & (spread > 0.0)
        found = 0
        for t in range(y.size):
            if far[t] and not (t >= season and far[t - season]) and not (t + season < y.size and far[t + season]):
                found += 1
                limit = max(NEAR * spread, 0.5 * abs(middle[t]))
                out[pointers[i] + t] = max(middle[t] + (limit if distance[t] > 0.0 else -limit), 0.0)
        if found > max(RARE * y.size, 1.0):
            out[pointers[i] : pointers[i + 1]] = y
            found = 0
        counts[i] = found
    return out, counts


@njit(cache=True, error_model="numpy", nogil=True)
def _medians(y: Vector) -> Vector:
    out = np.empty(y.size)
    for t in range(y.size):
        begin = max(min(t - AROUND, y.size - 2 * AROUND - 1), 0)
        out[t] = np.median(y[begin : begin + 2 * AROUND + 1])
    return out
