"""The plan's actions over the interface."""

from __future__ import annotations

import time

import pytest


@pytest.fixture(scope="module")
def planned(interface):
    """A planner's calls, with an order that has to be bought and a plan that says so."""
    call = interface["planner"]
    lamp = {"item": "LAMP", "supplier": "S1", "lead_time_days": 3}
    assert call("POST", "/tables/suppliers", {"supplier": "S1", "name": "Glow Ltd"}).status == 201
    assert call("POST", "/tables/supply_options", lamp).status == 201
    asked = {"order": "SO-1", "line": "1", "item": "LAMP", "quantity": 12, "due": "2026-03-06T12:00:00"}
    assert call("POST", "/tables/sales_orders", asked).status == 201
    job = call("POST", "/jobs/plan", {"as_of": "2026-03-02", "horizon_weeks": 4, "effort": 1}).content["job"]
    end = time.monotonic() + 120
    while call("GET", f"/jobs/{job}").content["state"] in {"waiting", "running"}:
        assert time.monotonic() < end
        time.sleep(0.3)
    return call


def key_of(row):
    """The action as calls name it."""
    return {name: row[name] for name in ("action", "order", "line")}


def test_an_action_is_carried_out_and_taken_back(planned):
    """Story: a program releases what is to be bought, finds it done, and takes it back."""
    row = next(each for each in planned("GET", "/actions").content["actions"] if each["item"] == "LAMP")
    assert row["action"] == "release"
    assert row["reason"]

    done = planned("POST", "/actions/apply", {"actions": [key_of(row)], "reason": "agreed by phone"}).content
    assert done["refused"] == []
    assert [each["change_set"] for each in planned("GET", "/actions?state=done").content["actions"]] == [
        done["change_set"]
    ]
    assert [each["item"] for each in planned("GET", "/tables/purchase_orders").content["rows"]] == ["LAMP"]

    taken = planned("POST", "/actions/undo", {"number": done["change_set"]})
    assert "Release" in taken.content["undone"]
    assert planned("GET", "/tables/purchase_orders").content["rows"] == []


def test_an_action_is_put_away_and_brought_back(planned):
    """Story: dismissed with a reason it leaves the list, restored it is there again."""
    row = next(each for each in planned("GET", "/actions").content["actions"] if each["item"] == "LAMP")
    chosen = {"actions": [key_of(row)]}

    assert planned("POST", "/actions/dismiss", chosen).status == 422, "without a reason"
    assert planned("POST", "/actions/dismiss", {**chosen, "reason": "enough in the shop"}).content == {"dismissed": 1}
    away = planned("GET", "/actions?state=dismissed").content["actions"]
    assert [each["order"] for each in away] == [row["order"]]
    assert row["order"] not in {each["order"] for each in planned("GET", "/actions").content["actions"]}

    number = away[0]["dismissal"]
    assert planned("POST", "/actions/restore", {"number": number}).content == {"restored": True}
    assert planned("POST", "/actions/restore", {"number": number}).content == {"restored": False}


def test_a_decision_about_an_older_plan_or_by_a_viewer_is_refused(planned, interface):
    """Refusal: nothing is done for a plan that is not the newest, nor for who may not decide."""
    row = planned("GET", "/actions").content["actions"][0]
    late = planned("POST", "/actions/apply", {"actions": [key_of(row)], "plan": "plan-0"})

    assert late.status == 422
    assert "newer plan" in late.content["detail"]
    assert interface["viewer"]("POST", "/actions/apply", {"actions": [key_of(row)]}).status == 403
    assert interface["viewer"]("GET", "/actions").status == 200
