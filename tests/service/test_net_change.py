"""Changes answered at once, in tables."""

import pytest

from quarterdeck.disciplines.mrp import stage
from quarterdeck.service.net_change import LivePlan
from tests.mrp.shop import SETTINGS, company, day, plan


def planned(company, plan):
    """Item, quantity and release of all planned orders of a plan made anew."""
    rows = stage.run(company, plan, SETTINGS)["orders"].filter(state="planned")
    return sorted(rows.select("item", "quantity").iter_rows())


def test_a_larger_order_is_that_of_a_new_plan():
    """Story: six bikes instead of four; the change shows the bike and all below it as a new plan would."""
    live = LivePlan(company(), plan(("bike", 4, 30)))
    change = live.change_order("D000001", quantity=6)
    assert change.touched == 4
    assert sorted(change.after.select("item", "quantity").iter_rows()) == planned(company(), plan(("bike", 6, 30)))
    assert sorted(change.before.select("item", "quantity").iter_rows()) == planned(company(), plan(("bike", 4, 30)))


def test_an_order_comes_and_goes():
    """Story: an order is added, then taken away: the plan is as before."""
    live = LivePlan(company(), plan(("bike", 4, 30)))
    added = live.add_order("bike", "main", 3, day(35))
    assert sorted(added.after.select("item", "quantity").iter_rows()) == planned(
        company(), plan(("bike", 4, 30), ("bike", 3, 35))
    )
    gone = live.change_order("D000001", quantity=0)
    assert gone.after.filter(item="bike")["quantity"].to_list() == [3.0]
    moved = LivePlan(company(), plan(("bike", 4, 30))).change_order("D000001", due=day(40))
    assert moved.after.filter(item="bike")["available"].to_list() == [day(40)]


def test_unknown_orders_are_refused():
    """Refusal: a requirement or item that the plan does not have is named."""
    live = LivePlan(company(), plan(("bike", 4, 30)))
    with pytest.raises(KeyError, match="got 'X'"):
        live.change_order("X", quantity=1)
    with pytest.raises(KeyError, match="got 'car' at 'main'"):
        live.add_order("car", "main", 1, day(3))
