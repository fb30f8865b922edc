"""How fast the stock policies are, and whether targets keep their promise: ``python -m benchmarks.inventory [FILES]``.

Times a million item-sites per policy. For every file of intermittent demand (wide or long, as
``benchmarks.forecasting`` reads them), order-up-to levels are set from what is known and then run against what really
came: share of periods without shortage beside the promise, and mean stock, for the engine's quantiles and for
normal-theory safety stock of the same promise.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from benchmarks.forecasting_data import SEASONS, folds
from quarterdeck.disciplines.demand import engine
from quarterdeck.disciplines.inventory import lot_sizes, policies
from quarterdeck.disciplines.inventory.reorder import best_s_and_S_of_all
from quarterdeck.solvers.distributions import demand_quantiles

ITEMS = 1_000_000
PERIODS = 52


def main() -> None:
    """Prints CPU seconds a million item-sites, then service and stock per file and promise."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.inventory", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="Parquet files of intermittent demand")
    parser.add_argument("--lead", type=int, default=3, help="periods from order to receipt, with the review")
    parser.add_argument("--items", type=int, default=ITEMS, help="item-sites to time")
    options = parser.parse_args()
    for name, seconds in timings(options.items).items():
        print(f"{name:32} {seconds * ITEMS / options.items:8.2f} CPU s a million item-sites")
    for path in options.files:
        promises(path, options.lead)


def timings(items: int) -> dict[str, float]:
    """CPU seconds of each policy for ``items`` item-sites; the dynamic ones are timed on a tenth and scaled."""
    rng = np.random.default_rng(0)
    mean = rng.gamma(2, 10, items)
    spread, lead = mean * rng.uniform(0.2, 1.2, items), rng.uniform(1, 12, items)
    level, sigma = mean * lead, spread * np.sqrt(lead)
    order, holding = rng.uniform(5, 200, items), rng.uniform(0.01, 1, items)
    lot = policies.newsvendor(mean, spread, order, holding)[0]
    few = max(items // 10, 100)
    table = rng.poisson(mean[:few, None], (few, PERIODS)).astype(float)
    policies.fill_rate_reorder_point(level[:2], sigma[:2], lot[:2], np.full(2, 0.98))
    lot_sizes.wagner_whitin(table[:2], order[:2], holding[:2])
    lot_sizes.silver_meal(table[:2], order[:2], holding[:2])
    ones, none, rates = np.ones(20_000), np.zeros(20_000, np.int64), mean[:20_000] + 0.1
    best_s_and_S_of_all(rates[:2], none[:2], order[:2], ones[:2], ones[:2])
    runs = {
        "base stock": (1, lambda: policies.base_stock(level, sigma, np.full(items, 0.95))),
        "fill-rate reorder point": (
            1, lambda: policies.fill_rate_reorder_point(level, sigma, lot, np.full(items, 0.98))
        ),
        "Silver-Meal, 52 periods": (items / few, lambda: lot_sizes.silver_meal(table, order[:few], holding[:few])),
        "Wagner-Whitin, 52 periods": (items / few, lambda: lot_sizes.wagner_whitin(table, order[:few], holding[:few])),
        "exact (s, S)": (
            items / 20_000, lambda: best_s_and_S_of_all(rates, none, order[:20_000], ones, 9.0 * ones)
        ),
    }  # fmt: skip
    found = {}
    for name, (factor, run) in runs.items():
        began = time.process_time()
        run()
        found[name] = (time.process_time() - began) * factor
    return found


def promises(path: Path, lead: int) -> None:
    """Prints service and mean stock of order-up-to levels against what came after the cut."""
    for fold in folds(path, None, 1, weekly=False):
        values = np.concatenate(fold.known)
        pointers = np.concatenate(([0], np.cumsum([known.size for known in fold.known]))).astype(np.int64)
        span = engine.Span(SEASONS[fold.frequency], lead, young=0, test=0)
        found = engine.forecast(values, pointers, span)
        mean, variance = found.mean.sum(axis=1), found.variance.sum(axis=1)
        whole = np.full(mean.size, fill_value=True)
        for promise in (0.9, 0.95, 0.99):
            count = demand_quantiles(mean, variance, np.array([promise]), whole)[:, 0]
            normal = np.ceil(policies.base_stock(mean, np.sqrt(variance), np.full(mean.size, promise)))
            texts = [f"{served:.4f} service, {stock:10.1f} stock" for served, stock in (
                simulate(fold.actual, level, lead) for level in (count, normal)
            )]  # fmt: skip
            print(f"{path.stem:24} promise {promise:.2f}   targets {texts[0]}   normal theory {texts[1]}")


def simulate(actual: list[np.ndarray], level: np.ndarray, lead: int) -> tuple[float, float]:
    """Share of replenishment times without shortage, and summed mean stock left at their end."""
    served, stock, windows = 0, 0.0, 0
    for demand, target in zip(actual, level, strict=True):
        sums = np.convolve(demand, np.ones(lead), "valid")
        served += int((sums <= target).sum())
        windows += sums.size
        stock += np.maximum(target - sums, 0).mean()
    return served / windows, stock


if __name__ == "__main__":
    main()
