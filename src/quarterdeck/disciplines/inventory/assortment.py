"""One promise for the whole assortment: the mean service of its items is kept with the least money in stock.

Where every item keeps the same service, stock that serves much for little and stock that serves little for much are
paid alike. Here each item is raised, step by step along the quantiles of its demand over the replenishment time, as
long as a step adds at least so much service for the money it binds; the one rate at which the mean of the assortment
reaches the promise is searched (marginal analysis; Sherbrooke, *Optimal Inventory Modeling of Systems*, 2004, and
Silver, Pyke, Thomas, 2017, on exchange curves). No item goes below a least service. Choosing by foreseen chances
favours items whose chances are overrated, so the same choice is made in past cases and corrected by what came.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.inventory.calibration import Calibration, moved_levels, trust
from quarterdeck.solvers.distributions import demand_met, demand_quantiles

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

STEPS = 40
HIGHEST = 0.99995
ROUNDS = 60  # halvings of the rate
MEANS, RATES = 20, 80
JUST_BELOW = 1.0 - 1e-9  # of a probability, so that its quantile is the level and not one more


@dataclass(frozen=True, slots=True)
class Lines:
    """What one promise is given for, each of shape (items).

    Parameters
    ----------
    mean, variance
        Demand over the replenishment time, as the past says it turns out [units].
    counts
        Whether it comes in whole units.
    cost
        Money that one unit binds, above zero.
    weight
        How much the item counts in the mean, zero or more.
    """

    mean: Vector
    variance: Vector
    counts: Flags
    cost: Vector
    weight: Vector


@dataclass(frozen=True, slots=True)
class Past:
    """The cases that ``learnt`` was learnt from: cost and weight of their items, and the cut of each, shape (cases)."""

    learnt: Calibration
    cost: Vector
    weight: Vector
    cuts: Vector

    @property
    def trust(self) -> float:
        """How far the past is believed, from 0 to 1: the less, the fewer items the mean rests on."""
        counted = self.weight * self.learnt.weight
        return trust(float(counted.sum() ** 2 / max((counted**2).sum(), 1e-300)))


@dataclass(frozen=True, slots=True)
class Ladder:
    """Levels of each item from its least service upwards: ``level`` and chance ``met``, shape (items, steps).

    ``rate`` is the service that the step to a level adds for the money it binds, falling, shape (items, steps - 1).
    """

    level: Matrix
    met: Matrix
    rate: Matrix
    weight: Vector

    def reached(self, rate: float) -> Whole:
        """The step on which each item stands where no step below ``rate`` is taken, shape (items)."""
        return np.asarray((self.rate >= rate).sum(axis=1), np.int64)

    def chance(self, step: Whole) -> Vector:
        """Chance of no shortage of each item on its step, shape (items)."""
        return self.met[np.arange(step.size), step]

    def mean(self, chance: Vector) -> float:
        """Mean by weight."""
        return float((chance * self.weight).sum() / self.weight.sum())  # no threads for a product this small


def promised_together(now: Lines, promise: float, least: float, past: Past | None = None) -> tuple[Vector, Vector]:
    """Levels and chances of no shortage whose mean by weight is the promise, with the least money in stock.

    Parameters
    ----------
    now
        The items.
    promise
        Mean chance of no shortage over a replenishment time, between 0 and 1.
    least
        No item's chance is foreseen lower, or lower than the promise where that is less.
    past
        Past cases by which foreseen chances are corrected.

    Returns
    -------
    Levels in item units and chances, each of shape (items).

    Notes
    -----
    The step from a level ``s`` to ``s'`` adds ``w·(F(s') - F(s))`` of service and binds ``c·(s' - s)·F(s)``: a unit
    more is left over where the units before it were enough. ``F`` is log-concave in all forms of demand used here, so
    the rates fall and taking the best steps first is the least money for its service.
    """
    if now.mean.size == 0 or now.weight.sum() <= 0.0:
        return np.zeros(now.mean.size), np.zeros(now.mean.size)
    floor = min(least, promise)
    if past is not None:
        floor = max(floor, float(moved_levels(np.array([floor]), past.learnt)[0]))  # as foreseen and as it came
        promise = _foreseen_for(promise, past, floor)
    steps = _ladder(now, floor)
    chosen = _least_money(steps, promise)
    rows = np.arange(chosen.size)
    return steps.level[rows, chosen], steps.met[rows, chosen]


def _ladder(lines: Lines, floor: float) -> Ladder:
    highest = max(HIGHEST, floor)
    shares = 1.0 - np.geomspace(max(1.0 - floor, 1e-9), 1.0 - highest, STEPS)
    level = np.maximum(demand_quantiles(lines.mean, lines.variance, shares, lines.counts), 0.0)
    level = np.maximum.accumulate(level, axis=1)
    met = np.maximum.accumulate(demand_met(lines.mean, lines.variance, level, lines.counts), axis=1)
    gained = np.diff(met, axis=1) * lines.weight[:, None]
    bound = np.diff(level, axis=1) * np.maximum(met[:, :-1], 1e-9) * lines.cost[:, None]
    rate = np.divide(gained, bound, out=np.full(gained.shape, np.inf), where=bound > 0.0)
    return Ladder(level, met, np.minimum.accumulate(rate, axis=1), lines.weight)


def _least_money(steps: Ladder, wanted: float) -> Whole:
    """The step of each item with which the mean is ``wanted`` for the least money; the last ones if it never is."""
    low, high = _bounds(steps)
    if steps.mean(steps.chance(steps.reached(float(np.exp(high))))) >= wanted:
        return steps.reached(float(np.exp(high)))
    for _ in range(ROUNDS):
        middle = (low + high) / 2.0
        enough = steps.mean(steps.chance(steps.reached(float(np.exp(middle))))) >= wanted
        low, high = (middle, high) if enough else (low, middle)
    return _trimmed(steps, float(np.exp(low)), float(np.exp(high)), wanted)


def _bounds(steps: Ladder) -> tuple[float, float]:
    """Logarithms of rates below the least and above the greatest."""
    real = steps.rate[np.isfinite(steps.rate) & (steps.rate > 1e-300)]
    return (float(np.log(real.min())) - 1.0, float(np.log(real.max())) + 1.0) if real.size else (-1.0, 1.0)


def _trimmed(steps: Ladder, low: float, high: float, wanted: float) -> Whole:
    """Steps at the lower rate, less those of equal rate that the promise does not need."""
    chosen, fewer = steps.reached(low), steps.reached(high)
    share = steps.weight / steps.weight.sum()
    spare = steps.mean(steps.chance(chosen)) - wanted
    for row in np.flatnonzero(chosen > fewer)[::-1].tolist():
        gained = share[row] * (steps.met[row, chosen[row]] - steps.met[row, fewer[row]])
        if gained <= spare:
            chosen[row] = fewer[row]
            spare -= gained
    return chosen


def _foreseen_for(promise: float, past: Past, floor: float) -> float:
    """The mean that has to be foreseen so that, as far as the past is believed, the promise comes about.

    At every earlier cut the same choice is made for every foreseen mean, and held against what then came.
    """
    means = np.concatenate(
        (np.linspace(min(floor, promise), promise, MEANS)[:-1], 1.0 - np.geomspace(1.0 - promise, 5e-5, MEANS))
    )
    came, whole = np.zeros(means.size), 0.0
    for cut in np.unique(past.cuts):
        rows = np.flatnonzero(past.cuts == cut)
        counted = float(past.learnt.weight[rows].sum())
        came += counted * _came_about(means, past, rows, floor)
        whole += counted
    kept = means + past.trust * (np.maximum.accumulate(came / max(whole, 1e-12)) - means)
    enough = np.flatnonzero(np.maximum.accumulate(kept) >= promise)
    if not enough.size:
        return float(means[-1])
    if (first := int(enough[0])) == 0:
        return float(means[0])
    return float(np.interp(promise, kept[first - 1 : first + 1], means[first - 1 : first + 1]))


def _came_about(means: Vector, past: Past, rows: Whole, floor: float) -> Vector:
    """Service that came of choices of one cut with each foreseen mean, shape as of ``means``."""
    learnt, whole = past.learnt, np.ones(rows.size, np.bool_)
    steps = _ladder(Lines(learnt.mean[rows], learnt.variance[rows], whole, past.cost[rows], past.weight[rows]), floor)
    if steps.weight.sum() <= 0.0:
        return means
    foreseen, came = [], []
    for rate in np.exp(np.linspace(*_bounds(steps)[::-1], RATES)).tolist():
        reached = steps.reached(rate)
        foreseen.append(steps.mean(steps.chance(reached)))
        came.append(steps.mean((learnt.came[rows] <= steps.level[np.arange(rows.size), reached]).astype(np.float64)))
    return np.asarray(np.interp(means, foreseen, came), np.float64)
