"""Periods of which nothing is known, filled so that they pull a forecast neither up nor down."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.demand.smoothing import Vector

Whole = npt.NDArray[np.int64]
AROUND = 4  # known periods on each side that speak for one that is missing


@njit(cache=True, error_model="numpy", nogil=True)
def filled(values: Vector, pointers: Whole, season: int) -> Vector:
    """The series with every value that is no finite number replaced, shape as ``values``.

    It becomes the mean of up to four known periods on each side, times the mean ratio of the same place a season
    before and after to the mean around those, where they are known. A series of which nothing is known is zero.

    Parameters
    ----------
    values, pointers
        Series one after the other, shapes (all periods) and (series + 1).
    season
        Periods in a season.
    """
    out = values.copy()
    for i in range(pointers.size - 1):
        y = values[pointers[i] : pointers[i + 1]]
        for t in range(y.size):
            if not np.isfinite(y[t]):
                level = _around(y, t)
                ratio, count = 0.0, 0
                for place in (t - season, t + season):
                    if season > 1 and 0 <= place < y.size and np.isfinite(y[place]):
                        there = _around(y, place)
                        if there > 0.0:
                            ratio += min(y[place] / there, 4.0)
                            count += 1
                out[pointers[i] + t] = level * ratio / count if count and level > 0.0 else level
    return out


@njit(cache=True, error_model="numpy", nogil=True)
def _around(y: Vector, t: int) -> float:
    total, count = 0.0, 0
    for side in (-1, 1):
        found, place = 0, t + side
        while 0 <= place < y.size and found < AROUND:
            if np.isfinite(y[place]):
                total += y[place]
                found += 1
            place += side
        count += found
    return total / count if count else 0.0
