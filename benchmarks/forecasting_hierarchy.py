"""Levels of a hierarchy that agree: ``python -m benchmarks.forecasting_hierarchy FILE --levels State Industry``.

Prints the mean RMSSE of the whole, of the groups of each level and of the single series: forecast by themselves, summed
from below, and reconciled. Scales are of the change against the year before.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import polars as pl

from quarterdeck.disciplines.demand import engine
from quarterdeck.disciplines.demand.hierarchy import memberships, reconcile

FILE = Path(__file__).parents[2] / "shared" / "data" / "demand" / "aus_retail_monthly.parquet"
SEASON = 12


def forecast(table: np.ndarray, horizon: int) -> np.ndarray:
    """Forecasts of rows of monthly values, each from its first demand on."""
    parts = [row[np.flatnonzero(row > 0)[0] :] for row in table]
    pointers = np.concatenate(([0], np.cumsum([part.size for part in parts]))).astype(np.int64)
    values, span = np.concatenate(parts), engine.Span(SEASON, horizon, 0, 0)
    return engine.forecast(values, pointers, span, shared=engine.share(values, pointers, span)).mean


def rmsse(known: np.ndarray, actual: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Root mean squared errors over the root mean square of the change against the year before."""
    parts = [row[np.flatnonzero(row > 0)[0] :] for row in known]
    scale = np.array([np.mean((part[SEASON:] - part[:-SEASON]) ** 2) for part in parts])
    return np.sqrt(((actual - mean) ** 2).mean(axis=1) / scale)


def main() -> None:
    """Prints a row per way, the mean over windows."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecasting_hierarchy", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=FILE)
    parser.add_argument("--levels", nargs="+", default=["State", "Industry"])
    parser.add_argument("--horizon", type=int, default=12)
    parser.add_argument("--windows", type=int, default=3)
    options = parser.parse_args()
    frame = pl.read_parquet(options.file)
    wide = frame.pivot(on="unique_id", index="ds", values="y").sort("ds").fill_null(0.0)
    names = wide.columns[1:]
    table = wide.select(names).to_numpy().T
    facts = {row["unique_id"]: row for row in frame.unique("unique_id").iter_rows(named=True)}
    groups = [memberships([[facts[name][level] for name in names]])[1:] for level in options.levels]
    member = np.vstack((np.ones((1, len(names))), *groups))
    kind = np.repeat(np.arange(len(groups) + 2), [1, *(len(group) for group in groups), len(names)])
    found = [
        _window(table, member, kind, table.shape[1] - k * options.horizon, options.horizon)
        for k in range(options.windows)
    ]
    titles = ["all", *options.levels, "series", "mean"]
    print(f"{'':12} " + " ".join(f"{title:>9}" for title in titles))
    for name, row in zip(("base", "bottom-up", "reconciled"), np.mean(found, axis=0), strict=True):
        print(f"{name:12} " + " ".join(f"{value:9.3f}" for value in [*row, row.mean()]))


def _window(table: np.ndarray, member: np.ndarray, kind: np.ndarray, end: int, horizon: int) -> np.ndarray:
    """Mean RMSSE per kind of node, shape (ways, kinds)."""
    known, actual = table[:, : end - horizon], table[:, end - horizon : end]
    leaves, nodes = forecast(known, horizon), forecast(member @ known, horizon)
    agreed = reconcile(leaves, nodes, member)
    every, came = np.vstack((member @ known, known)), np.vstack((member @ actual, actual))
    ways = [np.vstack((nodes, leaves)), np.vstack((member @ leaves, leaves)), np.vstack((member @ agreed, agreed))]
    errors = [rmsse(every, came, way) for way in ways]
    return np.array([[error[kind == k].mean() for k in range(kind.max() + 1)] for error in errors])


if __name__ == "__main__":
    main()
