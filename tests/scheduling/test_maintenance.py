"""Maintenance: fixed windows and movable ones that the schedule books where they hurt least."""

import datetime as dt

import polars as pl
import pytest

from quarterdeck.disciplines.scheduling.stage import run
from quarterdeck.model import Company, Settings
from tests.scheduling.frame_maker import AS_OF, order
from tests.scheduling.frame_maker import plan as bare_plan

SETTINGS = Settings(as_of=AS_OF, horizon_weeks=8, effort=2)


def hour(number: float) -> dt.datetime:
    """So many hours after now, on the wall clock of the site."""
    return AS_OF.replace(tzinfo=None) + dt.timedelta(hours=number)


def mill(earliest: float, latest: float, duration: float | None, **more: object) -> Company:
    """One mill that never closes, four hours an order, and its maintenance."""
    row = {
        "maintenance": "M1",
        "machine": "mill 1",
        "earliest_start": hour(earliest),
        "latest_end": hour(latest),
        "duration_hours": duration,
        "work_centre": None,
    }
    return Company.of(
        items=pl.DataFrame({"item": ["gear"], "source": ["make"]}),
        work_centres=pl.DataFrame({"work_centre": ["mills"]}),
        machines=pl.DataFrame({"machine": ["mill 1"], "work_centre": ["mills"]}),
        operations=pl.DataFrame(
            {"item": ["gear"], "sequence": [10], "work_centre": ["mills"], "fixed_minutes": [240.0]}
        ),
        maintenance_windows=pl.DataFrame([row | more]),
    )


def orders(*due: float):
    """An order for each due date, in hours from now."""
    made = [order(f"W{i}", "make", "gear", 0, end / 24) for i, end in enumerate(due)]
    pegs = [(f"W{i}", "requirement", f"D{i}") for i in range(len(due))]
    return bare_plan(made, pegs, {f"D{i}": end / 24 for i, end in enumerate(due)})


def booked(plan) -> list[tuple[float, float]]:
    """When the machine is maintained, in hours from now."""
    rows = plan["maintenance"].select("start", "end").rows()
    return [tuple((moment - AS_OF).total_seconds() / 3600 for moment in row) for row in rows]


def test_movable_maintenance_waits_until_it_hurts_nobody():
    """Three orders wanted within twelve hours: the two hours of maintenance come after them."""
    plan = run(mill(0, 24, 2.0), orders(4, 8, 12), SETTINGS)
    assert plan.figures["schedule_checked"]
    assert plan.figures["schedule_value"] == 0
    assert booked(plan) == [(12, 14)]
    assert plan["maintenance"]["movable"].to_list() == [True]


def test_it_begins_in_time_to_end_before_its_limit():
    """Eight orders would keep the mill busy for 32 hours; after ten at the latest the maintenance is over."""
    plan = run(mill(0, 10, 2.0), orders(*[32.0] * 8), SETTINGS)
    assert plan.figures["schedule_checked"]
    assert booked(plan)[0][1] <= 10
    assert not plan.problems


def test_fixed_maintenance_closes_the_machine():
    """From hour two to hour five: an order that pauses over it, and one after it."""
    plan = run(mill(2, 5, None), orders(4, 8), SETTINGS)
    ends = sorted((moment - AS_OF).total_seconds() / 3600 for moment in plan.operations["end"])
    assert ends == [7, 11]
    assert booked(plan) == [(2, 5)]
    assert plan["maintenance"]["movable"].to_list() == [False]


@pytest.mark.parametrize("duration", [None, 4.0])
def test_waiting_for_maintenance_is_told_as_such(duration):
    """Maintenance in the first four hours keeps an order waiting, whether fixed or with no room to move."""
    plan = run(mill(0, 4, duration), orders(4), SETTINGS)
    assert plan["waits"].select("cause", "seconds").rows() == [("maintenance", 4 * 3600)]
    assert plan.operations["waited_for"].to_list() == ["maintenance"]


def test_a_work_centre_is_maintained_machine_by_machine():
    """Two units of a group without listed machines, each for itself."""
    company = mill(0, 48, 2.0, machine=None, work_centre="mills").replace(
        work_centres=pl.DataFrame({"work_centre": ["mills"], "units": [2]}),
        machines=pl.DataFrame(schema={"machine": pl.String, "work_centre": pl.String}),
    )
    plan = run(company, orders(4), SETTINGS)
    assert plan["maintenance"]["machine"].to_list() == ["1", "2"]


def test_what_does_not_fit_its_limits_is_named():
    """Five hours within four."""
    plan = run(mill(0, 4, 5.0), orders(4), SETTINGS)
    assert [problem.code for problem in plan.problems] == ["maintenance-late"]


def test_maintenance_without_a_machine_is_named():
    """Neither machine nor work centre."""
    plan = run(mill(0, 4, 1.0, machine=None), orders(4), SETTINGS)
    assert [problem.code for problem in plan.problems] == ["maintenance-without-machine"]
    assert plan["maintenance"].is_empty()
