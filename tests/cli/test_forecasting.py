"""The command that forecasts: of a workspace, of a file, and what it refuses."""

import datetime as dt
import json

import polars as pl
import pytest
from typer.testing import CliRunner

from quarterdeck.cli import exits
from quarterdeck.cli.main import app
from quarterdeck.demo import demo_path

runner = CliRunner()


def run(*arguments):
    """A command with its result."""
    return runner.invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def history(tmp_path):
    """Three years of months of two parts, as somebody else's program writes them."""
    months = pl.date_range(dt.date(2023, 1, 1), dt.date(2025, 12, 1), "1mo", eager=True)
    frames = [
        pl.DataFrame({"unique_id": name, "ds": months, "y": [level + k % 12 for k in range(36)]})
        for name, level in (("A", 50), ("B", 9))
    ]
    path = tmp_path / "history.csv"
    pl.concat(frames).write_csv(path)
    return path


def test_a_file_is_forecast_as_json(history):
    """Series with their reasons and periods with the quantiles that were asked for."""
    done = run("forecast", history, "--horizon", 2, "--quantiles", "0.1,0.9", "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["period"] == "month"
    assert [row["series"] for row in found["series"]] == ["A", "B"]
    assert len(found["forecasts"]) == 4
    assert all(row["q10"] <= row["quantity"] + 10 and row["q10"] <= row["q90"] for row in found["forecasts"])


def test_a_file_is_forecast_for_people(history):
    """One series asked for is shown with its months."""
    done = run("forecast", history, "--item", "A", "--horizon", 2)
    assert done.exit_code == 0
    assert "1 series" in done.stdout
    assert "Thu 1 Jan 2026" in done.stdout


def test_a_workspace_is_forecast_without_a_plan(tmp_path):
    """The demo company's weeks, of one item only."""
    run("init", "--workspace", tmp_path)
    assert run("import", demo_path(), "--workspace", tmp_path).exit_code == exits.OK
    done = run("forecast", "--workspace", tmp_path, "--item", "PAD-HYD", "--horizon", 3, "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert {row["item"] for row in found["forecasts"]} == {"PAD-HYD"}
    assert len({row["start"] for row in found["forecasts"]}) == 3


@pytest.mark.parametrize(
    ("options", "said"), [(["--quantiles", "half"], "got 'half'"), (["--quantiles", "0.5,7"], "got 7.0")]
)
def test_odd_quantiles_are_refused(history, options, said):
    """The message shows what was given."""
    done = run("forecast", history, *options)
    assert done.exit_code == exits.USAGE
    assert said in done.output


def test_a_file_that_is_no_history_is_refused(tmp_path):
    """A name that leads nowhere, and a table without periods."""
    assert run("forecast", tmp_path / "none.csv").exit_code == exits.USAGE
    odd = tmp_path / "odd.csv"
    odd.write_text("a,b\n1,2\n", "utf-8")
    assert run("forecast", odd).exit_code == exits.USAGE


def test_lists_about_demand_need_no_plan(tmp_path):
    """Segments of the demo company, no mix since its history names no customers, and an unknown list refused."""
    run("init", "--workspace", tmp_path)
    assert run("import", demo_path(), "--workspace", tmp_path).exit_code == exits.OK
    assert "growth" in run("forecast", "--workspace", tmp_path, "--show", "segments").stdout
    assert json.loads(run("forecast", "--workspace", tmp_path, "--show", "segments", "--json").stdout)["segments"]
    assert json.loads(run("forecast", "--workspace", tmp_path, "--show", "mix", "--json").stdout)["mix"] == []
    assert run("forecast", "--workspace", tmp_path, "--show", "launches", "--target", "A=2").exit_code == exits.OK
    assert run("forecast", "--workspace", tmp_path, "--show", "hits").exit_code == exits.USAGE
