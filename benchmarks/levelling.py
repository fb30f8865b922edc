"""How fast levelling is: ``python -m benchmarks.levelling [--products P --weeks T --resources R --seed S --json OUT]``.

Makes products with a season, resources that the season overloads, customers who pay after four weeks and too little
cash; builds the linear programme, solves it, and asks three times what would change: a tenth more of the scarcest
resource, a tenth less cash, a tenth more demand of one product in a hundred. CPU seconds.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np

from quarterdeck.disciplines.levelling.aggregate import Aggregate, Money, Products, Resources
from quarterdeck.disciplines.levelling.levelling import Levelled, Levelling

LAG = 4
SWING, SPREAD = 0.2, 2.0


def company(products: int, weeks: int, resources: int, seed: int) -> Aggregate:
    """Products whose seasons differ, resources that some weeks overload, cash that does not carry all of it."""
    rng = np.random.default_rng(seed)
    season = 1 + SWING * np.sin(
        np.linspace(0, 2 * np.pi, weeks) + rng.uniform(-SPREAD, SPREAD, (products, 1)) - np.pi / 2
    )
    demand = rng.gamma(2, 50, (products, 1)) * season * rng.uniform(0.8, 1.2, (products, weeks))
    hours = np.where(rng.random((products, resources)) < 0.15, rng.uniform(0.05, 0.5, (products, resources)), 0.0)
    price = rng.uniform(20, 60, products)
    cost = price * rng.uniform(0.3, 0.6, products)
    load = demand.mean(1) @ hours
    capacity = np.repeat(load[:, None] * rng.uniform(1.02, 1.2, (resources, 1)), weeks, axis=1)
    fixed = 0.45 * float((price - cost) @ demand.sum(1)) / weeks
    return Aggregate(
        Products(
            demand, hours, demand[:, 0] * rng.uniform(0, 2, products), price, cost, cost * 0.004, price * 0.05,
            np.where(rng.random(products) < 0.1, price * 0.9, np.inf), np.full(products, LAG), np.full(products, 2),
        ),
        Resources(
            capacity, capacity * 0.15, rng.uniform(20, 40, resources), np.where(rng.random(resources) < 0.3, 35.0, 0.0),
            np.full(resources, 900.0), np.full(resources, 2000.0), np.full(resources, 3000.0),
        ),
        Money(5 * fixed, np.full(weeks, -fixed), 2 * fixed, 0.0016, 0.01),
    )  # fmt: skip


def main() -> None:
    """Builds, solves, asks, prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.levelling", description=__doc__)
    for name, usual in (("products", 5000), ("weeks", 52), ("resources", 20), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args()
    aggregate = company(options.products, options.weeks, options.resources, options.seed)
    Levelling(company(5, 4, 2, 0)).solve()
    began = time.process_time()
    levelling = Levelling(aggregate)
    built = time.process_time()
    plan = levelling.solve()
    figures = {
        "products": options.products, "weeks": options.weeks, "resources": options.resources,
        "build_cpu_s": built - began, "solve_cpu_s": time.process_time() - built, **summary(plan),
    }  # fmt: skip
    figures["what_if_cpu_s"] = questions(levelling, plan)
    figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    text = json.dumps({key: round(value, 3) if isinstance(value, float) else value for key, value in figures.items()})
    print(text)
    if options.json:
        options.json.write_text(text, encoding="utf-8")


def summary(plan: Levelled) -> dict[str, float | str]:
    """What was decided, in a few numbers."""
    return {
        "state": plan.state, "profit": plan.profit, "rounds": plan.rounds, "built_ahead": plan.stock.sum(),
        "overtime_hours": plan.overtime.sum(), "late": plan.late.sum(), "lost": plan.lost.sum(),
        "most_credit": plan.credit.max(), "most_beyond": plan.beyond.max(), "dearest_hour": plan.hour_value.max(),
        "gap": plan.gap, "shifts": plan.shifts,
    }  # fmt: skip


def questions(levelling: Levelling, plan: Levelled) -> dict[str, float]:
    """CPU seconds of three questions, each asked of the answer before."""
    scarce = int(plan.hour_value.sum(axis=1).argmax())
    capacity = levelling.aggregate.resources.capacity.copy()
    capacity[scarce] *= 1.1
    demand = levelling.aggregate.products.demand.copy()
    demand[::100] *= 1.1
    assert levelling.aggregate.money is not None
    asked = {
        "capacity": {"capacity": capacity},
        "cash": {"opening": levelling.aggregate.money.opening * 0.9},
        "demand": {"demand": demand},
    }
    seconds = {}
    for name, change in asked.items():
        began = time.process_time()
        levelling.what_if(**change)
        seconds[name] = round(time.process_time() - began, 3)
    return seconds


if __name__ == "__main__":
    main()
