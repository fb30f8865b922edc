"""Worked examples of Snyder and Shen, *Fundamentals of Supply Chain Theory*, 2nd edition, 2019, each computed twice.

The second way is brute force, numerical integration or enumeration, and shares no code with the methods.
"""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.inventory import joint, lot_sizes, placement, policies, waste
from quarterdeck.disciplines.inventory.reorder import best_r_and_Q, best_s_and_S


def one(*values):
    """Each value as an array of one item."""
    return tuple(np.array([float(value)]) for value in values)


def least(cost, values):
    """The value of least cost, and that cost."""
    found = min((cost(value), value) for value in values)
    return found[1], found[0]


def test_economic_order_quantity():
    """Example 3.1, Joe's corner store: 304.05 candy bars for 68.41 a year; no other quantity costs less."""
    quantity = lot_sizes.economic_order_quantity(1300, 8, 0.225).item()
    other, cost = least(lambda q: 8 * 1300 / q + 0.225 * q / 2, np.arange(200, 400, 0.01))

    assert quantity == pytest.approx(304.0467800264368)
    assert (other, cost) == (pytest.approx(quantity, abs=0.01), pytest.approx(68.410525505948272))


def test_economic_order_quantity_with_backorders():
    """Example 3.8: with 5 a year for a bar that customers wait for, 310.81 bars, 4.3 % of them late, for 66.92."""
    quantity, share, cost = lot_sizes.order_quantity_with_backorders(1300, 8, 0.225, 5)

    def yearly(pair):
        q, x = pair
        return 0.225 * q * (1 - x) ** 2 / 2 + 5 * q * x**2 / 2 + 8 * 1300 / q

    _, brute = least(yearly, itertools.product(np.arange(300, 320, 0.2), np.arange(0, 0.1, 0.0005)))
    assert (quantity, share) == (pytest.approx(310.8125551589646), pytest.approx(0.043062200956938))
    assert cost == pytest.approx(66.921363550973254)
    assert brute == pytest.approx(cost, rel=1e-4)


def test_economic_production_quantity():
    """Example 3.1 with 2,000 bars a year coming in: 513.93 bars for 40.47; checked by the area under the stock."""
    quantity, cost = lot_sizes.economic_production_quantity(1300, 8, 0.225, 2000)

    cycle, making = quantity / 1300, quantity / 2000
    moments = np.linspace(0, cycle, 200_001)
    stock = np.where(moments < making, (2000 - 1300) * moments, quantity - 1300 * moments)
    assert (quantity, cost) == (pytest.approx(513.9328595516969), pytest.approx(40.472212689696120))
    assert 8 / cycle + 0.225 * stock.mean() == pytest.approx(cost, rel=1e-4)
    assert lot_sizes.economic_production_quantity(3000, 8, 0.225, 2000)[0] == np.inf


BREAKS = [(0.0, 0.75), (400.0, 0.72), (800.0, 0.68)]


def test_all_units_discounts():
    """Example 3.6: prices of .75, .72 from 400 and .68 from 800, a share of .3 a year: 800 bars for 978.60."""
    quantity, cost = lot_sizes.discounted_order_quantity(1300, 8, 0.3, BREAKS)

    def yearly(q):
        price = next(price for start, price in reversed(BREAKS) if q >= start)
        return price * 1300 + 8 * 1300 / q + 0.3 * price * q / 2

    other, brute = least(yearly, range(1, 2000))
    assert (quantity, cost) == (800, pytest.approx(978.6))
    assert (other, brute) == (quantity, pytest.approx(cost))


def bought(quantity, breaks):
    """What an order of whole units costs where each unit has the price of the break it lies beyond."""
    return sum(next(price for start, price in reversed(breaks) if unit >= start) for unit in range(int(quantity)))


@pytest.mark.parametrize("order_cost", [8, 60, 150, 400])
def test_incremental_discounts(order_cost):
    """Example 3.7: with prices for the units beyond a break only, 304.05 bars for 1,043.41; and dearer orders.

    Checked by paying for each unit of all whole quantities.
    """
    quantity, cost = lot_sizes.incremental_order_quantity(1300, order_cost, 0.3, BREAKS)

    def yearly(q):
        return (order_cost + bought(q, BREAKS)) * 1300 / q + 0.3 * bought(q, BREAKS) / 2

    other, brute = least(yearly, range(200, 4000, 7))
    assert cost <= brute + 1e-9
    assert (other, brute) == (pytest.approx(quantity, abs=7), pytest.approx(cost, rel=1e-4))
    if order_cost == 8:
        assert (quantity, cost) == (pytest.approx(304.0467800264368), pytest.approx(1043.4105255059483))


def test_newsvendor_of_poisson_demand():
    """Example 4.1 with Poisson demand of 50: 56 papers for 1.7972 a day; each quantity's cost is added up as well."""
    chance = np.array([math.exp(-50 + k * math.log(50) - math.lgamma(k + 1)) for k in range(200)])
    quantity, cost = policies.newsvendor_of_counts(chance, 0.70, 0.18)

    other, brute = least(lambda q: season(q, dict(enumerate(chance))), range(120))
    assert (quantity, cost) == (56, pytest.approx(1.797235211809178))
    assert (other, brute) == (quantity, pytest.approx(cost))


def season(quantity, chances, under=0.70, over=0.18):
    """Expected cost of a quantity, added up over what may be wanted."""
    return sum(p * (over * max(quantity - k, 0) + under * max(k - quantity, 0)) for k, p in chances.items())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=12).filter(any), st.floats(0.1, 9), st.floats(0.1, 9))
def test_newsvendor_of_any_counts_is_the_cheapest(weights, under, over):
    """Law: whatever the probabilities, no whole quantity has a lower expected cost."""
    chance = np.array(weights, float) / sum(weights)
    quantity, cost = policies.newsvendor_of_counts(chance, under, over)

    costs = [season(q, dict(enumerate(chance.tolist())), under, over) for q in range(chance.size)]
    assert cost == pytest.approx(min(costs))
    assert costs[quantity] == pytest.approx(cost)


def test_base_stock_over_the_lead_time():
    """Example 4.1 with four days to wait and one of review: the level at which one more paper costs what it saves."""
    mean, spread, ratio = 250.0, 8 * math.sqrt(5), 0.70 / 0.88
    level = policies.base_stock(*one(mean, spread, ratio))[0]

    demand = np.linspace(mean - 9 * spread, mean + 9 * spread, 200_001)
    density = np.exp(-0.5 * ((demand - mean) / spread) ** 2)
    within = np.cumsum(density) / density.sum()
    assert level == pytest.approx(float(demand[np.searchsorted(within, ratio)]), abs=0.01)


def test_newsvendor():
    """Example 4.1: 50 ± 8 papers, .18 for one too many, .70 for one too few: 56.6 papers, 1.9976 a day."""
    quantity, cost = policies.newsvendor(*one(50, 8, 0.70, 0.18))

    demand = np.linspace(-30, 130, 400_001)
    density = np.exp(-0.5 * ((demand - 50) / 8) ** 2) / (8 * math.sqrt(2 * math.pi))
    step = demand[1] - demand[0]

    def expected(q):
        return float((np.where(demand < q, 0.18 * (q - demand), 0.70 * (demand - q)) * density).sum() * step)

    other, brute = least(expected, np.arange(55, 58, 0.05))
    assert (quantity[0], cost[0]) == (pytest.approx(56.6, abs=0.01), pytest.approx(1.9976, abs=1e-4))
    assert (other, brute) == (pytest.approx(quantity[0], abs=0.05), pytest.approx(cost[0], abs=1e-4))


def test_reorder_point_and_quantity():
    """Example 5.2, the expected-inventory-level approximation: r = 213.97, Q = 318.59, checked by searching both."""
    mean, spread = 1300 / 12, 150 * math.sqrt(1 / 12)
    found = policies.reorder_point_and_quantity(*one(1300), (one(mean, spread)), one(8, 0.225, 7.5))
    point, quantity = (each[0] for each in found)

    def yearly(pair):
        r, q = pair
        z = (r - mean) / spread
        loss = math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi) - z * 0.5 * math.erfc(z / math.sqrt(2))
        return 0.225 * (r - mean + q / 2) + 8 * 1300 / q + 7.5 * 1300 / q * spread * loss

    assert (point, quantity) == (pytest.approx(213.9704421358024, rel=1e-5), pytest.approx(318.5901810768729, rel=1e-5))
    assert yearly((point, quantity)) == pytest.approx(95.451140222851961, rel=1e-5)
    _, brute = least(yearly, itertools.product(np.arange(205, 222, 0.25), np.arange(310, 327, 0.25)))
    assert yearly((point, quantity)) <= brute + 1e-6


def test_r_and_q_for_poisson_demand():
    """Example 5.8: λ = 1.5, L = 2, K = 100, h = 20, p = 150: r = 3, Q = 5 for 107.92, the least of all pairs."""
    assert best_r_and_Q(1.5, 2.0, 100.0, 20.0, 150.0)[:2] == (3, 5)
    assert best_r_and_Q(1.5, 2.0, 100.0, 20.0, 150.0)[2] == pytest.approx(107.9235806331498)
    assert all(r_q_cost(r, q, 1.5, 2.0) >= 107.9235806 for r in range(-3, 10) for q in range(1, 15))
    assert r_q_cost(8, 12, 1.5, 2.0) == pytest.approx(242.5281637662021)


def r_q_cost(r, q, rate, lead, costs=(100.0, 20.0, 150.0)):
    """Cost of an (r, Q) policy by adding up over demand and the positions that it visits equally often."""
    order, holding, backorder = costs
    chance = [math.exp(-rate * lead + k * math.log(rate * lead) - math.lgamma(k + 1)) for k in range(120)]
    rates = [
        sum(p * (holding * max(y - k, 0) + backorder * max(k - y, 0)) for k, p in enumerate(chance))
        for y in range(r + 1, r + q + 1)
    ]
    return (order * rate + sum(rates)) / q


@settings(max_examples=25, deadline=None)
@given(st.floats(0.2, 6), st.floats(0.1, 3), st.floats(1, 60))
def test_r_and_q_is_never_beaten(rate, lead, order):
    """Law: no neighbour of the best pair costs less, computed by adding up."""
    r, q, cost = best_r_and_Q(rate, lead, order, 1.0, 9.0)
    costs = (order, 1.0, 9.0)

    assert r_q_cost(r, q, rate, lead, costs) == pytest.approx(cost, rel=1e-6)
    for dr, dq in itertools.product((-1, 0, 1), repeat=2):
        if q + dq > 0:
            assert r_q_cost(r + dr, q + dq, rate, lead, costs) >= cost - 1e-6


def test_s_and_s_for_poisson_demand():
    """Examples 4.7 and problem 4.31: (4, 10) for 8.0341 and (2, 7) for 223.5748."""
    assert best_s_and_S(6.0, 0, 5.0, 1.0, 4.0) == (4, 10, pytest.approx(8.034111561471644))
    assert best_s_and_S(4.0, 0, 150.0, 40.0, 125.0) == (2, 7, pytest.approx(223.5748295669688))


SILVER = (np.array([120.0, 840.0, 300.0]), np.array([160.0, 20.0, 50.0]))


def test_joint_replenishment():
    """Three products, 600 for an order, 120, 840, 300 for a line: every 3.103, every third time; 837.85.

    That is what Silver's heuristic gives (*A simple method of determining order quantities in joint replenishments*,
    1976); trying all multiples up to nine finds nothing cheaper.
    """
    found = joint.joint_cycle(600.0, *SILVER, powers=False)
    brute = min(cost_of(multiples) for multiples in itertools.product(range(1, 10), repeat=3))

    assert found.length == pytest.approx(3.103164454170876)
    assert found.multiples.tolist() == [1, 3, 1]
    assert found.cost == pytest.approx(837.8544026261366)
    assert brute == pytest.approx(found.cost)


def cost_of(multiples, order_cost=600.0, products=SILVER):
    """Cost of given multiples with the cycle that suits them best: an economic order quantity."""
    line_cost, holding = products
    taken = np.array(multiples, float)
    return float(np.sqrt(2 * (order_cost + (line_cost / taken).sum()) * (holding * taken).sum()))


def test_powers_of_two_cost_little_more():
    """Example: with multiples 1, 4, 1 the same order costs 844.63, less than one hundredth more."""
    found = joint.joint_cycle(600.0, *SILVER)
    brute = min(cost_of(multiples) for multiples in itertools.product((1, 2, 4, 8, 16), repeat=3))

    assert found.multiples.tolist() == [1, 4, 1]
    assert found.cost == pytest.approx(brute)
    assert found.cost < 1.01 * 837.8544


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 100)), min_size=1, max_size=4),
    st.floats(1, 300),
    st.floats(0, 5),
)
def test_joint_cycles_are_the_cheapest(products, order_cost, shortest):
    """Law: no powers of two are cheaper than those found; a longest wait only costs more; whole days obey both."""
    line_cost, holding = (np.array(values) for values in zip(*products, strict=True))
    free = joint.joint_cycle(order_cost, line_cost, holding)
    brute = min(
        cost_of(multiples, order_cost, (line_cost, holding))
        for multiples in itertools.product((1, 2, 4, 8, 16, 32), repeat=len(products))
    )
    held = joint.joint_cycle(order_cost, line_cost, holding, least=shortest)
    days = joint.whole_cycle(order_cost, line_cost, holding, least=shortest, step=1, longest=400)

    assert free.cost <= brute * (1 + 1e-9)
    assert held.cost >= free.cost - 1e-9
    assert held.length >= shortest - 1e-9
    assert days.length == int(days.length) >= shortest - 1e-9


def test_guaranteed_service_of_four_stages():
    """Example 6.5: two products of one assembly of one part whose supplier takes a day: 8.2779, service 0, 0, 0, 1."""
    stages = placement.Stages(
        time=np.array([1, 2, 1, 1, 1]),
        holding=np.array([1e9, 1.0, 2.0, 3.0, 3.0]),  # the supplier keeps no stock for us
        spread=np.array([1.0, 2**0.5, 2**0.5, 1.0, 1.0]),
        factor=np.ones(5),
        promised=np.array([-1, -1, -1, 0, 1]),
        parent=np.array([1, 2, 3, 4]),
        child=np.array([0, 1, 2, 2]),
    )
    found = placement.guaranteed_service(stages)

    assert found.cost.sum() == pytest.approx(8.277916867529369)
    assert found.service.tolist()[1:] == [0, 0, 0, 1]


def test_expected_waste_against_using_up_day_by_day():
    """Lots of 50 that keep 14 days, demand 5 a day, four days to come: about 4.4 of each lot expire.

    Checked by using up lots day by day over many years, the first to expire first.
    """
    level, lot, rate, lead, shelf = 100, 50, 5.0, 4, 14
    each, yearly = waste.expected_waste(*one(level, lot, rate, rate), one(lead, shelf))
    lost, orders = used_up(level, lot, (rate, lead, shelf))

    assert each[0] == pytest.approx(lost / orders, rel=0.15)
    assert yearly[0] == pytest.approx(lost / DAYS * 365, rel=0.15)
    never = waste.expected_waste(*one(level, lot, rate, rate), one(lead, np.inf))
    assert (never[0][0], never[1][0]) == (0, 0)


DAYS = 40_000


def used_up(level, lot, facts):
    """Units lost and orders placed over many days."""
    rate, lead, shelf = facts
    demand = np.random.default_rng(3).poisson(rate, DAYS)
    lots, coming, lost, orders = [[level, shelf]], [], 0, 0
    for day, wanted in enumerate(demand.tolist()):
        lots += [[lot, there + shelf] for there in coming if there <= day]
        coming = [there for there in coming if there > day]
        lost += sum(left for left, until in lots if until <= day)
        lots = [each for each in lots if each[1] > day]
        left = wanted
        for each in lots:
            used = min(each[0], left)
            each[0] -= used
            left -= used
        while sum(each[0] for each in lots) + lot * len(coming) <= level - lot:
            coming.append(day + lead + 1)
            orders += 1
    return lost, orders
