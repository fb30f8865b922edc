"""Dates, durations and names as people read them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from quarterdeck.model import Company
from quarterdeck.model.clock import DAY, HOUR, MINUTE, home_zone


def duration(seconds: int) -> str:
    """A duration as a planner says it.

    >>> duration(5 * 86400), duration(18 * 3600), duration(35 * 60), duration(86400)
    ('5 days', '18 h', '35 min', '24 h')
    """
    if seconds >= 2 * DAY:
        return f"{round(seconds / DAY)} days"
    if seconds >= 2 * HOUR:
        return f"{round(seconds / HOUR)} h"
    return f"{max(1, round(seconds / MINUTE))} min"


@dataclass(frozen=True)
class Names:
    """What things are called, and the time zone in which days are named."""

    items: dict[str, str]
    suppliers: dict[str, str]
    work_centres: dict[str, str]
    people: dict[str, str]
    tools: dict[str, str]
    customers: dict[str, str]
    sites: dict[str, str]
    zone: str
    year: int

    @classmethod
    def of(cls, company: Company, as_of: dt.datetime) -> Names:
        """The names of a company's tables; the code where there is no name."""
        zone = home_zone(company)
        return cls(
            _names(company["items"], "item"), _names(company["suppliers"], "supplier"),
            _names(company["work_centres"], "work_centre"), _names(company["people"], "person"),
            _names(company["tools"], "tool"), _names(company["customers"], "customer"),
            _names(company["sites"], "site"),
            zone, as_of.astimezone(ZoneInfo(zone)).year,
        )  # fmt: skip

    def item(self, code: str) -> str:
        """Name of an item."""
        return self.items.get(code, code)

    def day(self, moment: dt.datetime) -> str:
        """A day such as Wed 11 Mar, with the year where it is another one."""
        local = moment.astimezone(ZoneInfo(self.zone))
        return f"{local:%a} {local.day} {local:%b}" + (f" {local.year}" if local.year != self.year else "")


def _names(frame: pl.DataFrame, key: str) -> dict[str, str]:
    return {code: name or code for code, name in frame.select(key, "name").iter_rows()}


def amount(quantity: float) -> str:
    """A quantity without needless decimals.

    >>> amount(3.0), amount(2.5)
    ('3', '2.5')
    """
    return f"{quantity:,.6f}".rstrip("0").rstrip(".")
