"""The report from a company and a plan."""

import json
import re

import polars as pl
import pytest

from quarterdeck import Company, Plan, Settings
from quarterdeck.service import charts
from quarterdeck.service.report import report, write_report
from quarterdeck.service.views.cash import cash_line
from tests.service import bicycles

COMPANY = bicycles.company()
PLAN = bicycles.plan()


def figures(path):
    """The data that the file's scripts draw."""
    return json.loads(re.search(r'id="data">(.*?)</script>', path.read_text("utf-8"), re.DOTALL)[1])


def test_a_report_is_one_file_that_asks_nobody(tmp_path):
    """No address of another host in an attribute, no import, and the whole file or none."""
    path = tmp_path / "out" / "plan.html"
    write_report(COMPANY, PLAN, path)
    text = path.read_text("utf-8")
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", text)
    assert "@import" not in text
    assert "default-src 'none'" in text
    assert [each.name for each in path.parent.iterdir()] == ["plan.html"]


def test_what_cannot_be_written_leaves_the_old_report(tmp_path, monkeypatch):
    """A failure midway keeps what was there and no part of the new one."""
    path = tmp_path / "plan.html"
    path.write_text("old", "utf-8")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_report(COMPANY, PLAN, path)
    assert path.read_text("utf-8") == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_shop_without_machines_and_stock_has_no_such_sections(tmp_path):
    """Services only: no schedule, no load, no stock, no cash, and no hole where they would be."""
    empty = {name: PLAN[name].clear() for name in ("operations", "loads", "projected_stock", "cash_lines", "causes")}
    path = tmp_path / "plan.html"
    write_report(Company.of(), PLAN.with_tables(**empty), path)
    text = path.read_text("utf-8")
    assert list(figures(path)) == ["demand"]
    assert not re.search(r'id="(schedule|load|stock|cash)"', text)
    assert 'id="demand"' in text


def test_an_empty_plan_still_gives_a_page(tmp_path):
    """Nothing known: a title and nothing else, and no charting library either."""
    path = tmp_path / "plan.html"
    write_report(Company.of(), Plan.blank(Settings(as_of=bicycles.AS_OF)), path)
    assert figures(path) == {}
    assert path.stat().st_size < 60_000


def test_hostile_names_stay_text(tmp_path):
    """Names that try to end the script or to be elements appear only escaped, in the page and in its data."""
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    named = COMPANY.replace(items=COMPANY["items"].with_columns(name=pl.lit(evil), family=pl.lit(evil)))
    acts = PLAN["actions"].with_columns(reason=pl.lit(evil), effect=pl.lit("{{ 7 * 7 }}"))
    path = tmp_path / "plan.html"
    write_report(named, PLAN.with_tables(actions=acts), path)
    text = path.read_text("utf-8")
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "&lt;/script&gt;" in text
    assert "{{ 7 * 7 }}" in text
    assert figures(path)["stock"]["items"][0]["n"] == evil


def test_bars_stand_in_the_rows_of_each_layout():
    """Machines hold every bar, people only those that need one; times are minutes from midnight of the plan's day."""
    chart = charts.schedule_chart(COMPANY, PLAN)
    assert [view["title"] for view in chart["views"]] == ["Machines", "People", "Orders"]
    machines, people, orders = (view["at"] for view in chart["views"])
    assert all(row >= 0 for row in machines + orders)
    assert sum(row >= 0 for row in people) == PLAN["operations"]["person"].drop_nulls().len()
    assert chart["now"] == 6 * 60
    assert all(setup <= start <= end for setup, start, _, end, *_ in chart["bars"])


def test_a_schedule_of_many_bars_is_cut_and_says_so(monkeypatch):
    """The first bars are drawn and the heading tells that there are more."""
    monkeypatch.setattr(charts, "MOST_BARS", 100)
    made = report(COMPANY, PLAN)
    assert len(made.charts["schedule"]["bars"]) == 100
    assert made.sections["schedule"]["words"] == "300 operations, the first 100 are drawn"


def test_long_chains_keep_their_sum(tmp_path):
    """Ten causes are shown as the five weightiest and the rest, which together are the whole."""
    causes = pl.DataFrame(
        {
            "demand": ["D000001"] * 10,
            "step": range(10),
            "cause": ["queue"] * 10,
            "seconds": [43_200] * 10,
            "text": [f"step {i}" for i in range(10)],
        }
    )
    shown = report(COMPANY, PLAN.with_tables(causes=causes)).sections["late"]["rows"][0]["causes"]
    assert len(shown) == 6
    assert sum(cause["seconds"] for cause in shown) == 432_000
    assert shown[-1]["text"] == "5 smaller causes"


def test_what_is_no_number_is_left_out_of_a_chart(tmp_path):
    """A curve with a hole is still a report."""
    stock = PLAN["projected_stock"].with_columns(incoming=pl.lit(float("nan")))
    path = tmp_path / "plan.html"
    write_report(COMPANY, PLAN.with_tables(projected_stock=stock), path)
    assert None in figures(path)["stock"]["items"][0]["i"]


def test_cash_is_drawn_to_the_end_of_the_horizon():
    """The lowest point is that of the view; every kind of payment has one figure a week."""
    line = cash_line(COMPANY, PLAN)
    chart = charts.cash_chart(COMPANY, PLAN, line)
    assert chart["b"][chart["low"]] == min(chart["b"]) == line.lowest
    assert {len(values) for _, values in chart["kinds"]} == {len(chart["w"])}
    assert chart["last"] == 91
