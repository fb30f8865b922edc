"""The company in aggregate: products, buckets of time, resources and money, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Products:
    """What is sold; one entry per product unless said otherwise.

    Parameters
    ----------
    demand
        Wanted in each bucket, shape (products, buckets) [units].
    hours
        Work of one unit on each resource, all levels of its structure together, shape (products, resources) [h/unit].
    stock
        There at the start [units].
    price, cost
        Earned by a unit, and paid for its material [currency/unit].
    holding
        Cost of keeping a unit for one bucket [currency/unit].
    late
        Cost of delivering a unit one bucket late [currency/unit].
    outside
        Price of a unit made by somebody else, ``inf`` where nobody does [currency/unit].
    paid_after, pays_after
        Buckets from delivery until customers pay, and from making until suppliers are paid.
    """

    demand: Floats
    hours: Floats
    stock: Floats
    price: Floats
    cost: Floats
    holding: Floats
    late: Floats
    outside: Floats
    paid_after: Ints
    pays_after: Ints


@dataclass(frozen=True)
class Resources:
    """What work is done on; ``capacity`` and ``overtime`` (the most of it) have the shape (resources, buckets) [h].

    ``overtime_cost`` of an hour; ``person_hours`` that one more person brings to a bucket, 0 where nobody can be
    hired; ``hire_cost`` of hiring one person, ``person_cost`` of one person for one bucket, ``leave_cost`` of letting
    one go.
    """

    capacity: Floats
    overtime: Floats
    overtime_cost: Floats
    person_hours: Floats
    person_cost: Floats
    hire_cost: Floats
    leave_cost: Floats


@dataclass(frozen=True)
class Money:
    """Cash: what is there at the start, what moves whatever is made (``fixed``, shape (buckets)), and credit.

    ``credit_limit`` is how far the line goes, at ``credit_rate`` a bucket; what is needed beyond it is priced at
    ``beyond_rate``, so that the answer is how much is lacking and when, never that there is no answer.
    """

    opening: float
    fixed: Floats
    credit_limit: float
    credit_rate: float
    beyond_rate: float


@dataclass(frozen=True)
class Aggregate:
    """Everything that is levelled; ``money`` is ``None`` where the company says nothing about its cash."""

    products: Products
    resources: Resources
    money: Money | None

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Numbers of products, buckets and resources."""
        products, buckets = self.products.demand.shape
        return products, buckets, self.resources.capacity.shape[0]

    @property
    def net_demand(self) -> Floats:
        """Demand that the stock at the start does not cover, shape (products, buckets)."""
        wanted = np.cumsum(self.products.demand, axis=1)
        uncovered = np.maximum(wanted - self.products.stock[:, None], 0.0)
        return np.diff(uncovered, axis=1, prepend=0.0)

    def usable_hours(self) -> npt.NDArray[np.bool_]:
        """Where an hour more of one resource alone could make something, shape (resources, buckets).

        In a week in which other resources that each of its products needs are closed as well, it could not, whatever
        the prices of the programme say: there several sets of them are right.
        """
        resources = self.resources
        closed = (resources.capacity + resources.overtime <= 0) & (resources.person_hours <= 0)[:, None]
        uses = (self.products.hours > 0).astype(np.float64)
        blocked = uses @ closed
        by_others = uses.T @ (blocked == 0) + closed * (uses.T @ (blocked == 1))
        return np.asarray(by_others > 0)

    def usual_cash(self) -> Floats:
        """What moves in each bucket if everything is made where it is wanted, with the money at the start."""
        money, products = self.money, self.products
        given = np.zeros(self.sizes[1])
        if money is None:
            return given
        given += money.fixed
        given[0] += money.opening
        for lags, amounts in (
            (products.paid_after, products.price[:, None] * products.demand),
            (products.pays_after, -products.cost[:, None] * self.net_demand),
        ):
            for lag in np.unique(lags):
                total = amounts[lags == lag].sum(axis=0)
                given[int(lag) :] += total[: max(given.size - int(lag), 0)]
        return given

    def dearest_hour(self) -> float:
        """More than any hour can be worth: what it costs to lose the product that needs least of it."""
        hours, worth = self.products.hours, self.products.price[:, None]
        least = np.divide(worth, hours, out=np.zeros(hours.shape), where=hours > 0)
        money = 1.0 if self.money is None else 1.0 + self.money.beyond_rate * self.sizes[1]
        return 2.0 * money * float(max(least.max(initial=1.0), self.resources.overtime_cost.max(initial=0.0)))
