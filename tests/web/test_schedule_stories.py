"""Stories of planners with the schedule, in a browser."""

from __future__ import annotations

import pytest

from tests.web.browser import counts, tells

FIND = """(wanted) => {
  const bars = board.source.bars, row = board.view.rows.findIndex((each) => each.code === wanted.machine);
  const bar = [...board.laid.rows[row].bars].find((each) => bars.from[each] > board.source.now + 2880);
  reveal(bar);
  field.scrollTop = Math.max(0, board.laid.tops[row] - board.height / 2);
  return bar;
}"""
# The demo's assembly and packing stand in for each other, so a machine that cannot take the bar is of none of them.
FOREIGN = """(bar) => {
  const { rows } = board.view, at = placeOf(bar), bicycles = ["ASSEMBLY", "E-ASSEMBLY", "PACK"];
  const down = (row) => HEAD + board.laid.tops[row] - board.top + 8 - (at.y + at.height / 2);
  const foreign = rows.map((each, row) => row).filter((row) => !bicycles.includes(rows[row].centre));
  return foreign.map(down).sort((one, other) => Math.abs(one) - Math.abs(other))[0];
}"""
PLACE = """(bar) => {
  const at = placeOf(bar), bars = board.source.bars;
  return {x: at.x, y: at.y + at.height / 2, order: bars.order[bar], from: bars.from[bar], label: bars.label[bar]};
}"""

STILL = "() => board.left === field.scrollLeft && board.top === field.scrollTop"
JUDGED = """(at) => !hold.asking && samePlace(hold.judged, hold.last) && samePlace(hold.last, dropOf(at))"""


def opened(page):
    """The schedule of the newest plan, drawn."""
    page.goto("/schedule")
    page.wait_for_selector("html[data-schedule]")
    return page.locator("#scroll").bounding_box()


def placed(page, machine):
    """A bar of a machine that is in sight and has not begun: its number and its place."""
    bar = page.evaluate(FIND, {"machine": machine})
    page.wait_for_function(STILL)
    return bar, page.evaluate(PLACE, bar)


def dragged(page, box, place, by, down=0):
    """The bar dragged by so many pixels, the mouse still held; what the ghost says of the place it came to last."""
    x, y = box["x"] + place["x"] + 3, box["y"] + place["y"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by / 2, y + down / 2, steps=4)
    page.mouse.move(x + by, y + down, steps=4)
    page.wait_for_function(JUDGED, arg={"clientX": x + by, "clientY": y + down})
    page.wait_for_selector("#ghost.legal, #ghost.illegal")
    return page.locator("#ghost").get_attribute("class"), page.locator("#tip").inner_text()


def test_a_planner_drags_an_operation_and_takes_it_back(person):
    """Story: an illegal place says why while the mouse is still down; a legal one is kept; undo brings all back."""
    page = person("planner")
    box = opened(page)
    bar, place = placed(page, "ASSEMBLY-1")

    kind, words = dragged(page, box, place, 0, page.evaluate(FOREIGN, bar))
    assert "illegal" in kind
    assert "cannot be done on" in words
    page.keyboard.press("Escape")
    page.mouse.up()
    counts(page.locator(".undo-bar"), 0)

    for by in (60, 90, 130, 180):
        kind, words = dragged(page, box, place, by)
        if "illegal" not in kind:
            break
        page.keyboard.press("Escape")
        page.mouse.up()
    assert "Checking" not in words
    page.mouse.up()
    page.locator(".undo-bar").wait_for()
    moved = """(order) => {
        const bars = board.source.bars;
        return bars.pinned.filter((pinned, bar) => pinned && bars.order[bar] === order).length;
    }"""
    order = (
        place["order"]
        if page.evaluate("(order) => board.source.byOrder.has(order)", place["order"])
        else f"F{place['order']}"
    )
    assert page.evaluate(moved, order) == 1

    page.click("[data-undo-pin]")
    page.locator(".undo-bar").wait_for(state="detached")
    page.wait_for_function("(label) => board.source.bars.label.includes(label)", arg=place["label"])
    again = page.evaluate(
        "(order) => board.source.byOrder.get(order).map((bar) => board.source.bars.from[bar])", place["order"]
    )
    assert place["from"] in again
    assert page.evaluate("() => board.source.bars.pinned.every((pinned) => !pinned)")


def test_an_operation_tells_why_it_is_there_and_its_chain_lights_up(person):
    """Story: the mouse rests on a bar and reads why; a click opens its card and dims what does not belong to it."""
    page = person("viewer")
    box = opened(page)
    bar, place = placed(page, "ASSEMBLY-1")

    page.mouse.move(box["x"] + place["x"] + 3, box["y"] + place["y"])
    page.locator("#tip").get_by_text("ready since").wait_for()
    tells(page.locator("#tip"), "What had to be over before")

    page.mouse.click(box["x"] + place["x"] + 3, box["y"] + place["y"])
    page.locator("#card").get_by_text("Chain:").wait_for()
    lit = page.evaluate(
        "(bar) => [board.lit.has(board.source.bars.order[bar]), board.lit.size, board.source.byOrder.size]", bar
    )
    assert lit[0]
    assert lit[1] < lit[2]
    assert page.locator("#card form").count() == 0, "a viewer is offered no pin"


def test_keys_zoom_and_choose(person):
    """Story: somebody without a mouse zooms, goes to the next operation and reaches its form."""
    page = person("planner")
    opened(page)
    page.locator("#scroll").focus()

    before = page.evaluate("() => board.scale")
    page.keyboard.press("+")
    assert page.evaluate("() => board.scale") == pytest.approx(1.5 * before)
    page.keyboard.press("5")
    assert page.get_by_role("button", name="Quarter").get_attribute("aria-pressed") == "true"
    page.keyboard.press("2")
    page.keyboard.press("n")
    page.keyboard.press("n")
    page.wait_for_function("() => $('#card form') && Number($('#card').dataset.bar) === board.selected")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.name") == "start"


def test_the_schedule_is_laid_out_four_ways_and_taken_along(person):
    """Story: machines, work centres, orders and people; the rows behind it as a file, the picture too."""
    page = person("viewer")
    opened(page)
    whole = page.evaluate("() => board.source.bars.from.length")

    for title in ("Work centres", "Orders", "People", "Machines"):
        page.get_by_role("button", name=title, exact=True).click()
        rows = page.evaluate("() => board.view.rows.length")
        assert rows > 1
    page.select_option("#colour", "late")
    assert page.locator("#legend").inner_text().startswith("on time")
    with page.expect_download() as table:
        page.get_by_role("link", name="CSV").click()
    lines = table.value.path().read_text(encoding="utf-8").splitlines()
    assert len(lines) == whole + 1
    with page.expect_download() as picture:
        page.click("#picture")
    assert picture.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_viewer_may_not_pin(person):
    """Refusal: the address behind dragging is closed to who may only look."""
    page = person("viewer", expected=(403,))
    opened(page)

    status = page.evaluate(
        """async () => {
            try { await send('/schedule/pin', {order: 'x', sequence: 10, start: '2026-03-02T08:00'}); return 200; }
            catch (error) { return error.status; }
        }"""
    )

    assert status == 403


def test_an_order_is_looked_up_in_the_schedule_and_followed(person):
    """Story: an address that names an order opens its card; from there the way leads to the order's own page."""
    page = person("viewer")
    opened(page)
    order = page.evaluate("() => board.source.bars.order[40]")

    page.goto(f"/schedule?order={order}")
    page.locator("#card").get_by_text("Chain:").wait_for()
    tells(page.locator("#card h3").first, order)
    page.get_by_role("link", name="The order, and what it hangs on").click()
    page.wait_for_url("**/orders/work?order=*")
    assert page.locator("h1").inner_text().strip()
