"""Sheets of every shape that people keep: each gives the rows a person would read from it."""

from __future__ import annotations

import datetime as dt

import fastexcel

from quarterdeck.files import Corrections, read, write_template
from quarterdeck.model import TABLES
from tests.files.workbooks import archive, codes, column, intake, workbook


def test_demand_with_months_across(tmp_path):
    """One row per item, one column per month; empty months are no sales."""
    months = [dt.date(2026, month, 1).isoformat() for month in (1, 2, 3)]
    rows = [["item", *months], ["A", 5, None, 7], ["B", 1, 2, 3]]
    found = read(workbook(tmp_path / "demand.xlsx", {"Demand history": rows}))
    history = found.tables["demand_history"].sort("item", "date")
    assert history.select("item", "quantity").rows() == [("A", 5), ("A", 7), ("B", 1), ("B", 2), ("B", 3)]
    assert history["date"].to_list()[:2] == [dt.date(2026, 1, 1), dt.date(2026, 3, 1)]


def test_a_faulty_period_is_told_with_its_header(tmp_path):
    """The good periods of the row are taken."""
    rows = [["item", "2026-01", "2026-02", "2026-03"], ["A", "5", "many", "7"]]
    found = read(workbook(tmp_path / "demand.xlsx", {"Demand history": rows}))
    told = [(problem.row, problem.column) for problem in found.problems if problem.severity == "error"]
    assert told == [(2, "2026-02")]
    assert column(found, "demand_history", "quantity") == [5, 7]


def test_an_indented_bill_of_materials(tmp_path):
    """Each line belongs to the last one a level higher; a jump of two levels has no parent."""
    rows = [["level", "component", "quantity"], [0, "bike", 1], [1, "wheel", 2], [2, "spoke", 36], [1, "frame", 1]]
    found = read(workbook(tmp_path / "bom.xlsx", {"Bill of materials": rows}))
    lines = found.tables["bom_lines"].select("parent", "component", "quantity_per").rows()
    assert lines == [("bike", "wheel", 2), ("wheel", "spoke", 36), ("bike", "frame", 1)]
    jump = read(workbook(tmp_path / "jump.xlsx", {"Bill of materials": [*rows, [3, "lost", 1]]}))
    assert ("level-skipped", 6) in codes(jump)


def test_the_level_of_a_skill_is_no_level_of_a_bill(tmp_path):
    """The same heading means another thing in another table."""
    found = intake(tmp_path, "person,skill,level\nAda,weld,0.8\n", "person_skills.csv")
    assert column(found, "person_skills", "level") == [0.8]


def test_units_in_headings_are_converted(tmp_path):
    """Hours become the declared minutes, and minutes the declared hours; the header says which they are."""
    text = "item,sequence,work centre,setup time (h),queue time (min)\nA,10,MILL,0.5,90\n"
    found = intake(tmp_path, text, "operations.csv")
    assert TABLES["operations"].column("setup_minutes").unit == "min"
    assert column(found, "operations", "setup_minutes") == [30]
    assert column(found, "operations", "queue_hours") == [1.5]


def test_a_person_corrects_what_was_recognised(tmp_path):
    """A sheet is named another table, a column another, one column is left out."""
    path = workbook(tmp_path / "x.xlsx", {"Stuff": [["Ref", "Remark", "Cost"], ["A", "old", 5]]})
    said = Corrections(tables={"Stuff": "items"}, columns={("Stuff", "Ref"): "item", ("Stuff", "Cost"): ""})
    found = read(path, said)
    assert found.tables["items"]["item"].to_list() == ["A"]
    assert "cost" not in found.tables["items"].columns


def test_a_zip_of_csv_is_one_company(tmp_path):
    """Each file is a table; a readme is passed over."""
    entries = {"items.csv": b"item,cost\nA,5\n", "sub/customers.csv": b"customer;name\nC1;Ada\n", "README.txt": b"x"}
    found = read(archive(tmp_path / "company.zip", entries))
    assert (column(found, "items", "item"), column(found, "customers", "name")) == (["A"], ["Ada"])


def test_hidden_sheets_are_passed_over_and_said_so(tmp_path):
    """What nobody sees is not taken."""
    sheets = {"Items": [["item", "cost"], ["A", 5]], "Customers": [["customer", "name"], ["C1", "Ada"]]}
    found = read(workbook(tmp_path / "x.xlsx", sheets, hidden=("Customers",)))
    assert set(found.tables) == {"items"}
    assert "sheet-hidden" in {problem.code for problem in found.problems}


def test_a_filled_in_template_is_read(tmp_path):
    """Its own headings, below its explanations, in every table that has a required column only."""
    path = write_template(tmp_path / "template.xlsx")
    cells = fastexcel.read_excel(str(path)).load_sheet("Items", header_row=None, dtypes="string").to_polars().rows()
    filled = [list(row) for row in cells] + [["T-1", *[None] * (len(cells[0]) - 1)]]
    found = read(workbook(tmp_path / "filled.xlsx", {"Items": filled}))
    assert column(found, "items", "item") == ["T-1"]


def test_typed_commas_beside_a_workbooks_own_numbers(tmp_path):
    """1.234 is the workbook's own number; the same letters typed beside typed commas are a thousand."""
    rows = [["item", "cost"], ["own", 1.234], ["typed", "4,20"], ["thousand", "1.234"], ["half", 0.5]]
    found = read(workbook(tmp_path / "items.xlsx", {"Items": rows}))
    assert [float(str(cost)) for cost in column(found, "items", "cost")] == [1.234, 4.2, 1234.0, 0.5]


def test_a_typed_point_beside_typed_commas_is_told(tmp_path):
    """12.5 typed as text in a column of typed commas is one or the other; a person has to say which."""
    rows = [["item", "cost"], ["own", 1.5], ["typed", "4,20"], ["odd", "12.5"], ["more", "0,75"]]
    found = read(workbook(tmp_path / "items.xlsx", {"Items": rows}))
    assert ("number-mixed", 4) in codes(found)
