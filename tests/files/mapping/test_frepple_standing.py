"""Orders that stand in frePPLe workbooks: what is confirmed keeps its dates, each plan counted by hand."""

from __future__ import annotations

import pytest

from tests.files.mapping.test_frepple_features import DAY, ITEM, delivered, orders, plan

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
