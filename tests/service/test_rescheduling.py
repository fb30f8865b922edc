"""Drops, pins and events on the plan of a whole company, in a planner's words."""

import datetime as dt

import polars as pl
import pytest

from quarterdeck.model import Company, Plan
from quarterdeck.service import events, pinning
from quarterdeck.service.planning import make_plan, settings_for
from quarterdeck.service.rescheduling import Desk, Drop, desk, repair, replan, try_pin
from quarterdeck.store import Workspace

NOON = dt.datetime(2026, 3, 2, 12)  # a Monday


@pytest.fixture(scope="module")
def shop() -> Company:
    """A joinery in Berlin: saw, then glue by a person; ten tables for one customer."""
    count = 10
    return Company.of(
        sites=pl.DataFrame({"site": ["main"], "time_zone": ["Europe/Berlin"]}),
        items=pl.DataFrame({"item": ["table", "wood"], "name": ["Oak table", "Oak"], "source": ["make", "buy"]}),
        bom_lines=pl.DataFrame({"parent": ["table"], "component": ["wood"], "quantity_per": [1.0]}),
        stock_lots=pl.DataFrame({"lot": ["L1"], "item": ["wood"], "site": ["main"], "quantity": [200.0]}),
        customers=pl.DataFrame({"customer": ["C1"], "name": ["Café Linden"]}),
        calendars=pl.DataFrame({"calendar": ["day"]}),
        shifts=pl.DataFrame({"calendar": ["day"], "shift": ["day"], "start_time": ["06:00"], "end_time": ["14:00"]}),
        work_centres=pl.DataFrame(
            {"work_centre": ["saw", "glue"], "name": ["Sawing", "Gluing"], "calendar": ["day"] * 2, "units": [1, 2]}
        ),
        machines=pl.DataFrame({"machine": ["S1", "S2"], "name": ["Saw 1", "Saw 2"], "work_centre": ["saw"] * 2}),
        people=pl.DataFrame({"person": ["ann", "bob"], "calendar": ["day"] * 2}),
        person_skills=pl.DataFrame({"person": ["ann", "bob"], "skill": ["gluing"] * 2}),
        operations=pl.DataFrame(
            {
                "item": ["table"] * 2, "sequence": [10, 20], "work_centre": ["saw", "glue"],
                "run_minutes": [60.0, 90.0], "skill": [None, "gluing"],
            }
        ),
        sales_orders=pl.DataFrame(
            {
                "order": [f"SO-{i}" for i in range(count)], "customer": ["C1"] * count, "item": ["table"] * count,
                "quantity": [4.0] * count, "due": [NOON + dt.timedelta(days=1 + i) for i in range(count)],
                "price": [900.0] * count,
            }
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def plan(shop) -> Plan:
    """Its plan as of Monday at six."""
    return make_plan(shop, settings_for(shop, as_of="2026-03-02T06:00", effort=1, horizon_weeks=8))


@pytest.fixture
def workspace(tmp_path, shop, plan):
    """A workspace with the company and its plan."""
    made = Workspace.create(tmp_path / "joinery")
    made.commit(
        {name: pinning.TableChange(frame) for name, frame in shop.frames.items() if frame.height}, author="test"
    )
    made.save_plan(plan, author="test")
    yield made
    made.close()


def _step(plan, sequence, number=0):
    return plan.operations.filter(pl.col("sequence") == sequence).sort("setup_start", "order").row(number, named=True)


def test_an_illegal_drop_says_why(shop, plan):
    """Into the night, into the past, before the step in front of it, on a machine that cannot do it."""
    glue = _step(plan, 20, 3)
    night = try_pin(shop, plan, glue["order"], 20, dt.datetime(2026, 3, 20, 22))
    assert not night.legal
    assert night.reason == f"Gluing {glue['machine']} is closed then; it opens at Mon\u00a023\u00a0Mar, 06:00."
    assert night.earliest == dt.datetime(2026, 3, 23, 5, tzinfo=dt.UTC)
    early = try_pin(shop, plan, glue["order"], 20, dt.datetime(2026, 3, 2, 6))
    assert early.reason.startswith("Step 10 is done only at ")
    past = try_pin(shop, plan, glue["order"], 20, dt.datetime(2026, 3, 1, 6))
    assert past.reason == "That is in the past; the plan begins at Mon\u00a02\u00a0Mar, 06:00."
    other = try_pin(shop, plan, glue["order"], 20, glue["setup_start"], "S1")
    assert other.reason == f"Step 20 of {glue['order']} cannot be done on Saw 1."
    assert try_pin(shop, plan, glue["order"], 20, NOON, "X").reason == "There is no machine X."
    assert "not in the schedule" in try_pin(shop, plan, "none", 20, NOON).reason


def test_a_legal_drop_says_what_it_would_do(shop, plan):
    """The last table is sawn first: others give way, and the plan itself is as it was."""
    last, first = _step(plan, 10, 9), _step(plan, 10, 0)
    outcome = try_pin(shop, plan, last["order"], 10, first["setup_start"], first["machine"])
    assert outcome.legal
    assert outcome.start == first["setup_start"]
    assert first["order"] in {move.order for move in outcome.moved}
    assert "operation" in outcome.summary
    assert try_pin(shop, plan, first["order"], 10, first["setup_start"]).summary == "Nothing else moves."


def test_a_plan_around_drops_keeps_them(shop, plan):
    """The replanned tables are valid: the drop is kept and marked, deliveries follow, the checker agrees."""
    last, first = _step(plan, 10, 9), _step(plan, 10, 0)
    made = replan(shop, plan, [Drop(last["order"], 10, first["setup_start"], first["machine"])])
    here = (pl.col("order") == last["order"]) & (pl.col("sequence") == 10)
    row = made.operations.row(by_predicate=here, named=True)
    assert (row["setup_start"], row["machine"], row["pinned"]) == (first["setup_start"], first["machine"], True)
    assert made.operations["pinned"].sum() == 1
    assert made.figures["schedule_checked"]
    assert made.deliveries.height == plan.deliveries.height
    assert {problem.code for problem in made.problems} >= {problem.code for problem in plan.problems} - {"order-late"}


def test_without_any_change_the_plan_stays(shop, plan):
    """Replanning for nothing gives the same operations."""
    made = repair(shop, plan)
    columns = ["order", "sequence", "machine", "person", "setup_start", "start", "end"]
    key = ["order", "sequence"]
    assert made.plan.operations.select(columns).sort(key).equals(plan.operations.select(columns).sort(key))
    assert made.summary == "Nothing else moves."


def test_a_desk_is_kept_until_the_data_change(workspace):
    """The same desk answers until something is committed."""
    one = desk(workspace)
    assert desk(workspace) is one
    workspace.commit(events.person_away(one.company, "ann", NOON, NOON + dt.timedelta(hours=2)), author="test")
    assert desk(workspace) is not one
    with pytest.raises(TypeError, match="Expected a plan beside a company"):
        desk(one.company)


def test_a_pin_becomes_the_companys_data(workspace, plan):
    """The planned order becomes a work order, the next full plan keeps the place, and letting go frees it."""
    glue = _step(plan, 20, 9)
    start = glue["setup_start"] + dt.timedelta(days=7)
    kept = pinning.pin(workspace, Drop(glue["order"], 20, start), author="planner")
    assert kept.outcome.legal
    ((_, firm),) = kept.orders
    assert firm == f"F{glue['order']}"
    around = workspace.load_plan(kept.plan)
    company = workspace.load()
    again = make_plan(company, settings_for(company, as_of="2026-03-02T06:00", effort=1, horizon_weeks=8))
    for made in (around, again):
        row = made.operations.row(by_predicate=(pl.col("order") == firm) & (pl.col("sequence") == 20), named=True)
        assert (row["setup_start"], row["pinned"]) == (start, True)
        assert made.figures["schedule_checked"]
    assert pinning.unpin(workspace, firm, 20, author="planner") > 0
    assert pinning.unpin(workspace, firm, 20, author="planner") == 0
    assert workspace.load()["work_order_operations"]["pinned_start"].null_count() == 1


def test_an_illegal_pin_changes_nothing(workspace, plan):
    """The outcome says why, no plan is kept."""
    glue = _step(plan, 20, 9)
    kept = pinning.pin(workspace, Drop(glue["order"], 20, dt.datetime(2026, 3, 2, 3)), author="planner")
    assert (kept.outcome.legal, kept.plan) == (False, "")
    assert len(workspace.plans()) == 1


def test_a_pinned_step_can_be_dropped_again(workspace, plan):
    """A pin is not in its own way."""
    glue = _step(plan, 20, 9)
    start = glue["setup_start"] + dt.timedelta(days=7)
    firm = pinning.pin(workspace, Drop(glue["order"], 20, start), author="planner").orders[0][1]
    moved = try_pin(workspace, None, firm, 20, start + dt.timedelta(hours=1))
    assert moved.legal
    other = _step(plan, 20, 0)
    clash = try_pin(workspace, None, other["order"], 20, start, desk(workspace).plan.operations.row(
        by_predicate=(pl.col("order") == firm) & (pl.col("sequence") == 20), named=True)["machine"])  # fmt: skip
    assert clash.reason.startswith(f"Step 20 of {firm} keeps Gluing")


def test_events_are_taken_in_with_words(workspace, plan):
    """A saw breaks down, somebody is ill, an urgent order comes: each is a plan of its own, all rules kept."""
    saw = _step(plan, 10, 0)["machine"]
    start, end = dt.datetime(2026, 3, 2, 6), dt.datetime(2026, 3, 4, 14)
    code, made = events.take_in(
        workspace, events.machine_down(workspace.load(), saw, start, end), author="x", reason="Saw down"
    )
    assert made.moved
    assert made.plan.figures["schedule_checked"]
    assert workspace.plans()[0].plan == code
    busy = made.plan.operations.filter(
        pl.col("machine") == saw, pl.col("setup_start") < dt.datetime(2026, 3, 4, 13, tzinfo=dt.UTC)
    )
    assert busy.is_empty()
    _, made = events.take_in(
        workspace, events.person_away(workspace.load(), "bob", start, end), author="x", reason="Bob is ill"
    )
    assert made.plan.figures["schedule_checked"]
    rush = events.rush_order(workspace.load(), "RUSH", "table", 2.0, dt.datetime(2026, 3, 3, 14))
    _, made = events.take_in(workspace, rush, author="x", reason="Rush")
    steps = made.plan.operations.filter(pl.col("order") == "RUSH")
    assert steps["sequence"].sort().to_list() == [10, 20]
    assert made.plan.figures["schedule_checked"]


def test_a_second_closure_adds_to_the_first(shop):
    """A machine that has a calendar of its own keeps it."""
    first = events.machine_down(shop, "S1", NOON, NOON + dt.timedelta(hours=1))
    frames = {
        name: pl.concat([shop[name], change.upserts.match_to_schema(shop[name].schema)])
        for name, change in first.items()
        if name != "machines"
    }
    machines = shop.machines.with_columns(calendar=pl.when(pl.col("machine") == "S1").then(pl.lit("S1 (own)")))
    later = events.machine_down(shop.replace(**frames, machines=machines), "S1", NOON, NOON + dt.timedelta(hours=2))
    assert set(first) == {"calendars", "shifts", "calendar_exceptions", "machines"}
    assert set(later) == {"calendar_exceptions"}


def test_late_material_is_a_new_date(shop):
    """The purchase order line takes the new date; one that does not exist is refused."""
    bought = shop.replace(
        purchase_orders=pl.DataFrame({"order": ["PO1"], "item": ["wood"], "quantity": [5.0], "due": [NOON]})
    )
    change = events.material_late(bought, "PO1", "1", NOON + dt.timedelta(days=3))
    assert change["purchase_orders"].upserts["due"].item() == NOON + dt.timedelta(days=3)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (
            lambda c: events.machine_down(c, "glue", NOON, NOON),
            "Expected a machine or a work centre of one unit, got glue",
        ),
        (lambda c: events.person_away(c, "zoe", NOON, NOON), "Expected one of the company's people, got zoe"),
        (lambda c: events.material_late(c, "PO9", "1", NOON), "Expected a purchase order line, got PO9"),
        (lambda c: events.rush_order(c, "R", "chair", 1, NOON), "Expected one of the company's items, got chair"),
    ],
)
def test_events_about_unknown_things_are_refused(shop, event, message):
    """What the company does not have cannot break down."""
    with pytest.raises(events.UnknownThingError, match=message):
        event(shop)


def test_time_has_passed(shop, plan):
    """Two hours later: what should have begun and is not reported begins now at the earliest."""
    later = Desk.open(shop, plan, dt.datetime(2026, 3, 2, 7, tzinfo=dt.UTC)).replan()
    assert later.operations["setup_start"].min() >= dt.datetime(2026, 3, 2, 7, tzinfo=dt.UTC)
    assert later.figures["schedule_checked"]
