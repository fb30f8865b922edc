"""Safety stock, reorder point and order-up-to level from demand over the replenishment time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.inventory.calibration import HIGHEST, Calibration, Cases, calibrated, moved_levels
from quarterdeck.solvers.distributions import demand_quantiles

Vector = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

REVIEW_DAYS = 7.0
LARGEST = 1e12
MOST_PROBABLE = 0.9999


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


@dataclass(frozen=True, slots=True)
class Seen:
    """What the past teaches of the item-sites whose ``history_weeks``, shape (item-sites), are not NaN.

    ``settled`` says, shape (item-sites), where the service given is the probability to take as it stands, because a
    promise for many was learnt from the past as a whole.
    """

    learnt: Calibration | None
    history_weeks: Vector
    settled: Flags | None = None


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
    seen: Seen | None = None,
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
    seen
        What the past teaches of forecasts over several weeks.
    """
    mean, variance = lead_time_moments(demand)
    moderate = np.clip(variance, 0.0, 1e26)
    wanted = np.clip(service, 0.0, MOST_PROBABLE)
    if seen is not None and seen.settled is not None:
        wanted = np.where(seen.settled, np.clip(service, 0.0, HIGHEST), wanted)
    chance = _moved(wanted, seen, mean)
    quantile = demand_quantiles(*turned_out(demand, seen), chance[:, None], demand.counts)[:, 0]
    safety = np.where(service > 0.0, np.maximum(quantile - mean, 0.0) * share, 0.0)
    safety = np.clip(np.where(demand.counts, np.ceil(safety - 1e-9), safety), 0.0, LARGEST) + 0.0  # no minus zero
    reorder = np.clip(mean + safety, 0.0, LARGEST)
    covered = np.clip(mean, 0.0, LARGEST)
    return Levels(covered, np.sqrt(moderate), safety, reorder, np.clip(reorder + lot, 0.0, LARGEST))


def turned_out(demand: Demand, seen: Seen | None) -> tuple[Vector, Vector]:
    """Mean and variance over the replenishment time and one review, as past forecasts turned out where known."""
    mean, variance = lead_time_moments(demand)
    variance = np.clip(variance, 0.0, 1e26)
    rows = _known(seen, mean)
    if seen is None or seen.learnt is None or not rows.size:
        return mean, variance
    weeks = _weeks(demand)[rows]
    cases = Cases(mean[rows], np.clip(demand_variance(demand)[rows], 0.0, 1e26), weeks, seen.history_weeks[rows])
    middle, around = calibrated(cases, seen.learnt)
    late = (demand.mean[rows] * demand.lead_spread_days[rows] / 7.0) ** 2
    mean[rows], variance[rows] = np.clip(middle, 0.0, 1e13), np.clip(around + late, 0.0, 1e26)
    return mean, variance


def _known(seen: Seen | None, mean: Vector) -> Whole:
    """Item-sites whose forecasts were looked back on."""
    if seen is None or seen.learnt is None:
        return np.empty(0, np.int64)
    return np.flatnonzero(~np.isnan(seen.history_weeks) & (mean > 0.0))


def _moved(wanted: Vector, seen: Seen | None, mean: Vector) -> Vector:
    """The probabilities to take, where the past says that others than the wanted ones keep the promise."""
    rows = _known(seen, mean)
    if seen is None or seen.learnt is None or not rows.size:
        return wanted
    rows = rows if seen.settled is None else rows[~seen.settled[rows]]
    found = wanted.copy()
    found[rows] = moved_levels(wanted[rows], seen.learnt)
    return found
