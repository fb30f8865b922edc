"""Stories of people with the application, in a browser."""

from __future__ import annotations

from tests.web.browser import seen


def test_today_shows_figures_actions_and_late_promises(person):
    """Story: a planner opens Today and sees figures, what to do, and what is late."""
    page = person("planner")

    page.goto("/")

    assert page.locator(".tile").count() >= 4
    seen(page.get_by_text("What to do today"))


def test_an_operator_may_not_see_the_plan(person):
    """Story: an operator who types the address of Today is told that it is not for the role."""
    page = person("operator", expected=(403, 404))

    page.goto("/")

    seen(page.get_by_role("heading", name="Not for your role"))
