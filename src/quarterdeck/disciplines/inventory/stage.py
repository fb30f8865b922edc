"""Inventory: safety stock, reorder point and order-up-to level for every item and site, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from quarterdeck.disciplines.inventory import classes, substitution, waste
from quarterdeck.disciplines.inventory.by_policy import by_policy
from quarterdeck.disciplines.inventory.flow import ECONOMIC, Flow, floats, measure, unit_cost
from quarterdeck.disciplines.inventory.policies import critical_ratio, kanban_cards_of_all
from quarterdeck.disciplines.inventory.reasons import target_reason
from quarterdeck.disciplines.inventory.shared_promise import Kept, shared
from quarterdeck.disciplines.inventory.supplying import holding_rate
from quarterdeck.disciplines.inventory.targets import Demand, Levels, Seen, stock_levels
from quarterdeck.model import Company, Plan, Problem, Settings

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Text = npt.NDArray[np.str_]
Flags = npt.NDArray[np.bool_]

ROUNDING = 1e-6
SERVICE_BY_MONEY = (0.01, 0.9999)
CAREFUL_SHARE = 0.5  # of the safety stock, where demand is too new or fades too fast to be trusted

__all__ = ["Flow", "measure", "run"]


@dataclass(frozen=True, slots=True)
class Classes:
    """ABC and XYZ class and service level of each item-site: the wanted one, and what it needs of its own.

    ``shared`` says where the level is the item's part of a promise for the whole assortment.
    """

    abc: Text
    xyz: Text
    wanted: Vector
    own: Vector
    shared: Flags


@dataclass(frozen=True, slots=True)
class Found:
    """Everything worked out for the item-sites; ``lot`` is the usual quantity of an order, shape (item-sites)."""

    facts: pl.DataFrame
    flow: Flow
    levels: Levels
    lot: Vector
    classed: Classes

    @property
    def value(self) -> float:
        """Money in safety stock, at the cost of what goes into a unit."""
        return float((self.levels.safety * self.flow.cost).sum())


def run(company: Company, plan: Plan, settings: Settings) -> Plan:
    """Fills ``targets``."""
    found = _found(company, plan, settings)
    if found is None:
        return plan
    if settings.safety_together:  # demand in whole pieces may want otherwise than the normal theory of the placement
        apart = _found(company, plan, replace(settings, safety_together=0))
        found = apart if apart is not None and apart.value < found.value else found
    cards = _carded(found.facts, found.flow, found.levels)
    targets = _targets(found.facts.with_columns(lot=pl.Series(found.lot)), found.flow, cards, found.classed)
    return plan.with_tables(targets=_reasoned(company, targets, settings)).with_problems(_uncosted(targets))


def _found(company: Company, plan: Plan, settings: Settings) -> Found | None:
    measured = measure(company, plan, settings)
    if measured is None:
        return None
    facts, flow, _ = measured
    facts = _by_money(facts, flow, holding_rate(company))
    classed = _classed(facts, flow, plan, settings)
    levels, lot = by_policy(facts, flow, _levels(facts, flow, classed), classed.own)
    levels = _whole(facts, _fixed(facts, flow, levels))
    lot = np.where((facts["way"] == "min-max").to_numpy(), levels.order_up_to - levels.reorder, lot)
    return Found(facts, flow, levels, lot, classed)


def _by_money(facts: pl.DataFrame, flow: Flow, holding: float) -> pl.DataFrame:
    """Facts with the service level that money asks for where nobody does: a unit short against a unit left over.

    A unit short costs what the company says, for newsvendors else the margin. What is left over is kept until the next
    order, or lost where it does not keep as long.
    """
    margin = np.nan_to_num(floats(facts["price"])) - flow.cost
    told = np.nan_to_num(floats(facts["shortage_cost"]))
    under = np.where(told > 0.0, told, np.where((facts["policy"] == "newsvendor").to_numpy(), margin, 0.0))
    expires = np.nan_to_num(floats(facts["shelf_life_days"]), nan=np.inf) <= flow.review
    over = flow.cost * np.where(expires, 1.0, holding / 365.0 * np.maximum(flow.review, 1.0))
    known = facts["wanted_service"].is_null().to_numpy() & (under > 0.0) & (over > 0.0)
    ratio = critical_ratio(np.where(known, under, 1.0), np.where(known, over, 1.0))
    level = np.where(known, np.clip(ratio, *SERVICE_BY_MONEY), floats(facts["wanted_service"]))
    return facts.with_columns(
        wanted_service=pl.Series(level).fill_nan(None), by_money=pl.Series(known), shortage_told=pl.Series(told > 0.0)
    )


def _classed(facts: pl.DataFrame, flow: Flow, plan: Plan, settings: Settings) -> Classes:
    abc = classes.abc(np.where(flow.stocked, flow.mean * 52.0 * unit_cost(facts), 0.0))
    xyz = classes.xyz(flow.mean, np.sqrt(flow.variance))
    only_component = np.asarray(floats(facts["own_mean"]) <= 0.0)
    wanted = classes.service_level(floats(facts["wanted_service"]), abc, only_component, settings.service_level)
    kept = shared(facts, flow, wanted, plan, settings)
    return Classes(abc, xyz, kept.service, _own(facts, flow, kept), kept.shared)


def _own(facts: pl.DataFrame, flow: Flow, kept: Kept) -> Vector:
    """What each item needs of its own where customers take another one instead."""
    number = facts.select("item", "site", other=pl.int_range(pl.len()))
    other = facts.select(item="substitute", site="site").join(
        number, on=["item", "site"], how="left", maintain_order="left"
    )["other"]  # fmt: skip
    instead = other.fill_null(-1).to_numpy().astype(np.int64)
    instead = np.where(instead == np.arange(facts.height), -1, instead)
    share = np.where(facts["own_mean"].to_numpy() > 0.0, facts["substitute_share"].to_numpy(), 0.0)
    return substitution.needed_service(kept.service, np.where(flow.stocked, instead, -1), share)


def _levels(facts: pl.DataFrame, flow: Flow, classed: Classes) -> Levels:
    kept = flow.stocked & (facts["way"] != "called off").to_numpy()
    demand = Demand(
        flow.mean, flow.variance, flow.days, flow.spread_days, (facts["decimals"] == 0).to_numpy(), flow.review,
        flow.correlation,
    )  # fmt: skip
    careful = facts["pattern"].is_in(["new", "fading"]).to_numpy()
    share = np.where(kept, np.where(careful, CAREFUL_SHARE, 1.0), 0.0)
    seen = Seen(flow.learnt, flow.history, classed.shared)
    found = stock_levels(demand, classed.own, share, np.where(kept, floats(facts["lot"]), 0.0), seen)
    reorder, up_to = (np.where(kept, level, 0.0) for level in (found.reorder, found.order_up_to))
    return Levels(found.lead_time_demand, found.lead_time_spread, found.safety, reorder, up_to)


def _fixed(facts: pl.DataFrame, flow: Flow, levels: Levels) -> Levels:
    """Levels with what people have fixed; nothing goes above the most that is wanted or can be used in time.

    With a fixed reorder point, what is left when the order comes stands against surprises: the point less what is used
    until then. A minimum and maximum are ordered up to the maximum.
    """
    fixed, point = floats(facts["fixed_safety"]), floats(facts["fixed_reorder"])
    most = np.where(np.isnan(top := floats(facts["maximum_stock"])), np.inf, top)
    left = np.maximum(point - flow.mean * flow.days / 7.0, 0.0)
    safety = np.where(np.isnan(fixed), np.where(np.isnan(point), levels.safety, left), fixed)
    reorder = np.where(np.isnan(fixed), levels.reorder, levels.reorder - levels.safety + fixed)
    reorder = np.minimum(np.where(np.isnan(point), reorder, point), most)
    up_to = np.minimum(np.maximum(levels.order_up_to, reorder), most)
    filled = (facts["way"] == "min-max").to_numpy() & np.isfinite(most)
    up_to = np.where(filled, most, up_to)
    return Levels(levels.lead_time_demand, levels.lead_time_spread, np.minimum(safety, most), reorder, up_to)


def _whole(facts: pl.DataFrame, levels: Levels) -> Levels:
    """Levels of what is counted in pieces as whole numbers."""
    pieces = (facts["decimals"] == 0).to_numpy()
    rounded = (
        np.where(pieces, np.ceil(level - ROUNDING), level) + 0.0  # no zero below zero
        for level in (levels.safety, levels.reorder, levels.order_up_to)
    )
    return Levels(levels.lead_time_demand, levels.lead_time_spread, *rounded)


def _carded(facts: pl.DataFrame, flow: Flow, levels: Levels) -> tuple[Levels, Vector]:
    """Levels in whole containers where kanban cards replenish, and the cards of each loop, NaN where there is none."""
    carded = (facts["way"] == "kanban cards").to_numpy()
    container = np.where(carded, floats(facts["container"]), 1.0)
    share = np.divide(levels.safety, levels.lead_time_demand, out=np.zeros(container.size), where=flow.mean > 0)
    cards = kanban_cards_of_all(flow.mean / 7.0, flow.days + flow.review, share, container)
    cards = np.where(carded, np.maximum(cards, 1.0), np.nan)
    reorder = np.where(carded, np.maximum(cards - 1.0, 0.0) * container, levels.reorder)
    up_to = np.where(carded, cards * container, levels.order_up_to)
    found = Levels(levels.lead_time_demand, levels.lead_time_spread, levels.safety, reorder, up_to)
    return found, cards


def _wasted(facts: pl.DataFrame, flow: Flow, levels: Levels) -> Vector:
    shelf = np.where(np.isnan(days := floats(facts["shelf_life_days"])), np.inf, days)
    lot = np.maximum(floats(facts["lot"]), 1e-9)
    moments = (flow.mean / 7.0, flow.variance / 7.0)
    cycle = np.maximum(lot, flow.mean * flow.review / 7.0)  # what comes in at once, on top of what is left then
    level = np.minimum(levels.order_up_to, levels.safety + flow.mean * flow.days / 7.0 + cycle)
    yearly = waste.expected_waste(level, lot, *moments, (flow.days, shelf))[1]
    return np.where(flow.stocked & (levels.order_up_to > 0), np.clip(yearly, 0.0, 1e12), 0.0)


def _targets(facts: pl.DataFrame, flow: Flow, carded: tuple[Levels, Vector], classed: Classes) -> pl.DataFrame:
    levels, cards = carded
    frame = facts.drop("lead_time_days", "policy").with_columns(
        abc=pl.Series(classed.abc.tolist(), dtype=pl.String),
        xyz=pl.Series(classed.xyz.tolist(), dtype=pl.String),
        service_level=pl.Series(classed.wanted),
        own_service=pl.Series(classed.own),
        shared=pl.Series(classed.shared),
        lead_time_days=pl.Series(flow.days),
        lead_time_spread_days=pl.Series(flow.spread_days),
        mean=pl.Series(flow.mean),
        spread=pl.Series(np.sqrt(flow.variance)),
        stocked=pl.Series(flow.stocked),
        lead_time_demand=pl.Series(levels.lead_time_demand),
        safety_stock=pl.Series(levels.safety),
        reorder_point=pl.Series(levels.reorder),
        order_up_to=pl.Series(levels.order_up_to),
        policy=pl.col("way"),
        order_quantity=pl.Series(np.where(flow.stocked, floats(facts["lot"]), 0.0)),
        kanban_cards=pl.Series(cards).fill_nan(None).cast(pl.Int64),
        waste_per_year=pl.Series(_wasted(facts, flow, levels)),
        holding_cost=pl.col("holding_cost").cast(pl.Decimal(18, 4)),
        order_cost=pl.col("order_cost").cast(pl.Decimal(18, 4)),
        receipts=pl.col("receipts").fill_null(0),
        promise_days=pl.Series(flow.promise).fill_nan(None),
    )
    return frame.filter((pl.col("kind") != "none") & ~pl.col("phantom"))


def _reasoned(company: Company, targets: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The targets with how each came about, in words and with the names of suppliers and sites."""
    promise = pl.struct(mean=settings.service_level, by=pl.lit(settings.service_promise))
    called = targets.with_columns(
        pl.when("shared").then(promise).alias("promise"),
        pl.col("supplier").replace(_names(company, "suppliers", "supplier")),
        pl.col("source_site").replace(_names(company, "sites", "site")),
    )
    texts = [target_reason(row) for row in called.iter_rows(named=True)]
    return targets.with_columns(reason=pl.Series(texts, dtype=pl.String))


def _uncosted(targets: pl.DataFrame) -> Iterator[Problem]:
    """Items whose lots are to follow from their costs, which nobody has written down."""
    rows = targets.filter(pl.col("lot_rule").is_in(ECONOMIC) & pl.col("economic").is_null() & (pl.col("mean") > 0))
    for item in rows["item"].unique().sort().to_list():
        yield Problem(
            "warning", "order-cost-unknown",
            f"The lots of {item} are to follow from what an order and keeping a unit cost, which is not known; it is"
            " ordered as it is needed.",
            "Write the cost of an order at the item or its supplier, the time of its set-up, and its cost.",
            table="items", key=item, column="order_cost",
        )  # fmt: skip


def _names(company: Company, table: str, key: str) -> dict[str, str]:
    """Names of those that have one, by their code."""
    return dict(company[table].select(key, "name").drop_nulls().iter_rows())
