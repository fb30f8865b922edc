"""Dated money in and out, and what is in the bank after each line."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator

import numpy as np
import polars as pl

from quarterdeck.disciplines.finance.fixed_point import money, units_of
from quarterdeck.disciplines.finance.order_costs import LABOUR, SUBCONTRACT, work_costs_of
from quarterdeck.disciplines.finance.rates import rate, rates_of
from quarterdeck.disciplines.finance.terms import USUAL_CREDIT_RATE, payments
from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import home_zone, local_days

LINE = {
    "date": pl.Date(),
    "kind": pl.String(),
    "reference": pl.String(),
    "partner": pl.String(),
    "amount": pl.Int64(),
    "expected": pl.Boolean(),
}
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def cash_lines(company: Company, plan: Plan) -> pl.DataFrame:
    """The table ``cash_lines`` of a plan whose orders have their cost.

    Money moves from the plan's day to the end of its horizon. Wages of production are in the fixed lines; only a
    company without fixed lines pays them by order, at the end of the month.
    """
    zone = home_zone(company)
    credit = rate(rates_of(company), "credit", [], USUAL_CREDIT_RATE)
    first, last = _local(plan.settings.as_of, zone), _local(plan.settings.horizon_end, zone)
    parts = [
        opening_lines(company, first),
        payments(_sales(company, plan, zone), company, credit),
        payments(_purchases(company, plan, zone), company, credit),
        _production(company, plan, zone),
        _transport(plan, zone),
        fixed_lines(company, first, last),
    ]
    lines = pl.concat([part.select(list(LINE)).cast(LINE) for part in parts])  # type: ignore[arg-type]
    return with_balance(lines.filter(pl.col("date").is_between(first, last)))


def with_balance(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines by date, numbered, with the balance after each; on one day what is sure comes before what is expected."""
    opening_last = pl.col("kind") != "opening"
    ordered = lines.sort("date", opening_last, "expected", "kind", "reference", "partner", "amount")
    amounts = ordered["amount"].to_numpy()
    return ordered.with_columns(
        pl.Series("number", np.arange(1, ordered.height + 1)),
        money(amounts).alias("amount"),
        money(np.cumsum(amounts)).alias("balance"),
    )


def opening_lines(company: Company, first: dt.date) -> pl.DataFrame:
    """What is in the bank when the plan begins, by account."""
    accounts = company["cash_accounts"].sort("account")
    return accounts.select(
        date=pl.lit(first),
        kind=pl.lit("opening"),
        reference="account",
        partner=pl.lit(""),
        amount=pl.Series(units_of(accounts["balance"]), dtype=pl.Int64),
        expected=pl.lit(value=False),
    )


def fixed_lines(company: Company, first: dt.date, last: dt.date) -> pl.DataFrame:
    """Every date of the fixed payments from ``first`` to ``last``."""
    table = company["fixed_cash_lines"]
    units = units_of(table["amount"]).tolist()
    rows = [
        (day, "fixed", row["line"], "", amount, False)
        for row, amount in zip(table.iter_rows(named=True), units, strict=True)
        for day in repeated(row["date"], row["repeats"], min(row["until"] or last, last))
        if day >= first
    ]
    return pl.DataFrame(rows, schema=LINE, orient="row")


def repeated(first: dt.date, repeats: str, last: dt.date) -> Iterator[dt.date]:
    """The dates of a payment; the 31st falls on the last day of shorter months.

    >>> [str(day) for day in repeated(dt.date(2026, 1, 31), "month", dt.date(2026, 3, 31))]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    number = 0
    day = first
    while day <= last:
        yield day
        number += 1
        if repeats == "once":
            return
        day = (
            first + dt.timedelta(weeks=number) if repeats == "week" else _months_later(first, number * MONTHS[repeats])
        )


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _sales(company: Company, plan: Plan, zone: str) -> pl.DataFrame:
    """Invoices to customers: what is delivered, on the day it is."""
    wanted = plan["requirements"].select("demand", "kind", "order", "line", "customer", "value")
    delivered = plan["deliveries"].filter(pl.col("delivered").is_not_null() & (pl.col("quantity") > 0))
    rows = wanted.join(delivered, on="demand", maintain_order="left")
    share = 1.0 - rows["short"].to_numpy() / rows["quantity"].to_numpy()
    amount = np.rint(units_of(rows["value"]) * np.clip(share, 0.0, 1.0)).astype(np.int64)
    terms = company["customers"].select("customer", "payment_terms")
    rows = rows.join(terms, on="customer", how="left", maintain_order="left")
    usual = pl.lit(usual_customer_terms(company), dtype=pl.String)
    is_forecast = pl.col("kind") != "sales_order"
    invoiced = local_days(pl.col("delivered"), zone)
    return rows.select(
        ordered=pl.when(is_forecast).then(invoiced),
        invoiced=invoiced,
        payment_terms=pl.when(is_forecast).then(usual).otherwise("payment_terms"),
        amount=pl.Series(amount, dtype=pl.Int64),
        kind=pl.lit("sales"),
        reference=pl.coalesce("order", "demand"),
        partner=pl.col("customer").fill_null(""),
        expected=is_forecast,
    )


def usual_customer_terms(company: Company) -> str | None:
    """The terms under which most of the order book is sold; those of forecast sales."""
    terms = company["customers"].filter(pl.col("payment_terms").is_not_null())
    value = (pl.col("quantity") * pl.col("price").cast(pl.Float64).fill_null(1.0)).sum().alias("value")
    book = company["sales_orders"].join(terms, on="customer").group_by("payment_terms").agg(value)
    ranked = book.sort("value", "payment_terms", descending=[True, False])
    return str(ranked["payment_terms"][0]) if ranked.height else None


def _purchases(company: Company, plan: Plan, zone: str) -> pl.DataFrame:
    """Invoices of suppliers: with the receipt, the deposit with the order."""
    bought = plan["orders"].filter(pl.col("kind") == "buy")
    terms = company["suppliers"].select(partner="supplier", payment_terms="payment_terms")
    rows = bought.join(terms, on="partner", how="left", maintain_order="left")
    return rows.select(
        ordered=pl.when(pl.col("state") == "planned").then(local_days(pl.col("release"), zone)),
        invoiced=local_days(pl.col("available"), zone),
        payment_terms="payment_terms",
        amount=pl.Series(-units_of(rows["cost"]), dtype=pl.Int64),
        kind=pl.lit("purchase"),
        reference="order",
        partner=pl.col("partner").fill_null(""),
        expected=pl.col("state") == "planned",
    )


def _production(company: Company, plan: Plan, zone: str) -> pl.DataFrame:
    """Work done outside, paid when it is done; wages at the end of the month where no fixed line pays them."""
    made = plan["orders"].filter(pl.col("kind") == "make")
    done = local_days(pl.col("available"), zone)
    parts = [_of_orders(made, work_costs_of(company, made, SUBCONTRACT), done)]
    if company["fixed_cash_lines"].is_empty():
        parts.append(_of_orders(made, work_costs_of(company, made, LABOUR), done.dt.month_end()))
    return pl.concat(parts)


def _transport(plan: Plan, zone: str) -> pl.DataFrame:
    moved = plan["orders"].filter(pl.col("kind") == "transfer")
    return _of_orders(moved, units_of(moved["cost"]), local_days(pl.col("available"), zone), "transport")


def _of_orders(
    orders: pl.DataFrame, costs: np.ndarray[tuple[int], np.dtype[np.int64]], day: pl.Expr, kind: str = "production"
) -> pl.DataFrame:
    lines = orders.select(
        date=day,
        kind=pl.lit(kind),
        reference="order",
        partner=pl.col("partner").fill_null(""),
        amount=pl.Series(-costs, dtype=pl.Int64),
        expected=pl.col("state") == "planned",
    )
    return lines.filter(pl.col("amount") != 0)


def _local(moment: dt.datetime, zone: str) -> dt.date:
    day: dt.date = pl.select(local_days(pl.lit(moment).dt.convert_time_zone("UTC"), zone)).item()
    return day
