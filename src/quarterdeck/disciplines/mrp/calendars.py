"""The calendars that routings and suppliers work by, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from quarterdeck.disciplines.mrp.records import INTERVAL, Calendars, records
from quarterdeck.model import Company, Settings
from quarterdeck.model.clock import DAY, as_seconds, home_zone, site_zones
from quarterdeck.model.working_time import WorkingTime, working_time

_BEFORE, _AFTER = 400 * DAY, 1100 * DAY


@dataclass
class CalendarBook:
    """Collects calendars by name and time zone, and gives each a number."""

    company: Company
    span: tuple[int, int]
    numbers: dict[tuple[str | None, str], int] = field(default_factory=dict)
    times: list[WorkingTime] = field(default_factory=list)

    @classmethod
    def around(cls, company: Company, settings: Settings) -> CalendarBook:
        """A book whose calendars reach well beyond the horizon, for what comes late."""
        span = (as_seconds(settings.as_of) - _BEFORE, as_seconds(settings.horizon_end) + _AFTER)
        return cls(company, span)

    def numbered(self, key: tuple[str | None, str], time: WorkingTime) -> int:
        """Number of working time that no calendar of the company says."""
        if key not in self.numbers:
            self.numbers[key] = len(self.times)
            self.times.append(time)
        return self.numbers[key]

    def number(self, calendar: str | None, zone: str) -> int:
        """Number of a calendar; an absent one is always open."""
        key = (calendar or None, zone if calendar else "UTC")
        if key not in self.numbers:
            self.numbers[key] = len(self.times)
            self.times.append(working_time(self.company, key[0], key[1], self.span))
        return self.numbers[key]

    def of_sites(self) -> dict[str, int]:
        """Calendar number of each site."""
        zones = site_zones(self.company)
        sites = self.company.sites_or_main
        return {s: self.number(c, zones[s]) for s, c in zip(sites["site"], sites["calendar"], strict=True)}

    def of_work_centres(self) -> dict[str, int]:
        """Calendar number of each work centre: its own, else its first machine's, else its site's."""
        zones, sites = site_zones(self.company), self.of_sites()
        home = home_zone(self.company)
        machines = self.company["machines"].drop_nulls("calendar").sort("machine")
        by_machine = dict(zip(machines["work_centre"][::-1], machines["calendar"][::-1], strict=True))
        found: dict[str, int] = {}
        for row in self.company["work_centres"].select("work_centre", "site", "calendar").iter_rows():
            centre, site, calendar = row
            own = calendar or by_machine.get(centre)
            zone = zones.get(site, home)
            found[centre] = self.number(own, zone) if own else sites.get(site, self.number(None, "UTC"))
        return found

    def of_suppliers(self) -> dict[str, int]:
        """Calendar number of each supplier that has one."""
        zone = home_zone(self.company)
        rows = self.company["suppliers"].select("supplier", "calendar").iter_rows()
        return {supplier: self.number(calendar, zone) for supplier, calendar in rows if calendar}

    def arrays(self) -> Calendars:
        """All calendars one after the other."""
        times = self.times or [WorkingTime(np.array([self.span[0]]), np.array([self.span[1]]))]
        first = np.cumsum([0] + [time.starts.size for time in times]).astype(np.int64)
        start, end = (np.concatenate([getattr(time, edge) for time in times]) for edge in ("starts", "ends"))
        before = np.concatenate([time.before[:-1] for time in times])
        return Calendars(first, records(INTERVAL, start.size, start=start, end=end, before=before))
