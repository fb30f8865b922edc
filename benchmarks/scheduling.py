"""Published scheduling problems: ``python -m benchmarks.scheduling DIR_OR_FILES … --seconds S``.

Job shops and flexible job shops in their standard text forms, folders read recursively, zips included. Per instance:
value, bound, best known value, gap, seconds to the first schedule, wall and CPU seconds, memory and the verdict of the
independent checker; then the mean gap per family. Every instance gets the same wall seconds, its reading aside.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.scheduling_cases import READERS, prepare, read_case
from benchmarks.scheduling_complex import read_complex_shop
from benchmarks.scheduling_flow_shops import read_flow_shop
from benchmarks.scheduling_formats import Problem, UnknownFormatError, find_problems, read_problem
from benchmarks.scheduling_projects import read_project
from quarterdeck.disciplines.scheduling.solve import solve

READERS.extend([read_project, read_flow_shop, read_complex_shop])
TINY = "2 2\n0 3 1 2\n1 2 0 4\n"


def measure(problem: Problem, seconds: float, workers: int, seed: int) -> dict[str, Any]:
    """One row of the result."""
    prepare(problem)
    began, cpu = time.perf_counter(), time.process_time()
    case = read_case(problem)
    heard: list[float] = []
    result = case.solve(seconds, workers, seed, lambda _value, _bound, _s: heard.append(time.perf_counter() - began))
    wall, used = time.perf_counter() - began, time.process_time() - cpu
    known = problem.best_known
    return {
        "instance": problem.name,
        "family": problem.family,
        "operations": case.operations,
        "value": result.value,
        "bound": result.bound,
        "best_known": known,
        "gap_percent": _gap(result.value, known),
        "first_s": round(heard[0], 3) if heard else None,
        "wall_s": round(wall, 2),
        "cpu_s": round(used, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "checker_ok": not case.faults(result.answer),
    }


def _gap(value: float, known: float | None) -> float | None:
    """Percent above the best known value; none where that is unknown, or 0 and not reached."""
    if known:
        return round(100 * (value / known - 1), 3)
    return 0.0 if known == value else None


def main(arguments: list[str] | None = None) -> list[dict[str, Any]]:
    """Reads, solves, checks and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="*")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    solve(read_problem(TINY), 0.1)  # compiles or loads the kernels
    rows: list[dict[str, Any]] = []
    for problem in find_problems(options.paths, options.only):
        try:
            row = measure(problem, options.seconds, options.workers, options.seed)
        except UnknownFormatError as error:
            sys.stderr.write(f"{problem.name}: {error}\n")
            continue
        rows.append(row)
        sys.stdout.write(" ".join(f"{name}={value}" for name, value in row.items()) + "\n")
        sys.stdout.flush()
    _means(rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))
    return rows


def _means(rows: list[dict[str, Any]]) -> None:
    families: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row["gap_percent"] is not None:
            families[row["family"]].append(row["gap_percent"])
    for family, gaps in sorted(families.items()):
        sys.stdout.write(f"{family}: {len(gaps)} instances, mean gap {sum(gaps) / len(gaps):.2f} %\n")


if __name__ == "__main__":
    main()
