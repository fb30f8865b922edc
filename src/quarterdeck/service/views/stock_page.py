"""What a page about stock shows: every item with its risk and its worth, and one item in depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from quarterdeck.model import Company, Plan
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.orders import orders
from quarterdeck.service.views.stock import RISKS, StockCurve, item_risks, risk_text, stock_curve
from quarterdeck.service.views.wants import demands
from quarterdeck.service.views.yields import yielding_orders

SHORT = 1e-9
MOVES = ("incoming", "outgoing", "expired")


@dataclass(frozen=True, slots=True)
class StockTotals:
    """The whole in money: what lies there, what is kept against surprises, what is more than needed; and the risks.

    ``risks`` counts items per risk, as :func:`quarterdeck.service.views.stock.item_risks` names them.
    """

    value: float
    value_text: str
    safety_text: str
    excess: float
    excess_text: str
    risks: dict[str, int]


@dataclass(frozen=True)
class StockDetail:
    """One item at one site.

    Parameters
    ----------
    facts
        The item's row of :func:`stock_list`.
    target
        Its row of the plan's targets, or nothing.
    days
        The days on which stock changes, with the orders received: ``day``, ``incoming``, ``outgoing``, ``expired``,
        ``stock`` in words, ``received`` and ``low`` (below safety stock) or ``out``.
    orders
        Open and planned orders for it, in the order in which they arrive.
    needs
        What uses it: ``needed``, ``quantity``, ``title``, ``order``, ``line``, from the pegs.
    """

    facts: dict[str, Any]
    curve: StockCurve
    target: dict[str, Any]
    days: tuple[dict[str, Any], ...]
    orders: tuple[dict[str, Any], ...]
    needs: tuple[dict[str, Any], ...]


def stock_list(company: Company, plan: Plan) -> pl.DataFrame:
    """Every item at its site, the most endangered first, with its worth.

    Columns of :func:`quarterdeck.service.views.stock.item_risks`, then ``cost`` of one unit, ``worth`` of the stock
    now, ``excess`` (worth of what stays above the order-up-to level throughout), ``days_cover`` (how long the stock now
    lasts at the plan's usage, null where nothing is used), and their texts ``risk_text``, ``stock_text``,
    ``lowest_text``, ``worth_text``, ``excess_text``, ``cover_text``.
    """
    names = Names.of(company)
    risks = item_risks(company, plan)
    if risks.is_empty():
        return risks
    days = plan.settings.horizon_weeks * 7
    listed = risks.join(unit_costs(company, plan), on="item", how="left", maintain_order="left").with_columns(
        pl.col("cost").fill_null(0.0)
    )
    above = pl.col("lowest") - pl.col("order_up_to")
    listed = listed.with_columns(
        worth=pl.col("stock").clip(lower_bound=0) * pl.col("cost"),
        excess=pl.when(pl.col("risk") == "high").then(above).otherwise(0.0).clip(lower_bound=0) * pl.col("cost"),
        days_cover=pl.when(pl.col("used") > 0).then(pl.col("stock").clip(lower_bound=0) / (pl.col("used") / days)),
    )
    rows = [_worded(row, names) for row in listed.iter_rows(named=True)]
    return listed.with_columns(pl.Series(name, [row[name] for row in rows], dtype=pl.String) for name in rows[0])


def _worded(row: dict[str, Any], names: Names) -> dict[str, str]:
    unit = row["unit"]
    return {
        "risk_text": risk_text(row),
        "stock_text": wording.quantity(row["stock"], unit),
        "lowest_text": f"{wording.quantity(row['lowest'], unit)} on {wording.day(row['lowest_day'])}",
        "worth_text": wording.money(row["worth"], names.currency),
        "excess_text": wording.money(row["excess"], names.currency) if row["excess"] > 0 else "",
        "cover_text": "" if row["days_cover"] is None else f"{wording.grouped(min(row['days_cover'], 9_999))} d",
    }


def unit_costs(company: Company, plan: Plan) -> pl.DataFrame:
    """Standard cost of one unit per ``item``: as rolled up by the plan, else as the item's own row says."""
    rolled = plan["item_costs"].group_by("item").agg(rolled=pl.col("total").cast(pl.Float64).sum())
    own = company["items"].select("item", own=pl.col("cost").cast(pl.Float64))
    joined = own.join(rolled, on="item", how="left")
    return joined.select("item", cost=pl.coalesce("rolled", "own").fill_null(0.0))


def stock_totals(company: Company, plan: Plan) -> StockTotals:
    """The head of the page."""
    names = Names.of(company)
    listed = stock_list(company, plan)
    value, excess = (0.0, 0.0) if listed.is_empty() else (float(listed["worth"].sum()), float(listed["excess"].sum()))
    safety = float(plan["targets"]["safety_value"].cast(pl.Float64).sum() or 0)
    counted = dict(listed.group_by("risk").len().iter_rows()) if listed.height else {}
    return StockTotals(
        value=value,
        value_text=wording.money(value, names.currency),
        safety_text=wording.money(safety, names.currency),
        excess=excess,
        excess_text=wording.money(excess, names.currency),
        risks={risk: counted.get(risk, 0) for risk in RISKS},
    )


def stock_detail(company: Company, plan: Plan, item: str, site: str) -> StockDetail | None:
    """Everything about one item at one site; ``None`` if the plan has no stock of it."""
    curve = stock_curve(company, plan, item, site)
    if curve is None:
        return None
    names = Names.of(company)
    here = (pl.col("item") == item) & (pl.col("site") == site)
    target = plan["targets"].filter(here)
    every = orders(company, plan)
    coming = pl.concat([every.filter(here), yielding_orders(plan, every, item, site, names)], how="vertical_relaxed")
    coming = coming.sort("available", "order", "line")
    arriving = [_order(row, names, plan) for row in coming.iter_rows(named=True)]
    return StockDetail(
        facts=stock_list(company, plan).filter(here).row(0, named=True),
        curve=curve,
        target=target.row(0, named=True) if target.height else {},
        days=_days(curve, arriving, names),
        orders=tuple(arriving),
        needs=_needs(plan, item, site, names),
    )


def _order(row: dict[str, Any], names: Names, plan: Plan) -> dict[str, Any]:
    now, site = plan.settings.as_of, row["site"]
    customer = row["serves_customer"] or ""
    return {
        "order": row["order"],
        "line": row["line"],
        "kind": wording.ORDER_KINDS[row["kind"]],
        "state": row["state"],
        "partner": row["partner_name"] or "",
        "quantity": wording.quantity(row["quantity"], row["unit"]),
        "release": names.day(row["release"], site, now),
        "needed": names.day(row["needed"], site, now),
        "available": names.day(row["available"], site, now),
        "on": wording.local(row["available"], names.zone(site)).date(),
        "late": wording.duration(row["late_seconds"]) if row["late_seconds"] > 0 else "",
        "serves": " · ".join(part for part in (row["serves"] or "", customer) if part),
    }


def _days(curve: StockCurve, arriving: list[dict[str, Any]], names: Names) -> tuple[dict[str, Any], ...]:
    unit = names.unit(curve.item)
    found = []
    for row in curve.days.iter_rows(named=True):
        received = [f"{each['order']} {each['partner']}".strip() for each in arriving if each["on"] == row["date"]]
        found.append({
            "day": wording.day(row["date"]),
            **{name: wording.quantity(row[name], unit) if row[name] else "" for name in MOVES},
            "stock": wording.quantity(row["stock"], unit),
            "received": ", ".join(received[:4]) + (" …" if len(received) > 4 else ""),
            "out": row["stock"] < -SHORT,
            "low": row["stock"] < curve.safety_stock - SHORT,
        })  # fmt: skip
    return tuple(found)


def _needs(plan: Plan, item: str, site: str, names: Names) -> tuple[dict[str, Any], ...]:
    pegs = plan["pegs"].filter((pl.col("item") == item) & (pl.col("site") == site)).sort("needed", "peg")
    wanted = {row["demand"]: row for row in demands(plan).filter(pl.col("item") == item).iter_rows(named=True)}
    makes = dict(plan["orders"].select("order", "item").iter_rows())
    found = []
    for row in pegs.iter_rows(named=True):
        want = wanted.get(row["demand"], {}) if row["demand_kind"] == "requirement" else {}
        order = want.get("order") or ("" if row["demand_kind"] == "requirement" else row["demand"])
        kind = str(want.get("kind", "order")).replace("_", " ")
        title = names.name("customer", want.get("customer")) or kind if want else names.item(makes.get(row["demand"]))
        supply = "stock" if row["supply_kind"] == "stock" else row["supply"]
        found.append({
            "needed": names.day(row["needed"], site, plan.settings.as_of),
            "quantity": names.amount(row["quantity"], item),
            "order": order,
            "line": want.get("line") or row["demand_line"] or "",
            "title": title,
            "from": supply,
            "late": want.get("late_seconds", 0) > 0,
        })  # fmt: skip
    return tuple(found)
