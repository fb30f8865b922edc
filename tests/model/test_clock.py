"""From wall-clock times to instants and back."""

import datetime as dt

import polars as pl

from quarterdeck.model import Company, clock


def test_each_row_is_read_in_the_zone_of_its_site():
    """Nine in Berlin is eight in UTC; nine in New York is fourteen."""
    frame = pl.DataFrame({"at": [dt.datetime(2026, 1, 5, 9)] * 3, "site": ["b", "n", "?"]})
    zones = {"b": "Europe/Berlin", "n": "America/New_York"}
    hours = frame.select(clock.to_instant("at", "site", zones))["at"].dt.hour()
    assert hours.to_list() == [8, 14, 9]


def test_an_hour_that_clocks_skip_moves_on():
    """Half past two does not exist in Berlin on 29 March 2026."""
    frame = pl.DataFrame({"at": [dt.datetime(2026, 3, 29, 2, 30)]})
    assert frame.select(clock.localised(pl.col("at"), "Europe/Berlin")).item() == dt.datetime(
        2026, 3, 29, 1, 30, tzinfo=dt.UTC
    )


def test_seconds_go_there_and_back():
    """Instants become seconds and the same instants again."""
    instants = pl.Series([dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.UTC)])
    assert clock.from_seconds(clock.epoch_seconds(instants)).to_list() == instants.to_list()
    assert clock.as_seconds(instants[0]) == clock.epoch_seconds(instants)[0]


def test_home_zone_comes_from_settings_or_the_first_site():
    """The setting wins."""
    sites = pl.DataFrame({"site": ["a"], "time_zone": ["Asia/Tokyo"]})
    company = Company.of(sites=sites)
    assert clock.home_zone(company) == "Asia/Tokyo"
    named = company.replace(settings=pl.DataFrame({"setting": ["time_zone"], "value": ["Europe/Rome"]}))
    assert clock.home_zone(named) == "Europe/Rome"
    assert clock.site_zones(company) == {"a": "Asia/Tokyo"}


def test_local_days_follow_the_zone():
    """Eleven in the evening in UTC is the next day in Berlin."""
    frame = pl.DataFrame({"at": [dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC)]})
    assert frame.select(clock.local_days(pl.col("at"), "Europe/Berlin")).item() == dt.date(2026, 3, 2)
