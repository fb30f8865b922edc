"""Forecasts of all series in weeks, whatever grid each was forecast on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.demand.boosted import with_trees
from quarterdeck.disciplines.demand.combination import classify_many
from quarterdeck.disciplines.demand.engine import Span, forecast, share
from quarterdeck.disciplines.demand.granularity import panels
from quarterdeck.disciplines.demand.lead_time import error_correlation
from quarterdeck.disciplines.demand.outliers import winsorised
from quarterdeck.disciplines.demand.panel import Panel, Whole
from quarterdeck.disciplines.demand.patterns import FADING
from quarterdeck.disciplines.demand.shifts import levelled

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

YOUNG_WEEKS = 8
TEST_WEEKS = 13
SCORES = ("error", "naive_error", "bias", "coverage")


@dataclass(frozen=True, slots=True)
class WeeklyOutlook:
    """What is expected of each series a week, arrays of shape (series) or (series, weeks).

    ``turn`` is 0 for series forecast in weeks, 1 for calendar months, larger for monthly cycles of lumps. ``level`` is
    the mean of a week of the last half year, ``age`` the weeks since the first demand, ``counts`` whether demand came
    in whole units only, ``correlation`` how far the errors of two weeks go together, ``outliers`` how many values were
    drawn in for fitting, ``shift`` the period from which a new level holds, counted from one, or zero; ``idle`` the
    weeks without demand until today, and ``alone`` whether no other series were learnt from.
    ``error``, ``naive_error`` and ``bias`` are shares of demand, ``coverage`` of past periods inside of the 90 % band.
    """

    pattern: Whole
    method: Whole
    seasonal: Flags
    turn: Whole
    outliers: Whole
    shift: Whole
    counts: Flags
    alone: Flags
    idle: Vector
    level: Vector
    before: Vector
    age: Vector
    spread: Vector
    correlation: Vector
    error: Vector
    naive_error: Vector
    bias: Vector
    coverage: Vector
    mean: Matrix
    variance: Matrix


def blank(series: int, weeks: int) -> WeeklyOutlook:
    """An outlook on nothing, to be filled panel by panel."""
    columns: dict[str, Any] = {
        name: np.zeros(series, np.int64) for name in ("pattern", "method", "turn", "outliers", "shift")
    }
    columns |= {name: np.zeros(series, np.bool_) for name in ("seasonal", "counts", "alone")}
    columns |= {
        name: np.full(series, np.nan) for name in ("idle", "level", "before", "age", "spread", "correlation", *SCORES)
    }
    return WeeklyOutlook(**columns, mean=np.zeros((series, weeks)), variance=np.zeros((series, weeks)))


def weekly_outlook(
    today: Whole,
    days: Whole,
    quantities: Vector,
    bounds: Whole,
    weeks: int,
    *,
    tested: bool = True,
    trees: int | None = None,
) -> WeeklyOutlook:
    """Forecasts of every series for ``weeks`` weeks from its ``today``; parameters as in :func:`panels`.

    Without ``tested`` nothing is said of errors in the past, which takes a quarter of the time. ``trees`` starts the
    random numbers of trees that make half of the forecasts of a panel; without it there are none.
    """
    out = blank(bounds.size - 1, weeks)
    for panel in panels(today, days, quantities, bounds):
        _fill(out, panel, weeks, TEST_WEEKS if tested else 0, trees)
    return out


def _fill(out: WeeklyOutlook, panel: Panel, weeks: int, test: int, trees: int | None) -> None:
    grid, rows = panel.grid, panel.members
    shares = grid.shares(weeks)
    per = grid.weeks_per_period
    span = Span(grid.season, shares.shape[1], max(round(YOUNG_WEEKS / per), 2), round(test / per))
    fitting, drawn_in = winsorised(panel.values, panel.pointers, grid.season)
    fitting, shift = levelled(fitting, panel.pointers, grid.season)
    shared = share(fitting, panel.pointers, span)
    found = forecast(fitting, panel.pointers, span, shared=shared)
    if trees is not None:
        found = with_trees(fitting, panel.pointers, found, grid.season, trees)
    out.outliers[rows], out.shift[rows] = drawn_in, shift + 1
    for name in ("pattern", "method", "seasonal", *SCORES):
        getattr(out, name)[rows] = getattr(found, name)
    out.pattern[rows] = np.where(_faded(panel, shift, span), FADING, found.pattern)
    out.turn[rows], out.alone[rows] = grid.turn, shared is None
    out.mean[rows] = found.mean @ shares.T
    out.variance[rows] = found.variance @ shares.T  # independent within a period: a week has its share of the variance
    out.correlation[rows] = error_correlation(found.method, grid.season) / per
    out.spread[rows] = np.sqrt(found.variance.mean(axis=1) / per)
    half = grid.season // 2
    for row, begin, end in zip(rows, panel.pointers[:-1], panel.pointers[1:], strict=True):
        series = panel.values[begin:end]
        out.counts[row] = bool((series == np.rint(series)).all())
        out.age[row] = series.size * per
        out.idle[row] = (series.size - 1 - int(np.flatnonzero(series > 0.0)[-1])) * per if (series > 0.0).any() else 0.0
        out.level[row] = _mean(series[-half:]) / per
        out.before[row] = _mean(series[-grid.season - half : -half]) / per


def _faded(panel: Panel, shift: Whole, span: Span) -> Flags:
    """Series that fade as sold: those whose older demand was put on a lower level no longer look like it."""
    kinds = classify_many(panel.values, panel.pointers, span.young, span.season)
    return np.asarray((shift >= 0) & (kinds == FADING))


def _mean(values: Vector) -> float:
    return float(values.mean()) if values.size else np.nan
