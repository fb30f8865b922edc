"""The schedule as columns for a chart, its tiles, its table, and one operation in depth."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from quarterdeck import Company, Plan, Problem, Settings
from quarterdeck.service.views import wording
from quarterdeck.service.views.gantt import LATENESS, READINESS, clock_of, gantt
from quarterdeck.service.views.schedule_export import schedule_table
from quarterdeck.service.views.schedule_tiles import schedule_tiles, unscheduled
from quarterdeck.service.views.step import chain, step
from tests.service import bicycles, joinery

NOTHING = Plan.blank(Settings(as_of=bicycles.AS_OF))
SHOP = joinery.company()
PLAN = joinery.plan(SHOP)


def said(text):
    """The text with ordinary spaces."""
    return text.replace(wording.GAP, " ")


def test_without_operations_there_is_no_chart():
    """An empty company and an empty plan: no chart, no tray, tiles that say nothing is known."""
    assert gantt(Company.of(), NOTHING) is None
    assert unscheduled(Company.of(), NOTHING) == ()
    assert [tile.text for tile in schedule_tiles(Company.of(), NOTHING)][0::2] == ["—", "—"]
    assert schedule_table(Company.of(), NOTHING).is_empty()
    assert step(Company.of(), NOTHING, "x", 10) is None
    assert chain(Company.of(), NOTHING, "x").orders == ("x",)


def test_minutes_are_those_of_the_wall_clock():
    """A step that begins on Monday at six in Berlin stands at 360 minutes; the clock's zero is that midnight."""
    seen = gantt(SHOP, PLAN)
    assert seen["now"] == 360
    assert dt.datetime.fromtimestamp(seen["base"] * 60, dt.UTC) == dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    assert min(seen["bars"]["from"]) == 360


def test_the_clock_keeps_its_face_over_the_change_to_summer_time():
    """Berlin turns the clock on 29 March 2026: six o'clock stays 360 minutes after midnight."""
    clock = clock_of(SHOP, PLAN)
    before, after = (dt.datetime(2026, 3, day, hour, tzinfo=dt.UTC) for day, hour in ((28, 5), (30, 4)))
    first, second = clock.minutes(pl.Series([before, after]))
    assert (first % 1440, second % 1440) == (360, 360)
    assert second - first == 2 * 1440


@pytest.mark.parametrize("by", ["machine", "work_centre", "order", "person"])
def test_every_bar_stands_in_the_row_of_its_resource(by):
    """Law: the row's code is the operation's own; a bar without the resource has no row."""
    seen = gantt(SHOP, PLAN)
    view = next(each for each in seen["views"] if each["by"] == by)
    bars = seen["bars"]
    steps = PLAN.operations
    known = dict(zip(zip(steps["order"], steps["sequence"], strict=True), steps[by], strict=True))
    for order, sequence, row in zip(bars["order"], bars["sequence"], view["at"], strict=True):
        assert (view["rows"][row]["code"] if row >= 0 else None) == known[order, sequence]


def test_bars_carry_colours_that_are_named():
    """Law: every colour of a bar is one of the names; a step whose parts are there is ready."""
    bars = gantt(SHOP, PLAN)["bars"]
    for kind in ("family", "setup", "late", "ready"):
        assert max(bars["colour"][kind]) < len(bars["named"][kind])
    assert tuple(bars["named"]["late"]) == LATENESS
    begun = bars["from"].index(360)
    assert READINESS[bars["colour"]["ready"][begun]] == "begun"
    assert bars["items"][bars["item"][0]] == "Oak table"


def test_the_weeks_of_a_row_hold_all_its_work():
    """Law: load of each week times its open hours, added up, is the work of the row."""
    seen = gantt(SHOP, PLAN)
    view = next(each for each in seen["views"] if each["by"] == "machine")
    saws = [row for row in view["rows"] if row["code"] in {"S1", "S2"}]
    hours = sum(share * 40 for row in saws for share in row["strip"] if share is not None)
    work = PLAN.operations.filter(pl.col("work_centre") == "saw")
    wanted = (work["setup_seconds"] + work["run_seconds"]).sum() / 3600
    assert hours == pytest.approx(wanted, abs=0.05 * len(saws))


def test_rows_of_orders_show_when_they_are_needed():
    """The order's row marks the minute at which its first demand needs it."""
    seen = gantt(SHOP, PLAN)
    view = next(each for each in seen["views"] if each["by"] == "order")
    needed = dict(PLAN.orders.select("order", "needed").iter_rows())
    clock = clock_of(SHOP, PLAN)
    for row in view["rows"]:
        assert clock.minutes(pl.Series([needed[row["code"]]])) == [row["due"]]


def test_a_step_names_what_had_to_be_over_before():
    """The gluing of the first table waits for its sawing: no working time lies between where nothing else holds it."""
    glue = PLAN.operations.filter(pl.col("sequence") == 20).sort("setup_start").row(0, named=True)
    seen = step(SHOP, PLAN, glue["order"], 20)
    assert seen.heading.endswith("Glue")
    assert seen.start == glue["setup_start"].astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)
    route = next(each for each in seen.before if each.kind == "the step before")
    assert route.what == "step 10, Saw"
    assert route.binding == (route.spare < 60)
    assert any(each.binding for each in seen.before)


def test_spare_time_is_counted_while_the_machine_is_open():
    """A step that could begin on Friday at two and begins on Monday at six has no time to spare: nobody was there."""
    begin = dt.datetime(2026, 3, 9, 5, tzinfo=dt.UTC)
    end = dt.datetime(2026, 3, 6, 13, tzinfo=dt.UTC)
    one = PLAN.operations.filter(pl.col("sequence") == 20).row(0, named=True)["order"]
    when = pl.when(pl.col("sequence") == 10)
    moved = PLAN.operations.filter(pl.col("order") == one).with_columns(
        when.then(pl.lit(end)).otherwise("end").alias("end"),
        pl.when(pl.col("sequence") == 20).then(pl.lit(begin)).otherwise("setup_start").alias("setup_start"),
    )
    seen = step(SHOP, PLAN.with_tables(operations=moved), one, 20)
    route = next(each for each in seen.before if each.kind == "the step before")
    assert (route.spare, route.binding, route.spare_text) == (0, True, "no time to spare")


def test_the_chain_of_an_order_reaches_its_customer():
    """A table's order serves a line of Café Linden; the fork of the bicycles hangs under two of them."""
    order = PLAN.operations["order"][0]
    seen = chain(SHOP, PLAN, order)
    assert any("Café Linden" in due.text for due in seen.dues)
    bikes = chain(bicycles.company(), bicycles.plan(), "WO-887")
    assert {"WO-887", "PO-2291", "WO-884"} - set(bikes.orders) == {"WO-884"}, "a sibling is no part of the chain"


def test_tiles_compare_with_a_rule_and_a_bound():
    """Lateness of 20 weighted hours, at best 15 by proof, 30 by a rule: at most a quarter can be saved."""
    figures = {"schedule_value": 72_000.0, "schedule_bound": 54_000.0, "schedule_rules": {"EDD": 108_000.0, "SPT": 2e5}}
    late, _, distance, _ = schedule_tiles(SHOP, PLAN.with_figures(**figures, schedule_checked=True))
    assert (said(late.text), said(late.note)) == ("20 h", "the best priority rule, EDD, gives 30 h")
    assert (said(distance.text), said(distance.note)) == ("≤ 25 %", "no schedule is below 15 h; checked")
    best = schedule_tiles(SHOP, PLAN.with_figures(schedule_value=5.0, schedule_bound=5.0, schedule_checked=True))[2]
    assert said(best.text) == "0 %"


def test_an_order_without_a_place_is_named_with_its_reason():
    """The checker of the schedule found no time for one order; another lost its operations without a word."""
    first, second = PLAN.operations["order"].unique().sort()[:2]
    problem = Problem("error", "order-unschedulable", "No time.", "Look at the calendars.", key=first)
    rest = PLAN.operations.filter(~pl.col("order").is_in([first, second]))
    lost = unscheduled(SHOP, PLAN.with_tables(operations=rest).with_problems([problem]))
    assert {each.order: each.reason for each in lost}[first] == "No time."
    assert {each.order for each in lost} == {first, second}
    assert schedule_tiles(SHOP, PLAN.with_tables(operations=rest))[3].bad


def test_the_table_tells_times_on_the_sites_clock():
    """Every operation, by start, on Berlin's clock."""
    table = schedule_table(SHOP, PLAN)
    assert table.height == PLAN.operations.height
    assert table["setup_start"].min() == "2026-03-02 06:00"
    assert table["setup_start"].is_sorted()
    assert set(table["machine_name"].drop_nulls()) >= {"Saw 1", "Saw 2"}


def test_maintenance_lies_in_the_rows_of_its_machine_and_work_centre():
    """The first saw is maintained from noon to three on the second day of the chart."""
    clock = clock_of(SHOP, PLAN)
    begin = PLAN.settings.as_of + dt.timedelta(days=1)
    end = begin + dt.timedelta(hours=3)
    booked = pl.DataFrame(
        {
            "maintenance": ["M1"],
            "work_centre": ["saw"],
            "machine": ["S1"],
            "earliest": [begin],
            "latest": [end],
            "start": [begin],
            "end": [end],
        }
    )
    seen = gantt(SHOP, PLAN.with_tables(maintenance=booked))
    found = {
        (view["by"], row["code"]): row["maintenance"]
        for view in seen["views"]
        for row in view["rows"]
        if "maintenance" in row
    }
    assert set(found) == {("machine", "S1"), ("work_centre", "saw")}
    (span,) = found["machine", "S1"]
    assert span[:3] == [*clock.minutes(pl.Series([begin, end])), "Maintenance M1"]
    assert "fixed" in span[3]


def test_a_step_in_an_oven_names_what_shares_its_load():
    """Two steps that begin and end together on one machine for one family are one load; the third is alone."""
    moved = (
        PLAN.operations.filter(pl.col("sequence") == 10)
        .head(3)
        .with_columns(machine=pl.lit("S1"), setup_family=pl.lit("hot"))
    )
    first = moved.row(0, named=True)
    both = pl.col("order") != moved["order"][2]
    times = {name: pl.when(both).then(first[name]).otherwise(name) for name in ("setup_start", "start", "end")}
    plan = PLAN.with_tables(operations=moved.with_columns(**times))
    told = [dict(step(SHOP, plan, order, 10).why).get("in one load with") for order in moved["order"]]
    assert told == ["1 other step", "1 other step", None]
