"""Late orders that the plan itself tries again."""

from __future__ import annotations

import pytest

import quarterdeck as qd
from quarterdeck.planning.retrying import late_seconds
from tests.planning.companies import table_maker

OPTIONS = {"as_of": "2026-03-02T08:00:00+00:00", "horizon_weeks": 8, "effort": 5, "seconds": 20.0}


@pytest.fixture(scope="module")
def plans():
    """The joiner's plan as it is, and with up to four late orders tried again."""
    return [qd.plan(table_maker(), **OPTIONS, retry_late=number) for number in (0, 4)]


def taken(plan):
    """What the plan says it takes."""
    return [problem.message for problem in plan.problems if problem.code == "repair-taken"]


def test_trying_again_never_makes_orders_later(plans):
    """Story: the joiner works overtime, and his customers wait less."""
    before, after = plans
    assert late_seconds(before) > 0
    assert late_seconds(after) < late_seconds(before)
    assert len(taken(after)) == after.figures["repairs_taken"] > 0
    assert after.figures["retried"] <= 4


def test_the_rest_of_the_plan_agrees_with_it(plans):
    """Law: deliveries, causes and the checker's verdict are those of the plan that is shown."""
    after = plans[1]
    assert after.figures["schedule_checked"]
    late = after.deliveries.filter(after.deliveries["state"] == "late")
    assert set(late["demand"]) <= set(after.causes["demand"])
    assert late["late_seconds"].sum() == after.causes.join(late.select("demand"), on="demand")["seconds"].sum()


def test_nothing_is_tried_unless_asked(plans):
    """Refusal: by default late orders stay late, and nothing is said of overtime."""
    assert taken(plans[0]) == []
    assert "retried" not in plans[0].figures


def test_only_the_constrained_plan_tries_again():
    """Refusal: a plan of what should be has no use for overtime."""
    plan = qd.plan(table_maker(), **OPTIONS, mode="unconstrained", retry_late=4)
    assert taken(plan) == []
