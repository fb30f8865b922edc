"""The grid: pages of any table, filtered, sorted, exported."""

import io

import polars as pl
import pytest

from quarterdeck import Company
from quarterdeck.model import TABLES
from quarterdeck.service import grid
from quarterdeck.service.grid import GridQuery, grid_page

COMPANY = Company.of(
    items=pl.DataFrame(
        {
            "item": ["B10", "B2", "=BAD", "X1"],
            "name": ["Road bike", "City bike", "Formula", None],
            "cost": [12.5, 200.0, None, 7.0],
            "source": ["make", "make", "buy", "buy"],
            "strategy": ["to_stock", "to_order", None, "to_stock"],
            "launch": pl.Series(["2026-03-01", "2026-03-15", None, "2025-12-31"]).str.to_date(),
        }
    ),
    work_orders=pl.DataFrame(
        {
            "order": ["W1", "W2"],
            "item": ["B10", "B2"],
            "quantity": [1.0, 2.0],
            "due": pl.Series(["2026-03-02 08:00:00", "2026-03-03 23:59:59"]).str.to_datetime(),
        }
    ),
)


def found(table="items", **query):
    """Keys of the rows that a query gives."""
    return [row["_key"][0] for row in grid_page(COMPANY, table, GridQuery(**query)).rows]


@pytest.mark.parametrize(
    ("column", "text", "keys"),
    [
        ("name", "bike", ["B10", "B2"]),
        ("name", "BIKE", ["B10", "B2"]),
        ("cost", "> 10", ["B10", "B2"]),
        ("cost", "7..13", ["B10", "X1"]),
        ("cost", "=", ["=BAD"]),
        ("cost", "<>", ["B10", "B2", "X1"]),
        ("cost", "12.5", ["B10"]),
        ("source", "=make", ["B10", "B2"]),
        ("source", "<>make", ["=BAD", "X1"]),
        ("launch", "2026-03", ["B10", "B2"]),
        ("launch", ">=2026-03-15", ["B2"]),
        ("launch", "2025-12-01..2026-03-01", ["B10", "X1"]),
        ("name", "=", ["X1"]),
        ("strategy", "To stock", ["B10", "=BAD", "X1"]),
        ("strategy", "=to_order", ["B2"]),
        ("strategy", "<>to order", ["B10", "=BAD", "X1"]),
    ],
)
def test_what_is_typed_above_a_column_filters(column, text, keys):
    """Example: parts of texts, comparisons, spans, empty and filled cells."""
    assert found(filters=((column, text),)) == keys


def test_a_day_holds_all_its_moments():
    """Example: what is due up to a day includes that day's evening."""
    assert found("work_orders", filters=(("due", "<=2026-03-03"),)) == ["W1", "W2"]
    assert found("work_orders", filters=(("due", "2026-03-03..2026-03-03"),)) == ["W2"]


def test_every_word_must_occur_somewhere():
    """Example: words of one row, in any column and order."""
    assert found(words="bike b2") == ["B2"]


def test_sorting_puts_empty_cells_last():
    """Law: numbers sort as numbers, upwards and downwards, and empty cells end either list."""
    assert found(sort=(("cost", False),)) == ["X1", "B10", "B2", "=BAD"]
    assert found(sort=(("cost", True),)) == ["B2", "B10", "X1", "=BAD"]


def test_pages_cover_the_table_once():
    """Law: the pages together are the table, in its order."""
    pages = [grid_page(COMPANY, "items", GridQuery(), page, 3) for page in (1, 2, 3)]

    assert [row["item"] for page in pages for row in page.rows] == COMPANY["items"]["item"].to_list()
    assert {(page.total, page.all) for page in pages} == {(4, 4)}


@pytest.mark.parametrize("text", ["> abc", "abc..def"])
def test_a_filter_that_cannot_be_read_says_why(text):
    """Refusal: the message shows the value."""
    with pytest.raises(ValueError, match="abc is not a number"):
        grid_page(COMPANY, "items", GridQuery(filters=(("cost", text),)))


def test_a_column_that_is_not_there_is_refused():
    """Refusal: the message names it."""
    with pytest.raises(ValueError, match="got 'colour'"):
        grid_page(COMPANY, "items", GridQuery(filters=(("colour", "red"),)))


@pytest.mark.parametrize("name", list(TABLES))
def test_every_table_has_a_grid(name):
    """Law: columns follow from the declaration, and an empty table is a page without rows."""
    columns = grid.grid_columns(TABLES[name])

    assert [column["field"] for column in columns] == list(TABLES[name].dtypes)
    assert all(column["description"] and column["allowed"] for column in columns)
    assert grid_page(Company.of(), name, GridQuery()).rows == ()


def test_references_offer_codes_that_begin_so_first():
    """Example: B2 begins with b2, City bike holds it only in its name."""
    codes = [each["code"] for each in grid.reference_choices(COMPANY, "bom_lines", "component", "b")]

    assert codes[:2] == ["B10", "B2"]
    assert grid.reference_choices(COMPANY, "items", "name", "b") == []


def test_export_holds_what_is_seen_and_nothing_a_spreadsheet_would_run():
    """Refusal: a code that looks like a formula is written as text; columns and filter are those of the screen."""
    content = grid.export_rows(COMPANY, "items", GridQuery(filters=(("source", "=buy"),)), ["item", "cost"], "csv")

    assert pl.read_csv(io.BytesIO(content), infer_schema=False).rows() == [("'=BAD", None), ("X1", "7.0000")]


def test_a_workbook_of_what_is_seen_can_be_imported_again(tmp_path):
    """Story: somebody exports a few rows, and imports them elsewhere."""
    from quarterdeck.files import read

    path = tmp_path / "items.xlsx"
    path.write_bytes(grid.export_rows(COMPANY, "items", GridQuery(words="bike"), ["item", "cost", "launch"], "xlsx"))

    back = read(path).tables["items"]
    assert back.sort("item")["item"].to_list() == ["B10", "B2"]
    assert back.columns == ["item", "cost", "launch"]


def test_settings_and_goals_need_their_own_right():
    """Law: who may change tables may still not change targets."""
    assert grid.may_edit("buyer", "suppliers")
    assert not grid.may_edit("buyer", "kpi_targets")
    assert grid.may_edit("operations_manager", "settings")
    assert not grid.may_edit("operator", "items")
