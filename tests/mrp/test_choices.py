"""Choices of material: what is used up first, what is taken where the preferred one comes too late."""

from __future__ import annotations

import datetime as dt

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp import stage
from quarterdeck.model import Company
from tests.mrp.shop import NOW, SETTINGS, orders_of, plan, table

DAY = dt.timedelta(days=1)


def lamps(stock=(), **alternate):
    """A lamp with a glass shade from a supplier in ten days, and another shade in two."""
    row = {"parent": "lamp", "component": "glass", "alternate": "plastic", **alternate}
    return Company.of(
        items=table("item source", ("lamp", "make"), ("glass", "buy"), ("plastic", "buy")),
        bom_lines=table("parent component quantity_per", ("lamp", "glass", 2.0)),
        material_alternates=pl.DataFrame([row]),
        suppliers=table("supplier", ("lux",)),
        supply_options=table("item supplier lead_time_days", ("glass", "lux", 10.0), ("plastic", "lux", 2.0)),
        **({"stock_lots": table("item quantity", *stock)} if stock else {}),
    )


def taken(made):
    """What the lamps take, by item."""
    pegs = made.pegs.filter(pl.col("demand_kind") == "order").group_by("item").agg(pl.col("quantity").sum())
    return dict(pegs.sort("item").iter_rows())


def test_the_old_is_used_up_first_and_never_ordered_again():
    """Example: 12 pieces of the old shade are there, 20 are needed: 12 old ones and 8 of the new."""
    made = stage.run(lamps([("plastic", 12.0)], use="use_up"), plan(("lamp", 10, 30)), SETTINGS)
    assert taken(made) == {"glass": 8.0, "plastic": 12.0}
    assert orders_of(made, "plastic") == []


def test_customers_keep_what_they_ordered_of_the_old():
    """Example: a customer wants 5 of the 12 old ones for the 60th day; lamps take the other 7."""
    made = stage.run(
        lamps([("plastic", 12.0)], use="use_up"), plan(("lamp", 10, 30), ("plastic", 5, 60)), SETTINGS
    )  # fmt: skip
    assert taken(made) == {"glass": 13.0, "plastic": 7.0}
    assert orders_of(made, "plastic") == []


def test_what_is_in_time_stands_in_for_what_is_not():
    """Example: glass comes on the 10th; the lamp of the 5th takes plastic, that of the 20th glass."""
    made = stage.run(lamps(), plan(("lamp", 1, 5), ("lamp", 3, 20)), SETTINGS)
    assert taken(made) == {"glass": 6.0, "plastic": 2.0}
    assert orders_of(made, "plastic") == [(2.0, 3.0, 5.0)]


def test_the_preferred_stock_is_taken_even_where_a_new_one_would_be_late():
    """Example: two glasses lie there; the lamps of the 5th take these and six of plastic."""
    made = stage.run(lamps([("glass", 2.0)]), plan(("lamp", 4, 5)), SETTINGS)
    assert taken(made) == {"glass": 2.0, "plastic": 6.0}


def test_a_ratio_counts_and_a_better_alternative_comes_first():
    """Example: of plastic, preferred, three pieces stand for two of glass; it is in time, so nothing else is taken."""
    made = stage.run(lamps(ratio=1.5, priority=0), plan(("lamp", 10, 30)), SETTINGS)
    assert taken(made) == {"plastic": 30.0}


def test_what_is_not_valid_is_not_chosen():
    """Refusal: plastic may be used until the third day only, so the lamp of the 5th waits for glass."""
    company = lamps(valid_to=(NOW + 3 * DAY).date(), priority=0)
    assert taken(stage.run(company, plan(("lamp", 1, 5)), SETTINGS)) == {"glass": 2.0}


def test_where_none_is_in_time_the_soonest_is_taken():
    """Example: tomorrow neither is there; plastic comes on the second day."""
    assert taken(stage.run(lamps(), plan(("lamp", 1, 1)), SETTINGS)) == {"plastic": 2.0}


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 30), st.integers(0, 30),
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 40)), min_size=1, max_size=6),
    st.sampled_from(["use_up", "when_late"]), st.integers(0, 3),
)  # fmt: skip
def test_every_lamp_gets_its_shades_and_no_more_is_taken_than_there_is(old, new, wanted, use, priority):
    """Law: shades of both kinds together are two a lamp; what is used up is not ordered, and goes first."""
    company = lamps([("plastic", float(old)), ("glass", float(new))], use=use, priority=priority)
    made = stage.run(company, plan(*(("lamp", quantity, due) for quantity, due in wanted)), SETTINGS)
    used = taken(made)
    need = 2.0 * sum(quantity for quantity, _ in wanted)
    assert sum(used.values()) == need
    for item, there in (("plastic", old), ("glass", new)):
        ordered = sum(quantity for quantity, _, _ in orders_of(made, item))
        assert used.get(item, 0.0) <= there + ordered
    if use == "use_up":
        assert used.get("plastic", 0.0) == min(old, need)
        assert orders_of(made, "plastic") == []
