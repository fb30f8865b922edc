"""Working time: a calendar's weekly shifts and dated exceptions as intervals of seconds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.model.clock import DAY, MINUTE, Seconds
from quarterdeck.model.company import Company

Change = tuple[Seconds, Seconds, bool]
_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class WorkingTime:
    """Disjoint, sorted working intervals ``[starts, ends)`` in seconds since 1970, UTC.

    Methods are vectorised and exact: ``work_until`` is the working time before a moment, ``moment_of`` its inverse.
    Before the first and after the last interval there is no working time.
    """

    starts: Seconds
    ends: Seconds

    @cached_property
    def before(self) -> Seconds:
        """Working seconds before each interval's start, and in all: shape (intervals + 1)."""
        return np.concatenate(([0], np.cumsum(self.ends - self.starts))).astype(np.int64)

    def work_until(self, moments: npt.ArrayLike) -> Seconds:
        """Working seconds before each moment.

        >>> day = WorkingTime(np.array([100, 300]), np.array([200, 400]))
        >>> day.work_until([50, 150, 250, 350]).tolist()
        [0, 50, 100, 150]
        """
        at = np.asarray(moments, dtype=np.int64)
        index = np.searchsorted(self.starts, at, side="right") - 1
        inside = np.minimum(at, self.ends[index]) - self.starts[index] if self.starts.size else np.zeros_like(at)
        return np.where(index < 0, 0, self.before[index] + inside).astype(np.int64)

    def moment_of(self, work: npt.ArrayLike, *, earliest: bool = True) -> Seconds:
        """When that much working time has passed: the earliest such moment, or the latest (the next start).

        Beyond the last interval the clock goes on without breaks, so that every answer is a moment.

        >>> day = WorkingTime(np.array([100, 300]), np.array([200, 400]))
        >>> day.moment_of([100]).tolist(), day.moment_of([100], earliest=False).tolist(), day.moment_of([250]).tolist()
        ([200], [300], [450])
        """
        wanted = np.asarray(work, dtype=np.int64)
        if not self.starts.size:
            return wanted
        side: Literal["left", "right"] = "left" if earliest else "right"
        index = np.clip(np.searchsorted(self.before, wanted, side=side) - 1, 0, self.starts.size - 1)
        return (self.starts[index] + wanted - self.before[index]).astype(np.int64)


def working_time(company: Company, calendar: str | None, zone: str, span: tuple[int, int]) -> WorkingTime:
    """The working intervals of a calendar within ``span`` (seconds, from and to).

    An empty or unknown calendar, or one without any shift that is ``open_by_default``, is open all the time.
    Exceptions win over shifts, later ones over earlier ones; public holidays are closed.
    """
    if not calendar or calendar not in company["calendars"]["calendar"]:
        return _always(span)
    header = company["calendars"].row(by_predicate=pl.col("calendar") == calendar, named=True)
    shifts = company["shifts"].filter(pl.col("calendar") == calendar)
    exceptions = company["calendar_exceptions"].filter(pl.col("calendar") == calendar).sort("start")
    starts_open = header["open_by_default"] or (shifts.is_empty() and not exceptions["working"].any())
    changes = [_one(*span, working=starts_open)]
    days = _first_and_last_day(zone, span)
    ranked = shifts.sort("working", "shift", descending=[True, False])
    changes += [_shift_intervals(row, days, zone) for row in ranked.iter_rows(named=True)]
    closed = [_local_day(day, zone) for day in _holidays(header["holidays"], days)]
    changes += [_one(first, last, working=False) for first, last in closed]
    changes += [
        _one(_epoch(row["start"], zone), _epoch(row["end"] + dt.timedelta(seconds=1), zone), working=row["working"])
        for row in exceptions.iter_rows(named=True)
        if row["end"] >= row["start"]
    ]
    return _painted(changes, span)


def _one(begin: int, end: int, *, working: bool) -> Change:
    return np.array([begin], np.int64), np.array([end], np.int64), working


def parse_weekdays(text: str) -> tuple[int, ...]:
    """Days of the week, Monday being 0.

    >>> parse_weekdays("mon-fri"), parse_weekdays("sat, Sun"), parse_weekdays("fri-mon")
    ((0, 1, 2, 3, 4), (5, 6), (0, 4, 5, 6))
    """
    days: set[int] = set()
    for part in text.lower().replace(";", ",").split(","):
        first, _, last = part.strip().partition("-")
        begin, end = _weekday(first), _weekday(last or first)
        days.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return tuple(sorted(days))


def _weekday(name: str) -> int:
    word = name.strip()[:3]
    if word not in WEEKDAYS:
        raise ValueError(f"Expected weekdays such as mon-fri or sat, got {name!r}.")
    return WEEKDAYS.index(word)


def _always(span: tuple[int, int]) -> WorkingTime:
    return WorkingTime(np.array([span[0]], np.int64), np.array([span[1]], np.int64))


def _first_and_last_day(zone: str, span: tuple[int, int]) -> tuple[dt.date, dt.date]:
    first, last = (dt.datetime.fromtimestamp(moment, ZoneInfo(zone)) for moment in (span[0] - DAY, span[1] + DAY))
    return first.date(), last.date()


def _shift_intervals(row: dict[str, object], days: tuple[dt.date, dt.date], zone: str) -> Change:
    weekdays = parse_weekdays(str(row["weekdays"]))
    begin, end = _minutes(str(row["start_time"])), _minutes(str(row["end_time"]))
    end += 24 * 60 if end <= begin else 0
    number = np.arange(days[0].toordinal(), days[1].toordinal() + 1)
    of_week = np.isin((number - 1) % 7, weekdays)
    valid_from, valid_to = row["valid_from"], row["valid_to"]
    if isinstance(valid_from, dt.date):
        of_week &= number >= valid_from.toordinal()
    if isinstance(valid_to, dt.date):
        of_week &= number <= valid_to.toordinal()
    first, last = (_epochs(number, of_week, minute, zone) for minute in (begin, end))
    return first, last, bool(row["working"])


def _epochs(days: Seconds, chosen: npt.NDArray[np.bool_], minute: int, zone: str) -> Seconds:
    """That minute of each chosen one of consecutive days (ordinals) on the clocks of a zone, as seconds."""
    shifts = _clock_shifts(zone, int(days[0]) - 1, int(days[-1]) + 2)
    before = shifts[:-3]
    turning = (before != shifts[1:-2]) | (before != shifts[2:-1]) | (before != shifts[3:])
    found = (days - _EPOCH_DAY) * DAY + minute * 60 - before
    for index in np.flatnonzero(turning & chosen):  # clocks are put forward or back about then
        midnight = dt.datetime.combine(dt.date.fromordinal(int(days[index])), dt.time())
        found[index] = _epoch(midnight + dt.timedelta(minutes=minute), zone)
    return np.asarray(found[chosen])


@lru_cache(maxsize=64)
def _clock_shifts(zone: str, first: int, last: int) -> Seconds:
    """How far a zone's clocks are ahead of UTC at noon of each day from ``first`` to ``last`` (ordinals) [s]."""
    local = (np.arange(first, last + 1) - _EPOCH_DAY) * DAY + DAY // 2
    noon = pl.Series(local * 1_000_000).cast(pl.Datetime("us"))
    there = noon.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.epoch("s")
    shifts = (pl.Series(local) - there).fill_null(strategy="forward").fill_null(strategy="backward").to_numpy().copy()
    shifts.flags.writeable = False
    return shifts


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * MINUTE + int(minutes)


def _local_day(day: dt.date, zone: str) -> tuple[int, int]:
    midnight = dt.datetime.combine(day, dt.time())
    return _epoch(midnight, zone), _epoch(midnight + dt.timedelta(days=1), zone)


def _epoch(wall: dt.datetime, zone: str) -> int:
    return int(wall.replace(tzinfo=ZoneInfo(zone)).timestamp())


def _holidays(country: str | None, days: tuple[dt.date, dt.date]) -> list[dt.date]:
    if not country:
        return []
    import holidays  # noqa: PLC0415 - takes a while to load and few calendars need it

    code, _, part = country.partition("-")
    known = holidays.country_holidays(code, subdiv=part or None, years=list(range(days[0].year, days[1].year + 1)))
    every = map(dt.date.fromordinal, range(days[0].toordinal(), days[1].toordinal() + 1))
    return [day for day in every if day in known]


def _painted(changes: list[Change], span: tuple[int, int]) -> WorkingTime:
    """Intervals left open when each change paints over those before it."""
    clipped = [(*_clipped(begins, ends, span), flag) for begins, ends, flag in changes]
    edges = np.unique(np.concatenate([edge for begins, ends, _ in clipped for edge in (begins, ends)]))
    is_open = np.zeros(max(edges.size - 1, 0), dtype=bool)
    for begins, ends, flag in clipped:
        turns = np.zeros(edges.size, np.int64)
        np.add.at(turns, np.searchsorted(edges, begins), 1)
        np.add.at(turns, np.searchsorted(edges, ends), -1)
        is_open[np.cumsum(turns)[:-1] > 0] = flag
    padded = np.concatenate(([False], is_open, [False])).astype(np.int8)
    turns = np.flatnonzero(np.diff(padded))
    return WorkingTime(edges[turns[::2]], edges[turns[1::2]])


def _clipped(begins: Seconds, ends: Seconds, span: tuple[int, int]) -> tuple[Seconds, Seconds]:
    """The part of each interval within ``span``, where there is one."""
    low, high = np.maximum(begins, span[0]), np.minimum(ends, span[1])
    return low[low < high], high[low < high]
