"""Plans over the interface."""

from __future__ import annotations

import io
import time

import polars as pl


def test_a_plan_is_made_and_read(interface):
    """Story: a program asks for a plan, waits for it, and reads a table of it as JSON, CSV and Arrow."""
    call = interface["planner"]
    job = call("POST", "/jobs/plan", {"as_of": "2026-03-02", "horizon_weeks": 4, "effort": 1})
    assert job.status == 202

    end = time.monotonic() + 120
    while (state := call("GET", f"/jobs/{job.content['job']}").content)["state"] in {"waiting", "running"}:
        assert time.monotonic() < end
        time.sleep(0.3)

    assert state["state"] == "done", state["message"]
    plan = state["result"]["plan"]
    rows = call("GET", f"/plans/{plan}/kpis").content["rows"]
    csv = pl.read_csv(io.BytesIO(call("GET", f"/plans/{plan}/kpis?format=csv").content))
    arrow = pl.read_ipc(io.BytesIO(call("GET", f"/plans/{plan}/kpis?format=arrow").content))
    assert len(rows) == csv.height == arrow.height
    assert csv.columns == arrow.columns


def test_what_is_not_there_is_said(interface):
    """Refusal: no such plan, no such table, no such job, no such page."""
    call = interface["planner"]

    assert call("GET", "/plans/plan-999").status == 404
    assert "orders" in call("GET", "/plans/newest/widgets").content["detail"]
    assert call("GET", "/jobs/999999").status == 404
    assert call("GET", "/nowhere").status == 404
