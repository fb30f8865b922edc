"""Cells and columns that a person corrects before rows are taken."""

import pytest
import xlsxwriter

from quarterdeck.files import Corrections, read

FAULTY = [["Part no", "Standard cost", "Colour"], ["X-1", "abc", "red"], ["X-2", 3, "blue"]]


@pytest.fixture
def workbook(tmp_path):
    """Two items, one with a cost that is no number, and a column that nobody knows."""
    path = tmp_path / "items.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Items")
        for row, values in enumerate(FAULTY):
            sheet.write_row(row, 0, values)
    return path


def place(path, row, column):
    """A cell of the only sheet."""
    return (path.name, "Items", row, column)


@pytest.mark.parametrize("column", ["Standard cost", "cost"])
def test_a_corrected_cell_is_read_instead_of_the_faulty_one(workbook, column):
    """Example: named by the user's heading, or by the column it was taken for."""
    intake = read(workbook, Corrections(cells={place(workbook, 2, column): "1.5"}))

    assert [float(cost) for cost in intake.tables["items"]["cost"]] == [1.5, 3.0]
    assert not intake.failed


def test_a_cell_can_be_emptied(workbook):
    """Example: the cost is not known."""
    intake = read(workbook, Corrections(cells={place(workbook, 2, "Standard cost"): ""}))

    assert intake.tables["items"]["cost"].to_list()[0] is None


@pytest.mark.parametrize(("row", "column"), [(1, "Nowhere"), (99, "Standard cost"), (-3, "Standard cost")])
def test_corrections_of_places_that_are_not_there_change_nothing(workbook, row, column):
    """Refusal: a place outside the sheet is passed over."""
    assert read(workbook, Corrections(cells={place(workbook, row, column): "1"})).failed


def test_a_formulas_error_can_be_corrected(tmp_path):
    """Example: #DIV/0! is replaced by what was meant."""
    path = tmp_path / "items.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Items")
        sheet.write_row(0, 0, ["Part no", "Standard cost"])
        sheet.write_string(1, 0, "X-1")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")

    assert read(path).failed
    mended = read(path, Corrections(cells={place(path, 2, "Standard cost"): "4"}))
    assert not mended.failed
    assert float(mended.tables["items"]["cost"][0]) == 4.0


def test_samples_show_what_a_column_holds(workbook):
    """Example: the first filled cells of each column, below its heading."""
    (sheet,) = read(workbook).recognition.sheets

    assert [sheet.samples[found.position] for found in sheet.columns] == [("X-1", "X-2"), ("abc", "3"), ("red", "blue")]
