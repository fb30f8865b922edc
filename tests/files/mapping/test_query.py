"""Queries: read, join, add columns, filter, group, sort."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.files.mapping.declaration import Join, Query
from quarterdeck.files.mapping.query import Run

ORDERS = pl.DataFrame(
    {"order": [1, 2, 3, 4], "part": ["a", "b", "a", None], "pieces": [5, 7, 1, 2], "__row": [2, 3, 4, 5]}
)
PARTS = pl.DataFrame({"number": ["a", "b"], "name": ["axle", "bolt"], "pieces": [0, 0], "__row": [2, 3]})


def run(**frames):
    """A run over these frames."""
    return Run("mine.toml", {"least": 2}, {"orders": ORDERS, "parts": PARTS, **frames})


def rows(query, **frames):
    """What a query gives as a list of dictionaries, without problems."""
    current = run(**frames)
    found = current.rows(query)
    assert not current.problems
    return found.drop("__row", strict=False).to_dicts()


def test_columns_are_computed_after_the_filter():
    """Only orders of at least two pieces, with a parameter."""
    query = Query("big", ("orders",), where=("pieces > least",), columns={"o": "order", "twice": "pieces * 2"})
    assert rows(query) == [{"o": 1, "twice": 10}, {"o": 2, "twice": 14}]


def test_let_columns_build_on_each_other():
    """The second uses the first."""
    query = Query("q", ("orders",), let={"a": "pieces + 1", "b": "a * 2"}, columns={"b": "b"})
    assert [row["b"] for row in rows(query)] == [12, 16, 4, 6]


def test_a_left_join_keeps_rows_without_partner_and_own_columns():
    """Order 4 has no part; the pieces of the orders are not overwritten by those of the parts."""
    query = Query("q", ("orders",), (Join("parts", {"part": "number"}),), columns={"n": "name", "p": "pieces"})
    assert [(row["n"], row["p"]) for row in rows(query)] == [("axle", 5), ("bolt", 7), ("axle", 1), (None, 2)]


@pytest.mark.parametrize(("how", "expected"), [("inner", [1, 2, 3]), ("semi", [1, 2, 3]), ("anti", [4])])
def test_other_joins_choose_rows(how, expected):
    """Orders with, and without, a known part."""
    query = Query("q", ("orders",), (Join("parts", {"part": "number"}, how),), columns={"o": "order"})
    assert [row["o"] for row in rows(query)] == expected


def test_numbers_join_with_the_same_numbers_as_text():
    """Codes are numbers in one table and texts in the other."""
    other = pl.DataFrame({"order": ["1", "3"], "mark": ["x", "y"]})
    query = Query("q", ("orders",), (Join("other", {"order": "order"}, "inner"),), columns={"m": "mark"})
    assert [row["m"] for row in rows(query, other=other)] == ["x", "y"]


def test_a_group_has_one_row_with_what_then_makes_of_it():
    """Pieces and orders per part, largest first."""
    query = Query(
        "q",
        ("orders",),
        where=("present(part)",),
        group_by=("part",),
        columns={"total": "sum(pieces)", "orders": "count()"},
        having=("total > 1",),
        sort=("-total",),
        then={"text": "concat(part, ': ', total)", "rank": "row_number()"},
    )
    assert rows(query) == [{"text": "b: 7", "rank": 1}, {"text": "a: 6", "rank": 2}]


def test_distinct_keeps_the_first_in_the_sorted_order():
    """The largest order of each part."""
    query = Query("q", ("orders",), sort=("part", "-pieces"), distinct=("part",))
    assert [row["order"] for row in rows(query)] == [1, 2, 4]


def test_several_sources_follow_each_other():
    """Columns that one lacks are empty."""
    assert [row["name"] for row in rows(Query("q", ("parts", "orders")))] == ["axle", "bolt", None, None, None, None]


def test_a_constant_column_of_no_rows_has_no_rows():
    """A table that only states constants stays empty when its source is."""
    query = Query("q", ("orders",), where=("false",), columns={"c": "'x'"})
    assert rows(query) == []


def test_absent_sources_give_nothing_and_left_joins_to_them_are_skipped():
    """An optional sheet is missing."""
    assert run().rows(Query("q", ("absent",))) is None
    assert len(rows(Query("q", ("orders",), (Join("absent", {"part": "x"}),)))) == 4
    assert run().rows(Query("q", ("orders",), (Join("absent", {"part": "x"}, "inner"),))) is None


def test_a_join_of_everything_with_everything_is_refused():
    """Ten thousand rows of one key on either side would be a hundred million."""
    many = pl.DataFrame({"part": ["a"] * 10_000})
    current = run(many=many)
    assert current.rows(Query("q", ("many",), (Join("many", {"part": "part"}),))) is None
    assert "100,000,000" in current.problems[0].message


@pytest.mark.parametrize(
    ("query", "column", "message"),
    [
        (Query("q", ("orders",), where=("peices > 1",)), "where", "such as 'pieces'"),
        (Query("q", ("orders",), where=("pieces & 'x' > 1",)), "where", "compare"),
        (Query("q", ("orders",), sort=("day",)), "sort", "Expected one of order, part"),
        (Query("q", ("orders",), distinct=("day",)), "distinct", "Expected one of order, part"),
        (Query("q", ("orders",), (Join("parts", {"day": "number"}),)), "join", "got 'day'"),
        (Query("q", ("orders",), (Join("parts", {"part": "day"}),)), "join", "got 'day'"),
        (Query("q", ("orders",), group_by=("day",)), "group_by", "got 'day'"),
    ],
)
def test_a_query_that_cannot_run_is_named(query, column, message):
    """Table, part of the query, expression and file; no rows come of it."""
    current = run()
    assert current.rows(query) is None
    (problem,) = current.problems
    assert (problem.code, problem.table, problem.column, problem.file) == (
        "mapping-expression",
        "q",
        column,
        "mine.toml",
    )
    assert message in problem.message


@pytest.mark.parametrize("group_by", [(), ("part",)])
def test_a_column_that_fails_is_named_and_the_others_stand(group_by):
    """The rest of the table is read without it."""
    current = run()
    query = Query("q", ("orders",), group_by=group_by, columns={"good": "sum(pieces)", "bad": "first(day(1, 2))"})
    found = current.rows(query)
    assert found["bad"].is_null().all()
    assert found["good"].is_not_null().all()
    assert [(problem.column, problem.found) for problem in current.problems] == [("bad", "first(day(1, 2))")]


def test_a_column_without_aggregate_in_a_group_is_refused():
    """It is unclear which of the values is meant."""
    current = run()
    current.rows(Query("q", ("orders",), group_by=("part",), columns={"pieces": "pieces"}))
    assert "Expected one value per group" in current.problems[0].message


def test_values_are_single_and_may_use_each_other():
    """A setting of the other system becomes a parameter."""
    current = run()
    found = current.values({"n": "lookup(parts, name, number, 'b')", "m": "concat(n, '!')", "bad": "lookup()"})
    assert found == {"n": "bolt", "m": "bolt!", "bad": None}
    assert len(current.problems) == 1


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), min_size=1, max_size=30))
def test_grouping_adds_up_to_the_whole(pairs):
    """The sums of the groups are the sum of all rows; each key once."""
    frame = pl.DataFrame(pairs, schema=["key", "pieces"], orient="row")
    query = Query("q", ("given",), group_by=("key",), columns={"total": "sum(pieces)"})
    found = rows(query, given=frame)
    assert sum(row["total"] for row in found) == sum(pieces for _, pieces in pairs)
    assert sorted(row["key"] for row in found) == sorted({key for key, _ in pairs})
