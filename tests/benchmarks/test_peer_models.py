"""Factories drawn at random for the peer benchmark: as large and deep as asked, and planned without a fault."""

from __future__ import annotations

import pytest

from benchmarks.peer import blank_plan, company_of, planned
from benchmarks.peer_check import check
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
