"""Dragging an operation: where it may go, keeping it there, and taking that back."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from quarterdeck.service import dragging
from quarterdeck.service.rescheduling import Drop
from quarterdeck.store import TableChange, UndoRefusedError, Workspace
from tests.service import joinery

SHOP = joinery.company()
PLAN = joinery.plan(SHOP)


@pytest.fixture
def workspace(tmp_path):
    """A workspace with the joinery and its plan."""
    made = Workspace.create(tmp_path / "joinery")
    made.commit({name: TableChange(frame) for name, frame in SHOP.frames.items() if frame.height}, author="test")
    made.save_plan(PLAN, author="test")
    yield made
    made.close()


def last_saw(plan):
    """The last step on the saws: nothing stands behind it there."""
    return plan.operations.filter(pl.col("work_centre") == "saw").sort("setup_start").row(-1, named=True)


def moved(plan):
    """That step two working days later at nine."""
    saw = last_saw(plan)
    day = saw["setup_start"].replace(hour=8, minute=0, second=0) + dt.timedelta(days=2)
    while day.weekday() > 4:
        day += dt.timedelta(days=1)
    return Drop(saw["order"], 10, day, saw["machine"], "saw")


def pinned(workspace):
    """The step pinned there: what came of it, and the plan made around it."""
    company, code = workspace.load(), workspace.plans()[0].plan
    plan = workspace.load_plan(code)
    kept = dragging.pin(workspace, company, (code, plan), moved(plan), author="Ada")
    return kept, workspace.load_plan(kept.plan)


def test_the_machines_that_can_do_a_step_are_offered():
    """Both saws can saw; gluing has two nameless places; the one it stands on is marked."""
    saw = last_saw(PLAN)
    found = dragging.spots(SHOP, PLAN, saw["order"], 10)
    assert [spot.title for spot in found] == ["Saw 1", "Saw 2"]
    assert [spot.machine for spot in found if spot.stands] == [saw["machine"]]
    assert {spot.work_centre for spot in dragging.spots(SHOP, PLAN, saw["order"], 20)} == {"glue"}
    assert dragging.spots(SHOP, PLAN, "nothing", 10) == ()


def test_a_verdict_is_told_on_the_home_clock():
    """Into the night is refused with the moment at which it would do: six in the morning in Berlin."""
    night = Drop(last_saw(PLAN)["order"], 10, dt.datetime(2026, 3, 20, 22), "S1", "saw")
    found = dragging.judged(SHOP, PLAN, night)
    assert not found.legal
    assert "is closed then" in found.text
    assert found.earliest == dt.datetime(2026, 3, 23, 6)
    assert dragging.judged(SHOP, PLAN, moved(PLAN)).legal


def test_a_pin_is_kept_and_taken_back_to_the_bit(workspace):
    """Story: a step is pinned, its order becomes a work order, undo brings company and plan back as they were."""
    before, first = workspace.checksum(), workspace.load_plan()
    kept, made = pinned(workspace)
    assert made.operations["pinned"].sum() == 1
    assert workspace.load()["work_orders"].height == 1
    assert dragging.last_pin(made) == dragging.Pinned(
        "plan-1", kept.change_set, "Pinned step 10 of " + moved(PLAN).order
    )

    code = dragging.take_back(workspace, (kept.plan, made), author="Ada")

    assert workspace.checksum() == before
    assert workspace.load_plan(code).operations.equals(first.operations)
    assert workspace.plans()[0].note.startswith("Undone: Pinned step 10")
    assert dragging.last_pin(workspace.load_plan(code)) is None


def test_taking_back_after_another_change_repairs_the_plan_from_before(workspace):
    """Story: somebody changed a customer's name in between; that stays, the pin goes."""
    kept, made = pinned(workspace)
    name = pl.DataFrame({"customer": ["C1"], "name": ["Café Tilia"]})
    workspace.commit({"customers": TableChange(name)}, author="Bob")

    code = dragging.take_back(workspace, (kept.plan, made), author="Ada")

    assert workspace.load()["customers"]["name"].to_list() == ["Café Tilia"]
    assert workspace.load_plan(code).operations["pinned"].sum() == 0


def test_a_pin_can_be_freed(workspace):
    """Story: the step goes wherever planning puts it; freeing what nobody pinned does nothing."""
    kept, made = pinned(workspace)
    order = made.operations.filter(pl.col("pinned"))["order"][0]

    code = dragging.unpin(workspace, (kept.plan, made), order, 10, author="Ada")

    free = workspace.load_plan(code)
    assert free.operations["pinned"].sum() == 0
    assert dragging.unpin(workspace, (code, free), order, 10, author="Ada") == ""


def test_an_older_plan_cannot_be_moved_about(workspace):
    """Refusal: somebody else planned again; the page has to be loaded anew."""
    workspace.save_plan(PLAN, author="Bob")
    with pytest.raises(dragging.OlderPlanError, match=r"newer plan than the one you look at \(plan-1\)"):
        dragging.pin(workspace, SHOP, ("plan-1", PLAN), moved(PLAN), author="Ada")
    with pytest.raises(dragging.OlderPlanError, match="Nothing was pinned"):
        dragging.take_back(workspace, ("plan-2", PLAN), author="Ada")


def test_what_was_undone_elsewhere_cannot_be_undone_again(workspace):
    """Refusal: the change was taken back on another page already."""
    kept, made = pinned(workspace)
    workspace.undo(kept.change_set, author="Bob")
    with pytest.raises(UndoRefusedError):
        dragging.take_back(workspace, (kept.plan, made), author="Ada")


def test_an_illegal_pin_changes_nothing(workspace):
    """Refusal: the past stays the past."""
    company, plan = workspace.load(), workspace.load_plan()
    past = Drop(last_saw(plan)["order"], 10, dt.datetime(2026, 2, 2, 8), "S1", "saw")
    kept = dragging.pin(workspace, company, ("plan-1", plan), past, author="Ada")
    assert not kept.plan
    assert kept.outcome.reason.startswith("That is in the past")
    assert len(workspace.plans()) == 1
