"""Targets where the service level is promised for the assortment and not for each item."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from quarterdeck.disciplines.inventory.stage import run
from quarterdeck.model import Company, Plan, Settings

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
NUMBER = 40
CODES = [f"part {number:02}" for number in range(NUMBER)]
MEAN = [4.0 + 3.0 * number for number in range(NUMBER)]
SPREAD = [2.0 + (number * 7 % 11) * 0.12 * MEAN[number] for number in range(NUMBER)]
COST = [1.0 + (number * 5 % 13) ** 2 for number in range(NUMBER)]


def targets(promise, patterns=None, sites=None, lookbacks=None, **chosen):
    """Targets of forty items, the last of which may have a level of its own."""
    options = Settings(as_of=AS_OF, service_promise=promise, **chosen)
    series = pl.DataFrame(
        {
            "item": CODES, "site": ["main"] * NUMBER, "pattern": patterns or ["smooth"] * NUMBER,
            "method": ["m"] * NUMBER, "reason": ["r"] * NUMBER, "mean_per_week": MEAN, "spread_per_week": SPREAD,
            "seasonal": [False] * NUMBER, "error_correlation": [0.0] * NUMBER, "history_weeks": [100] * NUMBER,
        }
    )  # fmt: skip
    items = pl.DataFrame({"item": CODES, "cost": COST, "source": ["buy"] * NUMBER, "decimals": [0] * NUMBER})
    company = Company.of(items=items, **({"item_sites": sites} if sites is not None else {}))
    plan = Plan.blank(options).with_tables(series=series)
    plan = plan if lookbacks is None else plan.with_tables(lookbacks=lookbacks)
    return run(company, plan, options)["targets"].sort("item")


def money(found):
    """What their safety stock costs."""
    return float((found["safety_stock"] * pl.Series(COST)).sum())


@pytest.mark.parametrize("promise", ["items", "value"])
def test_a_mean_promise_binds_less_money(promise):
    """Law: promised in the mean, the level is kept with less safety stock, and nobody falls below the least."""
    each, shared = targets("each"), targets(promise)
    weight = np.array(MEAN) * np.array(COST) if promise == "value" else np.ones(NUMBER)

    assert float(shared["service_level"].to_numpy() @ weight / weight.sum()) == pytest.approx(0.95, abs=0.004)
    assert shared["service_level"].min() >= 0.8 - 1e-9
    assert money(shared) < money(each)


def test_the_reason_says_whose_promise_it_is():
    """Example: the sentence names the mean of which the item's service is a part."""
    row = targets("items").row(5, named=True)

    assert "its part in the 95 % that all items keep in the mean" in row["reason"]
    assert "all items, by value," in targets("value")["reason"][5]
    assert "in the mean" not in targets("each")["reason"][5]


def test_what_people_say_or_nobody_can_trust_takes_no_part():
    """Example: a level of its own stays, and what is new keeps the level of its class."""
    told = pl.DataFrame({"item": [CODES[3]], "site": ["main"], "service_level": [0.85]})
    patterns = ["smooth"] * (NUMBER - 1) + ["new"]
    each, shared = (targets(promise, patterns, told) for promise in ("each", "items"))

    for row in (3, NUMBER - 1):
        assert shared.row(row, named=True)["service_level"] == each.row(row, named=True)["service_level"]
        assert shared.row(row, named=True)["safety_stock"] == each.row(row, named=True)["safety_stock"]


def test_the_least_service_is_as_the_company_says():
    """Example: with 0.93 as the least, no item goes below, and that costs more than 0.8 does."""
    strict, loose = (targets("items", service_least=least) for least in (0.93, 0.8))

    assert strict["service_level"].min() >= 0.93 - 1e-9 > loose["service_level"].min()
    assert money(strict) >= money(loose)


def test_past_forecasts_that_fell_short_raise_the_levels():
    """Law: where half as much again came as was foreseen, levels of the shared promise rise."""
    rows = [
        {
            "item": code, "site": "main", "weeks_back": back, "weeks": 3.0, "age": 100.0, "expected": 3 * mean,
            "spread": 1.7 * spread,
        }
        for code, mean, spread in zip(CODES, MEAN, SPREAD, strict=True)
        for back in (4, 8, 12)
    ]  # fmt: skip
    looked = pl.DataFrame(rows)
    calm, short = (
        targets("items", lookbacks=looked.with_columns(came=(pl.col("expected") * factor).round()))
        for factor in (1.0, 1.6)
    )

    assert money(short) > money(calm)


def test_an_unknown_promise_is_refused():
    """Refusal: the message shows what was given."""
    with pytest.raises(ValueError, match="Expected a service promise among each, items, value, got 'all'"):
        Settings(as_of=AS_OF, service_promise="all")
