"""ABC by yearly value, XYZ by spread of demand, and the service level each class deserves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Text = npt.NDArray[np.str_]

LARGE_SHARE, MOST_SHARE = 0.80, 0.95
CALM, RESTLESS = 0.5, 1.0
SHORTFALL = {"A": 0.6, "B": 1.0, "C": 1.4}
COMPONENT_SHORTFALL = 0.4
LEAST_DEMAND = 1e-12  # less a week is none


def abc(value: Vector) -> Text:
    """Class of each item by yearly value: A the largest that make 80 % of all value, B those up to 95 %, C the rest.

    An item belongs to the class in which its value begins, so that the most valuable is always A. Equal values share
    the order in which they stand. Items without value are C.

    >>> abc(np.array([700.0, 200.0, 60.0, 40.0, 0.0])).tolist()
    ['A', 'A', 'B', 'C', 'C']
    """
    order = np.argsort(-value, kind="stable")
    total = value.sum()
    before = np.empty_like(value)
    before[order] = np.cumsum(value[order]) - value[order]
    share = before / total if total > 0 else np.ones_like(value)
    wide = np.where(share < LARGE_SHARE - 1e-12, "A", np.where(share < MOST_SHARE - 1e-12, "B", "C"))
    return np.where(value > 0, wide, "C")


def xyz(mean: Vector, spread: Vector) -> Text:
    """Class of each item by the coefficient of variation of weekly demand: X below 0.5, Y below 1, Z the rest.

    >>> xyz(np.array([10.0, 10.0, 10.0, 0.0]), np.array([2.0, 7.0, 20.0, 1.0])).tolist()
    ['X', 'Y', 'Z', 'Z']
    """
    variation = np.divide(spread, mean, out=np.full_like(mean, np.inf), where=mean > LEAST_DEMAND)
    return np.where(variation < CALM, "X", np.where(variation < RESTLESS, "Y", "Z"))


def service_level(wanted: Vector, classes: Text, component: npt.NDArray[np.bool_], usual: float) -> Vector:
    """Service level of each item: the one asked for, else the usual one, a little above it for A and below for C.

    The shortfall ``1 - usual`` is multiplied by 0.6, 1 or 1.4, so that the assortment keeps about the usual level. For
    parts that only go into products it is multiplied by 0.4: one missing part stops a whole product.

    Parameters
    ----------
    wanted
        Service level asked for, NaN where none is, shape (items).
    classes, component
        ABC class, and whether the item is only a component, shape (items).
    usual
        Level for the assortment, between 0 and 1.
    """
    factor = np.array([SHORTFALL[name] for name in classes], dtype=np.float64)
    factor = np.where(component, COMPONENT_SHORTFALL, factor)
    return np.where(np.isnan(wanted), np.clip(1.0 - (1.0 - usual) * factor, 0.0, 0.9999), wanted)
