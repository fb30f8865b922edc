"""Features of frePPLe workbooks, each in a small workbook of its own with a plan that was counted by hand."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
import xlsxwriter

import quarterdeck as qd
from quarterdeck.files.mapping import apply_mapping

NOW = "2024-01-01 00:00:00"


def company(path, **sheets):
    """The company of a workbook with these sheets, each a list of rows under their first row of headers."""
    parameter = [["name", "value"], ["currentdate", NOW], *sheets.pop("parameter", [])]
    with xlsxwriter.Workbook(path) as book:
        for name, rows in {"parameter": parameter, **sheets}.items():
            sheet = book.add_worksheet(name.replace("_", " "))
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    mapped = apply_mapping(path, "frepple")
    assert [problem.message for problem in mapped.problems if problem.severity == "error"] == []
    return mapped.company()


def plan(path, **sheets):
    """The plan of such a workbook."""
    return qd.plan(company(path, **sheets), horizon_weeks=26, effort=5, seconds=5.0)


def delivered(made):
    """Day and hour on which each order is delivered."""
    rows = made.requirements.join(made.deliveries.drop("quantity", "due"), on="demand").sort("order")
    return {row["order"]: max(row["delivered"], row["due"]).strftime("%m-%d %H") for row in rows.iter_rows(named=True)}


ITEM = [["name"], ["lamp"]]
DAY = 86_400
ORDERS = ["name", "item", "location", "due", "quantity", "priority"]


def orders(*rows):
    """Orders of lamps at the shop: name, day of January they are due, quantity, priority."""
    return [
        ORDERS,
        *([name, "lamp", "shop", f"2024-01-{day:02}", quantity, rank] for name, day, quantity, rank in rows),
    ]


def test_projects_run_in_the_order_of_their_dependencies(tmp_path):
    """Dig two days, walls three and pipes one side by side, then a roof of one: six days, not seven."""
    made = plan(
        tmp_path / "project.xlsx",
        item=[["name"], ["house"]],
        operation=[
            ["name", "type", "item", "location", "duration"],
            ["roof", "fixed_time", "house", "site", DAY],
            ["walls", "fixed_time", None, "site", 3 * DAY],
            ["pipes", "fixed_time", None, "site", DAY],
            ["dig", "fixed_time", None, "site", 2 * DAY],
        ],
        operation_dependency=[
            ["operation", "blocked by"],
            ["roof", "walls"],
            ["roof", "pipes"],
            ["walls", "dig"],
            ["pipes", "dig"],
        ],
        demand=[ORDERS, ["home", "house", "site", "2024-01-02", 1, 1]],
    )
    assert delivered(made) == {"home": "01-07 00"}
    assert set(made.operations["name"]) == {"roof", "walls", "pipes", "dig"}


def alternates():
    """A lamp takes a day on the fast machine or two on the slow one."""
    return {
        "item": ITEM,
        "operation": [
            ["name", "type", "item", "location", "duration_per", "priority"],
            ["fast way", "time_per", "lamp", "shop", DAY, 1],
            ["slow way", "time_per", "lamp", "shop", 2 * DAY, 2],
        ],
        "resource": [["name", "maximum"], ["fast", 1], ["slow", 1]],
        "operation_resource": [["operation", "resource"], ["fast way", "fast"], ["slow way", "slow"]],
    }


def test_another_way_is_taken_where_the_first_is_busy(tmp_path):
    """Three lamps by the 5th and two by the 6th: six days of work on the fast machine, so the slow one helps."""
    made = plan(tmp_path / "ways.xlsx", **alternates(), demand=orders(("a", 5, 4, 1), ("b", 6, 2, 1)))
    assert delivered(made) == {"a": "01-05 00", "b": "01-06 00"}
    assert set(made.operations["work_centre"]) == {"fast", "slow"}


def test_the_more_important_order_goes_first(tmp_path):
    """One machine, both orders due tomorrow: four days of priority 1 before one day of priority 2."""
    sheets = alternates()
    sheets["operation"], sheets["operation_resource"] = sheets["operation"][:2], sheets["operation_resource"][:2]
    made = plan(tmp_path / "priority.xlsx", **sheets, demand=orders(("big", 2, 4, 1), ("small", 2, 1, 2)))
    assert delivered(made) == {"big": "01-05 00", "small": "01-06 00"}


def test_tools_of_one_kind_are_as_many_as_their_maximum(tmp_path):
    """Three machines, two moulds: the third order waits for a mould."""
    made = plan(
        tmp_path / "tools.xlsx",
        item=ITEM,
        operation=[["name", "type", "item", "location", "duration_per"], ["press", "time_per", "lamp", "shop", DAY]],
        resource=[["name", "type", "maximum"], ["presses", "default", 3], ["mould", "tools", 2]],
        operation_resource=[["operation", "resource"], ["press", "presses"], ["press", "mould"]],
        demand=orders(("a", 2, 1, 1), ("b", 2, 1, 1), ("c", 2, 1, 1)),
    )
    assert sorted(delivered(made).values()) == ["01-02 00", "01-02 00", "01-03 00"]
    assert set(made.operations["tool"]) == {"mould"}


def test_buffers_behind_operations_are_given_up_where_time_is_short(tmp_path):
    """Two days of protection: an order with time begins two days early, one without loses nothing by it."""
    sheets = {
        "item": ITEM,
        "operation": [
            ["name", "type", "item", "location", "duration", "post-op time"],
            ["press", "fixed_time", "lamp", "shop", DAY, 2 * DAY],
        ],
    }
    made = plan(tmp_path / "buffer.xlsx", **sheets, demand=orders(("calm", 20, 1, 1)))
    assert made.orders["release"].min() == dt.datetime(2024, 1, 17, tzinfo=dt.UTC)
    made = plan(tmp_path / "short.xlsx", **sheets, demand=orders(("hasty", 2, 1, 1)))
    assert delivered(made) == {"hasty": "01-02 00"}


@pytest.mark.parametrize(("fence", "day"), [(0, "01-12 00"), (999, "01-22 00")])
def test_demand_waits_for_confirmed_supply_within_the_fence(tmp_path, fence, day):
    """A confirmed order on the 22nd, a new one could be there on the 12th."""
    made = plan(
        tmp_path / "fence.xlsx",
        parameter=[["plan.autoFenceOperations", fence]],
        item=ITEM,
        supplier=[["name"], ["LUX"]],
        item_supplier=[["item", "location", "supplier", "lead time"], ["lamp", "shop", "LUX", 11 * DAY]],
        purchase_order=[
            ["reference", "item", "location", "supplier", "quantity", "status", "receipt date"],
            ["PO-1", "lamp", "shop", "LUX", 5, "confirmed", "2024-01-22"],
        ],
        demand=orders(("a", 10, 5, 1)),
    )
    assert delivered(made) == {"a": day}


def test_materials_change_on_their_day(tmp_path):
    """Glass until the 15th, plastic from then on; never both."""
    company_ = company(
        tmp_path / "materials.xlsx",
        item=[["name"], ["lamp"], ["glass"], ["plastic"]],
        operation=[["name", "type", "item", "location", "duration"], ["press", "fixed_time", "lamp", "shop", 3600]],
        operation_material=[
            ["operation", "item", "quantity", "name", "priority", "effective start", "effective end"],
            ["press", "glass", -1, "shade", 1, None, "2024-01-15"],
            ["press", "plastic", -1, "shade", 2, None, None],
        ],
        item_supplier=[["item", "location", "supplier"], ["glass", "shop", "LUX"], ["plastic", "shop", "LUX"]],
        supplier=[["name"], ["LUX"]],
        demand=orders(("early", 10, 1, 1), ("late", 20, 1, 1)),
    )
    made = qd.plan(company_, horizon_weeks=26, effort=5, mode="unconstrained")
    bought = made.orders.filter(pl.col("kind") == "buy").sort("needed")
    assert bought["item"].to_list() == ["glass", "plastic"]


def test_batches_are_handed_over_as_they_are_done(tmp_path):
    """Ten frames of an hour each, handed over in fives: assembly of ten lamps begins after five, not after ten."""
    rows = [
        ["operation", "item", "quantity", "type", "transfer batch"],
        ["weld", "frame", 1, "transfer_batch", 5],
        ["assemble", "frame", -1, "transfer_batch", 5],
        ["assemble", "lamp", 1, "end", None],
    ]
    made = plan(
        tmp_path / "batches.xlsx",
        item=[["name"], ["lamp"], ["frame"]],
        operation=[
            ["name", "type", "item", "location", "duration_per"],
            ["weld", "time_per", "frame", "shop", 3600],
            ["assemble", "time_per", "lamp", "shop", 3600],
        ],
        operation_material=rows,
        resource=[["name", "maximum"], ["welder", 1], ["bench", 1]],
        operation_resource=[["operation", "resource"], ["weld", "welder"], ["assemble", "bench"]],
        demand=orders(("a", 1, 10, 1)),
    )
    assert delivered(made) == {"a": "01-01 15"}
