"""Promises: when every requirement is met, why some are late, what stock does, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from quarterdeck.disciplines.mrp.actions import actions
from quarterdeck.disciplines.mrp.causes import causes
from quarterdeck.disciplines.mrp.deliveries import deliveries
from quarterdeck.disciplines.mrp.projection import projected_stock
from quarterdeck.disciplines.mrp.wording import Names, amount, duration
from quarterdeck.model import Company, Plan, Problem, Settings


def run(company: Company, plan: Plan, settings: Settings) -> Plan:
    """The plan with ``deliveries``, ``causes``, ``projected_stock`` and ``actions``; late orders become problems."""
    met = deliveries(company, plan, settings)
    why, told = causes(company, plan, met, settings)
    done = plan.with_tables(deliveries=told, causes=why, projected_stock=projected_stock(company, plan, settings))
    done = done.with_tables(actions=actions(company, done, settings))
    return done.with_problems(_broken_promises(company, done, settings))


def _broken_promises(company: Company, plan: Plan, settings: Settings) -> Iterator[Problem]:
    """One problem per sales order line that is late or short."""
    names = Names.of(company, settings.as_of)
    orders = plan["requirements"].filter(pl.col("kind") == "sales_order")
    bad = (
        plan["deliveries"]
        .filter(pl.col("state") != "on_time")
        .join(orders.select("demand", "order", "line", "customer", "item"), on="demand", maintain_order="left")
    )
    for row in bad.sort("late_seconds", "demand", descending=[True, False]).iter_rows(named=True):
        customer = f" of {names.customers.get(row['customer'], row['customer'])}" if row["customer"] else ""
        line = f" line {row['line']}" if row["line"] not in {None, "", "1"} else ""
        called = (
            f"{row['order'] or row['demand']}{line}{customer} ({amount(row['quantity'])} {names.item(row['item'])})"
        )
        key = " / ".join(part for part in (row["order"] or row["demand"], row["line"]) if part)
        if row["state"] == "short":
            yield Problem(
                "error", "order-short", f"{called} lacks {amount(row['short'])}: {row['reason']}.",
                "Give the item a supplier or a routing, or agree on less.", table="sales_orders", key=key,
            )  # fmt: skip
        else:
            day = names.day(row["delivered"])
            yield Problem(
                "warning", "order-late",
                f"{called} is {duration(row['late_seconds'])} late, on {day}: {row['reason']}.",
                "See the actions that expedite what it waits for, or agree on the new date.",
                table="sales_orders", key=key,
            )  # fmt: skip
