"""The frozen zone: what the last plan begins soon stays where it is."""

from dataclasses import replace

import polars as pl

from quarterdeck.disciplines.scheduling.stage import run
from tests.scheduling.frame_maker import AS_OF, SETTINGS, company, usual

HOURS = 30.0


def _again(plan, before, hours):
    """The same orders planned again after two more machines were bought and the due dates turned round."""
    changed = company(
        work_centres=pl.DataFrame({"work_centre": ["weld", "bench"], "calendar": ["two shifts"] * 2, "units": [1, 5]})
    )
    wanted = plan["requirements"].with_columns(pl.col("due").reverse())
    seeded = plan.with_tables(operations=before["operations"], requirements=wanted)
    return run(changed, seeded, replace(SETTINGS, frozen_hours=hours))


def _soon(plan):
    """Steps that begin in the frozen zone, with moment and machine."""
    soon = (pl.col("setup_start") - AS_OF).dt.total_seconds() < HOURS * 3600
    return plan.operations.filter(soon).select("order", "sequence", "setup_start", "machine").sort("order", "sequence")


def test_what_begins_soon_stays_when_and_where_it_is():
    """Whatever has changed: the steps of the next thirty hours keep moment and machine."""
    plan = usual(8)
    before = run(company(), plan, SETTINGS)
    after = _again(plan, before, HOURS)
    assert after.figures["schedule_checked"]
    kept = _soon(before).join(after.operations, on=["order", "sequence", "setup_start", "machine"], how="anti")
    assert _soon(before).height > 3
    assert kept.is_empty()


def test_without_a_frozen_zone_the_last_plan_binds_nothing():
    """The same plan without the zone is free to begin otherwise, and says so by having no pins."""
    plan = usual(8)
    before = run(company(), plan, SETTINGS)
    assert not _again(plan, before, 0.0).operations["pinned"].any()
