"""How good and how fast the forecasts are: ``python -m benchmarks.forecasting FILES [--json OUT]``.

Prints per file and frequency sMAPE, MASE, OWA against Naive 2, RMSSE, scaled pinball loss, coverage of the 95 %
quantile, bias, CPU milliseconds a series, wall seconds, peak memory, for the engine's own choice ("default") and with
``--methods`` for one method each.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np

from benchmarks.forecasting_data import SEASONS, Fold, folds
from quarterdeck.disciplines.demand import engine

LEVELS = np.array([0.5, 0.75, 0.9, 0.95, 0.99])


def main() -> None:
    """Reads the files named on the command line and prints a row for each file, frequency and method."""
    options = _options()
    engine.warm_up()
    rows = []
    for path in options.files:
        parts = folds(path, options.horizon, options.windows, weekly=options.weekly)
        rows += rows_of(path.stem, parts, ["default", *(options.methods or [])])
    _print(rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


def rows_of(file: str, parts: list[Fold], methods: list[str]) -> list[dict]:
    """Figures of each method for each frequency of a file, and for the whole file."""
    naive = [_predict(part, "naive") for part in parts]
    rows = []
    for method in methods:
        cpu, wall = time.process_time(), time.perf_counter()
        found = [_predict(part, method) for part in parts]
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        count = sum(len(part.known) for part in parts)
        shared = {
            "cpu_ms_per_series": 1000 * cpu / count,
            "wall_s": wall,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
        for frequency in ["all", *sorted({part.frequency for part in parts})]:
            chosen = [k for k, part in enumerate(parts) if frequency in {"all", part.frequency}]
            if frequency != "all" and len({part.frequency for part in parts}) == 1:
                continue
            own, base = (_scores([(parts[k], table[k]) for k in chosen]) for table in (found, naive))
            row = {"file": file, "frequency": frequency, "method": method, "series": own.pop("series")}
            own["owa"] = (own["smape"] / base["smape"] + own["mase"] / base["mase"]) / 2
            rows.append({**row, **own, **shared})
    return rows


def _predict(part: Fold, method: str) -> tuple[np.ndarray, np.ndarray]:
    """Mean (series, horizon) and quantiles (series, horizon, levels)."""
    values = np.concatenate(part.known)
    pointers = np.concatenate(([0], np.cumsum([known.size for known in part.known]))).astype(np.int64)
    horizon = part.actual[0].size
    span = engine.Span(SEASONS[part.frequency], horizon, young=0, test=0)
    found = engine.forecast(values, pointers, span, method=method)
    return found.mean, engine.quantiles(values, pointers, found, LEVELS)


def _scores(parts: list[tuple[Fold, tuple[np.ndarray, np.ndarray]]]) -> dict:
    gathered: dict[str, list[float]] = {name: [] for name in ("smape", "mase", "rmsse", "pinball", "below")}
    over, total = 0.0, 0.0
    for part, (mean, quantiles) in parts:
        season = SEASONS[part.frequency]
        for known, actual, forecast, spread in zip(part.known, part.actual, mean, quantiles, strict=True):
            error = forecast - actual
            over, total = over + error.sum(), total + actual.sum()
            size = np.abs(forecast) + np.abs(actual)
            gathered["smape"].append(
                200 * np.mean(np.divide(np.abs(error), size, out=np.zeros_like(size), where=size > 0))
            )
            step = season if known.size > season else 1
            scale = np.abs(known[step:] - known[:-step]).mean() if known.size > step else 0.0
            change = np.diff(known)
            if scale > 0:
                gathered["mase"].append(np.abs(error).mean() / scale)
            if np.abs(change).sum() > 0:
                gathered["rmsse"].append(np.sqrt((error**2).mean() / (change**2).mean()))
                miss = actual[:, None] - spread
                loss = np.maximum(LEVELS * miss, (LEVELS - 1) * miss).mean()
                gathered["pinball"].append(loss / np.abs(change).mean())
            gathered["below"].append(float((actual <= spread[:, 3]).mean()))
    means = {name: float(np.mean(values)) if values else float("nan") for name, values in gathered.items()}
    coverage = means.pop("below")
    bias = float(over / total) if total else float("nan")
    return {"series": len(gathered["smape"]), **means, "coverage95": coverage, "bias": bias}


def _print(rows: list[dict]) -> None:
    names = ["smape", "mase", "owa", "rmsse", "pinball", "coverage95", "bias", "cpu_ms_per_series", "wall_s", "peak_mb"]
    print(f"{'file':28} {'frequency':10} {'method':14} {'series':>6} " + " ".join(f"{name[:10]:>10}" for name in names))
    for row in rows:
        figures = " ".join(f"{row[name]:10.4f}" for name in names)
        print(f"{row['file'][:28]:28} {row['frequency']:10} {row['method']:14} {row['series']:6} {figures}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecasting", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="Parquet files, long (unique_id, ds, y) or wide")
    parser.add_argument("--json", type=Path, help="write the rows here as JSON")
    parser.add_argument("--methods", nargs="*", choices=engine.METHODS, help="single methods to print as well")
    parser.add_argument("--horizon", type=int, help="periods to hold back where the file has no split")
    parser.add_argument("--windows", type=int, default=1, help="how many times to hold back, one horizon apart")
    parser.add_argument("--weekly", action="store_true", help="sum daily series up to weeks first")
    return parser.parse_args()


if __name__ == "__main__":
    main()
