"""What lies in stock, how long it lasts and how often it turns."""

from __future__ import annotations

import datetime as dt

import polars as pl

from quarterdeck.disciplines.goals.measure import Measure, percent, priced, ratio, unit_costs
from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import home_zone

DAYS_A_YEAR = 365.0


def stock_value(company: Company, plan: Plan) -> Measure | None:
    """Mean value of stock over the horizon, at standard cost."""
    mean = mean_stock_value(company, plan)
    if mean is None:
        return None
    costs = dict(unit_costs(plan).iter_rows())
    lots = company["stock_lots"].select("item", "quantity").iter_rows()
    today = sum(quantity * costs.get(item, 0.0) for item, quantity in lots)
    return Measure(mean, f"{priced(company, today)} today")


def days_of_stock(company: Company, plan: Plan) -> Measure | None:
    """Days that the mean stock would last at the cost of what is delivered."""
    mean, outflow = mean_stock_value(company, plan), _outflow_per_day(plan)
    return None if mean is None else ratio(mean, outflow)


def stock_turns(company: Company, plan: Plan) -> Measure | None:
    """Times a year that the mean stock is turned over."""
    mean, outflow = mean_stock_value(company, plan), _outflow_per_day(plan)
    return None if mean is None else ratio(outflow * DAYS_A_YEAR, mean)


def holding_cost(company: Company, plan: Plan) -> Measure | None:
    """What holding the mean stock costs over the horizon."""
    mean = mean_stock_value(company, plan)
    rates = company["cost_rates"].filter((pl.col("rate") == "holding") & (pl.col("scope") == ""))["value"]
    if mean is None or rates.is_empty():
        return None
    days = plan.settings.horizon_weeks * 7
    return Measure(mean * float(rates[0]) * days / DAYS_A_YEAR, f"at {percent(float(rates[0]))} a year")


def mean_stock_value(company: Company, plan: Plan) -> float | None:
    """Mean of the stock's value over time; a line of projected stock holds until the next of its item and site."""
    lines = plan["projected_stock"].join(unit_costs(plan), on="item").sort("item", "site", "date")
    if lines.is_empty():
        return None
    zone = home_zone(company)
    end: dt.date = pl.select(pl.lit(plan.settings.horizon_end).dt.convert_time_zone(zone).dt.date()).item()
    until = pl.col("date").shift(-1).over("item", "site").fill_null(end)
    days = (until - pl.col("date")).dt.total_days().clip(lower_bound=0)
    value = pl.col("stock").clip(lower_bound=0.0) * pl.col("unit_cost")
    weighted = lines.select((value * days).sum()).item()
    first: dt.date = lines.select(pl.col("date").min()).item()
    span = (end - first).days
    return float(weighted) / span if span > 0 else float(lines.select(value.sum()).item())


def _outflow_per_day(plan: Plan) -> float:
    """Standard cost of what is delivered to customers, per day of the horizon."""
    items = plan["requirements"].select("demand", "item")
    rows = (
        plan["deliveries"]
        .join(items, on="demand", maintain_order="left")
        .join(unit_costs(plan), on="item", maintain_order="left")
    )
    cost = ((rows["quantity"] - rows["short"]) * rows["unit_cost"]).sum()
    return float(cost) / (plan.settings.horizon_weeks * 7)
