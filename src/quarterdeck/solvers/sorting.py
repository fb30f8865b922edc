"""The order of rows by whole-number keys: digit by digit, which takes no comparisons."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Integers = npt.NDArray[np.int64]
_BITS = 11
_DIGITS = 1 << _BITS


def ranked_by(*keys: npt.NDArray[np.integer]) -> Integers:
    """Rows in ascending order of their keys, the first key counting most; rows alike stay in their order.

    The same as ``numpy.lexsort`` of the keys in reverse, in a fifth of its time for tens of thousands of rows.

    Parameters
    ----------
    keys
        Whole numbers that fit 64 bits with sign, each of shape (rows).

    Returns
    -------
    Integers
        Row numbers, shape (rows).

    >>> ranked_by(np.array([2, 1, 2]), np.array([5, 9, 4])).tolist()
    [1, 2, 0]
    """
    if not keys[0].size:
        return np.zeros(0, np.int64)
    table = np.empty((len(keys), keys[0].size), np.int64)
    for row, key in enumerate(keys):
        table[row] = key
    order: Integers = _by_digits(table)
    return order


@njit(cache=True)
def _by_digits(keys: Integers) -> Integers:
    """Stable passes from the last digit of the last key to the first digit of the first (radix sort)."""
    rows = keys.shape[1]
    order, other = np.arange(rows), np.empty(rows, np.int64)
    place = np.empty(_DIGITS, np.int64)
    for number in range(keys.shape[0] - 1, -1, -1):
        key = keys[number]
        low = key.min()
        span = np.uint64(key.max() - low)
        shift = np.uint64(0)
        while shift < 64 and span >> shift > 0:
            _first_places(key, low, shift, place)
            for row in order:
                digit = _digit(key[row], low, shift)
                other[place[digit]] = row
                place[digit] += 1
            order, other = other, order
            shift += np.uint64(_BITS)
    return order


@njit(cache=True)
def _first_places(key: Integers, low: int, shift: int, place: Integers) -> None:
    """Where the rows with each digit begin in the sorted order."""
    place[:] = 0
    for value in key:
        place[_digit(value, low, shift)] += 1
    total = 0
    for digit in range(_DIGITS):
        total, place[digit] = total + place[digit], total


@njit(cache=True)
def _digit(value: int, low: int, shift: int) -> np.int64:
    return np.int64((np.uint64(value - low) >> shift) & np.uint64(_DIGITS - 1))
