"""Demand at today's price: what past changes of price did to sales, and history as it would have been without them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.demand.book import Book
from quarterdeck.model import Company

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

LEAST_ROWS = 30
AROUND = 13  # rows before and after, against which price and demand are held: slow trends of both say nothing
LASTING = 5  # rows over which a price is the middle one: a single order's discount is no price
LEAST_CHANGES, CHANGED = 3, 0.02
SURE = 2.0  # standard errors from which an effect is believed
STRONGEST = 4.0
FURTHEST = np.log(3.0)  # of a row's demand that prices may account for
USUAL = 1.5  # times the last price, within which an item's list price is the price to come


def elasticity(quantity: Vector, price: Vector) -> float:
    """Per cent by which demand changes when the price rises by one per cent; zero unless it surely falls.

    The slope of the logarithm of demand on that of the lasting price, both against the mean of the rows around them,
    drawn to zero by its own uncertainty.

    Parameters
    ----------
    quantity, price
        Rows of one series with demand above zero and a known price, oldest first, shape (rows).
    """
    if quantity.size < LEAST_ROWS:
        return 0.0
    lasting = lasting_price(price)
    if (np.abs(np.diff(lasting)) > CHANGED).sum() < LEAST_CHANGES:
        return 0.0
    x, y = (each - _around(each) for each in (lasting, np.log(quantity)))
    squares = float(x @ x)
    if squares <= 1e-9:
        return 0.0
    slope = float(x @ y) / squares
    error = float(np.sqrt(((y - slope * x) ** 2).sum() / (quantity.size - 2) / squares))
    if slope >= -SURE * error:
        return 0.0
    return max(slope * slope**2 / (slope**2 + error**2), -STRONGEST)


def lasting_price(price: Vector) -> Vector:
    """Logarithm of the middle price of the rows around each, shape (rows)."""
    half = LASTING // 2
    padded = np.pad(np.log(price), half, mode="edge")
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, LASTING), axis=1))


def _around(values: Vector) -> Vector:
    place = np.arange(values.size)
    begin, end = np.maximum(place - AROUND, 0), np.minimum(place + AROUND + 1, values.size)
    sums = np.concatenate(([0.0], np.cumsum(values)))
    return np.asarray((sums[end] - sums[begin]) / (end - begin))


def at_todays_price(company: Company, book: Book) -> tuple[Book, Vector]:
    """The book with history as it would have been at the price to come, and the elasticity of each series.

    Prices are revenue over quantity of the demand history. The price to come is the item's list price where that is
    near the last one paid, else the last one.
    """
    price = _prices(company, book)
    found, quantities = np.zeros(book.size), book.quantities.copy()
    if not np.isfinite(price).any():
        return book, found
    facts = company["items"].select("item", "price").unique("item")
    listed = book.keys.join(facts, on="item", how="left", maintain_order="left")["price"].cast(pl.Float64)
    to_come = listed.fill_null(0.0).to_numpy()
    for i in range(book.size):
        rows = np.arange(book.bounds[i], book.bounds[i + 1])
        rows = rows[np.isfinite(price[rows]) & (quantities[rows] > 0.0)]
        found[i] = elasticity(quantities[rows], price[rows])
        if found[i] < 0.0:
            paid = lasting_price(price[rows])
            coming = _coming(float(to_come[i]), float(paid[-1]))
            quantities[rows] *= np.exp(np.clip(found[i] * (coming - paid), -FURTHEST, FURTHEST))
    return replace(book, quantities=quantities), found


def _coming(listed: float, last: float) -> float:
    near = listed > 0.0 and abs(np.log(listed) - last) <= np.log(USUAL)
    return float(np.log(listed)) if near else last


def _prices(company: Company, book: Book) -> Vector:
    """Price of every row of the book, NaN where no revenue is known."""
    history = company["demand_history"].filter(
        pl.col("revenue").is_not_null() & (pl.col("revenue") > 0) & (pl.col("quantity") > 0)
    )
    if history.is_empty():
        return np.full(book.days.size, np.nan)
    day = pl.col("date").to_physical().cast(pl.Int64)
    paid = history.group_by("item", "site", day=day).agg(
        price=pl.col("revenue").cast(pl.Float64).sort().sum() / pl.col("quantity").cast(pl.Float64).sort().sum()
    )
    rows = book.keys.select("item", "site")[np.repeat(np.arange(book.size), np.diff(book.bounds))]
    rows = rows.with_columns(day=pl.Series(book.days, dtype=pl.Int64))
    joined = rows.join(paid, on=["item", "site", "day"], how="left", maintain_order="left")["price"]
    return np.asarray(joined.fill_null(float("nan")).to_numpy(), dtype=np.float64)
