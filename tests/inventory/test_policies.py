"""Stock policies and lot sizes against published examples and a second way of computing them."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.inventory import lot_sizes, policies
from quarterdeck.disciplines.inventory.reorder import best_s_and_S

# Instances of Zheng and Federgruen 1991: mean demand, s, S, cost; lead time 0, K = 64, h = 1, p = 9
ZHENG_FEDERGRUEN = [
    (10, 6, 40, 35.022), (15, 10, 49, 42.698), (20, 14, 62, 49.173), (25, 19, 56, 54.262), (30, 23, 66, 57.819),
    (35, 28, 77, 61.215), (40, 33, 87, 64.512), (45, 37, 97, 67.776), (50, 42, 108, 70.975), (55, 47, 118, 74.149),
    (60, 52, 129, 77.306), (65, 56, 75, 78.518), (70, 62, 81, 79.037), (75, 67, 86, 79.554),
    (21, 15, 65, 50.406), (22, 16, 68, 51.632), (23, 17, 52, 52.757), (24, 18, 54, 53.518),
    (51, 43, 110, 71.611), (52, 44, 112, 72.246), (59, 51, 126, 76.679), (61, 52, 131, 77.929),
    (63, 54, 73, 78.287), (64, 55, 74, 78.402),
]  # fmt: skip


def one(*values):
    """Each value as an array of one item."""
    return tuple(np.array([float(value)]) for value in values)


@pytest.mark.parametrize(("rate", "low", "high", "cost"), ZHENG_FEDERGRUEN)
def test_zheng_federgruen_table(rate, low, high, cost):
    """All 24 policies and costs of the table; each cost is computed a second way, by its Markov chain."""
    found = best_s_and_S(float(rate), 0, 64.0, 1.0, 9.0)
    assert found[:2] == (low, high)
    assert found[2] == pytest.approx(cost, abs=0.001)
    assert chain_cost(low, high, float(rate), 0, 64.0) == pytest.approx(found[2], rel=1e-6)


@pytest.mark.parametrize(("rate", "lead", "order"), [(2.0, 0, 5.0), (4.0, 1, 20.0), (0.5, 3, 2.0)])
def test_s_s_against_simulating_the_chain(rate, lead, order):
    """No neighbour of the best policy is cheaper, its cost computed by the stationary Markov chain."""
    low, high, cost = best_s_and_S(rate, lead, order, 1.0, 9.0)
    assert chain_cost(low, high, rate, lead, order) == pytest.approx(cost, rel=1e-6)
    for s, upper in itertools.product(range(low - 2, low + 3), range(high - 3, high + 4)):
        if upper > s:
            assert chain_cost(s, upper, rate, lead, order) >= cost - 1e-9


def chain_cost(low, high, rate, lead, order):
    """Cost a period of an (s, S) policy from the stationary distribution of the inventory position."""
    size = high - low
    demand = np.array([np.exp(-rate + k * np.log(rate) - sum(np.log(np.arange(1, k + 1)))) for k in range(size)])
    moves = np.zeros((size, size))
    for state in range(size):  # state 0 is S, state k is S - k after ordering
        for k in range(size - state):
            moves[state, state + k] = demand[k]
        moves[state, 0] += 1 - demand[: size - state].sum()
    values, vectors = np.linalg.eig(moves.T)
    share = np.real(vectors[:, np.argmax(np.real(values))])
    share /= share.sum()
    mean = rate * (lead + 1)
    chance = np.exp(-mean + np.arange(200) * np.log(mean) - np.concatenate(([0], np.cumsum(np.log(np.arange(1, 200))))))
    level = high - np.arange(size)
    net = level[:, None] - np.arange(200)[None, :]
    holding = (np.where(net > 0, net, -9.0 * net) * chance).sum(axis=1)
    ordering = sum(share[k] * (1 - demand[: size - k].sum()) for k in range(size))
    return float(share @ holding + order * ordering)


def test_economic_order_quantity_of_joes_corner_store():
    """Joe's corner store of Snyder and Shen: about 304 candy bars."""
    assert lot_sizes.economic_order_quantity(1300, 8, 0.225) == pytest.approx(304.05, abs=0.05)


def test_all_units_discount_against_every_quantity():
    """Breaks at 400 and 800 bars, prices .75, .72, .68: as cheap as the best of all whole quantities."""
    quantity, cost = lot_sizes.discounted_order_quantity(1300, 8, 0.3, [(0, 0.75), (400, 0.72), (800, 0.68)])
    brute = min(
        (price * 1300 + 8 * 1300 / q + 0.3 * price * q / 2, q)
        for least, most, price in ((1, 400, 0.75), (400, 800, 0.72), (800, 3000, 0.68))
        for q in range(least, most)
    )
    assert (quantity, cost) == (pytest.approx(brute[1], abs=1), pytest.approx(brute[0], abs=0.01))


def test_wagner_whitin_of_the_garden_centre():
    """Snyder and Shen: 90, 120, 80, 70 with K = 500 and h = 2 are ordered as 210, 0, 150, 0 for 1,380."""
    orders, total = lot_sizes.wagner_whitin(np.array([[90.0, 120.0, 80.0, 70.0]]), *one(500, 2))
    assert orders[0].tolist() == [210.0, 0.0, 150.0, 0.0]
    assert total[0] == 1380


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=9), st.integers(1, 80), st.integers(1, 5))
def test_wagner_whitin_is_the_cheapest_of_all_plans(demand, order_cost, holding):
    """No choice of order periods is cheaper; Silver-Meal is never better; both deliver everything."""
    table = np.array([demand], float)
    orders, total = lot_sizes.wagner_whitin(table, *one(order_cost, holding))
    heuristic, more = lot_sizes.silver_meal(table, *one(order_cost, holding))
    assert orders.sum() == heuristic.sum() == sum(demand)
    assert total[0] == pytest.approx(cheapest(demand, order_cost, holding))
    assert more[0] >= total[0] - 1e-9


def cheapest(demand, order_cost, holding):
    """Least cost over all sets of order periods."""
    best = np.inf
    for chosen in itertools.product([0, 1], repeat=len(demand)):
        cost, last = 0, None
        for t, quantity in enumerate(demand):
            if chosen[t]:
                cost, last = cost + order_cost, t
            if quantity and last is None:
                cost = np.inf
                break
            cost += holding * quantity * (t - last) if quantity else 0
        best = min(best, cost)
    return best


def test_newsvendor_of_the_newsstand():
    """The newsstand of Snyder and Shen: demand 50 ± 8, holding .18, stockout .70: 56.6 copies at 1.9976."""
    quantity, cost = policies.newsvendor(*one(50, 8, 0.70, 0.18))
    assert quantity[0] == pytest.approx(56.6, abs=0.05)
    assert cost[0] == pytest.approx(1.9976, abs=0.001)


def test_reorder_point_and_quantity_stand_still():
    """The two conditions of the (r, Q) iteration hold at its end: costs of one more unit balance."""
    demand, mean, spread, order, holding, backorder = one(1300, 100, 40, 8, 0.225, 7.5)
    point, quantity = policies.reorder_point_and_quantity(demand, (mean, spread), (order, holding, backorder))
    z = (point - mean) / spread
    short = spread * policies.standard_loss(z)
    assert quantity[0] == pytest.approx(np.sqrt(2 * 1300 * (8 + 7.5 * short[0]) / 0.225), rel=1e-6)
    assert point[0] > 100
    assert quantity[0] > 304


def test_fill_rate_by_simulation():
    """Orders of 60 at the reorder point for 98 %: about two units in a hundred come late in 200,000 periods."""
    rng = np.random.default_rng(8)
    point = policies.fill_rate_reorder_point(*one(80, 20, 60, 0.98))[0]
    over, beyond = (np.maximum(rng.normal(80, 20, 400_000) - level, 0).mean() for level in (point, point + 60))
    assert 1 - (over - beyond) / 60 == pytest.approx(0.98, abs=0.001)


def test_more_service_needs_more_stock():
    """Base stock and reorder point grow with the service asked for."""
    levels = np.array([0.5, 0.8, 0.95, 0.99])
    many = (np.full(4, 100.0), np.full(4, 30.0))
    assert (np.diff(policies.base_stock(*many, levels)) > 0).all()
    assert (np.diff(policies.fill_rate_reorder_point(*many, np.full(4, 50.0), levels)) > 0).all()
    assert policies.base_stock(*many, levels)[0] == pytest.approx(100)
