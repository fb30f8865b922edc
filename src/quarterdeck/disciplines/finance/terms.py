"""When an invoice is paid: deposit with the order, discount for paying early, days from the end of the month."""

from __future__ import annotations

import numpy as np
import polars as pl

from quarterdeck.disciplines.finance.fixed_point import times
from quarterdeck.model import Company

USUAL_DAYS = 30
DAYS_A_YEAR = 365.0
USUAL_CREDIT_RATE = 0.08


def usual_terms() -> pl.DataFrame:
    """Terms of partners that state none: the whole sum after 30 days."""
    return pl.DataFrame(
        {
            "payment_terms": [None],
            "days": [USUAL_DAYS],
            "end_of_month": [False],
            "deposit": [0.0],
            "discount": [0.0],
            "discount_days": [0],
        },
        schema_overrides={"payment_terms": pl.String, "days": pl.Int64, "discount_days": pl.Int64},
    )


def payments(invoices: pl.DataFrame, company: Company, credit_rate: float) -> pl.DataFrame:
    """The payments that invoices lead to.

    The deposit is paid on the day of the order, the rest ``days`` after the invoice, or after the end of its month.
    A discount is taken where its yearly yield is above the cost of credit: ``discount / (1 - discount) * 365 /
    (days - discount_days)`` (the usual approximation of the cost of trade credit).

    Parameters
    ----------
    invoices
        Columns ``ordered`` (day; empty: the order was placed, and its deposit paid, before the plan), ``invoiced``
        (day), ``payment_terms`` (code, may be empty), ``amount`` (ledger units); others are carried along.
    credit_rate
        Cost of credit a year [share].

    Returns
    -------
    pl.DataFrame
        The invoices' other columns with ``date`` and ``amount`` (ledger units); deposit and rest sum to the amount
        less the discount.
    """
    terms = company["payment_terms"].select(usual_terms().columns)
    known = invoices.join(terms, on="payment_terms", how="left", maintain_order="left")
    usual = usual_terms().row(0, named=True)
    known = known.with_columns(pl.col(name).fill_null(usual[name]) for name in terms.columns[1:])
    deposit = times(known["amount"].to_numpy(), known["deposit"].to_numpy())
    is_taken = _takes_discount(known, credit_rate)
    rest = known["amount"].to_numpy() - deposit
    paid = rest - np.where(is_taken, times(rest, known["discount"].to_numpy()), 0)
    days = pl.Series(np.where(is_taken, known["discount_days"].to_numpy(), known["days"].to_numpy()))
    start = (
        pl.when(pl.col("end_of_month") & ~pl.lit(pl.Series(is_taken)))
        .then(pl.col("invoiced").dt.month_end())
        .otherwise("invoiced")
    )
    carried = [name for name in invoices.columns if name not in {"ordered", "invoiced", "payment_terms", "amount"}]
    later = known.select(*carried, date=start + pl.duration(days=pl.lit(days)), amount=pl.Series(paid))
    first = known.select(*carried, date="ordered", amount=pl.Series(deposit))
    return pl.concat([first.filter(pl.col("date").is_not_null()), later]).filter(pl.col("amount") != 0)


def _takes_discount(terms: pl.DataFrame, credit_rate: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    saved = pl.col("discount") / (1 - pl.col("discount").clip(upper_bound=0.99))
    earlier = (pl.col("days") - pl.col("discount_days")).clip(lower_bound=1)
    taken = (pl.col("discount") > 0) & (saved * DAYS_A_YEAR / earlier > credit_rate)
    return terms.select(taken).to_series().to_numpy().astype(bool)
