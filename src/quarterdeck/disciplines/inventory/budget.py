"""Service against capital: how much of demand is met from stock for every sum of money bound in safety stock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]

POINTS = 60
MOST_PROBABLE = 0.9999


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

    A unit more of safety stock in an item saves ``worth · yearly / lot`` times the probability of a shortage a year and
    binds ``cost``. Under one budget all items have the same saving per money bound, ``1/λ``; each λ gives a point
    (exchange curve; Silver, Pyke, Thomas, *Inventory and Production Management in Supply Chains*). Demand over the
    replenishment time is taken as gamma distributed.
    """
    cycles = stock.yearly / np.maximum(stock.lot, 1e-9)
    saving = stock.worth * cycles / np.maximum(stock.cost, 1e-9)
    useful = (stock.mean > 0) & (stock.spread > 0) & (saving > 0) & (stock.cost > 0)
    if not useful.any():
        return Frontier(np.zeros(1), np.ones(1), np.zeros((1, stock.mean.size)))
    largest = float(saving[useful].max())
    steps = np.geomspace(largest * 0.7, float(saving[useful].min()) * (1 - MOST_PROBABLE), points)
    shortage = np.where(useful[None, :], steps[:, None] / np.maximum(saving, 1e-300)[None, :], 1.0)
    probability = np.clip(1.0 - shortage, 0.0, MOST_PROBABLE)
    levels = quantiles(stock, probability, useful)
    safety = np.maximum(levels - stock.mean[None, :], 0.0) * useful
    capital = (safety * stock.cost).sum(axis=1)
    order = np.argsort(capital, kind="stable")
    return Frontier(capital[order], service_of(stock, safety)[order], probability[order])


def quantiles(stock: Assortment, probability: Matrix, useful: npt.NDArray[np.bool_]) -> Matrix:
    """Stock that covers demand over the replenishment time with the probability, shape (points, item-sites)."""
    from scipy.special import gammaincinv  # noqa: PLC0415 - scipy takes a while to load

    shape, scale = _gamma(stock)
    found = gammaincinv(shape[None, :], probability) * scale[None, :]
    return np.where(useful[None, :], found, stock.mean[None, :])


def service_of(stock: Assortment, safety: Matrix) -> Vector:
    """Share of demand, by worth, met from stock with this safety stock, shape (points).

    Expected shortage per cycle is the gamma loss ``μ·(1 − F(s; a+1)) − s·(1 − F(s; a))`` with ``s`` the mean plus the
    safety stock.
    """
    from scipy.special import gammaincc  # noqa: PLC0415

    shape, scale = _gamma(stock)
    level = stock.mean[None, :] + safety
    reach = level / scale[None, :]
    short = stock.mean * gammaincc(shape[None, :] + 1.0, reach) - level * gammaincc(shape[None, :], reach)
    cycles = stock.yearly / np.maximum(stock.lot, 1e-9)
    missed = np.minimum(np.maximum(short, 0.0) * cycles, stock.yearly)
    whole = float((stock.worth * stock.yearly).sum())
    if whole <= 0.0:
        return np.ones(safety.shape[0])
    return np.asarray(1.0 - (missed * stock.worth).sum(axis=1) / whole)


def _gamma(stock: Assortment) -> tuple[Vector, Vector]:
    mean, spread = np.maximum(stock.mean, 1e-9), np.maximum(stock.spread, 1e-9)
    ratio = np.clip(mean / spread, 1e-3, 1e3)
    return ratio**2, mean / ratio**2
