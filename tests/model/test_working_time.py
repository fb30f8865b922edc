"""Working time of calendars."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model import Company
from quarterdeck.model.clock import HOUR
from quarterdeck.model.working_time import WorkingTime, parse_weekdays, working_time

BERLIN = ZoneInfo("Europe/Berlin")


def seconds(year, month, day, hour=0, zone=BERLIN):
    """Seconds since 1970 of a wall-clock time."""
    return int(dt.datetime(year, month, day, hour, tzinfo=zone).timestamp())


def company(shifts, exceptions=None, **header):
    """A company with one calendar called c."""
    frames = {
        "calendars": pl.DataFrame({"calendar": ["c"], **{name: [value] for name, value in header.items()}}),
        "shifts": pl.DataFrame([{"calendar": "c", **shift} for shift in shifts]),
    }
    if exceptions:
        frames["calendar_exceptions"] = pl.DataFrame([{"calendar": "c", **each} for each in exceptions])
    return Company.of(**{name: frame for name, frame in frames.items() if frame.height})


DAY_SHIFT = {"shift": "day", "weekdays": "mon-fri", "start_time": "06:00", "end_time": "14:00"}
WEEK = (seconds(2026, 3, 2), seconds(2026, 3, 9))


def test_one_shift_gives_forty_hours_a_week():
    """Five shifts of eight hours."""
    time = working_time(company([DAY_SHIFT]), "c", "Europe/Berlin", WEEK)
    assert int((time.ends - time.starts).sum()) == 40 * HOUR
    assert time.starts[0] == seconds(2026, 3, 2, 6)


def test_a_night_shift_crosses_midnight():
    """An end before the start means the next day."""
    night = {"shift": "night", "weekdays": "fri", "start_time": "22:00", "end_time": "06:00"}
    time = working_time(company([night]), "c", "Europe/Berlin", WEEK)
    assert (time.starts.tolist(), time.ends.tolist()) == ([seconds(2026, 3, 6, 22)], [seconds(2026, 3, 7, 6)])


def test_the_shift_of_the_night_before_reaches_into_the_span():
    """Sunday's night shift still runs on Monday morning."""
    night = {"shift": "night", "weekdays": "sun", "start_time": "22:00", "end_time": "06:00"}
    time = working_time(company([night]), "c", "Europe/Berlin", (WEEK[0], WEEK[0] + 12 * HOUR))
    assert (time.starts.tolist(), time.ends.tolist()) == ([WEEK[0]], [seconds(2026, 3, 2, 6)])


def test_breaks_are_cut_out():
    """A shift that is not working interrupts the one around it."""
    lunch = {"shift": "lunch", "weekdays": "mon-fri", "start_time": "10:00", "end_time": "10:30", "working": False}
    work = {**DAY_SHIFT, "working": True}
    time = working_time(company([work, lunch]), "c", "Europe/Berlin", WEEK)
    assert int((time.ends - time.starts).sum()) == 5 * 7.5 * HOUR


def test_clock_change_makes_the_night_shorter():
    """On 29 March 2026 the hour from two to three is skipped in Berlin."""
    night = {"shift": "night", "weekdays": "sat", "start_time": "22:00", "end_time": "06:00"}
    time = working_time(company([night]), "c", "Europe/Berlin", (seconds(2026, 3, 23), seconds(2026, 3, 30)))
    assert int((time.ends - time.starts).sum()) == 7 * HOUR


def test_exceptions_win_over_shifts_and_holidays():
    """A closure removes a day; extra time adds a Saturday; Christmas is closed by itself."""
    closed = {"start": dt.datetime(2026, 3, 4), "end": dt.datetime(2026, 3, 4, 23, 59, 59), "working": False}
    extra = {"start": dt.datetime(2026, 3, 7, 6), "end": dt.datetime(2026, 3, 7, 11, 59, 59), "working": True}
    changed = working_time(company([DAY_SHIFT], [closed, extra]), "c", "Europe/Berlin", WEEK)
    assert int((changed.ends - changed.starts).sum()) == (40 - 8 + 6) * HOUR
    christmas = (seconds(2026, 12, 21), seconds(2026, 12, 28))
    festive = working_time(company([DAY_SHIFT], holidays="DE"), "c", "Europe/Berlin", christmas)
    assert int((festive.ends - festive.starts).sum()) == 4 * 8 * HOUR


def test_no_calendar_is_always_open():
    """An unknown or empty calendar is open throughout."""
    for calendar in (None, "", "unknown"):
        time = working_time(company([DAY_SHIFT]), calendar, "UTC", (0, 100))
        assert (time.starts.tolist(), time.ends.tolist()) == ([0], [100])


def test_a_calendar_without_shifts_is_open():
    """A calendar that only has closures is open outside them."""
    closed = {"start": dt.datetime(1970, 1, 1, 0, 0, 10), "end": dt.datetime(1970, 1, 1, 0, 0, 19), "working": False}
    time = working_time(company([], [closed]), "c", "UTC", (0, 100))
    assert (time.starts.tolist(), time.ends.tolist()) == ([0, 20], [10, 100])


def test_validity_limits_a_shift():
    """A shift that begins on Thursday gives two days of the week."""
    late = {**DAY_SHIFT, "valid_from": dt.date(2026, 3, 5), "valid_to": dt.date(2026, 12, 31)}
    time = working_time(company([late]), "c", "Europe/Berlin", WEEK)
    assert int((time.ends - time.starts).sum()) == 16 * HOUR


def test_unreadable_weekdays_are_refused():
    """The message shows what was found."""
    with pytest.raises(ValueError, match="got 'someday'"):
        parse_weekdays("someday")


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=1, max_size=6),
    st.integers(0, 400),
)
def test_work_and_moment_are_inverse(gaps_and_lengths, moment):
    """Law: the moment of the work until a working moment is that moment."""
    edges = np.cumsum([step for pair in gaps_and_lengths for step in pair])
    time = WorkingTime(edges[::2].astype(np.int64), edges[1::2].astype(np.int64))
    brute = sum(
        1 for second in range(moment) if any(a <= second < b for a, b in zip(time.starts, time.ends, strict=True))
    )
    work = int(time.work_until([moment])[0])
    assert work == brute
    if any(a <= moment < b for a, b in zip(time.starts, time.ends, strict=True)):
        assert int(time.moment_of([work], earliest=False)[0]) == moment
