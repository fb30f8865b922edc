"""Factories drawn at random for the peer benchmark: as large and deep as asked, and planned without a fault."""

from __future__ import annotations

import pytest

from benchmarks.peer import blank_plan, company_of, completed, planned
from benchmarks.peer_check import check, late_days
from benchmarks.peer_greedy import greedy_late_days
from benchmarks.peer_models import generated


def test_it_is_as_deep_as_asked():
    """Each product hangs on a chain of as many made items as there are levels."""
    model = generated("orders=30,levels=6", 3)
    below = {row["item"]: [flow["item"] for flow in row["flows"]] for row in model["operations"]}

    def depth(item: str) -> int:
        return 1 + max((depth(part) for part in below[item] if part in below), default=0)

    assert {depth(row["item"]) for row in model["demands"]} == {6}


def test_the_same_seed_draws_the_same_factory():
    """And another seed another one."""
    assert generated("orders=20", 1) == generated("orders=20", 1)
    assert generated("orders=20", 1) != generated("orders=20", 2)


def test_an_unknown_size_is_named():
    """A word that is no size is refused with those that are."""
    with pytest.raises(ValueError, match=r"Expected orders, levels, .*, got depth"):
        generated("depth=3", 1)


def test_its_plan_has_no_fault():
    """Trees of parts, machines and purchases: the independent checker finds nothing wrong."""
    model = generated("orders=60,levels=4,branches=0.5,components=20", 2)
    plan = planned(company_of(model), blank_plan(model, 1))
    assert check(model, plan) == []


def test_what_a_factory_leaves_out_is_usual():
    """No calendar, stock, list of items or of machines: three hours on a machine nobody listed, parts in three days."""
    model = completed({
        "current": "2027-01-04T00:00:00",
        "operations": [
            {"item": "lamp", "name": "build", "type": "time_per", "duration_per_s": 3600, "resource": "bench",
             "flows": [{"item": "bulb", "quantity": -1}]}],
        "itemsuppliers": [{"item": "bulb", "leadtime_days": 3}],
        "demands": [
            {"name": "A", "item": "lamp", "quantity": 3, "due": "2027-01-05T00:00:00"},
            {"name": "B", "item": "moon", "quantity": 1, "due": "2027-01-05T00:00:00"}],
    })  # fmt: skip
    plan = planned(company_of(model), blank_plan(model, 1))
    assert check(model, plan) == []
    lamp = plan["orders"].filter(item="lamp")
    assert lamp["late_seconds"].to_list() == [2 * 86_400 + 3 * 3600]
    assert plan["orders"].filter(item="moon").is_empty()


def test_one_pass_over_the_orders_is_later_than_the_plan():
    """A factory that is short of time: taking orders one after another loses days that the plan does not."""
    model = generated("orders=200,levels=5", 1)
    plan = planned(company_of(model), blank_plan(model, 1))
    assert late_days(model, plan) < 0.8 * greedy_late_days(model)
