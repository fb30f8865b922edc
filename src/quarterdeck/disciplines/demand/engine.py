"""Forecasts of many series at once: one pure function over chunks, arrays in, arrays out.

A series' result depends on that series alone, so any chunking and any order of the series give the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.demand import methods
from quarterdeck.disciplines.demand.combination import (
    COMBINATION,
    DRIVEN,
    NOTHING,
    RECENT,
    SINGLE,
    SMOOTHED,
    STEADY,
    classify_many,
    combine_many,
    extremes,
    gathered,
    levels_many,
    single_levels,
    ways,
)
from quarterdeck.disciplines.demand.driven import LEAST, LONGEST_SEASON, driven_many, ordinary
from quarterdeck.disciplines.demand.missing import filled
from quarterdeck.disciplines.demand.patterns import NEW, NONE
from quarterdeck.disciplines.demand.pool import Pool, error_table, learn_errors, learn_occurrence, occurrence_table
from quarterdeck.disciplines.demand.reach import learn_reach
from quarterdeck.disciplines.demand.seasonality import NO_SEASON
from quarterdeck.disciplines.demand.shared import FEW_WINDOWS, Shared, blended, example, learn_shared
from quarterdeck.disciplines.demand.smoothing import Vector
from quarterdeck.solvers.distributions import demand_quantiles
from quarterdeck.solvers.parallel import map_chunks

__all__ = [
    "COMBINATION", "DRIVEN", "METHODS", "NOTHING", "RECENT", "SINGLE", "SMOOTHED", "STEADY", "Outlook", "Shared",
    "Span", "filled",
]  # fmt: skip

Matrix = npt.NDArray[np.float64]
Cube = npt.NDArray[np.float64]
Pointers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

METHODS = (*methods.NAMES, "ses", "croston", "sba", "tsb", "imapa")
ORIGINS = 3
MOMENTS = 0.5  # of the quantiles by mean and variance, where demand comes in every period
WEEK, YEAR = 7, 365
ORDINARY = 0.25  # of the mean of series forecast by regression that is by the methods for all series
LEAST_DEMAND = 1e-100  # less than this is none: a share of it would overflow
CHUNK, BLOCK = 64, 1024  # series that a thread takes at a time: of many methods, of levels


@dataclass(frozen=True, slots=True)
class Span:
    """Lengths that a chunk of series shares, in periods.

    Parameters
    ----------
    season
        Periods in a year.
    horizon
        Periods to forecast.
    young
        Series with fewer periods are new.
    test
        Periods that the backtest forecasts from each of its origins.
    """

    season: int
    horizon: int
    young: int
    test: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected of each series; arrays of shape (series) unless said otherwise.

    ``mean`` and ``variance`` are per period ahead, shape (series, horizon). ``error``, ``naive_error`` and ``bias``
    are shares of demand in the backtest, ``coverage`` the share of its periods inside of the 90 % band; NaN where
    history is too short.
    """

    pattern: npt.NDArray[np.int64]
    method: npt.NDArray[np.int64]
    seasonal: npt.NDArray[np.bool_]
    mean: Matrix
    variance: Matrix
    error: Vector
    naive_error: Vector
    bias: Vector
    coverage: Vector


def forecast(
    values: Vector,
    pointers: Pointers,
    span: Span,
    method: str = "default",
    events: Vector | None = None,
    shared: Shared | None = None,
) -> Outlook:
    """Forecasts and backtest of the series ``values[pointers[i]:pointers[i + 1]]``.

    Parameters
    ----------
    values, pointers
        Series one after the other, oldest period first, shapes (all periods) and (series + 1). What is no number is
        missing and filled from its surroundings.
    span
        Season, horizon and lengths of the tests.
    method
        ``default`` for what suits each series, or one of ``METHODS`` for all.
    events
        Strength of promotions, zero for none, in every known and coming period; series ``i`` begins at
        ``pointers[i] + i · horizon``.
    shared
        What :func:`share` learnt from the whole panel, of which these series may be a part.
    """
    known = filled(np.ascontiguousarray(values, np.float64), pointers, span.season)
    pattern = classify_many(known, pointers, span.young, span.season)
    if method != "default":
        found = _by_one(known, pointers, span, METHODS.index(method))
        nothing = np.full((pattern.size, 4), np.nan)
        return Outlook(pattern, np.full(pattern.size, SINGLE, np.int64), *found, *nothing.T)
    way = ways(known, pointers, pattern, span.season)
    seasonal, mean, variance = _expect(known, pointers, way, (span.season, span.horizon), shared)
    rows = _driven_rows(known, pointers, events, span, way)
    if rows.size:
        drives = np.zeros(known.size + pattern.size * span.horizon) if events is None else events
        drives = np.ascontiguousarray(drives, np.float64)
        mean[rows], variance[rows] = _driven(known, pointers, rows, drives, span, shared)
        way[rows] = DRIVEN
    scores = _backtest(known, pointers, pattern, span, shared)
    return Outlook(pattern, way, seasonal, mean, variance, *scores.T)


def _expect(
    values: Vector, pointers: Pointers, way: Pointers, size: tuple[int, int], shared: Shared | None
) -> tuple[Flags, Matrix, Matrix]:
    """Whether there is a season, mean and variance per period ahead of every series, each by its own way.

    ``size`` is season and horizon.
    """
    season, horizon = size
    blocks = [slice(begin, min(begin + BLOCK, way.size)) for begin in range(0, way.size, BLOCK)]

    def of_block(block: slice) -> tuple[Matrix, Matrix]:
        borders = pointers[block.start : block.stop + 1]
        known = values[borders[0] : borders[-1]]
        found: tuple[Matrix, Matrix] = levels_many(known, borders - borders[0], way[block], season, horizon)
        return found

    mean, variance = np.zeros((way.size, horizon)), np.zeros((way.size, horizon))
    for block, found in zip(blocks, map_chunks(of_block, blocks), strict=True):
        mean[block], variance[block] = found
    chosen = np.flatnonzero(way == COMBINATION)
    seasonal = np.zeros(way.size, np.bool_)
    seasonal[chosen], mean[chosen], variance[chosen], naive = _combined(values, pointers, chosen, season, horizon)
    if shared is not None:
        mean[chosen] = blended(values, pointers, chosen, (mean[chosen], naive), season, shared)
    return seasonal, mean, variance


def _combined(
    values: Vector, pointers: Pointers, chosen: Pointers, season: int, horizon: int
) -> tuple[Flags, Matrix, Matrix, Matrix]:
    """Whether there is a season, mean, variance and naive forecasts of the series ``chosen`` by the combination."""
    seasonal, empty = np.zeros(chosen.size, np.bool_), (chosen.size, horizon)
    mean, variance, naive = np.zeros(empty), np.zeros(empty), np.zeros(empty)
    begin = 0
    for rows, ahead, facts in _all_methods(values, pointers, chosen, season, horizon):
        part = slice(begin, begin + rows.size)
        mean[part], variance[part] = combine_many(values, pointers, rows, ahead, facts)
        seasonal[part], naive[part] = facts[:, 0] != NO_SEASON, ahead[:, methods.NAIVE]
        begin += rows.size
    return seasonal, mean, variance, naive


def _driven(
    values: Vector, pointers: Pointers, rows: Pointers, events: Vector, span: Span, shared: Shared | None
) -> tuple[Matrix, Matrix]:
    """Mean and variance by regression on calendar and promotions, and a quarter by all methods on ordinary demand."""
    mean, variance = np.zeros((rows.size, span.horizon)), np.zeros((rows.size, span.horizon))
    parts = [slice(begin, begin + CHUNK) for begin in range(0, rows.size, CHUNK)]
    sizes = (span.season, span.horizon)
    found = map_chunks(lambda part: driven_many(values, pointers, rows[part], events, *sizes), parts)
    for part, (own, spread, lifts) in zip(parts, found, strict=True):
        plain, borders, coming = ordinary(values, pointers, rows[part], lifts, span.horizon)
        way = ways(plain, borders, classify_many(plain, borders, span.young, span.season), span.season)
        level = _expect(plain, borders, way, sizes, shared)[1]
        mean[part], variance[part] = (1.0 - ORDINARY) * own + ORDINARY * level * coming, spread
    return mean, variance


def _driven_rows(values: Vector, pointers: Pointers, events: Vector | None, span: Span, way: Pointers) -> Pointers:
    """Series that had promotions, and regular daily ones of a year or more, which have a week and a year.

    They are not negative and long enough, and their periods short enough to see that.
    """
    lengths = np.diff(pointers)
    had = np.zeros(lengths.size, np.bool_)
    if events is not None:
        began = pointers[:-1] + np.arange(lengths.size) * span.horizon
        had[:] = [bool((events[at : at + size] > 0.0).any()) for at, size in zip(began, lengths, strict=True)]
    extreme = extremes(values, pointers)
    daily = (way == COMBINATION) & (span.season == WEEK) & (lengths >= YEAR)
    usable = (had | daily) & (lengths >= LEAST) & (extreme[:, 0] >= 0.0) & (extreme[:, 1] > 0.0)
    return np.flatnonzero(usable & (span.season <= LONGEST_SEASON))


def _all_methods(
    values: Vector, pointers: Pointers, rows: Pointers, season: int, horizon: int
) -> list[tuple[Pointers, Cube, Matrix]]:
    """What :func:`methods.forecast_many` gives for the series ``rows``, in chunks on all threads."""

    def of_chunk(part: Pointers) -> tuple[Pointers, Cube, Matrix]:
        known, borders = gathered(values, pointers, part, np.zeros(part.size, np.int64))
        return (part, *methods.forecast_many(known, borders, season, horizon))

    return map_chunks(of_chunk, [rows[begin : begin + CHUNK] for begin in range(0, rows.size, CHUNK)])


def _by_one(values: Vector, pointers: Pointers, span: Span, which: int) -> tuple[Flags, Matrix, Matrix]:
    """One method for all series."""
    rows = np.flatnonzero(np.diff(pointers) > 0)
    count = pointers.size - 1
    seasonal, mean = np.zeros(count, np.bool_), np.zeros((count, span.horizon))
    level, squares = single_levels(values, pointers, max(which - len(methods.NAMES), 0))
    variance = np.repeat(squares[:, None], span.horizon, axis=1)
    if which >= len(methods.NAMES):
        return seasonal, np.repeat(level[:, None], span.horizon, axis=1), variance
    least = extremes(values, pointers)[:, 0]
    for part, ahead, facts in _all_methods(values, pointers, rows, span.season, span.horizon):
        mean[part] = np.where(least[part, None] >= 0.0, np.maximum(ahead[:, which], 0.0), ahead[:, which])
        variance[part], seasonal[part] = facts[:, 2:3], facts[:, 0] != NO_SEASON
    return seasonal, mean, variance


def _backtest(values: Vector, pointers: Pointers, pattern: Pointers, span: Span, again: Shared | None) -> Matrix:
    """Error, error of repeating the last value and bias as shares of demand, and coverage, shape (series, 4).

    With ``again`` what series share is learnt anew from each origin's past, all but how far forecasts reach.
    """
    count = pattern.size
    sums, demand, periods = np.zeros((count, 4)), np.zeros(count), np.zeros(count)
    lengths = np.diff(pointers)
    for origin in range(1, ORIGINS + 1 if span.test > 0 else 1):
        cut = origin * span.test
        old = np.flatnonzero((pattern != NEW) & (pattern != NONE) & (lengths - cut >= 2 * span.test))
        known, borders = gathered(values, pointers, old, np.full(old.size, cut, np.int64))
        old = old[extremes(known, borders)[:, 1] > 0.0]
        known, borders = gathered(values, pointers, old, np.full(old.size, cut, np.int64))
        way = ways(known, borders, pattern[old], span.season)
        shared = None if again is None else learn_shared(known, borders, way, span.season, span.test)
        if shared is not None and again is not None:
            shared = replace(shared, reach=again.reach)
        _, mean, variance = _expect(known, borders, way, (span.season, span.test), shared)
        actual = values[(pointers[old + 1] - cut)[:, None] + np.arange(span.test)]
        last = known[borders[1:] - 1][:, None]
        sums[old, 0] += np.abs(mean - actual).sum(axis=1)
        sums[old, 1] += np.abs(last - actual).sum(axis=1)
        sums[old, 2] += (mean - actual).sum(axis=1)
        demand[old] += actual.sum(axis=1)
        sums[old, 3] += _inside(mean, variance, actual).sum(axis=1)
        periods[old] += span.test
    shares = np.full((count, 4), np.nan)
    tested = demand > LEAST_DEMAND
    shares[tested, :3] = sums[tested, :3] / demand[tested, None]
    shares[periods > 0, 3] = sums[periods > 0, 3] / periods[periods > 0]
    return shares


def _inside(mean: Matrix, variance: Matrix, actual: Matrix) -> Flags:
    """Whether what came lies inside of the 90 % band."""
    counts = np.repeat((actual == np.rint(actual)).all(axis=1), mean.shape[1])
    band = demand_quantiles(np.maximum(mean, 0.0).ravel(), variance.ravel(), np.array([0.05, 0.95]), counts)
    low, high = band[:, 0].reshape(mean.shape), band[:, 1].reshape(mean.shape)
    return np.asarray((actual >= low) & (actual <= high))


def share(values: Vector, pointers: Pointers, span: Span) -> Shared | None:
    """What regular series of a panel have in common, for :func:`forecast`; ``None`` from too few of them."""
    known = filled(np.ascontiguousarray(values, np.float64), pointers, span.season)
    way = ways(known, pointers, classify_many(known, pointers, span.young, span.season), span.season)
    found = learn_shared(known, pointers, way, span.season, span.horizon)
    if found is None:
        return None

    oldest: list[Shared | None] = []

    def foreseen(part: Vector, borders: Pointers) -> tuple[Matrix, Matrix]:
        every = np.arange(borders.size - 1)
        _, mean, _, naive = _combined(part, borders, every, span.season, span.horizon)
        if not oldest:
            kinds = np.full(every.size, COMBINATION, np.int64)
            oldest.append(learn_shared(part, borders, kinds, span.season, span.horizon, FEW_WINDOWS))
        common = oldest[0]
        return (mean if common is None else blended(part, borders, every, (mean, naive), span.season, common)), naive

    size = (span.season, span.horizon)
    return replace(found, reach=learn_reach(known, pointers, np.flatnonzero(way == COMBINATION), size, foreseen))


def learn(values: Vector, pointers: Pointers, span: Span, shared: Shared | None = None) -> Pool:
    """What a panel, forecast with ``shared``, teaches about how sure that is: from all, for any chunk."""
    known = filled(np.ascontiguousarray(values, np.float64), pointers, span.season)
    pattern = classify_many(known, pointers, span.young, span.season)
    way = ways(known, pointers, pattern, span.season)
    reach = 1.0 if shared is None else shared.reach

    def expect(part: Vector, borders: Pointers) -> tuple[Matrix, Matrix]:
        every = np.full(borders.size - 1, COMBINATION, np.int64)
        common = learn_shared(part, borders, every, span.season, span.horizon, FEW_WINDOWS)
        common = replace(common, reach=reach) if common is not None else None
        return _expect(part, borders, every, (span.season, span.horizon), common)[1:]

    combined = np.flatnonzero(way == COMBINATION)
    level = np.flatnonzero((way == SMOOTHED) | (way == STEADY))
    return Pool(
        learn_occurrence(known, pointers, level, span.horizon),
        learn_errors(known, pointers, combined, span.horizon, expect),
    )


def quantiles(values: Vector, pointers: Pointers, outlook: Outlook, levels: Vector, pool: Pool | None = None) -> Cube:
    """Quantiles of single periods ahead, shape (series, horizon, levels); whole numbers where the series is whole.

    With ``pool`` they follow what came after earlier cuts of the whole panel, else the negative binomial or gamma
    distribution of mean and variance.
    """
    count, horizon = outlook.mean.shape
    facts = extremes(values, pointers)
    whole = facts[:, 3] > 0.0
    out = np.empty((count, horizon, levels.size))
    done = np.zeros(count, np.bool_)
    if pool is not None and pool.errors is not None:
        varied = (outlook.variance.max(axis=1, initial=0.0) > 1e-8 * facts[:, 1] ** 2) | (facts[:, 0] < 0.0)
        rows = np.flatnonzero((outlook.method == COMBINATION) & varied)
        table = error_table(outlook.mean[rows], outlook.variance[rows], pool.errors, levels)
        floor = np.where(facts[rows, 0] < 0.0, -np.inf, 0.0)[:, None, None]
        out[rows] = np.where(whole[rows][:, None, None], np.rint(np.maximum(table, floor)), np.maximum(table, floor))
        done[rows] = True
    if pool is not None and pool.occurrence is not None:
        rows = np.flatnonzero((outlook.method == SMOOTHED) | (outlook.method == STEADY))
        known, borders = gathered(values, pointers, rows, np.zeros(rows.size, np.int64))
        known, learnt = np.nan_to_num(known), pool.occurrence
        parts = [slice(begin, min(begin + BLOCK, rows.size)) for begin in range(0, rows.size, BLOCK)]

        def of_part(part: slice) -> Matrix:
            own = borders[part.start : part.stop + 1]
            return occurrence_table(known[own[0] : own[-1]], own - own[0], learnt, levels)

        table = np.concatenate(map_chunks(of_part, parts)) if parts else np.empty((0, levels.size))
        out[rows] = _with_moments(table, known, borders, outlook, rows, levels)[:, None, :]
        done[rows] = True
    rest = np.flatnonzero(~done)
    moments = (outlook.mean[rest].ravel(), outlook.variance[rest].ravel())
    out[rest] = demand_quantiles(*moments, levels, np.repeat(whole[rest], horizon)).reshape(-1, horizon, levels.size)
    return out


def _with_moments(
    table: Matrix, known: Vector, borders: Pointers, outlook: Outlook, rows: Pointers, levels: Vector
) -> Matrix:
    """Quantiles of the series ``rows`` drawn towards those of mean and variance, the more the oftener demand comes.

    What comes in nearly every period needs no chance of none: its quantiles gain from a second opinion.
    """
    facts = extremes(known, borders)
    own = demand_quantiles(outlook.mean[rows, 0], outlook.variance[rows, 0], levels, facts[:, 3] > 0.0)
    came = np.concatenate(([0], np.cumsum(known > 0.0)))[borders]
    often = np.diff(came) / np.maximum(np.diff(borders), 1)
    weight = MOMENTS * (often * often)[:, None]
    drawn = (1.0 - weight) * table + weight * own
    return np.where(facts[:, 3:] > 0.0, np.rint(drawn), drawn)


def warm_up() -> None:
    """Loads or compiles every kernel, so that the first real call is as fast as any."""
    place = np.arange(40.0)
    now_and_then = [np.where((place + k) % 4 == 0, 1.0 + place % 3, 0.0) for k in range(24)]
    regular = [10.0 + place + (place + k) % 7 for k in range(2)]
    long = [np.tile(place, 2)]
    parts = [*now_and_then, *regular, *long]
    values = np.concatenate(parts)
    pointers = np.concatenate(([0], np.cumsum([part.size for part in parts]))).astype(np.int64)
    span = Span(7, 2, 0, 4)
    common = example()
    events = np.tile([0.0, 1.0], values.size)[: values.size + 2 * len(parts)]
    found = forecast(values, pointers, span, events=events, shared=common)
    quantiles(values, pointers, found, np.array([0.5, 0.95]), learn(values, pointers, span))
    forecast(values[:40], pointers[:2], span, method="sba")
