"""The frozen zone: what the last plan begins soon stays where it is, when it is and on its machine."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from quarterdeck.disciplines.scheduling.jobs import Jobs
from quarterdeck.disciplines.scheduling.resources import Resources
from quarterdeck.model.clock import HOUR


def keep_frozen(jobs: Jobs, standing: pl.DataFrame, resources: Resources, now: int, hours: float) -> Jobs:
    """The jobs in which steps that ``standing`` begins within ``hours`` from ``now`` [s] are pinned to place and time.

    ``standing``: operations of the plan before. Steps that run already, are pinned by a person or whose machine is no
    longer there are left as they are.
    """
    soon = pl.col("frozen_start").is_between(now, now + round(hours * HOUR), closed="left")
    held = standing.select(
        "order", "sequence", "work_centre", pl.col("machine").fill_null(""),
        frozen_start=pl.col("setup_start").dt.epoch("s"),
    ).filter(soon)  # fmt: skip
    if held.is_empty() or "pinned" not in jobs.steps.columns:
        return jobs
    free = pl.col("pinned").is_null() & ~pl.col("started").fill_null(value=False)
    rows = jobs.steps.filter(free, pl.col("sequence").is_not_null()).select("row", "order", "sequence")
    found = rows.join(held, on=["order", "sequence"]).join(_machines(resources), on=["work_centre", "machine"])
    found = found.join(jobs.modes.select("row", "pool"), on=["row", "pool"])
    steps = jobs.steps.join(found.select("row", "frozen_start"), on="row", how="left", maintain_order="left")
    steps = steps.with_columns(pinned=pl.coalesce("pinned", "frozen_start")).drop("frozen_start")
    return replace(jobs, steps=steps, modes=_kept(jobs.modes, found))


def _machines(resources: Resources) -> pl.DataFrame:
    """Work centre and code of each machine with its number and pool."""
    pool = pl.Series("pool", resources.machines["pool"], dtype=pl.Int64)
    codes = pl.Series("machine", resources.machine_codes, dtype=pl.String)
    centres = pl.Series("work_centre", resources.work_centres, dtype=pl.String).gather(pool)
    return pl.DataFrame([centres, codes, pool]).with_row_index("frozen_on").cast({"frozen_on": pl.Int64})


def _kept(modes: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Where each step can be done; frozen ones only where they are."""
    one = found.select("row", "frozen_on", frozen_pool="pool")
    joined = modes.join(one, on="row", how="left", maintain_order="left")
    joined = joined.filter(pl.col("frozen_pool").is_null() | (pl.col("pool") == pl.col("frozen_pool")))
    number = pl.coalesce("machine_number", "frozen_on")
    return joined.with_columns(machine_number=number).select(modes.columns)
