"""What kind of demand a series is: smooth, erratic, intermittent, lumpy, new or fading."""

from __future__ import annotations

import numpy as np
from numba import njit

from quarterdeck.disciplines.demand.smoothing import Vector

PATTERNS = ("smooth", "erratic", "intermittent", "lumpy", "new", "fading", "none")
SMOOTH, ERRATIC, INTERMITTENT, LUMPY, NEW, FADING, NONE = range(7)
INTERVAL = 1.32
SQUARED_VARIATION = 0.49
FADED = 0.65


@njit(cache=True, error_model="numpy", nogil=True)
def interval_and_variation(y: Vector) -> tuple[float, float]:
    """Mean interval between periods with demand (ADI) and squared coefficient of variation of their sizes (CV²)."""
    count, total, squares = 0, 0.0, 0.0
    for value in y:
        if value > 0.0:
            count += 1
            total += value
            squares += value * value
    if count == 0:
        return np.inf, 0.0
    mean = max(total / count, 1e-100)
    return y.size / count, max(squares / count / (mean * mean) - 1.0, 0.0)


@njit(cache=True, error_model="numpy", nogil=True)
def classify(y: Vector, young: int, year: int) -> int:
    """The pattern of a series that begins with its first demand and ends now.

    Parameters
    ----------
    y
        Demand per period, shape (periods).
    young
        Fewer periods than this make it new.
    year
        Periods in a year, by which fading is judged.

    Notes
    -----
    Boundaries of Syntetos, Boylan and Croston ("On the categorization of demand patterns", 2005): ADI 1.32,
    CV² 0.49. Fading: the last half year brought less than 65 % of the same half year before, by more than chance
    explains.
    """
    if not y.size or not y.max() > 0.0:
        return SMOOTH if y.size and y.min() < 0.0 else NONE  # what only ever comes back is a series all the same
    if y.size < young:
        return NEW
    if _fades(y, year):
        return FADING
    basic: int = basic_class(y)
    return basic


@njit(cache=True, error_model="numpy", nogil=True)
def basic_class(y: Vector) -> int:
    """Smooth, erratic, intermittent or lumpy by ADI and CV² alone."""
    interval, variation = interval_and_variation(y)
    if interval < INTERVAL:
        return SMOOTH if variation < SQUARED_VARIATION else ERRATIC
    return INTERMITTENT if variation < SQUARED_VARIATION else LUMPY


@njit(cache=True, error_model="numpy", nogil=True)
def _fades(y: Vector, year: int) -> bool:
    """Whether the last half year brought far less than the same months a year ago, and than the year before it."""
    half = year // 2
    if half < 3 or y.size < year + half:
        return False
    now, then = y[y.size - half :], y[y.size - half - year : y.size - year]
    between = y[y.size - half - year : y.size - half]
    error = np.sqrt((now.var() + then.var()) / half)
    fallen = min(then.mean(), between.mean())
    return bool(now.mean() < FADED * fallen and fallen - now.mean() > 3.0 * error)
