"""Files come into a workspace whole or not at all, say what is wrong with them, and can be taken back."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from quarterdeck.model import Company, Problem
from quarterdeck.service import data
from quarterdeck.service.data import import_files, init_workspace, judge, load_company, undo_last
from quarterdeck.service.reading import Reading, read_source
from quarterdeck.store import Workspace

ITEMS = pl.DataFrame({"item": ["frame", "wheel", "bike"], "source": ["buy", "buy", "make"], "cost": [40, 15, 90]})
LINES = pl.DataFrame({"parent": ["bike"] * 2, "component": ["frame", "wheel"], "quantity_per": [1.0, 2.0]})


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A new, empty workspace."""
    with init_workspace(tmp_path / "workspace") as made:
        yield made


@pytest.fixture
def read_as(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets the next import read these tables from its file."""

    def set_reading(
        problems: tuple[Problem, ...] = (), rejected: dict[str, int] | None = None, **frames: pl.DataFrame
    ) -> None:
        reading = Reading(frames, rejected=rejected or {}, problems=problems)
        monkeypatch.setattr(data, "read_source", lambda *_, **__: reading)

    return set_reading


def codes(problems: tuple[Problem, ...], severity: str = "error") -> list[str]:
    """Codes of the problems of one severity."""
    return [problem.code for problem in problems if problem.severity == severity]


def test_import_writes_once(workspace: Workspace, read_as: Any) -> None:
    """Story: a file comes in, comes in again and changes nothing, and is taken back."""
    before = workspace.checksum()
    read_as(items=ITEMS, bom_lines=LINES)
    first = import_files(workspace, "bikes.xlsx", author="Ada")
    assert (first.ok, first.written) == (True, True)
    assert first.counts == {"items": (3, 0, 0, 0), "bom_lines": (2, 0, 0, 0)}
    again = import_files(workspace, "bikes.xlsx", author="Ada")
    assert (again.ok, again.written, again.counts["items"]) == (True, False, (0, 0, 3, 0))
    done, problems = undo_last(workspace, author="Bo")
    assert done == "Import of bikes.xlsx by Ada (Items: 3 new; Bill of materials: 2 new)"
    assert problems == ()
    assert workspace.checksum() == before


def test_changed_rows_are_counted(workspace: Workspace, read_as: Any) -> None:
    """Example: one new, one changed, two unchanged."""
    read_as(items=ITEMS)
    import_files(workspace, "a.csv", author="Ada")
    changed = pl.concat(
        [ITEMS.with_columns(cost=pl.Series([40, 15, 95])), ITEMS.head(1).with_columns(item=pl.lit("bell"))]
    )
    read_as(items=changed)
    assert import_files(workspace, "b.csv", author="Ada").counts["items"] == (1, 1, 2, 0)


def test_dry_run_writes_nothing(workspace: Workspace, read_as: Any) -> None:
    """Law: a dry run tells the same and leaves the workspace as it was."""
    before = workspace.checksum()
    read_as(items=ITEMS)
    result = import_files(workspace, "a.csv", author="Ada", dry_run=True)
    assert (result.ok, result.written, result.counts["items"]) == (True, False, (3, 0, 0, 0))
    assert workspace.checksum() == before
    assert workspace.change_sets() == []


FAULT = Problem("error", "cell-not-a-number", "Cost is abc.", "Write a number.", table="items", file="a.csv", row=5)


def test_one_faulty_row_keeps_everything_out(workspace: Workspace, read_as: Any) -> None:
    """Refusal: with an error in the file nothing is written, and the rows that would be are still told."""
    read_as((FAULT,), {"items": 1}, items=ITEMS)
    result = import_files(workspace, "a.csv", author="Ada")
    assert (result.ok, result.written, result.counts["items"]) == (False, False, (3, 0, 0, 1))
    assert FAULT in result.problems
    assert workspace.load()["items"].is_empty()


def test_good_rows_are_taken_on_request(workspace: Workspace, read_as: Any) -> None:
    """Story: the good rows come in, the faulty one waits, and the import is not called fine."""
    read_as((FAULT,), {"items": 1}, items=ITEMS)
    result = import_files(workspace, "a.csv", author="Ada", take_good_rows=True)
    assert (result.ok, result.written) == (False, True)
    assert workspace.load()["items"].height == 3


def test_only_faulty_rows_write_nothing(workspace: Workspace, read_as: Any) -> None:
    """Refusal: nothing good, nothing written, whatever was asked for."""
    read_as((FAULT,), {"items": 1})
    result = import_files(workspace, "a.csv", author="Ada", take_good_rows=True)
    assert (result.ok, result.written, result.counts) == (False, False, {"items": (0, 0, 0, 1)})


def test_rows_that_break_the_company_wait(workspace: Workspace, read_as: Any) -> None:
    """Story: a bill of materials names a part that does not exist; alone it waits, its sound neighbours come in."""
    read_as(items=ITEMS)
    import_files(workspace, "items.csv", author="Ada")
    lines = pl.concat([LINES, LINES.head(1).with_columns(component=pl.lit("rocket"))])
    read_as(bom_lines=lines)
    refused = import_files(workspace, "bom.csv", author="Ada")
    assert (refused.ok, refused.written) == (False, False)
    assert "reference-unknown" in codes(refused.problems)
    taken = import_files(workspace, "bom.csv", author="Ada", take_good_rows=True)
    assert (taken.ok, taken.written, taken.counts["bom_lines"]) == (False, True, (2, 0, 0, 1))
    assert "rocket" not in workspace.load()["bom_lines"]["component"]


def test_circle_in_the_bill_of_materials_is_refused(workspace: Workspace, read_as: Any) -> None:
    """Refusal: a line that closes a circle with lines that are there already."""
    read_as(items=ITEMS, bom_lines=LINES)
    import_files(workspace, "bikes.xlsx", author="Ada")
    before = workspace.checksum()
    read_as(bom_lines=pl.DataFrame({"parent": ["wheel"], "component": ["bike"], "quantity_per": [1.0]}))
    result = import_files(workspace, "circle.csv", author="Ada")
    assert codes(result.problems) == ["bom-cycle"]
    assert workspace.checksum() == before


def test_old_problems_do_not_keep_new_rows_out(workspace: Workspace, read_as: Any) -> None:
    """Example: what was wrong before is not held against a file that does not add to it."""
    read_as(items=ITEMS, bom_lines=LINES)
    import_files(workspace, "bikes.xlsx", author="Ada")
    circle = pl.DataFrame({"parent": ["wheel"], "component": ["bike"], "quantity_per": [1.0]})
    workspace.commit({"bom_lines": data.TableChange(circle)}, author="by hand")
    read_as(customers=pl.DataFrame({"customer": ["C1"]}))
    assert import_files(workspace, "customers.csv", author="Ada").ok


def test_rows_without_required_values_are_named(workspace: Workspace, read_as: Any) -> None:
    """Refusal: rows lacking a key, a required value, or a whole required column."""
    due = dt.datetime(2026, 3, 11)
    orders = pl.DataFrame(
        {"order": ["SO-1", "SO-2", None], "item": ["bike", None, "bike"], "quantity": [1.0] * 3, "due": [due] * 3}
    )
    read_as(items=ITEMS, sales_orders=orders, machines=pl.DataFrame({"machine": ["M1"]}))
    result = import_files(workspace, "orders.csv", author="Ada", take_good_rows=True)
    assert result.counts["sales_orders"] == (1, 0, 0, 2)
    assert result.counts["machines"] == (0, 0, 0, 1)
    missing = [(problem.table, problem.column) for problem in result.problems if problem.code == "value-missing"]
    assert missing == [("sales_orders", "order"), ("sales_orders", "item"), ("machines", "work_centre")]


def test_required_columns_may_be_absent_for_rows_that_exist(workspace: Workspace, read_as: Any) -> None:
    """Story: a list of promise dates changes known orders; an unknown order in it is refused for lack of an item."""
    order = pl.DataFrame({"order": ["SO-1"], "item": ["bike"], "quantity": [1.0], "due": [dt.datetime(2026, 3, 11)]})
    read_as(items=ITEMS, sales_orders=order)
    import_files(workspace, "orders.csv", author="Ada")
    promised = dt.datetime(2026, 3, 12)
    read_as(sales_orders=pl.DataFrame({"order": ["SO-1", "SO-9"], "promised": [promised, promised]}))
    result = import_files(workspace, "promises.csv", author="Ada", take_good_rows=True)
    assert result.counts["sales_orders"] == (0, 1, 0, 1)
    assert workspace.load()["sales_orders"].select("item", "promised").rows() == [("bike", promised)]


def test_character_that_ends_texts_is_refused(workspace: Workspace, read_as: Any) -> None:
    """Refusal: the character with code 0, which PostgreSQL cannot hold."""
    read_as(items=pl.DataFrame({"item": ["a\0b", "ok"]}))
    result = import_files(workspace, "a.csv", author="Ada", take_good_rows=True)
    assert codes(result.problems)[0] == "text-unstorable"
    assert workspace.load()["items"]["item"].to_list() == ["ok"]


def test_many_rows_with_one_fault_are_summed_up() -> None:
    """Example: beyond twenty rows the rest is told in one sentence."""
    frame = pl.DataFrame(
        {"machine": [f"M{i}" for i in range(30)], "work_centre": [None] * 30},
        schema_overrides={"work_centre": pl.String},
    )
    found = judge(Company.of(), Reading({"machines": frame}))
    told = [problem for problem in found.problems if problem.code == "value-missing"]
    assert len(told) == 21
    assert "10 more rows" in told[-1].message


def test_undo_of_nothing_is_told(workspace: Workspace) -> None:
    """Refusal: an empty workspace has nothing to take back."""
    done, problems = undo_last(workspace)
    assert done == ""
    assert codes(problems) == ["undo-nothing"]


def test_progress_runs_from_reading_to_done(workspace: Workspace, read_as: Any) -> None:
    """Law: whoever waits hears each step, and shares that only grow to one."""
    heard: list[tuple[str, float]] = []
    read_as(items=ITEMS)
    import_files(workspace, "a.csv", author="Ada", progress=lambda title, share: heard.append((title, share)))
    assert [title for title, _ in heard] == ["Reading", "Checking", "Writing", "Done"]
    assert [share for _, share in heard] == sorted(share for _, share in heard)


def test_unknown_options_are_refused(workspace: Workspace) -> None:
    """Refusal: a misspelt option."""
    with pytest.raises(TypeError, match="dryrun"):
        import_files(workspace, "a.csv", author="Ada", dryrun=True)


def test_unreadable_mapping_is_a_problem(workspace: Workspace, tmp_path: Path) -> None:
    """Refusal: a mapping that is not there is told, not raised."""
    result = import_files(workspace, tmp_path, mapping=str(tmp_path / "none.toml"), author="Ada")
    assert (result.ok, codes(result.problems)) == (False, ["mapping-unreadable"])


def test_date_that_is_none_is_refused(tmp_path: Path) -> None:
    """Refusal: an as-of date that cannot be read."""
    with pytest.raises(ValueError, match="'soon'"):
        read_source(tmp_path, mapping="adventureworks", as_of="soon")


def test_load_company(workspace: Workspace, read_as: Any) -> None:
    """Example: the company of a folder."""
    read_as(items=ITEMS)
    import_files(workspace, "a.csv", author="Ada")
    assert load_company(workspace.path)["items"].height == 3


CSV = "item,name,cost,source\nframe,Frame,40,buy\nwheel,Wheel,15,buy\nbike,Bike,cheap,make\n"


def test_csv_comes_in_and_goes_out_and_comes_in_again(workspace: Workspace, tmp_path: Path) -> None:
    """Story: a file is imported and exported; the export holds nothing new."""
    path = tmp_path / "items.csv"
    path.write_text(CSV.replace("cheap", "90"), encoding="utf-8")
    first = import_files(workspace, path, author="Ada")
    assert (first.ok, first.counts["items"]) == (True, (3, 0, 0, 0))
    assert first.recognised[0]["table"] == "Items"
    exported = data.export_company(workspace, tmp_path / "company.xlsx")
    again = import_files(workspace, exported, author="Ada")
    assert (again.ok, again.written, again.counts["items"]) == (True, False, (0, 0, 3, 0))


def test_faults_are_marked_in_the_users_own_file(workspace: Workspace, tmp_path: Path) -> None:
    """Story: a cost that is no number is named by row, the database stays as it was, and a workbook shows the cell."""
    path, report = tmp_path / "items.csv", tmp_path / "faults.xlsx"
    path.write_text(CSV, encoding="utf-8")
    before = workspace.checksum()
    result = import_files(workspace, path, author="Ada", report=report)
    assert not result.ok
    assert [(problem.row, problem.column) for problem in result.problems if problem.severity == "error"] == [
        (4, "cost")
    ]
    assert report.stat().st_size > 0
    assert workspace.checksum() == before


def test_faults_of_the_company_are_found_in_the_file(workspace: Workspace, tmp_path: Path, read_as: Any) -> None:
    """Example: a part that does not exist is named with the file's row, though only the whole company shows it."""
    read_as(items=ITEMS)
    import_files(workspace, "items.csv", author="Ada")
    path = tmp_path / "bom.csv"
    path.write_text("parent,component,quantity per\nbike,frame,1\nbike,rocket,1\n", encoding="utf-8")
    reading = read_source(path)
    found = [problem for problem in judge(workspace.load(), reading).problems if problem.code == "reference-unknown"]
    assert [(problem.file, problem.row) for problem in found] == [("bom.csv", 3)]


MAPPING = """
name = "erp"
[sources.part]
from = ["Part"]
columns = { number = ["PartNo"], price = ["Unit Price"] }
[[tables]]
table = "items"
from = "part"
let.net = "price"
columns = { item = "number", cost = "net" }
"""


def test_mapped_export_is_marked_in_its_own_cells(workspace: Workspace, tmp_path: Path) -> None:
    """Story: another system's workbook comes back with the cell coloured from which the faulty cost was computed."""
    (tmp_path / "erp.toml").write_text(MAPPING, encoding="utf-8")
    source, report = tmp_path / "export.xlsx", tmp_path / "faults.xlsx"
    with xlsxwriter.Workbook(str(source)) as book:
        sheet = book.add_worksheet("Part")
        for number, row in enumerate((["Colour", "PartNo", "Unit Price"], ["red", "A", 5], ["blue", "B", "dear"])):
            sheet.write_row(number, 0, row)
    result = import_files(workspace, source, author="Ada", mapping=str(tmp_path / "erp.toml"), report=report)
    assert [(problem.sheet, problem.row) for problem in result.problems if problem.severity == "error"] == [("Part", 3)]
    with zipfile.ZipFile(report) as archive:
        comments = archive.read("xl/comments1.xml").decode()
        sheets = archive.read("xl/workbook.xml").decode()
    assert 'ref="C3"' in comments
    assert "dear" in comments
    assert 'name="Part"' in sheets
    assert 'name="Faults"' in sheets


def test_faults_of_the_company_in_a_mapped_export_have_a_row(workspace: Workspace, tmp_path: Path) -> None:
    """Example: two rows with one code, told by file and row."""
    (tmp_path / "erp.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "Part.csv").write_text("PartNo,Unit Price\nA,5\nA,6\nB,7\n", encoding="utf-8")
    reading = read_source(tmp_path / "Part.csv", mapping=str(tmp_path / "erp.toml"))
    errors = [(problem.file, problem.row) for problem in reading.problems if problem.severity == "error"]
    assert errors == [("Part.csv", 2), ("Part.csv", 3)]
    assert reading.frames["items"]["item"].to_list() == ["B"]
    assert reading.intake is not None
    assert reading.intake.provenance["items"]["row"].to_list() == [4]


def test_read_company_without_workspace(tmp_path: Path) -> None:
    """Example: the library reads a file; the faulty row is left out and named."""
    path = tmp_path / "items.csv"
    path.write_text(CSV, encoding="utf-8")
    company, problems = data.read_company(path)
    assert company["items"]["item"].to_list() == ["frame", "wheel"]
    assert len(codes(problems)) == 1
