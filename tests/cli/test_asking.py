"""The commands promise, why and repair."""

import json

import polars as pl
import pytest
from typer.testing import CliRunner

from quarterdeck.cli import exits
from quarterdeck.cli.main import app
from quarterdeck.model import Company
from quarterdeck.service.planning import plan_workspace
from quarterdeck.store import TableChange, Workspace
from tests.planning.companies import table_maker

runner = CliRunner()


def run(*arguments):
    """A command with its result."""
    return runner.invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def joiner(tmp_path_factory):
    """The folder of a planned workspace."""
    folder = tmp_path_factory.mktemp("shop") / "joiner"
    with Workspace.create(folder) as workspace:
        tables = {name: TableChange(frame) for name, frame in table_maker().frames.items() if frame.height}
        workspace.commit(tables, author="test")
        plan_workspace(workspace, author="test", as_of="2026-03-02", horizon_weeks=8, effort=5)
    return folder


def test_promise_for_people(joiner):
    """A sentence, the ways and what is needed; no raw time stamps."""
    shown = run("promise", "table", 3, "--date", "2026-04-30", "-w", joiner)
    assert shown.exit_code == exits.OK
    assert "3 pcs table" in shown.output.replace("\u00a0", " ")
    assert "→ free" in shown.output
    assert "T0" not in shown.output


def test_promise_for_programs(joiner):
    """Every way with its date, cost and parts."""
    told = json.loads(run("promise", "table", 3, "--json", "-w", joiner).output)
    assert told["accepted"] is None
    assert told["way"] in {way["code"] for way in told["ways"]}
    assert {"date", "cost", "parts", "orders", "delays"} <= set(told["ways"][0])


def test_accept_and_undo(joiner):
    """An accepted enquiry is an order, and undo takes it back."""
    told = json.loads(run("promise", "table", 1, "--accept", "--order", "SO-77", "--json", "-w", joiner).output)
    assert told["accepted"] == "SO-77"
    assert run("undo", "-w", joiner).output.startswith("Took back: Promise of 1 pcs table")


def test_why_for_people_and_programs(joiner):
    """Days per cause that add up, and the tree below."""
    told = json.loads(run("why", "SO-5", "--json", "-w", joiner).output)
    assert sum(told[0]["days"]) == pytest.approx(told[0]["late_days"])
    assert told[0]["branches"]
    shown = run("why", "SO-5", "-w", joiner)
    assert "Days by cause" in shown.output
    assert "purchase" in shown.output


def test_repair_lists_and_applies(joiner):
    """The best repair can be made by its number; undo takes it back."""
    told = json.loads(run("repair", "SO-5", "--json", "-w", joiner).output)
    assert told["repairs"][0]["number"] == 1
    done = run("repair", "SO-5", "--apply", 1, "-w", joiner)
    assert "Done: Repair of SO-5" in done.output
    assert run("undo", "-w", joiner).output.startswith("Took back: Repair of SO-5")


@pytest.mark.parametrize(
    "command", [("promise", "chair", 1), ("why", "SO-99"), ("repair", "SO-99"), ("repair", "SO-5", "--apply", 99)]
)
def test_what_is_unknown_is_wrong_usage(joiner, command):
    """Exit code 2 and a message that shows the value."""
    refused = run(*command, "-w", joiner)
    assert refused.exit_code == exits.USAGE


def test_without_a_plan_there_is_advice(tmp_path):
    """No plan, no answer."""
    Workspace.create(tmp_path / "empty").close()
    for command in (("promise", "a", 1), ("why", "a"), ("repair", "a")):
        assert run(*command, "-w", tmp_path / "empty").exit_code == exits.NO_WORKSPACE


def test_what_is_kept_under_a_name_is_promised_to_that_name_only(tmp_path):
    """Three shades made to order lie there for the Miller project: only an enquiry of that name gets them at once."""
    frames = {
        "items": pl.DataFrame({"item": ["shade"], "source": ["buy"], "lead_time_days": [20], "strategy": ["to_order"]}),
        "stock_lots": pl.DataFrame({"lot": ["L1"], "item": ["shade"], "quantity": [3.0], "reserved_for": ["Miller"]}),
    }
    company = Company.of(**frames)
    with Workspace.create(tmp_path / "shades") as workspace:
        tables = {name: TableChange(frame) for name, frame in company.frames.items() if frame.height}
        workspace.commit(tables, author="test")
        plan_workspace(workspace, author="test", as_of="2026-03-02", horizon_weeks=8, effort=5)
    asked = ("promise", "shade", 2, "--json", "-w", tmp_path / "shades")
    hers, ours = (json.loads(run(*asked, *more).output) for more in (("--reserved-for", "Miller"), ()))
    assert hers["in_stock"] >= 2
    assert ours["in_stock"] == 0
    assert hers["date"] < ours["date"]
    made = json.loads(run(*asked, "--reserved-for", "Miller", "--accept", "--order", "SO-1").output)["accepted"]
    with Workspace.open(tmp_path / "shades") as workspace:
        orders = workspace.load()["sales_orders"]
    assert orders.filter(pl.col("order") == made)["reserved_for"].to_list() == ["Miller"]
