"""What all series of a panel teach about how sure a forecast is: split-conformal, by what came after earlier cuts.

Vovk, Gammerman, Shafer, *Algorithmic Learning in a Random World*, 2005, for the idea: the share of past cases in which
demand stayed below a forecast's quantile is the share to be promised, whatever the distribution was called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.demand.combination import extremes, gathered
from quarterdeck.disciplines.demand.occurrence import (
    POINTS,
    chance_weights,
    chances,
    chances_below,
    coming_sizes,
    occurrence_quantiles,
    relative_sizes,
    signs,
    size_weights,
    spreads,
    usual_spread,
)

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Expect = Callable[[Vector, Whole], tuple[Matrix, Matrix]]

CELLS = 5
ORIGINS = 3
LEAST_PERIODS = 6
LEAST_SERIES = 20
MOST_SERIES, MANY = 2000, 60
MOST_PERIODS, LEAST_COMBINED, MOST_COMBINED = 30_000, 100, 400  # forecast again from earlier cuts
GROUPS = 3  # thirds of the horizon: further ahead, errors spread more than any formula says
PRIOR = 60  # points of the normal distribution that few errors are mixed with
FURTHEST = 0.04  # by which a level is moved at most
EVEN = 4
PROMISED = 0.9
TOWARDS = 0.65
GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a panel teaches of whether demand comes and how large it is, before anything is moved.

    ``weights`` as of :func:`chance_weights`, ``moves`` as of :func:`size_weights`, ``spread`` as of
    :func:`usual_spread`; ``edges`` of sizes between cells; ``grids`` of sizes, shape (cells, points), as logarithms
    against the size expected in spreads.
    """

    weights: Matrix
    moves: Vector
    spread: float
    edges: Vector
    grids: Matrix


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What a panel teaches about demand that comes now and then.

    ``less``: chance that had been given to less than what came, and ``even``: points spread evenly between that and the
    chance of no more than what came; both rising.
    """

    learnt: Learnt
    less: Vector
    even: Vector


@dataclass(frozen=True, slots=True)
class Pool:
    """What a panel teaches: about demand now and then, and errors of the others in standard deviations, by third.

    Either is ``None`` where the panel holds too little of the kind.
    """

    occurrence: Occurrence | None
    errors: tuple[Vector, ...] | None


def sampled(values: Vector, pointers: Whole, rows: Whole, most: int) -> Whole:
    """At most so many of the series, the same ones whatever their order."""
    lengths, total = pointers[rows + 1] - pointers[rows], extremes(values, pointers)[rows, 2]
    mark = np.modf(np.abs(total + 1e-3 * lengths) * GOLDEN)[0]
    order = np.lexsort((lengths, total, mark))
    return rows[order[:most]]


def learn_occurrence(values: Vector, pointers: Whole, rows: Whole, horizon: int) -> Occurrence | None:
    """What the series ``rows`` teach of whether demand comes and how large it is; ``None`` from too few series."""
    chosen = sampled(values, pointers, rows, MOST_SERIES)
    tables, shares, pasts = [], [], []
    for origin in range(1, ORIGINS + 1):
        known, borders, actual = _cut(values, pointers, chosen, origin * horizon, horizon)
        if borders.size - 1 < LEAST_SERIES:
            break
        tables.append(signs(known, borders))
        shares.append((actual > 0.0).mean(axis=1))
        pasts.append((known, borders, actual))
    if not tables or sum(int((actual > 0.0).sum()) for *_, actual in pasts) < LEAST_SERIES:
        return None
    moved = size_weights(pasts)
    spread = usual_spread(*pasts[0][:2])
    ratios, means = zip(*(_relative(past, moved, spread) for past in pasts), strict=True)
    share = np.concatenate(shares)
    weights = chance_weights(np.concatenate(tables), share, np.full(share.size, float(horizon)))
    edges, grids = _grids(np.concatenate(ratios), np.concatenate(means))
    learnt = Learnt(weights, moved, spread, edges, grids)
    return Occurrence(learnt, *_scores(_cut(values, pointers, chosen, horizon, horizon), learnt))


def _cut(values: Vector, pointers: Whole, rows: Whole, cut: int, horizon: int) -> tuple[Vector, Whole, Matrix]:
    """Series as they were ``cut`` periods ago, with what came then; of those with enough past and any demand in it."""
    lengths = pointers[rows + 1] - pointers[rows]
    old = rows[lengths - cut >= LEAST_PERIODS]
    known, borders = gathered(values, pointers, old, np.full(old.size, cut, np.int64))
    old = old[extremes(known, borders)[:, 1] > 0.0]
    known, borders = gathered(values, pointers, old, np.full(old.size, cut, np.int64))
    return known, borders, values[(pointers[old + 1] - cut)[:, None] + np.arange(horizon)]


def _grids(ratio: Vector, mean: Vector) -> tuple[Vector, Matrix]:
    """Edges of mean size between cells of equally many sizes, and points of the sizes in each."""
    count = min(CELLS, max(ratio.size // (2 * POINTS), 1))
    edges = np.quantile(mean, np.arange(1, count) / count) if count > 1 else np.empty(0)
    cell = np.searchsorted(edges, mean)
    places = (np.arange(POINTS) + 0.5) / POINTS
    whole = np.quantile(ratio, places)
    grids = [np.quantile(ratio[cell == k], places) if (cell == k).any() else whole for k in range(count)]
    return edges, np.array(grids)


def _relative(past: tuple[Vector, Whole, Matrix], moves: Vector, spread: float) -> tuple[Vector, Vector]:
    known, borders, actual = past
    return relative_sizes(coming_sizes(known, borders, moves), spreads(known, borders, spread), actual)


def _scores(past: tuple[Vector, Whole, Matrix], learnt: Learnt) -> tuple[Vector, Vector]:
    known, borders, actual = past
    facts, grids = _facts(known, borders, learnt), learnt.grids
    less, upto = (part.ravel() for part in chances_below(known, borders, facts, grids, actual))
    even = [less + (k + 0.5) / EVEN * (upto - less) for k in range(EVEN)]
    return np.sort(less), np.sort(np.concatenate(even))


def _facts(values: Vector, pointers: Whole, learnt: Learnt) -> tuple[Vector, Vector, Vector, Whole]:
    """Chance of demand, size expected, spread of sizes and cell of every series."""
    size, wide = coming_sizes(values, pointers, learnt.moves), spreads(values, pointers, learnt.spread)
    chance = chances(signs(values, pointers), learnt.weights)
    return chance, size, wide, np.searchsorted(learnt.edges, size).astype(np.int64)


def occurrence_table(values: Vector, pointers: Whole, found: Occurrence, levels: Vector) -> Matrix:
    """Quantiles of a coming period of every series, shape (series, levels)."""
    facts = _facts(values, pointers, found.learnt)
    order = np.argsort(levels)
    moved = np.array([_moved(found, level) for level in levels[order]])
    out = np.empty((pointers.size - 1, levels.size))
    out[:, order] = occurrence_quantiles(values, pointers, facts, found.learnt.grids, np.maximum.accumulate(moved))
    return out


def _moved(learnt: Occurrence, level: float) -> float:
    """The level whose quantile demand did not exceed in the wanted share of past cases.

    Where demand comes in steps, no quantile has just that share. Up to 90 %, chance decides within a step; above, most
    of the way is gone to what the promise of a service level means: the share of periods in which it was enough.
    """
    if not learnt.less.size:
        return level
    found = float(np.quantile(learnt.even, level))
    if level >= PROMISED:
        found += TOWARDS * (float(np.quantile(learnt.less, level)) - found)
    near = min(FURTHEST, 0.8 * (1.0 - level), 0.8 * level)
    return float(np.clip(found, level - near, level + near))


def learn_errors(
    values: Vector, pointers: Whole, rows: Whole, horizon: int, expect: Expect
) -> tuple[Vector, ...] | None:
    """Errors in standard deviations of the series ``rows`` when forecast from earlier cuts, by third of the horizon.

    ``expect`` gives mean and variance per period ahead of flat series. ``None`` where nothing is old enough.
    """
    usual = float((pointers[rows + 1] - pointers[rows]).mean()) if rows.size else 1.0
    most = int(np.clip(MOST_PERIODS / max(usual, 1.0), LEAST_COMBINED, MOST_COMBINED))
    chosen = sampled(values, pointers, rows, most)
    groups: list[list[Vector]] = [[] for _ in range(GROUPS)]
    for origin in (1, 2) if chosen.size >= MANY else (1, 2, 3):
        lengths = pointers[chosen + 1] - pointers[chosen]
        enough = chosen[lengths - origin * horizon >= max(horizon, 2 * LEAST_PERIODS)]
        known, borders, actual = _cut(values, pointers, enough, origin * horizon, horizon)
        if not borders.size - 1:
            continue
        mean, variance = expect(known, borders)
        spread = np.sqrt(np.maximum(variance, 1e-300))
        usable = variance > 1e-12 * np.maximum(mean * mean, 1e-300)
        scaled = np.divide(actual - mean, spread, out=np.zeros_like(mean), where=usable)
        for h in range(horizon):
            groups[h * GROUPS // horizon].append(scaled[usable[:, h], h])
    joined = [np.concatenate(group) if group else np.empty(0) for group in groups]
    if not any(group.size for group in joined):
        return None
    every = np.concatenate(joined)
    return tuple(np.sort(group if group.size >= PRIOR else every) for group in joined)


def error_table(mean: Matrix, variance: Matrix, errors: tuple[Vector, ...], levels: Vector) -> npt.NDArray[np.float64]:
    """Quantiles per period ahead, shape (series, horizon, levels), from errors in standard deviations."""
    from statistics import NormalDist  # noqa: PLC0415

    normal = NormalDist()
    prior = np.array([normal.inv_cdf((k + 0.5) / PRIOR) for k in range(PRIOR)])
    scores = np.array([np.quantile(np.concatenate((group, prior)), levels) for group in errors])
    horizon = mean.shape[1]
    third = np.arange(horizon) * GROUPS // horizon
    return np.asarray(mean[:, :, None] + np.sqrt(variance)[:, :, None] * scores[third][None])
