"""A good schedule within a budget: rules, then parameters of the composite rule, then urgency order by order."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.scheduling.attempts import NEAR, Callback, Search, Trial, as_schedule, decode_freely, quiet
from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.exact_windows import Neighbourhood, Wanted, improve
from quarterdeck.disciplines.scheduling.horizon import Course, in_order, no_wishes, roll, rolls
from quarterdeck.disciplines.scheduling.instance import MAKESPAN, TARDINESS, Instance, Integers, Schedule
from quarterdeck.disciplines.scheduling.lead_times import latest_with, waits_after
from quarterdeck.disciplines.scheduling.outlook import Outlook, look_ahead
from quarterdeck.disciplines.scheduling.rules import MOST_REMAINING, NAMED, STARTS, Rule, Terms, guide, terms
from quarterdeck.disciplines.scheduling.standing_again import depends
from quarterdeck.disciplines.scheduling.state import (
    END_AT,
)
from quarterdeck.disciplines.scheduling.taking_up import decode_on, nobody_busy
from quarterdeck.disciplines.scheduling.urgency import demand_of, lateness_of, urged

Floats = npt.NDArray[np.float64]
BEFORE_WINDOWS = 0.15  # share of the budget for rules and their parameters where the horizon rolls
LEAST_RUNS = 5  # once through the horizon takes as long as some three schedules at the least
HORIZON_SHARE = 0.97  # of what is left of the budget, so that the last windows end in time
DECODED_PER_EFFORT = 50_000
WORK_PER_EFFORT = 0.015  # [deterministic seconds] of constraint programming
LEAST_WORK = 0.1  # of it for which it is begun
LAST_MOMENT = 0.9  # share of the seconds after which it is not: a window of a long plan takes many, and memory
WINDOWED = 1000  # operations up to which it gets all of it; a window of a larger plan costs more and tells less
RUNS_PER_EFFORT = 12
PATIENCE = 150  # schedules without improvement after which a phase ends
TUNING = 20  # the same for the search of parameters
SLACKS = (1.0, 0.5, 0.2, 0.1, 0.05)  # prices of slack: how far ATC looks ahead
LEARNING = 4  # schedules from which each of these learns lead times; two where there is little time
MANY = 50_000  # operations


def schedule(
    instance: Instance,
    effort: int = 100,
    seconds: float = 60.0,
    seed: int = 1,
    callback: Callback = quiet,
) -> Schedule:
    """The best schedule found within ``effort`` work units, capped by ``seconds``.

    One work unit decodes 50,000 operations, at most twelve schedules. ``callback`` hears value, lower bound and
    seconds at every improvement.
    """
    return finished(begin(instance, look_ahead(instance), effort, seconds, callback), seed)


def finished(search: Search, seed: int) -> Schedule:
    """The best schedule of a search, after everything its budget allows."""
    search.prove()
    generator = np.random.default_rng(seed)
    if search.instance.objective == MAKESPAN and search.instance.size:
        search.attempt(STARTS[MOST_REMAINING].vector())
    rules = {} if search.value[0] <= search.lower else _try_rules(search)
    if search.instance.size and not search.spent():
        _try_starts(search)
        if search.instance.objective == TARDINESS:
            _learn_lead_times(search)
        _tune(search, generator, share=0.2)
        _refine(search, generator)
        if search.instance.objective == TARDINESS and search.work >= LEAST_WORK and not _last_moment(search):
            _place_anew(search, generator)
    return _answer(search, rules)


def looked_at(instances: list[Instance], effort: int, seconds: float, callback: Callback) -> list[Search]:
    """Searches of instances that differ in release dates alone, with the schedule of the ATC rule each."""
    outlook = look_ahead(instances[0], earliest=False)
    parts = terms(instances[0], outlook)
    searches = [begin(instance, outlook, effort, seconds, callback, parts) for instance in instances]
    for search in searches:
        search.attempt(NAMED["ATC"].vector())
    return searches


def tried_at_once(size: int, effort: int, most: int) -> int:
    """How many schedules of this many operations one look may take: at least one, together no more than the effort."""
    return min(max(max(effort, 1) * DECODED_PER_EFFORT // max(size, 1), 1), most)


def begin(
    instance: Instance, outlook: Outlook, effort: int, seconds: float, callback: Callback, parts: Terms | None = None
) -> Search:
    """A search that has tried nothing yet."""
    pins = in_order(instance.arrays.operations)
    clock = time.perf_counter
    budget = min(effort * DECODED_PER_EFFORT, effort * RUNS_PER_EFFORT * max(instance.size, 1))
    return Search(
        instance, outlook, parts or terms(instance, outlook), pins, budget, seconds, clock, callback, 0.0,
        effort * WORK_PER_EFFORT * min(1.0, WINDOWED / max(instance.size, 1)), clock(),
    )  # fmt: skip


def _try_rules(search: Search) -> dict[str, float]:
    """The value of each named rule; where the budget does not allow all of them, of ATC alone."""
    known = {"ATC": search.value[0]} if search.runs else {}
    room = search.decoded + (len(NAMED) - len(known)) * search.instance.size <= search.budget
    for name in NAMED if room else ("ATC",):
        if name not in known:
            known[name] = search.attempt(NAMED[name].vector())[0]
    return known


def _try_starts(search: Search) -> None:
    for rule in STARTS[len(NAMED) :]:
        if search.spent():
            return
        search.attempt(rule.vector())


def _learn_lead_times(search: Search) -> None:
    """ATC looking ahead near and far, each with the waits of the schedules before it; two at a time."""
    long = rolls(search.instance)
    rounds = LEARNING if search.budget > 200 * search.instance.size and search.instance.size < MANY else 2
    for slack in SLACKS:
        rules = [Rule(weight=1.0, short=short, slack=slack, setup=0.5).vector() for short in (1.0, 0.5)]
        waits = [np.zeros(search.instance.size) for _ in rules]
        for _ in range(rounds):
            if search.spent() or (long and search.used() > BEFORE_WINDOWS):
                break
            latest = [latest_with(search.instance.arrays, search.outlook, wait) for wait in waits]
            found = search.attempt_all([Trial(*each) for each in zip(rules, (None, None), latest, strict=True)])
            pairs = zip(waits, found, strict=True)
            waits = [waits_after(wait, search.outlook, placed) for wait, (_, placed) in pairs]
    if search.latest is not None:
        search.parts = replace(search.parts, latest=search.latest)


def _tune(search: Search, generator: np.random.Generator, share: float) -> None:
    """Random steps around the best parameters, sometimes a fresh start; two at a time."""
    search.last_gain = search.runs
    share, long = (BEFORE_WINDOWS, True) if rolls(search.instance) else (share, False)
    while not search.spent() and search.used(timed=long) < share and search.runs - search.last_gain < TUNING:
        one, other = _varied(search.parameters, generator), _varied(search.parameters, generator)
        search.attempt_all([Trial(one), Trial(other)])


def _varied(parameters: Floats, generator: np.random.Generator) -> Floats:
    """Other parameters: mostly near to the given ones, sometimes anywhere."""
    if generator.random() < 0.2:
        reach = np.array([1, 1, 0.5, 0.5, 1, 1, 0.3, 1, 1, 0.5, 1, 1])
        return np.asarray(generator.random(12) * generator.integers(0, 2, 12) * reach)
    step = parameters * np.exp(generator.normal(0, 0.4, 12)) * (generator.random(12) > 0.1)
    return np.asarray(step + (generator.random(12) < 0.1) * generator.random(12) * 0.3)


def _refine(search: Search, generator: np.random.Generator) -> None:
    """Order by order, or window by window where the schedule is long; operation by operation for makespans."""
    if search.instance.objective == MAKESPAN:
        _jitter(search, generator)
    elif rolls(search.instance) and _room_to_roll(search):
        _roll(search, generator)
    else:
        _urge(search, generator)


def _room_to_roll(search: Search) -> bool:
    """Whether the budget is enough for the whole horizon, and everything has a place that others can wait for."""
    enough = search.used() * (1 + LEAST_RUNS / max(search.runs, 1)) < 1
    return enough and bool((search.placed[:, END_AT] >= 0).all())


def _roll(search: Search, generator: np.random.Generator) -> None:
    """Once through the horizon, window by window, with all that is left of the budget."""
    a, begun = search.instance.arrays, search.used()
    wanted = guide(search.parameters, search.parts, search.instance.now, search.bias)
    serves = demand_of(a, search.outlook.order)
    course = Course(search.instance, wanted, serves, search.outlook.latest, _spread(search))

    def enough(decoded: int, share: float) -> bool:
        search.decoded += decoded
        return search.used() >= begun + (1 - begun) * HORIZON_SHARE * share

    placed = roll(course, search.placed, no_wishes(a.operations.size), generator, enough)
    if (placed[:, END_AT] >= 0).all() and agreed(search, placed):
        search.keep(placed, Trial(search.parameters, search.bias))


def _last_moment(search: Search) -> bool:
    """Whether nearly all of the seconds are gone."""
    return search.clock() - search.began >= LAST_MOMENT * search.seconds


def _place_anew(search: Search, generator: np.random.Generator) -> None:
    """What is late is placed anew with what is around it by constraint programming."""
    a = search.instance.arrays

    def attempt(wanted: Wanted) -> Integers:
        pins = in_order(wanted.arrays.operations)
        placed = decode_freely(wanted.arrays, wanted.guide, pins, search.instance.now)
        if (placed[:, END_AT] >= 0).sum() >= (search.placed[:, END_AT] >= 0).sum() and agreed(search, placed):
            search.keep(placed, Trial(search.parameters, search.bias))
        return search.placed

    def over() -> bool:
        near = search.value[0] <= search.lower * (1 + NEAR)
        return near or search.decoded >= most or search.clock() - search.began >= search.seconds

    serves, most = demand_of(a, search.outlook.order), search.decoded + search.budget / 2
    late = partial(lateness_of, a)
    ends = search.outlook.latest, search.parts.unhurried
    improve(Neighbourhood(search.instance, serves, *ends, generator, search.work, late, attempt, over), search.placed)


def agreed(search: Search, placed: Integers) -> bool:
    """Whether the checker finds no more in another schedule than in the best one, where there is more to be kept."""
    if not depends(search.instance) and not search.pins.size:
        return True
    faults = [len(check(search.instance, as_schedule(each, 0.0))) for each in (search.placed, placed)]
    return faults[1] <= faults[0]


def compile_for_long_plans(instance: Instance) -> None:
    """Decodes as only long plans do, from somewhere in the middle, so that the first of them need not wait."""
    outlook = look_ahead(instance)
    wanted = guide(NAMED["ATC"].vector(), terms(instance, outlook), instance.now)
    a = instance.arrays
    decode_on(a, wanted, in_order(a.operations), nobody_busy(a, instance.now), instance.now)


def _jitter(search: Search, generator: np.random.Generator) -> None:
    """Change the urgency of a few operations at random; keep what does no harm. For makespans, where nothing is due."""

    def changed(bias: Floats) -> Floats:
        trial = bias.copy()
        some = generator.integers(0, bias.size, 1 + bias.size // 20)
        trial[some] += generator.normal(0, spread, some.size)
        return trial

    spread = _spread(search)
    current, bias = search.value[0], search.bias if search.bias is not None else np.zeros(search.instance.size)
    while not search.spent():
        trials = changed(bias), changed(bias)
        values = [value for value, _ in search.attempt_all([Trial(search.parameters, trial) for trial in trials])]
        better = int(values[1][0] < values[0][0])
        if values[better][0] <= current:
            current, bias = values[better][0], trials[better]


def _urge(search: Search, generator: np.random.Generator) -> None:
    """Raise the urgency of all that late demands wait for, a few at a time; keep what helps."""
    upstream, spread = demand_of(search.instance.arrays, search.outlook.order), _spread(search)
    current, bias = search.value, search.bias if search.bias is not None else np.zeros(search.instance.size)
    search.last_gain = search.runs
    while not search.spent() and search.runs - search.last_gain < 3 * PATIENCE:
        late = lateness_of(search.instance.arrays, search.placed)
        if not late.any():
            return
        trials = [urged(bias, upstream, late, spread, generator) for _ in range(2)]
        values = [value for value, _ in search.attempt_all([Trial(search.parameters, trial) for trial in trials])]
        better = int(values[1] < values[0])
        if values[better] <= current:
            current, bias = values[better], trials[better]


def _spread(search: Search) -> float:
    """How far the urgencies of operations lie apart."""
    return float(np.std(search.parameters @ search.parts.static)) + 0.1


def _answer(search: Search, rules: dict[str, float]) -> Schedule:
    figures = {
        "value": search.value[0],
        "bound": search.lower,
        "rules": rules,
        "decoded": search.decoded,
        "seconds": search.clock() - search.began,
    }
    return replace(as_schedule(search.placed, search.value[0]), parameters=search.parameters, figures=figures)
