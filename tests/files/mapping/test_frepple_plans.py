"""What reaches the customer when: plans of frePPLe's example workbooks beside the plans of its own engine."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

import quarterdeck as qd
from quarterdeck.files.mapping import apply_mapping

WORKBOOKS = Path(__file__).parents[4] / "shared" / "data" / "peer" / "workbooks"
ALIKE = ("calendar-working-hours", "operation-routing", "operation-type", "resource-alternate", "resource-efficiency")


def shipped(name):
    """When the last of each item was delivered in the other engine's plan."""
    ends: dict[str, dt.datetime] = {}
    for row in csv.reader((WORKBOOKS / f"{name}.expect").read_text(encoding="utf-8").splitlines()):
        if row and row[0].startswith("Ship ") and " from " not in row[0]:
            item = row[0].removeprefix("Ship ").split(" @ ")[0]
            end = dt.datetime.fromisoformat(row[2]).replace(tzinfo=dt.UTC)
            ends[item] = max(end, ends.get(item, end))
    return ends


def delivered(name):
    """When the last of each item is delivered in the plan; what is ready early is delivered when it is due."""
    company = apply_mapping(WORKBOOKS / f"{name}.xlsx", "frepple").company()
    plan = qd.plan(company, horizon_weeks=60, seconds=2, effort=5)
    rows = plan.requirements.join(plan.deliveries.drop("quantity", "due"), on="demand")
    ends: dict[str, dt.datetime] = {}
    for row in rows.iter_rows(named=True):
        if row["delivered"] is None:
            continue
        end = max(row["delivered"], row["due"])
        ends[row["item"]] = max(end, ends.get(row["item"], end))
    return ends


@pytest.mark.slow
@pytest.mark.skipif(not WORKBOOKS.is_dir(), reason=f"needs the example workbooks in {WORKBOOKS}")
@pytest.mark.parametrize("name", ALIKE)
def test_customers_get_their_orders_when_the_other_planner_says(name):
    """To the second: working hours, routings, kinds of operation, choice and speed of machines."""
    assert delivered(name) == shipped(name)


@pytest.mark.slow
@pytest.mark.skipif(not WORKBOOKS.is_dir(), reason=f"needs the example workbooks in {WORKBOOKS}")
def test_the_last_part_of_an_order_comes_when_the_other_planner_says():
    """Ten from stock, five made in a week, two days of delivery."""
    ours, theirs = delivered("demand-policies"), shipped("demand-policies")
    assert {item: ours[item] for item in ("product 1", "product 2", "product 3")} == {
        item: theirs[item] for item in ("product 1", "product 2", "product 3")
    }
