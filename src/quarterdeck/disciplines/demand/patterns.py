"""What kind of demand a series is: smooth, erratic, intermittent, lumpy, new or fading."""

from __future__ import annotations

import numpy as np
from numba import njit

from quarterdeck.disciplines.demand.smoothing import Vector

PATTERNS = ("smooth", "erratic", "intermittent", "lumpy", "new", "fading", "none")
SMOOTH, ERRATIC, INTERMITTENT, LUMPY, NEW, FADING, NONE = range(7)
INTERVAL = 1.32
SQUARED_VARIATION = 0.49


@njit(cache=True, error_model="numpy")
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
    mean = total / count
    return y.size / count, max(squares / count / (mean * mean) - 1.0, 0.0)


@njit(cache=True, error_model="numpy")
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
    CV² 0.49. Fading: the last quarter of a year brought less than a quarter of what the same span brought on
    average in the year before it, and less than chance explains.
    """
    interval, variation = interval_and_variation(y)
    if interval == np.inf:
        return NONE
    if y.size < young:
        return NEW
    if _fades(y, max(year // 4, 3), year):
        return FADING
    if interval < INTERVAL:
        return SMOOTH if variation < SQUARED_VARIATION else ERRATIC
    return INTERMITTENT if variation < SQUARED_VARIATION else LUMPY


@njit(cache=True, error_model="numpy")
def _fades(y: Vector, recent: int, year: int) -> bool:
    before = y[max(y.size - recent - year, 0) : max(y.size - recent, 0)]
    if before.size < 2 * recent:
        return False
    expected, spread = before.mean(), before.std()
    now = y[y.size - recent :].mean()
    return bool(now < 0.25 * expected and expected - now > 3.0 * spread / np.sqrt(recent))
