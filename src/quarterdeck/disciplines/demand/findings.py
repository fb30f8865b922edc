"""What was found out about the series on the way and people should know."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.demand.book import Book
from quarterdeck.disciplines.demand.outlook import WeeklyOutlook
from quarterdeck.model import Problem

Flags = npt.NDArray[np.bool_]

NAMED = 5
ALARM = 0.6  # share of the errors that points one way
LEAST_BIAS = 0.2


def findings(book: Book, outlook: WeeklyOutlook, days_out: int) -> tuple[Problem, ...]:
    """Outliers drawn in, levels that shifted, forecasts that were wrong one way, and days without stock."""
    found = []
    if outlook.outliers.any():
        total = int(outlook.outliers.sum())
        text = f"{total} unusually high or low values of demand history count less in forecasting: "
        text += f"{_names(book, outlook.outliers > 0)}."
        hint = "If such sales will come again, enter them as a promotion or an override."
        found.append(Problem("info", "history-outliers", text, hint, table="demand_history", column="quantity"))
    if (outlook.shift > 0).any():
        text = f"The level of demand has shifted for good for {_names(book, outlook.shift > 0)}; "
        text += "older demand counts on today's level."
        hint = "If the old level will come back, enter an override."
        found.append(Problem("info", "history-shift", text, hint, table="demand_history", column="quantity"))
    biased = _biased(outlook)
    if biased.any():
        text = f"Forecasts pointed one way too long for {_names(book, biased)}."
        hint = "Look whether something has changed for good, and enter an override until history shows it."
        found.append(Problem("info", "forecast-biased", text, hint, table="demand_history", column="quantity"))
    if days_out:
        text = f"Demand of {days_out} days without stock was filled in from the days around them."
        found.append(Problem("info", "history-stock-outs", text, "Nothing to do.", table="stock_outs"))
    return tuple(found)


def priced_findings(book: Book, elasticity: npt.NDArray[np.float64]) -> tuple[Problem, ...]:
    """That demand of some series follows their price."""
    order = np.argsort(elasticity, kind="stable")
    priced = order[elasticity[order] < 0.0]
    if not priced.size:
        return ()
    keys = list(book.keys.select("item", "site").iter_rows())
    named = [f"{keys[k][0]} at {keys[k][1]} (1 % dearer, {-elasticity[k]:.1f} % less)" for k in priced[:NAMED]]
    more = f" and {priced.size - NAMED} more" if priced.size > NAMED else ""
    text = f"Demand follows the price of {', '.join(named)}{more}; older demand counts at today's price."
    hint = "Enter the coming price as the item's selling price."
    return (Problem("info", "history-prices", text, hint, table="demand_history", column="revenue"),)


def _biased(outlook: WeeklyOutlook) -> Flags:
    """Series most of whose errors in the backtest have one sign, and that add up to something."""
    error, bias = np.nan_to_num(outlook.error), np.abs(np.nan_to_num(outlook.bias))
    return np.asarray((bias > ALARM * error) & (bias > LEAST_BIAS))


def _names(book: Book, chosen: Flags) -> str:
    """The first few of the series in words."""
    which = np.flatnonzero(chosen)
    names = ", ".join(f"{item} at {site}" for item, site in book.keys[which[:NAMED]].iter_rows())
    return names + (f" and {which.size - NAMED} more" if which.size > NAMED else "")
