"""From steps and pegs to an instance: precedence across orders, material dates, demands with their weights."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.scheduling.calendars import with_pairs
from quarterdeck.disciplines.scheduling.instance import (
    ARC,
    DEMAND,
    MODE,
    OPERATION,
    SUPPLY,
    TOOL,
    Arrays,
    Instance,
    Integers,
    Records,
    pointers,
    records,
)
from quarterdeck.disciplines.scheduling.jobs import Jobs
from quarterdeck.disciplines.scheduling.overlap import hand_over_in_pieces
from quarterdeck.disciplines.scheduling.pegging import NO_SEQUENCE, NumberedPegs, numbered_pegs, ranked_requirements
from quarterdeck.disciplines.scheduling.resources import ALWAYS, Resources, calendar_pairs, thousandths
from quarterdeck.model import Plan
from quarterdeck.solvers.sorting import ranked_by

CLASS_WEIGHT = {"sales_order": 100.0, "forecast": 3.0, "safety_stock": 1.0}
STOCK_WEIGHT = 0.3
USUAL_STEP, WEIGHT_RANGE = 2.0, 4e13
PIN_WEIGHT = 20_000.0  # above any customer's, so that what comes before a pin is done in time for it
_ARC = {"source": pl.Int64, "to": pl.Int64, "lag": pl.Int64}
Demanded = tuple[Records, Records, tuple[str, ...]]


@dataclass(frozen=True)
class Problemset:
    """An instance with what may still move: how early orders begin and bought material comes.

    ``first``/``last``: row of each order's first and last step, -1 for none, shape (orders). ``start_row``,
    ``start_date``: steps that begin an order no earlier than its date less an allowance [s]. ``material``: per peg of
    a dated supply the consuming step, its date, its earliest possible date and the queue time after it [s].
    ``wanted``: code of each demand of the instance, or of the order where that serves nobody in particular.
    """

    instance: Instance
    first: Integers
    last: Integers
    start_row: Integers
    start_date: Integers
    material: pl.DataFrame
    arcs: pl.DataFrame
    wanted: tuple[str, ...]


def build(plan: Plan, jobs: Jobs, resources: Resources, now: int) -> Problemset:
    """The scheduling problem of a plan's orders."""
    steps = jobs.steps
    count = jobs.orders.height
    first, last = _ends(steps["number"].to_numpy(), count)
    wanted = ranked_requirements(plan)
    pegs = numbered_pegs(plan, jobs, wanted)
    arcs, material = _precedence(jobs, pegs, first, last, now)
    operations, modes = _operations(jobs, resources, now)
    _link(operations, arcs)
    served = _demands(wanted, jobs, pegs, last, (now, plan.settings.priority_step))
    demands, supplies, codes = _with_pins(served, jobs, operations, arcs, now)
    pairs = calendar_pairs(resources, operations, modes)
    calendars, intervals, both = with_pairs(resources.calendars, pairs)
    pools = resources.pools.copy()
    pools["uniform"] &= _interchangeable(pools.size, operations, modes)
    packed = records(ARC, arcs.height, successor=arcs["to"].to_numpy(), lag=arcs["lag"].to_numpy())
    packed["wait"] = _longest_waits(jobs.steps, arcs)
    pools["uniform"] &= not ((packed["wait"] > 0).any() or (pools["room"] > 0).any())
    hand_over_in_pieces(packed, arcs["source"].to_numpy(), jobs, operations, modes, resources)
    arrays = Arrays(
        operations, modes, packed, pools, resources.machines, resources.skills, resources.skilled, resources.persons,
        calendars, intervals, both, resources.setups, demands, supplies,
        records(TOOL, len(resources.tools), first=pointers(resources.tool_units), count=resources.tool_units),
    )  # fmt: skip
    planned = jobs.orders["moves"].to_numpy() & (jobs.orders["state"] == "planned").to_numpy()
    dates = jobs.orders["release_s"].to_numpy()[planned]
    return Problemset(Instance(arrays, now), first, last, first[planned], dates, material, arcs, codes)


def with_allowance(problem: Problemset, allowance: int) -> Instance:
    """The instance in which planned orders and planned purchases may be up to ``allowance`` seconds early."""
    instance = problem.instance
    operations = instance.arrays.operations.copy()
    release = operations["release"]
    dates = np.maximum(problem.start_date - allowance, instance.now)
    np.maximum.at(release, problem.start_row, dates)
    there = np.maximum(problem.material["date"].to_numpy() - allowance, problem.material["earliest"].to_numpy())
    there = np.minimum(there, problem.material["date"].to_numpy())
    np.maximum.at(
        release,
        problem.material["to"].to_numpy(),
        np.maximum(there, instance.now) + problem.material["queue"].to_numpy(),
    )
    return replace(instance, arrays=instance.arrays._replace(operations=operations))


def _ends(numbers: Integers, count: int) -> tuple[Integers, Integers]:
    rows = np.arange(numbers.size)
    first, last = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    first[numbers[::-1]] = rows[::-1]
    last[numbers] = rows
    return first, last


def _operations(jobs: Jobs, resources: Resources, now: int) -> tuple[Records, Records]:
    steps, modes = jobs.steps, jobs.modes
    counts = np.bincount(modes["row"].to_numpy(), minlength=steps.height) if steps.height else np.zeros(0, np.int64)
    families = pl.DataFrame({"setup_family": resources.families[1:], "family": range(1, len(resources.families))})
    families = families.cast({"setup_family": pl.String, "family": pl.Int64})
    numbered = steps.join(families, on="setup_family", how="left", maintain_order="left")
    pinned = numbered["pinned"].fill_null(-1).to_numpy()
    machine = np.full(steps.height, -1, np.int64)
    machine[modes["row"].to_numpy()] = modes["machine_number"].fill_null(-1).to_numpy()
    known = resources.site_calendars
    calendars = steps["site"].replace_strict(known, default=ALWAYS, return_dtype=pl.Int64) if known else ALWAYS
    operations = records(
        OPERATION, steps.height,
        job=steps["number"], release=now + numbered["queue"].fill_null(0).to_numpy() * _begins(numbered),
        setup=numbered["setup"].fill_null(0), pinned=np.where(pinned >= now, pinned, -1), first_mode=pointers(counts),
        modes=counts, family=numbered["family"].fill_null(0), skill=numbered["skill_number"].fill_null(-1),
        machine=machine, calendar=np.where(steps["sequence"].is_null(), ALWAYS, calendars),
        load=thousandths(steps["left"].fill_null(0)), work=steps["work"],
        started=numbered["started"].fill_null(value=False), unbroken=_flags(numbered, "unbroken"),
    )  # fmt: skip
    unattended = operations["modes"] == 0
    kinds = {tool: number + 1 for number, tool in enumerate(resources.tools)}
    if kinds:
        held = steps["tool"].replace_strict(kinds, default=0, return_dtype=pl.Int64)
        operations["tool"] = np.where(unattended, 0, held.fill_null(0).to_numpy())
    operations["skill"][unattended] = -1
    operations["pinned"][unattended] = -1
    ways = records(MODE, modes.height, pool=modes["pool"], work=modes["work"], rank=modes["rank"])
    _choose_units(operations, ways, resources.pools)
    return operations, ways


def _flags(steps: pl.DataFrame, name: str) -> npt.NDArray[np.bool_]:
    """A column of flags, false where it is empty or missing."""
    if name not in steps.columns:
        return np.zeros(steps.height, bool)
    return np.asarray(steps[name].fill_null(value=False).to_numpy())


def _longest_waits(steps: pl.DataFrame, arcs: pl.DataFrame) -> Integers:
    """One more than the longest wait of each arc within an order, no less than its lag; 0 where there is none [s]."""
    if "maximum_wait_hours" not in steps.columns:
        return np.zeros(arcs.height, np.int64)
    seconds = (steps["maximum_wait_hours"].cast(pl.Float64) * 3600).round().cast(pl.Int64).fill_null(-1).to_numpy()
    source, target = arcs["source"].to_numpy(), arcs["to"].to_numpy()
    numbers = steps["number"].to_numpy()
    limited = (numbers[source] == numbers[target]) & (seconds[source] >= 0)
    return np.where(limited, np.maximum(seconds[source], arcs["lag"].to_numpy()) + 1, 0)


def _choose_units(operations: Records, modes: Records, pools: Records) -> None:
    """Pins that name no machine take the unit of their first work centre that is free soonest among the pins."""
    free: dict[int, int] = {}
    open_ones = np.flatnonzero((operations["pinned"] >= 0) & (operations["machine"] < 0))
    for row in open_ones[np.argsort(operations["pinned"][open_ones], kind="stable")]:
        op = operations[row]
        mode = modes[op["first_mode"]]
        pool = pools[mode["pool"]]
        units = range(int(pool["first"]), int(pool["first"] + pool["count"]))
        begin = int(op["pinned"])
        unit = next((one for one in units if free.get(one, begin) <= begin), None)
        unit = min(units, key=lambda one: free.get(one, begin)) if unit is None else unit
        free[unit] = begin + int(op["setup"] + mode["work"])
        operations["machine"][row] = unit


def _begins(steps: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """Steps that begin an order and have not begun themselves: their queue time is still to come."""
    numbers = steps["number"].to_numpy()
    opening = np.concatenate(([True], numbers[1:] != numbers[:-1])) if numbers.size else numbers.astype(bool)
    return np.asarray(opening & ~steps["started"].fill_null(value=False).to_numpy())


def _precedence(
    jobs: Jobs, pegs: NumberedPegs, first: Integers, last: Integers, now: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Arcs between steps (within orders and along pegs), and material dates of steps."""
    queue, move = (jobs.steps[name].fill_null(0).to_numpy() for name in ("queue", "move"))
    before, after = (jobs.follows[name].to_numpy() for name in ("source", "to"))
    into = _consumers(jobs.steps, first, pegs)
    linked = pegs.consumer >= 0
    linked[linked] = into[linked] >= 0
    moves, source = jobs.orders["moves"].to_numpy()[pegs.supplier], last[pegs.supplier]
    across = linked & moves & (source >= 0)
    start, end = source[across], into[across]
    arcs = _arcs(
        np.concatenate([before, start]), np.concatenate([after, end]),
        np.concatenate([move[before] + queue[after], move[start] + queue[end]]),
    )  # fmt: skip
    dated = linked & ~moves
    return arcs, _material(jobs.orders, pegs.supplier[dated], into[dated], queue, now)


def _arcs(source: Integers, target: Integers, lag: Integers) -> pl.DataFrame:
    """One arc per pair of steps, with the longest of its lags."""
    order = ranked_by(source, target, lag)
    source, target, lag = source[order], target[order], lag[order]
    final = np.ones(order.size, np.bool_)
    final[:-1] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
    return pl.DataFrame({"source": source[final], "to": target[final], "lag": lag[final]}, schema=_ARC)


def _material(orders: pl.DataFrame, supplier: Integers, into: Integers, queue: Integers, now: int) -> pl.DataFrame:
    """Dates of what the schedule does not move, by the step that takes it."""
    available, release = (orders[name].to_numpy()[supplier] for name in ("available_s", "release_s"))
    planned = (orders["state"] == "planned").to_numpy()[supplier]
    earliest = np.where(planned, now + np.maximum(available - release, 0), available)
    order = ranked_by(into, supplier)
    columns = {"supplier": supplier, "to": into, "queue": queue[into], "date": available, "earliest": earliest}
    return pl.DataFrame(
        {name: values[order] for name, values in columns.items()}, schema=dict.fromkeys(columns, pl.Int64)
    )


def _consumers(steps: pl.DataFrame, first: Integers, pegs: NumberedPegs) -> Integers:
    """Row of the step that consumes each peg: the one it names, else the first left; -1 if it is done already."""
    opening = first[pegs.consumer] if first.size else pegs.consumer
    naming = np.flatnonzero(pegs.sequence > NO_SEQUENCE)
    if not steps.height or not naming.size:
        return opening
    numbers, sequence = steps["number"].to_numpy(), steps["sequence"].fill_null(NO_SEQUENCE + 1).to_numpy()
    named, begins = pegs.sequence[naming], opening[naming]
    known = np.unique(np.concatenate([sequence, named]))
    key = numbers * known.size + np.searchsorted(known, sequence)
    asked = np.maximum(pegs.consumer[naming], 0) * known.size + np.searchsorted(known, named)
    at = np.minimum(np.searchsorted(key, asked), key.size - 1)
    done = (begins >= 0) & (named < sequence[begins])
    found = opening.copy()
    found[naming] = np.where(done, -1, np.where(key[at] == asked, at, begins))
    return found


def _link(operations: Records, arcs: pl.DataFrame) -> None:
    counts = (
        np.bincount(arcs["source"].to_numpy(), minlength=operations.size) if operations.size else np.zeros(0, np.int64)
    )
    operations["arcs"] = counts
    operations["first_arc"] = pointers(counts)
    if operations.size:
        operations["predecessors"] = np.bincount(arcs["to"].to_numpy(), minlength=operations.size)


def _interchangeable(pools: int, operations: Records, modes: Records) -> Integers:
    """1 for pools on which no step has a family or a machine of its own."""
    owner = np.repeat(np.arange(operations.size), operations["modes"])
    special = (operations["family"][owner] > 0) | (operations["machine"][owner] >= 0)
    alike = np.ones(pools, np.int64)
    alike[modes["pool"][special]] = 0
    return alike


def _demands(
    wanted: pl.DataFrame, jobs: Jobs, pegs: NumberedPegs, last: Integers, facts: tuple[int, float]
) -> Demanded:
    """What the schedule is judged by: requirements with the steps that serve them, and orders that serve none."""
    now, priority_step = facts
    moves = jobs.orders["moves"].to_numpy()
    idle = np.flatnonzero(moves & pegs.idle)
    served = pegs.where(pegs.wanted >= 0)
    moving = served.where(moves[served.supplier])
    numbers = np.concatenate([moving.wanted, wanted.height + np.arange(idle.size)])
    rows = np.concatenate([last[moving.supplier], last[idle]])
    move = jobs.steps["move"].fill_null(0).to_numpy()
    order = ranked_by(numbers, rows)
    supplies = records(SUPPLY, rows.size, operation=rows[order], lag=move[rows[order]])
    ready = np.full(wanted.height + idle.size, now, np.int64)
    fixed = served.where(~moves[served.supplier])
    np.maximum.at(ready, fixed.wanted, jobs.orders["available_s"].to_numpy()[fixed.supplier])
    due = np.concatenate([wanted["due"].dt.epoch("s").to_numpy(), jobs.orders["needed_s"].to_numpy()[idle]])
    weight = np.concatenate([_weights(wanted, priority_step), np.full(idle.size, STOCK_WEIGHT)])
    counts = np.bincount(numbers, minlength=ready.size)
    demands = records(DEMAND, ready.size, due=due, weight=weight, ready=ready, first=pointers(counts), count=counts)
    demands["deadline"][: wanted.height] = wanted["latest"].dt.epoch("s").fill_null(0).to_numpy()
    codes = pl.concat([wanted["demand"], jobs.orders["order"].gather(idle).rename("demand")])
    return demands[counts > 0], supplies, tuple(codes.filter(pl.Series(counts > 0)).to_list())


def _with_pins(found: Demanded, jobs: Jobs, operations: Records, arcs: pl.DataFrame, now: int) -> Demanded:
    """The demands with one more per pinned operation: what comes before it is wanted when it is to begin."""
    demands, supplies, codes = found
    pinned = np.flatnonzero(operations["pinned"] >= 0)
    before = arcs.filter(pl.col("to").is_in(pinned.tolist())).sort("to", "source")
    if before.is_empty():
        return found
    rows, counts = np.unique(before["to"].to_numpy(), return_counts=True)
    more = records(
        DEMAND, rows.size, due=operations["pinned"][rows], weight=PIN_WEIGHT, ready=now,
        first=supplies.size + pointers(counts), count=counts,
    )  # fmt: skip
    served = records(SUPPLY, before.height, operation=before["source"], lag=before["lag"])
    orders = jobs.steps["order"].gather(rows).to_list()
    return np.concatenate([demands, more]), np.concatenate([supplies, served]), (*codes, *orders)


def _weights(wanted: pl.DataFrame, step: float) -> npt.NDArray[np.float64]:
    """Sales orders far before forecast, and within each the more important first: ``step`` times the next class."""
    kinds = wanted["kind"].replace_strict(CLASS_WEIGHT, default=1.0, return_dtype=pl.Float64).to_numpy()
    return np.asarray(kinds * step ** (5.0 - np.minimum(wanted["priority"].to_numpy(), _last_class(step))))


def _last_class(step: float) -> int:
    """The last priority that counts less than the one before it.

    The usual one is 9. Where classes are kept far apart, so many more count as the weights can hold: the first weighs
    at most ``WEIGHT_RANGE`` times the last.
    """
    return 9 if step <= USUAL_STEP else max(9, 1 + int(math.log(WEIGHT_RANGE) / math.log(step)))
