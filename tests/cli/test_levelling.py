"""The command level."""

import json

import pytest
from typer.testing import CliRunner

from quarterdeck.cli.main import app


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A workspace with a chair that is wanted twice."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "items.csv").write_text("item,source,cost,price,family\nchair,make,5,90,seats\n", encoding="utf-8")
    (folder / "sales_orders.csv").write_text(
        "order,line,item,quantity,due\nSO-1,1,chair,7,2026-01-20\nSO-2,1,chair,3,2026-01-30\n", encoding="utf-8"
    )
    workspace = str(folder / "workspace")
    for command in (["init"], ["import", str(folder), "--good-rows"]):
        assert CliRunner().invoke(app, [*command, "--workspace", workspace]).exit_code == 0
    return workspace


def test_families_in_a_table(shop):
    """Story: what is made of each family over the horizon, and that nothing is scarce."""
    options = ["level", "--workspace", shop, "--as-of", "2026-01-05", "--horizon", "6"]
    answer = CliRunner().invoke(app, options)
    assert answer.exit_code == 0, answer.output
    assert "Capacity and cash allow" in answer.output
    assert "seats" in answer.output
    facts = json.loads(CliRunner().invoke(app, [*options, "--json"]).output)
    assert sum(row["make"] for row in facts["level_volumes"]) == 10
    assert facts["sentences"] == []


def test_a_date_that_is_none(shop):
    """Refusal: an unreadable date ends with wrong usage and names it."""
    answer = CliRunner().invoke(app, ["level", "--workspace", shop, "--as-of", "soon"])
    assert answer.exit_code == 2
    assert "soon" in answer.output


def test_people_may_be_hired_at_a_price(tmp_path):
    """What if hiring cost nothing: ten boats of a hundred hours each need more than the one bench has in four weeks."""
    for name, text in {
        "items": "item,source,cost,price\nboat,make,5,90000\n",
        "work_centres": "work_centre,name\nbench,Bench\n",
        "operations": "item,sequence,work_centre,run_minutes\nboat,10,bench,6000\n",
        "sales_orders": "order,line,item,quantity,due\nSO-1,1,boat,10,2026-01-30\n",
    }.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    workspace = ["--workspace", str(tmp_path / "yard")]
    for command in (["init"], ["import", str(tmp_path), "--good-rows"]):
        assert CliRunner().invoke(app, [*command, *workspace]).exit_code == 0
    asked = ["level", *workspace, "--as-of", "2026-01-05", "--horizon", "6"]
    usual, hiring = (CliRunner().invoke(app, [*asked, *more]).output for more in ([], ["--hire", "0", "--leave", "0"]))
    assert "Hire" not in usual
    assert "people on Bench in the week of" in hiring
    assert "Overtime" in hiring
