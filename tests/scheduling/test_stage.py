"""Scheduling as a stage: tables in, tables out."""

import datetime as dt

import polars as pl

from quarterdeck.disciplines.scheduling.stage import run
from quarterdeck.model import Company, Plan
from tests.scheduling.frame_maker import AS_OF, SETTINGS, company, day, order, plan, usual


def _step(result, code, sequence):
    return result.operations.row(by_predicate=(pl.col("order") == code) & (pl.col("sequence") == sequence), named=True)


def _codes(result):
    return {problem.code for problem in result.problems}


def test_a_busy_fortnight_is_scheduled_and_checked():
    """Forty orders: every step has a place, nobody does two things at once, the verdict is in the figures."""
    result = run(company(), usual(20), SETTINGS)
    assert result.figures["schedule_checked"]
    assert result.operations.height == 60
    assert result.figures["schedule_bound"] <= result.figures["schedule_value"]
    assert (
        result.operations.filter(pl.col("sequence") == 10, pl.col("item") == "bike")["person"]
        .is_in(["ann", "bob"])
        .all()
    )
    assert _codes(result) == set()


def test_a_bike_waits_for_its_frame_and_the_frame_for_its_tubes():
    """Precedence runs along the pegs, and each step says what it waited for."""
    result = run(company(), usual(4, pace=3), SETTINGS)
    weld, assemble = _step(result, "F001", 10), _step(result, "B001", 10)
    assert (weld["waited_for"], weld["blocker"]) == ("material", "T001")
    assert assemble["ready"] >= _step(result, "F001", 20)["end"]
    assert assemble["ready_after"] == "nothing"  # the frame is there before the order has to begin
    crowded = _step(run(company(), usual(10, pace=0.0), SETTINGS), "B009", 10)
    assert (crowded["ready_after"], crowded["ready_blocker"]) == ("material", "F009")
    assert _step(result, "F001", 20)["ready_after"] == "predecessor"
    assert _step(result, "F001", 20)["ready"] - weld["end"] == dt.timedelta(hours=1)


def test_orders_take_the_dates_of_their_steps():
    """Release is the first set-up, available the last end with the move; lateness is against the need."""
    result = run(company(), usual(6), SETTINGS)
    bike = result.orders.row(by_predicate=pl.col("order") == "B003", named=True)
    step = _step(result, "B003", 10)
    assert bike["release"] == step["setup_start"]
    assert bike["available"] == step["end"] + dt.timedelta(hours=2)
    assert bike["late_seconds"] == max(0, (bike["available"] - bike["needed"]).total_seconds())


def test_overload_is_late_and_says_so():
    """Ten bikes due at once cannot all be there; machines or people are named as what was waited for."""
    result = run(company(), usual(10, pace=0.0), SETTINGS)
    assert (result.orders["late_seconds"] > 0).any()
    waits = result.operations.filter(pl.col("waited_for").is_in(["machine", "person"]))
    assert waits["blocker"].is_not_null().all()
    assert waits.height > 0


def test_loads_hold_all_the_work():
    """Hours per work centre and week add up to the hours of the steps."""
    result = run(company(), usual(20), SETTINGS)
    run_hours = result.operations["run_seconds"].sum() / 3600
    setup_hours = result.operations["setup_seconds"].sum() / 3600
    assert abs(result.loads["run_hours"].sum() - run_hours) < 1e-6
    assert abs(result.loads["setup_hours"].sum() - setup_hours) < 1e-6
    full = result.loads.filter(pl.col("work_centre") == "bench", pl.col("week") == dt.date(2026, 3, 9))
    assert full["capacity_hours"].item() == 160


def test_started_work_keeps_its_machine_and_what_is_done():
    """Twenty of fifty pieces are welded: thirty remain on the machine it runs on, without set-up."""
    changed = company(
        work_orders=pl.DataFrame(
            {"order": ["WO1"], "item": ["frame"], "quantity": [50.0], "due": [dt.datetime(2026, 3, 5)]}
        ),
        work_order_operations=pl.DataFrame(
            {
                "order": ["WO1"], "sequence": [10], "completed": [20.0], "machine": ["W2"],
                "started": [dt.datetime(2026, 3, 2, 6)],
            }
        ),
    )  # fmt: skip
    started = order("WO1", "make", "frame", 0, 2, state="started", quantity=50.0, start_quantity=50.0)
    result = run(changed, plan([started], [], {}), SETTINGS)
    step = _step(result, "WO1", 10)
    assert (step["machine"], step["setup_seconds"], step["quantity"], step["setup_start"]) == ("W2", 0, 30.0, AS_OF)
    assert step["run_seconds"] == 30 * 10 * 60 / 0.8


def test_finished_steps_are_not_done_again():
    """With welding reported as finished only the bench is left; with both the order is there."""
    changed = company(
        work_orders=pl.DataFrame(
            {
                "order": ["WO1", "WO2"],
                "item": ["frame"] * 2,
                "quantity": [20.0] * 2,
                "due": [dt.datetime(2026, 3, 5)] * 2,
            }
        ),
        work_order_operations=pl.DataFrame(
            {"order": ["WO1", "WO2", "WO2"], "sequence": [10, 10, 20], "finished": [dt.datetime(2026, 3, 2, 6)] * 3}
        ),
    )
    orders = [order(code, "make", "frame", 0, 2, state="started") for code in ("WO1", "WO2")]
    result = run(changed, plan(orders, [], {}), SETTINGS)
    assert result.operations.select("order", "sequence").rows() == [("WO1", 20)]
    assert result.orders.filter(pl.col("order") == "WO2")["available"].item() == AS_OF


def test_a_pin_is_kept_or_named():
    """A pinned start at which the machine is open is kept; one in the night is named."""
    for hour, kept in ((10, True), (3, False)):
        pinned = company(
            work_orders=pl.DataFrame(
                {"order": ["WO1"], "item": ["frame"], "quantity": [20.0], "due": [dt.datetime(2026, 3, 5)]}
            ),
            work_order_operations=pl.DataFrame(
                {
                    "order": ["WO1"], "sequence": [10], "machine": ["W1"],
                    "pinned_start": [dt.datetime(2026, 3, 3, hour)],
                }
            ),
        )  # fmt: skip
        result = run(pinned, plan([order("WO1", "make", "frame", 0, 2, state="open")], [], {}), SETTINGS)
        assert (_step(result, "WO1", 10)["setup_start"].hour == hour) == kept
        assert ("pin-broken" in _codes(result)) != kept


def test_a_closed_work_centre_is_named_and_its_orders_take_their_usual_time():
    """Nothing raises: the order keeps its duration, the step is left out."""
    shut = company(
        shifts=pl.DataFrame(
            {
                "calendar": ["two shifts"], "shift": ["past"], "start_time": ["06:00"], "end_time": ["14:00"],
                "valid_to": [dt.date(2020, 1, 1)],
            }
        )
    )  # fmt: skip
    result = run(shut, usual(1), SETTINGS)
    assert {"work-centre-closed", "operation-unschedulable"} <= _codes(result)
    assert result.operations.height == 0
    assert result.orders.filter(pl.col("order") == "B000")["available"].item() == day(2)


def test_an_alternative_work_centre_takes_what_the_first_cannot():
    """With an alternative at hand two orders run side by side."""
    other = company(
        operation_alternates=pl.DataFrame(
            {"item": ["bike"], "sequence": [10], "work_centre": ["weld"], "time_factor": [1.5]}
        )
    )
    orders = [order(f"B{i}", "make", "bike", 0, 1) for i in range(6)]
    result = run(
        other.replace(people=other.people, operations=other.operations.with_columns(skill=None)),
        plan(orders, [], {}),
        SETTINGS,
    )
    assert set(result.operations["work_centre"]) == {"bench", "weld"}
    assert result.figures["schedule_checked"]


def test_a_skill_that_nobody_has_is_named():
    """The step is planned without a person."""
    nobody = company(person_skills=Company.of().person_skills)
    result = run(nobody, usual(1), SETTINGS)
    assert _codes(result) == {"skill-missing"}
    assert _step(result, "B000", 10)["person"] is None


def test_transfers_follow_what_they_carry():
    """A transfer pegged from a make order leaves when that is done and takes as long as before."""
    orders = [order("F1", "make", "frame", 0, 1), order("X1", "transfer", "frame", 1, 3, site="shop")]
    result = run(company(), plan(orders, [("F1", "order", "X1"), ("X1", "requirement", "D1")], {"D1": 3}), SETTINGS)
    frame = result.orders.row(by_predicate=pl.col("order") == "F1", named=True)
    transfer = result.orders.row(by_predicate=pl.col("order") == "X1", named=True)
    assert transfer["release"] >= frame["available"]
    assert transfer["available"] - transfer["release"] == dt.timedelta(days=2)


def test_purchases_come_forward_when_work_has_to_begin_early():
    """Six frames due together are welded in the days before, so their tubes come before the date of netting."""
    result = run(company(), _crowded(), SETTINGS)
    before = {row["order"]: row["available"] for row in _crowded().orders.iter_rows(named=True)}
    moved = [
        row
        for row in result.orders.iter_rows(named=True)
        if row["kind"] == "buy" and row["available"] < before[row["order"]]
    ]
    assert moved
    assert all(row["release"] >= AS_OF for row in moved)


def _crowded() -> Plan:
    orders, pegs, due = [], [], {}
    for i in range(12):
        orders.append(order(f"F{i:02}", "make", "frame", 20, 20.3))
        orders.append(order(f"T{i:02}", "buy", "tube", 15, 20))
        pegs += [(f"T{i:02}", "order", f"F{i:02}"), (f"F{i:02}", "requirement", f"D{i:02}")]
        due[f"D{i:02}"] = 20.3
    return plan(orders, pegs, due)


def test_without_orders_nothing_happens():
    """An empty plan, and one that only buys, come back at once."""
    assert run(Company.of(), Plan.blank(SETTINGS), SETTINGS).operations.height == 0
    bought = run(company(), plan([order("T1", "buy", "tube", 0, 1)], [], {}), SETTINGS)
    assert bought.figures["schedule_checked"]


def test_a_company_without_routing_keeps_the_durations_of_netting():
    """Make orders without operations take the time between their dates."""
    bare = Company.of(items=pl.DataFrame({"item": ["bike"], "source": ["make"]}))
    result = run(bare, plan([order("B1", "make", "bike", 1, 3)], [], {}), SETTINGS)
    assert result.orders["available"].item() - result.orders["release"].item() == dt.timedelta(days=2)
    assert result.operations.height == 0


def test_the_order_of_rows_does_not_matter():
    """Shuffled tables give the same schedule to the second."""
    shuffled = Company.of(**{name: frame.reverse() for name, frame in company().frames.items()})
    plans = usual(8)
    turned = plans.with_tables(**{name: frame.reverse() for name, frame in plans.frames.items()})
    one, two = run(company(), plans, SETTINGS), run(shuffled, turned, SETTINGS)
    assert one.operations.sort("order", "sequence").equals(two.operations.sort("order", "sequence"))


def test_the_faster_of_two_idle_machines_is_taken():
    """One saw has half of the standard speed, one twice: the order goes to the fast one, whatever their names."""
    for slow, fast in (("A", "B"), ("B", "A")):
        saws = pl.DataFrame({"machine": [slow, fast], "work_centre": ["weld"] * 2, "efficiency": [0.5, 2.0]})
        result = run(
            company(machines=saws), plan([order("F", "make", "frame", 0, 1)], [("F", "requirement", "D")], {"D": 1}),
            SETTINGS,
        )  # fmt: skip
        assert _step(result, "F", 10)["machine"] == fast
