"""Orders whose steps are a network: branches run side by side, and lateness follows the branch that bound."""

from __future__ import annotations

import datetime as dt

import polars as pl

import quarterdeck as qd

AS_OF = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
HOUR = 3600


def software_house(predecessors: list[str | None]) -> qd.Company:
    """One project: design 10 h, backend 40 h, frontend 20 h, test 10 h; two developers; wanted after 50 hours."""
    return qd.Company.of(
        items=pl.DataFrame({"item": ["app"], "source": ["make"]}),
        people=pl.DataFrame({"person": ["Ann", "Ben", "Cid", "Dee"]}),
        person_skills=pl.DataFrame(
            {
                "person": ["Ann", "Ben", "Cid", "Dee"],
                "skill": ["developer", "developer", "designer", "tester"],
            }
        ),
        operations=pl.DataFrame(
            {
                "item": ["app"] * 4,
                "sequence": [1, 2, 3, 4],
                "fixed_minutes": [600.0, 2400.0, 1200.0, 600.0],
                "skill": ["designer", "developer", "developer", "tester"],
                "predecessors": predecessors,
            },
            schema_overrides={"predecessors": pl.String},
        ),
        sales_orders=pl.DataFrame(
            {"order": ["S1"], "item": ["app"], "quantity": [1.0], "due": [dt.datetime(2026, 3, 4, 2)]}
        ),
    )


def planned(predecessors: list[str | None]) -> tuple[dict[int, tuple[float, float]], qd.Plan]:
    """Begin and end of each step in hours from now, and the plan."""
    plan = qd.plan(software_house(predecessors), as_of=AS_OF, horizon_weeks=4, effort=5)
    rows = plan.operations.select("sequence", "start", "end").iter_rows()
    return {n: ((a - AS_OF).total_seconds() / HOUR, (b - AS_OF).total_seconds() / HOUR) for n, a, b in rows}, plan


def test_branches_run_side_by_side():
    """Story: backend and frontend follow the design together, the test waits for both: 60 hours instead of 80."""
    times, plan = planned([None, "1", "1", "2, 3"])
    assert times[2] == (10.0, 50.0)
    assert times[3][0] >= 10.0
    assert times[3][1] <= 50.0
    assert times[4] == (50.0, 60.0)
    assert plan.operations.filter(pl.col("sequence").is_in([2, 3]))["person"].n_unique() == 2
    chain, _ = planned([None, None, None, None])
    assert chain[4] == (70.0, 80.0)


def test_lateness_follows_the_branch_that_bound():
    """The ten hours too late are put down to design, backend and test; the frontend has no share in them."""
    _, plan = planned([None, "1", "1", "2, 3"])
    late = plan.deliveries["late_seconds"].item()
    assert late == 10 * HOUR
    assert plan.causes["seconds"].sum() == late
    assert set(plan.causes["cause"]) <= {"processing", "lead_time"}
