"""A plan in one terminal page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from quarterdeck.cli.output import console, print_problems, print_rows
from quarterdeck.service.views.actions import actions
from quarterdeck.service.views.lateness import late_orders
from quarterdeck.service.views.overview import overview

if TYPE_CHECKING:
    from quarterdeck.model import Company, Plan

SHOWN = 8
VERB = {"expedite": "red", "release": "blue", "increase": "yellow", "cancel": "dim", "defer": "dim", "decrease": "dim"}


def print_summary(company: Company, plan: Plan) -> None:
    """KPIs against goals, what to do first, what is late and why, what is wrong, and where the time went."""
    page = overview(company, plan)
    out = console()
    out.print(f"\n[bold]{escape(page.company) or 'Plan'}[/] — as of {page.as_of_text}, {page.horizon_text}")
    out.print(escape(page.headline))
    rows = [(kpi.title, kpi.text, kpi.target_text, kpi.gap_text, kpi.note) for kpi in page.kpis]
    print_rows("\nKPIs", ("", "Value", "Target", "", ""), rows, numeric=(1, 2))
    _print_actions(company, plan)
    _print_late(company, plan)
    out.print()
    faults = [each for each in plan.problems if each.severity != "info" and each.table != "sales_orders"]
    print_problems(faults, limit=SHOWN)
    _print_seconds(plan)


def _print_actions(company: Company, plan: Plan) -> None:
    everything = actions(company, plan)
    out = console()
    out.print(f"\n[bold]What to do first[/] [dim]{min(SHOWN, len(everything))} of {len(everything):,} actions[/]")
    for action in everything[:SHOWN]:
        head = f"[{VERB[action.action]}]{action.verb:9}[/] {escape(action.title)} — {escape(action.quantity)}"
        out.print(f"{head} [dim]by {action.by}[/]\n          {escape(action.reason)}")


def _print_late(company: Company, plan: Plan) -> None:
    late = late_orders(company, plan)
    out = console()
    out.print(f"\n[bold]Late or short[/] [dim]{min(SHOWN, len(late))} of {len(late):,} sales order lines[/]")
    for order in late[:SHOWN]:
        line = f" line {escape(order.line)}" if order.line else ""
        head = f"{escape(order.order)}{line} {escape(order.customer)} — {escape(order.quantity)} {escape(order.title)}"
        state = order.late_text if order.state == "short" else f"{order.late_text} late"
        out.print(f"{head} [dim]due {order.due_text} →[/] {order.delivered_text} [red]{state}[/]")
        out.print(f"          {escape(order.reason)}")


def _print_seconds(plan: Plan) -> None:
    seconds = plan.figures.get("seconds_by_stage", {})
    parts = " · ".join(f"{name} {taken:.2f} s" for name, taken in seconds.items())
    console().print(f"\n[dim]Planned in {sum(seconds.values()):.1f} s: {parts}[/]")
