"""Plants drawn at random, another one every time: ``python -m benchmarks.plant``.

A hundred thousand operations with calendars, set-up families, alternative machines, people with skills, orders that
supply each other and due dates. Prints the time to the first plan, how far the search gets below the best of the
dispatching rules, the repair of a breakdown and the share of the late minutes that has a cause; everything is checked.
"""

from __future__ import annotations

import argparse
import json
import resource
import secrets
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.plant_features import with_everything
from benchmarks.plant_maker import DAY, Sizes, make_plant
from benchmarks.scheduling_lateness import explained_percent
from quarterdeck.disciplines.scheduling.checker import check
from quarterdeck.disciplines.scheduling.instance import Instance, Schedule
from quarterdeck.disciplines.scheduling.repair import Care, closed, repair
from quarterdeck.disciplines.scheduling.search import schedule

DOWN = 2 * DAY


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Makes a plant, plans it, breaks a machine and prints what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, help="plant to make; another one every time where it is not given")
    parser.add_argument("--operations", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--everything", action="store_true", help="with tools, crews, ovens, maintenance, pins, waits")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    seed = options.seed if options.seed is not None else secrets.randbelow(1_000_000)
    _warm_up()
    instance = make_plant(seed, Sizes(operations=options.operations))
    instance = with_everything(instance, seed) if options.everything else instance
    row = {"seed": seed, "operations": instance.size, **_planned(instance, options.seconds)}
    for name, value in row.items():
        sys.stdout.write(f"{name}={value}\n")
    if options.json:
        options.json.write_text(json.dumps([row], indent=1))
    return row


def _warm_up() -> None:
    """Compiles or loads the kernels."""
    small = make_plant(1, Sizes(operations=500))
    repair(small, schedule(small, effort=1))


def _planned(instance: Instance, seconds: float) -> dict[str, Any]:
    heard: list[float] = []
    began, cpu = time.perf_counter(), time.process_time()
    answer = schedule(
        instance, effort=1 << 30, seconds=seconds, callback=lambda *_: heard.append(time.perf_counter() - began)
    )
    wall, used = time.perf_counter() - began, time.process_time() - cpu
    rules = answer.figures["rules"]
    best = min(rules.values())
    return {
        **{f"rule_{name}": round(value) for name, value in rules.items()},
        "value": round(answer.value),
        "bound": round(answer.figures["bound"]),
        "below_best_rule_percent": round(100 * (1 - answer.value / best), 1) if best else 0.0,
        "first_s": round(heard[0], 2),
        "wall_s": round(wall, 1),
        "cpu_s": round(used, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "checker_ok": not check(instance, answer) and bool(answer.scheduled.all()),
        "late_explained_percent": explained_percent(instance, answer),
        **_repaired(instance, answer),
    }


def _repaired(instance: Instance, answer: Schedule) -> dict[str, Any]:
    """The busiest machine stands still for two days in the middle of the plan."""
    machine = int(np.bincount(answer.machine[answer.machine >= 0]).argmax())
    begin = int(np.median(answer.setup_start))
    broken = closed(instance, machine, begin, begin + DOWN)
    began = time.perf_counter()
    cpu = time.process_time()
    after = repair(broken, answer, (), Care(tries=2))
    return {
        "repair_s": round(time.perf_counter() - began, 2),
        "repair_cpu_s": round(time.process_time() - cpu, 2),
        "repair_moved": int((after.setup_start != answer.setup_start).sum()),
        "repair_checker_ok": not check(broken, after) and bool(after.scheduled.all()),
    }


if __name__ == "__main__":
    main()
