"""Safety stock that spares lateness."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp import promises
from quarterdeck.disciplines.mrp.purpose import delays
from quarterdeck.disciplines.mrp.relief import relieved
from quarterdeck.model import Company
from tests.mrp.shop import SETTINGS, day, plan, table

NOTHING_LEFT = 1e-9


def lamps(*wanted, aside=10.0, there=20, **columns):
    """A plan in which ``aside`` lamps of stock are safety stock, and each (quantity, day) waits for a late order."""
    drawn = plan(*(("lamp", quantity, due) for quantity, due in wanted))
    requirements = drawn["requirements"].with_columns(**columns) if columns else drawn["requirements"]
    safety = requirements[:1].with_columns(
        demand=pl.lit("S"), kind=pl.lit("safety_stock"), order=pl.lit(None, pl.String), quantity=pl.lit(aside),
        ship_complete=pl.lit(False), priority=pl.lit(9, pl.Int64),
    )  # fmt: skip
    orders = [
        {"order": f"P{n}", "kind": "make", "state": "planned", "item": "lamp", "site": "main", "quantity": float(q),
         "start_quantity": float(q), "release": day(0), "needed": day(due), "available": day(there)}
        for n, (q, due) in enumerate(wanted, start=1)
    ]  # fmt: skip
    pegs = [_peg(n, float(q), "order", f"P{n}", f"D{n:06d}", due) for n, (q, due) in enumerate(wanted, start=1)]
    pegs.append(_peg(len(pegs) + 1, aside, "stock", "LOT", "S", 0))
    return drawn.with_tables(
        requirements=pl.concat([requirements, safety]), orders=pl.DataFrame(orders), pegs=pl.DataFrame(pegs)
    )


def _peg(number, quantity, kind, supply, demand, due):
    return {
        "peg": number, "item": "lamp", "site": "main", "quantity": quantity, "supply_kind": kind, "supply": supply,
        "demand_kind": "requirement", "demand": demand, "needed": day(due),
    }  # fmt: skip


def shop(**lot):
    """A shop with ten lamps in stock."""
    names, values = " ".join(("lot item quantity", *lot)), ("LOT", "lamp", 10.0, *lot.values())
    return Company.of(items=table("item source", ("lamp", "make")), stock_lots=table(names, values))


def served(result):
    """Quantities by demand and supply."""
    rows = result["pegs"].group_by("demand", "supply").agg(pl.col("quantity").sum())
    return {(demand, supply): quantity for demand, supply, quantity in rows.iter_rows()}


def test_a_late_order_goes_out_of_safety_stock():
    """Example: four lamps due on day 8 come on day 20; they leave the shelf, and the order fills it up again."""
    result = relieved(shop(), lamps((4, 8)), SETTINGS)

    assert served(result) == {("D000001", "LOT"): 4.0, ("S", "LOT"): 6.0, ("S", "P1"): 4.0}
    assert result.figures["safety_stock_used"] == 1
    assert result["pegs"]["peg"].is_unique().all()


def test_the_earliest_due_is_served_first_and_a_whole_line_gets_all_or_nothing():
    """Example: seven and five of ten: the second ships only as a whole, so it waits; in parts it gets three."""
    whole = served(relieved(shop(), lamps((7, 5), (5, 6)), SETTINGS))
    parts = served(relieved(shop(), lamps((7, 5), (5, 6), ship_complete=pl.lit(value=False)), SETTINGS))

    assert whole["D000001", "LOT"] == 7.0
    assert ("D000002", "LOT") not in whole
    assert (parts["D000002", "LOT"], parts["D000002", "P2"]) == (3.0, 2.0)


@pytest.mark.parametrize(
    ("company", "drawn"),
    [
        (shop(), lamps((4, 25))),
        (shop(expiry=dt.date(2026, 1, 8)), lamps((4, 8))),
        (shop(), lamps((4, 8), reserved_for=pl.lit("ACME"))),
        (shop(), plan(("lamp", 4, 8))),
    ],
    ids=["in time", "expires before", "reserved", "no safety stock"],
)
def test_what_needs_none_or_may_not_have_it_stays(company, drawn):
    """Refusal: nothing changes for what is in time, for stock that expires, and for what is reserved."""
    assert relieved(company, drawn, SETTINGS) is drawn


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 30)), min_size=1, max_size=8),
    st.integers(1, 30),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_every_demand_and_supply_keeps_its_quantity(wanted, aside, whole):
    """Law: exchanging leaves the sums per demand and per supply as they were, and nothing comes later than before."""
    drawn = lamps(*wanted, aside=float(aside), ship_complete=pl.lit(whole))
    result = relieved(shop(), drawn, SETTINGS)

    for side in ("demand", "supply"):
        sums = [
            dict(each["pegs"].group_by(side).agg(pl.col("quantity").sum().round(6)).iter_rows())
            for each in (drawn, result)
        ]
        assert sums[0] == sums[1]
    assert (result["pegs"]["quantity"] > NOTHING_LEFT).all()
    late = result["pegs"].filter(pl.col("supply") != "LOT", pl.col("demand") != "S")
    assert late["quantity"].sum() <= sum(quantity for quantity, _ in wanted)


def test_an_order_for_safety_stock_is_expedited_after_all_others():
    """Story: the late work order is expedited for its customer first; once safety stock spares him, for the shelf."""
    drawn = lamps((4, 8))
    drawn = drawn.with_tables(orders=drawn["orders"].with_columns(state=pl.lit("open")))
    rows = [
        promises.run(shop(), each, SETTINGS)["actions"].row(by_predicate=pl.col("action") == "expedite", named=True)
        for each in (drawn, relieved(shop(), drawn, SETTINGS))
    ]

    assert [row["effect"] for row in rows] == [
        "Up to 12 days less lateness for SO-1.",
        "Safety stock is filled up 20 days earlier.",
    ]
    assert rows[0]["urgency"] > 300 > 200 > rows[1]["urgency"]


def test_who_has_time_enough_is_no_reason_to_expedite():
    """Example: the order comes after its own date but before the customer's, so nobody gains by hurrying it."""
    drawn = lamps((4, 25))
    drawn = drawn.with_tables(orders=drawn["orders"].with_columns(state=pl.lit("open"), needed=pl.lit(day(3))))

    assert delays(drawn) == {}
    assert "expedite" not in promises.run(shop(), drawn, SETTINGS)["actions"]["action"].to_list()
