"""Price breaks in joint orders: what is bought less often, in quantities that a lower price is given for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.inventory.joint import Cycle

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Steps = list[tuple[float, float]]

SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Offer:
    """What is known of the items of one supplier.

    Parameters
    ----------
    rate
        Units a day, shape (items).
    line_cost, price
        Cost of having the item in an order, and price of a unit below the first break, shape (items).
    steps
        Least quantity and price of each break by rising quantity, for each item.
    """

    rate: Vector
    line_cost: Vector
    price: Vector
    steps: list[Steps]


def discounted(cycle: Cycle, offer: Offer, holding: float, longest: float) -> Cycle:
    """The cycle with items in fewer orders where the price of a larger quantity saves more than keeping it costs.

    An item's cost of a day in every m-th order is ``p(q)·λ + k / (m·T) + i·p(q)·q / 2`` with ``q = λ·m·T``: all-units
    discounts, where beyond a multiple only those that just reach a break can be cheaper.

    Parameters
    ----------
    holding
        Cost of keeping stock for a day, as a share of its value.
    longest
        Most days that an order may last.
    """
    multiples = [
        _multiple(cycle, number, offer, (holding, longest)) if steps else int(cycle.multiples[number])
        for number, steps in enumerate(offer.steps)
    ]
    return Cycle(cycle.length, np.array(multiples, np.int64), cycle.cost)


def _multiple(cycle: Cycle, number: int, offer: Offer, limits: tuple[float, float]) -> int:
    holding, longest = limits
    now, steps = int(cycle.multiples[number]), offer.steps[number]
    rate, line, usual = (float(each[number]) for each in (offer.rate, offer.line_cost, offer.price))
    once = rate * cycle.length
    reaching = {int(np.ceil(least / once - SLACK)) for least, _ in steps} if once > 0 else set()

    def cost(multiple: int) -> float:
        quantity = once * multiple
        price = price_at(quantity, usual, steps)
        return price * rate + line / (multiple * cycle.length) + holding * price * quantity / 2.0

    tried = [now, *sorted(each for each in reaching if each > now and each * cycle.length <= longest)]
    return min(tried, key=lambda each: (cost(each), each))


def price_at(quantity: float, usual: float, steps: Steps) -> float:
    """Price of a unit in an order of this quantity: of the last break that is reached, else the usual one.

    >>> price_at(99, 5.0, [(100, 4.5), (500, 4.0)]), price_at(500, 5.0, [(100, 4.5), (500, 4.0)])
    (5.0, 4.0)
    """
    return next((price for least, price in reversed(steps) if least <= quantity * (1.0 + SLACK)), usual)
