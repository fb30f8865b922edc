"""A late order: what would mend it is searched in the background, applied and taken back."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.web.browser import counts

PATIENCE = 90_000


def test_planner_mends_a_late_order(person):
    """Story: ask what would mend the first late order, wait, take the best repair, take it back again."""
    page = person("planner")
    page.goto("/")
    page.get_by_role("button", name="What would mend it?").first.click()
    found = page.locator(".repair .found").first
    expect(found.locator("ol.repairs, p.sub").first).to_be_visible(timeout=PATIENCE)
    if found.get_by_role("button", name="Apply").count() == 0:
        return
    found.get_by_role("button", name="Apply").first.click()
    expect(found).to_contain_text("Plan again to see it in the plan", timeout=PATIENCE)
    found.get_by_role("button", name="Undo").click()
    expect(found).to_contain_text(re.compile("Taken back"), timeout=PATIENCE)


def test_viewer_asks_what_cannot_all_hold(person):
    """Story: a viewer finds out what makes an order late, and may not apply anything."""
    page = person("viewer")
    page.goto("/")
    page.get_by_role("button", name="What would mend it?").first.click()
    found = page.locator(".repair .found").first
    ask = found.get_by_role("button", name="What cannot all hold?")
    expect(ask).to_be_visible(timeout=PATIENCE)
    counts(found.get_by_role("button", name="Apply"), 0)
    ask.click()
    expect(found.locator(".found p").first).to_contain_text(".", timeout=PATIENCE)
