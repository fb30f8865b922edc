"""Sheets of an export as typed tables."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.files.mapping.declaration import Source
from quarterdeck.files.mapping.sheets import fold, named, sheets_of, typed
from quarterdeck.files.mapping.sheets import table_of as rows_of
from quarterdeck.files.raw import RawSheet


def sheet(name, *rows, header=None, separator=","):
    """A sheet with these rows of cells."""
    cells = pl.DataFrame(list(rows), schema=[f"c{i}" for i in range(len(rows[0]))], orient="row")
    return RawSheet("export.csv", name, "csv", cells, header=header, separator=separator)


def table_of(source, sheets):
    """The rows of the sheets that belong to the source."""
    return rows_of(source, sheets_of(source, sheets))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "-20", None], [1, -20, None]),
        (["1.5", "2", "1e-5"], [1.5, 2.0, 1e-5]),
        (["01", "2"], ["01", "2"]),
        (["true", "FALSE"], [True, False]),
        (["2026-03-01", "2026-03-02T04:05"], [dt.datetime(2026, 3, 1), dt.datetime(2026, 3, 2, 4, 5)]),
        (["2026-02-30"], ["2026-02-30"]),
        (["1,5", "2"], ["1,5", "2"]),
        ([None, None], [None, None]),
        (["12345678901234567890123"], [12345678901234567890123.0]),
    ],
)
def test_a_column_takes_the_type_that_all_its_values_have(cells, expected):
    """Codes such as 01 stay texts; days that do not exist too."""
    assert typed(pl.Series(cells, dtype=pl.String)).to_list() == expected


def test_a_semicolon_file_has_decimal_commas():
    """As continental spreadsheets write them."""
    table = table_of(Source("s", ("prices",), {"price": ()}), [sheet("prices", ["price"], ["1,5"], separator=";")])
    assert table["price"].to_list() == [1.5]


def test_the_header_is_found_below_a_title():
    """It is the early row in which most declared columns stand; rows keep the number that the user sees."""
    source = Source("s", ("Parts",), {"number": ("no",), "price": ()})
    raw = sheet("parts", ["Our parts", None], [None, None], ["No.", "Price"], ["a", "2"], [None, None], ["b", "3"])
    table = named(table_of(source, [raw]), source)
    assert table.select("number", "price", "__row").rows() == [("a", 2, 4), ("b", 3, 6)]


def test_columns_and_sheets_are_found_in_any_spelling():
    """Capitals, blanks and punctuation do not matter; the first name that occurs counts."""
    source = Source("s", ("operation material", "flow"), {"unit_price": ("price",), "missing": ()})
    raw = sheet("OperationMaterial", ["Unit Price", "other"], ["2", "x"])
    table = named(table_of(source, [sheet("other", ["a"], ["1"]), raw]), source)
    assert table.select("unit_price", "other", "missing", "__sheet").row(0) == (2, "x", None, 1)


def test_sheets_of_one_name_follow_each_other():
    """Three years in three files."""
    source = Source("s", ("sales",), {"pieces": ()})
    table = table_of(source, [sheet("sales", ["pieces"], ["1"]), sheet("Sales", ["pieces"], ["2"])])
    assert table.select("pieces", "__sheet").rows() == [(1, 0), (2, 1)]


def test_a_known_header_is_taken_as_it_is():
    """Formats that carry column names apart from the rows."""
    table = table_of(Source("s", ("t",)), [sheet("t", ["1", "x"], header=("a", "b"))])
    assert table.select("a", "b", "__row").rows() == [(1, "x", 1)]


def test_an_unknown_name_gives_nothing():
    """The caller says whether that matters."""
    assert sheets_of(Source("s", ("t",)), [sheet("u", ["a"], ["1"])]) == {}


def test_a_column_is_not_taken_for_two():
    """The declared name wins over another column's alias."""
    source = Source("s", ("t",), {"item": ("name",), "name": ()})
    table = named(pl.DataFrame({"name": ["n"], "item": ["i"]}), source)
    assert table.select("item", "name").row(0) == ("i", "n")


@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), min_size=1, max_size=12))
def test_typing_never_loses_a_value(cells):
    """Empty cells stay empty, the others do not become so."""
    found = typed(pl.Series(cells, dtype=pl.String))
    assert found.is_null().to_list() == [cell is None for cell in cells]


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once(name):
    """And ignores case."""
    assert fold(fold(name)) == fold(name)
