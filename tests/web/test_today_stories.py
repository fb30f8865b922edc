"""Stories of Today, orders and the work station, in a browser. Each takes back what it changed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.web.browser import counts, seen, shows

CENTRE = """
import sys
from pathlib import Path
from quarterdeck.store import Workspace
from quarterdeck.service.accounts import users

workspace = Workspace.open(Path(sys.argv[1]))
user = next(each for each in users(workspace) if each.role == "operator")
user.work_centre = sys.argv[2]
user.save(using=workspace.alias)
"""


@pytest.fixture
def at_assembly(served):
    """The operator works at assembly for the length of a story."""
    for_centre = [sys.executable, "-c", CENTRE, str(served.workspace)]
    subprocess.run([*for_centre, "ASSEMBLY"], check=True, timeout=120)
    yield "ASSEMBLY"
    subprocess.run([*for_centre, ""], check=True, timeout=120)


def row_of(page, verb):
    """The first open action with this verb."""
    return page.locator("li.action:not(.done)", has=page.locator(".chip", has_text=verb)).first


def test_an_action_is_applied_and_taken_back(person):
    """Story: the planner expedites a purchase; the row says done; undo puts it back."""
    page = person("planner")
    page.goto("/")
    row = row_of(page, "Expedite")
    name = row.locator(".what a").inner_text()

    row.get_by_role("button", name="Apply").click()
    done = page.locator("li.action.done").filter(has_text=name)
    done.locator(".chip", has_text="done").wait_for()
    page.reload()
    page.locator("li.action.done").filter(has_text=name).get_by_role("button", name="Undo").click()

    page.get_by_text("Taken back: Expedite").wait_for()
    counts(page.locator("li.action.done"), 0)


def test_a_dismissed_action_stays_away(person):
    """Story: dismissing needs a reason; the action is gone after a reload, stands under dismissed, and comes back."""
    page = person("planner")
    page.goto("/")
    row = row_of(page, "Defer") if row_of(page, "Defer").count() else row_of(page, "Release")
    name = row.locator(".what a").get_attribute("href")

    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_text("Say in a few words why").wait_for()
    page.locator(f'li.action:has(a[href="{name}"])').get_by_role("checkbox").check()
    page.fill("[name=reason]", "we like it so")
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_text("1 action dismissed").wait_for()
    page.reload()
    counts(page.locator(f'li.action a[href="{name}"]'), 0)

    page.select_option("[name=state]", "dismissed")
    page.locator(f'li.action:has(a[href="{name}"])').get_by_role("button", name="Bring back").click()
    page.get_by_text("It is on the list again").wait_for()


def test_a_viewer_sees_everything_and_may_not_decide(person):
    """Story: a viewer has no buttons to decide with, and the address refuses too."""
    page = person("viewer", expected=(403,))
    page.goto("/")

    assert page.locator("li.action").count() > 0
    counts(page.get_by_role("button", name="Apply"), 0)
    answer = page.evaluate("send('/actions/apply', {}).then(() => 200, (error) => error.status)")
    assert answer == 403
    page.goto("/orders?kind=purchase&state=planned")
    counts(page.locator("[name=order]"), 0)


def test_a_planned_order_is_released_and_taken_back(person):
    """Story: the planner releases a planned purchase from the list; it is an open order of its own; then undoes it."""
    page = person("planner")
    page.goto("/orders?kind=purchase&state=planned")
    box = page.locator("tbody [name=order]").first
    code = box.get_attribute("value")

    box.check()
    page.get_by_role("button", name="Release 1").click()
    page.locator(".told").get_by_text(f"Release {code}").wait_for()
    counts(page.locator(f'[name=order][value="{code}"]'), 0)
    other = person("planner")
    other.goto("/orders?kind=purchase&state=new")
    counts(other.locator("tbody tr"), 1)
    other.goto(f"/orders/purchase?order={code}")
    seen(other.get_by_text("released", exact=True))
    page.get_by_role("button", name="Undo what was just done").click()
    page.locator(".told, .said").get_by_text("Taken back").wait_for()
    counts(page.locator(f'[name=order][value="{code}"]'), 1)


def test_goods_arrive_and_the_receipt_is_taken_back(person):
    """Story: half of a purchase arrives: stock and order line change together, and undo takes both back."""
    page = person("buyer")
    page.goto("/orders/purchase?order=PO-71853&line=1")

    page.fill("[name=quantity]", "15")
    page.get_by_role("button", name="Confirm receipt").click()
    page.locator(".told").get_by_text("Received 15").wait_for()
    seen(page.locator(".facts").get_by_text("25 pcs"))
    page.get_by_role("button", name="Undo what was just done").click()
    page.locator(".told, .said").get_by_text("Taken back").wait_for()
    counts(page.locator(".facts").get_by_text("25 pcs"), 0)


def test_an_operator_reports_good_and_scrap(person, at_assembly):
    """Story: on a tablet the operator reports 2 good and 1 scrap with its reason, and takes the report back."""
    page = person("operator", width=820, height=1180)
    page.goto("/station")
    job = page.locator(".job-card").filter(has_text="WO-882")
    before = job.locator(".count-big").inner_text()

    job.get_by_role("button", name="One good piece more").click()
    job.get_by_role("button", name="One good piece more").click()
    job.get_by_role("button", name="One lost piece more").click()
    job.get_by_role("button", name="Report").click()
    page.get_by_text("Choose one").wait_for()
    job.locator("[name=good]").fill("2")
    job.locator("[name=scrap]").fill("1")
    job.locator("[name=reason]").select_option("surface")
    job.get_by_role("button", name="Report").click()
    page.get_by_text("2 good, 1 scrap (surface)").wait_for()
    assert float(job.locator(".count-big").inner_text()) == float(before) + 2
    sizes = page.locator("main button").evaluate_all("all => all.map((each) => each.getBoundingClientRect().height)")
    assert min(sizes) >= 48
    page.get_by_role("button", name="Undo what was just reported").click()
    page.locator(".told, .said").get_by_text("Taken back").wait_for()
    shows(job.locator(".count-big"), before)


def test_an_operator_reports_at_the_own_work_centre_only(person, at_assembly):
    """Refusal: another work centre's page and its steps are closed to the operator."""
    page = person("operator", expected=(403,))
    page.goto("/station?centre=PAINT")
    seen(page.get_by_text("work at another work centre"))

    page.goto("/station")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    form = {"order": "WO-885", "sequence": "20", "good": "1", "csrfmiddlewaretoken": token}
    assert page.request.post("/station/report", form=form, headers={"Referer": page.url}).status == 403


def test_an_enquiry_becomes_an_order(person):
    """Story: a customer asks; the answer says when and who would wait; accepted, it is an order with its promise."""
    page = person("planner")
    page.goto("/orders/enquiry")
    page.fill("[name=item]", "CARGO-BLK")
    page.fill("[name=quantity]", "2")
    page.get_by_role("button", name="Ask").click()
    page.locator(".way.best").get_by_role("button", name="Promise").click()

    page.get_by_text("is promised").wait_for()
    seen(page.get_by_role("heading", name="ENQ-0001"))
    seen(page.locator("dt", has_text="Promised"))
    page.get_by_role("button", name="Undo what was just done").click()
    page.locator(".told, .said").get_by_text("Taken back").wait_for()


def test_the_actions_shown_can_be_taken_along(person):
    """Story: the buyer filters the list to the own orders and downloads it."""
    page = person("buyer")
    page.goto("/")
    page.select_option("[name=owner]", "me")
    page.locator("li.action", has_not_text="Buyer").first.wait_for(state="detached")

    with page.expect_download() as download:
        page.get_by_role("link", name="Export the actions").click()
    rows = download.value.path().read_text(encoding="utf-8").splitlines()

    assert rows[0].startswith("action,order,line")
    assert len(rows) > 1
    assert all(row.endswith("Buyer") for row in rows[1:])
