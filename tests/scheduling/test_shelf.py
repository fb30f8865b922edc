"""Shelf life between orders that supply each other."""

import polars as pl
import pytest

from quarterdeck.disciplines.scheduling.stage import run
from quarterdeck.model import Company
from tests.scheduling.frame_maker import SETTINGS, order, plan


def dairy(days: float | None) -> Company:
    """Cream is made in an hour, cakes take six hours each on one bench; cream keeps for so many days."""
    return Company.of(
        items=pl.DataFrame({"item": ["cake", "cream"], "source": ["make"] * 2, "shelf_life_days": [None, days]}),
        work_centres=pl.DataFrame({"work_centre": ["bench", "churn"]}),
        operations=pl.DataFrame(
            {
                "item": ["cake", "cream"],
                "sequence": [10, 10],
                "work_centre": ["bench", "churn"],
                "fixed_minutes": [360.0, 60.0],
            }
        ),
    )


def oldest(days: float | None, count: int = 5) -> float:
    """Hours that the oldest cream waits for its cake."""
    orders, pegs = [], []
    for n in range(count):
        orders += [order(f"R{n}", "make", "cream", 0, 0.1), order(f"K{n}", "make", "cake", 0, 0.3)]
        pegs += [(f"R{n}", "order", f"K{n}"), (f"K{n}", "requirement", f"D{n}")]
    found = run(dairy(days), plan(orders, pegs, {f"D{n}": 0.3 for n in range(count)}), SETTINGS)
    assert found.figures["schedule_checked"]
    assert not found.problems
    steps = found.operations.select("order", "start", "end")
    made = steps.filter(pl.col("order").str.starts_with("R")).with_columns(pl.col("order").str.replace("R", "K"))
    used = steps.join(made, on="order", suffix="_made")
    return (used["start"] - used["end_made"]).dt.total_seconds().max() / 3600


def test_without_a_shelf_life_cream_is_made_ahead():
    """The churn goes on at its own pace."""
    assert oldest(None) > 12


@pytest.mark.parametrize("days", [0.05, 0.25, 0.5])
def test_cream_is_used_before_it_is_too_old(days):
    """The churn waits for the bench."""
    assert oldest(days) <= days * 24
