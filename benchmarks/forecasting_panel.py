"""A retail panel of the largest usual size: ``python -m benchmarks.forecasting_panel [--plan]``.

30,490 series of 1,941 days that come now and then: levels of all intermittent methods, then expected demand and nine
quantiles of every series 28 days ahead, with CPU seconds, wall seconds and peak memory. ``--plan`` goes on to forecast
the whole, 3 states, 10 stores, 3 categories, 7 departments, and these crossed, and makes all levels agree.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from quarterdeck.disciplines.demand import engine
from quarterdeck.disciplines.demand.hierarchy import memberships, reconcile

LEVELS = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99])
INTERMITTENT = ("ses", "croston", "sba", "tsb", "imapa")
HORIZON = 28
STORES, DEPARTMENTS = 10, 7


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


def groups(series: int) -> np.ndarray:
    """Members of the whole, states, stores, categories, departments, and these crossed; shape (groups, series)."""
    place = np.arange(series)
    store, department = place % STORES, place // STORES % DEPARTMENTS
    state, category = store // 4, department // 3
    single = [state, store, category, department]
    crossed = [10 * state + category, 10 * state + department, 10 * store + category, 10 * store + department]
    return memberships([(level + 1).tolist() for level in (*single, *crossed)])


def totals(values: np.ndarray, pointers: np.ndarray, member: np.ndarray, days: int) -> np.ndarray:
    """Sales of every group a day, shape (groups, days)."""
    out = np.zeros((member.shape[0], days))
    for i in range(pointers.size - 1):
        own = values[pointers[i] : pointers[i + 1]]
        out[member[:, i] > 0, days - own.size :] += own
    return out


def main() -> None:
    """Prints a row per step."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecasting_panel")
    parser.add_argument("--series", type=int, default=30_490)
    parser.add_argument("--days", type=int, default=1_941)
    parser.add_argument("--plan", action="store_true", help="forecast groups of series as well and make all agree")
    options = parser.parse_args()
    engine.warm_up()
    values, pointers = panel(options.series, options.days)
    span = engine.Span(7, HORIZON, young=0, test=0)
    began = (time.process_time(), time.perf_counter())
    for method in INTERMITTENT if not options.plan else ():
        cpu, wall = time.process_time(), time.perf_counter()
        engine.forecast(values, pointers, span, method=method)
        _print(method, cpu, wall)
    cpu, wall = time.process_time(), time.perf_counter()
    shared = engine.share(values, pointers, span)
    found = engine.forecast(values, pointers, span, shared=shared)
    _print("default", cpu, wall)
    cpu, wall = time.process_time(), time.perf_counter()
    pool = engine.learn(values, pointers, span, shared)
    cube = engine.quantiles(values, pointers, found, LEVELS, pool)
    _print("9 quantiles", cpu, wall)
    if options.plan:
        _agree((values, pointers), found.mean, cube, span, options.days)
    _print("all", *began)


def _agree(
    history: tuple[np.ndarray, np.ndarray], leaves: np.ndarray, cube: np.ndarray, span: engine.Span, days: int
) -> None:
    """Forecasts of the groups, all levels reconciled, and quantiles moved with the means."""
    cpu, wall = time.process_time(), time.perf_counter()
    member = groups(leaves.shape[0])
    sums = totals(*history, member, days)
    borders = np.arange(0, sums.size + 1, days, dtype=np.int64)
    nodes = engine.forecast(sums.ravel(), borders, span, shared=engine.share(sums.ravel(), borders, span)).mean
    _print(f"{member.shape[0]} groups", cpu, wall)
    cpu, wall = time.process_time(), time.perf_counter()
    agreed = reconcile(leaves, nodes, member)
    cube *= np.divide(agreed, leaves, out=np.ones_like(leaves), where=leaves > 0.0)[:, :, None]
    _print("reconciled", cpu, wall)
    for name, table in (("before", leaves), ("after", agreed)):
        away = np.abs(member @ table - nodes).sum() / np.abs(nodes).sum()
        print(f"{name:12} sums of series lie {away:.2%} off the groups' own forecasts")


def _print(what: str, cpu: float, wall: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{what:12} CPU {cpu:7.2f} s  wall {wall:7.2f} s  peak {peak:,.0f} MB", flush=True)


if __name__ == "__main__":
    main()
