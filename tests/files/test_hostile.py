"""Files made to break an importer: each is refused, or its bad rows are told; none raises."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import polars as pl
import pytest

from quarterdeck.files import read
from quarterdeck.files.guard import Limits
from quarterdeck.model.checks import check
from tests.files.workbooks import archive, codes, csv, intake, workbook

MAKER = Path(__file__).resolve().parents[3] / "shared" / "hostile" / "make_hostile.py"
HEADER = "item,description,uom,lead_time_days,standard_cost,make_buy\n"
FINE = {
    "06_latin1.csv",
    "07_utf16.csv",
    "08_bom_semicolon.csv",
    "22_bom_deep.csv",
    "23_bom_diamond.csv",
    "60_big_1m.csv",
}
ROWS = {
    "01_formula.csv": {2, 3, 4},
    "02_nan_inf.csv": {2, 3, 4, 5, 6, 7},
    "03_negative.csv": {2, 3, 5},
    "04_duplicate_keys.csv": {2, 3, 4, 5, 6},
    "05_unicode.csv": {2, 3, 4, 5, 7},
    "09_ragged.csv": {2, 3, 4},
    "13_sql_xss.csv": {2, 3, 4},
    "24_bom_bad_scrap.csv": {2, 3, 4, 5},
    "26_unit_mismatch.csv": {2, 3},
    "30_calendar.csv": {2, 3, 5},
    "31_demand.csv": {2, 3, 4, 5, 6, 9},
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The folder of hostile files, made anew; the million rows are left to the benchmarks."""
    if not MAKER.exists():
        pytest.skip(f"The hostile files are made by {MAKER.name}, which is not here.")
    folder = tmp_path_factory.mktemp("hostile")
    subprocess.run([sys.executable, str(MAKER)], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (folder / "files" / "60_big_1m.csv").unlink()
    return folder / "files"


def test_every_hostile_file_is_refused_or_told(hostile):
    """What is merely unusual is read without an error; all else has one, by the reader or by the check after it."""
    for path in sorted(hostile.iterdir()):
        found = read(path)
        problems = [*found.problems, *check(found.company())]
        errors = {problem.code for problem in problems if problem.severity == "error"}
        unusual = path.name in FINE
        if unusual:
            assert not found.failed, (path.name, found.problems[:3])
            assert found.tables, path.name
        else:
            assert errors, path.name
        assert ROWS.get(path.name, set()) <= {problem.row for problem in found.problems}, path.name


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("A,x,EA,NaN,1,B", "not-a-number"),
        ("A,x,EA,1e400,1,B", "not-a-number"),
        ("A,x,EA,1_000,1,B", "not-a-number"),
        ("A,x,EA,٣,1,B", "not-a-number"),
        ("A,x,EA,-1,1,B", "value-out-of-bounds"),
        ("A,x,EA,1,99999999999999999999,B", "value-out-of-bounds"),
        ("=1+1,x,EA,1,1,B", "code-formula"),
        ("\u202eA,x,EA,1,1,B", "code-invisible"),
        ("A\u200b,x,EA,1,1,B", "code-invisible"),
        ("A\x07B,x,EA,1,1,B", "code-control"),
        ("../../A,x,EA,1,1,B", "code-program"),
        ("A" * 300 + ",x,EA,1,1,B", "text-too-long"),
        ("A,x\x1b[2J,EA,1,1,B", "text-control"),
        ("A,x,EA,1,1,perhaps", "not-a-choice"),
        (",x,EA,1,1,B", "value-missing"),
        ("A,x,EA,1", "row-ragged"),
        ("A,x,EA,1,1,B,C", "row-ragged"),
    ],
)
def test_a_faulty_cell_is_told_with_its_row(tmp_path, cells, code):
    """The good row beside it is taken."""
    found = intake(tmp_path, HEADER + "GOOD,x,EA,1,1,B\n" + cells + "\n")
    assert (code, 3) in codes(found)
    assert found.tables["items"]["item"].to_list() == ["GOOD"]
    assert found.rejected["items"] == 1


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "file-empty"),
        ("a.csv", b"\n\n  \n", "file-empty"),
        ("a.csv", bytes(range(256)) * 200, "file-binary"),
        ("a.csv", b"PK\x03\x04rest", "file-misnamed"),
        ("a.csv", b"PAR1rest", "file-misnamed"),
        ("a.csv", b"%PDF-1.7", "file-foreign"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file-foreign"),
        ("a.xlsx", b"hello", "file-not-zip"),
        ("a.xlsx", b"PK\x03\x04 cut off", "zip-damaged"),
        ("a.parquet", b"PAR1 cut off", "parquet-damaged"),
        ("a.parquet", b"hello", "file-not-parquet"),
        ("a.json", b"[" * 5000, "json-too-deep"),
        ("a.json", b'{"item": "A"', "json-refused"),
        ("a.json", b'[{"item": "A", "item": "B"}]', "json-refused"),
        ("a.json", b'[{"item": ["A"]}]', "json-refused"),
        ("a.json", b"[1, 2]", "json-refused"),
        ("a.json", b'"text"', "json-refused"),
        ("a.json", b"[]", "file-empty"),
        ("a.json", b'[{"item": "A", "cost": ' + b"9" * 5000 + b"}]", "json-refused"),
        ("a.exe", b"MZ", "file-kind"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused(tmp_path, name, data, code):
    """The reason is given as a problem, and nothing is read."""
    found = intake(tmp_path, data, name)
    assert code in {problem.code for problem in found.problems}
    assert not found.tables
    assert found.failed


def test_headings_without_rows_are_an_error(tmp_path):
    """There is nothing to import."""
    assert ("nothing-read", None) in codes(intake(tmp_path, HEADER))


def test_json_with_nan_is_told_by_record(tmp_path):
    """JSON's numbers pass the same checks as all others."""
    found = intake(
        tmp_path,
        '[{"item": "A", "cost": NaN}, {"item": "B", "cost": Infinity}, {"item": "C", "cost": 1.5}]',
        "items.json",
    )
    assert codes(found) == [("not-a-number", 1), ("not-a-number", 2)]
    assert found.tables["items"]["item"].to_list() == ["C"]


def test_too_many_columns_are_refused(tmp_path):
    """A CSV of 100,000 columns is no table."""
    assert ("file-too-wide", None) in codes(intake(tmp_path, "item" + ",x" * 100_000 + "\nA\n"))


@pytest.mark.parametrize("name", ["../../evil.csv", "/abs.csv", "a\\..\\..\\b.csv", "C:/x.csv"])
def test_a_zip_whose_names_lead_out_is_refused(tmp_path, name):
    """Path traversal."""
    found = read(archive(tmp_path / "x.zip", {name: HEADER.encode() + b"A,x,EA,1,1,B\n"}))
    assert codes(found) == [("zip-path", None)]


def test_a_zip_in_a_zip_is_not_opened(tmp_path):
    """The good files beside it are read."""
    inner = archive(tmp_path / "inner.zip", {"items.csv": b"item\nA\n"}).read_bytes()
    found = read(archive(tmp_path / "x.zip", {"inner.zip": inner, "items.csv": b"item,description\nA,x\n"}))
    assert ("zip-nested", None) in codes(found)
    assert found.tables["items"]["item"].to_list() == ["A"]


def test_a_zip_bomb_is_refused(tmp_path):
    """A thousand to one is no table."""
    found = read(archive(tmp_path / "x.zip", {"items.csv": b"A" * 20_000_000}))
    assert codes(found) == [("zip-ratio", None)]


def test_too_many_entries_and_too_large_files_are_refused(tmp_path):
    """The limits are those that were given."""
    path = archive(tmp_path / "x.zip", {f"{number}.csv": b"item\nA\n" for number in range(5)})
    assert read(path, limits=Limits(entries=4)).problems[0].code == "zip-entries"
    assert read(path, limits=Limits(unpacked_bytes=10)).problems[0].code == "zip-too-large"
    assert read(path, limits=Limits(file_bytes=10)).problems[0].code == "file-too-large"


def test_a_link_in_a_folder_is_not_followed(tmp_path):
    """It could lead anywhere."""
    outside = csv(tmp_path, "item,description\nSECRET,x\n", "outside.csv")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "items.csv").symlink_to(outside)
    found = read(folder)
    assert codes(found)[0] == ("file-link", None)
    assert not found.tables


def test_a_truncated_workbook_is_refused(tmp_path):
    """Half a download."""
    path = workbook(tmp_path / "a.xlsx", {"Items": [["item", "description"], ["A", "x"]]})
    path.write_bytes(path.read_bytes()[:1500])
    assert read(path).failed


def _with_sheet(path: Path, xml: bytes) -> Path:
    """A sound workbook whose sheet is replaced."""
    good = workbook(path.with_name("good.xlsx"), {"Items": [["item"], ["A"]]})
    target = io.BytesIO()
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in source.infolist():
            data = xml if entry.filename == "xl/worksheets/sheet1.xml" else source.read(entry)
            copy.writestr(entry.filename, data)
    path.write_bytes(target.getvalue())
    return path


NAMESPACE = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"


FAR = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
ENTITY = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (NAMESPACE + FAR + END, "sheet-too-large"),
        (NAMESPACE + b'<row r="99999999"><c r="A99999999"><v>1</v></c></row>' + END, "sheet-too-large"),
        (NAMESPACE + b'<row r="1"><c r="ZZZZ1"><v>1</v></c></row>' + END, "sheet-too-large"),
        (ENTITY + NAMESPACE + b'<row><c t="inlineStr"><is><t>&a;</t></is></c></row>' + END, "xml-entities"),
        (b"\xff\xfe" + "<!DOCTYPE x>".encode("utf-16-le"), "xml-entities"),
        (b"<worksheet><sheetData><row", "workbook-damaged"),
    ],
)
def test_a_workbook_made_to_explode_is_refused(tmp_path, xml, code):
    """Far cells, entities and broken XML never reach the point where they cost memory."""
    found = read(_with_sheet(tmp_path / "a.xlsx", xml))
    assert code in {problem.code for problem in found.problems}
    assert not found.tables


def test_nested_parquet_columns_are_left_out(tmp_path):
    """The columns of single values are read."""
    path = tmp_path / "items.parquet"
    pl.DataFrame({"item": ["A"], "cost": [1.5], "tags": [["x"]], "raw": [b"x"]}).write_parquet(path)
    found = read(path)
    assert codes(found) == [("column-nested", None), ("column-nested", None)]
    assert found.tables["items"].columns == ["item", "cost"]


def test_a_path_that_is_not_there_is_told(tmp_path):
    """No exception."""
    assert codes(read(tmp_path / "nothing.xlsx"))[0] == ("file-missing", None)
    assert codes(read(tmp_path))[0] == ("file-empty", None)
