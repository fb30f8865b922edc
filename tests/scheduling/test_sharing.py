"""Tools that steps hold, and people who set up."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.disciplines.scheduling.blame import late_links, trace_of
from quarterdeck.disciplines.scheduling.calendars import with_pairs
from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.instance import TOOL, records
from quarterdeck.disciplines.scheduling.replanning import lateness_of
from quarterdeck.disciplines.scheduling.search import schedule
from quarterdeck.disciplines.scheduling.stage import run
from quarterdeck.model import Company, Settings
from tests.scheduling.frame_maker import AS_OF, order
from tests.scheduling.frame_maker import plan as bare_plan
from tests.scheduling.plants import random_plant

SETTINGS = Settings(as_of=AS_OF, horizon_weeks=8, effort=2)


def moulders(**changes: pl.DataFrame) -> Company:
    """Three presses that never close; every order takes an hour of set-up and two of work."""
    base = Company.of(
        items=pl.DataFrame({"item": ["cup"], "source": ["make"]}),
        work_centres=pl.DataFrame({"work_centre": ["press"], "units": [3]}),
        operations=pl.DataFrame(
            {
                "item": ["cup"],
                "sequence": [10],
                "work_centre": ["press"],
                "setup_minutes": [60.0],
                "fixed_minutes": [120.0],
            }
        ),
    )
    return base.replace(**changes)


def orders(count: int):
    """As many orders, all wanted at once."""
    made = [order(f"W{i}", "make", "cup", 0, 0.1) for i in range(count)]
    pegs = [(f"W{i}", "requirement", f"D{i}") for i in range(count)]
    return bare_plan(made, pegs, {f"D{i}": 0.1 for i in range(count)})


def with_tool(units: int) -> Company:
    """The presses with a mould that every order holds."""
    company = moulders()
    return company.replace(
        operations=company["operations"].with_columns(tool=pl.lit("mould")),
        tools=pl.DataFrame({"tool": ["mould"], "units": [units]}),
    )


def starts(plan) -> list[float]:
    """When set-ups begin, in hours from now."""
    return sorted((moment - AS_OF).total_seconds() / 3600 for moment in plan.operations["setup_start"])


@pytest.mark.parametrize(("units", "expected"), [(1, [0, 3, 6, 9]), (2, [0, 0, 3, 3]), (3, [0, 0, 0, 3])])
def test_as_many_run_at_once_as_there_are_tools(units, expected):
    """Four orders of three hours on three presses with one, two and three moulds."""
    plan = run(with_tool(units), orders(4), SETTINGS)
    assert plan.figures["schedule_checked"]
    assert starts(plan) == expected
    assert plan.operations["tool"].to_list() == ["mould"] * 4


def test_waiting_for_a_tool_is_told_as_such():
    """With one mould the second order waits three hours for it, though a press is free."""
    plan = run(with_tool(1), orders(2), SETTINGS)
    assert plan["waits"].select("cause", "seconds", "blocker").rows() == [("tool", 3 * 3600, "mould")]


def test_a_tool_that_is_not_listed_is_there_once():
    """An operation names it: so there is one."""
    company = with_tool(1).replace(tools=pl.DataFrame(schema={"tool": pl.String}))
    assert starts(run(company, orders(2), SETTINGS)) == [0, 3]


def with_setters(count: int, **people: object) -> Company:
    """The presses with people who set up."""
    names = [f"S{i}" for i in range(count)]
    return moulders(
        work_centres=pl.DataFrame({"work_centre": ["press"], "units": [3], "setup_skill": ["setting"]}),
        people=pl.DataFrame({"person": names, **people}),
        person_skills=pl.DataFrame({"person": names, "skill": ["setting"] * count}),
    )


@pytest.mark.parametrize(("count", "expected"), [(1, [0, 1, 2]), (2, [0, 0, 1]), (3, [0, 0, 0])])
def test_as_many_set_ups_at_once_as_people_who_set_up(count, expected):
    """Three orders on three presses; a set-up takes an hour, the work after it needs nobody."""
    plan = run(with_setters(count), orders(3), SETTINGS)
    assert plan.figures["schedule_checked"]
    assert starts(plan) == expected
    assert set(plan.operations["setup_person"]) == {f"S{i}" for i in range(count)}


def test_waiting_for_a_setter_is_told_as_such():
    """The third order waits two hours for the only one who sets up."""
    waits = run(with_setters(1), orders(3), SETTINGS)["waits"].sort("seconds")
    assert waits["cause"].to_list() == ["setter", "setter"]
    assert waits["seconds"].to_list() == [3600, 7200]
    assert set(waits["blocker"]) == {"S0"}


def test_nobody_sets_up_outside_of_working_time():
    """A setter who comes at noon: the presses, open all day, are set up from noon on."""
    company = with_setters(1, calendar=["noon"]).replace(
        calendars=pl.DataFrame({"calendar": ["noon"]}),
        shifts=pl.DataFrame(
            {
                "calendar": ["noon"],
                "shift": ["noon"],
                "weekdays": ["mon-sun"],
                "start_time": ["12:00"],
                "end_time": ["14:00"],
            }
        ),
    )
    plan = run(company, orders(3), SETTINGS)
    assert plan.figures["schedule_checked"]
    assert starts(plan) == [4, 5, 28]


def test_a_skill_that_nobody_has_is_named_and_not_asked_for():
    """The set-ups are planned as if whoever works there did them."""
    company = with_setters(1).replace(person_skills=pl.DataFrame(schema={"person": pl.String, "skill": pl.String}))
    plan = run(company, orders(3), SETTINGS)
    assert starts(plan) == [0, 0, 0]
    assert [problem.code for problem in plan.problems] == ["skill-missing"]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(0, 2))
def test_random_plants_share_what_there_is(seed, units, setters):
    """Law: whatever tools and setters a plant has, the checker finds nothing and every late second has its cause."""
    instance = random_plant(seed, jobs=12)
    a = instance.arrays
    rng = np.random.default_rng(seed)
    operations, pools = a.operations.copy(), a.pools.copy()
    machined = operations["modes"] > 0
    operations["tool"] = np.where(machined & (rng.random(operations.size) < 0.5), 1, 0)
    pools["setter"] = min(setters, a.skills.size)
    pools["uniform"] = 0
    tools = records(TOOL, 1, first=0, count=units)
    calendars = [
        (part["start"].copy(), part["end"].copy())
        for part in (a.intervals[one["first"] : one["first"] + one["count"]] for one in a.calendars)
    ]
    known = a.both.shape[0]
    pairs = {(i, j) for i in range(known) for j in range(known)}
    packed, intervals, both = with_pairs(calendars[:known], pairs)
    arrays = a._replace(
        operations=operations, pools=pools, tools=tools, calendars=packed, intervals=intervals, both=both
    )
    changed = replace(instance, arrays=arrays)
    answer = schedule(changed, effort=1)
    assert answer.scheduled.all()
    assert check(changed, answer) == []
    trace, late = trace_of(changed, answer), lateness_of(changed, answer)
    for demand in range(arrays.demands.size):
        assert sum(link.seconds for link in late_links(trace, demand)) == late[demand]
