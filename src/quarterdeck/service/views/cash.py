"""Money in the bank day by day, its lowest point, and what leads there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names


@dataclass(frozen=True, slots=True)
class Move:
    """What one kind of payment moves until the lowest point."""

    kind: str
    words: str
    amount: float
    text: str


@dataclass(frozen=True)
class CashLine:
    """The balance over time.

    ``days``: ``date``, ``balance`` at the end of the day, ``sure`` without what only the forecast brings,
    ``moved`` on the day. ``weeks``: ``week``, ``kind``, ``amount``.
    ``moves`` and ``payments`` lead to the low point; where the first day is the lowest they are all there are.
    """

    days: pl.DataFrame
    weeks: pl.DataFrame
    lowest: float
    lowest_day: dt.date
    lowest_text: str
    credit_limit: float
    moves_title: str
    moves: tuple[Move, ...]
    payments: pl.DataFrame


def cash_line(company: Company, plan: Plan) -> CashLine | None:
    """The cash curve of the plan; ``None`` if it moves no money."""
    lines = plan["cash_lines"].sort("number").with_columns(pl.col("amount", "balance").cast(pl.Float64))
    if lines.is_empty():
        return None
    names = Names.of(company)
    days = _days(lines)
    low = days.row(int(days["balance"].arg_min() or 0), named=True)
    falls = low["date"] > days["date"][0]
    before = lines.filter(pl.col("kind") != "opening")
    before = before.filter(pl.col("date") <= low["date"]) if falls else before
    lowest = f"{wording.money(low['balance'], names.currency)} on {wording.day(low['date'])}"
    return CashLine(
        days=days,
        weeks=_weeks(lines),
        lowest=low["balance"],
        lowest_day=low["date"],
        lowest_text=lowest,
        credit_limit=float(company["cash_accounts"]["credit_limit"].sum() or 0),
        moves_title="Until the lowest point" if falls else "Over the whole time",
        moves=_moves(before, names.currency),
        payments=_payments(company, plan, before, names),
    )


def _days(lines: pl.DataFrame) -> pl.DataFrame:
    sure = pl.col("amount").filter(~pl.col("expected")).sum()
    daily = lines.group_by("date").agg(pl.col("balance").last(), moved=pl.col("amount").sum(), sure=sure).sort("date")
    opening = daily["balance"][0] - daily["moved"][0]
    return daily.with_columns(sure=pl.col("sure").cum_sum() + opening)


def _weeks(lines: pl.DataFrame) -> pl.DataFrame:
    moved = lines.filter(pl.col("kind") != "opening").with_columns(week=pl.col("date").dt.truncate("1w"))
    return moved.group_by("week", "kind").agg(pl.col("amount").sum()).sort("week", "kind")


def _moves(before: pl.DataFrame, currency: str) -> tuple[Move, ...]:
    totals = before.group_by("kind").agg(pl.col("amount").sum()).sort("amount", "kind")
    return tuple(
        Move(kind, wording.CASH_KINDS[kind], amount, wording.money(amount, currency))
        for kind, amount in totals.iter_rows()
        if amount
    )


def _payments(company: Company, plan: Plan, before: pl.DataFrame, names: Names) -> pl.DataFrame:
    """The largest payments with ``title``: whom they go to, or what they are."""
    largest = before.filter(pl.col("amount") < 0).sort("amount", "number").head(10)
    fixed = company["fixed_cash_lines"].filter(pl.col("description").is_not_null())
    described = dict(fixed.select("line", "description").iter_rows())
    named = plan["orders"].filter(pl.col("order").is_in(largest["reference"].drop_nulls().implode()))
    items = dict(named.select("order", "item").iter_rows())
    titles = [
        names.thing(row["partner"])
        or described.get(row["reference"])
        or (names.item(items[row["reference"]]) if row["reference"] in items else row["reference"])
        or wording.CASH_KINDS[row["kind"]]
        for row in largest.iter_rows(named=True)
    ]
    return largest.with_columns(pl.Series("title", titles, dtype=pl.String))
