"""Material reserved for an order, and shares agreed with suppliers."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp import stage
from quarterdeck.model import Company
from tests.mrp.shop import SETTINGS, plan, table


def company(strategies=("to_order", "to_order"), **more):
    """A boat of one hull; strategies of boat and hull."""
    items = pl.DataFrame({"item": ["boat", "hull"], "source": ["make", "buy"], "strategy": list(strategies),
                          "lead_time_days": [2.0, 3.0]})  # fmt: skip
    return Company.of(items=items, bom_lines=table("parent component quantity_per", ("boat", "hull", 1.0)), **more)


def lots(*rows):
    """Lots of lot, item, quantity and for whom."""
    return pl.DataFrame(rows, schema=["lot", "item", "quantity", "reserved_for"], orient="row")


def asked(*rows):
    """Requirements of item, quantity, day and for whom."""
    made = plan(*(row[:3] for row in rows))
    reserved = pl.Series([row[3] for row in rows], dtype=pl.String)
    return made.with_tables(requirements=made["requirements"].with_columns(reserved_for=reserved))


def pegged(result):
    """Who takes which lot."""
    rows = result.pegs.filter(pl.col("supply_kind") == "stock")
    return sorted(rows.select("supply", "demand", "quantity").iter_rows())


def test_stock_of_another_order_is_not_touched():
    """Example: three hulls lie there, two for B; A's boat waits for a new one, B's takes its own."""
    made = stage.run(
        company(stock_lots=lots(("L1", "hull", 2.0, "B"), ("L2", "hull", 1.0, "X"))),
        asked(("boat", 1, 20, "A"), ("boat", 1, 21, "B")), SETTINGS,
    )  # fmt: skip
    bought = made.orders.filter(pl.col("item") == "hull")
    assert bought["quantity"].to_list() == [1.0]
    assert [supply for supply, *_ in pegged(made)] == ["L1"]


def test_what_is_kept_for_stock_is_shared():
    """Example: the boat is built to order, its hull is a stock item: whatever is written on the lot, it is used."""
    made = stage.run(
        company(("assembled_to_order", "to_stock"), stock_lots=lots(("L1", "hull", 2.0, "X"))),
        asked(("boat", 1, 20, "A"), ("boat", 1, 21, "B")), SETTINGS,
    )  # fmt: skip
    assert made.orders.filter(pl.col("item") == "hull").is_empty()
    assert made.orders.filter(pl.col("item") == "boat").height == 2


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["", "A", "B"])), max_size=5),
    st.lists(
        st.tuples(st.sampled_from(["boat", "hull"]), st.integers(1, 9), st.integers(10, 40), st.sampled_from("AB")),
        min_size=1,
        max_size=6,
    ),
)
def test_reserving_is_planning_each_order_alone(stock, wanted):
    """Law: what is ordered for one name is what would be ordered if there were no other name."""
    rows = [(f"L{number}", "hull", float(quantity), name) for number, (quantity, name) in enumerate(stock)]

    def ordered(lots_, demands):
        more = {"stock_lots": lots(*lots_)} if lots_ else {}
        orders = stage.run(company(**more), asked(*demands), SETTINGS).orders
        return [tuple(row) for row in orders.select("item", "quantity", "release", "available").iter_rows()]

    alone = []
    for name in "AB":
        mine = [row for row in wanted if row[3] == name]
        alone += ordered([row for row in rows if row[3] == name], mine) if mine else []
    assert sorted(ordered(rows, wanted)) == sorted(alone)


def suppliers(*shares):
    """A hull from suppliers with these shares, the first preferred."""
    rows = [("hull", f"S{number}", share, number + 1) for number, share in enumerate(shares)]
    return company(
        ("to_stock", "to_stock"),
        suppliers=pl.DataFrame({"supplier": [f"S{number}" for number in range(len(shares))]}),
        supply_options=pl.DataFrame(rows, schema=["item", "supplier", "quota", "priority"], orient="row").with_columns(
            lead_time_days=pl.lit(3.0)
        ),
    )


def bought_of(made):
    """What each supplier gets."""
    rows = made.orders.filter(pl.col("kind") == "buy").group_by("partner").agg(pl.col("quantity").sum())
    return dict(rows.sort("partner").iter_rows())


def test_suppliers_get_their_share():
    """Example: ten orders of ten, shares of 60 and 40 %: 60 and 40."""
    made = stage.run(suppliers(0.6, 0.4), plan(*(("hull", 10, 20 + 2 * day) for day in range(10))), SETTINGS)
    assert bought_of(made) == {"S0": 60.0, "S1": 40.0}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 20), min_size=1, max_size=25), st.sampled_from([0.2, 0.5, 0.7]))
def test_shares_are_kept_to_within_one_order(quantities, share):
    """Law: no supplier has more than its share by more than the largest order."""
    demands = [("hull", quantity, 10 + 2 * number) for number, quantity in enumerate(quantities)]
    found = bought_of(stage.run(suppliers(share, 1 - share), plan(*demands), SETTINGS))
    assert sum(found.values()) == sum(quantities)
    assert abs(found.get("S0", 0.0) - share * sum(quantities)) <= max(quantities)


def test_without_shares_the_preferred_supplier_gets_all():
    """Refusal: a choice without agreed shares stays a matter of preference."""
    made = stage.run(suppliers(None, None), plan(("hull", 10, 20), ("hull", 10, 30)), SETTINGS)
    assert bought_of(made) == {"S0": pytest.approx(20.0)}
