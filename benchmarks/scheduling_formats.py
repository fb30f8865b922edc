"""Readers of the text formats in which scheduling problems are published, as instances of the product."""

from __future__ import annotations

import csv
import fnmatch
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

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

Alternatives = list[tuple[int, int]]  # machine and duration
Jobs = list[list[Alternatives]]
Known = dict[str, dict[str, float]]  # best values by instance and kind of problem
LONG = 1 << 50
SUFFIXES = {".txt", ".fjs", ".jsp", ".rcp", ".sm", ".mm", ".input", ".zip"}
NO_PROBLEM = {".csv", ".md", ".pdf"}


class UnknownFormatError(ValueError):
    """A text that is in none of the formats read here."""


@dataclass(frozen=True)
class Problem:
    """One published problem: its name, family, text and what is known of it."""

    name: str
    family: str
    text: str
    best_known: float | None
    suffix: str = ""


def find_problems(paths: list[Path], only: str = "*") -> Iterator[Problem]:
    """Every problem in files, folders and zips, in order of names, with the best value of the ``bks.csv`` above it."""
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.suffix in SUFFIXES and file.is_file() and file.name.upper() != "README.TXT":
                yield from (found for found in _inside(file) if fnmatch.fnmatch(found.name, only))


def _inside(file: Path) -> Iterator[Problem]:
    known, root = _best_known(file)
    if file.suffix != ".zip":
        name = file.relative_to(root).as_posix() if root else file.name
        yield _problem(file.stem, name, file.parent, file.read_text(errors="replace"), known)
        return
    with zipfile.ZipFile(file) as archive:
        named = [member for member in archive.namelist() if not member.endswith("/")]
        members = [member for member in named if Path(member).suffix not in NO_PROBLEM]
        for member in sorted(members):
            try:
                text = archive.read(member).decode("utf-8", errors="replace")
            except zipfile.BadZipFile as error:
                sys.stderr.write(f"{file.name}: {member} cannot be read: {error}\n")
                continue
            name = file.stem if len(members) == 1 else Path(member).stem
            yield _problem(name, Path(member).name, file.with_suffix(""), text, known)


def _problem(stem: str, name: str, folder: Path, text: str, known: Known) -> Problem:
    short = name.rsplit("/", maxsplit=1)[-1].split(".", maxsplit=1)[0]
    found = next((known[key] for key in (stem, name, f"{stem}.txt", short) if key in known), None)
    if found is None:
        found = next((value for key, value in known.items() if name.endswith(key)), {})
    inside = folder.as_posix().lower()
    named = [value for kind, value in found.items() if kind.split(" ")[0].lower() in inside]
    best = named[0] if named else next(iter(found.values())) if len(found) == 1 else None
    family = folder.name if folder.name not in {"instances", ""} else stem.rstrip("0123456789_-")
    family = stem.rstrip("0123456789_-") if len(family) > 30 else family
    return Problem(stem, family, text, best, Path(name).suffix)


def _best_known(file: Path) -> tuple[Known, Path | None]:
    """Best values of the nearest folder that has any, by instance and kind of problem, and where instances begin."""
    for folder in list(file.parents)[:5]:
        values: Known = {}
        for table in sorted(folder.glob("bks*.csv")):
            with table.open() as opened:
                rows = list(csv.DictReader(opened))
            for row in rows:
                value = float(row.get("ub") or row.get("bks") or "nan")
                values.setdefault(row.get("instance") or row.get("file") or "", {})[row.get("problem") or ""] = value
        if values:
            inside = folder / "instances"
            return values, inside if inside.exists() else folder
    return {}, None


def read_problem(text: str) -> Instance:
    """A job shop or a flexible job shop from its text."""
    lines = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        count, machines = int(float(lines[0][0])), int(float(lines[0][1]))
        rows = [[int(word) for word in line] for line in lines[1 : count + 1]]
    except (ValueError, IndexError) as error:
        raise UnknownFormatError(f"Expected jobs and machines in the first line, got {text[:40]!r}.") from error
    if len(lines) > count + 1:
        raise UnknownFormatError(f"Expected {count} lines after the first, got {len(lines) - 1}: set-ups are not read.")
    jobs = _flexible(rows) or _plain(rows, machines)
    if len(rows) < count or jobs is None:
        raise UnknownFormatError(f"Expected {count} lines of machines and durations, got {len(rows)}.")
    return instance_of(jobs)


def _plain(rows: list[list[int]], machines: int) -> Jobs | None:
    """Machine and duration in turn; an end mark of -1 -1 is left off, machines may count from 1."""
    cut = [row[:-2] if row[-2:] == [-1, -1] else row for row in rows]
    if any(len(row) % 2 for row in cut):
        return None
    shift = 1 if max(max(row[::2]) for row in cut) >= machines else 0
    return [[[(m - shift, p)] for m, p in zip(row[::2], row[1::2], strict=True)] for row in cut]


def _flexible(rows: list[list[int]]) -> Jobs | None:
    """Number of operations, then for each the number of alternatives and these as machine (from 1) and duration."""
    jobs: Jobs = []
    for row in rows:
        job: list[Alternatives] = []
        at = 1
        while at < len(row):
            ways = row[at]
            pairs = row[at + 1 : at + 1 + 2 * ways]
            if ways < 1 or len(pairs) < 2 * ways:
                return None
            job.append([(m - 1, p) for m, p in zip(pairs[::2], pairs[1::2], strict=True)])
            at += 1 + 2 * ways
        if len(job) != row[0]:
            return None
        jobs.append(job)
    return jobs


def instance_of(jobs: Jobs) -> Instance:
    """Jobs in chains over single machines that are always open; the objective is the makespan."""
    steps = np.array([len(job) for job in jobs])
    flat = [alternatives for job in jobs for alternatives in job]
    count = len(flat)
    last = np.zeros(count, bool)
    last[np.cumsum(steps) - 1] = True
    ways = np.array([len(alternatives) for alternatives in flat])
    pairs = np.array([pair for alternatives in flat for pair in alternatives])
    operations = records(
        OPERATION, count, pinned=-1, machine=-1, skill=-1, job=np.repeat(np.arange(len(jobs)), steps), arcs=~last,
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
            arcs=records(ARC, count - len(jobs), successor=np.flatnonzero(~last) + 1),
            pools=records(POOL, machines, first=numbers, count=1, table=-1, pausable=1, uniform=1),
            machines=records(MACHINE, machines, pool=numbers, speed=1.0),
            skills=records(SKILL, 0),
            skilled=records(SKILLED, 0),
            persons=records(PERSON, 0),
            calendars=calendars,
            intervals=intervals,
            both=both,
            setups=np.zeros((0, 1, 1), np.int64),
            demands=records(DEMAND, len(jobs), weight=1.0, first=np.arange(len(jobs)), count=1),
            supplies=records(SUPPLY, len(jobs), operation=np.flatnonzero(last)),
        ),
        now=0,
        objective=MAKESPAN,
    )
