"""Codes for rows that have none: the same row gets the same code, whatever other rows there are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

Words = npt.NDArray[np.uint64]

DIGITS = 12
_FACTOR = 0x100000001B3  # the prime of the Fowler–Noll–Vo hash


def stable_codes(prefix: str, keys: Sequence[pl.Series]) -> pl.Series:
    """A code for each row that only its own keys decide.

    Parameters
    ----------
    prefix
        What every code begins with.
    keys
        Columns that tell the rows apart, texts or whole numbers. Rows whose keys are the same are told apart by their
        order; two different rows of a million share a number about once in two tables, and the later one then
        takes the next number.

    >>> both = stable_codes("D", [pl.Series(["SO-1", "SO-2"]), pl.Series(["1", "1"])])
    >>> both[1] == stable_codes("D", [pl.Series(["SO-2"]), pl.Series(["1"])])[0]
    True
    """
    number = np.full(keys[0].len(), 14695981039346656037, np.uint64)
    for key in keys:
        words = _of_texts(key) if key.dtype == pl.String else key.to_numpy().astype(np.int64).view(np.uint64)
        number = mixed(number ^ mixed(words))
    digits = pl.Series(_apart(number % np.uint64(10**DIGITS)), dtype=pl.UInt64).cast(pl.String).str.zfill(DIGITS)
    return pl.select(pl.concat_str(pl.lit(prefix), digits)).to_series()


def _of_texts(texts: pl.Series) -> Words:
    """A number for each text: a polynomial in its bytes; an empty text and none are different."""
    known = texts.fill_null("\0")
    length = known.str.len_bytes().to_numpy().astype(np.int64)
    data = np.frombuffer("".join(known.to_list()).encode(), np.uint8).astype(np.uint64) + np.uint64(1)
    first = np.cumsum(length) - length
    powers = np.cumprod(np.full(int(length.max(initial=0)) + 1, _FACTOR, np.uint64))
    weighted = data * powers[np.arange(data.size) - np.repeat(first, length)]
    total = np.concatenate((np.zeros(1, np.uint64), np.cumsum(weighted)))
    return np.asarray(total[first + length] - total[first] + length.astype(np.uint64))


def mixed(values: Words) -> Words:
    """Bits spread over the whole number (the finaliser of the generator SplitMix64)."""
    spread = values + np.uint64(0x9E3779B97F4A7C15)
    spread = (spread ^ (spread >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    spread = (spread ^ (spread >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(spread ^ (spread >> np.uint64(31)))


def _apart(numbers: Words) -> Words:
    """The numbers, of which those met before move on to the next that is free."""
    while True:
        ranked = np.argsort(numbers, kind="stable")
        again = np.concatenate(([False], numbers[ranked][1:] == numbers[ranked][:-1]))
        if not again.any():
            return numbers
        numbers[ranked[again]] = (numbers[ranked[again]] + np.uint64(1)) % np.uint64(10**DIGITS)
