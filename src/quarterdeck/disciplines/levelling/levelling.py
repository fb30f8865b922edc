"""The aggregate plan of a company, its shadow prices, and what changes if something else changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from quarterdeck.disciplines.levelling.aggregate import Aggregate, Floats, Ints
from quarterdeck.disciplines.levelling.formulation import BY_BUCKET, LOST, OUTSIDE, Formulation, Shift
from quarterdeck.disciplines.levelling.pricing import Prices, best_shifts
from quarterdeck.solvers.linear_programming import Answer, Solver

NOTHING = 1e-6
ENOUGH = 1e-5  # share of the profit at which no shift is worth looking for
WORTH = 1e-7  # [currency/unit] of the dearest product that a shift must save to be taken in
ROUNDS = 400
BATCH = 400  # shifts taken in at once: few enough that the prices of the next round are true


@dataclass(frozen=True)
class Levelled:
    """An aggregate plan; arrays by product or resource and bucket.

    ``profit`` is sales less everything the plan decides, no more than ``gap`` below the best there can be.
    ``hour_value`` is what one more hour of a resource in a bucket would bring, ``money_value`` what one more unit of
    money would, beyond itself. ``rounds`` and ``shifts`` say how the answer was found.
    """

    state: str
    profit: float
    gap: float
    make: Floats
    outside: Floats
    stock: Floats
    late: Floats
    lost: Floats
    overtime: Floats
    hired: Floats
    left: Floats
    people: Floats
    cash: Floats
    credit: Floats
    beyond: Floats
    hour_value: Floats
    money_value: Floats
    rounds: int
    shifts: int


class Levelling:
    """A company's aggregate programme, solved once and then asked.

    Parameters
    ----------
    aggregate
        The company: products, resources, money.
    """

    def __init__(self, aggregate: Aggregate) -> None:
        self.aggregate = aggregate
        self.form = Formulation(aggregate)
        self.solver = Solver(self.form.programme())
        none = np.zeros(0, np.int64)
        self.shift = Shift(none, none, none)
        self.limit_of = np.full(aggregate.products.demand.shape, -1, np.int64)  # row that limits a demand's shifts
        self.limits = 0

    def solve(self) -> Levelled:
        """The most profitable plan within capacity and cash."""
        usual = self._usual_profit()
        answer, gap = self.solver.solve(), np.inf
        rounds = 0
        while rounds < ROUNDS:
            rounds += 1
            shift, gap = self._worthwhile(answer)
            if not shift.size or gap <= ENOUGH * max(abs(usual - answer.value), 1.0):
                break
            self._add(shift)
            answer = self.solver.solve(primal=True)
        return self._levelled(answer, usual, gap, rounds)

    def what_if(
        self, capacity: Floats | None = None, demand: Floats | None = None, opening: float | None = None
    ) -> Levelled:
        """The plan with another capacity [h], demand [units] or money at the start; the company stays changed.

        Begins where the last answer stood, so that it takes a fraction of the first time.
        """
        aggregate = self.aggregate
        if capacity is not None:
            aggregate = replace(aggregate, resources=replace(aggregate.resources, capacity=capacity))
        if demand is not None:
            aggregate = replace(aggregate, products=replace(aggregate.products, demand=demand))
        if opening is not None and aggregate.money is not None:
            aggregate = replace(aggregate, money=replace(aggregate.money, opening=opening))
        self.aggregate = self.form.aggregate = aggregate
        lower, upper = self.form.row_bounds()
        self.solver.bound_rows(np.arange(lower.size), lower, upper)
        known = self.limit_of >= 0
        most = aggregate.net_demand[known]
        self.solver.bound_rows(self.limit_of[known], np.full(most.size, -np.inf), most)
        return self.solve()

    def _worthwhile(self, answer: Answer) -> tuple[Shift, float]:
        """The shifts that save most at the answer's prices, and what they could save in all at most."""
        demand = self.aggregate.net_demand
        prices, limit = self._prices(answer), np.zeros(demand.shape)
        known = self.limit_of >= 0
        limit[known] = np.maximum(-answer.duals[self.limit_of[known]], 0.0)
        made, saved = best_shifts(prices, demand, limit)
        gap = float((saved * demand).sum())
        worth = WORTH * float(self.aggregate.products.price.max(initial=1.0))
        product, bucket = np.nonzero(saved > worth)
        if product.size > BATCH:
            top = np.sort(np.argpartition(-(saved * demand)[product, bucket], BATCH)[:BATCH])
            product, bucket = product[top], bucket[top]
        return Shift(product, bucket, made[product, bucket]), gap

    def _prices(self, answer: Answer) -> Prices:
        """What each product's making and selling takes of scarce hours and money in each bucket."""
        products, form = self.aggregate.products, self.form
        hour = np.maximum(-answer.duals[form.capacity_rows], 0.0)
        make, sale = products.hours @ hour, np.zeros(products.demand.shape)
        buy = np.zeros(make.shape)
        if form.has_money:
            money = -answer.duals[form.cash_rows]
            pays, paid = _later(money, products.pays_after), _later(money, products.paid_after)
            make += products.cost[:, None] * pays
            buy = np.where(np.isfinite(products.outside), products.outside, 0.0)[:, None] * pays
            sale = products.price[:, None] * paid
        return Prices(
            make, buy, sale, products.holding, products.late, products.price - products.cost,
            products.outside - products.cost,
        )  # fmt: skip

    def _add(self, shift: Shift) -> None:
        """Puts shifts into the programme, each below the row that limits the shifts of its demand."""
        fresh = self.limit_of[shift.product, shift.bucket] < 0
        product, bucket = shift.product[fresh], shift.bucket[fresh]
        self.limit_of[product, bucket] = self.form.first_limit + self.limits + np.arange(product.size)
        self.limits += product.size
        most = self.aggregate.net_demand[product, bucket]
        self.solver.add_rows(np.full(most.size, -np.inf), most)
        number, row, value = self.form.shift_entries(shift)
        number = np.concatenate([number, np.arange(shift.size)])
        row = np.concatenate([row, self.limit_of[shift.product, shift.bucket]])
        value = np.concatenate([value, np.ones(shift.size)])
        row, value, first = _summed(number, row, value, shift.size)
        self.solver.add_columns(self.form.shift_costs(shift), np.full(shift.size, np.inf), first, row, value)
        self.shift = Shift(*(np.concatenate([getattr(self.shift, name), getattr(shift, name)])
                             for name in ("product", "bucket", "made")))  # fmt: skip

    def _usual_profit(self) -> float:
        """Sales less material and holding of the stock at the start, were everything made where it is wanted."""
        products = self.aggregate.products
        return float((products.price[:, None] * products.demand).sum()) - float(
            (products.cost[:, None] * self.aggregate.net_demand).sum()
        )

    def _levelled(self, answer: Answer, usual: float, gap: float, rounds: int) -> Levelled:
        form, products = self.form, self.aggregate.products
        values = np.where(np.abs(answer.columns) < NOTHING, 0.0, answer.columns)
        moved, net = values[form.first_shift :][: self.shift.size], self.aggregate.net_demand
        make, outside, lost = net.copy(), np.zeros(net.shape), np.zeros(net.shape)
        np.add.at(make, (self.shift.product, self.shift.bucket), -moved)
        for table, some in (
            (make, self.shift.made >= 0), (outside, self.shift.made == OUTSIDE), (lost, self.shift.made == LOST)
        ):  # fmt: skip
            at = np.where(self.shift.made >= 0, self.shift.made, self.shift.bucket)
            np.add.at(table, (self.shift.product[some], at[some]), moved[some])
        ahead = np.cumsum(make + outside + lost - products.demand, axis=1) + products.stock[:, None]
        blank = np.zeros(form.buckets)
        of_bucket = {name: values[form.line(name)] if form.has_money else blank for name in BY_BUCKET}
        of_resource = {name: values[form.grid(name)] for name in ("overtime", "hired", "left", "people")}
        return Levelled(
            state=answer.state, profit=usual - answer.value, gap=gap, make=np.maximum(make, 0.0), outside=outside,
            lost=lost, stock=np.where(ahead > NOTHING, ahead, 0.0), late=np.where(ahead < -NOTHING, -ahead, 0.0),
            **of_resource, **of_bucket,
            hour_value=np.where(self.aggregate.usable_hours(), np.maximum(-answer.duals[form.capacity_rows], 0.0), 0.0),
            money_value=np.maximum(-answer.duals[form.cash_rows], 0.0) if form.has_money else blank,
            rounds=rounds, shifts=self.shift.size,
        )  # fmt: skip


def _later(value: Floats, lags: Ints) -> Floats:
    """The value of money as much later as each product's lag says, shape (products, buckets); 0 beyond the last."""
    padded = np.concatenate([value, np.zeros(int(lags.max(initial=0)))])
    return np.asarray(padded[lags[:, None] + np.arange(value.size)])


def _summed(number: Ints, row: Ints, value: Floats, size: int) -> tuple[Ints, Floats, Ints]:
    """Entries column by column, those of one place added up; where each column begins."""
    from scipy import sparse  # noqa: PLC0415 - takes a while to load

    matrix = sparse.csc_matrix((value, (row, number)), shape=(int(row.max(initial=0)) + 1, size))
    matrix.eliminate_zeros()
    return matrix.indices.astype(np.int64), matrix.data, matrix.indptr[:-1].astype(np.int64)
