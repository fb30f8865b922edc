"""Demand of the time that an order placed now has to cover, where season or trend set it apart from the average."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.inventory import network
from quarterdeck.disciplines.inventory.nodes import NODE
from quarterdeck.model import Plan

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

WEEK = 7
FINE = 10.0  # units from the 5 to the 95 % quantile from which whole pieces no longer blur the spread
BAND = 3.2897072539029444  # spreads of the normal distribution from its 5 to its 95 % quantile


@dataclass(frozen=True, slots=True)
class Arcs:
    """Who needs how much of what: nodes from those sold down, first arc of each, child and quantity of each arc."""

    order: Whole
    first: Whole
    parent: Whole
    child: Whole
    quantity: Vector


def weekly(facts: pl.DataFrame, plan: Plan) -> tuple[Matrix, Matrix]:
    """Mean and variance of own demand in every week of the forecast, each of shape (weeks, item-sites).

    Together they have the mean and the variance of the whole horizon that the series have; the variance is shared out
    by the squared width of the 90 % bands, by the mean where pieces are few. What has no forecast by weeks has the
    same demand in each.
    """
    mean, spread = (facts[name].cast(pl.Float64).fill_null(0.0).to_numpy() for name in ("own_mean", "own_spread"))
    rows = _placed(facts, plan)
    weeks = int(rows["week"].max() or 0) + 1 if rows.height else 1  # type: ignore[arg-type]
    shape, band = np.zeros((weeks, facts.height)), np.zeros((weeks, facts.height))
    at = rows["week"].to_numpy(), rows["node"].to_numpy()
    shape[at], band[at] = rows["quantity"].to_numpy(), (rows["q95"] - rows["q05"]).to_numpy()
    wide = np.where(band.mean(axis=0) >= FINE, band**2, shape)
    return np.asarray(mean * _share(shape), np.float64), np.asarray(spread**2 * _share(wide), np.float64)


def coming_share(arcs: Arcs, tables: tuple[Matrix, Matrix], times: tuple[Vector, Vector]) -> tuple[Vector, Vector]:
    """Mean and variance of the weeks that an order placed now covers, as multiples of those of the average week.

    Parameters
    ----------
    arcs
        Who needs what; what is needed for other things follows their demand.
    tables
        Mean and variance of own demand, as of :func:`weekly`.
    times
        Days of the own step, and days from an order until the next one comes in, shape (item-sites).
    """
    passed = [table.copy() for table in tables]
    for mean, variance in zip(*passed, strict=True):
        network.explode(arcs.order, arcs.first, (arcs.child, arcs.quantity), mean, variance)
    own, covered = times
    start = ahead(arcs, passed[0].mean(axis=0), own)
    of_mean, of_variance = (between(_share(table), start, covered) for table in passed)
    return of_mean, of_variance


def _placed(facts: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Forecasts by weeks, with the number of the item-site and of the week."""
    numbers = facts.select(*NODE, node=pl.int_range(pl.len()))
    rows = plan["forecasts"].filter(pl.col("days") == WEEK).join(numbers, on=NODE, how="inner")
    week = (pl.col("start") - pl.col("start").min().over(NODE)).dt.total_days() // WEEK
    return rows.with_columns(week=week).sort("node", "week")


def _share(shape: Matrix) -> Matrix:
    """Each week as a multiple of the average week, shape (weeks, item-sites); one where nothing is told."""
    average = shape.mean(axis=0)
    return np.asarray(np.divide(shape, average, out=np.ones_like(shape), where=average > 0), np.float64)


def ahead(arcs: Arcs, mean: Vector, own: Vector) -> Vector:
    """Days from when an item-site is used to when the customers' demand for it counts, by the making in between.

    Parameters
    ----------
    arcs
        Who needs what.
    mean, own
        Demand a week with all that is passed on, and days of the own step, shape (item-sites).
    """
    sums, nothing = np.zeros(mean.size), np.zeros(mean.size)
    np.add.at(sums, arcs.child, arcs.quantity * (mean * own)[arcs.parent])
    network.explode(arcs.order, arcs.first, (arcs.child, arcs.quantity), sums, nothing)
    return np.divide(sums, mean, out=np.zeros_like(sums), where=mean > 0)


def between(table: Matrix, start: Vector, days: Vector) -> Vector:
    """Average week of the given days, which begin ``start`` days from now, shape (item-sites).

    ``table`` has the shape (weeks, item-sites); days beyond it are as its average week.

    >>> between(np.array([[10.0], [20.0], [60.0]]), np.array([0.0]), np.array([10.5]))
    array([13.33333333])
    """
    left, right = start / WEEK, (start + np.maximum(days, 1e-6)) / WEEK
    return np.asarray((_until(table, right) - _until(table, left)) / (right - left), np.float64)


def _until(table: Matrix, weeks: Vector) -> Vector:
    """Demand of so many weeks from now, shape (item-sites)."""
    size = table.shape[0]
    summed = np.vstack([np.zeros(table.shape[1]), np.cumsum(table, axis=0)])
    whole = np.clip(np.floor(weeks), 0, size - 1).astype(np.int64)
    here = np.arange(table.shape[1])
    inside = summed[whole, here] + np.clip(weeks - whole, 0.0, 1.0) * table[whole, here]
    return np.asarray(inside + np.maximum(weeks - size, 0.0) * table.mean(axis=0), np.float64)
