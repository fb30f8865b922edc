"""Stories of settings and of the first run, in a browser."""

from __future__ import annotations

import re
import time

from tests.web.browser import Visits, seen, shows, tells
from tests.web.server import serve


def test_an_administrator_invites_a_planner(person, served, chromium):
    """Story: a person is added, opens the link, chooses a password, comes in; then is sent away."""
    admin = person("administrator")
    name = f"Nora {time.monotonic_ns()}"
    admin.goto("/settings")
    form = admin.locator("#people-part form.inside")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Role").select_option("planner")
    form.get_by_role("button", name="Add and make a link").click()
    link = admin.get_by_label("Setup link").input_value()

    nora = person(None)
    nora.goto(link)
    nora.fill("[name=password]", "a sentence nobody knows")
    nora.fill("[name=again]", "a sentence nobody knows")
    nora.get_by_role("button", name="Keep this password").click()
    nora.wait_for_url(served.url + "/")
    shows(nora.locator(".me b"), name)

    row = admin.locator("tr", has_text=name)
    row.get_by_role("checkbox").uncheck()
    row.get_by_role("button", name="Keep").click()
    admin.locator("tr.away", has_text=name).wait_for()
    nora.goto("/data")
    assert "/sign-in" in nora.url


def test_the_last_administrator_stays(person):
    """Refusal: nobody would be left who manages access."""
    page = person("administrator")
    page.goto("/settings")
    row = page.locator("tr:has([aria-label='Role of administrator'])")
    row.get_by_label("Role of administrator").select_option("viewer")
    row.get_by_role("button", name="Keep").click()
    page.get_by_text("Expected one administrator to be left").wait_for()


def test_a_key_is_shown_once_works_and_is_revoked(person, served):
    """Story: a key for a program, used, revoked, refused."""
    page = person("planner", expected=(401,))
    page.goto("/settings")
    page.locator("#keys-part").get_by_label("For").fill("warehouse scale")
    page.get_by_role("button", name="Make a key").click()
    key = page.get_by_label("The new key").input_value()
    assert re.fullmatch(r"qd_[\w-]{40,}", key)
    page.reload()
    assert key not in page.content()
    row = page.locator("#keys-part tr", has_text="warehouse scale")
    row.get_by_role("button", name="Revoke").click()
    row.wait_for(state="detached")


def test_options_and_targets_are_kept_or_refused_in_words(person):
    """Story: a horizon that is too long, then one that is not; both in the log of changes."""
    page = person("operations_manager")
    page.goto("/settings")
    page.fill("#option-horizon_weeks", "999")
    page.locator("#options-part").get_by_role("button", name="Keep").click()
    page.get_by_text("Expected a whole number from 1 to 520 for Horizon, got 999.").wait_for()
    page.fill("#option-horizon_weeks", "20")
    page.locator("#options-part").get_by_role("button", name="Keep").click()
    page.get_by_text("Kept. The next plan uses them.").wait_for()
    page.goto("/data/changes")
    row = page.locator("tbody tr").first
    tells(row, "Planning options")
    row.get_by_role("button", name="Undo").click()
    page.locator(".told", has_text="Taken back").wait_for()


def test_everything_is_taken_away_only_with_the_word(person):
    """Story: the wrong word takes nothing away; the right one does, and undo brings it back."""
    page = person("operations_manager")
    page.goto("/settings")
    page.locator("[name=confirm]").fill("yes")
    page.get_by_role("button", name="Take away").click()
    page.locator(".told .error", has_text="Nothing was taken away").wait_for()
    page.locator("[name=confirm]").fill("möwenrad bicycles")
    page.get_by_role("button", name="Take away").click()
    page.locator(".told", has_text="Everything was taken away").wait_for()
    page.locator("tbody tr").first.get_by_role("button", name="Undo").click()
    page.locator(".told", has_text="Taken back").wait_for()


def test_everybody_may_change_the_own_password_and_theme(person):
    """Story: an operator finds both; the wrong present password is refused."""
    page = person("operator")
    page.goto("/settings")
    page.get_by_role("button", name="Dark", exact=True).click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_label("Present").fill("not this one at all")
    page.get_by_label("New", exact=True).fill("another long sentence")
    page.get_by_label("Once more").fill("another long sentence")
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_text("The present password is another one.").wait_for()


def test_first_run_demo_today(tmp_path, chromium):
    """Story: the printed link, a password, the demo, and Today with its figures."""
    with serve(tmp_path) as served:
        link = re.search(r"http://127\.0\.0\.1:\d+/setup/[\w-]+", served.told)
        assert link, served.told
        visits = Visits(chromium, served.url, "")
        page = visits.page(None, expected=(503,))
        page.goto("/")
        seen(page.get_by_text("Almost ready"))
        page.goto(link.group())
        page.fill("[name=name]", "Ada")
        page.fill("[name=password]", "correct horse battery")
        page.fill("[name=again]", "correct horse battery")
        page.get_by_role("button", name="Begin").click()
        page.get_by_role("heading", name="Which company is it?").wait_for()
        page.get_by_role("link", name="Skip", exact=True).click()
        page.get_by_role("button", name="Load the demo company").click()
        page.locator("progress").wait_for()
        page.get_by_text("What to do today").wait_for(timeout=240_000)
        assert page.locator(".tile").count() >= 4
        visits.end()
