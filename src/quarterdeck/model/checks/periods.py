"""Working times and periods that cannot be: they end before they start, contradict each other, or cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import polars as pl

from quarterdeck.model.checks.finding import Finding, Mend, Words, found, numbered
from quarterdeck.model.company import Company
from quarterdeck.model.table import Table
from quarterdeck.model.tables import TABLES
from quarterdeck.model.working_time import parse_weekdays

PERIODS = (
    ("shifts", "valid_from", "valid_to", "drop"),
    ("calendar_exceptions", "start", "end", "drop"),
    ("bom_lines", "valid_from", "valid_to", "drop"),
    ("material_alternates", "valid_from", "valid_to", "drop"),
    ("co_products", "valid_from", "valid_to", "drop"),
    ("supply_options", "valid_from", "valid_to", "drop"),
    ("promotions", "start", "end", "drop"),
    ("machines", "available_from", "available_to", "drop"),
    ("maintenance_windows", "earliest_start", "latest_end", "drop"),
    ("fixed_cash_lines", "date", "until", "drop"),
    ("items", "launch", "discontinued", "blank"),
    ("work_order_operations", "started", "finished", "blank"),
)
"""Table, first and last moment, and what becomes of a row whose last comes before its first."""

LONGEST_EXCEPTION_DAYS = 731


def check_periods(company: Company) -> Iterator[Finding]:
    """Periods that end before they start."""
    for name, first, last, mend in PERIODS:
        faulty = numbered(company, name).filter(pl.col(last) < pl.col(first))
        yield from found(
            name, faulty, _reversed(TABLES[name], first, last, mend == "drop"), column=last, mend=_as_mend(mend)
        )


def _as_mend(word: str) -> Mend:
    return "drop" if word == "drop" else "blank"


def _reversed(table: Table, first: str, last: str, dropped: bool) -> Words:  # noqa: FBT001 - one of two sentences
    end = "the row cannot be used" if dropped else f"{table.column(last).title.lower()} is ignored"
    message = f"{table.title}: it ends on {{{last}}}, before it starts on {{{first}}}; {end}."
    hint = f"Correct {table.column(first).title.lower()} or {table.column(last).title.lower()}."
    severity = "error" if dropped else "warning"
    return Words(severity, "period-reversed", message, hint, f"{{{first}}} or later")  # type: ignore[arg-type]


def check_weekdays(company: Company) -> Iterator[Finding]:
    """Weekdays of shifts that cannot be read."""
    rows = numbered(company, "shifts").filter(pl.col("weekdays").is_not_null())
    faulty = rows.filter(pl.col("weekdays").is_in(_failing(rows["weekdays"], _is_weekdays)))
    words = Words(
        "error",
        "weekdays-unreadable",
        "Shift {shift} of calendar {calendar} is on “{weekdays}”, which are no weekdays; the shift is left out.",
        "Write the days as mon-fri, or as mon,wed,sat.",
        "days such as mon-fri or mon,wed,sat",
    )
    yield from found("shifts", faulty, words, column="weekdays", mend="drop")


def _failing(texts: pl.Series, accepts: Callable[[str], bool]) -> list[str]:
    """The different texts that ``accepts`` does not."""
    return [text for text in texts.unique().to_list() if not accepts(text)]


def _is_weekdays(text: str) -> bool:
    try:
        return bool(parse_weekdays(text))
    except ValueError:
        return False


def check_time_zones(company: Company) -> Iterator[Finding]:
    """Time zones that do not exist."""
    sites = numbered(company, "sites").filter(pl.col("time_zone").is_not_null())
    words = Words(
        "warning",
        "time-zone-unknown",
        "Site {site} is in the time zone “{time_zone}”, which does not exist; UTC is taken.",
        "Write the zone's IANA name, such as Europe/Berlin or America/New_York.",
        "an IANA time zone such as Europe/Berlin",
    )
    faulty = sites.filter(pl.col("time_zone").is_in(_failing(sites["time_zone"], is_time_zone)))
    yield from found("sites", faulty, words, column="time_zone", mend="blank")
    settings = numbered(company, "settings").filter((pl.col("setting") == "time_zone") & pl.col("value").is_not_null())
    faulty = settings.filter(pl.col("value").is_in(_failing(settings["value"], is_time_zone)))
    message = "The company's time zone is “{value}”, which does not exist; that of the first site is taken."
    home = Words("warning", words.code, message, words.hint, words.expected)
    yield from found("settings", faulty, home, column="value", mend="drop")


def is_time_zone(name: str) -> bool:
    """Whether both Python and polars know a zone.

    >>> is_time_zone("Europe/Berlin"), is_time_zone("Mars/Olympus"), is_time_zone("")
    (True, False, False)
    """
    try:
        ZoneInfo(name)
        pl.select(pl.lit(0).cast(pl.Datetime("us")).dt.replace_time_zone(name))
    except (KeyError, ValueError, OSError, pl.exceptions.PolarsError):
        return False
    return True


def check_holidays(company: Company) -> Iterator[Finding]:
    """Countries whose public holidays are not known."""
    rows = numbered(company, "calendars").filter(pl.col("holidays").fill_null("") != "")
    if rows.is_empty():
        return
    faulty = rows.filter(pl.col("holidays").is_in(_failing(rows["holidays"], _has_holidays)))
    words = Words(
        "warning",
        "holidays-unknown",
        "Calendar {calendar} closes on the holidays of “{holidays}”, which is no known country; none are taken.",
        "Write an ISO country code such as DE, or list the days in Calendar exceptions.",
        "an ISO country code such as DE or US-CA",
    )
    yield from found("calendars", faulty, words, column="holidays", mend="blank")


def _has_holidays(code: str) -> bool:
    import holidays  # noqa: PLC0415 - takes a while to load and few calendars need it

    country, _, part = code.partition("-")
    known = holidays.list_supported_countries()
    return country in known and (not part or part in known[country])


def check_overlaps(company: Company) -> Iterator[Finding]:
    """Exceptions of one calendar that overlap and say opposite things."""
    rows = (
        numbered(company, "calendar_exceptions")
        .filter(pl.col("end") >= pl.col("start"))
        .sort("calendar", "start", "end")
    )
    latest = pl.col("end").cum_max().shift().over("calendar")
    pairs = rows.with_columns(latest.alias("until"), pl.col("working").shift().over("calendar").alias("said")).filter(
        (pl.col("start") <= pl.col("until")) & (pl.col("working") != pl.col("said"))
    )
    words = Words(
        "warning",
        "exceptions-overlap",
        "Calendar {calendar} is both open and closed from {start}; the exception that starts later counts.",
        "Let one exception end before the other starts.",
    )
    yield from found("calendar_exceptions", pairs, words, column="start")


def check_long_exceptions(company: Company) -> Iterator[Finding]:
    """Exceptions of more than two years, which mostly are a mistyped year."""
    days = (pl.col("end") - pl.col("start")).dt.total_days()
    faulty = (
        numbered(company, "calendar_exceptions")
        .with_columns(days.alias("days"))
        .filter(pl.col("days") > LONGEST_EXCEPTION_DAYS)
    )
    words = Words(
        "warning",
        "exception-long",
        "The exception of calendar {calendar} from {start} to {end} lasts {days} days; it is taken as written.",
        "Check the year, or change the shifts instead.",
    )
    yield from found("calendar_exceptions", faulty, words, column="end")


def check_calendars_without_shifts(company: Company) -> Iterator[Finding]:
    """Calendars with no working time at all, which therefore count as always open."""
    working = company["shifts"].filter(pl.col("working")).select("calendar")
    extra = company["calendar_exceptions"].filter(pl.col("working")).select("calendar")
    rows = numbered(company, "calendars").filter(~pl.col("open_by_default"))
    faulty = rows.join(pl.concat([working, extra]), on="calendar", how="anti")
    words = Words(
        "warning",
        "calendar-without-shifts",
        "Calendar {calendar} has no shift; it is taken as open day and night.",
        "Add its shifts, or say yes in open by default if that is meant.",
    )
    yield from found("calendars", faulty, words)


def check_shift_lengths(company: Company) -> Iterator[Finding]:
    """Shifts that end when they start."""
    faulty = numbered(company, "shifts").filter(pl.col("start_time") == pl.col("end_time"))
    words = Words(
        "warning",
        "shift-without-length",
        "Shift {shift} of calendar {calendar} starts and ends at {start_time}; it is taken as 24 hours.",
        "Correct the start or the end; a day without end is 00:00 to 24:00.",
    )
    yield from found("shifts", faulty, words, column="end_time")
