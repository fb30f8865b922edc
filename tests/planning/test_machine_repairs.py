"""Repairs of late orders: another machine, and that every kind is found where it helps."""

import datetime as dt

import polars as pl
import pytest

import quarterdeck as qd
from quarterdeck.model.settings import silent
from quarterdeck.planning.repairs.edits import edited
from quarterdeck.planning.repairs.finding import candidates, case_of, repairs
from tests.planning.companies import table_maker

OPTIONS = {"as_of": "2026-03-02T08:00:00+00:00", "horizon_weeks": 8, "effort": 5, "seconds": 20.0}
NEW = {
    "work_centres": pl.DataFrame(
        {"work_centre": ["saw", "bench", "annexe"], "calendar": ["day"] * 3, "hourly_cost": [30, 20, 26]}
    ),
    "machines": pl.DataFrame({"machine": ["A1"], "work_centre": ["annexe"]}),
    "operation_alternates": pl.DataFrame({"item": ["table"], "sequence": [10], "work_centre": ["annexe"]}),
}


@pytest.fixture(scope="module")
def planned():
    """The joiner's plan with one bench, his company with a second one that he has just got, and the latest order."""
    company = table_maker()
    plan = qd.plan(company, **OPTIONS)
    rows = plan["requirements"].join(plan["deliveries"].drop("due", "quantity"), on="demand")
    return company.replace(**NEW), plan, rows.sort("late_seconds", descending=True)["demand"][0]


def test_another_machine_is_tried_and_priced(planned):
    """The new bench costs 6 more an hour; the late order leaves earlier, and the edits name the machine."""
    company, plan, demand = planned
    found = [trial for trial in repairs(company, plan, demand, silent).trials if trial.candidate.kind == "machine"]
    assert found
    best = found[0]
    assert best.won > 3600
    operation = plan.operations.filter(pl.col("order") == best.candidate.subject, pl.col("work_centre") == "bench")
    assert float(best.candidate.price) == pytest.approx(operation["run_seconds"][0] / 3600 * 6, abs=0.01)
    changed = edited(company, best.candidate.edits)
    assert changed["work_order_operations"]["machine"].to_list() == ["A1"]
    assert changed["work_orders"]["order"].to_list() == changed["work_order_operations"]["order"].to_list()


def test_the_next_plan_does_it_there(planned):
    """Story: the repair is taken, and the plan made anew has the step on the new bench."""
    company, plan, demand = planned
    found = next(each for each in repairs(company, plan, demand, silent).trials if each.candidate.kind == "machine")
    again = qd.plan(edited(company, found.candidate.edits), **OPTIONS)
    moved = again.operations.filter(pl.col("order") == found.candidate.facts["renamed"])
    assert moved["machine"].to_list() == ["A1"]
    assert again.figures["schedule_checked"]


def test_without_another_machine_there_is_none(planned):
    """The company as it was planned has one bench."""
    _, plan, demand = planned
    kinds = {each.kind for each in candidates(case_of(table_maker(), plan, demand))}
    assert "machine" not in kinds
    assert "overtime" in kinds


def test_every_kind_of_repair_is_found_where_it_may_help(planned):
    """Overtime, another machine, a lot in two, a purchase sooner, and going first."""
    company, plan, demand = planned
    kinds = {each.kind for each in candidates(case_of(company, plan, demand))}
    short = table_maker().replace(
        stock_lots=pl.DataFrame(schema={"item": pl.String, "quantity": pl.Float64}),
        purchase_orders=pl.DataFrame(
            {
                "order": ["PO-1"],
                "item": ["board"],
                "supplier": ["mill"],
                "quantity": [400.0],
                "due": [dt.datetime(2026, 3, 20)],
            }
        ),
    )
    lots = short.replace(items=short["items"].with_columns(lot_minimum=pl.lit(24.0)))
    for other in (short, lots):
        found = qd.plan(other, **OPTIONS)
        late = found["deliveries"].filter(pl.col("late_seconds") > 0)["demand"].sort().to_list()
        for each in late:
            kinds |= {candidate.kind for candidate in candidates(case_of(other, found, each))}
    assert {"overtime", "machine", "split", "expedite", "swap_priority"} <= kinds
