"""What is expected to expire before it is used, the first to expire being used first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]

LEAST_DEMAND = 1e-9
ROUNDS = 25
MOST = 0.95  # of a lot that may be lost


def expected_waste(
    level: Vector, lot: Vector, mean: Vector, variance: Vector, days: tuple[Vector, Vector]
) -> tuple[Vector, Vector]:
    """Units expected to expire of each order, and in a year, each of shape (items).

    Parameters
    ----------
    level
        Stock and orders on their way just after ordering: what is ordered up to [units].
    lot
        Quantity of an order [units].
    mean, variance
        Demand a day [units, units squared].
    days
        Days from order to receipt, and days for which what is received may be kept; infinite where it never expires.

    Notes
    -----
    Of a lot that is ordered when ``level - lot`` is there or on its way, what demand until its last day does not
    reach expires: ``E(level - D)⁺ - E(level - lot - D)⁺`` with D the demand over replenishment time and shelf life
    together (Chiu, "An approximation to the continuous review inventory model with perishable items and lead times",
    1995). What earlier lots lose in that time is gone as well, found by iteration; else much waste is counted twice.
    Demand is gamma distributed. Waste is ordered anew: ``λ / (lot - waste)`` orders a year.
    """
    lead, shelf = days
    finite = np.isfinite(shelf) & (mean > LEAST_DEMAND) & (lot > 0.0)
    span = np.where(finite, lead + np.where(finite, shelf, 0.0), 1.0)
    rate = np.maximum(mean, LEAST_DEMAND)
    lost = np.zeros(mean.size)  # a day
    each = np.zeros(mean.size)
    for _ in range(ROUNDS):
        gone = (rate + lost) * span
        over, before = (_left(part, gone, variance * span) for part in (level, np.maximum(level - lot, 0.0)))
        each = np.where(finite, np.clip(over - before, 0.0, lot * MOST), 0.0)
        lost = (lost + each * mean / np.maximum(lot - each, LEAST_DEMAND)) / 2.0
    return each, np.where(finite, 365.0 * lost, 0.0)


def most_worth_keeping(mean: Vector, days: tuple[Vector, Vector]) -> Vector:
    """Stock and orders on their way beyond which more is lost than used: demand until the last day, shape (items)."""
    lead, shelf = days
    return np.where(np.isfinite(shelf), mean * (lead + np.where(np.isfinite(shelf), shelf, 0.0)), np.inf)


def _left(level: Vector, mean: Vector, variance: Vector) -> Vector:
    """What is expected to be left of ``level``: ``E(level - D)⁺`` for gamma distributed D."""
    from scipy.special import gammainc  # noqa: PLC0415 - scipy takes a while to load

    ratio = np.clip(mean / np.sqrt(np.maximum(variance, 1e-18)), 1e-3, 1e4)
    shape = ratio * ratio
    reach = np.maximum(level, 0.0) / np.maximum(mean / shape, 1e-300)
    return np.asarray(level * gammainc(shape, reach) - mean * gammainc(shape + 1.0, reach), np.float64)
