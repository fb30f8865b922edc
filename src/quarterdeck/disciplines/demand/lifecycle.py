"""What the life of a product does to its forecast: launch, end of sale, and the little that new ones show."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

FULL_TRUST_WEEKS = 8.0
FOREVER = np.iinfo(np.int64).max // 4


def selling_share(first: Whole, last: Whole, today: Whole, weeks: int) -> Matrix:
    """Share of each week on which the item is sold, from its first to its last day, shape (series, weeks)."""
    start = today[:, None] + 7 * np.arange(weeks)[None, :]
    begin = np.maximum(start, first[:, None])
    end = np.minimum(start + 7, last[:, None] + 1)
    return np.asarray(np.clip(end - begin, 0, 7) / 7.0, dtype=np.float64)


def shrunk_level(level: Vector, age: Vector, family: Whole, settled: npt.NDArray[np.bool_]) -> Vector:
    """Weekly level of new items drawn towards their family's typical level, the more the younger they are.

    The weight of the item's own weeks is ``age / (age + 8)`` up to eight weeks of age, as for a mean with a prior worth
    eight weeks; families without settled items leave the level as it is.

    Parameters
    ----------
    level, age
        Own weekly level and age in weeks, shape (series).
    family
        Number of the family, below zero for none, shape (series).
    settled
        Series old enough to speak for the family, shape (series).
    """
    out = level.copy()
    for group in np.unique(family[family >= 0]):
        known = settled & (family == group)
        if not known.any():
            continue
        young = ~settled & (family == group)
        trust = age[young] / (age[young] + FULL_TRUST_WEEKS)
        out[young] = trust * level[young] + (1.0 - trust) * np.median(level[known])
    return out
