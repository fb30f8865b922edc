"""The demand stage: a company's history in, forecasts and requirements out."""

import datetime as dt
import math
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.demand.stage import run
from quarterdeck.model import RESULTS, Company, Plan, Settings

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 2)
WEEKS = 8


def plan_of(weeks=WEEKS, as_of=AS_OF, **tables):
    """The demand stage on a company of these tables."""
    options = Settings(as_of=as_of, horizon_weeks=weeks)
    return run(Company.of(**tables), Plan.blank(options), options)


def weekly(item, quantities, end=TODAY, site="main"):
    """Weekly history whose last week ended the day before ``end``."""
    first = end - dt.timedelta(days=7 * len(quantities))
    days = [first + dt.timedelta(days=7 * week) for week in range(len(quantities))]
    return pl.DataFrame({"item": item, "site": site, "date": days, "quantity": [float(q) for q in quantities]})


def orders(*rows):
    """Sales orders of order, item, quantity and due day."""
    columns = ["order", "item", "quantity", "due"]
    return pl.DataFrame([dict(zip(columns, row, strict=True)) for row in rows]).with_columns(
        pl.col("due").cast(pl.Datetime("us"))
    )


def test_an_empty_company_wants_nothing():
    """No tables at all give an empty plan without complaint."""
    plan = plan_of()
    assert plan.series.is_empty()
    assert plan.forecasts.is_empty()
    assert plan.requirements.is_empty()
    assert plan.problems == ()


def test_steady_sales_go_on():
    """Ten a week stay ten a week, in weeks that begin today, and become as many requirements."""
    plan = plan_of(demand_history=weekly("bolt", [10] * 60), items=pl.DataFrame({"item": ["bolt"], "price": [2.5]}))
    assert plan.forecasts["start"].to_list()[:2] == [TODAY, TODAY + dt.timedelta(days=7)]
    assert plan.forecasts["quantity"].to_list() == pytest.approx([10.0] * WEEKS)
    assert plan.requirements["quantity"].to_list() == [10.0] * WEEKS
    assert plan.requirements["value"].to_list() == [Decimal("25.0000")] * WEEKS
    assert plan.requirements["due"][0] == dt.datetime(2026, 3, 8, 23, 59, 59, tzinfo=dt.UTC)
    assert plan.series["pattern"].to_list() == ["smooth"]


def test_results_have_their_declared_form():
    """Every row keeps the declared bounds, on a mixture of patterns."""
    history = pl.concat(
        [weekly("a", range(1, 121)), weekly("b", [0, 0, 5, 0] * 20), weekly("c", [4, 5]), weekly("d", [0.5, 900] * 30)]
    )
    plan = plan_of(demand_history=history)
    for name in ("series", "forecasts", "requirements"):
        good, failures = RESULTS[name].schema.filter(plan[name])
        assert good.height == plan[name].height, failures.counts()


def test_orders_use_up_forecast():
    """An order of 25 takes the forecast of its own week, then of the weeks before, and only then of those after."""
    due = dt.date(2026, 3, 12)
    plan = plan_of(demand_history=weekly("bolt", [10] * 60), sales_orders=orders(("S1", "bolt", 25.0, due)))
    assert plan.forecasts["ordered"].to_list() == pytest.approx([10, 10, 5, 0, 0, 0, 0, 0])
    kinds = plan.requirements.group_by("kind").agg(pl.col("quantity").sum()).sort("kind")
    assert kinds["quantity"].to_list() == [55.0, 25.0]
    assert plan.requirements["demand"][0].startswith("D")
    assert plan.requirements["order"][0] == "S1"


def test_total_requirement_is_at_least_forecast_and_orders():
    """Orders replace forecast and never come on top of it until it is used up."""
    rows = [(f"S{k}", "bolt", 4.0, TODAY + dt.timedelta(days=5 * k)) for k in range(8)]
    plan = plan_of(demand_history=weekly("bolt", [10] * 60), sales_orders=orders(*rows))
    assert plan.requirements["quantity"].sum() == pytest.approx(80.0)


def test_past_due_orders_leave_the_forecast_alone():
    """What should have been delivered last week is still wanted, and so is what is foreseen."""
    plan = plan_of(
        demand_history=weekly("bolt", [10] * 60), sales_orders=orders(("S1", "bolt", 7.0, dt.date(2026, 2, 20)))
    )
    assert plan.requirements["quantity"].sum() == pytest.approx(87.0)


def test_quotes_closed_and_delivered_lines_are_no_requirements():
    """Only the open part of open lines counts; a later promise replaces the date; the customer gives the priority."""
    lines = pl.DataFrame(
        {
            "order": ["A", "B", "C", "D"],
            "customer": ["vip"] * 4,
            "item": ["bolt"] * 4,
            "quantity": [5.0, 5.0, 5.0, 5.0],
            "delivered": [0.0, 2.0, 5.0, 0.0],
            "due": [dt.datetime(2026, 3, 9)] * 4,
            "promised": [None, dt.datetime(2026, 3, 16), None, None],
            "status": ["quote", "open", "open", "cancelled"],
            "price": [1.5] * 4,
        }
    )
    customers = pl.DataFrame({"customer": ["vip"], "priority": [1]})
    row = plan_of(sales_orders=lines, customers=customers).requirements.row(0, named=True)
    assert (row["order"], row["quantity"], row["priority"]) == ("B", 3.0, 1)
    assert row["due"] == dt.datetime(2026, 3, 16, tzinfo=dt.UTC)
    assert row["value"] == Decimal("4.5000")


def test_overrides_replace_the_forecast():
    """A planner's figure for a week stands; half-covered weeks keep the rest of their forecast."""
    history = weekly("bolt", [14] * 60)
    whole = pl.DataFrame({"item": ["bolt"], "date": [TODAY], "quantity": [50.0]})
    plan = plan_of(demand_history=history, forecast_overrides=whole)
    assert plan.forecasts["quantity"].to_list()[:2] == pytest.approx([50.0, 14.0])
    assert plan.forecasts["overridden"].to_list()[:2] == [True, False]
    shifted = whole.with_columns(date=pl.lit(TODAY + dt.timedelta(days=3)), quantity=pl.lit(70.0))
    parts = plan_of(demand_history=history, forecast_overrides=shifted).forecasts["quantity"].to_list()
    assert parts[:3] == pytest.approx([14 * 3 / 7 + 70 * 4 / 7, 70 * 3 / 7 + 14 * 4 / 7, 14.0])


def test_an_override_alone_is_a_forecast():
    """An item without history is wanted as far as people say so."""
    plan = plan_of(forecast_overrides=pl.DataFrame({"item": ["new"], "date": [TODAY], "quantity": [9.0]}))
    assert plan.requirements["quantity"].to_list() == [9.0]
    assert plan.series["pattern"].to_list() == ["none"]
    assert "what people entered" in plan.series["reason"][0]


def test_promotions_lift_the_weeks_they_cover():
    """A known uplift of two doubles a whole week and adds three sevenths to a week it covers for three days."""
    promotions = pl.DataFrame(
        {"promotion": ["p"], "item": ["bolt"], "start": [TODAY], "end": [TODAY + dt.timedelta(days=9)], "uplift": [2.0]}
    )
    plan = plan_of(demand_history=weekly("bolt", [14] * 60), promotions=promotions)
    assert plan.forecasts["quantity"].to_list()[:3] == pytest.approx([28.0, 20.0, 14.0])


def test_an_uplift_is_learnt_from_history():
    """Past promotions that tripled sales let the next one be foreseen, a little shrunk; other weeks stay."""
    sold = [10.0] * 60
    past = [(20, 21), (40, 41)]
    for first, last in past:
        sold[first : last + 1] = [30.0] * (last - first + 1)
    start = TODAY - dt.timedelta(days=7 * 60)
    spans = [(start + dt.timedelta(days=7 * a), start + dt.timedelta(days=7 * b + 6)) for a, b in past]
    spans.append((TODAY, TODAY + dt.timedelta(days=6)))
    promotions = pl.DataFrame(
        {
            "promotion": ["p1", "p2", "p3"],
            "item": ["bolt"] * 3,
            "start": [a for a, _ in spans],
            "end": [b for _, b in spans],
        }
    )
    quantity = plan_of(demand_history=weekly("bolt", sold), promotions=promotions).forecasts["quantity"]
    assert 20 < quantity[0] < 31
    assert quantity[1] == pytest.approx(10.0, rel=0.2)


def test_nothing_after_the_last_day_and_before_the_first():
    """A discontinued item is not forecast after its day, one to be launched not before."""
    items = pl.DataFrame(
        {
            "item": ["old", "coming"],
            "discontinued": [TODAY + dt.timedelta(days=13), None],
            "launch": [None, TODAY + dt.timedelta(days=14)],
        }
    )
    history = pl.concat([weekly("old", [7] * 60), weekly("coming", [7] * 60)])
    table = plan_of(demand_history=history, items=items).forecasts
    assert table.filter(pl.col("item") == "old")["quantity"].to_list() == pytest.approx([7.0] * 2 + [0.0] * 6)
    assert table.filter(pl.col("item") == "coming")["quantity"].to_list() == pytest.approx([0.0] * 2 + [7.0] * 6)


def test_a_successor_inherits_history():
    """The follower of an item that is gone is forecast from both histories; the old one no more."""
    items = pl.DataFrame(
        {"item": ["old", "heir"], "discontinued": [dt.date(2026, 1, 5), None], "successor": ["heir", None]}
    )
    history = pl.concat([weekly("old", [7] * 52, end=dt.date(2026, 1, 5)), weekly("heir", [7] * 8)])
    plan = plan_of(demand_history=history, items=items)
    assert plan.series["item"].to_list() == ["heir"]
    assert plan.forecasts["quantity"].to_list() == pytest.approx([7.0] * WEEKS, rel=0.01)


def test_successors_in_a_circle_do_no_harm():
    """Two items that follow each other are both forecast or one of them is; nothing hangs."""
    items = pl.DataFrame({"item": ["a", "b"], "successor": ["b", "a"]})
    plan = plan_of(demand_history=pl.concat([weekly("a", [7] * 52), weekly("b", [7] * 52)]), items=items)
    assert plan.forecasts["quantity"].sum() == pytest.approx(14.0 * WEEKS, rel=0.01)


def test_new_items_lean_on_their_family():
    """An item two weeks old is drawn towards what its family usually sells."""
    items = pl.DataFrame({"item": ["a", "b", "fresh"], "family": ["bikes"] * 3})
    history = pl.concat([weekly("a", [20] * 60), weekly("b", [20] * 60), weekly("fresh", [2, 2])])
    plan = plan_of(demand_history=history, items=items)
    fresh = plan.forecasts.filter(pl.col("item") == "fresh")["quantity"]
    assert 2.0 < fresh[0] < 20.0
    assert plan.series.filter(pl.col("item") == "fresh")["pattern"].item() == "new"


def test_monthly_history_is_forecast_in_months_and_spread_over_days():
    """Three hundred every month: the weeks of a year add up to twelve such months."""
    days = pl.date_range(dt.date(2023, 1, 1), dt.date(2026, 2, 1), "1mo", eager=True)
    history = pl.DataFrame({"item": "bolt", "date": days, "quantity": 300.0})
    plan = plan_of(weeks=52, demand_history=history)
    assert plan.forecasts["quantity"].sum() == pytest.approx(3600, rel=0.02)
    assert plan.forecasts["quantity"].to_list() == pytest.approx([69.0] * 52, rel=0.1)


def test_lumps_at_the_end_of_the_month_stay_there():
    """Wholesale orders on month ends: the weeks that hold a month's end get most, whatever day it is today."""
    days = pl.date_range(dt.date(2024, 1, 1), dt.date(2026, 3, 1), "1d", eager=True)
    ends = days.dt.month_end() == days
    quantity = [100.0 if end else 1.0 for end in ends]
    history = pl.DataFrame({"item": "bolt", "date": days, "quantity": quantity})
    plan = plan_of(weeks=13, demand_history=history)
    weeks = dict(zip(plan.forecasts["start"], plan.forecasts["quantity"], strict=True))
    with_end = [q for day, q in weeks.items() if any((day + dt.timedelta(days=k)).day == 31 for k in range(7))]
    assert min(with_end) > 50
    assert sum(weeks.values()) == pytest.approx(3 * 130, rel=0.12)
    assert "lumps" in plan.series["reason"][0]


def test_a_lump_that_has_come_small_is_not_waited_for():
    """The day after a month's end that brought half as much: nothing more is expected soon, and less from now on."""
    days = pl.date_range(dt.date(2024, 1, 1), dt.date(2026, 1, 31), "1d", eager=True)
    ends = days.dt.month_end() == days
    usual = [100.0 if end else 1.0 for end in ends]
    small = [*usual[:-1], 50.0]
    after = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    weeks = [
        plan_of(10, after, demand_history=pl.DataFrame({"item": "bolt", "date": days, "quantity": quantity}))
        for quantity in (usual, small)
    ]
    whole, halved = (plan.forecasts.sort("start")["quantity"].to_list() for plan in weeks)
    assert max(whole[0], halved[0]) < 25
    assert sum(halved) < 0.98 * sum(whole)
    assert max(halved) > 50


def test_history_after_now_is_not_seen():
    """What happens later changes nothing, and the plan says that it was left out."""
    future = weekly("bolt", [10] * 60).vstack(
        pl.DataFrame({"item": ["bolt"], "site": ["main"], "date": [TODAY], "quantity": [1e6]})
    )
    plan = plan_of(demand_history=future)
    assert plan.forecasts["quantity"].to_list() == pytest.approx([10.0] * WEEKS)
    assert [problem.code for problem in plan.problems] == ["history-after-now"]


def test_returns_reduce_what_came_before():
    """Five sent back are taken off the sales before them; demand is never negative."""
    sold = [10.0] * 59 + [-5.0]
    plan = plan_of(demand_history=weekly("bolt", sold))
    assert plan.forecasts["quantity"][0] < 10
    assert "history-returns" in [problem.code for problem in plan.problems]


def test_no_number_is_left_out_and_named():
    """NaN and infinity are reported and not used."""
    odd = weekly("bolt", [10] * 60).with_columns(
        quantity=pl.when(pl.int_range(pl.len()) == 5).then(math.nan).otherwise("quantity")
    )
    plan = plan_of(demand_history=odd)
    assert "history-not-a-number" in [problem.code for problem in plan.problems]
    assert plan.forecasts["quantity"].is_finite().all()


def test_the_order_of_rows_does_not_matter():
    """Shuffled history and orders give the same plan to the bit."""
    history = pl.concat([weekly(f"i{k}", [(k * w) % 7 for w in range(80)]) for k in range(6)])
    lines = orders(*[(f"S{k}", f"i{k}", 3.0, dt.date(2026, 3, 10)) for k in range(6)])
    one = plan_of(demand_history=history, sales_orders=lines)
    other = plan_of(demand_history=history.sample(fraction=1, shuffle=True, seed=3), sales_orders=lines.reverse())
    for name in ("series", "forecasts", "requirements"):
        assert one[name].equals(other[name])


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=70),
    st.sampled_from([1, 7, 30]),
    st.integers(0, 400),
)
def test_any_history_gives_a_plan(quantities, step, age):
    """Whatever the history holds, forecasts are numbers within bounds and quantiles do not cross."""
    days = [TODAY - dt.timedelta(days=age + step * k) for k in range(len(quantities))]
    plan = plan_of(demand_history=pl.DataFrame({"item": "x", "date": days, "quantity": quantities}))
    table = plan.forecasts
    for name in ("quantity", "q05", "q25", "q50", "q75", "q95"):
        assert table[name].is_finite().all()
        assert (table[name] >= 0).all()
    assert (table["q05"] <= table["q50"]).all()
    assert (table["q50"] <= table["q95"]).all()


def test_silence_and_fading_are_told():
    """A weekly seller that fell and then stopped is fading, and its sentence says how long nothing was sold."""
    sold = [100] * 90 + [20] * 15 + [0] * 10
    plan = plan_of(demand_history=weekly("old", sold))
    assert plan.series["pattern"].to_list() == ["fading"]
    assert "nothing sold for 10 weeks" in plan.series["reason"][0]
    assert "fifty such series" not in plan.series["reason"][0]
