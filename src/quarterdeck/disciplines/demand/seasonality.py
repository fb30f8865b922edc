"""Whether a series has a season, and what it looks like."""

from __future__ import annotations

import numpy as np
from numba import njit

from quarterdeck.disciplines.demand.smoothing import Vector

NO_SEASON, ADDITIVE, MULTIPLICATIVE = 0, 1, 2
LONGEST_FREE = 24  # longer seasons are drawn by a few waves: one free value per period would be mostly noise
WAVES = 4


@njit(cache=True, error_model="numpy", nogil=True)
def has_season(y: Vector, length: int, critical: float) -> bool:
    """Whether the autocorrelation at the season's lag stands out from that of the lags before it.

    Bartlett's test as used to choose deseasonalisation in the Theta method (Fiorucci et al. 2016):
    ``|r_m| > critical · sqrt((1 + 2 Σ r_k²) / n)`` for k below m; needs three whole seasons. 1.645 asks for 90 %
    certainty; where the pattern is shrunk afterwards, less will do.
    """
    n = y.size
    if length <= 1 or n < 3 * length:
        return False
    centred = y - y.mean()
    variance = np.dot(centred, centred)
    if not variance > 0.0:
        return False
    squares, last = 0.0, 0.0
    for lag in range(1, length + 1):
        last = np.dot(centred[: n - lag], centred[lag:]) / variance
        if lag < length:
            squares += last * last
    return bool(abs(last) > critical * np.sqrt((1.0 + 2.0 * squares) / n))


@njit(cache=True, error_model="numpy", nogil=True)
def seasonal_pattern(y: Vector, length: int, kind: int, decay: float, shrink: bool) -> Vector:  # noqa: FBT001
    """Factors (mean 1) or terms (mean 0) per place in the season, by classical decomposition.

    Ratios or differences to the centred moving average, averaged per place; shape (length). Place ``t % length``.
    Years count the less, by ``decay``, the older they are; ``shrink`` draws noisy patterns towards none.
    """
    n, half, multiplicative = y.size, length // 2, kind == MULTIPLICATIVE
    sums, counts, squares = np.zeros(length), np.zeros(length), np.zeros(length)
    for t in range(half, n - half):
        if length % 2 == 0:
            around = y[t - half + 1 : t + half].sum() + 0.5 * (y[t - half] + y[t + half])
        else:
            around = y[t - half : t + half + 1].sum()
        around /= length
        weight = np.exp(-decay * (n - 1 - t) / length)
        if multiplicative and not around > 1e-9:
            continue
        value = y[t] / around if multiplicative else y[t] - around
        sums[t % length] += weight * value
        squares[t % length] += weight * value * value
        counts[t % length] += weight
    neutral = 1.0 if multiplicative else 0.0
    noise = 0.0
    for j in range(length):
        if counts[j] > 0:
            sums[j] /= counts[j]
            noise += max(squares[j] / counts[j] - sums[j] * sums[j], 0.0) / length
        else:
            sums[j] = neutral
    mean = sums.mean()
    if multiplicative:
        sums = sums / mean if mean > 0 else np.ones(length)
    else:
        sums -= mean
    if shrink:
        _shrink(sums, neutral, noise / max(counts.mean() - 1.0, 0.5))
    return sums


@njit(cache=True, error_model="numpy", nogil=True)
def _shrink(pattern: Vector, neutral: float, noise: float) -> None:
    """Draws the places towards no season, the more the noisier each one's mean is beside their spread.

    The James–Stein estimator for seasonal factors: Miller and Williams, "Shrinkage estimators of time series seasonal
    factors and their effect on forecasting accuracy", 2003. ``noise`` is the variance of one place's mean.
    """
    spread = 0.0
    for value in pattern:
        spread += (value - neutral) ** 2
    if pattern.size <= 3 or not spread > 0.0:
        return
    weight = min((pattern.size - 3.0) * noise / spread, 1.0)
    for j in range(pattern.size):
        pattern[j] = neutral + (1.0 - weight) * (pattern[j] - neutral)


@njit(cache=True, error_model="numpy", nogil=True)
def wave_pattern(y: Vector, length: int) -> tuple[Vector, bool]:
    """A long season as a few waves: factors (mean 1) per place and whether they are worth having.

    Demand relative to a straight line is regressed on up to four sine and cosine pairs; their number is that of least
    BIC. Needs two whole seasons. The pattern is used only if BIC falls by more than six against none (strong
    evidence on the scale of Kass and Raftery, "Bayes factors", 1995).
    """
    n = y.size
    factors = np.ones(length)
    if n < 2 * length:
        return factors, False
    relative = _relative_to_line(y)
    base = n * np.log(np.dot(relative, relative) / n + 1e-12)
    best, chosen = base - 6.0, 0
    coefficients = np.zeros(2 * WAVES)
    for waves in range(1, WAVES + 1):
        found, squares = _regress(relative, length, waves)
        score = n * np.log(squares / n + 1e-12) + 2.0 * waves * np.log(n)
        if score < best:
            best, chosen = score, waves
            coefficients[: 2 * waves] = found
    for j in range(length):
        for w in range(chosen):
            angle = 2.0 * np.pi * (w + 1) * j / length
            factors[j] += coefficients[2 * w] * np.sin(angle) + coefficients[2 * w + 1] * np.cos(angle)
        factors[j] = max(factors[j], 0.05)
    return factors / factors.mean(), chosen > 0


@njit(cache=True, error_model="numpy", nogil=True)
def line(y: Vector) -> tuple[float, float]:
    """Intercept (at the first period) and slope of the least-squares line."""
    n = y.size
    if n < 2:
        return (y[0] if n else 0.0), 0.0
    middle = (n - 1) / 2.0
    mean, product = y.mean(), 0.0
    for t in range(n):
        product += (t - middle) * (y[t] - mean)
    slope = product / (n * (n * n - 1.0) / 12.0)
    return mean - slope * middle, slope


@njit(cache=True, error_model="numpy", nogil=True)
def _relative_to_line(y: Vector) -> Vector:
    intercept, slope = line(y)
    floor = max(0.1 * y.mean(), 1e-12)
    out = np.empty(y.size)
    for t in range(y.size):
        out[t] = y[t] / max(intercept + slope * t, floor) - 1.0
    out -= out.mean()
    return out


@njit(cache=True, error_model="numpy", nogil=True)
def _regress(x: Vector, length: int, waves: int) -> tuple[Vector, float]:
    n, count = x.size, 2 * waves
    design = np.empty((n, count))
    for t in range(n):
        for w in range(waves):
            angle = 2.0 * np.pi * (w + 1) * t / length
            design[t, 2 * w] = np.sin(angle)
            design[t, 2 * w + 1] = np.cos(angle)
    moments = design.T @ design
    for j in range(count):
        moments[j, j] += 1e-9 * n
    found: Vector = np.linalg.solve(moments, design.T @ x).astype(np.float64)
    rest = x - design @ found
    squares: float = np.dot(rest, rest)
    return found, squares
