"""Policies and lot rules chosen by item and site, in targets and in the plan."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

import quarterdeck as qd
from quarterdeck.disciplines.inventory.reorder import best_s_and_S, best_s_and_S_given
from quarterdeck.model import Company
from quarterdeck.solvers.distributions import chances

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
WEEKS = 104


def plan(weekly=35.0, spread=8.0, items=None, sites=None, stock=60.0, **tables):
    """A plan for one item bought in two weeks, sold weekly, with more columns of its row and of its row at the site."""
    days = [AS_OF.date() - dt.timedelta(days=7 * week) for week in range(1, WEEKS + 1)]
    drawn = np.maximum(np.random.default_rng(5).normal(weekly, spread, WEEKS).round(), 0)
    company = {
        "items": pl.DataFrame({"item": ["bolt"], "cost": [10.0], **{k: [v] for k, v in (items or {}).items()}}),
        "supply_options": pl.DataFrame({"item": ["bolt"], "supplier": ["acme"], "lead_time_days": [14.0]}),
        "suppliers": pl.DataFrame({"supplier": ["acme"]}),
        "demand_history": pl.DataFrame({"item": "bolt", "date": days, "quantity": drawn}),
        "stock_lots": pl.DataFrame({"item": ["bolt"], "quantity": [stock]}),
    }
    if sites:
        company["item_sites"] = pl.DataFrame({"item": ["bolt"], **{k: [v] for k, v in sites.items()}})
    return qd.plan(Company.of(**company | tables), as_of=AS_OF, effort=0)


def target(found):
    """The bolt's target."""
    return found.targets.row(0, named=True)


def orders(found):
    """Quantities of the planned orders, the first to come first."""
    return found.orders.filter(pl.col("state") == "planned").sort("available")["quantity"].to_list()


def test_economic_lots():
    """Example: an order for 25, a unit kept for 2 a year: √(2 · 25 · λ / 2), and the plan orders no less."""
    found = plan(items={"lot_rule": "economic", "order_cost": 25.0})
    row = target(found)
    yearly = row["lead_time_demand"] / 3 * 52

    assert row["order_quantity"] == pytest.approx((25 * yearly) ** 0.5, rel=1e-6)
    assert set(orders(found)) == {np.ceil(row["order_quantity"])}
    assert "In the economic quantity" in row["reason"]
    assert "25.00" in row["reason"]


def test_economic_lots_of_what_is_made_grow_with_the_rate():
    """Example: a press that makes little more than is sold runs longer: √(1 / (1 - λ / μ)) times the lot."""

    def lot(minutes):
        facts = {"item": "bolt", "sequence": 10, "work_centre": "press", "setup_minutes": 60.0, "run_minutes": minutes}
        steps = pl.DataFrame([facts])
        press = pl.DataFrame({"work_centre": ["press"], "hourly_cost": [25.0]})
        made = {"source": "make", "lot_rule": "economic"}
        row = target(plan(items=made, operations=steps, work_centres=press, supply_options=pl.DataFrame()))
        return row["order_quantity"], row["order_cost"]

    fast, slow = lot(0.0), lot(50.0)
    rate = 480 * 5 * 52 / 50
    assert float(fast[1]) == 25
    yearly = fast[0] ** 2 / 25
    assert slow[0] == pytest.approx(fast[0] * (1 - yearly / rate) ** -0.5, rel=1e-3)


@pytest.mark.parametrize("rule", ["silver_meal", "wagner_whitin"])
def test_dynamic_lots_cost_no_more_than_their_neighbours(rule):
    """Law: of steady demand both order about the economic quantity, and cost less than ordering weekly or at once."""
    found = plan(items={"lot_rule": rule, "order_cost": 25.0}, spread=1.0)
    lots = orders(found)

    assert 4 <= len(lots) <= 6
    assert np.mean(lots[:-1]) == pytest.approx((25 * 35 * 52) ** 0.5, rel=0.15)


def test_without_costs_an_economic_lot_is_a_problem():
    """Refusal: nobody says what an order costs; the plan orders as it is needed and says so."""
    found = plan(items={"lot_rule": "wagner_whitin"})
    assert [each.code for each in found.problems if each.table == "items"] == ["order-cost-unknown"]
    assert len(orders(found)) > 15


def test_the_lower_price_of_a_supplier_without_terms():
    """Example: 500 for 8 instead of 10 save 3,600 a year and cost 400; the plan orders 500 at once."""
    breaks = pl.DataFrame({"item": ["bolt"], "supplier": ["acme"], "from_quantity": [500.0], "price": [8.0]})
    assert min(orders(plan(price_breaks=breaks))) >= 500
    row = target(plan(price_breaks=breaks, items={"lot_rule": "economic"}))
    assert row["order_quantity"] == pytest.approx(500, abs=1)


def test_reorder_point_for_the_share_met_from_stock():
    """Example: the point at which 98 % is met from stock with lots of 212: hardly more than lead-time demand.

    Checked by the loss of a normal demand: shortage of a cycle is 2 % of the lot.
    """
    row = target(found := plan(items={"order_cost": 25.0}, sites={"policy": "reorder_point", "service_level": 0.98}))
    spread = row["spread"] if "spread" in row else 8.0 * 2**0.5
    draws = np.random.default_rng(2).normal(row["lead_time_demand"], spread, 400_000)
    short = np.maximum(draws - row["reorder_point"], 0).mean()

    assert row["review_days"] == 0
    assert short <= 0.02 * row["order_quantity"] * 1.1
    assert np.maximum(draws - row["reorder_point"] + 4, 0).mean() > 0.02 * row["order_quantity"]
    assert set(orders(found)) == {row["order_quantity"]}
    assert f"At {row['reorder_point']:.0f} pcs in stock and on order" in row["reason"]


def test_reorder_point_and_quantity_together():
    """Example: what a unit short costs decides both; dearer shortage keeps more."""
    cheap, dear = (
        target(plan(items={"order_cost": 25.0}, sites={"policy": "reorder_point", "shortage_cost": cost}))
        for cost in (5.0, 50.0)
    )
    assert cheap["reorder_point"] < dear["reorder_point"]
    assert cheap["order_quantity"] >= (25 * 35 * 52) ** 0.5 * 0.9


def test_slow_movers_by_poisson():
    """Example: two a week, counted one by one: the point is the least at which 95 % is met from stock.

    Checked by drawing demand of the lead time for each position from r + 1 to r + Q.
    """
    wanted = {"policy": "reorder_point", "service_level": 0.95}
    row = target(plan(weekly=2.0, spread=1.2, items={"order_cost": 5.0}, sites=wanted))
    point, lot = int(row["reorder_point"]), int(row["order_quantity"])
    drawn = np.random.default_rng(3).poisson(row["lead_time_demand"], (200_000, 1))

    def served(least):
        return float((drawn < np.arange(least + 1, least + lot + 1)[None, :]).mean())

    assert served(point - 1) < 0.95 <= served(point) + 0.002
    assert lot == pytest.approx((2 * 5 * 104 / 2) ** 0.5, abs=4)


def test_min_max_is_the_exact_policy():
    """Example: with the order's cost known, (s, S); a minimum and maximum that people fix go first, to the piece."""
    found = plan(items={"order_cost": 25.0}, sites={"policy": "min_max"})
    row = target(found)
    assert 150 < row["order_up_to"] - row["reorder_point"] < 260
    assert min(orders(found)) >= row["order_up_to"] - row["reorder_point"]

    fixed = plan(sites={"policy": "min_max", "reorder_point": 90.0, "maximum_stock": 190.0})
    row = target(fixed)
    assert (row["reorder_point"], row["order_up_to"]) == (90, 190)
    assert orders(fixed)[0] >= 100
    assert "fall to 90 pcs, as fixed" in row["reason"]


def test_a_fixed_reorder_point_is_heeded_by_the_plan():
    """Story: a clinic fixes 20 gloves as reorder point although none are used: the plan fills up to them."""
    items = pl.DataFrame({"item": ["bolt"], "cost": [1.0]})
    sites = pl.DataFrame({"item": ["bolt"], "reorder_point": [20.0]})
    stock = pl.DataFrame({"item": ["bolt"], "quantity": [5.0]})
    found = qd.plan(Company.of(items=items, item_sites=sites, stock_lots=stock), as_of=AS_OF, effort=0)

    assert orders(found) == [15.0]
    assert "as fixed" in target(found)["reason"]


def test_base_stock_and_periodic_review():
    """Example: base stock covers the lead time only; every three weeks, five weeks are to be covered."""
    base, periodic = (plan(sites={"policy": way}) for way in ("base_stock", "periodic"))
    three = plan(sites={"policy": "periodic", "review_days": 21.0})

    demand = [target(each)["lead_time_demand"] for each in (base, periodic, three)]
    assert demand == pytest.approx([demand[0], 1.5 * demand[0], 2.5 * demand[0]])
    assert target(base)["order_up_to"] == target(base)["reorder_point"]
    assert len(orders(three)) < len(orders(periodic)) / 2
    assert "every 21 days" in target(three)["reason"]


def test_the_cost_of_a_shortage_sets_the_service():
    """Example: 30 for a unit short, 10 · 0.2 · 7 / 365 to keep one for a week: 99.87 %."""
    row = target(plan(sites={"shortage_cost": 30.0}))
    assert row["service_level"] == pytest.approx(30 / (30 + 10 * 0.2 * 7 / 365), rel=1e-6)
    assert "spares of shortage" in row["reason"]


@pytest.mark.parametrize(("rate", "lead", "order"), [(10.0, 0, 64.0), (4.0, 1, 20.0), (0.5, 3, 2.0)])
def test_any_probabilities_give_what_poisson_does(rate, lead, order):
    """Law: fed with Poisson probabilities, the general search finds the same policy and cost."""
    given = best_s_and_S_given(chances(rate, rate), chances(rate * (lead + 1), rate * (lead + 1)), order, 1.0, 9.0)
    known = best_s_and_S(rate, lead, order, 1.0, 9.0)
    assert given[:2] == known[:2]
    assert given[2] == pytest.approx(known[2], rel=1e-6)


@pytest.mark.parametrize(("mean", "variance"), [(0.0, 0.0), (3.0, 3.0), (3.0, 12.0), (40.0, 10.0), (150.0, 9_000.0)])
def test_probabilities_have_their_moments(mean, variance):
    """Law: they sum to one and have about the mean and variance asked for."""
    found = chances(mean, variance)
    number = np.arange(found.size)
    average = float(found @ number)
    assert found.sum() == pytest.approx(1)
    assert average == pytest.approx(mean, abs=0.01 * mean + 1e-6)
    assert float(found @ (number - average) ** 2) == pytest.approx(variance, rel=0.05, abs=0.1)
