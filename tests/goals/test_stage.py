"""KPIs of small plans, each counted by hand."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from quarterdeck.disciplines.goals import stage
from quarterdeck.disciplines.goals.definitions import DEFINITIONS
from quarterdeck.model import Company, Plan, Settings

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
DAY = AS_OF.date()
WEEKS = 10


def at(day: int) -> dt.datetime:
    """Noon so many days after the plan's day."""
    return AS_OF + dt.timedelta(days=day, hours=12)


def measured(company: Company, **tables: pl.DataFrame) -> dict[str, dict]:
    """KPIs by name."""
    plan = Plan.blank(Settings(as_of=AS_OF, horizon_weeks=WEEKS)).with_tables(**tables)
    return {row["kpi"]: row for row in stage.run(company, plan, plan.settings)["kpis"].iter_rows(named=True)}


def book(*states: str, kind: str = "sales_order") -> dict[str, pl.DataFrame]:
    """Requirements worth 100, 200, 300 … of ten A each and what becomes of them; late ones are two days late."""
    count = range(len(states))
    wanted = pl.DataFrame(
        {
            "demand": [f"D{n}" for n in count],
            "kind": [kind] * len(states),
            "order": [f"SO-{n}" for n in count],
            "line": ["1"] * len(states),
            "item": ["A"] * len(states),
            "site": ["main"] * len(states),
            "quantity": [10.0] * len(states),
            "due": [at(n - 1) for n in count],
            "value": [100.0 * (n + 1) for n in count],
        }
    )
    late = [172_800 if state == "late" else 0 for state in states]
    deliveries = pl.DataFrame(
        {
            "demand": [f"D{n}" for n in count],
            "state": list(states),
            "due": [at(n - 1) for n in count],
            "delivered": [None if states[n] == "short" else at(n - 1) + dt.timedelta(seconds=late[n]) for n in count],
            "quantity": [10.0] * len(states),
            "on_time": [10.0 if state == "on_time" else 0.0 for state in states],
            "short": [10.0 if state == "short" else 0.0 for state in states],
            "late_seconds": late,
        },
        schema_overrides={"delivered": pl.Datetime("us", "UTC")},
    )
    return {"requirements": wanted, "deliveries": deliveries}


def costs(unit_cost: float) -> pl.DataFrame:
    """Item costs of A in two parts."""
    return pl.DataFrame(
        {"item": ["A", "A"], "part": ["material", "labour"], "own": [0.0, 0.0], "total": [unit_cost - 1, 1.0]}
    )


def test_an_empty_plan_has_no_kpi():
    """A company with nothing in it is measured by nothing."""
    assert measured(Company.of()) == {}


def test_a_target_without_anything_to_measure_is_kept():
    """The planner sees that it is not forgotten."""
    targets = pl.DataFrame({"kpi": ["utilisation"], "target": [0.8]})
    row = measured(Company.of(kpi_targets=targets))["utilisation"]
    assert (row["value"], row["met"], row["note"]) == (None, None, "nothing to measure")


def test_service_of_four_order_lines():
    """One of four is late and one short; the first was due before today."""
    rates = pl.DataFrame({"rate": ["late"], "value": [0.01]})
    kpis = measured(Company.of(cost_rates=rates), **book("on_time", "on_time", "late", "short"))
    assert kpis["on_time_in_full"]["value"] == 0.5
    assert kpis["on_time_in_full"]["note"] == "2 of 4 order lines"
    assert kpis["on_time_in_full_value"]["value"] == pytest.approx(0.3)
    assert kpis["late_orders"]["value"] == 2
    assert (kpis["mean_lateness"]["value"], kpis["mean_lateness"]["note"]) == (2, "2 days at most: SO-2, A")
    assert kpis["late_cost"]["value"] == pytest.approx(300 * 2 * 0.01)
    assert kpis["service_level"]["value"] == pytest.approx(0.3)
    assert kpis["revenue"]["value"] == pytest.approx(600)


def test_lines_due_before_today_are_named():
    """They cannot be on time any more."""
    assert "1 of them were due before today" in measured(Company.of(), **book("late"))["late_orders"]["note"]


def test_expected_sales_are_no_order_lines():
    """A company that only forecasts has a service level, but nothing on time in full."""
    kpis = measured(Company.of(), **book("on_time", "late", kind="forecast"))
    assert "on_time_in_full" not in kpis
    assert kpis["service_level"]["value"] == pytest.approx(1 / 3)


def test_stock_is_weighted_with_time():
    """100 pieces for 7 weeks and none for 3, at 5 each: 350 on average; 20 pieces leave in ten weeks."""
    stock = pl.DataFrame(
        {
            "item": ["A", "A"],
            "site": ["main"] * 2,
            "date": [DAY, DAY + dt.timedelta(weeks=7)],
            "incoming": [0.0, 0.0],
            "outgoing": [0.0, 0.0],
            "stock": [100.0, 0.0],
        }
    )
    company = Company.of(
        stock_lots=pl.DataFrame({"item": ["A"], "quantity": [90.0]}),
        cost_rates=pl.DataFrame({"rate": ["holding"], "value": [0.2]}),
    )
    kpis = measured(company, projected_stock=stock, item_costs=costs(5.0), **book("on_time", "late"))
    per_day = 20 * 5 / 70
    assert kpis["stock_value"]["value"] == pytest.approx(350)
    assert kpis["stock_value"]["note"] == "€ 450 today"
    assert kpis["days_of_stock"]["value"] == pytest.approx(350 / per_day)
    assert kpis["stock_turns"]["value"] == pytest.approx(365 * per_day / 350)
    assert kpis["holding_cost"]["value"] == pytest.approx(350 * 0.2 * 70 / 365)


def test_load_and_its_bottleneck():
    """Sawing is open 100 hours and used 90, painting open 100 and used 30, 6 of these hours for set-ups."""
    loads = pl.DataFrame(
        {
            "work_centre": ["SAW", "PAINT", "SAW"],
            "week": [DAY, DAY, DAY + dt.timedelta(weeks=20)],
            "capacity_hours": [100.0] * 3,
            "setup_hours": [0.0, 6.0, 0.0],
            "run_hours": [90.0, 24.0, 0.0],
        }
    )
    company = Company.of(work_centres=pl.DataFrame({"work_centre": ["SAW", "PAINT"], "name": ["Sawing", None]}))
    kpis = measured(company, loads=loads)
    assert kpis["utilisation"]["value"] == pytest.approx(0.6)
    assert (kpis["bottleneck_utilisation"]["value"], kpis["bottleneck_utilisation"]["note"]) == (0.9, "Sawing")
    assert (kpis["setup_share"]["value"], kpis["setup_share"]["note"]) == (0.05, "most at PAINT: 6 h")


def test_cash_low_has_its_day():
    """What counts is the balance at the end of a day."""
    cash = pl.DataFrame(
        {
            "number": [1, 2, 3, 4],
            "date": [DAY, DAY, DAY, DAY + dt.timedelta(days=9)],
            "kind": ["opening", "fixed", "sales", "fixed"],
            "amount": [100.0, -90.0, 50.0, -20.0],
            "balance": [100.0, 10.0, 60.0, 40.0],
        }
    )
    kpis = measured(Company.of(), cash_lines=cash)
    assert (kpis["cash_low"]["value"], kpis["cash_low"]["note"]) == (40, "on Wed 11 Mar")
    assert kpis["cash_end"]["value"] == 40


def test_forecast_error_is_weighted_with_demand():
    """Nine pieces a week with an error of 10 %, one with 50 %; a new item has none yet."""
    series = pl.DataFrame(
        {
            "item": ["A", "B", "C"],
            "site": ["main"] * 3,
            "pattern": ["smooth", "lumpy", "new"],
            "method": [""] * 3,
            "reason": [""] * 3,
            "mean_per_week": [9.0, 1.0, 5.0],
            "spread_per_week": [1.0] * 3,
            "error": [0.1, 0.5, None],
            "naive_error": [0.2, 0.2, None],
            "bias": [0.05, -0.45, None],
            "seasonal": [False] * 3,
        }
    )
    kpis = measured(Company.of(), series=series)
    assert kpis["forecast_error"]["value"] == pytest.approx(0.14)
    assert kpis["forecast_error"]["note"] == "20 % for repeating the last value"
    assert kpis["forecast_bias"]["value"] == pytest.approx(0.0)


def test_the_cost_of_a_plan_is_that_of_its_orders():
    """Purchases are named apart."""
    orders = pl.DataFrame(
        {
            "order": ["P1", "P2"],
            "kind": ["buy", "make"],
            "state": ["planned"] * 2,
            "item": ["A"] * 2,
            "site": ["main"] * 2,
            "quantity": [1.0] * 2,
            "start_quantity": [1.0] * 2,
            "release": [at(0)] * 2,
            "needed": [at(1)] * 2,
            "available": [at(1)] * 2,
            "level": [0, 0],
            "cost": [700.0, 300.0],
        }
    )
    row = measured(Company.of(), orders=orders)["plan_cost"]
    assert (row["value"], row["note"]) == (1000, "€ 700 of it for purchases")


def test_targets_say_which_way_is_better():
    """The company's direction wins over the usual one."""
    targets = pl.DataFrame(
        {"kpi": ["on_time_in_full", "late_orders"], "target": [0.5, 1.0], "direction": ["at_least", "at_least"]}
    )
    kpis = measured(Company.of(kpi_targets=targets), **book("on_time", "late"))
    assert (kpis["on_time_in_full"]["met"], kpis["late_orders"]["met"]) == (True, True)
    assert kpis["on_time_in_full_value"]["met"] is None


def test_targets_of_unknown_kpis_are_told():
    """With the name that may have been meant."""
    company = Company.of(kpi_targets=pl.DataFrame({"kpi": ["on time in ful", "zzz"], "target": [1.0, 1.0]}))
    near, far = stage.unknown_targets(company)
    assert near.hint == "Write on_time_in_full."
    assert "stock_turns" in far.hint


def test_every_kpi_has_its_words():
    """Names are unique; formulas and titles are there."""
    names = [definition.kpi for definition in DEFINITIONS]
    assert len(set(names)) == len(names)
    assert all(definition.title and definition.formula and definition.unit for definition in DEFINITIONS)


def test_every_kpi_is_documented():
    """With the formula that the plan shows."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "kpis.md").read_text(encoding="utf-8")
    for definition in DEFINITIONS:
        assert f"| `{definition.kpi}` | {definition.title} |" in page
        assert definition.formula in page


def test_notes_name_items_and_the_currency_of_the_company():
    """A planner reads "Desk", not D-01, and crowns where the company counts crowns."""
    company = Company.of(
        settings=pl.DataFrame({"setting": ["currency"], "value": ["SEK"]}),
        items=pl.DataFrame({"item": ["D-01", "A"], "name": ["Desk", "Chair"]}),
    )
    assert measured(company, **book("late"))["mean_lateness"]["note"] == "2 days at most: SO-0, Chair"
    orders = pl.DataFrame({
        "order": ["B-1"], "kind": ["buy"], "state": ["open"], "item": ["D-01"], "site": ["main"], "quantity": [1.0],
        "start_quantity": [1.0], "release": [AS_OF], "needed": [AS_OF], "available": [AS_OF],
        "level": [0], "cost": [250],
    })  # fmt: skip
    kpis = measured(company, orders=orders)
    assert kpis["plan_cost"]["note"] == "SEK 250 of it for purchases"
