"""How sure demand over a replenishment time is, learnt from what came after earlier cuts of all series together.

A forecast's own variance says how far single periods lie from it, not how wrong its level is for months ahead, and of a
series with little history it says hardly anything. So what was foreseen at earlier cuts is held against what came then:
a negative binomial regression of the latter on the former draws extreme means and variances towards what they turned
out to be, and the level whose quantile would have been enough as often as promised takes the promised level's place
(split conformal; Vovk, Gammerman, Shafer, *Algorithmic Learning in a Random World*, 2005). Whole pieces that overshoot
are thereby averaged over the assortment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.solvers.distributions import demand_quantiles

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

LEAST_CASES = 60
MOST_CASES = 20_000
LEAST = 1e-6
AS_SAID = np.array([0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0])  # the mean as it is, the excess variance the variance
MEAN_COLUMNS, SPREAD_COLUMNS = 2, 5
PRIOR = 30.0  # cases that say: as foreseen
TRUST = 300.0  # cases at which half of the way from the promised level to the one that would have been right is gone
FADING = 0.5
STEPS = 30
HIGHEST = 0.99995
STEEPEST = 20.0
MIDDLE_WEEKS, MIDDLE_AGE = 8.0, 100.0


@dataclass(frozen=True, slots=True)
class Cases:
    """Demand over some weeks as foreseen, each of shape (cases).

    Parameters
    ----------
    mean, variance
        Moments of the demand over all the weeks together.
    weeks
        How many weeks that are.
    age
        Weeks of history the forecast was made from.
    """

    mean: Vector
    variance: Vector
    weeks: Vector
    age: Vector


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the past teaches: coefficients of the regression, and the past cases as they are seen with them.

    ``mean``, ``variance``, ``came`` and ``weight`` (their mean is one) have the shape (cases), ``rows`` too: which of
    the cases given they are; ``number`` is how many cases count.
    """

    coefficients: Vector
    mean: Vector
    variance: Vector
    came: Vector
    weight: Vector
    number: float
    rows: Whole


def learn(foreseen: Cases, came: Vector, cuts_back: Vector | None = None) -> Calibration | None:
    """What ``came``, shape (cases), teaches of the forecasts ``foreseen``; ``None`` from too few cases.

    ``cuts_back`` says how many cuts ago each forecast was made, 1 the last: what was long ago is less like what comes,
    so each cut counts half of the one after it.
    """
    good = np.isfinite(came) & np.isfinite(foreseen.mean) & np.isfinite(foreseen.variance)
    rows = np.flatnonzero(good & (came >= 0.0) & (foreseen.mean > LEAST))
    if rows.size < LEAST_CASES:
        return None
    if rows.size > MOST_CASES:
        rows = rows[np.linspace(0, rows.size - 1, MOST_CASES).astype(np.int64)]
    past = Cases(*(getattr(foreseen, name)[rows] for name in ("mean", "variance", "weeks", "age")))
    weight = np.ones(rows.size) if cuts_back is None else FADING ** np.maximum(cuts_back[rows] - 1.0, 0.0)
    number = float(weight.sum() ** 2 / (weight**2).sum())
    weight = weight / weight.mean()
    coefficients = _fitted(_columns(past), came[rows], weight, number)
    return Calibration(coefficients, *_moments(_columns(past), coefficients), came[rows], weight, number, rows)


def calibrated(cases: Cases, learnt: Calibration) -> tuple[Vector, Vector]:
    """Mean and variance as the past says they turn out, each of shape (cases); no demand stays none."""
    mean, variance = _moments(_columns(cases), learnt.coefficients)
    some = cases.mean > LEAST
    return np.where(some, mean, cases.mean), np.where(some, variance, cases.variance)


def trust(number: float) -> float:
    """How far that many cases are believed, from 0 to 1."""
    return number / (number + TRUST)


def moved_levels(levels: Vector, learnt: Calibration) -> Vector:
    """The probabilities whose quantiles were enough in the shares ``levels`` of past cases, shape as of ``levels``."""
    asked, place = np.unique(np.asarray(levels, np.float64), return_inverse=True)
    whole = np.ones(learnt.came.size, np.bool_)
    found = asked.copy()
    for number, level in enumerate(asked):
        if 0.0 < level < 1.0:
            found[number] = level + trust(learnt.number) * (_right_level(float(level), learnt, whole) - level)
    return np.asarray(np.maximum.accumulate(found)[place].reshape(np.shape(levels)), np.float64)


def _right_level(level: float, learnt: Calibration, whole: npt.NDArray[np.bool_]) -> float:
    low, high = 0.0, HIGHEST
    for _ in range(STEPS):
        middle = (low + high) / 2.0
        enough = demand_quantiles(learnt.mean, learnt.variance, np.array([middle]), whole)[:, 0]
        if float(((learnt.came <= enough) * learnt.weight).mean()) < level:
            low = middle
        else:
            high = middle
        if high - low < 1e-4 * (1.0 - middle):
            break
    return high


def _columns(cases: Cases) -> Matrix:
    """What the regression sees, shape (cases, 5): one, then mean, variance, weeks and age as logarithms."""
    mean = np.log(np.maximum(cases.mean, LEAST))
    variance = np.log(np.maximum(cases.variance, LEAST * LEAST))
    weeks = np.log(np.maximum(cases.weeks, 0.1) / MIDDLE_WEEKS)
    age = np.log(np.maximum(cases.age, 1.0) / MIDDLE_AGE)
    return np.stack([np.ones(mean.size), mean, variance, weeks, age], axis=1)


def _moments(columns: Matrix, coefficients: Vector) -> tuple[Vector, Vector]:
    """Mean, and variance: the mean of a Poisson demand and what it varies beyond."""
    mean = np.exp(np.clip(columns[:, :MEAN_COLUMNS] @ coefficients[:MEAN_COLUMNS], -STEEPEST, 2 * STEEPEST))
    beyond = np.exp(np.clip(columns @ coefficients[MEAN_COLUMNS:], -2 * STEEPEST, 3 * STEEPEST))
    return mean, mean + beyond


def _fitted(columns: Matrix, came: Vector, weights: Vector, number: float) -> Vector:
    """Coefficients of the greatest likelihood, drawn towards "as foreseen" by :data:`PRIOR` cases."""
    from scipy.optimize import minimize  # noqa: PLC0415 - scipy takes a while to load

    def loss(coefficients: Vector) -> tuple[float, Vector]:
        off = coefficients - AS_SAID
        likelihood, slope = _likelihood(columns, came, weights, coefficients)
        weight = PRIOR / number
        return weight * float(off @ off) - likelihood, 2.0 * weight * off - slope

    found = minimize(loss, AS_SAID, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return np.asarray(found.x if np.isfinite(found.fun) else AS_SAID, np.float64)


def _likelihood(columns: Matrix, came: Vector, weights: Vector, coefficients: Vector) -> tuple[float, Vector]:
    """Weighted mean log-likelihood of the negative binomial distribution, and its slope.

    With size ``r = m² / excess``: ``ln Γ(y + r) - ln Γ(r) - ln y! + r ln(r / (r + m)) + y ln(m / (r + m))``.
    """
    from scipy.special import digamma, gammaln  # noqa: PLC0415

    mean, variance = _moments(columns, coefficients)
    size = np.clip(mean * mean / np.maximum(variance - mean, 1e-300), 1e-8, 1e8)
    share = np.log(size / (size + mean))
    each = gammaln(came + size) - gammaln(size) - gammaln(came + 1.0) + size * share
    each += came * np.log(mean / (size + mean))
    by_size = digamma(came + size) - digamma(size) + share + 1.0 - (size + came) / (size + mean)
    by_mean = came / mean - (size + came) / (size + mean)
    to_mean, to_spread = weights * (by_mean * mean + 2.0 * by_size * size), -weights * by_size * size
    of_mean = (to_mean[:, None] * columns[:, :MEAN_COLUMNS]).mean(axis=0)
    of_spread = (to_spread[:, None] * columns).mean(axis=0)
    return float((weights * each).mean()), np.concatenate([of_mean, of_spread])
