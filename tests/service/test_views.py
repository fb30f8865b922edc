"""What screens, commands and reports show of a plan."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck import Company, Plan, Problem, Settings
from quarterdeck.service.views import wording
from quarterdeck.service.views.actions import actions
from quarterdeck.service.views.cash import cash_line
from quarterdeck.service.views.costs import cost_tree
from quarterdeck.service.views.demand import demand_curve, demand_list
from quarterdeck.service.views.lateness import causes_in_all, late_orders
from quarterdeck.service.views.load import load_frame, load_table
from quarterdeck.service.views.names import Names, known_zone
from quarterdeck.service.views.orders import deliveries, orders
from quarterdeck.service.views.overview import Promises, company_name, headline, overview
from quarterdeck.service.views.problems import problem_groups
from quarterdeck.service.views.rows import natural
from quarterdeck.service.views.schedule import schedule
from quarterdeck.service.views.stock import item_risks, risk_text, stock_curve
from quarterdeck.service.views.wants import demands, served
from tests.service import bicycles

COMPANY = bicycles.company()
PLAN = bicycles.plan()
NOBODY = Company.of()
NOTHING = Plan.blank(Settings(as_of=bicycles.AS_OF))


def said(text):
    """The text with ordinary spaces."""
    return text.replace(wording.GAP, " ")


def test_every_view_of_an_empty_company_is_empty():
    """A company without any table, and a plan in which no stage has run."""
    assert overview(NOBODY, NOTHING).headline == "No customer orders are open."
    assert actions(NOBODY, NOTHING) == late_orders(NOBODY, NOTHING) == causes_in_all(NOBODY, NOTHING) == ()
    assert cash_line(NOBODY, NOTHING) is load_table(NOBODY, NOTHING) is None
    assert orders(NOBODY, NOTHING).is_empty()
    assert deliveries(NOBODY, NOTHING).is_empty()
    assert item_risks(NOBODY, NOTHING).is_empty()
    assert demand_list(NOBODY, NOTHING).is_empty()
    assert not schedule(NOBODY, NOTHING).bars
    assert stock_curve(NOBODY, NOTHING, "x", "main") is demand_curve(NOBODY, NOTHING, "x", "main") is None


def test_headline_counts_what_is_late_and_what_it_is_worth():
    """Two of three lines are late by five days and by 18 h 20 m: 69 h on average."""
    seen = overview(COMPANY, PLAN)
    assert seen.company == "Velo & Söhne"
    assert said(seen.headline) == (
        "2 of 3 customer order lines are late, by 2 d 21 h on average; € 49.4 k of sales are at stake."
    )
    assert said(seen.as_of_text) == "Mon 2 Mar 2026, 06:00"
    assert said(seen.horizon_text) == "13 weeks, to Mon 1 Jun 2026"


@pytest.mark.parametrize(
    ("promised", "words"),
    [
        (Promises(1, 0, 0, 0.0, 0.0), "The one customer order line is delivered on time and in full."),
        (Promises(8, 0, 0, 0.0, 0.0), "All 8 customer order lines are delivered on time and in full."),
        (Promises(8, 1, 1, 0.0, 0.0), "1 of 8 customer order lines is late, 1 of them cannot be delivered in full."),
    ],
)
def test_headline_reads_as_a_sentence(promised, words):
    """One line, many lines, one that is short."""
    assert headline(promised) == words


def test_a_kpi_carries_its_goal_and_how_far_it_is_off():
    """94.1 % against 96 % is 1.9 points off; a figure without a goal has neither."""
    first, stock, *_, used, _ = overview(COMPANY, PLAN).kpis
    assert (said(first.text), said(first.target_text), said(first.gap_text)) == ("94.1 %", "96 %", "1.9 pts off")
    assert (said(stock.text), stock.met, stock.gap_text) == ("€ 412 k", True, "")
    assert (used.target_text, used.met, used.gap_text) == ("", None, "")


def test_the_company_is_called_by_its_only_site_where_no_setting_names_it():
    """A setting wins; several sites and no setting give no name."""
    one = Company.of(sites=pl.DataFrame({"site": ["a"], "name": ["Mill Lane"]}))
    two = Company.of(sites=pl.DataFrame({"site": ["a", "b"], "name": ["Mill Lane", "Depot"]}))
    assert (company_name(one), company_name(two)) == ("Mill Lane", "")


def test_actions_come_by_urgency_with_names_and_dates_in_words():
    """A purchase order to expedite: from Mon 16 Mar to Wed 11 Mar, at Meridian Forks."""
    first, *_, last = actions(COMPANY, PLAN)
    assert (first.verb, first.title, first.partner) == ("Expedite", "Carbon fork 700C", "Meridian Forks")
    assert [said(first.quantity), said(first.change.before), said(first.change.after), said(first.money)] == [
        "80 pcs",
        "Mon 16 Mar",
        "Wed 11 Mar",
        "€ 240",
    ]
    assert (last.verb, said(last.money)) == ("Defer", "−€ 3,900")


def test_causes_of_a_late_order_sum_to_its_whole():
    """Each chain's seconds are the lateness and its shares are 1."""
    late = late_orders(COMPANY, PLAN)
    assert [order.order for order in late] == ["SO-1182", "SO-1174"]
    assert [sum(cause.seconds for cause in order.causes) for order in late] == [order.late_seconds for order in late]
    assert all(sum(cause.share for cause in order.causes) == pytest.approx(1) for order in late)
    assert late[0].causes[0].object == "Meridian Forks"
    assert said(late[0].due_text) == "Wed 11 Mar"


def test_short_demands_of_all_kinds_can_be_asked_for():
    """A forecast that is never supplied is late without a day."""
    short = [late for late in late_orders(COMPANY, PLAN, kind=None) if late.state == "short"]
    assert [(late.order, late.delivered_text, said(late.short)) for late in short] == [
        ("Forecast", "not within the horizon", "12 pcs")
    ]


def test_causes_of_all_orders_begin_with_the_largest():
    """Material cost most of the time, then the machine, then the set-up."""
    causes = causes_in_all(COMPANY, PLAN)
    assert [cause.cause for cause in causes] == ["material", "capacity", "setup"]
    assert sum(cause.share for cause in causes) == pytest.approx(1)


def test_an_order_serves_the_most_pressing_demand_through_all_levels():
    """The purchase order feeds two production orders; the later customer counts."""
    whom = {(order, line): demand for order, line, demand in served(PLAN).iter_rows()}
    assert whom == {("WO-884", ""): "D000002", ("WO-887", ""): "D000001", ("PO-2291", "1"): "D000001"}
    assert demands(PLAN)["demand"].to_list() == ["D000001", "D000002", "D000003", "D000004"]


def test_pegs_in_a_circle_end():
    """Two orders that feed each other serve what either of them serves."""
    pegs = pl.DataFrame(
        {
            "peg": [1, 2, 3],
            "item": ["a"] * 3,
            "site": ["main"] * 3,
            "quantity": [1.0] * 3,
            "supply_kind": ["order"] * 3,
            "supply": ["A", "B", "A"],
            "demand_kind": ["order", "order", "requirement"],
            "demand": ["B", "A", "D000003"],
            "needed": [bicycles.utc(1)] * 3,
        }
    )
    assert served(PLAN.with_tables(pegs=pegs))["demand"].to_list() == ["D000003", "D000003"]


def test_orders_and_deliveries_carry_names():
    """Item, partner and the customer whom an order serves in the end."""
    bought = orders(COMPANY, PLAN).row(by_predicate=pl.col("order") == "PO-2291", named=True)
    assert (bought["item_name"], bought["partner_name"], bought["serves"]) == (
        "Carbon fork 700C",
        "Meridian Forks",
        "SO-1182",
    )
    assert bought["serves_customer"] == "Alpine Outfitters"
    assert deliveries(COMPANY, PLAN)["customer_name"].to_list() == [
        "Cycle Republic",
        "Alpine Outfitters",
        "Cycle Republic",
        None,
    ]


@pytest.mark.parametrize("by", ["machine", "work_centre", "person", "order"])
def test_a_schedule_keeps_every_operation_that_has_the_resource(by):
    """As many bars as operations with a machine, a work centre, a person, an order."""
    shown = schedule(COMPANY, PLAN, by)
    assert len(shown.bars) == PLAN["operations"][by].drop_nulls().len()
    assert {bar.row for bar in shown.bars} == set(range(len(shown.rows)))
    assert all(bar.setup_start <= bar.start <= bar.end for bar in shown.bars)


def test_rows_of_machines_stand_in_the_order_of_their_work_centres_with_load():
    """Saws first, assembly last; the load is a share of the open hours."""
    rows = schedule(COMPANY, PLAN).rows
    assert [row.title for row in rows][:3] == ["Saw 1", "Saw 2", "Weld 1"]
    assert rows[-1].title == "Assembly 3"
    assert all(row.load is not None and 0 < row.load <= 1 for row in rows)


def test_a_bar_says_why_it_is_where_it_is():
    """What it waited for, its set-up and work, and for whom it is."""
    bar = next(bar for bar in schedule(COMPANY, PLAN).bars if bar.order == "WO-887" and bar.sequence == 30)
    assert said(bar.heading) == "Touring 58 · WO-887 · Paint touring"
    assert said(bar.serves) == "for SO-1182, Alpine Outfitters, due Wed 11 Mar, 5 d late"
    words = [said(label) for label, _ in bar.why]
    assert words == ["ready since", "waited for the machine, WO-886", "set-up", "work", "order needed", "order in time"]


def test_a_unit_of_a_work_centre_without_machines_is_called_by_its_centre():
    """Work centres that list no machines count their units."""
    steps = PLAN["operations"].with_columns(machine=pl.lit("1"), work_centre=pl.lit("KILN"))
    company = COMPANY.replace(
        work_centres=pl.DataFrame({"work_centre": ["KILN"], "name": ["Kiln"], "calendar": ["none"]})
    )
    rows = schedule(company, PLAN.with_tables(operations=steps)).rows
    assert [(row.title, row.group) for row in rows] == [("Kiln 1", "Kiln")]


def test_units_of_a_work_centre_are_counted_not_spelt():
    """Unit 10 stands after unit 2."""
    assert sorted(["10", "2", "a1"], key=natural) == ["2", "10", "a1"]


def test_load_lists_the_busiest_work_centre_first():
    """The saws are the bottleneck; a week beyond capacity is above 1."""
    table = load_table(COMPANY, PLAN)
    assert table.centres[0][0] == "Saw"
    assert said(table.bottleneck) == "Saw, 67 % taken"
    assert table.centres[0][1][0].share == pytest.approx((4 + 94.5) / 90)
    assert said(table.weeks[0]) == "2 Mar"
    assert load_frame(COMPANY, PLAN).height == 65


def test_load_of_a_closed_week_has_no_share():
    """Work in a week without open hours is marked, not divided by zero."""
    loads = PLAN["loads"].with_columns(capacity_hours=pl.lit(0.0))
    cells = load_table(COMPANY, PLAN.with_tables(loads=loads)).centres[0][1]
    assert {cell.text for cell in cells} == {"!"}


def test_items_at_risk_begin_with_the_first_to_run_out():
    """Those that run out by day, then those that stay calm."""
    risks = item_risks(COMPANY, PLAN)
    assert risks["risk"].to_list() == ["out"] * 5 + ["calm"]
    assert risks["stock_out"].drop_nulls().is_sorted()
    assert said(risk_text(risks.row(0, named=True))) == "runs out Wed 11 Mar"


def test_risk_tells_low_from_high():
    """Below safety stock without running out; never down to the order-up-to level."""
    days = [dt.date(2026, 3, 4), dt.date(2026, 3, 5)]
    stock = pl.DataFrame(
        {
            "item": ["B54", "B54", "B58", "B58"],
            "site": ["main"] * 4,
            "date": days * 2,
            "incoming": [0.0] * 4,
            "outgoing": [1.0] * 4,
            "stock": [9.0, 8.0, 301.0, 300.0],
        }
    )
    risks = item_risks(COMPANY, PLAN.with_tables(projected_stock=stock))
    words = [said(risk_text(row)) for row in risks.iter_rows(named=True)]
    assert words == ["below safety stock Wed 4 Mar", "more than needed"]
    assert risks["stock"].to_list() == [10.0, 302.0]


def test_a_stock_curve_begins_with_what_lay_there():
    """60 pieces on the plan's day; each day's stock is the one before plus what came less what went."""
    curve = stock_curve(COMPANY, PLAN, "B54", "main")
    days = curve.days
    assert (days["date"][0], days["stock"][0]) == (dt.date(2026, 3, 2), 60.0)
    moved = (days["incoming"] - days["outgoing"] - days["expired"])[1:]
    assert (days["stock"].diff()[1:] - moved).abs().max() == pytest.approx(0)
    assert (curve.safety_stock, curve.order_up_to) == (10.0, 50.0)


def test_demand_shows_history_forecast_and_orders_per_item():
    """Two years of weeks at most, 13 weeks ahead, and the open orders."""
    listed = demand_list(COMPANY, PLAN)
    assert listed["item"][0] == "B54"
    curve = demand_curve(COMPANY, PLAN, "B54", "main")
    assert curve.history["start"].is_sorted()
    assert curve.history["start"].max() == dt.date(2026, 2, 23)
    assert curve.forecast.height == 13
    assert (curve.orders["order"].to_list(), curve.pattern) == (["SO-1174"], "Steady")


def test_weeks_without_sales_count_as_zero():
    """A gap in the history is a week in which nobody bought."""
    past = pl.DataFrame(
        {"item": ["B54"] * 2, "date": [dt.date(2026, 1, 5), dt.date(2026, 2, 2)], "quantity": [3.0, 4.0]}
    )
    curve = demand_curve(COMPANY.replace(demand_history=past), PLAN, "B54", "main")
    assert curve.history["quantity"].to_list() == [3.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0]


def test_monthly_forecasts_bring_monthly_history():
    """History is summed to the forecast's periods."""
    monthly = PLAN["forecasts"].with_columns(days=pl.lit(30, dtype=pl.Int64))
    curve = demand_curve(COMPANY, PLAN.with_tables(forecasts=monthly), "B54", "main")
    assert set(curve.history["start"].dt.day()) == {1}
    assert curve.history["start"].max() == dt.date(2026, 2, 1)


def test_cash_names_its_lowest_point_and_what_leads_there():
    """The balance falls while suppliers are paid more than customers pay."""
    line = cash_line(COMPANY, PLAN)
    assert line.lowest == min(line.days["balance"])
    assert said(line.lowest_text) == "€ 42.5 k on Tue 7 Apr"
    assert [move.words for move in line.moves] == ["Suppliers are paid", "Fixed payments", "Customers pay"]
    assert 90_000 + sum(move.amount for move in line.moves) == pytest.approx(line.lowest)
    assert line.payments["title"][0] == "Meridian Forks"
    assert line.credit_limit == 20_000


def test_cash_that_only_grows_shows_what_moves_it_over_the_whole_time():
    """The first day is the lowest: there is no way down to explain."""
    lines = PLAN["cash_lines"].filter(pl.col("kind").is_in(["opening", "sales"]))
    rising = lines.with_columns(balance=pl.col("amount").cum_sum() + 90_000)
    line = cash_line(COMPANY, PLAN.with_tables(cash_lines=rising))
    assert (line.moves_title, [move.kind for move in line.moves]) == ("Over the whole time", ["sales"])


def test_a_cost_tree_multiplies_down_the_bill_of_materials():
    """One Touring 58 takes a fork with half of them lost: two forks of 120."""
    tree = cost_tree(COMPANY, PLAN, "B58")
    assert [(node.title, node.quantity, node.cost) for node in tree.components] == [("Carbon fork 700C", 2.0, 240.0)]
    road = cost_tree(COMPANY, PLAN, "B54")
    assert (road.cost, sum(node.cost for node in road.components)) == (270.0, 130.0)


def test_a_cost_tree_cuts_cycles():
    """An item that contains itself is shown once more and cut there."""
    lines = pl.DataFrame({"parent": ["A", "B"], "component": ["B", "A"], "quantity_per": [1.0, 1.0]})
    tree = cost_tree(COMPANY.replace(bom_lines=lines), PLAN, "A")
    again = tree.components[0].components[0]
    assert (again.item, again.cut, again.components) == ("A", True, ())


def test_problems_are_grouped_gravest_first_with_a_common_hint():
    """Two like warnings are one line; different hints stay with their problems."""
    error, warning = problem_groups(PLAN.problems)
    assert (error.severity, warning.title, warning.count, warning.hint) == (
        "error",
        "No lead time",
        2,
        "Give a lead time.",
    )
    mixed = [Problem("info", "x", "a", "one"), Problem("info", "x", "b", "two")]
    assert problem_groups(mixed)[0].hint == ""


def test_names_fall_back_to_codes_and_zones_to_utc():
    """What the company does not name keeps its code."""
    names = Names.of(COMPANY)
    assert (names.item("B54"), names.item("?"), names.thing("S1"), names.thing(None)) == (
        "Road 54",
        "?",
        "Meridian Forks",
        "",
    )
    assert (names.partner("transfer", "main"), names.partner("buy", "S1")) == ("Works", "Meridian Forks")
    assert known_zone("Nowhere/Else") == known_zone("") == known_zone("../etc") == "UTC"


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_a_duration_never_claims_more_than_its_smaller_unit(seconds):
    """What is written differs from the truth by at most half of the smaller unit shown."""
    units = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
    words = said(wording.duration(seconds)).replace("−", "").replace(",", "").split()
    told = sum(int(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True))
    largest = units[words[1]]
    assert abs(told - abs(seconds)) <= max(largest, 3600) / 2


@given(st.floats(min_value=-1e12, max_value=1e12, allow_nan=False))
def test_money_is_short(amount):
    """At most twelve characters, whatever the amount."""
    assert len(wording.money(amount)) <= 12
