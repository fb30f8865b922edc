"""Quantiles of demand from its mean and variance: negative binomial for counts, gamma for measures."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[np.float64]
LEAST = 1e-12  # less demand than this is none
LARGE_COUNT = 250.0  # beyond it, and beyond four times it as spread, steps of one are finer than any estimate
ALIKE = 0.95  # of the mean, from which on a variance is that of a Poisson distribution
LEAST_NARROW = 0.95  # less demand than this comes in single units: it cannot vary less than about its mean
POINT = 1e-4  # of the mean: a lesser spread is none
STEADIEST = 0.03  # of the mean: the spread of counts that never varied, where Poisson's is not less


def demand_quantiles(mean: Array, variance: Array, levels: Array, counts: npt.NDArray[np.bool_]) -> Array:
    """Quantiles of non-negative demand, shape (series, levels).

    Parameters
    ----------
    mean, variance
        Moments, shape (series); a variance of zero gives the mean.
    levels
        Probabilities, ascending, shape (levels), or (series, levels).
    counts
        Whether demand comes in whole units, shape (series).

    Notes
    -----
    Counts follow the negative binomial of that mean and variance (Poisson where the two are alike or the mean is below
    one); measures, counts above 250, of a spread above 1,000 or whose variance is below the mean, the gamma
    distribution of that mean and variance, in whole units for counts. Counts of no spread at all may
    still vary once: they are given three hundredths of the mean, or Poisson's spread where that is less.

    >>> demand_quantiles(np.array([2.0]), np.array([2.0]), np.array([0.5, 0.95]), np.array([True])).tolist()
    [[2.0, 5.0]]
    """
    wanted = np.ascontiguousarray(np.broadcast_to(levels, (mean.size, np.shape(levels)[-1])), dtype=np.float64)
    out = np.zeros(wanted.shape)
    small, variance = _forms(mean, variance, counts)
    if small.any():
        out[small] = _count_quantiles(mean[small], variance[small], wanted[small])
    rest = ~small & (mean > LEAST)
    if rest.any():
        out[rest] = _gamma_quantiles(mean[rest], variance[rest], wanted[rest])
        whole = rest & counts
        out[whole] = np.ceil(out[whole] - 0.5)
    return out


def demand_met(mean: Array, variance: Array, levels: Array, counts: npt.NDArray[np.bool_]) -> Array:
    """Probability that demand is no more than each level, shape (series, levels): ``demand_quantiles`` turned round.

    Parameters
    ----------
    mean, variance, counts
        As of :func:`demand_quantiles`.
    levels
        Quantities, rising in each row, shape (series, levels).

    >>> demand_met(np.array([2.0]), np.array([2.0]), np.array([[2.0, 5.0]]), np.array([True])).round(4).tolist()
    [[0.6767, 0.9834]]
    """
    from scipy.special import gammainc  # noqa: PLC0415 - scipy takes a while to load

    small, variance = _forms(mean, variance, counts)
    out = np.ones(levels.shape)
    if small.any():
        out[small] = _count_met(mean[small], variance[small], np.ascontiguousarray(levels[small]))
    if (rest := ~small & (mean > LEAST)).any():
        m = mean[rest, None]
        share = np.clip(np.sqrt(np.maximum(variance[rest, None], 0.0)) / m, POINT, 1e4) ** 2
        reach = levels[rest] + 0.5 * counts[rest, None]  # quantiles are rounded to the nearest
        out[rest] = gammainc(1.0 / share, np.maximum(reach, 0.0) / (m * share))
    return np.where(levels < 0.0, 0.0, out)


def _forms(mean: Array, variance: Array, counts: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.bool_], Array]:
    """Where demand is counted one by one, and the variance with a little for what never varied."""
    small = counts & (mean <= LARGE_COUNT) & (mean > LEAST) & (variance <= LARGE_COUNT**2 * 16.0)
    narrow = counts & (mean > LEAST_NARROW) & (variance < ALIKE * mean)
    still = narrow & (variance <= (POINT * mean) ** 2)
    return small & ~narrow, np.where(still, np.minimum((STEADIEST * mean) ** 2, mean), variance)


def _gamma_quantiles(mean: Array, variance: Array, levels: Array) -> Array:
    from scipy.special import gammaincinv  # noqa: PLC0415 - scipy takes a while to load

    share = np.sqrt(np.maximum(variance, 0.0)) / mean
    square = np.clip(share, POINT, 1e4) ** 2  # below it the gamma is a point and its inverse slow, above it all zero
    found = gammaincinv(1.0 / square[:, None], levels) * (mean * square)[:, None]
    return np.where((share < POINT)[:, None], mean[:, None], found)


@njit(cache=True, error_model="numpy")
def _count_quantiles(mean: Array, variance: Array, levels: Array) -> Array:
    out = np.zeros(levels.shape)
    for i in range(mean.size):
        excess = variance[i] - mean[i]
        over = excess > 1e-6 * mean[i]
        size = mean[i] * mean[i] / excess if over else 0.0
        share = mean[i] / (size + mean[i]) if over else 0.0
        chance = np.exp(size * np.log1p(-share)) if over else np.exp(-mean[i])
        below, k = chance, 0.0
        limit = mean[i] + 60.0 * np.sqrt(max(variance[i], mean[i])) + 60.0
        for j in range(levels.shape[1]):
            while below < levels[i, j] and k < limit:
                chance *= (size + k) / (k + 1.0) * share if over else mean[i] / (k + 1.0)
                k += 1.0
                below += chance
            out[i, j] = k
    return out


@njit(cache=True, error_model="numpy")
def _count_met(mean: Array, variance: Array, levels: Array) -> Array:
    """Chance of no more than each level; the levels of a row rise."""
    out = np.zeros(levels.shape)
    for i in range(mean.size):
        excess = variance[i] - mean[i]
        over = excess > 1e-6 * mean[i]
        size = mean[i] * mean[i] / excess if over else 0.0
        share = mean[i] / (size + mean[i]) if over else 0.0
        chance = np.exp(size * np.log1p(-share)) if over else np.exp(-mean[i])
        below, k = chance, 0.0
        for j in range(levels.shape[1]):
            while k + 1.0 <= levels[i, j] and below < 1.0 - 1e-15:
                chance *= (size + k) / (k + 1.0) * share if over else mean[i] / (k + 1.0)
                k += 1.0
                below += chance
            out[i, j] = min(below, 1.0)
    return out


def chances(mean: float, variance: float, most: int = 2_000) -> Array:
    """Probability that 0, 1, 2, … are wanted, until all but a billionth is counted, shape (quantities).

    Negative binomial where the variance is above the mean, Poisson where they are alike, else a gamma distribution
    rounded to whole numbers.

    >>> chances(2.0, 2.0)[:3].round(4).tolist()
    [0.1353, 0.2707, 0.2707]
    """
    from scipy.special import gammainc, gammaln  # noqa: PLC0415 - scipy takes a while to load

    if mean <= LEAST:
        return np.array([1.0 - 1e-9, 1e-9])
    spread = float(np.sqrt(max(variance, 1e-4 * mean * mean)))
    number = np.arange(min(int(mean + 40.0 * max(spread, np.sqrt(mean))) + 20, most), dtype=np.float64)
    if variance > mean * (1.0 + 1e-6):
        size = mean * mean / (variance - mean)
        known = gammaln(number + size) - gammaln(size) - gammaln(number + 1.0)
        found = np.exp(known + size * np.log(size / (size + mean)) + number * np.log(mean / (size + mean)))
    elif variance >= ALIKE * mean:
        found = np.exp(number * np.log(mean) - mean - gammaln(number + 1.0))
    else:
        shape, scale = (mean / spread) ** 2, spread**2 / mean
        found = np.diff(gammainc(shape, np.maximum(np.append(number, number.size) - 0.5, 0.0) / scale))
    found = found[: int(np.searchsorted(np.cumsum(found), found.sum() * (1.0 - 1e-12))) + 1]
    found[0] = min(found[0], found.sum() * (1.0 - 1e-9))
    return np.asarray(found / found.sum(), np.float64)
