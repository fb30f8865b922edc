"""The exact best (s, S) policy for Poisson demand reviewed every period, and (r, Q) policy reviewed always."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

MOST_POSITIONS = 4_000
NOTHING = 1e-18  # a demand less probable than this is never seen


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
    reach = _reach(rate, lead_periods, order_cost, (holding_cost, backorder_cost))
    room = (np.empty(2 * reach + 1), np.empty(2 * reach + 2), np.empty(2 * reach + 2))
    found: tuple[int, int, float] = _best(rate, lead_periods, order_cost, (holding_cost, backorder_cost), room)
    return found


@njit(cache=True)
def best_s_and_S_of_all(  # noqa: N802
    rate: Vector, lead_periods: Whole, order_cost: Vector, holding_cost: Vector, backorder_cost: Vector
) -> tuple[Whole, Whole, Vector]:
    """The same for many item-sites: s, S and cost a period, each of shape (item-sites)."""
    low, high, cost = np.empty(rate.size, np.int64), np.empty(rate.size, np.int64), np.empty(rate.size)
    longest = 0
    for i in range(rate.size):
        units = (holding_cost[i], backorder_cost[i])
        longest = max(longest, _reach(rate[i], lead_periods[i], order_cost[i], units))
    room = (np.empty(2 * longest + 1), np.empty(2 * longest + 2), np.empty(2 * longest + 2))
    for i in range(rate.size):
        units = (holding_cost[i], backorder_cost[i])
        low[i], high[i], cost[i] = _best(rate[i], lead_periods[i], order_cost[i], units, room)
    return low, high, cost


@njit(cache=True)
def _best(
    rate: float, lead: int, order_cost: float, unit_costs: tuple[float, float], room: tuple[Vector, Vector, Vector]
) -> tuple[int, int, float]:
    """The search; ``room`` holds one-period costs, demand probabilities and renewals, so that nothing is allocated."""
    costs, chance = room[:2]
    size, lowest = _one_period_costs(rate, lead, order_cost, unit_costs, costs)
    likely = _chances(rate, chance)
    low, high, cost = _searched(size, likely, order_cost, room)
    return low + lowest, high + lowest, cost


@njit(cache=True)
def best_s_and_S_given(  # noqa: N802
    single: Vector, over: Vector, order_cost: float, holding_cost: float, backorder_cost: float
) -> tuple[int, int, float]:
    """Reorder level s, order-up-to level S and cost a period for demand of any probabilities.

    Parameters
    ----------
    single, over
        Probability that 0, 1, 2, … are wanted in one period, and from an order until the next one is received, each of
        shape (quantities).
    order_cost, holding_cost, backorder_cost
        Cost of an order, and of a unit held or owed at the end of a period.
    """
    rate, mean, square = 0.0, 0.0, 0.0
    for k in range(single.size):
        rate += k * single[k]
    for k in range(over.size):
        mean += k * over[k]
        square += k * k * over[k]
    spread = np.sqrt(max(square - mean * mean, mean))
    wide = 3 * np.sqrt(2 * order_cost * rate * (1 / holding_cost + 1 / backorder_cost)) + 8 * spread + 20
    reach = min(int(wide), MOST_POSITIONS)
    lowest = int(mean) - reach
    costs, visits = np.empty(2 * reach + 1), np.empty(2 * reach + 2)
    below, excess, k = 0.0, 0.0, 0
    for j in range(costs.size):
        position = lowest + j
        while k < position:  # E[(y - D)+] grows by P(D < y) with every step of y
            below += over[k] if k < over.size else 0.0
            excess += below
            k += 1
        costs[j] = holding_cost * excess + backorder_cost * (excess - (position - mean))
    low, high, cost = _searched(costs.size, single.size, order_cost, (costs, single, visits))
    return low + lowest, high + lowest, cost


@njit(cache=True)
def _searched(size: int, likely: int, order_cost: float, room: tuple[Vector, Vector, Vector]) -> tuple[int, int, float]:
    """The best s and S as places among the one-period costs, and their cost."""
    costs, chance, visits = room
    visits[0], known = 1.0 / (1.0 - chance[0]), 1
    centre = 0
    for j in range(size):
        if costs[j] < costs[centre]:
            centre = j
    low, high, cost = centre, centre, np.inf
    total, periods = order_cost, 0.0
    while low > 0:
        low -= 1
        known = _renewed(high - low, known, chance, likely, visits)
        total += visits[high - low - 1] * costs[low + 1]
        periods += visits[high - low - 1]
        cost = total / periods
        if cost <= costs[low]:
            break
    upper = high + 1
    while upper < size and costs[upper] <= cost:
        known = _renewed(upper - low, known, chance, likely, visits)
        total, periods = order_cost, 0.0
        for j in range(upper - low):
            total += visits[j] * costs[upper - j]
            periods += visits[j]
        if total / periods < cost:
            high, cost = upper, total / periods
            while cost <= costs[low + 1]:
                low += 1
                total -= visits[high - low] * costs[low]
                periods -= visits[high - low]
                cost = total / periods
        upper += 1
    return low, high, cost


@njit(cache=True)
def _reach(rate: float, lead: int, order_cost: float, unit_costs: tuple[float, float]) -> int:
    """How far from the mean inventory positions can matter."""
    holding, backorder = unit_costs
    mean = rate * (lead + 1)
    return int(3 * np.sqrt(2 * order_cost * rate * (1 / holding + 1 / backorder)) + 8 * np.sqrt(mean) + 20)


@njit(cache=True)
def _one_period_costs(
    rate: float, lead: int, order_cost: float, unit_costs: tuple[float, float], costs: Vector
) -> tuple[int, int]:
    """Fills in holding and backorder cost per inventory position after ordering; how many, and the lowest position."""
    holding, backorder = unit_costs
    mean = rate * (lead + 1)
    reach = _reach(rate, lead, order_cost, unit_costs)
    lowest = int(mean) - reach
    chance, below, excess, k = np.exp(-mean), 0.0, 0.0, 0
    for j in range(2 * reach + 1):
        position = lowest + j
        if position > 0:
            while k < position:  # E[(y - D)+] grows by P(D < y) with every step of y
                below += chance
                excess += below
                k += 1
                chance *= mean / k
        costs[j] = holding * excess + backorder * (excess - (position - mean))
    return 2 * reach + 1, lowest


@njit(cache=True)
def _chances(rate: float, chance: Vector) -> int:
    """Fills in the probabilities of demand in a period, as far as they are not nothing; how many that are."""
    chance[0] = np.exp(-rate)
    k = 1
    while k < chance.size and (k <= rate or chance[k - 1] > NOTHING):
        chance[k] = chance[k - 1] * rate / k
        k += 1
    return k


@njit(cache=True)
def _renewed(wanted: int, known: int, chance: Vector, likely: int, visits: Vector) -> int:
    """Expected visits to each distance below S between orders, as far as wanted: ``m(j) = Σ p(l)·m(j - l)``."""
    for j in range(known, wanted):
        total = 0.0
        for step in range(1, min(j, likely - 1) + 1):
            total += chance[step] * visits[j - step]
        visits[j] = total / (1.0 - chance[0])
    return max(known, wanted)


@njit(cache=True)
def best_r_and_Q(  # noqa: N802
    rate: float, lead_time: float, order_cost: float, holding_cost: float, backorder_cost: float
) -> tuple[int, int, float]:
    """Reorder point r, order quantity Q and cost of a unit of time of the best policy, Poisson demand being watched.

    Federgruen, Zheng, "An efficient algorithm for computing an optimal (r, Q) policy in continuous review stochastic
    inventory systems", 1992: the positions r + 1 … r + Q are those of least cost rate around the best one; another one
    joins as long as it costs less than the mean.

    Parameters
    ----------
    rate, lead_time
        Demand of a unit of time, and time from order to receipt.
    order_cost, holding_cost, backorder_cost
        Cost of an order, and of a unit held or owed for a unit of time.
    """
    mean = rate * lead_time
    costs = np.empty(2 * _reach(rate, 0, order_cost, (holding_cost, backorder_cost)) + 2 * int(mean) + 40)
    lowest = min(int(mean) - costs.size // 2, 0)
    chance, below, excess, k = np.exp(-mean), 0.0, 0.0, 0
    for j in range(costs.size):
        position = lowest + j
        while k < position:
            below += chance
            excess += below
            k += 1
            chance *= mean / k
        costs[j] = holding_cost * excess + backorder_cost * (excess - (position - mean))
    low = high = int(np.argmin(costs))
    total = order_cost * rate + costs[low]
    while low > 0 and high < costs.size - 1:
        cheaper = min(costs[low - 1], costs[high + 1])
        if cheaper >= total / (high - low + 1):
            break
        total += cheaper
        if costs[low - 1] <= costs[high + 1]:
            low -= 1
        else:
            high += 1
    return low + lowest - 1, high - low + 1, total / (high - low + 1)
