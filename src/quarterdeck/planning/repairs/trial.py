"""Trying a repair: the plan made again with it, compared with the plan made again without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from quarterdeck.disciplines.demand.requirements import order_lines
from quarterdeck.disciplines.mrp import stage as mrp
from quarterdeck.disciplines.mrp.deliveries import deliveries
from quarterdeck.disciplines.scheduling import stage as scheduling
from quarterdeck.model import Company, Plan, Settings
from quarterdeck.model.clock import DAY, as_seconds
from quarterdeck.planning.repairs.edits import Candidate, edited

TRIAL_EFFORT = 3
HARM = 3600
NEVER = 10 * 365 * DAY


@dataclass(frozen=True)
class Harm:
    """Another customer's order line that a repair makes later, and by how much."""

    demand: str
    order: str
    line: str
    seconds: int


@dataclass(frozen=True)
class Trial:
    """What a repair does: lateness of the order before and after [s], and of the others.

    ``in_time`` is the quantity there when it is due, before and after; ``delivered`` the new moment [s].
    """

    candidate: Candidate
    late_before: int
    late_after: int
    in_time_before: float
    in_time_after: float
    delivered: int | None
    harmed: tuple[Harm, ...]
    helped: int
    helped_seconds: int

    @property
    def won(self) -> int:
        """Seconds of lateness the order loses."""
        return self.late_before - self.late_after

    @property
    def harm(self) -> int:
        """Seconds of lateness the others gain."""
        return sum(each.seconds for each in self.harmed)


def trial_settings(settings: Settings) -> Settings:
    """Settings for planning again, quick and alike for all repairs of an order."""
    return replace(settings, effort=min(settings.effort, TRIAL_EFFORT), progress=lambda _title, _share: None)


def planned_again(company: Company, plan: Plan, settings: Settings) -> Plan:
    """Netting, schedule and deliveries of the company as it is, with the forecasts and stock targets of ``plan``."""
    blank = Plan.blank(settings).with_tables(
        series=plan["series"], forecasts=plan["forecasts"], targets=plan["targets"],
        requirements=_requirements(company, plan),
    )  # fmt: skip
    made = scheduling.run(company, mrp.run(company, blank, settings), settings)
    return made.with_tables(deliveries=deliveries(company, made, settings))


def _requirements(company: Company, plan: Plan) -> pl.DataFrame:
    """The plan's forecasts with the company's order lines of now, under their codes."""
    old = plan["requirements"]
    known = old.filter(pl.col("kind") == "sales_order").select("order", "line", "demand")
    lines = order_lines(company).with_columns(
        kind=pl.lit("sales_order"), value=(pl.col("price") * pl.col("quantity")).round(4).clip(0, 1e13)
    )
    lines = lines.join(known, on=["order", "line"], how="left", maintain_order="left")
    fresh = pl.format("{} line {}", "order", "line")
    lines = lines.with_columns(pl.coalesce("demand", fresh).alias("demand"))
    others = old.filter(pl.col("kind") == "forecast")
    shaped = lines.select(
        pl.col(name).cast(dtype) if name in lines.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in old.schema.items()
    )
    return pl.concat([shaped, others])


def lateness(plan: Plan) -> pl.DataFrame:
    """Lateness of every customer's order line: ``demand``, ``order``, ``line``, ``late`` [s], ``in_time``."""
    met = plan["deliveries"].join(
        plan["requirements"].filter(pl.col("kind") == "sales_order").select("demand", "order", "line", "item"),
        on="demand",
    )
    late = pl.when(pl.col("state") == "short").then(pl.lit(NEVER)).otherwise("late_seconds")
    return met.select(
        "demand", "order", "line", "item", late.cast(pl.Int64).alias("late"), pl.col("on_time").alias("in_time"),
        "delivered",
    )  # fmt: skip


def tried(company: Company, plan: Plan, demand: str, candidate: Candidate, before: pl.DataFrame) -> Trial:
    """Plans with the repair and compares with ``before``, the lateness without it."""
    settings = trial_settings(plan.settings)
    after = lateness(planned_again(edited(company, candidate.edits), plan, settings))
    old, new = _row(before, demand), _row(after, demand)
    both = before.join(after, on=["order", "line"], suffix="_new").filter(pl.col("demand") != demand)
    gain = pl.col("late_new") - pl.col("late")
    harmed = (
        both.filter(gain > HARM).with_columns(gain=gain).sort("gain", "order", "line", descending=[True, False, False])
    )
    helped = both.filter(gain < -HARM)
    rows = harmed.select("demand", "order", "line", "gain").iter_rows()
    return Trial(
        candidate, int(old["late"]), int(new["late"]), float(old["in_time"]), float(new["in_time"]),
        as_seconds(new["delivered"]) if new["delivered"] is not None else None,
        tuple(Harm(*row) for row in rows), helped.height, int((helped["late"] - helped["late_new"]).sum()),
    )  # fmt: skip


def _row(frame: pl.DataFrame, demand: str) -> dict[str, Any]:
    return frame.row(by_predicate=pl.col("demand") == demand, named=True)
