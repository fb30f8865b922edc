"""However messy a company's data is, there is a plan, and what is wrong is named."""

import datetime as dt
import random

import polars as pl
import pytest

import quarterdeck as qd
from quarterdeck.demo import demo_path
from quarterdeck.model import RESULTS, TABLES, Company
from quarterdeck.model.checks import check, usable

NONSENSE = {
    "code": [None, "", "lost", "main", "*"],
    "text": [None, "", "xx", "Mars/Olympus", "g"],
    "choice": [None, "whatever"],
    "quantity": [None, -5.0, 0.0, 1e12, float("nan"), float("inf")],
    "number": [None, -5.0, 0.0, 1e7, float("nan")],
    "fraction": [None, -1.0, 0.0, 2.0],
    "whole": [None, -3, 0, 10**9],
    "money": [None, -7, 0],
    "day": [None, dt.date(1971, 1, 1), dt.date(2199, 1, 1)],
    "moment": [None, dt.datetime(1971, 1, 1), dt.datetime(2199, 1, 1)],
    "flag": [None, True, False],
    "time": [None, "99:99", "00:00", "24:00"],
}
FEW = ("CITY-BLU", "BATT-500", "ECITY-BLU")


@pytest.fixture(scope="module")
def tidy() -> Company:
    """The demo company with the history of three items only."""
    company = qd.read(demo_path())
    return company.replace(demand_history=company.demand_history.filter(pl.col("item").is_in(FEW)))


def messed(company: Company, seed: int, share: float) -> Company:
    """The company with a share of its cells replaced by nonsense, rows repeated and shuffled, tables emptied."""
    dice = random.Random(seed)
    frames = {}
    for name, table in TABLES.items():
        rows = company[name].to_dicts()
        for row in rows:
            for column in table.columns:
                if dice.random() < share:
                    row[column.name] = dice.choice(NONSENSE[column.kind])
        rows += [dict(row) for row in dice.sample(rows, min(2, len(rows)))]
        dice.shuffle(rows)
        keep = dice.random() > 0.1
        frames[name] = pl.DataFrame(rows, schema=table.dtypes, strict=False) if rows and keep else table.empty()
    return Company.of(**frames)


@pytest.mark.parametrize(("seed", "share"), [(1, 0.005), (2, 0.03), (3, 0.2)])
def test_a_messy_company_is_planned(tidy, seed, share):
    """Law: no error is left in what is usable, every stage runs, and the faults are named."""
    company = messed(tidy, seed, share)
    kept, problems = usable(company)
    assert problems
    assert [problem.message for problem in check(kept) if problem.severity == "error"] == []
    plan = qd.plan(kept, as_of="2026-03-02", horizon_weeks=4, effort=1, seconds=1)
    assert set(plan.frames) == set(RESULTS)


@pytest.mark.parametrize("absent", list(TABLES))
def test_no_table_is_needed(tidy, absent):
    """Law: whatever table is missing, what is left can be used."""
    kept, _ = usable(tidy.replace(**{absent: TABLES[absent].empty()}))
    assert [problem.message for problem in check(kept) if problem.severity == "error"] == []
