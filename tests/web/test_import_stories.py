"""Stories of people who bring files, in a browser."""

from __future__ import annotations

import polars as pl
import xlsxwriter

from tests.web.browser import counts, shows, tells
from tests.web.test_data_stories import cell

ROWS = [
    ["Part no", "Description", "Standard cost", "Make or buy"],
    ["ZZ-1", "Bolt", 0.5, "buy"],
    ["ZZ-2", "Nut", "abc", "buy"],
    ["ZZ-3", "Bracket", 12, "mke"],
    ["ZZ-4", "Fork", -5, "buy"],
]


def workbook(path):
    """Four items with three faults, and a sheet that nobody knows."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Items")
        for row, values in enumerate(ROWS):
            sheet.write_row(row, 0, values)
        other = book.add_worksheet("Whom we serve")
        other.write_row(0, 0, ["Who", "Called"])
        other.write_row(1, 0, ["ZZ-C", "Zebra"])
    return path


def bring(page, path):
    """Chooses a file and waits until it was read."""
    page.goto("/import")
    page.set_input_files("[type=file]", path)
    page.locator("#faults").wait_for(timeout=60_000)


def test_three_faults_two_mended_the_third_marked_written_and_undone(person, tmp_path):
    """Story: a buyer imports a workbook with three faults."""
    page = person("buyer")
    bring(page, workbook(tmp_path / "parts.xlsx"))
    assert page.locator("#counts tbody tr").inner_text().split() == ["Items", "1", "0", "0", "3"]
    counts(page.locator("#faults .chip.error"), 3)

    page.get_by_label("Standard cost in row 3").fill("1,5")
    page.get_by_label("Make or buy in row 4").fill("make")
    page.get_by_role("button", name="Check again with 2 corrections").click()
    page.get_by_text("2 cells corrected here.").wait_for(timeout=60_000)
    assert page.locator("#counts tbody tr").inner_text().split() == ["Items", "3", "0", "0", "1"]

    with page.expect_download() as download:
        page.get_by_role("link", name="Workbook with the faults marked").click()
    assert download.value.suggested_filename == "parts with faults.xlsx"
    listed = pl.read_excel(download.value.path(), sheet_name="Faults", has_header=False).rows()
    assert any("-5 is not possible as cost" in str(row) for row in listed)
    assert not any("abc is not a number" in str(row) for row in listed)
    mended = pl.read_excel(download.value.path(), sheet_name="Items", infer_schema_length=0).rows()
    assert [row[3] for row in mended] == ["buy", "buy", "make", "buy"]
    assert [row[2] for row in mended] == ["0.5", "1,5", "12", "-5"]

    page.get_by_role("button", name="Write 3 rows").click()
    page.get_by_role("heading", name="Written", exact=True).wait_for(timeout=60_000)
    page.goto("/data/items?find=zz-2")
    page.locator(".tabulator-row").first.wait_for()
    shows(cell(page, 0, "cost"), "1.5")
    page.go_back()
    page.get_by_role("button", name="Undo this import").click()
    page.locator(".told", has_text="Taken back: Items: 3 removed").wait_for()
    page.goto("/data/items?find=zz-")
    page.locator("#content").get_by_text("0 of", exact=False).first.wait_for()


def test_corrections_just_typed_are_in_the_marked_workbook(person, tmp_path):
    """Story: somebody mends two cells and downloads the workbook at once; it comes back clean but for the third."""
    page = person("buyer")
    bring(page, workbook(tmp_path / "parts.xlsx"))
    page.get_by_label("Standard cost in row 3").fill("1.5")
    page.get_by_label("Make or buy in row 4").fill("make")
    with page.expect_download() as download:
        page.get_by_role("link", name="Workbook with the faults marked").click()
    page.get_by_text("2 cells corrected here.").wait_for(timeout=60_000)

    again = tmp_path / "again.xlsx"
    download.value.save_as(again)
    bring(page, again)
    assert page.locator("#counts tbody tr").first.inner_text().split() == ["Items", "3", "0", "0", "1"]


def test_a_sheet_that_was_not_recognised_is_told_what_it_is(person, tmp_path):
    """Story: the person says which table a sheet is and what its columns mean, leaves the other out, and gives up."""
    page = person("planner")
    bring(page, workbook(tmp_path / "parts.xlsx"))
    page.get_by_label("Table of Whom we serve").select_option("customers")
    page.get_by_label("Table of Items").select_option("")
    page.get_by_role("button", name="Check again with 2 corrections").click()
    who = page.get_by_label("Column Who of Whom we serve")
    who.wait_for(timeout=60_000)
    who.select_option("customer")
    page.get_by_label("Column Called of Whom we serve").select_option("name")
    page.get_by_role("button", name="Check again with 2 corrections").click()
    page.locator("#counts", has_text="Customers").wait_for(timeout=60_000)
    assert page.locator("#counts tbody tr").inner_text().split() == ["Customers", "1", "0", "0", "0"]

    page.get_by_role("button", name="Give up").click()
    page.locator(".told", has_text="nothing was written").wait_for()


def test_what_cannot_be_read_is_refused_in_words(person, tmp_path):
    """Story: somebody drops a picture, then a workbook that is none."""
    picture = tmp_path / "photo.png"
    picture.write_bytes(b"\x89PNG....")
    page = person("planner", expected=(422,))
    page.goto("/import")
    page.set_input_files("[type=file]", picture)
    page.locator("#drop-error", has_text="got photo.png").wait_for()

    false = tmp_path / "false.xlsx"
    false.write_bytes(b"this is no workbook")
    bring(page, false)
    tells(page.locator("#faults"), "is called .xlsx but is not a workbook")
    assert page.get_by_role("button", name="Write 0 rows").is_disabled()


def test_a_file_that_is_too_large_is_not_even_sent(person, tmp_path):
    """Story: the page says how much is taken."""
    page = person("planner")
    page.goto("/import")
    page.reload()
    page.evaluate(
        """() => { const form = document.getElementById("drop"), data = new DataTransfer();
        const file = new File(["x"], "big.csv");
        Object.defineProperty(file, "size", { value: 300 * 2 ** 20 });
        const event = new Event("drop", { bubbles: true, cancelable: true });
        event.dataTransfer = { files: [file] };
        form.dispatchEvent(event); }"""
    )
    page.locator("#drop-error", has_text="300 MB; at most 200 MB").wait_for()
