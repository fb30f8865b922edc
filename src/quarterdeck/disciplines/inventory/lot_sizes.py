"""How much to order at once: economic order quantity, quantity discounts, Silver–Meal, Wagner–Whitin."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]

NO_ORDER = -1.0  # cost of an order that is not placed: whatever comes next begins anew


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


def order_quantity_with_backorders(
    demand: float, order_cost: float, holding_cost: float, backorder_cost: float
) -> tuple[float, float, float]:
    """Order quantity, share of demand backordered, and cost, where customers wait at a price.

    With ``p`` for a unit that waits a unit of time, ``x = h / (h + p)`` of demand waits and the quantity is
    ``sqrt(2·K·λ·(h + p) / (h·p))`` (Snyder, Shen, *Fundamentals of Supply Chain Theory*, section 3.5).

    >>> [round(each, 3) for each in order_quantity_with_backorders(1300, 8, 0.225, 5)]
    [310.813, 0.043, 66.921]
    """
    together = holding_cost + backorder_cost
    quantity = float(np.sqrt(2.0 * order_cost * demand * together / (holding_cost * backorder_cost)))
    return quantity, holding_cost / together, 2.0 * order_cost * demand / quantity


def economic_production_quantity(
    demand: npt.ArrayLike, order_cost: npt.ArrayLike, holding_cost: npt.ArrayLike, production_rate: npt.ArrayLike
) -> tuple[Vector, Vector]:
    """Lot of least cost where it comes in at a finite rate, and that cost; infinite if demand outruns production.

    Stock only grows by what is not used meanwhile: ``sqrt(2·K·λ / (h·(1 - λ/μ)))`` (Taft, "The most economical
    production lot", 1918).

    >>> [each.round(2).item() for each in economic_production_quantity(1300, 8, 0.225, 2000)]
    [513.93, 40.47]
    """
    rate, made = np.asarray(demand, np.float64), np.asarray(production_rate, np.float64)
    kept = np.asarray(holding_cost, np.float64) * (1.0 - rate / made)
    possible = kept > 0.0
    quantity = economic_order_quantity(rate, order_cost, np.where(possible, kept, 1.0))
    return np.where(possible, quantity, np.inf), np.where(possible, quantity * kept, 0.0)


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


def incremental_order_quantity(
    demand: float, order_cost: float, holding_share: float, breaks: list[tuple[float, float]]
) -> tuple[float, float]:
    """Order quantity and yearly cost where a lower price is for the units beyond its break only.

    Parameters are those of :func:`discounted_order_quantity`, the first break being at 0. What the dearer units below
    cost more is like a part of the order cost: the economic quantity of each step counts where it lies in its step
    (Snyder, Shen, *Fundamentals of Supply Chain Theory*, section 3.4).

    >>> breaks = [(0, 0.75), (400, 0.72), (800, 0.68)]
    >>> [round(each, 2) for each in incremental_order_quantity(1300, 8, 0.3, breaks)]
    [304.05, 1043.41]
    """
    best, dearer = (np.inf, 0.0), 0.0
    for number, (least, price) in enumerate(breaks):
        dearer += (breaks[number - 1][1] - price) * least if number else 0.0
        most = breaks[number + 1][0] if number + 1 < len(breaks) else np.inf
        quantity = float(economic_order_quantity(demand, order_cost + dearer, holding_share * price))
        if least <= quantity < most:
            bought = (order_cost + dearer) * demand / quantity + price * demand
            best = min(best, (bought + holding_share * (price * quantity + dearer) / 2.0, quantity))
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


def silver_meal(demand: Matrix, order_cost: Vector, holding_cost: Vector) -> tuple[Matrix, Vector]:
    """Order quantities by the Silver–Meal heuristic, and their cost; parameters as of :func:`wagner_whitin`.

    An order covers periods as long as cost per period falls (Silver, Meal, "A heuristic for selecting lot size
    quantities", 1973): the next period joins unless carrying its demand, times the periods covered, costs more than the
    order so far.
    """
    orders, total = np.empty(demand.shape), np.empty(demand.shape[0])  # made here, where memory comes in large pages
    _fill_silver_meal(demand, order_cost, holding_cost, orders, total)
    return orders, total


@njit(cache=True)
def _fill_silver_meal(demand: Matrix, order_cost: Vector, holding_cost: Vector, orders: Matrix, total: Vector) -> None:
    items, periods = demand.shape
    for i in range(items):
        fixed, holding = order_cost[i], holding_cost[i]
        orders[i] = 0.0
        lot = (0, 0.0, NO_ORDER, 0.0, 0.0, 0.0)
        for t in range(periods):
            lot = _joined(t, demand[i, t], fixed, holding, lot)
            orders[i, lot[0]] = lot[1]
        total[i] = lot[5] + max(lot[2], 0.0)


@njit(inline="always")
def _joined(
    period: int, wanted: float, fixed: float, holding: float, lot: tuple[int, float, float, float, float, float]
) -> tuple[int, float, float, float, float, float]:
    """The order after this period, by choices instead of branches, which no processor would foresee.

    When it is placed, its size and cost, what carrying a unit to the next period costs, periods it covers, and the cost
    of the orders before it.
    """
    begin, size, cost, carrying, covered, spent = lot
    carried = carrying * wanted
    anew = carried * covered > cost
    first_cost = fixed if wanted > 0.0 else NO_ORDER
    return (
        period if anew else begin,
        wanted if anew else size + wanted,
        first_cost if anew else cost + carried,
        holding if anew else carrying + holding,
        1.0 if anew else covered + 1.0,
        spent + max(cost, 0.0) if anew else spent,
    )
