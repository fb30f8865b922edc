"""When invoices are paid."""

import datetime as dt

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.disciplines.finance.terms import payments
from quarterdeck.model import Company

JAN_15 = dt.date(2026, 1, 15)
FEB_10 = dt.date(2026, 2, 10)


def paid(amount: int, ordered: dt.date | None = None, **terms: object) -> list[tuple[dt.date, int]]:
    """Payments of an invoice of 10 February under these terms, in ledger units."""
    company = Company.of(
        payment_terms=pl.DataFrame({"payment_terms": ["t"], **{name: [value] for name, value in terms.items()}})
    )
    invoice = pl.DataFrame(
        {"ordered": [ordered], "invoiced": [FEB_10], "payment_terms": ["t"], "amount": [amount]},
        schema_overrides={"ordered": pl.Date, "amount": pl.Int64},
    )
    return payments(invoice, company, 0.08).select("date", "amount").rows()


def test_net_days_count_from_the_invoice():
    """Thirty days net."""
    assert paid(500, days=30) == [(dt.date(2026, 3, 12), 500)]


def test_end_of_month_counts_from_its_last_day():
    """Thirty days from the end of February."""
    assert paid(500, days=30, end_of_month=True) == [(dt.date(2026, 3, 30), 500)]


def test_a_deposit_is_paid_with_the_order():
    """Thirty percent in January, the rest thirty days after the invoice."""
    assert paid(1000, ordered=JAN_15, days=30, deposit=0.3) == [(JAN_15, 300), (dt.date(2026, 3, 12), 700)]


def test_the_deposit_of_an_order_placed_before_is_paid_already():
    """Only the rest is still to come."""
    assert paid(1000, days=30, deposit=0.3) == [(dt.date(2026, 3, 12), 700)]


def test_a_discount_worth_more_than_credit_is_taken():
    """2 % within 10 days of 30 days net is 37 % a year: 0.02 / 0.98 * 365 / 20."""
    assert paid(1000, days=30, discount=0.02, discount_days=10) == [(dt.date(2026, 2, 20), 980)]


def test_a_discount_worth_less_than_credit_is_left():
    """0.1 % for paying 30 days earlier is 1.2 % a year."""
    assert paid(10_000, days=30, discount=0.001, discount_days=0) == [(dt.date(2026, 3, 12), 10_000)]


def test_partners_without_terms_pay_after_thirty_days():
    """Unknown and missing terms alike."""
    invoices = pl.DataFrame(
        {"ordered": [None, None], "invoiced": [FEB_10] * 2, "payment_terms": [None, "?"], "amount": [1, 2]},
        schema_overrides={"ordered": pl.Date, "payment_terms": pl.String},
    )
    assert payments(invoices, Company.of(), 0.08)["date"].unique().to_list() == [dt.date(2026, 3, 12)]


@given(st.integers(-(10**12), 10**12), st.floats(0, 1))
def test_deposit_and_rest_add_up(amount, deposit):
    """Law: the parts of an invoice sum to it."""
    assert sum(part for _, part in paid(amount, ordered=JAN_15, deposit=deposit)) == amount
