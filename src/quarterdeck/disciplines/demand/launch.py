"""New products: what their first year will bring, from products like them and from how news spreads, week by week.

Until it has sold for a while, a product is judged by its likes: the totals and the course of other products' first
years. Where there are too few of these, the course is that of Bass ("A new product growth for model consumer durables",
1969), whose constants are drawn from what they usually are towards what the product's own weeks say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]

YEAR = 52
LEAST_LIKES = 3
INNOVATION, IMITATION = 0.03, 0.38  # a year: means over many studies (Sultan, Farley, Lehmann 1990)
WIDTH = 0.7  # standard deviation of the logarithm of either around its mean
GRID = np.linspace(-2.0, 2.0, 9)
UNKNOWN = 1.0  # standard deviation of the logarithm of a total of which nothing is known
LEAST_SPREAD = 0.1
NORMAL = NormalDist()


@dataclass(frozen=True)
class Launch:
    """What the first year of a product will bring.

    Parameters
    ----------
    weeks, sold
        Weeks since the launch and what was sold in them.
    expected
        Median of what the first year will bring in all.
    spread
        Standard deviation of the logarithm of that.
    course
        Expected share of the year's total that is sold up to the end of each week, shape (52).
    likes
        Number of products it was judged by; 0 where the course is that of Bass.
    """

    weeks: int
    sold: float
    expected: float
    spread: float
    course: Vector
    likes: int

    def quantile(self, level: float) -> float:
        """What the year will not exceed with that probability; never less than what was sold already."""
        score = NORMAL.inv_cdf(level)
        return max(self.sold, float(self.expected * np.exp(score * self.spread)))

    def chance_of(self, target: float) -> float:
        """Probability that the first year brings at least ``target``."""
        if target <= self.sold:
            return 1.0
        if self.expected <= 0.0 or self.weeks >= YEAR:
            return 0.0
        return 1.0 - NORMAL.cdf(float(np.log(target / self.expected)) / max(self.spread, 1e-9))


def foresee_launch(own: Vector, likes: Sequence[Vector]) -> Launch:
    """The first year of a product from its weeks so far and from the first years of products like it.

    Parameters
    ----------
    own
        Weekly sales since the launch, oldest first; may be empty.
    likes
        Weekly sales of other products since their launches; those shorter than a year or without sales are left out.

    Notes
    -----
    On logarithms, the total that the likes suggest and the total that the own weeks and the course suggest are weighed
    by the inverse of their variances: the more weeks have passed, the more they count.
    """
    years = [year[:YEAR] for year in likes if year.size >= YEAR and year[:YEAR].sum() > 0]
    weeks, sold = int(min(own.size, YEAR)), float(own[:YEAR].sum())
    if len(years) >= LEAST_LIKES:
        courses, weights = np.array([np.cumsum(year) / year.sum() for year in years]), np.ones(len(years))
        totals = np.log([float(year.sum()) for year in years])
        prior, width = float(totals.mean()), max(float(totals.std(ddof=1)), LEAST_SPREAD)
    else:
        courses, weights = _bass_courses(own[:YEAR])
        prior, width = float(np.log(max(sold, 1.0))), 1e6
    course = np.average(courses, axis=0, weights=weights)
    count = len(years) if len(years) >= LEAST_LIKES else 0
    if weeks == 0 or sold <= 0.0:
        known = width < 1e6
        return Launch(weeks, sold, float(np.exp(prior)) if known else 0.0, width if known else UNKNOWN, course, count)
    share = np.maximum(courses[:, weeks - 1], 1e-3)
    seen = np.log(sold / share)
    middle = float(np.average(seen, weights=weights))
    variance = float(np.average((seen - middle) ** 2, weights=weights)) + _noise(own[:YEAR])
    trust = width**2 / (width**2 + variance)
    expected = trust * middle + (1.0 - trust) * prior
    spread = np.sqrt(trust * variance)
    return Launch(weeks, sold, max(float(np.exp(expected)), sold), float(spread), course, count)


def _noise(own: Vector) -> float:
    """Variance of the logarithm of a sum of weeks as scattered as these."""
    total = float(own.sum())
    scatter = float(((own[1:] - own[:-1]) ** 2).sum()) / 2.0 if own.size > 1 else total
    return max(scatter, total) / max(total, 1e-9) ** 2


def bass_course(innovation: float, imitation: float) -> Vector:
    """Share of the first year's sales up to the end of each week, shape (52), by the closed form of Bass.

    ``F(t) = (1 - e^{-(p + q) t}) / (1 + q / p · e^{-(p + q) t})`` with t in years, divided by F(1).
    """
    decay = np.exp(-(innovation + imitation) * np.arange(1, YEAR + 1) / YEAR)
    reached = (1.0 - decay) / (1.0 + imitation / innovation * decay)
    return np.asarray(reached / reached[-1])


def _bass_courses(own: Vector) -> tuple[Matrix, Vector]:
    """Courses for a grid of both constants, and how likely each is after the product's own weeks."""
    courses, scores = [], []
    for a in GRID:
        for b in GRID:
            course = bass_course(INNOVATION * float(np.exp(WIDTH * a)), IMITATION * float(np.exp(WIDTH * b)))
            courses.append(course)
            scores.append(-0.5 * (a * a + b * b) + _fit(own, course))
    weight = np.exp(np.array(scores) - max(scores))
    return np.array(courses), weight / weight.sum()


def _fit(own: Vector, course: Vector) -> float:
    """Logarithm of the likelihood of the weeks' shares under a course, for demand as scattered as theirs."""
    if own.size < 2 or not own.sum() > 0:
        return 0.0
    steps = np.diff(np.concatenate(([0.0], course[: own.size])))
    expected = own.sum() * steps / steps.sum()
    scatter = max(1.0, float(((own - expected) ** 2 / expected).mean()))
    return float((own * np.log(expected) - expected).sum() / scatter)
