"""Repairs of supply: expedite what comes late, buy from somebody faster, make what is needed apart from the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from quarterdeck.disciplines.mrp.chains import Link
from quarterdeck.model import Company, Plan
from quarterdeck.model.clock import DAY, home_zone, site_zones
from quarterdeck.planning.repairs.edits import Candidate, Edit, free_code, new_row, row_of

EXPEDITE_SHARE = 0.1
"""Surcharge for expediting as share of the value where the company's cost rates name none."""
SHORTEST = 0.5
"""Share of the remaining time that no expediting goes below."""


@dataclass(frozen=True)
class Case:
    """A late demand: its requirement, its chain of causes, and what is needed to word and price repairs."""

    company: Company
    plan: Plan
    requirement: dict[str, Any]
    delivery: dict[str, Any]
    links: list[Link]

    @property
    def now(self) -> dt.datetime:
        """The plan's now."""
        return self.plan.settings.as_of

    def wall(self, moment: dt.datetime, site: str) -> dt.datetime:
        """An instant on the site's clock, without a zone, in whole seconds."""
        zone = site_zones(self.company).get(site, home_zone(self.company))
        return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)

    def order(self, code: str) -> dict[str, Any] | None:
        """The plan's order with a code, the first of its lines."""
        rows = self.plan["orders"].filter(pl.col("order") == code).sort("line")
        return rows.row(0, named=True) if rows.height else None

    def rate(self, kind: str, default: float) -> float:
        """A company-wide cost rate."""
        rows = self.company["cost_rates"].filter((pl.col("rate") == kind) & (pl.col("scope") == ""))
        return float(rows["value"][0]) if rows.height else default

    def price(self, item: str, supplier: str) -> Decimal:
        """Purchase price of one unit."""
        rows = self.company["supply_options"].filter((pl.col("item") == item) & (pl.col("supplier") == supplier))
        prices = rows["price"].drop_nulls()
        cost = self.company["items"].filter(pl.col("item") == item)["cost"].drop_nulls()
        return prices[0] if prices.len() else cost[0] if cost.len() else Decimal(0)


def supply_repairs(case: Case) -> Iterator[Candidate]:
    """Repairs of the purchases and lots that the order waits for, those that cost most time first."""
    seen: set[tuple[str, str]] = set()
    for link in sorted(case.links, key=lambda each: -each.seconds):
        order = case.order(link.order)
        if order is None or (link.cause, link.order) in seen:
            continue
        seen.add((link.cause, link.order))
        if order["kind"] == "buy" and link.cause in {"material", "lead_time"}:
            yield from _expedited(case, order)
            yield from _elsewhere(case, order)
        if order["kind"] == "make" and link.cause in {"lot", "processing"}:
            yield from _apart(case, order)


def _expedited(case: Case, order: dict[str, Any]) -> Iterator[Candidate]:
    """The purchase comes when it is needed, or at best in half the time that is left."""
    left = order["available"] - case.now
    soonest = case.now + left * SHORTEST
    target = max(order["needed"], soonest)
    if target >= order["available"] - dt.timedelta(hours=1):
        return
    share = case.rate("expedite", EXPEDITE_SHARE)
    value = case.price(order["item"], order["partner"] or "") * Decimal(str(order["quantity"]))
    edits = _brought_forward(case, order, target)
    facts = {"quantity": order["quantity"], "partner": order["partner"] or "", "to": target, "share": share,
             "before": order["available"], "site": order["site"]}  # fmt: skip
    price = _cents(value * Decimal(str(share)))
    arrivals = {order["order"]: target}
    yield Candidate("expedite", order["order"], order["item"], facts, price, edits, arrivals=arrivals)


def _brought_forward(case: Case, order: dict[str, Any], target: dt.datetime) -> dict[str, Edit]:
    due = case.wall(target, order["site"])
    if order["state"] != "planned":
        line = order["line"] or "1"
        return {
            "purchase_orders": Edit(
                row_of("purchase_orders", case.company, {"due": due}, order=order["order"], line=line)
            )
        }
    return {"purchase_orders": Edit(_purchase(case, order, order["partner"], order["quantity"], due))}


def _purchase(
    case: Case, order: dict[str, Any], supplier: str | None, quantity: float, due: dt.datetime
) -> pl.DataFrame:
    return new_row(
        "purchase_orders", order=free_code(case.company, "purchase_orders", "EXPRESS"), line="1", supplier=supplier,
        item=order["item"], site=order["site"], quantity=quantity, due=due,
        ordered=case.wall(case.now, order["site"]), price=case.price(order["item"], supplier or ""),
    )  # fmt: skip


def _elsewhere(case: Case, order: dict[str, Any]) -> Iterator[Candidate]:
    """Another supplier that would deliver sooner, at the price it takes more."""
    options = case.company["supply_options"].filter(
        (pl.col("item") == order["item"]) & (pl.col("site").is_in(["", order["site"]]))
    )
    for row in options.sort("lead_time_days", "priority", "supplier").iter_rows(named=True):
        there = case.now + dt.timedelta(seconds=round(row["lead_time_days"] * DAY))
        if row["supplier"] == order["partner"] or there >= order["available"] - dt.timedelta(hours=1):
            continue
        quantity = _lot(order["quantity"], row["minimum"], row["multiple"])
        new, old = case.price(order["item"], row["supplier"]), case.price(order["item"], order["partner"] or "")
        price = new * Decimal(str(quantity)) - (
            old * Decimal(str(order["quantity"])) if order["state"] == "planned" else 0
        )
        due = case.wall(there, order["site"])
        edits = {"purchase_orders": Edit(_purchase(case, order, row["supplier"], quantity, due))}
        facts = {"quantity": quantity, "partner": row["supplier"], "to": there, "before": order["available"],
                 "site": order["site"], "planned": order["state"] == "planned"}  # fmt: skip
        arrivals = {order["order"]: there}
        yield Candidate("alternate", order["order"], order["item"], facts, _cents(price), edits, arrivals=arrivals)


def _lot(quantity: float, minimum: float, multiple: float) -> float:
    """The least lot that holds a quantity.

    >>> _lot(13, 10, 5), _lot(3, 10, 0)
    (15, 10)
    """
    wanted = max(quantity, minimum)
    return -(-wanted // multiple) * multiple if multiple > 0 else wanted


def _apart(case: Case, order: dict[str, Any]) -> Iterator[Candidate]:
    """What this order needs of a lot is made as a work order of its own, ahead of the rest."""
    pegs = case.plan["pegs"].filter((pl.col("supply") == order["order"]) & (pl.col("supply_kind") == "order"))
    wanted = _towards(case, pegs)
    if not 0 < wanted < order["quantity"] * 0.9:
        return
    towards = [case.requirement["demand"], *(link.order for link in case.links)]
    facts = {"quantity": wanted, "of": order["quantity"], "site": order["site"], "towards": towards}
    due = case.wall(max(order["needed"], case.now), order["site"])
    routing = order["routing"] or "main"
    new = new_row(
        "work_orders", order=free_code(case.company, "work_orders", "SPLIT"), item=order["item"], site=order["site"],
        quantity=wanted, routing=routing, due=due, priority=1, status="released",
    )  # fmt: skip
    if order["state"] == "started":
        return
    if order["state"] == "open":
        rows = case.company["work_orders"].filter(pl.col("order") == order["order"])
        rest = rows.with_columns(quantity=pl.col("quantity") - wanted)
        new = pl.concat([new, rest])
    edits = {"work_orders": Edit(new)}
    yield Candidate("split", order["order"], order["item"], facts, Decimal(0), edits, part=wanted)


def _towards(case: Case, pegs: pl.DataFrame) -> float:
    """How much of a lot goes to the demand or to the order that is on its chain."""
    chain = [link.order for link in case.links]
    to = pegs.filter(pl.col("demand").is_in([case.requirement["demand"], *chain]))
    return float(to["quantity"].sum())


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))
