"""Cells as people type and read them."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.model import TABLES
from quarterdeck.service.cells import etag, shown, texts_of, typed

ITEMS, EXCEPTIONS = TABLES["items"], TABLES["calendar_exceptions"]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.decimals(0, 10**6, places=4),
            st.dates(dt.date(1971, 1, 1), dt.date(2199, 1, 1)),
            st.booleans(),
            st.floats(0, 1, width=32),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_shown_can_be_typed_back(rows):
    """Law: the text of a value, typed again, is the value."""
    frame = ITEMS.shape(
        pl.DataFrame(
            {
                "item": [f"I{i}" for i in range(len(rows))],
                "cost": pl.Series([row[0] for row in rows], dtype=pl.Decimal(18, 4)),
                "launch": [row[1] for row in rows],
                "phantom": [row[2] for row in rows],
                "yield_share": [row[3] for row in rows],
            }
        )
    )
    texts = texts_of(ITEMS, frame)

    for name in frame.columns:
        read = typed(ITEMS, name, texts[name].to_list())
        assert not read.refusals
        assert read.values.to_list() == frame[name].to_list()


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (dt.datetime(2026, 3, 2, 23, 59, 59), "2026-03-02"),
        (dt.datetime(2026, 3, 2, 7, 30), "2026-03-02 07:30"),
        (dt.datetime(2026, 3, 2, 7, 30, 5), "2026-03-02 07:30:05"),
    ],
)
def test_moments_show_as_much_time_as_they_have(moment, text):
    """Example: the end of a closure that lasts a whole day is shown as the day, and means its last second."""
    assert shown(moment, EXCEPTIONS.column("end")) == text
    assert typed(EXCEPTIONS, "end", [text]).values[0] == moment


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("cost", "abc", "abc is not a number"),
        ("cost", "-5", "expected at least 0"),
        ("source", "mke", "mke is not a source"),
        ("phantom", "maybe", "maybe is neither yes nor no"),
        ("launch", "30 Feb 2026", "30 Feb 2026"),
        ("decimals", "1.5", "not a whole number"),
    ],
)
def test_refusals_name_the_value_and_what_to_do(column, text, words):
    """Refusal: each says what was found, what would do, and what to do."""
    (told,) = typed(ITEMS, column, [text]).refusals[0]

    assert words in told.message
    assert told.severity == "error"
    assert told.hint
    assert told.found == text


def test_a_block_with_decimal_commas_is_read_so():
    """Example: pasted from a German spreadsheet."""
    assert typed(ITEMS, "cost", ["1.234,50", "2,5"]).values.to_list() == [Decimal("1234.5000"), Decimal("2.5000")]


def test_an_emptied_cell_takes_the_default():
    """Example: the unit of an item is pcs where nothing is said."""
    assert typed(ITEMS, "unit", [""]).values.to_list() == ["pcs"]
    assert typed(ITEMS, "name", [""]).values.to_list() == [None]


def test_a_required_cell_may_not_be_emptied():
    """Refusal: a bill of materials line without a quantity means nothing."""
    (told,) = typed(TABLES["bom_lines"], "quantity_per", [""]).refusals[0]

    assert told.message == "Quantity per is missing, so the row cannot be used."


@given(st.lists(st.text(), min_size=1, max_size=4), st.integers(0, 3), st.text())
def test_a_mark_changes_with_any_cell(texts, place, other):
    """Law: two rows have the same mark only if all their cells are the same."""
    place %= len(texts)
    changed = [*texts[:place], other, *texts[place + 1 :]]

    assert (etag(texts) == etag(changed)) == (texts == changed)
