"""How customers are served."""

from __future__ import annotations

import polars as pl

from quarterdeck.disciplines.goals.measure import Measure, ordered_lines, percent, ratio
from quarterdeck.model import Company, Plan

DAY_SECONDS = 86_400


def on_time_in_full(company: Company, plan: Plan) -> Measure | None:  # noqa: ARG001 - every measure is called alike
    """Share of the open sales-order lines that are delivered whole and on time."""
    lines = ordered_lines(plan)
    good = lines.filter(pl.col("state") == "on_time").height
    return ratio(good, lines.height, f"{good:,} of {lines.height:,} order lines")


def on_time_in_full_value(company: Company, plan: Plan) -> Measure | None:  # noqa: ARG001
    """The same, weighted with the selling value of the lines."""
    lines = ordered_lines(plan)
    values = lines["value"].cast(pl.Float64)
    return ratio(float(values.filter(lines["state"] == "on_time").sum()), float(values.sum()))


def late_orders(company: Company, plan: Plan) -> Measure | None:  # noqa: ARG001
    """Sales-order lines that are late or short."""
    lines = ordered_lines(plan)
    if lines.is_empty():
        return None
    late = lines.filter(pl.col("state") != "on_time")
    overdue = late.filter(pl.col("due") < plan.settings.as_of).height
    return Measure(float(late.height), f"{overdue:,} of them were due before today" if overdue else "")


def mean_lateness(company: Company, plan: Plan) -> Measure | None:
    """Mean days that late sales-order lines are late."""
    late = (
        ordered_lines(plan)
        .filter((pl.col("late_seconds") > 0) & (pl.col("state") == "late"))
        .sort("late_seconds", "demand")
    )
    if late.is_empty():
        return None
    worst = late.row(-1, named=True)
    days = late["late_seconds"].cast(pl.Float64) / DAY_SECONDS
    names = dict(company["items"].select("item", "name").iter_rows())
    most = f"{days[-1]:.0f} days at most: {worst['order']}, {names.get(worst['item']) or worst['item']}"
    return ratio(float(days.sum()), late.height, most)


def service_level(company: Company, plan: Plan) -> Measure | None:  # noqa: ARG001
    """Share of all demand, ordered and expected, that is met when it is due."""
    rows = plan["deliveries"].join(plan["requirements"].select("demand", "value"), on="demand", maintain_order="left")
    value = rows["value"].cast(pl.Float64)
    weights = value if value.sum() > 0 else rows["quantity"]
    met = weights * rows["on_time"] / rows["quantity"]
    return ratio(float(met.sum()), float(weights.sum()))


def forecast_error(company: Company, plan: Plan) -> Measure | None:  # noqa: ARG001
    """Absolute error of the forecast in the backtest as a share of demand, weighted with demand."""
    return _weighted(plan, "error", "naive_error")


def forecast_bias(company: Company, plan: Plan) -> Measure | None:  # noqa: ARG001
    """Mean error of the forecast in the backtest as a share of demand; more than 0 is too high."""
    return _weighted(plan, "bias")


def _weighted(plan: Plan, column: str, beside: str = "") -> Measure | None:
    told = plan["series"].filter(pl.col(column).is_finite() & (pl.col("mean_per_week") > 0)).sort("item", "site")
    weights = told["mean_per_week"]
    note = ""
    if beside and told[beside].is_not_null().all() and told.height:
        naive = float((told[beside] * weights).sum()) / float(weights.sum())
        note = f"{percent(naive)} for repeating the last value"
    return ratio(float((told[column] * weights).sum()), float(weights.sum()), note)
