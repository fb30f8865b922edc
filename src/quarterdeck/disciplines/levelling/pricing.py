"""Which shift is worth most for each demand at given values of hours and money."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from quarterdeck.disciplines.levelling.aggregate import Floats, Ints
from quarterdeck.disciplines.levelling.formulation import LOST, OUTSIDE


class Prices(NamedTuple):
    """Values by product and bucket [currency/unit], and products' own rates.

    ``make`` is what making a unit in a bucket takes of hours and money that are scarce, ``buy`` the same for one made
    outside, ``sale`` what being paid for a delivery in a bucket brings beyond the price; ``holding``, ``late``,
    ``margin`` (price less cost) and ``dearer`` (outside less cost, ``inf`` where nobody does it) by product.
    """

    make: Floats
    buy: Floats
    sale: Floats
    holding: Floats
    late: Floats
    margin: Floats
    dearer: Floats


@njit(cache=True)
def best_shifts(prices: Prices, demand: Floats, limit: Floats) -> tuple[Ints, Floats]:
    """For each product and bucket the best shift (``made``) and what a unit of it saves; 0 where nothing is saved.

    ``limit`` is what the demand of a product and bucket is already worth shifting, by the shifts that are known.
    """
    products, buckets = demand.shape
    made, saved = np.zeros((products, buckets), np.int64), np.zeros((products, buckets))
    for p in range(products):
        for t in range(buckets):
            if demand[p, t] <= 0.0:
                continue
            here = prices.make[p, t]
            best, least, sale = t, 0.0, prices.sale[p, t]
            for s in range(buckets):
                cost = prices.make[p, s] - here
                if s <= t:
                    cost += (t - s) * prices.holding[p]
                else:
                    cost += (s - t) * prices.late[p] + sale - prices.sale[p, s]
                if cost < least:
                    best, least = s, cost
            lost = prices.margin[p] - here + sale
            if lost < least:
                best, least = LOST, lost
            if prices.dearer[p] < np.inf and prices.dearer[p] + prices.buy[p, t] - here < least:
                best, least = OUTSIDE, prices.dearer[p] + prices.buy[p, t] - here
            made[p, t], saved[p, t] = best, max(-least - limit[p, t], 0.0)
    return made, saved
