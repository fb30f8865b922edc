"""Coming weeks of products launched not long ago, by the course that launches take."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.demand.book import Book
from quarterdeck.disciplines.demand.engine import COMBINATION, RECENT, STEADY
from quarterdeck.disciplines.demand.launch import YEAR, foresee_launch
from quarterdeck.disciplines.demand.lifecycle import FOREVER

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LEAST_WEEKS, MOST_WEEKS = 4, 26  # on sale: before, too little is known; after, a product's own history says more
SILENT = 26  # weeks of others' sales before a first sale, from which it is a launch rather than where the data begin
SHARE = 0.5
MOST_TIMES = 3.0  # the level of the last weeks, beyond which no course is believed


def on_launch_courses(book: Book, method: Whole, mean: Matrix) -> tuple[Matrix, Flags]:
    """The weekly forecasts ``mean``, shape (series, weeks), of launches by half on their course; and which these are.

    The course is that of launches in the same family where there are three of a year, else that of Bass; see
    :mod:`quarterdeck.disciplines.demand.launch`. ``method`` is how each series was forecast, shape (series); below zero
    leaves it alone.
    """
    began = _launched(book)
    age = np.where(began >= 0, (book.today - began) // 7, -1)
    regular = (method == COMBINATION) | (method == STEADY) | (method == RECENT)
    launched = np.asarray(regular & (age >= LEAST_WEEKS) & (age < MOST_WEEKS))
    out = mean.copy()
    for i in np.flatnonzero(launched):
        family = (book.family == book.family[i]) & (book.family[i] >= 0) & (age >= YEAR)
        likes = [_weekly(book, int(j), int(began[j])) for j in np.flatnonzero(family)]
        own = _weekly(book, int(i), int(began[i]))
        out[i] = (1.0 - SHARE) * mean[i] + SHARE * _course(own, likes, mean.shape[1])
    return out, launched


def _launched(book: Book) -> Whole:
    """Day of the first sale of series that were launched while others sold or on a day that is known; -1 of others."""
    first = np.full(book.size, -1, np.int64)
    for i in range(book.size):
        part = slice(book.bounds[i], book.bounds[i + 1])
        sold = book.days[part][book.quantities[part] > 0.0]
        first[i] = sold[0] if sold.size else -1
    oldest = first[first >= 0].min(initial=FOREVER)
    known = (book.first > -FOREVER) & (np.abs(first - book.first) < 7 * LEAST_WEEKS)
    return np.asarray(np.where((first >= 0) & (known | (first - oldest >= 7 * SILENT)), first, -1))


def _weekly(book: Book, series: int, began: int) -> Vector:
    """Sales of the whole weeks until today, since the first one."""
    part = slice(book.bounds[series], book.bounds[series + 1])
    weeks = (int(book.today[series]) - began) // 7
    back = (int(book.today[series]) - 1 - book.days[part]) // 7
    inside = (back >= 0) & (back < weeks)
    sums = np.bincount(weeks - 1 - back[inside], book.quantities[part][inside], minlength=weeks)
    return np.asarray(sums, np.float64)


def _course(own: Vector, likes: list[Vector], weeks: int) -> Vector:
    """What comes in the weeks ahead; after the first year as in its last week."""
    seen = foresee_launch(own, likes)
    steps = np.diff(np.concatenate(([0.0], seen.course))) * seen.expected
    ahead = np.concatenate((steps[own.size :], np.full(weeks, steps[-1])))[:weeks]
    return np.asarray(np.minimum(ahead, MOST_TIMES * own[-LEAST_WEEKS:].mean()))
