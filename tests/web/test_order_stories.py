"""Stories of orders: goods go out in part or in full, and many orders are confirmed in one action."""

from __future__ import annotations

from tests.web.browser import counts, seen


def test_a_sales_order_is_shipped_in_part_and_taken_back(person):
    """Story: three of an order's pieces leave; the line says what is to come; undo takes it back."""
    page = person("planner")
    page.goto("/orders/sales?order=SO-40216&line=10")
    page.fill("[name=quantity]", "4")
    page.get_by_role("button", name="Confirm shipment").click()

    page.locator(".told").get_by_text("Shipped 4").wait_for()
    seen(page.locator(".facts").get_by_text("2 pcs", exact=True))
    page.get_by_role("button", name="Undo what was just done").click()
    page.locator(".told").get_by_text("Taken back").wait_for()
    assert page.locator("[name=quantity]").input_value() == "6"


def test_several_orders_are_confirmed_in_one_action(person):
    """Story: two purchases that came as ordered are ticked and confirmed together, and undo brings both back."""
    page = person("buyer")
    page.goto("/orders?kind=purchase&state=open&sort=order")
    ticks = page.locator("tbody [name=live]")
    names = [ticks.nth(place).get_attribute("aria-label") for place in (0, 1)]
    assert page.get_by_role("button", name="Received").is_disabled()
    for place in (0, 1):
        ticks.nth(place).check()
    page.get_by_role("button", name="Received 2").click()

    page.locator(".told").get_by_text("2 receipts confirmed").wait_for()
    for name in names:
        counts(page.get_by_role("checkbox", name=name, exact=True), 0)
    page.get_by_role("button", name="Undo what was just done").click()
    page.locator(".told").get_by_text("Taken back").wait_for()
    counts(page.get_by_role("checkbox", name=names[0], exact=True), 1)


def test_who_may_not_confirm_is_not_offered_it(person):
    """Refusal: a buyer confirms receipts but no shipments; a viewer nothing; the addresses refuse too."""
    page = person("buyer", expected=(403,))
    page.goto("/orders?kind=sales")
    counts(page.locator("[data-confirm]"), 0)
    assert page.evaluate("send('/orders/ship', {}).then(() => 200, (error) => error.status)") == 403
    other = person("viewer", expected=(403,))
    other.goto("/orders?kind=purchase")
    counts(other.locator("tbody input"), 0)
    assert other.evaluate("send('/orders/confirm', {}).then(() => 200, (error) => error.status)") == 403


def test_orders_fit_a_tablet(person):
    """Story: at tablet width no list of orders has to be moved sideways."""
    page = person("viewer", width=820, height=1180)
    for kind in ("sales", "purchase", "work", "transfer"):
        page.goto(f"/orders?kind={kind}")
        assert page.evaluate(
            "() => [...document.querySelectorAll('.scroll')].every((e) => e.scrollWidth <= e.clientWidth)"
        )
