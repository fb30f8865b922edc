"""Shipments and confirmations: orders, stock and progress change together, many in one go, and undo restores all."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from quarterdeck.service.booking import BookingError, book
from quarterdeck.service.confirming import CONFIRMS, WORDS, confirm_orders, ship_order
from quarterdeck.service.releasing import TABLE_OF
from quarterdeck.store import TableChange
from tests.service.small_shop import shop


@pytest.fixture
def workspace(tmp_path: Path):
    """The small shop with 30 bicycles in the store."""
    with shop(tmp_path / "shop") as made:
        lots = pl.DataFrame({"lot": ["B"], "item": ["bike"], "site": ["main"], "quantity": [30.0]})
        made.commit({"stock_lots": TableChange(lots)}, author="Ada", reason="thirty bicycles")
        yield made


def row(workspace, table: str, **key):
    """One row of a table."""
    found = workspace.load()[table].filter(*[pl.col(name) == value for name, value in key.items()])
    return found.row(0, named=True)


def there(workspace, item: str) -> float:
    """How much lies in the store."""
    return workspace.load()["stock_lots"].filter(pl.col("item") == item)["quantity"].sum()


def write(workspace, enter, *values):
    """Books one entry."""
    return book(workspace, lambda entry: enter(entry, *values), author="Ada")


def test_a_line_is_shipped_in_part_and_then_whole(workspace):
    """Story: 12 of 20 bicycles go out, then the rest; the store shrinks, the line closes, undo brings all back."""
    before = workspace.checksum()
    first = write(workspace, ship_order, "SO-2", "1", {"quantity": "12"})
    assert (row(workspace, "sales_orders", order="SO-2")["delivered"], there(workspace, "bike")) == (12.0, 18.0)
    assert first.text.endswith("to come")
    assert any("only as a whole" in note for note in first.notes)
    second = write(workspace, ship_order, "SO-2", "1", {"quantity": "8"})
    assert row(workspace, "sales_orders", order="SO-2")["status"] == "closed"
    assert there(workspace, "bike") == 10.0
    workspace.undo(second.change_set, author="Ada")
    workspace.undo(first.change_set, author="Ada")
    assert workspace.checksum() == before


def test_a_line_can_be_closed_short(workspace):
    """Story: the customer takes five and no more."""
    write(workspace, ship_order, "SO-3", "1", {"quantity": "5", "close": "1"})
    assert row(workspace, "sales_orders", order="SO-3")["status"] == "closed"


@pytest.mark.parametrize(
    ("order", "quantity", "words"),
    [("SO-2", "21", "at most"), ("SO-2", "none", "a number"), ("SO-2", "0", "above 0"), ("SO-9", "1", "SO-9")],
)
def test_what_cannot_be_shipped_is_refused(workspace, order, quantity, words):
    """Refusal: more than is open, no number, nothing, or an order that nobody knows."""
    with pytest.raises(BookingError, match=words):
        write(workspace, ship_order, order, "1", {"quantity": quantity})


def test_a_closed_line_is_not_shipped_again(workspace):
    """Refusal: what is closed stays closed."""
    write(workspace, ship_order, "SO-1", "1", {"quantity": "8"})
    with pytest.raises(BookingError, match="closed"):
        write(workspace, ship_order, "SO-1", "1", {"quantity": "1"})


def test_several_orders_are_confirmed_in_one_change(workspace):
    """Story: two purchases came as ordered, a third is unknown: one change set, one note, one undo."""
    before = workspace.checksum()
    made = write(workspace, confirm_orders, "purchase", [("PO-1", "1"), ("PO-2", "1"), ("PO-9", "1")])
    assert {row(workspace, "purchase_orders", order=order)["status"] for order in ("PO-1", "PO-2")} == {"done"}
    assert made.text.startswith("2 receipts confirmed")
    assert "PO-9" in made.notes[0]
    workspace.undo(made.change_set, author="Ada")
    assert workspace.checksum() == before


def test_a_whole_work_order_is_completed(workspace):
    """Story: all steps are over, eight bicycles more are in the store, the material has left it."""
    wheels = there(workspace, "wheel")
    write(workspace, confirm_orders, "work", [("WO-1", "")])
    assert row(workspace, "work_orders", order="WO-1")["status"] == "done"
    assert (there(workspace, "bike"), there(workspace, "wheel")) == (38.0, wheels - 16.0)


def test_sales_are_confirmed_together(workspace):
    """Story: two deliveries went out as ordered."""
    write(workspace, confirm_orders, "sales", [("SO-1", "1"), ("SO-2", "1")])
    assert there(workspace, "bike") == 2.0


@pytest.mark.parametrize(("kind", "chosen"), [("purchase", []), ("gift", [("PO-1", "1")]), ("transfer", [("T-9", "")])])
def test_nothing_to_confirm_is_refused(workspace, kind, chosen):
    """Refusal: no tick, no such kind, no such order."""
    with pytest.raises(BookingError):
        write(workspace, confirm_orders, kind, chosen)


def test_every_kind_of_order_can_be_confirmed():
    """Law: each table of orders has a kind with a right and a word."""
    assert {f"{kind}_orders" for kind in CONFIRMS} == {*TABLE_OF.values(), "sales_orders"}
    assert set(WORDS) == set(CONFIRMS)
