"""Codes that only a row's own keys decide."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.model.stable_codes import stable_codes

KEYS = st.lists(st.tuples(st.text(max_size=6), st.integers(-5, 5)), max_size=20, unique=True)


def coded(rows):
    """Codes of rows of a text and a number."""
    texts = pl.Series([text for text, _ in rows], dtype=pl.String)
    return stable_codes("D", [texts, pl.Series([number for _, number in rows], dtype=pl.Int64)]).to_list()


@settings(max_examples=200, deadline=None)
@given(KEYS, KEYS)
def test_other_rows_do_not_change_a_code(rows, others):
    """Law: the same row has the same code beside whatever rows before or after it."""
    more = [row for row in others if row not in rows]
    known = dict(zip(rows, coded(rows), strict=True))
    again = dict(zip([*more, *rows], coded([*more, *rows]), strict=True))
    assert all(again[row] == code for row, code in known.items())


@settings(max_examples=200, deadline=None)
@given(KEYS)
def test_different_rows_have_different_codes(rows):
    """Law: no two rows share a code, not even those that mix up where one key ends and the next begins."""
    codes = coded(rows)
    assert len(set(codes)) == len(rows)
    assert all(len(code) == 13 for code in codes)


def test_rows_alike_are_told_apart():
    """Two rows of the same keys get two codes, the first as if it were alone."""
    one, two = coded([("a", 1), ("a", 1)])
    assert one == coded([("a", 1)])[0] != two


def test_what_is_missing_is_not_what_is_empty():
    """An order without a line and one with an empty line are two."""
    codes = stable_codes("D", [pl.Series(["", None], dtype=pl.String)])
    assert codes[0] != codes[1]


def test_a_million_codes_hardly_ever_meet():
    """Twelve digits hold a hundred thousand numbered orders apart."""
    orders = pl.Series([f"SO-{number}" for number in range(100_000)])
    assert stable_codes("D", [orders]).n_unique() == 100_000
