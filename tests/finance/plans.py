"""Small companies and plans whose money can be counted by hand."""

import datetime as dt

import polars as pl

from quarterdeck.model import Company, Plan, Settings

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def at(day: int) -> dt.datetime:
    """Noon so many days after the plan's day."""
    return AS_OF + dt.timedelta(days=day, hours=12)


def blank(weeks: int = 26) -> Plan:
    """A plan in which no stage has run."""
    return Plan.blank(Settings(as_of=AS_OF, horizon_weeks=weeks))


def order(**said: object) -> dict[str, object]:
    """A planned purchase of ten A from S, released today and received in ten days, unless said otherwise."""
    usual: dict[str, object] = {
        "order": "P000001",
        "line": "",
        "kind": "buy",
        "state": "planned",
        "item": "A",
        "site": "main",
        "quantity": 10.0,
        "start_quantity": 10.0,
        "partner": "S",
        "routing": None,
        "release": at(0),
        "needed": at(10),
        "available": at(10),
        "level": 0,
    }
    return {**usual, **said}


def orders(*rows: dict[str, object]) -> pl.DataFrame:
    """The table of these orders."""
    return pl.DataFrame(list(rows), schema_overrides={"partner": pl.String, "routing": pl.String})


def requirement(**said: object) -> dict[str, object]:
    """A sales-order line of ten A worth 100."""
    usual: dict[str, object] = {
        "demand": "D000001",
        "kind": "sales_order",
        "order": "SO-1",
        "line": "1",
        "customer": "C",
        "item": "A",
        "site": "main",
        "quantity": 10.0,
        "due": at(7),
        "value": 100.0,
    }
    return {**usual, **said}


def delivery(**said: object) -> dict[str, object]:
    """The whole of it, on time."""
    usual: dict[str, object] = {
        "demand": "D000001",
        "state": "on_time",
        "due": at(7),
        "delivered": at(7),
        "quantity": 10.0,
        "on_time": 10.0,
        "short": 0.0,
        "late_seconds": 0,
    }
    return {**usual, **said}


def trader(**tables: pl.DataFrame) -> Company:
    """A company that buys A at 4 from S and has 1,000 in the bank."""
    usual = {
        "items": pl.DataFrame({"item": ["A"], "cost": [4.5]}),
        "suppliers": pl.DataFrame({"supplier": ["S"]}),
        "supply_options": pl.DataFrame({"item": ["A"], "supplier": ["S"], "price": [4.0]}),
        "cash_accounts": pl.DataFrame({"account": ["bank"], "date": [AS_OF.date()], "balance": [1000.0]}),
    }
    return Company.of(**{**usual, **tables})
