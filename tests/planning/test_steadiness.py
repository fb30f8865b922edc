"""Steadiness of what plans tell people to do."""

import datetime as dt

import polars as pl
import pytest

import quarterdeck as qd
from quarterdeck.planning.steadiness import Nervousness, nervousness, steadied
from tests.planning.companies import lamp_shop, table_maker

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
OPTIONS = {"as_of": AS_OF, "horizon_weeks": 8, "effort": 5}


def two_lines():
    """The joiner, and beside it a smith whose hooks share nothing with the tables."""
    joiner = table_maker()
    items = pl.DataFrame(
        {"item": ["hook", "rod"], "source": ["make", "buy"], "cost": [None, 1.0], "price": [9.0, None]}
    )
    steps = pl.DataFrame({"item": ["hook"], "sequence": [10], "work_centre": ["forge"], "run_minutes": [5.0]})
    orders = pl.DataFrame({
        "order": ["H-1", "H-2"], "item": ["hook"] * 2, "quantity": [40.0, 60.0],
        "due": [dt.datetime(2026, 3, 9, 12), dt.datetime(2026, 3, 12, 12)],
    })  # fmt: skip
    more = {
        "items": items, "operations": steps, "sales_orders": orders,
        "bom_lines": pl.DataFrame({"parent": ["hook"], "component": ["rod"], "quantity_per": [0.5]}),
        "work_centres": pl.DataFrame({"work_centre": ["forge"], "calendar": ["day"]}),
    }  # fmt: skip
    both = {name: pl.concat([joiner[name], qd.Company.of(**{name: frame})[name]]) for name, frame in more.items()}
    return joiner.replace(**both)


@pytest.mark.parametrize("company", [lamp_shop(), table_maker()], ids=["no production", "two levels"])
def test_unchanged_data_changes_nothing(company):
    """The same company planned again tells exactly the same."""
    first, second = qd.plan(company, **OPTIONS), qd.plan(company, **OPTIONS)
    found = nervousness(first, second)
    assert (found.moved, found.new, found.gone, found.share) == (0, 0, 0, 0.0)
    assert steadied(first, second, 1.0)["actions"].equals(second["actions"])


def test_one_changed_order_changes_only_what_serves_it():
    """The smith's second order grows: his own orders change, every order of the joiner keeps code, day and quantity."""
    company = two_lines()
    bigger = company["sales_orders"].with_columns(
        quantity=pl.when(pl.col("order") == "H-2").then(80.0).otherwise("quantity")
    )
    before, after = qd.plan(company, **OPTIONS), qd.plan(company.replace(sales_orders=bigger), **OPTIONS)
    told = ["action", "order", "line", "item", "quantity", "by", "to_date"]
    smiths = pl.col("item").is_in(["hook", "rod"])
    assert before["actions"].filter(~smiths).select(told).equals(after["actions"].filter(~smiths).select(told))
    assert not before["orders"].filter(smiths).equals(after["orders"].filter(smiths))
    assert nervousness(before, after).share < 0.5


def test_small_moves_are_not_told():
    """A release that moves by half a day stays as it was told; one that moves by three days does not."""
    plan = qd.plan(two_lines(), **OPTIONS)
    ahead = plan["actions"].filter(pl.col("by") >= AS_OF).height
    assert ahead > 0
    moved = plan.with_tables(actions=plan["actions"].with_columns(pl.col("by", "to_date") + pl.duration(hours=12)))
    far = plan.with_tables(actions=plan["actions"].with_columns(pl.col("by", "to_date") + pl.duration(days=3)))
    assert steadied(plan, moved, 1.0).figures["actions_since"]["kept"] == ahead
    assert steadied(plan, far, 1.0).figures["actions_since"]["kept"] == 0


def test_share_counts_both_sides():
    """One kept, one new, one gone, one moved: three of four differ; two empty plans are steady."""
    assert Nervousness(1, 1, 1, 1).share == 0.75
    assert Nervousness(0, 0, 0, 0).share == 0.0


def test_codes_of_planned_orders_stay():
    """Planned a day later with nothing changed, what is still planned for the same need keeps its code."""
    company = two_lines()
    today = qd.plan(company, **OPTIONS)
    tomorrow = qd.plan(company, **{**OPTIONS, "as_of": AS_OF + dt.timedelta(hours=6)})
    key = ["item", "site", "needed"]
    both = today["orders"].join(tomorrow["orders"], on=key, suffix="_later").unique(key, keep="none")
    assert both.height > 0
    assert both["order"].to_list() == both["order_later"].to_list()
