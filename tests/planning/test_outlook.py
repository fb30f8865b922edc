"""The outlook beyond the plan."""

import datetime as dt

import polars as pl

from quarterdeck.model import Company, Plan, Settings
from quarterdeck.planning.outlook import with_outlook

NOW = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)


def shop():
    """A chair that is wanted in half a year."""
    orders = pl.DataFrame({
        "order": ["SO-1"], "item": ["chair"], "quantity": [3.0], "due": [dt.datetime(2026, 7, 6)],
    })  # fmt: skip
    return Company.of(items=pl.DataFrame({"item": ["chair"], "lead_time_days": [21.0]}), sales_orders=orders)


def test_what_is_wanted_after_the_horizon_is_seen():
    """Story: planned for four weeks, looked ahead for forty: July is there, bought in June."""
    settings = Settings(as_of=NOW, horizon_weeks=4, outlook_weeks=40)
    rows = with_outlook(shop(), Plan.blank(settings), settings)["outlook"]
    assert rows.filter(pl.col("planned") > 0)["week"].to_list() == [dt.date(2026, 7, 6)]
    assert rows.filter(pl.col("released") > 0)["week"].to_list() == [dt.date(2026, 6, 15)]


def test_no_outlook_unless_asked_for():
    """Refusal: without weeks to look ahead the plan stays as it is."""
    settings = Settings(as_of=NOW, horizon_weeks=4)
    assert with_outlook(shop(), Plan.blank(settings), settings)["outlook"].is_empty()
