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


def text(folder, lines):
    """The lines as a CSV file."""
    path = folder / "history.csv"
    path.write_text("\n".join(lines))
    return path


def test_months_with_a_point_and_decimal_commas_are_read(tmp_path):
    """01.2024 is January, not a number; beside semicolons 1.234,5 is one thousand and a bit."""
    rows = [f"A;{m:02d}.{year};1.234,5" for year in (2022, 2023, 2024) for m in range(1, 13)]
    found = foresee_file(text(tmp_path, ["item;date;quantity", *rows]))

    assert found.period == "month"
    assert found.notes == ()
    assert found.forecasts["start"][0] == dt.date(2025, 1, 1)
    assert found.series["mean"][0] == pytest.approx(1234.5)


def test_a_file_without_a_time_says_so(tmp_path):
    """Nothing readable in the column of times: refused, with what is wrong."""
    with pytest.raises(ValueError, match=r"found none\. 2 rows have no time"):
        foresee_file(text(tmp_path, ["item,date,quantity", "A,soon,1", "A,later,2"]))


def test_demand_that_grows_or_fell_to_a_new_level_is_followed(tmp_path):
    """A year of weeks that grow by five each goes on from where it is; a level that doubled stays doubled."""
    noise = [(7 * k) % 11 - 5 for k in range(60)]
    days = [dt.date(2024, 1, 1) + dt.timedelta(weeks=k) for k in range(60)]
    rows = [f"grow,{day},{100 + 5 * k + noise[k]}" for k, day in enumerate(days)]
    rows += [f"step,{day},{(100 if k < 40 else 220) + noise[k]}" for k, day in enumerate(days)]
    found = foresee_file(text(tmp_path, ["item,date,quantity", *rows]), horizon=4)
    series = {row["series"]: row for row in found.series.iter_rows(named=True)}

    assert series["grow"]["mean"] == pytest.approx(100 + 5 * 61.5, rel=0.05)
    assert series["grow"]["reason"].startswith("Growing demand")
    assert series["step"]["mean"] == pytest.approx(220, rel=0.05)
    assert "level shifted" in series["step"]["reason"]


def test_values_below_zero_are_told(tmp_path):
    """Returns above sales are no slip of the pen to be passed over: the sentence counts them."""
    values = [5.0 + k % 3 for k in range(36)]
    values[7] = values[20] = -4.0
    found = foresee_file(file(tmp_path, plain().with_columns(y=pl.Series(values))))

    assert "2 values below zero" in found.series["reason"][0]
