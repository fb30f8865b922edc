"""frePPLe workbooks that leave a choice, each with a plan that was counted by hand."""

from __future__ import annotations

import polars as pl
import pytest

from tests.files.mapping.test_frepple_features import DAY, ITEM, ORDERS, delivered, orders, plan

HOUR = 3600


def used(made):
    """What orders take, by item."""
    rows = made.pegs.filter(pl.col("demand_kind") == "order").group_by("item").agg(pl.col("quantity").sum())
    return dict(rows.sort("item").iter_rows())


def test_another_material_is_taken_until_the_preferred_one_is_there(tmp_path):
    """The preferred shade takes 20 days, the other two: lamps of the 10th take the other, those of the 28th do not."""
    made = plan(
        tmp_path / "shades.xlsx",
        item=[["name"], ["lamp"], ["new shade"], ["old shade"]],
        operation=[["name", "type", "item", "location", "duration"], ["press", "fixed_time", "lamp", "shop", HOUR]],
        operation_material=[
            ["operation", "item", "quantity", "name", "priority"],
            ["press", "new shade", -1, "shade", 1],
            ["press", "old shade", -2, "shade", 2],
        ],
        supplier=[["name"], ["LUX"]],
        item_supplier=[
            ["item", "location", "supplier", "lead time"],
            ["new shade", "shop", "LUX", 20 * DAY],
            ["old shade", "shop", "LUX", 2 * DAY],
        ],
        demand=orders(("early", 10, 3, 1), ("late", 28, 5, 1)),
    )
    assert delivered(made) == {"early": "01-10 00", "late": "01-28 00"}
    assert used(made) == {"new shade": 5.0, "old shade": 6.0}


def versions(search=None, dates=(None, None)):
    """A lamp by two bills: glass at 5 until a day, plastic at 2 from another day on."""
    until, since = dates
    return {
        "item": [["name"], ["lamp"], ["glass"], ["plastic"], ["socket"]],
        "operation": [
            [
                "name", "type", "item", "location", "duration_per", "priority", "search", "effective start",
                "effective end",
            ],
            ["version 1", "time_per", "lamp", "shop", HOUR, 1, search, None, until],
            ["version 2", "time_per", "lamp", "shop", HOUR, 2, search, since, None],
        ],
        "operation_material": [
            ["operation", "item", "quantity"],
            ["version 1", "glass", -1], ["version 1", "socket", -1],
            ["version 2", "plastic", -3], ["version 2", "socket", -1],
        ],
        "supplier": [["name"], ["LUX"]],
        "item_supplier": [
            ["item", "location", "supplier", "lead time", "cost"],
            ["glass", "shop", "LUX", DAY, 5], ["plastic", "shop", "LUX", DAY, 1], ["socket", "shop", "LUX", DAY, 1],
        ],
        "demand": orders(("early", 10, 2, 1), ("middle", 16, 2, 1), ("late", 28, 2, 1)),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("search", "dates", "expected"),
    [
        (None, (None, None), {"glass": 6.0}),
        ("MINCOST", (None, None), {"plastic": 18.0}),
        (None, ("2024-01-20", "2024-01-12"), {"glass": 4.0, "plastic": 6.0}),
        ("MINCOST", ("2024-01-20", "2024-01-12"), {"glass": 2.0, "plastic": 12.0}),
    ],
)
def test_versions_of_a_bill_are_taken_by_priority_date_or_cost(tmp_path, search, dates, expected):
    """Glass 5 a lamp or three plastic at 1: the preferred, the cheapest, and what holds on the day; sockets always."""
    made = plan(tmp_path / "versions.xlsx", **versions(search, dates))
    assert delivered(made) == {"early": "01-10 00", "middle": "01-16 00", "late": "01-28 00"}
    taken = used(made)
    assert taken.pop("socket") == 6.0
    assert {item: quantity for item, quantity in taken.items() if " by " not in item} == expected


def test_the_size_of_a_resource_may_change_over_time(tmp_path):
    """One oven until the 4th, two from then on; jobs of two days: one is done on the 3rd, then two side by side."""
    made = plan(
        tmp_path / "sizes.xlsx",
        item=ITEM,
        operation=[["name", "type", "item", "location", "duration"], ["bake", "fixed_time", "lamp", "shop", 2 * DAY]],
        calendar=[["name", "default value"], ["ovens", 1]],
        calendar_bucket=[["calendar", "start date", "end date", "value"], ["ovens", "2024-01-03", "2030-12-31", 2]],
        resource=[["name", "maximum calendar"], ["oven", "ovens"]],
        operation_resource=[["operation", "resource"], ["bake", "oven"]],
        demand=orders(("a", 1, 1, 1), ("b", 1, 1, 2), ("c", 1, 1, 3)),
    )
    assert delivered(made) == {"a": "01-03 00", "b": "01-05 00", "c": "01-05 00"}


def test_an_operation_may_take_several_units(tmp_path):
    """Four people, two for each job of a day: two jobs a day."""
    made = plan(
        tmp_path / "crew.xlsx",
        item=ITEM,
        operation=[["name", "type", "item", "location", "duration"], ["build", "fixed_time", "lamp", "shop", DAY]],
        resource=[["name", "maximum"], ["crew", 4]],
        operation_resource=[["operation", "resource", "quantity"], ["build", "crew", 2]],
        demand=orders(("a", 1, 1, 1), ("b", 1, 1, 2), ("c", 1, 1, 3)),
    )
    assert delivered(made) == {"a": "01-02 00", "b": "01-02 00", "c": "01-03 00"}


def test_priorities_may_be_any_numbers(tmp_path):
    """None is 0, which goes before 15, which goes before 40; each takes a day of one machine."""
    made = plan(
        tmp_path / "priorities.xlsx",
        item=ITEM,
        operation=[["name", "type", "item", "location", "duration"], ["build", "fixed_time", "lamp", "shop", DAY]],
        resource=[["name", "maximum"], ["bench", 1]],
        operation_resource=[["operation", "resource"], ["build", "bench"]],
        demand=orders(("last", 1, 1, 40), ("first", 1, 1, None), ("second", 1, 1, 15)),
    )
    assert delivered(made) == {"first": "01-02 00", "second": "01-03 00", "last": "01-04 00"}


def test_a_project_is_made_by_the_operation_that_its_order_names(tmp_path):
    """Two projects of three steps, one team: dig a day, build two days, hand over; batches keep them apart."""
    made = plan(
        tmp_path / "projects.xlsx",
        item=[["name", "type"], ["house", "make to order"]],
        operation=[
            ["name", "type", "location", "duration"],
            ["hand over", "fixed_time", "site", 0], ["build", "fixed_time", "site", 2 * DAY],
            ["dig", "fixed_time", "site", DAY],
        ],
        operation_dependency=[
            ["operation", "blocked by", "hard safety leadtime"], ["hand over", "build", None], ["build", "dig", DAY],
        ],
        resource=[["name", "maximum"], ["team", 1]],
        operation_resource=[["operation", "resource"], ["build", "team"], ["dig", "team"]],
        demand=[
            [*ORDERS, "operation", "batch"],
            ["one", "house", "site", "2024-01-02", 1, 1, "hand over", "one"],
            ["two", "house", "site", "2024-01-02", 1, 2, "hand over", "two"],
        ],
    )  # fmt: skip
    assert delivered(made) == {"one": "01-05 00", "two": "01-07 00"}
    assert made.operations.group_by("order").len()["len"].to_list() == [3, 3]


def test_confirmed_supply_is_awaited_exactly_as_long_as_the_fence_says(tmp_path):
    """Confirmed for the 16th and the 30th, wanted on the 8th: within twelve days one waits, the other is made anew."""
    made = plan(
        tmp_path / "fences.xlsx",
        parameter=[["plan.autoFenceOperations", 12]],
        item=[["name"], ["A"], ["B"]],
        operation=[
            ["name", "type", "item", "location", "duration", "priority"],
            ["make A", "fixed_time", "A", "shop", 20 * DAY, 1], ["make B", "fixed_time", "B", "shop", 20 * DAY, 1],
        ],
        supplier=[["name"], ["sub"]],
        item_supplier=[
            ["item", "location", "supplier", "lead time", "priority"],
            ["A", "shop", "sub", 40 * DAY, 2], ["B", "shop", "sub", 40 * DAY, 2],
        ],
        purchase_order=[
            ["reference", "item", "location", "supplier", "quantity", "status", "receipt date"],
            ["PO-A", "A", "shop", "sub", 5, "confirmed", "2024-01-30"],
            ["PO-B", "B", "shop", "sub", 5, "confirmed", "2024-01-16"],
        ],
        demand=[ORDERS, ["a", "A", "shop", "2024-01-08", 5, 1], ["b", "B", "shop", "2024-01-08", 5, 1]],
    )  # fmt: skip
    assert delivered(made) == {"a": "01-21 00", "b": "01-16 00"}


def test_quantities_are_counted_by_the_periods_of_the_calendar(tmp_path):
    """Ten pieces a week: of three orders of ten each week holds one."""
    made = plan(
        tmp_path / "weeks.xlsx",
        item=ITEM,
        operation=[["name", "type", "item", "location", "duration"], ["press", "fixed_time", "lamp", "shop", 0]],
        calendar=[["name", "default value"], ["weeks", 0]],
        calendar_bucket=[
            ["calendar", "start date", "end date", "value"],
            ["weeks", "2024-01-01", "2024-01-08", 10], ["weeks", "2024-01-08", "2024-01-15", 10],
            ["weeks", "2024-01-15", "2024-01-22", 10],
        ],
        resource=[["name", "type", "maximum calendar"], ["press", "buckets", "weeks"]],
        operation_resource=[["operation", "resource", "quantity"], ["press", "press", 1]],
        demand=orders(("a", 2, 10, 1), ("b", 2, 10, 2), ("c", 2, 10, 3)),
    )  # fmt: skip
    assert delivered(made) == {"a": "01-02 00", "b": "01-08 00", "c": "01-15 00"}


def test_without_any_supply_nothing_is_delivered_beyond_stock(tmp_path):
    """Nobody makes, moves or sells shades: three are there, so three of five lamps are delivered."""
    made = plan(
        tmp_path / "nobody.xlsx",
        item=[["name"], ["lamp"], ["shade"]],
        operation=[["name", "type", "item", "location", "duration"], ["press", "fixed_time", "lamp", "shop", 0]],
        operation_material=[["operation", "item", "quantity"], ["press", "shade", -1]],
        buffer=[["item", "location", "onhand"], ["shade", "shop", 3]],
        demand=orders(("a", 2, 3, 1), ("b", 2, 2, 2)),
    )
    state = dict(made.requirements.join(made.deliveries, on="demand").select("order", "state").iter_rows())
    assert state == {"a": "on_time", "b": "short"}
