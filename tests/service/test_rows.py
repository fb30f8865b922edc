"""How loaded the rows of a schedule are."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from quarterdeck import Company
from quarterdeck.model.clock import DAY, HOUR, as_seconds
from quarterdeck.model.working_time import working_time
from quarterdeck.service.views import rows

MONDAY = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
BEGIN = as_seconds(MONDAY)
DAYS = Company.of(
    calendars=pl.DataFrame({"calendar": ["day"], "open_by_default": [False]}),
    shifts=pl.DataFrame(
        {"calendar": ["day"], "shift": ["day"], "weekdays": ["mon-fri"], "start_time": ["08:00"], "end_time": ["16:00"]}
    ),
)
OPEN = working_time(DAYS, "day", "UTC", (BEGIN, BEGIN + 60 * DAY))


def step(start, end, hours, along=0):
    """A step on the one machine, from and to hours after Monday midnight."""
    begin, stop = MONDAY + dt.timedelta(hours=start), MONDAY + dt.timedelta(hours=end)
    return {
        "work_centre": "oven", "machine": "O1", "setup_family": "hot",
        "setup_start": begin, "start": begin, "end": stop, "setup_seconds": 0,
        "run_seconds": hours * HOUR, "along": along,
    }  # fmt: skip


def test_work_over_a_weekend_counts_where_the_place_is_open():
    """From Friday 12:00 to Monday 12:00 are eight open hours: half of them before the weekend."""
    friday = 25 * 24 + 12
    steps = pl.DataFrame([step(friday, friday + 72, 8)])
    busy = rows.taken(steps, [0], [OPEN], np.array([BEGIN, BEGIN + 27 * DAY]))
    assert busy.tolist() == [[4 * HOUR]]
    share, text = rows.load_share(float(busy[0, 0]), OPEN, BEGIN)
    assert share == pytest.approx(4 / 160)
    assert text.startswith(("2", "3"))


def test_what_runs_in_one_load_is_counted_once():
    """Three orders in one load of five hours and one of two hours by itself keep the oven busy for seven."""
    steps = pl.DataFrame([*(step(8, 13, 5, along=2) for _ in range(3)), step(13, 15, 2)])
    busy = rows.taken(steps, [0, 0, 0, 0], [OPEN], rows.first_weeks(BEGIN))
    assert busy.tolist() == [[7 * HOUR]]


def test_a_row_that_is_never_open_has_no_load():
    """Refusal: no share of nothing."""
    never = working_time(DAYS, "day", "UTC", (BEGIN + 5 * DAY, BEGIN + 6 * DAY))
    assert rows.load_share(0.0, never, BEGIN) == (None, "")
