"""Receipts, transfers and progress: stock and orders change together, and undo restores both."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.service.booking import (
    BookingError,
    amount,
    book,
    receive_purchase,
    receive_transfer,
    send_transfer,
)
from quarterdeck.service.planning import plan_workspace
from quarterdeck.service.progress import complete_order, report_step, start_step
from quarterdeck.service.views.station import station, step_centres
from quarterdeck.store import TableChange
from tests.service.small_shop import AS_OF, shop


@pytest.fixture
def workspace(tmp_path: Path):
    """The small shop with its plan."""
    with shop(tmp_path / "shop") as made:
        yield made


def stock(workspace, item: str, site: str = "main") -> dict[str, float]:
    """What lies there, by lot."""
    lots = workspace.load()["stock_lots"].filter(pl.col("item") == item, pl.col("site") == site)
    return dict(lots.select("lot", "quantity").rows())


def row(workspace, table: str, **key):
    """One row of a table."""
    found = workspace.load()[table].filter(*[pl.col(name) == value for name, value in key.items()])
    return found.row(0, named=True)


def write(workspace, enter, *values, author="Ada"):
    """Books one entry."""
    return book(workspace, lambda entry: enter(entry, *values), author=author)


def test_a_receipt_fills_the_store_and_closes_the_line(workspace):
    """Story: 20 of 50 bells come in lot B7, then the rest; the line is done, and each receipt can be taken back."""
    before = workspace.checksum()
    first = write(workspace, receive_purchase, "PO-2", "1", {"quantity": "20", "lot": "B7", "expiry": "2027-01-31"})
    assert stock(workspace, "bell") == {"B7": 20.0}
    assert row(workspace, "stock_lots", lot="B7")["expiry"] == dt.date(2027, 1, 31)
    assert row(workspace, "purchase_orders", order="PO-2")["received"] == 20.0
    assert first.text.endswith("to come")

    second = write(workspace, receive_purchase, "PO-2", "1", {"quantity": "30", "lot": "B7"})
    done = row(workspace, "purchase_orders", order="PO-2")
    assert (done["received"], done["status"], stock(workspace, "bell")) == (50.0, "done", {"B7": 50.0})
    with pytest.raises(BookingError, match="is done"):
        write(workspace, receive_purchase, "PO-2", "1", {"quantity": "1"})

    workspace.undo(second.change_set, author="Ada")
    workspace.undo(first.change_set, author="Ada")
    assert workspace.checksum() == before


def test_a_short_delivery_can_close_the_line_and_more_is_told(workspace):
    """Example: 48 of 50 and nothing more comes; 5 of 4 wheels are one more than ordered."""
    write(workspace, receive_purchase, "PO-2", "1", {"quantity": "48", "close": "1"})
    more = write(workspace, receive_purchase, "PO-3", "1", {"quantity": "5"})

    assert row(workspace, "purchase_orders", order="PO-2")["status"] == "done"
    assert "more than ordered" in more.notes[0]


def test_a_transfer_leaves_one_store_and_fills_the_other(workspace):
    """Story: five wheels go from the lot that expires first, arrive, one is lost on the way."""
    with pytest.raises(BookingError, match="has not left"):
        write(workspace, receive_transfer, "TO-1", {"quantity": "5"})
    write(workspace, send_transfer, "TO-1")
    assert stock(workspace, "wheel") == {"old": 5.0, "new": 30.0}
    assert row(workspace, "transfer_orders", order="TO-1")["shipped"] == AS_OF
    with pytest.raises(BookingError, match="already"):
        write(workspace, send_transfer, "TO-1")

    made = write(workspace, receive_transfer, "TO-1", {"quantity": "4"})

    assert stock(workspace, "wheel", "shop") == {"": 4.0}
    assert row(workspace, "transfer_orders", order="TO-1")["status"] == "done"
    assert "lost on the way" in made.notes[0]


def test_steps_are_started_reported_and_finished(workspace):
    """Story: welding takes frames and wheels, assembly fills the store and closes the order; the next plan knows."""
    with pytest.raises(BookingError, match="none of them"):
        write(workspace, report_step, "WO-1", 10, {})
    write(workspace, start_step, "WO-1", 10, "W1")
    with pytest.raises(BookingError, match="runs already"):
        write(workspace, start_step, "WO-1", 10)
    with pytest.raises(BookingError, match="reason"):
        write(workspace, report_step, "WO-1", 10, {"good": "7", "scrap": "1"})
    told = write(workspace, report_step, "WO-1", 10, {"good": "7", "scrap": "1", "reason": "machine", "finish": "1"})
    assert told.text == "Step 10 of WO-1 (Weld): 7 good, 1 scrap (machine fault), finished"
    assert stock(workspace, "frame") == {"": 4.0}
    assert stock(workspace, "wheel") == {"old": 0.0, "new": 24.0}
    progress = row(workspace, "work_order_operations", order="WO-1", sequence=10)
    assert (progress["machine"], progress["started"], progress["finished"]) == ("W1", AS_OF, AS_OF)
    assert progress["scrap_reason"] == "Machine fault"

    write(workspace, report_step, "WO-1", 20, {"good": "7", "finish": "1"})
    order = row(workspace, "work_orders", order="WO-1")
    assert (order["completed"], order["status"], stock(workspace, "bike")) == (7.0, "done", {"": 7.0})
    plan_workspace(workspace, author="Ada", horizon_weeks=8, effort=0)
    assert "WO-1" not in set(workspace.load_plan()["orders"]["order"])


def test_everything_of_an_order_is_reported_in_one_go(workspace):
    """Example: both steps with their scrap in one change set, which undo takes back whole."""
    before = workspace.checksum()
    asked = {"good-10": "8", "good-20": "7", "scrap-20": "1", "reason": "handling"}

    made = write(workspace, complete_order, "WO-1", asked)

    steps = workspace.load()["work_order_operations"].sort("sequence")
    assert steps.select("completed", "scrapped").rows() == [(8.0, 0.0), (7.0, 1.0)]
    assert row(workspace, "work_orders", order="WO-1")["completed"] == 7.0
    workspace.undo(made.change_set, author="Ada")
    assert workspace.checksum() == before


def test_issued_material_is_not_taken_twice(workspace):
    """Law: where the material was issued, a report leaves the store alone."""
    issued = pl.DataFrame({"order": ["WO-1"], "materials_issued": [True]})
    workspace.commit({"work_orders": TableChange(issued)}, author="Ada")

    write(workspace, report_step, "WO-1", 10, {"good": "8"})

    assert stock(workspace, "frame") == {"": 12.0}


def test_the_station_shows_what_runs_and_what_comes_next(workspace):
    """Story: welding waits with WO-1 and knows what is only planned; after the start it runs."""
    before = station(workspace.load(), workspace.load_plan(), "WELD")
    assert ([job.order for job in before.next], before.runs) == (["WO-1"], ())
    assert len(before.later) == 2

    write(workspace, start_step, "WO-1", 10, "W1")

    after = station(workspace.load(), workspace.load_plan(), "WELD")
    assert [job.order for job in after.runs] == ["WO-1"]
    assert after.next == ()
    assert step_centres(workspace.load(), workspace.load_plan(), "WO-1", 20) == {"ASSY"}


@pytest.mark.parametrize("text", ["", "x", "-1", "0", "inf", "nan", "1e12"])
def test_amounts_that_are_none_are_refused(text):
    """Refusal: what is no quantity above 0 is told with its value."""
    with pytest.raises(BookingError, match=r"Expected"):
        amount(text, "quantity")


@given(st.integers(1, 10**8))
def test_amounts_are_read_as_people_write_them(number):
    """Law: thousands may be separated or not."""
    assert amount(f"{number:,}", "quantity") == amount(str(number), "quantity") == number
