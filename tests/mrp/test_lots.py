"""Lot rules."""

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.disciplines.mrp.lots import next_lot
from quarterdeck.disciplines.mrp.stage import run
from tests.mrp.shop import company, orders_of, plan, table

NO_BOM = table("parent component quantity_per")


def _frame_lots(quantity, **rule):
    items = table(
        "item source " + " ".join(rule), ("frame", "buy", *rule.values())
    )  # fmt: skip
    return [
        row[0]
        for row in orders_of(
            run(
                company(items=items, bom_lines=table("parent component quantity_per")),
                plan(("frame", quantity, 40)),
                plan().settings,
            ),
            "frame",
        )
    ]


def test_lot_for_lot_orders_what_is_needed():
    """Seven wanted, seven ordered."""
    assert _frame_lots(7) == [7.0]


def test_minimum_and_multiple_round_up():
    """At least 50, in steps of 20: 60."""
    assert _frame_lots(7, lot_rule="multiple", lot_minimum=50.0, lot_multiple=20.0) == [60.0]


def test_a_fixed_lot_is_ordered_as_often_as_needed():
    """130 wanted in lots of 50."""
    assert _frame_lots(130, lot_rule="fixed", lot_size=50.0) == [50.0, 50.0, 50.0]


def test_a_maximum_splits():
    """130 wanted, at most 60 in an order."""
    assert sorted(_frame_lots(130, lot_maximum=60.0)) == [10.0, 60.0, 60.0]


def test_the_minimum_holds_per_replenishment_not_per_row():
    """Three rows of ten share one lot of fifty; the fourth takes from what is left."""
    result = run(
        company(items=table("item source lot_minimum", ("frame", "buy", 50.0)), bom_lines=NO_BOM),
        plan(("frame", 10, 40), ("frame", 10, 41), ("frame", 10, 60), ("frame", 10, 90)), plan().settings,
    )  # fmt: skip
    assert [row[0] for row in orders_of(result, "frame")] == [50.0]
    assert result.pegs.height == 4


def test_periods_of_supply_gather_the_needs_of_a_fortnight():
    """Needs of days 40 and 50 come in one order, that of day 60 in another."""
    items = table("item source lot_rule lot_days", ("frame", "buy", "periods", 14.0))
    result = run(
        company(items=items, bom_lines=table("parent component quantity_per")),
        plan(("frame", 1, 40), ("frame", 2, 50), ("frame", 4, 60)), plan().settings,
    )  # fmt: skip
    assert [row[0] for row in orders_of(result, "frame")] == [3.0, 4.0]


@given(
    st.integers(1, 10**9), st.integers(0, 10**6), st.integers(1, 10**4), st.integers(0, 50)
)  # fmt: skip
def test_a_lot_is_a_whole_multiple_between_its_bounds(need, minimum, multiple, times):
    """Whatever the need: at least the minimum, a whole multiple, never above the maximum."""
    minimum = -(-minimum // multiple) * multiple
    maximum = minimum + times * multiple if times else 0
    lot = next_lot(need, minimum, multiple, maximum)
    assert lot % multiple == 0
    assert lot >= min(minimum, maximum or lot)
    assert lot >= need or lot == maximum
