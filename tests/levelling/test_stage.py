"""Levelling a company's tables."""

import datetime as dt

import polars as pl
import pytest

from quarterdeck.disciplines.demand import stage as demand
from quarterdeck.disciplines.levelling.changes import Change
from quarterdeck.disciplines.levelling.payments import nth_date
from quarterdeck.disciplines.levelling.stage import run
from quarterdeck.disciplines.levelling.wording import sentences
from quarterdeck.model import Company, Plan, Settings

NOW = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
SETTINGS = Settings(as_of=NOW, horizon_weeks=4)


def shop(**changes):
    """Chairs of four legs; a leg takes an hour, a chair two, forty hours a week each."""
    tables = {
        "items": pl.DataFrame({
            "item": ["chair", "leg", "wood"], "source": ["make", "make", "buy"], "cost": [0.0, 0.0, 50.0],
            "price": [900.0, 0.0, 0.0], "family": ["seats", None, None],
        }),
        "bom_lines": pl.DataFrame({
            "parent": ["chair", "leg"], "component": ["leg", "wood"], "quantity_per": [4.0, 2.0],
        }),
        "operations": pl.DataFrame({
            "item": ["chair", "leg"], "sequence": [10, 10], "work_centre": ["hall", "saw"],
            "run_minutes": [120.0, 60.0],
        }),
        "work_centres": pl.DataFrame({
            "work_centre": ["hall", "saw"], "name": ["Hall", "Saw"], "calendar": ["day"] * 2,
        }),
        "calendars": pl.DataFrame({"calendar": ["day"]}),
        "shifts": pl.DataFrame({
            "calendar": ["day"], "shift": ["early"], "weekdays": ["mon-fri"], "start_time": ["08:00"],
            "end_time": ["16:00"],
        }),
        "settings": pl.DataFrame({"setting": ["currency"], "value": ["EUR"]}),
    }  # fmt: skip
    return Company.of(**{**tables, **changes})


def wanting(*demands):
    """A plan that wants chairs: (quantity, day) each."""
    rows = [
        {"demand": f"D{number}", "kind": "sales_order", "item": "chair", "site": "main", "quantity": float(quantity),
         "due": NOW + dt.timedelta(days=day), "priority": 1, "ship_complete": True}
        for number, (quantity, day) in enumerate(demands)
    ]  # fmt: skip
    blank = Plan.blank(SETTINGS)
    return blank.with_tables(requirements=pl.DataFrame(rows)) if rows else blank


def test_a_week_too_full_is_built_ahead():
    """Story: the saw cuts legs for ten chairs a week, the third week wants fifteen: five are made in the second."""
    plan = run(shop(), wanting((5, 1), (5, 8), (15, 15)), SETTINGS)
    assert plan["level_volumes"].sort("week")["make"].to_list() == [5.0, 10.0, 10.0, 0.0]
    saw = plan["level_hours"].filter(pl.col("work_centre") == "saw").sort("week")
    assert saw["used_hours"].to_list() == [20.0, 40.0, 40.0, 0.0]
    assert saw["capacity_hours"].to_list() == [40.0] * 4
    said = sentences(shop(), plan)
    assert any("Saw in the week of Mon 19 Jan" in sentence for sentence in said)
    assert any("5 of chair are made ahead" in sentence for sentence in said)


def test_too_much_for_everybody_is_told():
    """Refusal: what no plan can make is a problem with its quantity."""
    plan = run(shop(), wanting((500, 1)), SETTINGS)
    assert [problem.code for problem in plan.problems] == ["level-demand-lost"]
    assert "of chair cannot be made" in plan.problems[0].message


def test_money_beyond_the_line_is_told():
    """Story: rent of 5,000 with 100 in the bank and no line: 4,900 are lacking at once, and it is said."""
    company = shop(
        cash_accounts=pl.DataFrame({"account": ["bank"], "date": [NOW.date()], "balance": [100.0]}),
        fixed_cash_lines=pl.DataFrame({
            "line": ["rent"], "amount": [-5000.0], "date": [NOW.date()], "repeats": ["month"],
        }),
    )  # fmt: skip
    plan = run(company, wanting((1, 1)), SETTINGS)
    assert [problem.code for problem in plan.problems] == ["level-cash-lacking"]
    assert plan["level_cash"]["lacking"][0] >= 4900
    assert any("You need " in sentence for sentence in sentences(company, plan))


def test_nothing_wanted_and_nothing_known():
    """Refusal: no demand, no structure, no work centre: the plan stays as it is."""
    assert run(Company.of(), Plan.blank(SETTINGS), SETTINGS)["level_volumes"].is_empty()
    bare = Company.of(items=pl.DataFrame({"item": ["chair"]}))
    assert run(bare, wanting((3, 1)), SETTINGS)["level_volumes"]["make"].sum() == 3.0


def test_dates_of_payments():
    """Example: a payment of 31 January falls on 28 February and 31 March."""
    assert [str(nth_date(dt.date(2026, 1, 31), "month", number)) for number in (1, 2)] == ["2026-02-28", "2026-03-31"]
    assert nth_date(dt.date(2026, 1, 31), "once", 3) == dt.date(2026, 1, 31)


def hiring(weeks, wanted, **rates):
    """The chair shop with so many chairs wanted each week, and prices of people."""
    prices = pl.DataFrame({"rate": list(rates), "scope": [""] * len(rates), "value": [*map(float, rates.values())]})
    days = [(NOW + dt.timedelta(days=7 * week + 4)).replace(tzinfo=None) for week in range(weeks)]
    orders = pl.DataFrame({"order": [f"SO-{week}" for week in range(weeks)], "due": days})
    orders = orders.with_columns(item=pl.lit("chair"), quantity=pl.lit(float(wanted)))
    company = shop(cost_rates=prices, sales_orders=orders)
    settings = Settings(as_of=NOW, horizon_weeks=weeks)
    return company, run(company, demand.run(company, Plan.blank(settings), settings), settings)


def test_people_are_hired_where_that_pays_and_let_go_by_their_price():
    """Twenty chairs a week need eighty hours of the saw's forty: one more person beside the one that is there."""
    company, plan = hiring(4, 20, hire=100, leave=0, labour=25)
    saw = plan["level_hours"].filter(pl.col("work_centre") == "saw").sort("week")
    assert saw["people"].to_list() == pytest.approx([1.0] * 4)
    assert saw["hired"].to_list() == pytest.approx([1.0, 0.0, 0.0, 0.0])
    assert plan["level_volumes"]["lost"].sum() == 0
    assert "Hire 1 person on Saw in the week of Mon 5 Jan." in sentences(company, plan)


@pytest.mark.parametrize("rates", [{"labour": 25}, {"labour": 25, "hire": 1_000_000}])
def test_nobody_is_hired_without_a_price_or_too_dearly(rates):
    """Overtime and lost sales instead."""
    _, plan = hiring(4, 20, **rates)
    assert plan["level_hours"]["people"].sum() == 0
    assert plan["level_hours"]["overtime_hours"].sum() > 0
    assert plan["level_volumes"]["lost"].sum() > 0


def test_what_if_more_were_wanted_or_there_were_more_hours():
    """Story: half as many again are wanted in a full third week: more is built ahead; with more hours less is."""
    company, plan = shop(), wanting((5, 1), (5, 8), (10, 15))
    asked = run(company, plan, SETTINGS, Change(demand=0.5, family="seats"))["level_volumes"].sort("week")
    assert asked["demand"].to_list() == [7.5, 7.5, 15.0, 0.0]
    assert asked["make"].to_list() == [10.0, 10.0, 10.0, 0.0]
    roomy = run(company, plan, SETTINGS, Change(demand=0.5, hours=0.5, work_centre="saw"))["level_volumes"]
    assert roomy.sort("week")["make"].to_list() == [7.5, 7.5, 15.0, 0.0]


def test_a_change_of_what_there_is_none_of_is_refused():
    """Refusal: the family, work centre or share that cannot be meant is named."""
    for change, said in (
        (Change(demand=0.1, family="tables"), "'tables'"),
        (Change(hours=0.1, work_centre="oven"), "'oven'"),
        (Change(hours=-1.5), "-150%"),
    ):
        with pytest.raises(ValueError, match=said):
            run(shop(), wanting((5, 1)), SETTINGS, change)


def test_an_hour_is_worth_nothing_where_everything_else_is_closed():
    """Story: the third week is a holiday of saw and hall alike: an hour of one of them alone would make no chair."""
    holiday = pl.DataFrame({
        "calendar": ["day"], "exception": ["holiday"], "start": [dt.datetime(2026, 1, 19)],
        "end": [dt.datetime(2026, 1, 26)], "open": [False],
    })  # fmt: skip
    plan = run(shop(calendar_exceptions=holiday), wanting((5, 1), (5, 8), (12, 15)), SETTINGS)
    hours = plan["level_hours"].filter(pl.col("week") == dt.date(2026, 1, 19))
    assert hours["capacity_hours"].to_list() == [0.0, 0.0]
    assert hours["hour_value"].to_list() == [0.0, 0.0]
