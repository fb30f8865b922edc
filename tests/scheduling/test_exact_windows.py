"""Parts of a schedule placed anew by constraint programming."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.plant_features import with_everything
from benchmarks.plant_maker import Sizes, make_plant
from quarterdeck.disciplines.scheduling import search
from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.exact_windows import movable, wishes
from quarterdeck.disciplines.scheduling.horizon import in_order
from quarterdeck.disciplines.scheduling.state import BY_PERSON, END_AT, IN_MODE, ON_MACHINE, SETUP_AT, START_AT
from quarterdeck.disciplines.scheduling.window_answer import Answer
from quarterdeck.disciplines.scheduling.window_programme import WindowProgramme
from quarterdeck.library import plan
from quarterdeck.model import Company
from quarterdeck.solvers.constraint_parts import Goal, Limits, Opening, Span
from quarterdeck.solvers.constraint_programming import Formulation

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def small_plant(seed):
    """A plant of some hundred steps with set-up families, people and calendars, in which some orders are late."""
    sizes = Sizes(operations=100, pools=3, people=4, skills=3, slack_days=1.0)
    return with_everything(make_plant(seed, sizes), seed)


def repairers(orders):
    """Two people who both paint, one of whom alone welds; (hours to weld, hours to paint, due in hours) each."""
    steps = [
        (f"job{number}", 10 * (1 + place), centre, 60.0 * hours, skill)
        for number, (weld, paint, _) in enumerate(orders)
        for place, (centre, hours, skill) in enumerate((("bench", weld, "welding"), ("booth", paint, "painting")))
    ]
    names = [f"job{number}" for number in range(len(orders))]
    return Company.of(
        items=pl.DataFrame({"item": names, "source": ["make"] * len(orders)}),
        calendars=pl.DataFrame({"calendar": ["always"], "open_by_default": [True]}),
        work_centres=pl.DataFrame({"work_centre": ["bench", "booth"], "calendar": ["always"] * 2}),
        people=pl.DataFrame({"person": ["ada", "bob"], "calendar": ["always"] * 2}),
        person_skills=pl.DataFrame({
            "person": ["ada", "ada", "bob"], "skill": ["welding", "painting", "painting"],
        }),
        operations=pl.DataFrame(
            steps, schema=["item", "sequence", "work_centre", "fixed_minutes", "skill"], orient="row"
        ),
        sales_orders=pl.DataFrame({
            "order": names, "item": names, "quantity": [1.0] * len(orders),
            "due": [NOW.replace(tzinfo=None) + dt.timedelta(hours=due) for _, _, due in orders],
        }),
    )  # fmt: skip


def test_who_can_do_more_is_kept_for_what_nobody_else_can():
    """Story: Ada alone welds, so Bob paints, whoever is free first; all are in time, as they could be."""
    orders = [(3, 2, 5), (3, 2, 8), (3, 2, 11), (1, 3, 15)]
    made = plan(repairers(orders), as_of=NOW, horizon_weeks=4, effort=100)
    assert made["deliveries"]["late_seconds"].sum() == 0


@pytest.mark.parametrize("seed", [3, 9])
def test_the_checker_finds_no_more_than_before(seed, monkeypatch):
    """Law: on plants with everything, schedules with windows are no later than those without, and as sound."""
    instance = small_plant(seed)
    placed = search.schedule(instance, effort=20)
    monkeypatch.setattr(search, "WORK_PER_EFFORT", 0.0)
    plain = search.schedule(instance, effort=20)
    assert placed.value <= plain.value
    assert check(instance, placed) == []


def test_a_seed_gives_the_same_schedule_again():
    """Law: threads and clocks make no difference."""
    one, other = (search.schedule(small_plant(3), effort=15) for _ in range(2))
    assert np.array_equal(one.start, other.start)
    assert one.value == other.value


@pytest.mark.parametrize("seed", [1, 3, 9])
def test_what_stands_can_be_said_as_an_answer(seed):
    """Law: a schedule is an answer to its own programme, and decoding that answer gives the schedule again."""
    instance = small_plant(seed)
    found = search.begin(instance, search.look_ahead(instance), 1, 60.0, search.quiet)
    found.attempt(search.NAMED["ATC"].vector())
    placed = found.placed
    rows = np.flatnonzero(movable(instance, placed))[:25]
    serves = np.full(instance.size, -1, np.int64)
    programme = WindowProgramme.of(instance, placed, rows, serves, serves)
    assert programme.solve(Limits(work=3.0, brief=True)) is not None
    ways = [programme.ways[o][programme._present(o)] for o in rows.tolist()]
    assert [way.mode for way in ways] == placed[rows, IN_MODE].tolist()
    assert [way.person for way in ways] == placed[rows, BY_PERSON].tolist()
    answer = Answer(placed[rows, START_AT], ways, programme.present[rows], 0.0, False, 0.0)
    wanted = wishes(instance, placed, rows, answer, found.parts.unhurried)[0]
    again = search.decode_freely(wanted.arrays, wanted.guide, in_order(wanted.arrays.operations), instance.now)
    moved = np.flatnonzero(again[:, SETUP_AT] > placed[:, SETUP_AT])
    assert (again[:, END_AT] >= 0).all()
    assert moved.size <= instance.size // 4
    assert (again[rows, ON_MACHINE] >= 0).all()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 4)), min_size=1, max_size=4),
    st.integers(1, 12), st.booleans(),
)  # fmt: skip
def test_work_on_a_calendar_is_as_long_as_its_open_time(stretches, work, pauses):
    """Law: the earliest end of a task that begins as soon as it can, beside a walk from moment to moment."""
    start, before, moment, done, open_ = [], [], 0, 0, []
    for closed, length in stretches:
        moment += closed
        start.append(moment)
        before.append(done)
        open_ += range(moment, moment + length)
        moment, done = moment + length, done + length
    model = Formulation(moment)
    model.working_task([Span(work, 0)], [Opening(tuple(start), tuple(before))], 0, moment, pauses=pauses)
    model.minimise_lateness([Goal(((0, 0),), 1)])
    found = model.solve(Limits(work=5.0, brief=True))
    if pauses:
        expected = open_[work - 1] + 1 if work <= len(open_) else None
    else:
        fits = [begin for begin in open_ if all(begin + step in open_ for step in range(work))]
        expected = fits[0] + work if fits else None
    assert (found.value is None) == (expected is None)
    assert expected is None or found.value == pytest.approx(expected)
