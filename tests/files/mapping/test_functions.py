"""Functions of mapping expressions."""

from __future__ import annotations

import datetime as dt
import statistics

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.files.mapping.compiler import Scope, compile_expression
from quarterdeck.files.mapping.functions import FUNCTIONS, GROUPS


def value(expression: str, **columns: object) -> object:
    """What an expression gives for one row."""
    frame = pl.DataFrame({name: [one] for name, one in columns.items()} or {"none": [1]})
    return frame.with_columns(compile_expression(expression, Scope(frozenset(columns))).alias("result"))["result"][0]


def grouped(expression: str, numbers: list[float]) -> object:
    """What an expression gives over all rows of a group."""
    frame = pl.DataFrame({"x": numbers})
    return frame.select(compile_expression(expression, Scope(frozenset({"x"}))).alias("result"))["result"][0]


MOMENT = dt.datetime(2026, 3, 11, 14, 30)


@pytest.mark.parametrize(
    ("expression", "columns", "expected"),
    [
        ("missing(x)", {"x": ""}, True),
        ("present(x)", {"x": 0}, True),
        ("number(x)", {"x": " 12.5 %"}, 12.5),
        ("number(x)", {"x": "n/a"}, None),
        ("whole(x)", {"x": "2.6"}, 3),
        ("whole(x)", {"x": 1e30}, None),
        ("clock(x)", {"x": 1e30}, None),
        ("day('2026-01-01') + days(x)", {"x": 1e30}, None),
        ("flag(x)", {"x": "Yes"}, True),
        ("flag(x)", {"x": 0}, False),
        ("flag(x)", {"x": "perhaps"}, None),
        ("abs(x)", {"x": -3}, 3),
        ("round(x, 1)", {"x": 2.46}, 2.5),
        ("floor(x)", {"x": 2.9}, 2.0),
        ("ceil(x)", {"x": 2.1}, 3.0),
        ("least(x, 4, 9)", {"x": 5}, 4),
        ("greatest(x, 4, 9)", {"x": 5}, 9),
        ("text(x)", {"x": 5.0}, "5"),
        ("concat('WO-', x, null, 1.5)", {"x": 7}, "WO-71.5"),
        ("join(',', x, null, 'b')", {"x": "a"}, "a,b"),
        ("trim(x)", {"x": "  EA "}, "EA"),
        ("upper(x)", {"x": "aB"}, "AB"),
        ("lower(x)", {"x": "aB"}, "ab"),
        ("left(x, 2)", {"x": "abc"}, "ab"),
        ("right(x, 2)", {"x": "abc"}, "bc"),
        ("replace(x, '.', '')", {"x": "1.2.3"}, "123"),
        ("contains(x, 'b.')", {"x": "ab."}, True),
        ("starts_with(x, 'ab')", {"x": "abc"}, True),
        ("day(x)", {"x": MOMENT}, dt.date(2026, 3, 11)),
        ("year(x) * 100 + month(x)", {"x": MOMENT}, 202603),
        ("weekday(x)", {"x": MOMENT}, 3),
        ("week_start(x)", {"x": MOMENT}, dt.date(2026, 3, 9)),
        ("month_start(x)", {"x": MOMENT}, dt.date(2026, 3, 1)),
        ("x + hours(12) - seconds(60)", {"x": MOMENT}, dt.datetime(2026, 3, 12, 2, 29)),
        ("days_between(x, '2026-03-13')", {"x": dt.date(2026, 3, 11)}, 2.0),
        ("hours_between('2026-03-11', x)", {"x": MOMENT}, 14.5),
        ("clock(x)", {"x": 26 * 60 + 5}, "02:05"),
    ],
)
def test_functions_give_the_expected_value(expression, columns, expected):
    """One row of each function, by hand."""
    assert value(expression, **columns) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-11", dt.datetime(2026, 3, 11)),
        ("2026/3/1 7:05", dt.datetime(2026, 3, 1, 7, 5)),
        ("11.03.2026", dt.datetime(2026, 3, 11)),
        ("2026-03-11T14:30:00.250Z", MOMENT),
        ("2023-01-01  00:00:00 AM", dt.datetime(2023, 1, 1)),
        ("2023-01-01 02:15:00 PM", dt.datetime(2023, 1, 1, 14, 15)),
        ("soon", None),
        (None, None),
    ],
)
def test_moments_are_read_as_other_systems_write_them(written, expected):
    """Year or day first, with or without time, with marks of half days that are doubled or real."""
    assert value("moment(x)", x=written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (7200, 7200.0),
        ("7200", 7200.0),
        ("24:00:00", 86_400.0),
        ("1:30", 5400.0),
        ("2 days, 03:00:00", 183_600.0),
        ("1899-12-31 06:00:00", 21_600.0),
        ("06:00:00.000000", 21_600.0),
        ("long", None),
    ],
)
def test_durations_are_seconds_or_clock_times(written, expected):
    """As planning systems and spreadsheets write them."""
    assert value("duration(x)", x=written) == expected


def test_a_duration_counts_in_the_unit_given():
    """Three days; a clock time is no number and stays as it is."""
    assert value("duration(x, 86400)", x=3) == 259_200.0
    assert value("duration(x, 86400)", x="03:00:00") == 10_800.0


def test_row_numbers_start_anew_for_each_value():
    """In the order of the rows."""
    frame = pl.DataFrame({"x": ["a", "b", "a"]})
    scope = Scope(frozenset({"x"}))
    assert frame.select(compile_expression("row_number(x)", scope)).to_series().to_list() == [1, 1, 2]
    assert frame.select(compile_expression("row_number()", scope)).to_series().to_list() == [1, 2, 3]


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_aggregates_agree_with_the_standard_library(numbers):
    """Sum, mean, middle, spread and extremes."""
    assert grouped("count()", numbers) == len(numbers)
    assert grouped("sum(x)", numbers) == pytest.approx(sum(numbers), abs=1e-3)
    assert grouped("mean(x)", numbers) == pytest.approx(statistics.fmean(numbers), abs=1e-3)
    assert grouped("median(x)", numbers) == pytest.approx(statistics.median(numbers))
    assert grouped("std(x)", numbers) == pytest.approx(statistics.stdev(numbers), abs=1e-3)
    assert (grouped("minimum(x)", numbers), grouped("maximum(x)", numbers)) == (min(numbers), max(numbers))


def test_quantile_first_last_distinct_any_all():
    """On four numbers, one of them missing."""
    numbers = [None, 1.0, 3.0, 3.0]
    assert grouped("quantile(x, 0.5)", numbers) == 3.0
    assert (grouped("first(x)", numbers), grouped("last(x)", numbers)) == (1.0, 3.0)
    assert grouped("distinct(x)", numbers) == 2
    assert (grouped("any(x > 2)", numbers), grouped("all(x > 2)", numbers)) == (True, False)


def test_robust_spread_does_not_see_outliers():
    """The spread of a normal sample is found again although one value is absurd."""
    sample = statistics.NormalDist(20, 3).samples(999, seed=1)
    assert grouped("robust_std(x)", [*sample, 1e9]) == pytest.approx(3, rel=0.1)


def test_every_function_says_what_it_does():
    """Names are unique over the groups; each has a meaning."""
    names = [function.name for group in GROUPS.values() for function in group]
    assert sorted(names) == sorted(set(names)) == sorted(FUNCTIONS)
    assert all(function.meaning for function in FUNCTIONS.values())
