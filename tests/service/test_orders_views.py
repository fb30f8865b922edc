"""What Today and the orders' pages show of a plan."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.service.acting import Decider, release_orders
from quarterdeck.service.current import Current
from quarterdeck.service.decisions import undecided
from quarterdeck.service.planning import plan_workspace
from quarterdeck.service.promising import accept, promise
from quarterdeck.service.views import wording
from quarterdeck.service.views.actions import actions
from quarterdeck.service.views.lateness import Cause, together
from quarterdeck.service.views.order_detail import order_detail, order_history
from quarterdeck.service.views.order_list import TITLES, order_list, order_rows
from quarterdeck.service.views.today import GROUPS, kpi_histories, line, today_tiles
from tests.service.small_shop import shop


@pytest.fixture
def workspace(tmp_path: Path):
    """The small shop with its plan."""
    with shop(tmp_path / "shop") as made:
        yield made


def test_lists_show_what_is_open_and_what_is_planned(workspace):
    """Example: three sales lines on time; three purchases open and four planned; one work order and two planned."""
    company, plan = workspace.load(), workspace.load_plan()
    states = {
        kind: dict(order_list(company, plan, kind).group_by("state").len().sort("state").rows()) for kind in TITLES
    }

    assert states["sales"] == {"on_time": 3}
    assert states["purchase"] == {"open": 3, "planned": 4}
    assert states["work"] == {"open": 1, "planned": 2}
    assert states["transfer"] == {"open": 1}
    rows = order_rows(company, order_list(company, plan, "purchase"), plan.settings.as_of)
    assert {row["partner_name"] for row in rows} == {"Tubes Ltd", "Wheels Ltd"}
    assert next(row for row in rows if row["order"] == "PO-2")["quantity_text"].replace(wording.GAP, " ") == "50 pcs"


def test_a_released_order_moves_from_planned_to_new(workspace):
    """Story: between release and the next plan the real order stands in the list, the planned one no longer does."""
    plan = workspace.load_plan()
    code = order_list(workspace.load(), plan, "work").filter(pl.col("state") == "planned")["order"][0]

    acted = release_orders(workspace, [code], plan="plan-1", by=Decider("Ada", "planner"))

    listed = order_list(workspace.load(), plan, "work", (code,))
    assert code not in set(listed["order"])
    assert listed.filter(pl.col("state") == "new")["order"].to_list() == [acted.became[code][0]]


def test_an_accepted_enquiry_is_listed_with_its_promise(workspace):
    """Story: the customer asks for two bicycles, it is promised, and stands in the list until the next plan has it."""
    answer = promise(workspace, "bike", 2, None, "C1")
    code = accept(workspace, answer, author="Ada")

    row = order_list(workspace.load(), workspace.load_plan(), "sales").row(
        by_predicate=pl.col("order") == code, named=True
    )
    assert row["state"] == "new"
    assert row["promised"] is not None
    assert row["partner_name"] == "Alpine"


def test_an_order_tells_its_facts_steps_uses_and_history(workspace):
    """Story: the work order's page names both steps, the customer who waits, and who wrote the row."""
    edition = Current(workspace.path).edition()
    company, plan = edition.company, edition.plan

    found = order_detail(company, plan, "work", "WO-1")
    assert [step.name for step in found.steps] == ["Weld", "Assemble"]
    assert found.uses[0].order == "SO-1"
    assert [(event.author, event.after) for event in order_history(workspace, company, "work", "WO-1")] == [
        ("Ada", "came")
    ]
    proposed = edition.plan["orders"].filter(pl.col("state") == "planned", pl.col("kind") == "buy")["order"][0]
    assert order_detail(company, plan, "purchase", proposed).planned
    assert order_detail(company, plan, "work", proposed) is None
    assert order_detail(company, plan, "sales", "nowhere") is None
    assert order_detail(company, None, "sales", "nowhere") is None
    bare = order_detail(company, None, "work", "WO-1")
    assert [step.sequence for step in bare.steps] == [step.sequence for step in found.steps]
    assert (bare.lines[0].facts, bare.lines[0].told) == (found.lines[0].facts, None)
    assert order_detail(company, plan, "sales", "SO-2").lines[0].told.state == "on_time"


def test_tiles_show_each_figure_once_with_its_way(workspace):
    """Law: every KPI of the plan stands in exactly one group; after a second plan each has a trend."""
    company, plan = workspace.load(), workspace.load_plan()
    shown = today_tiles(workspace, company, plan, "plan-1")
    grouped = [tile.kpi.kpi for _, members in shown.groups for tile in members]
    assert sorted(grouped) == sorted(plan["kpis"]["kpi"])
    assert [title for title, _ in shown.groups if title in GROUPS] == [
        title for title, members in GROUPS.items() if set(members) & set(grouped)
    ]
    assert all(tile.trend is None for tile in shown.first)
    late = next(tile for tile in shown.first if tile.kpi.kpi == "late_orders")
    assert (late.figure, late.unit) == ("0", "")

    plan_workspace(workspace, author="Ada", horizon_weeks=8, effort=0)
    assert all(len(values) == 2 for values in kpi_histories(workspace, "plan-2").values())
    again = today_tiles(workspace, workspace.load(), workspace.load_plan(), "plan-2")
    assert all(tile.trend and not tile.trend.change_text for tile in again.first)


def test_what_waits_is_counted_without_what_was_decided(workspace):
    """Example: of five actions one is carried out; four wait."""
    company, plan = workspace.load(), workspace.load_plan()
    every = actions(company, plan)
    assert undecided(workspace, every, plan, "plan-1") == len(every)
    code = next(each.order for each in every if each.action == "release")

    release_orders(workspace, [code], plan="plan-1", by=Decider("Ada", "planner"))

    assert undecided(workspace, every, plan, "plan-1") == len(every) - 1


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=12))
def test_lines_stay_in_their_box(values):
    """Law: whatever the values, the points lie in a box of 74 by 22, from its left to its right."""
    points = [tuple(float(each) for each in point.split(",")) for point in line(values).split(" ")]

    assert points[0][0] == 0
    assert points[-1][0] == 74
    assert all(0 <= y <= 22 for _, y in points)


@given(st.lists(st.tuples(st.sampled_from(["material", "capacity", "setup"]), st.integers(0, 10**6)), max_size=8))
def test_causes_taken_together_sum_to_the_same(parts):
    """Law: no second of lateness is lost or counted twice."""
    chain = tuple(Cause(kind, kind, kind, seconds, "", 0.0, "", "", "") for kind, seconds in parts)

    merged = together(chain)

    assert sum(each.seconds for each in merged) == sum(seconds for _, seconds in parts)
    assert len({each.cause for each in merged}) == len(merged)
