"""Times of bare histories, in the ways that files write them."""

import datetime as dt

import polars as pl
import pytest

from quarterdeck.disciplines.demand.periods import numbered_columns, on_step, read_periods, usual_period

D = dt.date


@pytest.mark.parametrize(
    ("texts", "times", "length"),
    [
        (["2024-01", "2024-02"], [D(2024, 1, 1), D(2024, 2, 1)], "month"),
        (["2024Q1", "2024-Q2", "Q3 2024"], [D(2024, 1, 1), D(2024, 4, 1), D(2024, 7, 1)], "quarter"),
        (["01.02.2024", "02.02.2024"], [D(2024, 2, 1), D(2024, 2, 2)], "day"),
        (["02/13/2024", "02/20/2024"], [D(2024, 2, 13), D(2024, 2, 20)], "week"),
        (["1/2/24", "1/3/24"], [D(2024, 2, 1), D(2024, 3, 1)], "month"),
        (["20240101", "20240102"], [D(2024, 1, 1), D(2024, 1, 2)], "day"),
        (["202411", "202412", "202501"], [D(2024, 11, 1), D(2024, 12, 1), D(2025, 1, 1)], "month"),
        (["Mar-24", "Apr-24"], [D(2024, 3, 1), D(2024, 4, 1)], "month"),
        (["2024-W52", "2025-W01"], [D(2024, 12, 23), D(2024, 12, 30)], "week"),
        (["1.2024", "2.2024"], [D(2024, 1, 1), D(2024, 2, 1)], "month"),
        ([" 7 ", "8.0"], [7, 8], "period"),
        (["2024", "2025"], [2024, 2025], "period"),
        (["2024-01-05", "soon", "2025-01-05"], [D(2024, 1, 5), None, D(2025, 1, 5)], "year"),
        (["2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"], [D(2024, 1, 1), D(2024, 1, 2)], "day"),
        (
            ["2024-01-01 00:00", "2024-01-01 01:00"],
            [dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 1, 1)],
            "hour",
        ),
    ],
)
def test_times_are_read_as_they_are_written(texts, times, length):
    """Example: the usual ways to write days, months, quarters, weeks, hours and numbers."""
    read = read_periods(pl.Series(texts))

    assert read.to_list() == times
    assert usual_period(pl.Series(["a"] * len(texts)), read) == length


@pytest.mark.parametrize(
    "times",
    [
        pl.Series([], dtype=pl.String),
        pl.Series(["?", "-", None]),
        pl.Series([None, None]),
        pl.Series([dt.time(3)]),
        pl.Series([True]),
        pl.Series([[1], [2]]),
        pl.Series([float("nan"), 1e30]),
    ],
)
def test_unreadable_times_are_missing(times):
    """Refusal: what is no time is null, whatever it is, and nothing raises."""
    assert read_periods(times).null_count() == len(times)


def test_months_and_days_may_be_whole_numbers():
    """Example: 202401 is January 2024 where every number is a month; years and counts stay numbers."""
    assert read_periods(pl.Series([202401, 202402])).to_list() == [D(2024, 1, 1), D(2024, 2, 1)]
    assert read_periods(pl.Series([20240131.0, None])).to_list() == [D(2024, 1, 31), None]
    assert read_periods(pl.Series([202401, 202413])).to_list() == [202401, 202413]


def test_moments_within_the_hour_belong_to_it():
    """Example: a sale at 09:40 is of the hour from 09:00, and of its day where days count."""
    frame = pl.DataFrame({"at": [dt.datetime(2024, 3, 1, 9, 40), dt.datetime(2024, 3, 1, 10, 5)]})

    assert frame.select(on_step("at", "1h"))["at"].dt.hour().to_list() == [9, 10]
    assert frame.select(on_step("at", "1d"))["at"].to_list() == [D(2024, 3, 1)] * 2


def test_columns_are_periods_where_they_are_numbered():
    """Example: plain numbers go first, then the most frequent word with numbers; two such columns are chance."""
    assert numbered_columns(pl.DataFrame({"id": ["x"], "2": [1], "1": [1], "size4": [1]})) == ["1", "2"]
    assert numbered_columns(pl.DataFrame({"V1": ["x"], **{f"M{n}": [n] for n in range(10, 4, -1)}}))[0] == "M5"
    assert numbered_columns(pl.DataFrame({"price1": [1], "price2": [2]})) == []
