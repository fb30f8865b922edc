"""The benchmarks that need nothing but the project: the demo company planned a few times, with seconds per stage."""

from __future__ import annotations

import resource
import statistics
import sys
import time

import quarterdeck as qd
from quarterdeck.demo import demo_path

RUNS = 3


def main() -> None:
    """Prints the median seconds of reading and of each stage, and the peak memory."""
    began = time.perf_counter()
    company = qd.read(demo_path())
    sys.stdout.write(f"read {time.perf_counter() - began:.2f} s\n")
    plans = [qd.plan(company) for _ in range(RUNS)]
    for stage in plans[0].figures["seconds_by_stage"]:
        seconds = statistics.median(plan.figures["seconds_by_stage"][stage] for plan in plans[1:])
        sys.stdout.write(f"{stage:12} {seconds:.2f} s\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = {name: frame.height for name, frame in plans[-1].frames.items()}
    sys.stdout.write(f"peak {peak:.0f} MB, rows {rows}\n")


if __name__ == "__main__":
    main()
