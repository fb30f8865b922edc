"""Stories of planners with plans: making one, stopping one, comparing two, in a browser."""

from __future__ import annotations

from tests.web.browser import counts, seen


def started(page, note, **options):
    """The form of a plan filled in and sent."""
    page.goto("/plans")
    page.locator("details.run summary").click()
    for name, value in options.items():
        page.fill(f"form [name={name}]", str(value))
    page.fill("form [name=note]", note) if note else None
    page.get_by_role("button", name="Make this plan").click()


def row_of(page, note):
    """The row of the plan with this note."""
    return page.locator(f"tr:has(input[name=note][value='{note}'])")


def test_a_plan_with_options_is_made_compared_and_deleted(person):
    """Story: a planner asks for more service, watches the stages, compares with the plan before, throws it away."""
    page = person("planner", expected=(422,))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/plans")
    before = page.locator("tr[data-plan]").count()

    started(page, "", effort="many")
    page.get_by_text("Expected a number for Effort, got 'many'.").wait_for()

    page.reload()
    started(page, "more service", effort=2, service_level="0.99", horizon_weeks=8)
    page.locator(".steps li").first.wait_for()
    assert page.locator(".steps li").count() > 5
    row = row_of(page, "more service")
    row.wait_for(timeout=120_000)
    counts(page.locator("tr[data-plan]"), before + 1)

    page.locator("input[name=plan]").nth(0).check()
    page.locator("input[name=plan]").nth(1).check()
    page.get_by_role("link", name="Compare these two").click()
    page.get_by_role("heading", name="Key figures").wait_for()
    seen(page.get_by_text("Share of demand met from stock"))
    assert page.locator("#moved tbody tr").count() > 0

    page.goto("/plans")
    row.get_by_role("button", name="Delete").click()
    row.wait_for(state="detached")
    counts(page.locator("tr[data-plan]"), before)


def test_a_plan_that_is_being_made_can_be_stopped(person):
    """Story: somebody started the wrong plan and stops it; the list stays as it was."""
    page = person("production_manager")
    page.goto("/plans")
    before = page.locator("tr[data-plan]").count()

    started(page, "", effort=5000)
    page.locator("#job").get_by_role("button", name="Stop").click()
    page.locator("#job .job.stopped").wait_for(timeout=90_000)

    page.goto("/plans")
    counts(page.locator("tr[data-plan]"), before)
    seen(page.get_by_text("nothing was changed").first)
