"""What the plan costs and what it does to the bank account."""

from __future__ import annotations

import polars as pl

from quarterdeck.disciplines.goals.measure import Measure, ordered_lines, percent, priced, spoken
from quarterdeck.model import Company, Plan

DAY_SECONDS = 86_400


def plan_cost(company: Company, plan: Plan) -> Measure | None:
    """Cost of all open and planned orders."""
    orders = plan["orders"]
    if orders.is_empty():
        return None
    bought = float(orders.filter(pl.col("kind") == "buy")["cost"].cast(pl.Float64).sum())
    return Measure(float(orders["cost"].cast(pl.Float64).sum()), f"{priced(company, bought)} of it for purchases")


def late_cost(company: Company, plan: Plan) -> Measure | None:
    """Cost of late deliveries: value times days late times the rate of lateness."""
    rates = company["cost_rates"].filter((pl.col("rate") == "late") & (pl.col("scope") == ""))["value"]
    lines = ordered_lines(plan)
    if lines.is_empty() or rates.is_empty():
        return None
    days = lines["late_seconds"].cast(pl.Float64).clip(lower_bound=0) / DAY_SECONDS
    cost = float((lines["value"].cast(pl.Float64) * days).sum()) * float(rates[0])
    return Measure(cost, f"at {percent(float(rates[0]), 2)} of the value a day")


def revenue(company: Company, plan: Plan) -> Measure | None:
    """Selling value of what is delivered within the horizon."""
    values = plan["requirements"].select("demand", "value", "kind")
    rows = (
        plan["deliveries"]
        .filter(pl.col("delivered") < plan.settings.horizon_end)
        .join(values, on="demand", maintain_order="left")
    )
    if rows.is_empty():
        return None
    worth = rows["value"].cast(pl.Float64) * (1 - rows["short"] / rows["quantity"])
    ordered = float(worth.filter(rows["kind"] == "sales_order").sum())
    return Measure(float(worth.sum()), f"{priced(company, ordered)} of it is ordered")


def cash_low(company: Company, plan: Plan) -> Measure | None:  # noqa: ARG001 - every measure is called alike
    """Lowest balance at the end of a day."""
    days = _balances(plan).sort("balance", "date")
    if days.is_empty():
        return None
    return Measure(float(days["balance"][0]), f"on {spoken(days['date'][0])}")


def cash_end(company: Company, plan: Plan) -> Measure | None:  # noqa: ARG001
    """Balance at the end of the horizon."""
    days = _balances(plan)
    if days.is_empty():
        return None
    return Measure(float(days["balance"][-1]), f"on {spoken(days['date'][-1])}")


def _balances(plan: Plan) -> pl.DataFrame:
    """Balance at the end of each day on which money moves, in order."""
    return plan["cash_lines"].sort("number").group_by("date", maintain_order=True).agg(pl.col("balance").last())
