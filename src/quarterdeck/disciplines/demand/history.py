"""The company's demand history, cleaned: one row per item, site and day, older than now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import polars as pl

from quarterdeck.model import Company, Problem, Settings
from quarterdeck.model.clock import home_zone, site_zones
from quarterdeck.model.problem import Severity

SITED = ("demand_history", "forecast_overrides", "sales_orders", "item_sites")
NOTHING = 1e-9  # less than any item's smallest quantity
DAY_ZERO = dt.date(1970, 1, 1)


def day_number(day: dt.date) -> int:
    """Days since 1970.

    >>> day_number(dt.date(1970, 1, 11))
    10
    """
    return (day - DAY_ZERO).days


def day_of(number: int) -> dt.date:
    """The day that many days after 1 January 1970."""
    return DAY_ZERO + dt.timedelta(days=int(number))


def today_by_site(company: Company, settings: Settings) -> dict[str, dt.date]:
    """The local day of ``as_of`` at every site that any demand names."""
    zones = site_zones(company)
    home = home_zone(company)
    named = {str(site) for table in SITED for site in company[table]["site"].unique()} | set(zones)
    return {site: settings.as_of.astimezone(ZoneInfo(zones.get(site, home))).date() for site in sorted(named)}


def daily_history(company: Company, today: Mapping[str, dt.date]) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """History before now as ``item, site, day, quantity`` (day in days since 1970), sorted, with what was odd.

    Customers are added up. Demand of a discontinued item counts for its successor.
    """
    raw = company["demand_history"]
    usable = raw.filter(pl.col("quantity").is_finite(), pl.col("date").is_not_null())
    frame = usable.with_columns(now=pl.col("site").replace_strict(dict(today), default=None, return_dtype=pl.Date))
    past = frame.filter(pl.col("date") < pl.col("now"))
    heirs = _heirs(company, today)
    renamed = past.with_columns(item=pl.col("item").replace(heirs)) if heirs else past
    daily = (
        renamed.group_by("item", "site", day=pl.col("date").to_physical().cast(pl.Int64))
        .agg(quantity=pl.col("quantity").sort().sum())
        .with_columns(quantity=pl.when(pl.col("quantity").abs() < NOTHING).then(0.0).otherwise("quantity"))
        .sort("item", "site", "day")
    )
    return daily, _oddities(raw, usable, past)


def _heirs(company: Company, today: Mapping[str, dt.date]) -> dict[str, str]:
    """Successor at the end of the chain for each item that has one; circles lead nowhere."""
    pairs = company["items"].filter(pl.col("successor").is_not_null(), pl.col("successor") != "")
    following = dict(pairs.select("item", "successor").iter_rows())
    last = max(today.values())
    gone = {item for item, day in pairs.select("item", "discontinued").iter_rows() if day is None or day < last}
    heirs = {}
    for item in following:
        seen, heir = {item}, item
        while heir in gone and following.get(heir, item) not in seen:
            heir = following[heir]
            seen.add(heir)
        if heir != item:
            heirs[item] = heir
    return heirs


def _oddities(raw: pl.DataFrame, usable: pl.DataFrame, past: pl.DataFrame) -> tuple[Problem, ...]:
    found = []
    if dropped := raw.height - usable.height:
        text = f"{dropped} rows of demand history hold no usable quantity and are left out."
        found.append(_oddity("warning", "history-not-a-number", text, "Fill in or delete the quantities."))
    if later := usable.height - past.height:
        text = f"{later} rows of demand history are dated on or after the plan's now and are not used."
        found.append(
            _oddity("info", "history-after-now", text, "Nothing to do if the plan is made for an earlier day.")
        )
    if returns := past.filter(pl.col("quantity") < 0).height:
        text = f"{returns} rows of demand history are returns; they reduce the demand before them."
        found.append(_oddity("info", "history-returns", text, "Nothing to do."))
    return tuple(found)


def _oddity(severity: Severity, code: str, message: str, hint: str) -> Problem:
    return Problem(severity, code, message, hint, table="demand_history")
