"""The list of plans and the options of the next one."""

from __future__ import annotations

from dataclasses import fields

import polars as pl
import pytest

from quarterdeck.model import Company, Settings
from quarterdeck.planning.pipeline import STAGES
from quarterdeck.service import plans
from quarterdeck.service.options import options
from quarterdeck.store import PlanMissingError, Workspace
from tests.service import bicycles


@pytest.fixture
def workspace(tmp_path):
    """A workspace with two plans of the bicycle maker."""
    made = Workspace.create(tmp_path / "bicycles")
    made.save_plan(bicycles.plan(), author="Ada", note="first")
    made.save_plan(bicycles.plan(10), author="Bob")
    yield made
    made.close()


def test_every_option_has_unit_default_and_meaning():
    """Law: each field of the settings is offered, with its meaning and a title of its own."""
    offered = {option.name: option for option in options(Company.of())}
    assert set(offered) == {field.name for field in fields(Settings)} - {"progress"}
    assert all(option.meaning and option.title for option in offered.values())
    assert offered["horizon_weeks"].unit == "weeks"
    assert offered["service_level"].default == offered["service_level"].value == "0.95"
    assert len({option.title for option in offered.values()}) == len(offered)


def test_an_option_shows_what_the_company_set():
    """The company's own table of settings comes before the default; what is left as it stands is not sent."""
    company = Company.of(settings=pl.DataFrame({"setting": ["horizon_weeks"], "value": ["13"]}))
    shown = {option.name: option.value for option in options(company)}
    assert shown["horizon_weeks"] == "13"
    assert plans.chosen(company, {**shown, "as_of": shown["as_of"]}) == {}
    assert plans.chosen(company, {"horizon_weeks": "26", "service_level": "0,9"}) == {
        "horizon_weeks": 26,
        "service_level": 0.9,
    }


@pytest.mark.parametrize(
    ("option", "text", "told"),
    [
        ("effort", "many", "Expected a number for Effort, got 'many'"),
        ("horizon_weeks", "0", "Expected a whole number from 1 to 520 for Horizon, got 0"),
        ("seed", "1.5", "Expected a whole number from 0"),
        ("service_level", "2", "Expected a number from 0 to 0.9999 for Service level, got 2"),
        ("mode", "wild", "Expected a mode among constrained"),
        ("as_of", "tomorrow", "Expected a date such as"),
        ("effort", "nan", "Expected a whole number from 0"),
    ],
)
def test_an_option_that_cannot_be_is_refused(option, text, told):
    """Refusal: in words, with the value."""
    with pytest.raises(ValueError, match=told):
        plans.chosen(Company.of(), {option: text})


def test_plans_are_listed_with_their_figures(workspace):
    """Two plans, newest first, each with the same columns of figures, author and note."""
    titles, rows = plans.listed(workspace, bicycles.company())
    assert [(row.plan, row.author, row.note) for row in rows] == [("plan-2", "Bob", ""), ("plan-1", "Ada", "first")]
    assert "On time in full" in titles
    assert all(tuple(value.title for value in row.values) == titles for row in rows)
    assert plans.table_of_plans(workspace, bicycles.company()).height == 2


def test_a_note_is_written_and_a_missing_plan_refused(workspace):
    """Story: a note is added later; a plan that is not kept has none."""
    workspace.note_plan("plan-2", "with overtime")
    assert workspace.plans()[0].note == "with overtime"
    with pytest.raises(PlanMissingError, match="got plan-9"):
        workspace.note_plan("plan-9", "x")
    assert workspace.plan_table("plan-1", "kpis").height == 5


def test_progress_is_told_by_stage():
    """Before the start the first stage runs; at a half the first half is done; at the end all are."""
    assert [state for _, state in plans.stages_done(0.0)] == ["running", *["waiting"] * (len(STAGES) - 1)]
    half = [state for _, state in plans.stages_done(0.5)]
    assert half.count("done") == len(STAGES) // 2
    assert {state for _, state in plans.stages_done(1.0)} == {"done"}
