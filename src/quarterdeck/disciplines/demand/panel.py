"""Series on a grid of periods: weeks that end now, calendar months, or monthly cycles where orders come in lumps."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from numba import njit

from quarterdeck.disciplines.demand.history import day_number, day_of

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

POSITIONS = 30  # a month's days are drawn on a circle of thirty places
WINDOW = 5
LATEST = 2  # places after the window in which a lump that did not come is late rather than lost
CAME = 0.3  # of a usual lump: with so much, the running month's has come
LOOKED_AT = 6
WEEKS_PER_MONTH = 365.25 / 12.0 / 7.0


@dataclass(frozen=True, slots=True)
class Grid:
    """How time is cut into periods.

    Parameters
    ----------
    today
        First day that is not yet past, in days since 1970.
    turn
        0 for weeks that end the day before ``today``; else the day of the month on which a monthly period begins.
    profile
        Weight of each of the month's thirty places, for spreading a month over its days, shape (30).
    to_come
        Share of the running month's demand that is still to come; None for what the profile says.
    counted
        Whether the running month counts as past, because its lump has come: it is the newest that is known.
    """

    today: int
    turn: int
    profile: tuple[float, ...] = (1.0,) * POSITIONS
    to_come: float | None = None
    counted: bool = False

    @property
    def season(self) -> int:
        """Periods in a year."""
        return 12 if self.turn else 52

    @property
    def weeks_per_period(self) -> float:
        """Mean length of a period in weeks."""
        return WEEKS_PER_MONTH if self.turn else 1.0

    def index(self, days: Whole) -> Whole:
        """Period of each day: 0 is the one that holds ``today`` or begins with it, -1 the last full one before."""
        if not self.turn:
            return np.asarray((days - self.today) // 7, dtype=np.int64)
        now = _month_index(np.array([self.today], dtype=np.int64), self.turn)
        return np.asarray(_month_index(days, self.turn) - now[0], dtype=np.int64)

    def begin(self, index: int) -> int:
        """First day of a period, in days since 1970; -1 is the last one before now."""
        if not self.turn:
            return self.today + 7 * index
        day = day_of(_month_begin(self.today, self.turn)).replace(day=1)
        month = day.year * 12 + day.month - 1 + index
        year, month = divmod(month, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return day_number(dt.date(year, month + 1, min(self.turn, last)))

    def shares(self, weeks: int) -> Matrix:
        """Share of each future period that falls in each week from ``today``, shape (weeks, periods).

        What is still to come of a running period that counts as past goes with the first future one.
        """
        if not self.turn:
            return np.eye(weeks)
        first = _month_begin(self.today, self.turn)
        last = self.today + 7 * weeks
        days = np.arange(first, last + 62)
        period = self.index(days)
        weight = np.asarray(self.profile)[position(days)]
        whole = np.bincount(period, weights=weight)
        if self.to_come is not None:
            rest = (period == 0) & (days >= self.today)
            weight[rest] *= self.to_come * whole[0] / weight[rest].sum()
        inside = (days >= self.today) & (days < last)
        column = np.maximum(period - int(self.counted), 0)
        out = np.zeros((weeks, int(column[inside].max()) + 1))
        np.add.at(out, ((days[inside] - self.today) // 7, column[inside]), weight[inside] / whole[period[inside]])
        return out


@dataclass(frozen=True, slots=True)
class Panel:
    """Series on one grid: ``values[pointers[i]:pointers[i + 1]]`` is series ``members[i]``, oldest period first."""

    grid: Grid
    members: Whole
    values: Vector
    pointers: Whole


def build_panel(grid: Grid, members: Whole, days: Whole, quantities: Vector, bounds: Whole) -> Panel:
    """Series of ``members`` from their first demand to now: gaps are zero, returns are taken off what came before.

    ``days`` and ``quantities`` are flat, sorted by series and day; series ``i`` has rows ``bounds[i]:bounds[i + 1]``.
    """
    pieces = []
    for member in members:
        rows = slice(bounds[member], bounds[member + 1])
        back = int(grid.counted) - 1 - grid.index(days[rows])
        done = back >= 0
        if not done.any():  # sold only in the period that is still running: it counts as the first one
            back, done = np.zeros(back.size, np.int64), np.ones(back.size, np.bool_)
        totals = np.bincount(back[done], weights=quantities[rows][done])[::-1]
        if grid.counted and grid.to_come is not None:
            totals[-1] /= 1.0 - grid.to_come
        pieces.append(_from_first_sale(_absorb_returns(np.ascontiguousarray(totals))))
    pointers = np.concatenate(([0], np.cumsum([piece.size for piece in pieces]))).astype(np.int64)
    values = np.concatenate(pieces) if pieces else np.empty(0)
    return Panel(grid, members, np.ascontiguousarray(values, np.float64), pointers)


def position(days: Whole) -> Whole:
    """Place of days on the month's circle: 0 is the first of the month, 29 its last day.

    >>> position(np.array([day_number(dt.date(2024, 2, 1)), day_number(dt.date(2024, 2, 29))])).tolist()
    [0, 29]
    """
    date = days.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    length = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64)
    passed = (date - month.astype("datetime64[D]")).astype(np.int64)
    return np.asarray(np.minimum(passed * POSITIONS // (length - 1), POSITIONS - 1), dtype=np.int64)


def lump_window(days: Whole, quantities: Vector) -> tuple[int, float]:
    """First of the five places in a row of the month where most demand comes, and their share of it."""
    weight = np.bincount(position(days), weights=np.maximum(quantities, 0.0), minlength=POSITIONS)
    total = weight.sum()
    if not total > 0:
        return 0, 0.0
    around = np.concatenate((weight, weight[: WINDOW - 1]))
    sums = np.convolve(around, np.ones(WINDOW), "valid")
    best = int(np.argmax(sums))
    return best, float(sums[best] / total)


def in_window(days: Whole, first: int) -> npt.NDArray[np.bool_]:
    """Whether days fall into the five places that begin at ``first``."""
    return (position(days) - first) % POSITIONS < WINDOW


def lump_grid(today: int, first: int, days: Whole, quantities: Vector) -> Grid:
    """Monthly cycles whose border lies opposite the lumps, spread over days as demand was, lumps slipping by days."""
    middle = (first + WINDOW // 2 + POSITIONS // 2) % POSITIONS
    weight = np.bincount(position(days), weights=np.maximum(quantities, 0.0), minlength=POSITIONS)
    kernel = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9.0
    padded = np.concatenate((weight[-2:], weight, weight[:2]))
    smooth = np.convolve(padded, kernel, "valid")
    profile = tuple(float(share) for share in smooth / smooth.sum() + 1e-9)
    grid = Grid(today, min(middle + 1, 28), profile)
    sold = np.maximum(quantities, 0.0)
    if _has_come(grid.index(days), sold * in_window(days, first)):
        return replace(grid, to_come=_usual_rest(grid, days, sold), counted=True)
    late = (int(position(np.array([today]))[0]) - first) % POSITIONS
    if late > WINDOW + LATEST:
        return grid
    return replace(grid, to_come=_still_to_come(grid.index(days), sold))


def _has_come(period: Whole, lumps: Vector) -> bool:
    """Whether the running month has brought a lump, be it a small one beside the last three."""
    usual = lumps[(period < 0) & (period >= -3)].sum() / 3.0
    return bool(usual > 0.0 and lumps[period == 0].sum() >= CAME * usual)


def _usual_rest(grid: Grid, days: Whole, quantities: Vector) -> float:
    """Share of a month's demand that came later than as far into it as today, where its lump had come by then."""
    elapsed, period, rests = grid.today - grid.begin(0), grid.index(days), []
    for back in range(1, LOOKED_AT + 1):
        own = period == -back
        total = quantities[own].sum()
        rest = quantities[own & (days >= grid.begin(-back) + elapsed)].sum()
        if total > 0.0 and rest <= 0.5 * total:
            rests.append(rest / total)
    return float(np.mean(rests)) if rests else 0.0


def _still_to_come(period: Whole, quantities: Vector) -> float:
    """Share of a usual month (of the last three) that the running one has not brought yet."""
    seen = quantities[period == 0].sum()
    usual = quantities[(period < 0) & (period >= -3)].sum() / 3.0
    return float(np.clip(1.0 - seen / usual, 0.0, 1.0)) if usual > 0 else 1.0


def _month_index(days: Whole, turn: int) -> Whole:
    date = days.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    passed = (date - month.astype("datetime64[D]")).astype(np.int64)
    index: Whole = month.astype(np.int64) - (passed < turn - 1)
    return index


def _month_begin(today: int, turn: int) -> int:
    day = day_of(today)
    if day.day < turn:
        day = day.replace(day=1) - dt.timedelta(days=1)
    return day_number(day.replace(day=min(turn, calendar.monthrange(day.year, day.month)[1])))


def _from_first_sale(totals: Vector) -> Vector:
    sold = np.flatnonzero(totals > 0.0)
    return totals[sold[0] :] if sold.size else np.zeros(0)


@njit(cache=True, error_model="numpy", nogil=True)
def _absorb_returns(totals: Vector) -> Vector:
    """Net negative periods become zero; what is missing is taken off the periods before, newest first."""
    owed = 0.0
    for t in range(totals.size - 1, -1, -1):
        totals[t] -= owed
        owed = max(-totals[t], 0.0)
        totals[t] = max(totals[t], 0.0)
    return totals
