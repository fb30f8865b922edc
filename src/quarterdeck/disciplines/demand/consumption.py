"""Sales orders use up forecast: first that of their own week, then of the weeks before, then of those after."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@njit(cache=True, error_model="numpy", nogil=True)
def consume(forecast: Matrix, series: Whole, week: Whole, quantity: Vector, reach: int) -> Matrix:
    """Part of each week's forecast that orders cover, shape (series, weeks), never more than the forecast.

    Parameters
    ----------
    forecast
        Expected demand, shape (series, weeks).
    series, week, quantity
        Series, week and open quantity of each order, shape (orders), in the order in which they may choose.
    reach
        Weeks before and after its own in which an order may use up forecast.
    """
    covered = np.zeros_like(forecast)
    weeks = forecast.shape[1]
    for k in range(series.size):
        i, own, left = series[k], week[k], quantity[k]
        for step in range(2 * reach + 1):
            w = own - step if step <= reach else own + step - reach
            if 0 <= w < weeks and left > 0.0:
                used = min(left, forecast[i, w] - covered[i, w])
                covered[i, w] += used
                left -= used
    return covered


@njit(cache=True, error_model="numpy", nogil=True)
def whole_parts(net: Matrix, unit: Vector) -> Matrix:
    """Quantities in multiples of each series' smallest unit; running totals stay within half a unit of ``net``'s."""
    out = np.zeros_like(net)
    for i in range(net.shape[0]):
        total, given = 0.0, 0.0
        for w in range(net.shape[1]):
            total += net[i, w]
            now = np.floor(total / unit[i] + 0.5 + 1e-9) * unit[i]
            if now > given:
                out[i, w] = now - given
                given = now
    return out
