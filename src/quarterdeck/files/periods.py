"""Periods as people write them in headers: a day, a week, a month; each told by its first day."""

from __future__ import annotations

import datetime as dt
import re

from quarterdeck.files.words import fold

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier janv enero ene",
            "feb february februar fevrier fevr febrero",
            "mar march marz mrz maerz mars marzo",
            "apr april avril avr abril abr",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet juil julio",
            "aug august aout agosto ago",
            "sep sept september septembre septiembre",
            "oct october okt oktober octobre octubre",
            "nov november novembre noviembre",
            "dec december dez dezember decembre diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
MARK = r"(?:w|wk|week|kw|cw|s|sem)"
WEEK = re.compile(rf"(?:(\d{{4}})\s*-?\s*{MARK}\s*(\d{{1,2}}))|(?:{MARK}\s*(\d{{1,2}})\s*[/\- ]\s*(\d{{4}}))")
ISO_DAY = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?$")
LOCAL_DAY = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$")
MONTH_NUMBER = re.compile(r"^(?:(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4}))$")
YEARS = range(1970, 2200)


def parse_period(header: str | None, *, month_first: bool = False) -> dt.date | None:
    """The first day of the period a header names, or None.

    >>> [str(parse_period(text)) for text in ("2026-W05", "Jan 2026", "2026-01-05 00:00:00", "KW 5/2026", "5.1.2026")]
    ['2026-01-26', '2026-01-01', '2026-01-05', '2026-01-26', '2026-01-05']
    """
    text = (header or "").strip()
    if not 4 <= len(text) <= 30 or not any(letter.isdigit() for letter in text):
        return None
    try:
        return _day(text, month_first=month_first) or _week(text) or _month(text)
    except ValueError:
        return None


def _day(text: str, *, month_first: bool) -> dt.date | None:
    if found := ISO_DAY.match(text):
        return _sound(*(int(part) for part in found.groups()))
    if found := LOCAL_DAY.match(text):
        first, second, year = (int(part) for part in found.groups())
        day, month = (second, first) if month_first or second > 12 else (first, second)
        return _sound(year, month, day)
    return None


def _week(text: str) -> dt.date | None:
    found = WEEK.fullmatch(text.lower())
    if not found:
        return None
    year, week = (found.group(1), found.group(2)) if found.group(1) else (found.group(4), found.group(3))
    return dt.date.fromisocalendar(int(year), int(week), 1)


def _month(text: str) -> dt.date | None:
    if found := MONTH_NUMBER.match(text):
        year, month = (found.group(1), found.group(2)) if found.group(1) else (found.group(4), found.group(3))
        return _sound(int(year), int(month), 1)
    words = fold(re.sub(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])", " ", text)).split()
    if len(words) != 2:
        return None
    name, year = (words[0], words[1]) if words[1].isdigit() else (words[1], words[0])
    if name not in MONTHS or not year.isdigit() or len(year) not in {2, 4}:
        return None
    return _sound(int(year) + (2000 if len(year) == 2 else 0), MONTHS[name], 1)


def _sound(year: int, month: int, day: int) -> dt.date | None:
    return dt.date(year, month, day) if year in YEARS else None
