"""How much to order at once: economic order quantity, quantity discounts, Silver–Meal, Wagner–Whitin."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]


def economic_order_quantity(demand: npt.ArrayLike, order_cost: npt.ArrayLike, holding_cost: npt.ArrayLike) -> Vector:
    """Order quantity of least ordering and holding cost, ``sqrt(2·K·λ / h)``.

    Harris, "How many parts to make at once", 1913. ``demand`` and ``holding_cost`` a unit are for the same time.

    Joe's corner store (Snyder, Shen, *Fundamentals of Supply Chain Theory*): 1,300 bars a year, 8 an
    order, 0.225 a bar and year.

    >>> economic_order_quantity(1300, 8, 0.225).round(1).item()
    304.0
    """
    rate, fixed, holding = (np.asarray(value, np.float64) for value in (demand, order_cost, holding_cost))
    return np.asarray(np.sqrt(2.0 * fixed * rate / holding), np.float64)


def discounted_order_quantity(
    demand: float, order_cost: float, holding_share: float, breaks: list[tuple[float, float]]
) -> tuple[float, float]:
    """Order quantity and yearly cost under all-units discounts.

    Parameters
    ----------
    demand
        Units a year.
    order_cost
        Cost of one order.
    holding_share
        Cost of holding a unit for a year, as a share of its price.
    breaks
        Least quantity and price of each step, by rising quantity.

    Notes
    -----
    Each step's economic quantity, moved up to the step's least quantity; the cheapest wins (Snyder, Shen).
    """
    best = (np.inf, 0.0)
    for number, (least, price) in enumerate(breaks):
        most = breaks[number + 1][0] if number + 1 < len(breaks) else np.inf
        quantity = max(float(economic_order_quantity(demand, order_cost, holding_share * price)), least)
        if quantity < most:
            cost = price * demand + order_cost * demand / quantity + holding_share * price * quantity / 2.0
            best = min(best, (cost, quantity))
    return best[1], best[0]


@njit(cache=True)
def wagner_whitin(demand: Matrix, order_cost: Vector, holding_cost: Vector) -> tuple[Matrix, Vector]:
    """Order quantities of least cost for known demand per period, and that cost.

    Wagner, Whitin, "Dynamic version of the economic lot size model", 1958, as a backward recursion; a period is not
    joined to an order once carrying its demand costs more than ordering anew.

    Parameters
    ----------
    demand
        Units per period, shape (items, periods).
    order_cost, holding_cost
        Cost of an order, and of carrying one unit over one period, shape (items).
    """
    items, periods = demand.shape
    orders, total = np.zeros((items, periods)), np.zeros(items)
    best, until = np.zeros(periods + 1), np.zeros(periods + 1, np.int64)
    for i in range(items):
        for begin in range(periods - 1, -1, -1):
            best[begin] = np.inf
            carried = order_cost[i]
            for end in range(begin, periods):
                extra = holding_cost[i] * (end - begin) * demand[i, end]
                if extra > order_cost[i]:
                    break
                carried += extra
                if carried + best[end + 1] < best[begin]:
                    best[begin], until[begin] = carried + best[end + 1], end + 1
            if demand[i, begin] == 0.0 and best[begin + 1] < best[begin]:
                best[begin], until[begin] = best[begin + 1], begin + 1
        total[i], begin = best[0], 0
        while begin < periods:
            orders[i, begin] = demand[i, begin : until[begin]].sum()
            begin = until[begin]
    return orders, total


@njit(cache=True)
def silver_meal(demand: Matrix, order_cost: Vector, holding_cost: Vector) -> tuple[Matrix, Vector]:
    """Order quantities by the Silver–Meal heuristic, and their cost; parameters as of :func:`wagner_whitin`.

    An order covers periods as long as cost per period falls (Silver, Meal, "A heuristic for selecting lot size
    quantities", 1973).
    """
    items, periods = demand.shape
    orders, total = np.zeros((items, periods)), np.zeros(items)
    for i in range(items):
        begin = 0
        while begin < periods:
            if demand[i, begin] == 0.0:
                begin += 1
                continue
            cost, lot, covered = order_cost[i], demand[i, begin], 1.0
            end = begin + 1
            while end < periods:
                more = cost + holding_cost[i] * covered * demand[i, end]
                if more * covered > cost * (covered + 1.0):  # the mean cost per period would rise
                    break
                cost, lot, covered = more, lot + demand[i, end], covered + 1.0
                end += 1
            orders[i, begin] = lot
            total[i] += cost
            begin = end
    return orders, total
