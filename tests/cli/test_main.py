"""The command line: its doors, its exit codes, its messages."""

import json
import subprocess
import sys

import polars as pl
import pytest
from typer.testing import CliRunner

from quarterdeck.cli import exits
from quarterdeck.cli.main import app
from quarterdeck.version import __version__

runner = CliRunner()


def run(*arguments):
    """A command with its result."""
    return runner.invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def lamp_files(tmp_path):
    """A shop that buys and sells lamps: CSV with a German header, no production at all."""
    folder = tmp_path / "lamps"
    folder.mkdir()
    (folder / "items.csv").write_text(
        "Artikel;Bezeichnung;Beschaffung;Kosten;Preis\nL1;Desk lamp;Kauf;12,50;29,90\nL2;Floor lamp;Kauf;30,00;79,00\n",
        "utf-8",
    )
    (folder / "suppliers.csv").write_text("supplier,name\nLUX,Lux and Sons\n", "utf-8")
    (folder / "supply_options.csv").write_text(
        "item,supplier,lead_time_days,price\nL1,LUX,10,12.50\nL2,LUX,21,30.00\n", "utf-8"
    )
    (folder / "stock.csv").write_text("item,on hand\nL1,40\nL2,3\n", "utf-8")
    weeks = pl.date_range(pl.date(2025, 3, 3), pl.date(2026, 2, 23), "1w", eager=True)
    history = pl.concat(
        pl.DataFrame(
            {"item": [item] * len(weeks), "date": weeks, "quantity": [level + i % 3 for i in range(len(weeks))]}
        )
        for item, level in (("L1", 8), ("L2", 2))
    )
    history.write_csv(folder / "demand_history.csv")
    (folder / "sales_orders.csv").write_text(
        "order,line,item,quantity,due,price\nSO-1,1,L1,5,2026-03-06,29.90\nSO-2,1,L2,9,2026-03-05,79.00\n", "utf-8"
    )
    return folder


@pytest.fixture
def planned(lamp_files, tmp_path):
    """A workspace in which the lamp shop was imported and planned."""
    workspace = tmp_path / "shop"
    assert run("import", lamp_files, "--workspace", workspace).exit_code == exits.OK
    done = run("plan", "--as-of", "2026-03-02", "--horizon", 8, "--workspace", workspace)
    assert done.exit_code == exits.OK, done.output
    return workspace


def test_help_loads_no_heavy_library():
    """The help answers at once because nothing numerical is imported."""
    code = "import sys, quarterdeck.cli.main; print([m for m in ('polars', 'numba', 'django') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_version_and_help():
    """Both end well; the help documents exit codes."""
    assert __version__ in run("--version").output
    assert "Exit codes" in run("--help").output


def test_a_shop_without_production_is_planned(planned):
    """A distributor's week: forecasts, purchase proposals, no operation, no fault."""
    counts = json.loads(run("plan", "--as-of", "2026-03-02", "--horizon", 8, "--workspace", planned, "--json").output)
    assert counts["rows"]["operations"] == 0
    assert counts["rows"]["forecasts"] >= 16
    orders = json.loads(run("show", "orders", "--workspace", planned, "--json").output)
    assert {order["kind"] for order in orders} == {"buy"}


def test_the_late_floor_lamp_is_explained(planned):
    """Nine are wanted on Thursday, three are there and the rest takes three weeks."""
    late = json.loads(run("show", "late", "--workspace", planned, "--json").output)
    order = next(row for row in late if row["order"] == "SO-2")
    assert order["reason"]
    assert order["days_late"] > 10
    causes = json.loads(run("show", "causes", "--workspace", planned, "--json", "--limit", 1000).output)
    assert causes


def test_importing_twice_changes_nothing_and_undo_takes_it_back(lamp_files, tmp_path):
    """The second import says so; undo empties the workspace; a further undo has nothing to do."""
    workspace = tmp_path / "shop"
    first = json.loads(run("import", lamp_files, "--workspace", workspace, "--json").output)
    assert (first["ok"], first["written"], first["tables"]["items"]["new"]) == (True, True, 2)
    second = json.loads(run("import", lamp_files, "--workspace", workspace, "--json").output)
    assert (second["ok"], second["written"], second["tables"]["items"]["unchanged"]) == (True, False, 2)
    assert run("undo", "--workspace", workspace).exit_code == exits.OK
    assert json.loads(run("show", "items", "--workspace", workspace, "--json").output) == []
    assert run("undo", "--workspace", workspace).exit_code == exits.FAULTS


def test_a_dry_run_writes_nothing(lamp_files, tmp_path):
    """What would be new is said; the workspace stays empty."""
    workspace = tmp_path / "shop"
    done = run("import", lamp_files, "--dry-run", "--workspace", workspace)
    assert "Dry run" in done.output
    assert json.loads(run("show", "items", "--workspace", workspace, "--json").output) == []


def test_faulty_rows_stop_an_import_unless_good_rows_are_wanted(tmp_path):
    """A negative cost is named with its row; nothing is written; --good-rows takes the other row."""
    file = tmp_path / "items.csv"
    file.write_text("item,name,cost\nA,good,1.50\nB,bad,-3\n", "utf-8")
    workspace = tmp_path / "shop"
    refused = json.loads(run("import", file, "--workspace", workspace, "--json").output)
    assert (refused["ok"], refused["written"]) == (False, False)
    assert any(problem["row"] == 3 and problem["column"] == "cost" for problem in refused["problems"])
    taken = run("import", file, "--good-rows", "--workspace", workspace)
    assert taken.exit_code == exits.FAULTS
    assert [row["item"] for row in json.loads(run("show", "items", "--workspace", workspace, "--json").output)] == ["A"]


def test_the_faulty_workbook_comes_back_marked(tmp_path):
    """--report writes a workbook."""
    file = tmp_path / "items.csv"
    file.write_text("item,name,cost\nA,bad,-3\n", "utf-8")
    report = tmp_path / "faults.xlsx"
    assert run("import", file, "--report", report, "--workspace", tmp_path / "w").exit_code == exits.FAULTS
    assert report.read_bytes()[:2] == b"PK"


def test_missing_things_are_said_with_advice(tmp_path):
    """No workspace, no plan, no file, no such table: each has its exit code and a next step."""
    nowhere = run("check", "--workspace", tmp_path / "none")
    assert (nowhere.exit_code, "quarterdeck init" in nowhere.output) == (exits.NO_WORKSPACE, True)
    workspace = tmp_path / "w"
    assert run("init", "--workspace", workspace).exit_code == exits.OK
    no_plan = run("report", "-o", tmp_path / "p.html", "--workspace", workspace)
    assert (no_plan.exit_code, "quarterdeck plan" in no_plan.output) == (exits.NO_WORKSPACE, True)
    assert run("show", "kpis", "--workspace", workspace).exit_code == exits.NO_WORKSPACE
    assert run("show", "widgets", "--workspace", workspace).exit_code == exits.USAGE
    assert run("import", tmp_path / "missing.xlsx", "--workspace", workspace).exit_code == exits.USAGE
    assert run("plan", "--as-of", "yesterday", "--workspace", workspace).exit_code == exits.USAGE


def test_reports_and_exports_are_written(planned, tmp_path):
    """One HTML file that asks no other host; workbooks of company and plan."""
    page = tmp_path / "plan.html"
    assert run("report", "-o", page, "--workspace", planned).exit_code == exits.OK
    text = page.read_text(encoding="utf-8")
    assert "Desk lamp" in text
    assert 'src="http' not in text
    for arguments in ([tmp_path / "company.xlsx"], [tmp_path / "plan.xlsx", "--plan"]):
        assert run("export", *arguments, "--workspace", planned).exit_code == exits.OK
        assert arguments[0].stat().st_size > 5000


def test_an_export_can_be_imported_again_without_change(planned, tmp_path):
    """Export and import use one form."""
    book = tmp_path / "company.xlsx"
    run("export", book, "--workspace", planned)
    again = json.loads(run("import", book, "--workspace", planned, "--json").output)
    assert (again["ok"], again["written"]) == (True, False), again


def test_the_template_is_a_workbook(tmp_path):
    """It can be imported as it is: nothing in it counts as data."""
    book = tmp_path / "company.xlsx"
    assert run("template", book).exit_code == exits.OK
    done = json.loads(run("import", book, "--workspace", tmp_path / "w", "--json").output)
    assert not done["written"]


def test_terminal_pages_are_for_people(planned):
    """Summary, tables and check print words."""
    assert "days" in run("show", "late", "--workspace", planned).output
    assert "Fri 6 Mar 2026" in run("show", "sales_orders", "--workspace", planned).output
    assert run("check", "--workspace", planned).exit_code == exits.OK
    assert "command line" in run("show", "changes", "--workspace", planned).output
    assert run("show", "items", "--item", "L1", "--workspace", planned).output.count("lamp") == 1
