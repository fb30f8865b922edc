"""Service against capital: how much of demand is met from stock for every sum of money bound in safety stock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]

POINTS = 60
MOST_PROBABLE = 0.9999
GRID = np.concatenate([np.linspace(0.0, 4.0, 65), np.linspace(4.25, 12.0, 32)])  # safety stock in spreads
LAST = 64


@dataclass(frozen=True, slots=True)
class Assortment:
    """What is stocked, each of shape (item-sites).

    Parameters
    ----------
    mean, spread
        Demand over the replenishment time and one review: mean and standard deviation [units].
    yearly
        Demand a year [units].
    lot
        Usual order quantity [units].
    cost
        Standard cost of one unit: what a unit of safety stock binds [currency].
    worth
        What a unit short costs: its selling price or margin, else its cost [currency].
    """

    mean: Vector
    spread: Vector
    yearly: Vector
    lot: Vector
    cost: Vector
    worth: Vector


@dataclass(frozen=True, slots=True)
class Frontier:
    """Points from little to much capital, each the best for its sum.

    Parameters
    ----------
    capital
        Money bound in safety stock, shape (points).
    service
        Share of demand, by worth, that is met from stock, shape (points).
    probability
        Probability of no shortage per replenishment, shape (points, item-sites).
    """

    capital: Vector
    service: Vector
    probability: Matrix


def frontier(stock: Assortment, points: int = POINTS) -> Frontier:
    """The efficient frontier of one stock budget over a whole assortment.

    A unit more of safety stock in an item is wanted in the share ``F̄(s) - F̄(s + Q)`` of replenishments, of which there
    are ``yearly / lot``; each time it saves ``worth``, and it binds ``cost``. Under one budget all items have the same
    saving per money bound; each value of it gives a point (exchange curve; Silver, Pyke, Thomas, *Inventory and
    Production Management in Supply Chains*). Demand over the replenishment time is taken as gamma distributed.
    """
    cycles = stock.yearly / np.maximum(stock.lot, 1e-9)
    saving = stock.worth * cycles / np.maximum(stock.cost, 1e-9)
    useful = (stock.mean > 0) & (stock.spread > 0) & (saving > 0) & (stock.cost > 0)
    if not useful.any():
        return Frontier(np.zeros(1), np.ones(1), np.zeros((1, stock.mean.size)))
    chosen = np.flatnonzero(useful)
    reach = stock.mean[chosen, None] + stock.spread[chosen, None] * GRID[None, :]
    wanted = saving[chosen, None] * _wanted(stock, chosen, reach)
    wanted = np.maximum(np.minimum.accumulate(wanted, axis=1), 1e-300)
    highest, lowest = float(wanted[:, 0].max()), max(float(wanted[:, LAST].min()), float(wanted[:, 0].max()) * 1e-9)
    steps = np.log(np.geomspace(highest, min(lowest, highest * 0.5), points))
    safety = np.zeros((points, stock.mean.size))
    rates = -np.log(wanted) + 1e-12 * np.arange(GRID.size)[None, :]  # rising
    for place, item in enumerate(chosen.tolist()):
        safety[:, item] = np.interp(-steps, rates[place], GRID, left=0.0) * stock.spread[item]
    capital = (safety * stock.cost).sum(axis=1)
    order = np.argsort(capital, kind="stable")
    probability = np.clip(_covered(stock, safety), 0.0, MOST_PROBABLE) * useful
    return Frontier(capital[order], service_of(stock, safety)[order], probability[order])


def service_of(stock: Assortment, safety: Matrix) -> Vector:
    """Share of demand, by worth, met from stock with this safety stock, shape (points).

    What is lacking at the end of a replenishment, less what was lacking before it already: ``n(s) - n(s + Q)`` of the
    gamma loss ``n(s) = μ·F̄(s; a + 1) - s·F̄(s; a)`` with ``s`` the mean plus the safety stock.
    """
    cycles = stock.yearly / np.maximum(stock.lot, 1e-9)
    level = stock.mean[None, :] + safety
    short = _loss(stock, level) - _loss(stock, level + stock.lot[None, :])
    missed = np.minimum(np.maximum(short, 0.0) * cycles, stock.yearly)
    whole = float((stock.worth * stock.yearly).sum())
    if whole <= 0.0:
        return np.ones(safety.shape[0])
    return np.asarray(1.0 - (missed * stock.worth).sum(axis=1) / whole)


def _wanted(stock: Assortment, chosen: npt.NDArray[np.int64], level: Matrix) -> Matrix:
    """Share of replenishments in which a unit more is wanted, shape (chosen, levels)."""
    from scipy.special import gammaincc  # noqa: PLC0415 - scipy takes a while to load

    shape, scale = (moment[chosen, None] for moment in _gamma(stock))
    lot = stock.lot[chosen, None]
    return np.asarray(gammaincc(shape, level / scale) - gammaincc(shape, (level + lot) / scale), np.float64)


def _covered(stock: Assortment, safety: Matrix) -> Matrix:
    """Probability that the safety stock is enough, shape (points, item-sites)."""
    from scipy.special import gammainc  # noqa: PLC0415

    shape, scale = _gamma(stock)
    return np.asarray(gammainc(shape[None, :], (stock.mean[None, :] + safety) / scale[None, :]), np.float64)


def _loss(stock: Assortment, level: Matrix) -> Matrix:
    """Expected demand beyond a level, shape (points, item-sites)."""
    from scipy.special import gammaincc  # noqa: PLC0415

    shape, scale = _gamma(stock)
    reach = level / scale[None, :]
    lacking = stock.mean * gammaincc(shape[None, :] + 1.0, reach) - level * gammaincc(shape[None, :], reach)
    return np.asarray(np.maximum(lacking, 0.0), np.float64)


def _gamma(stock: Assortment) -> tuple[Vector, Vector]:
    mean, spread = np.maximum(stock.mean, 1e-9), np.maximum(stock.spread, 1e-9)
    ratio = np.clip(mean / spread, 1e-3, 1e3)
    return ratio**2, mean / ratio**2
