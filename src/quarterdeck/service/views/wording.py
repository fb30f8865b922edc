"""How figures, days and durations are written for people: one place, so that every door says the same."""

from __future__ import annotations

import datetime as dt
import functools
import math
from decimal import Decimal
from zoneinfo import ZoneInfo

from quarterdeck.model.clock import DAY, HOUR, MINUTE
from quarterdeck.model.currency import SIGNS

Number = int | float | Decimal
GAP = "\u00a0"
MINUS = "\u2212"
NOTHING = "—"

ACTIONS = {
    "release": "Release",
    "expedite": "Expedite",
    "defer": "Defer",
    "cancel": "Cancel",
    "increase": "Increase",
    "decrease": "Decrease",
}
ORDER_KINDS = {"buy": "Purchase", "make": "Production", "transfer": "Transfer"}
ORDER_STATES = {"planned": "Planned", "open": "Open", "started": "Started"}
REQUIREMENTS = {"sales_order": "Customer order", "forecast": "Forecast", "safety_stock": "Safety stock"}
DELIVERY_STATES = {"on_time": "On time", "late": "Late", "short": "Short"}
CAUSES = {
    "material": "waiting for material",
    "lead_time": "less notice than the lead time",
    "capacity": "machine busy",
    "setup": "set-up",
    "person": "nobody free",
    "setter": "nobody free to set up",
    "tool": "tool in use",
    "maintenance": "maintenance",
    "room": "no room behind it",
    "limit": "until what must follow soon had a place",
    "calendar": "closed time",
    "processing": "work itself",
    "queue": "queue and move",
    "yield": "made again for losses",
    "past_due": "due before the plan began",
    "lot": "waiting for the whole lot",
    "short": "cannot be supplied",
}
COST_PARTS = {
    "material": "Material",
    "machine": "Machine",
    "labour": "Labour",
    "setup": "Set-up",
    "overhead": "Overhead",
    "subcontract": "Work outside",
    "scrap": "Scrap",
}
CASH_KINDS = {
    "opening": "Opening balance",
    "sales": "Customers pay",
    "purchase": "Suppliers are paid",
    "production": "Production",
    "transport": "Transport",
    "fixed": "Fixed payments",
}
PATTERNS = {
    "smooth": "Steady",
    "erratic": "Erratic",
    "intermittent": "Now and then",
    "lumpy": "Lumpy",
    "new": "New",
    "fading": "Fading",
    "none": "No demand",
}
WAITED_FOR = {
    "material": "material",
    "predecessor": "the step before",
    "machine": "the machine",
    "person": "somebody with the skill",
    "setter": "somebody to set up",
    "tool": "the tool",
    "maintenance": "maintenance",
    "room": "room behind it",
    "limit": "a place for what must follow soon",
    "calendar": "opening time",
}


def grouped(value: Number, decimals: int = 0) -> str:
    """A number with thousands separated and a true minus sign; trailing zeros are dropped.

    >>> grouped(12345.50, 2), grouped(-3), grouped(-0.001, 1)
    ('12,345.5', '−3', '0')
    """
    text = f"{abs(value):,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return MINUS + text if value < 0 and text.strip("0.,") else text


def plain(value: Number) -> str:
    """A number with as many decimals as its size asks for.

    >>> plain(1234.56), plain(94.13), plain(3.14159), plain(0.0123)
    ('1,235', '94.1', '3.14', '0.012')
    """
    size = abs(float(value))
    if size >= 1000 or size == 0:
        return grouped(value)
    return grouped(value, 1 if size >= 10 else 2 if size >= 0.1 else 3)


def money(amount: Number | None, currency: str = "EUR", *, exact: bool = False) -> str:
    """An amount with its currency, shortened to thousands or millions unless ``exact``.

    >>> [money(x).replace(GAP, " ") for x in (1140, 412_300, 1_240_000, -5_200, 9.5, None)]
    ['€ 1,140', '€ 412 k', '€ 1.24 M', '−€ 5,200', '€ 9.50', '—']
    >>> money(412_300.4, "USD", exact=True).replace(GAP, " ")
    '$ 412,300.40'
    """
    if amount is None:
        return NOTHING
    size = abs(float(amount))
    sign = MINUS if amount < 0 and size >= 0.005 else ""
    return f"{sign}{SIGNS.get(currency, currency)}{GAP}{f'{size:,.2f}' if exact else _shortened(size)}".strip(GAP)


def _shortened(size: float) -> str:
    for floor, divisor, letter in ((999.5e6, 1e9, "bn"), (999.5e3, 1e6, "M"), (9_999.5, 1e3, "k")):
        if size >= floor:
            figure = size / divisor
            return f"{grouped(figure, max(0, 2 - int(math.log10(figure))))}{GAP}{letter}"
    return f"{size:,.2f}" if 0.005 <= size < 100 and round(size, 2) != round(size) else f"{size:,.0f}"


def quantity(value: Number | None, unit: str = "", decimals: int = 3) -> str:
    """A quantity with its unit.

    >>> quantity(1200, "pcs").replace(GAP, " "), quantity(2.5, "kg").replace(GAP, " "), quantity(None)
    ('1,200 pcs', '2.5 kg', '—')
    """
    if value is None:
        return NOTHING
    size = abs(float(value))
    shown = min(decimals, 0 if size >= 1000 else 1 if size >= 100 else decimals)
    return f"{grouped(value, shown)}{GAP}{unit}".rstrip(GAP)


def percent(share: Number | None, decimals: int = 0) -> str:
    """A share as a percentage.

    >>> percent(0.9412, 1).replace(GAP, " "), percent(None)
    ('94.1 %', '—')
    """
    return NOTHING if share is None else f"{grouped(float(share) * 100, decimals)}{GAP}%"


def duration(seconds: Number | None) -> str:
    """A length of time in its two largest units; a day has 24 hours.

    >>> [duration(x).replace(GAP, " ") for x in (66_000, 432_000, 183_600, 3_000, 20, 0, -3600)]
    ['18 h 20 m', '5 d', '2 d 3 h', '50 m', '20 s', '0 m', '−1 h']
    """
    if seconds is None:
        return NOTHING
    size = abs(round(float(seconds)))
    sign = MINUS if seconds < 0 else ""
    if size >= 14 * DAY:
        return f"{sign}{round(size / DAY):,}{GAP}d"
    for unit, small, first, second in ((DAY, HOUR, "d", "h"), (HOUR, MINUTE, "h", "m")):
        rounded = round(size / small) * small
        if rounded >= unit:
            rest = rounded % unit // small
            more = f"{GAP}{rest}{GAP}{second}" if rest else ""
            return f"{sign}{rounded // unit}{GAP}{first}{more}"
    return f"{sign}{size}{GAP}s" if 0 < size < MINUTE else f"{sign}{round(size / MINUTE)}{GAP}m"


def day(value: dt.date | None, *, year: bool = False) -> str:
    """A day with its weekday.

    >>> day(dt.date(2026, 3, 11)).replace(GAP, " "), day(dt.date(2026, 3, 11), year=True).replace(GAP, " ")
    ('Wed 11 Mar', 'Wed 11 Mar 2026')
    """
    if value is None:
        return NOTHING
    return f"{value:%a}{GAP}{value.day}{GAP}{value:%b %Y}" if year else f"{value:%a}{GAP}{value.day}{GAP}{value:%b}"


def local(moment: dt.datetime, zone: str) -> dt.datetime:
    """An instant on the site's clock."""
    return moment.astimezone(ZoneInfo(zone))


@functools.lru_cache(maxsize=20_000)
def local_day(moment: dt.datetime | None, zone: str, today: dt.date | None = None) -> str:
    """The day of an instant at the site; the year is told if it is not that of ``today`` or within half a year.

    >>> noon = dt.datetime(2026, 3, 11, 23, 30, tzinfo=dt.UTC)
    >>> local_day(noon, "Europe/Berlin").replace(GAP, " ")
    'Thu 12 Mar'
    """
    if moment is None:
        return NOTHING
    there = local(moment, zone).date()
    return day(there, year=today is not None and abs((there - today).days) > 182)


def local_moment(moment: dt.datetime | None, zone: str, *, year: bool = False) -> str:
    """Day and time of an instant at the site.

    >>> local_moment(dt.datetime(2026, 3, 11, 8, 5, tzinfo=dt.UTC), "Europe/Berlin").replace(GAP, " ")
    'Wed 11 Mar, 09:05'
    """
    if moment is None:
        return NOTHING
    there = local(moment, zone)
    return f"{day(there.date(), year=year)}, {there:%H:%M}"


def count(number: int, one: str, many: str = "") -> str:
    """A counted noun.

    >>> count(1, "order"), count(1200, "order"), count(2, "delivery", "deliveries")
    ('1 order', '1,200 orders', '2 deliveries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """The text with a capital first letter.

    >>> sentence("machine busy"), sentence("")
    ('Machine busy', '')
    """
    return text[:1].upper() + text[1:]


def figure(value: Number | None, unit: str, currency: str = "EUR") -> str:
    """A value with a unit as KPIs name them: share, %, currency, days, hours, or any word.

    >>> [figure(*x).replace(GAP, " ") for x in ((0.94, "share"), (94.1, "%"), (412e3, "currency"), (3, "turns a year"))]
    ['94 %', '94.1 %', '€ 412 k', '3 turns a year']
    """
    if value is None:
        return NOTHING
    if unit == "share":
        return percent(value, 1)
    if unit in {"currency", currency, SIGNS.get(currency)}:
        return money(value, currency)
    if unit == "s":
        return duration(value)
    return f"{plain(value)}{GAP}{unit}".rstrip(GAP)
