"""Safety stock, reorder point and order-up-to level from demand over the replenishment time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.inventory.calibration import Calibration, Cases, calibrated, moved_levels
from quarterdeck.solvers.distributions import demand_quantiles

Vector = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

REVIEW_DAYS = 7.0
LARGEST = 1e12


@dataclass(frozen=True, slots=True)
class Demand:
    """Demand a week and replenishment time per item-site, shape (item-sites); ``counts``: whole units only.

    ``review_days`` pass from one order to the next, a week where nothing else is said; ``correlation`` is how far the
    errors of two weeks go together.
    """

    mean: Vector
    variance: Vector
    lead_days: Vector
    lead_spread_days: Vector
    counts: Flags
    review_days: Vector | float = REVIEW_DAYS
    correlation: Vector | float = 0.0


@dataclass(frozen=True, slots=True)
class Levels:
    """Stock levels per item-site in item units, shape (item-sites)."""

    lead_time_demand: Vector
    lead_time_spread: Vector
    safety: Vector
    reorder: Vector
    order_up_to: Vector


def lead_time_moments(demand: Demand) -> tuple[Vector, Vector]:
    """Mean and variance of demand over the replenishment time and one review.

    For demand of mean d and variance σ² a week over a time of mean L and spread σ_L weeks: mean ``L·d``, variance
    ``L·σ²·(1 + (L - 1)·ρ) + d²·σ_L²`` (Silver, Pyke, Thomas, *Inventory and Production Management in Supply Chains*,
    2017, for ρ = 0; with ρ every pair of weeks has that correlation, because the level they share is wrong for all).

    >>> one = Demand(*(np.array([x]) for x in (100.0, 900.0, 21.0, 7.0)), np.array([True]))
    >>> [moment.tolist() for moment in lead_time_moments(one)]
    [[400.0], [13600.0]]
    """
    weeks, variance = _weeks(demand), demand_variance(demand)
    return weeks * demand.mean, variance + (demand.mean * demand.lead_spread_days / 7.0) ** 2


def demand_variance(demand: Demand) -> Vector:
    """Variance of demand over the mean replenishment time and one review."""
    weeks = _weeks(demand)
    together = 1.0 + np.maximum(weeks - 1.0, 0.0) * demand.correlation
    return np.asarray(weeks * demand.variance * together, np.float64)


def _weeks(demand: Demand) -> Vector:
    return np.asarray((demand.lead_days + demand.review_days) / 7.0, np.float64)


def stock_levels(
    demand: Demand,
    service: Vector,
    share: Vector,
    lot: Vector,
    learnt: Calibration | None = None,
    history_weeks: Vector | None = None,
) -> Levels:
    """Levels that meet the service level over the replenishment time.

    Parameters
    ----------
    demand
        Demand and replenishment times.
    service
        Probability of no shortage over a replenishment time, shape (item-sites).
    share
        Part of the safety stock to keep, below one where demand is new or fades, shape (item-sites).
    lot
        Usual order quantity, shape (item-sites).
    learnt
        What the past teaches of forecasts over several weeks; used where ``history_weeks``, shape (item-sites), the
        weeks of history behind the forecast, is not NaN.
    """
    mean, variance = lead_time_moments(demand)
    moderate = np.clip(variance, 0.0, 1e26)
    wanted = np.clip(service, 0.0, 0.9999)
    quantile = demand_quantiles(mean, moderate, wanted[:, None], demand.counts)[:, 0]
    if learnt is not None and history_weeks is not None:
        seen = np.flatnonzero(~np.isnan(history_weeks) & (mean > 0.0))
        quantile[seen] = _as_learnt(demand, seen, wanted[seen], learnt, history_weeks[seen])
    safety = np.where(service > 0.0, np.maximum(quantile - mean, 0.0) * share, 0.0)
    safety = np.clip(np.where(demand.counts, np.ceil(safety - 1e-9), safety), 0.0, LARGEST) + 0.0  # no minus zero
    reorder = np.clip(mean + safety, 0.0, LARGEST)
    covered = np.clip(mean, 0.0, LARGEST)
    return Levels(covered, np.sqrt(moderate), safety, reorder, np.clip(reorder + lot, 0.0, LARGEST))


def _as_learnt(demand: Demand, rows: Whole, service: Vector, learnt: Calibration, age: Vector) -> Vector:
    """Quantiles of demand over the replenishment time as past forecasts turned out, of some of the item-sites."""
    weeks = _weeks(demand)[rows]
    foreseen = Cases(weeks * demand.mean[rows], np.clip(demand_variance(demand)[rows], 0.0, 1e26), weeks, age)
    mean, variance = calibrated(foreseen, learnt)
    late = (demand.mean[rows] * demand.lead_spread_days[rows] / 7.0) ** 2
    levels = moved_levels(service, learnt)
    moderate = np.clip(variance + late, 0.0, 1e26)
    return demand_quantiles(np.clip(mean, 0.0, 1e13), moderate, levels[:, None], demand.counts[rows])[:, 0]
