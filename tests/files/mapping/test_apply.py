"""A mapping from a folder of files to the tables of a company."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from quarterdeck.files.mapping import apply_mapping, load_mapping, map_sheets
from quarterdeck.model import Company

MAPPING = """
name = "shop"
[parameters]
site = "north"
[sources]
parts = { from = "Teile", columns = { code = ["Nummer"], kind = [], price = ["Preis"] } }
orders = { from = ["Auftraege", "orders"] }
returns = { from = "returns", columns = ["no", "part", "qty", "due", "placed"], required = false }
notes = { from = "notes", required = false }
[[steps]]
name = "line"
from = ["orders", "returns"]
where = "placed < as_of"
[[tables]]
table = "items"
from = "parts"
columns = { item = "code", source = "if(kind = 'K', 'buy', 'make')", price = "price" }
[[tables]]
table = "sales_orders"
from = "line"
[tables.columns]
order = "no"
item = "part"
site = "site"
quantity = "qty"
due = "day(due)"
[[tables]]
table = "customers"
from = "notes"
columns = { customer = "who" }
[[tables]]
table = "settings"
from = "parts"
where = ["row_number() = 1", "as_of_given"]
columns = { setting = "'as_of'", value = "left(text(as_of), 10)" }
"""


@pytest.fixture
def export(tmp_path):
    """A folder with two CSV files, and the mapping beside it."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "teile.csv").write_text("Nummer;kind;Preis\n01;K;1,25\n02;M;\n", encoding="utf-8")
    (folder / "orders.csv").write_text(
        "no,part,qty,due,placed\nA1,01,5,2026-03-20,2026-03-01\nA2,02,0,2026-03-21,2026-03-02\n"
        "A3,02,7,2026-03-22,2026-03-09\n",
        encoding="utf-8",
    )
    mapping = tmp_path / "shop.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    return folder, mapping


def test_an_export_becomes_a_company(export):
    """Codes stay texts, the faulty order is named, the optional sheets may be missing."""
    mapped = apply_mapping(*export)
    company = Company.of(**mapped.frames)
    assert company["items"].select("item", "source", "price").rows(named=False)[0][:2] == ("01", "buy")
    assert company["sales_orders"].select("order", "site", "quantity").rows() == [
        ("A1", "north", 5.0),
        ("A3", "north", 7.0),
    ]
    assert "customers" not in mapped.frames
    assert mapped.rejected["sales_orders"] == 1
    assert mapped.provenance["sales_orders"].rows() == [("orders.csv", "orders", 2), ("orders.csv", "orders", 4)]
    assert {(match.sheet, match.table) for match in mapped.recognition.sheets} == {("teile", "items"), ("orders", "")}
    assert mapped.failed
    (problem,) = mapped.problems
    assert (problem.file, problem.row, problem.column, problem.found) == ("orders.csv", 3, "quantity", "0")


def test_what_is_later_than_the_as_of_date_is_not_seen(export):
    """The order of 9 March does not exist on 5 March; the setting says which day it is."""
    mapped = apply_mapping(*export, as_of=dt.date(2026, 3, 5))
    assert mapped.frames["sales_orders"]["order"].to_list() == ["A1"]
    assert mapped.frames["settings"].rows() == [("as_of", "2026-03-05")]


def test_an_aware_as_of_is_taken_at_its_wall_clock(export):
    """Exports hold wall-clock times."""
    aware = dt.datetime(2026, 3, 5, tzinfo=dt.UTC)
    assert apply_mapping(*export, as_of=aware).frames["sales_orders"].height == 1


def test_a_required_table_that_is_missing_is_named(export):
    """What depends on it is left out, the rest is read."""
    folder, mapping = export
    (folder / "teile.csv").unlink()
    mapped = apply_mapping(folder, mapping)
    assert ("mapping-source", "Teile") in [(problem.code, problem.expected) for problem in mapped.problems]
    assert mapped.frames["sales_orders"].height == 2
    assert "items" not in mapped.frames


def test_a_path_that_is_not_there_is_a_problem(export):
    """No crash, no table."""
    mapped = apply_mapping(export[0] / "nowhere", export[1])
    assert mapped.problems[0].severity == "error"
    assert not any(frame.height for frame in mapped.frames.values())


def test_what_a_mapping_assumes_is_told(tmp_path, export):
    """Its notes are information for the person who imports."""
    noted = tmp_path / "noted.toml"
    noted.write_text('notes = ["Prices are without tax."]\n' + MAPPING, encoding="utf-8")
    told = [problem for problem in apply_mapping(export[0], noted).problems if problem.severity == "info"]
    assert [(problem.code, problem.message) for problem in told] == [("mapping-note", "Prices are without tax.")]


def test_frames_can_be_mapped_directly(export):
    """Without any file, under the other system's names in any spelling."""
    sheets = {"TEILE": pl.DataFrame({"nummer": ["a"], "Kind": ["K"], "Preis": [2]}), "orders": pl.DataFrame()}
    mapped = map_sheets(sheets, load_mapping(export[1]))
    assert mapped.frames["items"]["item"].to_list() == ["a"]


def test_the_order_of_the_files_rows_changes_nothing_but_the_order(export):
    """The same rows in another order give the same table."""
    folder, mapping = export
    lines = (folder / "orders.csv").read_text(encoding="utf-8").splitlines()
    before = apply_mapping(folder, mapping).frames["sales_orders"]
    (folder / "orders.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]), encoding="utf-8")
    assert apply_mapping(folder, mapping).frames["sales_orders"].sort("order").equals(before.sort("order"))
