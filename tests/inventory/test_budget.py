"""Service against capital."""

from __future__ import annotations

import numpy as np
import pytest

from quarterdeck.disciplines.inventory.budget import Assortment, frontier, service_of


def assortment(cost=(1.0, 50.0), spread=(30.0, 30.0)):
    """Two items that differ in cost."""
    one = np.ones(2)
    return Assortment(100.0 * one, np.array(spread), 1200.0 * one, 100.0 * one, np.array(cost), 60.0 * one)


def test_more_capital_gives_more_service():
    """Law: along the frontier both rise."""
    found = frontier(assortment())

    assert (np.diff(found.capital) >= 0).all()
    assert (np.diff(found.service) >= -1e-9).all()
    assert found.service[-1] > 0.995


def test_the_cheap_item_gets_the_higher_service():
    """Law: with the same shortage cost, stock goes first where it binds little."""
    probability = frontier(assortment()).probability

    assert (probability[:, 0] >= probability[:, 1]).all()


def test_a_point_is_better_than_the_same_service_for_all():
    """Law: at the same capital, one probability for every item gives no more service than the frontier."""
    stock = assortment()
    found = frontier(stock, 200)
    even = np.full((1, 2), 1.0) * np.array([[28.0, 28.0]])
    capital = float((even * stock.cost).sum())

    best = float(np.interp(capital, found.capital, found.service))

    assert best >= service_of(stock, even)[0] - 1e-4


def test_the_service_agrees_with_simulation():
    """Example: the gamma loss against 400,000 draws of lead-time demand."""
    stock = assortment()
    safety = np.array([[40.0, 10.0]])
    draws = np.random.default_rng(1).gamma((100 / 30) ** 2, 900 / 100, size=(400_000, 2))
    short = np.maximum(draws - (100 + safety), 0).mean(axis=0)
    expected = 1 - (short * 12 * 60).sum() / (1200 * 60 * 2)

    assert service_of(stock, safety)[0] == pytest.approx(expected, abs=2e-4)


def test_nothing_stocked_is_no_fault():
    """Example: no demand at all."""
    zero = np.zeros(3)

    assert frontier(Assortment(zero, zero, zero, zero, zero, zero)).capital.tolist() == [0.0]
