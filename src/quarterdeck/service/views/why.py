"""Why a number is what it is: in words how it is computed, by which function, and the rows it is computed from."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from quarterdeck.model import RESULTS, Company, Plan
from quarterdeck.service.stocking import surplus
from quarterdeck.service.views.demand_page import segment_list, series_list
from quarterdeck.service.views.margins import margins
from quarterdeck.service.views.orders import deliveries, orders
from quarterdeck.service.views.stock_page import stock_list, stock_totals
from quarterdeck.service.views.why_pages import FIGURES as OF_PAGES

Rows = Callable[[Company, Plan], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a number comes from.

    Parameters
    ----------
    title, formula
        What it is called and how it is computed, in words.
    function
        The function that computes it, by its place in the program, and ``meaning``, what that function says of itself.
    source
        What the rows are, in words.
    rows
        The rows behind it.
    """

    title: str
    formula: str
    function: str
    meaning: str
    source: str
    rows: pl.DataFrame


def _table(name: str) -> Rows:
    """The plan's own table of this name."""

    def rows(_company: Company, plan: Plan) -> pl.DataFrame:
        """Written when the plan was made."""
        return plan[name]

    return rows


FIGURES: dict[str, tuple[str, str, Callable[..., object], str, Rows]] = {
    "stock_now": (
        "Stock now",
        "sum over items of what lies in stock × standard cost",
        stock_totals,
        "items",
        stock_list,
    ),
    "safety": (
        "Kept against surprises",
        "sum over items of safety stock × standard cost",
        stock_totals,
        "stock targets",
        _table("targets"),
    ),
    "risks": (
        "Risk of an item",
        "out: planned stock falls below nothing; low: below safety stock on some day; high: never down to the target",
        stock_list,
        "items",
        stock_list,
    ),
    "surplus": (
        "Too much in stock",
        "what stays above the level to order up to throughout, lies dead for a year, or expires, × standard cost",
        surplus,
        "surplus",
        surplus,
    ),
    "demand": (
        "Expected demand",
        "forecast over the horizon × price, with promotions and corrections",
        series_list,
        "series",
        series_list,
    ),
    "life": (
        "Growing, steady, fading, new",
        "trend a year above 15 %, in between, below −15 %, or too young for a history",
        series_list,
        "series",
        series_list,
    ),
    "tracking": (
        "Wrong one way too long",
        "mean error ÷ mean absolute error of the backtest; an alarm above 0.6 where the bias is above 10 %",
        series_list,
        "series",
        series_list,
    ),
    "segments": (
        "Who wants more or less",
        "value of the last half year against the same half year before",
        segment_list,
        "groups",
        segment_list,
    ),
    "margin": ("Margin", "selling value of the quantity wanted − quantity × standard cost", margins, "items", margins),
    "cash": (
        "Money in the bank",
        "opening cash + receipts of deliveries − payments of orders − fixed payments, each on its due day",
        _table("cash_lines"),
        "cash lines",
        _table("cash_lines"),
    ),
    "cost": (
        "Standard cost",
        "material with scrap + set-up ÷ lot + run time × rates + overhead + work outside, rolled up through all levels",
        _table("item_costs"),
        "costs of items by part",
        _table("item_costs"),
    ),
    "orders": ("Orders", "open orders and those that the plan proposes", orders, "orders", orders),
    "promises": (
        "Promises",
        "a promise is late when the last unit is delivered after its due date, short when it never is",
        deliveries,
        "what is wanted and when it is delivered",
        deliveries,
    ),
    "schedule": (
        "Schedule",
        "start, set-up and end of every operation on its machine and person",
        _table("operations"),
        "operations",
        _table("operations"),
    ),
    **OF_PAGES,
}
"""Figures of the pages by the name that their links carry."""

TABLES_OF_KPIS = {"service": "deliveries", "stock": "projected_stock", "load": "loads", "money": "orders"}


def names() -> tuple[str, ...]:
    """Every number that can be asked about."""
    from quarterdeck.disciplines.goals.definitions import DEFINITIONS  # noqa: PLC0415 - numerical

    return (*FIGURES, *(each.kpi for each in DEFINITIONS))


def origin(company: Company, plan: Plan, number: str) -> Origin | None:
    """Where the number with this name comes from; ``None`` if none is called so."""
    if number in FIGURES:
        title, formula, function, source, rows = FIGURES[number]
        return Origin(title, formula, *_told(function), source, rows(company, plan))
    return _kpi(company, plan, number)


def _kpi(company: Company, plan: Plan, number: str) -> Origin | None:
    from quarterdeck.disciplines.goals.definitions import DEFINITIONS  # noqa: PLC0415

    found = next((each for each in DEFINITIONS if each.kpi == number), None)
    if found is None:
        return None
    place, meaning = _told(found.measure)
    table = TABLES_OF_KPIS.get(place.split(".")[-2], "kpis")
    table = {"lowest_cash": "cash_lines", "cash_end": "cash_lines", "forecast_error": "series",
             "forecast_bias": "series"}.get(number, table)  # fmt: skip
    rows = deliveries(company, plan) if table == "deliveries" else plan[table]
    return Origin(found.title, found.formula, place, meaning, RESULTS[table].title.lower(), rows)


def _told(function: Callable[..., object]) -> tuple[str, str]:
    """A function's place and the first line of what it says of itself."""
    said = inspect.getdoc(function) or ""
    return f"{function.__module__}.{function.__qualname__}", said.split("\n\n")[0].replace("\n", " ").replace("``", "")
