"""Names of a company's codes: words before codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from quarterdeck.model import Company
from quarterdeck.model.clock import home_zone, site_zones
from quarterdeck.service.parts import part
from quarterdeck.service.views import wording

NAMED = {
    "customer": "customers",
    "supplier": "suppliers",
    "site": "sites",
    "work_centre": "work_centres",
    "machine": "machines",
    "person": "people",
}


class Names:
    """Names, units and time zones by code, with the company's currency and home zone; each looked up when asked for."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._other: dict[str, Mapping[str, str]] = {}

    @classmethod
    def of(cls, company: Company) -> Names:
        """The names that ``company`` gives its codes."""
        return cls(company)

    @cached_property
    def items(self) -> Mapping[str, str]:
        """Names of items."""
        return part(self._company, _by_code, "items", "item", "name")

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Units in which items are counted."""
        return part(self._company, _by_code, "items", "item", "unit")

    @cached_property
    def families(self) -> Mapping[str, str]:
        """Families of items."""
        return part(self._company, _by_code, "items", "item", "family")

    @cached_property
    def zones(self) -> Mapping[str, str]:
        """Time zones of sites."""
        return part(self._company, _zones)

    @cached_property
    def home(self) -> str:
        """The company's own time zone."""
        return part(self._company, _home)

    @cached_property
    def currency(self) -> str:
        """The company's currency."""
        return part(self._company, _currency)

    def other(self, kind: str) -> Mapping[str, str]:
        """Names of customers, suppliers, sites, work centres, machines or people."""
        if kind not in self._other:
            self._other[kind] = part(self._company, _by_code, NAMED[kind], kind, "name")
        return self._other[kind]

    def item(self, code: str | None) -> str:
        """Name of an item, or its code."""
        return self.items.get(code or "", code or "")

    def unit(self, item: str | None) -> str:
        """Unit in which an item is counted."""
        return self.units.get(item or "", "")

    def name(self, kind: str, code: str | None) -> str:
        """Name of a customer, supplier, site, work centre, machine or person, or its code."""
        return self.other(kind).get(code or "", code or "")

    def partner(self, order_kind: str, code: str | None) -> str:
        """Name of a supplier, or of the site that a transfer comes from."""
        return self.name("site" if order_kind == "transfer" else "supplier", code)

    def thing(self, code: str | None) -> str:
        """Name of whatever has this code, or the code."""
        for known in (self.items, *map(self.other, NAMED)):
            if code in known:
                return known[str(code)]
        return code or ""

    def zone(self, site: str | None) -> str:
        """Time zone of a site, or the company's."""
        return self.zones.get(site or "", self.home)

    def day(self, moment: dt.datetime | None, site: str | None = None, now: dt.datetime | None = None) -> str:
        """The day of an instant at a site; its year too, where it is more than half a year from ``now``."""
        zone = self.zone(site)
        return wording.local_day(moment, zone, now and wording.local(now, zone).date())

    def moment(self, moment: dt.datetime | None, site: str | None = None) -> str:
        """Day and time of an instant at a site."""
        return wording.local_moment(moment, self.zone(site))

    def amount(self, value: float | None, item: str | None) -> str:
        """A quantity in the item's unit."""
        return wording.quantity(value, self.unit(item))

    def subject(self, item: str | None, order: str | None) -> str:
        """An order in words: "Road 54 · WO-884"."""
        return " · ".join(part for part in (self.item(item), order or "") if part)

    def column(self, kind: str, column: str) -> pl.Expr:
        """Names of the codes in ``column``; codes without a name stay."""
        known = self.items if kind == "item" else self.other(kind)
        return pl.col(column).replace_strict(dict(known), default=pl.col(column), return_dtype=pl.String)


def known_zone(zone: str | None) -> str:
    """The zone itself if there is one of this name, else UTC.

    >>> known_zone("Europe/Berlin"), known_zone("Mars/Olympus")
    ('Europe/Berlin', 'UTC')
    """
    try:
        return ZoneInfo(zone or "UTC").key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


def _by_code(company: Company, table: str, code: str, name: str) -> dict[str, str]:
    frame = company[table].select(code, name)
    known = frame.filter(pl.col(name).is_not_null() & (pl.col(name).str.strip_chars() != ""))
    return dict(zip(known[code], known[name], strict=True))


def _zones(company: Company) -> dict[str, str]:
    return {site: known_zone(zone) for site, zone in site_zones(company).items()}


def _home(company: Company) -> str:
    return known_zone(home_zone(company))


def _currency(company: Company) -> str:
    return company.setting("currency", "EUR").strip().upper()
