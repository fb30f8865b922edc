"""Overtime and its cost, and schedules judged in money."""

from dataclasses import replace

import polars as pl
import pytest

from quarterdeck.disciplines.scheduling.stage import run
from quarterdeck.model import Company, Settings
from tests.scheduling.frame_maker import AS_OF, day, order
from tests.scheduling.frame_maker import plan as bare_plan

SETTINGS = Settings(as_of=AS_OF, horizon_weeks=8, effort=2)
LATE = 4 * 7 * 24 * 3600


def workshop(**changes: pl.DataFrame) -> Company:
    """One lathe, eight hours a day from Monday to Friday, Saturdays as overtime; an hour of it costs 50."""
    base = Company.of(
        items=pl.DataFrame({"item": ["bolt"], "source": ["make"], "cost": [10.0], "price": [40.0]}),
        calendars=pl.DataFrame({"calendar": ["day"]}),
        shifts=pl.DataFrame(
            {
                "calendar": ["day", "day"],
                "shift": ["week", "saturday"],
                "weekdays": ["mon-fri", "sat"],
                "start_time": ["08:00", "08:00"],
                "end_time": ["16:00", "16:00"],
                "overtime": [False, True],
            }
        ),
        work_centres=pl.DataFrame(
            {"work_centre": ["lathe"], "calendar": ["day"], "hourly_cost": [20.0], "operators": [1.0]}
        ),
        cost_rates=pl.DataFrame({"rate": ["labour", "overtime"], "scope": ["", ""], "value": [20.0, 1.5]}),
        operations=pl.DataFrame({"item": ["bolt"], "sequence": [10], "work_centre": ["lathe"], "run_minutes": [24.0]}),
    )
    return base.replace(**changes)


def wanted(count: int, due: float, value: float = 1000.0):
    """Orders of eight hours each, all wanted at the same moment."""
    orders = [order(f"W{i}", "make", "bolt", 0, due) for i in range(count)]
    pegs = [(f"W{i}", "requirement", f"D{i}") for i in range(count)]
    plan = bare_plan(orders, pegs, {f"D{i}": due for i in range(count)})
    return plan.with_tables(requirements=plan["requirements"].with_columns(value=pl.lit(value)))


def on_saturdays(plan) -> int:
    """Operations that are worked on a Saturday."""
    return plan.operations.filter(pl.col("end").dt.weekday() == 6).height


def test_nobody_works_overtime_where_nothing_is_late():
    """Three days of work until the Monday after next fit in the week."""
    plan = run(workshop(), wanted(3, 14.0), SETTINGS)
    assert on_saturdays(plan) == 0
    assert plan.figures["schedule_checked"]
    assert plan.figures["overtime_weeks"] == 0


def test_overtime_is_worked_where_it_takes_lateness_away():
    """Six days of work until Saturday evening: the sixth is a Saturday, 8 h at 20 + 1.5 · 20 an hour."""
    plan = run(workshop(), wanted(6, 5.5), SETTINGS)
    assert on_saturdays(plan) == 1
    assert plan.figures["schedule_value"] == 0
    assert plan.figures["schedule_overtime_hours"] == 8
    assert plan.figures["schedule_overtime_cost"] == pytest.approx(8 * (20 + 1.5 * 20))


def test_only_the_weeks_that_need_it_are_opened():
    """Of eight Saturdays one is worked."""
    plan = run(workshop(), wanted(6, 5.5), SETTINGS)
    assert plan.figures["overtime_weeks"] == 1
    assert plan.figures["overtime_weeks_possible"] > 8


@pytest.mark.parametrize(("value", "saturdays"), [(100.0, 0), (100_000.0, 1)])
def test_in_money_overtime_is_worked_if_it_is_cheaper_than_being_late(value, saturdays):
    """400 for a Saturday against two days late at 2 % a day of 100, and of 100,000."""
    plan = run(workshop(), wanted(6, 5.5, value), replace(SETTINGS, objective="money"))
    assert on_saturdays(plan) == saturdays
    expected = 400.0 if saturdays else pytest.approx(2 * 0.02 * 100, rel=0.1)
    assert plan.figures["schedule_cost"] == expected


def test_the_rate_of_lateness_may_be_the_company_s_own():
    """With half the value a day even the cheap order is worth a Saturday."""
    rates = pl.DataFrame({"rate": ["labour", "overtime", "late"], "scope": ["", "", ""], "value": [20.0, 1.5, 5.0]})
    plan = run(workshop(cost_rates=rates), wanted(6, 5.5, 100.0), replace(SETTINGS, objective="money"))
    assert on_saturdays(plan) == 1


def test_a_late_order_in_the_works_costs_its_holding():
    """A tenth of the standard cost of 20 pieces a year, from beginning until wanted."""
    rates = pl.DataFrame({"rate": ["holding"], "scope": [""], "value": [0.1]})
    plan = run(workshop(cost_rates=rates), wanted(1, 1.0), replace(SETTINGS, objective="money"))
    begun = (day(1.0) - plan.operations["setup_start"][0]).total_seconds()
    assert plan.figures["schedule_holding_cost"] == pytest.approx(200 * 0.1 * begun / (365 * 86400))


def test_an_unknown_objective_is_refused():
    """The two that exist are named."""
    with pytest.raises(ValueError, match="lexicographic, money, got 'fame'"):
        replace(SETTINGS, objective="fame")
