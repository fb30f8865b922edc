"""Where the figures of single pages come from: one item, one series, what to do, an enquiry, a comparison, the data."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.plans import listed
from quarterdeck.service.promising import Promiser
from quarterdeck.service.stocking import placed_stock, promises_compared, service_against_capital
from quarterdeck.service.views.actions import actions
from quarterdeck.service.views.comparison import compare
from quarterdeck.service.views.demand_page import planner_value, series_detail
from quarterdeck.service.views.lateness import late_orders
from quarterdeck.service.views.load import load_frame
from quarterdeck.service.views.station import station
from quarterdeck.service.views.stock import stock_curve
from quarterdeck.service.views.tables_page import table_groups
from quarterdeck.service.views.volumes import volume_rows, volumes

Rows = Callable[[Company, Plan], pl.DataFrame]


def _table(name: str) -> Rows:
    """The plan's own table of this name."""

    def rows(_company: Company, plan: Plan) -> pl.DataFrame:
        return plan[name]

    return rows


def _tables(company: Company, plan: Plan) -> pl.DataFrame:
    """Every table with its rows and what is wrong in them."""
    lines = [line for group in table_groups(company, plan) for line in group.tables]
    return pl.DataFrame(
        {
            "table": [line.title for line in lines],
            "rows": [line.rows for line in lines],
            "errors": [line.errors for line in lines],
            "warnings": [line.warnings for line in lines],
        }
    )


FIGURES: dict[str, tuple[str, str, Callable[..., object], str, Rows]] = {
    "projected": (
        "Planned stock",
        "stock at the start of a day + what comes in − what goes out − what expires, by the plan's orders and needs",
        stock_curve,
        "planned stock, day by day",
        _table("projected_stock"),
    ),
    "target": (
        "Safety stock and target",
        "what the demand until the next delivery may be more than expected, at the wanted service level",
        stock_curve,
        "stock targets",
        _table("targets"),
    ),
    "forecast": (
        "Forecast",
        "the method that was best on the item's own past, with promotions and corrections; bands from its past errors",
        series_detail,
        "forecasts by period",
        _table("forecasts"),
    ),
    "volumes": (
        "Levelled volumes",
        "making, keeping, overtime and credit by week that earn most; an hour is worth what one more of it would add",
        volumes,
        "levelled volumes by product and week",
        volume_rows,
    ),
    "corrections": (
        "What corrections were worth",
        "error of the plain method − error after the correction, as a share of what came, once the period is over",
        planner_value,
        "people who corrected",
        planner_value,
    ),
    "frontier": (
        "Service against capital",
        "the share of demand that is met from stock when a sum of money is spread best over all items",
        service_against_capital,
        "stock targets",
        _table("targets"),
    ),
    "promises": (
        "What is promised",
        "safety stock × cost of targets worked out anew: level kept by each item, in the mean, in the mean by value",
        promises_compared,
        "stock targets",
        _table("targets"),
    ),
    "placed": (
        "Where to keep safety stock",
        "the promised times of all stages that need the least money in safety stock for the same service",
        placed_stock,
        "stock targets",
        _table("targets"),
    ),
    "actions": (
        "What to do",
        "an order that is released, moved or changed by the plan; its value is what the change saves or spends",
        actions,
        "actions of the plan",
        _table("actions"),
    ),
    "lateness": (
        "Why promises are late",
        "every second between due date and delivery is given to the one thing that the next step waited for",
        late_orders,
        "causes, step by step",
        _table("causes"),
    ),
    "enquiry": (
        "When it could be delivered",
        "the first day on which stock, open orders and new ones give the quantity, machines and suppliers as planned",
        Promiser.enquire,
        "planned stock, day by day",
        _table("projected_stock"),
    ),
    "station": (
        "Work at a work centre",
        "steps of released orders that run, then those that are next by the plan",
        station,
        "operations",
        _table("operations"),
    ),
    "load": (
        "Load",
        "hours of set-up and run ÷ hours that the calendar opens, week by week",
        load_frame,
        "hours of work centres by week",
        _table("loads"),
    ),
    "plans": (
        "Figures of a plan",
        "each plan keeps its own figures as they were computed when it was made",
        listed,
        "figures of the plan",
        _table("kpis"),
    ),
    "compare": (
        "Two plans side by side",
        "the tables of the second plan − those of the first, matched by order, step and delivery",
        compare,
        "figures of the plan",
        _table("kpis"),
    ),
    "tables": (
        "Rows and problems of the tables",
        "rows of each table, and what the checks found in them that planning leaves out or assumes",
        table_groups,
        "tables",
        _tables,
    ),
}
"""Figures by the name that their links carry, as in ``why.FIGURES``."""
