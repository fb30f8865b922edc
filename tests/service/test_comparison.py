"""Two plans side by side."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from quarterdeck import Company, Plan, Settings
from quarterdeck.service.views import wording
from quarterdeck.service.views.comparison import compare
from tests.service import bicycles, joinery

COMPANY, PLAN = bicycles.company(), bicycles.plan()
SHOP = joinery.company()
DAY = dt.timedelta(days=1)


def said(text):
    """The text with ordinary spaces."""
    return text.replace(wording.GAP, " ")


def test_a_plan_compared_with_itself_is_the_same():
    """Law: nothing is new, gone, moved, later or dearer."""
    for company, plan in ((COMPANY, PLAN), (Company.of(), Plan.blank(Settings(as_of=bicycles.AS_OF)))):
        seen = compare(company, plan, plan)
        assert set(seen.counts.values()) == {0}
        assert seen.headline == "The two plans deliver, order and schedule the same."
        assert {figure.change for figure in (*seen.kpis, *seen.costs)} <= {""}
        assert seen.moved == seen.deliveries == seen.orders == seen.options == ()


def test_what_moved_says_how_far_and_where():
    """One step a day later, one on another welding place."""
    first, second = (pl.col("order") == "WO-884") & (pl.col("sequence") == 10), (pl.col("order") == "WO-885")
    later = [
        pl.when(first).then(pl.col(name) + DAY).otherwise(name).alias(name) for name in ("setup_start", "start", "end")
    ]
    weld = pl.when(second & (pl.col("sequence") == 20)).then(pl.lit("WELD-3")).otherwise("machine").alias("machine")
    seen = compare(COMPANY, PLAN, PLAN.with_tables(operations=PLAN["operations"].with_columns(*later, weld)))
    assert seen.counts["moved"] == 2
    assert said(seen.moved[0].text) == "1 d later"
    assert seen.moved[1].text.startswith("on Weld 3 instead of Weld ")
    assert seen.moved[0].label.endswith("WO-884 · step 10")


def test_deliveries_are_worse_when_later_or_short():
    """SO-1182 is two days earlier, SO-1174 a day later, SO-1201 is short by one."""
    days = {"D000001": -2, "D000002": 1}
    shift = pl.col("demand").replace_strict(days, default=0, return_dtype=pl.Int64)
    short = pl.when(pl.col("demand") == "D000003").then(1.0).otherwise("short").alias("short")
    moved = PLAN["deliveries"].with_columns(
        pl.col("delivered") + pl.duration(days=shift), pl.col("late_seconds") + shift * 86_400, short
    )
    seen = compare(COMPANY, PLAN, PLAN.with_tables(deliveries=moved))
    told = {row.order: (said(row.text), row.worse) for row in seen.deliveries}
    assert told == {
        "SO-1182": ("2 d earlier", False),
        "SO-1174": ("1 d later", True),
        "SO-1201": ("1 pcs more short", True),
    }
    assert (seen.counts["later"], seen.counts["earlier"]) == (2, 1)


def test_demand_codes_of_another_plan_do_not_matter():
    """Law: the codes of demands are a plan's own; renumbering them changes nothing."""
    codes = {code: f"E{number}" for number, code in enumerate(reversed(PLAN["requirements"]["demand"].to_list()))}
    renamed = {
        name: PLAN[name].with_columns(pl.col("demand").replace(codes))
        for name in ("requirements", "deliveries", "causes")
    }
    assert compare(COMPANY, PLAN, PLAN.with_tables(**renamed)).deliveries == ()


def test_orders_are_new_gone_or_changed():
    """A purchase order is dearer and larger, a planned order has gone, another is new."""
    orders = PLAN["orders"]
    larger = pl.when(pl.col("order") == "PO-2291").then(pl.col("quantity") * 2).otherwise("quantity").alias("quantity")
    cost = pl.when(pl.col("order") == "PO-2291").then(pl.col("cost") * 2).otherwise("cost").alias("cost")
    code = pl.col("order").replace({"WO-890": "WO-990"})
    seen = compare(COMPANY, PLAN, PLAN.with_tables(orders=orders.with_columns(larger, cost, code)))
    assert {(row.what, row.order) for row in seen.orders} == {
        ("new", "WO-990"), ("gone", "WO-890"), ("changed", "PO-2291"),
    }  # fmt: skip
    changed = next(row for row in seen.orders if row.what == "changed")
    assert (said(changed.before).split(",")[0], said(changed.after).split(",")[0]) == ("80 pcs", "160 pcs")
    assert "orders cost € 9,600 more" in said(seen.headline)
    purchase = next(figure for figure in seen.costs if figure.title == "Purchase")
    assert (said(purchase.change), purchase.better) == ("+€ 9,600", False)


@pytest.mark.parametrize(("kpi", "value", "better"), [("turns", 13.0, True), ("stock_value", 500_000.0, False)])
def test_a_figure_is_better_in_its_own_direction(kpi, value, better):
    """More turns are better, more stock is worse."""
    kpis = PLAN["kpis"].with_columns(pl.when(pl.col("kpi") == kpi).then(value).otherwise("value").alias("value"))
    seen = compare(COMPANY, PLAN, PLAN.with_tables(kpis=kpis))
    assert [figure.better for figure in seen.kpis if figure.change] == [better]


def test_other_options_give_another_plan_and_are_named():
    """Story: the joinery plans without looking at machines; the comparison says so, and no operation is left."""
    real, wished = joinery.plan(SHOP), joinery.plan(SHOP, mode="unconstrained")
    seen = compare(SHOP, real, wished)
    assert [(row.before, row.after) for row in seen.options] == [("constrained", "unconstrained")]

    assert seen.counts["changed"] > 0


def test_a_share_among_the_options_is_told_as_a_percentage():
    """Example: people ask for a service level of 99 %, not of 0.99 share."""
    seen = compare(COMPANY, PLAN, replace(PLAN, settings=replace(PLAN.settings, service_level=0.99)))
    assert [(said(row.before), said(row.after)) for row in seen.options] == [("95 %", "99 %")]
