"""Any table by the name a person gives it: of the newest plan, of the company, or of the workspace itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from quarterdeck.model import RESULTS, TABLES
from quarterdeck.model.problem import problems_to_frame

if TYPE_CHECKING:
    from quarterdeck.model import Plan
    from quarterdeck.store import Workspace


@dataclass(frozen=True, slots=True)
class Found:
    """A table with its title; without a frame when it belongs to a plan and there is none yet."""

    title: str
    frame: pl.DataFrame | None


def find_table(workspace: Workspace, name: str, *, item: str | None = None) -> Found | None:
    """The table called ``name``, only the rows of ``item`` if one is given; ``None`` if no table is called so."""
    wanted = name.strip().lower().replace(" ", "_").replace("-", "_")
    found = _of_workspace(workspace, wanted) or _of_plan(workspace, wanted) or _of_company(workspace, wanted)
    if found is None or found.frame is None or item is None or "item" not in found.frame.columns:
        return found
    return Found(found.title, found.frame.filter(pl.col("item") == item))


def _of_workspace(workspace: Workspace, name: str) -> Found | None:
    if name == "plans":
        return Found("Plans", _records(workspace.plans()))
    if name == "changes":
        return Found("Changes", _records(workspace.change_sets()))
    return None


def _records(records: Sequence[Any]) -> pl.DataFrame:
    """Records as a frame; their times are in UTC and stay so."""
    frame = pl.DataFrame(records)
    times = [name for name, dtype in frame.schema.items() if dtype == pl.Datetime("us")]
    return frame.with_columns(pl.col(name).dt.replace_time_zone("UTC") for name in times)


def _of_plan(workspace: Workspace, name: str) -> Found | None:
    if name not in {*RESULTS, "late", "problems"}:
        return None
    title = {"late": "Late or short", "problems": "Problems"}.get(name) or RESULTS[name].title
    if not workspace.plans():
        return Found(title, None)
    return Found(title, plan_table(workspace.load_plan(), name))


def plan_table(plan: Plan, name: str) -> pl.DataFrame:
    """A table of a plan; ``late`` joins late deliveries with what they are, ``problems`` lists the problems."""
    if name == "problems":
        return problems_to_frame(plan.problems).select("severity", "code", "table", "key", "message", "hint")
    if name == "late":
        late = plan["deliveries"].filter(pl.col("state") != "on_time").sort("late_seconds", descending=True)
        wanted = plan["requirements"].select("demand", "kind", "order", "line", "customer", "item")
        joined = wanted.join(late, on="demand", how="inner", maintain_order="right")
        days = (pl.col("late_seconds") / 86_400).round(1).alias("days_late")
        return joined.select(
            "order",
            "line",
            "customer",
            "item",
            "kind",
            "quantity",
            "due",
            "delivered",
            days,
            "short",
            "reason",
        )
    return plan[name]


def _of_company(workspace: Workspace, name: str) -> Found | None:
    if name not in TABLES:
        return None
    return Found(TABLES[name].title, workspace.load()[name])
