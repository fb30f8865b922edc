"""Whether a series has a season, and what it looks like."""

from __future__ import annotations

import numpy as np
from numba import njit

from quarterdeck.disciplines.demand.smoothing import Vector

NO_SEASON, ADDITIVE, MULTIPLICATIVE = 0, 1, 2
LONGEST_FREE = 24  # longer seasons are drawn by a few waves: one free value per period would be mostly noise
WAVES = 4


@njit(cache=True, error_model="numpy")
def has_season(y: Vector, length: int, critical: float = 1.645) -> bool:
    """Whether the autocorrelation at the season's lag stands out from that of the lags before it.

    Bartlett's test as used to choose deseasonalisation in the Theta method (Fiorucci et al. 2016):
    ``|r_m| > critical · sqrt((1 + 2 Σ r_k²) / n)`` for k below m; needs three whole seasons.
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


@njit(cache=True, error_model="numpy")
def seasonal_pattern(y: Vector, length: int, kind: int, decay: float) -> Vector:
    """Factors (mean 1) or terms (mean 0) per place in the season, by classical decomposition.

    Ratios or differences to the centred moving average, averaged per place; shape (length). Place ``t % length``.
    """
    n, half, multiplicative = y.size, length // 2, kind == MULTIPLICATIVE
    sums, counts = np.zeros(length), np.zeros(length)
    for t in range(half, n - half):
        if length % 2 == 0:
            around = y[t - half + 1 : t + half].sum() + 0.5 * (y[t - half] + y[t + half])
        else:
            around = y[t - half : t + half + 1].sum()
        around /= length
        weight = np.exp(-decay * (n - 1 - t) / length)
        if not multiplicative:
            sums[t % length] += weight * (y[t] - around)
            counts[t % length] += weight
        elif around > 1e-9:
            sums[t % length] += weight * y[t] / around
            counts[t % length] += weight
    neutral = 1.0 if multiplicative else 0.0
    for j in range(length):
        sums[j] = sums[j] / counts[j] if counts[j] > 0 else neutral
    mean = sums.mean()
    if not multiplicative:
        sums -= mean
        return sums
    return sums / mean if mean > 0 else np.ones(length)


@njit(cache=True, error_model="numpy")
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


@njit(cache=True, error_model="numpy")
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


@njit(cache=True, error_model="numpy")
def _relative_to_line(y: Vector) -> Vector:
    intercept, slope = line(y)
    floor = max(0.1 * y.mean(), 1e-12)
    out = np.empty(y.size)
    for t in range(y.size):
        out[t] = y[t] / max(intercept + slope * t, floor) - 1.0
    out -= out.mean()
    return out


@njit(cache=True, error_model="numpy")
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
