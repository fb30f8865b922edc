"""Demand that follows promotions and the day of the week: a Poisson regression whose past fades.

Expected demand is a level times a factor for the place in the week, one for days with a promotion, one for the week
after it, and a yearly wave. Uplifts and factors are shrunk towards what is usual, so that few promotions say little.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.demand.smoothing import Vector

Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

LONGEST_SEASON = 12
LEAST = 60  # periods before anything is said of promotions
MEMORIES = (60.0, 120.0, 365.0)  # half-lives in periods of the three regressions whose mean is taken
WAVES = (0, 1, 2)
YEAR = 365.25
USUAL_UPLIFT = 0.5  # logarithm of what a promotion does before anything is known
TRUST_FACTOR, TRUST_UPLIFT, TRUST_WAVE = 2.0, 20.0, 20.0  # demand that speaks for the usual
RECENT = 15.0  # half-life of the level's last word, in periods
LEVEL_TRUST = 60.0
AFTER = 7
MOST_LIFT = 3.0  # logarithm of the most that a promotion is believed to do
STEPS = 8


@njit(cache=True, error_model="numpy", nogil=True)
def driven_many(
    values: Vector, pointers: Whole, rows: Whole, events: Vector, season: int, horizon: int
) -> tuple[Matrix, Matrix, Vector]:
    """Mean and variance per period ahead of the series ``rows``, shapes (rows, horizon), and what promotions do.

    The last holds, for one series of ``rows`` after the other, the factor by which promotions move each of its known
    and coming periods.

    Parameters
    ----------
    values, pointers
        Series one after the other, shapes (all periods) and (series + 1).
    events
        Strength of the promotion in every known and coming period; series ``i`` begins at
        ``pointers[i] + i · horizon``.
    season, horizon
        Periods in a week or other short season, and periods to forecast.
    """
    mean, variance, place = np.zeros((rows.size, horizon)), np.zeros((rows.size, horizon)), 0
    lengths = pointers[rows + 1] - pointers[rows] + horizon
    lifts = np.zeros(lengths.sum())
    for i in range(rows.size):
        begin, end = pointers[rows[i]], pointers[rows[i] + 1]
        own = events[begin + rows[i] * horizon : end + (rows[i] + 1) * horizon]
        y = values[begin:end]
        for k in range(len(MEMORIES)):
            expected, dispersion, lift = _one(y, own, season, MEMORIES[k], WAVES[k])
            lifts[place : place + lengths[i]] += lift / len(MEMORIES)
            for h in range(horizon):
                mean[i, h] += expected[y.size + h] / len(MEMORIES)
                variance[i, h] += dispersion * expected[y.size + h] / len(MEMORIES)
        place += lengths[i]
    return mean, variance, lifts


@njit(cache=True, error_model="numpy", nogil=True)
def ordinary(values: Vector, pointers: Whole, rows: Whole, lifts: Vector, horizon: int) -> tuple[Vector, Whole, Matrix]:
    """The series ``rows`` as they would have been without promotions, their borders, and the factors to come."""
    borders, place = np.zeros(rows.size + 1, np.int64), 0
    out, coming = np.empty(lifts.size - rows.size * horizon), np.empty((rows.size, horizon))
    for i in range(rows.size):
        n = pointers[rows[i] + 1] - pointers[rows[i]]
        borders[i + 1] = borders[i] + n
        out[borders[i] : borders[i + 1]] = values[pointers[rows[i]] : pointers[rows[i] + 1]] / lifts[place : place + n]
        coming[i] = lifts[place + n : place + n + horizon]
        place += n + horizon
    return out, borders, coming


@njit(cache=True, error_model="numpy", nogil=True)
def _one(y: Vector, events: Vector, season: int, memory: float, waves: int) -> tuple[Vector, float, Vector]:
    """Expected demand of every known and coming period, its variance as a multiple of it, and promotions' factor."""
    n = y.size
    table, usual, trust = _design(events, season, waves)
    weight = np.empty(n)
    for t in range(n):
        weight[t] = 0.5 ** ((n - 1 - t) / memory)
    found = _fit(y, table[:n], weight, usual, trust)
    expected = np.exp(np.minimum(np.maximum(table @ found, -30.0), 30.0))
    came, said, squares, total = LEVEL_TRUST, LEVEL_TRUST, 0.0, 0.0
    scale = max(y.mean(), 1e-9)
    for t in range(n):
        last = 0.5 ** ((n - 1 - t) / RECENT)
        came += last * y[t] / scale
        said += last * expected[t] / scale
        squares += weight[t] * (y[t] - expected[t]) ** 2 / max(expected[t], 1e-9)
        total += weight[t]
    promoted = table[:, season] * found[season] + table[:, season + 1] * found[season + 1]
    lift = np.exp(np.minimum(np.maximum(promoted, -MOST_LIFT), MOST_LIFT))
    return expected * (came / said), squares / max(total, 1e-9), lift


@njit(cache=True, error_model="numpy", nogil=True)
def _design(events: Vector, season: int, waves: int) -> tuple[Matrix, Vector, Vector]:
    """Regressors of every period, usual coefficients, and how much demand speaks for these."""
    places = season - 1
    count = places + 3 + 2 * waves
    table, usual, trust = np.zeros((events.size, count)), np.zeros(count), np.zeros(count)
    since = AFTER + 1
    for t in range(events.size):
        table[t, 0] = 1.0
        for j in range(places):
            table[t, 1 + j] = (1.0 if t % season == j else 0.0) - 1.0 / season
        table[t, places + 1] = events[t]
        since = 0 if events[t] > 0.0 else since + 1
        table[t, places + 2] = 1.0 if 0 < since <= AFTER else 0.0
        for w in range(waves):
            angle = 2.0 * np.pi * (w + 1) * t / YEAR
            table[t, places + 3 + 2 * w] = np.sin(angle)
            table[t, places + 4 + 2 * w] = np.cos(angle)
    usual[places + 1] = USUAL_UPLIFT
    trust[0] = 1e-6
    trust[1 : places + 1] = TRUST_FACTOR
    trust[places + 1 : places + 3] = TRUST_UPLIFT
    trust[places + 3 :] = TRUST_WAVE
    return table, usual, trust


@njit(cache=True, error_model="numpy", nogil=True)
def _fit(y: Vector, table: Matrix, weight: Vector, usual: Vector, trust: Vector) -> Vector:
    """Coefficients of most penalised likelihood, by Newton's method with bounded steps."""
    found, count = usual.copy(), usual.size
    found[0] = np.log(max((weight * y).sum() / weight.sum(), 1e-9))
    for _ in range(STEPS):
        slope, curve = np.zeros(count), np.zeros((count, count))
        for t in range(y.size):
            score = 0.0
            for a in range(count):
                score += table[t, a] * found[a]
            expected = np.exp(min(max(score, -30.0), 30.0))
            for a in range(count):
                slope[a] += weight[t] * (y[t] - expected) * table[t, a]
                for b in range(a + 1):
                    curve[a, b] += weight[t] * expected * table[t, a] * table[t, b]
        for a in range(count):
            slope[a] -= trust[a] * (found[a] - usual[a]) if a > 0 else 0.0
            curve[a, a] += trust[a] + 1e-9 * (curve[a, a] + 1.0)
            for b in range(a):
                curve[b, a] = curve[a, b]
        step = np.linalg.solve(curve, slope)
        for a in range(count):
            found[a] += min(max(step[a], -1.0), 1.0)
    return found
