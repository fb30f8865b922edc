"""Demand that comes now and then as two questions: whether any comes, and how much if it does.

What one series cannot answer for lack of demand, all series of a panel answer together: how often demand comes again
after such a past, and how far single sizes lie from their mean.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.demand.smoothing import Vector

Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

SIGNS = 9  # what is seen of a series' past
FADE = 0.97  # by which a size counts less with every period that it is older
OWN = 40.0  # sizes of its own at which a series is believed half
POINTS = 200  # of the distribution of sizes of all series
LONGEST = 100  # newest sizes of its own that a series remembers
STEPS = 12


@njit(cache=True, error_model="numpy", nogil=True)
def signs(values: Vector, pointers: Whole) -> Matrix:
    """What is seen of every past, shape (series, signs): how often demand came over several spans, and how long ago."""
    out = np.zeros((pointers.size - 1, SIGNS))
    for i in range(out.shape[0]):
        y = values[pointers[i] : pointers[i + 1]]
        n, count, since = y.size, 0, y.size
        for t in range(n):
            if y[t] > 0.0:
                count += 1
                since = n - 1 - t
        often = (count + 0.5) / (n + 2.0)
        smooth = often
        for t in range(n):
            smooth += 0.1 * ((1.0 if y[t] > 0.0 else 0.0) - smooth)
        out[i, 0], out[i, 1] = 1.0, _odds(often)
        for k in range(3):
            span, recent = min(6 * 2**k, n), 0
            for t in range(n - span, n):
                recent += y[t] > 0.0
            out[i, 2 + k] = _odds((recent + 0.5) / (span + 2.0))
        out[i, 5], out[i, 6] = np.log1p(since), _odds(min(max(smooth, 0.01), 0.99))
        out[i, 7], out[i, 8] = np.log1p(since) * out[i, 1], np.log(max(n, 1))
    return out


@njit(cache=True, error_model="numpy", nogil=True)
def _odds(chance: float) -> float:
    odds: float = np.log(chance / (1.0 - chance))
    return odds


def chance_weights(table: Matrix, share: Vector, weight: Vector) -> Matrix:
    """Logistic regression of the share of periods with demand on the signs, shape (3, signs).

    Rows: coefficients, means and scales of the signs. Newton's method on the likelihood with a ridge of one.
    """
    mean, scale = table.mean(axis=0), table.std(axis=0)
    mean[0], scale[0] = 0.0, 1.0
    scale[scale < 1e-9] = 1.0
    x = (table - mean) / scale
    ridge = np.full(SIGNS, 1.0)
    ridge[0] = 1e-6
    found = np.zeros(SIGNS)
    for _ in range(STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ found, -30.0, 30.0)))
        slope = x.T @ (weight * (share - p)) - ridge * found
        curve = (x * (weight * p * (1.0 - p))[:, None]).T @ x + np.diag(ridge)
        found = found + np.clip(np.linalg.solve(curve, slope), -2.0, 2.0)
    return np.stack([found, mean, scale])


def chances(table: Matrix, weights: Matrix) -> Vector:
    """Chance that a coming period brings demand, shape (series)."""
    score = ((table - weights[1]) / weights[2]) @ weights[0]
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(score, -30.0, 30.0))))


@njit(cache=True, error_model="numpy", nogil=True)
def mean_sizes(values: Vector, pointers: Whole) -> Vector:
    """Mean size of a demand of every series, newer ones counting more; zero without demand."""
    out = np.zeros(pointers.size - 1)
    for i in range(out.size):
        y = values[pointers[i] : pointers[i + 1]]
        total, weight, by = 0.0, 0.0, 1.0
        for t in range(y.size - 1, -1, -1):
            if y[t] > 0.0:
                total += by * y[t]
                weight += by
            by *= FADE
        out[i] = total / weight if weight > 0.0 else 0.0
    return out


@njit(cache=True, error_model="numpy", nogil=True)
def relative_sizes(values: Vector, pointers: Whole, actual: Matrix) -> tuple[Vector, Vector]:
    """Every size that came, relative to the mean size before it, and that mean, shapes (sizes)."""
    size = mean_sizes(values, pointers)
    ratio, mean = np.empty(actual.size), np.empty(actual.size)
    count = 0
    for i in range(actual.shape[0]):
        for h in range(actual.shape[1]):
            if actual[i, h] > 0.0 and size[i] > 0.0:
                ratio[count], mean[count] = actual[i, h] / size[i], size[i]
                count += 1
    return ratio[:count], mean[:count]


@njit(cache=True, error_model="numpy", nogil=True)
def _sizes(y: Vector, size: float, points: Vector, whole: bool) -> tuple[Vector, Vector]:  # noqa: FBT001
    """Sizes that may come, rising, and the chance of each: the series' own and those of all, scaled to its mean."""
    own, weight, count, by = np.empty(LONGEST), np.empty(LONGEST), 0, 1.0
    for t in range(y.size - 1, -1, -1):
        if y[t] > 0.0 and count < LONGEST:
            own[count], weight[count] = y[t], by
            count += 1
        by *= FADE
    trust = count / (count + OWN)
    values, chance = np.empty(count + POINTS), np.empty(count + POINTS)
    total = weight[:count].sum()
    for k in range(count):
        values[k], chance[k] = own[k], trust * weight[k] / total
    for k in range(POINTS):
        scaled = points[k] * size
        values[count + k] = max(np.rint(scaled), 1.0) if whole else scaled
        chance[count + k] = (1.0 - trust) / POINTS
    order = np.argsort(values)
    return values[order], chance[order]


@njit(cache=True, error_model="numpy", nogil=True)
def occurrence_quantiles(
    values: Vector, pointers: Whole, chance: Vector, cells: Whole, grids: Matrix, levels: Vector
) -> Matrix:
    """Quantiles of one coming period, shape (series, levels).

    Parameters
    ----------
    values, pointers
        Series one after the other, shapes (all periods) and (series + 1).
    chance, cells
        Chance of demand and row of ``grids`` of each series.
    grids
        Sizes of all series relative to their mean, shape (cells, points), rising.
    levels
        Probabilities, rising.
    """
    out = np.zeros((pointers.size - 1, levels.size))
    size = mean_sizes(values, pointers)
    for i in range(out.shape[0]):
        y = values[pointers[i] : pointers[i + 1]]
        sizes, share = _sizes(y, size[i], grids[cells[i]], _is_whole(y))
        below, k = 1.0 - chance[i], -1
        for j in range(levels.size):
            while below < levels[j] - 1e-12 and k + 1 < sizes.size:
                k += 1
                below += chance[i] * share[k]
            out[i, j] = sizes[k] if k >= 0 else 0.0
    return out


@njit(cache=True, error_model="numpy", nogil=True)
def chances_below(
    values: Vector, pointers: Whole, chance: Vector, cells: Whole, grids: Matrix, actual: Matrix
) -> tuple[Matrix, Matrix]:
    """Chance of less than what came, and of no more than it, for every series and period, shapes of ``actual``."""
    less, upto = np.zeros_like(actual), np.ones_like(actual)
    size = mean_sizes(values, pointers)
    for i in range(size.size):
        y = values[pointers[i] : pointers[i + 1]]
        sizes, share = _sizes(y, size[i], grids[cells[i]], _is_whole(y))
        for h in range(actual[i].size):
            if actual[i, h] > 0.0:
                less[i, h] = 1.0 - chance[i]
            upto[i, h] = 1.0 - chance[i]
            for k in range(sizes.size):
                if sizes[k] < actual[i, h]:
                    less[i, h] += chance[i] * share[k]
                if sizes[k] > actual[i, h]:
                    break
                upto[i, h] += chance[i] * share[k]
    return less, upto


@njit(cache=True, error_model="numpy", nogil=True)
def _is_whole(y: Vector) -> bool:
    whole = True
    for value in y:
        whole = whole and value == np.rint(value)
    return whole
