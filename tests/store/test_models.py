"""The company's tables through Django's ORM, as pages use them: the same values as through the workspace."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl

from quarterdeck.store import TableChange, Workspace
from quarterdeck.store.models import COMPANY_MODELS


def test_orm_reads_what_the_bulk_path_wrote(workspace: Workspace) -> None:
    """Law: exact money, wall-clock times, days and flags are the same by either way."""
    start = dt.datetime(2026, 1, 1, 7, 30)
    exceptions = pl.DataFrame({"calendar": ["c"], "start": [start], "end": [start], "working": [True]})
    items = pl.DataFrame({"item": ["01"], "cost": [Decimal("12345678901234.5678")], "launch": [start.date()]})
    workspace.commit({"items": TableChange(items), "calendar_exceptions": TableChange(exceptions)}, author="test")
    alias = workspace.alias
    item = COMPANY_MODELS["items"].objects.using(alias).get(item="01")
    assert (item.cost, item.launch, item.phantom, item.price) == (
        Decimal("12345678901234.5678"),
        start.date(),
        False,
        None,
    )
    assert COMPANY_MODELS["calendar_exceptions"].objects.using(alias).get(start=start).end == start


def test_bulk_path_reads_what_the_orm_wrote(workspace: Workspace) -> None:
    """Law: the other way round."""
    start = dt.datetime(2026, 1, 1, 7, 30, 0, 500)
    alias = workspace.alias
    COMPANY_MODELS["calendar_exceptions"].objects.using(alias).create(
        calendar="c", start=start, end=start, working=False, overtime=False
    )
    COMPANY_MODELS["cash_accounts"].objects.using(alias).create(
        account="x", date=start.date(), balance=Decimal("-0.0001"), credit_limit=Decimal(0)
    )
    company = workspace.load()
    assert company["calendar_exceptions"].row(0)[:4] == ("c", start, start, False)
    assert company["cash_accounts"]["balance"].item() == Decimal("-0.0001")


def test_orm_tells_capitals_apart(workspace: Workspace) -> None:
    """Example: the collation compares bytes."""
    workspace.commit({"items": TableChange(pl.DataFrame({"item": ["b", "B", "a"]}))}, author="test")
    rows = COMPANY_MODELS["items"].objects.using(workspace.alias).order_by("item")
    assert list(rows.values_list("item", flat=True)) == ["B", "a", "b"]
