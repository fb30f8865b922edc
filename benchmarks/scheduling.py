"""Published scheduling problems: ``python -m benchmarks.scheduling DIR_OR_FILES … --seconds S``.

Folders are read recursively, zips included; what cannot be read is named on standard error and left out. Per instance:
value, bound, best known value, gap, seconds to the first schedule, wall and CPU seconds, memory and the verdict of the
independent checker, and where there are due dates the share of the late minutes that has a cause; then the mean gap per
family. Every instance gets the same wall seconds, its reading aside.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.scheduling_cases import READERS, read_case
from benchmarks.scheduling_complex import read_complex_shop
from benchmarks.scheduling_files import Problem, UnknownFormatError, find_problems
from benchmarks.scheduling_flow_shops import read_flow_shop
from benchmarks.scheduling_formats import read_problem
from benchmarks.scheduling_projects import read_project
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits
from quarterdeck.disciplines.scheduling.solve import solve

READERS.extend([read_project, read_flow_shop, read_complex_shop])
TINY = "2 2\n0 3 1 2\n1 2 0 4\n"


def measure(problem: Problem, limits: SearchLimits) -> tuple[dict[str, Any], float | None]:
    """One row of the result, and the percentage of the late minutes that the product's explanation accounts for."""
    read_case(problem).prepare()
    began, cpu = time.perf_counter(), time.process_time()
    case = read_case(problem)
    heard: list[float] = []
    result = case.solve(limits, lambda _value, _bound, _s: heard.append(time.perf_counter() - began))
    wall, used = time.perf_counter() - began, time.process_time() - cpu
    known, value = problem.best_known, result.value if math.isfinite(result.value) else None
    row = {
        "instance": problem.name,
        "family": problem.family,
        "operations": case.operations,
        "value": value,
        "bound": result.bound,
        "best_known": known,
        "gap_percent": _gap(value, known),
        "first_s": round(heard[0], 3) if heard else None,
        "wall_s": round(wall, 2),
        "cpu_s": round(used, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "checker_ok": value is not None and not case.faults(result.answer),
    }
    return row, None if value is None else case.explained(result.answer)


def _gap(value: float | None, known: float | None) -> float | None:
    """Percent above the best known value; none where that is unknown, or 0 and not reached."""
    if value is None:
        return None
    if known:
        return round(100 * (value / known - 1), 3)
    return 0.0 if known == value else None


def main(arguments: list[str] | None = None) -> list[dict[str, Any]]:
    """Reads, solves, checks and prints."""
    options = _parser().parse_args(arguments)
    limits = SearchLimits(options.seconds, options.workers, options.seed, options.rounds)
    solve(read_problem(TINY), SearchLimits(0.1))  # compiles or loads the kernels
    rows: list[dict[str, Any]] = []
    for problem in find_problems(options.paths, options.only):
        try:
            row, explained = measure(problem, limits)
        except UnknownFormatError as error:
            sys.stderr.write(f"{problem.name}: {error}\n")
            continue
        rows.append(row)
        shown = row if explained is None else {**row, "late_explained_percent": explained}
        sys.stdout.write(" ".join(f"{name}={value}" for name, value in shown.items()) + "\n")
        sys.stdout.flush()
        if options.json:
            options.json.write_text(json.dumps(rows, indent=1))
    _means(rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))
    return rows


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0, help="wall seconds for each instance")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--rounds", type=int, help="steps of each search instead of seconds: the same answer every time"
    )
    parser.add_argument("--only", default="*", help="pattern of the names of instances, or of family/name")
    parser.add_argument("--json", type=Path)
    return parser


def _means(rows: list[dict[str, Any]]) -> None:
    families: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row["gap_percent"] is not None:
            families[row["family"]].append(row["gap_percent"])
    for family, gaps in sorted(families.items()):
        sys.stdout.write(f"{family}: {len(gaps)} instances, mean gap {sum(gaps) / len(gaps):.2f} %\n")


if __name__ == "__main__":
    main()
