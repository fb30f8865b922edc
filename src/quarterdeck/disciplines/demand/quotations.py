"""Quotations as demand: each counts with the chance that it becomes an order."""

from __future__ import annotations

import polars as pl

from quarterdeck.model import Company

PRIOR_RATE, PRIOR_LINES = 0.3, 10.0
WON, LOST = ("open", "closed"), ("cancelled",)


def conversion_rates(company: Company) -> pl.DataFrame:
    """Chance of an order per customer, from lines won and lost, as ``customer``, ``won``, ``lost``, ``rate``.

    A customer's rate is drawn to that of all customers, as if ten lines of his had gone like theirs; that of all is
    drawn to three in ten in the same way.
    """
    lines = company["sales_orders"].filter(pl.col("status").is_in([*WON, *LOST]))
    won = pl.col("status").is_in(list(WON)).sum().cast(pl.Float64)
    lost = pl.col("status").is_in(list(LOST)).sum().cast(pl.Float64)
    counts = lines.group_by(pl.col("customer").fill_null("")).agg(won=won, lost=lost).sort("customer")
    total = (float(counts["won"].sum()), float(counts["lost"].sum()))
    whole = (total[0] + PRIOR_RATE * PRIOR_LINES) / (sum(total) + PRIOR_LINES) if total[1] else PRIOR_RATE
    tried = pl.col("won") + pl.col("lost")
    informed = (pl.col("won") + whole * PRIOR_LINES) / (tried + PRIOR_LINES)
    rate = pl.when(pl.lit(total[1] > 0)).then(informed).otherwise(pl.lit(whole))
    return counts.with_columns(rate=rate)


def quoted_lines(company: Company) -> pl.DataFrame:
    """Open quotations as expected demand: ``item``, ``site``, ``day``, ``quantity`` (times its chance), ``rate``."""
    rates = conversion_rates(company)
    known = dict(rates.select("customer", "rate").iter_rows())
    usual = float(rates["rate"].mean() or PRIOR_RATE) if rates.height else PRIOR_RATE  # type: ignore[arg-type]
    quotes = company["sales_orders"].filter(pl.col("status") == "quote")
    chance = pl.col("customer").fill_null("").replace_strict(known, default=usual, return_dtype=pl.Float64)
    return quotes.select(
        "item", "site", day=pl.col("due").dt.date(), rate=chance, quantity=pl.col("quantity") * chance
    ).sort("day", "item", "site", "quantity")
