"""The exact best (s, S) policy for Poisson demand, reviewed every period."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Vector = npt.NDArray[np.float64]


@njit(cache=True)
def best_s_and_S(  # noqa: N802 - the names of the literature
    rate: float, lead_periods: int, order_cost: float, holding_cost: float, backorder_cost: float
) -> tuple[int, int, float]:
    """Reorder level s, order-up-to level S and cost a period of the best policy.

    Parameters
    ----------
    rate
        Mean of the Poisson demand of a period, above zero.
    lead_periods
        Whole periods from order to receipt.
    order_cost, holding_cost, backorder_cost
        Cost of an order, and of a unit held or owed at the end of a period.

    Notes
    -----
    Zheng, Federgruen, "Finding optimal (s, S) policies is about as simple as evaluating a single policy", 1991: order
    when the inventory position is at or below s. The search over S ends when the one-period cost of S exceeds the best
    cost found.
    """
    costs, lowest = _one_period_costs(rate, lead_periods, order_cost, (holding_cost, backorder_cost))
    renewal = _renewal(rate, costs.size)
    centre = int(np.argmin(costs))
    low, high = centre, centre
    cost = np.inf
    while low > 0:
        low -= 1
        cost = _policy_cost(low, high, order_cost, costs, renewal)
        if cost <= costs[low]:
            break
    upper = high + 1
    while upper < costs.size and costs[upper] <= cost:
        trial = _policy_cost(low, upper, order_cost, costs, renewal)
        if trial < cost:
            high, cost = upper, trial
            while cost <= costs[low + 1]:
                low += 1
                cost = _policy_cost(low, high, order_cost, costs, renewal)
        upper += 1
    return low + lowest, high + lowest, cost


@njit(cache=True)
def _one_period_costs(
    rate: float, lead_periods: int, order_cost: float, unit_costs: tuple[float, float]
) -> tuple[Vector, int]:
    """Expected holding and backorder cost for each inventory position after ordering, and the lowest position."""
    holding, backorder = unit_costs
    mean = rate * (lead_periods + 1)
    reach = int(3 * np.sqrt(2 * order_cost * rate * (1 / holding + 1 / backorder)) + 8 * np.sqrt(mean) + 20)
    lowest = int(mean) - reach
    costs = np.empty(2 * reach + 1)
    chance, below, excess, k = np.exp(-mean), 0.0, 0.0, 0
    for j in range(costs.size):
        position = lowest + j
        if position > 0:
            while k < position:  # E[(y - D)+] grows by P(D < y) with every step of y
                below += chance
                excess += below
                k += 1
                chance *= mean / k
        costs[j] = holding * excess + backorder * (excess - (position - mean))
    return costs, lowest


@njit(cache=True)
def _renewal(rate: float, size: int) -> Vector:
    """Expected visits to each distance below S between orders: ``m(j) = Σ p(l)·m(j - l)`` over l, m(0) = 1/(1-p(0))."""
    chance = np.empty(size)
    chance[0] = np.exp(-rate)
    for k in range(1, size):
        chance[k] = chance[k - 1] * rate / k
    visits = np.empty(size)
    visits[0] = 1.0 / (1.0 - chance[0])
    for j in range(1, size):
        total = 0.0
        for step in range(1, j + 1):
            total += chance[step] * visits[j - step]
        visits[j] = total / (1.0 - chance[0])
    return visits


@njit(cache=True)
def _policy_cost(low: int, high: int, order_cost: float, costs: Vector, renewal: Vector) -> float:
    total, periods = order_cost, 0.0
    for j in range(high - low):
        total += renewal[j] * costs[high - j]
        periods += renewal[j]
    return total / periods
