"""Which grid each series belongs on: daily sales and weeks go to weeks, monthly data and monthly lumps to months."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.demand.panel import Grid, Panel, Whole, build_panel, in_window, lump_grid, lump_window

Vector = npt.NDArray[np.float64]

MONTHLY_SHARE = 0.95
LUMP_SHARE = 0.5
LEAST_MONTHS = 4
YEAR = 365


def panels(today: Whole, days: Whole, quantities: Vector, bounds: Whole) -> list[Panel]:
    """Every series on the grid that suits it.

    Parameters
    ----------
    today
        First day that is not past, per series, in days since 1970, shape (series).
    days, quantities, bounds
        Flat history as in :func:`quarterdeck.disciplines.demand.panel.build_panel`.
    """
    count = bounds.size - 1
    monthly, weekly = _monthly(days, bounds), _weekly(days, bounds)
    found: list[Panel] = []
    for day in np.unique(today):
        here = today == day
        months, weeks = here & monthly, here & weekly & ~monthly
        daily = here & ~months & ~weeks
        found += _panel(Grid(int(day), 1), months, days, quantities, bounds)
        shifted = days + 6  # a week counts as past when its last day is
        found += _panel(Grid(int(day), 0), weeks, shifted, quantities, bounds)
        rows = np.repeat(daily, np.diff(bounds)) & (days >= day - YEAR)
        lumpy, grid = _lumpy(int(day), rows, daily, (days, quantities, bounds))
        if grid is not None:
            found += _panel(grid, lumpy, days, quantities, bounds)
        found += _panel(Grid(int(day), 0), daily & ~lumpy, days, quantities, bounds)
    assert sum(panel.members.size for panel in found) == count  # noqa: S101 - every series is on one grid
    return found


def _panel(grid: Grid, chosen: npt.NDArray[np.bool_], days: Whole, quantities: Vector, bounds: Whole) -> list[Panel]:
    if not chosen.any():
        return []
    return [build_panel(grid, np.flatnonzero(chosen).astype(np.int64), days, quantities, bounds)]


def _monthly(days: Whole, bounds: Whole) -> npt.NDArray[np.bool_]:
    """Series whose rows all stand on the first of a month; a single row follows what most rows of the company do."""
    date = days.astype("datetime64[D]")
    first = date == date.astype("datetime64[M]").astype("datetime64[D]")
    return _majority(first, bounds)


def _weekly(days: Whole, bounds: Whole) -> npt.NDArray[np.bool_]:
    """Series whose rows all stand on one day of the week."""
    if not days.size:
        return np.zeros(bounds.size - 1, np.bool_)
    start = days[np.minimum(bounds[:-1], days.size - 1)]
    same = (days - np.repeat(start, np.diff(bounds))) % 7 == 0
    usual = np.bincount(days % 7, minlength=7).argmax()
    common = _majority(days % 7 == usual, bounds)
    return common & _majority(same, bounds)


def _majority(fits: npt.NDArray[np.bool_], bounds: Whole) -> npt.NDArray[np.bool_]:
    """Series all of whose rows fit; those of fewer than four rows also need 95 % of all rows to fit."""
    if not fits.size:
        return np.zeros(bounds.size - 1, np.bool_)
    sums = np.concatenate(([0], np.cumsum(fits)))
    rows = np.diff(bounds)
    every = (sums[bounds[1:]] - sums[bounds[:-1]]) == rows
    return np.asarray(every & ((rows >= LEAST_MONTHS) | bool(fits.mean() >= MONTHLY_SHARE)))


def _lumpy(
    today: int, rows: npt.NDArray[np.bool_], daily: npt.NDArray[np.bool_], history: tuple[Whole, Vector, Whole]
) -> tuple[npt.NDArray[np.bool_], Grid | None]:
    """Daily series of which half the demand of the last year came in the same few days of every month.

    The days are found on all daily series together; chance would put a sixth of demand there.
    """
    days, quantities, bounds = history
    none = np.zeros(daily.size, np.bool_)
    first, share = lump_window(days[rows], quantities[rows])
    inside = in_window(days, first)
    months = np.unique(days[rows & inside].astype("datetime64[D]").astype("datetime64[M]"))
    other_days = np.unique(days[rows]).size
    if share < LUMP_SHARE or months.size < LEAST_MONTHS or other_days < 2 * LEAST_MONTHS:
        return none, None
    amounts = np.maximum(quantities, 0.0) * (days >= today - YEAR)
    total = _sums(amounts, bounds)
    own = _sums(amounts * inside, bounds) / np.maximum(total, 1e-300)
    chosen = daily & (own >= 0.8 * LUMP_SHARE)
    return chosen, lump_grid(today, first, days[rows], quantities[rows])


def _sums(values: Vector, bounds: Whole) -> Vector:
    cumulated = np.concatenate(([0.0], np.cumsum(values)))
    return cumulated[bounds[1:]] - cumulated[bounds[:-1]]
