"""A retail panel of the largest usual size: ``python -m benchmarks.forecasting_panel``.

30,490 series of 1,941 days that come now and then: levels of all intermittent methods, then expected demand and nine
quantiles of every series 28 days ahead, with CPU seconds, wall seconds and peak memory.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from quarterdeck.disciplines.demand import engine

LEVELS = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99])
INTERMITTENT = ("ses", "croston", "sba", "tsb", "imapa")
HORIZON = 28


def panel(series: int, days: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Flat daily sales and their borders: each series with its own chance of a sale, mean size and day of launch."""
    rng = np.random.default_rng(seed)
    chance = rng.beta(1.2, 3.5, series)
    size = 1.0 + rng.gamma(1.0, 1.5, series)
    launch = np.where(rng.random(series) < 0.4, rng.integers(0, days - 100, series), 0)
    parts = []
    for i in range(series):
        periods = days - launch[i]
        sold = rng.random(periods) < chance[i]
        values = np.where(sold, 1.0 + rng.poisson(size[i] - 1.0, periods), 0.0)
        values[0] = 1.0
        parts.append(values)
    return np.concatenate(parts), np.concatenate(([0], np.cumsum([part.size for part in parts]))).astype(np.int64)


def main() -> None:
    """Prints a row per step."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecasting_panel")
    parser.add_argument("--series", type=int, default=30_490)
    parser.add_argument("--days", type=int, default=1_941)
    options = parser.parse_args()
    engine.warm_up()
    values, pointers = panel(options.series, options.days)
    span = engine.Span(7, HORIZON, young=0, test=0)
    began = (time.process_time(), time.perf_counter())
    for method in INTERMITTENT:
        cpu, wall = time.process_time(), time.perf_counter()
        engine.forecast(values, pointers, span, method=method)
        _print(method, cpu, wall)
    cpu, wall = time.process_time(), time.perf_counter()
    found = engine.forecast(values, pointers, span)
    _print("default", cpu, wall)
    cpu, wall = time.process_time(), time.perf_counter()
    pool = engine.learn(values, pointers, span)
    engine.quantiles(values, pointers, found, LEVELS, pool)
    _print("9 quantiles", cpu, wall)
    _print("all", *began)


def _print(what: str, cpu: float, wall: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{what:12} CPU {cpu:7.2f} s  wall {wall:7.2f} s  peak {peak:,.0f} MB", flush=True)


if __name__ == "__main__":
    main()
