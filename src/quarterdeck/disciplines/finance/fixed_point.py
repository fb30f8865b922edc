"""Money as whole numbers, so that sums do not hang on their order and parts add up to the whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

COST_SCALE = 100_000_000
"""Units of a roll-up in one unit of currency: costs are carried to the eighth decimal."""

MONEY_SCALE = 10_000
"""Units of a ledger in one unit of currency: amounts have four decimals."""

LARGEST = 9.0e18


def scaled(amounts: npt.ArrayLike, scale: int) -> Ints:
    """Amounts as whole multiples of ``1 / scale``, half to even; those beyond int64 stop at its end.

    >>> scaled([1.5, 0.00005], 10_000).tolist()
    [15000, 0]
    """
    return np.rint(np.clip(np.asarray(amounts, dtype=np.float64) * scale, -LARGEST, LARGEST)).astype(np.int64)


def times(amounts: Ints, factors: npt.ArrayLike) -> Ints:
    """Whole amounts times real factors, each product rounded half to even.

    >>> times(np.array([10, 15]), [0.25, 2]).tolist()
    [2, 30]
    """
    product = amounts.astype(np.float64) * np.asarray(factors, dtype=np.float64)
    return np.rint(np.clip(product, -LARGEST, LARGEST)).astype(np.int64)


def rounded_parts(parts: Ints, divisor: int) -> Ints:
    """Parts in a coarser unit whose sum is the rounded sum of the whole (largest remainders first).

    Parameters
    ----------
    parts
        Fine units, shape (rows, parts).
    divisor
        Fine units in one coarse unit.

    Returns
    -------
    Ints
        Coarse units, shape (rows, parts); ``sum(axis=1)`` is the whole, rounded half up.

    >>> rounded_parts(np.array([[34, 33, 33]]), 50).tolist()
    [[1, 1, 0]]
    """
    whole = np.floor_divide(parts.sum(axis=1) + divisor // 2, divisor)
    lower = np.floor_divide(parts, divisor)
    missing = whole - lower.sum(axis=1)
    order = np.argsort(-(parts - lower * divisor), axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    rounded: Ints = lower + (rank < missing[:, None])
    return rounded


def money(units: npt.ArrayLike) -> pl.Series:
    """Ledger units as exact decimals with four places.

    >>> money([12345]).to_list()
    [Decimal('1.2345')]
    """
    values = np.asarray(units, dtype=np.int64)
    return pl.Series(values / MONEY_SCALE, dtype=pl.Float64).round(4).cast(pl.Decimal(18, 4))


def units_of(amounts: pl.Series) -> Ints:
    """Exact decimals as ledger units; empty ones count as 0."""
    return scaled(amounts.cast(pl.Float64).fill_null(0.0).to_numpy(), MONEY_SCALE)


def codes_of(values: Iterable[Any], index: dict[Any, int]) -> Ints:
    """Positions of the values in ``index``; -1 where one is not in it."""
    return np.array([index.get(value, -1) for value in values], dtype=np.int64)
