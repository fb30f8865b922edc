"""Expressions on frames."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.files.mapping.compiler import Scope, compile_expression
from quarterdeck.files.mapping.syntax import ExpressionError

FRAME = pl.DataFrame(
    {
        "code": ["A", "B", None],
        "amount": [2, 4, None],
        "share": [0.5, 0.25, 1.0],
        "day": [dt.date(2026, 3, 2), dt.date(2026, 3, 31), None],
        "number": [7, 8, 9],
    }
)
OTHER = pl.DataFrame({"key": ["7", "8", "8"], "name": ["seven", "eight", "again"]})
SCOPE = Scope(
    frozenset(FRAME.columns), {"as_of": dt.datetime(2026, 3, 10), "site": "main"}, {"other": OTHER}, {"absent"}
)


def values(expression: str, scope: Scope = SCOPE, frame: pl.DataFrame = FRAME) -> list[object]:
    """What an expression gives for each row of the frame."""
    return frame.with_columns(compile_expression(expression, scope).alias("result"))["result"].to_list()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("amount * share + 1", [2.0, 2.0, None]),
        ("-amount / 4", [-0.5, -1.0, None]),
        ("code & '-' & amount", ["A-2", "B-4", None]),
        ("amount >= 4 or code = 'A'", [True, True, None]),
        ("not missing(code)", [True, True, False]),
        ("amount in (2, 3)", [True, False, None]),
        ("amount != 2", [False, True, None]),
        ("if(amount = 2, 'two', amount = 4, 'four', 'none')", ["two", "four", "none"]),
        ("if(amount = 2, 1)", [1, None, None]),
        ("coalesce(amount, number)", [2, 4, 9]),
        ("site", ["main"] * 3),
        ("day < as_of", [True, False, None]),
        ("day + days(1)", [dt.date(2026, 3, 3), dt.date(2026, 4, 1), None]),
        ("lookup(other, name, key, number)", ["seven", "eight", None]),
        ("lookup(absent, name, key, number)", [None] * 3),
        ("sum(amount)", [6, 6, 6]),
    ],
)
def test_expressions_give_the_expected_values(expression, expected):
    """One expression of each kind, by hand."""
    assert values(expression) == expected


def test_lookup_takes_the_first_of_several_rows():
    """Key 8 occurs twice in the other table."""
    assert values("lookup(other, name, key, '8')") == ["eight"] * 3


def test_lookup_in_a_table_without_rows_finds_nothing():
    """The type of the column is kept."""
    scope = Scope(SCOPE.columns, {}, {"other": OTHER.clear()})
    assert values("lookup(other, name, key, number)", scope) == [None] * 3


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("amuont + 1", "such as 'amount', got 'amuont'"),
        ("xyz", "Expected a column, got 'xyz'"),
        ("summ(amount)", "such as 'sum', got 'summ'"),
        ("round()", r"Expected round\(number, digits\), got 0 arguments"),
        ("left(code, amount)", "Expected a plain number or text"),
        ("left(code, 'x')", "In left"),
        ("lookup(other, name, key)", r"Expected lookup\(source, value column, key column, key\)"),
        ("lookup(othr, name, key, number)", "Expected a source or step such as 'other', got 'othr'"),
        ("lookup(other, nam, key, number)", "Expected a column of other such as 'name', got 'nam'"),
    ],
)
def test_what_a_table_does_not_have_is_named(expression, message):
    """With the nearest name that it has."""
    with pytest.raises(ExpressionError, match=message):
        values(expression)


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=20), st.integers(-50, 50), st.integers(1, 50))
def test_arithmetic_is_pythons(numbers, add, divide):
    """``(a + b) * 2 - a / c`` for any whole numbers."""
    frame = pl.DataFrame({"a": numbers})
    found = values(f"(a + {add}) * 2 - a / {divide}".replace("+ -", "- "), Scope(frozenset({"a"})), frame)
    assert found == pytest.approx([(a + add) * 2 - a / divide for a in numbers])
