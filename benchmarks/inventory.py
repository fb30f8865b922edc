"""How fast the stock policies are, and whether targets keep their promise: ``python -m benchmarks.inventory [FILES]``.

Times a million item-sites per policy. For every file of intermittent demand (wide or long, as
``benchmarks.forecasting`` reads them), order-up-to levels are set in every period of the test from what is known by
then, and held against what came over the replenishment time: share of periods without shortage beside the promise, and
mean stock. Targets are calibrated by cuts earlier than the period. Beside them stand normal-theory safety stock of the
same promise, and the stock that normal theory would need for the service that the targets gave. The promise is read in
three ways: each item keeps it, the mean of all items keeps it, or their mean by demand keeps it (a unit of every item
binding the same); service is then weighed alike.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.forecasting_data import SEASONS, Fold, folds
from quarterdeck.disciplines.demand import engine
from quarterdeck.disciplines.demand.lead_time import error_correlation, variance_together
from quarterdeck.disciplines.inventory import calibration, lot_sizes, policies
from quarterdeck.disciplines.inventory.assortment import Lines, Past, promised_together
from quarterdeck.disciplines.inventory.reorder import best_s_and_S_of_all
from quarterdeck.solvers.distributions import demand_met, demand_quantiles

ITEMS = 1_000_000
PERIODS = 52
RUNS = 3
PROMISES = (0.9, 0.95, 0.99)
LEAST = 0.8
EACH, MEAN, DEMAND = READINGS = ("each item", "all items", "all by demand")
CUTS, LEAST_PAST = 4, 6


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
    """CPU seconds of each policy for ``items`` item-sites, warm: the least of three runs.

    The dynamic ones are timed on a tenth and scaled.
    """
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
        found[name] = min(_seconds(run) for _ in range(RUNS)) * factor
    return found


def _seconds(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def promises(path: Path, lead: int) -> None:
    """Prints service and mean stock of order-up-to levels, set anew every period, against what then came."""
    for fold in folds(path, None, 1, weekly=False):
        began = time.process_time()
        rounds = [period(fold, back, lead) for back in range(fold.horizon - lead + 1)]
        seconds = (time.process_time() - began) / max(len(rounds), 1)
        print(f"{path.stem}: {len(fold.known):,} series, {len(rounds)} periods, {seconds:.2f} CPU s each")
        for promise in PROMISES:
            for reading in READINGS:
                _tell(path.stem, rounds, promise, reading)


def _tell(name: str, rounds: list[Round], promise: float, reading: str) -> None:
    weigh = reading == DEMAND
    targets = [each.targets[reading, promise] for each in rounds]
    served, stock = simulate(rounds, targets, weigh=weigh)
    theory_served, theory_stock = simulate(rounds, [each.normal(promise) for each in rounds], weigh=weigh)
    same = same_service(rounds, served, weigh=weigh)
    print(
        f"{name:18} promise {promise:.2f} of {reading:14} targets {served:.4f} service, {stock:10.1f} stock"
        f"   normal theory {theory_served:.4f}, {theory_stock:10.1f} ({stock / theory_stock - 1:+.1%})"
        f"   normal raised or lowered to the same service {same:10.1f} ({stock / same - 1:+.1%})"
        f"   tenth promised least {np.mean([each.lowest(reading, promise) for each in rounds]):.3f}"
    )


@dataclass(frozen=True)
class Round:
    """One period: ``targets`` and ``chances`` by reading and promise, and what textbooks foresee and what came."""

    targets: dict[tuple[str, float], np.ndarray]
    chances: dict[tuple[str, float], np.ndarray]
    mean: np.ndarray
    alone: np.ndarray
    came: np.ndarray

    def normal(self, promise: float) -> np.ndarray:
        """Order-up-to levels of normal theory, in whole pieces."""
        return np.ceil(policies.base_stock(self.mean, np.sqrt(self.alone), np.full(self.mean.size, promise)))

    def lowest(self, reading: str, promise: float) -> float:
        """Service that came of the tenth of the items that is promised least."""
        rows = np.argsort(self.chances[reading, promise], kind="stable")[: max(self.mean.size // 10, 1)]
        return float((self.came <= self.targets[reading, promise])[rows].mean())


def period(fold: Fold, gone: int, lead: int) -> Round:
    """Targets from what is known after so many periods of the test, and demand over the next replenishment time."""
    known = [np.concatenate((past, new[:gone])) for past, new in zip(fold.known, fold.actual, strict=True)]
    now = Fold(fold.frequency, known, fold.actual[:, gone : gone + lead])
    seen, (cases, came, back) = foreseen(now, known, lead), looked_back(now, lead)
    learnt = calibration.learn(cases, came, back)
    mean, variance = calibration.calibrated(seen, learnt) if learnt else (seen.mean, seen.variance)
    whole = np.full(mean.size, fill_value=True)
    levels = np.array(PROMISES)
    table = demand_quantiles(mean, variance, calibration.moved_levels(levels, learnt) if learnt else levels, whole)
    targets = {(EACH, promise): table[:, number] for number, promise in enumerate(PROMISES)}
    chances = {
        (EACH, promise): demand_met(mean, variance, table, whole)[:, number] for number, promise in enumerate(PROMISES)
    }
    ones = np.ones(mean.size)
    for reading in (MEAN, DEMAND):
        past = None if learnt is None else _past(learnt, back, by_demand=reading == DEMAND)
        lines = Lines(mean, variance, whole, ones, mean if reading == DEMAND else ones)
        for promise in PROMISES:
            key = reading, promise
            targets[key], chances[key] = promised_together(lines, promise, LEAST, past)
    return Round(targets, chances, seen.mean, unrelated_variance(now, lead), now.actual.sum(axis=1))


def _past(learnt: calibration.Calibration, back: np.ndarray, *, by_demand: bool) -> Past:
    ones = np.ones(learnt.mean.size)
    return Past(learnt, ones, learnt.mean if by_demand else ones, back[learnt.rows])


def foreseen(fold: Fold, known: list[np.ndarray], lead: int) -> calibration.Cases:
    """Moments of demand over the replenishment time, as the engine foresees it from ``known``."""
    found = of_engine(fold, known, lead)
    correlation = error_correlation(found.method, SEASONS[fold.frequency])
    weeks = 52.0 / SEASONS[fold.frequency]
    ages = np.array([series.size * weeks for series in known])
    variance = variance_together(found.variance, correlation)
    return calibration.Cases(found.mean.sum(axis=1), variance, np.full(len(known), lead * weeks), ages)


def of_engine(fold: Fold, known: list[np.ndarray], lead: int) -> engine.Outlook:
    """The engine's forecasts of ``known``."""
    pointers = np.concatenate(([0], np.cumsum([series.size for series in known]))).astype(np.int64)
    return engine.forecast(np.concatenate(known), pointers, engine.Span(SEASONS[fold.frequency], lead, 0, 0))


def unrelated_variance(fold: Fold, lead: int) -> np.ndarray:
    """Variance over the replenishment time as textbooks have it: that of the single periods, added up."""
    return np.asarray(of_engine(fold, fold.known, lead).variance.sum(axis=1))


def looked_back(fold: Fold, lead: int) -> tuple[calibration.Cases, np.ndarray, np.ndarray]:
    """What was foreseen at earlier cuts, what came, and how many cuts ago; nothing behind the cut is used."""
    cases, came, ago = [], [], []
    for cut in range(lead, lead * (CUTS + 1), lead):
        past = [known for known in fold.known if known.size - cut >= LEAST_PAST and np.any(known[:-cut] > 0)]
        if past:
            cases.append(foreseen(fold, [known[:-cut] for known in past], lead))
            ago.append(np.full(len(past), cut / lead))
            came.append(np.array([known[known.size - cut :][:lead].sum() for known in past]))
    columns = ("mean", "variance", "weeks", "age")
    joined = [np.concatenate([getattr(each, name) for each in cases]) if cases else np.empty(0) for name in columns]
    really, back = (np.concatenate(each) if each else np.empty(0) for each in (came, ago))
    return calibration.Cases(*joined), really, back


def same_service(rounds: list[Round], wanted: float, *, weigh: bool = False) -> float:
    """Mean stock of normal theory with the promise that gives it, in hindsight, the service ``wanted``."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2.0
        served, stock = simulate(rounds, [each.normal(middle) for each in rounds], weigh=weigh)
        low, high = (middle, high) if served < wanted else (low, middle)
    return stock


def simulate(rounds: list[Round], levels: list[np.ndarray], *, weigh: bool = False) -> tuple[float, float]:
    """Share of replenishment times without shortage, and summed mean stock left at their end.

    ``weigh``: each item counts by the demand foreseen for it.
    """
    served, left = [], []
    for each, level in zip(rounds, levels, strict=True):
        weight = each.mean if weigh else np.ones(each.mean.size)
        served.append(float(((each.came <= level) * weight).sum() / weight.sum()))
        left.append(float(np.maximum(level - each.came, 0.0).sum()))
    return float(np.mean(served)), float(np.mean(left))


if __name__ == "__main__":
    main()
