"""The aggregate plan as a linear programme whose columns are found as they are needed.

Without limits everything would be made in the bucket that wants it. The programme holds only what departs from that:
a *shift* makes some of the demand of a product and bucket in another bucket, earlier (kept in stock) or later (late),
has it made outside, or loses it. Shifts are priced against the value of hours and money (column generation: Ford &
Fulkerson, A suggested computation for maximal multi-commodity network flows, 1958), so that a company of hundreds of
thousands of product-weeks needs a programme of some thousands of rows. Since stock is not limited, quantities made in
one bucket for another are the same plan as stock and production, and the optimum is that of the whole programme.

Besides the shifts: overtime, people hired, let go and there in addition per resource and bucket; cash and credit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quarterdeck.disciplines.levelling.aggregate import Aggregate, Floats, Ints
from quarterdeck.solvers.linear_programming import LinearProgramme

OUTSIDE, LOST = -1, -2
BY_RESOURCE = ("overtime", "hired", "left", "people", "excess")
BY_BUCKET = ("cash", "credit", "beyond")


@dataclass(frozen=True)
class Shift:
    """Shifts: of demand ``product``, ``bucket``, made in bucket ``made``, or ``OUTSIDE``, or ``LOST``; arrays."""

    product: Ints
    bucket: Ints
    made: Ints

    @property
    def size(self) -> int:
        """Number of shifts."""
        return int(self.product.size)


class Formulation:
    """Where the rows and columns of the programme lie, and their numbers for a company in aggregate."""

    def __init__(self, aggregate: Aggregate) -> None:
        self.aggregate = aggregate
        _, self.buckets, self.resources = aggregate.sizes
        self.has_money = aggregate.money is not None
        self.columns = {name: number * self.resources * self.buckets for number, name in enumerate(BY_RESOURCE)}
        first = len(BY_RESOURCE) * self.resources * self.buckets
        self.columns |= {name: first + number * self.buckets for number, name in enumerate(BY_BUCKET)}
        self.first_shift = first + len(BY_BUCKET) * self.buckets * self.has_money
        self.first_limit = 2 * self.resources * self.buckets + self.buckets * self.has_money

    def grid(self, name: str) -> Ints:
        """Columns of a kind by resource and bucket."""
        return self.columns[name] + np.arange(self.resources * self.buckets).reshape(self.resources, self.buckets)

    def line(self, name: str) -> Ints:
        """Columns of a kind by bucket."""
        return np.asarray(self.columns[name] + np.arange(self.buckets))

    @property
    def capacity_rows(self) -> Ints:
        """Rows of capacity, shape (resources, buckets)."""
        return np.arange(self.resources * self.buckets).reshape(self.resources, self.buckets)

    @property
    def workforce_rows(self) -> Ints:
        """Rows of people, shape (resources, buckets)."""
        return self.capacity_rows + self.resources * self.buckets

    @property
    def cash_rows(self) -> Ints:
        """Rows of cash, shape (buckets)."""
        return 2 * self.resources * self.buckets + np.arange(self.buckets)

    def programme(self) -> LinearProgramme:
        """The programme without any shift."""
        entries = [*self._work(), *(self._cash() if self.has_money else [])]
        row, column, value = (
            np.concatenate([np.broadcast_to(part[k], part[0].shape).ravel() for part in entries]) for k in range(3)
        )
        lower, upper = self.row_bounds()
        cost, most = self._costs_and_bounds()
        some = value != 0
        least = np.zeros(cost.size)
        return LinearProgramme(cost, least, most, lower, upper, row[some], column[some], value[some])

    def _work(self) -> list[tuple[Ints, Ints, Floats]]:
        """Overtime and additional people take work off; people are those before, and who came, less who left."""
        people, row, force = self.grid("people"), self.capacity_rows, self.workforce_rows
        one = np.ones(row.shape)
        hours = self.aggregate.resources.person_hours[:, None] * one
        return [
            (row, self.grid("overtime"), -one), (row, self.grid("excess"), -one), (row, people, -hours),
            (force, people, one), (force[:, 1:], people[:, :-1], -one[:, 1:]), (force, self.grid("hired"), -one),
            (force, self.grid("left"), one),
        ]  # fmt: skip

    def _cash(self) -> list[tuple[Ints, Ints, Floats]]:
        """Cash at the end of a bucket is that before, with credit taken up and paid back, less what is paid."""
        money, resources = self.aggregate.money, self.aggregate.resources
        assert money is not None  # noqa: S101 - said by the caller
        row = self.cash_rows
        entries: list[tuple[Ints, Ints, Floats]] = []
        for name, sign, rate in (
            ("cash", 1.0, 0.0), ("credit", -1.0, money.credit_rate), ("beyond", -1.0, money.beyond_rate)
        ):  # fmt: skip
            columns = self.line(name)
            entries += [(row, columns, np.full(row.size, sign))]
            entries += [(row[1:], columns[:-1], np.full(row.size - 1, rate - sign))]
        spread = np.tile(row, (self.resources, 1))
        for name, price in (
            ("overtime", resources.overtime_cost), ("people", resources.person_cost),
            ("hired", resources.hire_cost), ("left", resources.leave_cost),
        ):  # fmt: skip
            entries += [(spread, self.grid(name), np.tile(price[:, None], (1, self.buckets)))]
        return entries

    def row_bounds(self) -> tuple[Floats, Floats]:
        """Bounds of all rows but those of shifts: what capacity and cash leave when all is made where it is wanted."""
        lower, upper = np.zeros(self.first_limit), np.zeros(self.first_limit)
        used = self.aggregate.products.hours.T @ self.aggregate.net_demand
        lower[self.capacity_rows] = -np.inf
        upper[self.capacity_rows] = self.aggregate.resources.capacity - used
        if self.has_money:
            lower[self.cash_rows] = upper[self.cash_rows] = self.aggregate.usual_cash()
        return lower, upper

    def _costs_and_bounds(self) -> tuple[Floats, Floats]:
        resources, money = self.aggregate.resources, self.aggregate.money
        cost, most = np.zeros(self.first_shift), np.full(self.first_shift, np.inf)
        for name, price in (
            ("overtime", resources.overtime_cost), ("people", resources.person_cost),
            ("hired", resources.hire_cost), ("left", resources.leave_cost),
            ("excess", np.full(self.resources, self.aggregate.dearest_hour())),
        ):  # fmt: skip
            cost[self.grid(name)] = price[:, None]
        most[self.grid("overtime")] = resources.overtime
        for name in ("hired", "left", "people"):
            most[self.grid(name)] = np.where(resources.person_hours > 0, np.inf, 0.0)[:, None]
        if money is not None:
            cost[self.line("credit")], cost[self.line("beyond")] = money.credit_rate, money.beyond_rate
            most[self.line("credit")] = money.credit_limit
        return cost, most

    def shift_costs(self, shift: Shift) -> Floats:
        """What one unit of each shift costs more than making it where it is wanted [currency/unit]."""
        products = self.aggregate.products
        early = np.maximum(shift.bucket - shift.made, 0) * products.holding[shift.product]
        later = np.maximum(shift.made - shift.bucket, 0) * products.late[shift.product]
        cost = np.where(shift.made >= 0, early + later, 0.0)
        dearer = products.outside[shift.product] - products.cost[shift.product]
        cost = np.where(shift.made == OUTSIDE, dearer, cost)
        margin = products.price[shift.product] - products.cost[shift.product]
        return np.where(shift.made == LOST, margin, cost)

    def shift_entries(self, shift: Shift) -> tuple[Ints, Ints, Floats]:
        """Entries of shifts in the rows of capacity and cash: number of the shift, row, value."""
        products, number = self.aggregate.products, np.arange(shift.size)
        which, resource = np.nonzero(products.hours[shift.product])
        hours = products.hours[shift.product[which], resource]
        at = self.capacity_rows
        parts = [(which, at[resource, shift.bucket[which]], -hours)]
        inside = shift.made[which] >= 0
        parts += [(which[inside], at[resource[inside], shift.made[which[inside]]], hours[inside])]
        if self.has_money:
            cost, price = products.cost[shift.product], products.price[shift.product]
            pays, paid = products.pays_after[shift.product], products.paid_after[shift.product]
            bought = np.where(shift.made == OUTSIDE, products.outside[shift.product], cost)
            when = np.where(shift.made == OUTSIDE, shift.bucket, shift.made)
            delivered = np.where(shift.made > shift.bucket, shift.made, shift.bucket)
            for sign, moment, amount, some in (
                (-1.0, shift.bucket + pays, cost, number >= 0),
                (1.0, when + pays, bought, shift.made != LOST),
                (1.0, shift.bucket + paid, price, (shift.made == LOST) | (delivered > shift.bucket)),
                (-1.0, delivered + paid, price, (shift.made != LOST) & (delivered > shift.bucket)),
            ):  # fmt: skip
                kept = some & (moment < self.buckets)
                parts += [(number[kept], self.cash_rows[moment[kept]], sign * amount[kept])]
        found = [np.concatenate(column) for column in zip(*parts, strict=True)]
        return found[0], found[1], found[2]
