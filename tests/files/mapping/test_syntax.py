"""The language of mapping expressions."""

from __future__ import annotations

import contextlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.files.mapping.syntax import Call, ExpressionError, Literal, Name, Operation, names_in, parse


def test_multiplication_binds_tighter_than_addition():
    """``1 + 2 * 3`` adds 1 to the product."""
    assert parse("1 + 2 * 3") == Operation("+", (Literal(1), Operation("*", (Literal(2), Literal(3)))))


def test_minus_is_read_from_left_to_right():
    """``9 - 3 - 2`` takes 2 from the difference of 9 and 3."""
    assert parse("9 - 3 - 2") == Operation("-", (Operation("-", (Literal(9), Literal(3))), Literal(2)))


def test_and_binds_tighter_than_or_and_not_tighter_than_both():
    """``a or not b and c`` is ``a or ((not b) and c)``."""
    negated = Operation("not", (Name("b"),))
    assert parse("a or not b and c") == Operation("or", (Name("a"), Operation("and", (negated, Name("c")))))


def test_not_in_denies_the_membership():
    """``a not in (1, 2)`` is ``not (a in (1, 2))``."""
    assert parse("a not in (1, 2)") == Operation("not", (Operation("in", (Name("a"), Literal(1), Literal(2))),))


@pytest.mark.parametrize(
    ("written", "value"),
    [("'it''s'", "it's"), ('"a ""b"""', 'a "b"'), ("2.5", 2.5), ("TRUE", True), ("null", None), ("'[x]'", "[x]")],
)
def test_literals_mean_what_is_written(written, value):
    """Texts in either quotation mark, doubled to be written themselves; numbers, truth and nothing."""
    assert parse(written) == Literal(value)


def test_a_name_with_blanks_is_written_in_square_brackets():
    """Other systems have columns such as ``Unit price``."""
    assert parse("[Unit price]") == Name("Unit price")


def test_functions_may_be_written_in_capitals():
    """``IF`` is ``if``."""
    assert parse("IF(a, 1)") == Call("if", (Name("a"), Literal(1)))


def test_names_in_finds_every_column():
    """Also those within functions and comparisons."""
    assert names_in(parse("if(a > b, sum(c), -d) & 'e'")) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", "a column, a value or a function"),
        ("1 +", "a column, a value or a function"),
        ("(a", r"'\)'"),
        ("f(a b)", "','"),
        ("a b", "an operator or the end"),
        ("a ; b", "an expression"),
        ("a not b", "'in'"),
        ("and", "a column, a value or a function"),
        ("'open", "an expression"),
        ("__import__('os').system('ls')", "an expression"),
        ("a[0]", "an operator or the end"),
        ("lambda: 1", "an expression"),
    ],
)
def test_what_is_not_in_the_language_is_refused(written, expected):
    """The message says what was expected; nothing of it is ever run."""
    with pytest.raises(ExpressionError, match=f"Expected {expected}"):
        parse(written)


def test_brackets_nest_only_so_deep():
    """A thousand brackets are a message, not a crash."""
    with pytest.raises(ExpressionError, match="at most 60 levels"):
        parse("(" * 1000 + "1" + ")" * 1000)


def test_an_endless_expression_is_refused():
    """Longer than any expression a person writes."""
    with pytest.raises(ExpressionError, match="at most 4000 characters, got 5000"):
        parse("1" * 5000)


@given(st.text(alphabet=string.printable, max_size=60))
def test_any_text_is_understood_or_refused(text):
    """Whatever is written, the answer is a tree or a message."""
    with contextlib.suppress(ExpressionError):
        assert isinstance(parse(text), Literal | Name | Operation | Call)
