"""Supply in frePPLe workbooks: batches, shares, choices of make and buy, each counted by hand."""

from __future__ import annotations

import polars as pl

from tests.files.mapping.test_frepple_features import DAY, company, delivered, plan

BATCHED = ["name", "item", "location", "due", "quantity", "priority", "batch"]


def boats(path, *, kind="make to order"):
    """A boat of a hull that takes ten days to buy; two hulls lie there for order X."""
    return {
        "path": path,
        "item": [["name", "type"], ["boat", kind], ["hull", kind]],
        "operation": [["name", "type", "item", "location", "duration"], ["build", "fixed_time", "boat", "yard", DAY]],
        "operation_material": [["operation", "item", "quantity"], ["build", "hull", -1]],
        "supplier": [["name"], ["LUX"]],
        "item_supplier": [["item", "location", "supplier", "lead time"], ["hull", "yard", "LUX", 10 * DAY]],
        "buffer": [["item", "location", "batch", "onhand"], ["hull", "yard", "X", 2]],
        "demand": [
            BATCHED,
            ["a", "boat", "yard", "2024-01-02", 1, 1, "A"],
            ["x", "boat", "yard", "2024-01-02", 1, 2, "X"],
        ],
    }


def test_material_of_another_order_is_left_alone(tmp_path):
    """Made to order: A waits ten days for its own hull although two of X lie there; X is built at once."""
    assert delivered(plan(**boats(tmp_path / "mto.xlsx"))) == {"a": "01-12 00", "x": "01-02 00"}


def test_material_for_stock_is_shared_whatever_its_batch(tmp_path):
    """Made to stock: both take from the two that are there."""
    made = plan(**boats(tmp_path / "mts.xlsx", kind="make to stock"))
    assert delivered(made) == {"a": "01-02 00", "x": "01-02 00"}


def test_a_split_divides_every_order_by_percentage(tmp_path):
    """A split of 30 and 70: of twenty lamps six are made one way and fourteen the other."""
    made = plan(
        tmp_path / "split.xlsx",
        item=[["name"], ["lamp"]],
        operation=[
            ["name", "type", "item", "location", "duration"],
            ["make", "split", "lamp", "shop", None],
            ["old way", "fixed_time", None, "shop", DAY],
            ["new way", "fixed_time", None, "shop", DAY],
        ],
        suboperation=[["operation", "suboperation", "priority"], ["make", "old way", 30], ["make", "new way", 70]],
        demand=[BATCHED[:-1], ["a", "lamp", "shop", "2024-01-10", 20, 1]],
    )
    parts = dict(made.orders.sort("quantity").select("quantity", "routing").iter_rows())
    assert list(parts) == [6.0, 14.0]
    assert delivered(made) == {"a": "01-10 00"}


def two_sources(path, make_rank, buy_rank):
    """A lamp that is made in a day or bought in five."""
    return company(
        path,
        item=[["name"], ["lamp"]],
        operation=[
            ["name", "type", "item", "location", "duration", "priority"],
            ["press", "fixed_time", "lamp", "shop", DAY, make_rank],
        ],
        supplier=[["name"], ["LUX"]],
        item_supplier=[
            ["item", "location", "supplier", "lead time", "priority"],
            ["lamp", "shop", "LUX", 5 * DAY, buy_rank],
        ],
        demand=[BATCHED[:-1], ["a", "lamp", "shop", "2024-01-20", 1, 1]],
    )


def test_of_making_and_buying_that_of_higher_priority_is_taken(tmp_path):
    """Priority 1 before 2; 0 is never taken."""
    sources = {
        (1, 2): two_sources(tmp_path / "a.xlsx", 1, 2), (2, 1): two_sources(tmp_path / "b.xlsx", 2, 1),
        (0, 2): two_sources(tmp_path / "c.xlsx", 0, 2),
    }  # fmt: skip
    found = {ranks: each["items"].filter(pl.col("item") == "lamp")["source"][0] for ranks, each in sources.items()}
    assert found == {(1, 2): "both", (2, 1): "buy", (0, 2): "buy"}


def test_made_items_do_not_wait_for_confirmed_purchases_beyond_the_fence(tmp_path):
    """A purchase confirmed for the 30th, patience of twelve days: lamps of the 5th are made anew, of the 20th wait."""
    sheets = {
        "parameter": [["plan.autoFenceOperations", 12]],
        "item": [["name"], ["lamp"]],
        "operation": [["name", "type", "item", "location", "duration"], ["press", "fixed_time", "lamp", "shop", DAY]],
        "supplier": [["name"], ["LUX"]],
        "purchase_order": [
            ["reference", "item", "location", "supplier", "quantity", "status", "receipt date"],
            ["PO-1", "lamp", "shop", "LUX", 5, "confirmed", "2024-01-30"],
        ],
    }
    early = plan(tmp_path / "early.xlsx", **sheets, demand=[BATCHED[:-1], ["a", "lamp", "shop", "2024-01-05", 5, 1]])
    assert delivered(early) == {"a": "01-05 00"}
    late = plan(tmp_path / "late.xlsx", **sheets, demand=[BATCHED[:-1], ["a", "lamp", "shop", "2024-01-20", 5, 1]])
    assert delivered(late) == {"a": "01-30 00"}


def test_resources_counted_by_week_hold_what_begins_in_it(tmp_path):
    """Forty hours a week, two hours to a lamp: ten lamps due in each of three days are 60, so one lot waits a week."""
    made = plan(
        tmp_path / "buckets.xlsx",
        item=[["name"], ["lamp"]],
        operation=[["name", "type", "item", "location", "duration"], ["press", "fixed_time", "lamp", "shop", DAY]],
        resource=[["name", "type", "maximum"], ["line", "buckets_week", 40]],
        operation_resource=[["operation", "resource", "quantity"], ["press", "line", 2]],
        demand=[BATCHED[:-1], *([f"o{day}", "lamp", "shop", f"2024-01-0{day}", 10, 1] for day in (2, 3, 4))],
    )
    assert sorted(delivered(made).values()) == ["01-02 00", "01-03 00", "01-09 00"]
    assert made.loads["run_hours"].to_list()[:2] == [40.0, 20.0]
