"""Every KPI: its name, its words, which way is better, and how it is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from quarterdeck.disciplines.goals import load, money, service, stock
from quarterdeck.disciplines.goals.measure import Measure
from quarterdeck.model import Company, Plan


@dataclass(frozen=True, slots=True)
class Definition:
    """One KPI; ``unit`` is ``share``, ``days``, ``currency``, ``order lines`` or ``turns a year``."""

    kpi: str
    title: str
    unit: str
    direction: str
    formula: str
    measure: Callable[[Company, Plan], Measure | None]


DEFINITIONS = (
    Definition(
        "on_time_in_full",
        "On time in full",
        "share",
        "at_least",
        "sales-order lines delivered whole by their due date ÷ all open sales-order lines",
        service.on_time_in_full,
    ),
    Definition(
        "on_time_in_full_value",
        "On time in full, by value",
        "share",
        "at_least",
        "selling value of sales-order lines delivered whole by their due date ÷ value of all",
        service.on_time_in_full_value,
    ),
    Definition(
        "late_orders",
        "Late order lines",
        "order lines",
        "at_most",
        "number of open sales-order lines that are late or short",
        service.late_orders,
    ),
    Definition(
        "mean_lateness",
        "Mean lateness",
        "days",
        "at_most",
        "days late of late sales-order lines ÷ their number",
        service.mean_lateness,
    ),
    Definition(
        "service_level",
        "Service level",
        "share",
        "at_least",
        "value of demand, ordered and expected, met when due ÷ value of all demand",
        service.service_level,
    ),
    Definition(
        "stock_value",
        "Stock value",
        "currency",
        "at_most",
        "projected stock × standard cost, mean over the horizon",
        stock.stock_value,
    ),
    Definition(
        "days_of_stock",
        "Days of stock",
        "days",
        "at_most",
        "mean stock value ÷ standard cost of deliveries per day",
        stock.days_of_stock,
    ),
    Definition(
        "stock_turns",
        "Stock turns",
        "turns a year",
        "at_least",
        "standard cost of deliveries per year ÷ mean stock value",
        stock.stock_turns,
    ),
    Definition(
        "holding_cost",
        "Cost of holding stock",
        "currency",
        "at_most",
        "mean stock value × holding rate × share of a year planned",
        stock.holding_cost,
    ),
    Definition(
        "utilisation",
        "Utilisation",
        "share",
        "at_least",
        "set-up and run hours ÷ open hours, all work centres",
        load.utilisation,
    ),
    Definition(
        "bottleneck_utilisation",
        "Utilisation of the bottleneck",
        "share",
        "at_most",
        "set-up and run hours ÷ open hours of the work centre used most",
        load.bottleneck_utilisation,
    ),
    Definition(
        "setup_share", "Share of set-up", "share", "at_most", "set-up hours ÷ set-up and run hours", load.setup_share
    ),
    Definition(
        "schedule_cost",
        "Cost of the schedule",
        "currency",
        "at_most",
        "late days × value × cost of a late day + set-ups + overtime + holding of what lies in the works;"
        " where the schedule is judged in money or overtime is declared",
        load.schedule_cost,
    ),
    Definition(
        "plan_cost",
        "Cost of the plan",
        "currency",
        "at_most",
        "purchases at their price, work at its cost and transport of all open and planned orders",
        money.plan_cost,
    ),
    Definition(
        "late_cost",
        "Cost of lateness",
        "currency",
        "at_most",
        "value of late sales-order lines × days late × rate of lateness",
        money.late_cost,
    ),
    Definition(
        "revenue",
        "Revenue",
        "currency",
        "at_least",
        "selling value of deliveries within the horizon, ordered and expected",
        money.revenue,
    ),
    Definition("cash_low", "Lowest cash", "currency", "at_least", "lowest balance at the end of a day", money.cash_low),
    Definition(
        "cash_end", "Cash at the end", "currency", "at_least", "balance at the end of the horizon", money.cash_end
    ),
    Definition(
        "forecast_error",
        "Forecast error",
        "share",
        "at_most",
        "absolute error of the backtest ÷ demand, weighted with demand",
        service.forecast_error,
    ),
    Definition(
        "forecast_bias",
        "Forecast bias",
        "share",
        "at_most",
        "mean error of the backtest ÷ demand, weighted with demand; more than 0 is too high",
        service.forecast_bias,
    ),
)
