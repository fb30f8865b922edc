"""A schedule taken up window by window is as valid as any other, repeats by its seed and is better than the rules."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.plant_features import with_everything
from benchmarks.plant_maker import Sizes, make_plant
from quarterdeck.disciplines.scheduling import horizon
from quarterdeck.disciplines.scheduling.attempts import as_schedule
from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.decoder import decode
from quarterdeck.disciplines.scheduling.horizon import Course, no_wishes, part_of, roll, rolls
from quarterdeck.disciplines.scheduling.instance import Instance
from quarterdeck.disciplines.scheduling.outlook import look_ahead
from quarterdeck.disciplines.scheduling.rules import NAMED, guide, terms
from quarterdeck.disciplines.scheduling.search import schedule
from quarterdeck.disciplines.scheduling.state import END_AT, SETUP_AT
from quarterdeck.disciplines.scheduling.taking_up import decode_on, nobody_busy
from quarterdeck.disciplines.scheduling.urgency import demand_of, lateness_of
from tests.scheduling.plants import random_plant

NO_PINS = np.zeros(0, np.int64)


@pytest.fixture(name="narrow")
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows of three hundred operations."""
    monkeypatch.setattr(horizon, "WIDTH", 300)
    monkeypatch.setattr(horizon, "PART", 100)


def small_plant(seed: int) -> Instance:
    """A plant of its own for every seed, with everything but pins and loads."""
    return make_plant(seed, Sizes(operations=1500, pools=20, people=30))


def rule_of(instance: Instance) -> tuple[Course, np.ndarray]:
    """The course with the ATC rule, and the schedule that it gives."""
    outlook = look_ahead(instance)
    wanted = guide(NAMED["ATC"].vector(), terms(instance, outlook), instance.now)
    serves = demand_of(instance.arrays, outlook.order)
    placed = decode(instance.arrays, wanted, NO_PINS, instance.now)
    return Course(instance, wanted, serves, outlook.latest, 1.0), placed


@pytest.mark.parametrize("seed", range(3))
def test_taken_up_at_the_beginning_it_is_the_whole_schedule(seed):
    """Where nothing stands yet and nobody is busy, both ways to decode agree to the second."""
    instance = small_plant(seed)
    course, placed = rule_of(instance)
    a = instance.arrays
    assert np.array_equal(decode_on(a, course.guide, NO_PINS, nobody_busy(a, instance.now), instance.now), placed)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.usefixtures("narrow")
def test_windows_put_together_break_no_rule(seed):
    """The checker recomputes all of it: people, calendars, set-ups after what stood on the machine before."""
    instance = small_plant(seed)
    course, placed = rule_of(instance)
    found = roll(course, placed, no_wishes(instance.size), np.random.default_rng(seed), _for(6))
    answer = as_schedule(found, lateness_of(instance.arrays, found).sum())
    assert not check(instance, answer)
    assert answer.scheduled.all()


def _for(tries: int):
    """So many looks at every window."""
    heard: list[float] = []

    def enough(decoded: int, share: float) -> bool:
        heard.append(share)
        return decoded <= 0 or heard.count(share) > tries

    return enough


@pytest.mark.usefixtures("narrow")
def test_many_looks_at_every_window_leave_less_tardiness():
    """Summed over six plants: well below the rule's schedules that they begin from."""
    before = after = 0.0
    for seed in range(6):
        instance = small_plant(seed)
        course, placed = rule_of(instance)
        found = roll(course, placed, no_wishes(instance.size), np.random.default_rng(1), _for(25))
        before += lateness_of(instance.arrays, placed).sum()
        after += lateness_of(instance.arrays, found).sum()
    assert after < 0.9 * before


@pytest.mark.usefixtures("narrow")
def test_a_long_schedule_repeats_by_its_seed():
    """Two searches with the same seed and effort agree; the answer is no worse than any rule and has every cause."""
    first, second = (schedule(small_plant(4), effort=5, seconds=600, seed=2) for _ in range(2))
    assert np.array_equal(first.setup_start, second.setup_start)
    assert np.array_equal(first.machine, second.machine)
    assert first.value <= min(first.figures["rules"].values())
    assert not check(small_plant(4), first)


@pytest.mark.usefixtures("narrow")
def test_shares_grow_to_the_whole_and_every_decoding_is_told():
    """What is heard of a window: first one decoding of it, then two more every time."""
    instance = small_plant(5)
    course, placed = rule_of(instance)
    heard: list[tuple[int, float]] = []

    def enough(decoded: int, share: float) -> bool:
        heard.append((decoded, share))
        return len(heard) % 2 == 0

    roll(course, placed, no_wishes(instance.size), np.random.default_rng(1), enough)
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert shares[-1] <= 1.0
    assert {decoded for decoded, _ in heard[:2]} == {300, 600}


def test_a_part_keeps_the_arcs_between_its_operations():
    """Of every job of four steps the middle two stay, with one arc and their modes."""
    a = random_plant(3, jobs=6, features=False).arrays
    rows = np.flatnonzero(np.isin(np.arange(24) % 4, (1, 2)))
    part = part_of(a, rows)
    assert part.arcs["successor"].tolist() == [1, 3, 5, 7, 9, 11]
    assert part.operations["predecessors"].tolist() == [0, 1] * 6
    for number, row in enumerate(rows):
        mine, whole = part.operations[number], a.operations[row]
        ways = slice(mine["first_mode"], mine["first_mode"] + mine["modes"])
        assert np.array_equal(part.modes[ways], a.modes[whole["first_mode"] : whole["first_mode"] + whole["modes"]])


@pytest.mark.usefixtures("narrow")
def test_loads_that_wait_and_limited_room_are_left_to_the_other_search():
    """A plant of one window, with room for few or with loads that wait to be filled is not taken up in windows."""
    instance = small_plant(1)
    assert rolls(instance)
    assert not rolls(random_plant(1, jobs=20))
    for name in ("room", "fill"):
        pools = instance.arrays.pools.copy()
        pools[name][3] = 2000
        assert not rolls(replace(instance, arrays=instance.arrays._replace(pools=pools)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.usefixtures("narrow")
def test_windows_keep_pins_tools_crews_ovens_maintenance_and_longest_waits(seed):
    """With everything that a plant may have, what is put together breaks no rule and is no worse than every rule."""
    instance = with_everything(small_plant(seed), seed)
    assert rolls(instance)
    answer = schedule(instance, effort=4, seconds=600)
    assert not check(instance, answer)
    assert answer.scheduled.all()
    assert answer.value <= min(answer.figures["rules"].values())


@pytest.mark.usefixtures("narrow")
def test_what_follows_a_step_without_a_place_has_none_either():
    """A step released after the last working day of any machine: what comes behind it stays out."""
    instance = small_plant(3)
    operations = instance.arrays.operations.copy()
    operations["release"][500] = 1 << 45
    answer = schedule(replace(instance, arrays=instance.arrays._replace(operations=operations)), effort=3, seconds=600)
    assert not answer.scheduled[500:505].any()
    assert answer.scheduled.sum() > 1400


@pytest.mark.usefixtures("narrow")
def test_what_stands_stays_where_it_is():
    """Without more than one look at each window nothing begins before it is ready, and the order of windows holds."""
    instance = small_plant(2)
    course, placed = rule_of(instance)
    found = roll(course, placed, no_wishes(instance.size), np.random.default_rng(1), lambda *_: True)
    first = np.argsort(placed[:, SETUP_AT], kind="stable")[:60]
    assert np.array_equal(found[first, SETUP_AT], placed[first, SETUP_AT])
    assert (found[:, END_AT] >= 0).all()


@pytest.mark.parametrize("seed", [5, 6])
def test_somebody_is_kept_free_to_set_up_what_is_booked_ahead(seed):
    """Steps that must soon follow others are booked with who sets them up; the checker finds nobody twice."""
    instance = with_everything(make_plant(seed, Sizes(operations=3_000)), seed)
    assert (instance.arrays.arcs["wait"] > 0).any()
    assert not check(instance, schedule(instance, effort=1, seconds=600))
