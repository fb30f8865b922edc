"""How good and how fast the forecasts are: ``python -m benchmarks.forecasting FILES [--json OUT]``.

Prints per file and frequency sMAPE, MASE, OWA against Naive 2, RMSSE, scaled pinball loss at .5 .75 .9 .95 .99,
coverage of the 95 % quantile, bias, CPU milliseconds a series, wall seconds and peak memory, for the engine's own
choice ("default") and with ``--methods`` for one method each.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.forecasting_data import LEAST_KNOWN, SEASONS, Fold, folds, with_demand
from benchmarks.forecasting_scores import LEVELS, scores, summary
from quarterdeck.disciplines.demand import engine
from quarterdeck.disciplines.demand.boosted import boosted_means

NAIVE, BOOSTED = "naive", "boosted"
COLUMNS = ("smape", "mase", "owa", "rmsse", "pinball", "coverage95", "bias", "cpu_ms_per_series", "wall_s", "peak_mb")


@dataclass(frozen=True)
class Run:
    """What one method made of one fold: measures per series, CPU seconds and wall seconds."""

    fold: Fold
    scores: dict[str, np.ndarray]
    cpu: float
    wall: float


def main() -> None:
    """Reads the files named on the command line and prints a row for each file, frequency and method."""
    options = _options()
    engine.warm_up()
    rows = []
    for path in _each(options.files):
        parts = with_demand(folds(path, options.horizon, options.windows, weekly=options.weekly), options.least)
        if not parts:
            sys.stderr.write(
                f"{path.name}: no series to forecast; wanted are columns unique_id, ds and y, or numbered columns,"
                f" and at least {LEAST_KNOWN} periods before those held back.\n"
            )
            continue
        methods = engine.METHODS if options.methods == ["all"] else options.methods or []
        found = rows_of(path.stem, parts, ["default", *methods])
        _print(found, heading=not rows)
        rows += found
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1).replace("NaN", "null"))


def _each(paths: list[Path]) -> list[Path]:
    """The files named, and those in the folders named."""
    kinds = {".parquet", ".csv"}
    found = []
    for path in paths:
        inside = sorted(each for each in path.iterdir() if each.suffix in kinds) if path.is_dir() else [path]
        found += inside
    return found


def rows_of(file: str, parts: list[Fold], methods: list[str]) -> list[dict]:
    """Figures of each method for the whole file ("all") and for each of its frequencies."""
    naive = [run(part, NAIVE) for part in parts]
    rows = []
    for method in methods:
        found = [run(part, method) for part in parts]
        for frequency in ["all", *sorted({part.frequency for part in parts})]:
            chosen = [k for k, part in enumerate(parts) if frequency in {"all", part.frequency}]
            own, base = ([runs[k] for k in chosen] for runs in (found, naive))
            rows.append({"file": file, "frequency": frequency, "method": method, **_figures(own, base)})
    return rows


def run(part: Fold, method: str) -> Run:
    """Forecasts of one fold by one method, and their measures."""
    cpu, wall = time.process_time(), time.perf_counter()
    mean, quantiles = predict(part, method)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Run(part, scores(part.known, part.actual, mean, quantiles, SEASONS[part.frequency]), cpu, wall)


def predict(part: Fold, method: str) -> tuple[np.ndarray, np.ndarray]:
    """Mean (series, horizon) and quantiles (series, horizon, levels)."""
    values = np.concatenate(part.known)
    pointers = np.concatenate(([0], np.cumsum([known.size for known in part.known]))).astype(np.int64)
    span = engine.Span(SEASONS[part.frequency], part.horizon, young=0, test=0)
    drives = np.concatenate([each[:, 0] for each in part.events]) if part.events else None
    chosen = "default" if method == BOOSTED else method
    shared = engine.share(values, pointers, span) if chosen == "default" else None
    found = engine.forecast(values, pointers, span, chosen, drives, shared)
    if method == BOOSTED:
        known = engine.filled(values, pointers, span.season)
        found = replace(found, mean=boosted_means(known, pointers, found.mean, span.season, seed=1))
    pool = engine.learn(values, pointers, span, shared) if chosen == "default" else None
    return found.mean, engine.quantiles(np.nan_to_num(values), pointers, found, LEVELS, pool)


def _figures(own: list[Run], base: list[Run]) -> dict[str, float]:
    count = sum(len(each.fold.known) for each in own)
    figures, naive = (summary([each.scores for each in runs]) for runs in (own, base))
    shares = [figures[name] / naive[name] if naive[name] else float("nan") for name in ("smape", "mase")]
    return {
        "series": count,
        **figures,
        "owa": float(np.mean(shares)),
        "cpu_ms_per_series": 1000 * sum(each.cpu for each in own) / count,
        "wall_s": sum(each.wall for each in own),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _print(rows: list[dict], *, heading: bool) -> None:
    if heading:
        titles = " ".join(f"{name[:10]:>10}" for name in COLUMNS)
        print(f"{'file':28} {'frequency':10} {'method':14} {'series':>6} {titles}")
    for row in rows:
        figures = " ".join(f"{row[name]:10.4f}" for name in COLUMNS)
        print(f"{row['file'][:28]:28} {row['frequency']:10} {row['method']:14} {row['series']:6} {figures}", flush=True)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"Expected 1 or more, got {text}.")
    return number


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecasting", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="Parquet files or folders, long (unique_id, ds, y) or wide")
    parser.add_argument("--json", type=Path, help="write the rows here as JSON")
    names = ["all", BOOSTED, *engine.METHODS]
    parser.add_argument("--methods", nargs="*", choices=names, help="single methods to print as well, or all")
    parser.add_argument("--horizon", type=_positive, help="periods to hold back where the file has no split")
    parser.add_argument("--windows", type=_positive, default=1, help="how many times to hold back, one horizon apart")
    parser.add_argument("--least", type=int, default=0, help="leave out series with demand in fewer known periods")
    parser.add_argument("--weekly", action="store_true", help="sum daily series up to whole weeks first")
    return parser.parse_args()


if __name__ == "__main__":
    main()
