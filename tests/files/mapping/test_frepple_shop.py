"""Tools, cards, projects, skills and fences of frePPLe workbooks, each with a plan that was counted by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.files.mapping.test_frepple_features import DAY, ITEM, ORDERS, company, delivered, orders, plan

OPERATION = ["name", "type", "item", "location", "duration", "duration_per"]


def pressed(**sheets):
    """Lamps that one press makes, a day each."""
    return {
        "item": ITEM,
        "operation": [OPERATION, ["press", "time_per", "lamp", "shop", None, DAY]],
        "resource": [["name"], ["press"]],
        "operation_resource": [["operation", "resource"], ["press", "press"]],
        **sheets,
    }


def chain(cards):
    """Four steps of a day on machines of their own; a card is held from the second to the third."""
    flows = [("s1", "p1"), ("s2", "p2"), ("s3", "p3"), ("s4", "lamp")]
    taken = [[step, f"p{number}", -1, None] for number, (step, _) in enumerate(flows[1:], start=1)]
    return {
        "item": [["name"], ["lamp"], ["p1"], ["p2"], ["p3"], ["card"]],
        "operation": [OPERATION, *([step, "fixed_time", item, "shop", DAY, None] for step, item in flows)],
        "operation_material": [
            ["operation", "item", "quantity", "fixed quantity"],
            *taken, ["s2", "card", None, -1], ["s3", "card", None, 1],
        ],
        "buffer": [["item", "location", "subcategory", "onhand"], ["card", "shop", "tool", cards]],
        "resource": [["name"], *([f"machine of {step}"] for step, _ in flows)],
        "operation_resource": [["operation", "resource"], *([step, f"machine of {step}"] for step, _ in flows)],
    }  # fmt: skip


@pytest.mark.parametrize(("cards", "second"), [(1, "01-07 00"), (2, "01-06 00")])
def test_a_card_is_held_by_every_operation_until_it_is_given_back(tmp_path, cards, second):
    """With one card the second lamp may be at its second step only when the first has left the third."""
    made = plan(tmp_path / "cards.xlsx", **chain(cards), demand=orders(("a", 2, 1, 1), ("b", 2, 1, 2)))
    assert delivered(made) == {"a": "01-05 00", "b": second}


@pytest.mark.parametrize(("kind", "quantities", "second"), [
    ("tool", (4, 5), "01-05 00"), ("tool per piece", (4, 5), "01-04 00"), ("tool per piece", (6, 5), "01-05 00"),
])  # fmt: skip
def test_tools_of_a_routing_are_one_to_an_order_or_one_to_a_piece(tmp_path, kind, quantities, second):
    """A pallet goes with its order through both steps; of ten frames two orders share where there are enough."""
    frames = 1 if kind == "tool" else 10
    made = plan(
        tmp_path / "tools.xlsx",
        item=ITEM,
        operation=[
            ["name", "type", "item", "location", "duration", "owner", "priority"],
            ["make", "routing", "lamp", "shop", None, None, 1],
            ["cut", "fixed_time", None, "shop", DAY, "make", 1], ["bend", "fixed_time", None, "shop", DAY, "make", 2],
        ],
        resource=[["name", "subcategory", "maximum", "owner"],
                  ["saw", None, 1, None], ["bender", None, 1, None], ["rack", None, None, None],
                  ["rack 1", kind, frames, "rack"]],
        operation_resource=[["operation", "resource"], ["cut", "saw"], ["bend", "bender"],
                            ["cut", "rack"], ["bend", "rack"]],
        demand=orders(("a", 2, quantities[0], 1), ("b", 2, quantities[1], 2)),
    )  # fmt: skip
    assert delivered(made) == {"a": "01-03 00", "b": second}


def test_a_task_of_a_project_is_done_once_however_many_wait_for_it(tmp_path):
    """Dig, two walls beside each other, a roof: with one team four days for each house, the digging once."""
    tasks = ["dig", "left", "right", "roof"]
    made = plan(
        tmp_path / "project.xlsx",
        item=[["name"], ["house"]],
        operation=[OPERATION, *([name, "fixed_time", None, "site", DAY, None] for name in tasks)],
        operation_dependency=[["operation", "blocked by"],
                              ["left", "dig"], ["right", "dig"], ["roof", "left"], ["roof", "right"]],
        resource=[["name"], ["team"]],
        operation_resource=[["operation", "resource"], *([name, "team"] for name in tasks)],
        demand=[[*ORDERS, "batch", "operation"], ["one", "house", "site", "2024-01-02", 1, 1, "one", "roof"],
                ["two", "house", "site", "2024-02-20", 1, 1, "two", "roof"]],
    )  # fmt: skip
    assert delivered(made) == {"one": "01-05 00", "two": "02-20 00"}
    assert sorted(made.operations["name"]) == sorted(2 * tasks)


def test_a_dependency_tells_how_much_of_a_task_is_needed(tmp_path):
    """Four walls of a day each before the roof of a day."""
    made = plan(
        tmp_path / "walls.xlsx",
        item=[["name"], ["house"]],
        operation=[OPERATION, ["roof", "fixed_time", None, "site", DAY, None],
                   ["wall", "time_per", None, "site", None, DAY]],
        operation_dependency=[["operation", "blocked by", "quantity"], ["roof", "wall", 4]],
        demand=[[*ORDERS, "operation"], ["one", "house", "site", "2024-01-02", 1, 1, "roof"]],
    )  # fmt: skip
    assert delivered(made) == {"one": "01-06 00"}


def test_of_equal_priority_what_is_due_first_comes_first(tmp_path):
    """All late already: by priority, then by the day they were due, however long they take."""
    made = plan(tmp_path / "late.xlsx", **pressed(), demand=[
        ORDERS, ["y2", "lamp", "shop", "2023-12-20", 1, 2], ["y1", "lamp", "shop", "2023-12-10", 5, 2],
        ["x2", "lamp", "shop", "2023-12-21", 1, 1], ["x1", "lamp", "shop", "2023-12-15", 5, 1],
    ])  # fmt: skip
    assert delivered(made) == {"x1": "01-06 00", "x2": "01-07 00", "y1": "01-12 00", "y2": "01-13 00"}


def test_more_than_nine_priorities_are_kept_apart(tmp_path):
    """Twelve priorities, the longer jobs the more important ones: each waits for all before it."""
    days = [2 + number % 2 for number in range(12)]
    rows = [[f"o{number:02}", "lamp", "shop", "2023-12-20", size, number] for number, size in enumerate(days)]
    made = plan(tmp_path / "many.xlsx", **pressed(), demand=[ORDERS, *reversed(rows)])
    ends = [dt.datetime(2024, 1, 1) + dt.timedelta(days=sum(days[: number + 1])) for number in range(12)]
    assert list(delivered(made).values()) == [end.strftime("%m-%d %H") for end in ends]


def test_nothing_new_begins_within_the_release_fence(tmp_path):
    """Seven days of fence and a day of work: the 9th at the earliest; what is due later is not touched."""
    sheets = pressed(operation=[[*OPERATION, "fence"], ["press", "fixed_time", "lamp", "shop", DAY, None, 7 * DAY]])
    made = plan(tmp_path / "fence.xlsx", **sheets, demand=orders(("a", 3, 1, 1), ("b", 20, 1, 1)))
    assert delivered(made) == {"a": "01-09 00", "b": "01-20 00"}


def test_only_people_with_the_skill_do_what_asks_for_it(tmp_path):
    """Two saws but only Ann can saw; Bob paints meanwhile."""
    made = plan(
        tmp_path / "skills.xlsx",
        item=[["name"], ["lamp"], ["table"]],
        operation=[OPERATION, ["saw", "fixed_time", "lamp", "shop", DAY, None],
                   ["paint", "fixed_time", "table", "shop", DAY, None]],
        resource=[["name", "owner", "maximum"], ["saws", None, 2], ["booth", None, 1], ["crew", None, None],
                  ["Ann", "crew", 1], ["Bob", "crew", 1]],
        resource_skill=[["resource", "skill"], ["Ann", "sawing"], ["Ann", "painting"], ["Bob", "painting"]],
        operation_resource=[["operation", "resource", "skill"], ["saw", "saws", None], ["saw", "crew", "sawing"],
                            ["paint", "booth", None], ["paint", "crew", "painting"]],
        demand=[ORDERS, ["a", "lamp", "shop", "2024-01-02", 1, 1], ["b", "lamp", "shop", "2024-01-02", 1, 2],
                ["c", "table", "shop", "2024-01-02", 1, 1]],
    )  # fmt: skip
    assert delivered(made) == {"a": "01-02 00", "b": "01-03 00", "c": "01-02 00"}


@pytest.mark.parametrize(("weld", "assemble"), [(60, 120), (120, 60)])
def test_batches_are_taken_as_large_as_they_are_brought(tmp_path, weld, assemble):
    """Brought in hundreds, taken in fifties: the slower of both runs through, the other takes one hundred more."""
    made = plan(
        tmp_path / "batches.xlsx",
        item=[["name"], ["lamp"], ["frame"]],
        operation=[OPERATION, ["weld", "time_per", "frame", "shop", None, weld],
                   ["assemble", "time_per", "lamp", "shop", None, assemble]],
        operation_material=[["operation", "item", "quantity", "type", "transfer batch quantity"],
                            ["weld", "frame", 1, "Batch transfer", 100],
                            ["assemble", "frame", -1, "Batch transfer", 50]],
        resource=[["name"], ["welder"], ["bench"]],
        operation_resource=[["operation", "resource"], ["weld", "welder"], ["assemble", "bench"]],
        demand=orders(("a", 1, 1000, 1)),
    )  # fmt: skip
    assert delivered(made) == {"a": "01-02 11"}


def test_operations_work_in_the_hours_that_they_and_their_place_have_in_common(tmp_path):
    """The shop is open from 8 to 17, the press runs with an operation from 13 to 22: four hours a day."""
    hours = ["calendar", "value", "start date", "end date", "start time", "end time"]
    sheets = pressed(
        operation=[[*OPERATION, "available"], ["press", "fixed_time", "lamp", "shop", 8 * 3600, None, "late"]],
        location=[["name", "available"], ["shop", "open"]],
        calendar=[["name", "default value"], ["open", 0], ["late", 0]],
        calendar_bucket=[hours, ["open", 1, "2020-01-01", "2030-01-01", "08:00:00", "17:00:00"],
                         ["late", 1, "2020-01-01", "2030-01-01", "13:00:00", "22:00:00"]],
    )  # fmt: skip
    made = plan(tmp_path / "hours.xlsx", **sheets, demand=orders(("a", 1, 1, 1)))
    assert delivered(made) == {"a": "01-02 17"}


def test_delivery_takes_the_hours_that_the_parameter_says(tmp_path):
    """Half a day on the way to every customer."""
    company_ = company(tmp_path / "way.xlsx", **pressed(), parameter=[["plan.deliveryDuration", 12]],
                       demand=orders(("a", 2, 1, 1)))  # fmt: skip
    assert company_.lanes["transport_days"].max() == pytest.approx(0.5)
