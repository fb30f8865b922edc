"""Orders that stand in frePPLe workbooks: what is confirmed keeps its dates, each plan counted by hand."""

from __future__ import annotations

import pytest

from tests.files.mapping.test_frepple_features import DAY, ITEM, delivered, orders, plan

HOUR = 3600
ORDER = ["reference", "operation", "quantity", "status", "start date", "end date"]


def bench(order, *wanted, **more):
    """Lamps of a day each on one bench, beside a desk of two days, and an order that stands."""
    return {
        "item": [["name"], ["lamp"], ["desk"]],
        "operation": [
            ["name", "type", "item", "location", "duration"],
            ["build", "fixed_time", "lamp", "shop", DAY],
            ["saw", "fixed_time", "desk", "shop", 2 * DAY],
        ],
        "resource": [["name"], ["bench"]],
        "operation_resource": [["operation", "resource"], ["build", "bench"], ["saw", "bench"]],
        "manufacturing_order": [ORDER, order],
        "demand": orders(*wanted),
    } | more


def test_a_confirmed_order_keeps_its_place_on_the_machine(tmp_path):
    """The desk takes the bench from the 3rd to the 5th: two lamps before it, the third after."""
    order = ["M1", "saw", 1, "confirmed", "2024-01-03", "2024-01-05"]
    made = plan(tmp_path / "place.xlsx", **bench(order, ("a", 1, 1, 1), ("b", 1, 1, 2), ("c", 1, 1, 3)))
    assert delivered(made) == {"a": "01-02 00", "b": "01-03 00", "c": "01-06 00"}


@pytest.mark.parametrize(
    ("status", "start", "end", "day"),
    [
        ("confirmed", "2024-01-10", "2024-01-12", "01-12 00"),
        ("approved", "2024-01-10", "2024-01-12", "01-12 00"),
        ("confirmed", "2023-12-30", "2024-01-04", "01-04 00"),
        ("completed", "2023-12-30", "2023-12-31", "01-01 00"),
        ("closed", "2023-12-30", "2023-12-31", "01-02 00"),
        ("proposed", "2024-01-10", "2024-01-12", "01-02 00"),
    ],
)
def test_an_order_gives_its_lamp_when_its_dates_say(tmp_path, status, start, end, day):
    """One lamp: confirmed or approved it comes at its end, completed is there, else made anew."""
    made = plan(tmp_path / "dates.xlsx", **bench(["M1", "build", 1, status, start, end], ("a", 1, 1, 1)))
    assert delivered(made) == {"a": day}


@pytest.mark.parametrize(("status", "day"), [("confirmed", "01-08 00"), ("completed", "01-03 00")])
def test_a_task_of_a_project_that_was_begun_is_not_begun_again(tmp_path, status, day):
    """Digging is confirmed from the 3rd to the 6th, or done: the house takes two days after it."""
    made = plan(
        tmp_path / "task.xlsx",
        item=[["name"], ["lamp"]],
        operation=[
            ["name", "type", "item", "location", "duration"],
            ["build", "fixed_time", "lamp", "shop", 2 * DAY],
            ["dig", "fixed_time", None, "shop", DAY],
        ],
        operation_dependency=[["operation", "blockedby"], ["build", "dig"]],
        manufacturing_order=[ORDER, ["M1", "dig", 1, status, "2024-01-03", "2024-01-06"]],
        demand=orders(("a", 1, 1, 1)),
    )
    assert delivered(made) == {"a": day}


@pytest.mark.parametrize(("origin", "stock"), [(None, 0), ("plant", 1)])
def test_a_confirmed_shipment_comes_on_its_day(tmp_path, origin, stock):
    """One lamp is there on the 5th, whether it is on its way already or leaves the plant."""
    made = plan(
        tmp_path / "shipment.xlsx",
        item=ITEM,
        location=[["name"], ["shop"], ["plant"]],
        buffer=[["item", "location", "onhand"], ["lamp", "plant", stock]],
        distribution_order=[
            ["reference", "item", "origin", "destination", "quantity", "status", "shipping date", "receipt date"],
            ["D1", "lamp", origin, "shop", 1, "confirmed", "2024-01-01", "2024-01-05"],
        ],
        demand=orders(("a", 1, 1, 1)),
    )
    assert delivered(made) == {"a": "01-05 00"}


def test_stock_goes_to_the_higher_priority_however_large_the_order(tmp_path):
    """Five in stock: the first order takes all of them, the second waits a day for one of its own."""
    made = plan(
        tmp_path / "stock.xlsx",
        item=ITEM,
        operation=[["name", "type", "item", "location", "duration"], ["build", "fixed_time", "lamp", "shop", DAY]],
        buffer=[["item", "location", "onhand", "minimum"], ["lamp", "shop", 5, 5]],
        demand=orders(("first", 1, 5, 1), ("second", 1, 1, 2)),
    )
    assert delivered(made) == {"first": "01-01 00", "second": "01-02 00"}


def test_operations_of_one_machine_may_have_hours_of_their_own(tmp_path):
    """Lamps from 8 to 12, desks from 12 to 16, chairs at any hour, all on one bench."""
    made = plan(
        tmp_path / "hours.xlsx",
        item=[["name"], ["lamp"], ["desk"], ["chair"]],
        calendar=[["name", "default"], ["early", 0], ["late", 0]],
        calendar_bucket=[
            ["calendar", "value", "start time", "end time"],
            ["early", 1, "08:00:00", "11:59:59"],
            ["late", 1, "12:00:00", "15:59:59"],
        ],
        operation=[
            ["name", "type", "item", "location", "duration", "available"],
            ["build", "fixed_time", "lamp", "shop", 2 * HOUR, "early"],
            ["saw", "fixed_time", "desk", "shop", 2 * HOUR, "late"],
            ["glue", "fixed_time", "chair", "shop", 4 * HOUR, None],
        ],
        resource=[["name"], ["bench"]],
        operation_resource=[["operation", "resource"], ["build", "bench"], ["saw", "bench"], ["glue", "bench"]],
        demand=[
            ["name", "item", "location", "due", "quantity", "priority"],
            *([name, name, "shop", "2024-01-01", 1, rank] for rank, name in enumerate(("lamp", "desk", "chair"), 1)),
        ],
    )
    assert delivered(made) == {"lamp": "01-01 10", "desk": "01-01 14", "chair": "01-01 04"}


@pytest.mark.parametrize(
    ("kind", "offset", "day"), [("start", None, "01-09 00"), ("start", -DAY, "01-10 00"), ("end", None, "01-06 00")]
)
def test_material_is_taken_at_the_start_before_it_or_at_the_end(tmp_path, kind, offset, day):
    """Paint comes on the 6th and a lamp takes three days: paint is there first, a day before, or in the end."""
    made = plan(
        tmp_path / "paint.xlsx",
        item=[["name"], ["lamp"], ["paint"]],
        operation=[["name", "type", "item", "location", "duration"], ["build", "fixed_time", "lamp", "shop", 3 * DAY]],
        operation_material=[["operation", "item", "quantity", "type", "offset"], ["build", "paint", -1, kind, offset]],
        supplier=[["name"], ["LUX"]],
        item_supplier=[["item", "location", "supplier", "lead time"], ["paint", "shop", "LUX", 5 * DAY]],
        demand=orders(("a", 1, 1, 1)),
    )
    assert delivered(made) == {"a": day}


@pytest.mark.parametrize(
    ("columns", "values", "day"),
    [
        (["effective start"], ["2024-01-20"], "01-20 00"),
        (["fence"], [5 * DAY], "01-09 00"),
        (["effective end"], ["2023-12-31"], None),
        (["priority"], [0], None),
    ],
)
def test_suppliers_deliver_within_their_dates_and_after_their_fence(tmp_path, columns, values, day):
    """Three days: from the 20th on, five days barred before, not any more, and only by hand."""
    made = plan(
        tmp_path / "supplier.xlsx",
        item=ITEM,
        supplier=[["name"], ["LUX"]],
        item_supplier=[
            ["item", "location", "supplier", "lead time", *columns],
            ["lamp", "shop", "LUX", 3 * DAY, *values],
        ],
        demand=orders(("a", 1, 1, 1)),
    )
    assert made.deliveries["delivered"].dt.strftime("%m-%d %H").to_list() == [day]


def test_a_distribution_without_destination_serves_every_other_place(tmp_path):
    """Two days of work at the plant and five on the way."""
    made = plan(
        tmp_path / "anywhere.xlsx",
        item=ITEM,
        location=[["name"], ["shop"], ["plant"]],
        operation=[["name", "type", "item", "location", "duration"], ["build", "fixed_time", "lamp", "plant", 2 * DAY]],
        item_distribution=[["item", "origin", "lead time"], ["lamp", "plant", 5 * DAY]],
        demand=orders(("a", 1, 1, 1)),
    )
    assert delivered(made) == {"a": "01-08 00"}


@pytest.mark.parametrize("written", ["1 12:00:00", "P1DT12H", 1.5 * DAY, "36:00:00"])
def test_durations_are_written_in_many_ways(tmp_path, written):
    """A day and a half."""
    made = plan(
        tmp_path / "durations.xlsx",
        item=ITEM,
        operation=[["name", "type", "item", "location", "duration"], ["build", "fixed_time", "lamp", "shop", written]],
        demand=orders(("a", 1, 1, 1)),
    )
    assert delivered(made) == {"a": "01-02 12"}
