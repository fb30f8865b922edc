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
OWN = 60.0  # sizes of its own at which a series is believed half
POINTS = 200  # of the distribution of sizes of all series
LONGEST = 100  # newest sizes of its own that a series remembers
STEPS = 12
LATELY = 6  # newest periods whose share with demand is held against all
SPANS = (2, 4, 8)  # newest sizes whose means tell where sizes are going
TRENDS = len(SPANS) + 1
USUAL_MOVES = np.array([0.15, 0.1, 0.2, 0.1])  # how far sizes follow their trends before a panel says otherwise
FURTHEST_POINT = 20.0  # logarithm of the most by which a size is believed to exceed what is expected
LEAST_SPREAD, SPREAD_TRUST = 0.01, 8.0  # of logarithms of sizes; sizes that speak for the usual spread
SIZE_TRUST = 100.0  # series that speak for the usual
FURTHEST_SIZE = 1.5  # logarithm of the most that sizes are believed to have moved


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
def size_trends(values: Vector, pointers: Whole) -> Matrix:
    """Where sizes are going, shape (series, trends): logarithms of the newest against the mean size, and of how often.

    The last is how often demand came in the newest periods against all; zero where nothing speaks for a change.
    """
    out, size = np.zeros((pointers.size - 1, TRENDS)), mean_sizes(values, pointers)
    for i in range(out.shape[0]):
        y = values[pointers[i] : pointers[i + 1]]
        total, count, recent = 0.0, 0, 0
        for t in range(y.size - 1, -1, -1):
            if y[t] > 0.0:
                total += y[t]
                count += 1
                recent += y.size - t <= LATELY
                for k in range(len(SPANS)):
                    if count <= SPANS[k]:
                        out[i, k] = np.log(total / count / size[i])
        if y.size > LATELY:
            out[i, TRENDS - 1] = np.log((recent + 1.0) / (LATELY + 2.0) * (y.size + 2.0) / (count + 1.0))
    return out


def size_weights(pasts: list[tuple[Vector, Whole, Matrix]]) -> Vector:
    """Regression of the logarithms of the sizes that came on the trends before them, shape (trends).

    ``pasts`` are values, borders and what came then, of several cuts. A series counts with the square root of its
    demands; a ridge holds to what is usual where histories are too short or too alike to say otherwise.
    """
    curve, slope = np.diag(np.full(TRENDS, SIZE_TRUST)), SIZE_TRUST * USUAL_MOVES
    for values, pointers, actual in pasts:
        size, count = mean_sizes(values, pointers), (actual > 0.0).sum(axis=1)
        seen = (count > 0) & (size > 0.0)
        if not seen.any():
            continue
        logs = np.log(np.where(actual > 0.0, actual, 1.0)).sum(axis=1)[seen] / count[seen] - np.log(size[seen])
        weight, x = np.sqrt(count[seen]), size_trends(values, pointers)[seen]
        x = x - np.average(x, axis=0, weights=weight)
        curve += (x * weight[:, None]).T @ x
        slope = slope + (x * weight[:, None]).T @ (logs - np.average(logs, weights=weight))
    return np.asarray(np.linalg.solve(curve, slope))


def coming_sizes(values: Vector, pointers: Whole, weights: Vector) -> Vector:
    """Size of the demands to come as their trends say, shape (series)."""
    moved = np.clip(size_trends(values, pointers) @ weights, -FURTHEST_SIZE, FURTHEST_SIZE)
    return np.asarray(mean_sizes(values, pointers) * np.exp(moved))


@njit(cache=True, error_model="numpy", nogil=True)
def size_spreads(values: Vector, pointers: Whole) -> Matrix:
    """How often demand came and the sum of squares of the logarithms of its sizes around their mean, (series, 2)."""
    out = np.zeros((pointers.size - 1, 2))
    for i in range(out.shape[0]):
        total, squares = 0.0, 0.0
        for t in range(pointers[i], pointers[i + 1]):
            if values[t] > 0.0:
                log = np.log(values[t])
                out[i, 0] += 1.0
                total += log
                squares += log * log
        if out[i, 0] > 1.0:
            out[i, 1] = max(squares - total * total / out[i, 0], 0.0)
    return out


def usual_spread(values: Vector, pointers: Whole) -> float:
    """Variance of the logarithms of sizes around each series' mean, over all series."""
    count, squares = size_spreads(values, pointers).T
    return max(float(squares.sum() / max(np.maximum(count - 1.0, 0.0).sum(), 1.0)), LEAST_SPREAD)


def spreads(values: Vector, pointers: Whole, usual: float) -> Vector:
    """Standard deviation of the logarithms of sizes, shape (series): a series' own as far as it has enough of them."""
    count, squares = size_spreads(values, pointers).T
    return np.asarray(np.sqrt((squares + SPREAD_TRUST * usual) / (np.maximum(count - 1.0, 0.0) + SPREAD_TRUST)))


def relative_sizes(size: Vector, spread: Vector, actual: Matrix) -> tuple[Vector, Vector]:
    """Logarithm of every size that came against the size expected, in spreads, and the size, shapes (sizes)."""
    came = (actual > 0.0) & (size > 0.0)[:, None]
    expected, wide = (np.broadcast_to(each[:, None], actual.shape)[came] for each in (size, spread))
    return np.log(actual[came] / expected) / wide, expected


@njit(cache=True, error_model="numpy", nogil=True)
def _sizes(y: Vector, size: float, spread: float, points: Vector, whole: bool) -> tuple[Vector, Vector]:  # noqa: FBT001
    """Sizes that may come, rising, and the chance of each: the series' own and those of all, both scaled."""
    own, weight, count, by = np.empty(LONGEST), np.empty(LONGEST), 0, 1.0
    for t in range(y.size - 1, -1, -1):
        if y[t] > 0.0 and count < LONGEST:
            own[count], weight[count] = y[t], by
            count += 1
        by *= FADE
    trust = count / (count + OWN)
    values, chance = np.empty(count + POINTS), np.empty(count + POINTS)
    total = weight[:count].sum()
    factor = size * total / (weight[:count] * own[:count]).sum() if count else 1.0
    for k in range(count):
        scaled = own[k] * factor
        values[k], chance[k] = max(np.rint(scaled), 1.0) if whole else scaled, trust * weight[k] / total
    for k in range(POINTS):
        scaled = np.exp(min(points[k] * spread, FURTHEST_POINT)) * size
        values[count + k] = max(np.rint(scaled), 1.0) if whole else scaled
        chance[count + k] = (1.0 - trust) / POINTS
    order = np.argsort(values)
    return values[order], chance[order]


@njit(cache=True, error_model="numpy", nogil=True)
def occurrence_quantiles(
    values: Vector, pointers: Whole, facts: tuple[Vector, Vector, Vector, Whole], grids: Matrix, levels: Vector
) -> Matrix:
    """Quantiles of one coming period, shape (series, levels).

    Parameters
    ----------
    values, pointers
        Series one after the other, shapes (all periods) and (series + 1).
    facts
        Chance of demand, size expected, spread of sizes and row of ``grids`` of each series.
    grids
        Sizes of all series relative to their mean, shape (cells, points), rising.
    levels
        Probabilities, rising.
    """
    out = np.zeros((pointers.size - 1, levels.size))
    chance, size, spread, cells = facts
    for i in range(out.shape[0]):
        y = values[pointers[i] : pointers[i + 1]]
        sizes, share = _sizes(y, size[i], spread[i], grids[cells[i]], _is_whole(y))
        below, k = 1.0 - chance[i], -1
        for j in range(levels.size):
            while below < levels[j] - 1e-12 and k + 1 < sizes.size:
                k += 1
                below += chance[i] * share[k]
            out[i, j] = sizes[k] if k >= 0 else 0.0
    return out


@njit(cache=True, error_model="numpy", nogil=True)
def chances_below(
    values: Vector, pointers: Whole, facts: tuple[Vector, Vector, Vector, Whole], grids: Matrix, actual: Matrix
) -> tuple[Matrix, Matrix]:
    """Chance of less than what came, and of no more than it, for every series and period, shapes of ``actual``."""
    less, upto = np.zeros_like(actual), np.ones_like(actual)
    chance, size, spread, cells = facts
    for i in range(size.size):
        y = values[pointers[i] : pointers[i + 1]]
        sizes, share = _sizes(y, size[i], spread[i], grids[cells[i]], _is_whole(y))
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
