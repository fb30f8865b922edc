"""Stories about stock, demand and money."""

from __future__ import annotations

from tests.web.browser import counts, seen, tells


def test_from_the_list_to_what_hangs_on_an_order(person):
    """Story: a buyer opens the item at risk, its chart, and the tree of an order up to the customer."""
    page = person("buyer")
    page.goto("/stock")
    page.locator("table.rows a").first.click()
    page.wait_for_selector("[data-curve] canvas")

    page.get_by_role("button", name="What hangs on it").first.click()

    page.wait_for_selector("#pegs .tree, #pegs .sub")
    seen(page.get_by_text("Who waits for it"))


def test_a_correction_is_logged_and_taken_away(person):
    """Story: a planner corrects a week with a note; it stands with the name; the planner takes it away again."""
    page = person("planner")
    page.goto("/demand")
    page.locator("table.rows a").first.click()
    page.fill("[name=quantity]", "42")
    page.fill("[name=note]", "A fair in town")
    page.get_by_role("button", name="Correct").click()

    row = page.locator("tr", has_text="A fair in town")
    tells(row, "planner")
    row.get_by_role("button", name="Take away").click()
    page.wait_for_selector(".told")
    counts(page.locator("tr", has_text="A fair in town"), 0)


def test_a_wrong_quantity_is_told(person):
    """Refusal: a quantity that is no number."""
    page = person("planner")
    page.goto("/demand")
    page.locator("table.rows a").first.click()
    page.fill("[name=quantity]", "many")
    page.fill("[name=note]", "Why not")
    page.get_by_role("button", name="Correct").click()

    tells(page.locator(".told"), "many")


def test_from_the_margin_to_the_cost_and_the_rows_behind(person):
    """Story: a manager goes from what an item earns to what it costs, and to the rows behind the margin."""
    page = person("operations_manager")
    page.goto("/money")
    page.wait_for_selector("[data-curve] canvas")
    page.locator("table.rows a").first.click()
    seen(page.get_by_text("One unit costs"))

    page.goto("/why/margin")
    seen(page.get_by_text("How it is computed"))
    assert page.locator("tbody tr").count() > 3


def test_a_point_of_the_frontier_is_taken(person, served):
    """Story: a manager takes a point of service against capital; it is told, and can be undone."""
    page = person("operations_manager")
    page.goto("/stock/capital")
    page.wait_for_selector("[data-frontier] canvas")
    page.get_by_role("button", name="Take this point for every item").click()

    tells(page.locator(".told"), "Plan again")
    undo(served)


def test_volumes_say_what_more_demand_would_do(person):
    """Story: what to make when is drawn; a third more demand is compared with it, and nothing is changed by asking."""
    page = person("viewer")
    page.goto("/volumes")
    page.wait_for_selector("[data-volumes=groups] canvas")
    page.get_by_label("Wanted more, %").fill("30")
    page.get_by_role("button", name="What if?").click()
    rows = page.locator("#if tbody tr")
    tells(rows.first, "Sales less what the plan decides")
    page.locator("[data-series=centres]").select_option(index=1)
    page.get_by_role("link", name="As it is").click()
    counts(page.locator("#if"), 0)


def test_volumes_refuse_what_is_no_number(person):
    """Refusal: words where a number is wanted are shown back, with what would do."""
    page = person("viewer")
    page.goto("/volumes?demand=much")
    tells(page.get_by_role("alert"), "'much' is no number")


def undo(served) -> None:
    """Takes the newest change of the workspace back."""
    import subprocess
    import sys

    command = [sys.executable, "-m", "quarterdeck.cli.main", "undo", "--workspace", str(served.workspace)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def test_a_viewer_sees_no_button_to_change(person):
    """Law: what a viewer may not do is not offered."""
    page = person("viewer")
    for path in ("/stock/capital", "/demand", "/money", "/"):
        page.goto(path)
        counts(page.get_by_role("button", name="Plan again"), 0)
        counts(page.get_by_role("button", name="Take this point for every item"), 0)
