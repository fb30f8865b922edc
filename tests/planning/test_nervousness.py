"""Plans that follow each other: what has not changed keeps its codes."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import quarterdeck as qd
from tests.planning.companies import lamp_shop

OPTIONS = {"as_of": "2026-03-02T08:00:00+00:00", "horizon_weeks": 8, "effort": 1, "seconds": 5.0}


def wants(plan):
    """What every demand is, by its code."""
    rows = plan.requirements.select("demand", "kind", "order", "line", "item", "site", "due")
    return {row[0]: row[1:] for row in rows.iter_rows()}


@pytest.fixture(scope="module")
def before():
    """The lamp shop's plan."""
    return qd.plan(lamp_shop(), **OPTIONS)


def test_a_plan_repeated_changes_nothing(before):
    """Law: the same company in another order of rows: the same demands, orders and pegs under the same codes."""
    shuffled = {name: frame.reverse() for name, frame in lamp_shop().frames.items()}
    after = qd.plan(qd.Company.of(**shuffled), **OPTIONS)
    assert wants(after) == wants(before)
    key = ["demand", "supply", "quantity"]
    assert after.pegs.select(key).sort(key).equals(before.pegs.select(key).sort(key))


def test_one_more_order_renames_no_other_demand(before):
    """Story: a customer calls; what was wanted before is called as it was, forecasts of the same weeks too."""
    shop = lamp_shop()
    row = (
        shop["sales_orders"]
        .head(1)
        .with_columns(order=pl.lit("SO-0"), quantity=pl.lit(1.0), due=pl.lit(dt.datetime(2026, 3, 4, 12)))
    )
    after = qd.plan(shop.replace(sales_orders=pl.concat([row, shop["sales_orders"]])), **OPTIONS)
    now, then = wants(after), wants(before)
    assert all(now[code] == then[code] for code in set(now) & set(then))
    gone = {what for code, what in then.items() if code not in now}
    assert all(kind == "forecast" for kind, *_ in gone)
    assert len(set(now) & set(then)) >= 0.9 * len(then)
