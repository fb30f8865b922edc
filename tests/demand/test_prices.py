"""Demand that follows its price: the effect is found, history is put to today's price, and noise is left alone."""

import datetime as dt

import numpy as np
import polars as pl

from quarterdeck import Company, Plan, Settings
from quarterdeck.disciplines.demand.prices import elasticity, lasting_price
from quarterdeck.disciplines.demand.stage import run

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def sales(slope, seed=1, weeks=104):
    """Weekly sales around 100 at a price of 10, and prices that last for six weeks each."""
    rng = np.random.default_rng(seed)
    price = np.repeat(rng.choice([8.0, 10.0, 12.0], weeks // 6 + 1), 6)[:weeks]
    quantity = np.rint(100.0 * (price / 10.0) ** slope * np.exp(rng.normal(0.0, 0.1, weeks)))
    return quantity, price


def test_the_effect_of_a_price_is_found():
    """Where one per cent dearer sells two per cent less, nearly that is found."""
    assert abs(elasticity(*sales(-2.0)) + 2.0) < 0.3


def test_prices_without_effect_and_single_discounts_say_nothing():
    """Demand that does not follow its price has no elasticity, nor large orders that were cheaper each by itself."""
    assert np.mean([elasticity(*sales(0.0, seed)) for seed in range(40)]) > -0.03
    quantity = np.full(60, 10.0)
    quantity[::7] = 100.0
    assert elasticity(quantity, np.where(quantity > 50.0, 7.0, 10.0)) == 0.0


def test_a_trend_of_prices_is_not_taken_for_its_effect():
    """Sales that fall slowly while prices rise slowly may have any reason: it is left to trend methods."""
    rng = np.random.default_rng(3)
    week = np.arange(120.0)
    quantity = 100.0 * np.exp(-0.005 * week + rng.normal(0.0, 0.1, 120))
    assert elasticity(quantity, np.exp(0.002 * week)) == 0.0


def test_too_few_or_steady_prices_say_nothing():
    """Ten weeks, or one price, have no elasticity."""
    quantity, price = sales(-2.0)
    assert elasticity(quantity[:10], price[:10]) == 0.0
    assert elasticity(quantity, np.full(quantity.size, 10.0)) == 0.0


def test_a_lasting_price_ignores_single_orders():
    """One order at half the price leaves the price where it was."""
    np.testing.assert_allclose(lasting_price(np.array([4.0, 4.0, 2.0, 4.0, 4.0])), np.log(4.0))


def made(price, slope=-2.0):
    """The stage on two years of sales of one item whose list price is ``price``."""
    quantity, paid = sales(slope)
    dates = [NOW.date() - dt.timedelta(weeks=quantity.size - k) for k in range(quantity.size)]
    history = pl.DataFrame({"item": "A", "date": dates, "quantity": quantity, "revenue": quantity * paid})
    options = Settings(as_of=NOW, horizon_weeks=8)
    items = pl.DataFrame({"item": ["A"], "price": [price]})
    return run(Company.of(demand_history=history, items=items), Plan.blank(options), options)


def test_the_item_price_moves_what_is_expected():
    """At 8 instead of 12 more than twice as much is wanted when demand falls by the square of the price; it is said."""
    cheap, dear = (made(price).forecasts["quantity"].mean() for price in (8.0, 12.0))
    assert 1.8 < cheap / dear < 2.6
    assert any(problem.code == "history-prices" for problem in made(8.0).problems)


def test_without_effect_the_price_moves_nothing():
    """Demand that does not follow its price is the same at every list price."""
    quantities = {float(made(price, 0.0).forecasts["quantity"].sum()) for price in (8.0, 12.0)}
    assert len(quantities) == 1
