"""Stories that hold on every screen: keys, paper, files of what is seen, why a number is what it is, fingers."""

from __future__ import annotations

import pytest

from tests.web.browser import counts

SCREENS = (
    "/", "/schedule", "/stock", "/stock/capital", "/stock/item?item=FORK-CARB", "/demand", "/demand/segments",
    "/volumes", "/demand/series?item=CARGO-BLK", "/orders", "/orders?kind=purchase", "/orders/sales?order=SO-40216",
    "/money", "/money/cost?item=CARGO-BLK", "/plans", "/plans/compare", "/data", "/settings",
)  # fmt: skip


def test_keys_lead_everywhere_and_are_listed(person):
    """Story: a planner goes to the orders by two keys, walks down the list, ticks one, and asks for the keys."""
    page = person("planner")
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/orders")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("button", name="Shipped 1").wait_for()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").get_by_text("Next and previous row").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"


@pytest.mark.parametrize("path", SCREENS)
def test_every_screen_says_why_prints_and_can_be_taken_along(person, path):
    """Law: each screen has a link to the function and rows behind its numbers, a print and an export button."""
    page = person("administrator")
    page.goto(path)
    page.wait_for_load_state("networkidle")

    assert page.locator('main a[href^="/why/"]').count() or path == "/plans/compare"
    counts(page.locator("header [data-print]"), 1)
    assert page.locator("header").locator('[data-export-page], a[href*="as=csv"]').count() >= 1
    assert page.locator("h1").inner_text()


def test_what_is_seen_is_taken_along(person):
    """Story: the tree of an item's cost becomes a file that a spreadsheet opens."""
    page = person("viewer")
    page.goto("/money/cost?item=CARGO-BLK")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export what is seen").click()
    text = download.value.path().read_text(encoding="utf-8-sig")

    assert download.value.suggested_filename.endswith(".csv")
    assert text.startswith("One unit costs,")
    assert "\n3," in text, "parts of parts of parts keep their level"


def test_a_launch_is_held_against_a_target(person):
    """Story: will the new bicycle be a hit? A low target is nearly sure, a high one hardly possible."""
    page = person("viewer")
    chances = []
    for target in ("70", "900"):
        page.goto("/demand/segments")
        page.get_by_label("Target of E-City 500 blue at Warehouse Venlo").fill(target)
        page.get_by_role("button", name="How likely are these targets?").click()
        page.wait_for_url("**target=*")
        row = page.get_by_role("row", name="E-City 500 blue").filter(has_text="Warehouse Venlo")
        chances.append(float(row.locator("td").last.inner_text().rstrip(" %").replace("\u202f", "").strip()))

    assert chances[0] > 90
    assert chances[1] < 10


def test_paper_is_light_and_shows_tables_in_full(person):
    """Story: printed in the dark theme the page is ink on white, without navigation and buttons."""
    page = person("viewer")
    page.goto("/orders")
    page.get_by_role("button", name="Light or dark").click()
    page.emulate_media(media="print")
    seen = page.evaluate(
        """() => ({ side: getComputedStyle(document.querySelector('.side')).display,
        ground: getComputedStyle(document.body).backgroundColor,
        buttons: [...document.querySelectorAll('button, .btn')].filter((each) => each.offsetParent).length,
        cut: [...document.querySelectorAll('.scroll')].some((e) => getComputedStyle(e).overflowX !== 'visible') })"""
    )
    assert seen == {"side": "none", "ground": "rgb(255, 255, 255)", "buttons": 0, "cut": False}


def test_the_rows_behind_one_item_are_shown(person):
    """Story: why is there so little in stock? The link shows the function and this item's days, in words."""
    page = person("viewer")
    page.goto("/stock/item?item=FORK-CARB")
    page.get_by_label("Why: In stock now").click()
    page.get_by_text("quarterdeck.service.views.stock.stock_curve").wait_for()
    assert set(page.locator("tbody tr td:first-child").all_inner_texts()) == {"FORK-CARB"}
    assert "2026-" not in page.locator("tbody").inner_text()


def test_the_band_around_stock_is_drawn(person):
    """Story: the chart of a part shows how far its stock may come out from the plan."""
    page = person("viewer")
    page.goto("/stock/item?item=FORK-CARB")
    page.locator(".chart canvas").wait_for()
    band = page.evaluate("read('curve').items[0].b")
    assert all(low <= high for low, high in zip(band["q05"], band["q95"], strict=True))
    page.get_by_text("half and nine of ten cases").wait_for()
    page.goto("/money")
    page.locator(".chart canvas").wait_for()


def test_a_bar_is_dragged_by_a_finger_and_let_go(person):
    """Story: on a tablet a finger on a bar moves it and sees what would follow; on the head it moves the chart."""
    page = person("planner", width=820, height=1180)
    page.goto("/schedule")
    page.wait_for_function("() => document.documentElement.dataset.schedule")
    page.wait_for_timeout(300)
    place = page.evaluate(
        """() => { const bar = [...board.laid.rows.flatMap((row) => [...row.bars])].find((bar) => {
        const at = placeOf(bar); return at.x > board.title + 30 && at.x < board.width - 120 && at.width > 40 && at.y > 60 && at.y < board.height - 60; });
        const at = placeOf(bar); return { x: at.x + 8, y: at.y + at.height / 2, from: board.source.bars.from[bar], bar }; }"""  # noqa: E501
    )
    box = page.locator("#scroll").bounding_box()
    touch = page.context.new_cdp_session(page)

    def finger(kind, x=None, y=None):
        points = [] if x is None else [{"x": box["x"] + x, "y": box["y"] + y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    finger("touchStart", place["x"], place["y"])
    for step in range(1, 9):
        finger("touchMove", place["x"] + 9 * step, place["y"])
    page.locator("#ghost.legal, #ghost.illegal").wait_for()
    assert page.locator("#tip .verdict").inner_text()
    page.keyboard.press("Escape")
    finger("touchEnd")
    assert page.locator("#ghost").is_hidden()
    assert page.evaluate("(bar) => board.source.bars.from[bar]", place["bar"]) == place["from"]

    before = page.evaluate("board.left")
    finger("touchStart", 500, 18)
    for step in range(1, 12):
        finger("touchMove", 500 - 20 * step, 18)
    finger("touchEnd")
    page.wait_for_function("(before) => board.left > before", arg=before)


def test_bars_carry_order_and_item(person):
    """Story: a bar with room is labelled with its order above its item."""
    page = person("viewer")
    page.goto("/schedule")
    page.wait_for_function("() => document.documentElement.dataset.schedule")
    words = page.evaluate(
        """() => { const found = [];
        paintLabel(board, { bar: 0, at: 0, room: 400, top: 0, height: 29 }, (words) => found.push(words), "#000");
        return [found, board.source.bars.order[0], board.source.bars.items[board.source.bars.item[0]]]; }"""
    )
    assert words[0] == words[1:]


def test_welcome_knows_that_all_is_set_up(person):
    """Story: whoever comes back to the first steps is led on, not asked to make the first plan again."""
    page = person("administrator")
    page.goto("/welcome")
    page.get_by_role("heading", name="All is set up").wait_for()
    counts(page.get_by_role("button", name="Make the first plan"), 0)


def test_an_item_that_nobody_knows_is_not_found(person):
    """Refusal: an address with a wrong code says so."""
    page = person("viewer", expected=(404,))
    assert page.goto("/stock/item?item=NO-SUCH-ITEM").status == 404
