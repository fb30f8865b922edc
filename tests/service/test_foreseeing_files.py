"""Forecasts of bare history files: what is used, and what is said of the rest."""

import datetime as dt

import polars as pl
import pytest

from quarterdeck.service.forecasting import foresee_file, usable

MONTHS = [dt.date(2022 + k // 12, k % 12 + 1, 1) for k in range(36)]


def file(folder, frame):
    """The frame as a Parquet file."""
    path = folder / "history.parquet"
    frame.write_parquet(path)
    return path


def plain():
    """Three years of one series."""
    return pl.DataFrame({"unique_id": "a", "ds": MONTHS, "y": [10.0 + k % 4 for k in range(36)]})


def test_odd_rows_are_named_and_do_not_spoil_the_others(tmp_path):
    """A slip in the year, no date, no number, and one day twice: the forecast stays near, each is said."""
    odd = plain().with_columns(
        ds=pl.when(pl.int_range(36) == 3)
        .then(dt.date(9999, 12, 31))
        .when(pl.int_range(36) == 4)
        .then(None)
        .otherwise("ds"),
        y=pl.when(pl.int_range(36) == 7).then(float("inf")).otherwise("y"),
    )
    found = foresee_file(file(tmp_path, pl.concat([odd, odd.slice(10, 1)])))
    assert found.notes == (
        "1 row has no time and is left out.",
        "1 row lies more than 20,000 days or periods off the others and is left out.",
        "1 value is no number and counts as missing.",
        "1 row shares its series and time with another and is added to it.",
    )
    assert found.period == "month"
    assert found.series["mean"][0] == pytest.approx(11.5, rel=0.3)


def test_a_clean_file_needs_no_word(tmp_path):
    """Nothing odd, nothing said."""
    assert foresee_file(file(tmp_path, plain())).notes == ()


@pytest.mark.parametrize("values", [[0.0] * 36, [7.0] * 36, [1e12] * 36, [-5.0] * 36, [float("nan")] * 36])
def test_any_values_give_a_forecast(tmp_path, values):
    """Zeros, constants, huge and negative values, and nothing at all: finite and without an error."""
    found = foresee_file(file(tmp_path, plain().with_columns(y=pl.Series(values))))
    assert found.forecasts["quantity"].is_finite().all()
    assert found.series["reason"][0]


def test_numbered_periods_may_lie_anywhere():
    """Whole numbers: those far from the middle are left out."""
    frame = pl.DataFrame({"series": "a", "period": [1, 2, 3, 10**9], "value": [1.0, 2.0, 3.0, 4.0]})
    kept, notes = usable(frame)
    assert kept["period"].to_list() == [1, 2, 3]
    assert len(notes) == 1
