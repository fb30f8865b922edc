"""Counting money: item costs, order costs, the value of safety stock, and cash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import polars as pl

from quarterdeck.disciplines.finance.cash import cash_lines
from quarterdeck.disciplines.finance.fixed_point import MONEY_SCALE, money, scaled
from quarterdeck.disciplines.finance.item_costs import StandardCosts, standard_costs
from quarterdeck.disciplines.finance.least_orders import least_order_problems
from quarterdeck.disciplines.finance.order_costs import order_costs
from quarterdeck.model import Company, Plan, Problem, Settings
from quarterdeck.model.clock import home_zone
from quarterdeck.model.currency import priced


def run(company: Company, plan: Plan, settings: Settings) -> Plan:
    """The plan with item costs, what orders cost, the value of safety stock and the cash lines."""
    today = _today(company, settings)
    costs = standard_costs(company, today, usual_lots(company, plan))
    settings.progress("Counting money", 0.5)
    orders = plan["orders"].with_columns(money(order_costs(company, plan["orders"])).alias("cost"))
    targets = _priced(company, plan["targets"], costs)
    plan = plan.with_tables(item_costs=costs.frame(), orders=orders, targets=targets)
    plan = plan.with_tables(cash_lines=cash_lines(company, plan))
    return plan.with_problems([*cash_problems(company, plan), *least_order_problems(company, plan)])


def usual_lots(company: Company, plan: Plan) -> dict[str, float]:
    """Usual order quantity of each item: its fixed lot, else the plan's mean make order, else its least lot."""
    made = plan["orders"].filter(pl.col("kind") == "make").group_by("item").agg(pl.col("quantity").mean().alias("mean"))
    fixed = pl.when(pl.col("lot_rule") == "fixed").then("lot_size")
    least = pl.when(pl.col("lot_minimum") > 0).then("lot_minimum")
    rows = company["items"].join(made, on="item", how="left").select("item", pl.coalesce(fixed, "mean", least, 1.0))
    return dict(rows.iter_rows())


def cash_problems(company: Company, plan: Plan) -> Iterator[Problem]:
    """The first day on which the bank account is overdrawn further than the bank allows."""
    if company["cash_accounts"].is_empty():
        return
    limit = -Decimal(company["cash_accounts"]["credit_limit"].sum() or 0)
    days = plan["cash_lines"].group_by("date", maintain_order=True).agg(pl.col("balance").last())
    below = days.filter(pl.col("balance") < limit)
    if below.is_empty():
        return
    day, balance = below.row(0)
    low = days.sort("balance", "date").row(0)
    currency = company.setting("currency")
    yield Problem(
        "warning",
        "cash-below-limit",
        f"From {day:%a} {day.day} {day:%b} the bank account is overdrawn beyond its limit of "
        f"{priced(limit, currency)}; the lowest balance is {priced(low[1], currency)} on "
        f"{low[0]:%a} {low[0].day} {low[0]:%b}.",
        "Speak with the bank, collect invoices earlier, or release purchases later.",
        table="cash_accounts",
        found=f"{balance:,.0f}",
        expected=f"at least {limit:,.0f}",
    )


def _priced(company: Company, targets: pl.DataFrame, costs: StandardCosts) -> pl.DataFrame:
    """Targets with the value of their safety stock and of what expires, which the reasons then name."""
    unit = costs.unit_costs()
    each = np.array([unit.get(item, 0.0) for item in targets["item"]])
    columns = {"safety_value": "safety_stock", "waste_value": "waste_per_year"}
    valued = targets.with_columns(
        money(scaled(each * targets[amount].to_numpy(), MONEY_SCALE)).alias(name) for name, amount in columns.items()
    )
    currency = company.setting("currency")
    words = {"safety_value": "The safety stock is worth", "waste_value": "What expires costs"}
    reasons = [
        row["reason"] + "".join(
            f" {word} {priced(row[name], currency)}{' a year' if name == 'waste_value' else ''}."
            for name, word in words.items()
            if row[name] >= 1
        )
        for row in valued.select("reason", *words).iter_rows(named=True)
    ]  # fmt: skip
    return valued.with_columns(reason=pl.Series(reasons, dtype=pl.String))


def _today(company: Company, settings: Settings) -> dt.date:
    local: dt.date = pl.select(pl.lit(settings.as_of).dt.convert_time_zone(home_zone(company)).dt.date()).item()
    return local
