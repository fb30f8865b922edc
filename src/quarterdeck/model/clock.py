"""Wall-clock times of sites and points in time: the door between tables and methods.

Company tables hold wall-clock times at the site; methods count whole seconds since 1970 in UTC; plans hold
UTC datetimes. These functions are the only way from one to the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.model.company import Company

DAY = 86_400
HOUR = 3_600
MINUTE = 60
Seconds = npt.NDArray[np.int64]


def site_zones(company: Company) -> dict[str, str]:
    """Time zone of each site."""
    sites = company.sites_or_main
    return dict(zip(sites["site"], sites["time_zone"], strict=True))


def home_zone(company: Company) -> str:
    """Time zone of the company: the setting ``time_zone``, else that of its first site."""
    return company.setting("time_zone") or str(company.sites_or_main["time_zone"][0])


def localised(wall: pl.Expr, zone: str) -> pl.Expr:
    """Wall-clock datetimes or dates of one zone as UTC instants; an hour that clocks skip moves to its end."""
    as_datetime = wall.cast(pl.Datetime("us"))
    shifted = as_datetime.dt.offset_by("1h").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    exact = as_datetime.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return pl.coalesce(exact, shifted).dt.convert_time_zone("UTC")


def to_instant(wall: str, site: str, zones: Mapping[str, str], fallback: str = "UTC") -> pl.Expr:
    """Column ``wall`` in the zone of each row's ``site`` as UTC instants."""
    known = sorted(set(zones.values()) | {fallback})
    expr = localised(pl.col(wall), fallback)
    for zone in known:
        there = [name for name, of_site in zones.items() if of_site == zone]
        expr = pl.when(pl.col(site).is_in(there)).then(localised(pl.col(wall), zone)).otherwise(expr)
    return expr


def epoch_seconds(instants: pl.Series) -> Seconds:
    """UTC instants as whole seconds since 1970."""
    return instants.dt.epoch("s").to_numpy().astype(np.int64)


def from_seconds(seconds: npt.ArrayLike) -> pl.Series:
    """Seconds since 1970 as UTC instants."""
    values = np.asarray(seconds, dtype=np.int64)
    return pl.Series(values * 1_000_000).cast(pl.Datetime("us", "UTC"))


def as_seconds(moment: dt.datetime) -> int:
    """An aware datetime as whole seconds since 1970."""
    return int(moment.timestamp())


def local_days(instants: pl.Expr, zone: str) -> pl.Expr:
    """The calendar day of UTC instants in a zone."""
    return instants.dt.convert_time_zone(zone).dt.date()
