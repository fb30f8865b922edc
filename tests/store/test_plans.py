"""Plans are kept whole, for good, beside the database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from quarterdeck.model import Plan, Problem, Settings
from quarterdeck.store import PlanMissingError, Workspace

NOW = dt.datetime(2026, 3, 2, 6, tzinfo=dt.UTC)


def sample(seed: int = 1) -> Plan:
    """A small plan."""
    kpi = {
        "kpi": "on_time_in_full",
        "title": "On time",
        "value": 0.9,
        "unit": "share",
        "direction": "at_least",
        "formula": "-",
    }
    plan = Plan.blank(Settings(as_of=NOW, seed=seed, horizon_weeks=8)).with_tables(kpis=pl.DataFrame([kpi]))
    return plan.with_problems(
        [Problem("warning", "late", "WO-884 is late.", "Expedite it.", table="orders", key="WO-884", row=3)]
    )


def test_plan_comes_back_whole(workspace: Workspace) -> None:
    """Law: tables, settings, problems and figures of a kept plan are those of the plan."""
    plan = sample().with_figures(seconds={"mrp": 0.5}, orders=np.int64(3), best=np.float64(1.5), made=NOW)
    name = workspace.save_plan(plan, author="Ada", note="first")
    found = workspace.load_plan(name)
    assert all(found[table].equals(frame) for table, frame in plan.frames.items())
    assert found.settings == plan.settings
    assert found.problems == plan.problems
    assert found.figures == {"seconds": {"mrp": 0.5}, "orders": 3, "best": 1.5, "made": NOW.isoformat()}


def test_newest_plan_is_the_default(workspace: Workspace) -> None:
    """Example: without a code the newest is loaded; the list has the newest first."""
    workspace.save_plan(sample(1), author="Ada")
    workspace.save_plan(sample(2), author="Bo", note="better")
    newest = workspace.plans()[0]
    assert workspace.load_plan().settings.seed == 2
    assert (newest.author, newest.note, newest.as_of, newest.problems) == ("Bo", "better", NOW, 1)


def test_deleted_plan_is_gone_and_its_code_is_not_used_again(workspace: Workspace) -> None:
    """Story: the newest plan is deleted, the one before is the newest, and a new one has a new code."""
    first, second = (workspace.save_plan(sample(), author="Ada") for _ in range(2))
    workspace.delete_plan(second)
    assert [each.plan for each in workspace.plans()] == [first]
    assert not (workspace.path / "plans" / second).exists()
    assert workspace.save_plan(sample(), author="Ada") not in {first, second}


def test_missing_plans_are_refused(workspace: Workspace) -> None:
    """Refusal: no plan yet, and a code that no plan has."""
    with pytest.raises(PlanMissingError, match="none yet"):
        workspace.load_plan()
    workspace.save_plan(sample(), author="Ada")
    for action in (workspace.load_plan, workspace.delete_plan):
        with pytest.raises(PlanMissingError, match="got plan-99"):
            action("plan-99")


def test_leftovers_are_swept_on_opening(tmp_path: Path) -> None:
    """Story: a process died while it wrote a plan, another between the folder and its row; both leave nothing."""
    with Workspace.create(tmp_path) as workspace:
        kept = workspace.save_plan(sample(), author="Ada")
        for name in (".writing-dead", "plan-7"):
            (tmp_path / "plans" / name).mkdir()
            (tmp_path / "plans" / name / "orders.parquet").write_bytes(b"half")
    with Workspace.open(tmp_path) as again:
        assert again.load_plan().settings.seed == 1
    assert sorted(path.name for path in (tmp_path / "plans").iterdir() if path.is_dir()) == [kept]


def test_leftovers_of_a_living_process_stay(tmp_path: Path) -> None:
    """Law: while somebody writes a plan, opening the workspace sweeps nothing."""
    fcntl = pytest.importorskip("fcntl")
    Workspace.create(tmp_path).close()
    growing = tmp_path / "plans" / ".writing-alive"
    growing.mkdir(parents=True)
    with (tmp_path / "plans" / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        Workspace.open(tmp_path).close()
        assert growing.exists()
    Workspace.open(tmp_path).close()
    assert not growing.exists()


def test_folder_in_the_way_is_replaced(tmp_path: Path) -> None:
    """Story: a process died after it renamed its plan; the next plan takes the code in the same session."""
    with Workspace.create(tmp_path) as workspace:
        (tmp_path / "plans" / "plan-1").mkdir(parents=True)
        assert workspace.save_plan(sample(), author="Ada") == "plan-1"
        assert workspace.load_plan("plan-1").problems == sample().problems
