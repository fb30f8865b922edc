"""A plan in one terminal page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from quarterdeck.cli.output import cell_text, console, print_problems, print_rows
from quarterdeck.model.clock import home_zone
from quarterdeck.service.tables import plan_table

if TYPE_CHECKING:
    from quarterdeck.model import Company, Plan


def print_summary(company: Company, plan: Plan) -> None:
    """KPIs against goals, what to do first, what is late and why, what is wrong, and where the time went."""
    zone = home_zone(company)
    _print_kpis(plan)
    _print_actions(plan, zone)
    _print_late(plan, zone)
    console().print()
    print_problems([problem for problem in plan.problems if problem.severity != "info"], limit=8)
    _print_seconds(plan)


def _print_kpis(plan: Plan) -> None:
    rows = [
        (
            row["title"],
            f"{cell_text(row['value'], 'UTC')} {row['unit']}".strip(),
            cell_text(row["target"], "UTC"),
            {None: "", True: "met", False: "missed"}[row["met"]],
            row["note"] or "",
        )
        for row in plan["kpis"].iter_rows(named=True)
    ]
    print_rows("KPIs", ("", "Value", "Target", "", ""), rows, numeric=(1, 2))


def _print_actions(plan: Plan, zone: str) -> None:
    actions = plan["actions"].sort("urgency", descending=True)
    rows = [
        (
            row["action"],
            row["order"],
            row["item"],
            cell_text(row["quantity"], zone),
            cell_text(row["by"], zone),
            row["reason"],
        )
        for row in actions.head(10).iter_rows(named=True)
    ]
    title = f"What to do first — {len(rows)} of {actions.height:,} actions"
    print_rows(title, ("", "Order", "Item", "Quantity", "By", "Why"), rows, numeric=(3,))


def _print_late(plan: Plan, zone: str) -> None:
    late = plan_table(plan, "late").filter(pl.col("kind") == "sales_order")
    rows = [
        (
            row["order"],
            row["customer"] or "",
            row["item"],
            cell_text(row["due"], zone),
            f"{row['days_late']:,.1f}",
            row["reason"] or "",
        )
        for row in late.head(10).iter_rows(named=True)
    ]
    title = f"Late or short — {len(rows)} of {late.height:,} sales order lines"
    print_rows(title, ("Order", "Customer", "Item", "Due", "Days late", "Why"), rows, numeric=(4,))


def _print_seconds(plan: Plan) -> None:
    seconds = plan.figures.get("seconds_by_stage", {})
    parts = " · ".join(f"{name} {taken:.2f} s" for name, taken in seconds.items())
    console().print(f"\n[dim]Planned in {sum(seconds.values()):.1f} s: {parts}[/]")
