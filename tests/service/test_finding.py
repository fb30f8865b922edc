"""Searches in the background: one for all who ask, kept with its job, applied only as long as it holds."""

from __future__ import annotations

import json

import polars as pl
import pytest

from quarterdeck.service import finding, jobs
from quarterdeck.service.current import Current
from quarterdeck.service.planning import plan_workspace
from quarterdeck.service.repairing import RepairError, apply_repair, repair_rights, repairs_of
from quarterdeck.store import TableChange, Workspace
from tests.planning.companies import table_maker


@pytest.fixture
def joiner(tmp_path):
    """The joiner with more orders than hours, planned."""
    with Workspace.create(tmp_path) as workspace:
        tables = {name: TableChange(frame) for name, frame in table_maker().frames.items() if frame.height}
        workspace.commit(tables, author="test")
        plan_workspace(workspace, author="test", as_of="2026-03-02", horizon_weeks=8, effort=5)
        yield Current(workspace.path)


@pytest.fixture
def late(joiner):
    """The latest order of the plan."""
    plan = joiner.edition().plan
    rows = plan["requirements"].join(plan["deliveries"].drop("due", "quantity"), on="demand")
    return rows.sort("late_seconds", descending=True)["order"][0]


def ask(current, kind, order, started):
    """A search as a page asks for it."""

    def start(kind, author, **options):
        started.append(jobs.create_job(current.workspace, kind, author, **options).pk)
        return started[-1]

    return finding.search(current.workspace, kind, current.edition(), order, "", start=start, author="Ada")


def test_found_repairs_are_those_of_the_search(joiner, late):
    """Law: what comes back from the job tells and writes the same as searching at once; asked twice, searched once."""
    started = []
    job = ask(joiner, finding.REPAIRS, late, started)
    assert ask(joiner, finding.REPAIRS, late, started).pk == job.pk
    with pytest.raises(RepairError, match="Ask for them again"):
        finding.found_repairs(job)
    jobs.run_job(joiner.workspace, job.pk)
    job = jobs.job(joiner.workspace, job.pk)
    assert (job.state, job.message) == ("done", "")
    assert ask(joiner, finding.REPAIRS, late, started).pk == job.pk
    assert len(started) == 1
    assert json.loads(json.dumps(job.result)) == job.result

    found, expected = finding.found_repairs(job), repairs_of(joiner.workspace, late)
    assert found.repairs == expected.repairs
    for number in range(1, len(found.repairs) + 1):
        assert repair_rights(found, number) == repair_rights(expected, number)
        kept, fresh = (each.trials[number - 1].candidate.edits for each in (found, expected))
        for table, edit in fresh.items():
            assert edit.upserts is None or edit.upserts.equals(kept[table].upserts)
            assert edit.deletes is None or edit.deletes.equals(kept[table].deletes)


def test_a_repair_is_applied_while_it_holds(joiner, late):
    """Story: an edit elsewhere leaves it standing but old; one of a table that it writes to is in the way."""
    job = ask(joiner, finding.REPAIRS, late, [])
    jobs.run_job(joiner.workspace, job.pk)
    job = jobs.job(joiner.workspace, job.pk)
    found = finding.found_repairs(job)
    assert not finding.is_old(joiner.edition(), job)

    note = pl.DataFrame({"setting": ["company"], "value": ["Other name"]})
    joiner.workspace.commit({"settings": TableChange(note)}, author="Ben")
    assert finding.is_old(joiner.edition(), job)
    finding.refuse_old(joiner.workspace, job, found, 1)
    assert apply_repair(joiner.workspace, found, 1, author="Ada").startswith(f"Repair of {late}")
    with pytest.raises(RepairError, match="has changed since"):
        finding.refuse_old(joiner.workspace, job, found, 1)
    assert ask(joiner, finding.REPAIRS, late, []).pk != job.pk


def test_what_cannot_all_hold_is_searched_too(joiner, late):
    """Example: the late order is among what cannot all hold."""
    job = ask(joiner, finding.CONFLICT, late, [])
    jobs.run_job(joiner.workspace, job.pk)
    job = jobs.job(joiner.workspace, job.pk)
    assert job.state == "done", job.message
    assert job.result["order"] == late
    assert job.result["sentence"].endswith(".")
