"""Levelling, held beside the textbook's whole programme solved by another library, and beside plain reasoning."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from quarterdeck.disciplines.levelling.aggregate import Aggregate, Money, Products, Resources
from quarterdeck.disciplines.levelling.levelling import Levelling


def company(demand, hours, capacity, *, stock=0.0, outside=np.inf, overtime=0.0, money=None, lag=(0, 0)):
    """Products of price 10 and cost 4 on resources with overtime at 1 an hour."""
    demand, hours, capacity = np.array(demand, float), np.array(hours, float), np.array(capacity, float)
    many = np.ones(demand.shape[0])
    none = np.zeros(capacity.shape[0])
    products = Products(
        demand, hours, stock * many, 10 * many, 4 * many, 0.1 * many, 1.0 * many, outside * many,
        (lag[0] * many).astype(np.int64), (lag[1] * many).astype(np.int64),
    )  # fmt: skip
    resources = Resources(capacity, capacity * overtime, none + 1.0, none, none, none, none)
    return Aggregate(products, resources, money)


def whole(aggregate):
    """The most profit by the programme with production, stock, lateness and loss per product and bucket, by scipy."""
    facts, (products, buckets, resources) = aggregate.products, aggregate.sizes
    size, cost, most, equal, right, less, limit = products * buckets, [], [], [], [], [], []
    column = lambda kind, p, t: kind * size + p * buckets + t  # noqa: E731
    width = 5 * size + resources * buckets
    net = aggregate.net_demand
    for kind in range(5):
        for p in range(products):
            each = [facts.cost[p], facts.holding[p], facts.late[p], facts.price[p],
                    min(facts.outside[p], 1e6)][kind]  # fmt: skip
            cost += [each] * buckets
            most += list(net[p]) if kind == 3 else [None] * buckets
    cost += list(np.repeat(aggregate.resources.overtime_cost, buckets))
    most += list(aggregate.resources.overtime.ravel())
    for p in range(products):
        cost[column(2, p, buckets - 1)] = 1e6
        cost[column(1, p, buckets - 1)] = 1e6
        for t in range(buckets):
            row = np.zeros(width)
            for kind, sign in ((0, 1), (1, -1), (2, 1), (3, 1), (4, 1)):
                row[column(kind, p, t)] = sign
            if t:
                row[column(1, p, t - 1)], row[column(2, p, t - 1)] = 1, -1
            equal.append(row)
            right.append(net[p, t])
    for r in range(resources):
        for t in range(buckets):
            row = np.zeros(width)
            for p in range(products):
                row[column(0, p, t)] = facts.hours[p, r]
            row[5 * size + r * buckets + t] = -1
            less.append(row)
            limit.append(aggregate.resources.capacity[r, t])
    found = linprog(cost, less, limit, equal, right, list(zip([0] * width, most, strict=True)))
    return float((facts.price[:, None] * facts.demand).sum() - found.fun)


@st.composite
def companies(draw):
    """Some products, buckets and resources with all kinds of scarcity."""
    shape = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    resources = draw(st.integers(1, 2))
    table = lambda rows, columns, least, most: np.array(  # noqa: E731
        draw(st.lists(st.integers(least, most), min_size=rows * columns, max_size=rows * columns)), float
    ).reshape(rows, columns)
    return company(
        table(*shape, 0, 9), table(shape[0], resources, 0, 2), table(resources, shape[1], 0, 15),
        stock=draw(st.integers(0, 4)), outside=draw(st.sampled_from([np.inf, 7.0])),
        overtime=draw(st.sampled_from([0.0, 0.5])),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(companies())
def test_as_profitable_as_the_whole_programme(aggregate):
    """Law: the plan found by shifts earns what the programme with all its columns earns."""
    assert Levelling(aggregate).solve().profit == pytest.approx(whole(aggregate), abs=1e-3, rel=1e-4)


@settings(max_examples=60, deadline=None)
@given(companies())
def test_nothing_comes_from_nowhere(aggregate):
    """Law: stock and lateness follow from what is made and delivered, and capacity with overtime holds."""
    plan = Levelling(aggregate).solve()
    ahead = np.cumsum(plan.make + plan.outside + plan.lost - aggregate.products.demand, axis=1)
    assert np.allclose(ahead + aggregate.products.stock[:, None], plan.stock - plan.late, atol=1e-4)
    used = aggregate.products.hours.T @ plan.make
    assert (used <= aggregate.resources.capacity + plan.overtime + 1e-4).all()
    assert (plan.overtime <= aggregate.resources.overtime + 1e-6).all()


def test_builds_ahead_of_a_season():
    """Story: the summer wants 30 where 20 can be made, so spring makes 10 more; an hour in summer is worth its keep."""
    plan = Levelling(company([[10, 30]], [[1]], [[20, 20]])).solve()
    assert plan.make.tolist() == [[20.0, 20.0]]
    assert plan.stock.tolist() == [[10.0, 0.0]]
    assert plan.hour_value[0, 1] >= 0.1


def test_says_how_much_money_lacks_and_when():
    """Story: customers pay two weeks after delivery, suppliers are paid at once: 40 lack beyond a line of 100."""
    money = Money(0.0, np.zeros(4), 100.0, 0.001, 0.01)
    plan = Levelling(company([[35, 0, 0, 0]], [[1]], [[50, 50, 50, 50]], money=money, lag=(2, 0))).solve()
    assert plan.make[0, 0] == pytest.approx(35)
    assert plan.credit[:2].tolist() == pytest.approx([100, 100])
    assert plan.beyond[0] == pytest.approx(40)
    assert plan.cash[-1] > 100


def test_an_hour_is_worth_what_it_saves():
    """Example: the value of an hour is the difference that one more hour makes."""
    aggregate = company([[10, 30]], [[1]], [[12, 20]])
    before = Levelling(aggregate).solve()
    more = aggregate.resources.capacity.copy()
    more[0, 1] += 1
    after = Levelling(replace(aggregate, resources=replace(aggregate.resources, capacity=more))).solve()
    assert after.profit - before.profit == pytest.approx(before.hour_value[0, 1], rel=1e-3)


@settings(max_examples=30, deadline=None)
@given(companies(), st.floats(0.5, 2.0))
def test_what_if_is_the_same_as_afresh(aggregate, factor):
    """Law: a question asked of the last answer has the answer of a company made anew."""
    levelling = Levelling(aggregate)
    levelling.solve()
    capacity, demand = aggregate.resources.capacity * factor, np.floor(aggregate.products.demand * factor)
    changed = replace(
        aggregate, resources=replace(aggregate.resources, capacity=capacity),
        products=replace(aggregate.products, demand=demand),
    )  # fmt: skip
    asked = levelling.what_if(capacity=capacity, demand=demand)
    assert asked.profit == pytest.approx(Levelling(changed).solve().profit, abs=1e-3, rel=1e-4)
