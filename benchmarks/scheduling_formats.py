"""Reader of job shops and flexible job shops in their standard text forms, as instances of the product."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from benchmarks.scheduling_files import UnknownFormatError
from quarterdeck.disciplines.scheduling.calendars import with_pairs
from quarterdeck.disciplines.scheduling.instance import (
    ARC,
    DEMAND,
    MACHINE,
    MAKESPAN,
    MODE,
    OPERATION,
    PERSON,
    POOL,
    SKILL,
    SKILLED,
    SUPPLY,
    Arrays,
    Instance,
    pointers,
    records,
)

Integers = npt.NDArray[np.int64]
LONG = 1 << 50


def read_problem(text: str) -> Instance:
    """A job shop or a flexible job shop from its text."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    try:
        count, machines = (int(float(word)) for word in lines[0].split()[:2])
    except (ValueError, IndexError, OverflowError) as error:
        raise UnknownFormatError(f"Expected jobs and machines in the first line, got {text[:40]!r}.") from error
    rows = lines[1 : count + 1]
    if count < 1 or len(rows) < count:
        raise UnknownFormatError(f"Expected {count} lines of machines and durations, got {len(rows)}.")
    if len(lines) > count + 1:
        raise UnknownFormatError(f"Expected {count} lines after the first, got {len(lines) - 1}: set-ups are not read.")
    words = np.array([len(row.split()) for row in rows])
    numbers = _numbers(" ".join(rows), int(words.sum()))
    every = _each_once(words, numbers, machines)
    shop = None if every else _flexible(words, numbers)
    shop = shop or _plain(words, numbers, machines)
    if shop is None:
        raise UnknownFormatError(f"Expected machines and durations in turn, got {rows[0][:40]!r}.")
    return chains(*shop)


def _numbers(text: str, count: int) -> Integers:
    """All whole numbers of a text, of which there should be ``count``."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            numbers = np.fromstring(text, dtype=np.int64, sep=" ")
        except (DeprecationWarning, ValueError, OverflowError) as error:
            raise UnknownFormatError(f"Expected whole numbers, got {text[:40]!r}.") from error
    if numbers.size != count:
        raise UnknownFormatError(f"Expected {count} whole numbers, got {numbers.size}.")
    return numbers


def _each_once(words: Integers, numbers: Integers, machines: int) -> bool:
    """Whether every job goes once to each machine, in which case numbers can only be pairs."""
    if (words != 2 * machines).any():
        return False
    visited = np.sort(numbers.reshape(-1, machines, 2)[:, :, 0], axis=1)
    return bool((np.diff(visited, axis=1) == 1).all() and (visited[:, 0] <= 1).all())


def _plain(words: Integers, numbers: Integers, machines: int) -> tuple[Integers, Integers, Integers] | None:
    """Machine and duration in turn; an end mark of -1 -1 is left off, machines may count from 1."""
    if (words % 2).any():
        return None
    pairs = numbers.reshape(-1, 2)
    ends = np.cumsum(words // 2) - 1
    marked = (pairs[ends] == -1).all(axis=1)
    steps = words // 2 - marked
    pairs = np.delete(pairs, ends[marked], axis=0)
    if (steps < 1).any() or pairs.min() < 0:
        return None
    if pairs[:, 0].max() >= machines:
        pairs[:, 0] -= 1
    return (steps, np.ones(len(pairs), np.int64), pairs) if pairs[:, 0].min() >= 0 else None


def _flexible(words: Integers, numbers: Integers) -> tuple[Integers, Integers, Integers] | None:
    """Number of operations, then for each the number of alternatives and these as machine (from 1) and duration."""
    ways: list[int] = []
    kept = np.ones(numbers.size, bool)
    ends = np.cumsum(words)
    starts = ends - words
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        kept[start] = False
        at, steps = start + 1, len(ways)
        while at < end:
            count = int(numbers[at])
            if count < 1 or at + 1 + 2 * count > end:
                return None
            kept[at] = False
            ways.append(count)
            at += 1 + 2 * count
        if len(ways) - steps != numbers[start]:
            return None
    pairs = numbers[kept].reshape(-1, 2)
    if not ways or (numbers[starts] < 1).any() or pairs.min() < 0:
        return None
    pairs[:, 0] -= min(1, int(pairs[:, 0].min()))  # some count machines from nought
    return numbers[starts], np.array(ways), pairs


def chains(steps: Integers, ways: Integers, pairs: Integers) -> Instance:
    """Jobs in chains over single machines that are always open; the objective is the makespan.

    Parameters
    ----------
    steps
        Operations of each job, shape (jobs).
    ways
        Alternatives of each operation, shape (operations).
    pairs
        Machine and duration of each alternative, shape (alternatives, 2).
    """
    count, jobs = len(ways), len(steps)
    last = np.zeros(count, bool)
    last[np.cumsum(steps) - 1] = True
    operations = records(
        OPERATION, count, pinned=-1, machine=-1, skill=-1, job=np.repeat(np.arange(jobs), steps), arcs=~last,
        first_arc=pointers(~last), predecessors=np.concatenate(([0], ~last[:-1])), modes=ways,
        first_mode=pointers(ways),
    )  # fmt: skip
    machines = int(pairs[:, 0].max()) + 1
    numbers = np.arange(machines)
    calendars, intervals, both = with_pairs([(np.array([0]), np.array([LONG]))], set())
    return Instance(
        Arrays(
            operations=operations,
            modes=records(MODE, len(pairs), pool=pairs[:, 0], work=pairs[:, 1]),
            arcs=records(ARC, count - jobs, successor=np.flatnonzero(~last) + 1),
            pools=records(POOL, machines, first=numbers, count=1, table=-1, pausable=1, uniform=1),
            machines=records(MACHINE, machines, pool=numbers, speed=1.0),
            skills=records(SKILL, 0),
            skilled=records(SKILLED, 0),
            persons=records(PERSON, 0),
            calendars=calendars,
            intervals=intervals,
            both=both,
            setups=np.zeros((0, 1, 1), np.int64),
            demands=records(DEMAND, jobs, weight=1.0, first=np.arange(jobs), count=1),
            supplies=records(SUPPLY, jobs, operation=np.flatnonzero(last)),
        ),
        now=0,
        objective=MAKESPAN,
    )
