"""One model for a whole panel: trees that learn from all series at once what single ones cannot show.

Direct over all periods ahead, with how far ahead as a feature; every series in multiples of its own level, counted by
that level; combined with the statistical forecast in equal parts.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.demand.combination import extremes, gathered
from quarterdeck.disciplines.demand.engine import Outlook, filled
from quarterdeck.solvers.boosting import available, boosted

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

LEAST_SERIES = 50
ORIGINS = 4
SPANS = (1, 2, 4, 8, 16)
HIGHEST = 20.0
MOST_CASES = 400_000


def with_trees(values: Vector, pointers: Whole, found: Outlook, season: int, seed: int) -> Outlook:
    """The outlook with means half by trees, as :func:`boosted_means` gives them, and the spread that goes with them."""
    mean = boosted_means(filled(values, pointers, season), pointers, found.mean, season, seed)
    ratio = np.divide(mean, found.mean, out=np.ones_like(mean), where=found.mean > 0)
    return replace(found, mean=mean, variance=found.variance * np.maximum(ratio, 1.0) ** 2)


def boosted_means(values: Vector, pointers: Whole, mean: Matrix, season: int, seed: int) -> Matrix:
    """Expected demand per period ahead, shape of ``mean``: half by trees over all series, half as it was.

    ``mean`` is returned as it is where LightGBM is not installed, where the panel has fewer than fifty series, or where
    a series is too short or can be below zero.

    Parameters
    ----------
    values, pointers
        Series one after the other, shapes (all periods) and (series + 1).
    mean
        Statistical forecasts, shape (series, horizon).
    season
        Periods in a season.
    seed
        Start of the random numbers.
    """
    horizon = mean.shape[1]
    lengths = np.diff(pointers)
    least = extremes(values, pointers)[:, 0]
    rows = np.flatnonzero((lengths >= max(2 * SPANS[-1], horizon + SPANS[-1])) & (least >= 0.0))
    if rows.size < LEAST_SERIES or not available():
        return mean
    cases = [_cases(values, pointers, rows, origin * horizon, horizon, season) for origin in range(1, ORIGINS + 1)]
    table, target, weight = (np.concatenate([case[k] for case in cases]) for k in range(3))
    if not target.size or not target.any():
        return mean
    step = max(target.size // MOST_CASES, 1)
    wanted, level = _features(values, pointers, rows, np.zeros(rows.size, np.int64), horizon, season)
    found = boosted(table[::step], target[::step], weight[::step], wanted, seed).reshape(-1, horizon)
    out = mean.copy()
    out[rows] = 0.5 * (mean[rows] + np.clip(found, 0.0, HIGHEST) * level[:, None])
    return out


def _cases(
    values: Vector, pointers: Whole, rows: Whole, cut: int, horizon: int, season: int
) -> tuple[Matrix, Vector, Vector]:
    """Features, what came in multiples of the level, and weights, as seen ``cut`` periods ago."""
    old = rows[np.diff(pointers)[rows] - cut >= SPANS[-1]]
    table, level = _features(values, pointers, old, np.full(old.size, cut, np.int64), horizon, season)
    came = values[(pointers[old + 1] - cut)[:, None] + np.arange(horizon)]
    target = np.clip(came / level[:, None], 0.0, HIGHEST)
    return table, target.ravel(), np.repeat(np.sqrt(level), horizon)


def _features(
    values: Vector, pointers: Whole, rows: Whole, cut: Whole, horizon: int, season: int
) -> tuple[Matrix, Vector]:
    """One row per series and period ahead: recent means, last values, spread, age, season; and the level of each."""
    known, borders = gathered(values, pointers, rows, cut)
    lengths = np.diff(borders)
    recent = np.zeros((rows.size, max(SPANS)))
    for i in range(rows.size):
        own = known[borders[i] : borders[i + 1]][-recent.shape[1] :]
        recent[i, recent.shape[1] - own.size :] = own
    level = np.maximum(recent.mean(axis=1), 1e-9)
    scaled = recent / level[:, None]
    means = np.stack([scaled[:, -span:].mean(axis=1) for span in SPANS], axis=1)
    facts = np.column_stack(
        (means, scaled[:, -3:], scaled.std(axis=1), (recent > 0).mean(axis=1), np.log(level), np.log(lengths))
    )
    ahead = np.tile(np.arange(horizon), rows.size)
    series = np.repeat(np.arange(rows.size), horizon)
    place = (lengths[series] + ahead) % max(season, 1)
    before = borders[series + 1] - season + ahead % max(season, 1)
    usable = (before >= borders[series]) & (before < borders[series + 1])
    last_season = np.where(usable, known[np.where(usable, before, 0)] / level[series], -1.0)
    return np.column_stack((facts[series], ahead, place, last_season)), level
