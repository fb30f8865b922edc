"""Numbers and dates that are allowed, but hardly meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl

from quarterdeck.model.checks.finding import Finding, Words, found, numbered
from quarterdeck.model.company import Company
from quarterdeck.model.tables import TABLES

FIVE_YEARS_DAYS = 5 * 365 + 1
MOST = 1e9
"""No quantity of one row is larger; a number like this mostly is a telephone number or an item code."""

LEAD_TIMES = (
    ("items", "lead_time_days"),
    ("supply_options", "lead_time_days"),
    ("supply_options", "lead_time_spread_days"),
    ("lanes", "transport_days"),
    ("payment_terms", "days"),
)
QUANTITIES = (
    ("sales_orders", "quantity"),
    ("demand_history", "quantity"),
    ("forecast_overrides", "quantity"),
    ("stock_lots", "quantity"),
    ("purchase_orders", "quantity"),
    ("work_orders", "quantity"),
    ("transfer_orders", "quantity"),
    ("bom_lines", "quantity_per"),
)
LOT_RULES = (
    ("items", "lot_size"),
    ("items", "lot_minimum"),
    ("items", "lot_multiple"),
    ("items", "lot_maximum"),
    ("items", "lot_days"),
    ("item_sites", "safety_stock"),
    ("item_sites", "reorder_point"),
    ("supply_options", "minimum"),
    ("supply_options", "multiple"),
)
DUE_DATES = ("sales_orders", "purchase_orders", "work_orders", "transfer_orders")
YIELDS = ("items", "operations")
EARLIEST_DUE = dt.datetime(1990, 1, 1)  # noqa: DTZ001 - tables hold the site's wall-clock time
DONE = ("closed", "cancelled", "done")
PAIRS = (
    ("sales_orders", "delivered", "quantity"),
    ("purchase_orders", "received", "quantity"),
    ("work_orders", "completed", "quantity"),
)


def check_lead_times(company: Company) -> Iterator[Finding]:
    """Lead times of more than five years."""
    for table, column in LEAD_TIMES:
        title = TABLES[table].column(column).title
        words = Words(
            "warning",
            "lead-time-absurd",
            f"{title} is {{{column}}} days, more than five years; it is taken as written.",
            "Correct it; days are meant, not minutes or hours.",
            f"at most {FIVE_YEARS_DAYS:,} days",
        )
        faulty = numbered(company, table).filter(pl.col(column) > FIVE_YEARS_DAYS)
        yield from found(table, faulty, words, column=column)


def check_quantities(company: Company) -> Iterator[Finding]:
    """Quantities beyond a thousand million: rows that state a need or a stock are left out, lot rules ignored."""
    for table, column in QUANTITIES + LOT_RULES:
        is_rule = (table, column) in LOT_RULES
        title = TABLES[table].column(column).title
        end = "it is ignored" if is_rule else "the row cannot be used"
        words = Words(
            "warning" if is_rule else "error",
            "quantity-absurd",
            f"{title} is {{{column}}}, more than {MOST:,.0f}; {end}.",
            "Correct the number; a code may have slipped into the wrong column.",
            f"at most {MOST:,.0f}",
        )
        faulty = numbered(company, table).filter(pl.col(column).abs() > MOST)
        yield from found(table, faulty, words, column=column, mend="blank" if is_rule else "drop")


def check_due_dates(company: Company) -> Iterator[Finding]:
    """Due dates long ago, or more than five years from the rest."""
    today = today_of(company)
    for table in DUE_DATES:
        frame = numbered(company, table).filter(~pl.col("status").is_in(DONE))
        early = Words(
            "error",
            "date-absurd",
            "It is due on {due}, which cannot be meant; the row cannot be used.",
            "Correct the year.",
            "a date from 1990 on",
        )
        yield from found(table, frame.filter(pl.col("due") < EARLIEST_DUE), early, column="due", mend="drop")
        if today is None:
            continue
        away = (pl.col("due") - pl.lit(today)).dt.total_days().abs() > FIVE_YEARS_DAYS
        far = Words(
            "warning",
            "date-far",
            f"It is due on {{due}}, more than five years from {today:%d %B %Y}; it is taken as written.",
            "Check the year.",
        )
        yield from found(table, frame.filter((pl.col("due") >= EARLIEST_DUE) & away), far, column="due")


def today_of(company: Company) -> dt.datetime | None:
    """The day around which a company's dates lie: its setting ``as_of``, else the middle of its due dates."""
    try:
        return dt.datetime.fromisoformat(company.setting("as_of")[:10])
    except ValueError:
        dues = pl.concat(company[table]["due"] for table in DUE_DATES).drop_nulls()
        middle = dues.cast(pl.Datetime("us")).median() if dues.len() else None
        return middle if isinstance(middle, dt.datetime) else None


def check_yields(company: Company) -> Iterator[Finding]:
    """Yields of nothing, with which no quantity could ever be made."""
    for table in YIELDS:
        words = Words(
            "warning",
            "yield-absurd",
            "Yield share is {yield_share}, so next to nothing would come out good; 1 is taken.",
            "Write the share that is good, such as 0.98.",
            "at least 0.01",
        )
        faulty = numbered(company, table).filter(pl.col("yield_share") < 0.01)
        yield from found(table, faulty, words, column="yield_share", mend="blank")


def check_done_quantities(company: Company) -> Iterator[Finding]:
    """Orders of which more is done than was ordered."""
    for table, done, ordered in PAIRS:
        words = Words(
            "warning",
            "more-done-than-ordered",
            f"{{{done}}} are {done}, but only {{{ordered}}} were ordered; nothing is taken to be open.",
            "Close the order, or correct the quantities.",
        )
        faulty = numbered(company, table).filter((pl.col(done) > pl.col(ordered)) & ~pl.col("status").is_in(DONE))
        yield from found(table, faulty, words, column=done)


def check_prices(company: Company) -> Iterator[Finding]:
    """Items sold below their cost."""
    faulty = numbered(company, "items").filter((pl.col("price") > 0) & (pl.col("cost") > pl.col("price")))
    words = Words(
        "info",
        "price-below-cost",
        "{item} costs {cost} and sells for {price}.",
        "Check cost and price; both are for one {unit}.",
    )
    yield from found("items", faulty, words, column="price")
