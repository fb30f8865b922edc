"""The demo company is what it says it is."""

import runpy
import shutil
from pathlib import Path

import polars as pl
import pytest

import quarterdeck as qd
from quarterdeck.demo import demo_path
from quarterdeck.model import TABLES, Company

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def company() -> Company:
    """The demo company, read as a user would read it."""
    return qd.read(demo_path())


def test_it_fills_every_table():
    """One CSV per table, small enough to ship."""
    files = sorted(demo_path().glob("*.csv"))
    assert {file.stem for file in files} == set(TABLES)
    assert sum(file.stat().st_size for file in files) < 1_500_000


def test_its_data_has_no_fault(company):
    """Neither error nor warning: it is the example that people copy."""
    problems = [problem.message for problem in qd.check(company) if problem.severity != "info"]
    assert problems == []


def test_every_row_is_read(company):
    """No row is lost on the way from the files."""
    for name in TABLES:
        lines = (demo_path() / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        assert company[name].height == len(lines) - 1, name


def test_its_size_is_that_of_a_small_maker(company):
    """Some sixty items in four levels, twelve work centres, twenty machines, twenty-five customers."""
    assert 55 <= company.items.height <= 80
    assert company.work_centres.height == 12
    assert 18 <= company.machines.height <= 22
    assert company.customers.height == 25
    assert company.customers.select(pl.col("latitude", "longitude").is_not_null().all()).row(0) == (True, True)
    assert _depth(company, "CARGO-BLK") == 4


def _depth(company: Company, item: str) -> int:
    below = company.bom_lines.filter(pl.col("parent") == item)["component"].unique()
    return 1 + max(_depth(company, component) for component in below) if below.len() else 0


def test_it_has_three_years_of_weeks(company):
    """Every bicycle but the new one, up to the week before the plan's day."""
    weeks = company.demand_history.group_by("item").agg(pl.col("date").n_unique().alias("weeks"), pl.col("date").max())
    counts = dict(weeks.select("item", "weeks").iter_rows())
    assert counts["CITY-BLU"] == 156
    assert counts["ECITY-BLU"] < 30
    assert str(weeks["date"].max()) == "2026-02-23"


def test_it_holds_what_plans_stumble_over(company):
    """A held lot, lots that age, work in progress, a promotion to come, overdue orders, unreliable suppliers."""
    assert company.stock_lots["hold"].any()
    assert company.stock_lots["expiry"].is_not_null().any()
    assert company.work_order_operations.height > 10
    assert str(company.promotions["start"].max()) > "2026-03-02"
    assert str(company.sales_orders["due"].min()) < "2026-03-02"
    assert company.supply_options["lead_time_spread_days"].max() >= 10


def test_the_script_draws_the_same_again(tmp_path):
    """Law: the tables that it writes follow from those kept by hand and its seed."""
    script = runpy.run_path(str(ROOT / "tools" / "make_demo.py"))
    for file in demo_path().glob("*.csv"):
        if file.stem not in script["DRAWN"]:
            shutil.copy(file, tmp_path)
    script["main"](tmp_path)
    for name in script["DRAWN"]:
        assert (tmp_path / f"{name}.csv").read_bytes() == (demo_path() / f"{name}.csv").read_bytes(), name
