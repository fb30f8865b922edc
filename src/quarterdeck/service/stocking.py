"""Decisions about stock as a whole: how much money for how much service, where to keep it, and what to get rid of."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.model import TABLES, Company, Plan
from quarterdeck.model.settings import PROMISES
from quarterdeck.service.options import PROMISE_TITLES
from quarterdeck.service.views import wording
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.stock_page import stock_list, unit_costs
from quarterdeck.store import TableChange

if TYPE_CHECKING:
    from quarterdeck.store import Workspace

Vector = npt.NDArray[np.float64]
WEEKS = 52.0
DEAD_DAYS = 365
TINY = 1e-9


class StockingError(ValueError):
    """A choice that cannot be made; the message says why."""


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """One point: money in safety stock, share of demand met from stock, both in words."""

    number: int
    capital: float
    capital_text: str
    service: float
    service_text: str


@dataclass(frozen=True)
class ServiceAgainstCapital:
    """The efficient frontier of the stocked assortment, and where the plan's targets stand.

    ``items``: ``item``, ``site``; ``probability`` (points, item-sites) is what picking a point sets.
    """

    points: tuple[FrontierPoint, ...]
    now: FrontierPoint
    same_service: FrontierPoint
    items: pl.DataFrame
    probability: Vector
    headline: str


@dataclass(frozen=True)
class PlacedStock:
    """Where safety stock would sit if all stages were planned together, beside each for itself.

    ``stages``: ``item``, ``site``, ``item_name``, ``site_name``, ``days`` of its own, ``promise_days`` to the next,
    ``safety`` and ``alone`` [units], ``value`` and ``value_alone`` [currency], the largest change first.
    """

    stages: pl.DataFrame
    value: float
    value_alone: float
    exact: bool
    headline: str


def service_against_capital(company: Company, plan: Plan) -> ServiceAgainstCapital | None:
    """What service every sum of money buys; ``None`` where nothing is stocked against surprises."""
    from quarterdeck.disciplines.inventory import budget  # noqa: PLC0415 - loads the numerical libraries

    found = _assortment(company, plan)
    if found is None:
        return None
    items, stock = found
    curve = budget.frontier(stock)
    currency = Names.of(company).currency
    points = tuple(
        _point(number, capital, service, currency)
        for number, (capital, service) in enumerate(zip(curve.capital.tolist(), curve.service.tolist(), strict=True))
    )
    safety = items["safety_stock"].to_numpy()
    now = _point(-1, float((safety * stock.cost).sum()), float(budget.service_of(stock, safety[None, :])[0]), currency)
    same = next((point for point in points if point.service >= now.service - 1e-6), points[-1])
    return ServiceAgainstCapital(points, now, same, items, curve.probability, _headline(now, same, currency))


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """One way to promise the service level: ``value`` of the safety stock it binds, and the ``least`` of any item."""

    name: str
    title: str
    value: float
    value_text: str
    least: float
    least_text: str
    chosen: bool


def promises_compared(company: Company, plan: Plan) -> tuple[PromiseMade, ...]:
    """What the service level costs when every item keeps it, and when the mean of the assortment does.

    Empty where nothing is stocked against surprises.
    """
    from quarterdeck.disciplines.inventory import stage  # noqa: PLC0415 - loads the numerical libraries

    currency, costs = Names.of(company).currency, unit_costs(company, plan)
    found = []
    for name in PROMISES:
        chosen, options = (
            name == plan.settings.service_promise,
            dataclasses.replace(plan.settings, service_promise=name),
        )
        made = plan if chosen else stage.run(company, plan, options)
        kept = made["targets"].filter(pl.col("safety_stock") > 0).join(costs, on="item", how="left")
        if kept.is_empty():
            return ()
        value = float((kept["safety_stock"] * kept["cost"].fill_null(0.0)).sum())
        least = float(kept["service_level"].min() or 0.0)  # type: ignore[arg-type]
        texts = wording.money(value, currency), wording.percent(least, 1)
        found.append(PromiseMade(name, PROMISE_TITLES[name], value, texts[0], least, texts[1], chosen))
    return tuple(found)


def pick_point(workspace: Workspace, found: ServiceAgainstCapital, number: int, *, author: str) -> str:
    """Sets the service levels of a point for every item of the assortment, as one change that can be taken back.

    Raises
    ------
    StockingError
        If there is no such point.
    """
    if not 0 <= number < len(found.points):
        raise StockingError(f"Expected a point from 0 to {len(found.points) - 1}, got {number}.")
    point = found.points[number]
    table = TABLES["item_sites"]
    levels = np.clip(np.round(found.probability[number], 4), 0.0, 1.0)
    rows = found.items.select("item", "site").with_columns(service_level=pl.Series(levels))
    said = f"Stock for {point.service_text} of demand at {point.capital_text} of safety stock"
    workspace.commit({table.name: TableChange(rows)}, author=author, reason=said, source="stock")
    return f"{said}: service levels of {wording.count(rows.height, 'item')} set. Plan again to see what it changes."


def within_budget(found: ServiceAgainstCapital, money: float) -> int:
    """The point of most service that binds no more than a sum.

    Raises
    ------
    StockingError
        If the sum is below zero.
    """
    within = [point.number for point in found.points if point.capital <= money]
    if not within:
        raise StockingError(f"Expected a budget of 0 or more, got {money:g}.")
    return max(within, key=lambda number: (found.points[number].service, -number))


def placed_stock(company: Company, plan: Plan) -> PlacedStock | None:
    """Safety stock placed over the whole bill of materials and all sites; ``None`` where there is none."""
    from quarterdeck.disciplines.inventory import flow as measuring  # noqa: PLC0415
    from quarterdeck.disciplines.inventory import placement  # noqa: PLC0415

    measured = measuring.measure(company, plan, plan.settings)
    if measured is None:
        return None
    facts, flow, links = measured
    if not (flow.mean > 0).any():
        return None
    costs = facts.join(
        unit_costs(company, plan).rename({"cost": "rolled"}), on="item", how="left", maintain_order="left"
    )
    flow = dataclasses.replace(flow, cost=costs["rolled"].fill_null(0.0).to_numpy())
    stages, rows = measuring.stages_to_place(facts, flow, links, plan.settings.service_level)
    together, alone = placement.guaranteed_service(stages), placement.single_echelon(stages)
    frame = _placed(facts[rows.tolist()], stages, together, alone, Names.of(company))
    value, before = float(frame["value"].sum()), float(frame["value_alone"].sum())
    return PlacedStock(frame, value, before, exact=placement.is_forest(stages), headline=_saved(value, before, company))


def surplus(company: Company, plan: Plan) -> pl.DataFrame:
    """Stock that nothing in the plan needs, the most money first, with what to do about it.

    Columns ``item``, ``site``, ``item_name``, ``site_name``, ``kind`` (excess: more than the plan ever uses; obsolete:
    left over of what is discontinued or followed by another item; dead: nothing uses it and nothing sold for a year;
    expiring: lost by age within the plan), ``quantity``, ``value``,
    ``value_text``, ``quantity_text`` and ``advice``.
    """
    listed = stock_list(company, plan)
    if listed.is_empty():
        return pl.DataFrame(schema=SURPLUS)
    names = Names.of(company)
    sold = _last_sold(company)
    expired = plan["projected_stock"].group_by("item", "site").agg(lost=pl.col("expired").sum())
    today = plan.settings.as_of.date()
    ended = company["items"].select(
        "item", gone=(pl.col("discontinued") <= today).fill_null(value=False) | pl.col("successor").is_not_null()
    )
    rows = listed.join(sold, on="item", how="left").join(expired, on=["item", "site"], how="left")
    rows = rows.join(ended.unique("item"), on="item", how="left")
    pieces = set(company["items"].filter(pl.col("decimals") == 0)["item"])
    found = []
    for row in rows.iter_rows(named=True):
        kind, quantity = _surplus_kind(row, (today - row["last_sold"]).days if row["last_sold"] else None)
        quantity = math.floor(quantity + TINY) if row["item"] in pieces else quantity
        value = quantity * row["cost"]
        if kind and quantity > 0:
            found.append({
                **{name: row[name] for name in ("item", "site", "item_name", "site_name")},
                "kind": kind, "quantity": quantity, "value": value, "value_text": wording.money(value, names.currency),
                "quantity_text": wording.quantity(quantity, row["unit"]), "advice": _advice(kind, row, company),
            })  # fmt: skip
    frame = pl.DataFrame(found, schema=SURPLUS)
    return frame.sort("value", "item", descending=[True, False])


SURPLUS = {
    "item": pl.String, "site": pl.String, "item_name": pl.String, "site_name": pl.String, "kind": pl.String,
    "quantity": pl.Float64, "value": pl.Float64, "value_text": pl.String, "quantity_text": pl.String,
    "advice": pl.String,
}  # fmt: skip


def _assortment(company: Company, plan: Plan) -> tuple[pl.DataFrame, Any] | None:
    from quarterdeck.disciplines.inventory import budget, stage, targets  # noqa: PLC0415

    measured = stage.measure(company, plan, plan.settings)
    if measured is None:
        return None
    facts, flow, _ = measured
    kept = plan["targets"].select("item", "site", "safety_stock")
    frame = facts.with_columns(
        node=pl.int_range(pl.len()), stocked=pl.Series(flow.stocked), weekly=pl.Series(flow.mean)
    ).join(kept, on=["item", "site"], how="inner", maintain_order="left")
    frame = frame.filter(pl.col("stocked") & (pl.col("weekly") > 0) & (pl.col("way") != "called off")).join(
        unit_costs(company, plan).rename({"cost": "unit_cost"}), on="item", how="left", maintain_order="left"
    )
    if frame.is_empty():
        return None
    chosen = frame["node"].to_numpy()
    whole = np.ones(flow.mean.size, dtype=bool)
    demand = targets.Demand(
        flow.mean, flow.variance, flow.days, flow.spread_days, whole, flow.review, flow.correlation
    )  # fmt: skip
    mean, variance = (moment[chosen] for moment in targets.lead_time_moments(demand))
    cost = frame["unit_cost"].fill_null(0.0).to_numpy()
    price = frame["price"].cast(pl.Float64).fill_null(0.0).to_numpy()
    review = flow.mean[chosen] * flow.review[chosen] / 7.0  # what is used from one order to the next
    lot = np.maximum(np.maximum(frame["lot"].fill_null(0.0).to_numpy(), review), 1e-6)
    worth = np.maximum(price, cost)
    return frame, budget.Assortment(mean, np.sqrt(variance), flow.mean[chosen] * WEEKS, lot, cost, worth)


def _placed(rows: pl.DataFrame, stages: Any, together: Any, alone: Any, names: Names) -> pl.DataFrame:  # noqa: ANN401
    frame = rows.select("item", "site").with_columns(
        item_name=names.column("item", "item"),
        site_name=names.column("site", "site"),
        days=pl.Series(stages.time),
        promise_days=pl.Series(together.service),
        safety=pl.Series(together.safety),
        alone=pl.Series(alone.safety),
        value=pl.Series(together.cost),
        value_alone=pl.Series(alone.cost),
    )
    change = (pl.col("value") - pl.col("value_alone")).abs()
    texts = {
        f"{name}_text": [wording.money(value, names.currency) for value in frame[name]]
        for name in ("value", "value_alone")
    }
    worded = frame.with_columns(pl.Series(name, values, dtype=pl.String) for name, values in texts.items())
    return worded.sort(change, "item", "site", descending=[True, False, False])


def _saved(value: float, before: float, company: Company) -> str:
    currency = Names.of(company).currency
    if before <= 0:
        return "No stage needs safety stock."
    share = wording.percent(1 - value / before)
    together, alone = wording.money(value, currency), wording.money(before, currency)
    return (
        f"Placed together, {together} of safety stock do what {alone} do when each stage covers itself: {share} less."
    )


def _point(number: int, capital: float, service: float, currency: str) -> FrontierPoint:
    return FrontierPoint(number, capital, wording.money(capital, currency), service, wording.percent(service, 1))


def _headline(now: FrontierPoint, same: FrontierPoint, currency: str) -> str:
    saved = now.capital - same.capital
    text = f"The targets bind {now.capital_text} and meet {now.service_text} of demand from stock"
    if saved > 0.005 * max(now.capital, 1.0):
        return f"{text}; spread better, {wording.money(saved, currency)} less would do the same."
    return f"{text}; no other spread of that money does noticeably better."


def _last_sold(company: Company) -> pl.DataFrame:
    return company["demand_history"].filter(pl.col("quantity") > 0).group_by("item").agg(last_sold=pl.col("date").max())


def _surplus_kind(row: dict[str, Any], days: int | None) -> tuple[str, float]:
    above = row["lowest"] - row["order_up_to"]
    if row["lost"]:
        return "expiring", float(row["lost"])
    if row["gone"] and row["lowest"] > 0:
        return "obsolete", float(row["lowest"])
    still = not row["used"] or (row["days_cover"] or 0.0) > 2 * DEAD_DAYS
    if row["stock"] > 0 and still and (days is None or days > DEAD_DAYS):
        return "dead", float(row["stock"])
    if row["lowest"] > 0 and not row["used"] and days is not None:  # sold not long ago, wanted by nobody now
        return "excess", float(row["lowest"])
    return ("excess", float(above)) if row["risk"] == "high" and above > 0 else ("", 0.0)


def _advice(kind: str, row: dict[str, Any], company: Company) -> str:
    item = company["items"].filter(pl.col("item") == row["item"])
    bought = item.height > 0 and item["source"][0] == "buy"
    priced = item.height > 0 and item["price"][0] is not None
    if kind == "expiring":
        return "Use it first or sell it at a discount before its date; order smaller lots."
    if kind == "obsolete":
        return _of_obsolete(row, item, company, priced=priced, bought=bought)
    if kind == "dead":
        return (
            "Sell it off." if priced else "Offer it back to the supplier." if bought else "Scrap it and free the place."
        )
    weeks = row["days_cover"] / 7 if row["days_cover"] else 0
    later = f"it lasts {weeks:.0f} weeks" if weeks else "nothing uses it"
    return f"Order no more, {later}; offer it back to the supplier." if bought else f"Make no more, {later}."


def _of_obsolete(row: dict[str, Any], item: pl.DataFrame, company: Company, *, priced: bool, bought: bool) -> str:
    """What to do with stock of what is no longer sold, the least loss first."""
    uses = company["bom_lines"].filter(pl.col("component") == row["item"])["parent"].unique().sort().to_list()
    successor = item["successor"][0] if item.height else None
    if uses:
        return f"Use it up in {', '.join(uses[:3])} before anything new is bought."
    if priced and successor:
        return f"Sell it off before {Names.of(company).item(successor)} takes its place everywhere."
    if priced:
        return "Sell it off while customers still ask for it."
    return "Offer it back to the supplier." if bought else "Scrap it and free the place."


def as_plain(found: Any) -> Any:  # noqa: ANN401
    """A result as plain data."""
    if isinstance(found, pl.DataFrame):
        return found.to_dicts()
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        return {each.name: as_plain(getattr(found, each.name)) for each in dataclasses.fields(found)
                if not isinstance(getattr(found, each.name), np.ndarray)}  # fmt: skip
    return [as_plain(each) for each in found] if isinstance(found, tuple | list) else found
