"""Lead times learnt from what suppliers really took."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

import quarterdeck as qd
from quarterdeck.disciplines.inventory.receipts import learnt_lead_times, past_receipts
from quarterdeck.model import Company, Settings

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
TOOK = [20, 24, 18, 27, 22, 25, 19, 30, 21, 23, 26, 20]


def purchases(took=TOOK, item="bolt", supplier="acme", promised=14):
    """Purchases that came after so many days, one a month."""
    ordered = [dt.datetime(2026, 1, 20) - dt.timedelta(days=30 * n) for n in range(len(took))]
    return pl.DataFrame(
        {
            "order": [f"PO-{item}-{n}" for n in range(len(took))], "item": item, "supplier": supplier,
            "quantity": 50.0, "received": 50.0, "status": "done", "ordered": ordered,
            "due": [day + dt.timedelta(days=promised) for day in ordered],
            "received_on": [day + dt.timedelta(days=days) for day, days in zip(ordered, took, strict=True)],
        }
    )  # fmt: skip


def company(bought, **stated):
    """A company that has sold bolts for two years, with purchases that came."""
    days = [AS_OF.date() - dt.timedelta(days=7 * week) for week in range(1, 105)]
    sold = [35.0 + 5 * (k % 3) for k in range(104)]
    option = {"lead_time_days": 14.0} | stated
    return Company.of(
        items=pl.DataFrame({"item": ["bolt"], "cost": [2.0]}),
        suppliers=pl.DataFrame({"supplier": ["acme"], "name": ["Acme"]}),
        supply_options=pl.DataFrame({"item": ["bolt"], "supplier": ["acme"], **{k: [v] for k, v in option.items()}}),
        demand_history=pl.DataFrame({"item": "bolt", "date": days, "quantity": sold}),
        **({"purchase_orders": bought} if bought is not None else {}),
    )  # fmt: skip


def learnt(bought, stated=14.0, spread=0.0, share=None):
    """Days, spread, receipts and share on time of one item after purchases came."""
    options = pl.DataFrame(
        {"item": ["bolt"], "site": ["main"], "supplier": ["acme"], "days": [stated], "spread": [spread]}
    )
    suppliers = pl.DataFrame({"supplier": ["acme"], "on_time_share": pl.Series([share], dtype=pl.Float64)})
    whole = Company.of(**({"purchase_orders": bought} if bought is not None else {}))
    rows = learnt_lead_times(options, past_receipts(whole, Settings(as_of=AS_OF)), suppliers)
    return rows.select("days", "spread", "receipts", "on_time_share").row(0)


def test_twelve_receipts_speak_louder_than_a_promise():
    """Example: 22.9 days on average against 14 stated give 22.6: three parts of what the supplier does with all.

    By hand: its ratio is (275 / 14 + 3) / 15 = 1.51, so 21.1 days are expected of it; (275 + 3 · 21.1) / 15.
    """
    days, spread, receipts, share = learnt(purchases())

    ratio = (sum(TOOK) / 14 + 3) / 15
    assert days == pytest.approx((sum(TOOK) + 3 * 14 * ratio) / 15)
    assert spread == pytest.approx(np.std(TOOK), rel=0.1)
    assert (receipts, share) == (12, 0.0)


def test_without_receipts_what_is_stated_holds():
    """Refusal: nothing came, or only what was cancelled or not ordered with a date: 14 days as stated."""
    undated = purchases().with_columns(ordered=pl.lit(None, dtype=pl.Datetime("us")))
    for bought in (None, undated, purchases().with_columns(status=pl.lit("cancelled"))):
        assert learnt(bought) == (14.0, 0.0, 0, None)


def test_an_item_never_bought_takes_after_its_supplier():
    """Example: another item of the supplier took half as long again, so this one is expected to."""
    days, spread, receipts, _ = learnt(purchases(item="nut").with_columns(item=pl.lit("nut")))
    assert receipts == 12
    assert days == pytest.approx(14.0)  # the nut's own lead time is not stated, so there is no ratio
    assert spread > 0


def test_a_supplier_that_is_often_late_needs_stock_against_it():
    """Example: 70 % on time over 28 days: late ones by an exponential time of 7 days; spread 7 · √(0.6 - 0.09) = 5."""
    assert learnt(None, stated=28.0, share=0.7)[1] == pytest.approx(7 * (0.6 - 0.09) ** 0.5)
    assert learnt(None, stated=28.0, share=1.0)[1] == 0
    assert learnt(None, stated=28.0, spread=3.0, share=0.7)[1] == 3.0


def test_the_plan_orders_as_early_as_receipts_teach():
    """Story: with receipts the target keeps more, says why, and the plan releases orders 23 days ahead."""
    with_receipts, stated = (qd.plan(company(bought), as_of=AS_OF, effort=0) for bought in (purchases(), None))
    target, before = (each.targets.row(0, named=True) for each in (with_receipts, stated))

    assert "learnt from 12 receipts, 0 % of them on the day promised" in target["reason"]
    assert target["safety_stock"] > before["safety_stock"]
    assert target["lead_time_days"] > 22 > before["lead_time_days"]
    for plan, least in ((with_receipts, 22), (stated, 13)):
        rows = plan.orders.filter(pl.col("kind") == "buy").sort("available").tail(3)
        took = (rows["available"] - rows["release"]).dt.total_hours() / 24
        assert least <= took.min() <= took.max() < least + 3
