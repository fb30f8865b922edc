"""Resources of frePPLe workbooks that are counted by period, each plan counted by hand."""

from __future__ import annotations

import pytest

from benchmarks.workbooks_check import overloads
from tests.files.mapping.test_frepple_features import ITEM, company, delivered, orders, plan

HOUR = 3600


def weeks(amounts, **load):
    """Lamps that take no time and what their load says of a line, which has these amounts in the weeks of January."""
    speed = load.pop("speed", 100)
    rows = [["weeks", f"2024-01-{1 + 7 * at:02}", f"2024-01-{8 + 7 * at:02}", what] for at, what in enumerate(amounts)]
    return {
        "item": ITEM,
        "operation": [["name", "type", "item", "location", "duration"], ["press", "fixed_time", "lamp", "shop", 0]],
        "calendar": [["name", "default value"], ["weeks", 0]],
        "calendar_bucket": [["calendar", "start date", "end date", "value"], *rows],
        "resource": [["name", "type", "maximum calendar", "efficiency"], ["line", "buckets", "weeks", speed]],
        "operation_resource": [["operation", "resource", *load], ["press", "line", *load.values()]],
        "demand": orders(("a", 1, 5, 1), ("b", 1, 5, 2), ("c", 1, 5, 3)),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("amounts", "load", "expected"),
    [
        ((10, 10, 10), {"quantity": 1}, {"a": "01-01 00", "b": "01-01 00", "c": "01-08 00"}),
        ((5, 10, 10), {"quantity": 1}, {"a": "01-01 00", "b": "01-08 00", "c": "01-08 00"}),
        ((10, 10, 10), {"quantity": 1, "quantity_fixed": 2}, {"a": "01-01 00", "b": "01-08 00", "c": "01-15 00"}),
        ((10, 10, 10), {"quantity": 1, "speed": 50}, {"a": "01-01 00", "b": "01-08 00", "c": "01-15 00"}),
        ((10, 0, 10), {"quantity": 1, "speed": 50}, {"a": "01-01 00", "b": "01-15 00", "c": "01-22 00"}),
    ],
)
def test_each_period_holds_what_the_calendar_says(tmp_path, amounts, load, expected):
    """Five lamps an order, with a fixed part or at half speed; weeks of their own amounts; what has none is later."""
    sheets = weeks((*amounts, 10), **dict(load))
    made = plan(tmp_path / "weeks.xlsx", **sheets)
    assert delivered(made) == expected
    assert overloads(company(tmp_path / "again.xlsx", **sheets), made) == []


def test_a_day_has_the_hours_in_which_the_resource_works(tmp_path):
    """Eight hours a day and six to an order: one a day, each begun when the day begins."""
    made = plan(
        tmp_path / "days.xlsx",
        item=ITEM,
        operation=[["name", "type", "item", "location", "duration"], ["press", "fixed_time", "lamp", "shop", 6 * HOUR]],
        calendar=[["name", "default value"], ["shift", 0]],
        calendar_bucket=[["calendar", "value", "start time", "end time"], ["shift", 1, "08:00:00", "15:59:59"]],
        resource=[["name", "type", "available"], ["line", "buckets_day", "shift"]],
        operation_resource=[["operation", "resource", "quantity"], ["press", "line", 6]],
        demand=orders(("a", 1, 1, 1), ("b", 1, 1, 2), ("c", 1, 1, 3)),
    )
    assert delivered(made) == {"a": "01-01 14", "b": "01-02 14", "c": "01-03 14"}


def test_the_efficiency_of_a_calendar_is_that_of_now(tmp_path):
    """Ten hours of work at half speed, which is the calendar's default until the 5th."""
    made = plan(
        tmp_path / "speed.xlsx",
        item=ITEM,
        operation=[
            ["name", "type", "item", "location", "duration per"],
            ["press", "time_per", "lamp", "shop", HOUR],
        ],
        calendar=[["name", "default value"], ["speed", 50]],
        calendar_bucket=[["calendar", "start date", "end date", "value"], ["speed", "2024-01-05", "2030-01-01", 200]],
        resource=[["name", "efficiency calendar", "efficiency"], ["line", "speed", 100]],
        operation_resource=[["operation", "resource"], ["press", "line"]],
        demand=orders(("a", 1, 10, 1)),
    )
    assert delivered(made) == {"a": "01-01 20"}
