"""Files on their way in: kept aside, checked, corrected, written, given up."""

import os
import time
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from quarterdeck.service import jobs, uploads
from quarterdeck.service.data import available_mappings, template_file
from quarterdeck.store import Workspace

MEGABYTE = 1 << 20


@pytest.fixture
def workspace(tmp_path):
    """A new workspace."""
    with Workspace.create(tmp_path / "workspace") as made:
        yield made


@pytest.fixture
def content(tmp_path):
    """A workbook with three faults in five items, and a sheet with strange headings."""
    path = tmp_path / "three.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Items")
        rows = [["X-1", 0.5, "buy"], ["X-2", "abc", "buy"], ["X-3", 12, "mke"], ["X-4", -5, "buy"], ["X-5", 3, "buy"]]
        for row, values in enumerate([["Part no", "Standard cost", "Make or buy"], *rows]):
            sheet.write_row(row, 0, values)
        other = book.add_worksheet("Whom we sell to")
        other.write_row(0, 0, ["Who", "Called"])
        other.write_row(1, 0, ["C1", "Alpine"])
    return path.read_bytes()


def kept(workspace, content, name="three.xlsx", author="Ada"):
    """The files, kept."""
    return uploads.keep_upload(workspace, [(name, [content])], author=author, most_bytes=MEGABYTE)


def checked(workspace, upload, *, write=False):
    """What the next check or the writing finds, done as the worker does it."""
    made = jobs.create_job(workspace, "import", "Ada", token=upload.token, write=write)
    jobs.run_job(workspace, made.pk)
    done = jobs.job(workspace, made.pk)
    assert done.state == jobs.DONE, done.message
    return uploads.find_upload(workspace, upload.token, "Ada")


def test_a_workbook_is_checked_corrected_marked_and_written(workspace, content):
    """Story: three faults; two are mended on the page, the third stays in the marked workbook; undo takes all back."""
    upload = checked(workspace, kept(workspace, content))
    assert upload.checked["counts"]["items"] == [2, 0, 0, 3]
    assert upload.checked["errors"] == 3
    assert not workspace.load()["items"].height

    cells = [["three.xlsx", "Items", 3, "Standard cost", "1.5"], ["three.xlsx", "Items", 4, "Make or buy", "make"]]
    upload = checked(workspace, uploads.correct(upload, {"cells": cells}))
    assert upload.checked["counts"]["items"] == [4, 0, 0, 1]

    book = uploads.marked_workbook(workspace, upload)
    listed = pl.read_excel(book, sheet_name="Faults", has_header=False, drop_empty_rows=True).to_series(-1)
    everything = pl.read_excel(book, sheet_name="Faults", has_header=False).rows()
    assert any("-5 is not possible as cost" in str(row) for row in everything)
    assert any("Corrected to 1.5 during import." in str(row) for row in everything)
    assert listed.len()

    done = checked(workspace, upload, write=True)
    assert done.checked["written"]
    assert sorted(workspace.load()["items"]["item"]) == ["X-1", "X-2", "X-3", "X-5"]
    assert not done.held
    assert done.marked is not None
    workspace.undo(done.checked["change_set"], author="Ada")
    assert not workspace.load()["items"].height


def test_sheets_and_columns_are_what_a_person_says(workspace, content):
    """Story: a sheet that was not recognised becomes customers, its columns are named, and another is left out."""
    upload = checked(workspace, kept(workspace, content))
    assert [sheet["table"] for sheet in upload.checked["sheets"]] == ["items", ""]
    columns = [["Whom we sell to", "Who", "customer"], ["Whom we sell to", "Called", "name"]]

    upload = uploads.correct(upload, {"tables": {"Whom we sell to": "customers", "Items": ""}, "columns": columns})
    upload = checked(workspace, upload)

    assert upload.checked["counts"] == {"customers": [1, 0, 0, 0]}
    checked(workspace, upload, write=True)
    assert workspace.load()["customers"].select("customer", "name").rows() == [("C1", "Alpine")]


def test_a_sheet_that_becomes_another_table_forgets_its_columns(workspace, content):
    """Law: corrections of columns belong to a table."""
    upload = uploads.correct(kept(workspace, content), {"columns": [["Items", "Part no", "item"]]})

    assert uploads.correct(upload, {"tables": {"Items": "customers"}}).said["columns"] == []


def test_nonsense_that_is_sent_is_passed_over(workspace, content):
    """Refusal: what is no correction corrects nothing."""
    sent = {"tables": [1], "columns": "x", "cells": [["a"], ["f", "s", "row", "c", "t"]], "other": 1}
    said = uploads.correct(kept(workspace, content), sent).said

    assert (said["tables"], said["columns"], said["cells"]) == ({}, [], [])


@pytest.mark.parametrize("name", ["../../evil.xlsx", "..\\..\\evil.xlsx", "/etc/evil.xlsx"])
def test_names_cannot_leave_the_folder(workspace, content, name):
    """Refusal: only the last part of a name is kept."""
    upload = kept(workspace, content, name)

    assert upload.source.parent == upload.folder / uploads.SOURCE
    assert upload.source.name == "evil.xlsx"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "Expected 1 to 100 files, got 0"),
        ([("a.exe", [b"x"])], "got a.exe"),
        ([("a.csv", [b"x"]), ("a.csv", [b"y"])], "two of the same name"),
        ([("a.csv", [b"x" * MEGABYTE, b"x"])], "Expected at most 1 MB"),
    ],
)
def test_files_that_cannot_be_taken_are_refused(workspace, files, words):
    """Refusal: none, foreign, repeated, too large; nothing of them stays."""
    with pytest.raises(uploads.UploadError, match=words):
        uploads.keep_upload(workspace, files, author="Ada", most_bytes=MEGABYTE)
    assert uploads.uploads_of(workspace, "Ada") == []
    home = workspace.path / uploads.FOLDER
    assert not home.exists() or not list(home.iterdir())


@pytest.mark.parametrize("token", ["", "..", "../../workspace", "x" * 30, "a/b" * 10])
def test_only_ones_own_uploads_are_found(workspace, content, token):
    """Refusal: others' uploads, names that are none, and paths."""
    upload = kept(workspace, content)

    assert uploads.find_upload(workspace, token, "Ada") is None
    assert uploads.find_upload(workspace, upload.token, "Ben") is None
    assert [each.token for each in uploads.uploads_of(workspace, "Ada")] == [upload.token]


def test_several_files_are_one_import(workspace):
    """Example: two CSV files."""
    files = [("items.csv", [b"item,cost\nA,1\n"]), ("customers.csv", [b"customer,name\nC,Alpine\n"])]
    upload = uploads.keep_upload(workspace, files, author="Ada", most_bytes=MEGABYTE)

    assert checked(workspace, upload).checked["counts"] == {"items": [1, 0, 0, 0], "customers": [1, 0, 0, 0]}


def test_what_is_old_is_swept_and_what_is_given_up_goes(workspace, content):
    """Law: files that nobody wrote do not stay."""
    old, new = kept(workspace, content), kept(workspace, content)
    long_ago = time.time() - 25 * 3600
    os.utime(old.folder, (long_ago, long_ago))

    uploads.sweep_uploads(workspace)
    assert [each.token for each in uploads.uploads_of(workspace, "Ada")] == [new.token]
    uploads.discard(new)
    assert uploads.uploads_of(workspace, "Ada") == []


def test_files_that_are_gone_fail_in_words(workspace, content):
    """Refusal: the job says what to do."""
    upload = kept(workspace, content)
    uploads.discard(upload)
    made = jobs.create_job(workspace, "import", "Ada", token=upload.token, write=False)

    jobs.run_job(workspace, made.pk)

    assert jobs.job(workspace, made.pk).message == "These files are no longer there. Bring them again."


def test_tables_of_settings_are_named(workspace):
    """Example: a workbook with targets needs the right to change them."""
    files = [("kpi_targets.csv", [b"kpi,target\non_time_in_full,0.9\n"])]
    upload = uploads.keep_upload(workspace, files, author="Ada", most_bytes=MEGABYTE)

    assert uploads.guarded_tables(checked(workspace, upload)) == ["KPI targets"]


def test_mappings_and_template_are_offered(tmp_path):
    """Example: the export of another system; an empty workbook that holds every table."""
    assert "adventureworks" in available_mappings()
    path = Path(tmp_path / "company.xlsx")
    path.write_bytes(template_file())
    assert "Items" in pl.read_excel(path, sheet_id=0, infer_schema_length=0)
