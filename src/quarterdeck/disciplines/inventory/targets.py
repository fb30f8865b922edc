"""Safety stock, reorder point and order-up-to level from demand over the replenishment time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.solvers.distributions import demand_quantiles

Vector = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

REVIEW_DAYS = 7.0
LARGEST = 1e12


@dataclass(frozen=True, slots=True)
class Demand:
    """Demand a week and replenishment time per item-site, shape (item-sites); ``counts``: whole units only."""

    mean: Vector
    variance: Vector
    lead_days: Vector
    lead_spread_days: Vector
    counts: Flags


@dataclass(frozen=True, slots=True)
class Levels:
    """Stock levels per item-site in item units, shape (item-sites)."""

    lead_time_demand: Vector
    lead_time_spread: Vector
    safety: Vector
    reorder: Vector
    order_up_to: Vector


def lead_time_moments(demand: Demand, review_days: float = REVIEW_DAYS) -> tuple[Vector, Vector]:
    """Mean and variance of demand over the replenishment time and one review.

    For demand of mean d and variance σ² a week over a time of mean L and spread σ_L weeks: mean ``L·d``, variance
    ``L·σ² + d²·σ_L²`` (Silver, Pyke, Thomas, *Inventory and Production Management in Supply Chains*, 2017).

    >>> one = Demand(*(np.array([x]) for x in (100.0, 900.0, 21.0, 7.0)), np.array([True]))
    >>> [moment.tolist() for moment in lead_time_moments(one)]
    [[400.0], [13600.0]]
    """
    weeks = (demand.lead_days + review_days) / 7.0
    spread = demand.lead_spread_days / 7.0
    return weeks * demand.mean, weeks * demand.variance + (demand.mean * spread) ** 2


def stock_levels(demand: Demand, service: Vector, share: Vector, lot: Vector) -> Levels:
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
    """
    mean, variance = lead_time_moments(demand)
    moderate = np.clip(variance, 0.0, 1e26)
    quantile = demand_quantiles(mean, moderate, np.clip(service, 0.0, 0.9999)[:, None], demand.counts)[:, 0]
    safety = np.where(service > 0.0, np.maximum(quantile - mean, 0.0) * share, 0.0)
    safety = np.clip(np.where(demand.counts, np.ceil(safety - 1e-9), safety), 0.0, LARGEST) + 0.0  # no minus zero
    reorder = np.clip(mean + safety, 0.0, LARGEST)
    covered = np.clip(mean, 0.0, LARGEST)
    return Levels(covered, np.sqrt(moderate), safety, reorder, np.clip(reorder + lot, 0.0, LARGEST))
