"""Files of series as the forecasting benchmark reads them."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks import forecasting
from benchmarks.forecasting_data import Fold, folds, frequency_named, whole_weeks, with_demand

MONTHS = [dt.datetime(2018 + i // 12, i % 12 + 1, 1) for i in range(48)]
VALUES = [10.0 + (i * 7) % 5 for i in range(48)]
PLAIN = pl.DataFrame({"unique_id": ["a"] * 48 + ["b"] * 48, "ds": MONTHS * 2, "y": VALUES * 2})
KEYS = [
    "file", "frequency", "method", "series", "smape", "mase", "owa", "rmsse", "pinball", "coverage95", "bias",
    "cpu_ms_per_series", "wall_s", "peak_mb",
]  # fmt: skip


def written(folder: Path, frame: pl.DataFrame) -> Path:
    """The frame as a file."""
    path = folder / "series.parquet"
    frame.write_parquet(path)
    return path


ODD = {
    "unsorted": PLAIN.reverse(),
    "with a time zone": PLAIN.with_columns(pl.col("ds").dt.replace_time_zone("Europe/Berlin")),
    "dates as text": PLAIN.with_columns(pl.col("ds").cast(pl.Date).cast(pl.String)),
    "values as text": PLAIN.with_columns(pl.col("y").cast(pl.String)),
    "series as numbers": PLAIN.with_columns(unique_id=pl.Series([1] * 48 + [2] * 48)),
    "frequency unknown": PLAIN.with_columns(freq=pl.lit(None, dtype=pl.String)),
    "nothing held back": PLAIN.with_columns(split=pl.lit("train")),
}


@pytest.mark.parametrize("name", ODD)
def test_the_same_series_whatever_the_file_looks_like(tmp_path: Path, name: str) -> None:
    """Order, types and idle columns change nothing."""
    (found,), (usual,) = folds(written(tmp_path, ODD[name]), None, 1), folds(written(tmp_path, PLAIN), None, 1)
    assert found.frequency == usual.frequency == "MONTHLY"
    np.testing.assert_array_equal(found.actual, usual.actual)
    np.testing.assert_array_equal(found.known, usual.known)


def test_what_was_changed_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No numbers, no dates, dates far off and rows given twice: left out, missing or added up, with a line for each."""
    odd = PLAIN.with_columns(
        y=pl.when(pl.int_range(96) == 3).then(float("inf")).otherwise(pl.col("y")),
        ds=pl.when(pl.int_range(96) == 5)
        .then(None)
        .when(pl.int_range(96) == 6)
        .then(dt.datetime(9999, 1, 1))
        .otherwise(pl.col("ds")),
    )
    (found,) = folds(written(tmp_path, pl.concat([odd, odd.tail(1)])), None, 1)
    said = capsys.readouterr().err
    assert "1 values are no finite numbers: missing" in said
    assert "1 rows have no time: left out" in said
    assert "1 rows lie more than 20,000 days or periods off the others: left out" in said
    assert "1 rows share series and time with another: added up" in said
    assert np.isnan(found.known[0][3])
    assert found.actual[1, -1] == 2 * VALUES[-1]


def test_wide_files_have_a_row_a_series(tmp_path: Path) -> None:
    """Numbered columns are months; text in them is missing."""
    wide = pl.DataFrame({"series": [1, 2], **{str(i): [str(i), "3"] for i in range(24)}, "24": ["x", "3"]})
    (found,) = folds(written(tmp_path, wide), 6, 1)
    assert [known.size for known in found.known] == [17, 19]  # the first begins with a zero, its last is no number
    assert found.horizon == 6


@pytest.mark.parametrize(
    "frame",
    [
        PLAIN.head(0),
        PLAIN.head(1),
        PLAIN.drop("y"),
        PLAIN.drop("ds"),
        PLAIN.with_columns(y=pl.lit("x")),
        PLAIN.with_columns(ds=pl.int_range(96) * 10**9),
    ],
)
def test_files_without_series_give_none(tmp_path: Path, frame: pl.DataFrame) -> None:
    """Empty, one point, columns missing, nothing but text, times of all sizes: nothing, and no error."""
    assert folds(written(tmp_path, frame), None, 1) == []


def test_zeros_and_constants_are_measured(tmp_path: Path) -> None:
    """Nothing but zeros, and nothing but one value: forecast without an error."""
    for value in (0.0, 7.0, 1e12, -3.0):
        (found,) = folds(written(tmp_path, PLAIN.with_columns(y=pl.lit(value))), None, 1)
        row = forecasting.rows_of("x", [found], ["default"])[0]
        assert row["series"] == 2
        assert row["smape"] == pytest.approx(0.0, abs=1e-6)


def test_rows_have_the_promised_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole file first, then each frequency; one row for each method asked for; what is no number is null."""
    target = tmp_path / "rows.json"
    path = written(tmp_path, PLAIN)
    monkeypatch.setattr(sys, "argv", ["x", str(path), "--json", str(target), "--methods", "theta", "--windows", "2"])
    forecasting.main()
    rows = json.loads(target.read_text())
    assert [(row["frequency"], row["method"]) for row in rows] == [
        ("all", "default"), ("MONTHLY", "default"), ("all", "theta"), ("MONTHLY", "theta"),
    ]  # fmt: skip
    assert all(sorted(row) == sorted(KEYS) for row in rows)
    assert all(row["file"] == "series" for row in rows)


def test_a_given_split_is_used(tmp_path: Path) -> None:
    """Train and test as the file says, by frequency and length of the test."""
    split = PLAIN.with_columns(split=pl.Series(["train"] * 40 + ["test"] * 8 + ["train"] * 45 + ["test"] * 3))
    found = folds(written(tmp_path, split.with_columns(freq=pl.lit("12"))), None, 1)
    assert sorted(fold.horizon for fold in found) == [3, 8]


@pytest.mark.parametrize(
    ("text", "name"), [("Monthly", "MONTHLY"), ("QS-JAN", "QUARTERLY"), ("52", "WEEKLY"), ("odd", "OTHER")]
)
def test_frequencies_go_by_many_names(text: str, name: str) -> None:
    """Names, letters, periods a year."""
    assert frequency_named(text) == name


def test_weeks_that_the_file_cuts_off_do_not_count() -> None:
    """A file from a Wednesday to a Thursday, sold from Monday to Friday: the first and the last week go."""
    days = [dt.date(2024, 1, 3) + dt.timedelta(days=k) for k in range(44)]
    open_days = [day for day in days if day.isoweekday() <= 5]
    frame = pl.DataFrame({"unique_id": "a", "ds": open_days, "y": 1.0})
    kept = whole_weeks(frame)["ds"]
    assert (kept.min(), kept.max()) == (dt.date(2024, 1, 8), dt.date(2024, 2, 9))


def test_weeks_that_are_whole_stay() -> None:
    """From a Monday to a Friday nothing is cut off, weekends or not; numbered periods have no weekdays."""
    open_days = [dt.date(2024, 1, 1) + dt.timedelta(days=k) for k in range(33) if k % 7 < 5]
    frame = pl.DataFrame({"unique_id": "a", "ds": open_days, "y": 1.0})
    assert whole_weeks(frame).equals(frame)
    numbered = frame.with_columns(ds=pl.int_range(pl.len()))
    assert whole_weeks(numbered).equals(numbered)


def test_series_with_little_demand_can_be_left_out() -> None:
    """Of two series, the one with demand in two known periods is left out where three are wanted, its events too."""
    part = Fold(
        "WEEKLY", [np.array([1.0, 0.0, 2.0]), np.array([1.0, 3.0, 2.0])], np.ones((2, 2)), [np.zeros((5, 1))] * 2
    )
    (found,) = with_demand([part], 3)
    assert [known.tolist() for known in found.known] == [[1.0, 3.0, 2.0]]
    assert found.actual.shape == (1, 2)
    assert len(found.events) == 1
    assert with_demand([part], 4) == []
