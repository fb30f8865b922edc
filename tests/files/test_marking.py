"""The user's own workbook comes back with its faults marked and everything else as it was."""

import posixpath
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET  # the files are written by the tests themselves

import fastexcel
import pytest
import xlsxwriter

from quarterdeck.files import read, write_faults
from quarterdeck.files.marking.xml import UnusualXmlError, appended, edited, region
from quarterdeck.model import Problem
from tests.files.workbooks import csv

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def own_workbook(path: Path) -> Path:
    """A workbook with formats, a formula, widths, a picture of a curve, a comment and a hidden sheet."""
    with xlsxwriter.Workbook(str(path)) as book:
        money = book.add_format({"num_format": '#,##0.00 "EUR"', "italic": True})
        sheet = book.add_worksheet("Items")
        sheet.set_column(0, 0, 33)
        sheet.write_row(1, 1, ["item", "description", "standard cost", "make or buy"])
        sheet.write_row(2, 1, ["A", "frame"])
        sheet.write(2, 3, "abc", money)
        sheet.write_formula(2, 5, "=1+2", None, 3)
        sheet.write_row(3, 1, ["B", "wheel"])
        sheet.write_number(3, 3, -4, money)
        sheet.write_comment(3, 3, "My own note")
        sheet.write_row(4, 1, ["C", "saddle", 5])
        sheet.write_blank(4, 5, None, money)
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Items!$D$3:$D$5"})
        sheet.insert_chart("H2", chart)
        orders = book.add_worksheet("Sales orders")
        orders.write_row(0, 0, ["order", "item", "quantity", "due"])
        orders.write_row(1, 0, ["S1", "A", 2])
        orders.write_row(2, 0, ["S2", "A", "two", "2026-03-11"])
        book.add_worksheet("Secret").hide()
    return path


def marked(source: Path, target: Path) -> Path:
    """The source with its faults marked."""
    found = read(source)
    return write_faults(found, found.problems, target)


def parts(path: Path) -> dict[str, bytes]:
    """Everything in the archive."""
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist()))
        return {name: archive.read(name) for name in archive.namelist()}


def cell(data: bytes, name: str) -> ET.Element:
    """A cell of a sheet's XML."""
    return next(each for each in ET.fromstring(data).iter(f"{MAIN}c") if each.get("r") == name)


def comments(data: bytes) -> dict[str, str]:
    """Texts of a sheet's comments."""
    return {each.get("ref", ""): "".join(each.itertext()) for each in ET.fromstring(data).iter(f"{MAIN}comment")}


def assert_whole(path: Path) -> None:
    """Every part is XML, has a type, and every reference leads somewhere; counts are right."""
    found = parts(path)
    types = ET.fromstring(found["[Content_Types].xml"])
    typed = {each.get("PartName", "").lstrip("/") for each in types if each.get("PartName")}
    extensions = {each.get("Extension", "") for each in types if each.get("Extension")}
    assert typed <= set(found)
    for name, data in found.items():
        assert name == "[Content_Types].xml" or name in typed or name.rpartition(".")[2] in extensions, name
        if name.endswith((".xml", ".rels", ".vml")):
            ET.fromstring(data)
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            relations = ET.fromstring(data)
            identities = [each.get("Id") for each in relations]
            assert len(identities) == len(set(identities))
            for each in relations:
                target = posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/")
                assert target in found, (name, target)
            part = f"{folder}/{posixpath.basename(name).removesuffix('.rels')}".lstrip("/")
            used = re.findall(rb'\br:id="([^"]+)"', found.get(part, b""))
            assert {each.decode() for each in used} <= set(identities), part
    styles = ET.fromstring(found["xl/styles.xml"])
    for name in ("fills", "cellXfs"):
        group = styles.find(f"{MAIN}{name}")
        assert int(group.get("count")) == len(group), name
    most = len(styles.find(f"{MAIN}cellXfs"))
    fills = len(styles.find(f"{MAIN}fills"))
    assert all(int(each.get("fillId")) < fills for each in styles.find(f"{MAIN}cellXfs"))
    for name in found:
        if name.startswith("xl/worksheets/sheet"):
            cells = list(ET.fromstring(found[name]).iter(f"{MAIN}c"))
            assert all(int(each.get("s", 0)) < most for each in cells)


def test_the_workbook_comes_back_whole(tmp_path):
    """Story: a planner gets her workbook back and finds everything she made in it, and three cells in colour."""
    source = own_workbook(tmp_path / "mine.xlsx")
    target = marked(source, tmp_path / "faults.xlsx")
    assert_whole(target)
    before, after = parts(source), parts(target)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml",
    }  # fmt: skip
    assert cell(after["xl/worksheets/sheet1.xml"], "F3").findtext(f"{MAIN}f") == "1+2"
    assert b'width="33' in after["xl/worksheets/sheet1.xml"]
    book = fastexcel.read_excel(str(target))
    assert book.sheet_names == ["Items", "Sales orders", "Secret", "Faults"]
    assert book.load_sheet("Items", header_row=None).to_polars().height == 4


def test_a_faulty_cell_keeps_its_format_below_the_colour(tmp_path):
    """Number format and font of the marked style are those of the cell's own style."""
    target = marked(own_workbook(tmp_path / "mine.xlsx"), tmp_path / "faults.xlsx")
    found = parts(target)
    styles = ET.fromstring(found["xl/styles.xml"])
    style = styles.find(f"{MAIN}cellXfs")[int(cell(found["xl/worksheets/sheet1.xml"], "D4").get("s"))]
    own = styles.find(f"{MAIN}cellXfs")[int(cell(found["xl/worksheets/sheet1.xml"], "F5").get("s"))]
    assert (style.get("numFmtId"), style.get("fontId")) == (own.get("numFmtId"), own.get("fontId"))
    fill = styles.find(f"{MAIN}fills")[int(style.get("fillId"))]
    assert fill[0].get("patternType") == "solid"
    assert own.get("fillId") == "0"


def test_comments_are_added_to_those_that_are_there(tmp_path):
    """One cell has a note of the user's own; the empty due date of an order gets a cell to carry the comment."""
    target = marked(own_workbook(tmp_path / "mine.xlsx"), tmp_path / "faults.xlsx")
    found = parts(target)
    items = comments(found["xl/comments1.xml"])
    assert set(items) == {"D3", "D4"}
    assert items["D4"].startswith("My own note\n-4 is not possible")
    assert "abc is not a number" in items["D3"]
    orders = comments(found["xl/comments2.xml"])
    assert set(orders) == {"C3", "D2"}
    assert int(cell(found["xl/worksheets/sheet2.xml"], "D2").get("s")) > 0
    assert found["xl/drawings/vmlDrawing1.vml"].count(b'ObjectType="Note"') == 2
    assert b"legacyDrawing" in found["xl/worksheets/sheet2.xml"]


def test_the_added_sheet_lists_and_links(tmp_path):
    """Every fault with its place; import passes over the sheet and finds the same faults again."""
    source = own_workbook(tmp_path / "mine.xlsx")
    target = marked(source, tmp_path / "faults.xlsx")
    listed = fastexcel.read_excel(str(target)).load_sheet("Faults", header_row=2).to_polars()
    assert listed.columns[:3] == ["Severity", "Sheet", "Cell"]
    assert {"D3", "D4"} <= set(listed["Cell"].to_list())
    again = read(target)
    assert [problem.code for problem in again.problems if problem.severity == "error"] == [
        problem.code for problem in read(source).problems if problem.severity == "error"
    ]
    twice = write_faults(again, again.problems, tmp_path / "twice.xlsx")
    assert_whole(twice)


def test_a_workbook_without_any_style_gets_some(tmp_path):
    """Written by a program that knows no formats, with a prefix before every name."""
    path = tmp_path / "bare.xlsx"
    main = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    texts = lambda *words: "".join(f'<x:c t="inlineStr"><x:is><x:t>{word}</x:t></x:is></x:c>' for word in words)  # noqa: E731
    entries = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<x:workbook {main} xmlns:r="{office}"><x:sheets>'
        '<x:sheet name="Items" sheetId="1" r:id="r1"/></x:sheets></x:workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<x:worksheet {main}><x:sheetData><!-- <row> --><x:row>"
        f"{texts('item', 'name', 'cost')}</x:row><x:row>{texts('A', 'a', 'x')}</x:row></x:sheetData></x:worksheet>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    target = marked(path, tmp_path / "faults.xlsx")
    assert_whole(target)
    assert comments(parts(target)["xl/comments1.xml"])["C2"].startswith("x is not a number")


def test_macros_stay_only_where_the_name_allows_them(tmp_path):
    """A workbook called .xlsx with macros in it would be opened by no program."""
    source = own_workbook(tmp_path / "plain.xlsx")
    path = tmp_path / "macros.xlsm"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "[Content_Types].xml":
                data = data.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
                data = appended(data, "Types", lambda p: f'<{p}Default Extension="bin" ContentType="application/x"/>')
            if entry.filename == "xl/_rels/workbook.xml.rels":
                kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
                data = data.replace(
                    b"</Relationships>",
                    f'<Relationship Id="rV" Type="{kind}" Target="vbaProject.bin"/></Relationships>'.encode(),
                )
            new.writestr(entry, data)
        new.writestr("xl/vbaProject.bin", b"macros")
    kept, bare = marked(path, tmp_path / "a.xlsm"), marked(path, tmp_path / "a.xlsx")
    assert parts(kept)["xl/vbaProject.bin"] == b"macros"
    assert "xl/vbaProject.bin" not in parts(bare)
    assert_whole(kept)
    assert_whole(bare)


def test_a_csv_comes_back_as_a_workbook_of_its_values(tmp_path):
    """There is no workbook to mark, so one is made."""
    source = csv(tmp_path, "item,description,standard cost\n007,frame,abc\nB,=1+1,3\n")
    target = marked(source, tmp_path / "faults.xlsx")
    assert_whole(target)
    (part,) = [data for name, data in parts(target).items() if name.startswith("xl/comments")]
    assert comments(part)["C2"].startswith("abc is not a number")
    cells = fastexcel.read_excel(str(target)).load_sheet("items", header_row=None, dtypes="string").to_polars()
    assert cells.row(1) == ("007", "frame", "abc")


@pytest.mark.parametrize("xml", [b"<a/>", b"<a><b></a>"])
def test_xml_without_the_expected_element_is_refused(xml):
    """Refusal: the caller then writes a workbook of values instead."""
    with pytest.raises(UnusualXmlError):
        region(xml, "b")


def test_pieces_are_replaced_from_the_left():
    """Law: what lies between the pieces stays."""
    assert edited(b"0123456789", [(8, 9, b"x"), (2, 2, b"ab"), (3, 5, b"")]) == b"01ab2567x9"
    assert appended(b"<p:a n='1>2'/>", "a", lambda p: f"<{p}b/>") == b"<p:a n='1>2'><p:b/></p:a>"


def corrections(source: Path, *cells: tuple[int, str, str]) -> list[Problem]:
    """What a person corrected: row, column and text."""
    return [
        Problem(
            "warning", "cell-corrected", "Corrected.", "", file=source.name, sheet="Items", row=row, column=column,
            expected=text,
        )
        for row, column, text in cells
    ]  # fmt: skip


def test_corrected_cells_hold_what_they_were_corrected_to(tmp_path):
    """Example: a number, a text and nothing take the place of what was there, in their own formats."""
    source = own_workbook(tmp_path / "own.xlsx")
    told = corrections(source, (3, "standard cost", "12.5"), (3, "item", "A & B"), (5, "description", ""))
    back = write_faults(read(source), told, tmp_path / "back.xlsx")
    sheet = parts(back)["xl/worksheets/sheet1.xml"]
    before = parts(source)["xl/worksheets/sheet1.xml"]

    assert cell(sheet, "D3").findtext(f"{MAIN}v") == "12.5"
    assert cell(sheet, "D3").get("t") is None
    assert "".join(cell(sheet, "B3").itertext()) == "A & B"
    assert "".join(cell(sheet, "C5").itertext()) == ""
    assert cell(sheet, "D4").findtext(f"{MAIN}v") == cell(before, "D4").findtext(f"{MAIN}v")
    assert_whole(back)
    assert read(back).tables["items"]["item"].to_list()[0] == "A & B"


def test_a_cell_that_a_formula_computes_keeps_it(tmp_path):
    """Refusal: other sheets may need the formula, so only the comment tells of the correction."""
    source = tmp_path / "own.xlsx"
    with xlsxwriter.Workbook(str(source)) as book:
        sheet = book.add_worksheet("Items")
        sheet.write_row(0, 0, ["item", "standard cost"])
        sheet.write(1, 0, "A")
        sheet.write_formula(1, 1, '="ab"&"c"', None, "abc")
    back = write_faults(read(source), corrections(source, (2, "standard cost", "3")), tmp_path / "back.xlsx")

    assert cell(parts(back)["xl/worksheets/sheet1.xml"], "B2").findtext(f"{MAIN}f") == '"ab"&"c"'


def test_corrections_of_plain_files_are_in_the_workbook_of_their_values(tmp_path):
    """Example: a CSV comes back as a workbook with the corrected cost."""
    source = tmp_path / "Items.csv"
    source.write_text("item,cost\nA,abc\nB,2\n", encoding="utf-8")
    found = read(source)
    place = next(each for each in found.problems if each.row == 2)
    told = [
        Problem(
            "warning",
            "cell-corrected",
            "Corrected.",
            "",
            file=place.file,
            sheet=place.sheet,
            row=2,
            column="cost",
            expected="7",
        )
    ]
    back = write_faults(found, told, tmp_path / "back.xlsx")

    assert fastexcel.read_excel(str(back)).load_sheet(1).to_polars()["cost"].to_list() == [7.0, 2.0]
