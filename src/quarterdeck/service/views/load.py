"""Work against capacity per work centre and week."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names


@dataclass(frozen=True, slots=True)
class Cell:
    """One work centre in one week; ``share`` is empty where it is closed."""

    share: float | None
    text: str
    words: str


@dataclass(frozen=True)
class LoadTable:
    """``weeks`` are Mondays in words; every centre has one cell a week, the busiest centre comes first."""

    weeks: tuple[str, ...]
    centres: tuple[tuple[str, tuple[Cell, ...]], ...]
    bottleneck: str


def load_frame(company: Company, plan: Plan) -> pl.DataFrame:
    """The table of loads with ``work_centre_name``, ``hours`` (set-up and run) and ``share`` of capacity."""
    hours = pl.col("setup_hours") + pl.col("run_hours")
    share = pl.when(pl.col("capacity_hours") > 0).then(hours / pl.col("capacity_hours"))
    name = Names.of(company).column("work_centre", "work_centre")
    return plan["loads"].with_columns(work_centre_name=name, hours=hours, share=share).sort("work_centre", "week")


def load_table(company: Company, plan: Plan, weeks: int = 13) -> LoadTable | None:
    """Load of the first weeks, the busiest work centre first; ``None`` if nothing is loaded."""
    frame = load_frame(company, plan)
    mondays = frame["week"].unique().sort().head(weeks)
    frame = frame.filter(pl.col("week").is_in(mondays.implode()))
    if not frame["hours"].sum():
        return None
    totals = frame.group_by("work_centre", "work_centre_name").agg(pl.col("hours", "capacity_hours").sum())
    totals = totals.filter(pl.col("hours") > 0).with_columns(share=pl.col("hours") / pl.col("capacity_hours"))
    ordered = totals.sort("share", "work_centre", descending=[True, False], nulls_last=True)
    cells = {(row["work_centre"], row["week"]): _cell(row) for row in frame.iter_rows(named=True)}
    closed = Cell(None, "", "closed")
    return LoadTable(
        weeks=tuple(f"{monday.day}{wording.GAP}{monday:%b}" for monday in mondays),
        centres=tuple(
            (name, tuple(cells.get((centre, monday), closed) for monday in mondays))
            for centre, name in ordered.select("work_centre", "work_centre_name").iter_rows()
        ),
        bottleneck=_bottleneck(ordered.row(0, named=True)),
    )


def _cell(row: dict[str, float | None]) -> Cell:
    words = f"{wording.plain(row['hours'] or 0)} of {wording.plain(row['capacity_hours'] or 0)} h"
    share = row["share"]
    if share is None:
        return Cell(None, "!" if row["hours"] else "", words if row["hours"] else "closed")
    return Cell(share, wording.grouped(share * 100), words)


def _bottleneck(row: dict[str, object]) -> str:
    share = row["share"]
    taken = f", {wording.percent(share)} taken" if isinstance(share, float) else ""
    return f"{row['work_centre_name']}{taken}"
