"""Rows of a mapping in declared form."""

from __future__ import annotations

import datetime as dt

import polars as pl

from quarterdeck.files.mapping.rows import NAMED, declare
from quarterdeck.files.raw import RawSheet
from quarterdeck.model import TABLES

SHEET = RawSheet("export.xlsx", "Orders", "xlsx", pl.DataFrame({"c0": ["x"]}))


def declared(table="sales_orders", sheets=(SHEET,), **columns):
    """Rows of the first sheet, numbered from 2, brought to declared form."""
    frame = pl.DataFrame(columns)
    hidden = {"__row": range(2, frame.height + 2), "__sheet": [0] * frame.height}
    return declare(
        frame.with_columns(**{k: pl.Series(list(v)) for k, v in hidden.items()}), TABLES[table], sheets, "m.toml"
    )


def test_values_take_their_declared_types():
    """Codes become texts, money exact, words of other systems the program's own."""
    found = declared(order=[7, 8], quantity=["1.5", "2"], price=[0.123456, None], status=["Confirmed", "open"])
    assert found.frame.rows() == [("7", 1.5, __import__("decimal").Decimal("0.1235"), "open"), ("8", 2.0, None, "open")]
    assert not found.problems


def test_a_day_means_its_last_second_where_something_is_due():
    """An order due on a day may be delivered until its end; a time is kept as it is."""
    due = [dt.date(2026, 3, 11)]
    assert declared(due=due).frame["due"].item() == dt.datetime(2026, 3, 11, 23, 59, 59)
    assert declared(due=[dt.datetime(2026, 3, 11)]).frame["due"].item() == dt.datetime(2026, 3, 11)
    assert declared("demand_history", date=[dt.datetime(2026, 3, 11, 5)]).frame["date"].item() == due[0]


def test_a_faulty_row_is_left_out_and_named():
    """File, sheet and row as the user sees them."""
    found = declared(order=["a", "b", "c"], quantity=[1.0, -2.0, 3.0])
    assert found.frame["order"].to_list() == ["a", "c"]
    assert found.rejected == 1
    (problem,) = found.problems
    assert (problem.file, problem.sheet, problem.row, problem.column) == ("export.xlsx", "Orders", 3, "quantity")
    assert problem.severity == "error"
    assert "-2" in problem.message


def test_a_required_value_that_is_missing_is_named():
    """An order line without item."""
    found = declared(order=["a", "b"], item=["x", None])
    assert found.frame.height == 1
    assert [(p.code, p.row, p.column) for p in found.problems] == [("value-missing", 3, "item")]


def test_many_faulty_rows_are_counted():
    """The first are named one by one, the others as a number."""
    found = declared(order=["a"] * 100, quantity=[0.0] * 100)
    assert len(found.problems) == NAMED + 1
    assert found.problems[-1].message.startswith("80 more rows")
    assert found.rejected == 100


def test_rows_of_no_sheet_name_the_mapping():
    """Frames that were given directly."""
    (problem,) = declared(sheets=(), order=["a"], quantity=[0.0]).problems
    assert (problem.file, problem.sheet) == ("m.toml", "")


def test_no_rows_are_fine():
    """An empty source gives an empty table with its columns."""
    found = declare(
        pl.DataFrame(schema={"order": pl.Null, "due": pl.Null, "__row": pl.UInt32}), TABLES["sales_orders"], (), "m"
    )
    assert found.frame.columns == ["order", "due"]
    assert found.rejected == 0
