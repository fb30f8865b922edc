"""Stock policies for any number of items at once: newsvendor, base stock, (R,Q) by cost or fill rate, kanban."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

Vector = npt.NDArray[np.float64]

ROOT_TWO_PI = 2.5066282746310002
ROOT_HALF = 0.7071067811865476


def standard_loss(z: Vector) -> Vector:
    """Expected excess of a standard normal over ``z``: ``φ(z) - z·(1 - Φ(z))``.

    >>> standard_loss(np.array([0.0, 1.0])).round(4).tolist()
    [0.3989, 0.0833]
    """
    from scipy.special import ndtr  # noqa: PLC0415 - scipy takes a while to load

    return np.asarray(np.exp(-0.5 * z * z) / ROOT_TWO_PI - z * ndtr(-z), np.float64)


def critical_ratio(under_cost: Vector, over_cost: Vector) -> Vector:
    """Share of cases in which demand should be met: ``cu / (cu + co)``, one unit too few against one too many."""
    return np.asarray(under_cost / (under_cost + over_cost), np.float64)


def newsvendor(mean: Vector, spread: Vector, under_cost: Vector, over_cost: Vector) -> tuple[Vector, Vector]:
    """Quantity to have for one season of normal demand, and its expected cost.

    The critical ratio ``cu / (cu + co)`` is met (Snyder, Shen, *Fundamentals of Supply Chain Theory*).

    >>> [round(x.item(), 2) for x in newsvendor(*(np.array([x]) for x in (50.0, 8.0, 0.7, 0.18)))]
    [56.6, 2.0]
    """
    from scipy.special import ndtri  # noqa: PLC0415

    z = ndtri(critical_ratio(under_cost, over_cost))
    cost = (under_cost + over_cost) * spread * np.exp(-0.5 * z * z) / ROOT_TWO_PI
    return np.asarray(mean + z * spread, np.float64), np.asarray(cost, np.float64)


def newsvendor_of_counts(chance: Vector, under_cost: float, over_cost: float) -> tuple[int, float]:
    """Quantity to have for one season of demand in whole units, and its expected cost.

    The least quantity that demand stays within with the probability ``cu / (cu + co)``.

    Parameters
    ----------
    chance
        Probability that 0, 1, 2, … units are wanted, shape (quantities); their sum is one.
    under_cost, over_cost
        Cost of one unit too few and of one too many.

    >>> newsvendor_of_counts(np.array([0.25, 0.5, 0.25]), 2.0, 1.0)
    (1, 0.75)
    """
    wanted = under_cost / (under_cost + over_cost)
    quantity = int(np.searchsorted(np.cumsum(chance), wanted - 1e-12).clip(0, chance.size - 1))
    left = quantity - np.arange(chance.size)
    return quantity, float((np.where(left > 0, over_cost * left, -under_cost * left) * chance).sum())


def base_stock(mean: Vector, spread: Vector, service: Vector) -> Vector:
    """Level that covers normal lead-time demand with the probability ``service``."""
    from scipy.special import ndtri  # noqa: PLC0415

    return np.asarray(mean + ndtri(np.clip(service, 1e-12, 1.0 - 1e-12)) * spread, np.float64)


def fill_rate_reorder_point(mean: Vector, spread: Vector, lot: Vector, fill_rate: Vector) -> Vector:
    """Reorder point at which the share ``fill_rate`` of demand is met from stock, orders being of size ``lot``.

    Solves ``σ·[G(z) - G(z + Q/σ)] = (1 - fill rate)·Q`` for normal lead-time demand by Newton's method (Silver, Pyke,
    Thomas, 2017).

    Parameters
    ----------
    mean, spread
        Lead-time demand, shape (items).
    lot, fill_rate
        Order quantity, and share between 0 and 1, shape (items).
    """
    given = [np.ascontiguousarray(each, dtype=np.float64) for each in (mean, spread, lot, fill_rate)]
    return np.asarray(_fill_rate_points(*given), np.float64)


@njit(cache=True, error_model="numpy")
def _fill_rate_points(mean: Vector, spread: Vector, lot: Vector, fill_rate: Vector) -> Vector:
    """Newton's method per item, from where the loss alone would have to be."""
    found = np.empty(mean.size)
    for i in range(mean.size):
        sigma = max(spread[i], 1e-12)
        ratio = lot[i] / sigma
        wanted = (1.0 - fill_rate[i]) * ratio
        z = _first_guess(wanted)
        for _ in range(40):
            here, there = 0.5 * math.erfc(z * ROOT_HALF), 0.5 * math.erfc((z + ratio) * ROOT_HALF)
            loss = math.exp(-0.5 * z * z) / ROOT_TWO_PI - z * here
            after = math.exp(-0.5 * (z + ratio) ** 2) / ROOT_TWO_PI - (z + ratio) * there
            step = min(max((loss - after - wanted) / max(here - there, 1e-12), -1.0), 1.0)
            z = min(max(z + step, -8.0), 8.0)
            if abs(step) < 1e-7:
                break
        found[i] = mean[i] + z * sigma
    return found


@njit(cache=True)
def _first_guess(loss: float) -> float:
    """Roughly where the standard loss has this value: minus it where it is large, else from the tail's shape."""
    if loss > 0.4:
        return max(-loss, -8.0)
    deep = math.sqrt(max(-2.0 * math.log(max(loss, 1e-15)) - 1.8, 0.0))
    return deep - (0.9 * math.log(1.0 + deep) if deep > 0.0 else 0.0)


def reorder_point_and_quantity(
    demand: Vector, lead_time: tuple[Vector, Vector], costs: tuple[Vector, Vector, Vector]
) -> tuple[Vector, Vector]:
    """Reorder point and order quantity of least expected cost, by the iteration of Hadley and Whitin.

    Parameters
    ----------
    demand
        Units a year, shape (items).
    lead_time
        Mean and spread of lead-time demand, shape (items).
    costs
        Cost of an order, of holding a unit for a year, and of a unit backordered, shape (items).

    Notes
    -----
    Snyder, Shen (expected-inventory-level approximation): ``Q² = 2λ[K + p·n(r)] / h`` and
    ``1 - F(r) = Q·h / (p·λ)`` in turn until they stand still.
    """
    from scipy.special import ndtri  # noqa: PLC0415

    (mean, spread), (order, holding, backorder) = lead_time, costs
    quantity = np.sqrt(2.0 * order * demand / holding)
    z = np.zeros_like(quantity)
    for _ in range(60):
        z = ndtri(np.clip(1.0 - quantity * holding / (backorder * demand), 1e-9, 1.0 - 1e-9))
        short = spread * standard_loss(z)
        quantity = np.sqrt(2.0 * demand * (order + backorder * short) / holding)
    return np.asarray(mean + z * spread, np.float64), quantity


def kanban_cards(demand_per_day: float, lead_days: float, safety_share: float, container: float) -> int:
    """Cards in a loop: demand over the time a card travels, with a share on top, in whole containers.

    Monden, *Toyota Production System*, 1983: ``D·L·(1 + α) / C`` rounded up.

    >>> kanban_cards(100, 0.5, 0.1, 10)
    6
    """
    numbers = (np.array([each]) for each in (demand_per_day, lead_days, safety_share, container))
    return int(kanban_cards_of_all(*numbers)[0])


def kanban_cards_of_all(demand_per_day: Vector, lead_days: Vector, safety_share: Vector, container: Vector) -> Vector:
    """The same for many loops at once, shape (items)."""
    return np.asarray(np.ceil(demand_per_day * lead_days * (1.0 + safety_share) / container - 1e-9), np.float64)
