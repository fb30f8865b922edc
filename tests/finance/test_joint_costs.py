"""Joint cost: shares, credits, and nothing lost."""

import datetime as dt
from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.finance.item_costs import standard_costs
from quarterdeck.model import Company

DAY = dt.date(2026, 3, 2)


def sawmill(share=0.25, value=2.0, per=0.5):
    """A board takes two logs at 10; it yields chips that bear a share, and dust that is worth something."""
    return Company.of(
        items=pl.DataFrame({
            "item": ["board", "log", "chips", "dust", "briquette"], "source": ["make", "buy", "buy", "buy", "make"],
            "cost": [0.0, 10.0, 0.0, 0.0, 0.0],
        }),
        bom_lines=pl.DataFrame({
            "parent": ["board", "briquette"], "component": ["log", "chips"], "quantity_per": [2.0, 3.0]
        }),
        co_products=pl.DataFrame({
            "parent": ["board", "board"], "co_product": ["chips", "dust"], "quantity_per": [per, 0.1],
            "cost_share": [share, None], "unit_value": [None, value],
        }),
    )  # fmt: skip


def totals(company):
    """Whole cost of one unit of each item."""
    frame = standard_costs(company, DAY, {}).frame()
    return dict(frame.group_by("item").agg(pl.col("total").sum()).iter_rows())


def test_shares_and_credits():
    """Example by hand: 20 less 0.1 x 2 is 19.80; a quarter is 4.95, on half a bag 9.90; the board keeps 14.85."""
    found = totals(sawmill())
    assert found["board"] == Decimal("14.85")
    assert (found["chips"], found["dust"]) == (Decimal("9.90"), Decimal("2.00"))
    assert found["briquette"] == Decimal("29.70")


def test_a_by_product_without_value_costs_nothing():
    """Example: without share and value everything stays with the parent."""
    found = totals(sawmill(share=None, value=None))
    assert (found["board"], found["chips"], found["dust"]) == (Decimal(20), Decimal(0), Decimal(0))


@settings(deadline=None)
@given(st.floats(0, 1), st.integers(0, 50), st.sampled_from([0.25, 0.5, 1.0, 2.0]))
def test_the_shares_add_up(share, value, per):
    """Law: parent, co-products and credits together are what making costs, within the rounding of a unit's cost."""
    found = totals(sawmill(share=share, value=float(value), per=per))
    whole = found["board"] + found["chips"] * Decimal(str(per)) + found["dust"] * Decimal("0.1")
    assert abs(whole - 20) <= Decimal("0.0002")
