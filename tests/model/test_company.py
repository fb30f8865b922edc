"""Bundles of frames and the declarations they follow."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from quarterdeck.model import RESULTS, TABLES, Company, Plan, Settings
from quarterdeck.model.company import UnknownTableError

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def test_absent_columns_take_their_defaults():
    """An item that only has a code is bought in pieces, lot for lot."""
    row = Company.of(items=pl.DataFrame({"item": ["a"]})).items.row(0, named=True)
    assert (row["source"], row["unit"], row["lot_rule"], row["phantom"]) == ("buy", "pcs", "lot_for_lot", False)


def test_money_is_exact():
    """A float price becomes a decimal with four places."""
    company = Company.of(items=pl.DataFrame({"item": ["a"], "cost": [0.1 + 0.2]}))
    assert company.items["cost"].item() == Decimal("0.3000")


def test_unknown_tables_are_refused():
    """The message names the table that was asked for."""
    with pytest.raises(UnknownTableError, match="widgets"):
        Company.of(widgets=pl.DataFrame({"a": [1]}))
    with pytest.raises(UnknownTableError, match="widgets"):
        Company.of()["widgets"]
    with pytest.raises(AttributeError, match="widgets"):
        _ = Company.of().widgets


def test_replace_changes_one_table_only():
    """The rest is the same object."""
    before = Company.of(items=pl.DataFrame({"item": ["a"]}))
    after = before.replace(stock_lots=pl.DataFrame({"item": ["a"], "quantity": [3]}))
    assert after.items is before.items
    assert (before.stock_lots.height, after.stock_lots.height) == (0, 1)


def test_every_declaration_is_complete():
    """Every table has a key and every column a description and, where it references, an existing table."""
    for table in (*TABLES.values(), *RESULTS.values()):
        assert table.key, table.name
        for column in table.columns:
            assert column.description, f"{table.name}.{column.name}"
            assert not column.references or column.references in TABLES


def test_every_company_table_has_words_in_four_languages():
    """Sheets are recognised in English, German, French and Spanish."""
    for table in TABLES.values():
        for language in ("en", "de", "fr", "es"):
            if table.name not in {"settings", "cost_rates"}:
                assert f"{language}:" in table.also, f"{table.name}: {language}"


def test_a_company_without_sites_has_one():
    """It lies in the zone of the settings."""
    company = Company.of(settings=pl.DataFrame({"setting": ["time_zone"], "value": ["Europe/Paris"]}))
    assert company.sites_or_main.select("site", "time_zone").rows() == [("main", "Europe/Paris")]
    assert company.setting("currency", "EUR") == "EUR"


def test_plans_grow_by_stages():
    """Tables, problems and figures are added; the plan before is unchanged."""
    blank = Plan.blank(Settings(as_of=AS_OF))
    filled = blank.with_tables(loads=RESULTS["loads"].empty()).with_figures(value=3)
    assert (dict(blank.figures), filled.figures["value"]) == ({}, 3)


def test_settings_need_a_time_zone_and_a_horizon():
    """Messages show the value."""
    with pytest.raises(ValueError, match="time zone"):
        Settings(as_of=dt.datetime(2026, 3, 2))
    with pytest.raises(ValueError, match="got 0"):
        Settings(as_of=AS_OF, horizon_weeks=0)
