"""Stories of people with the grid, in a browser."""

from __future__ import annotations

import re

import pytest

from tests.web.browser import counts, shows, tells

PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


@pytest.fixture
def grid(person):
    """``grid(table)`` opens the table's grid as a planner."""

    def open_grid(table, role="planner", **options):
        page = person(role, **options)
        page.goto(f"/data/{table}")
        page.locator(".tabulator-row").first.wait_for()
        return page

    return open_grid


def cell(page, row, column):
    """A cell by the number of its row on the page and its column."""
    return page.locator(f".tabulator-row >> nth={row} >> .tabulator-cell[tabulator-field={column}]")


def saved(page, words="saved"):
    """Waits until what was typed is written, and the grid says so."""
    page.wait_for_timeout(100)  # what was typed is sent a moment later, together
    page.evaluate("() => Grid.saved()")
    page.locator("#grid-state", has_text=words).wait_for()


def undo(page):
    """Ctrl Z, until it is done and the page says so; words of an earlier one may still stand there."""
    with page.expect_response("**/data/undo"):
        page.keyboard.press("Control+z")
    page.locator(".toast", has_text="Taken back").first.wait_for()


def test_a_cell_is_edited_has_a_history_and_is_undone(grid):
    """Story: a planner types a price with a decimal comma, looks who changed it, and takes it back."""
    page = grid("items")
    before = cell(page, 0, "price").inner_text()
    cell(page, 0, "price").click()
    page.keyboard.type("691,5")
    page.keyboard.press("Enter")
    saved(page, "1 row saved")
    shows(cell(page, 0, "price"), "691.5")

    cell(page, 0, "price").click()
    page.get_by_role("button", name="History").click()
    line = page.locator("#grid-history li").first
    line.wait_for()
    shows(line.locator("b"), "planner")
    shows(line.locator("ins"), "691.5")
    shows(line.locator("del"), (before or "empty"))
    page.get_by_role("button", name="Close").click()

    undo(page)
    page.wait_for_function(
        "text => document.querySelector('.tabulator-row [tabulator-field=price]').innerText === text", arg=before
    )


def test_a_slow_answer_does_not_disturb_who_types_on(grid):
    """Story: the answer about one cell comes while somebody types in the next; both are kept, and both taken back."""
    page = grid("items")
    slow = []
    page.route("**/data/items/edit", lambda route: slow.append(route))  # noqa: PLW0108 - Playwright marks what it is given
    was = [cell(page, 1, column).inner_text() for column in ("cost", "price")]
    cell(page, 1, "cost").click()
    page.keyboard.type("11")
    page.keyboard.press("Enter")
    cell(page, 1, "price").click()
    page.keyboard.type("2")
    page.wait_for_timeout(300)
    slow.pop().continue_()
    page.unroute("**/data/items/edit")
    saved(page, "1 row saved")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.wait_for_function("() => Grid.table.getRows()[1].getData().price === '22'")
    assert [cell(page, 1, column).inner_text() for column in ("cost", "price")] == ["11", "22"]

    saved(page, "1 row saved")
    page.reload()
    page.locator(".tabulator-row").first.wait_for()
    assert [cell(page, 1, column).inner_text() for column in ("cost", "price")] == ["11", "22"]
    for column, value in zip(("cost", "price"), was, strict=True):
        cell(page, 1, column).click()
        page.keyboard.press("Delete") if not value else page.keyboard.type(value.replace(",", ""))
        page.keyboard.press("Enter")
        saved(page, "1 row saved")
        page.wait_for_timeout(100)


def test_what_is_no_value_stays_marked_with_the_reason(grid):
    """Story: a planner types words into a cost; the cell is red, the reason stands above, nothing is written."""
    page = grid("items")
    cell(page, 2, "cost").click()
    page.keyboard.type("cheap")
    page.keyboard.press("Enter")
    saved(page, "Not saved")

    reason = page.locator("#grid-refusals li")
    tells(reason, "cheap is not a number.")
    tells(reason, "Write digits")
    assert "refused" in cell(page, 2, "cost").get_attribute("class")
    page.reload()
    page.locator(".tabulator-row").first.wait_for()
    assert cell(page, 2, "cost").inner_text() != "cheap"


def test_a_block_is_pasted_filled_down_and_copied(grid):
    """Story: two rows from a spreadsheet go in as one change, one cell is filled into the others, a range comes out."""
    page = grid("customers")
    old = cell(page, 1, "name").inner_text()
    cell(page, 1, "name").click()
    page.evaluate(PASTE, 'Alpha\tKey\r\n"Beta ""B"""\tKey\r\n')
    saved(page, "2 rows saved")
    shows(cell(page, 2, "name"), 'Beta "B"')
    shows(cell(page, 2, "segment"), "Key")

    cell(page, 1, "segment").click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+d")
    saved(page, "saved")
    page.wait_for_function(
        "() => document.querySelectorAll('.tabulator-row')[3].querySelector('[tabulator-field=segment]').innerText"
        " === 'Key'"
    )
    copied = page.evaluate(
        """() => { const data = new DataTransfer();
        document.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
        return data.getData("text/plain"); }"""
    )
    assert copied == "Key\nKey\nKey"
    undo(page)
    undo(page)
    page.reload()
    page.locator(".tabulator-row").first.wait_for()
    shows(cell(page, 1, "name"), old)


def test_rows_are_added_chosen_from_and_deleted(grid):
    """Story: a line of a bill of materials is typed with codes chosen from a list, then deleted."""
    page = grid("bom_lines")
    page.get_by_role("button", name="Add row").click()
    editor = page.locator(".tabulator-cell.tabulator-editing input")
    editor.fill("CITY")
    page.locator(".picker button").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("BELL")
    page.keyboard.press("Tab")
    saved(page, "Not saved")
    tells(page.locator("#grid-refusals"), "Quantity per is missing")
    cell(page, 0, "quantity_per").click()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    saved(page, "1 row saved")
    shows(cell(page, 0, "position"), "1")

    cell(page, 0, "quantity_per").click()
    page.get_by_role("button", name="Delete rows").click()
    page.locator(".toast", has_text="1 row deleted").wait_for()


def test_filter_sort_columns_and_a_view_that_is_kept(grid):
    """Story: a planner filters, hides a column, keeps the view, comes back and uses it again."""
    page = grid("items")
    page.get_by_label("Filter Source").press_sequentially("=buy")
    saved(page, " of ")
    page.locator("#grid-columns").evaluate("each => each.closest('details').open = true")
    page.locator("#grid-columns input[data-field=unit]").uncheck()
    page.locator("#grid-views").evaluate("each => each.closest('details').open = true")
    page.get_by_label("Name of the view").fill("Bought")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Bought", exact=True).wait_for()

    page.goto("/data/items")
    page.locator(".tabulator-row").first.wait_for()
    page.locator("#grid-views").evaluate("each => each.closest('details').open = true")
    page.get_by_role("button", name="Bought", exact=True).click()
    saved(page, " of ")
    shows(cell(page, 0, "source"), "buy")
    assert not cell(page, 0, "unit").is_visible()
    page.get_by_role("button", name="Delete the view Bought").click()
    page.get_by_role("button", name="Bought", exact=True).wait_for(state="detached")

    with page.expect_download() as download:
        page.locator("[data-export=csv]").evaluate("each => each.click()")
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    assert "unit" not in lines[0].split(",")
    assert all(",buy," in line for line in lines[1:])


def test_two_people_change_one_row(grid):
    """Story: Ada has a row open while Ben changes it; she sees both versions and keeps his."""
    ada, ben = grid("suppliers"), grid("suppliers", role="buyer")
    old = cell(ben, 0, "name").inner_text()
    cell(ben, 0, "name").click()
    ben.keyboard.type("Name of Ben")
    ben.keyboard.press("Enter")
    saved(ben, "1 row saved")

    cell(ada, 0, "name").click()
    ada.keyboard.type("Name of Ada")
    ada.keyboard.press("Enter")
    dialog = ada.locator("#grid-conflict")
    dialog.wait_for()
    assert re.search(r"Name\s+Name of Ben\s+Name of Ada", dialog.inner_text())
    ada.get_by_role("button", name="Keep theirs").click()
    shows(cell(ada, 0, "name"), "Name of Ben")
    undo(ben)
    ben.reload()
    ben.locator(".tabulator-row").first.wait_for()
    shows(cell(ben, 0, "name"), old)


def test_a_viewer_may_look_but_not_type(grid):
    """Story: a viewer has no buttons that change anything, typing does nothing, and the server refuses too."""
    page = grid("items", role="viewer", expected=(403,))
    assert not page.get_by_role("button", name="Add row").is_visible()
    cell(page, 0, "name").dblclick()
    counts(page.locator(".tabulator-editing"), 0)
    status = page.evaluate(
        """async () => (await fetch("/data/items/edit", { method: "POST", body: '{"edits": []}', headers:
        { ...JSON.parse(document.body.getAttribute("hx-headers")), "Content-Type": "application/json" } })).status"""
    )
    assert status == 403


def test_search_finds_items_orders_pages_and_tables(person):
    """Story: Ctrl K, a few letters, arrow down, Enter."""
    page = person("planner")
    page.goto("/data")
    page.keyboard.press("Control+k")
    page.keyboard.type("bill of mat")
    page.keyboard.press("Enter")
    page.wait_for_url("**/data/bom_lines")
